//! Runs every `culture` command that the READMEs show and compares what it prints. `UPDATE_GOLDENS=1` writes the output
//! into the README instead.
#![allow(clippy::disallowed_methods, reason = "tests read files and the environment")]

use culture::base::day::{Instant, Offset};
use culture::cli::frame::World;
use std::fs;
use std::path::{Path, PathBuf};

/// A copy of the sample county in a folder of its own.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Copy {
        let root = std::env::temp_dir().join(format!("culture-readme-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        copy(&here.join("data"), &root.join("data"));
        copy(&here.join("examples"), &root.join("examples"));
        Copy(root)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The words of a line, quoted as in a shell.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
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

/// What a command of the README prints, on the day that the README is written for.
fn output(root: &Path, lang: &str, line: &str) -> String {
    let arguments = line.strip_prefix("cargo run --release -- ").or(line.strip_prefix("culture"));
    let arguments = arguments.unwrap_or_else(|| panic!("no culture command: {line}"));
    let env = |name: &str| match name {
        "CULTURE_LANG" => Some(lang.to_owned()),
        "CULTURE_USER" => Some("李敏".to_owned()),
        _ => None,
    };
    let now = Instant::from_iso(b"2018-06-28T09:00:00+08:00").unwrap().in_offset(Offset(0));
    let world =
        World { now, dir: root.to_owned(), env: &env, terminal: false, terminal_err: false, threads: 2, process: 1 };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    culture::run(&world, words(arguments).into_iter().map(Into::into).collect(), &mut out, &mut err);
    let all = String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap();
    all.replace(&root.display().to_string(), ".")
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

fn check(file: &str, lang: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = fs::read_to_string(&path).unwrap();
    let county = Copy::new(lang);
    let (mut fresh, mut shown, mut ran) = (String::new(), false, 0);
    for line in text.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            fresh.extend([line, "\n"]);
            if command != "cargo test" {
                fresh += &output(&county.0, lang, command);
                ran += 1;
            }
            shown = true;
            continue;
        }
        shown &= !line.starts_with("```");
        if !shown {
            fresh.extend([line, "\n"]);
        }
    }
    assert!(ran > 3, "{file} shows only {ran} commands");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&path, &fresh).unwrap();
        return;
    }
    for (at, (old, new)) in text.lines().zip(fresh.lines()).enumerate() {
        assert_eq!(without_ids(old), without_ids(new), "{file}:{}", at + 1);
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
