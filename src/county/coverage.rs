//! Whom the records reached by the plan's rule: counted in the ledgers, households beside them.

use super::plans::{FIRST_PLAN, YearPlan, with_indicators_alone};
use super::search::Search;
use super::view::View;
use crate::base::day::Year;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::text::Text;
use crate::figures::coverage::{CoverageCounts, CoverageQuery, CoverageRule, township_figures};
use crate::report::Report;
use crate::report::coverage::{CoverageReport, Households};
use crate::schema::plan::IndicatorNo;

/// Whom the records reached; of villages and units every one where the `whole` is wanted, else as many as people read.
///
/// # Errors
/// The plan does not say from which records; whatever is wrong with it, a kind or a ledger.
pub(crate) fn coverage(view: &View<'_>, whole: bool) -> Result<Report> {
    let county = view.county;
    let year = view.plan_year()?;
    let YearPlan { plan, kinds } = view.plan()?;
    let Some(coverage) = &plan.coverage else { return Err(no_coverage(year)) };
    let rule = CoverageRule::new(coverage, kinds.find(&coverage.kind)?)?;
    let asked = CoverageQuery { year, as_of: view.as_of, known: view.known };
    let townships = county.in_order();
    let found = Search::new(county, kinds).each(
        |ledger| ledger.kind == rule.kind.id && ledger.year == year,
        |ledger, source| Ok(vec![rule.count_ledger(source, ledger.township, townships, asked)?]),
    )?;
    let mut covered = CoverageCounts::default();
    found.into_iter().try_for_each(|one| covered.merge(one))?;
    let households = coverage.households.as_deref();
    let households = households.and_then(|id| plan.indicator_no(id));
    let households = households.map(|at| households_of(view, at)).transpose()?;
    let made = CoverageReport {
        county: &county.settings.county,
        plan,
        rule: &rule,
        townships,
        covered: &covered,
        households: households.as_ref(),
        as_of: view.as_of,
        known: view.known,
        whole,
    };
    Ok(made.report())
}

fn households_of(view: &View<'_>, indicator: IndicatorNo) -> Result<Households> {
    let YearPlan { plan, kinds } = view.plan()?;
    let traced = view.trace(&with_indicators_alone(plan, &[indicator]), kinds)?;
    let places = traced.places[0];
    let townships = township_figures(&traced, view.county.in_order().len(), view.as_of);
    Ok(Households { indicator, townships, places })
}

/// A plan that does not say where to look; the program's own plan says how it could.
fn no_coverage(year: Year) -> Faults {
    let table = FIRST_PLAN.lines().skip_while(|line| *line != "[coverage]").take_while(|line| !line.is_empty());
    let table = Text::same(table.fold(String::new(), |table, line| table + "\n  " + line));
    Fault::usage(
        "no-coverage-rule",
        text!(
            "{year} 年方案没有写明覆盖情况从哪类台账统计",
            "the {year} plan does not say which records coverage is counted from"
        ),
    )
    .hint(text!(
        "在 plans/{year}.toml 末尾加上（按本县情况改）：{table}",
        "add this to the end of plans/{year}.toml, adapted to your county:{table}",
        table
    ))
    .into()
}
