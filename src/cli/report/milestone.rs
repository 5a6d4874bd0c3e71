//! `culture report milestone DAY`: the standing at a milestone, and what was entered after it.

use super::{common, point};
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::Text;
use crate::cli::frame::{Call, Delivery, Verb};
use crate::cli::options::{self, flag, positional, required};
use crate::county::plans::YearPlan;
use crate::county::view::{View, Viewpoint};
use crate::figures::progress;
use crate::figures::tally::Figures;
use crate::report::Report;
use crate::report::status::{LateEntry, MilestoneReport};
use crate::schema::plan::Plan;
use clap::{ArgMatches, Command};

/// `report milestone`
pub(super) const VERB: Verb = Verb {
    name: "milestone",
    about: Text::new("时间节点考核：达标、单位、补录", "Show who and what has met a milestone"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let day = Text::new("方案里的时间节点，如 2018-07-01", "Milestone in the plan, e.g. 2018-07-01");
    let day = positional(call.lang, "day", &Text::new("日期", "DAY"), &day).required(true);
    let records = Text::new("逐条列出节点后补录的记录", "List the records entered after it");
    Ok(common(command.arg(day).arg(flag(call.lang, "records", &records)), call))
}

/// What is asked of `report milestone`.
struct MilestoneArgs {
    day: String,
    point: Viewpoint,
    /// What was entered after it is listed record by record.
    records: bool,
    delivery: Delivery,
}

impl MilestoneArgs {
    fn read(matches: &ArgMatches) -> MilestoneArgs {
        MilestoneArgs {
            day: required(matches, "day"),
            point: point(matches),
            records: matches.get_flag("records"),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = MilestoneArgs::read(matches);
    let report = call.look(&args.point, |view| milestone(view, &args))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn milestone(view: &View<'_>, args: &MilestoneArgs) -> Result<Report> {
    let county = view.county;
    let due = county.parse_day(&args.day, view.today)?;
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
    Ok(status.milestone(&MilestoneReport { due, then: then.as_ref(), late: &late, listed: args.records }))
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
