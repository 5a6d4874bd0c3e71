//! `culture change ID --on DAY`: what a record is from a day on.

use super::edit;
use super::frame::{Call, Verb};
use super::options::{self, flag, option, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::changes::{ChangeAsked, ChangeStep, change_record};
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `change`
pub(super) const VERB: Verb = Verb {
    name: "change",
    about: Text::new("登记变动：自某日起变为什么", "Record that something changed on a day"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let day = Text::new("日期", "DATE");
    let on = option(lang, "on", &day, &Text::new("变动的日期，自这天起", "The day of the change (required)"));
    let moved = option(lang, "moved", &day, &Text::new("那天的变动其实在这天", "The change was on this day instead"));
    let dropped = flag(lang, "drop", &Text::new("取消那天的变动", "Take back the change of that day"));
    let reason = Text::new("事由（改日期、取消时必填）", "Reason (required with --moved and --drop)");
    let command = command
        .arg(edit::id_argument(lang))
        .arg(edit::values_argument(lang, &Text::new("变动后的内容", "What it changed to")))
        .arg(on.required(true))
        .arg(moved.conflicts_with("drop"))
        .arg(dropped)
        .arg(option(lang, "reason", &edit::REASON, &reason))
        .arg(options::today(lang))
        .arg(options::dry_run(lang));
    edit::with_fields(options::recording(lang, command), call)
}

/// What is asked of `change`.
struct ChangeArgs {
    asked: ChangeAsked,
    dry_run: bool,
    point: Viewpoint,
    writing: WriteArgs,
}

impl ChangeArgs {
    fn read(matches: &ArgMatches) -> ChangeArgs {
        let step = match text(matches, "moved") {
            Some(to) => ChangeStep::Move(to),
            None if matches.get_flag("drop") => ChangeStep::Drop,
            None => ChangeStep::Record,
        };
        ChangeArgs {
            asked: ChangeAsked {
                id: required(matches, "id"),
                on: required(matches, "on"),
                step,
                words: texts(matches, "words"),
                fields: options::field_values(matches),
                reason: text(matches, "reason"),
            },
            dry_run: matches.get_flag("dry-run"),
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = ChangeArgs::read(matches);
    let change = write(call, &args.writing, &args.point, |view, draft, _| {
        let change = change_record(view, draft, &args.asked)?;
        if args.dry_run {
            draft.only_try(view.county);
        }
        Ok(change)
    })?;
    call.warn(&change.warnings);
    call.acknowledge(&if args.dry_run {
        let trial = &change.trial;
        text!("{trial}（--dry-run，未写入）", "{trial} (--dry-run: nothing written)", trial)
    } else {
        change.said
    })?;
    Ok(Exit::Done)
}
