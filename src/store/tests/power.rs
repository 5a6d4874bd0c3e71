//! The power goes at every step of every way to write, and takes what was not synced; and the proof that these tests can
//! fail: every part of the protocol is left out in turn, and each time it is noticed.

use super::breaking::{check, sweep, views};
use super::disk::{Disk, DiskTree, RecordedOperation, tree};
use super::trap::{ProtocolStep, Trap, recorded, with, without};
use super::*;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Lays a tree that was found in `from` into a new folder.
fn laid(tree: &DiskTree, from: &Folder) -> Folder {
    let folder = Folder::new();
    for (path, bytes) in tree {
        let path = folder.0.join(path.strip_prefix(&from.0).unwrap());
        match bytes {
            None => fs::create_dir_all(path).unwrap(),
            Some(bytes) => fs::write(path, bytes).unwrap(),
        }
    }
    folder
}

/// Every state that a power cut may leave while these things are done, and afterwards; each once.
fn states(before: &DiskTree, deeds: &[RecordedOperation]) -> (BTreeSet<DiskTree>, BTreeSet<DiskTree>) {
    let mut disk = Disk::new(before);
    let mut during = BTreeSet::new();
    for deed in deeds {
        if let RecordedOperation::Write(path, at, bytes) = deed {
            let half = bytes.len().div_ceil(2);
            disk.apply(&RecordedOperation::Write(path.clone(), *at, bytes[..half].to_vec()));
            during.extend(disk.left());
        }
        disk.apply(deed);
        during.extend(disk.left());
    }
    (during, disk.left())
}

/// Cuts the power during and after a change to a county that `prepare` has readied; says how many states there are.
fn cut(prepare: fn(&Folder), change: &Change) -> usize {
    cut_by(prepare, change, Folder::commit)
}

fn cut_by(prepare: fn(&Folder), change: &Change, commit: Commit) -> usize {
    let views = views(prepare, change);
    let folder = Folder::county();
    prepare(&folder);
    let before = tree(&folder.0);
    let (done, deeds) = recorded(|| commit(&folder, change.clone(), 9));
    done.unwrap();
    let (during, after) = states(&before, &deeds);
    for (trees, stored) in [(&during, None), (&after, Some(true))] {
        for (number, tree) in trees.iter().enumerate() {
            check(&laid(tree, &folder), &views, stored, &format!("power cut, state {number}, stored: {stored:?}"));
        }
    }
    during.len() + after.len()
}

fn nothing(_: &Folder) {}

fn with_a_batch(folder: &Folder) {
    folder.commit(much(4), 4).unwrap();
}

fn with_a_torn_end(folder: &Folder) {
    let mut bytes = folder.bytes(LEDGER);
    bytes.extend_from_slice(&row(30, 3).as_bytes()[..60]);
    folder.put(LEDGER, &bytes);
}

#[test]
fn the_power_may_go_while_a_row_is_stored() {
    assert!(cut(nothing, &one(60, 9)) > 10);
    assert!(cut(with_a_batch, &one(60, 9)) > 10);
    assert!(cut(with_a_torn_end, &one(60, 9)) > 10);
}

#[test]
fn the_power_may_go_while_a_batch_is_stored() {
    assert!(cut(nothing, &much(9)) > 30);
    assert!(cut(with_a_batch, &two_ledgers(9)) > 10);
    assert!(cut_by(nothing, &in_lots(9), Folder::commit_ahead) > 30);
}

/// One dies while it writes, another stores a row, then the power goes: that row must be there, and of the first all or
/// nothing.
fn die_then_cut(change: &Change) {
    die_then_cut_by(change, Folder::commit);
}

fn die_then_cut_by(change: &Change, commit: Commit) {
    let views = views(nothing, change);
    for death in 0.. {
        let folder = Folder::county();
        let before = tree(&folder.0);
        let (died, deeds) = recorded(|| {
            let (_, died) = with(Trap::Dead, death, || commit(&folder, change.clone(), 9));
            folder.commit(one(50, 5), 5).unwrap();
            died
        });
        let (_, after) = states(&before, &deeds);
        for tree in &after {
            let folder = laid(tree, &folder);
            let mut seen = folder.view();
            let ledger = seen.iter_mut().find(|(path, _)| path == LEDGER).unwrap();
            let stored = ledger.1.strip_suffix(&row(50, 5)).map(str::to_owned);
            ledger.1 = stored.unwrap_or_else(|| panic!("died at {death}: the row is lost: {}", ledger.1));
            assert!(seen == views.0 || seen == views.1, "died at {death}: half done: {seen:?}");
        }
        if !died {
            break;
        }
    }
}

#[test]
fn a_death_and_then_a_power_cut_lose_nothing() {
    die_then_cut(&one(60, 9));
    die_then_cut(&much(9));
    die_then_cut_by(&in_lots(9), Folder::commit_ahead);
}

/// While one writes, another is kept out.
fn one_at_a_time() {
    let folder = Folder::county();
    let holder = folder.writer().unwrap();
    assert!(folder.store().write(Duration::ZERO, "edit", 1, now()).is_err(), "two write at once");
    drop(holder);
}

#[test]
fn whatever_is_left_out_is_noticed() {
    one_at_a_time();
    let row = || assert!(cut(nothing, &one(60, 9)) > 10);
    let batch = || assert!(cut(nothing, &much(9)) > 30);
    let tries: [(ProtocolStep, &dyn Fn()); 11] = [
        (ProtocolStep::LedgerSync, &row),
        (ProtocolStep::LedgerSync, &batch),
        (ProtocolStep::LedgerSync, &|| die_then_cut(&one(60, 9))),
        (ProtocolStep::SyncBeforeRename, &batch),
        (ProtocolStep::SyncBeforeRename, &|| assert!(cut_by(nothing, &in_lots(9), Folder::commit_ahead) > 30)),
        (ProtocolStep::CopySync, &batch),
        (ProtocolStep::FolderSync, &batch),
        (ProtocolStep::JournalSync, &batch),
        (ProtocolStep::Journal, &|| sweep(nothing, &much(9))),
        (ProtocolStep::Cut, &|| sweep(with_a_torn_end, &one(60, 9))),
        (ProtocolStep::Lock, &one_at_a_time),
    ];
    for (part, tried) in tries {
        let held = catch_unwind(AssertUnwindSafe(|| without(part, tried)));
        assert!(held.is_err(), "{part:?} was left out, and nobody noticed");
    }
}
