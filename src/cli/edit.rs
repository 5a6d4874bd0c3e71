//! `culture edit ID` and `culture void ID`: the next revision of a record. A record that goes to another township or year is
//! voided where it is and entered anew there, in one batch.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::fault::Exit;
use crate::base::id::is_prefix;
use crate::base::text::{Lang, Text};
use crate::county::corrections::{CorrectionAsked, correct_record, void_record};
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// `edit`
pub(super) const EDIT: Verb = Verb {
    name: "edit",
    about: Text::new("更正一条记录（原记录保留）", "Correct a record (earlier revisions are kept)"),
    arguments: edit_arguments,
    run: run_edit,
};

/// `void`
pub(super) const VOID: Verb = Verb {
    name: "void",
    about: Text::new("作废一条记录（原记录保留）", "Void a record (it is kept but not counted)"),
    arguments: void_arguments,
    run: run_void,
};

const ID: Text = Text::new("编号", "ID");
const ID_HELP: Text = Text::new("记录编号，写开头几个字母即可", "Record id, or its first few letters");
/// The value of `--reason`.
pub(super) const REASON: Text = Text::new("事由", "TEXT");

/// The record that is revised.
pub(super) fn id_argument(lang: Lang) -> Arg {
    positional(lang, "id", &ID, &ID_HELP).required(true)
}

/// `FIELD=VALUE …`
pub(super) fn values_argument(lang: Lang, help: &Text) -> Arg {
    let words = positional(lang, "words", &Text::new("字段=值", "FIELD=VALUE"), help);
    words.action(ArgAction::Append).num_args(0..)
}

fn edit_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let again =
        flag(lang, "again", &Text::new("与已有记录相同的也更正", "Go ahead even if an identical record exists"));
    let reason = option(lang, "reason", &REASON, &Text::new("更正的事由（必填）", "Reason (required)"));
    let on = Text::new("有过变动的，更正这天所在的一段", "Correct what held on this day");
    let on = option(lang, "on", &Text::new("日期", "DATE"), &on);
    let command = command
        .arg(id_argument(lang))
        .arg(values_argument(lang, &Text::new("要更正的内容", "Fields to correct")))
        .arg(reason.required(true))
        .arg(on)
        .arg(options::township(lang))
        .arg(options::today(lang))
        .arg(again)
        .arg(flag(lang, "restore", &Text::new("恢复已作废的记录", "Restore a void record")));
    with_fields(options::recording(lang, command), call)
}

/// With the options that the fields of the record's kind make.
///
/// # Errors
/// The county cannot be read.
pub(super) fn with_fields(command: Command, call: &Call<'_>) -> Result<Command> {
    // The values of options are among the words: the first that names a record is it. If none does, `run` says so.
    for word in call.plain_words().filter(|word| is_prefix(word)) {
        match call.kind_of_record(word) {
            Ok(kind) => return Ok(options::fields(call.lang, &kind, command)),
            Err(faults) if faults.exit() == Exit::Failed => return Err(faults.into()),
            Err(_) => {}
        }
    }
    Ok(command)
}

fn void_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let reason = option(lang, "reason", &REASON, &Text::new("作废的事由（必填）", "Reason (required)"));
    Ok(options::recording(lang, command.arg(id_argument(lang)).arg(reason.required(true))))
}

/// What is asked of `edit`.
struct EditArgs {
    asked: CorrectionAsked,
    point: Viewpoint,
    writing: WriteArgs,
}

impl EditArgs {
    fn read(matches: &ArgMatches) -> EditArgs {
        EditArgs {
            asked: CorrectionAsked {
                id: required(matches, "id"),
                words: texts(matches, "words"),
                fields: options::field_values(matches),
                township: text(matches, "township"),
                reason: required(matches, "reason"),
                on: text(matches, "on"),
                again: matches.get_flag("again"),
                restore: matches.get_flag("restore"),
            },
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

/// What is asked of `void`.
struct VoidArgs {
    id: String,
    reason: String,
    writing: WriteArgs,
}

impl VoidArgs {
    fn read(matches: &ArgMatches) -> VoidArgs {
        VoidArgs {
            id: required(matches, "id"),
            reason: required(matches, "reason"),
            writing: WriteArgs::recording(matches),
        }
    }
}

fn run_edit(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = EditArgs::read(matches);
    let (lines, warnings) =
        write(call, &args.writing, &args.point, |view, draft, _| correct_record(view, draft, &args.asked))?;
    call.warn(&warnings);
    for line in &lines {
        call.acknowledge(line)?;
    }
    Ok(Exit::Done)
}

fn run_void(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = VoidArgs::read(matches);
    let (said, warnings) = write(call, &args.writing, &Viewpoint::default(), |view, draft, _| {
        void_record(view, draft, &args.id, &args.reason)
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}
