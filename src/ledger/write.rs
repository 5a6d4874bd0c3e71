//! Rows on their way into a ledger: kept as the lines that they will be, but for what stands before and behind their
//! values, since an import brings a million at once; written when their time of entry is settled.

use super::Cells;
use super::row::Columns;
use crate::day::Instant;
use crate::fault::Fault;
use crate::id::Id;
use crate::record::{Revision, State};
use std::io::Write;
use std::ops::Range;

/// Rows for one ledger, in their order.
#[derive(Debug, Default)]
pub struct Rows {
    heads: Vec<Head>,
    /// The values of each row as they stand in a line under the kind's own columns, with a line end.
    texts: Vec<u8>,
    signed: Vec<Signed>,
    struck: usize,
    /// A value has a line break.
    broken: bool,
}

/// By whom rows are entered, why, and by which command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// By whom.
    pub by: String,
    /// Why, where that is said.
    pub reason: String,
    /// The command.
    pub batch: Id,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    id: Id,
    /// Where its values begin.
    start: u32,
    rev: u32,
    signed: u32,
    state: State,
    struck: bool,
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Rows {
    /// Adds a row; gives its place.
    pub fn push(&mut self, revision: &Revision) -> usize {
        let Revision { id, rev, state, values, entered_by, reason, batch, .. } = revision;
        let signed = Signed { by: entered_by.clone(), reason: reason.clone(), batch: *batch };
        self.enter(*id, (*rev, *state), values, &signed)
    }

    /// Adds a row out of its parts; gives its place.
    pub fn enter(&mut self, id: Id, (rev, state): (u32, State), values: &[impl AsRef<str>], signed: &Signed) -> usize {
        let start = narrow(self.texts.len());
        self.add_values(values);
        let signed = self.sign(signed);
        self.heads.push(Head { id, start, rev, signed, state, struck: false });
        self.heads.len() - 1
    }

    /// The place of a signature; mostly it is the one before.
    fn sign(&mut self, signed: &Signed) -> u32 {
        if self.signed.last() != Some(signed) {
            self.signed.push(signed.clone());
        }
        narrow(self.signed.len() - 1)
    }

    fn add_values(&mut self, values: &[impl AsRef<str>]) {
        let start = self.texts.len();
        self.texts.reserve(values.iter().map(|value| value.as_ref().len() + 1).sum());
        for value in values {
            match value.as_ref().as_bytes() {
                [] => {}
                bytes => self.texts.extend_from_slice(bytes),
            }
            self.texts.push(b',');
        }
        let line = self.texts.get(start..).unwrap_or_default();
        // Looked at all at once: a row has hardly ever a cell that must be quoted.
        let odd = |byte: u8| u32::from(matches!(byte, b'"' | b'\r' | b'\n')) << 16;
        let found = line.iter().fold(0, |found, &byte| found + odd(byte) + u32::from(byte == b','));
        if found as usize != values.len() {
            self.texts.truncate(start);
            for value in values {
                let value = value.as_ref().as_bytes();
                self.broken |= value.contains(&b'\n');
                quoted(value, &mut self.texts);
                self.texts.push(b',');
            }
        }
        if !values.is_empty() {
            self.texts.pop();
        }
        self.texts.push(b'\n');
    }

    /// How many rows there are, those that were struck too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether no row is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.struck == self.heads.len()
    }

    /// How many bytes their values take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.texts.len()
    }

    /// Strikes a row out: it is not written, and its values can still be asked for.
    pub fn strike(&mut self, row: usize) {
        if let Some(head) = self.heads.get_mut(row).filter(|head| !head.struck) {
            head.struck = true;
            self.struck += 1;
        }
    }

    /// The rows that are to be written: their places.
    pub fn kept(&self) -> impl Iterator<Item = usize> + '_ {
        self.heads.iter().enumerate().filter(|(_, head)| !head.struck).map(|(at, _)| at)
    }

    /// The record of a row, and which revision of it that is.
    #[must_use]
    pub fn record(&self, row: usize) -> Option<(Id, u32)> {
        self.heads.get(row).map(|head| (head.id, head.rev))
    }

    /// The values of a row.
    #[must_use]
    pub fn values(&self, row: usize) -> Vec<String> {
        let (line, mut cells) = (self.line(row), Cells::default());
        cells.split(line);
        (0..cells.len()).map(|at| String::from_utf8_lossy(cells.get(line, at)).into_owned()).collect()
    }

    /// Why a row is entered.
    #[must_use]
    pub fn reason(&self, row: usize) -> &str {
        let signed = self.heads.get(row).and_then(|head| self.signed.get(head.signed as usize));
        signed.map_or("", |signed| signed.reason.as_str())
    }

    /// Says why a row is entered.
    pub fn give_reason(&mut self, row: usize, reason: String) {
        let Some(head) = self.heads.get(row).copied() else { return };
        let Some(signed) = self.signed.get(head.signed as usize) else { return };
        let signed = self.sign(&Signed { reason, ..signed.clone() });
        if let Some(head) = self.heads.get_mut(row) {
            head.signed = signed;
        }
    }

    /// The values of a row as they stand in a line.
    #[must_use]
    pub fn line(&self, row: usize) -> &[u8] {
        self.heads.get(row).map_or(&[], |head| self.texts.get(self.span(row, head)).unwrap_or_default())
    }

    fn span(&self, row: usize, head: &Head) -> Range<usize> {
        let end = self.heads.get(row + 1).map_or(self.texts.len(), |next| next.start as usize);
        head.start as usize..end.saturating_sub(1)
    }

    /// Adds the rows of another, behind its own; gives the place of the first.
    pub fn append(&mut self, other: &Rows) -> usize {
        let (first, shift) = (self.heads.len(), narrow(self.texts.len()));
        self.texts.extend_from_slice(&other.texts);
        let signed: Vec<u32> = other.signed.iter().map(|signed| self.sign(signed)).collect();
        let moved = |head: &Head| Head {
            start: head.start + shift,
            signed: signed.get(head.signed as usize).copied().unwrap_or(0),
            ..*head
        };
        self.heads.extend(other.heads.iter().map(moved));
        self.struck += other.struck;
        self.broken |= other.broken;
        first
    }

    /// Whether any row has a value for which the columns have no place.
    #[must_use]
    pub fn need_more_than(&self, columns: &Columns) -> bool {
        if columns.column_of.iter().all(Option::is_some) {
            return false;
        }
        let mut cells = Cells::default();
        self.kept().any(|row| {
            let line = self.line(row);
            cells.split(line);
            (0..cells.len()).any(|field| columns.lacks(field) && !cells.get(line, field).is_empty())
        })
    }

    /// Appends all rows as lines, with line ends, under these columns.
    ///
    /// # Errors
    /// A value for which there is no column, or with a line break.
    pub fn write(&self, entered_at: Instant, columns: &Columns, lines: &mut Vec<u8>) -> Result<(), Fault> {
        if self.broken {
            return Err(Fault::new(text!("一格中有换行", "a cell holds a line break")));
        }
        let ends: Vec<Vec<u8>> = self.signed.iter().map(|signed| signed.end(entered_at)).collect();
        let longest = Id::LEN + 20 + ends.iter().map(Vec::len).max().unwrap_or(0);
        lines.reserve(self.texts.len() + self.heads.len() * longest);
        let mut moved = Moved::default();
        for (row, head) in self.heads.iter().enumerate().filter(|(_, head)| !head.struck) {
            let values = self.texts.get(self.span(row, head)).unwrap_or_default();
            if columns.are_the_kinds() {
                head.begin(lines);
                lines.extend_from_slice(values);
                lines.extend_from_slice(ends.get(head.signed as usize).map_or(&[], Vec::as_slice));
            } else if let Some(signed) = self.signed.get(head.signed as usize) {
                moved.line(head, values, (signed, entered_at), columns, lines)?;
            }
        }
        Ok(())
    }
}

impl Signed {
    /// The end of a line under the kind's own columns.
    fn end(&self, entered_at: Instant) -> Vec<u8> {
        let mut end = format!(",{entered_at},").into_bytes();
        quoted(self.by.as_bytes(), &mut end);
        end.push(b',');
        quoted(self.reason.as_bytes(), &mut end);
        end.push(b',');
        end.extend_from_slice(&self.batch.letters());
        end.push(b'\n');
        end
    }
}

impl Head {
    /// The beginning of a line under the kind's own columns.
    fn begin(&self, line: &mut Vec<u8>) {
        line.extend_from_slice(&self.id.letters());
        if self.rev == 1 && self.state == State::Live {
            line.extend_from_slice(b",1,live,");
            return;
        }
        // Writing to memory cannot fail.
        let _ = write!(line, ",{},{},", self.rev, self.state.token());
    }
}

/// Rows written under columns that stand in another order than the kind's fields, or fewer.
#[derive(Default)]
struct Moved {
    cells: Cells,
    line: Vec<Vec<u8>>,
}

impl Moved {
    fn line(
        &mut self,
        head: &Head,
        values: &[u8],
        (signed, entered_at): (&Signed, Instant),
        columns: &Columns,
        lines: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        self.cells.split(values);
        self.line.clear();
        self.line.resize(columns.count, Vec::new());
        for (field, column) in columns.column_of.iter().enumerate() {
            let value = self.cells.get(values, field);
            match column {
                Some(column) => self.line[*column] = value.to_vec(),
                None if value.is_empty() => {}
                None => return Err(Fault::new(text!("台账没有这一列", "the ledger has no such column"))),
            }
        }
        self.line[0] = head.id.letters().to_vec();
        self.line[columns.rev] = head.rev.to_string().into_bytes();
        self.line[columns.state] = head.state.token().as_bytes().to_vec();
        self.line[columns.entered_at] = entered_at.to_string().into_bytes();
        self.line[columns.entered_by] = signed.by.as_bytes().to_vec();
        self.line[columns.reason] = signed.reason.as_bytes().to_vec();
        self.line[columns.count - 1] = signed.batch.letters().to_vec();
        for (column, cell) in self.line.iter().enumerate() {
            if column > 0 {
                lines.push(b',');
            }
            quoted(cell, lines);
        }
        lines.push(b'\n');
        Ok(())
    }
}

/// Appends a cell, in quotation marks where it needs them.
fn quoted(cell: &[u8], line: &mut Vec<u8>) {
    if !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        line.extend_from_slice(cell);
        return;
    }
    line.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}

/// A revision as a line of a ledger with these columns, with line end.
///
/// # Errors
/// A value for which the file has no column, or one with a line break.
pub fn write_row(revision: &Revision, columns: &Columns) -> Result<Vec<u8>, Fault> {
    let (mut rows, mut line) = (Rows::default(), Vec::new());
    rows.push(revision);
    rows.write(revision.entered_at, columns, &mut line)?;
    Ok(line)
}
