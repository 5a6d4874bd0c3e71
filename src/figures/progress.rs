//! Where a figure stands: figures, a plan and a day in; met, on course, behind, missed … out. Exact integers only.

pub mod money;

use crate::base::day::{Day, Month};
use crate::base::text::Text;
use crate::figures::tally::{Figures, scale};
use crate::schema::plan::apportion::largest_remainder;
use crate::schema::plan::{Indicator, Milestone, Plan};
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

/// Where a course begins and what was to be done by then.
#[derive(Clone, Copy, Debug)]
struct CourseStart {
    day: Day,
    required: u64,
}

/// What a milestone asks for: target × share / 100, rounded up.
#[must_use]
pub fn required_by(target: u64, milestone: &Milestone) -> u64 {
    let share = u128::from(target) * u128::from(milestone.share);
    u64::try_from(share.div_ceil(100)).unwrap_or(u64::MAX)
}

/// An indicator's milestones for someone, of whom each asks what `required` says.
fn milestone_progress(
    plan: &Plan,
    indicator: &Indicator,
    required: &[u64],
    places: u8,
    as_of: Day,
    figure: impl Fn(Day) -> i64,
) -> Vec<MilestoneProgress> {
    let mut start = CourseStart { day: plan.course_from, required: 0 };
    let mut all = Vec::new();
    for (milestone, &required) in indicator.milestones.iter().zip(required) {
        let (now, at_due) = (figure(as_of), figure(milestone.due.min(as_of)));
        let unit = i128::from(scale(places));
        let wanted = i128::from(required) * unit;
        let (due, now_wide) = (milestone.due, i128::from(now));
        let state = if i128::from(at_due) >= wanted {
            MilestoneState::Met
        } else if as_of > due && now_wide >= wanted {
            MilestoneState::MetLate
        } else if indicator.stretch {
            MilestoneState::Pending
        } else if as_of > due {
            MilestoneState::Missed
        } else if as_of < start.day {
            MilestoneState::NotStarted
        } else {
            let from = i128::from(start.required) * unit;
            let (days, gone) = (i128::from(due.0 - start.day.0), i128::from(as_of.0 - start.day.0));
            if (now_wide - from) * days >= (wanted - from) * gone {
                MilestoneState::OnCourse
            } else {
                MilestoneState::Behind
            }
        };
        all.push(MilestoneProgress { due, share: milestone.share, required, done: at_due, state });
        start = CourseStart { day: due, required };
    }
    all
}

/// The county's milestones of an indicator on a day; none where it has no target.
#[must_use]
pub fn county_progress(plan: &Plan, at: usize, figures: &Figures, as_of: Day) -> Vec<MilestoneProgress> {
    let indicator = &plan.indicators[at];
    let Some(target) = indicator.target else { return Vec::new() };
    let asked: Vec<u64> = indicator.milestones.iter().map(|milestone| required_by(target, milestone)).collect();
    milestone_progress(plan, indicator, &asked, figures.places(at), as_of, |day| figures.county(at, day))
}

/// Where the county's figure of an indicator would be on a day if it grew evenly between the milestones, in tenths of
/// its unit, cut; none where it has no target. Before the course begins it is 0, after the last milestone what that asks.
#[must_use]
pub fn course(plan: &Plan, indicator: &Indicator, as_of: Day) -> Option<i64> {
    let target = indicator.target?;
    let asked: Vec<u64> = indicator.milestones.iter().map(|milestone| required_by(target, milestone)).collect();
    course_of(plan, indicator, &asked, as_of)
}

/// As [`course`], for someone of whom the milestones ask what `required` says.
#[must_use]
pub fn course_of(plan: &Plan, indicator: &Indicator, required: &[u64], as_of: Day) -> Option<i64> {
    let mut start = CourseStart { day: plan.course_from, required: 0 };
    for (milestone, &end) in indicator.milestones.iter().zip(required) {
        if as_of <= milestone.due {
            let (days, gone) = (i128::from(milestone.due.0 - start.day.0), i128::from(as_of.0 - start.day.0).max(0));
            let part = (i128::from(end) - i128::from(start.required)) * 10 * gone / days.max(1);
            return i64::try_from(i128::from(start.required) * 10 + part).ok();
        }
        start = CourseStart { day: milestone.due, required: end };
    }
    i64::try_from(start.required).ok()?.checked_mul(10)
}

/// How far someone is behind the course on a day, exact: so many percent points of `target` as numerator and denominator
/// (less than 0 where ahead). None when the last milestone is over. `required` is what the milestones ask of them.
#[must_use]
pub fn points_behind(
    plan: &Plan,
    indicator: &Indicator,
    (required, target): (&[u64], u64),
    (done, places): (i64, u8),
    as_of: Day,
) -> Option<(i128, i128)> {
    let mut start = CourseStart { day: plan.course_from, required: 0 };
    for (milestone, &end) in indicator.milestones.iter().zip(required) {
        if as_of <= milestone.due {
            let (days, gone) = (i128::from(milestone.due.0 - start.day.0), i128::from(as_of.0 - start.day.0).max(0));
            let (from, unit) = (i128::from(start.required), i128::from(scale(places)));
            let course = (from * days + (i128::from(end) - from) * gone) * unit;
            return Some(((course - i128::from(done) * days) * 100, i128::from(target) * days * unit));
        }
        start = CourseStart { day: milestone.due, required: end };
    }
    None
}

/// The share of a township in an indicator's target.
#[must_use]
pub fn township_share(indicator: &Indicator, township: &Township) -> Option<u64> {
    indicator.shares.iter().find(|(id, _)| *id == township.id).map(|(_, share)| *share)
}

/// What one of the county's milestones asks of each township: the county's number split over the shares by largest
/// remainder, ties by the bureau's order, so that the parts add up.
#[must_use]
pub fn split_required(indicator: &Indicator, milestone: &Milestone, townships: &[Township]) -> Vec<Option<u64>> {
    let Some(target) = indicator.target else { return vec![None; townships.len()] };
    let shares: Vec<Option<u64>> = townships.iter().map(|township| township_share(indicator, township)).collect();
    let weights: Vec<u64> = shares.iter().flatten().copied().collect();
    let mut parts = largest_remainder(required_by(target, milestone), &weights).into_iter();
    shares.into_iter().map(|share| share.and_then(|_| parts.next())).collect()
}

/// What the milestones of an indicator ask of each township, in order; none where it has no share.
#[must_use]
pub fn required_of_townships(indicator: &Indicator, townships: &[Township]) -> Vec<Option<Vec<u64>>> {
    let parts: Vec<Vec<Option<u64>>> =
        indicator.milestones.iter().map(|milestone| split_required(indicator, milestone, townships)).collect();
    (0..townships.len()).map(|township| parts.iter().map(|parts| parts[township]).collect()).collect()
}

/// For each township, in order, the milestones of an indicator; none where it has no share.
#[must_use]
pub fn township_progress(
    plan: &Plan,
    at: usize,
    figures: &Figures,
    townships: &[Township],
    as_of: Day,
) -> Vec<Vec<MilestoneProgress>> {
    let indicator = &plan.indicators[at];
    let of = |(township, required): (usize, Option<Vec<u64>>)| {
        let figure = |day| figures.township(at, township, day);
        required.map(|required| milestone_progress(plan, indicator, &required, figures.places(at), as_of, figure))
    };
    required_of_townships(indicator, townships)
        .into_iter()
        .enumerate()
        .map(|of_one| of(of_one).unwrap_or_default())
        .collect()
}

/// `done` per cent of `of`, with one decimal, cut and never rounded up, never capped; none of nothing.
#[must_use]
pub fn percent(done: i64, of: i64) -> Option<String> {
    if of <= 0 {
        return None;
    }
    let tenths = i128::from(done) * 1000 / i128::from(of);
    let (sign, size) = (if tenths < 0 { "-" } else { "" }, tenths.abs());
    Some(format!("{sign}{}.{}", size / 10, size % 10))
}

#[cfg(test)]
mod tests;
