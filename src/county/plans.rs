//! The plans of a county's years, with their versions.

use super::County;
use super::files::text_of;
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::{IndicatorNo, Plan};

/// The plan that a new data directory begins with.
pub(crate) const FIRST_PLAN: &str = include_str!("../plans/2018.toml");

/// A year's plan with the kinds that it names.
#[derive(Debug)]
pub(crate) struct YearPlan {
    /// The plan.
    pub plan: Plan,
    /// Its kinds, and those that they need.
    pub kinds: Kinds,
}

/// A plan with some of its indicators alone, so that nothing else need be read.
#[must_use]
pub(crate) fn with_indicators_alone(plan: &Plan, indicators: &[IndicatorNo]) -> Plan {
    let mut alone = plan.clone();
    alone.indicators = indicators.iter().map(|&at| plan.indicators[at].clone()).collect();
    alone.arrangement = None;
    alone.monthly = None;
    alone.money = None;
    alone
}

impl County<'_> {
    /// The years that have a plan, ascending.
    #[must_use]
    pub(crate) fn plan_years(&self) -> &[Year] {
        &self.plans.years
    }

    /// The versions of a year's plan, the newest last: number and path.
    pub(crate) fn plan_versions(&self, year: Year) -> impl DoubleEndedIterator<Item = (u32, &str)> {
        self.plans.paths.range((year, 0)..=(year, u32::MAX)).map(|((_, number), path)| (*number, path.as_str()))
    }

    /// The text and the path of a year's plan: the version that had been issued by a time, else the newest.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub(crate) fn plan_text(&self, year: Year, known: Option<Instant>) -> Result<(String, String)> {
        let first = self.plan_versions(year).next();
        for (number, path) in self.plan_versions(year).rev() {
            let text = text_of(self.snapshot, path)?;
            let by = known.map(|known| known.in_offset(self.settings.offset).day());
            // The first is what there was before any other.
            let issued = match by.filter(|_| Some((number, path)) != first) {
                Some(by) => Plan::read(path, &text)?.into_unchecked().issued_on().is_some_and(|issued| issued <= by),
                None => true,
            };
            if issued {
                return Ok((text, path.to_owned()));
            }
        }
        let years: Vec<Text> = self.plan_years().iter().map(|year| Text::same(year.to_string())).collect();
        let years = Text::list(&years);
        Fault::usage("missing-plan", text!("没有 {year} 年的实施方案", "no plan for {year}"))
            .hint(text!(
                "现有：{years}；新建：culture plan new {year}",
                "there are plans for {years}; to create one: culture plan new {year}",
                years
            ))
            .fail()
    }

    /// A year's plan with the kinds that it names: the version that had been issued by a time, else the newest.
    ///
    /// # Errors
    /// Whatever is wrong with it or with a kind.
    pub(crate) fn plan(&self, year: Year, known: Option<Instant>) -> Result<YearPlan> {
        let (text, path) = self.plan_text(year, known)?;
        let draft = Plan::read(&path, &text)?;
        let kinds = self.kinds_named(&draft.kinds())?;
        let mut plan = draft.check(&kinds)?;
        if let Some((_, first)) = self.plan_versions(year).next().filter(|(_, first)| *first != path) {
            plan.first = Some(Box::new(Plan::read(first, &text_of(self.snapshot, first)?)?.into_unchecked()));
        }
        Ok(YearPlan { plan, kinds })
    }

    /// The plan's year for a day: its own, else the latest before it, else the first there is.
    #[must_use]
    pub(crate) fn plan_year(&self, day: Day) -> Option<Year> {
        let years = self.plan_years();
        years.iter().rfind(|&&year| year <= day.year()).or(years.first()).copied()
    }

    /// The year of a day or a month that is written without one: the plan's, else that of the day itself.
    #[must_use]
    pub(crate) fn implied_year(&self, day: Day) -> Year {
        self.plan_year(day).unwrap_or(day.year())
    }

    /// As [`County::plan_year`].
    ///
    /// # Errors
    /// The county has no plan at all.
    pub(crate) fn some_plan_year(&self, day: Day) -> Result<Year> {
        self.plan_year(day).ok_or_else(|| {
            Fault::new("missing-plan", text!("还没有任何实施方案", "there is no plan yet"))
                .hint(text!("把方案放到 plans/年份.toml", "save one as plans/YEAR.toml"))
                .into()
        })
    }
}
