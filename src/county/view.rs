//! A county seen on a day: what a verb that reads asks, and what it is answered; each thing is read once.

use super::plans::YearPlan;
use super::search::Search;
use super::skipped::SkippedLedgers;
use super::{County, kept};
use crate::base::day::{Day, Instant, Month, Year};
use crate::base::fault::{Fault, Result};
use crate::figures::rules::CountingRules;
use crate::figures::tally::Figures;
use crate::ledger::AsOf;
use crate::report::status::Status;
use crate::schema::calendar::Calendar;
use crate::schema::kind::load::Kinds;
use crate::schema::parse;
use crate::schema::plan::Plan;
use crate::schema::township::TownshipNo;
use std::sync::OnceLock;

/// From where a county is looked at, as typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Viewpoint {
    /// The as-of day; none: the clock's.
    pub today: Option<String>,
    /// Only what was entered by then.
    pub known: Option<String>,
    /// The year of the plan; none: the one in force.
    pub plan: Option<String>,
    /// A month: as of its end, with its own figures.
    pub month: Option<String>,
    /// A township alone.
    pub township: Option<String>,
    /// What is shown is for the public.
    pub public: bool,
    /// Faulty ledgers are left out of the count.
    pub skip_bad: bool,
}

/// A county seen on a day.
pub(crate) struct View<'c> {
    /// The county.
    pub county: &'c County<'c>,
    /// The day on which it is looked at.
    pub today: Day,
    /// The as-of day: that, or the end of the month asked for where that is earlier.
    pub as_of: Day,
    /// Only what was entered by then counts; none: all that is known.
    pub known: Option<Instant>,
    /// A month whose own figures are wanted.
    pub month: Option<Month>,
    /// A township, where it alone is asked for.
    pub township: Option<TownshipNo>,
    /// The year of the plan; none where there is no plan at all.
    pub year: Option<Year>,
    /// What is left out of the count.
    pub skipped: SkippedLedgers,
    /// By which rules it is counted.
    pub rules: CountingRules,
    plan: OnceLock<YearPlan>,
    figures: OnceLock<Figures>,
}

impl<'c> View<'c> {
    /// A county as it is on a day, all that was entered known.
    #[must_use]
    pub(crate) fn on(county: &'c County<'c>, day: Day) -> View<'c> {
        View {
            county,
            today: day,
            as_of: day,
            known: None,
            month: None,
            township: None,
            year: county.plan_year(day),
            skipped: SkippedLedgers::new(false),
            rules: CountingRules::NOW,
            plan: OnceLock::new(),
            figures: OnceLock::new(),
        }
    }

    /// A county as it was asked for.
    ///
    /// # Errors
    /// Something that was typed cannot be read.
    pub(crate) fn new(county: &'c County<'c>, point: &Viewpoint, now: Instant) -> Result<View<'c>> {
        let clock = now.in_offset(county.settings.offset).day();
        let today = match &point.today {
            Some(text) => county.parse_day(text, clock)?,
            None => clock,
        };
        let mut view = View::on(county, today);
        view.skipped = SkippedLedgers::new(point.skip_bad);
        view.known = point.known.as_deref().map(|text| known_at(county, text, today)).transpose()?;
        if let Some(text) = &point.plan {
            view.year = Some(parse_year(text)?);
        }
        if let Some(text) = &point.month {
            let month = parse::month(text, today, view.year.unwrap_or(today.year()))?;
            view = view.of_month(month);
            if point.plan.is_none() {
                view.year = county.plan_year(month.first());
            }
        }
        view.township = county.township_asked(point.township.as_deref())?;
        Ok(view)
    }

    /// From where its ledgers are looked at: as records are on the as-of day, by what is known.
    pub(crate) fn standpoint(&self) -> AsOf {
        AsOf { known: self.known, day: Some(self.as_of) }
    }

    /// Only what was known by then.
    #[must_use]
    pub(crate) fn knowing(self, known: Option<Instant>) -> View<'c> {
        View { known, ..self }
    }

    /// Counted by other rules than those of now.
    #[must_use]
    pub(crate) fn by_rules(self, rules: CountingRules) -> View<'c> {
        View { rules, ..self }
    }

    /// By the plan of a year.
    #[must_use]
    pub(crate) fn of_year(self, year: Year) -> View<'c> {
        View { year: Some(year), ..self }
    }

    /// As of the end of a month, where that is not yet to come, with its own figures.
    #[must_use]
    pub(crate) fn of_month(self, month: Month) -> View<'c> {
        View { as_of: self.as_of.min(month.last()), month: Some(month), ..self }
    }

    /// All kinds.
    ///
    /// # Errors
    /// Whatever is wrong with the county's own kinds.
    pub(crate) fn kinds(&self) -> Result<&'c Kinds> {
        self.county.kinds()
    }

    /// The days of rest.
    ///
    /// # Errors
    /// Whatever is wrong with the files of holidays.
    pub(crate) fn calendar(&self) -> Result<&'c Calendar> {
        self.county.calendar()
    }

    /// A search over all ledgers.
    ///
    /// # Errors
    /// Whatever is wrong with the county's own kinds.
    pub(crate) fn search(&self) -> Result<Search<'c>> {
        self.county.search()
    }

    /// The year of the plan.
    ///
    /// # Errors
    /// There is no plan at all.
    pub(crate) fn plan_year(&self) -> Result<Year> {
        self.year.map_or_else(|| self.county.some_plan_year(self.as_of), Ok)
    }

    /// The plan, with its kinds.
    ///
    /// # Errors
    /// There is none; whatever is wrong with it or with a kind.
    pub(crate) fn plan(&self) -> Result<&YearPlan> {
        kept(&self.plan, || self.county.plan(self.plan_year()?, self.known))
    }

    /// The plan's figures.
    ///
    /// # Errors
    /// There is no plan; whatever is wrong with a ledger.
    pub(crate) fn figures(&self) -> Result<&Figures> {
        kept(&self.figures, || {
            let YearPlan { plan, kinds } = self.plan()?;
            self.count(plan, kinds)
        })
    }

    /// How far the plan is.
    ///
    /// # Errors
    /// There is no plan; whatever is wrong with a ledger.
    pub(crate) fn status(&self) -> Result<Status<'_>> {
        let plan = &self.plan()?.plan;
        let calendar = self.calendar()?;
        Ok(self.status_of(plan, calendar, self.figures()?))
    }

    /// How far some plan is by its figures.
    pub(crate) fn status_of<'a>(&'a self, plan: &'a Plan, calendar: &'a Calendar, figures: &'a Figures) -> Status<'a> {
        Status {
            county: self.county.settings.county.as_str(),
            plan,
            calendar,
            townships: self.county.in_order(),
            figures,
            as_of: self.as_of,
            known: self.known,
            month: self.month,
        }
    }
}

/// A moment, or the end of a day.
fn known_at(county: &County<'_>, text: &str, today: Day) -> Result<Instant> {
    if let Some(instant) = Instant::from_iso(text.trim().as_bytes()) {
        return Ok(instant);
    }
    let day = county.parse_day(text, today)?;
    Ok(Instant::end_of(day, county.settings.offset))
}

/// A year as people write it.
///
/// # Errors
/// It is none.
pub(crate) fn parse_year(text: &str) -> Result<Year> {
    Year::from_iso(text.trim().as_bytes()).ok_or_else(|| {
        Fault::usage("unreadable-year", text!("“{text}”不是年份", "“{text}” is not a year"))
            .hint(text!("请写四位数字的年份", "write it like 2018"))
            .into()
    })
}
