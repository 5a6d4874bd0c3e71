//! The rows of one large new ledger, written aside while the command still makes them, so that little is left to do when
//! they are committed. Nothing is stored by it: the commit gives the file its name (`commit`, 4). What is not committed is
//! removed, by the next writer if the program dies.

use super::commit::Writer;
use super::files;
use super::stream::Stream;
use crate::fault::Result;
use std::path::{Path, PathBuf};

/// Where it stands, from the data directory.
const NAME: &str = ".rows.new";

/// Rows of one ledger that were written ahead of the commit.
#[derive(Debug)]
pub struct Ahead {
    root: PathBuf,
    begun: Option<Begun>,
}

#[derive(Debug)]
struct Begun {
    ledger: String,
    stream: Stream,
    /// How many lots were written.
    lots: usize,
}

impl Writer {
    /// Nothing written yet. The writer must outlive it.
    #[must_use]
    pub fn ahead(&self) -> Ahead {
        Ahead { root: self.root.clone(), begun: None }
    }
}

impl Ahead {
    /// Begins with the headings of a new ledger, unless another one was begun. A ledger that could only be copied to its
    /// place is not begun either.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn begin(&mut self, ledger: &str, header: &[u8]) -> Result<()> {
        if self.begun.is_some() || !files::on_one_disk(&self.root, &self.root.join(ledger)) {
            return Ok(());
        }
        let path = self.root.join(NAME);
        // Never cut: it could be a ledger by another name.
        files::remove(&path)?;
        let mut stream = Stream::new(files::open_or_create(&path)?, &path, 0)?;
        stream.write(header)?;
        self.begun = Some(Begun { ledger: ledger.to_owned(), stream, lots: 0 });
        Ok(())
    }

    /// How many lots of a ledger's rows were written; none where it was not begun.
    #[must_use]
    pub fn lots(&self, ledger: &str) -> Option<usize> {
        self.begun.as_ref().filter(|begun| begun.ledger == ledger).map(|begun| begun.lots)
    }

    /// Writes the next lot of the ledger that was begun.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, rows: &[u8]) -> Result<()> {
        let Some(begun) = &mut self.begun else { return Ok(()) };
        begun.lots += 1;
        begun.stream.write(rows)
    }

    /// Writes what is left of a ledger, brings it to the disk, and gives it its name. False if it was not begun, or is
    /// another one than is wanted after all.
    pub(super) fn become_ledger(mut self, ledger: &str, at: &Path, header: &[u8], rows: &[Vec<u8>]) -> Result<bool> {
        let Some((written, left)) = self.lots(ledger).and_then(|lots| rows.split_at_checked(lots)) else {
            return Ok(false);
        };
        let length = header.len() + written.iter().map(Vec::len).sum::<usize>();
        let Some(mut begun) = self.begun.take_if(|begun| begun.stream.at() == length as u64) else { return Ok(false) };
        let new = self.root.join(NAME);
        let named = left.iter().try_for_each(|rows| begun.stream.write(rows));
        let named =
            named.and_then(|()| files::sync(&*begun.stream.end()?, &new)).and_then(|()| files::rename(&new, at));
        if named.is_err() {
            let _ = remove(&self.root);
        }
        named.map(|()| true)
    }
}

impl Drop for Ahead {
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
