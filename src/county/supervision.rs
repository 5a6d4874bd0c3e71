//! Who falls behind by the plan's rules, with the records behind what is found.

use super::monthly_reports;
use super::plans::{YearPlan, with_indicators_alone};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::Result;
use crate::figures::supervision::{FiledReport, Finding, FindingKey, SupervisionReview};
use crate::figures::tally::Contribution;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::{IndicatorNo, Plan};
use crate::schema::township::TownshipNo;

/// The townships judged by the plan's rules as of a day.
fn review<'a>(view: &'a View<'_>) -> Result<SupervisionReview<'a>> {
    Ok(SupervisionReview {
        plan: &view.plan()?.plan,
        calendar: view.calendar()?,
        townships: view.county.in_order(),
        figures: view.figures()?,
        as_of: view.as_of,
    })
}

/// What the plan's rules find, of all townships or of the one asked for, each with its records.
///
/// # Errors
/// Whatever is wrong with the plan, a kind or a ledger.
pub(crate) fn findings(view: &View<'_>) -> Result<Vec<Finding>> {
    let YearPlan { plan, kinds } = view.plan()?;
    let mut found = review(view)?.findings();
    found.retain(|finding| view.township.is_none_or(|township| township == finding.township));
    let counted = contributions_to(view, plan, kinds, &found)?;
    let about_reports = found.iter().any(|finding| !finding.ground.reports().is_empty());
    let reports = if about_reports { reports_received(view)? } else { Vec::new() };
    for finding in &mut found {
        finding.name_records(&counted, &reports, view.as_of);
    }
    Ok(found)
}

/// Of what was found of a township on a day, what still holds on the day asked for.
///
/// # Errors
/// Whatever is wrong with the plan, a kind or a ledger.
pub(crate) fn unresolved(
    view: &View<'_>,
    keys: &[FindingKey],
    township: TownshipNo,
    since: Day,
) -> Result<Vec<FindingKey>> {
    Ok(review(view)?.unresolved(keys, township, since).into_iter().cloned().collect())
}

/// What makes the figures that the findings are about; nothing else need be read.
fn contributions_to(view: &View<'_>, plan: &Plan, kinds: &Kinds, found: &[Finding]) -> Result<Vec<Contribution>> {
    let mut wanted: Vec<IndicatorNo> =
        found.iter().filter_map(|finding| Some(finding.ground.shortfall()?.indicator)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut done = view.trace(&with_indicators_alone(plan, &wanted), kinds)?.done;
    for one in &mut done {
        one.indicator = wanted[one.indicator];
    }
    Ok(done)
}

/// The monthly reports on record that had come by the as-of day.
fn reports_received(view: &View<'_>) -> Result<Vec<FiledReport>> {
    let mut received = Vec::new();
    for (filing, id) in monthly_reports::reports(view)? {
        if let Some(month) = filing.month.filter(|_| filing.date <= view.as_of) {
            received.push(FiledReport { township: filing.township, month, id });
        }
    }
    Ok(received)
}
