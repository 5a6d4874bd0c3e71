//! Where a figure stands: figures, a plan and a day in; met, on course, behind, missed … out. Exact integers only.

pub mod course;
pub mod money;

use self::course::{Amount, Course, CourseLeg};
use crate::base::day::{Day, Month};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::tally::Figures;
use crate::schema::plan::{IndicatorNo, Plan};
use crate::schema::township::Township;

/// The state of a milestone on a day, in the bureau's own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MilestoneState {
    /// 按期完成
    Met,
    /// 逾期完成
    MetLate,
    /// 力争项目: a stretch target not reached.
    Pending,
    /// 逾期未完成
    Missed,
    /// 未到考核期
    NotStarted,
    /// 达到序时进度
    OnCourse,
    /// 滞后序时进度
    Behind,
}

impl MilestoneState {
    /// All of them, the best first.
    pub const ALL: [MilestoneState; 7] = [
        MilestoneState::Met,
        MilestoneState::MetLate,
        MilestoneState::OnCourse,
        MilestoneState::NotStarted,
        MilestoneState::Pending,
        MilestoneState::Behind,
        MilestoneState::Missed,
    ];

    /// The word for machines.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            MilestoneState::Met => "met",
            MilestoneState::MetLate => "met-late",
            MilestoneState::Pending => "pending",
            MilestoneState::Missed => "missed",
            MilestoneState::NotStarted => "not-started",
            MilestoneState::OnCourse => "on-course",
            MilestoneState::Behind => "behind",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn title(self) -> Text {
        match self {
            MilestoneState::Met => Text::new("按期完成", "met"),
            MilestoneState::MetLate => Text::new("逾期完成", "met late"),
            MilestoneState::Pending => Text::new("力争项目", "pending"),
            MilestoneState::Missed => Text::new("逾期未完成", "missed"),
            MilestoneState::NotStarted => Text::new("未到考核期", "not started"),
            MilestoneState::OnCourse => Text::new("达到序时进度", "on track"),
            MilestoneState::Behind => Text::new("滞后序时进度", "behind"),
        }
    }

    /// Whether a supervisor would ask about it.
    #[must_use]
    pub const fn is_failing(self) -> bool {
        match self {
            MilestoneState::Missed | MilestoneState::Behind => true,
            MilestoneState::Met
            | MilestoneState::MetLate
            | MilestoneState::Pending
            | MilestoneState::NotStarted
            | MilestoneState::OnCourse => false,
        }
    }
}

/// The days at which a status needs figures: the as-of day, each milestone up to it, the ends of the months.
#[must_use]
pub fn status_days(plan: &Plan, as_of: Day, month: Option<Month>) -> Vec<Day> {
    let due = plan.indicators.iter().flat_map(|indicator| &indicator.milestones).map(|milestone| milestone.due);
    let mut days: Vec<Day> = due.filter(|due| *due < as_of).chain([as_of]).collect();
    days.extend(month.into_iter().flat_map(|month| [month.previous().last(), month.last().min(as_of)]));
    days.extend(plan.year.months().map(|month| month.last().min(as_of)));
    days
}

/// How far one milestone is, for the county or a township.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MilestoneProgress {
    /// When it is due.
    pub due: Day,
    /// Percent of the target.
    pub share: u32,
    /// What is asked for, in whole units of the indicator.
    pub required: u64,
    /// The figure at the earlier of the due and the as-of day, in units of 10^-places.
    pub done: i64,
    /// The state on the as-of day.
    pub state: MilestoneState,
}

impl Course {
    /// The milestones on a day, by the figures of whoever's course it is.
    pub fn progress(
        &self,
        stretch: bool,
        places: u8,
        as_of: Day,
        figure: impl Fn(Day) -> i64,
    ) -> Vec<MilestoneProgress> {
        let now = Amount { done: figure(as_of), places };
        let mut milestones = Vec::with_capacity(self.legs().len());
        for leg in self.legs() {
            let done = figure(leg.due.min(as_of));
            let state = milestone_state(leg, stretch, Amount { done, places }, now, as_of);
            milestones.push(MilestoneProgress { due: leg.due, share: leg.share, required: leg.required, done, state });
        }
        milestones
    }
}

/// The state of a milestone: the first in the table of docs/counting.md that applies.
fn milestone_state(leg: &CourseLeg, stretch: bool, at_due: Amount, now: Amount, as_of: Day) -> MilestoneState {
    let is_over = as_of > leg.due;
    if at_due.reaches(leg.required) {
        MilestoneState::Met
    } else if is_over && now.reaches(leg.required) {
        MilestoneState::MetLate
    } else if stretch {
        MilestoneState::Pending
    } else if is_over {
        MilestoneState::Missed
    } else if as_of < leg.start {
        MilestoneState::NotStarted
    } else if leg.is_kept_by(now, as_of) {
        MilestoneState::OnCourse
    } else {
        MilestoneState::Behind
    }
}

/// The county's milestones of an indicator on a day; none where it has no target.
#[must_use]
pub fn county_progress(plan: &Plan, at: IndicatorNo, figures: &Figures, as_of: Day) -> Vec<MilestoneProgress> {
    let indicator = &plan.indicators[at];
    let Some(course) = Course::of_county(plan, indicator) else { return Vec::new() };
    course.progress(indicator.stretch, figures.places(at), as_of, |day| figures.county(at, day))
}

/// For each township, in order, the milestones of an indicator; none where it has no share.
#[must_use]
pub fn township_progress(
    plan: &Plan,
    at: IndicatorNo,
    figures: &Figures,
    townships: &[Township],
    as_of: Day,
) -> Vec<Vec<MilestoneProgress>> {
    let indicator = &plan.indicators[at];
    let places = figures.places(at);
    let mut all = Vec::with_capacity(townships.len());
    for (township, who) in townships.iter().numbered() {
        let course = Course::of_township(plan, indicator, who);
        all.push(course.map_or_else(Vec::new, |course| {
            course.progress(indicator.stretch, places, as_of, |day| figures.township(at, township, day))
        }));
    }
    all
}

/// `done` per cent of `of`, with one decimal, cut and never rounded up, never capped; none of nothing.
#[must_use]
pub fn percent(done: i64, of: i64) -> Option<String> {
    if of <= 0 {
        return None;
    }
    // In whole numbers, not in floating point: a target that is missed by a hair must not look met, and 59.96 would be
    // printed as 60.0.
    let tenths = i128::from(done) * 1000 / i128::from(of);
    let sign = if tenths < 0 { "-" } else { "" };
    let size = tenths.abs();
    Some(format!("{sign}{}.{}", size / 10, size % 10))
}

#[cfg(test)]
mod tests;
