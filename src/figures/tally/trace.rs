//! Which records make a figure: the same counting as [`Tally`](super::Tally), which keeps what each record adds instead
//! of adding it up. Slower, and larger by what it keeps: for a question about a figure, not for every status.

use super::fold::{amount, too_large};
use super::people::Naming;
use super::{Count, Counter, KindCount, Measured, RosterFields};
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::ledger::{ById, Row, Source, walk};
use crate::schema::plan::Span;
use crate::schema::record::State;

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
    pub what: What,
    /// For which township it counts.
    pub township: usize,
    /// In the figure's units; less than 0 where something ended.
    pub amount: i64,
    /// When it entered the ledger: the first revision, and of a person named the later of record and naming.
    pub entered_at: Instant,
}

/// What of a record counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
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
pub struct Again {
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
pub struct Traced {
    /// What makes the figures.
    pub done: Vec<Contribution>,
    /// What makes the wholes of which they are a part.
    pub whole: Vec<Contribution>,
    /// The people who did not count again.
    pub again: Vec<Again>,
    /// For each indicator how many decimals its amounts have.
    pub places: Vec<u8>,
}

/// A fold that keeps what each record adds.
#[derive(Debug)]
pub struct Trace<'a> {
    count: &'a Count<'a>,
    found: Traced,
    claims: Vec<Claim>,
    /// Records of the township and year at hand whose people are counted.
    headed: ById<Headed>,
    /// The people that the rosters at hand name.
    namings: Vec<Named>,
}

/// A record whose people are counted.
#[derive(Debug)]
struct Headed {
    ledger: usize,
    day: Day,
    entered_at: Instant,
    heads: i64,
    indicators: Vec<usize>,
}

/// A row of a roster.
#[derive(Clone, Copy, Debug)]
struct Named {
    naming: Naming,
    row: Id,
    entered_at: Instant,
}

/// A person at a record; of one person's claims the first counts, by day, then record, then place in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    indicator: usize,
    person: u128,
    day: Day,
    record: Id,
    place: usize,
    row: Id,
    ledger: usize,
    township: usize,
    entered_at: Instant,
}

/// A row that stands, with what the counting of it needs.
struct Standing<'r> {
    row: &'r Row<'r>,
    ledger: usize,
    entered_at: Instant,
}

impl<'a> Trace<'a> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(count: &'a Count<'a>) -> Trace<'a> {
        let (claims, namings) = (Vec::new(), Vec::new());
        let found = Traced { places: count.places.clone(), ..Traced::default() };
        Trace { count, found, claims, headed: ById::default(), namings }
    }

    /// Takes in one ledger of a township (its place in the order), as [`Tally::ledger`](super::Tally::ledger) does.
    ///
    /// # Errors
    /// Whatever is wrong with the ledger.
    pub fn ledger(&mut self, source: Source<'_>, township: usize) -> Result<()> {
        let count = self.count;
        let Some(counted) = count.kinds.iter().find(|counted| counted.kind.id == source.kind.id) else { return Ok(()) };
        let mut entered = ById::default();
        walk(source, count.known, |row, stands| {
            let entered_at = if row.rev == 1 {
                entered.insert(row.id, row.entered_at);
                row.entered_at
            } else {
                entered.get(&row.id).copied().unwrap_or(row.entered_at)
            };
            if !stands || row.state == State::Void {
                return Ok(());
            }
            self.record(counted, source.year, &Standing { row, ledger: township, entered_at })
        })
    }

    fn record(
        &mut self,
        counted: &KindCount<'_>,
        year: Year,
        standing: &Standing<'_>,
    ) -> std::result::Result<(), Fault> {
        for counter in &counted.counters {
            if counter.span != Span::Standing && year != self.count.year {
                continue;
            }
            let selected = counter.selects(standing.row);
            if let Some((whole, all)) = counter.whole
                && (selected || all)
            {
                let found = self.adds(counter, standing, whole)?;
                self.found.whole.extend(found);
            }
            if selected {
                let found = self.adds(counter, standing, counter.done)?;
                self.found.done.extend(found);
            }
        }
        if let Some(roster) = &counted.roster {
            self.named(roster, standing)?;
        }
        Ok(())
    }

    /// What a record adds, and takes away where it ends; people are told when their roster is known.
    fn adds(
        &mut self,
        counter: &Counter,
        standing: &Standing<'_>,
        measured: Measured,
    ) -> std::result::Result<Vec<Contribution>, Fault> {
        let &Standing { row, ledger, entered_at } = standing;
        let (amount, field) = match measured {
            Measured::One(one) => (Some(one), 0),
            Measured::Sum { field, places, scale } => (amount(row.cell(field), places, scale), field),
            Measured::People { heads } => {
                let heads = amount(row.cell(heads), 0, 1).unwrap_or(0);
                let headed = Headed { ledger, day: row.date, entered_at, heads, indicators: Vec::new() };
                self.headed.entry(row.id).or_insert(headed).indicators.push(counter.indicator);
                return Ok(Vec::new());
            }
        };
        let amount = amount.ok_or_else(|| too_large().at(row.place_of(field)))?;
        let (indicator, record, day, township) = (counter.indicator, row.id, row.date, ledger);
        let adds = Contribution { indicator, day, ledger, record, what: What::Record, township, amount, entered_at };
        let end = counter.end.and_then(|end| Day::from_iso(row.cell(end))).map(|end| end.max(row.date));
        let ended = end.map(|day| Contribution { day, what: What::Ended, amount: -amount, ..adds });
        Ok([Some(adds), ended].into_iter().flatten().collect())
    }

    fn named(&mut self, roster: &RosterFields, standing: &Standing<'_>) -> std::result::Result<(), Fault> {
        let &Standing { row, ledger, entered_at } = standing;
        if let Some(record) = Id::from_bytes(row.cell(roster.reference))
            && self.headed.contains_key(&record)
        {
            let naming = roster.naming(self.count, record, ledger, row)?;
            self.namings.push(Named { naming, row: row.id, entered_at });
        }
        Ok(())
    }

    /// Joins the rosters of a township and year with their records.
    pub fn settle(&mut self) {
        self.namings.sort_by_key(|named| (named.naming.record, named.naming.person));
        let namings = std::mem::take(&mut self.namings);
        for same in namings.chunk_by(|a, b| (a.naming.record, a.naming.person) == (b.naming.record, b.naming.person)) {
            let Some(headed) = same.first().and_then(|first| self.headed.get_mut(&first.naming.record)) else {
                continue;
            };
            headed.heads -= 1;
            for (place, &Named { naming, row, entered_at }) in same.iter().enumerate() {
                let (record, person, township) = (naming.record, naming.person, naming.credit());
                let (day, ledger, entered_at) = (headed.day, headed.ledger, entered_at.max(headed.entered_at));
                self.claims.extend(headed.indicators.iter().map(|&indicator| Claim {
                    indicator,
                    person,
                    day,
                    record,
                    place,
                    row,
                    ledger,
                    township,
                    entered_at,
                }));
            }
        }
        for (record, headed) in self.headed.drain() {
            let Headed { ledger, day, entered_at, heads: amount, indicators } = headed;
            let (what, township) = (What::Unnamed, ledger);
            let unnamed = indicators.into_iter().filter(|_| amount > 0);
            self.found.done.extend(unnamed.map(|indicator| Contribution {
                indicator,
                day,
                ledger,
                record,
                what,
                township,
                amount,
                entered_at,
            }));
        }
    }

    /// Takes in all that another has found.
    pub fn merge(&mut self, other: Trace<'a>) {
        self.found.done.extend(other.found.done);
        self.found.whole.extend(other.found.whole);
        self.claims.extend(other.claims);
    }

    /// What the figures are made of.
    #[must_use]
    pub fn finish(self) -> Traced {
        let Trace { mut found, mut claims, .. } = self;
        claims.sort();
        for same in claims.chunk_by(|a, b| (a.indicator, a.person) == (b.indicator, b.person)) {
            let Some((first, others)) = same.split_first() else { continue };
            found.done.push(first.counts());
            found.again.extend(others.iter().map(|other| other.does_not_count_after(first)));
        }
        found.done.sort();
        found.whole.sort();
        found.again.sort();
        found
    }
}

impl Claim {
    fn counts(&self) -> Contribution {
        let &Claim { indicator, day, record, row, ledger, township, entered_at, .. } = self;
        Contribution { indicator, day, ledger, record, what: What::Person(row), township, amount: 1, entered_at }
    }

    fn does_not_count_after(&self, first: &Claim) -> Again {
        let &Claim { indicator, day, record, row, ledger, .. } = self;
        let &Claim { day: counted_day, record: counted, row: counted_row, township: counted_for, .. } = first;
        Again { indicator, day, ledger, record, row, counted, counted_row, counted_day, counted_for }
    }
}

/// What contributions come to at the end of a day, for a township or all.
#[must_use]
pub fn sum<'c>(contributions: impl IntoIterator<Item = &'c Contribution>, township: Option<usize>, day: Day) -> i64 {
    let counts = |one: &&Contribution| one.day <= day && township.is_none_or(|township| one.township == township);
    contributions.into_iter().filter(counts).fold(0, |sum, one| sum.saturating_add(one.amount))
}
