//! `culture due`: what is due next and from whom; the plan's year as a calendar.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, flag, option};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::deadlines::with_dates;
use crate::county::view::Viewpoint;
use crate::render::ics;
use anyhow::Result;
use clap::{ArgMatches, Command, value_parser};

/// `due`
pub(super) const VERB: Verb = Verb {
    name: "due",
    about: Text::new("查看近期到期事项和未报单位，拟催报文字", "Show what is due and from whom, or make a calendar"),
    arguments,
    run,
};

/// How many days are looked ahead, where that is not said.
const AHEAD: i32 = 31;

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
        .args(options::shown(lang))
        .args(options::output(lang)))
}

/// What is asked of `due`.
struct DueArgs {
    point: Viewpoint,
    days: i32,
    /// The plan's year as a calendar.
    ics: bool,
    delivery: Delivery,
}

impl DueArgs {
    fn read(matches: &ArgMatches) -> DueArgs {
        DueArgs {
            point: options::day_point(matches),
            days: matches.get_one::<i32>("days").copied().unwrap_or(AHEAD),
            ics: matches.get_flag("ics"),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = DueArgs::read(matches);
    if args.ics {
        return write_calendar(call, &args);
    }
    let report = call.look(&args.point, |view| with_dates(view, |dates| dates.report(args.days)))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn write_calendar(call: &mut Call<'_>, args: &DueArgs) -> Result<Exit> {
    let lang = call.lang;
    let bytes = call.look(&args.point, |view| {
        with_dates(view, |dates| ics(&dates.items(), &dates.plan.title, dates.plan.year, lang))
    })?;
    match &args.delivery.file {
        Some(asked) => call.deliver_file(asked, &bytes)?,
        None => call.write(&bytes)?,
    }
    Ok(Exit::Done)
}
