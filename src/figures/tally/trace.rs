//! Which records make a figure: the same counting as [`Tally`](super::Tally), which keeps what each record adds instead
//! of adding it up. Slower, and larger by what it keeps: for a question about a figure, not for every status.

use super::fold::amount;
use super::people::RosterEntry;
use super::{Addend, CountSpec, Counter, KindCount, RosterFields};
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::figures::faults::sum_too_large;
use crate::ledger::{IdMap, Row, Source, walk};
use crate::schema::plan::CountingSpan;
use crate::schema::record::RecordState;

/// What one record adds to a figure from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    /// The indicator's place in the plan.
    pub indicator: usize,
    /// The day from which it counts.
    pub day: Day,
    /// In whose ledger the record stands (its place in the order).
    pub ledger: usize,
    /// The record, of the indicator's kind.
    pub record: Id,
    /// What of it counts.
    pub basis: ContributionBasis,
    /// For which township it counts.
    pub township: usize,
    /// In the figure's units; less than 0 where something ended.
    pub amount: i64,
    /// When it entered the ledger: the first revision, and of a person named the later of record and naming.
    pub entered_at: Instant,
}

/// What of a record counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContributionBasis {
    /// The record itself.
    Record,
    /// A person whom this row of the roster names (实名).
    Person(Id),
    /// People known by number only.
    Unnamed,
    /// It stands no longer.
    Ended,
}

/// A person named who did not count again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepeatAttendance {
    /// The indicator's place in the plan.
    pub indicator: usize,
    /// The day of the record.
    pub day: Day,
    /// In whose ledger record and row stand.
    pub ledger: usize,
    /// The record whose roster names the person.
    pub record: Id,
    /// The row of the roster.
    pub row: Id,
    /// The record that counted the person.
    pub counted: Id,
    /// The row of its roster.
    pub counted_row: Id,
    /// The day from which the person counts.
    pub counted_day: Day,
    /// For which township.
    pub counted_for: usize,
}

/// All that figures are made of, by indicator, then day.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// What makes the figures.
    pub done: Vec<Contribution>,
    /// What makes the wholes of which they are a part.
    pub whole: Vec<Contribution>,
    /// The people who did not count again.
    pub repeats: Vec<RepeatAttendance>,
    /// For each indicator how many decimals its amounts have.
    pub places: Vec<u8>,
}

/// A fold that keeps what each record adds.
#[derive(Debug)]
pub struct Trace<'a> {
    count: &'a CountSpec<'a>,
    provenance: Provenance,
    attendances: Vec<TracedAttendance>,
    /// Records of the township and year at hand whose people are counted.
    head_counts: IdMap<TracedHeadCount>,
    /// The people that the rosters at hand name.
    roster_entries: Vec<TracedRosterEntry>,
}

/// A record whose people are counted.
#[derive(Debug)]
struct TracedHeadCount {
    ledger: usize,
    day: Day,
    entered_at: Instant,
    heads: i64,
    indicators: Vec<usize>,
}

/// A row of a roster.
#[derive(Clone, Copy, Debug)]
struct TracedRosterEntry {
    naming: RosterEntry,
    row: Id,
    entered_at: Instant,
}

/// A person at a record; of one person's claims the first counts, by day, then record, then place in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TracedAttendance {
    indicator: usize,
    person: u128,
    day: Day,
    record: Id,
    position: usize,
    row: Id,
    ledger: usize,
    township: usize,
    entered_at: Instant,
}

/// A row that stands, with what the counting of it needs.
struct StandingRow<'r> {
    row: &'r Row<'r>,
    ledger: usize,
    entered_at: Instant,
}

impl<'a> Trace<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(count: &'a CountSpec<'a>) -> Trace<'a> {
        let (claims, namings) = (Vec::new(), Vec::new());
        let found = Provenance { places: count.places.clone(), ..Provenance::default() };
        Trace { count, provenance: found, attendances: claims, head_counts: IdMap::default(), roster_entries: namings }
    }

    /// Takes in one ledger of a township (its place in the order), as [`Tally::add_ledger`](super::Tally::add_ledger) does.
    ///
    /// # Errors
    /// Whatever is wrong with the ledger.
    pub fn add_ledger(&mut self, source: Source<'_>, township: usize) -> Result<()> {
        let count = self.count;
        let Some(counted) = count.kinds.iter().find(|counted| counted.kind.id == source.kind.id) else { return Ok(()) };
        let mut entered = IdMap::default();
        walk(source, count.known, |row, stands| {
            let entered_at = if row.rev == 1 {
                entered.insert(row.id, row.entered_at);
                row.entered_at
            } else {
                entered.get(&row.id).copied().unwrap_or(row.entered_at)
            };
            if !stands || row.state == RecordState::Void {
                return Ok(());
            }
            self.add_record(counted, source.year, &StandingRow { row, ledger: township, entered_at })
        })
    }

    fn add_record(
        &mut self,
        counted: &KindCount<'_>,
        year: Year,
        standing: &StandingRow<'_>,
    ) -> std::result::Result<(), Fault> {
        for counter in &counted.counters {
            if counter.span != CountingSpan::Standing && year != self.count.year {
                continue;
            }
            let selected = counter.selects(standing.row);
            if let Some((whole, all)) = counter.whole
                && (selected || all)
            {
                let found = self.trace_record(counter, standing, whole)?;
                self.provenance.whole.extend(found);
            }
            if selected {
                let found = self.trace_record(counter, standing, counter.done)?;
                self.provenance.done.extend(found);
            }
        }
        if let Some(roster) = &counted.roster {
            self.add_roster_row(roster, standing)?;
        }
        Ok(())
    }

    /// What a record adds, and takes away where it ends; people are told when their roster is known.
    fn trace_record(
        &mut self,
        counter: &Counter,
        standing: &StandingRow<'_>,
        measured: Addend,
    ) -> std::result::Result<Vec<Contribution>, Fault> {
        let &StandingRow { row, ledger, entered_at } = standing;
        let (amount, field) = match measured {
            Addend::One(one) => (Some(one), 0),
            Addend::Sum { field, places, scale } => (amount(row.cell(field), places, scale), field),
            Addend::People { heads } => {
                let heads = amount(row.cell(heads), 0, 1).unwrap_or(0);
                let headed = TracedHeadCount { ledger, day: row.date, entered_at, heads, indicators: Vec::new() };
                self.head_counts.entry(row.id).or_insert(headed).indicators.push(counter.indicator);
                return Ok(Vec::new());
            }
        };
        let amount = amount.ok_or_else(|| sum_too_large().at(row.place_of(field)))?;
        let (indicator, record, day, township) = (counter.indicator, row.id, row.date, ledger);
        let adds = Contribution {
            indicator,
            day,
            ledger,
            record,
            basis: ContributionBasis::Record,
            township,
            amount,
            entered_at,
        };
        let end = counter.end.and_then(|end| Day::from_iso(row.cell(end))).map(|end| end.max(row.date));
        let ended = end.map(|day| Contribution { day, basis: ContributionBasis::Ended, amount: -amount, ..adds });
        Ok([Some(adds), ended].into_iter().flatten().collect())
    }

    fn add_roster_row(&mut self, roster: &RosterFields, standing: &StandingRow<'_>) -> std::result::Result<(), Fault> {
        let &StandingRow { row, ledger, entered_at } = standing;
        if let Some(record) = Id::from_bytes(row.cell(roster.reference))
            && self.head_counts.contains_key(&record)
        {
            let naming = roster.roster_entry(self.count, record, ledger, row)?;
            self.roster_entries.push(TracedRosterEntry { naming, row: row.id, entered_at });
        }
        Ok(())
    }

    /// Joins the rosters of a township and year with their records.
    pub fn settle(&mut self) {
        self.roster_entries.sort_by_key(|named| (named.naming.record, named.naming.person));
        let namings = std::mem::take(&mut self.roster_entries);
        for same in namings.chunk_by(|a, b| (a.naming.record, a.naming.person) == (b.naming.record, b.naming.person)) {
            let Some(headed) = same.first().and_then(|first| self.head_counts.get_mut(&first.naming.record)) else {
                continue;
            };
            headed.heads -= 1;
            for (position, &TracedRosterEntry { naming, row, entered_at }) in same.iter().enumerate() {
                let (record, person, township) = (naming.record, naming.person, naming.credit());
                let (day, ledger, entered_at) = (headed.day, headed.ledger, entered_at.max(headed.entered_at));
                self.attendances.extend(headed.indicators.iter().map(|&indicator| TracedAttendance {
                    indicator,
                    person,
                    day,
                    record,
                    position,
                    row,
                    ledger,
                    township,
                    entered_at,
                }));
            }
        }
        for (record, headed) in self.head_counts.drain() {
            let TracedHeadCount { ledger, day, entered_at, heads: amount, indicators } = headed;
            let (what, township) = (ContributionBasis::Unnamed, ledger);
            let unnamed = indicators.into_iter().filter(|_| amount > 0);
            self.provenance.done.extend(unnamed.map(|indicator| Contribution {
                indicator,
                day,
                ledger,
                record,
                basis: what,
                township,
                amount,
                entered_at,
            }));
        }
    }

    /// Takes in all that another has found.
    pub fn merge(&mut self, other: Trace<'a>) {
        self.provenance.done.extend(other.provenance.done);
        self.provenance.whole.extend(other.provenance.whole);
        self.attendances.extend(other.attendances);
    }

    /// What the figures are made of.
    #[must_use]
    pub fn finish(self) -> Provenance {
        let Trace { provenance: mut found, attendances: mut claims, .. } = self;
        claims.sort();
        for same in claims.chunk_by(|a, b| (a.indicator, a.person) == (b.indicator, b.person)) {
            let Some((first, others)) = same.split_first() else { continue };
            found.done.push(first.contribution());
            found.repeats.extend(others.iter().map(|other| other.repeat_of(first)));
        }
        found.done.sort();
        found.whole.sort();
        found.repeats.sort();
        found
    }
}

impl TracedAttendance {
    fn contribution(&self) -> Contribution {
        let &TracedAttendance { indicator, day, record, row, ledger, township, entered_at, .. } = self;
        Contribution {
            indicator,
            day,
            ledger,
            record,
            basis: ContributionBasis::Person(row),
            township,
            amount: 1,
            entered_at,
        }
    }

    fn repeat_of(&self, first: &TracedAttendance) -> RepeatAttendance {
        let &TracedAttendance { indicator, day, record, row, ledger, .. } = self;
        let &TracedAttendance { day: counted_day, record: counted, row: counted_row, township: counted_for, .. } =
            first;
        RepeatAttendance { indicator, day, ledger, record, row, counted, counted_row, counted_day, counted_for }
    }
}

/// What contributions come to at the end of a day, for a township or all.
#[must_use]
pub fn sum<'c>(contributions: impl IntoIterator<Item = &'c Contribution>, township: Option<usize>, day: Day) -> i64 {
    let counts = |one: &&Contribution| one.day <= day && township.is_none_or(|township| one.township == township);
    contributions.into_iter().filter(counts).fold(0, |sum, one| sum.saturating_add(one.amount))
}
