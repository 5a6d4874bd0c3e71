//! Which records make a figure: the same counting as [`Tally`](super::Tally), which keeps what each record adds instead
//! of adding it up. Slower, and larger by what it keeps: for a question about a figure, not for every status.

use super::changes::Overflow;
use super::people::RosterEntry;
use super::spec::CountSpec;
use super::walk::{Addition, FigurePart, FirstDays, HeadCount, Rosters, StandingRow, Taker};
use crate::base::day::{Day, Instant};
use crate::base::fault::Result;
use crate::base::id::Id;
use crate::figures::faults::sum_too_large;
use crate::ledger::{IdMap, Source, Validity, walk_days};
use crate::schema::plan::IndicatorNo;
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;
use std::collections::HashMap;

/// What one record adds to a figure on some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contribution {
    /// The indicator.
    pub indicator: IndicatorNo,
    /// The days on which it counts.
    pub days: Validity,
    /// In whose ledger the record stands.
    pub ledger: TownshipNo,
    /// The record, of the indicator's kind.
    pub record: Id,
    /// What of it counts.
    pub basis: ContributionBasis,
    /// For which township it counts.
    pub township: TownshipNo,
    /// In the figure's units.
    pub amount: i64,
    /// The record's own day: of one that lasts, it may count later only.
    pub date: Day,
    /// When it entered the ledger: the first revision, of a change the first that says of its day, and of a person named the
    /// later of record and naming.
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
}

/// A person named who did not count again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepeatAttendance {
    /// The indicator.
    pub indicator: IndicatorNo,
    /// The day of the record.
    pub day: Day,
    /// In whose ledger record and row stand.
    pub ledger: TownshipNo,
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
    pub counted_for: TownshipNo,
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
    spec: &'a CountSpec<'a>,
    rosters: Rosters<TracedNaming>,
    first_days: FirstDays,
    kept: TracedAdditions,
}

/// What records add, kept one by one.
#[derive(Debug, Default)]
struct TracedAdditions {
    provenance: Provenance,
    attendances: Vec<TracedAttendance>,
}

/// The row of a roster that names a person.
#[derive(Clone, Copy, Debug)]
struct TracedNaming {
    row: Id,
    entered_at: Instant,
}

/// A person at a record; of one person's attendances the first counts, by day, then record, then place in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct TracedAttendance {
    indicator: IndicatorNo,
    person: u128,
    day: Day,
    record: Id,
    position: usize,
    row: Id,
    ledger: TownshipNo,
    township: TownshipNo,
    entered_at: Instant,
}

impl<'a> Trace<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(spec: &'a CountSpec<'a>) -> Trace<'a> {
        let provenance = Provenance { places: spec.places.clone(), ..Provenance::default() };
        let kept = TracedAdditions { provenance, attendances: Vec::new() };
        Trace { spec, rosters: Rosters::default(), first_days: FirstDays::default(), kept }
    }

    /// Takes in one ledger of a township, as [`Tally::add_ledger`](super::Tally::add_ledger) does.
    ///
    /// # Errors
    /// Whatever is wrong with the ledger.
    pub fn add_ledger(&mut self, source: Source<'_>, township: TownshipNo) -> Result<()> {
        let spec = self.spec;
        let Some(counted) = spec.kind_index(source.kind).map(|at| &spec.kinds[at]) else { return Ok(()) };
        let mut entered = IdMap::default();
        let mut changed: HashMap<(Id, Day), Instant> = HashMap::new();
        walk_days(source, spec.known, |row, days| {
            if row.rev == 1 {
                entered.insert(row.id, row.entered_at);
            }
            // A correction says of a change again when it was: that it changed was known before.
            let changed_at = row.effective.map(|day| *changed.entry((row.id, day)).or_insert(row.entered_at));
            let Some(days) = days.filter(|_| row.state == RecordState::Live) else { return Ok(()) };
            let first = *entered.get(&row.id).expect("the walk takes revisions in order from the first");
            let entered_at = changed_at.unwrap_or(first);
            let standing = StandingRow { row, days, ledger: township, entered_at };
            if counted.kind.lasting {
                return self.first_days.take_lasting(spec, counted, &standing, &mut self.kept);
            }
            self.rosters.take_record(spec, counted, source.year, &standing, &mut self.kept)
        })
    }

    /// Joins the rosters of a township and year with their records.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn settle(&mut self) -> Result<()> {
        self.rosters.settle(&mut self.kept).map_err(|Overflow| sum_too_large().into())
    }

    /// Takes in all that another has found.
    pub fn merge(&mut self, other: Trace<'a>) {
        self.first_days.merge(other.first_days);
        let provenance = &mut self.kept.provenance;
        append(&mut provenance.done, other.kept.provenance.done);
        append(&mut provenance.whole, other.kept.provenance.whole);
        append(&mut self.kept.attendances, other.kept.attendances);
    }

    /// What the figures are made of.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn finish(mut self) -> Result<Provenance> {
        self.first_days.settle(self.spec, &mut self.kept).map_err(|Overflow| sum_too_large())?;
        let mut provenance = self.kept.provenance;
        let mut attendances = self.kept.attendances;
        attendances.sort();
        for same in attendances.chunk_by(|a, b| (a.indicator, a.person) == (b.indicator, b.person)) {
            let Some((first, others)) = same.split_first() else { continue };
            provenance.done.push(first.contribution());
            provenance.repeats.extend(others.iter().map(|other| other.repeat_of(first)));
        }
        join_days(&mut provenance.done);
        join_days(&mut provenance.whole);
        provenance.repeats.sort();
        Ok(provenance)
    }
}

impl Taker for TracedAdditions {
    type Naming = TracedNaming;

    fn naming(&self, named: &StandingRow<'_>) -> TracedNaming {
        TracedNaming { row: named.row.id, entered_at: named.entered_at }
    }

    fn add(&mut self, addition: &Addition) -> std::result::Result<(), Overflow> {
        let contributions = match addition.part {
            FigurePart::Done => &mut self.provenance.done,
            FigurePart::Whole => &mut self.provenance.whole,
        };
        let &Addition { days, ledger, record, amount, date, entered_at, .. } = addition;
        if !days.is_empty() {
            contributions.push(Contribution {
                indicator: addition.counter.indicator(),
                days,
                ledger,
                record,
                basis: ContributionBasis::Record,
                township: ledger,
                amount,
                date,
                entered_at,
            });
        }
        Ok(())
    }

    fn attend(&mut self, at: &HeadCount, same: &[(RosterEntry, TracedNaming)]) {
        for (position, (entry, naming)) in same.iter().enumerate() {
            self.attendances.extend(at.counters.iter().map(|counter| TracedAttendance {
                indicator: counter.indicator(),
                person: entry.person,
                day: at.day,
                record: entry.record,
                position,
                row: naming.row,
                ledger: at.ledger,
                township: entry.credit(),
                entered_at: naming.entered_at.max(at.entered_at),
            }));
        }
    }

    fn add_unnamed(&mut self, at: &HeadCount) -> std::result::Result<(), Overflow> {
        self.provenance.done.extend(at.counters.iter().map(|counter| Contribution {
            indicator: counter.indicator(),
            days: Validity { from: at.day, until: Day::MAX },
            ledger: at.ledger,
            record: at.record,
            basis: ContributionBasis::Unnamed,
            township: at.ledger,
            amount: at.heads,
            date: at.day,
            entered_at: at.entered_at,
        }));
        Ok(())
    }
}

impl TracedAttendance {
    fn contribution(&self) -> Contribution {
        let &TracedAttendance { indicator, day, record, row, ledger, township, entered_at, .. } = self;
        Contribution {
            indicator,
            days: Validity { from: day, until: Day::MAX },
            ledger,
            record,
            basis: ContributionBasis::Person(row),
            township,
            amount: 1,
            date: day,
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

/// Puts contributions in order, and those of a record into one that follow each other day by day and add the same: what changed
/// between them does not matter for the figure.
fn join_days(contributions: &mut Vec<Contribution>) {
    let record = |one: &Contribution| (one.indicator, one.ledger, one.record, one.basis);
    contributions.sort_by_key(|one| (record(one), one.days));
    contributions.dedup_by(|next, before| {
        let same = record(next) == record(before) && next.amount == before.amount;
        let joined = same && next.days.from == before.days.until;
        if joined {
            before.days.until = next.days.until;
        }
        joined
    });
    contributions.sort();
}

/// Appends; the first of all is taken as it is, since there may be very much of it.
fn append<T>(all: &mut Vec<T>, more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.reserve_exact(more.len());
        all.extend(more);
    }
}

/// What contributions come to at the end of a day, for a township or all.
#[must_use]
pub fn sum<'c>(
    contributions: impl IntoIterator<Item = &'c Contribution>,
    township: Option<TownshipNo>,
    day: Day,
) -> i64 {
    contributions
        .into_iter()
        .filter(|one: &&Contribution| {
            one.days.contains(day) && township.is_none_or(|township| one.township == township)
        })
        .fold(0, |sum, one| sum.saturating_add(one.amount))
}
