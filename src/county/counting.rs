//! The figures of a plan, counted over a county's ledgers: which ledgers, read by whom, and what was left out.

mod large;

use super::ledgers::Ledger;
use super::plans::YearPlan;
use super::view::View;
use crate::base::day::{Day, Year};
use crate::base::fault::{Faults, Result};
use crate::base::text::Text;
use crate::figures::progress;
use crate::figures::tally::{CountSpec, Figures, Provenance, Tally, Trace};
use crate::ledger::{AsOf, Source, walk};
use crate::report::status::MonthCounts;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;
use crate::store::scan;
use std::collections::BTreeMap;

impl View<'_> {
    /// The figures of a plan at the days that a status needs.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn count(&self, plan: &Plan, kinds: &Kinds) -> Result<Figures> {
        self.count_at(plan, kinds, progress::status_days(plan, self.as_of, self.month))
    }

    /// The figures of a plan, those of townships at certain days.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn count_at(&self, plan: &Plan, kinds: &Kinds, days: Vec<Day>) -> Result<Figures> {
        let townships = self.county.in_order();
        let kind = |id: &str| kinds.get(id);
        let mut count =
            CountSpec::new(plan, kind, townships, days, self.known)?.with_money(plan, kind)?.by_rules(self.rules);
        // A ledger that is left out has no months.
        if let Some(township) = self.township.filter(|_| !self.skipped.wanted) {
            count = count.with_months(township, self.as_of);
        }
        let mut jobs = self.jobs(&count)?;
        let large = self.take_large(&count, &mut jobs);
        let work = |tally: &mut Tally<'_>, job: &Vec<Ledger>, buffer: &mut Vec<u8>| {
            self.each_ledger(job, kinds, buffer, |source, township| tally.add_ledger(source, township))?;
            tally.settle()
        };
        let mut whole = Tally::new(&count);
        let mut faults = Vec::new();
        let small = scan(&jobs, self.county.threads, || Tally::new(&count), work);
        let large = large.iter().map(|ledger| self.count_large(&count, ledger, kinds));
        for tallies in std::iter::once(small).chain(large) {
            match tallies {
                Ok(tallies) => tallies.into_iter().try_for_each(|tally| whole.merge(tally))?,
                Err(Faults(found)) => faults.extend(found),
            }
        }
        if faults.is_empty() { whole.finish() } else { Err(Faults(faults)) }
    }

    /// What the figures of a plan are made of: its records as they stand, or as known. A plan with fewer indicators reads
    /// fewer ledgers.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn trace(&self, plan: &Plan, kinds: &Kinds) -> Result<Provenance> {
        let count = CountSpec::new(plan, |id| kinds.get(id), self.county.in_order(), [], self.known)?;
        let jobs = self.jobs(&count)?;
        let work = |trace: &mut Trace<'_>, job: &Vec<Ledger>, buffer: &mut Vec<u8>| {
            self.each_ledger(job, kinds, buffer, |source, township| trace.add_ledger(source, township))?;
            trace.settle()
        };
        let mut whole = Trace::new(&count);
        for trace in scan(&jobs, self.county.threads, || Trace::new(&count), work)? {
            whole.merge(trace);
        }
        whole.finish()
    }

    /// The ledgers wanted, those of one township and year together: a roster is read with its records.
    fn jobs(&self, count: &CountSpec<'_>) -> Result<Vec<Vec<Ledger>>> {
        let mut jobs: BTreeMap<(TownshipNo, Year), Vec<(usize, Ledger)>> = BTreeMap::new();
        for ledger in self.county.ledgers()? {
            let place = count.kinds_of_year(ledger.year).position(|kind| kind.id == ledger.kind);
            if let Some(place) = place {
                jobs.entry((ledger.township, ledger.year)).or_default().push((place, ledger));
            }
        }
        let in_order = |mut job: Vec<(usize, Ledger)>| {
            job.sort_by_key(|(place, _)| *place);
            job.into_iter().map(|(_, ledger)| ledger).collect()
        };
        Ok(jobs.into_values().map(in_order).collect())
    }

    /// Reads the ledgers of a job one after another, leaving out those that are faulty where that is wanted.
    fn each_ledger(
        &self,
        job: &[Ledger],
        kinds: &Kinds,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(Source<'_>, TownshipNo) -> Result<()>,
    ) -> Result<()> {
        for ledger in job {
            let Some(kind) = kinds.get(&ledger.kind) else { continue };
            let read = self.county.read_ledger(ledger, kind, buffer);
            if read.is_ok() {
                // Also where faulty ledgers are left out: of two copies nobody can tell which is to count.
                self.county.first_records.take(&ledger.path, buffer)?;
            }
            if self.skipped.wanted {
                // A fold that met a fault is of no use: look first, count then.
                let whole = read.and_then(|()| walk(ledger.source(kind, buffer), AsOf::LATEST, |_, _| Ok(())));
                if let Err(faults) = whole {
                    self.skipped.skip(ledger, faults);
                    continue;
                }
            } else {
                read?;
            }
            take(ledger.source(kind, buffer), ledger.township)?;
        }
        Ok(())
    }

    /// A township's live records of the plan's year, by kind and month; of kinds that the plan does not name, its ledgers
    /// are read for it.
    ///
    /// # Errors
    /// There is no plan; whatever is wrong with a ledger.
    pub(crate) fn month_counts(&self, township: TownshipNo) -> Result<Vec<MonthCounts>> {
        let year = self.plan()?.plan.year;
        let figures = self.figures()?;
        let id = &self.county.in_order()[township].id;
        let mut all = Vec::new();
        for kind in self.kinds()? {
            let ledger = Ledger::of(id, township, year, kind);
            if !self.county.snapshot.has(&ledger.path) {
                continue;
            }
            match figures.months(&kind.id).map_or_else(|| self.months_of(&ledger, kind), Ok) {
                Ok(months) => all.push(MonthCounts { title: kind.title.clone(), months }),
                Err(faults) if self.skipped.wanted => self.skipped.skip(&ledger, faults),
                Err(faults) => return Err(faults),
            }
        }
        Ok(all)
    }

    /// A ledger's live records up to the as-of day, by month.
    fn months_of(&self, ledger: &Ledger, kind: &Kind) -> Result<[i64; 12]> {
        let bytes = self.county.snapshot.read(&ledger.path)?;
        let mut months = [0; 12];
        walk(ledger.source(kind, &bytes), self.standpoint(), |row, stands| {
            if stands && row.state == RecordState::Live && row.date <= self.as_of {
                months[usize::from(row.date.month().month) - 1] += 1;
            }
            Ok(())
        })?;
        Ok(months)
    }

    /// What of the plan before this one is still open.
    ///
    /// # Errors
    /// Whatever is wrong with that plan or a ledger.
    pub(crate) fn still_open(&self) -> Result<Option<Text>> {
        let year = self.plan()?.plan.year;
        let Some(before) = self.county.plan_years().iter().copied().rfind(|before| *before < year) else {
            return Ok(None);
        };
        let YearPlan { plan, kinds } = self.county.plan(before, self.known)?;
        let figures = self.count(&plan, &kinds)?;
        Ok(self.status_of(&plan, self.calendar()?, &figures).still_open())
    }
}
