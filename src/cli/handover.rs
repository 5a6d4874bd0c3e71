//! `culture handover`: one page for a new clerk.

use super::frame::{Call, Delivery, Verb};
use super::options;
use crate::base::day::{Day, Month};
use crate::base::fault::{Exit, Result};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::county::acceptance::inspection_results;
use crate::county::deadlines::with_dates;
use crate::county::evidence::records_without_evidence;
use crate::county::plans::YearPlan;
use crate::county::search::Search;
use crate::county::supervision::findings;
use crate::county::view::{View, Viewpoint};
use crate::county::{County, closings, notices};
use crate::report::Report;
use crate::report::closing::verification;
use crate::report::handover::{Handover, UnverifiedRecords};
use crate::schema::plan::Plan;
use clap::{ArgMatches, Command};
use std::collections::BTreeMap;

/// `handover`
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

/// What is asked of `handover`.
struct HandoverArgs {
    point: Viewpoint,
    delivery: Delivery,
}

impl HandoverArgs {
    fn read(matches: &ArgMatches) -> HandoverArgs {
        HandoverArgs { point: options::day_point(matches), delivery: options::delivery(matches) }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = HandoverArgs::read(matches);
    let (report, as_of) = call.look(&args.point, |view| Ok((page(view)?, view.as_of)))?;
    call.style.made = as_of;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn page(view: &View<'_>) -> Result<Report> {
    let county = view.county;
    let due = with_dates(view, |dates| dates.open(AHEAD))?;
    let plan = &view.plan()?.plan;
    let findings = findings(view)?;
    let kinds = view.kinds()?;
    Ok(Handover {
        county: &county.settings.county,
        plan,
        kind: &|id| kinds.get(id),
        townships: county.in_order(),
        as_of: view.as_of,
        due,
        promised: notices::open(view)?,
        findings: &findings,
        unverified: unverified(view)?,
        closings: verification(&closings::verify(county, None)?),
        not_closed: not_closed(county, plan, view.as_of),
    }
    .report())
}

/// Of each target how many of its records lack evidence, and how many nobody has inspected.
fn unverified(view: &View<'_>) -> Result<Vec<UnverifiedRecords>> {
    let YearPlan { plan, kinds } = view.plan()?;
    let struck = inspection_results(view)?;
    let search = Search::new(view.county, kinds);
    let mut lacking = BTreeMap::new();
    let mut all = Vec::new();
    for (at, indicator) in plan.indicators.iter().numbered().filter(|(_, indicator)| indicator.target.is_some()) {
        let Some(kind) = kinds.get(&indicator.kind).filter(|kind| !kind.evidence.is_empty()) else {
            all.push(UnverifiedRecords::of(at, &struck[at], None, view.as_of));
            continue;
        };
        if !lacking.contains_key(&kind.id) {
            lacking.insert(kind.id.clone(), records_without_evidence(&search, kind)?);
        }
        all.push(UnverifiedRecords::of(at, &struck[at], lacking.get(&kind.id), view.as_of));
    }
    Ok(all)
}

/// The months of the plan that are over, that reports are asked for, and that are not closed.
fn not_closed(county: &County<'_>, plan: &Plan, as_of: Day) -> Vec<Month> {
    let closed = closings::months(county);
    let reported = plan.monthly.iter().flat_map(|monthly| monthly.months().collect::<Vec<_>>());
    reported.filter(|month| month.last() < as_of && !closed.contains(month)).collect()
}
