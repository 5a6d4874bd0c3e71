//! How files are made: no kind by name, both languages or none, short functions and short files.

use super::parts::none;
use super::source::{all_files, sources};
use culture::schema::kind::load::builtin_ids;

/// Words that are a kind's id and something else besides: the file, the word, what else it is there. Literals that are a
/// sentence are words to people (help, first steps, hints with an example) and listed with how they begin.
const NAMED: [(&str, &str, &str); 13] = [
    ("src/schema/kind/load.rs", "", "the list of the built-in files"),
    ("src/cli/add.rs", "Add a record", "help"),
    ("src/cli/init.rs", "  culture add performance ", "first steps"),
    ("src/cli/township.rs", "arrangement", "whether one is expected of a township: its option"),
    ("src/cli/township.rs", "Submits a work arrangement", "its help"),
    ("src/schema/township/file.rs", "arrangement", "the same: its key in township.toml"),
    ("src/schema/township/file.rs", "是否报送工作安排 / ", "its comment there"),
    ("src/cli/notice", "", "the verb, and what it says"),
    ("src/county/notices", "", "what the verb says of the notices that it finds and drafts"),
    ("src/schema/kind/load/draft.rs", "notice", "the table [notice] of a kind's file"),
    ("src/schema/plan/load.rs", "arrangement", "the plan's table [arrangement], which names the kind"),
    ("src/report/", "arrangement", "the same: its column and its key in the JSON of status"),
    ("src/report/", "work arrangement", "the same, in words"),
];

#[test]
fn no_kind_is_named_in_rust() {
    let mut broken = Vec::new();
    for source in sources() {
        for (line, literal) in &source.literals {
            let mut words = literal.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
            let named = words.any(|word| builtin_ids().contains(&word));
            let listed = |(path, begins, _): &(&str, &str, &str)| {
                source.path.starts_with(path) && literal.to_lowercase().starts_with(&begins.to_lowercase())
            };
            if named && !NAMED.iter().any(listed) {
                broken.push(format!("{}:{line}: \"{literal}\"", source.path));
            }
        }
    }
    none(&broken, "a kind is named in Rust; what a verb must know of it stands in its file or in the plan");
}

/// Words that are read, not said: what people write for numbers, dates, yes and no, and in the sheets that they send.
const READ: [&str; 3] = ["src/schema/parse/", "src/schema/parse.rs", "src/import/"];

/// `Text::new`, `Text::owned` and `text!` take both languages, and a kind's file is refused that lacks one. So Chinese in
/// the sources is the first of a pair, or holds its English behind a stroke.
#[test]
fn words_in_one_language_only_are_not_said() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| !READ.iter().any(|path| source.path.starts_with(path))) {
        for (at, (line, literal)) in source.literals.iter().enumerate() {
            let next = source.literals[at + 1..].iter().find_map(|(_, next)| {
                // What fills things in only needs no words.
                language(next).or(next.contains('{').then_some(false))
            });
            // In the English half, Chinese may stand as an example of what is typed.
            let paired = next == Some(false) || literal.contains(" / ") || language(literal) == Some(false);
            if is_chinese(literal) && !paired {
                broken.push(format!("{}:{line}: “{literal}”", source.path));
            }
        }
    }
    none(&broken, "Chinese without its English");
}

/// Whether a literal begins in Chinese, what it fills in left out; none if it has no words.
fn language(text: &str) -> Option<bool> {
    let mut depth = 0;
    let mut words = text.chars().filter(|c| {
        depth += i32::from(*c == '{') - i32::from(*c == '}');
        depth == 0 && c.is_alphabetic()
    });
    words.next().map(|c| !c.is_ascii())
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn files_are_short() {
    let broken: Vec<String> = all_files()
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines >= 500)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    none(&broken, "files of 500 lines or more");
}

#[test]
fn functions_are_short() {
    let mut broken = Vec::new();
    for (path, text) in all_files() {
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head =
                line.trim_start().split(' ').take(4).any(|word| word == "fn") && !line.trim_start().starts_with("//");
            if !head || line.ends_with([';', '}']) {
                continue;
            }
            let end = format!("{}}}", " ".repeat(indent));
            let after = lines[at..].iter().position(|line| *line == end).unwrap_or(0) + 1;
            if after >= 80 {
                broken.push(format!("{path}:{}: {after} lines: {}", at + 1, line.trim()));
            }
        }
    }
    none(&broken, "functions of 80 lines or more");
}

#[test]
fn every_file_says_what_it_is() {
    let mut broken = Vec::new();
    for source in sources() {
        let head = source.whole.lines().take_while(|line| line.starts_with("//!")).count();
        // The protocol of writing and the form of the journal are told where they are written.
        let told = ["src/store/commit.rs", "src/store/journal.rs"].contains(&source.path.as_str());
        let most = if told { 12 } else { 5 };
        if !(1..=most).contains(&head) {
            broken.push(format!("{}:1: {head} lines of `//!` at the top", source.path));
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
