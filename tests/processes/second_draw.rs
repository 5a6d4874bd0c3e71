//! A sample is the same on another machine: `tests/drawing/draw.py` draws it again, in another language and from the words
//! alone.

use crate::common::{County, Folder};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Size, seed and method of each draw.
const DRAWS: [(&str, &str, &str); 7] = [
    ("1", "2018年度验收", "in-all"),
    ("5", "2018年度验收", "in-all"),
    ("7", "two words", "in-all"),
    ("11", "ß…🎭", "in-all"),
    ("99", "x", "in-all"),
    ("1", "2018年度验收", "of-each"),
    ("3", "two words", "of-each"),
];

/// Townships with 1, 5, 8 and 13 records, so that remainders and ties both decide.
fn county() -> County {
    let county = County::new();
    for (township, many) in [("城关镇", 5), ("柳塔乡", 13), ("柳屯镇", 8), ("文化馆", 1)] {
        let rows: Vec<String> = (1..=many).map(|day| format!("2018-05-{day:02},village,村{day},1\n")).collect();
        county.write("in.csv", &format!("日期,into,地点,场次\n{}", rows.concat()));
        let _ = county.ok(&format!("import performance in.csv -t {township}"));
    }
    county
}

#[test]
fn another_program_draws_the_same() {
    if !Command::new("python3").arg("--version").output().is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: no python3 here");
        return;
    }
    let (county, folder) = (county(), Folder::new());
    let list = folder.0.join("list.json");
    county.ok(&format!("list performance --format json -o '{}'", list.display()));
    let townships = county.ok("township list --format ids").lines().collect::<Vec<_>>().join(",");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drawing/draw.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(&list).arg(townships).env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONIOENCODING", "utf-8");
    let done = python.args(DRAWS.iter().flat_map(|(size, seed, method)| [*size, *seed, *method])).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let theirs = String::from_utf8(done.stdout).unwrap();
    assert_eq!(theirs.lines().count(), DRAWS.len());
    for ((size, seed, method), theirs) in DRAWS.into_iter().zip(theirs.lines()) {
        let each = if method == "of-each" { "--per-township" } else { "" };
        let ours = county.json(&format!("sample performance --size {size} --seed '{seed}' {each}"));
        let ids = ours["records"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap());
        let said = [&ours["population"], &ours["digest"]].map(Value::to_string).map(|said| said.replace('"', ""));
        let ours: Vec<&str> = said.iter().map(String::as_str).chain(ids).collect();
        assert_eq!(ours.join(" "), theirs, "{size} {seed} {method}");
    }
}
