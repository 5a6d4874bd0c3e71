//! `culture report acceptance`: what was claimed, what inspections struck of it, and what is left.

use super::{common, deliver};
use crate::acceptance::{Inspected, struck};
use crate::cli::counting::{Asked, Counting, Skipped};
use crate::cli::county::County;
use crate::cli::find::Search;
use crate::cli::frame::{Call, Verb};
use crate::cli::inspect;
use crate::cli::options;
use crate::day::{Day, Instant};
use crate::fault::{Exit, Fault, Result};
use crate::id::Id;
use crate::kind::Inspects;
use crate::ledger::records;
use crate::plan::Plan;
use crate::record::{Revision, State, integer};
use crate::report::Report;
use crate::tally::scale;
use crate::text::Text;
use clap::{ArgMatches, Command};

/// The report.
pub(super) const VERB: Verb = Verb {
    name: "acceptance",
    about: Text::new("验收：上报、抽查、核减、认定", "What was claimed, checked, struck and is left"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    Ok(common(command, call))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let county = &county.seen_by(matches.get_flag("public"));
        let as_of = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, as_of)?;
        acceptance(county, (as_of, known), threads)
    })?;
    deliver(call, &report, matches)
}

fn acceptance(county: &County<'_>, (as_of, known): (Day, Option<Instant>), threads: usize) -> Result<Report> {
    let year = county.plan_year(as_of).ok_or_else(|| {
        Fault::new(text!("还没有任何实施方案", "there is no plan yet"))
            .hint(text!("把方案放到 plans/年份.toml", "put one at plans/YEAR.toml"))
    })?;
    let (plan, kinds) = county.plan(year, known)?;
    let calendar = county.calendar()?;
    let asked = Asked { as_of, known, month: None, year, township: None };
    let skipped = Skipped::new(false);
    let counting = Counting { county, asked: &asked, threads, skipped: &skipped };
    let (figures, traced) = (counting.figures(&plan, &kinds)?, counting.traced(&plan, &kinds)?);
    let inspections = inspections(county, &plan, (as_of, known), threads)?;
    let units: Vec<i64> = (0..plan.indicators.len()).map(|at| scale(figures.places(at))).collect();
    let status = asked.status(county, &plan, &calendar, &figures);
    Ok(status.acceptance(&struck(&traced, &inspections, &units)))
}

/// The inspections of records up to the as-of day, as they stand or as known, by ledger.
fn inspections(
    county: &County<'_>,
    plan: &Plan,
    (as_of, known): (Day, Option<Instant>),
    threads: usize,
) -> Result<Vec<Inspected>> {
    let kinds = county.kinds(None)?;
    let (kind, inspects) = inspect::kind(&kinds)?;
    Search::new(county, &kinds, threads).each(
        |ledger| ledger.kind == kind.id,
        |_, source| {
            let all = records(source, known)?;
            let live = all.iter().filter(|record| record.state == State::Live);
            Ok(live.filter_map(|record| inspected(plan, inspects, record)).filter(|one| one.date <= as_of).collect())
        },
    )
}

/// What an inspection says of a record; none where it is not about one, or for an indicator that the plan does not have.
fn inspected(plan: &Plan, inspects: Inspects, record: &Revision) -> Option<Inspected> {
    let cell = |field: usize| record.values[field].as_str();
    let indicator = match cell(inspects.indicator) {
        "" => None,
        id => Some(plan.indicators.iter().position(|indicator| indicator.id == id)?),
    };
    Some(Inspected {
        record: Id::from_bytes(cell(inspects.record).as_bytes())?,
        indicator,
        date: record.date()?,
        claimed: integer(cell(inspects.claimed).as_bytes())?,
        accepted: integer(cell(inspects.accepted).as_bytes())?,
    })
}
