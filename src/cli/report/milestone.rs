//! `culture report milestone DAY`: the standing at a milestone, and what was entered after it.

use super::{common, deliver};
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, flag, positional};
use crate::county::counting::{CountyCounter, SkippedLedgers, StatusQuery};
use crate::county::county::County;
use crate::figures::progress;
use crate::report::Report;
use crate::report::status::{LateEntry, MilestoneReport};
use crate::schema::parse;
use crate::schema::plan::Plan;
use clap::{ArgMatches, Command};

/// The report.
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

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let county = &county.seen_by(matches.get_flag("public"));
        let as_of = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, as_of)?;
        let nearest = county.plan_year(as_of).unwrap_or(as_of.year());
        let due = parse::day(matches.get_one::<String>("day").map_or("", String::as_str), as_of, nearest)?;
        milestone(county, due, (as_of, known), threads, matches.get_flag("records"))
    })?;
    deliver(call, &report, matches)
}

fn milestone(
    county: &County<'_>,
    due: Day,
    (as_of, known): (Day, Option<Instant>),
    threads: usize,
    listed: bool,
) -> Result<Report> {
    let year = county.plan_year(due).unwrap_or(due.year());
    let (plan, kinds) = county.plan(year, known)?;
    is_milestone(&plan, due)?;
    let calendar = county.calendar()?;
    let skipped = SkippedLedgers::new(false);
    let after = Instant::end_of(due, county.settings.offset);
    let over = as_of > due && known.is_none_or(|known| known > after);
    let asked = |known| StatusQuery { as_of, known, month: None, year, township: None };
    let counted = |known| {
        let counting = CountyCounter { county, asked: &asked(known), threads, skipped: &skipped };
        let mut days = progress::status_days(&plan, as_of, None);
        days.extend([due.plus(-1), due]);
        counting.figures_at(&plan, &kinds, days)
    };
    let figures = counted(known)?;
    let (mut then, mut late) = (None, Vec::new());
    if over {
        then = Some(counted(Some(after))?);
        let traced =
            CountyCounter { county, asked: &asked(known), threads, skipped: &skipped }.traced(&plan, &kinds)?;
        late = LateEntry::among(&traced.done, due, after);
    }
    let status = asked(known).status(county, &plan, &calendar, &figures);
    Ok(status.milestone(&MilestoneReport { due, then: then.as_ref(), late: &late, listed }))
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
    let (year, days) = (plan.year, days.iter().map(|day| Text::same(day.to_string())).collect::<Vec<_>>());
    let days = if days.is_empty() { Text::new("无", "none") } else { Text::list(&days) };
    Fault::usage("unsorted", text!("{due} 不是 {year} 年方案的时间节点", "{due} is not a milestone in the {year} plan"))
        .hint(text!("时间节点有：{days}", "choose from: {days}", days))
        .fail()
}
