//! What a finding was about, in a form that a record can keep, so that it can be asked later whether it still holds.

use super::{Finding, Ground, Judged, Owed, Rule};
use crate::base::day::{Day, Month};
use crate::figures::deadline::{self, State};
use crate::schema::plan::Plan;
use std::fmt::{self, Display};

/// What a finding was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// An indicator, below the milestone of that day.
    Milestone(String, Day),
    /// An indicator, behind the course.
    Course(String),
    /// Reports that were lacking.
    Missing(Vec<Month>),
    /// Reports that came late.
    Late(Vec<Month>),
}

impl Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = |months: &[Month]| months.iter().map(Month::to_string).collect::<Vec<_>>().join(",");
        let (rule, rest) = match self {
            Key::Milestone(indicator, due) => (Rule::Milestone, format!("{indicator}:{due}")),
            Key::Course(indicator) => (Rule::Course, indicator.clone()),
            Key::Missing(of) => (Rule::ReportMissing, months(of)),
            Key::Late(of) => (Rule::ReportsLate, months(of)),
        };
        write!(out, "{}:{rest}", rule.token())
    }
}

impl Key {
    /// What a finding is about.
    #[must_use]
    pub fn of(plan: &Plan, finding: &Finding) -> Key {
        let months = |reports: &[Owed]| reports.iter().map(|owed| owed.month).collect();
        match &finding.ground {
            Ground::Milestone(short) => Key::Milestone(plan.indicators[short.indicator].id.clone(), short.due),
            Ground::Course { short, .. } => Key::Course(plan.indicators[short.indicator].id.clone()),
            Ground::Missing(reports) => Key::Missing(months(reports)),
            Ground::Late(reports) => Key::Late(months(reports)),
        }
    }

    /// Several, parted by spaces, as a record keeps them.
    #[must_use]
    pub fn written(keys: &[Key]) -> String {
        keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Key::written`] wrote; none where a word is not one.
    #[must_use]
    pub fn read(text: &str) -> Option<Vec<Key>> {
        text.split_whitespace().map(Key::read_one).collect()
    }

    fn read_one(word: &str) -> Option<Key> {
        let (rule, rest) = word.split_once(':')?;
        let months = || rest.split(',').map(|month| Month::from_iso(month.as_bytes())).collect::<Option<Vec<_>>>();
        match Rule::ALL.into_iter().find(|known| known.token() == rule)? {
            Rule::Milestone => {
                let (indicator, due) = rest.rsplit_once(':')?;
                Some(Key::Milestone(indicator.to_owned(), Day::from_iso(due.as_bytes())?))
            }
            Rule::Course => Some(Key::Course(rest.to_owned())),
            Rule::ReportMissing => months().map(Key::Missing),
            Rule::ReportsLate => months().map(Key::Late),
        }
    }
}

impl Judged<'_> {
    /// Of what was found of a township on a day, what still holds on the as-of day.
    ///
    /// A figure must have reached what was asked for (behind the course: also the milestone, once it has passed); a
    /// report that was lacking must have come. That reports came late cannot be undone: it no longer holds once reports
    /// have been due after that day and all of those came in time.
    #[must_use]
    pub fn still<'k>(&self, keys: &'k [Key], township: usize, since: Day) -> Vec<&'k Key> {
        let mut found = self.findings();
        found.retain(|finding| finding.township == township);
        keys.iter().filter(|key| self.holds(key, &found, township, since)).collect()
    }

    fn holds(&self, key: &Key, found: &[Finding], township: usize, since: Day) -> bool {
        let about = |finding: &Finding, indicator: &str| {
            finding.ground.short().is_some_and(|short| self.plan.indicators[short.indicator].id == indicator)
        };
        match key {
            Key::Milestone(indicator, day) => found.iter().any(|finding| {
                about(finding, indicator) && matches!(&finding.ground, Ground::Milestone(short) if short.due == *day)
            }),
            Key::Course(indicator) => found.iter().any(|finding| about(finding, indicator)),
            Key::Missing(months) => found.iter().any(|finding| match &finding.ground {
                Ground::Missing(reports) => reports.iter().any(|owed| months.contains(&owed.month)),
                Ground::Milestone(_) | Ground::Course { .. } | Ground::Late(_) => false,
            }),
            Key::Late(_) => !self.punctual(township, since),
        }
    }

    /// Whether reports were due after a day, and all of those came in time.
    fn punctual(&self, township: usize, since: Day) -> bool {
        let deadlines = deadline::monthly(self.plan, self.calendar, self.townships, &self.figures.filings, self.as_of);
        let over = deadlines.iter().filter(|deadline| deadline.due > since && deadline.due < self.as_of);
        let states = over.flat_map(|deadline| &deadline.townships).filter(|filed| filed.township == township);
        let mut states = states.map(|filed| filed.state).peekable();
        states.peek().is_some() && states.all(|state| state == State::OnTime)
    }
}
