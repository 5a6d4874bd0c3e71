//! What a finding was about, in a form that a record can keep, so that it can be asked later whether it still holds.

use super::{DueReport, Finding, Ground, SupervisionReview, SupervisionRule};
use crate::base::day::{Day, Month};
use crate::figures::deadline::{self, DeadlineState};
use crate::schema::plan::Plan;
use crate::schema::township::TownshipNo;
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
        let (rule, rest) = match self {
            FindingKey::Milestone(indicator, due) => (SupervisionRule::Milestone, format!("{indicator}:{due}")),
            FindingKey::Course(indicator) => (SupervisionRule::Course, indicator.clone()),
            FindingKey::Missing(months) => (SupervisionRule::ReportMissing, months_text(months)),
            FindingKey::Late(months) => (SupervisionRule::ReportsLate, months_text(months)),
        };
        write!(out, "{}:{rest}", rule.token())
    }
}

impl FindingKey {
    /// What a finding is about.
    #[must_use]
    pub fn of(plan: &Plan, finding: &Finding) -> FindingKey {
        match &finding.ground {
            Ground::Milestone(short) => FindingKey::Milestone(plan.indicators[short.indicator].id.clone(), short.due),
            Ground::Course { short, .. } => FindingKey::Course(plan.indicators[short.indicator].id.clone()),
            Ground::Missing(reports) => FindingKey::Missing(months_of(reports)),
            Ground::Late(reports) => FindingKey::Late(months_of(reports)),
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
        match SupervisionRule::ALL.into_iter().find(|known| known.token() == rule)? {
            SupervisionRule::Milestone => {
                let (indicator, due) = rest.rsplit_once(':')?;
                Some(FindingKey::Milestone(indicator.to_owned(), Day::from_iso(due.as_bytes())?))
            }
            SupervisionRule::Course => Some(FindingKey::Course(rest.to_owned())),
            SupervisionRule::ReportMissing => parse_months(rest).map(FindingKey::Missing),
            SupervisionRule::ReportsLate => parse_months(rest).map(FindingKey::Late),
        }
    }
}

fn months_of(reports: &[DueReport]) -> Vec<Month> {
    reports.iter().map(|owed| owed.month).collect()
}

fn months_text(months: &[Month]) -> String {
    months.iter().map(Month::to_string).collect::<Vec<_>>().join(",")
}

fn parse_months(text: &str) -> Option<Vec<Month>> {
    text.split(',').map(|month| Month::from_iso(month.as_bytes())).collect()
}

impl SupervisionReview<'_> {
    /// Of what was found of a township on a day, what still holds on the as-of day.
    ///
    /// A figure must have reached what was asked for (behind the course: also the milestone, once it has passed); a
    /// report that was lacking must have come. That reports came late cannot be undone: it no longer holds once reports
    /// have been due after that day and all of those came in time.
    #[must_use]
    pub fn unresolved<'k>(&self, keys: &'k [FindingKey], township: TownshipNo, since: Day) -> Vec<&'k FindingKey> {
        let mut found = self.findings();
        found.retain(|finding| finding.township == township);
        keys.iter().filter(|key| self.still_holds(key, &found, township, since)).collect()
    }

    fn still_holds(&self, key: &FindingKey, found: &[Finding], township: TownshipNo, since: Day) -> bool {
        match key {
            FindingKey::Milestone(indicator, day) => found.iter().any(|finding| {
                self.is_about(finding, indicator)
                    && matches!(&finding.ground, Ground::Milestone(short) if short.due == *day)
            }),
            FindingKey::Course(indicator) => found.iter().any(|finding| self.is_about(finding, indicator)),
            FindingKey::Missing(months) => found.iter().any(|finding| match &finding.ground {
                Ground::Missing(reports) => reports.iter().any(|owed| months.contains(&owed.month)),
                Ground::Milestone(_) | Ground::Course { .. } | Ground::Late(_) => false,
            }),
            FindingKey::Late(_) => !self.is_punctual_since(township, since),
        }
    }

    fn is_about(&self, finding: &Finding, indicator: &str) -> bool {
        finding.ground.shortfall().is_some_and(|short| self.plan.indicators[short.indicator].id == indicator)
    }

    /// Whether reports were due after a day, and all of those came in time.
    fn is_punctual_since(&self, township: TownshipNo, since: Day) -> bool {
        let deadlines =
            deadline::monthly_deadlines(self.plan, self.calendar, self.townships, &self.figures.filings, self.as_of);
        let over = deadlines.iter().filter(|deadline| deadline.due > since && deadline.due < self.as_of);
        let states = over.flat_map(|deadline| &deadline.townships).filter(|filed| filed.township == township);
        let mut states = states.map(|filed| filed.state).peekable();
        states.peek().is_some() && states.all(|state| state == DeadlineState::OnTime)
    }
}
