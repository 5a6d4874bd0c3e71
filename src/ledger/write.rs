//! Rows on their way into a ledger. They are kept as the lines of a new ledger of their kind from the first, since an import
//! brings a million at once; lines are made anew only where the time of entry was settled otherwise, where rows were
//! struck out, or where the ledger has other columns.

use super::Cells;
use super::csv_line::{push_cells, push_line};
use super::row::{ChangeColumn, Columns};
use super::split::ColumnNo;
use crate::base::day::{Day, Instant};
use crate::base::fault::Fault;
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::schema::record::{RecordState, Revision, integer};
use std::borrow::Cow;
use std::io::Write;
use std::ops::Range;

/// Rows for one ledger, in their order.
#[derive(Debug)]
pub struct NewRows {
    entered_at: Instant,
    lines: Vec<u8>,
    offsets: Vec<LineOffsets>,
    signatures: Vec<(Signature, Vec<u8>)>,
    /// The rows that hold from a day on, in order: mostly none does.
    effective: Vec<(usize, Day)>,
    struck: usize,
    /// Rows were signed otherwise than their lines say.
    signed_anew: bool,
    /// A value has a line break.
    broken: bool,
}

/// By whom rows are entered, why, and by which command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// By whom.
    pub by: String,
    /// Why, where that is said.
    pub reason: String,
    /// The command.
    pub batch: Id,
}

/// Where the parts of a line begin.
#[derive(Clone, Copy, Debug)]
struct LineOffsets {
    start: u32,
    values: u32,
    /// Behind the values.
    end: u32,
    signature: u16,
    struck: bool,
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).expect("rows that are full are given no more")
}

impl NewRows {
    /// No rows yet; probably they will be entered at that time.
    #[must_use]
    pub fn new(entered_at: Instant) -> NewRows {
        NewRows {
            entered_at,
            lines: Vec::new(),
            offsets: Vec::new(),
            signatures: Vec::new(),
            effective: Vec::new(),
            struck: 0,
            signed_anew: false,
            broken: false,
        }
    }

    /// Adds a row; gives its place.
    pub fn push(&mut self, revision: &Revision) -> usize {
        let Revision { id, rev, state, values, effective, entered_by, reason, batch, .. } = revision;
        let signed = Signature { by: entered_by.clone(), reason: reason.clone(), batch: *batch };
        let row = self.enter(*id, (*rev, *state), values, &signed);
        self.effective.extend(effective.map(|day| (row, day)));
        row
    }

    /// Adds a row out of its parts; gives its place.
    pub fn enter(
        &mut self,
        id: Id,
        (rev, state): (u32, RecordState),
        values: &[impl AsRef<str>],
        signed: &Signature,
    ) -> usize {
        let signed = self.signature_index(signed);
        let (_, end) = &self.signatures[usize::from(signed)];
        let start = to_u32(self.lines.len());
        self.lines.extend_from_slice(&id.letters());
        if rev == 1 && state == RecordState::Live {
            self.lines.extend_from_slice(b",1,live,");
        } else {
            // Writing to memory cannot fail.
            let _ = write!(self.lines, ",{rev},{},", state.token());
        }
        let before = self.lines.len();
        self.broken |= push_cells(values, &mut self.lines);
        let behind = self.lines.len();
        self.lines.extend_from_slice(end);
        let values = to_u32(before);
        let end = to_u32(behind);
        self.offsets.push(LineOffsets { start, values, end, signature: signed, struck: false });
        self.offsets.len() - 1
    }

    /// Adds a row that is struck out from the first: only its values are kept. Gives its place.
    pub fn push_struck(&mut self, values: &[impl AsRef<str>]) -> usize {
        let start = to_u32(self.lines.len());
        self.broken |= push_cells(values, &mut self.lines);
        let end = to_u32(self.lines.len());
        self.offsets.push(LineOffsets { start, values: start, end, signature: 0, struck: true });
        self.struck += 1;
        self.offsets.len() - 1
    }

    /// The place of a signature; mostly it is the one before.
    fn signature_index(&mut self, signed: &Signature) -> u16 {
        if self.signatures.last().is_none_or(|(last, _)| last != signed) {
            self.signatures.push((signed.clone(), signed.line_end(self.entered_at)));
        }
        u16::try_from(self.signatures.len() - 1).expect("rows that are full are given no more")
    }

    /// Whether no more rows may be added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.signatures.len() >= usize::from(u16::MAX) || self.lines.len() > 1 << 30
    }

    /// Whether no row is to be written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.struck == self.offsets.len()
    }

    /// How many bytes they take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.lines.len()
    }

    /// Strikes a row out: it is not written, and its values can still be asked for.
    pub fn strike(&mut self, row: usize) {
        if let Some(head) = self.offsets.get_mut(row).filter(|head| !head.struck) {
            head.struck = true;
            self.struck += 1;
            self.effective.retain(|(changed, _)| *changed != row);
        }
    }

    /// The rows that are to be written: their places.
    pub fn kept_rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.offsets.iter().enumerate().filter(|(_, head)| !head.struck).map(|(at, _)| at)
    }

    /// The record of a row, and which revision of it that is.
    #[must_use]
    pub fn record(&self, row: usize) -> Option<(Id, u32)> {
        let head = self.offsets.get(row)?;
        let mut cells = self.prefix(head).split(|byte| *byte == b',');
        let id = Id::from_bytes(cells.next()?)?;
        let rev = integer(cells.next()?)?;
        Some((id, u32::try_from(rev).ok()?))
    }

    /// A row as a revision; none of one that is struck out.
    #[must_use]
    pub fn revision(&self, row: usize) -> Option<Revision> {
        let head = self.offsets.get(row).filter(|head| !head.struck)?;
        let (id, rev) = self.record(row)?;
        let state = RecordState::from_bytes(self.prefix(head).split(|byte| *byte == b',').nth(2)?)?;
        let (Signature { by, reason, batch }, _) = self.signatures.get(usize::from(head.signature))?;
        Some(Revision {
            id,
            rev,
            state,
            values: self.values(row),
            effective: self.effective(row),
            entered_at: self.entered_at,
            entered_by: by.clone(),
            reason: reason.clone(),
            batch: *batch,
        })
    }

    /// The values of a row.
    #[must_use]
    pub fn values(&self, row: usize) -> Vec<String> {
        values(self.line(row))
    }

    /// The values of a row as they stand in a line.
    #[must_use]
    pub fn line(&self, row: usize) -> &[u8] {
        &self.lines[self.values_range(row)]
    }

    /// Where the values of a row stand among the lines.
    #[must_use]
    pub fn values_range(&self, row: usize) -> Range<usize> {
        let head = &self.offsets[row];
        head.values as usize..head.end as usize
    }

    /// Gives the lines away: others keep them.
    pub fn take_lines(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.lines)
    }

    /// Takes back the lines that were given away.
    pub fn put_back(&mut self, lines: Vec<u8>) {
        self.lines = lines;
    }

    fn slice(&self, start: u32, end: u32) -> &[u8] {
        &self.lines[start as usize..end as usize]
    }

    /// What stands before the values of a row.
    fn prefix(&self, head: &LineOffsets) -> &[u8] {
        self.slice(head.start, head.values)
    }

    /// Why a row is entered.
    #[must_use]
    pub fn reason(&self, row: usize) -> &str {
        let signed = self.offsets.get(row).and_then(|head| self.signatures.get(usize::from(head.signature)));
        signed.map_or("", |(signed, _)| signed.reason.as_str())
    }

    /// The day from which a row holds; none: from the beginning.
    #[must_use]
    pub fn effective(&self, row: usize) -> Option<Day> {
        let at = self.effective.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(self.effective[at].1)
    }

    /// The column that they need for that.
    #[must_use]
    pub fn change_column(&self) -> ChangeColumn {
        ChangeColumn::present_if(!self.effective.is_empty())
    }

    /// Says why a row is entered.
    pub fn set_reason(&mut self, row: usize, reason: String) {
        let Some(head) = self.offsets.get(row).copied() else { return };
        let Some((signed, _)) = self.signatures.get(usize::from(head.signature)) else { return };
        let signed = self.signature_index(&Signature { reason, ..signed.clone() });
        if let Some(head) = self.offsets.get_mut(row) {
            head.signature = signed;
        }
        self.signed_anew = true;
    }

    /// Adds the rows of another, behind its own; gives the place of the first.
    pub fn append(&mut self, other: &NewRows) -> usize {
        let first = self.offsets.len();
        let shift = to_u32(self.lines.len());
        self.lines.extend_from_slice(&other.lines);
        let signed: Vec<u16> = other.signatures.iter().map(|(signed, _)| self.signature_index(signed)).collect();
        self.offsets.extend(other.offsets.iter().map(|head| LineOffsets {
            start: head.start + shift,
            values: head.values + shift,
            end: head.end + shift,
            // A row that is struck out is signed by nobody.
            signature: if head.struck && signed.is_empty() { 0 } else { signed[usize::from(head.signature)] },
            ..*head
        }));
        self.effective.extend(other.effective.iter().map(|(row, day)| (row + first, *day)));
        self.struck += other.struck;
        self.signed_anew |= other.signed_anew || other.entered_at.to_string() != self.entered_at.to_string();
        self.broken |= other.broken;
        first
    }

    /// Whether any row has a value for which the columns have no place.
    #[must_use]
    pub fn need_more_than(&self, columns: &Columns) -> bool {
        if columns.effective.is_none() && self.kept_rows().any(|row| self.effective(row).is_some()) {
            return true;
        }
        if columns.column_of.iter().all(Option::is_some) {
            return false;
        }
        let mut cells = Cells::default();
        self.kept_rows().any(|row| {
            let line = self.line(row);
            cells.split(line);
            cells.iter(line).numbered().any(|(field, cell)| columns.lacks(field) && !cell.is_empty())
        })
    }

    /// The rows as lines, with line ends, under these columns.
    ///
    /// # Errors
    /// A value for which there is no column, or with a line break.
    pub fn lines(&self, entered_at: Instant, columns: &Columns) -> Result<Cow<'_, [u8]>, Fault> {
        if self.broken {
            return Err(Fault::new("line-break", text!("一格中有换行", "a cell contains a line break")));
        }
        if columns.effective.is_none() && !self.effective.is_empty() {
            return Err(lacks_column());
        }
        let entered = entered_at.to_string();
        let as_they_are = self.struck == 0 && !self.signed_anew && self.entered_at.to_string() == entered;
        if as_they_are && columns.are_the_kinds_own() {
            return Ok(Cow::Borrowed(&self.lines));
        }
        let ends: Vec<Vec<u8>> = self.signatures.iter().map(|(signed, _)| signed.line_end(entered_at)).collect();
        let mut moved = ReorderedRow::default();
        let mut lines = Vec::with_capacity(self.lines.len());
        for (row, head) in self.offsets.iter().enumerate().filter(|(_, head)| !head.struck) {
            let values = self.slice(head.values, head.end);
            if columns.are_the_kinds_own() {
                lines.extend_from_slice(self.prefix(head));
                lines.extend_from_slice(values);
                lines.extend_from_slice(&ends[usize::from(head.signature)]);
            } else {
                let (signed, _) = &self.signatures[usize::from(head.signature)];
                let effective = self.effective(row).map(|day| day.to_string());
                let parts = RowParts { begin: self.prefix(head), values, effective, signed, entered_at: &entered };
                moved.line(&parts, columns, &mut lines)?;
            }
        }
        Ok(Cow::Owned(lines))
    }

    /// The same, when they are not needed any more.
    ///
    /// # Errors
    /// As [`NewRows::lines`].
    pub fn into_lines(self, entered_at: Instant, columns: &Columns) -> Result<Vec<u8>, Fault> {
        match self.lines(entered_at, columns)? {
            Cow::Owned(lines) => Ok(lines),
            Cow::Borrowed(_) => Ok(self.lines),
        }
    }
}

/// The values that stand in a line of values alone.
#[must_use]
pub fn values(line: &[u8]) -> Vec<String> {
    let mut cells = Cells::default();
    cells.split(line);
    cells.iter(line).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
}

impl Signature {
    /// The end of a line under the kind's own columns.
    fn line_end(&self, entered_at: Instant) -> Vec<u8> {
        let mut end = b",".to_vec();
        let entered_at = entered_at.to_string();
        let batch = self.batch.letters();
        push_line([entered_at.as_bytes(), self.by.as_bytes(), self.reason.as_bytes(), &batch], &mut end);
        end
    }
}

/// There is a value for which the ledger has no column.
fn lacks_column() -> Fault {
    Fault::new("missing-column", text!("台账没有这一列", "the ledger has no such column"))
}

/// The parts of a row that is yet to be written.
struct RowParts<'r> {
    /// Record, revision and state.
    begin: &'r [u8],
    values: &'r [u8],
    effective: Option<String>,
    signed: &'r Signature,
    entered_at: &'r str,
}

/// Rows written under columns that stand in another order than the kind's fields, or fewer or more.
#[derive(Default)]
struct ReorderedRow {
    cells: Cells,
    line: Vec<Vec<u8>>,
}

impl ReorderedRow {
    fn line(&mut self, row: &RowParts<'_>, columns: &Columns, lines: &mut Vec<u8>) -> Result<(), Fault> {
        let RowParts { begin, values, effective, signed, entered_at } = row;
        self.cells.split(values);
        self.line.clear();
        self.line.resize(columns.count, Vec::new());
        for (column, value) in columns.column_of.iter().zip(self.cells.iter(values)) {
            match column {
                Some(column) => self.line[*column] = value.to_vec(),
                None if value.is_empty() => {}
                None => return Err(lacks_column()),
            }
        }
        let begin = begin.split(|byte| *byte == b',');
        for (column, cell) in [ColumnNo::ID, columns.rev, columns.state].into_iter().zip(begin) {
            self.line[column] = cell.to_vec();
        }
        if let (Some(column), Some(day)) = (columns.effective, effective) {
            self.line[column] = day.as_bytes().to_vec();
        }
        self.line[columns.entered_at] = entered_at.as_bytes().to_vec();
        self.line[columns.entered_by] = signed.by.as_bytes().to_vec();
        self.line[columns.reason] = signed.reason.as_bytes().to_vec();
        self.line[columns.batch] = signed.batch.letters().to_vec();
        push_line(&self.line, lines);
        Ok(())
    }
}

/// A revision as a line of a ledger with these columns, with line end.
///
/// # Errors
/// A value for which the file has no column, or one with a line break.
pub fn write_row(revision: &Revision, columns: &Columns) -> Result<Vec<u8>, Fault> {
    let mut rows = NewRows::new(revision.entered_at);
    rows.push(revision);
    rows.into_lines(revision.entered_at, columns)
}
