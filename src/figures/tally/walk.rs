//! What counting and tracing do alike: which records count, for which indicators, how much each adds, and who of its
//! people is named. What becomes of what is added is the [`Ledgers`]' taker's.

use super::changes::Overflow;
use super::people::RosterEntry;
use super::spec::{Addend, CountSpec, Counter, CounterNo, KindCount, RosterFields};
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::Fault;
use crate::base::id::Id;
use crate::figures::faults::{sum_too_large, unknown_township};
use crate::ledger::{IdMap, Row, Validity};
use crate::schema::kind::FieldNo;
use crate::schema::plan::CountingSpan;
use crate::schema::record::decimal;
use crate::schema::township::TownshipNo;

/// Of which figure something is a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FigurePart {
    /// The figure itself.
    Done,
    /// The whole of which the figure is a part.
    Whole,
}

/// What a record adds to a figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Addition {
    pub(super) counter: CounterNo,
    pub(super) part: FigurePart,
    /// In the figure's units.
    pub(super) amount: i64,
    /// On which days.
    pub(super) days: Validity,
    pub(super) record: Id,
    /// The record's own day.
    pub(super) date: Day,
    pub(super) ledger: TownshipNo,
    /// When the record first entered.
    pub(super) entered_at: Instant,
}

impl Addition {
    /// What is taken away where it stands no longer.
    pub(super) fn taken_away(&self) -> Result<i64, Overflow> {
        self.amount.checked_neg().ok_or(Overflow)
    }
}

/// A revision that holds, in whose ledger.
#[derive(Clone, Copy)]
pub(super) struct StandingRow<'r> {
    pub(super) row: &'r Row<'r>,
    /// On which days it holds.
    pub(super) days: Validity,
    /// Whose.
    pub(super) ledger: TownshipNo,
    /// When the record first entered.
    pub(super) entered_at: Instant,
}

/// A record whose people are counted.
#[derive(Debug)]
pub(super) struct HeadCount {
    pub(super) record: Id,
    pub(super) ledger: TownshipNo,
    pub(super) day: Day,
    pub(super) entered_at: Instant,
    /// How many are known by number only, once the roster is joined.
    pub(super) heads: i64,
    pub(super) counters: Vec<CounterNo>,
}

/// What becomes of what records add: a tally sums it up, a trace keeps it.
pub(super) trait Taker {
    /// What is kept of a roster's row beside the person whom it names.
    type Naming: Copy;

    /// Keeps what it needs of a roster's row.
    fn naming(&self, named: &StandingRow<'_>) -> Self::Naming;

    /// Takes what a record adds.
    fn add(&mut self, addition: &Addition) -> Result<(), Overflow>;

    /// Takes a person at a record: all rows of its roster that name them, the one that decides first.
    fn attend(&mut self, at: &HeadCount, same: &[(RosterEntry, Self::Naming)]);

    /// Takes the people of a record who are known by number only.
    fn add_unnamed(&mut self, at: &HeadCount) -> Result<(), Overflow>;
}

/// The records of a township and year whose people are counted, and the rosters that name them.
#[derive(Debug)]
pub(super) struct Rosters<N> {
    head_counts: IdMap<HeadCount>,
    named: Vec<(RosterEntry, N)>,
}

impl<N> Default for Rosters<N> {
    fn default() -> Rosters<N> {
        Rosters { head_counts: IdMap::default(), named: Vec::new() }
    }
}

impl<N: Copy> Rosters<N> {
    /// Hands to `taker` what a record that stands adds to each figure; its people are kept until their roster is known.
    pub(super) fn take_record<T: Taker<Naming = N>>(
        &mut self,
        spec: &CountSpec<'_>,
        counted: &KindCount<'_>,
        year: Year,
        standing: &StandingRow<'_>,
        taker: &mut T,
    ) -> Result<(), Fault> {
        for counter in &counted.counters {
            if counter.span != CountingSpan::Standing && year != spec.year {
                continue;
            }
            let selected = counter.selects(standing.row);
            if let Some(addend) = counter.whole_addend(standing.row, selected) {
                self.take_addend(counter, FigurePart::Whole, addend, standing, taker)?;
            }
            if selected {
                self.take_addend(counter, FigurePart::Done, counter.done, standing, taker)?;
            }
        }
        if let Some(roster) = &counted.roster {
            self.take_roster_row(spec, roster, standing, taker)?;
        }
        Ok(())
    }

    fn take_addend<T: Taker<Naming = N>>(
        &mut self,
        counter: &Counter,
        part: FigurePart,
        addend: Addend,
        standing: &StandingRow<'_>,
        taker: &mut T,
    ) -> Result<(), Fault> {
        if let Addend::People { heads } = addend {
            return self.expect_people(counter.number, heads, standing);
        }
        standing.hand_on(addend, |amount| taker.add(&standing.addition(counter, part, amount)))
    }

    fn expect_people(&mut self, counter: CounterNo, field: FieldNo, standing: &StandingRow<'_>) -> Result<(), Fault> {
        let &StandingRow { row, ledger, entered_at, .. } = standing;
        let heads = amount(row.cell(field), 0, 1).ok_or_else(|| sum_too_large().at(row.place_of(field)))?;
        let expected = self.head_counts.entry(row.id).or_insert_with(|| HeadCount {
            record: row.id,
            ledger,
            day: row.date,
            entered_at,
            heads,
            counters: Vec::new(),
        });
        expected.counters.push(counter);
        Ok(())
    }

    fn take_roster_row<T: Taker<Naming = N>>(
        &mut self,
        spec: &CountSpec<'_>,
        roster: &RosterFields,
        standing: &StandingRow<'_>,
        taker: &T,
    ) -> Result<(), Fault> {
        // A row counts while its record is live and counted: only such records are among the head counts.
        if let Some(record) = Id::from_bytes(standing.row.cell(roster.reference))
            && self.head_counts.contains_key(&record)
        {
            let entry = roster_entry(spec, roster, record, standing)?;
            self.named.push((entry, taker.naming(standing)));
        }
        Ok(())
    }

    /// Joins the rosters of a township and year with their records.
    pub(super) fn settle<T: Taker<Naming = N>>(&mut self, taker: &mut T) -> Result<(), Overflow> {
        // Of the rows that name one person at one record the first says for whom. Where ids do not decide which that is, the
        // order of the file is kept.
        self.named.sort_by_key(|(entry, _)| (entry.record, entry.person, entry.tie));
        for same in self.named.chunk_by(|(one, _), (next, _)| (one.record, one.person) == (next.record, next.person)) {
            let at = self.head_counts.get_mut(&same[0].0.record).expect("only rows of such records are kept");
            at.heads -= 1;
            taker.attend(at, same);
        }
        self.named.clear();
        for (_, at) in self.head_counts.drain() {
            if at.heads > 0 {
                taker.add_unnamed(&at)?;
            }
        }
        Ok(())
    }
}

impl StandingRow<'_> {
    /// The days on which it counts: from its date on, as long as it holds and has not ended.
    fn counted_days(&self, counter: &Counter) -> Validity {
        let end = counter.end.and_then(|end| Day::from_iso(self.row.cell(end)));
        let from = self.row.date.max(self.days.from);
        Validity { from, until: end.map_or(self.days.until, |end| end.min(self.days.until)).max(from) }
    }

    fn addition(&self, counter: &Counter, part: FigurePart, amount: i64) -> Addition {
        Addition {
            counter: counter.number,
            part,
            amount,
            days: self.counted_days(counter),
            record: self.row.id,
            date: self.row.date,
            ledger: self.ledger,
            entered_at: self.entered_at,
        }
    }

    /// Hands on what the row adds; people are counted elsewhere.
    fn hand_on(&self, addend: Addend, take: impl FnOnce(i64) -> Result<(), Overflow>) -> Result<(), Fault> {
        let row = self.row;
        let (amount, field) = match addend {
            Addend::One(one) => (Some(one), FieldNo::DATE),
            Addend::Sum { field, places, scale } => (amount(row.cell(field), places, scale), field),
            Addend::People { .. } => return Ok(()),
        };
        amount.ok_or(Overflow).and_then(take).map_err(|Overflow| sum_too_large().at(row.place_of(field)))
    }
}

/// Of records that last and have changed, on which days each could be counted first.
#[derive(Debug, Default)]
pub(super) struct FirstDays(Vec<Addition>);

impl FirstDays {
    /// Hands to `taker` what a revision of a record that lasts adds to each figure, on its days. Where a record counts once, on
    /// the first day on which it satisfies the conditions, that is known when all its revisions were met.
    pub(super) fn take_lasting(
        &mut self,
        spec: &CountSpec<'_>,
        counted: &KindCount<'_>,
        standing: &StandingRow<'_>,
        taker: &mut impl Taker,
    ) -> Result<(), Fault> {
        for counter in &counted.counters {
            let selected = counter.selects(standing.row);
            let whole = counter.whole_addend(standing.row, selected);
            let parts =
                [whole.map(|addend| (FigurePart::Whole, addend)), selected.then_some((FigurePart::Done, counter.done))];
            for (part, addend) in parts.into_iter().flatten() {
                standing.hand_on(addend, |amount| {
                    let addition = standing.addition(counter, part, amount);
                    if addition.days.is_empty() {
                        return Ok(());
                    }
                    match counter.span {
                        CountingSpan::Standing => taker.add(&addition),
                        CountingSpan::Year if standing.days == Validity::ALWAYS => addition.count_once(spec, taker),
                        CountingSpan::Year => {
                            self.0.push(addition);
                            Ok(())
                        }
                    }
                })?;
            }
        }
        Ok(())
    }

    /// Takes in all that another has met.
    pub(super) fn merge(&mut self, other: FirstDays) {
        self.0.extend(other.0);
    }

    /// Hands on what each record adds on its first day.
    pub(super) fn settle(mut self, spec: &CountSpec<'_>, taker: &mut impl Taker) -> Result<(), Overflow> {
        let record = |one: &Addition| (one.counter, one.part, one.ledger, one.record);
        self.0.sort_by_key(|one| (record(one), one.days.from));
        self.0.dedup_by_key(|one| record(one));
        self.0.iter().try_for_each(|first| first.count_once(spec, taker))
    }
}

impl Addition {
    /// Counts it from its first day on, for good, if that lies in the plan's year.
    fn count_once(&self, spec: &CountSpec<'_>, taker: &mut impl Taker) -> Result<(), Overflow> {
        if self.days.from.year() != spec.year {
            return Ok(());
        }
        taker.add(&Addition { days: Validity { until: Day::MAX, ..self.days }, ..*self })
    }
}

/// The person whom a row of a roster names at a record.
fn roster_entry(
    spec: &CountSpec<'_>,
    roster: &RosterFields,
    record: Id,
    standing: &StandingRow<'_>,
) -> Result<RosterEntry, Fault> {
    let row = standing.row;
    let credit = match roster.credit.map(|field| (field, row.cell(field))) {
        None | Some((_, [])) => standing.ledger,
        Some((field, id)) => {
            let id = String::from_utf8_lossy(id);
            *spec.townships.get(id.as_ref()).ok_or_else(|| unknown_township(row, field))?
        }
    };
    let cells = roster.person.iter().map(|&field| row.cell(field));
    Ok(RosterEntry::new(record, row.id, cells, credit, spec.rules))
}

/// A stored number in the indicator's units; none if it is too large. An empty cell sums as 0.
fn amount(cell: &[u8], places: u8, scale: i64) -> Option<i64> {
    if cell.is_empty() { Some(0) } else { decimal(cell, places)?.checked_mul(scale) }
}
