//! `culture due`: what is due next and from whom; the plan's year as a calendar.

use super::frame::{Call, Verb};
use super::options::{self, flag, option};
use crate::base::day::Day;
use crate::base::fault::{Exit, Result};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::county::County;
use crate::render::ics;
use crate::report::Report;
use crate::report::due::DueDates;
use crate::store::write_out;
use clap::{ArgMatches, Command, value_parser};

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "due",
    about: Text::new("查看近期到期事项和未报单位，拟催报文字", "Show what is due and from whom, or make a calendar"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let days = option(
        lang,
        "days",
        &Text::new("天数", "N"),
        &Text::new("多少天以内的（默认 31）", "Days to look ahead (default 31)"),
    );
    let calendar = Text::new("生成全年日历，供手机和办公软件导入", "Print the year's dates as an iCalendar file");
    Ok(command
        .arg(options::today(lang))
        .arg(days.allow_negative_numbers(true).value_parser(value_parser!(i32).range(0..=3660)))
        .arg(flag(lang, "ics", &calendar))
        .arg(options::format(lang))
        .arg(options::output(lang)))
}

/// What a look at the dates gives: a report, or a calendar's bytes.
enum DueOutput {
    Report(Box<Report>),
    Calendar(Vec<u8>),
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads, lang) = (call.world.now, call.world.threads, call.lang);
    let days = matches.get_one::<i32>("days").copied().unwrap_or(31);
    let seen = call.look(|county| {
        let as_of = county.as_of(matches.get_one("today"), now)?;
        if matches.get_flag("ics") {
            with_dates(county, as_of, threads, |dates| {
                DueOutput::Calendar(ics(&dates.items(), &dates.plan.title, dates.plan.year, lang))
            })
        } else {
            with_dates(county, as_of, threads, |dates| DueOutput::Report(Box::new(dates.report(days))))
        }
    })?;
    match (seen, matches.get_one::<String>("output")) {
        (DueOutput::Report(report), file) => call.deliver(&report, options::requested_format(matches), file)?,
        (DueOutput::Calendar(bytes), Some(file)) => write_out(&call.world.dir.join(file), &bytes)?,
        (DueOutput::Calendar(bytes), None) => call.write(&bytes)?,
    }
    Ok(Exit::Done)
}

/// Lets `look` see what is due in the plan of a day.
///
/// # Errors
/// There is no plan; whatever is wrong with a ledger.
pub(super) fn with_dates<T>(
    county: &County<'_>,
    as_of: Day,
    threads: usize,
    look: impl FnOnce(DueDates<'_>) -> T,
) -> Result<T> {
    let year = county.some_plan_year(as_of)?;
    let (plan, kinds) = county.plan(year, None)?;
    let figures = crate::county::counting::figures(county, &plan, &kinds, as_of, threads)?;
    let (calendar, closed) = (county.calendar()?, closings::months(county));
    let townships = county.in_order();
    let filings = &figures.filings;
    Ok(look(DueDates { plan: &plan, calendar: &calendar, townships, filings, closed: &closed, as_of }))
}
