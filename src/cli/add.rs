//! `culture add KIND`: one record, checked whole, with its id.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::additions::{AdditionAsked, add_record};
use crate::county::view::Viewpoint;
use crate::render::OutputFormat;
use anyhow::Result;
use clap::{ArgAction, ArgMatches, Command};

/// `add`
pub(super) const VERB: Verb = Verb {
    name: "add",
    about: Text::new("登记一条记录：培训、团队、演出等", "Add a record: a training, a troupe, a performance, …"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let word = Text::new("单位、日期，或 字段=值", "Township, date, FIELD=VALUE");
    let words = positional(lang, "words", &Text::new("内容", "WORDS"), &word).action(ArgAction::Append).num_args(0..);
    let again =
        flag(lang, "again", &Text::new("与已有记录相同的也登记", "Go ahead even if an identical record exists"));
    let command = command
        .arg(options::kind(lang).required(true))
        .arg(words)
        .arg(options::township(lang))
        .arg(options::today(lang))
        .arg(again);
    let command = command.arg(options::format(lang));
    let reason = option(
        lang,
        "reason",
        &Text::new("事由", "TEXT"),
        &Text::new("登记事由（补录等）", "Reason, where one is needed"),
    );
    let command = options::recording(lang, command.arg(reason));
    let kinds = match call.plain_words().next() {
        Some(first) => call.kinds_to_write(first)?,
        None => call.kinds()?,
    };
    // The values of options are among the words: the first that names a kind is it. If none does, `run` says so.
    let kind = call.plain_words().find_map(|word| kinds.find(word).ok());
    Ok(match kind {
        Some(kind) => options::fields(lang, kind, command),
        None => command,
    })
}

/// What is asked of `add`.
struct AddArgs {
    asked: AdditionAsked,
    point: Viewpoint,
    writing: WriteArgs,
    format: OutputFormat,
}

impl AddArgs {
    fn read(matches: &ArgMatches) -> AddArgs {
        AddArgs {
            asked: AdditionAsked {
                kind: required(matches, "kind"),
                words: texts(matches, "words"),
                township: text(matches, "township"),
                fields: options::field_values(matches),
                reason: text(matches, "reason"),
                again: matches.get_flag("again"),
            },
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
            format: options::requested_format(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = AddArgs::read(matches);
    let added = write(call, &args.writing, &args.point, |view, draft, _| add_record(view, draft, &args.asked))?;
    call.warn(&added.warnings);
    match args.format {
        OutputFormat::Table => call.acknowledge(&added.line)?,
        OutputFormat::Ids => call.acknowledge(&Text::same(added.id.to_string()))?,
        OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx => {
            call.say(&added.report, args.format)?;
        }
    }
    Ok(Exit::Done)
}
