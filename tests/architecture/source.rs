//! The sources of the program as the walls look at them: the code without comments, the string literals apart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// One file of `src`, without what is compiled for tests only.
pub(crate) struct Source {
    /// From the top of the repository: `src/cli/add.rs`.
    pub(crate) path: String,
    /// As it is, tests and all.
    pub(crate) whole: String,
    /// The code, line by line; of comments and literals nothing is left but the quotation marks.
    pub(crate) code: Vec<String>,
    /// String literals with their lines, from 1.
    pub(crate) literals: Vec<(usize, String)>,
}

impl Source {
    /// The room that it belongs to: `cli`; `main` and `lib` for the two roots.
    pub(crate) fn room(&self) -> &str {
        let below = self.path.strip_prefix("src/").unwrap();
        below.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Every place where the code holds a piece, as `path:line: code`.
    pub(crate) fn places_of(&self, piece: &str) -> Vec<String> {
        let found = self.code.iter().enumerate().filter(|(_, line)| line.contains(piece));
        found.map(|(at, line)| format!("{}:{}: {}", self.path, at + 1, line.trim())).collect()
    }
}

/// Every Rust file below `src`, by path; files of tests only are left out. Read once.
pub(crate) fn sources() -> &'static [Source] {
    static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(read_sources);
    &SOURCES
}

fn read_sources() -> Vec<Source> {
    let mut files = Vec::new();
    find(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut files);
    files.sort();
    let read = |path: &PathBuf| {
        let whole = fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_string_lossy().replace('\\', "/");
        let (code, literals) = split(&without_tests(&whole));
        Source { path, whole, code, literals }
    };
    files.iter().map(read).collect()
}

/// Every Rust file below `src` and `tests`, tests and all: path and text.
pub(crate) fn all_files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    every(&root.join("src"), &mut files);
    every(&root.join("tests"), &mut files);
    files.sort();
    let read = |path: &PathBuf| {
        (path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"), fs::read_to_string(path).unwrap())
    };
    files.iter().map(read).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut all = Vec::new();
    every(folder, &mut all);
    let is_test =
        |path: &PathBuf| path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "tests.rs")));
    let start = folder.components().count();
    all.retain(|path| !is_test(&path.components().skip(start).collect()));
    files.extend(all);
}

fn every(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            every(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// A text with the lines of every `#[cfg(test)]` item at its left edge blanked, so that line numbers stay.
fn without_tests(text: &str) -> String {
    let (mut out, mut skipping, mut marked) = (String::new(), false, false);
    for line in text.lines() {
        marked |= line == "#[cfg(test)]";
        let begins = marked && !line.starts_with('#');
        skipping |= begins && line.ends_with('{');
        if !(marked || skipping) {
            out.push_str(line);
        }
        out.push('\n');
        marked &= !begins;
        skipping &= line != "}";
    }
    out
}

/// Parts code from its literals and drops comments.
fn split(text: &str) -> (Vec<String>, Vec<(usize, String)>) {
    let (mut code, mut literals) = (String::new(), Vec::new());
    let (mut rest, mut line) = (text, 1);
    while let Some(c) = rest.chars().next() {
        let hashes = rest.strip_prefix('r').map(|raw| raw.len() - raw.trim_start_matches('#').len());
        let raw = hashes.filter(|&hashes| rest[1 + hashes..].starts_with('"') && !code.ends_with(is_word));
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(hashes) = raw {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = 2 + hashes;
            let len = rest[start..].find(&end).unwrap();
            literals.push((line, rest[start..start + len].to_owned()));
            code.push_str("\"\"");
            start + len + end.len()
        } else if c == '"' {
            let len = end_of_string(&rest[1..]);
            literals.push((line, rest[1..=len].to_owned()));
            code.push_str("\"\"");
            len + 2
        } else if let Some(len) = char_literal(rest) {
            code.push_str("' '");
            len
        } else {
            code.push(c);
            c.len_utf8()
        };
        let breaks = rest[..taken].matches('\n').count();
        if c != '\n' {
            code.extend(std::iter::repeat_n('\n', breaks));
        }
        line += breaks;
        rest = &rest[taken..];
    }
    (code.lines().map(str::to_owned).collect(), literals)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// How many bytes come before the quotation mark that ends a string.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    text.char_indices()
        .find(|&(_, c)| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })
        .map(|(at, _)| at)
        .unwrap()
}

/// The length of a character literal at the beginning; none for a lifetime.
fn char_literal(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    let end = if first == '\\' { 2 + inner[2..].find('\'')? } else { first.len_utf8() };
    inner[end..].starts_with('\'').then_some(end + 2)
}

#[test]
fn code_literals_and_comments_are_told_apart() {
    let text = "let a = \"x \\\" y\"; // \"no\"\nlet b = r#\"in \"side\"\"#; let c = '\"'; fn f<'a>() {}\nlet d = '\\''; \"z\\\n q\";\ne\n";
    let (code, literals) = split(text);
    assert_eq!(code, ["let a = \"\"; ", "let b = \"\"; let c = ' '; fn f<'a>() {}", "let d = ' '; \"\"", ";", "e"]);
    let found: Vec<(usize, &str)> = literals.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(found, [(1, "x \\\" y"), (2, "in \"side\""), (3, "z\\\n q")]);
}

#[test]
fn what_is_for_tests_only_is_left_out() {
    let text =
        "fn a() {}\n#[cfg(test)]\nmod tests;\n#[cfg(test)]\n#[allow(x)]\nmod more {\n    fn b() {}\n}\nfn c() {}\n";
    assert_eq!(without_tests(text), "fn a() {}\n\n\n\n\n\n\n\nfn c() {}\n");
}
