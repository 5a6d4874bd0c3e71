//! Who may know whom, and what is named in one place only.

use super::source::{Source, sources};
use std::collections::BTreeSet;

/// Each room with those that it may name, from the ground up: whoever stands lower knows nobody above.
const MAY_NAME: [(&str, &[&str]); 13] = [
    ("base", &[]),
    ("schema", &["base"]),
    ("ledger", &["base", "schema"]),
    ("store", &["base"]),
    ("import", &["base", "schema"]),
    ("figures", &["base", "schema", "ledger"]),
    ("check", &["base", "schema", "ledger"]),
    ("report", &["base", "schema", "ledger", "figures"]),
    ("render", &["base", "report"]),
    ("county", &["base", "schema", "ledger", "store", "import", "figures", "check", "report"]),
    ("cli", &["base", "schema", "ledger", "store", "import", "figures", "report", "render", "county"]),
    ("lib", &["cli"]),
    ("main", &["base", "cli"]),
];

/// Macros and names that stand at the top of the crate.
const AT_THE_TOP: [&str; 2] = ["text!", "run"];

/// Fails with every place at which a wall is broken.
#[track_caller]
pub(super) fn none(broken: &[String], wall: &str) {
    assert!(broken.is_empty(), "{wall}:\n{}", broken.join("\n"));
}

/// The modules that a line names, as `crate::module`, `crate::{module, …}` or, in `main`, `culture::module`.
fn named(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for root in ["crate::", "culture::"] {
        for (at, _) in line.match_indices(root) {
            let whole = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
            let rest = &line[at + root.len()..];
            let list = rest.strip_prefix('{').map_or(rest, |list| list.split('}').next().unwrap_or(list));
            let several = rest.starts_with('{');
            for part in list.split(',').take(if several { usize::MAX } else { 1 }) {
                let word: String =
                    part.trim().chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '!')).collect();
                if whole && !word.is_empty() {
                    found.push(word);
                }
            }
        }
    }
    found
}

/// A file's code on one line for each statement that begins with `use`, so that lists over several lines are read whole.
fn statements(source: &Source) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, line) in source.code.iter().enumerate() {
        match all.last_mut().filter(|_| open) {
            Some((_, statement)) => statement.push_str(line),
            None => all.push((at + 1, line.clone())),
        }
        let begun = all.last().is_some_and(|(_, statement)| statement.contains("crate::{"));
        open = begun && !line.contains(';');
    }
    all
}

#[test]
fn modules_know_only_those_below_them() {
    let mut broken = Vec::new();
    for source in sources() {
        let module = source.room();
        let Some((_, may)) = MAY_NAME.iter().find(|(name, _)| *name == module) else {
            broken.push(format!("{}: module {module} has no row in MAY_NAME", source.path));
            continue;
        };
        for (line, statement) in statements(source) {
            for name in named(&statement) {
                if name != module && !AT_THE_TOP.contains(&name.as_str()) && !may.contains(&name.as_str()) {
                    broken.push(format!("{}:{line}: {module} may not name {name}", source.path));
                }
            }
        }
    }
    none(&broken, "the direction of modules (MAY_NAME) is broken");
}

/// A grant that nobody uses is a wall that is no longer there.
#[test]
fn every_grant_is_used() {
    let mut used = BTreeSet::new();
    for source in sources() {
        for (_, statement) in statements(source) {
            used.extend(named(&statement).into_iter().map(|name| (source.room(), name)));
        }
    }
    let mut broken = Vec::new();
    for (room, may) in MAY_NAME.into_iter().filter(|(room, _)| !matches!(*room, "lib" | "main")) {
        let idle = may.iter().filter(|name| !used.contains(&(room, (**name).to_owned())));
        broken.extend(idle.map(|name| format!("{room} may name {name}, and nothing there does")));
    }
    none(&broken, "grants in MAY_NAME that nobody uses");
}

/// So no circle can arise.
#[test]
fn the_table_names_upwards_only() {
    let mut broken = Vec::new();
    for (at, (module, may)) in MAY_NAME.iter().enumerate() {
        let below = |other: &&&str| !MAY_NAME[..at].iter().any(|(name, _)| *name == **other);
        broken.extend(
            may.iter().filter(below).map(|other| format!("{module} names {other}, which does not stand above it")),
        );
    }
    none(&broken, "the rows of MAY_NAME are out of order");
}

/// The table of rooms in the documents is this table.
#[test]
fn the_document_lists_the_rooms_with_those_that_they_may_know() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/architecture.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| room |")).skip(2);
    let code = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let told: Vec<_> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').collect::<Vec<_>>())
        .map(|cells| (code(cells[1]), code(cells[2])))
        .collect();
    let rooms = MAY_NAME.iter().filter(|(name, _)| !["lib", "main"].contains(name));
    let held: Vec<_> = rooms
        .map(|(name, may)| (vec![(*name).to_owned()], may.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()))
        .collect();
    assert_eq!(told, held);
}

/// What may be named in some files only, and in which.
fn only_in(pieces: &[&str], places: &[&str], wall: &str) {
    let elsewhere = |source: &Source| !places.iter().any(|place| source.path.starts_with(place));
    let broken: Vec<String> = sources()
        .iter()
        .filter(|source| elsewhere(source))
        .flat_map(|source| pieces.iter().flat_map(|piece| source.places_of(piece)))
        .collect();
    none(&broken, wall);
}

#[test]
fn only_the_store_touches_files() {
    let pieces = [
        "std::fs",
        "fs::",
        "File::",
        "OpenOptions",
        "create_dir",
        "read_dir",
        "read_to_string",
        "remove_file",
        "remove_dir",
        ".exists()",
        ".is_file()",
        ".is_dir()",
        ".canonicalize()",
        ".metadata()",
        "std::{fs",
        "tempfile",
    ];
    only_in(&pieces, &["src/store/"], "files are touched outside the store");
}

#[test]
fn nothing_is_written_wherever_a_file_happens_to_end() {
    only_in(&[".append(true)", "O_APPEND"], &["src/store/output.rs"], "a ledger is opened for appending");
}

#[test]
fn only_one_file_names_chrono() {
    only_in(&["chrono"], &["src/base/day.rs"], "chrono is named outside base/day.rs");
}

#[test]
fn clock_and_environment_are_read_in_main_only() {
    let pieces = [
        "std::env::",
        "env::var",
        "env::args",
        "SystemTime",
        "Instant::now",
        "current_dir",
        "process::id",
        "process::exit",
    ];
    only_in(&pieces, &["src/main.rs"], "the clock or the environment is read outside main");
}

#[test]
fn output_goes_to_the_writer_that_was_passed_in() {
    only_in(
        &["println!", "print!", "eprintln!", "eprint!", "dbg!", "io::stdout", "io::stderr"],
        &["src/main.rs"],
        "output past the writers",
    );
    only_in(&["println!", "eprintln!", "dbg!"], &[], "a macro that panics on a full disk");
}

/// What comes in loses what nobody sees, and what goes out shows it: at one place each, so that no verb can forget it.
#[test]
fn what_comes_in_and_what_goes_out_goes_through_one_gate() {
    only_in(&["try_get_matches"], &["src/cli/frame.rs", "src/cli/clap_words/tests.rs"], "words that are not seen to");
    only_in(&["DeValue", "DeTable"], &["src/base/config"], "TOML that is read past the gate for its texts");
    only_in(&["made_visible"], &["src/base/unseen", "src/render/"], "a format, a page or a verb that shows by itself");
    let bytes = ["src/cli/frame.rs", "src/cli/check.rs", "src/cli/due.rs", "src/cli/export.rs"];
    only_in(&["call.write("], &bytes, "bytes that no function of render made");
    only_in(&[".say(self.lang).as_bytes", ".say(call.lang).as_bytes"], &[], "words printed past render");
}

#[test]
fn nothing_panics() {
    let pieces = [
        "todo!",
        "unimplemented!",
        "panic!",
        "unreachable!",
        ".unwrap()",
        ".unwrap_err()",
        ".expect_err(",
        "assert!",
        "assert_eq!",
        "assert_ne!",
    ];
    only_in(&pieces, &[], "what can panic, outside tests");
}

/// The impossible is loud: what it would take is said where it is ruled out.
#[test]
fn an_expect_says_why() {
    let mut broken = Vec::new();
    for source in sources() {
        for (at, _) in source.code.iter().enumerate().filter(|(_, line)| line.contains(".expect(")) {
            let reasons = source.literals.iter().filter(|(line, _)| [at + 1, at + 2].contains(line));
            if !reasons.into_iter().any(|(_, reason)| reason.split(' ').count() >= 4) {
                broken.push(format!("{}:{}", source.path, at + 1));
            }
        }
    }
    none(&broken, "an expect without a reason");
}

#[test]
fn clap_is_named_in_the_verbs_only() {
    only_in(&["clap"], &["src/cli/"], "clap is named outside the verbs");
}

#[test]
fn anyhow_is_for_main_and_the_commands() {
    only_in(&["anyhow"], &["src/main.rs", "src/cli/"], "anyhow below the commands");
}

#[test]
fn nothing_is_unsafe() {
    only_in(&["unsafe "], &[], "unsafe code");
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
}

#[test]
fn dependencies_are_few_and_each_has_its_reason() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let begins = manifest.find("[dependencies]\n").unwrap();
    let (_, table) = manifest[begins..].split_once('\n').unwrap();
    let lines: Vec<&str> = table.lines().take_while(|line| !line.starts_with('[')).collect();
    let is_dependency = |line: &str| line.starts_with(|c: char| c.is_ascii_lowercase());
    let named = lines.iter().filter(|line| is_dependency(line)).count();
    let parsed: toml::Table = manifest.parse().unwrap();
    assert_eq!(named, parsed["dependencies"].as_table().unwrap().len(), "dependencies that are not a line each");
    assert!(named <= 20, "{named} direct dependencies");
    let has_reason = |at: usize| at > 0 && lines[at - 1].starts_with("# ");
    let bare = lines.iter().enumerate().filter(|&(at, line)| is_dependency(line) && !has_reason(at));
    let bare: Vec<String> = bare.map(|(_, line)| format!("Cargo.toml: {line}")).collect();
    none(&bare, "dependencies without a line above them that says why");
}

#[test]
fn main_is_short() {
    let main = sources().iter().find(|source| source.path == "src/main.rs").unwrap();
    let body = main.whole.lines().skip_while(|line| !line.starts_with("fn main")).count();
    assert!(body < 20, "main has {body} lines");
}
