//! `culture notice sign`, `reply`, `recheck` and `close`: the steps of a notice, each a revision of its record.

use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, option, positional, required, text};
use crate::cli::writing::{WriteArgs, write};
use crate::county::notices::steps::{NoticeStep, take_step};
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `notice sign`
pub(super) const SIGN: Verb = Verb {
    name: "sign",
    about: Text::new("签收：登记单位收到的日期", "Record when the township signed for it"),
    arguments: dated_arguments,
    run: |call, matches| run(call, &StepArgs::read(matches, NoticeStep::Sign(text(matches, "date")))),
};

/// `notice reply`
pub(super) const REPLY: Verb = Verb {
    name: "reply",
    about: Text::new("回复：登记单位报来的整改情况", "Record the township's reply"),
    arguments: reply_arguments,
    run: |call, matches| run(call, &StepArgs::read(matches, NoticeStep::Reply(required(matches, "text")))),
};

/// `notice recheck`
pub(super) const RECHECK: Verb = Verb {
    name: "recheck",
    about: Text::new("复查：登记复查的日期", "Record when it was rechecked"),
    arguments: recheck_arguments,
    run: |call, matches| {
        run(call, &StepArgs::read(matches, NoticeStep::Recheck(text(matches, "date"), text(matches, "despite"))))
    },
};

/// `notice close`
pub(super) const CLOSE: Verb = Verb {
    name: "close",
    about: Text::new("销号：整改到位后办结", "Close a notice once the problem is corrected"),
    arguments: close_arguments,
    run: |call, matches| {
        run(call, &StepArgs::read(matches, NoticeStep::Close(text(matches, "date"), text(matches, "despite"))))
    },
};

fn notice_argument(command: Command, call: &Call<'_>) -> Command {
    let which = Text::new("序号（如 3、2018-3）或编号", "Serial number (3, 2018-3) or record id");
    let which = positional(call.lang, "notice", &Text::new("文书", "NOTICE"), &which).required(true);
    options::recording(call.lang, command.arg(which).arg(options::today(call.lang)))
}

fn dated_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let day = Text::new("哪一天（默认今天）", "Date (default: today)");
    Ok(notice_argument(command, call).arg(option(call.lang, "date", &Text::new("日期", "DATE"), &day)))
}

fn reply_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let text = option(call.lang, "text", &Text::new("文字", "TEXT"), &Text::new("整改情况", "Text of the reply"));
    Ok(notice_argument(command, call).arg(text.required(true)))
}

fn recheck_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let why = Text::new("没有回复仍要复查的事由", "Recheck without a reply, giving a reason");
    let despite = option(call.lang, "despite", &Text::new("事由", "REASON"), &why);
    Ok(dated_arguments(command, call)?.arg(despite))
}

fn close_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let why = Text::new("问题未解决仍要销号的事由", "Close despite open findings, giving a reason");
    let despite = option(call.lang, "despite", &Text::new("事由", "REASON"), &why);
    Ok(dated_arguments(command, call)?.arg(despite))
}

/// What is asked of a step.
struct StepArgs {
    notice: String,
    step: NoticeStep,
    point: Viewpoint,
    writing: WriteArgs,
}

impl StepArgs {
    fn read(matches: &ArgMatches, step: NoticeStep) -> StepArgs {
        StepArgs {
            notice: required(matches, "notice"),
            step,
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

fn run(call: &mut Call<'_>, args: &StepArgs) -> Result<Exit> {
    let lang = call.lang;
    let (said, warnings) = write(call, &args.writing, &args.point, |view, draft, _| {
        take_step(view, draft, &args.notice, &args.step, lang)
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}
