//! The standing at a milestone of a plan, as it is known now and as it was known at the end of that day.

use super::plans::YearPlan;
use super::view::View;
use crate::base::day::{Day, Instant};
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::figures::progress;
use crate::figures::tally::Figures;
use crate::report::Report;
use crate::report::status::{LateEntry, MilestoneReport};
use crate::schema::plan::Plan;

/// The standing at the milestone of a day, as people write it; what was entered after it record by record, where those
/// `records` are wanted.
///
/// # Errors
/// The day is no milestone; whatever is wrong with the plan, a kind or a ledger.
pub(crate) fn milestone(view: &View<'_>, day: &str, records: bool) -> Result<Report> {
    let county = view.county;
    let due = county.parse_day(day, view.today)?;
    // The plan is that of the milestone's year.
    let year_plan = county.plan(county.implied_year(due), view.known)?;
    let YearPlan { plan, kinds } = &year_plan;
    is_milestone(plan, due)?;
    let after = Instant::end_of(due, county.settings.offset);
    let figures = count(view, &year_plan, due)?;
    let mut then = None;
    let mut late = Vec::new();
    if view.as_of > due && view.known.is_none_or(|known| known > after) {
        then = Some(count(&View::on(county, view.as_of).knowing(Some(after)), &year_plan, due)?);
        late = LateEntry::among(&view.trace(plan, kinds)?.done, due, after);
    }
    let status = view.status_of(plan, view.calendar()?, &figures);
    Ok(status.milestone(&MilestoneReport { due, then: then.as_ref(), late: &late, listed: records }))
}

/// The figures at the days that a status needs, at the milestone and on the day before it.
fn count(view: &View<'_>, YearPlan { plan, kinds }: &YearPlan, due: Day) -> Result<Figures> {
    let mut days = progress::status_days(plan, view.as_of, None);
    days.extend([due.plus(-1), due]);
    view.count_at(plan, kinds, days)
}

/// Refuses a day that is no milestone, naming those that there are.
fn is_milestone(plan: &Plan, due: Day) -> Result<()> {
    let all = plan.indicators.iter().flat_map(|indicator| &indicator.milestones);
    let mut days: Vec<Day> = all.map(|milestone| milestone.due).collect();
    days.sort();
    days.dedup();
    if days.contains(&due) {
        return Ok(());
    }
    let year = plan.year;
    let days: Vec<Text> = days.iter().map(|day| Text::same(day.to_string())).collect();
    let days = if days.is_empty() { Text::new("无", "none") } else { Text::list(&days) };
    Fault::usage(
        "unknown-milestone",
        text!("{due} 不是 {year} 年方案的时间节点", "{due} is not a milestone in the {year} plan"),
    )
    .hint(text!("时间节点有：{days}", "choose from: {days}", days))
    .fail()
}
