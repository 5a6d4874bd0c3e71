//! The store: the one place that touches files. A command's writes are all or nothing and survive a power cut once they
//! are acknowledged; readers see the state before or after a command, take no lock and write nothing. Knows paths and
//! bytes and whole rows, no kinds and no records.
//!
//! `commit` has the protocol of writing in ten lines, `snapshot` that of reading, `journal` the form of the journal.

#![allow(clippy::disallowed_methods, reason = "the store is the one place that touches files")]

mod change;
mod chunks;
mod commit;
mod files;
#[doc(hidden)]
pub mod fuzzed;
mod init;
mod journal;
mod layout;
mod listing;
mod lock;
mod modes;
mod output;
mod ownership;
mod prepare;
mod recover;
mod remains;
mod snapshot;
mod staging;
mod stream;
mod threads;
mod torn;
mod user_files;

use crate::base::paths::SETTINGS;
pub use change::{Append, Change};
pub use chunks::LedgerChunk;
use commit::LockHolder;
pub use commit::Writer;
pub use init::create;
pub use journal::WriteTimes;
use layout::{LinkPolicy, ListingOptions, ListingReach};
use lock::WriteLock;
pub use output::{Output, OutputFolder, PreparedOutput, Surroundings};
use recover::{MixedRows, Recovery};
use remains::UnfinishedBatch;
pub use snapshot::Snapshot;
pub use staging::StagedRows;
pub use threads::{in_order, scan};
pub use user_files::{read_in, read_stdin};

use crate::base::day::Instant;
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// How long a reader that is disturbed waits, in all, before it gives up; and at most before it tries again.
const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_millis(100);

/// Finds the data directory: `data` where one is named, which must then be one; else the nearest folder, from `dir`
/// outwards, that holds `culture.toml` or `data/culture.toml`.
///
/// # Errors
/// There is none.
pub fn find_root(data: Option<&Path>, dir: &Path) -> Result<PathBuf> {
    let is_root = |folder: &Path| files::look(&folder.join(SETTINGS)).map(|found| found.is_some());
    if let Some(data) = data {
        let path = data.display();
        return if is_root(data)? {
            Ok(data.to_owned())
        } else {
            no_data_directory(text!(
                "{path} 不是数据目录：其中没有 culture.toml",
                "{path} is not a data directory: it has no culture.toml"
            ))
        };
    }
    for folder in dir.ancestors() {
        for folder in [folder.to_owned(), folder.join("data")] {
            if is_root(&folder)? {
                return Ok(folder);
            }
        }
    }
    let path = dir.display();
    no_data_directory(text!("{path} 及其上级文件夹中都没有数据目录", "no data directory in {path} or above it"))
}

fn no_data_directory(what: Text) -> Result<PathBuf> {
    Fault::new("no-data-directory", what)
        .hint(text!(
            "用 --data 指明数据目录，或用 culture init 新建一个",
            "point to it with --data, or create one with culture init"
        ))
        .fail()
}

/// A data directory.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    links: LinkPolicy,
    threads: usize,
}

impl Store {
    /// The data directory in that folder, listed on up to `threads` threads.
    #[must_use]
    pub fn new(root: PathBuf, threads: usize) -> Store {
        Store { root, links: LinkPolicy::Followed, threads }
    }

    /// A data directory that somebody else made, to be read only: a link in it may lead out, so it is refused.
    #[must_use]
    pub fn foreign(root: PathBuf, threads: usize) -> Store {
        Store { root, links: LinkPolicy::Refused, threads }
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Runs `look` on what stands at one moment; runs it again if that moment was disturbed while it read.
    ///
    /// # Errors
    /// Those of `look`; a directory that cannot be listed; one that is written to all the time.
    pub fn read<T>(&self, mut look: impl FnMut(&Snapshot) -> Result<T>) -> Result<T> {
        self.read_patiently(PATIENCE, ListingReach::All, &mut look)
    }

    /// As [`Store::read`], on the county's settings, kinds and plans alone: no township is listed, however many there are.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_settings<T>(&self, mut look: impl FnMut(&Snapshot) -> Result<T>) -> Result<T> {
        self.read_patiently(PATIENCE, ListingReach::Settings, &mut look)
    }

    /// As [`Store::read`], with another patience.
    fn read_patiently<T>(
        &self,
        patience: Duration,
        reach: ListingReach,
        look: &mut impl FnMut(&Snapshot) -> Result<T>,
    ) -> Result<T> {
        let mut seen = None;
        self.look_patiently(patience, reach, &mut |snapshot| seen = Some(look(snapshot)))?;
        seen.expect("who was not disturbed has looked")
    }

    /// Lets `look` look until it was not disturbed. The time that it takes is not counted.
    fn look_patiently(&self, patience: Duration, reach: ListingReach, look: &mut dyn FnMut(&Snapshot)) -> Result<()> {
        let how = self.listing_options(reach);
        let mut waited = Duration::ZERO;
        let mut pause = Duration::from_millis(1);
        loop {
            let found = journal::read_journal(&self.root)?;
            let unfinished = UnfinishedBatch::find(&self.root, &found)?;
            let snapshot = Snapshot::take(&self.root, how, unfinished.as_ref())?;
            let mark = found.mark();
            if !snapshot.is_stale() && journal::read_journal(&self.root)?.mark() == mark {
                look(&snapshot);
                if !snapshot.is_stale() && mark.holds(&journal::read_journal(&self.root)?.mark()) {
                    return Ok(());
                }
            }
            if waited >= patience {
                return Self::disturbed();
            }
            sleep(pause);
            waited += pause;
            pause = LONGEST.min(pause * 2);
        }
    }

    fn listing_options(&self, reach: ListingReach) -> ListingOptions {
        ListingOptions { links: self.links, reach, threads: self.threads }
    }

    fn disturbed<T>() -> Result<T> {
        Fault::new(
            "busy",
            text!("数据目录一直在被写入，读不到完整的状态", "the data directory keeps changing and could not be read"),
        )
        .hint(text!("等写入的命令结束后再运行一次", "run the command again when the others have finished"))
        .fail()
    }

    /// Becomes the writer, waiting for others as long as `wait`, and puts back what a writer that died had begun.
    /// `verb`, `process` and `since` are told to whoever waits for this one.
    ///
    /// # Errors
    /// Somebody else writes all the time; the directory cannot be written to; what a writer left cannot be put back.
    pub fn write(&self, wait: Duration, verb: &str, process: u32, since: Instant) -> Result<Writer> {
        self.take_over(wait, LockHolder::new(verb, process, since), MixedRows::Refused)
    }

    /// As [`Store::write`]; a command that cannot be put back, since rows of others stand among its own, is ended, and every
    /// whole row stays.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn mend(&self, wait: Duration, verb: &str, process: u32, since: Instant) -> Result<Writer> {
        self.take_over(wait, LockHolder::new(verb, process, since), MixedRows::Kept)
    }

    fn take_over(&self, wait: Duration, holder: LockHolder, mixed: MixedRows) -> Result<Writer> {
        let lock = WriteLock::take(&self.root, wait)?;
        // Where it cannot be removed, it does no harm.
        let _ = staging::remove(&self.root);
        let mut pen = journal::JournalFile::open(&self.root)?;
        let found = journal::read_journal(&self.root)?;
        let Recovery { last, times, told: recovered } = recover::recover(&self.root, &mut pen, found, mixed)?;
        let snapshot = Snapshot::take(&self.root, self.listing_options(ListingReach::ButLedgers), None)?;
        Ok(Writer { root: self.root.clone(), pen, last, times, holder, snapshot, recovered, lock })
    }
}

#[cfg(test)]
mod tests;
