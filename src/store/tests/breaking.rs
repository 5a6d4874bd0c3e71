//! One fault, or one death, at every step of every way to write; and the recovery broken too.

use super::trap::{Trap, with};
use super::*;
use crate::store::journal::{Journal, JournalFile, JournalReading, JournalState};

const TRAPS: [Trap; 4] = [Trap::Once, Trap::FromThen, Trap::Dead, Trap::DeadHalfway];

fn is_dead(trap: Trap) -> bool {
    matches!(trap, Trap::Dead | Trap::DeadHalfway)
}

/// The views before and after a change to a county that `prepare` has readied.
pub(super) fn views(prepare: fn(&Folder), change: &Change) -> (SeenFiles, SeenFiles) {
    let folder = Folder::county();
    prepare(&folder);
    let before = folder.view();
    folder.commit(change.clone(), 9).unwrap();
    (before, folder.view())
}

/// Checks what is seen after a break: by readers, after recovery, and after one more row.
pub(super) fn check(folder: &Folder, (before, after): &(SeenFiles, SeenFiles), stored: Option<bool>, said: &str) {
    let seen = folder.view();
    match stored {
        Some(true) => assert_eq!(&seen, after, "acknowledged, yet lost: {said}"),
        Some(false) => assert_eq!(&seen, before, "failed, yet stored: {said}"),
        None => assert!(&seen == before || &seen == after, "half done: {said}: {seen:?}"),
    }
    drop(folder.writer().unwrap_or_else(|faults| panic!("{said}: {faults}")));
    assert_eq!(folder.view(), seen, "recovery changed what was seen: {said}");
    folder.commit(one(50, 5), 5).unwrap_or_else(|faults| panic!("{said}: {faults}"));
    let mut more = seen;
    let ledger = more.iter_mut().find(|(path, _)| path == LEDGER).unwrap();
    if !ledger.1.ends_with('\n') {
        ledger.1.push('\n');
    }
    ledger.1.push_str(&row(50, 5));
    assert_eq!(folder.view(), more, "one more row: {said}");
    let left = fs::read_dir(&folder.0).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".new")
    });
    assert_eq!(left.count(), 0, "{said}");
}

pub(super) fn sweep(prepare: fn(&Folder), change: &Change) {
    sweep_by(prepare, change, Folder::commit);
}

fn sweep_by(prepare: fn(&Folder), change: &Change, commit: Commit) {
    let views = views(prepare, change);
    for trap in TRAPS {
        for count in 0.. {
            let folder = Folder::county();
            prepare(&folder);
            let (done, sprang) = with(trap, count, || commit(&folder, change.clone(), 9));
            let said = format!("{trap:?} at step {count}: {done:?}");
            let stored = match &done {
                Ok(_) => Some(true),
                Err(faults) if is_dead(trap) || faults.to_string().contains("may have been saved") => None,
                Err(_) => Some(false),
            };
            check(&folder, &views, stored, &said);
            if !sprang {
                assert!(done.is_ok() && count > 2, "{said}");
                break;
            }
        }
    }
}

#[test]
fn a_row_is_stored_or_not() {
    sweep(|_| {}, &one(60, 9));
}

#[test]
fn a_row_after_another_is_stored_or_not() {
    sweep(|folder| drop(folder.commit(one(40, 4), 4).unwrap()), &one(60, 9));
}

#[test]
fn a_row_after_a_batch_is_stored_or_not() {
    sweep(|folder| drop(folder.commit(much(4), 4).unwrap()), &one(60, 9));
}

#[test]
fn a_batch_is_stored_whole_or_not_at_all() {
    sweep(|_| {}, &much(9));
}

#[test]
fn a_batch_written_ahead_is_stored_whole_or_not_at_all() {
    sweep_by(|_| {}, &in_lots(9), Folder::commit_ahead);
}

#[test]
fn a_batch_after_a_longer_one_is_stored_whole_or_not_at_all() {
    sweep(|folder| drop(folder.commit(much(4), 4).unwrap()), &two_ledgers(9));
}

#[test]
fn a_row_behind_a_torn_one_is_stored_or_not() {
    let torn = |folder: &Folder| {
        let mut bytes = folder.bytes(LEDGER);
        bytes.extend_from_slice(&row(30, 3).as_bytes()[..60]);
        folder.put(LEDGER, &bytes);
    };
    sweep(torn, &one(60, 9));
}

#[test]
fn a_row_behind_one_without_line_end_is_stored_or_not() {
    let unended = |folder: &Folder| {
        let mut bytes = folder.bytes(LEDGER);
        bytes.pop();
        folder.put(LEDGER, &bytes);
    };
    sweep(unended, &one(60, 9));
}

/// A batch dies at every step, and the one who recovers dies or fails at every step too.
#[test]
fn recovery_may_break_and_be_repeated() {
    let views = views(|_| {}, &much(9));
    for first in [9, 27] {
        for trap in [Trap::Once, Trap::DeadHalfway] {
            for second in 0.. {
                let folder = Folder::county();
                let (done, died) = with(Trap::DeadHalfway, first, || folder.commit(much(9), 9));
                if !died {
                    break;
                }
                let (recovered, sprang) = with(trap, second, || folder.writer().map(drop));
                let said = format!("died at {first}, {trap:?} at {second}: {recovered:?}");
                check(&folder, &views, done.is_ok().then_some(true), &said);
                if !sprang {
                    break;
                }
            }
        }
    }
}

/// The sync of `done` fails, so that the batch is put back; then that dies too.
#[test]
fn a_batch_that_was_done_is_put_back_whole() {
    let rows = |path: &str| (path.to_owned(), append(row(100, 9) + &row(101, 9)));
    let change = Change { appends: BTreeMap::from([rows(LEDGER), rows(OTHER)]), ..Change::default() };
    let (before, _) = views(|_| {}, &change);
    for death in 2..6 {
        let folder = Folder::county();
        folder.commit(change.clone(), 9).unwrap();
        let mut pen = JournalFile::open(&folder.0).unwrap();
        let JournalReading::Whole(journal) = journal::read_journal(&folder.0).unwrap() else { panic!("it is whole") };
        let journal = Journal { state: JournalState::Undo, ..journal };
        let (done, died) = with(Trap::Dead, death, || recover::put_back(&folder.0, &mut pen, &journal, false));
        assert!(died && done.is_err());
        assert_eq!(folder.view(), before, "died at {death}");
    }
}

#[test]
fn who_died_is_told_of() {
    let folder = Folder::county();
    let (done, died) = with(Trap::Dead, 12, || folder.commit(much(9), 9));
    assert!(died && done.is_err());
    let told = folder.writer().unwrap().recovered().to_vec();
    assert_eq!(told[0].code, "taken-back");
    assert!(told[0].what.en.contains("add (4711, 2018-06-26T16:00:00+08:00) was interrupted"), "{told:?}");
    assert!(folder.writer().unwrap().recovered().is_empty());
}

#[test]
fn rows_of_another_batch_are_never_cut() {
    let folder = Folder::county();
    let (_, died) = with(Trap::Dead, 14, || folder.commit(much(9), 9));
    assert!(died);
    let before = text(&folder.bytes(LEDGER));
    let bytes = format!("{before}{}{}", row(100, 9), row(70, 7)).into_bytes();
    folder.put(LEDGER, &bytes);
    let refused = folder.writer().unwrap_err();
    assert_eq!(refused.0[0].code, "cannot-take-back");
    assert_eq!(folder.bytes(LEDGER), bytes);
    let bytes = format!("{before}{}", row(70, 7)).into_bytes();
    folder.put(LEDGER, &bytes);
    drop(folder.writer().unwrap());
    assert_eq!(folder.bytes(LEDGER), bytes, "where nothing of the batch is left, nothing is taken back");
}
