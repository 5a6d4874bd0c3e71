//! `culture handover`: one page for a new clerk.

use super::due::with_dates;
use super::evidence::records_without_evidence;
use super::frame::{Call, Verb};
use super::lagging::findings;
use super::options;
use super::report::acceptance::inspection_results;
use super::{notice, verify};
use crate::base::day::{Day, Month};
use crate::base::fault::{Exit, Result};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::counting::StatusQuery;
use crate::county::county::County;
use crate::county::search::Search;
use crate::report::Report;
use crate::report::closing::verification;
use crate::report::handover::{Handover, UnverifiedRecords};
use crate::schema::plan::Plan;
use clap::{ArgMatches, Command};
use std::collections::BTreeMap;

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "handover",
    about: Text::new("工作交接单：到期、未办、滞后单位、统计口径", "Print a handover sheet for the next clerk"),
    arguments,
    run,
};

/// How many days are looked ahead.
const AHEAD: i32 = 31;

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    Ok(command.arg(options::today(lang)).arg(options::format(lang)).arg(options::output(lang)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let (report, as_of) = call.look(|county| {
        let as_of = county.as_of(matches.get_one("today"), now)?;
        Ok((page(county, as_of, threads)?, as_of))
    })?;
    call.style.made = as_of;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(Exit::Done)
}

fn page(county: &County<'_>, as_of: Day, threads: usize) -> Result<Report> {
    let due = with_dates(county, as_of, threads, |dates| dates.open(AHEAD))?;
    let year = county.plan_year(as_of).unwrap_or(as_of.year());
    let asked = StatusQuery { as_of, known: None, month: None, year, township: None };
    let (plan, findings) = findings(county, &asked, threads)?;
    let kinds = county.kinds(None)?;
    Ok(Handover {
        county: &county.settings.county,
        plan: &plan,
        kind: &|id| kinds.get(id),
        townships: county.in_order(),
        as_of,
        due,
        promised: notice::open_notices(county, as_of, threads)?,
        findings: &findings,
        unverified: unverified(county, &plan, &asked, threads)?,
        closings: verification(&verify::verify_closings(county, None, threads)?),
        not_closed: not_closed(county, &plan, as_of),
    }
    .report())
}

/// Of each target how many of its records lack evidence, and how many nobody has inspected.
fn unverified(county: &County<'_>, plan: &Plan, asked: &StatusQuery, threads: usize) -> Result<Vec<UnverifiedRecords>> {
    let kinds = county.kinds(Some(&plan.kinds()))?;
    let struck = inspection_results(county, (plan, &kinds), asked, threads)?;
    let search = Search::new(county, &kinds, threads);
    let mut lacking = BTreeMap::new();
    let mut all = Vec::new();
    for (at, indicator) in plan.indicators.iter().enumerate().filter(|(_, indicator)| indicator.target.is_some()) {
        let Some(kind) = kinds.get(&indicator.kind).filter(|kind| !kind.evidence.is_empty()) else {
            all.push(UnverifiedRecords::of(at, &struck[at], None, asked.as_of));
            continue;
        };
        if !lacking.contains_key(&kind.id) {
            lacking.insert(kind.id.clone(), records_without_evidence(&search, kind)?);
        }
        all.push(UnverifiedRecords::of(at, &struck[at], lacking.get(&kind.id), asked.as_of));
    }
    Ok(all)
}

/// The months of the plan that are over, that reports are asked for, and that are not closed.
fn not_closed(county: &County<'_>, plan: &Plan, as_of: Day) -> Vec<Month> {
    let closed = closings::months(county);
    let reported = plan.monthly.iter().flat_map(|monthly| monthly.months().collect::<Vec<_>>());
    reported.filter(|month| month.last() < as_of && !closed.contains(month)).collect()
}
