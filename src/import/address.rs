//! Where a cell stands, as the person finds it in the file.

use std::fmt;

/// A cell of a file: `C7` in a workbook, `7:3` (line and column) in a delimited text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The row in the sheet, or the line in the text, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// Whether it stands in a workbook.
    pub grid: bool,
}

impl fmt::Display for Address {
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
        assert_eq!(Address { line: 7, column: 3, grid: true }.to_string(), "C7");
        assert_eq!(Address { line: 7, column: 3, grid: false }.to_string(), "7:3");
    }
}
