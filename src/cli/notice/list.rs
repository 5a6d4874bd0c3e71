//! `culture notice list`: which notices are open, overdue or done with.

use super::{NoticeOnRecord, all_notices, kind};
use crate::base::day::Day;
use crate::base::fault::{Exit, Result};
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, flag};
use crate::county::county::County;
use crate::county::search::Search;
use crate::report::notice::{ListedNotice, NoticeList};
use crate::schema::record::RecordState;
use clap::{ArgMatches, Command};

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
    Ok(command.arg(options::format(lang)).arg(options::output(lang)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let as_of = county.as_of(matches.get_one("today"), now)?;
        let township = matches.get_one::<String>("township").map(|word| county.townships.find(word)).transpose()?;
        let township = township.map(|township| county.township_index(&township.id));
        let wanted = |of: usize| township.is_none_or(|township| township == of);
        notice_report(county, as_of, threads, matches.get_flag("all"), wanted)
    })?;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(Exit::Done)
}

fn notice_report(
    county: &County<'_>,
    as_of: Day,
    threads: usize,
    closed: bool,
    wanted: impl Fn(usize) -> bool,
) -> Result<crate::report::Report> {
    let kinds = county.kinds(None)?;
    let (kind, notice) = kind(&kinds)?;
    let search = Search::new(county, &kinds, threads);
    let live = |kept: &NoticeOnRecord| {
        kept.record.state == RecordState::Live
            && wanted(kept.township)
            && kept.record.date().is_some_and(|date| date <= as_of)
    };
    let listed = |kept: NoticeOnRecord| ListedNotice { township: kept.township, year: kept.year, record: kept.record };
    let all: Vec<ListedNotice> = all_notices(&search, kind, notice)?.into_iter().filter(live).map(listed).collect();
    let mut notices = NoticeList { kind, notice, townships: county.in_order(), as_of, all };
    if !closed {
        notices.drop_closed();
    }
    Ok(notices.report())
}

/// The notices that are not done with.
///
/// # Errors
/// Whatever is wrong with a ledger; no kind has notices.
pub(in crate::cli) fn open_notices(county: &County<'_>, as_of: Day, threads: usize) -> Result<crate::report::Report> {
    notice_report(county, as_of, threads, false, |_| true)
}
