//! The rows of a ledger that is being restored, and their order: by entry, id and revision, where the order they have
//! cannot be the one in which they were appended.

use crate::base::day::Instant;
use crate::base::id::Id;
use crate::ledger::csv_line::push_line;
use std::collections::HashMap;
use std::ops::Range;

/// Lines as they will be written.
#[derive(Debug, Default)]
pub(super) struct RestoredRows {
    bytes: Vec<u8>,
    rows: Vec<RestoredRow>,
}

#[derive(Debug)]
struct RestoredRow {
    /// Its bytes, with line end.
    span: Range<usize>,
    /// The line that it was.
    number: usize,
    /// When it was entered, its record and revision; none for the headings and where they cannot be read.
    key: Option<(Instant, Id, u32)>,
}

impl RestoredRows {
    /// Adds a line; `at` says where `entered_at` and `rev` stand among the cells.
    pub(super) fn push(&mut self, cells: &[Vec<u8>], number: usize, is_row: bool, at: (usize, usize)) {
        let start = self.bytes.len();
        push_line(cells, &mut self.bytes);
        let key = if is_row { sort_key(cells, at) } else { None };
        self.rows.push(RestoredRow { span: start..self.bytes.len(), number, key });
    }

    /// Puts the rows back in order if theirs is broken: the line that stands out of place first, and how many do. Does
    /// nothing where a row cannot be read.
    pub(super) fn sort(&mut self) -> Option<(usize, usize)> {
        let rows = self.rows.get_mut(1..)?;
        if rows.iter().any(|row| row.key.is_none()) || !is_broken(rows) {
            return None;
        }
        let before: Vec<usize> = rows.iter().map(|row| row.number).collect();
        rows.sort_by_key(|row| row.key);
        if is_broken(rows) {
            // Then it was not sorting that broke it.
            rows.sort_by_key(|row| row.number);
            return None;
        }
        let moved: Vec<usize> =
            rows.iter().zip(before).filter(|(row, before)| row.number != *before).map(|(_, before)| before).collect();
        Some((*moved.first()?, moved.len()))
    }

    /// The whole file, and for each line the line that it was.
    pub(super) fn into_file(self) -> (Vec<u8>, Vec<usize>) {
        let in_place = self.rows.is_sorted_by_key(|row| row.span.start);
        let bytes = if in_place {
            self.bytes
        } else {
            self.rows.iter().flat_map(|row| &self.bytes[row.span.clone()]).copied().collect()
        };
        (bytes, self.rows.into_iter().map(|row| row.number).collect())
    }
}

/// What a row is sorted by, where it can be read.
fn sort_key(cells: &[Vec<u8>], (entered_at, rev): (usize, usize)) -> Option<(Instant, Id, u32)> {
    let entered_at = Instant::from_iso(cells.get(entered_at)?)?;
    let rev = std::str::from_utf8(cells.get(rev)?).ok()?.parse().ok()?;
    Some((entered_at, Id::from_bytes(cells.first()?)?, rev))
}

/// Whether rows cannot have been appended in this order: time runs backwards, or a revision stands before the one before.
fn is_broken(rows: &[RestoredRow]) -> bool {
    let mut met: HashMap<Id, u32> = HashMap::new();
    let mut latest: Option<Instant> = None;
    rows.iter().filter_map(|row| row.key).any(|(entered_at, id, rev)| {
        let backwards = latest.is_some_and(|latest| entered_at < latest);
        latest = Some(entered_at);
        let follows = match met.insert(id, rev) {
            Some(before) => rev == before + 1,
            None => rev == 1,
        };
        backwards || !follows
    })
}
