//! `culture lagging`: who falls behind, by which of the plan's rules, with the figures and the records behind them.

use super::frame::{Call, Verb};
use super::options::{self, flag, option};
use crate::base::day::Day;
use crate::base::fault::{Exit, Result};
use crate::base::text::Text;
use crate::county::counting::{CountyCounter, SkippedLedgers, StatusQuery};
use crate::county::county::County;
use crate::county::monthly_reports;
use crate::county::search::Search;
use crate::figures::supervision::{FiledReport, Finding, FindingKey, SupervisionReview};
use crate::figures::tally::Contribution;
use crate::report::lagging::LaggingReport;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::Plan;
use clap::{ArgMatches, Command};

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "lagging",
    about: Text::new("列出滞后单位和所依据的规则", "List the townships that are behind, and why"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let plan = option(lang, "plan", &Text::new("年份", "YEAR"), &Text::new("哪一年的方案", "Year of the plan"));
    Ok(command
        .arg(options::township(lang))
        .arg(options::today(lang))
        .arg(options::known(lang))
        .arg(plan)
        .arg(options::format(lang))
        .arg(options::output(lang))
        .arg(flag(lang, "check", &Text::new("有滞后单位时退出码为 3", "Exit with 3 if any township is behind"))))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let (report, as_of, found) = call.look(|county| {
        let asked = StatusQuery::read(county, matches, now)?;
        let (plan, findings) = findings(county, &asked, threads)?;
        let (townships, as_of, known) = (county.in_order(), asked.as_of, asked.known);
        let lagging = LaggingReport { plan: &plan, townships, findings: &findings, as_of, known };
        Ok((lagging.report(), as_of, !findings.is_empty()))
    })?;
    call.style.made = as_of;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(if matches.get_flag("check") && found { Exit::Found } else { Exit::Done })
}

/// Lets `look` judge the townships as of the day asked for.
fn with_review<T>(
    county: &County<'_>,
    asked: &StatusQuery,
    threads: usize,
    look: impl FnOnce(SupervisionReview<'_>, &CountyCounter<'_>, &Kinds) -> Result<T>,
) -> Result<(Plan, T)> {
    let (plan, kinds) = county.plan(asked.year, asked.known)?;
    let calendar = county.calendar()?;
    let skipped = SkippedLedgers::new(false);
    let counting = CountyCounter { county, asked, threads, skipped: &skipped };
    let figures = counting.figures(&plan, &kinds)?;
    let (townships, as_of) = (county.in_order(), asked.as_of);
    let judged = SupervisionReview { plan: &plan, calendar: &calendar, townships, figures: &figures, as_of };
    let seen = look(judged, &counting, &kinds)?;
    Ok((plan, seen))
}

/// What the plan's rules find, of all townships or of the one asked for, each with its records.
///
/// # Errors
/// Whatever is wrong with the plan, a kind or a ledger.
pub(super) fn findings(county: &County<'_>, asked: &StatusQuery, threads: usize) -> Result<(Plan, Vec<Finding>)> {
    with_review(county, asked, threads, |judged, counting, kinds| {
        let mut found = judged.findings();
        found.retain(|finding| asked.township.is_none_or(|township| township == finding.township));
        let counted = contributions_to(counting, judged.plan, kinds, &found)?;
        let search = Search::new(county, kinds, threads);
        let about_reports = found.iter().any(|finding| !finding.ground.reports().is_empty());
        let reports = if about_reports { reports_received(&search, judged.plan, asked)? } else { Vec::new() };
        for finding in &mut found {
            finding.name_records(&counted, &reports, judged.as_of);
        }
        Ok(found)
    })
}

/// Of what was found of a township on a day, what still holds on the day asked for.
///
/// # Errors
/// Whatever is wrong with the plan, a kind or a ledger.
pub(super) fn still_lagging(
    county: &County<'_>,
    asked: &StatusQuery,
    threads: usize,
    (keys, township, since): (&[FindingKey], usize, Day),
) -> Result<(Plan, Vec<FindingKey>)> {
    with_review(county, asked, threads, |judged, _, _| {
        Ok(judged.unresolved(keys, township, since).into_iter().cloned().collect())
    })
}

/// What makes the figures that the findings are about; nothing else need be read.
fn contributions_to(
    counting: &CountyCounter<'_>,
    plan: &Plan,
    kinds: &Kinds,
    found: &[Finding],
) -> Result<Vec<Contribution>> {
    let mut wanted: Vec<usize> =
        found.iter().filter_map(|finding| Some(finding.ground.shortfall()?.indicator)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut part = plan.clone();
    part.indicators = wanted.iter().map(|&at| plan.indicators[at].clone()).collect();
    (part.arrangement, part.monthly, part.money) = (None, None, None);
    let mut done = counting.traced(&part, kinds)?.done;
    for one in &mut done {
        one.indicator = wanted[one.indicator];
    }
    Ok(done)
}

/// The monthly reports on record that had come by the as-of day.
fn reports_received(search: &Search<'_>, plan: &Plan, asked: &StatusQuery) -> Result<Vec<FiledReport>> {
    let came = |date: Day| date <= asked.as_of;
    let all = monthly_reports::reports(search, plan, asked.known)?.into_iter();
    let report = |(filing, id): (crate::figures::tally::Filing, _)| {
        filing.month.filter(|_| came(filing.date)).map(|month| FiledReport { township: filing.township, month, id })
    };
    Ok(all.filter_map(report).collect())
}
