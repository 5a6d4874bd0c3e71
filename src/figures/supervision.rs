//! Who falls behind, and by which of the plan's rules (督导): values in, findings out. It knows no words and no disk.

mod key;

pub use key::FindingKey;

use crate::base::day::{Day, Month};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::figures::deadline::{self, DeadlineState, TownshipFiling};
use crate::figures::progress::course::{Amount, Course, township_share};
use crate::figures::progress::{MilestoneProgress, MilestoneState};
use crate::figures::tally::{Contribution, ContributionBasis, Figures};
use crate::schema::calendar::Calendar;
use crate::schema::plan::{IndicatorNo, Plan};
use crate::schema::township::{Township, TownshipNo};
use std::collections::BTreeSet;

/// The rules, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SupervisionRule {
    /// A milestone has passed, and its required number is not reached.
    Milestone,
    /// Behind the course by more than the margin.
    Course,
    /// Monthly reports are overdue.
    ReportMissing,
    /// Monthly reports came late, as often as the plan says.
    ReportsLate,
}

impl SupervisionRule {
    /// All of them.
    pub const ALL: [SupervisionRule; 4] = [
        SupervisionRule::Milestone,
        SupervisionRule::Course,
        SupervisionRule::ReportMissing,
        SupervisionRule::ReportsLate,
    ];

    /// The word for machines.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            SupervisionRule::Milestone => "milestone",
            SupervisionRule::Course => "course",
            SupervisionRule::ReportMissing => "report-missing",
            SupervisionRule::ReportsLate => "reports-late",
        }
    }
}

/// That a township falls behind by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Who.
    pub township: TownshipNo,
    /// By which rule, with its figures.
    pub ground: Ground,
    /// The records behind it: those that make the figure, or the reports.
    pub records: Vec<Id>,
}

/// A rule that someone falls behind by, with the figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Below a milestone's required number.
    Milestone(Shortfall),
    /// Behind the course.
    Course {
        /// What is asked for at the next milestone, and what is done.
        short: Shortfall,
        /// Where the figure should be, in tenths of a unit, cut.
        course: i64,
        /// How many percent points of the target it is behind, in tenths, cut.
        behind: i64,
    },
    /// Reports overdue, or sent back and not handed in again.
    Missing(Vec<DueReport>),
    /// Reports that came late.
    Late(Vec<DueReport>),
}

/// What was asked for and what was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// The indicator.
    pub indicator: IndicatorNo,
    /// The milestone's day.
    pub due: Day,
    /// What it asks for, in whole units.
    pub required: u64,
    /// The figure on that day (or the as-of day, if that is earlier), in units of 10^-places.
    pub at_due: i64,
    /// The figure on the as-of day.
    pub done: i64,
    /// How many decimals figures have.
    pub places: u8,
}

/// A report of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueReport {
    /// The month.
    pub month: Month,
    /// When it was due.
    pub due: Day,
    /// Whether it has come.
    pub state: DeadlineState,
    /// When, if it has.
    pub date: Option<Day>,
}

impl Ground {
    /// The rule.
    #[must_use]
    pub const fn rule(&self) -> SupervisionRule {
        match self {
            Ground::Milestone(_) => SupervisionRule::Milestone,
            Ground::Course { .. } => SupervisionRule::Course,
            Ground::Missing(_) => SupervisionRule::ReportMissing,
            Ground::Late(_) => SupervisionRule::ReportsLate,
        }
    }

    /// The figures, where it is about an indicator.
    #[must_use]
    pub const fn shortfall(&self) -> Option<&Shortfall> {
        match self {
            Ground::Milestone(short) | Ground::Course { short, .. } => Some(short),
            Ground::Missing(_) | Ground::Late(_) => None,
        }
    }

    /// The reports, where it is about reports.
    #[must_use]
    pub fn reports(&self) -> &[DueReport] {
        match self {
            Ground::Missing(reports) | Ground::Late(reports) => reports,
            Ground::Milestone(_) | Ground::Course { .. } => &[],
        }
    }
}

/// What is judged.
#[derive(Clone, Copy)]
pub struct SupervisionReview<'a> {
    /// The plan, with its rules.
    pub plan: &'a Plan,
    /// The days of rest.
    pub calendar: &'a Calendar,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The figures, those of townships at the milestones before the as-of day and on it.
    pub figures: &'a Figures,
    /// The as-of day.
    pub as_of: Day,
}

impl SupervisionReview<'_> {
    /// Everything that the rules find, township by township, then rule by rule; the records are still to be named.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = Vec::new();
        for at in self.plan.indicator_nos() {
            self.judge_indicator(at, &mut all);
        }
        self.judge_reports(&mut all);
        all.retain(|finding| self.townships[finding.township].active_on(self.as_of));
        all.sort_by_key(|finding| (finding.township, finding.ground.rule()));
        all
    }

    fn judge_indicator(&self, at: IndicatorNo, all: &mut Vec<Finding>) {
        let indicator = &self.plan.indicators[at];
        if indicator.stretch {
            return;
        }
        for (township, who) in self.townships.iter().numbered() {
            if let Some(course) = Course::of_township(self.plan, indicator, who) {
                let grounds = self.milestone_grounds(at, township, &course);
                all.extend(grounds.into_iter().map(|ground| Finding { township, ground, records: Vec::new() }));
            }
        }
    }

    /// The milestones of an indicator that a township has missed, or else how far it is behind the course to the next.
    fn milestone_grounds(&self, at: IndicatorNo, township: TownshipNo, course: &Course) -> Vec<Ground> {
        let rules = self.plan.supervision;
        let places = self.figures.places(at);
        let done = self.figures.township(at, township, self.as_of);
        let shortfall = |one: &MilestoneProgress| Shortfall {
            indicator: at,
            due: one.due,
            required: one.required,
            at_due: one.done,
            done,
            places,
        };
        let progress = course.progress(false, places, self.as_of, |day| self.figures.township(at, township, day));
        if rules.milestone {
            let missed = progress.iter().filter(|one| one.state == MilestoneState::Missed);
            let missed: Vec<Ground> = missed.map(|one| Ground::Milestone(shortfall(one))).collect();
            // Who has missed a milestone is behind the course to the next: that is one matter.
            if !missed.is_empty() {
                return missed;
            }
        }
        let next = progress.iter().find(|one| self.as_of <= one.due);
        let Some(next) = next.filter(|one| one.state == MilestoneState::Behind) else { return Vec::new() };
        let target =
            township_share(&self.plan.indicators[at], &self.townships[township]).expect("who has a course has a share");
        let behind = course.points_behind(target, Amount { done, places }, self.as_of);
        let behind = behind.filter(|points| points.exceeds(rules.course_margin));
        let ground = behind.map(|points| Ground::Course {
            short: shortfall(next),
            course: course.tenths_on(self.as_of),
            behind: points.tenths(),
        });
        ground.into_iter().collect()
    }

    fn judge_reports(&self, all: &mut Vec<Finding>) {
        let rules = self.plan.supervision;
        let deadlines =
            deadline::monthly_deadlines(self.plan, self.calendar, self.townships, &self.figures.filings, self.as_of);
        let mut missing = vec![Vec::new(); self.townships.len()];
        let mut late = vec![Vec::new(); self.townships.len()];
        for deadline in &deadlines {
            let Some(month) = deadline.month else { continue };
            for &TownshipFiling { township, state, date, .. } in &deadline.townships {
                let owed = DueReport { month, due: deadline.due, state, date };
                match state {
                    DeadlineState::Missing => missing[township].push(owed),
                    DeadlineState::Returned if self.as_of > deadline.due => missing[township].push(owed),
                    DeadlineState::Late => late[township].push(owed),
                    DeadlineState::OnTime | DeadlineState::Returned | DeadlineState::Open => {}
                }
            }
        }
        for (township, (missing, late)) in missing.into_iter().zip(late).numbered() {
            if rules.report_missing && !missing.is_empty() {
                all.push(Finding { township, ground: Ground::Missing(missing), records: Vec::new() });
            }
            if rules.reports_late > 0 && late.len() >= rules.reports_late as usize {
                all.push(Finding { township, ground: Ground::Late(late), records: Vec::new() });
            }
        }
    }
}

/// A report on record: whose, for which month, and which record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FiledReport {
    /// The township.
    pub township: TownshipNo,
    /// The month reported.
    pub month: Month,
    /// The record.
    pub id: Id,
}

impl Finding {
    /// Names the records behind it: of what is counted those that make the figure on the as-of day (a person known by
    /// name: the row of the roster and the record that it belongs to), of reports those that came.
    pub fn name_records(&mut self, counted: &[Contribution], reports: &[FiledReport], as_of: Day) {
        let mut ids: BTreeSet<Id> = BTreeSet::new();
        if let Some(short) = self.ground.shortfall() {
            let is_its = |one: &&Contribution| one.indicator == short.indicator && one.township == self.township;
            for one in counted.iter().filter(is_its).filter(|one| one.days.contains(as_of)) {
                ids.insert(one.record);
                if let ContributionBasis::Person(row) = one.basis {
                    ids.insert(row);
                }
            }
        }
        let months: Vec<Month> = self.ground.reports().iter().map(|owed| owed.month).collect();
        ids.extend(
            reports
                .iter()
                .filter(|one: &&FiledReport| one.township == self.township && months.contains(&one.month))
                .map(|one| one.id),
        );
        self.records = ids.into_iter().collect();
    }
}
