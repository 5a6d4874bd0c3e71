//! The rows that an import brought so far, by their natural keys: twins among them are found, however many there are.

use super::chunk::RowChunk;
use super::key_index::KeyIndex;
use crate::base::fault::Result;
use crate::county::draft::{ChangeDraft, DraftLot};
use crate::ledger::{revise, values};
use crate::schema::kind::Kind;
use crate::schema::township::TownshipNo;
use std::borrow::Cow;
use std::collections::HashSet;

/// The rows so far.
#[derive(Default)]
pub(super) struct DuplicateFinder {
    /// Of each table: what stands before the numbers of its rows, and its kind.
    tables: Vec<(String, String)>,
    /// Where the rows of each part went.
    lots: Vec<Vec<Option<DraftLot>>>,
    hashes: KeyIndex,
    noted: Vec<NotedRow>,
    /// How many rows the tables have that were begun.
    height: usize,

    repeats: Vec<(usize, usize)>,
}

/// A row as it is kept in mind; its values stand in the draft.
struct NotedRow {
    table: u32,
    line: u32,
    township: u32,
    part: u32,
    group: u32,
    row: u32,
}

/// A row of the part that is going on.
pub(super) struct KeyedRow {
    /// Of its natural key.
    pub hash: u64,
    /// Whose it is.
    pub township: TownshipNo,
    /// Its line, for people.
    pub line: usize,
    /// Among the part's rows: in which group, and which.
    pub group: usize,
    pub at: usize,
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a sheet has fewer rows than four thousand millions")
}

impl DuplicateFinder {
    /// Begins a table of so many rows: `called` is what stands before the numbers of its rows. Gives how many there were
    /// before it.
    pub(super) fn begin(&mut self, called: String, kind: &Kind, height: usize) -> usize {
        self.tables.push((called, kind.id.clone()));
        self.hashes.reserve(height);
        let before = self.height;
        self.height += height;
        before
    }

    /// Ends a part: its rows went there.
    pub(super) fn end_part(&mut self, lots: Vec<Option<DraftLot>>) {
        self.lots.push(lots);
    }

    /// Looks where rows will be noted: the memory for all of them is fetched at once, not for one after the other.
    pub(super) fn look_ahead(&self, hashes: &[u64]) {
        std::hint::black_box(hashes.iter().filter(|hash| self.hashes.may_have(**hash)).count());
    }

    /// Notes a row; gives which of those noted before has the same key, and the values that it has, if they are not the same.
    ///
    /// # Errors
    /// A row was written ahead, and cannot be read.
    pub(super) fn note(
        &mut self,
        row: &KeyedRow,
        kind: &Kind,
        part: &RowChunk<'_>,
        draft: &ChangeDraft,
    ) -> Result<Option<(usize, Option<Vec<String>>)>> {
        let line = part.groups[row.group].rows.line(row.at);
        let mut own = None;
        for number in self.hashes.find(row.hash) {
            let other = &self.noted[number];
            let (_, of_kind) = &self.tables[other.table as usize];
            if other.township != narrow(row.township.index()) || *of_kind != kind.id {
                continue;
            }
            let before = self.line(other, part, draft)?;
            if *before == *line {
                return Ok(Some((number, None)));
            }
            let values = values(&before);
            let own = own.get_or_insert_with(|| part.groups[row.group].rows.values(row.at));
            if revise::same_key(kind, &values, own) {
                return Ok(Some((number, Some(values))));
            }
        }
        self.hashes.push(row.hash);
        self.noted.push(NotedRow {
            table: narrow(self.tables.len().saturating_sub(1)),
            line: narrow(row.line),
            township: narrow(row.township.index()),
            part: narrow(self.lots.len()),
            group: narrow(row.group),
            row: narrow(row.at),
        });
        Ok(None)
    }

    /// Which of the part's rows, by township and year, hold one that was noted.
    pub(super) fn noted_in_part(&self) -> HashSet<usize> {
        let part = narrow(self.lots.len());
        self.noted.iter().rev().take_while(|noted| noted.part == part).map(|noted| noted.group as usize).collect()
    }

    /// Notes that the row of a line says the same as one before it.
    pub(super) fn note_repeat(&mut self, line: usize, before: usize) {
        self.repeats.push((line, before));
    }

    /// The lines that were said to say the same as one before them since this was last asked, each with the other's place.
    pub(super) fn take_repeats(&mut self) -> impl ExactSizeIterator<Item = (usize, String)> + '_ {
        std::mem::take(&mut self.repeats).into_iter().map(|(line, before)| (line, self.location(before)))
    }

    /// Where a row that was noted stands, for people.
    pub(super) fn location(&self, number: usize) -> String {
        let NotedRow { table, line, .. } = self.noted[number];
        format!("{}{line}", self.tables[table as usize].0)
    }

    /// The values of a row that was noted, as they stand in a line.
    fn line<'r>(&self, noted: &NotedRow, part: &'r RowChunk<'_>, draft: &'r ChangeDraft) -> Result<Cow<'r, [u8]>> {
        let group = noted.group as usize;
        let row = noted.row as usize;
        match self.lots.get(noted.part as usize) {
            None => Ok(Cow::Borrowed(part.groups[group].rows.line(row))),
            Some(lots) => lots[group].map_or(Ok(Cow::Borrowed(&[])), |lot| draft.line(lot, row)),
        }
    }
}
