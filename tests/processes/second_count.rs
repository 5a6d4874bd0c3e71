//! The figures of `status`, counted a second time: `tests/recount` is a program in another language, written from the
//! design's text alone, and random counties on which both must agree key for key. `tests/recount/run` tries more of them.

use crate::common::folder::place;
use std::path::Path;
use std::process::{Command, Output};

fn python(words: &[&str]) -> std::io::Result<Output> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("python3");
    python.args(words).current_dir(here).env("PYTHONDONTWRITEBYTECODE", "1").env("TMPDIR", place()).output()
}

#[test]
fn a_second_program_counts_the_same() {
    // tomllib came with Python 3.11.
    if !python(&["-c", "import tomllib"]).is_ok_and(|done| done.status.success()) {
        eprintln!("skipped: no python3 (3.11 or later) here");
        return;
    }
    let culture = env!("CARGO_BIN_EXE_culture");
    let done = python(&["tests/recount/compare.py", culture, "--counties", "40", "--questions", "2"]).unwrap();
    let [out, err] = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(done.status.success(), "{out}{err}");
}
