//! Records dated up to a day that entered their ledgers only after it (节点后补录): a fold as the tally is, over the same
//! ledgers in the same order. Counts nothing: what the figures are is the tally's.

use super::{Count, Counter, KindCount, Measured};
use crate::day::{Day, Instant, Year};
use crate::fault::Result;
use crate::id::Id;
use crate::ledger::{ById, Row, Source, walk};
use crate::plan::Span;
use crate::record::State;

/// A record that counts up to the day and was entered after it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LateEntry {
    /// The indicator that it counts for, or whose people it names.
    pub indicator: usize,
    /// The township that keeps it (its place in the order).
    pub township: usize,
    /// The day for which it counts.
    pub date: Day,
    /// The record.
    pub record: Id,
    /// When its first revision entered the ledger.
    pub entered_at: Instant,
}

/// What has been found so far.
#[derive(Debug)]
pub struct LateEntries<'a> {
    count: &'a Count<'a>,
    until: Day,
    after: Instant,
    found: Vec<LateEntry>,
    /// Records of the township and year at hand whose people are counted: their day, and for which indicators.
    headed: ById<(Day, Vec<usize>)>,
}

/// A record as it stands, and where.
struct Standing<'r, 's> {
    row: &'r Row<'s>,
    year: Year,
    township: usize,
    /// When it first entered the ledger, where that is after the day.
    entered: Option<Instant>,
}

impl<'a> LateEntries<'a> {
    /// Nothing found yet of what is dated up to `until` and was entered after `after`.
    #[must_use]
    pub fn new(count: &'a Count<'a>, until: Day, after: Instant) -> LateEntries<'a> {
        LateEntries { count, until, after, found: Vec::new(), headed: ById::default() }
    }

    /// Takes in one ledger of a township (its place in the order). A roster comes after its records, and
    /// [`settle`](LateEntries::settle) after both.
    ///
    /// # Errors
    /// Whatever is wrong with the ledger; what was found is then of no use.
    pub fn ledger(&mut self, source: Source<'_>, township: usize) -> Result<()> {
        let count = self.count;
        let Some(counted) = count.kinds.iter().find(|counted| counted.kind.id == source.kind.id) else { return Ok(()) };
        let (mut late, year) = (ById::default(), source.year);
        walk(source, count.known, |row, stands| {
            if row.rev == 1 && row.entered_at > self.after {
                late.insert(row.id, row.entered_at);
            }
            if stands && row.state == State::Live {
                self.record(counted, &Standing { row, year, township, entered: late.get(&row.id).copied() });
            }
            Ok(())
        })
    }

    fn record(&mut self, counted: &KindCount<'_>, standing: &Standing<'_, '_>) {
        let row = standing.row;
        for counter in &counted.counters {
            if !self.counts(counter, standing) {
                continue;
            }
            if let Measured::People { .. } = counter.done {
                self.headed.entry(row.id).or_insert((row.date, Vec::new())).1.push(counter.indicator);
            }
            self.find(counter.indicator, row.date, standing);
        }
        // A person named late is late even where the record was in time.
        let named = counted.roster.as_ref().and_then(|roster| Id::from_bytes(row.cell(roster.reference)));
        if let Some((date, indicators)) = named.and_then(|record| self.headed.get(&record).cloned()) {
            for indicator in indicators {
                self.find(indicator, date, standing);
            }
        }
    }

    /// Whether the indicator's figure at the end of the day holds the record.
    fn counts(&self, counter: &Counter, standing: &Standing<'_, '_>) -> bool {
        let row = standing.row;
        let ended =
            counter.end.and_then(|end| Day::from_iso(row.cell(end))).is_some_and(|end| end.max(row.date) <= self.until);
        let in_span = counter.span == Span::Standing || standing.year == self.count.year;
        in_span && row.date <= self.until && !ended && counter.selects(row)
    }

    fn find(&mut self, indicator: usize, date: Day, standing: &Standing<'_, '_>) {
        let Some(entered_at) = standing.entered else { return };
        let (township, record) = (standing.township, standing.row.id);
        self.found.push(LateEntry { indicator, township, date, record, entered_at });
    }

    /// A township's year is over.
    pub fn settle(&mut self) {
        self.headed.clear();
    }

    /// Takes in all that another has found.
    pub fn merge(&mut self, other: LateEntries<'a>) {
        self.found.extend(other.found);
    }

    /// What was found, by indicator, township and day.
    #[must_use]
    pub fn finish(mut self) -> Vec<LateEntry> {
        self.found.sort_unstable();
        self.found
    }
}
