//! The sample county: `data/` is what its walkthrough builds, `tests/walkthrough/transcript.txt` what the clerk sees
//! meanwhile, and `tests/goldens` what the commands say of it. A golden is named by what it shows: lines `$ culture …`
//! and below each what it printed, at 80 columns without colour. `UPDATE_GOLDENS=1` rewrites all but `data/`.

#[path = "../../examples/county/walkthrough.rs"]
mod walkthrough;

use crate::common::Folder;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use walkthrough::{Runner, command, ids, parse};

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

/// A text with its ids, which are random, numbered as they first appear: what referred to what still shows.
fn numbered(text: &str, known: &mut HashMap<String, usize>) -> String {
    let (mut shown, mut from) = (String::new(), 0);
    for (at, id) in ids(text) {
        let next = known.len() + 1;
        let number = *known.entry(id.to_owned()).or_insert(next);
        write!(shown, "{}#{number}", &text[from..at]).unwrap();
        from = at + id.len();
    }
    shown + &text[from..]
}

/// Whether a golden is other than it should be, unless it is to be rewritten.
fn differs(path: &Path, golden: &str, fresh: &str) -> Option<String> {
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(path, fresh).unwrap();
        return None;
    }
    let mut lines = golden.lines().zip(fresh.lines()).enumerate();
    let (line, (was, is)) = match lines.find(|(_, (was, is))| was != is) {
        Some((at, pair)) => (at + 1, pair),
        None if golden.len() == fresh.len() => return None,
        None => (golden.lines().count().min(fresh.lines().count()) + 1, ("", "")),
    };
    Some(format!("{}:{line}\n  was {was}\n  is  {is}\n", path.display()))
}

#[test]
fn the_walkthrough_builds_the_sample_county() {
    let scratch = Folder::new();
    let (mut runner, mut seen) = (Runner::new(&scratch.0), String::new());
    for step in parse(&fs::read_to_string(here("examples/county.txt")).unwrap()).unwrap() {
        let done = runner.run(&step).unwrap();
        write!(seen, "$ culture {}\n{}{}", step.words.join(" "), done.out, done.err).unwrap();
    }

    let (built, kept) = (files(&scratch.0), files(&here("data")));
    assert_eq!(built.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    let (mut known, mut known_kept) = (HashMap::new(), HashMap::new());
    for ((name, built), kept) in built.iter().zip(kept.values()) {
        let (built, kept) = (numbered(built, &mut known), numbered(kept, &mut known_kept));
        assert_eq!(built, kept, "{name}: run cargo run --example county and keep what it builds");
    }

    let seen = numbered(&seen.replace(&scratch.0.display().to_string(), "data"), &mut HashMap::new());
    let golden = here("tests/walkthrough/transcript.txt");
    assert_eq!(differs(&golden, &fs::read_to_string(&golden).unwrap_or_default(), &seen), None);
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
    let mut differing = String::new();
    for (name, golden) in files(&here("tests/goldens")) {
        differing.extend(differs(&here("tests/goldens").join(name), &golden, &transcript(&golden)));
    }
    assert!(differing.is_empty(), "{differing}UPDATE_GOLDENS=1 rewrites them");
}
