//! `culture log` and `culture undo`: what commands did, and taking it back by further rows.

use super::frame::{Call, Verb};
use super::options::{self, option, positional, text};
use super::writing::{WriteArgs, write};
use crate::base::fault::{self, Exit};
use crate::base::text::{Lang, Text};
use crate::county::batches::{self, find_batch, newest_batch, take_back};
use crate::county::draft::ChangeDraft;
use crate::county::view::{View, Viewpoint};
use crate::render::OutputFormat;
use crate::report::log::log;
use crate::schema::parse::plain_text;
use anyhow::Result;
use clap::{ArgMatches, Command, value_parser};

/// `log`
pub(super) const LOG: Verb = Verb {
    name: "log",
    about: Text::new("查看登记批次，最近的在前", "Show what was changed, newest first"),
    arguments: log_arguments,
    run: run_log,
};

/// `undo`
pub(super) const UNDO: Verb = Verb {
    name: "undo",
    about: Text::new("撤销一个批次（台账只增不删）", "Undo a batch of changes (nothing is erased)"),
    arguments: undo_arguments,
    run: run_undo,
};

/// How many batches are listed, where that is not said.
const LISTED: usize = 20;

fn log_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let last = option(
        lang,
        "last",
        &Text::new("个数", "N"),
        &Text::new("只列最近几个（默认 20）", "Number of batches to show (default 20)"),
    );
    Ok(command.arg(last.value_parser(value_parser!(usize))).args(options::shown(lang)))
}

/// What is asked of `log`.
struct LogArgs {
    last: usize,
    point: Viewpoint,
    format: OutputFormat,
}

impl LogArgs {
    fn read(matches: &ArgMatches) -> LogArgs {
        LogArgs {
            last: matches.get_one::<usize>("last").copied().unwrap_or(LISTED),
            point: options::day_point(matches),
            format: options::requested_format(matches),
        }
    }
}

fn run_log(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = LogArgs::read(matches);
    let report = call.look(&args.point, |view| {
        let mut batches = batches::all(&view.search()?)?;
        batches.truncate(args.last);
        Ok(log(&batches).seen_by(view.county.public))
    })?;
    call.say(&report, args.format)?;
    Ok(Exit::Done)
}

fn undo_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let help = Text::new("批次号（默认本人最近一批）", "Batch to undo (default: your latest)");
    let batch = positional(lang, "batch", &Text::new("批次", "BATCH"), &help);
    let reason = option(lang, "reason", &Text::new("事由", "TEXT"), &Text::new("撤销的事由", "Reason"));
    Ok(options::recording(lang, command.arg(batch).arg(reason)))
}

/// What is asked of `undo`.
struct UndoArgs {
    /// The batch; none: the writer's newest.
    batch: Option<String>,
    reason: Option<String>,
    writing: WriteArgs,
}

impl UndoArgs {
    fn read(matches: &ArgMatches) -> UndoArgs {
        UndoArgs {
            batch: text(matches, "batch"),
            reason: text(matches, "reason"),
            writing: WriteArgs::recording(matches),
        }
    }
}

fn run_undo(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = UndoArgs::read(matches);
    let lang = call.lang;
    let lines = write(call, &args.writing, &Viewpoint::default(), |view, draft, _| undo(view, draft, &args, lang))?;
    for line in lines {
        call.acknowledge(&line)?;
    }
    Ok(Exit::Done)
}

fn undo(view: &View<'_>, draft: &mut ChangeDraft, args: &UndoArgs, lang: Lang) -> fault::Result<Vec<Text>> {
    let search = view.search()?;
    let batch = match &args.batch {
        Some(word) => find_batch(&search, word)?,
        None => newest_batch(&search, &draft.stamp.by)?,
    };
    let undo = text!("撤销批次 {batch}", "undo of batch {batch}");
    let given = args.reason.as_deref().map(plain_text).transpose()?.filter(|reason| !reason.is_empty());
    let reason = match given {
        Some(reason) => reason,
        None => undo.say(lang).to_owned(),
    };
    let mut lines = vec![undo];
    lines.extend(take_back(&search, draft, batch, &reason)?);
    Ok(lines)
}
