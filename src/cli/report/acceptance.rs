//! `culture report acceptance`: what was claimed, what inspections struck of it, and what is left.

use super::{common, deliver};
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::inspect;
use crate::cli::options;
use crate::county::counting::{CountyCounter, SkippedLedgers, StatusQuery};
use crate::county::county::{County, Ledger};
use crate::county::search::Search;
use crate::figures::acceptance::{IndicatorAcceptance, Inspection, disallow};
use crate::figures::tally::scale;
use crate::ledger::records;
use crate::report::{Block, Report};
use crate::schema::kind::InspectionFields;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use crate::schema::record::{RecordState, Revision, integer};
use clap::{ArgMatches, Command};
use std::collections::HashMap;

/// The report.
pub(super) const VERB: Verb = Verb {
    name: "acceptance",
    about: Text::new("验收：上报、抽查、核减、认定", "Show figures reported, disallowed and accepted"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let unchecked = Text::new("列出尚未抽查的记录", "List the records not checked yet");
    Ok(common(command, call).arg(options::flag(call.lang, "unchecked", &unchecked)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let county = &county.seen_by(matches.get_flag("public"));
        let as_of = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, as_of)?;
        acceptance(county, (as_of, known), threads, matches.get_flag("unchecked"))
    })?;
    deliver(call, &report, matches)
}

fn acceptance(
    county: &County<'_>,
    (as_of, known): (Day, Option<Instant>),
    threads: usize,
    unchecked: bool,
) -> Result<Report> {
    let year = county.some_plan_year(as_of)?;
    let (plan, kinds) = county.plan(year, known)?;
    let calendar = county.calendar()?;
    let asked = StatusQuery { as_of, known, month: None, year, township: None };
    let skipped = SkippedLedgers::new(false);
    let figures = CountyCounter { county, asked: &asked, threads, skipped: &skipped }.figures(&plan, &kinds)?;
    let struck = inspection_results(county, (&plan, &kinds), &asked, threads)?;
    let status = asked.status(county, &plan, &calendar, &figures);
    let mut report = status.acceptance(&struck);
    if unchecked {
        let called = record_labels(county, (&plan, &kinds), known, threads)?;
        let table = status.unchecked(&struck, &|id| called.get(&id).cloned().unwrap_or_default());
        report.blocks.push(Block::Table(table));
    }
    Ok(report)
}

/// Of each indicator of a plan the records that add to it, which were inspected, and what was struck of them.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(in crate::cli) fn inspection_results(
    county: &County<'_>,
    (plan, kinds): (&Plan, &Kinds),
    asked: &StatusQuery,
    threads: usize,
) -> Result<Vec<IndicatorAcceptance>> {
    let skipped = SkippedLedgers::new(false);
    let traced = CountyCounter { county, asked, threads, skipped: &skipped }.traced(plan, kinds)?;
    let inspections = inspections(county, plan, (asked.as_of, asked.known), threads)?;
    let units: Vec<i64> = traced.places.iter().map(|places| scale(*places)).collect();
    Ok(disallow(&traced, &inspections, &units))
}

/// What the records that the targets count are called.
fn record_labels(
    county: &County<'_>,
    (plan, kinds): (&Plan, &Kinds),
    known: Option<Instant>,
    threads: usize,
) -> Result<HashMap<Id, Text>> {
    let counted = |ledger: &Ledger| {
        plan.indicators.iter().any(|indicator| indicator.target.is_some() && indicator.kind == ledger.kind)
    };
    let all = Search::new(county, kinds, threads).each(counted, |_, source| {
        Ok(records(source, known)?.iter().map(|record| (record.id, record.display_label(source.kind))).collect())
    })?;
    Ok(all.into_iter().collect())
}

/// The inspections of records up to the as-of day, as they stand or as known, by ledger.
fn inspections(
    county: &County<'_>,
    plan: &Plan,
    (as_of, known): (Day, Option<Instant>),
    threads: usize,
) -> Result<Vec<Inspection>> {
    let kinds = county.kinds(None)?;
    let (kind, inspects) = inspect::kind(&kinds)?;
    Search::new(county, &kinds, threads).each(
        |ledger| ledger.kind == kind.id,
        |_, source| {
            let all = records(source, known)?;
            let live = all.iter().filter(|record| record.state == RecordState::Live);
            Ok(live
                .filter_map(|record| inspection_of(plan, inspects, record))
                .filter(|one| one.date <= as_of)
                .collect())
        },
    )
}

/// What an inspection says of a record; none where it is not about one, or for an indicator that the plan does not have.
fn inspection_of(plan: &Plan, inspects: InspectionFields, record: &Revision) -> Option<Inspection> {
    let cell = |field: usize| record.values[field].as_str();
    let indicator = match cell(inspects.indicator) {
        "" => None,
        id => Some(plan.indicators.iter().position(|indicator| indicator.id == id)?),
    };
    Some(Inspection {
        record: Id::from_bytes(cell(inspects.record).as_bytes())?,
        indicator,
        date: record.date()?,
        claimed: integer(cell(inspects.claimed).as_bytes())?,
        accepted: integer(cell(inspects.accepted).as_bytes())?,
    })
}
