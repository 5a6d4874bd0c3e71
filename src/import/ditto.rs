//! The mark for “as above” (〃, 同上), and what stands above. Only values of records are remembered: a mark below a sum, a
//! blank or another mark stands for the last value above these.

use super::cell::SheetCell;

const MARKS: [&str; 11] = ["〃", "″", "\"", "“", "”", "''", "′′", "同上", "ditto", "々", "do."];

/// What a mark stands for, by the columns of a table.
#[derive(Clone, Debug)]
pub struct Dittos<'t>(Vec<LastValue<'t>>);

/// The last value of a column.
#[derive(Clone, Debug)]
enum LastValue<'t> {
    /// It stands above the part of the table that is read.
    Before,
    /// There is none.
    Nothing,
    Cell(SheetCell<'t>),
}

/// What a mark turns out to stand for.
pub(super) enum DittoValue<'c, 't> {
    Cell(&'c SheetCell<'t>),
    Nothing,
    /// Something above the part that is read.
    Before,
}

impl<'t> Dittos<'t> {
    /// At the beginning of a table.
    pub(super) fn nothing(columns: usize) -> Dittos<'t> {
        Dittos(vec![LastValue::Nothing; columns])
    }

    /// At the beginning of a part of a table, where it is not known what comes before it.
    pub(super) fn before(columns: usize) -> Dittos<'t> {
        Dittos(vec![LastValue::Before; columns])
    }

    /// The value above, in the column of that place.
    pub(super) fn find(&self, at: usize) -> DittoValue<'_, 't> {
        match self.0.get(at) {
            Some(LastValue::Cell(cell)) => DittoValue::Cell(cell),
            Some(LastValue::Before) => DittoValue::Before,
            Some(LastValue::Nothing) | None => DittoValue::Nothing,
        }
    }

    /// Keeps a value for a mark below it.
    pub(super) fn remember(&mut self, at: usize, cell: &SheetCell<'t>) {
        match (self.0.get_mut(at), cell) {
            // In the room of the one before: this is done for every cell.
            (Some(LastValue::Cell(SheetCell::Text(last))), SheetCell::Text(text)) => last.clone_from(text),
            (Some(last), cell) => *last = LastValue::Cell(cell.clone()),
            (None, _) => {}
        }
    }

    /// Behind the part of the table that comes next, which ends so.
    pub fn then(&mut self, next: Dittos<'t>) {
        for (last, next) in self.0.iter_mut().zip(next.0) {
            match next {
                LastValue::Before => {}
                LastValue::Nothing | LastValue::Cell(_) => *last = next,
            }
        }
    }
}

/// The mark for “as above”, if the cell is one.
pub(super) fn ditto<'c>(cell: &'c SheetCell<'_>) -> Option<&'c str> {
    let SheetCell::Text(text) = cell else { return None };
    // The whole cell is the mark: a quotation mark that something follows is none. Most cells begin with a digit or a
    // Chinese character that no mark has.
    if matches!(text.as_bytes(), [b'0'..=b'9' | 0xe4 | 0xe6..=0xe9, ..]) || text.len() > 24 {
        return None;
    }
    if !text.trim_start().starts_with(['〃', '″', '"', '“', '”', '\'', '′', '同', '々', 'd', 'D']) {
        return None;
    }
    let folded: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    MARKS.iter().any(|mark| folded.eq_ignore_ascii_case(mark)).then_some(text)
}
