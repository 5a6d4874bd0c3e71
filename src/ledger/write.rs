//! Rows on their way into a ledger: kept packed, since an import brings a million at once, and written as lines when
//! their time of entry is settled.

use super::Columns;
use crate::day::Instant;
use crate::fault::Fault;
use crate::id::Id;
use crate::record::{Revision, State};
use std::io::Write;

/// Stands between the texts of a row; none of them holds it, as none holds a control character.
const BETWEEN: char = '\n';

/// Rows for one ledger, in their order.
#[derive(Debug, Default)]
pub struct Rows {
    heads: Vec<Head>,
    /// The texts of all rows: of each its values, by whom it was entered, and why.
    texts: String,
    /// Which fields have a value in any row.
    filled: Vec<bool>,
}

#[derive(Clone, Copy, Debug)]
struct Head {
    id: Id,
    batch: Id,
    /// Where its texts begin.
    start: usize,
    rev: u32,
    state: State,
}

impl Rows {
    /// Adds a row.
    pub fn push(&mut self, revision: Revision) {
        let Revision { id, rev, state, values, entered_by, reason, batch, .. } = revision;
        self.filled.resize(values.len(), false);
        self.heads.push(Head { id, batch, start: self.texts.len(), rev, state });
        for (value, filled) in values.iter().zip(&mut self.filled) {
            *filled |= !value.is_empty();
        }
        for text in values.into_iter().chain([entered_by, reason]) {
            self.texts.push_str(&text);
            self.texts.push(BETWEEN);
        }
    }

    /// Whether any row has a value for which the columns have no place.
    #[must_use]
    pub fn need_more_than(&self, columns: &Columns) -> bool {
        self.filled.iter().enumerate().any(|(field, filled)| *filled && columns.lacks(field))
    }

    /// Appends all rows as lines, with line ends, under these columns.
    ///
    /// # Errors
    /// A value for which there is no column, or with a line break.
    pub fn write(&self, entered_at: Instant, columns: &Columns, lines: &mut Vec<u8>) -> Result<(), Fault> {
        let entered_at = entered_at.to_string();
        let ends = self.heads.iter().skip(1).map(|head| head.start).chain([self.texts.len()]);
        let mut cells = vec![""; columns.count];
        for (head, end) in self.heads.iter().zip(ends) {
            cells.fill("");
            let mut texts = self.texts.get(head.start..end).unwrap_or_default().split_terminator(BETWEEN);
            for (column, text) in columns.column_of.iter().zip(texts.by_ref()) {
                match column {
                    Some(column) => cells[*column] = text,
                    None if text.is_empty() => {}
                    None => return Err(Fault::new(text!("台账没有这一列", "the ledger has no such column"))),
                }
            }
            cells[columns.entered_at] = &entered_at;
            cells[columns.entered_by] = texts.next().unwrap_or_default();
            cells[columns.reason] = texts.next().unwrap_or_default();
            if texts.next().is_some() {
                return Err(Fault::new(text!("一格中有换行", "a cell holds a line break")));
            }
            head.line(columns, &cells, lines);
        }
        Ok(())
    }
}

impl Head {
    /// Appends the row as a line.
    fn line(&self, columns: &Columns, cells: &[&str], line: &mut Vec<u8>) {
        line.extend_from_slice(&self.id.letters());
        for (column, cell) in cells.iter().enumerate().skip(1) {
            line.push(b',');
            if column == columns.rev {
                // Writing to memory cannot fail.
                let _ = write!(line, "{}", self.rev);
            } else if column == columns.state {
                line.extend_from_slice(self.state.token().as_bytes());
            } else if column + 1 == columns.count {
                line.extend_from_slice(&self.batch.letters());
            } else {
                quoted(cell.as_bytes(), line);
            }
        }
        line.push(b'\n');
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
    rows.push(revision.clone());
    rows.write(revision.entered_at, columns, &mut line)?;
    Ok(line)
}
