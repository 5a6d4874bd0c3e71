//! What a reader sees: the files of a data directory and their lengths at one moment, without lock and without writing.
//!
//! Read the journal; list names and lengths (under `undo`, see what is left of the batch as it was); read the journal
//! again: start over if more than a single row came or came to its end; read each file up to its length, missing or
//! short: start over; at the end start over if the epoch changed, or what was listed as done is being taken back.

use super::files::{self, LEDGER_LIMIT};
use super::layout::{self, ListingOptions};
use super::listing::FileIndex;
use super::remains::UnfinishedBatch;
use super::threads::lock;
use super::torn::{self, LedgerTail};
use crate::base::fault::{Fault, Place, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// The files of a data directory at one moment.
#[derive(Debug)]
pub struct Snapshot {
    root: PathBuf,
    files: FileIndex,
    strays: Vec<String>,
    /// Something it listed has changed since.
    stale: AtomicBool,
    /// What is said of an interrupted command that hides rows.
    unfinished: Option<Fault>,
    mixed: Vec<Fault>,
    warnings: Mutex<BTreeMap<String, Fault>>,
}

impl Snapshot {
    /// Lists what stands, seen as if an unfinished batch had not begun.
    pub(super) fn take(root: &Path, how: ListingOptions, unfinished: Option<&UnfinishedBatch<'_>>) -> Result<Snapshot> {
        let listing = layout::list(root, how)?;
        let files = FileIndex::new(root, how, listing.files, unfinished)?;
        Ok(Snapshot {
            root: root.to_owned(),
            strays: listing.strays,
            stale: AtomicBool::new(listing.moved),
            unfinished: unfinished.filter(|_| files.hides).and_then(UnfinishedBatch::warning),
            mixed: unfinished.map(UnfinishedBatch::mixed).unwrap_or_default(),
            files,
            warnings: Mutex::default(),
        })
    }

    /// Whether something it listed has changed since, so that it must be taken again.
    pub(super) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// The paths of the county's files that are no ledgers, relative and with `/`, sorted.
    pub fn settings(&self) -> impl Iterator<Item = &str> {
        self.files.settings()
    }

    /// The paths of all ledgers, sorted.
    ///
    /// # Errors
    /// Under the lock they are listed only now: a folder cannot be read.
    pub fn ledgers(&self) -> Result<impl Iterator<Item = &str>> {
        self.files.ledgers()
    }

    /// The paths of the ledgers in a township's folder, sorted.
    ///
    /// # Errors
    /// As [`Snapshot::ledgers`].
    pub fn ledgers_of(&self, township: &str) -> Result<Vec<String>> {
        self.files.ledgers_of(township)
    }

    /// What else stands in the directory, sorted; folders end with `/` and are not entered. The store's own files and
    /// those of version control are left out.
    pub fn strays(&self) -> impl Iterator<Item = &str> {
        self.strays.iter().map(String::as_str)
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        // One that cannot be looked at is there: reading it says why.
        self.files.find(path).map_or(true, |seen| seen.is_some())
    }

    /// Whether a regular file stands at a path from the data directory, of the layout or not (evidence, say). A path that
    /// climbs out names none.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub fn holds(&self, path: &str) -> Result<bool> {
        let path = path.replace('\\', "/");
        let below = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(&path).components().all(below) {
            return Ok(false);
        }
        Ok(files::look(&self.root.join(path))?.is_some_and(|metadata| metadata.is_file()))
    }

    /// The bytes of a file, a torn end included; none if there is no such regular file.
    #[must_use]
    pub fn length(&self, path: &str) -> Option<u64> {
        self.files.find(path).ok()??.length
    }

    /// A file's bytes; of a ledger its whole rows.
    ///
    /// # Errors
    /// There is no such file, it is not a regular one, is too large, or cannot be read.
    pub fn read(&self, path: &str) -> Result<Vec<u8>> {
        let mut buffer = Vec::new();
        self.read_into(path, &mut buffer)?;
        Ok(buffer)
    }

    /// As [`Snapshot::read`], into a buffer whose room is used again; what was in it is lost.
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn read_into(&self, path: &str, buffer: &mut Vec<u8>) -> Result<()> {
        let (at, length) = self.locate(path)?;
        let now = self.fill(path, &at, length, buffer)?;
        if DataPath::is_ledger(path) {
            self.keep_whole(path, &at, length, buffer, 0)
        } else if now == length {
            Ok(())
        } else {
            self.changed_meanwhile(path)
        }
    }

    /// Where a file's bytes are, and how many.
    pub(super) fn locate(&self, path: &str) -> Result<(PathBuf, u64)> {
        let (Some(seen), Some(limit)) = (self.files.find(path)?, files::limit(path)) else {
            return Fault::new("missing-file", text!("没有文件 {path}", "no file {path}")).at(Place::file(path)).fail();
        };
        let Some(length) = seen.length else { return files::irregular_fault(path).fail() };
        if length > limit {
            return files::too_large(path, length, limit).fail();
        }
        let own = self.root.join(path);
        Ok((if seen.aside { files::beside(&own, "old") } else { own }, length))
    }

    /// How many bytes of a ledger are whole rows, told from its beginning and end; none where that cannot be told without
    /// reading all of it. A torn end is left out and said, as by [`Snapshot::read`].
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn whole_length(&self, path: &str) -> Result<Option<u64>> {
        // What is no regular file, or lies aside, is read as a whole, where that is said.
        let Some(length) = self.files.find(path)?.filter(|seen| !seen.aside).and_then(|seen| seen.length) else {
            return Ok(None);
        };
        let mut start = Vec::new();
        let mut end = Vec::new();
        let near = torn::ROW_LIMIT as u64 * 2;
        if length > LEDGER_LIMIT || length <= near {
            return Ok(None);
        }
        self.read_range(path, 0..near, &mut start)?;
        self.read_range(path, length - near..length, &mut end)?;
        let columns = torn::column_count(&start);
        Ok(torn::find_end(&end, false, columns).filter(|end| end.rest == LedgerTail::Nothing).map(|_| length))
    }

    /// The lines of a file that begin in a range of its bytes, the last of them to its end, which is not beyond `length`:
    /// where in the buffer they begin. What was in the buffer is lost.
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn read_lines(&self, path: &str, part: Range<u64>, length: u64, buffer: &mut Vec<u8>) -> Result<usize> {
        // With the byte before, which says whether a line begins at the first.
        let start = part.start.saturating_sub(1);
        self.read_range(path, start..part.end.min(length), buffer)?;
        let mut end = part.end.min(length);
        while end < length && buffer.last() != Some(&b'\n') {
            let mut more = Vec::new();
            let further = (end + torn::ROW_LIMIT as u64).min(length);
            self.read_range(path, end..further, &mut more)?;
            if let Some(at) = memchr::memchr(b'\n', &more) {
                more.truncate(at + 1);
            }
            buffer.extend(more);
            end = further;
        }
        let before = if part.start == 0 { 0 } else { memchr::memchr(b'\n', buffer).map_or(buffer.len(), |at| at + 1) };
        Ok(before)
    }

    fn read_range(&self, path: &str, range: Range<u64>, buffer: &mut Vec<u8>) -> Result<()> {
        let at = self.root.join(path);
        let fault = |error| files::failure(text!("读取", "read"), &at, &error);
        let mut file = match File::open(&at) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.changed_meanwhile(path),
            Err(error) => return fault(error).fail(),
        };
        if !file.metadata().map_err(fault)?.is_file() {
            return files::irregular_fault(path).fail();
        }
        buffer.clear();
        file.seek(SeekFrom::Start(range.start)).map_err(fault)?;
        let wanted = range.end - range.start;
        let read = file.take(wanted).read_to_end(buffer).map_err(fault)?;
        if (read as u64) < wanted { self.changed_meanwhile(path) } else { Ok(()) }
    }

    /// Reads `length` bytes of a file, and says how many it has now.
    fn fill(&self, path: &str, at: &Path, length: u64, buffer: &mut Vec<u8>) -> Result<u64> {
        let (mut file, now) = self.open(path, at, length)?;
        let wanted = usize::try_from(length).map_err(|_| files::too_large(path, length, usize::MAX as u64))?;
        // Only what the buffer grows by is filled with zeros.
        buffer.resize(wanted, 0);
        self.read_at(&mut file, path, at, 0, buffer)?;
        Ok(now)
    }

    /// Opens a file that must have `length` bytes or more, and says how many it has.
    pub(super) fn open(&self, path: &str, at: &Path, length: u64) -> Result<(File, u64)> {
        let fault = |error| files::failure(text!("读取", "read"), at, &error);
        let file = match File::open(at) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.changed_meanwhile(path),
            Err(error) => return fault(error).fail(),
        };
        let metadata = file.metadata().map_err(fault)?;
        if !metadata.is_file() {
            return files::irregular_fault(path).fail();
        }
        if metadata.len() < length {
            return self.changed_meanwhile(path);
        }
        Ok((file, metadata.len()))
    }

    /// Fills a slice with a file's bytes from `start` on.
    pub(super) fn read_at(&self, file: &mut File, path: &str, at: &Path, start: u64, bytes: &mut [u8]) -> Result<()> {
        let found = if start == 0 { Ok(0) } else { file.seek(SeekFrom::Start(start)) };
        match found.and_then(|_| file.read_exact(bytes)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => self.changed_meanwhile(path),
            Err(error) => files::failure(text!("读取", "read"), at, &error).fail(),
        }
    }

    /// Leaves out a torn end and says so. From `from` on, `buffer` holds headings and rows up to the end of the file of
    /// `length` bytes.
    pub(super) fn keep_whole(
        &self,
        path: &str,
        at: &Path,
        length: u64,
        buffer: &mut Vec<u8>,
        from: usize,
    ) -> Result<()> {
        let rows = &buffer[from..];
        let Some(end) = torn::find_end(rows, true, torn::column_count(rows)) else { return Ok(()) };
        match end.rest {
            // What is no row is for the ledger to say, with its line.
            LedgerTail::Nothing | LedgerTail::NoRow => Ok(()),
            LedgerTail::Torn => {
                // A row that is being written looks torn too; but then the file grows.
                if files::look(at)?.is_none_or(|now| now.len() != length) {
                    return self.changed_meanwhile(path);
                }
                let torn = rows.len() - end.keep;
                buffer.truncate(from + end.keep);
                self.warn(path, torn_warning(path, torn));
                Ok(())
            }
        }
    }

    fn warn(&self, path: &str, fault: Fault) {
        lock(&self.warnings).insert(path.to_owned(), fault);
    }

    fn changed_meanwhile<T>(&self, path: &str) -> Result<T> {
        self.stale.store(true, Ordering::Relaxed);
        Fault::new("changed-meanwhile", text!("{path} 在读取时被改动", "{path} changed while being read"))
            .at(Place::file(path))
            .hint(text!("再运行一次", "run the command again"))
            .fail()
    }

    /// What was left out so far: of an interrupted command, then torn ends in the order of the paths.
    pub fn warnings(&self) -> Vec<Fault> {
        self.unfinished.iter().chain(lock(&self.warnings).values()).cloned().collect()
    }

    /// The files by which nobody can write, since they hold rows of an interrupted command among those of others.
    #[must_use]
    pub fn mixed(&self) -> &[Fault] {
        &self.mixed
    }
}

fn torn_warning(path: &str, torn: usize) -> Fault {
    Fault::warning(
        "torn-tail",
        text!(
            "{path} 末尾有 {torn} 字节没有写完（当时断电或中断），未计入",
            "ignored the last {torn} of {path}, never completely written (a power cut or a kill)",
            torn = Text::count(torn, "byte", "bytes")
        ),
    )
    .at(Place::file(path))
    .hint(text!("下一次写入会清除它们", "they will be removed by the next write there"))
}
