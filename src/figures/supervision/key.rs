//! What a finding was about, in a form that a record can keep, so that it can be asked later whether it still holds.

use super::{DueReport, Finding, Ground, SupervisionReview, SupervisionRule};
use crate::base::day::{Day, Month};
use crate::figures::deadline::{self, DeadlineState};
use crate::schema::plan::Plan;
use std::fmt::{self, Display};

/// What a finding was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKey {
    /// An indicator, below the milestone of that day.
    Milestone(String, Day),
    /// An indicator, behind the course.
    Course(String),
    /// Reports that were lacking.
    Missing(Vec<Month>),
    /// Reports that came late.
    Late(Vec<Month>),
}

impl Display for FindingKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = |months: &[Month]| months.iter().map(Month::to_string).collect::<Vec<_>>().join(",");
        let (rule, rest) = match self {
            FindingKey::Milestone(indicator, due) => (SupervisionRule::Milestone, format!("{indicator}:{due}")),
            FindingKey::Course(indicator) => (SupervisionRule::Course, indicator.clone()),
            FindingKey::Missing(of) => (SupervisionRule::ReportMissing, months(of)),
            FindingKey::Late(of) => (SupervisionRule::ReportsLate, months(of)),
        };
        write!(out, "{}:{rest}", rule.token())
    }
}

impl FindingKey {
    /// What a finding is about.
    #[must_use]
    pub fn of(plan: &Plan, finding: &Finding) -> FindingKey {
        let months = |reports: &[DueReport]| reports.iter().map(|owed| owed.month).collect();
        match &finding.ground {
            Ground::Milestone(short) => FindingKey::Milestone(plan.indicators[short.indicator].id.clone(), short.due),
            Ground::Course { short, .. } => FindingKey::Course(plan.indicators[short.indicator].id.clone()),
            Ground::Missing(reports) => FindingKey::Missing(months(reports)),
            Ground::Late(reports) => FindingKey::Late(months(reports)),
        }
    }

    /// Several, parted by spaces, as a record keeps them.
    #[must_use]
    pub fn format_all(keys: &[FindingKey]) -> String {
        keys.iter().map(FindingKey::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`FindingKey::format_all`] wrote; none where a word is not one.
    #[must_use]
    pub fn parse_all(text: &str) -> Option<Vec<FindingKey>> {
        text.split_whitespace().map(FindingKey::parse).collect()
    }

    fn parse(word: &str) -> Option<FindingKey> {
        let (rule, rest) = word.split_once(':')?;
        let months = || rest.split(',').map(|month| Month::from_iso(month.as_bytes())).collect::<Option<Vec<_>>>();
        match SupervisionRule::ALL.into_iter().find(|known| known.token() == rule)? {
            SupervisionRule::Milestone => {
                let (indicator, due) = rest.rsplit_once(':')?;
                Some(FindingKey::Milestone(indicator.to_owned(), Day::from_iso(due.as_bytes())?))
            }
            SupervisionRule::Course => Some(FindingKey::Course(rest.to_owned())),
            SupervisionRule::ReportMissing => months().map(FindingKey::Missing),
            SupervisionRule::ReportsLate => months().map(FindingKey::Late),
        }
    }
}

impl SupervisionReview<'_> {
    /// Of what was found of a township on a day, what still holds on the as-of day.
    ///
    /// A figure must have reached what was asked for (behind the course: also the milestone, once it has passed); a
    /// report that was lacking must have come. That reports came late cannot be undone: it no longer holds once reports
    /// have been due after that day and all of those came in time.
    #[must_use]
    pub fn unresolved<'k>(&self, keys: &'k [FindingKey], township: usize, since: Day) -> Vec<&'k FindingKey> {
        let mut found = self.findings();
        found.retain(|finding| finding.township == township);
        keys.iter().filter(|key| self.still_holds(key, &found, township, since)).collect()
    }

    fn still_holds(&self, key: &FindingKey, found: &[Finding], township: usize, since: Day) -> bool {
        let about = |finding: &Finding, indicator: &str| {
            finding.ground.shortfall().is_some_and(|short| self.plan.indicators[short.indicator].id == indicator)
        };
        match key {
            FindingKey::Milestone(indicator, day) => found.iter().any(|finding| {
                about(finding, indicator) && matches!(&finding.ground, Ground::Milestone(short) if short.due == *day)
            }),
            FindingKey::Course(indicator) => found.iter().any(|finding| about(finding, indicator)),
            FindingKey::Missing(months) => found.iter().any(|finding| match &finding.ground {
                Ground::Missing(reports) => reports.iter().any(|owed| months.contains(&owed.month)),
                Ground::Milestone(_) | Ground::Course { .. } | Ground::Late(_) => false,
            }),
            FindingKey::Late(_) => !self.is_punctual_since(township, since),
        }
    }

    /// Whether reports were due after a day, and all of those came in time.
    fn is_punctual_since(&self, township: usize, since: Day) -> bool {
        let deadlines =
            deadline::monthly_deadlines(self.plan, self.calendar, self.townships, &self.figures.filings, self.as_of);
        let over = deadlines.iter().filter(|deadline| deadline.due > since && deadline.due < self.as_of);
        let states = over.flat_map(|deadline| &deadline.townships).filter(|filed| filed.township == township);
        let mut states = states.map(|filed| filed.state).peekable();
        states.peek().is_some() && states.all(|state| state == DeadlineState::OnTime)
    }
}
