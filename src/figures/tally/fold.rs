//! The fold itself: ledgers in, one at a time; two tallies can be merged.

use super::people::{Attendance, RosterEntry, keep_earliest};
use super::{Addend, CountSpec, Counter, Figures, Filing, FilingFields, RosterFields};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::figures::faults::{sum_too_large, unknown_township};
use crate::ledger::chunks::{EnteredRecords, NeedsFullWalk, RevisedRecords, walk_chunk};
use crate::ledger::{Columns, IdMap, Row, Source, walk};
use crate::schema::plan::CountingSpan;
use crate::schema::record::{RecordState, decimal};

/// What has been counted so far.
#[derive(Debug)]
pub struct Tally<'a> {
    count: &'a CountSpec<'a>,
    sums: Vec<IndicatorChanges>,
    people: Vec<Vec<Attendance>>,
    filings: Vec<Filing>,
    /// By kind, how many records the township that is counted by month has in each.
    months: Vec<[i64; 12]>,
    /// Records of the township and year at hand whose people are counted.
    head_counts: IdMap<HeadCount>,
    /// The people that the rosters at hand name.
    roster_entries: Vec<RosterEntry>,
}

/// The changes of one indicator's figures: by day for the county, by column for the townships.
#[derive(Clone, Debug, Default)]
pub(super) struct IndicatorChanges {
    pub(super) done: ChangeSeries,
    pub(super) whole: ChangeSeries,
    /// Of people, those who are named.
    pub(super) named: ChangeSeries,
}

/// Changes of a figure; empty where nothing was counted.
#[derive(Clone, Debug, Default)]
pub(super) struct ChangeSeries {
    /// By day of the plan's year; the first is all that came before.
    pub(super) days: Vec<i64>,
    /// By township and day asked for.
    pub(super) townships: Vec<i64>,
}

/// A record whose people are counted.
#[derive(Debug)]
struct HeadCount {
    township: usize,
    day: Day,
    heads: i64,
    indicators: Vec<usize>,
}

/// A change of a figure that is too large to be counted exactly.
#[derive(Debug)]
struct Overflow;

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(count: &'a CountSpec<'a>) -> Tally<'a> {
        let indicators = count.places.len();
        Tally {
            count,
            sums: vec![IndicatorChanges::default(); indicators],
            people: vec![Vec::new(); indicators],
            filings: Vec::new(),
            months: vec![[0; 12]; count.kinds.len()],
            head_counts: IdMap::default(),
            roster_entries: Vec::new(),
        }
    }

    /// Takes in one ledger of a township (its place in the order). A roster comes after its records, and
    /// [`settle`](Tally::settle) after both.
    ///
    /// # Errors
    /// Whatever is wrong with the ledger; the tally is then of no use.
    pub fn add_ledger(&mut self, source: Source<'_>, township: usize) -> Result<()> {
        let count = self.count;
        let Some(counted) = count.kind_index(source.kind) else { return Ok(()) };
        walk(source, count.known, |row, stands| {
            if !stands || row.state == RecordState::Void {
                return Ok(());
            }
            self.add_record(counted, source.year, township, row)
        })
    }

    /// Takes in a part of a ledger that [may be parted](CountSpec::may_be_chunked), lines that begin at a place in its file.
    ///
    /// # Errors
    /// Something is wrong with it; the tally is then of no use.
    pub fn add_chunk(
        &mut self,
        columns: &Columns,
        (part, at): (Source<'_>, u64),
        (revised, entered): (&RevisedRecords, &mut EnteredRecords),
        township: usize,
    ) -> std::result::Result<(), NeedsFullWalk> {
        let count = self.count;
        let Some(counted) = count.kind_index(part.kind) else { return Ok(()) };
        walk_chunk(columns, (part, at), revised, entered, |row, stands| {
            if !stands || row.state == RecordState::Void {
                return Ok(());
            }
            self.add_record(counted, part.year, township, row)
        })
    }

    fn add_record(&mut self, at: usize, year: Year, township: usize, row: &Row<'_>) -> std::result::Result<(), Fault> {
        let count = self.count;
        let Some(counted) = count.kinds.get(at) else { return Ok(()) };
        if let Some((_, as_of)) = count.by_month.filter(|(page, _)| *page == township)
            && year == count.year
            && row.date <= as_of
        {
            let month = usize::from(row.date.month().month).saturating_sub(1);
            if let Some(count) = self.months.get_mut(at).and_then(|months| months.get_mut(month)) {
                *count += 1;
            }
        }
        for counter in &counted.counters {
            if counter.span == CountingSpan::Standing || year == self.count.year {
                self.count_record(counter, township, row)?;
            }
        }
        if let Some(roster) = &counted.roster {
            self.add_roster_row(roster, township, row)?;
        }
        if let Some(fields) = &counted.arrangement
            && Year::from_iso(row.cell(fields.period)) == Some(self.count.year)
        {
            self.filings.push(filing(fields, township, row, None));
        }
        if let Some(fields) = &counted.monthly
            && let Some(month) = Month::from_iso(row.cell(fields.period))
        {
            self.filings.push(filing(fields, township, row, Some(month)));
        }
        Ok(())
    }

    fn count_record(&mut self, counter: &Counter, township: usize, row: &Row<'_>) -> std::result::Result<(), Fault> {
        let selected = counter.selects(row);
        if let Some((whole, all)) = counter.whole
            && (selected || all)
        {
            self.add(counter, township, row, whole, true)?;
        }
        if selected { self.add(counter, township, row, counter.done, false) } else { Ok(()) }
    }

    fn add(
        &mut self,
        counter: &Counter,
        township: usize,
        row: &Row<'_>,
        measured: Addend,
        whole: bool,
    ) -> std::result::Result<(), Fault> {
        let (amount, field) = match measured {
            Addend::One(one) => (Some(one), 0),
            Addend::Sum { field, places, scale } => (amount(row.cell(field), places, scale), field),
            Addend::People { heads } => {
                let heads = amount(row.cell(heads), 0, 1).unwrap_or(0);
                let headed = HeadCount { township, day: row.date, heads, indicators: Vec::new() };
                self.head_counts.entry(row.id).or_insert(headed).indicators.push(counter.indicator);
                return Ok(());
            }
        };
        let ends = counter.end.and_then(|end| Day::from_iso(row.cell(end))).map(|end| end.max(row.date));
        let sums = &mut self.sums[counter.indicator];
        let changes = if whole { &mut sums.whole } else { &mut sums.done };
        let added = amount.ok_or(Overflow).and_then(|amount| {
            changes.add(self.count, township, row.date, amount)?;
            ends.map_or(Ok(()), |end| changes.add(self.count, township, end, -amount))
        });
        added.map_err(|Overflow| sum_too_large().at(row.place_of(field)))
    }

    fn add_roster_row(
        &mut self,
        roster: &RosterFields,
        township: usize,
        row: &Row<'_>,
    ) -> std::result::Result<(), Fault> {
        let Some(record) = Id::from_bytes(row.cell(roster.reference)) else { return Ok(()) };
        if !self.head_counts.contains_key(&record) {
            return Ok(());
        }
        self.roster_entries.push(roster.roster_entry(self.count, record, township, row)?);
        Ok(())
    }

    /// Joins the rosters of a township and year with their records.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn settle(&mut self) -> Result<()> {
        // Stable: of one person named twice in a record, the first row says for whom.
        self.roster_entries.sort_by_key(|naming| (naming.record, naming.person));
        self.roster_entries.dedup_by_key(|naming| (naming.record, naming.person));
        for naming in &self.roster_entries {
            let Some(headed) = self.head_counts.get_mut(&naming.record) else { continue };
            headed.heads -= 1;
            for &indicator in &headed.indicators {
                let people = &mut self.people[indicator];
                if people.len() == people.capacity() && people.len() > 1 << 12 {
                    keep_earliest(people);
                }
                people.push(Attendance::new(naming, headed.day));
            }
        }
        self.roster_entries.clear();
        for (_, headed) in self.head_counts.drain() {
            for &indicator in headed.indicators.iter().filter(|_| headed.heads > 0) {
                let added = self.sums[indicator].done.add(self.count, headed.township, headed.day, headed.heads);
                added.map_err(|Overflow| sum_too_large())?;
            }
        }
        Ok(())
    }

    /// Takes in all that another has counted.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn merge(&mut self, other: Tally<'a>) -> Result<()> {
        for (mine, theirs) in self.sums.iter_mut().zip(other.sums) {
            let merged = mine.done.merge(theirs.done).and_then(|()| mine.whole.merge(theirs.whole));
            merged.map_err(|Overflow| sum_too_large())?;
        }
        for (mine, theirs) in self.people.iter_mut().zip(other.people) {
            mine.extend(theirs);
            keep_earliest(mine);
        }
        self.filings.extend(other.filings);
        for (mine, theirs) in self.months.iter_mut().flatten().zip(other.months.into_iter().flatten()) {
            *mine += theirs;
        }
        Ok(())
    }

    /// The figures.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn finish(mut self) -> Result<Figures> {
        for (people, sums) in self.people.iter_mut().zip(&mut self.sums) {
            keep_earliest(people);
            for person in people.iter() {
                let (township, day) = (person.credit(), person.day);
                let added = sums.done.add(self.count, township, day, 1);
                let added = added.and_then(|()| sums.named.add(self.count, township, day, 1));
                added.map_err(|Overflow| sum_too_large())?;
            }
        }
        Figures::new(self.count, self.sums, self.filings, self.months).ok_or_else(|| sum_too_large().into())
    }
}

/// A stored number in the indicator's units; none if it is too large. An empty cell sums as 0.
pub(super) fn amount(cell: &[u8], places: u8, scale: i64) -> Option<i64> {
    if cell.is_empty() { Some(0) } else { decimal(cell, places)?.checked_mul(scale) }
}

fn filing(fields: &FilingFields, township: usize, row: &Row<'_>, month: Option<Month>) -> Filing {
    Filing {
        township,
        month,
        date: row.date,
        returned: fields.returned.and_then(|field| Day::from_iso(row.cell(field))),
        zero: fields.zero.map(|field| row.cell(field) == b"true"),
    }
}

impl RosterFields {
    /// The person whom a row names at a record.
    pub(super) fn roster_entry(
        &self,
        count: &CountSpec<'_>,
        record: Id,
        township: usize,
        row: &Row<'_>,
    ) -> std::result::Result<RosterEntry, Fault> {
        let credit = match self.credit.map(|field| (field, row.cell(field))) {
            None | Some((_, [])) => township,
            Some((field, id)) => {
                let id = String::from_utf8_lossy(id);
                *count.townships.get(id.as_ref()).ok_or_else(|| unknown_township(row, field))?
            }
        };
        let cells = self.person.iter().map(|&field| row.cell(field));
        Ok(RosterEntry::new(record, cells, u32::try_from(credit).unwrap_or(u32::MAX)))
    }
}

impl Counter {
    pub(super) fn selects(&self, row: &Row<'_>) -> bool {
        self.filter.iter().all(|(field, values)| {
            let cell = row.cell(*field);
            values.iter().any(|value| value == cell)
        })
    }
}

impl ChangeSeries {
    fn add(
        &mut self,
        count: &CountSpec<'_>,
        township: usize,
        day: Day,
        amount: i64,
    ) -> std::result::Result<(), Overflow> {
        if self.days.is_empty() {
            self.days = vec![0; 367];
            self.townships = vec![0; count.townships.len() * count.days.len()];
        }
        let index = day.0.saturating_sub(count.first.0).saturating_add(1).max(0);
        if let Some(sum) = usize::try_from(index).ok().and_then(|index| self.days.get_mut(index)) {
            *sum = sum.checked_add(amount).ok_or(Overflow)?;
        }
        let column = count.column(day);
        if column < count.days.len()
            && let Some(sum) = self.townships.get_mut(township * count.days.len() + column)
        {
            *sum = sum.checked_add(amount).ok_or(Overflow)?;
        }
        Ok(())
    }

    fn merge(&mut self, other: ChangeSeries) -> std::result::Result<(), Overflow> {
        if self.days.is_empty() {
            *self = other;
            return Ok(());
        }
        for (mine, theirs) in [(&mut self.days, &other.days), (&mut self.townships, &other.townships)] {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine = mine.checked_add(*theirs).ok_or(Overflow)?;
            }
        }
        Ok(())
    }
}
