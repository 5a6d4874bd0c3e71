//! The fold itself: ledgers in, one at a time; two tallies can be merged.

use super::changes::{IndicatorChanges, Overflow};
use super::figures::{Figures, Filing};
use super::people::{Attendance, RosterEntry, keep_earliest};
use super::spec::{CountSpec, FilingFields, KindCount};
use super::walk::{Addition, FigurePart, FirstDays, HeadCount, Rosters, StandingRow, Taker};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Fault, Result};
use crate::figures::faults::sum_too_large;
use crate::ledger::chunks::{EnteredRecords, NeedsFullWalk, PlacedLines, RevisedRecords, walk_chunk};
use crate::ledger::{Columns, Row, Source, Validity, walk_days};
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;

/// So many attendances of one indicator are kept before those who came again are taken out.
const MANY_ATTENDANCES: usize = 1 << 12;

/// What has been counted so far.
#[derive(Debug)]
pub struct Tally<'a> {
    spec: &'a CountSpec<'a>,
    sums: FigureSums<'a>,
    rosters: Rosters<()>,
    first_days: FirstDays,
    filings: Vec<Filing>,
    /// By kind, how many records the township that is counted by month has in each.
    months: Vec<[i64; 12]>,
}

/// What records add, summed up.
#[derive(Debug)]
struct FigureSums<'a> {
    spec: &'a CountSpec<'a>,
    changes: Vec<IndicatorChanges>,
    /// By indicator, who was named where: each person may still be named at several records.
    people: Vec<Vec<Attendance>>,
}

impl<'a> Tally<'a> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(spec: &'a CountSpec<'a>) -> Tally<'a> {
        let counters = spec.places.len();
        Tally {
            spec,
            sums: FigureSums {
                spec,
                changes: vec![IndicatorChanges::default(); counters],
                people: vec![Vec::new(); counters],
            },
            rosters: Rosters::default(),
            first_days: FirstDays::default(),
            filings: Vec::new(),
            months: vec![[0; 12]; spec.kinds.len()],
        }
    }

    /// Takes in one ledger of a township. A roster comes after its records, and
    /// [`settle`](Tally::settle) after both.
    ///
    /// # Errors
    /// Whatever is wrong with the ledger; the tally is then of no use.
    pub fn add_ledger(&mut self, source: Source<'_>, township: TownshipNo) -> Result<()> {
        let spec = self.spec;
        let Some(counted) = spec.kind_index(source.kind) else { return Ok(()) };
        walk_days(source, spec.known, |row, days| match days {
            Some(days) if row.state == RecordState::Live => self.add_row(counted, source.year, township, (row, days)),
            Some(_) | None => Ok(()),
        })
    }

    /// Takes in a part of a ledger that [may be parted](CountSpec::may_be_chunked).
    ///
    /// # Errors
    /// Something is wrong with it; the tally is then of no use.
    pub fn add_chunk(
        &mut self,
        columns: &Columns,
        chunk: PlacedLines<'_>,
        revised: &RevisedRecords,
        entered: &mut EnteredRecords,
        township: TownshipNo,
    ) -> std::result::Result<(), NeedsFullWalk> {
        let Some(counted) = self.spec.kind_index(chunk.lines.kind) else { return Ok(()) };
        let year = chunk.lines.year;
        walk_chunk(columns, chunk, revised, entered, |row, days| match days {
            Some(days) if row.state == RecordState::Live => self.add_row(counted, year, township, (row, days)),
            Some(_) | None => Ok(()),
        })
    }

    fn add_row(
        &mut self,
        at: usize,
        year: Year,
        township: TownshipNo,
        (row, days): (&Row<'_>, Validity),
    ) -> std::result::Result<(), Fault> {
        let spec = self.spec;
        let counted = &spec.kinds[at];
        if let Some(counter) = spec.by_month
            && counter.township == township
            && year == spec.year
            && row.date <= counter.as_of
            && days.contains(counter.as_of)
        {
            self.months[at][usize::from(row.date.month().month) - 1] += 1;
        }
        let standing = StandingRow { row, days, ledger: township, entered_at: row.entered_at };
        if counted.kind.lasting {
            return self.first_days.take_lasting(spec, counted, &standing, &mut self.sums);
        }
        self.rosters.take_record(spec, counted, year, &standing, &mut self.sums)?;
        self.add_filings(counted, township, row);
        Ok(())
    }

    fn add_filings(&mut self, counted: &KindCount<'_>, township: TownshipNo, row: &Row<'_>) {
        if let Some(fields) = &counted.arrangement
            && Year::from_iso(row.cell(fields.period)) == Some(self.spec.year)
        {
            self.filings.push(self.filing(fields, township, row, None));
        }
        if let Some(fields) = &counted.monthly
            && let Some(month) = Month::from_iso(row.cell(fields.period))
        {
            self.filings.push(self.filing(fields, township, row, Some(month)));
        }
    }

    fn filing(&self, fields: &FilingFields, township: TownshipNo, row: &Row<'_>, month: Option<Month>) -> Filing {
        Filing {
            township,
            month,
            date: row.date,
            returned: fields.returned.and_then(|field| Day::from_iso(row.cell(field))),
            zero: fields.zero.map(|field| row.cell(field) == b"true"),
            tie: self.spec.rules.tie(row.id),
        }
    }

    /// Joins the rosters of a township and year with their records.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn settle(&mut self) -> Result<()> {
        self.rosters.settle(&mut self.sums).map_err(|Overflow| sum_too_large().into())
    }

    /// Takes in all that another has counted.
    ///
    /// # Errors
    /// A figure too large to be counted.
    pub fn merge(&mut self, other: Tally<'a>) -> Result<()> {
        self.sums.merge(other.sums).map_err(|Overflow| sum_too_large())?;
        self.first_days.merge(other.first_days);
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
        let counted = self.first_days.settle(self.spec, &mut self.sums);
        let changes = counted.and_then(|()| self.sums.with_people());
        let figures = changes.and_then(|changes| Figures::new(self.spec, changes, self.filings, self.months));
        figures.map_err(|Overflow| sum_too_large().into())
    }
}

impl Taker for FigureSums<'_> {
    type Naming = ();

    fn naming(&self, _: &StandingRow<'_>) {}

    fn add(&mut self, addition: &Addition) -> std::result::Result<(), Overflow> {
        let changes = &mut self.changes[addition.counter];
        let series = match addition.part {
            FigurePart::Done => &mut changes.done,
            FigurePart::Whole => &mut changes.whole,
        };
        let Validity { from, until } = addition.days;
        series.add(self.spec, addition.ledger, from, addition.amount)?;
        if until == Day::MAX {
            return Ok(());
        }
        series.add(self.spec, addition.ledger, until, addition.taken_away()?)
    }

    fn attend(&mut self, at: &HeadCount, same: &[(RosterEntry, ())]) {
        let (first, ()) = &same[0];
        for &counter in &at.counters {
            let people = &mut self.people[counter];
            // Who comes often must not cost memory for each time: before the list would grow, it is cut down to one place
            // for each person.
            if people.len() == people.capacity() && people.len() > MANY_ATTENDANCES {
                keep_earliest(people);
            }
            people.push(Attendance::new(first, at.day));
        }
    }

    fn add_unnamed(&mut self, at: &HeadCount) -> std::result::Result<(), Overflow> {
        for &counter in &at.counters {
            self.changes[counter].done.add(self.spec, at.ledger, at.day, at.heads)?;
        }
        Ok(())
    }
}

impl FigureSums<'_> {
    fn merge(&mut self, other: FigureSums<'_>) -> std::result::Result<(), Overflow> {
        for (mine, theirs) in self.changes.iter_mut().zip(other.changes) {
            mine.done.merge(theirs.done)?;
            mine.whole.merge(theirs.whole)?;
        }
        // Two tallies may both have met a person. What is earliest in the one or the other is earliest in both together, so
        // it does not matter in which order tallies are merged.
        for (mine, theirs) in self.people.iter_mut().zip(other.people) {
            mine.extend(theirs);
            keep_earliest(mine);
        }
        Ok(())
    }

    /// The changes with the people who are named, each counted once. Only now is it known where: as long as ledgers come
    /// in, an earlier record may name them.
    fn with_people(mut self) -> std::result::Result<Vec<IndicatorChanges>, Overflow> {
        for (people, changes) in self.people.iter_mut().zip(&mut self.changes) {
            keep_earliest(people);
            for person in people.iter() {
                changes.done.add(self.spec, person.credit(), person.day, 1)?;
                changes.named.add(self.spec, person.credit(), person.day, 1)?;
            }
        }
        Ok(self.changes)
    }
}
