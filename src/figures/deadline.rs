//! What is due when, and from whom it has come: work arrangements and monthly reports.

use crate::base::day::{Day, Instant, Month};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::tally::Filing;
use crate::schema::calendar::Calendar;
use crate::schema::plan::{MonthlyReporting, Plan};
use crate::schema::township::{Township, TownshipNo};
use std::collections::HashMap;

/// Whether something due has been handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineState {
    /// 按时
    OnTime,
    /// 迟报
    Late,
    /// 已退回
    Returned,
    /// 未报
    Missing,
    /// 未到期
    Open,
}

impl DeadlineState {
    /// The word for machines.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            DeadlineState::OnTime => "on-time",
            DeadlineState::Late => "late",
            DeadlineState::Returned => "returned",
            DeadlineState::Missing => "missing",
            DeadlineState::Open => "open",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn title(self) -> Text {
        match self {
            DeadlineState::OnTime => Text::new("按时报送", "on time"),
            DeadlineState::Late => Text::new("迟报", "late"),
            DeadlineState::Returned => Text::new("已退回", "returned"),
            DeadlineState::Missing => Text::new("逾期未报", "missing"),
            DeadlineState::Open => Text::new("待报", "open"),
        }
    }

    /// Whether it is still to come.
    #[must_use]
    pub const fn is_lacking(self) -> bool {
        match self {
            DeadlineState::Returned | DeadlineState::Missing | DeadlineState::Open => true,
            DeadlineState::OnTime | DeadlineState::Late => false,
        }
    }
}

/// What has come from one township for one deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TownshipFiling {
    /// Whose.
    pub township: TownshipNo,
    /// Whether it has come.
    pub state: DeadlineState,
    /// When, if it has.
    pub date: Option<Day>,
    /// Whether it said that there was nothing to report.
    pub zero: Option<bool>,
}

/// One deadline for all townships from which something is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The month reported; none for the work arrangement.
    pub month: Option<Month>,
    /// The last day, included: where the plan's day is a day of rest, the one that counts.
    pub due: Day,
    /// The day that the plan names.
    pub planned: Day,
    /// What has come, in the bureau's order.
    pub townships: Vec<TownshipFiling>,
}

impl Deadline {
    /// How many townships are in a state.
    #[must_use]
    pub fn count(&self, state: DeadlineState) -> usize {
        self.townships.iter().filter(|filed| filed.state == state).count()
    }

    /// The last day, as tables say it: 顺延 where it is not the one that the plan names.
    #[must_use]
    pub fn due_text(&self) -> Text {
        let due = self.due;
        let named = self.planned;
        match due.cmp(&named) {
            std::cmp::Ordering::Equal => Text::same(due.to_string()),
            std::cmp::Ordering::Greater => text!("{due}（顺延）", "{due} (moved from {named})"),
            std::cmp::Ordering::Less => text!("{due}（提前）", "{due} (moved from {named})"),
        }
    }
}

impl MonthlyReporting {
    /// The day by which the townships' reports of a month are due, as the plan names it.
    #[must_use]
    pub fn planned_day(&self, month: Month) -> Day {
        month.next().day(self.collect_day.unwrap_or(self.day))
    }

    /// The day by which the townships' reports of a month are due.
    #[must_use]
    pub fn due_day(&self, month: Month, calendar: &Calendar) -> Day {
        calendar.effective(self.planned_day(month), self.rest_day)
    }

    /// The day by which the bureau's summary of a month is due.
    #[must_use]
    pub fn summary_due_day(&self, month: Month, calendar: &Calendar) -> Day {
        calendar.effective(self.summary_planned_day(month), self.rest_day)
    }

    /// The same day, as the plan names it.
    #[must_use]
    pub fn summary_planned_day(&self, month: Month) -> Day {
        month.next().day(self.day)
    }

    /// The months that are reported, in order.
    pub fn months(&self) -> impl Iterator<Item = Month> {
        let last = self.last_month;
        std::iter::successors(Some(self.first_month), |month| Some(month.next()))
            .take_while(move |month| *month <= last)
    }
}

/// The work arrangement of the plan's year; none if the plan asks for none.
#[must_use]
pub fn arrangement_deadline(
    plan: &Plan,
    calendar: &Calendar,
    townships: &[Township],
    filings: &[Filing],
    as_of: Day,
) -> Option<Deadline> {
    let rule = plan.arrangement.as_ref()?;
    let days = (rule.due, calendar.effective(rule.due, rule.rest_day));
    Some(deadline(None, days, townships, |township| township.arrangement, filings, as_of))
}

/// The reports of every month that has begun by the as-of day.
#[must_use]
pub fn monthly_deadlines(
    plan: &Plan,
    calendar: &Calendar,
    townships: &[Township],
    filings: &[Filing],
    as_of: Day,
) -> Vec<Deadline> {
    let Some(rule) = &plan.monthly else { return Vec::new() };
    let begun = rule.months().take_while(|month| month.first() <= as_of);
    begun
        .map(|month| {
            deadline(
                Some(month),
                (rule.planned_day(month), rule.due_day(month, calendar)),
                townships,
                |township| township.monthly,
                filings,
                as_of,
            )
        })
        .collect()
}

/// The reports of one month, by the day that the plan names and the one that counts.
#[must_use]
pub fn month_deadline(
    month: Month,
    days: (Day, Day),
    townships: &[Township],
    filings: &[Filing],
    as_of: Day,
) -> Deadline {
    deadline(Some(month), days, townships, |township| township.monthly, filings, as_of)
}

fn deadline(
    month: Option<Month>,
    (named, due): (Day, Day),
    townships: &[Township],
    expected: impl Fn(&Township) -> bool,
    filings: &[Filing],
    as_of: Day,
) -> Deadline {
    let mut came: Vec<Vec<&Filing>> = vec![Vec::new(); townships.len()];
    for filing in filings.iter().filter(|filing| filing.month == month && filing.date <= as_of) {
        came[filing.township].push(filing);
    }
    let who = townships.iter().numbered().filter(|(_, township)| expected(township) && township.active_on(named));
    let townships = who.map(|(at, _)| township_filing(at, due, &came[at], as_of)).collect();
    Deadline { month, due, planned: named, townships }
}

/// When the reports that decide were entered, by township and month.
#[must_use]
pub fn deciding_reports(reports: &[(Filing, Instant)], as_of: Day) -> HashMap<(TownshipNo, Month), Instant> {
    let mut deciding: HashMap<(TownshipNo, Month), &(Filing, Instant)> = HashMap::new();
    for report in reports.iter().filter(|(filing, _)| filing.date <= as_of && is_not_returned(filing, as_of)) {
        let (filing, _) = report;
        let Some(month) = filing.month else { continue };
        let first = deciding.entry((filing.township, month)).or_insert(report);
        if precedence(filing) < precedence(&first.0) {
            *first = report;
        }
    }
    deciding.into_iter().map(|(of, (_, entered))| (of, *entered)).collect()
}

/// What decides is the earliest date, and on one day what decides between equals.
fn precedence(filing: &Filing) -> (Day, Option<Id>) {
    (filing.date, filing.tie)
}

/// Whether what came was not sent back.
fn is_not_returned(filing: &Filing, as_of: Day) -> bool {
    filing.returned.is_none_or(|returned| returned > as_of)
}

/// The first by date decides; what was sent back does not count.
fn township_filing(township: TownshipNo, due: Day, came: &[&Filing], as_of: Day) -> TownshipFiling {
    match came.iter().filter(|filing| is_not_returned(filing, as_of)).min_by_key(|filing| precedence(filing)) {
        Some(first) => {
            let state = if first.date <= due { DeadlineState::OnTime } else { DeadlineState::Late };
            TownshipFiling { township, state, date: Some(first.date), zero: first.zero }
        }
        None if !came.is_empty() => TownshipFiling { township, state: DeadlineState::Returned, date: None, zero: None },
        None => {
            let state = if as_of > due { DeadlineState::Missing } else { DeadlineState::Open };
            TownshipFiling { township, state, date: None, zero: None }
        }
    }
}

#[cfg(test)]
mod tests;
