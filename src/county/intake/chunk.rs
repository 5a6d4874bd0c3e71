//! What became of a part of a table's rows, before they are compared with the rows of the parts before it.

use super::reading_sheet::ReadingRow;
use super::rejects::RejectedRow;
use crate::base::day::{Instant, Year};
use crate::base::fault::Fault;
use crate::import::{Dittos, SkippedRows};
use crate::ledger::{IdHasher, NewRows};
use crate::schema::kind::FieldNo;
use crate::schema::township::TownshipNo;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;

/// What became of the rows of a part.
pub(super) struct RowChunk<'t> {
    /// When its rows are entered, as far as is known.
    entered_at: Instant,
    /// Its rows, by township and year.
    pub groups: Vec<RowGroup>,
    /// Which of them each is.
    places: HashMap<u64, usize, BuildHasherDefault<IdHasher>>,
    /// Which of them came last: mostly the next one is the same.
    last: usize,
    /// The rows that are good by themselves, in order.
    pub good: Vec<AcceptedRow>,
    /// The rows that are readings, in order.
    pub readings: Vec<ReadingRow>,
    /// Which fields were given in rows.
    pub given: Vec<Vec<FieldNo>>,
    /// The rows that are not, by their places in the sheet.
    pub refused: Vec<(usize, RejectedRow)>,
    /// What is worth saying of rows, by their places in the sheet.
    pub warnings: Vec<(usize, Vec<Fault>)>,
    /// How many records there were.
    pub read: usize,
    /// It must be read again, knowing what stands above it.
    pub unsure: bool,
    /// It was not read to its end: the parts before it have so many faults that the import stops.
    pub ended_early: bool,
    /// What was no record.
    pub left_out: SkippedRows,
    /// What stands above the next part.
    pub above: Dittos<'t>,
}

/// Rows of one township and year: they go into one ledger.
pub(super) struct RowGroup {
    /// The township.
    pub township: TownshipNo,
    /// The year.
    pub year: Year,
    /// The rows.
    pub rows: NewRows,
}

/// A row that is good by itself.
pub(super) struct AcceptedRow {
    /// Of its natural key.
    pub hash: u64,
    /// Its place in the sheet.
    pub at: usize,
    /// Its line, for people.
    pub line: usize,
    /// Among the part's rows: in which group, and which.
    pub group: usize,
    pub row: usize,
    /// Which fields were given.
    pub given: usize,
    pub fate: RowFate,
}

/// What a row comes to, beside what is on record.
pub(super) enum RowFate {
    New,
    /// It is there already.
    Same,
    /// It corrects a record; among the part's rows: in which group, and which.
    Corrected {
        group: usize,
        rows: Range<usize>,
    },
    /// It differs from a record.
    Refused(Vec<Fault>),
}

/// A township and a year in one number, which is quickly looked up.
pub(super) fn packed_key(township: TownshipNo, year: Option<Year>) -> u64 {
    (township.index() as u64) << 16 | year.map_or(0, |year| u64::from(year.0))
}

impl<'t> RowChunk<'t> {
    /// Nothing read yet of so many rows, below this.
    pub(super) fn new(entered_at: Instant, rows: usize, above: Dittos<'t>) -> RowChunk<'t> {
        RowChunk {
            entered_at,
            groups: Vec::new(),
            places: HashMap::default(),
            last: 0,
            good: Vec::with_capacity(rows),
            readings: Vec::new(),
            given: Vec::new(),
            refused: Vec::new(),
            warnings: Vec::new(),
            read: 0,
            unsure: false,
            ended_early: false,
            left_out: SkippedRows::default(),
            above,
        }
    }

    /// The place of the rows of a township and year.
    pub(super) fn group_of(&mut self, township: TownshipNo, year: Year) -> usize {
        let is_it = |last: &RowGroup| last.township == township && last.year == year;
        if !self.groups.get(self.last).is_some_and(is_it) {
            self.last = *self.places.entry(packed_key(township, Some(year))).or_insert(self.groups.len());
            if self.last == self.groups.len() {
                self.groups.push(RowGroup { township, year, rows: NewRows::new(self.entered_at) });
            }
        }
        self.last
    }

    /// The place of the fields that were given.
    pub(super) fn given(&mut self, given: &[FieldNo]) -> usize {
        if self.given.last().is_none_or(|last| last != given) {
            self.given.push(given.to_vec());
        }
        self.given.len() - 1
    }
}
