//! `culture close MONTH`: the figures of a month as issued.

use super::frame::{Call, Verb};
use super::options::{self, option, positional, required, text};
use super::writing::{WriteArgs, write};
use crate::base::fault::{Exit, Fault, Level};
use crate::base::text::Text;
use crate::county::closing::close_month;
use crate::county::view::Viewpoint;
use crate::render::OutputFormat;
use crate::schema::parse::plain_text;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `close`
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

/// What is asked of `close`.
struct CloseArgs {
    of: String,
    /// Why it is closed although something is lacking.
    despite: Option<String>,
    point: Viewpoint,
    writing: WriteArgs,
}

impl CloseArgs {
    fn read(matches: &ArgMatches) -> CloseArgs {
        CloseArgs {
            of: required(matches, "of"),
            despite: text(matches, "despite"),
            point: options::day_point(matches),
            writing: WriteArgs::read(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = CloseArgs::read(matches);
    let despite = args.despite.as_deref().map(plain_text).transpose()?.filter(|reason| !reason.is_empty());
    let closed = write(call, &args.writing, &args.point, |view, draft, _| {
        let today = view.today;
        let month = view.county.parse_month(&args.of, today)?;
        if month.last() >= today {
            return Fault::usage(
                "future-date",
                text!("{month} 还没有结束（今天 {today}）", "{month} is not over yet (today is {today})"),
            )
            .hint(text!("月底过后再定稿", "close it after the end of the month"))
            .fail();
        }
        close_month(view, draft, month, despite)
    })?;
    let warnings: Vec<Fault> =
        closed.lacking.into_iter().map(|fault| Fault { level: Level::Warning, ..fault }).collect();
    call.warn(&warnings);
    call.say(&closed.page, OutputFormat::Table)?;
    let path = closed.path;
    call.acknowledge(&text!("已定稿：{path}", "closed: {path}"))?;
    Ok(Exit::Done)
}
