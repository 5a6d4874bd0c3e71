//! `culture status`: how far each target is on a day.

use super::frame::{Call, Verb};
use super::options::{self, flag, option};
use crate::base::day::{Day, Instant, Year};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::counting::{CountyCounter, SkippedLedgers, StatusQuery};
use crate::county::county::County;
use crate::render::OutputFormat;
use crate::report::{Block, Report};
use crate::schema::parse;
use clap::{ArgMatches, Command};

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "status",
    about: Text::new("查看各项任务进度、到期事项和未报单位", "Show how far each target is, what is due, who is late"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let month = option(
        lang,
        "month",
        &Text::new("月份", "MONTH"),
        &Text::new("到某月底为止，并列当月数", "As of the month's end, with that month's figures"),
    );
    let plan = option(lang, "plan", &Text::new("年份", "YEAR"), &Text::new("哪一年的方案", "Year of the plan"));
    Ok(command
        .arg(options::township(lang))
        .arg(month)
        .arg(options::today(lang))
        .arg(options::known(lang))
        .arg(plan)
        .arg(flag(lang, "by-month", &Text::new("指标×月份", "Show indicators by month")))
        .arg(
            flag(lang, "by-township", &Text::new("单位×指标", "Show townships by indicator"))
                .conflicts_with("by-month"),
        )
        .arg(options::public(lang))
        .arg(options::format(lang))
        .arg(options::output(lang))
        .arg(flag(
            lang,
            "check",
            &Text::new("有滞后或未报时退出码为 3", "Exit with 3 if anything is behind or missing"),
        ))
        .arg(flag(lang, "skip-bad", &Text::new("跳过读不全的台账并注明", "Skip unreadable ledgers, and say so"))))
}

impl StatusQuery {
    /// What `--today`, `--known`, `--month`, `--plan` and `--township` ask for.
    ///
    /// # Errors
    /// One of them cannot be read; there is no plan.
    pub(super) fn read(county: &County<'_>, matches: &ArgMatches, now: Instant) -> Result<StatusQuery> {
        let mut as_of = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, as_of)?;
        let mut year = match matches.get_one::<String>("plan") {
            Some(text) => Some(Year::from_iso(text.trim().as_bytes()).ok_or_else(|| {
                Fault::usage("unsorted", text!("“{text}”不是年份", "“{text}” is not a year"))
                    .hint(text!("请写四位数字的年份", "write it like 2018"))
            })?),
            None => county.plan_year(as_of),
        };
        let month = match matches.try_get_one::<String>("month").ok().flatten() {
            Some(text) => Some(parse::month(text, as_of, year.unwrap_or(as_of.year()))?),
            None => None,
        };
        if let Some(month) = month {
            as_of = as_of.min(month.last());
            year = if matches.contains_id("plan") { year } else { county.plan_year(month.first()) };
        }
        let township = matches.get_one::<String>("township").map(|word| county.townships.find(word)).transpose()?;
        let year = year.map_or_else(|| county.some_plan_year(as_of), Ok)?;
        Ok(StatusQuery {
            as_of,
            known,
            month,
            year,
            township: township.map(|township| county.township_index(&township.id)),
        })
    }
}

/// What a status comes to.
struct StatusAnswer {
    report: Report,
    as_of: Day,
    failing: bool,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let answer = call.look(|county| {
        let county = &county.seen_by(matches.get_flag("public"));
        let asked = StatusQuery::read(county, matches, now)?;
        let skipped = SkippedLedgers::new(matches.get_flag("skip-bad"));
        let mut answer = answer(county, &asked, matches, threads, &skipped)?;
        skipped.say(&mut answer.report);
        Ok(answer)
    })?;
    let format = options::requested_format(matches);
    call.style.made = answer.as_of;
    call.deliver(&answer.report, format, matches.get_one("output"))?;
    Ok(if matches.get_flag("check") && answer.failing { Exit::Found } else { Exit::Done })
}

fn answer(
    county: &County<'_>,
    asked: &StatusQuery,
    matches: &ArgMatches,
    threads: usize,
    skipped: &SkippedLedgers,
) -> Result<StatusAnswer> {
    let (plan, kinds) = county.plan(asked.year, asked.known)?;
    let calendar = county.calendar()?;
    let counting = CountyCounter { county, asked, threads, skipped };
    let figures = counting.figures(&plan, &kinds)?;
    let status = asked.status(county, &plan, &calendar, &figures);
    let mut report = match asked.township {
        Some(township) => status.township_page(township, &counting.month_counts(&plan, &figures, township)?),
        None if matches.get_flag("by-month") => status.by_month(),
        None if matches.get_flag("by-township") => status.by_township(),
        None => status.page(),
    };
    if options::requested_format(matches) == OutputFormat::Json {
        report.json = Some(status.json());
    }
    let corrected = closings::corrections(county, &plan, &figures, (asked.as_of, asked.known))?;
    report.blocks.extend(corrected.into_iter().chain(counting.still_open(&plan)?).map(Block::Line));
    Ok(StatusAnswer { report, as_of: asked.as_of, failing: status.is_failing() })
}
