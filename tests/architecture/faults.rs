//! `docs/faults.md` is made from the sources: every code that a fault is given, with what is said there. `UPDATE_GOLDENS=1`
//! writes it anew.

use super::parts::none;
use super::scan::{Said, Scan, first_word, is_word};
use super::source::sources;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What stands above the table.
const HEAD: &str = "\
# Faults

Every error and every warning has a *code*, a short word that stays the same whatever the message says. With
`--format json` the faults on stderr are JSON, a line for each, and `code` is what a program should look at; `file`,
`line`, `column` and `field` say where. This list is made from the sources: what stands in `{…}` is filled in, and a
code that is used in several places has a row for each message.

*error, 1*: it could not be done, or what is stored is faulty. *error, 2*: the command was used wrongly. *warning, 0*:
the command goes on.

| code | level, exit code | English | 中文 |
|---|---|---|---|
";

/// A function that makes a fault of a code that it is given.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Maker {
    name: String,
    leads_to: &'static str,
    /// Which argument is the code, and which the words.
    code: usize,
    what: usize,
    /// The only file in which it is called, if it is a closure or no function of all.
    file: Option<String>,
}

fn constructors() -> Vec<Maker> {
    let made = [("Fault::new", "error, 1"), ("Fault::usage", "error, 2"), ("Fault::warning", "warning, 0")];
    made.map(|(name, leads_to)| Maker { name: name.to_owned(), leads_to, code: 0, what: 1, file: None }).to_vec()
}

/// A code, and what is said under it at one place.
struct Site {
    code: String,
    leads_to: &'static str,
    /// Chinese and English.
    said: Vec<(String, String)>,
    /// `path:line`.
    place: String,
}

/// All sources, searched for faults.
struct Search<'s> {
    scans: Vec<Scan<'s>>,
    sites: Vec<Site>,
    makers: Vec<Maker>,
}

/// Every place at which a fault gets its code.
fn sites() -> Vec<Site> {
    let scans = sources().iter().filter(|source| source.path != "src/base/fault.rs").map(Scan::new).collect();
    let mut search = Search { scans, sites: Vec::new(), makers: constructors() };
    let mut at = 0;
    while let Some(maker) = search.makers.get(at).cloned() {
        search.calls_of(&maker);
        at += 1;
    }
    search.fields();
    search.sites
}

impl<'s> Search<'s> {
    /// The calls of a maker: a code, or one more maker that hands its own code on.
    fn calls_of(&mut self, maker: &Maker) {
        let mut found = Vec::new();
        let mut makers = Vec::new();
        for scan in self.scans.iter().filter(|scan| maker.file.as_ref().is_none_or(|file| *file == scan.source.path)) {
            for (at, arguments) in scan.calls(&maker.name) {
                let (Some(&code), Some(&what)) = (arguments.get(maker.code), arguments.get(maker.what)) else {
                    continue;
                };
                let word = first_word(&scan.code[code.0..code.1]);
                let said = self.said(scan, at, what);
                if let Some(code) = scan.literal(code.0) {
                    found.push((code, said, scan.place(at)));
                } else if let Some(outer) = outer(scan, at, word, maker) {
                    makers.push(outer);
                } else {
                    let codes = self.codes(scan, at, word);
                    // A function of the same name that knows no codes.
                    let is_ours = !codes.is_empty() || maker.name.starts_with("Fault::");
                    assert!(!codes.is_empty() || !is_ours, "{}: which code?", scan.place(at));
                    found.extend(codes.into_iter().map(|code| (code, said.clone(), scan.place(at))));
                }
            }
        }
        for (code, said, place) in found {
            let code = code.to_owned();
            self.sites.push(Site { code, leads_to: maker.leads_to, said: plain_all(&said), place });
        }
        makers.retain(|maker| !self.makers.contains(maker));
        self.makers.extend(makers);
    }

    /// `Fault { code: …, ..made(…) }`: another code for what a function makes.
    fn fields(&mut self) {
        let mut found = Vec::new();
        for scan in &self.scans {
            for (at, _) in scan.code.match_indices("Fault { code: ") {
                let Some(code) = scan.literal(at + "Fault { code: ".len()) else { continue };
                let inside = &scan.code[at..scan.end(at + "Fault { ".len(), '\0')];
                let base = inside.split_once("..").map_or("", |(_, base)| first_word(base));
                let made = std::iter::once(scan).chain(&self.scans);
                let mut made = made.filter_map(|scan| Some((scan, scan.body(base)?)));
                let (by, (from, to)) = made.next().unwrap_or_else(|| panic!("{}: made of what?", scan.place(at)));
                let constructor = constructors().into_iter().find(|one| by.code[from..to].contains(&one.name));
                let leads_to = constructor.map_or("error, 1", |one| one.leads_to);
                let said = plain_all(&by.said(from, to));
                found.push(Site { code: code.to_owned(), leads_to, said, place: scan.place(at) });
            }
        }
        self.sites.extend(found);
    }

    /// The codes that a name can be: a constant, or what a binding before it takes out of tuples.
    fn codes(&self, scan: &Scan<'s>, at: usize, word: &str) -> Vec<&'s str> {
        if word.starts_with(char::is_uppercase) {
            let head = format!("const {word}: &str = ");
            let found = self.scans.iter().find_map(|scan| scan.literal(scan.code.find(&head)? + head.len()));
            return found.into_iter().collect();
        }
        let Some((from, to, names)) = scan.binding(word, at) else { return Vec::new() };
        let constants = scan.code[scan.around(at).map_or(0, |(start, _)| start)..to].split(|c| !is_word(c));
        let constants =
            constants.filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'));
        let mut spans = vec![(from, to)];
        for name in constants {
            let head = format!("const {name}:");
            spans.extend(
                scan.code
                    .find(&head)
                    .map(|start| (start, scan.end(start + scan.code[start..].find('=').unwrap(), ';'))),
            );
        }
        let literals = spans.into_iter().flat_map(|(from, to)| scan.literals(from, to));
        let mut codes: Vec<&str> = literals.filter(|word| is_code(word)).collect();
        codes.dedup();
        assert!(names.contains(&word));
        codes
    }

    /// What an argument says.
    fn said(&self, scan: &Scan<'s>, at: usize, (from, to): (usize, usize)) -> Vec<Said<'s>> {
        let said = scan.said(from, to);
        let argument = scan.code[from..to].trim();
        let word = first_word(argument).to_owned();
        if !said.is_empty() || word.is_empty() {
            return said;
        }
        if argument[argument.find(&word).unwrap() + word.len()..].starts_with('(') {
            return self.said_by(scan, &word);
        }
        if let Some((from, to, names)) = scan.binding(&word, at) {
            let which = names.iter().position(|name| *name == word).unwrap_or(0);
            let elements = scan.elements(from, to, which, names.len());
            if names.len() > 1 && !elements.is_empty() {
                return elements.into_iter().flat_map(|element| self.said(scan, from, element)).collect();
            }
            let said = scan.said(from, to);
            let value = scan.code[from..to].split_once('=').map_or("", |(_, value)| first_word(value));
            return if said.is_empty() && names.len() == 1 { self.said_by(scan, value) } else { said };
        }
        self.said_to(scan, at, &word)
    }

    /// What a function says, one of this source or else of any.
    fn said_by(&self, scan: &Scan<'s>, name: &str) -> Vec<Said<'s>> {
        let all = std::iter::once(scan).chain(&self.scans);
        let found = all.filter_map(|scan| scan.body(name).map(|(from, to)| scan.said(from, to)));
        found.take(1).flatten().collect()
    }

    /// What is given for a parameter of the function around a place.
    fn said_to(&self, scan: &Scan<'s>, at: usize, parameter: &str) -> Vec<Said<'s>> {
        let Some((start, callable)) = scan.around(at) else { return Vec::new() };
        let Some(which) = callable.parameters.iter().position(|name| name == parameter) else { return Vec::new() };
        let is_closure = scan.code[start..].starts_with("let ");
        let scans = self.scans.iter().filter(|other| !is_closure || other.source.path == scan.source.path);
        scans
            .flat_map(|scan| {
                let calls = scan.calls(&callable.name).into_iter();
                calls
                    .filter_map(|(_, arguments)| arguments.get(which).copied())
                    .flat_map(|(from, to)| scan.said(from, to))
            })
            .collect()
    }
}

/// The function around a call that takes the code as a parameter and hands it on to the maker.
fn outer(scan: &Scan<'_>, at: usize, word: &str, maker: &Maker) -> Option<Maker> {
    let (start, callable) = scan.around(at)?;
    let code = callable.parameters.iter().position(|name| name == word)?;
    let what = callable.parameters.iter().position(|name| name == "what").unwrap_or(code + 1);
    let is_closure = scan.code[start..].starts_with("let ");
    let file = is_closure.then(|| scan.source.path.clone());
    Some(Maker { name: callable.name, leads_to: maker.leads_to, code, what, file })
}

fn is_code(word: &str) -> bool {
    word.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase()))
}

/// What is said, in plain words; what begins with a colon only goes on with what stands before it.
fn plain_all(said: &[Said<'_>]) -> Vec<(String, String)> {
    let whole = said.iter().filter(|(_, en)| !en.starts_with(':'));
    whole.map(|(zh, en)| (plain(zh), plain(en))).collect()
}

/// A literal as it is said.
fn plain(literal: &str) -> String {
    let mut said = String::new();
    let mut rest = literal.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            ('\\', Some('\n')) => while rest.next_if(|c| c.is_whitespace()).is_some() {},
            ('\\', Some('n')) => {
                rest.next();
                said.push(' ');
            }
            ('\\', Some(_)) | ('{', Some('{')) | ('}', Some('}')) => said.extend(rest.next()),
            ('|', _) => said.push_str("\\|"),
            (c, _) => said.push(c),
        }
    }
    said
}

/// What `docs/faults.md` should hold.
fn document(sites: &[Site]) -> String {
    let mut rows: BTreeMap<(&str, &str), BTreeSet<(&str, &str)>> = BTreeMap::new();
    for site in sites {
        let said = rows.entry((&site.code, site.leads_to)).or_default();
        said.extend(site.said.iter().map(|(zh, en)| (en.as_str(), zh.as_str())));
    }
    let mut document = HEAD.to_owned();
    for ((code, leads_to), said) in rows {
        let said = if said.is_empty() { BTreeSet::from([("as the case is", "依具体情况")]) } else { said };
        for (en, zh) in said {
            document.extend(["| `", code, "` | ", leads_to, " | ", en, " | ", zh, " |\n"]);
        }
    }
    document
}

#[test]
fn every_code_is_a_word_of_its_own() {
    let unsorted = |site: &&Site| !is_code(&site.code) || site.code == "unsorted";
    let broken: Vec<String> =
        sites().iter().filter(unsorted).map(|site| format!("{}: {}", site.place, site.code)).collect();
    none(&broken, "codes that are no words, or that nobody has sorted");
}

#[test]
fn the_list_of_faults_is_that_of_the_sources() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    let made = document(&sites());
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(path, made).unwrap();
        return;
    }
    let listed = fs::read_to_string(path).unwrap();
    for (at, (listed, made)) in listed.lines().zip(made.lines()).enumerate() {
        assert_eq!(listed, made, "docs/faults.md:{}; UPDATE_GOLDENS=1 writes it anew", at + 1);
    }
    assert_eq!(listed.lines().count(), made.lines().count(), "docs/faults.md; UPDATE_GOLDENS=1 writes it anew");
}
