//! Who may know whom, and what is named in one place only.

use super::source::{Source, sources};

/// Each module of the first level with those that it may name. From the ground up: whoever stands lower knows nobody above.
/// `order`, `near`, `id`, `tree`, `written` and `table` are what several parts stand on.
const MAY_NAME: [(&str, &[&str]); 32] = [
    ("day", &[]),
    ("text", &[]),
    ("fault", &["text"]),
    ("order", &[]),
    ("near", &["order", "text"]),
    ("id", &[]),
    ("tree", &["day", "fault", "near", "order", "text"]),
    ("table", &["day", "text"]),
    ("kind", &["day", "fault", "id", "near", "order", "text", "tree"]),
    ("record", &["day", "id", "kind", "text"]),
    ("ledger", &["day", "fault", "id", "kind", "order", "record", "text"]),
    ("change", &["day", "fault", "id", "kind", "ledger", "record", "text"]),
    ("township", &["day", "fault", "near", "order", "text", "tree"]),
    ("plan", &["day", "fault", "kind", "order", "record", "text", "tree"]),
    ("sample", &["id", "order", "plan"]),
    ("calendar", &["day", "fault", "plan", "text", "tree"]),
    ("tally", &["day", "fault", "id", "kind", "ledger", "near", "order", "plan", "record", "township"]),
    ("standing", &["day", "plan", "record", "table", "tally", "text", "township"]),
    ("due", &["calendar", "day", "plan", "table", "tally", "text", "township"]),
    ("acceptance", &["day", "id", "tally"]),
    ("coverage", &["day", "fault", "kind", "ledger", "near", "order", "plan", "record", "tally", "text", "township"]),
    ("lagging", &["calendar", "day", "due", "id", "order", "plan", "standing", "tally", "township"]),
    // What it freezes is figures and what was due.
    (
        "closing",
        &[
            "day", "due", "fault", "id", "kind", "ledger", "order", "plan", "record", "tally", "text", "township",
            "tree",
        ],
    ),
    ("written", &["day", "fault", "kind", "near", "order", "record", "text"]),
    ("import", &["day", "fault", "id", "kind", "near", "order", "record", "table", "text", "township", "written"]),
    (
        "check",
        &[
            "calendar", "change", "closing", "day", "due", "fault", "id", "kind", "ledger", "near", "order", "plan",
            "record", "standing", "tally", "text", "township", "tree", "written",
        ],
    ),
    (
        "report",
        &[
            "acceptance",
            "calendar",
            "change",
            "check",
            "closing",
            "coverage",
            "day",
            "due",
            "fault",
            "id",
            "kind",
            "lagging",
            "order",
            "plan",
            "record",
            "sample",
            "standing",
            "table",
            "tally",
            "text",
            "township",
        ],
    ),
    ("render", &["day", "fault", "record", "report", "table", "text"]),
    ("store", &["day", "fault", "id", "order", "text"]),
    (
        "cli",
        &[
            "acceptance",
            "calendar",
            "change",
            "check",
            "closing",
            "coverage",
            "day",
            "due",
            "fault",
            "id",
            "import",
            "kind",
            "lagging",
            "ledger",
            "near",
            "order",
            "plan",
            "record",
            "render",
            "report",
            "sample",
            "standing",
            "store",
            "table",
            "tally",
            "text",
            "township",
            "tree",
            "written",
        ],
    ),
    ("lib", &["cli"]),
    ("main", &["cli", "day"]),
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
        let module = source.module();
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
    only_in(&[".append(true)", "O_APPEND"], &["src/store/outside.rs"], "a ledger is opened for appending");
}

#[test]
fn only_one_file_names_chrono() {
    only_in(&["chrono"], &["src/day.rs"], "chrono is named outside day.rs");
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

#[test]
fn nothing_panics() {
    let pieces = [
        "todo!",
        "unimplemented!",
        "panic!",
        "unreachable!",
        ".unwrap()",
        ".expect(",
        ".unwrap_err()",
        ".expect_err(",
        "assert!",
        "assert_eq!",
        "assert_ne!",
    ];
    only_in(&pieces, &[], "what can panic, outside tests");
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
    let dependencies = manifest["dependencies"].as_table().unwrap();
    // The nineteenth is `wide`: with it, parting lines into cells takes a third less time, without unsafe code of ours.
    // The eighteenth is `simdutf8`: a fifth of the time of reading a large ledger went into telling that it is UTF-8.
    // The seventeenth is `sha2`: what a closing sealed must be the same sum for whoever checks it with another program.
    assert!(dependencies.len() <= 19, "{} direct dependencies", dependencies.len());
}

#[test]
fn main_is_short() {
    let main = sources().iter().find(|source| source.path == "src/main.rs").unwrap();
    let body = main.whole.lines().skip_while(|line| !line.starts_with("fn main")).count();
    assert!(body < 20, "main has {body} lines");
}
