//! How files are made: no kind by name, both languages or none, short functions and short files.

use super::parts::none;
use super::source::{all_files, sources};
use culture::kind::load::builtin_ids;

/// Where a kind's id stands in Rust though no rule hangs on it: the list of the built-in files, and examples that help and
/// first steps give to people. Path and the literal, or the beginning of it.
const NAMED: [(&str, &str); 1] = [("src/kind/load.rs", "")];

/// Words that are a kind's id and something else besides, with what else they mean there.
const SOMETHING_ELSE: [(&str, &str, &str); 0] = [];

fn is_sentence(literal: &str) -> bool {
    literal.contains([' ', '：', '，', '。'])
}

#[test]
fn no_kind_is_named_in_rust() {
    let mut broken = Vec::new();
    for source in sources() {
        for (line, literal) in &source.literals {
            let named = builtin_ids().contains(&literal.as_str());
            let listed = NAMED.iter().any(|(path, begins)| *path == source.path && literal.starts_with(begins));
            let other = SOMETHING_ELSE.iter().any(|(path, word, _)| *path == source.path && word == literal);
            if named && !listed && !other {
                broken.push(format!("{}:{line}: \"{literal}\"", source.path));
            }
        }
    }
    none(&broken, "a kind is named in Rust; what a verb must know of it stands in its file or in the plan");
}

#[test]
fn words_in_one_language_only_do_not_reach_people() {
    // `Text::new`, `Text::owned` and `text!` take both; whatever is said otherwise is `Text::same`, which is for names and
    // numbers. A literal with Chinese in it must therefore be the first of a pair.
    let mut broken = Vec::new();
    for source in sources() {
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let exempt = ["src/written/", "src/cli/init.rs"].iter().any(|path| source.path.starts_with(path));
        for (at, (line, literal)) in source.literals.iter().enumerate() {
            let next = source.literals.get(at + 1).map(|(_, next)| next.as_str()).unwrap_or_default();
            let previous = at.checked_sub(1).map_or("", |at| source.literals[at].1.as_str());
            let paired = (is_english(next) && !chinese(next)) || (at > 0 && chinese(previous) && is_sentence(literal));
            if chinese(literal) && !paired && !exempt {
                broken.push(format!("{}:{line}: “{literal}”", source.path));
            }
        }
    }
    none(&broken, "Chinese without its English");
}

fn is_english(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_alphabetic()) || text.contains('{') || text.len() <= 3
}

#[test]
fn files_are_short() {
    let broken: Vec<String> = all_files()
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines >= 400)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    none(&broken, "files of 400 lines or more");
}

#[test]
fn functions_are_short() {
    let mut broken = Vec::new();
    for (path, text) in all_files() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let words: Vec<&str> = line.trim_start().split([' ', '(']).collect();
            let head = words.iter().take(4).any(|word| *word == "fn") && !line.trim_start().starts_with("//");
            if !head || line.ends_with([';', '}']) {
                continue;
            }
            let end = format!("{}}}", " ".repeat(indent));
            let after = lines[at..].iter().position(|line| *line == end).unwrap_or(0) + 1;
            if after >= 60 {
                broken.push(format!("{path}:{}: {after} lines: {}", at + 1, line.trim()));
            }
        }
    }
    none(&broken, "functions of 60 lines or more");
}

#[test]
fn every_file_says_what_it_is() {
    let mut broken = Vec::new();
    for (path, text) in all_files() {
        let head = text.lines().take_while(|line| line.starts_with("//!")).count();
        if !(1..=8).contains(&head) {
            broken.push(format!("{path}:1: {head} lines of `//!` at the top"));
        }
    }
    none(&broken, "files whose head is lacking or long");
}

#[test]
fn nothing_is_called_a_manager_or_a_helper() {
    let mut broken = Vec::new();
    for source in sources() {
        for (at, line) in source.code.iter().enumerate() {
            for definition in ["struct ", "enum ", "trait ", "mod ", "fn "] {
                let Some((_, name)) = line.split_once(definition) else { continue };
                let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let lower = name.to_lowercase();
                if ["manager", "helper", "util", "processor"].iter().any(|word| lower.contains(word)) || lower == "info"
                {
                    broken.push(format!("{}:{}: {name}", source.path, at + 1));
                }
            }
        }
    }
    none(&broken, "names that say nothing");
}
