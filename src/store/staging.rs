//! The rows of one large new ledger, written aside while the command still makes them: it need not keep them, and little is
//! left to do at the end. Nothing is stored by it: the commit gives the file its name (`commit`, 4). What is not committed
//! is removed, by the next writer if the program dies.

use super::change::{check_header, check_size, not_ours, nothing_stored};
use super::files;
use super::stream::Stream;
use super::torn::check_rows;
use crate::base::fault::Result;
use crate::base::id::Id;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Where it stands, from the data directory.
const NAME: &str = ".rows.new";

/// Rows of one ledger that were written ahead of the commit.
#[derive(Debug)]
pub struct StagedRows {
    root: PathBuf,
    batch: Id,
    begun: Option<StagedLedger>,
}

#[derive(Debug)]
struct StagedLedger {
    ledger: String,
    stream: Stream,
}

impl StagedRows {
    /// Nothing written yet; all rows will bear `batch`.
    pub(super) fn new(root: &Path, batch: Id) -> StagedRows {
        StagedRows { root: root.to_owned(), batch, begun: None }
    }

    /// Begins with the headings of a new ledger. Not where another one was begun, nor for a ledger that stands, or that
    /// could only be copied to its place: then it says false.
    ///
    /// # Errors
    /// The file cannot be written; that is no ledger.
    pub fn begin(&mut self, ledger: &str, header: &[u8]) -> Result<bool> {
        let at = self.root.join(ledger);
        if self.begun.is_some() || files::look_at_link(&at)?.is_some() || !files::on_one_disk(&self.root, &at) {
            return Ok(false);
        }
        check_header(ledger, header)?;
        let path = self.root.join(NAME);
        // Never cut: it could be a ledger by another name.
        let made = files::remove(&path).and_then(|()| Stream::new(files::open_or_create(&path)?, &path, 0));
        let made = made.and_then(|mut stream| stream.write(header).map(|()| stream));
        if made.is_err() {
            let _ = remove(&self.root);
        }
        self.begun = Some(StagedLedger { ledger: ledger.to_owned(), stream: made.map_err(nothing_stored)? });
        Ok(true)
    }

    /// The ledger that was begun.
    #[must_use]
    pub fn ledger(&self) -> Option<&str> {
        self.begun.as_ref().map(|begun| begun.ledger.as_str())
    }

    /// Writes whole lines behind those before them; says where they stand.
    ///
    /// # Errors
    /// They are not rows of the batch; nothing was begun, or it is too large; the file cannot be written.
    pub fn add(&mut self, rows: &[u8]) -> Result<u64> {
        let Some(begun) = &mut self.begun else { return not_ours(NAME).fail() };
        check_rows(&begun.ledger, rows, self.batch)?;
        let at = begun.stream.position();
        check_size(&begun.ledger, at + rows.len() as u64, files::LEDGER_LIMIT)?;
        begun.stream.write(rows).map(|()| at).map_err(nothing_stored)
    }

    /// Reads bytes that were written.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, bytes: Range<u64>) -> Result<Vec<u8>> {
        self.begun.as_ref().map_or_else(|| not_ours(NAME).fail(), |begun| begun.stream.read(bytes))
    }

    /// Writes what is left of the ledger, brings it to the disk, and gives it its name.
    pub(super) fn become_ledger(mut self, at: &Path, rows: &[Vec<u8>]) -> Result<()> {
        let Some(mut begun) = self.begun.take() else { return not_ours(NAME).fail() };
        let new = self.root.join(NAME);
        let written = rows.iter().try_for_each(|rows| begun.stream.write(rows));
        let named =
            written.and_then(|()| files::sync(&*begun.stream.finish()?, &new)).and_then(|()| files::rename(&new, at));
        if named.is_err() {
            let _ = remove(&self.root);
        }
        named
    }
}

impl Drop for StagedRows {
    fn drop(&mut self) {
        // Where it cannot be removed, the next writer tries again.
        if self.begun.take().is_some() {
            let _ = remove(&self.root);
        }
    }
}

/// Removes what a writer left that died.
pub(super) fn remove(root: &Path) -> Result<()> {
    files::remove(&root.join(NAME))
}
