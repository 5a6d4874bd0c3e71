//! `culture report coverage`: whom the records reached, what is still empty, which villages and how often, households.

use super::{common, deliver};
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Exit, Fault, Faults, Result};
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::{init, options};
use crate::county::counting::{CountyCounter, SkippedLedgers, StatusQuery};
use crate::county::county::County;
use crate::county::search::Search;
use crate::figures::coverage::{self, CoverageCounts, CoverageRule, township_figures};
use crate::render::OutputFormat;
use crate::report::Report;
use crate::report::coverage::{CoverageReport, Households};
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use clap::{ArgMatches, Command};

/// The report.
pub(super) const VERB: Verb = Verb {
    name: "coverage",
    about: Text::new("覆盖情况：各类、各村各单位、入户", "Show who was reached, and the gaps"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    Ok(common(command, call))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let whole = match options::requested_format(matches) {
        OutputFormat::Csv | OutputFormat::Xlsx | OutputFormat::Json => true,
        OutputFormat::Table | OutputFormat::Markdown | OutputFormat::Ids => false,
    };
    let report = call.look(|county| {
        let county = &county.seen_by(matches.get_flag("public"));
        let as_of = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, as_of)?;
        coverage(county, (as_of, known), threads, whole)
    })?;
    deliver(call, &report, matches)
}

fn coverage(
    county: &County<'_>,
    (as_of, known): (Day, Option<Instant>),
    threads: usize,
    whole: bool,
) -> Result<Report> {
    let year = county.plan_year(as_of).unwrap_or(as_of.year());
    let (plan, kinds) = county.plan(year, known)?;
    let Some(coverage) = &plan.coverage else { return Err(no_coverage(year)) };
    let rule = CoverageRule::new(coverage, kinds.find(&coverage.kind)?)?;
    let asked = coverage::CoverageQuery { year, as_of, known };
    let townships = county.in_order();
    let found = Search::new(county, &kinds, threads).each(
        |ledger| ledger.kind == rule.kind.id && ledger.year == year,
        |ledger, source| Ok(vec![rule.count_ledger(source, ledger.township, townships, asked)?]),
    )?;
    let mut covered = CoverageCounts::default();
    found.into_iter().try_for_each(|one| covered.merge(one))?;
    let households = coverage.households.as_deref();
    let households = households.and_then(|id| plan.indicators.iter().position(|indicator| indicator.id == id));
    let households = households.map(|at| households_of(county, (&plan, at), &kinds, asked, threads)).transpose()?;
    let made = CoverageReport {
        county: &county.settings.county,
        plan: &plan,
        rule: &rule,
        townships,
        covered: &covered,
        households: households.as_ref(),
        as_of,
        known,
        whole,
    };
    Ok(made.report())
}

fn households_of(
    county: &County<'_>,
    (plan, indicator): (&Plan, usize),
    kinds: &Kinds,
    coverage::CoverageQuery { year, as_of, known }: coverage::CoverageQuery,
    threads: usize,
) -> Result<Households> {
    let mut alone = plan.clone();
    // Nothing else need be read.
    alone.indicators = vec![plan.indicators[indicator].clone()];
    (alone.arrangement, alone.monthly) = (None, None);
    let asked = StatusQuery { as_of, known, month: None, year, township: None };
    let skipped = SkippedLedgers::new(false);
    let traced = CountyCounter { county, asked: &asked, threads, skipped: &skipped }.traced(&alone, kinds)?;
    let places = traced.places.first().copied().unwrap_or(0);
    Ok(Households { indicator, townships: township_figures(&traced, county.in_order().len(), as_of), places })
}

/// A plan that does not say where to look; the program's own plan says how it could.
fn no_coverage(year: Year) -> Faults {
    let table = init::PLAN.lines().skip_while(|line| *line != "[coverage]").take_while(|line| !line.is_empty());
    let table = Text::same(table.fold(String::new(), |table, line| table + "\n  " + line));
    Fault::usage(
        "unsorted",
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
