//! The figures of a plan, counted over a county's ledgers: which ledgers, read by whom, and what was left out.

mod large;

use super::county::{County, Ledger};
use crate::base::day::{Day, Instant, Month, Year};
use crate::base::fault::{Faults, Place, Result};
use crate::base::text::Text;
use crate::figures::progress;
use crate::figures::tally::{CountSpec, Figures, Provenance, Tally, Trace};
use crate::ledger::{Source, walk};
use crate::report::status::{MonthCounts, Status};
use crate::report::{Block, Report};
use crate::schema::calendar::Calendar;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use crate::schema::record::RecordState;
use crate::store::scan;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What was asked, with the days read.
pub(crate) struct StatusQuery {
    /// The day on which it stands.
    pub as_of: Day,
    /// What was known when.
    pub known: Option<Instant>,
    /// A month whose own figures are wanted.
    pub month: Option<Month>,
    /// The plan's year.
    pub year: Year,
    /// A township's place in the order, where its page is wanted.
    pub township: Option<usize>,
}

impl StatusQuery {
    /// A status of a plan for what was asked.
    pub(crate) fn status<'a>(
        &self,
        county: &'a County<'_>,
        plan: &'a Plan,
        calendar: &'a Calendar,
        figures: &'a Figures,
    ) -> Status<'a> {
        let StatusQuery { as_of, known, month, .. } = *self;
        let (townships, county) = (county.in_order(), county.settings.county.as_str());
        Status { county, plan, calendar, townships, figures, as_of, known, month }
    }
}

/// Runs `look` on the status of a month: as of its end, or of today where that is earlier.
///
/// # Errors
/// There is no plan; whatever is wrong with a ledger.
pub(crate) fn with_status<T>(
    county: &County<'_>,
    (today, known, month): (Day, Option<Instant>, Month),
    threads: usize,
    look: impl FnOnce(&Status<'_>) -> T,
) -> Result<T> {
    let as_of = today.min(month.last());
    let year = county.plan_year(month.first()).unwrap_or(month.year);
    let (plan, kinds) = county.plan(year, known)?;
    let calendar = county.calendar()?;
    let asked = StatusQuery { as_of, known, month: Some(month), year, township: None };
    let skipped = SkippedLedgers::new(false);
    let figures = CountyCounter { county, asked: &asked, threads, skipped: &skipped }.figures(&plan, &kinds)?;
    Ok(look(&asked.status(county, &plan, &calendar, &figures)))
}

/// The figures of a plan on a day.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn figures(county: &County<'_>, plan: &Plan, kinds: &Kinds, as_of: Day, threads: usize) -> Result<Figures> {
    let asked = StatusQuery { as_of, known: None, month: None, year: plan.year, township: None };
    let skipped = SkippedLedgers::new(false);
    CountyCounter { county, asked: &asked, threads, skipped: &skipped }.figures(plan, kinds)
}

/// One counting over a county's ledgers.
pub(crate) struct CountyCounter<'a> {
    /// The county.
    pub county: &'a County<'a>,
    /// What was asked.
    pub asked: &'a StatusQuery,
    /// How many threads may count.
    pub threads: usize,
    /// What is left out of the count.
    pub skipped: &'a SkippedLedgers,
}

impl CountyCounter<'_> {
    /// The figures of a plan at the days that a status needs.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn figures(&self, plan: &Plan, kinds: &Kinds) -> Result<Figures> {
        self.figures_at(plan, kinds, progress::status_days(plan, self.asked.as_of, self.asked.month))
    }

    /// The figures of a plan, those of townships at certain days.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn figures_at(&self, plan: &Plan, kinds: &Kinds, days: Vec<Day>) -> Result<Figures> {
        let townships = self.county.in_order();
        let kind = |id: &str| kinds.get(id);
        let mut count = CountSpec::new(plan, kind, townships, days, self.asked.known)?.with_money(plan, kind)?;
        // A ledger that is left out has no months.
        if let Some(township) = self.asked.township.filter(|_| !self.skipped.wanted) {
            count = count.with_months(township, self.asked.as_of);
        }
        let mut jobs = self.jobs(&count)?;
        let large = self.take_large(&count, &mut jobs);
        let work = |tally: &mut Tally<'_>, job: &Vec<Ledger>, buffer: &mut Vec<u8>| {
            self.each(job, kinds, buffer, |source, township| tally.add_ledger(source, township))?;
            tally.settle()
        };
        let (mut whole, mut faults) = (Tally::new(&count), Vec::new());
        let small = scan(&jobs, self.threads, || Tally::new(&count), work);
        let large = large.iter().map(|ledger| self.large(&count, ledger, kinds));
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
    pub(crate) fn traced(&self, plan: &Plan, kinds: &Kinds) -> Result<Provenance> {
        let count = CountSpec::new(plan, |id| kinds.get(id), self.county.in_order(), [], self.asked.known)?;
        let jobs = self.jobs(&count)?;
        let work = |trace: &mut Trace<'_>, job: &Vec<Ledger>, buffer: &mut Vec<u8>| {
            self.each(job, kinds, buffer, |source, township| trace.add_ledger(source, township))?;
            trace.settle();
            Ok(())
        };
        let mut whole = Trace::new(&count);
        for trace in scan(&jobs, self.threads, || Trace::new(&count), work)? {
            whole.merge(trace);
        }
        Ok(whole.finish())
    }

    /// The ledgers wanted, those of one township and year together: a roster is read with its records.
    fn jobs(&self, count: &CountSpec<'_>) -> Result<Vec<Vec<Ledger>>> {
        let mut jobs: BTreeMap<(usize, Year), Vec<(usize, Ledger)>> = BTreeMap::new();
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
    fn each(
        &self,
        job: &[Ledger],
        kinds: &Kinds,
        buffer: &mut Vec<u8>,
        mut take: impl FnMut(Source<'_>, usize) -> Result<()>,
    ) -> Result<()> {
        for ledger in job {
            let Some(kind) = kinds.get(&ledger.kind) else { continue };
            let read = self.county.read_ledger(ledger, kind, buffer);
            if self.skipped.wanted {
                // A fold that met a fault is of no use: look first, count then.
                let whole = read.and_then(|()| crate::ledger::walk(ledger.source(kind, buffer), None, |_, _| Ok(())));
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
    pub(crate) fn month_counts(&self, plan: &Plan, figures: &Figures, township: usize) -> Result<Vec<MonthCounts>> {
        let kinds = self.county.kinds(None)?;
        let mut all = Vec::new();
        for kind in &kinds {
            let id = &self.county.in_order()[township].id;
            let ledger = Ledger::of(id, township, plan.year, kind);
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
        walk(ledger.source(kind, &bytes), self.asked.known, |row, stands| {
            if stands && row.state == RecordState::Live && row.date <= self.asked.as_of {
                let place = usize::from(row.date.month().month).saturating_sub(1);
                months.get_mut(place).into_iter().for_each(|count| *count += 1);
            }
            Ok(())
        })?;
        Ok(months)
    }

    /// What of the plan before this one is still open.
    pub(crate) fn still_open(&self, plan: &Plan) -> Result<Option<Text>> {
        let before = self.county.plan_years().iter().copied().rfind(|year| *year < plan.year);
        let Some(before) = before else { return Ok(None) };
        let (plan, kinds) = self.county.plan(before, self.asked.known)?;
        let figures = self.figures(&plan, &kinds)?;
        Ok(self.asked.status(self.county, &plan, &self.county.calendar()?, &figures).still_open())
    }
}

/// The ledgers that `--skip-bad` left out.
pub(crate) struct SkippedLedgers {
    wanted: bool,
    left_out: Mutex<Vec<(String, Faults)>>,
}

impl SkippedLedgers {
    /// Leaves out faulty ledgers only where that is wanted.
    pub(crate) fn new(wanted: bool) -> SkippedLedgers {
        SkippedLedgers { wanted, left_out: Mutex::new(Vec::new()) }
    }

    fn skip(&self, ledger: &Ledger, faults: Faults) {
        if let Ok(mut left_out) = self.left_out.lock() {
            left_out.push((ledger.path.clone(), faults));
        }
    }

    /// Says in the report what was left out: no total without it.
    pub(crate) fn say(self, report: &mut Report) {
        let mut left_out = self.left_out.into_inner().unwrap_or_default();
        left_out.sort_by(|(a, _), (b, _)| a.cmp(b));
        left_out.dedup_by(|(a, _), (b, _)| a == b);
        for (path, Faults(faults)) in &left_out {
            let line = faults.first().and_then(|fault| fault.place.as_ref()).map_or(0, |place: &Place| place.line);
            let line = text!(
                "注意：未计入读不全的台账 {path}（第 {line} 行起有误）",
                "NOT COUNTED: {path} (cannot be read from line {line} on)"
            );
            report.blocks.push(Block::Line(line));
        }
        if let Some(json) = report.json.as_mut().filter(|_| !left_out.is_empty()) {
            json["left_out"] = left_out.into_iter().map(|(path, _)| path).collect();
        }
    }
}
