//! `culture check` reads whatever any command reads: each kind of file of the data directory is broken in turn, and what
//! stops a command is told by the check.

use crate::common::County;
use culture::base::fault::Exit;
use serde_json::Value;
use std::collections::BTreeSet;

const HOLIDAYS: &str = include_str!("../../../src/holidays/2018.toml");
const OWN_KIND: &str = "id = \"officer\"\ntitle = \"文化专干\"\nkey = [\"name\"]\n[[field]]\nname = \"date\"\ntype = \
                        \"date\"\ntitle = \"日期\"\nrequired = true\n[[field]]\nname = \"name\"\ntitle = \"姓名\"\nrequired = true\n";

/// What reads a county, each in its own way.
const COMMANDS: [&str; 23] = [
    "status",
    "status --by-month",
    "status --known 2018-06-01",
    "due",
    "due --ics",
    "lagging",
    "restate 2018-04",
    "list performance",
    "why performances",
    "show aaaaaaaaaaaa",
    "log",
    "kinds",
    "plan show 2018",
    "plan check 2018",
    "township list",
    "report month 2018-05",
    "report milestone",
    "report coverage",
    "report acceptance",
    "handover",
    "verify",
    "add performance 城关镇 2018-06-10 into=village place=河东村 title=晚会 performer=豫剧团",
    "close 2018-05 --despite 未齐",
];

/// A county with a file of every kind.
fn whole_county() -> County {
    let county = County::new();
    county.write("holidays/2018.toml", HOLIDAYS);
    county.write("kinds/officer.toml", OWN_KIND);
    for date in ["2018-04-10", "2018-05-10"] {
        county.add(&format!(
            "performance 城关镇 {date} into=village place=河东村 title=消夏晚会 performer=县豫剧团 audience=300"
        ));
    }
    county.add("officer 城关镇 2018-04-10 name=王芳");
    let closed = county.run("close 2018-04 --despite 未齐");
    assert!(closed.exit == Exit::Done, "{closed:?}");
    county
}

/// The codes of what a command says is wrong with a file, by file.
fn told(county: &County, line: &str) -> BTreeSet<(String, String)> {
    let ran = county.run(&format!("{line} --format json"));
    let faults = ran.err.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let errors = faults.filter(|fault| fault["level"] == "error" && fault["file"].is_string());
    errors
        .map(|fault| (fault["file"].as_str().unwrap().to_owned(), fault["code"].as_str().unwrap().to_owned()))
        .collect()
}

/// What the check finds, in the same form.
fn found(county: &County) -> BTreeSet<(String, String)> {
    let ran = county.run("check --format json");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let rows = report["tables"][0]["rows"].as_array().unwrap_or_else(|| panic!("{report}"));
    let place = |row: &Value| row["file"].as_str().unwrap_or_default().to_owned();
    rows.iter().map(|row| (place(row), row["code"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn whatever_stops_a_command_is_told_by_the_check() {
    let files: Vec<String> = whole_county().files().into_iter().map(|(path, _)| path).collect();
    let mut broken = 0;
    for path in &files {
        let whole = whole_county();
        let text = whole.read(path);
        let harms = [format!("{text}\n[[\n"), format!("{text}\nunheard = 1\n"), String::new()];
        for harmed in harms {
            let county = whole.copy();
            county.write(path, &harmed);
            let found = found(&county);
            for command in COMMANDS {
                let told = told(&county, command);
                broken += told.len();
                // Which of the faults of a file is met first hangs on the command: that the file is named counts.
                let untold: Vec<_> =
                    told.iter().filter(|(file, _)| !found.iter().any(|(named, _)| named == file)).collect();
                assert!(untold.is_empty(), "{path}: culture {command} says {untold:?}, the check {found:?}\n{harmed}");
            }
        }
    }
    assert!(broken > 300, "{broken} faults stopped a command");
}

#[test]
fn the_marks_that_git_leaves_are_named_in_every_kind_of_file() {
    let files: Vec<String> = whole_county().files().into_iter().map(|(path, _)| path).collect();
    for path in files {
        let county = whole_county();
        let text = county.read(&path);
        let (first, rest) = text.split_once('\n').unwrap();
        county.write(&path, &format!("{first}\n<<<<<<< HEAD\n{rest}=======\n{rest}>>>>>>> theirs\n"));
        let found = found(&county);
        assert!(found.contains(&(path.clone(), "conflict-marks".to_owned())), "{path}: {found:?}");
    }
}
