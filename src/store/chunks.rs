//! A large ledger read in parts, each of which stands under the ledger's headings as a small ledger of its own: several
//! threads can look for a row, and none needs room for the whole file.

use super::files;
use super::snapshot::Snapshot;
use super::torn::{LedgerTail, ROW_LIMIT, column_count, find_end};
use crate::base::fault::Result;
use crate::base::paths::DataPath;
use memchr::{memchr, memrchr};
use std::fs::File;
use std::path::Path;

/// How many bytes a part has: few enough to stay near the processor while they are searched.
const LENGTH: u64 = 512 << 10;
/// How much more is read at once to find the end of a line, or of the headings.
const MORE: usize = 4 << 10;

/// A part of a file: the lines that begin within these bytes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerChunk {
    start: u64,
    /// Where the next part begins; none: this is the last.
    end: Option<u64>,
}

impl Snapshot {
    /// The parts of a file, in order; a small one has one part.
    #[must_use]
    pub fn chunks(&self, path: &str) -> Vec<LedgerChunk> {
        // Of one that is not there, or is no regular file, there is one part, which says so when it is read.
        let length = self.length(path).unwrap_or(0);
        let count = (length / LENGTH).max(1);
        let end = |at: u64| (at + 1 < count).then_some((at + 1) * LENGTH);
        (0..count).map(|at| LedgerChunk { start: at * LENGTH, end: end(at) }).collect()
    }

    /// The headings of a ledger and the whole rows of one part, in a buffer whose room is used again.
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn read_chunk<'b>(&self, path: &str, part: LedgerChunk, buffer: &'b mut Vec<u8>) -> Result<&'b [u8]> {
        let (at, length) = self.locate(path)?;
        if !DataPath::is_ledger(path) || (part.start == 0 && part.end.is_none()) {
            self.read_into(path, buffer)?;
            return Ok(buffer);
        }
        let (mut file, _) = self.open(path, &at, length)?;
        let mut of = OpenLedger { snapshot: self, path, at: &at, file: &mut file, length };
        let headings = if part.start == 0 { Vec::new() } else { of.headings()? };
        let from = of.lines(part, headings.len(), buffer)?;
        buffer[from..from + headings.len()].copy_from_slice(&headings);
        if part.end.is_none() {
            self.keep_whole(path, &at, length, buffer, from)?;
        }
        Ok(&buffer[from..])
    }

    /// The headings of a ledger and its last whole row.
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn read_end(&self, path: &str) -> Result<Vec<u8>> {
        let (_, length) = self.locate(path)?;
        let mut buffer = Vec::new();
        for start in [length.saturating_sub(MORE as u64), length.saturating_sub(2 * ROW_LIMIT as u64)] {
            let found = self.read_chunk(path, LedgerChunk { start, end: None }, &mut buffer)?;
            let whole = find_end(found, true, column_count(found)).filter(|end| end.rest == LedgerTail::Nothing);
            let headings = memchr(b'\n', found).map_or(found.len(), |end| end + 1);
            if start == 0 || whole.is_some_and(|end| end.keep > headings) {
                let rows = found.strip_suffix(b"\n").unwrap_or(found);
                let last = memrchr(b'\n', rows).map_or(headings, |before| before + 1).max(headings);
                return Ok([&found[..headings], &found[last..]].concat());
            }
        }
        self.read(path)
    }
}

/// A ledger that is open.
struct OpenLedger<'a> {
    snapshot: &'a Snapshot,
    path: &'a str,
    at: &'a Path,
    file: &'a mut File,
    length: u64,
}

impl OpenLedger<'_> {
    /// Puts up to `wanted` bytes of the file from `start` on behind the first `held` of a buffer.
    fn read(&mut self, start: u64, wanted: usize, held: usize, buffer: &mut Vec<u8>) -> Result<()> {
        let left = files::in_memory(self.length.saturating_sub(start));
        // Only what the buffer grows by is filled with zeros.
        buffer.resize(held + wanted.min(left), 0);
        self.snapshot.read_at(self.file, self.path, self.at, start, &mut buffer[held..])
    }

    /// The first line with its line end.
    fn headings(&mut self) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let held = line.len();
            self.read(held as u64, MORE, held, &mut line)?;
            if let Some(end) = memchr(b'\n', &line[held..]) {
                line.truncate(held + end + 1);
                return Ok(line);
            }
            if line.len() == held {
                return Ok(line);
            }
        }
    }

    /// Reads the lines of a part behind `room` bytes that are left for the headings, and says where these go.
    fn lines(&mut self, part: LedgerChunk, room: usize, buffer: &mut Vec<u8>) -> Result<usize> {
        // One byte before the part says whether a line begins with it.
        let start = part.start.saturating_sub(1);
        let until = part.end.unwrap_or(self.length);
        let wanted = files::in_memory(until.saturating_sub(start));
        self.read(start, wanted, room, buffer)?;
        while part.end.is_some() && buffer.last() != Some(&b'\n') {
            let held = buffer.len();
            self.read(start + (held - room) as u64, MORE, held, buffer)?;
            if held == buffer.len() {
                break;
            }
            if let Some(end) = memchr(b'\n', &buffer[held..]) {
                buffer.truncate(held + end + 1);
            }
        }
        if part.start == 0 {
            return Ok(0);
        }
        Ok(memchr(b'\n', &buffer[room..]).map_or(buffer.len() - room, |end| end + 1))
    }
}
