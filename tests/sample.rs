//! The sample county: `data/` is what its walkthrough builds, and what the commands say of it stands in `tests/goldens`.
//!
//! `UPDATE_GOLDENS=1 cargo test --test sample` rewrites the goldens. A golden is a transcript named by what it shows:
//! lines `$ culture …` and below each what it printed at 80 columns without colour, `!` where it was refused.
#![allow(clippy::disallowed_methods, reason = "tests read files and the environment")]

#[path = "../examples/county/walkthrough.rs"]
mod walkthrough;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use walkthrough::{Runner, command, ids, parse};

/// A folder that goes with the test.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every file below a folder by its path, without those that the store keeps for itself.
fn files(root: &Path) -> BTreeMap<String, String> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if !matches!(name.as_str(), ".lock" | ".journal") {
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// The files with their ids, which are random, numbered as they first appear: what referred to what still shows.
fn numbered(files: &BTreeMap<String, String>) -> BTreeMap<&str, String> {
    let mut known = HashMap::new();
    let mut number = |text: &str| {
        let (mut shown, mut from) = (String::new(), 0);
        for (at, id) in ids(text) {
            let next = known.len() + 1;
            let number = *known.entry(id.to_owned()).or_insert(next);
            write!(shown, "{}#{number}", &text[from..at]).unwrap();
            from = at + id.len();
        }
        shown + &text[from..]
    };
    files.iter().map(|(name, text)| (name.as_str(), number(text))).collect()
}

#[test]
fn the_walkthrough_builds_the_sample_county() {
    let scratch = Scratch(std::env::temp_dir().join(format!("culture-sample-{}", std::process::id())));
    let _ = fs::remove_dir_all(&scratch.0);
    let mut runner = Runner::new(&scratch.0);
    for step in parse(&fs::read_to_string(here("examples/county.txt")).unwrap()).unwrap() {
        runner.run(&step).unwrap();
    }
    let (built, kept) = (files(&scratch.0), files(&here("data")));
    assert_eq!(built.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    for ((name, built), (_, kept)) in numbered(&built).into_iter().zip(numbered(&kept)) {
        assert_eq!(built, kept, "{name}: run cargo run --example county and keep what it builds");
    }
}

/// Runs a transcript's commands anew.
fn transcript(golden: &str) -> String {
    let (mut fresh, mut runner) = (String::new(), Runner::new(&here("data")));
    for line in golden.lines() {
        let Some(typed) = line.strip_prefix("$ ") else { continue };
        let done = runner.run(&command(typed).unwrap()).unwrap();
        fresh.extend([line, "\n", &done.out, &done.err]);
    }
    fresh
}

#[test]
fn the_commands_say_of_the_sample_county_what_the_goldens_show() {
    let mut differing = Vec::new();
    for (name, golden) in files(&here("tests/goldens")) {
        let fresh = transcript(&golden);
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs::write(here("tests/goldens").join(&name), fresh).unwrap();
        } else if fresh != golden {
            differing.push(format!("tests/goldens/{name} shows\n{golden}\nbut now it is\n{fresh}"));
        }
    }
    assert!(differing.is_empty(), "{}\nUPDATE_GOLDENS=1 rewrites them", differing.join("\n"));
}
