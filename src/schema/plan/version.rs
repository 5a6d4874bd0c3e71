//! The versions of a year's plan: `plans/2018.toml` as first issued, then `plans/2018.2.toml` and so on, each adjusted by
//! a document of its own day.

use super::{Expenditure, Indicator, Plan};
use crate::base::day::{Day, Year};

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

/// The path of a version of a year's plan, the first or a later one.
#[must_use]
pub fn name_of(year: Year, number: u32) -> String {
    match number {
        0 | 1 => format!("plans/{year}.toml"),
        number => format!("plans/{year}.{number}.toml"),
    }
}

/// The year and the number that a path names; none if it is none of a plan.
#[must_use]
pub fn parts_of(path: &str) -> Option<(Year, u32)> {
    let name = path.strip_prefix("plans/")?.strip_suffix(".toml")?;
    let (year, number) = name.split_once('.').map_or((name, Some(1)), |(year, number)| (year, number.parse().ok()));
    let found = (Year::from_iso(year.as_bytes())?, number?);
    (name_of(found.0, found.1) == path).then_some(found)
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
        let other = |heading: &Expenditure| self.original_budget(&heading.heading) != heading.budget.as_deref();
        self.expenditure.iter().any(other)
    }

    /// The budget of a heading as the year's plan first set it.
    #[must_use]
    pub fn original_budget(&self, heading: &str) -> Option<&str> {
        let plan = self.first.as_deref().unwrap_or(self);
        plan.expenditure.iter().find(|other| other.heading == heading)?.budget.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_named_by_year_and_number() {
        let year = Year(2018);
        assert_eq!([1, 2, 12].map(|number| parts_of(&name_of(year, number))), [1, 2, 12].map(|n| Some((year, n))));
        for other in ["2018.1", "2018.02", "2018.x", "2018.0", "18", "2018.2.2", "budget"] {
            assert_eq!(parts_of(&format!("plans/{other}.toml")), None, "{other}");
        }
        assert_eq!(parts_of("closings/2018.toml"), None);
    }
}
