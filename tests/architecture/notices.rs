//! `docs/third-party-notices.txt`, which `culture --licences` shows: the licences of all that is linked into the program, as
//! each library brings them. `UPDATE_GOLDENS=1` writes it anew.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

const HEAD: &str = "\
culture is under the MIT licence (LICENSE). These libraries are linked into the program, each under the licence that
follows its name. Rust's standard library, Copyright (c) The Rust Project Contributors, is linked too, under the MIT
licence.
";

/// The systems for which the program is built.
const SYSTEMS: [&str; 4] =
    ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "aarch64-apple-darwin"];

/// A library with its licence.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Library {
    /// Name and version.
    called: String,
    /// Who holds the rights.
    holders: Vec<String>,
    /// What is granted.
    grant: String,
}

/// What cargo knows of the packages for one system, from what it has fetched; none if it has not fetched all of them.
fn metadata(system: &str) -> Option<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", system]);
    let done = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    done.status.success().then(|| serde_json::from_slice(&done.stdout).unwrap())
}

/// The packages that are linked into the program for one system: not what only builds or tests it, or writes its code.
fn linked(metadata: &Value) -> Vec<&Value> {
    let packages = metadata["packages"].as_array().unwrap().iter();
    let packages: BTreeMap<&str, &Value> = packages.map(|one| (one["id"].as_str().unwrap(), one)).collect();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap().iter();
    let nodes: BTreeMap<&str, &Value> = nodes.map(|one| (one["id"].as_str().unwrap(), one)).collect();
    let root = metadata["resolve"]["root"].as_str().unwrap();
    let writes_code = |id: &str| {
        let targets = packages[id]["targets"].as_array().unwrap();
        targets.iter().any(|target| target["kind"][0] == "proc-macro")
    };
    let mut found = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        for below in nodes[id]["deps"].as_array().unwrap() {
            let runs = below["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
            let id = below["pkg"].as_str().unwrap();
            if runs && !writes_code(id) && found.insert(id) {
                open.push(id);
            }
        }
    }
    found.into_iter().map(|id| packages[id]).collect()
}

/// The texts of a package that say under what it may be handed on: MIT where there is a choice, and whatever holds beside it.
fn texts(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_licence = |name: &String| {
        let name = name.to_ascii_uppercase();
        ["LICENSE", "LICENCE", "COPYING"].iter().any(|begins| name.starts_with(begins))
    };
    let mut names: Vec<String> = names.filter(is_licence).collect();
    names.sort();
    let of = |part: &str| names.iter().find(|name| name.to_ascii_uppercase().contains(part)).cloned();
    let only = || names.iter().find(|name| !name.contains("APACHE")).cloned();
    let first = of("MIT").or_else(|| of("ZLIB")).or_else(|| of("BOOST")).or_else(only);
    let first = first.unwrap_or_else(|| panic!("no licence in {}", folder.display()));
    let beside = ["UNICODE", "WHATWG"].into_iter().filter_map(of);
    let all = std::iter::once(first).chain(beside);
    all.map(|name| fs::read_to_string(folder.join(name)).unwrap()).collect()
}

/// The libraries of one system.
fn libraries(metadata: &Value) -> BTreeSet<Library> {
    let mut all = BTreeSet::new();
    for package in linked(metadata) {
        let [name, version] = ["name", "version"].map(|key| package[key].as_str().unwrap());
        let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
        for text in texts(folder) {
            let (holders, grant) = parted(&text);
            all.insert(Library { called: format!("{name} {version}"), holders, grant });
        }
    }
    all
}

/// The lines that say who holds the rights, and the rest, in which many libraries agree to the letter.
fn parted(text: &str) -> (Vec<String>, String) {
    let is_holder = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.starts_with("copyright (c)")
            || (line.starts_with("copyright ") && line.contains(|c: char| c.is_ascii_digit()))
    };
    let is_title = |line: &str| ["MIT License", "The MIT License (MIT)", "MIT license"].contains(&line);
    // A long text has such lines in its midst, where they are its own.
    let short = text.lines().count() < 60;
    let mut holders = Vec::new();
    let mut grant: Vec<String> = vec![String::new()];
    for line in text.lines().map(str::trim) {
        if short && is_holder(line) {
            holders.push(line.to_owned());
        } else if line.is_empty() {
            grant.push(String::new());
        } else if !is_title(line) {
            let paragraph = grant.last_mut().expect("it begins with one");
            paragraph.extend((!paragraph.is_empty()).then_some(' '));
            paragraph.push_str(line);
        }
    }
    grant.retain(|paragraph| !paragraph.is_empty());
    (holders, grant.join("\n\n"))
}

/// All libraries as the file says them: each licence once, below those that are under it.
fn page(libraries: &BTreeSet<Library>) -> String {
    let mut by_grant: BTreeMap<&str, Vec<&Library>> = BTreeMap::new();
    for library in libraries {
        by_grant.entry(&library.grant).or_default().push(library);
    }
    let mut grants: Vec<(&str, Vec<&Library>)> = by_grant.into_iter().collect();
    grants.sort_by_key(|(grant, under)| (std::cmp::Reverse(under.len()), *grant));
    let mut page = HEAD.to_owned();
    for (grant, under) in grants {
        page.extend(["\n", &"-".repeat(72), "\n\n"]);
        for library in under {
            page.extend([&library.called, "\n"]);
            page.extend(library.holders.iter().map(|holder| format!("  {holder}\n")));
        }
        page.extend(["\n", &filled(grant), "\n"]);
    }
    page
}

/// Lines of at most 100 bytes.
fn filled(text: &str) -> String {
    let fill = |paragraph: &str| {
        let mut lines = vec![String::new()];
        for word in paragraph.split(' ') {
            if lines.last().is_some_and(|line| !line.is_empty() && line.len() + word.len() >= 100) {
                lines.push(String::new());
            }
            let line = lines.last_mut().expect("it begins with one");
            line.extend((!line.is_empty()).then_some(' '));
            line.push_str(word);
        }
        lines.join("\n")
    };
    text.split("\n\n").map(fill).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_notices_are_those_of_what_is_linked_into_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/third-party-notices.txt");
    let known: Vec<Option<Value>> = SYSTEMS.into_iter().map(metadata).collect();
    let all: BTreeSet<Library> = known.iter().flatten().flat_map(libraries).collect();
    let fetched = known.iter().all(Option::is_some);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        assert!(fetched, "cargo fetch brings the libraries of every system");
        fs::write(&path, page(&all)).unwrap();
        return;
    }
    let written = fs::read_to_string(&path).unwrap();
    let anew = "UPDATE_GOLDENS=1 cargo test --test architecture -- notices";
    assert!(!fetched || written == page(&all), "out of date: {anew}");
    // Where cargo has fetched what one system needs and no more, its libraries must stand there all the same.
    let here: BTreeSet<Library> = known.iter().flatten().next().into_iter().flat_map(libraries).collect();
    assert!(here.len() > 50, "cargo has fetched only {}", here.len());
    for library in &here {
        let stands = written.contains(&format!("\n{}\n", library.called)) && written.contains(&filled(&library.grant));
        assert!(stands, "{} is lacking: {anew}", library.called);
    }
}

/// A library that the program no longer has, or has in another version, has no place there.
#[test]
fn every_library_of_the_notices_is_one_of_cargos_lock() {
    let of = |path: &str| fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let lock: toml::Table = of("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    let locked: BTreeSet<String> = packages
        .map(|package| format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap()))
        .collect();
    let notices = of("docs/third-party-notices.txt");
    let is_library = |line: &&str| {
        let parts: Vec<&str> = line.split(' ').collect();
        matches!(parts.as_slice(), [_, version] if version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.'))
    };
    let named: Vec<&str> = notices.lines().filter(is_library).collect();
    let gone: Vec<&&str> = named.iter().filter(|line| !locked.contains(**line)).collect();
    assert!(gone.is_empty() && named.len() > 50, "{gone:?} of {}", named.len());
}
