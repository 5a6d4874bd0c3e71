//! A cell of a sheet, a row of cells, and where a cell stands. Knows no file.

use crate::base::fuzzy::trim;
use std::borrow::Cow;
use std::fmt;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SheetCell<'a> {
    /// Nothing.
    #[default]
    Empty,
    /// Text, as it stands.
    Text(Cow<'a, str>),
    /// A number that looks like one.
    Number(f64),
    /// A number that the file shows as a date or a time: days since the workbook's first day.
    Date(f64),
    /// True or false.
    Bool(bool),
    /// What a formula that went wrong shows: `#REF!`.
    Error(String),
}

impl SheetCell<'_> {
    /// The same, its text borrowed.
    pub(super) fn borrowed(&self) -> SheetCell<'_> {
        match self {
            SheetCell::Text(text) => SheetCell::Text(Cow::Borrowed(text)),
            SheetCell::Empty => SheetCell::Empty,
            SheetCell::Number(number) => SheetCell::Number(*number),
            SheetCell::Date(serial) => SheetCell::Date(*serial),
            SheetCell::Bool(yes) => SheetCell::Bool(*yes),
            SheetCell::Error(error) => SheetCell::Error(error.clone()),
        }
    }

    /// Whether a person sees nothing in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            SheetCell::Empty => true,
            SheetCell::Text(text) => trim(text).is_empty(),
            SheetCell::Number(_) | SheetCell::Date(_) | SheetCell::Bool(_) | SheetCell::Error(_) => false,
        }
    }
}

/// A row with at least one cell.
#[derive(Debug, Default)]
pub(super) struct SheetRow<'s> {
    /// The row from 0 in a workbook, the line from 0 in a text.
    pub(super) line: u32,
    /// Its cells up to the last.
    pub(super) cells: Vec<SheetCell<'s>>,
}

impl<'s> SheetRow<'s> {
    /// The cell of a column.
    pub(super) fn cell(&self, column: u32) -> &SheetCell<'s> {
        self.cells.get(column as usize).unwrap_or(&SheetCell::Empty)
    }
}

/// A cell of a file: `C7` in a workbook, `7:3` (line and column) in a delimited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellAddress {
    /// The row in the sheet, or the line in the text, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// Whether it stands in a workbook.
    pub grid: bool,
}

impl fmt::Display for CellAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.grid {
            write!(f, "{}{}", letters(self.column), self.line)
        } else {
            write!(f, "{}:{}", self.line, self.column)
        }
    }
}

/// A column's letters, as spreadsheets show them: 1 is A, 27 is AA.
pub(super) fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        letters.push(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(column - 1) % 26]);
        column = (column - 1) / 26;
    }
    letters.iter().rev().map(|&letter| char::from(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(1, "A"), (26, "Z"), (27, "AA"), (256, "IV"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")]
        {
            assert_eq!(letters(column), name);
        }
        assert_eq!(CellAddress { line: 7, column: 3, grid: true }.to_string(), "C7");
        assert_eq!(CellAddress { line: 7, column: 3, grid: false }.to_string(), "7:3");
    }
}
