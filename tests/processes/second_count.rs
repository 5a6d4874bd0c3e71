//! The figures of `status`, counted a second time: `tests/recount` is a program in another language, written from the
//! design's text alone, and random counties on which both must agree key for key. `tests/recount/run` tries more of them.
//! What both are asked of small counties was worked out on paper.

use crate::common::folder::place;
use std::path::Path;
use std::process::{Command, Output};

fn python(words: &[&str]) -> std::io::Result<Output> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("python3");
    python.env("PYTHONIOENCODING", "utf-8").env("PYTHONDONTWRITEBYTECODE", "1").env("TMPDIR", place());
    python.args(words).current_dir(here).output()
}

fn agrees(words: &[&str]) {
    // tomllib came with Python 3.11.
    if !python(&["-c", "import tomllib"]).is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: no python3 (3.11 or later) here");
        return;
    }
    let done = python(words).unwrap();
    let [out, err] = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(done.status.success(), "{out}{err}");
}

#[test]
fn a_second_program_counts_the_same() {
    agrees(&["tests/recount/compare.py", env!("CARGO_BIN_EXE_culture"), "--counties", "40", "--questions", "2"]);
}

#[test]
fn both_count_what_was_counted_by_hand() {
    agrees(&["tests/recount/by_hand.py", env!("CARGO_BIN_EXE_culture")]);
}
