//! `culture close MONTH`: the figures of a month as issued.

use super::check::check_everything;
use super::frame::{Call, Verb};
use super::options::{self, option, positional};
use super::writing::write;
use crate::base::day::{Day, Instant, Month};
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::county::closings;
use crate::county::county::County;
use crate::county::draft::ChangeDraft;
use crate::figures::closing::{Closing, ClosingHead, issue};
use crate::figures::deadline;
use crate::ledger::Seal;
use crate::render::OutputFormat;
use crate::report::Report;
use crate::report::closing::page;
use crate::schema::parse::plain_text;
use clap::{ArgMatches, Command};
use std::collections::BTreeMap;

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "close",
    about: Text::new("月度定稿：留存上报的数字", "Close a month and keep its figures as issued"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let month = Text::new("如 5月、上月", "Month, e.g. 2018-05");
    let month = positional(lang, "of", &Text::new("月份", "MONTH"), &month).required(true);
    let despite = Text::new("未齐仍要定稿的原因", "Close despite missing reports, giving a reason");
    let despite = option(lang, "despite", &Text::new("原因", "REASON"), &despite);
    Ok(options::writing(lang, command.arg(month).arg(options::today(lang)).arg(despite)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let despite = matches.get_one::<String>("despite").map(|text| plain_text(text)).transpose()?;
    let (page, path, lacking) = write(call, matches, |county, draft, call| {
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let word = matches.get_one::<String>("of").map_or("", String::as_str);
        let month = closings::month(county, word, today)?;
        if month.last() >= today {
            return Fault::usage(
                "unsorted",
                text!("{month} 还没有结束（今天 {today}）", "{month} is not over yet (today is {today})"),
            )
            .hint(text!("月底过后再定稿", "close it after the end of the month"))
            .fail();
        }
        close_month(county, draft, (month, today), despite, call.world.threads)
    })?;
    let warnings: Vec<Fault> = lacking.into_iter().map(|fault| Fault { level: Level::Warning, ..fault }).collect();
    call.warn(&warnings);
    call.say(&page, OutputFormat::Table)?;
    call.acknowledge(&text!("已定稿：{path}", "closed: {path}"))?;
    Ok(Exit::Done)
}

/// Drafts the closing; its page, its path, and what was lacking although it was closed.
fn close_month(
    county: &County<'_>,
    draft: &mut ChangeDraft,
    (month, today): (Month, Day),
    despite: Option<String>,
    threads: usize,
) -> Result<(Report, String, Vec<Fault>)> {
    let (plan, kinds) = county.plan(month.year, None)?;
    let figures = closings::figures(county, (&plan, &kinds), (month, None), threads)?;
    let (townships, calendar) = (county.in_order(), county.calendar()?);
    let rule = plan.monthly.as_ref().filter(|rule| (rule.first_month..=rule.last_month).contains(&month));
    let reports = rule.map(|rule| {
        let due = (rule.planned_day(month), rule.due_day(month, &calendar));
        deadline::month_deadline(month, due, townships, &figures.filings, today)
    });
    let lacking = missing_items(county, month, reports.as_ref(), threads)?;
    let despite = despite.filter(|reason| !reason.is_empty() && !lacking.is_empty());
    if !lacking.is_empty() && despite.is_none() {
        return Err(refuse_closing(month, lacking));
    }
    let all = county.kinds(None)?;
    let closed_at = draft.settle(county, latest_entry(county, &all, threads)?)?;
    let mut ledgers: BTreeMap<String, Seal> = BTreeMap::new();
    for (path, seal) in closings::seals(county, &all, closed_at, threads)? {
        let seal = seal?;
        if seal.rows > 0 {
            ledgers.insert(path, seal);
        }
    }
    let (text, file) = county.plan_text(month.year, None)?;
    let (closed_by, name) = (draft.stamp.by.clone(), county.settings.county.clone());
    let closing = Closing {
        head: ClosingHead { month, county: name, closed_at, closed_by, as_of: today, despite },
        plan: (file, text.replace("\r\n", "\n")),
        kinds: closings::kinds(county, &all)?,
        townships: townships.to_vec(),
        issued: issue(&plan, townships, &figures, month, reports.as_ref()),
        ledgers,
        intact: true,
    };
    let number =
        closings::paths(county).range((month, 0)..=(month, u32::MAX)).next_back().map_or(1, |((_, n), _)| n + 1);
    let path = DataPath::Closing { month, number }.to_string();
    draft.put(path.clone(), closing.to_toml());
    Ok((page(&closing, &plan), path, lacking))
}

/// What is lacking: reports, and whatever a check finds wrong.
fn missing_items(
    county: &County<'_>,
    month: Month,
    reports: Option<&deadline::Deadline>,
    threads: usize,
) -> Result<Vec<Fault>> {
    let mut lacking = check_everything(county.snapshot, threads, Level::Error)?.faults;
    let without: Vec<Text> = reports
        .into_iter()
        .flat_map(|deadline| deadline.townships.iter().filter(|filed| filed.state.is_lacking()))
        .map(|filed| Text::same(&county.in_order()[filed.township].name))
        .collect();
    if !without.is_empty() {
        let (count, list) = (without.len(), Text::list(&without));
        let what = text!("{month} 月报缺报 {count} 份：{list}", "reports missing for {month} ({count}): {list}", list);
        let hint = text!("登记：culture submit {month} -t 单位", "to record one: culture submit {month} -t TOWNSHIP");
        lacking.insert(0, Fault::new("unsorted", what).hint(hint));
    }
    Ok(lacking)
}

fn refuse_closing(month: Month, mut lacking: Vec<Fault>) -> Faults {
    let count = lacking.len();
    let what = text!("{month} 未定稿：还有 {count} 项未齐", "{month} was not closed: {count} still missing");
    let hint = text!("补齐后再定稿，或加 --despite 原因", "fix them, or pass --despite REASON");
    lacking.push(Fault::new("unsorted", what).hint(hint));
    Faults(lacking)
}

/// The last time at which a row entered any ledger.
fn latest_entry(
    county: &County<'_>,
    kinds: &crate::schema::kind::load::Kinds,
    threads: usize,
) -> Result<Option<Instant>> {
    let ledgers = county.ledgers()?;
    let work = |last: &mut Option<Instant>, ledger: &crate::county::county::Ledger, buffer: &mut Vec<u8>| {
        let Some(kind) = kinds.get(&ledger.kind) else { return Ok(()) };
        county.snapshot.read_into(&ledger.path, buffer)?;
        crate::ledger::walk(ledger.source(kind, buffer), None, |row, _| {
            *last = (*last).max(Some(row.entered_at));
            Ok(())
        })
    };
    Ok(crate::store::scan(&ledgers, threads, || None, work)?.into_iter().flatten().max())
}
