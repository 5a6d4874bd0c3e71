//! What a reader sees: the files of a data directory and their lengths at one moment, without lock and without writing.
//!
//! Read the journal; list names and lengths (under `undo`: shorten `cut`, hide `new`, take `.old`); read the journal
//! again: start over if more than a single row came or came to its end; read each file up to its length, missing or
//! short: start over; at the end start over if the epoch changed, or what was listed as done is being taken back.

use super::files::{self, CLOSING_LIMIT, LEDGER_LIMIT, TOML_LIMIT};
use super::journal::Touch;
use super::layout::{self, Shape};
use super::whole::{self, Rest};
use crate::fault::{Fault, Place, Result};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

/// The files of a data directory at one moment.
#[derive(Debug)]
pub struct Snapshot {
    root: PathBuf,
    /// Sorted by path.
    files: Vec<Seen>,
    strays: Vec<String>,
    /// Something it listed has changed since.
    stale: AtomicBool,
    warnings: Mutex<BTreeMap<String, Fault>>,
}

#[derive(Debug)]
struct Seen {
    path: String,
    /// None: no regular file.
    length: Option<u64>,
    /// Its bytes are those of `.NAME.old`.
    aside: bool,
}

impl Snapshot {
    /// Lists what stands, seen as if what is to be undone had not been done.
    pub(super) fn take(root: &Path, to_undo: &[Touch]) -> Result<Snapshot> {
        let listing = layout::list(root)?;
        let files = listing.files.into_iter().map(|file| Seen { path: file.path, length: file.length, aside: false });
        let mut snapshot = Snapshot {
            root: root.to_owned(),
            files: files.collect(),
            strays: listing.strays,
            stale: AtomicBool::new(listing.moved),
            warnings: Mutex::default(),
        };
        for touch in to_undo {
            snapshot.undo(touch)?;
        }
        Ok(snapshot)
    }

    fn undo(&mut self, touch: &Touch) -> Result<()> {
        match touch {
            Touch::Cut(length, path) => {
                if let Some(seen) = self.seen_mut(path) {
                    seen.length = seen.length.map(|now| now.min(*length));
                }
            }
            Touch::New(path) => self.files.retain(|seen| seen.path != *path),
            Touch::Old(path) => {
                let aside = files::look(&files::beside(&self.root.join(path), "old"))?;
                if let Some(length) = aside.filter(std::fs::Metadata::is_file).map(|metadata| metadata.len()) {
                    let seen = Seen { path: path.clone(), length: Some(length), aside: true };
                    match self.place(path) {
                        Ok(at) => self.files[at] = seen,
                        // Where renames are not atomic it can be missing under its own name.
                        Err(at) => self.files.insert(at, seen),
                    }
                }
            }
            Touch::Folder(_) => {}
        }
        Ok(())
    }

    fn place(&self, path: &str) -> std::result::Result<usize, usize> {
        self.files.binary_search_by(|seen| seen.path.as_str().cmp(path))
    }

    fn seen(&self, path: &str) -> Option<&Seen> {
        self.place(path).ok().and_then(|at| self.files.get(at))
    }

    fn seen_mut(&mut self, path: &str) -> Option<&mut Seen> {
        self.place(path).ok().and_then(|at| self.files.get_mut(at))
    }

    /// Whether something it listed has changed since, so that it must be taken again.
    pub(super) fn is_stale(&self) -> bool {
        self.stale.load(Ordering::Relaxed)
    }

    /// The paths of the layout's files, relative and with `/`, sorted.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|seen| seen.path.as_str())
    }

    /// What else stands in the directory, sorted; folders end with `/` and are not entered. The store's own files and
    /// those of version control are left out.
    pub fn strays(&self) -> impl Iterator<Item = &str> {
        self.strays.iter().map(String::as_str)
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.seen(path).is_some()
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
        self.seen(path)?.length
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
        let (Some(seen), Some(shape)) = (self.seen(path), layout::shape(path)) else {
            return Fault::new(text!("没有文件 {path}", "there is no file {path}")).at(Place::file(path)).fail();
        };
        let Some(length) = seen.length else { return files::irregular(path).fail() };
        let limit = match shape {
            Shape::Toml => TOML_LIMIT,
            Shape::Closing => CLOSING_LIMIT,
            Shape::Ledger => LEDGER_LIMIT,
        };
        if length > limit {
            return files::too_large(path, length, limit).fail();
        }
        let own = self.root.join(path);
        let at = if seen.aside { files::beside(&own, "old") } else { own };
        let now = self.fill(path, &at, length, buffer)?;
        match shape {
            Shape::Toml | Shape::Closing if now != length => self.changed(path),
            Shape::Ledger => self.keep_whole(path, &at, buffer),
            Shape::Toml | Shape::Closing => Ok(()),
        }
    }

    /// Reads `length` bytes of a file, and says how many it has now.
    fn fill(&self, path: &str, at: &Path, length: u64, buffer: &mut Vec<u8>) -> Result<u64> {
        let fault = |error| files::failed(text!("读取", "read"), at, &error);
        let mut file = match File::open(at) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.changed(path),
            Err(error) => return fault(error).fail(),
        };
        let metadata = file.metadata().map_err(fault)?;
        if !metadata.is_file() {
            return files::irregular(path).fail();
        }
        if metadata.len() < length {
            return self.changed(path);
        }
        let wanted = usize::try_from(length).map_err(|_| files::too_large(path, length, usize::MAX as u64))?;
        // Only what the buffer grows by is filled with zeros.
        buffer.resize(wanted, 0);
        match file.read_exact(buffer) {
            Ok(()) => Ok(metadata.len()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => self.changed(path),
            Err(error) => fault(error).fail(),
        }
    }

    /// Leaves out a torn end and says so.
    fn keep_whole(&self, path: &str, at: &Path, buffer: &mut Vec<u8>) -> Result<()> {
        let Some(end) = whole::end(buffer, true, whole::columns(buffer)) else { return Ok(()) };
        match end.rest {
            // What is no row is for the ledger to say, with its line.
            Rest::Nothing | Rest::NoRow => Ok(()),
            Rest::Torn => {
                // A row that is being written looks torn too; but then the file grows.
                if files::look(at)?.is_none_or(|now| now.len() != buffer.len() as u64) {
                    return self.changed(path);
                }
                let torn = buffer.len() - end.keep;
                buffer.truncate(end.keep);
                self.warn(path, torn_warning(path, torn));
                Ok(())
            }
        }
    }

    fn warn(&self, path: &str, fault: Fault) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), fault);
    }

    fn changed<T>(&self, path: &str) -> Result<T> {
        self.stale.store(true, Ordering::Relaxed);
        Fault::new(text!("{path} 在读取时被改动", "{path} changed while it was read"))
            .at(Place::file(path))
            .hint(text!("再运行一次", "run the command again"))
            .fail()
    }

    /// The torn ends that were left out so far, in the order of the paths.
    pub fn warnings(&self) -> Vec<Fault> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

fn torn_warning(path: &str, torn: usize) -> Fault {
    Fault::warning(text!(
        "{path} 末尾有 {torn} 字节没有写完（当时断电或中断），未计入",
        "the last {torn} bytes of {path} were never wholly written (a power cut or a kill): they are left out"
    ))
    .at(Place::file(path))
    .hint(text!("下一次写入会清除它们", "the next write there removes them"))
}
