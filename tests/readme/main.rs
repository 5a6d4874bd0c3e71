//! Runs every `culture` command that the READMEs and the tours show and compares what it prints. `UPDATE_GOLDENS=1` writes
//! what is printed into the document instead.
#![allow(clippy::disallowed_methods, reason = "tests read files and the environment")]

#[path = "../common/mod.rs"]
mod common;

use common::Folder;
use common::folder::copy;
use culture::base::day::{Instant, Offset};
use culture::cli::frame::World;
use std::fs;
use std::path::{Path, PathBuf};

/// A copy of the sample county in a folder of its own.
fn sample_county() -> Folder {
    let folder = Folder::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&here.join("data"), &folder.0.join("data"));
    copy(&here.join("examples"), &folder.0.join("examples"));
    folder
}

/// The words of a line, quoted as in a shell.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What a command of a document prints.
fn output(root: &Path, lang: &str, now: Instant, line: &str) -> String {
    let arguments = line.strip_prefix("cargo run --release -- ").or(line.strip_prefix("culture"));
    let arguments = arguments.unwrap_or_else(|| panic!("no culture command: {line}"));
    let env = |name: &str| match name {
        "CULTURE_LANG" => Some(lang.to_owned()),
        "CULTURE_USER" => Some("李敏".to_owned()),
        _ => None,
    };
    let world = World {
        now,
        dir: root.to_owned(),
        env: &env,
        terminal: false,
        terminal_err: false,
        keyboard: None,
        threads: 2,
        process: 1,
    };
    let mut out = Vec::new();
    let mut err = Vec::new();
    culture::run(&world, words(arguments).into_iter().map(Into::into).collect(), &mut out, &mut err);
    let all = String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap();
    all.replace(&root.display().to_string(), ".")
}

/// Nine o'clock on a day, in the county.
fn morning(day: &str) -> Instant {
    let time = format!("{day}T09:00:00+08:00");
    Instant::from_iso(time.as_bytes()).unwrap_or_else(|| panic!("no day: {day}")).in_offset(Offset(0))
}

/// Ids are random: twelve consonants become dots.
fn without_ids(text: &str) -> String {
    let mut shown = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if "bcdfghjklmnpqrstvwxz".contains(c) {
            run.push(c);
            continue;
        }
        shown.push_str(if run.len() == 12 { "............" } else { &run });
        run.clear();
        shown.push(c);
    }
    shown.pop();
    shown
}

fn path_of(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// What was printed, but where the document leaves lines out (`…` on a line of its own) as many lines before and behind the
/// gap as the document shows.
fn as_shown(printed: &str, shown: &[&str]) -> String {
    let mut lines: Vec<&str> = printed.lines().collect();
    if let Some(gap) = shown.iter().position(|line| *line == "…") {
        let behind = shown.len() - gap - 1;
        assert!(lines.len() > gap + behind, "nothing is left out at the … of:\n{printed}");
        lines.splice(gap..lines.len() - behind, ["…"]);
    }
    for (line, shown) in lines.iter_mut().zip(shown) {
        // New ids alone are no reason to write a line anew.
        if without_ids(line) == without_ids(shown) {
            *line = shown;
        }
    }
    lines.into_iter().flat_map(|line| [line, "\n"]).collect()
}

/// Follows a document from its first line to its last, in one county. It is 28 June 2018, until a comment that a reader does
/// not see says otherwise: `<!-- on 2018-07-05 -->`.
fn check(file: &str, lang: &str) {
    let text = fs::read_to_string(path_of(file)).unwrap();
    let county = sample_county();
    let mut now = morning("2018-06-28");
    let mut fresh = String::new();
    let mut ran = 0;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        fresh.extend([line, "\n"]);
        if let Some(day) = line.strip_prefix("<!-- on ").and_then(|rest| rest.strip_suffix(" -->")) {
            now = morning(day);
        }
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ") && !line.starts_with("```")) {
            shown.push(line);
        }
        if command != "cargo test" {
            fresh += &as_shown(&output(&county.0, lang, now, command), &shown);
            ran += 1;
        }
    }
    assert!(ran > 3, "{file} shows only {ran} commands");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(path_of(file), &fresh).unwrap();
        return;
    }
    for (at, (old, new)) in text.lines().zip(fresh.lines()).enumerate() {
        assert_eq!(old, new, "{file}:{}", at + 1);
    }
    assert_eq!(text.lines().count(), fresh.lines().count(), "{file}");
}

#[test]
fn the_english_readme_shows_what_the_commands_print() {
    check("README.md", "en");
}

#[test]
fn the_chinese_readme_shows_what_the_commands_print() {
    check("README.zh-CN.md", "zh");
}

#[test]
fn the_english_tour_shows_what_the_commands_print() {
    check("docs/tour.md", "en");
}

#[test]
fn the_chinese_tour_shows_what_the_commands_print() {
    check("docs/tour.zh-CN.md", "zh");
}

#[test]
fn the_readmes_are_short() {
    for file in ["README.md", "README.zh-CN.md"] {
        let lines = fs::read_to_string(path_of(file)).unwrap().lines().count();
        assert!(lines <= 150, "{file} has {lines} lines");
    }
}

/// The documents a person reads, from the top of the repository.
fn documents() -> Vec<String> {
    let docs = fs::read_dir(path_of("docs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut documents: Vec<String> = docs.map(|name| format!("docs/{name}")).collect();
    documents.extend(["README.md", "README.zh-CN.md", "CHANGELOG.md"].map(str::to_owned));
    documents.sort();
    documents
}

#[test]
fn every_link_leads_somewhere() {
    let mut broken = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(path_of(&file)).unwrap();
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split(')').next().unwrap();
            let target = target.split('#').next().unwrap();
            let from = path_of(&file);
            if !target.is_empty() && !target.contains("://") && !from.parent().unwrap().join(target).exists() {
                broken.push(format!("{file}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn every_path_that_a_document_names_is_there() {
    let folders = ["src/", "tests/", "benches/", "docs/", "fuzz/", "examples/"];
    let mut named = 0;
    let mut broken = Vec::new();
    for file in documents() {
        let text = fs::read_to_string(path_of(&file)).unwrap();
        for code in text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)) {
            let path = code.split([' ', '*', '…', '[']).next().unwrap();
            // A word in capitals stands for any name.
            let is_pattern = path.split(['/', '.', '-']).any(|part| matches!(part, "NAME" | "ID" | "FORMAT"));
            if folders.iter().any(|folder| path.starts_with(folder)) && !is_pattern {
                named += 1;
                if !path_of(path).exists() {
                    broken.push(format!("{file}: {path}"));
                }
            }
        }
    }
    assert!(broken.is_empty() && named > 20, "{named} paths; not there:\n{}", broken.join("\n"));
}
