//! The bytes that once led the fuzzers somewhere new, or to a mistake, tried again.

#[path = "../../fuzz/tried.rs"]
mod tried;

use std::fs;
use std::path::Path;

/// Tries every file of a corpus; one that fails is named.
fn replay(name: &str, tried: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
        let bytes = fs::read(entry.path()).unwrap();
        let held = std::panic::catch_unwind(|| tried(&bytes));
        assert!(held.is_ok(), "{}", entry.path().display());
        count += 1;
    }
    assert!(count >= 5, "{} holds {count} files", folder.display());
}

#[test]
fn ledgers() {
    replay("ledger", tried::ledger);
}

#[test]
fn kinds() {
    replay("kind", tried::kind);
}

#[test]
fn plans() {
    replay("plan", tried::plan);
}

#[test]
fn townships() {
    replay("township", tried::township);
}

#[test]
fn journals() {
    replay("journal", tried::journal);
}

#[test]
fn values() {
    replay("written", tried::written);
}

#[test]
fn texts_sent() {
    replay("csv", tried::csv);
}

#[test]
fn workbooks_sent() {
    replay("workbook", tried::workbook);
}
