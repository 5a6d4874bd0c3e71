//! No files of one room import each other in a circle: whoever reads a room can begin at its ground.
//!
//! A file knows another when one of its paths leads to something that is defined there: `use super::row::Row`,
//! `crate::ledger::walk(…)`, also through `pub use`. That a module lists or re-exports its parts is no knowledge.

use super::parts::none;
use super::source::{Source, sources};
use std::collections::{BTreeMap, BTreeSet};

/// The module that a file is: `["ledger", "row"]`; the crate's root is empty.
fn module_of(path: &str) -> Vec<String> {
    let below = path.strip_prefix("src/").unwrap().strip_suffix(".rs").unwrap();
    let mut module: Vec<String> = below.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// The files by the module that each is, and what each re-exports: name -> path.
struct Crate {
    files: BTreeMap<Vec<String>, &'static Source>,
    exports: BTreeMap<Vec<String>, BTreeMap<String, Vec<String>>>,
}

impl Crate {
    fn read() -> Crate {
        let files: BTreeMap<_, _> = sources().iter().map(|source| (module_of(&source.path), source)).collect();
        let mut exports = BTreeMap::new();
        for (module, source) in &files {
            let of = uses(source).into_iter().filter(|one| one.exported);
            exports.insert(module.clone(), of.map(|one| (one.name, one.path)).collect());
        }
        Crate { files, exports }
    }

    /// The module in whose file a path's last part is defined; none for a path that leads out of the crate.
    fn defining(&self, from: &[String], path: &[String]) -> Option<Vec<String>> {
        let mut module = from.to_vec();
        let mut rest = path;
        match path.first().map(String::as_str) {
            Some("crate" | "culture") => {
                module.clear();
                rest = &path[1..];
            }
            Some("self") => rest = &path[1..],
            Some("super") => {}
            Some(first) => {
                let mut child = module.clone();
                child.push(first.to_owned());
                self.files.get(&child)?;
            }
            None => return None,
        }
        for (at, part) in rest.iter().enumerate() {
            if part == "super" {
                module.pop();
                continue;
            }
            if part == "self" {
                continue;
            }
            let mut child = module.clone();
            child.push(part.clone());
            if self.files.contains_key(&child) {
                module = child;
            } else if let Some(export) = self.exports.get(&module).and_then(|exports| exports.get(part)) {
                let mut path = export.clone();
                path.extend(rest[at + 1..].iter().cloned());
                return self.defining(&module, &path);
            } else {
                break;
            }
        }
        Some(module)
    }

    /// Which files of the same room each file knows.
    fn edges(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut edges: BTreeMap<&'static str, BTreeSet<&'static str>> = BTreeMap::new();
        for (module, source) in &self.files {
            let imports = uses(source).into_iter().filter(|one| !one.exported).map(|one| one.path);
            for path in imports.chain(inline(source)) {
                let Some(other) = self.defining(module, &path) else { continue };
                let other = self.files[&other];
                if other.path != source.path && other.room() == source.room() && !source.room().is_empty() {
                    edges.entry(&source.path).or_default().insert(&other.path);
                }
            }
        }
        edges
    }
}

/// One name that a file brings into scope.
struct Import {
    name: String,
    path: Vec<String>,
    /// It stands there for others.
    exported: bool,
}

/// What the `use` items of a file bring in, their trees flattened.
fn uses(source: &Source) -> Vec<Import> {
    let code = source.code.join("\n");
    let mut all = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let before = code[..at].rsplit('\n').next().unwrap_or("").trim();
        if !(before.is_empty() || before.starts_with("pub")) {
            continue;
        }
        let Some(end) = code[at..].find(';') else { continue };
        let tree: String = code[at + "use ".len()..at + end].split_whitespace().collect::<Vec<_>>().join(" ");
        flatten(&tree, &[], before.starts_with("pub"), &mut all);
    }
    all
}

fn flatten(tree: &str, stem: &[String], exported: bool, all: &mut Vec<Import>) {
    let tree = tree.trim();
    if let Some((head, list)) = tree.split_once('{') {
        let stem: Vec<String> = stem.iter().cloned().chain(parts(head)).collect();
        let list = list.rsplit_once('}').map_or(list, |(list, _)| list);
        for one in at_commas(list) {
            flatten(one, &stem, exported, all);
        }
        return;
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias.trim())));
    let path: Vec<String> = stem.iter().cloned().chain(parts(path)).filter(|part| part != "*").collect();
    let Some(last) = path.iter().rev().find(|part| *part != "self") else { return };
    let name = alias.map_or_else(|| last.clone(), str::to_owned);
    all.push(Import { name, path, exported });
}

fn parts(path: &str) -> impl Iterator<Item = String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
}

/// Cut at the commas that stand in no braces.
fn at_commas(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                pieces.push(&list[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&list[start..]);
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// The paths in a file's code that begin at `crate`, `self` or `super`, outside `use` items too.
fn inline(source: &Source) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for line in source.code.iter().filter(|line| !line.contains("use ") && !line.contains("pub(")) {
        for root in ["crate::", "super::"] {
            for (at, _) in line.match_indices(root) {
                if line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '$')) {
                    continue;
                }
                let path: String =
                    line[at..].chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
                all.push(parts(&path).collect());
            }
        }
    }
    all
}

/// A circle of files that begins and ends at `start`, if there is one.
fn circle<'e>(edges: &BTreeMap<&'e str, BTreeSet<&'e str>>, start: &'e str) -> Option<Vec<&'e str>> {
    let mut from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for &next in edges.get(file).into_iter().flatten() {
            if next == start {
                let mut way = vec![start];
                let mut at = file;
                while at != start {
                    way.push(at);
                    at = from[at];
                }
                way.push(start);
                way.reverse();
                return Some(way);
            }
            if !from.contains_key(next) {
                from.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

#[test]
fn no_files_of_a_room_import_each_other_in_a_circle() {
    let edges = Crate::read().edges();
    let mut told: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
    let mut broken = Vec::new();
    for &file in edges.keys() {
        if let Some(way) = circle(&edges, file)
            && told.insert(way.iter().copied().collect())
        {
            broken.push(way.join(" -> "));
        }
    }
    none(&broken, "files of one room import each other in a circle");
}

#[test]
fn an_import_leads_to_the_file_that_defines_what_it_names() {
    let program = Crate::read();
    let path = |text: &str| -> Vec<String> { parts(text).collect() };
    for (from, of, file) in [
        ("cli::frame", "crate::ledger::Source", "ledger"),
        ("store", "crate::base::fault::Result", "base::fault"),
        ("store::commit", "super::layout", "store::layout"),
        ("figures::tally::fold", "super::super::deadline::Deadline", "figures::deadline"),
    ] {
        assert_eq!(program.defining(&path(from), &path(of)), Some(path(file)), "{of} from {from}");
    }
    assert_eq!(program.defining(&path("store"), &path("std::fs")), None);
    let mut flat = Vec::new();
    flatten("super::{row::{Row, self}, seal as stamp}", &[], false, &mut flat);
    let flat: Vec<(String, String)> = flat.into_iter().map(|one| (one.name, one.path.join("::"))).collect();
    let expected = [("Row", "super::row::Row"), ("row", "super::row::self"), ("stamp", "super::seal")];
    assert_eq!(flat, expected.map(|(name, path)| (name.to_owned(), path.to_owned())));
}
