//! The course of an indicator's milestones (序时进度): a straight line from each milestone to the next, of the county or of
//! a township. Whoever asks what is required by when, or where a figure should be, asks this.

use crate::base::day::Day;
use crate::figures::tally::scale;
use crate::schema::plan::{Indicator, Milestone, Plan};
use crate::schema::township::Township;

/// What is required by when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    legs: Vec<CourseLeg>,
}

/// The way to one milestone, from the one before it; to the first from the start of the course, where nothing is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CourseLeg {
    /// Where it begins.
    pub start: Day,
    /// What is required there, in whole units of the indicator.
    pub before: u64,
    /// The milestone's day.
    pub due: Day,
    /// Per cent of the target.
    pub share: u32,
    /// What is required there.
    pub required: u64,
}

/// A figure of an indicator.
#[derive(Clone, Copy, Debug)]
pub struct Amount {
    /// In units of 10^-places.
    pub done: i64,
    /// How many decimals it has.
    pub places: u8,
}

impl Amount {
    /// Whether it is at least so many whole units.
    #[must_use]
    pub fn reaches(self, required: u64) -> bool {
        i128::from(self.done) >= i128::from(required) * i128::from(scale(self.places))
    }
}

/// How far a figure is behind its course, exact: so many percent points of a target, as a fraction; less than 0 where it
/// is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointsBehind {
    numerator: i128,
    denominator: i128,
}

/// What a milestone asks for, of a target or of a township's share in it: × per cent / 100, rounded up.
#[must_use]
pub fn required_by(target: u64, milestone: &Milestone) -> u64 {
    let share = u128::from(target) * u128::from(milestone.share);
    u64::try_from(share.div_ceil(100)).expect("no milestone asks for more than its target")
}

/// The share of a township in an indicator's target.
#[must_use]
pub fn township_share(indicator: &Indicator, township: &Township) -> Option<u64> {
    indicator.shares.iter().find(|(id, _)| *id == township.id).map(|(_, share)| *share)
}

impl Course {
    /// The county's; none where the indicator has no target.
    #[must_use]
    pub fn of_county(plan: &Plan, indicator: &Indicator) -> Option<Course> {
        Some(Course::towards(plan, indicator, indicator.target?))
    }

    /// A township's, towards its share, by the same words: 各项重点任务完成量不少于50%, and two of five are no half. So what is
    /// asked of the townships may add up to more than what is asked of the county. None where it has no share.
    #[must_use]
    pub fn of_township(plan: &Plan, indicator: &Indicator, township: &Township) -> Option<Course> {
        Some(Course::towards(plan, indicator, township_share(indicator, township)?))
    }

    /// The one place where an indicator's milestones are walked: where a leg ends the next begins.
    fn towards(plan: &Plan, indicator: &Indicator, target: u64) -> Course {
        let mut start = plan.course_from;
        let mut before = 0;
        let mut legs = Vec::with_capacity(indicator.milestones.len());
        for milestone in &indicator.milestones {
            let due = milestone.due;
            let required = required_by(target, milestone);
            legs.push(CourseLeg { start, before, due, share: milestone.share, required });
            start = due;
            before = required;
        }
        Course { legs }
    }

    /// Its legs, in order.
    #[must_use]
    pub fn legs(&self) -> &[CourseLeg] {
        &self.legs
    }

    /// The leg on which a day lies, the first also for the days before it; none after the last milestone.
    #[must_use]
    pub fn leg_on(&self, day: Day) -> Option<&CourseLeg> {
        self.legs.iter().find(|leg| day <= leg.due)
    }

    /// Where a figure should be on a day, in tenths of its unit, cut: 0 before the course begins, after the last milestone
    /// what that asks.
    #[must_use]
    pub fn tenths_on(&self, day: Day) -> i64 {
        let tenths = match (self.leg_on(day), self.legs.last()) {
            (Some(leg), _) => {
                let rise = i128::from(leg.required) - i128::from(leg.before);
                i128::from(leg.before) * 10 + rise * 10 * leg.gone(day) / leg.days().max(1)
            }
            (None, Some(last)) => i128::from(last.required) * 10,
            (None, None) => 0,
        };
        i64::try_from(tenths).expect("targets are far smaller")
    }

    /// How far a figure is behind on a day, in percent points of `target`; none after the last milestone, or where that
    /// cannot be said.
    #[must_use]
    pub fn points_behind(&self, target: u64, figure: Amount, day: Day) -> Option<PointsBehind> {
        let leg = self.leg_on(day)?;
        let unit = i128::from(scale(figure.places));
        let numerator = (leg.line(day) * unit - i128::from(figure.done) * leg.days()) * 100;
        let denominator = i128::from(target) * leg.days() * unit;
        (denominator > 0).then_some(PointsBehind { numerator, denominator })
    }
}

impl CourseLeg {
    /// Whether a figure is on the course or above it on a day of this leg.
    #[must_use]
    pub fn is_kept_by(&self, figure: Amount, day: Day) -> bool {
        i128::from(figure.done) * self.days() >= self.line(day) * i128::from(scale(figure.places))
    }

    /// Where the line is on a day, times the days of the leg: nothing is divided, so nothing is rounded.
    fn line(&self, day: Day) -> i128 {
        let rise = i128::from(self.required) - i128::from(self.before);
        i128::from(self.before) * self.days() + rise * self.gone(day)
    }

    fn days(&self) -> i128 {
        i128::from(self.due.0 - self.start.0)
    }

    fn gone(&self, day: Day) -> i128 {
        i128::from(day.0 - self.start.0).max(0)
    }
}

impl PointsBehind {
    /// Whether it is more than so many whole points.
    #[must_use]
    pub fn exceeds(self, points: u32) -> bool {
        self.numerator > i128::from(points) * self.denominator
    }

    /// In tenths of a point, cut; no more than fit, where a figure lies absurdly far below 0.
    #[must_use]
    pub fn tenths(self) -> i64 {
        i64::try_from(self.numerator * 10 / self.denominator).unwrap_or(i64::MAX)
    }
}
