//! The versions of a year's plan: `plans/2018.toml` as first issued, then `plans/2018.2.toml` and so on, each adjusted by
//! a document of its own day.

use super::{Indicator, Plan};
use crate::base::day::Day;

/// What made a version of a plan out of the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The document by which it was decided (文号).
    pub document: String,
    /// Why.
    pub reason: String,
    /// The day on which it was issued.
    pub issued: Day,
    /// Who wrote it down.
    pub by: Option<String>,
}

impl Plan {
    /// The day of issue; none if the plan does not say it.
    #[must_use]
    pub fn issued_on(&self) -> Option<Day> {
        self.adjustment.as_ref().map_or(self.issued, |adjustment| Some(adjustment.issued))
    }

    /// An indicator as the year's plan was first issued: the same where nothing was adjusted, none where it was added.
    #[must_use]
    pub fn original<'p>(&'p self, indicator: &'p Indicator) -> Option<&'p Indicator> {
        match &self.first {
            None => Some(indicator),
            Some(first) => first.indicators.iter().find(|other| other.id == indicator.id),
        }
    }

    /// The target that the year's plan first set.
    #[must_use]
    pub fn original_target(&self, indicator: &Indicator) -> Option<u64> {
        self.original(indicator).and_then(|original| original.target)
    }

    /// Whether any target is another than the year's plan first set.
    #[must_use]
    pub fn has_other_targets(&self) -> bool {
        self.indicators.iter().any(|indicator| self.original_target(indicator) != indicator.target)
    }

    /// Whether any budget is another than the year's plan first set.
    #[must_use]
    pub fn has_other_budgets(&self) -> bool {
        self.expenditure.iter().any(|heading| self.original_budget(&heading.heading) != heading.budget.as_deref())
    }

    /// The budget of a heading as the year's plan first set it.
    #[must_use]
    pub fn original_budget(&self, heading: &str) -> Option<&str> {
        let plan = self.first.as_deref().unwrap_or(self);
        plan.expenditure.iter().find(|other| other.heading == heading)?.budget.as_deref()
    }
}
