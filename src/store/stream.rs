//! Parts written one behind the other. Of much, the disk takes the beginning while the rest is still made and written: the
//! sync that must follow has less to wait for.

use super::files;
use crate::base::fault::Result;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

/// So many bytes are written before the disk begins to take them.
const EARLY: u64 = 16 << 20;

/// A file that is being written.
#[derive(Debug)]
pub(super) struct Stream {
    file: Arc<File>,
    path: PathBuf,
    /// Where the next part goes.
    at: u64,
    /// As far as the disk was told to take it.
    sync_started: u64,
    early_sync: Option<JoinHandle<Result<()>>>,
}

impl Stream {
    /// The next part goes to a place in an open file.
    pub(super) fn new(file: File, path: &Path, at: u64) -> Result<Stream> {
        let stream = Stream { file: Arc::new(file), path: path.to_owned(), at, sync_started: at, early_sync: None };
        stream.seek().map(|()| stream)
    }

    /// Writes a part.
    pub(super) fn write(&mut self, part: &[u8]) -> Result<()> {
        let written = files::write_all(&self.file, &self.path, self.at, part);
        written.map_err(|error| files::failure(text!("写入", "write"), &self.path, &error))?;
        self.at += part.len() as u64;
        if self.at - self.sync_started >= EARLY && self.early_sync.as_ref().is_none_or(JoinHandle::is_finished) {
            join_sync(self.early_sync.take())?;
            let file = Arc::clone(&self.file);
            let path = self.path.clone();
            self.early_sync = Builder::new().spawn(move || files::sync(&file, &path)).ok();
            self.sync_started = self.at;
        }
        Ok(())
    }

    /// Reads bytes that were written; the next part still goes behind all of them.
    pub(super) fn read(&self, bytes: Range<u64>) -> Result<Vec<u8>> {
        let length = files::in_memory(bytes.end - bytes.start);
        let read = files::read_at(&self.file, &self.path, bytes.start, length)?;
        self.seek()?;
        Ok(read)
    }

    fn seek(&self) -> Result<()> {
        let sought = (&*self.file).seek(SeekFrom::Start(self.at));
        sought.map(drop).map_err(|error| files::failure(text!("写入", "write"), &self.path, &error).into())
    }

    /// Where the next part would go.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// Waits for what the disk was told to take; what is written since is not synced yet.
    pub(super) fn finish(mut self) -> Result<Arc<File>> {
        join_sync(self.early_sync.take())?;
        Ok(Arc::clone(&self.file))
    }
}

impl Drop for Stream {
    /// Nobody may go on with the file while another thread still has it in hand.
    fn drop(&mut self) {
        if let Some(early) = self.early_sync.take() {
            drop(early.join());
        }
    }
}

/// What a sync in another thread came to: a fault that it was told is told nobody else.
fn join_sync(early: Option<JoinHandle<Result<()>>>) -> Result<()> {
    early.map_or(Ok(()), |early| early.join().unwrap_or_else(|panic| resume_unwind(panic)))
}

/// Makes a new file, or cuts the one that is there, and brings its bytes to the disk. Its name is not synced.
pub(super) fn write_new<'a>(path: &Path, parts: impl IntoIterator<Item = &'a [u8]>) -> Result<()> {
    let file = files::open_or_create(path)?;
    if files::length(&file, path)? > 0 {
        files::cut(&file, path, 0)?;
    }
    let mut stream = Stream::new(file, path, 0)?;
    parts.into_iter().try_for_each(|part| stream.write(part))?;
    files::sync(&*stream.finish()?, path)
}
