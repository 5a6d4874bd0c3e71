//! `culture notice list`: which notices are open, overdue or done with.

use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::cli::frame::{Call, Delivery, Verb};
use crate::cli::options::{self, flag, text};
use crate::county::notices;
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `notice list`
pub(super) const VERB: Verb = Verb {
    name: "list",
    about: Text::new("列出文书：未办结、逾期、已办结", "List notices: open, overdue, closed"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let open = flag(lang, "open", &Text::new("只列未办结的（默认）", "Only open notices (default)"));
    let all = flag(lang, "all", &Text::new("连同已办结的", "Include closed notices")).conflicts_with("open");
    let command = command.arg(open).arg(all).arg(options::township(lang)).arg(options::today(lang));
    Ok(command.args(options::shown(lang)).args(options::output(lang)))
}

/// What is asked of `notice list`.
struct NoticeListArgs {
    /// Those that are closed too.
    all: bool,
    point: Viewpoint,
    delivery: Delivery,
}

impl NoticeListArgs {
    fn read(matches: &ArgMatches) -> NoticeListArgs {
        NoticeListArgs {
            all: matches.get_flag("all"),
            point: Viewpoint { township: text(matches, "township"), ..options::day_point(matches) },
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = NoticeListArgs::read(matches);
    let report = call.look(&args.point, |view| notices::list(view, args.all))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}
