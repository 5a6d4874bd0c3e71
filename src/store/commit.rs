//! Writing, all or nothing, over however many files. Under the lock, after recovery:
//!
//! 1. A ledger's cut length is the end of its last whole row.
//! 2. *Light* is one row to one existing ledger that ends well. Everything else is a *batch*; unless it only adds, its
//!    epoch is new. Batch: each file to be replaced is copied to `.NAME.old`; copy and folder synced.
//! 3. Write the journal: light `sync`, not synced; batch `undo`, synced.
//! 4. Append: cut the torn tail, write at the cut length, check the length, sync. Put, also for new ledgers: `.NAME.new`
//!    (or end `.rows.new`, see `ahead`), sync, rename. Sync every folder that gained a name.
//! 5. Commit: light, the sync of 4; batch, overwrite `undo` by `done` and sync. Then light `done` unsynced, remove the
//!    copies, acknowledge.
//! 6. Any error after 3: journal `undo`, synced; put everything back; `done`, synced; "nothing was saved".

use super::change::{Change, nothing_stored, outcome};
use super::files;
use super::journal::{Journal, JournalFile, JournalState, LastBatches, TouchedPath, WriteTimes};
use super::lock::WriteLock;
use super::prepare::{BatchRows, WritePlan, WriteStep};
use super::recover::{self, UndoFailure};
use super::snapshot::Snapshot;
use super::staging::StagedRows;
use super::stream::{self, Stream};
use crate::base::day::{Instant, Offset};
use crate::base::fault::{Fault, Faults, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Who writes, as others are told.
#[derive(Debug)]
pub(super) struct LockHolder {
    pub verb: String,
    pub process: u32,
    pub since: Instant,
}

impl LockHolder {
    pub(super) fn new(verb: &str, process: u32, since: Instant) -> LockHolder {
        LockHolder { verb: verb.chars().filter(|c| !c.is_control()).collect(), process, since }
    }
}

impl Display for LockHolder {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.verb, self.process, self.since)
    }
}

/// The one who may write: holds the lock until it is dropped.
#[derive(Debug)]
pub struct Writer {
    pub(super) root: PathBuf,
    pub(super) pen: JournalFile,
    pub(super) last: Option<LastBatches>,
    pub(super) times: Option<WriteTimes>,
    pub(super) holder: LockHolder,
    pub(super) snapshot: Snapshot,
    pub(super) recovered: Vec<Fault>,
    /// Last, so that it is given back when all else is closed.
    pub(super) lock: WriteLock,
}

impl Writer {
    /// What stands, under the lock.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Has the time since when it writes told in the county's time, which is known only when its settings are read.
    #[must_use]
    pub fn in_offset(mut self, offset: Offset) -> Writer {
        self.holder.since = self.holder.since.in_offset(offset);
        self
    }

    /// Rows of one new ledger, to be written before the rest: nothing yet; all will bear `batch`. The writer must outlive
    /// them.
    #[must_use]
    pub fn stage(&self, batch: Id) -> StagedRows {
        StagedRows::new(&self.root, batch)
    }

    /// When the county was last written to; none where the journal does not know.
    #[must_use]
    pub fn times(&self) -> Option<WriteTimes> {
        self.times
    }

    /// What was put back of a command that died.
    #[must_use]
    pub fn recovered(&self) -> &[Fault] {
        &self.recovered
    }

    /// Stores a change and gives the lock back; all rows must bear `batch`. What was written `ahead` of a new ledger comes
    /// before its rows in the change. Says what else was done on the way.
    ///
    /// # Errors
    /// Nothing was stored; or, where it says so, it is not known whether it was.
    #[expect(clippy::needless_pass_by_value, reason = "a change is stored once")]
    pub fn commit(mut self, change: Change, batch: Id, ahead: Option<StagedRows>) -> Result<Vec<Fault>> {
        let staged = ahead.as_ref().and_then(StagedRows::ledger).map(str::to_owned);
        let rows = BatchRows { batch, staged: staged.as_deref() };
        let mut plan = WritePlan::make(&self.root, &self.snapshot, &change, rows)?;
        self.times = change.times.or(self.times);
        if plan.steps.is_empty() {
            return Ok(plan.warnings);
        }
        plan.ahead = ahead;
        self.check_place().map_err(nothing_stored)?;
        if plan.light {
            self.commit_row(&mut plan, batch)?;
        } else {
            self.commit_batch(&mut plan, batch)?;
        }
        Ok(plan.warnings)
    }

    fn commit_row(&mut self, plan: &mut WritePlan<'_>, batch: Id) -> Result<()> {
        let last = self.last.unwrap_or(LastBatches { epoch: batch, several: batch });
        let journal = self.journal(plan, batch, last, JournalState::Sync);
        self.pen.write(&journal).map_err(nothing_stored)?;
        if let Err(cause) = self.steps(plan) {
            return Err(match recover::put_back(&self.root, &mut self.pen, &journal, false) {
                Err(UndoFailure::Unsure(_)) if self.cut_again(plan).is_err() => maybe_stored(cause),
                Ok(()) | Err(UndoFailure::InForce(_) | UndoFailure::Unsure(_)) => nothing_stored(cause),
            });
        }
        // Whoever took the other lock may have written over it.
        self.check_place().map_err(maybe_stored)?;
        // It is stored; a `sync` that stays costs the next writer one more sync.
        let _ = self.pen.set(JournalState::Done);
        Ok(())
    }

    /// Cuts off a row that was appended, where the journal cannot be written.
    fn cut_again(&self, plan: &WritePlan<'_>) -> Result<()> {
        for step in &plan.steps {
            if let WriteStep::Append { path, keep, .. } = step {
                let at = self.root.join(path);
                let file = files::open_to_write(&at)?;
                files::cut(&file, &at, *keep)?;
                files::sync(&file, &at)?;
            }
        }
        Ok(())
    }

    fn commit_batch(&mut self, plan: &mut WritePlan<'_>, batch: Id) -> Result<()> {
        let epoch = self.last.filter(|_| plan.only_adds()).map_or(batch, |last| last.epoch);
        let journal = self.journal(plan, batch, LastBatches { epoch, several: batch }, JournalState::Undo);
        let asides: Vec<PathBuf> =
            plan.replaced_paths().map(|path| files::beside(&self.root.join(path), "old")).collect();
        if let Err(cause) = self.copy_asides(plan) {
            remove_asides(&asides);
            return Err(nothing_stored(cause));
        }
        if let Err(cause) = self.pen.write(&journal).and_then(|()| self.pen.sync()) {
            // Nothing was done under it yet, so it may as well be torn.
            let _ = self.pen.write(&journal.put_back()).and_then(|()| self.pen.sync());
            return Err(nothing_stored(cause));
        }
        let written = self.steps(plan);
        // Nothing is put back, for whoever took the other lock may have done that, and more, already.
        self.check_place().map_err(maybe_stored)?;
        if let Err(cause) = written.and_then(|()| self.pen.set(JournalState::Done)).and_then(|()| self.pen.sync()) {
            return Err(match recover::put_back(&self.root, &mut self.pen, &journal, false) {
                Ok(()) | Err(UndoFailure::InForce(_)) => nothing_stored(cause),
                Err(UndoFailure::Unsure(_)) => maybe_stored(cause),
            });
        }
        remove_asides(&asides);
        Ok(())
    }

    /// Whether lock and journal are still those that others would look at.
    fn check_place(&self) -> Result<()> {
        self.lock.check().and_then(|()| self.pen.check())
    }

    fn journal(&self, plan: &WritePlan<'_>, batch: Id, last: LastBatches, state: JournalState) -> Journal {
        let folders = plan.folders.iter().cloned().map(TouchedPath::Folder);
        let touched = folders.chain(plan.steps.iter().map(WriteStep::touch)).collect();
        Journal { batch, last, times: self.times, holder: self.holder.to_string(), touched, state }
    }

    fn copy_asides(&self, plan: &WritePlan<'_>) -> Result<()> {
        let mut folders = BTreeSet::new();
        for path in plan.replaced_paths() {
            let at = self.root.join(path);
            files::copy(&at, &files::beside(&at, "old"))?;
            folders.insert(files::folder_of(&at).to_owned());
        }
        folders.iter().try_for_each(|folder| files::sync_folder(folder))
    }

    fn steps(&self, plan: &mut WritePlan<'_>) -> Result<()> {
        let mut folders = BTreeSet::new();
        for folder in &plan.folders {
            let at = self.root.join(folder);
            files::make_folder(&at)?;
            folders.insert(files::folder_of(&at).to_owned());
        }
        for step in &plan.steps {
            let at = self.root.join(step.path());
            match step {
                WriteStep::Append { keep, length, ended, rows, .. } => append(&at, *keep, *length, *ended, rows)?,
                WriteStep::Put { path, first, rest, .. } => {
                    match plan.ahead.take_if(|ahead| ahead.ledger() == Some(path)) {
                        Some(ahead) => ahead.become_ledger(&at, rest)?,
                        None => put(&at, first, rest)?,
                    }
                    folders.insert(files::folder_of(&at).to_owned());
                }
            }
        }
        folders.iter().try_for_each(|folder| files::sync_folder(folder))
    }
}

/// Removes the copies that are not needed any more; they do no harm where they stay.
fn remove_asides(asides: &[PathBuf]) {
    for aside in asides {
        let _ = files::remove(aside);
    }
}

/// Appends rows to a ledger of `length` bytes of which `keep` are whole rows.
fn append(at: &Path, keep: u64, length: u64, ended: bool, rows: &[Vec<u8>]) -> Result<()> {
    let file = files::open_to_write(at)?;
    let same = |wanted: u64, file: &File| -> Result<()> {
        if files::length(file, at)? == wanted { Ok(()) } else { files::meddling_fault(at).fail() }
    };
    same(length, &file)?;
    if keep < length {
        files::cut(&file, at, keep)?;
    }
    let end: &[u8] = if ended { b"" } else { b"\n" };
    if !ended {
        files::write_at(&file, at, keep, end)?;
    }
    let mut stream = Stream::new(file, at, keep + end.len() as u64)?;
    rows.iter().try_for_each(|rows| stream.write(rows))?;
    let length = stream.position();
    let file = stream.finish()?;
    same(length, &file)?;
    files::sync(&file, at)
}

fn put(at: &Path, first: &[u8], rest: &[Vec<u8>]) -> Result<()> {
    let new = files::beside(at, "new");
    stream::write_new(&new, std::iter::once(first).chain(rest.iter().map(Vec::as_slice)))?;
    files::keep_permissions(at, &new)?;
    files::rename(&new, at)
}

fn maybe_stored(cause: Faults) -> Faults {
    outcome(
        cause,
        &Text::new(
            "不能确定是否已存入，请先查看再决定是否重做",
            "it may have been saved: check before you enter it again",
        ),
    )
}
