//! What a new clerk must know on a day: what is due, promised, behind, not closed.

use super::acceptance::inspection_results;
use super::deadlines::with_dates;
use super::evidence::records_without_evidence;
use super::plans::YearPlan;
use super::search::Search;
use super::supervision::findings;
use super::view::View;
use super::{County, closings, notices};
use crate::base::day::{Day, Month};
use crate::base::fault::Result;
use crate::base::number::Numbered as _;
use crate::report::Report;
use crate::report::closing::verification;
use crate::report::handover::{Handover, UnverifiedRecords};
use crate::schema::plan::Plan;
use std::collections::BTreeMap;

/// How many days are looked ahead.
const AHEAD: i32 = 31;

/// The page for a new clerk.
///
/// # Errors
/// There is no plan; whatever is wrong with it, a kind, a closing or a ledger.
pub(crate) fn handover(view: &View<'_>) -> Result<Report> {
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
        closings: verification(&closings::verify(county, None)?).seen_by(county.public),
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
