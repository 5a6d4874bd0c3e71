//! A journal that says `undo` beside files that are not as its command left them: copied while it ran, restored from a
//! backup, written to by somebody who saw no journal. No row of another command goes, and nobody is locked out.

use super::trap::{Trap, with};
use super::*;
use crate::store::journal::{ContentHash, Journal, JournalFile, JournalState, LastBatches, TouchedPath};

const CLOSING: &str = "closings/2018-05.toml";

/// A county in which batch 9 died: before its first step, or when all was written but the last word.
fn interrupted(change: &Change, at_the_end: bool) -> Folder {
    for step in 0.. {
        let folder = Folder::county();
        let (_, died) = with(Trap::Dead, step, || folder.commit(change.clone(), 9));
        assert!(died, "the batch was never on the disk as a whole");
        let JournalState::Undo = state(&folder) else { continue };
        let written = |path: &str| fs::read(folder.0.join(path)).is_ok_and(|bytes| text(&bytes).contains(&row(104, 9)));
        if !at_the_end || written(NEW) {
            return folder;
        }
    }
    unreachable!("every batch has a last step")
}

fn state(folder: &Folder) -> JournalState {
    match journal::read_journal(&folder.0).unwrap() {
        journal::JournalReading::Whole(journal) => journal.state,
        journal::JournalReading::Absent | journal::JournalReading::Torn(_) => JournalState::Done,
    }
}

fn code(result: Result<Writer>) -> &'static str {
    result.map_or_else(|faults| faults.0[0].code, |writer| writer.recovered().first().map_or("", |fault| fault.code))
}

/// What readers are told.
fn warned(folder: &Folder) -> Vec<&'static str> {
    folder.store().read(|snapshot| Ok(snapshot.warnings().iter().map(|fault| fault.code).collect())).unwrap()
}

fn named(folder: &Folder) -> Vec<&'static str> {
    folder.store().read(|snapshot| Ok(snapshot.mixed().iter().map(|fault| fault.code).collect())).unwrap()
}

fn mended(folder: &Folder) -> Writer {
    folder.store().mend(LONG, "check --fix", 4711, now()).unwrap()
}

#[test]
fn a_new_ledger_with_rows_of_others_is_not_removed() {
    let folder = interrupted(&much(9), true);
    let bytes = [folder.bytes(NEW), row(70, 7).into_bytes()].concat();
    folder.put(NEW, &bytes);
    assert_eq!((warned(&folder), named(&folder)), (vec!["unfinished-write"], vec!["cannot-take-back"]));
    assert_eq!(code(folder.writer()), "cannot-take-back");
    assert_eq!(folder.bytes(NEW), bytes);
    assert_eq!(mended(&folder).recovered()[0].code, "ended-unfinished");
    assert_eq!(folder.bytes(NEW), bytes);
    assert!(warned(&folder).is_empty() && named(&folder).is_empty());
    folder.commit(one(50, 5), 5).unwrap();
}

#[test]
fn a_new_ledger_of_others_alone_stays() {
    for theirs in [
        format!("{HEADER}{}", row(70, 7)),
        format!("{HEADER}{}", row(70, 7)).replace('\n', "\r\n"),
        format!("\u{feff}{HEADER}{}", row(70, 7)),
        format!("{HEADER}{}", row(70, 7)).replace(',', ";"),
        format!("{HEADER}written by hand\n"),
    ] {
        let folder = interrupted(&much(9), true);
        folder.put(NEW, theirs.as_bytes());
        assert_eq!(code(folder.writer()), "taken-back", "{theirs}");
        assert_eq!(text(&folder.bytes(NEW)), theirs);
    }
}

#[test]
fn a_ledger_that_another_program_saved_is_not_cut() {
    let folder = interrupted(&much(9), true);
    let saved = text(&folder.bytes(LEDGER)).replace('\n', "\r\n");
    folder.put(LEDGER, saved.as_bytes());
    assert_eq!(code(folder.writer()), "cannot-take-back");
    assert_eq!(text(&folder.bytes(LEDGER)), saved);
}

#[test]
fn files_that_were_replaced_since_stay() {
    let folder = interrupted(&much(9), true);
    folder.put(SETTINGS, b"format = 1\ncounty = \"restored\"\n");
    folder.put(CLOSING, b"figures = [1]\n");
    assert_eq!(code(folder.writer()), "taken-back");
    assert_eq!(text(&folder.bytes(SETTINGS)), "format = 1\ncounty = \"restored\"\n");
    assert_eq!(text(&folder.bytes(CLOSING)), "figures = [1]\n");
    assert_eq!(text(&folder.bytes(LEDGER)), format!("{HEADER}{}", row(1, 1)), "the rest is taken back");
    assert!(!folder.0.join(NEW).try_exists().unwrap());
}

/// A ledger that is to be replaced as a whole, as where it gains a column.
fn widened() -> Change {
    let whole = format!("{HEADER}{}{}", row(1, 1), row(104, 9));
    let puts = BTreeMap::from([(LEDGER.to_owned(), whole.into_bytes())]);
    let appends = BTreeMap::from([(NEW.to_owned(), append(row(104, 9)))]);
    Change { appends, puts, ..Change::default() }
}

#[test]
fn a_replaced_ledger_that_has_gone_on_is_not_put_back() {
    let put_at = |change: &Change| {
        let folder = Folder::county();
        let steps = (0..100).find(|step| {
            let folder = Folder::county();
            let (_, died) = with(Trap::Dead, *step, || folder.commit(change.clone(), 9));
            died && text(&folder.bytes(LEDGER)).contains(&row(104, 9))
        });
        let (_, died) = with(Trap::Dead, steps.unwrap(), || folder.commit(change.clone(), 9));
        assert!(died);
        folder
    };
    let folder = put_at(&widened());
    assert_eq!(code(folder.writer()), "taken-back");
    assert_eq!(text(&folder.bytes(LEDGER)), format!("{HEADER}{}", row(1, 1)));
    for (more, expected) in [(row(104, 9) + &row(70, 7), "cannot-take-back"), (row(70, 7), "taken-back")] {
        let folder = put_at(&widened());
        let theirs = format!("{HEADER}{}{more}", row(1, 1));
        folder.put(LEDGER, theirs.as_bytes());
        assert_eq!(code(folder.writer()), expected);
        assert_eq!(text(&folder.bytes(LEDGER)), theirs);
    }
}

/// The ages that a file may have beside a journal: before the county's first row, before the batch, with what the batch
/// wrote, and later than it.
fn ages() -> Vec<Option<String>> {
    let mine = row(100, 9) + &row(101, 9);
    let texts = [
        HEADER.to_owned(),
        format!("{HEADER}{}", row(1, 1)),
        format!("{HEADER}{}{}", row(1, 1), &mine[..50]),
        format!("{HEADER}{}{mine}", row(1, 1)),
        format!("{HEADER}{}{mine}{}", row(1, 1), row(70, 7)),
        format!("{HEADER}{}{}{mine}", row(1, 1), row(70, 7)),
        format!("{HEADER}{}{}", row(1, 1), row(70, 7)),
        format!("{HEADER}{}{}", row(3, 3), row(70, 7).repeat(3)),
        format!("{HEADER}{}", row(1, 1)).trim_end().to_owned(),
    ];
    texts.into_iter().map(Some).chain([None]).collect()
}

fn lines(folder: &Folder, path: &str) -> Vec<String> {
    let bytes = fs::read(folder.0.join(path)).unwrap_or_default();
    text(&bytes).split_inclusive('\n').map(|line| line.trim_end().to_owned()).collect()
}

/// Every combination of ages of two ledgers that stood and one that is new.
#[test]
fn whatever_stands_beside_a_stale_journal_stays_and_locks_nobody_out() {
    let theirs = |line: &String| line.len() == row(1, 1).len() - 1 && !line.ends_with(&id(9).to_string());
    let mut refused = 0;
    for first in ages() {
        for second in ages() {
            for new in ages() {
                let folder = Folder::county();
                let stand = format!("{HEADER}{}", row(1, 1)).len() as u64;
                let cut = |path: &str| TouchedPath::Cut(stand, path.to_owned());
                let journal = Journal {
                    batch: id(9),
                    last: LastBatches { epoch: id(9), several: id(9) },
                    times: None,
                    holder: "import (1, x)".to_owned(),
                    touched: vec![cut(LEDGER), cut(OTHER), TouchedPath::New(None, NEW.to_owned())],
                    state: JournalState::Undo,
                };
                JournalFile::open(&folder.0).unwrap().write(&journal).unwrap();
                for (path, text) in [(LEDGER, &first), (OTHER, &second), (NEW, &new)] {
                    match text {
                        Some(text) => folder.put(path, text.as_bytes()),
                        None => drop(fs::remove_file(folder.0.join(path))),
                    }
                }
                let before = [LEDGER, OTHER, NEW].map(|path| lines(&folder, path));
                let said = format!("{before:?}");
                let named = named(&folder);
                match folder.writer() {
                    Ok(_) => assert!(named.is_empty(), "{said}"),
                    Err(faults) => {
                        assert_eq!((faults.0[0].code, named.is_empty()), ("cannot-take-back", false), "{said}");
                        refused += 1;
                        assert_eq!([LEDGER, OTHER, NEW].map(|path| lines(&folder, path)), before, "{said}");
                        drop(mended(&folder));
                        assert_eq!([LEDGER, OTHER, NEW].map(|path| lines(&folder, path)), before, "{said}");
                    }
                }
                for (path, before) in [LEDGER, OTHER, NEW].iter().zip(&before) {
                    let after = lines(&folder, path);
                    assert!(
                        before.iter().filter(|line| theirs(line)).all(|line| after.contains(line)),
                        "{said}: {after:?}"
                    );
                }
                assert!(warned(&folder).iter().all(|code| *code != "unfinished-write"), "{said}");
                folder.commit(one(50, 5), 5).unwrap_or_else(|faults| panic!("{said}: {faults}"));
            }
        }
    }
    assert_eq!(refused, 10 * 10 * 10 - 8 * 8 * 7, "the rest hold no rows of the batch among those of others");
}

#[test]
fn a_row_that_is_torn_behind_a_reference_is_no_row_of_others() {
    let folder = interrupted(&much(9), false);
    let torn = format!("{}{}", text(&folder.bytes(LEDGER)), &row(100, 9)[..43]);
    assert!(torn.ends_with(&id(77).to_string()));
    folder.put(LEDGER, torn.as_bytes());
    assert_eq!(code(folder.writer()), "taken-back");
    assert_eq!(text(&folder.bytes(LEDGER)), format!("{HEADER}{}", row(1, 1)));
}

#[test]
fn a_single_row_whose_ledger_has_gone_locks_nobody_out() {
    let folder = Folder::county();
    folder.commit(one(60, 9), 9).unwrap();
    JournalFile::open(&folder.0).unwrap().set(JournalState::Sync).unwrap();
    fs::remove_file(folder.0.join(LEDGER)).unwrap();
    assert_eq!(code(folder.writer()), "");
}

#[test]
fn readers_say_what_they_leave_out_unless_it_is_being_written() {
    let folder = interrupted(&much(9), true);
    assert_eq!(warned(&folder), ["unfinished-write"]);
    let held = lock::WriteLock::take(&folder.0, LONG).unwrap();
    assert!(warned(&folder).is_empty(), "its writer lives");
    drop(held);
    let began = interrupted(&much(9), false);
    assert!(warned(&began).is_empty(), "nothing is left out");
}

#[test]
fn readers_see_what_recovery_will_leave() {
    for theirs in [row(70, 7), row(70, 7).repeat(2)] {
        let folder = interrupted(&much(9), true);
        folder.put(LEDGER, format!("{HEADER}{}{theirs}", row(1, 1)).as_bytes());
        folder.put(SETTINGS, b"format = 1\ncounty = \"restored\"\n");
        let seen = folder.view();
        drop(folder.writer().unwrap());
        assert_eq!(folder.view(), seen);
    }
}

/// Ending it may be cut short and repeated.
#[test]
fn ending_may_break_and_be_repeated() {
    for trap in [Trap::Once, Trap::Dead] {
        for step in 0.. {
            let folder = interrupted(&much(9), true);
            let bytes = [folder.bytes(NEW), row(70, 7).into_bytes()].concat();
            folder.put(NEW, &bytes);
            let (ended, sprang) = with(trap, step, || folder.store().mend(LONG, "check --fix", 4711, now()).map(drop));
            assert_eq!(folder.bytes(NEW), bytes, "{trap:?} at {step}: {ended:?}");
            drop(mended(&folder));
            assert_eq!(folder.bytes(NEW), bytes);
            folder.commit(one(50, 5), 5).unwrap();
            if !sprang {
                assert!(ended.is_ok() && step > 3);
                break;
            }
        }
    }
}

#[test]
fn what_a_journal_says_of_a_file_is_read_again() {
    let hash = ContentHash::NOTHING.and(b"figures = []\n");
    for touch in [TouchedPath::New(Some(hash), CLOSING.to_owned()), TouchedPath::Old(None, CLOSING.to_owned())] {
        let last = LastBatches { epoch: id(1), several: id(1) };
        let touched = vec![touch];
        let journal = Journal {
            batch: id(1),
            last,
            times: None,
            holder: "close (1, x)".to_owned(),
            touched,
            state: JournalState::Undo,
        };
        assert_eq!(Journal::parse(&journal.bytes()).unwrap(), Some(journal));
    }
}
