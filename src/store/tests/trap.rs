//! Steps that fail, or are left out, when a test says so, in the test's own thread; and a record of those that are done.

use super::disk::RecordedOperation;
use crate::store::files::FileOperation;
use crate::store::journal;
use std::cell::{Cell, RefCell};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

/// What happens at the step that is trapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Trap {
    /// It fails; what it was to write is half written.
    Once,
    /// It and all later ones fail.
    FromThen,
    /// The process dies: it and all later ones do nothing.
    Dead,
    /// The process dies in it: what it was to write is half written.
    DeadHalfway,
}

/// A part of the protocol, left out to see whether that is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum ProtocolStep {
    /// The sync of a ledger after rows were appended or cut off.
    LedgerSync,
    /// The sync of a new file before it is renamed.
    SyncBeforeRename,
    /// The sync of the copy of what is to be replaced.
    CopySync,
    /// The sync of a folder that gained or lost a name.
    FolderSync,
    /// The sync of the journal.
    JournalSync,
    /// The journal.
    Journal,
    /// Cutting off what was not wholly written.
    Cut,
    /// The lock.
    Lock,
}

thread_local! {
    static SET: Cell<Option<(Trap, usize)>> = const { Cell::new(None) };
    static LEFT_OUT: Cell<Option<ProtocolStep>> = const { Cell::new(None) };
    static REMOVED: RefCell<Option<(&'static str, PathBuf)>> = const { RefCell::new(None) };
    static DONE: RefCell<Option<Vec<RecordedOperation>>> = const { RefCell::new(None) };
}

/// Runs without a part of the protocol.
pub(in crate::store) fn without<T>(part: ProtocolStep, run: impl FnOnce() -> T) -> T {
    LEFT_OUT.set(Some(part));
    let done = run();
    LEFT_OUT.set(None);
    done
}

/// Runs while somebody removes a file: when another, of that name, is synced.
pub(in crate::store) fn removing<T>(file: &Path, at_sync_of: &'static str, run: impl FnOnce() -> T) -> T {
    REMOVED.set(Some((at_sync_of, file.to_owned())));
    let done = run();
    assert!(REMOVED.take().is_none(), "{at_sync_of} was never synced");
    done
}

fn remove_meanwhile(act: &FileOperation<'_>) {
    REMOVED.with_borrow_mut(|removed| {
        let is_time =
            |(name, _): &mut (&str, PathBuf)| matches!(act, FileOperation::Sync(path) if path.ends_with(name));
        if let Some((_, file)) = removed.take_if(is_time) {
            std::fs::remove_file(file).unwrap();
        }
    });
}

/// Whether this part is left out.
pub(in crate::store) fn is_left_out(part: ProtocolStep) -> bool {
    LEFT_OUT.get() == Some(part)
}

/// Runs, and tells all that was done to files.
pub(in crate::store) fn recorded<T>(run: impl FnOnce() -> T) -> (T, Vec<RecordedOperation>) {
    DONE.set(Some(Vec::new()));
    let done = run();
    (done, DONE.take().unwrap_or_default())
}

fn record(deed: Option<RecordedOperation>) {
    DONE.with_borrow_mut(|done| {
        if let (Some(all), Some(deed)) = (done, deed) {
            all.push(deed);
        }
    });
}

/// The part of the protocol that an act belongs to.
fn part(act: &FileOperation<'_>) -> Option<ProtocolStep> {
    let ends = |path: &Path, end: &str| path.to_string_lossy().ends_with(end);
    match act {
        FileOperation::Sync(path) if is_journal(path) => Some(ProtocolStep::JournalSync),
        FileOperation::Sync(path) if ends(path, ".new") => Some(ProtocolStep::SyncBeforeRename),
        FileOperation::Sync(path) if ends(path, ".old") => Some(ProtocolStep::CopySync),
        FileOperation::Sync(_) => Some(ProtocolStep::LedgerSync),
        FileOperation::SyncFolder(_) => Some(ProtocolStep::FolderSync),
        FileOperation::Cut(path, _) if !is_journal(path) => Some(ProtocolStep::Cut),
        FileOperation::Open
        | FileOperation::Create(_)
        | FileOperation::Cut(..)
        | FileOperation::Copy(..)
        | FileOperation::Rename(..)
        | FileOperation::Remove(_)
        | FileOperation::MakeFolder(_)
        | FileOperation::RemoveFolder(_) => None,
    }
}

fn is_journal(path: &Path) -> bool {
    path.ends_with(journal::NAME)
}

/// Lets `count` steps pass, then springs. Says afterwards whether it did.
pub(in crate::store) fn with<T>(trap: Trap, count: usize, run: impl FnOnce() -> T) -> (T, bool) {
    SET.set(Some((trap, count)));
    let done = run();
    (done, SET.take().is_some_and(|(_, left)| left == usize::MAX))
}

/// Whether this step fails, and whether half of it is done.
fn springs() -> Option<bool> {
    let (trap, left) = SET.get()?;
    let again = left == usize::MAX;
    SET.set(Some((trap, if left == 0 || again { usize::MAX } else { left - 1 })));
    match (trap, left == 0) {
        (Trap::Once | Trap::DeadHalfway, true) => Some(true),
        (Trap::FromThen | Trap::Dead, true) => Some(false),
        (Trap::FromThen | Trap::Dead | Trap::DeadHalfway, false) if again => Some(false),
        (Trap::Once | Trap::FromThen | Trap::Dead | Trap::DeadHalfway, false) => None,
    }
}

fn fault() -> Error {
    Error::from(ErrorKind::StorageFull)
}

/// Before a file is opened.
pub(in crate::store) fn step(act: &FileOperation<'_>) -> Result<(), Error> {
    if springs().is_some() {
        return Err(fault());
    }
    record(RecordedOperation::of(act));
    Ok(())
}

/// Does something to a file.
pub(in crate::store) fn act(act: &FileOperation<'_>, run: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
    if springs().is_some() {
        return Err(fault());
    }
    if part(act).is_some_and(is_left_out) {
        return Ok(());
    }
    remove_meanwhile(act);
    run()?;
    record(RecordedOperation::of(act));
    Ok(())
}

/// Writes; where it springs, half of the bytes or none.
pub(in crate::store) fn write(
    path: &Path,
    at: u64,
    bytes: &[u8],
    run: impl FnOnce(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let (length, whole) = match springs() {
        None => (bytes.len(), Ok(())),
        Some(half) => (if half { bytes.len().div_ceil(2) } else { 0 }, Err(fault())),
    };
    if is_journal(path) && is_left_out(ProtocolStep::Journal) {
        return whole;
    }
    run(&bytes[..length])?;
    record(Some(RecordedOperation::Write(path.to_owned(), at, bytes[..length].to_vec())));
    whole
}
