//! `culture submit MONTH` and `culture return MONTH`: monthly reports come in, and are sent back.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::fault::{Exit, Fault};
use crate::base::text::Text;
use crate::county::County;
use crate::county::submissions::{SubmissionAsked, SubmissionContent, send_back, submit};
use crate::county::view::{View, Viewpoint};
use crate::schema::kind::Kind;
use crate::schema::parse::plain_text;
use anyhow::Result;
use clap::{ArgAction, ArgMatches, Command};

/// `submit`
pub(super) const SUBMIT: Verb = Verb {
    name: "submit",
    about: Text::new("登记乡镇报来的月报、零报告", "Record monthly reports submitted by townships"),
    arguments: submit_arguments,
    run: run_submit,
};

/// `return`
pub(super) const RETURN: Verb = Verb {
    name: "return",
    about: Text::new("退回一份月报", "Return a monthly report to a township"),
    arguments: return_arguments,
    run: run_return,
};

fn common(command: Command, call: &Call<'_>) -> Command {
    let lang = call.lang;
    let month = Text::new("报告月份，如 5月、上月", "Month of the report, e.g. 2018-05");
    let who = Text::new("填报单位，可写多次", "Township id, name or alias (repeatable)");
    let command = command
        .arg(positional(lang, "of", &Text::new("月份", "MONTH"), &month).required(true))
        .arg(options::township(lang).help(who.say(lang).to_owned()).action(ArgAction::Append).required(true))
        .arg(
            option(lang, "date", &Text::new("日期", "DATE"), &Text::new("哪天（默认今天）", "Date (default: today)"))
                .short('d'),
        )
        .arg(options::today(lang));
    options::recording(lang, command)
}

fn submit_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let command = common(command, call)
        .arg(flag(lang, "zero", &Text::new("零报告：当月没有进展", "Record a zero report (nothing to report)")))
        .arg(flag(lang, "again", &Text::new("已报过的也登记", "Go ahead even if one was already submitted")));
    // Without a county, or with a faulty plan, `run` says so.
    Ok(match kind_of_reports(call) {
        Some(kind) => options::fields(lang, &kind, command),
        None => command,
    })
}

/// The kind of the reports that the plan of today asks for, without the fields that have words of their own.
fn kind_of_reports(call: &Call<'_>) -> Option<Kind> {
    let now = call.world.now;
    let threads = call.world.threads;
    let found = call.store().ok()?.read(|snapshot| {
        let county = County::load(snapshot, threads)?;
        let view = View::new(&county, &Viewpoint::default(), now)?;
        let year = view.plan()?;
        Ok(year.plan.monthly.as_ref().and_then(|rule| {
            let mut kind = year.kinds.get(&rule.kind)?.clone();
            // These have words of their own, or are not said here.
            let own = [Some(&rule.month_field), rule.zero_field.as_ref(), rule.returned_field.as_ref()];
            for field in &mut kind.fields {
                field.retired |= own.into_iter().flatten().any(|name| *name == field.name);
            }
            Some(kind)
        }))
    });
    // What is wrong with the county is told when the command runs; here it only lacks options.
    found.unwrap_or_default()
}

fn return_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let reason =
        option(lang, "reason", &Text::new("事由", "TEXT"), &Text::new("退回的原因（必填）", "Reason (required)"));
    Ok(common(command, call).arg(reason.required(true)))
}

/// What is asked of either verb.
struct SubmissionArgs {
    asked: SubmissionAsked,
    point: Viewpoint,
    writing: WriteArgs,
}

impl SubmissionArgs {
    fn read(matches: &ArgMatches) -> SubmissionArgs {
        SubmissionArgs {
            asked: SubmissionAsked {
                of: required(matches, "of"),
                townships: texts(matches, "township"),
                date: text(matches, "date"),
            },
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

/// What is asked of `submit`.
struct SubmitArgs {
    common: SubmissionArgs,
    content: SubmissionContent,
}

impl SubmitArgs {
    fn read(matches: &ArgMatches) -> SubmitArgs {
        SubmitArgs {
            common: SubmissionArgs::read(matches),
            content: SubmissionContent {
                zero: matches.get_flag("zero"),
                again: matches.get_flag("again"),
                fields: options::field_values(matches),
            },
        }
    }
}

/// What is asked of `return`.
struct ReturnArgs {
    common: SubmissionArgs,
    reason: String,
}

impl ReturnArgs {
    fn read(matches: &ArgMatches) -> ReturnArgs {
        ReturnArgs { common: SubmissionArgs::read(matches), reason: required(matches, "reason") }
    }
}

fn run_submit(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = SubmitArgs::read(matches);
    let common = &args.common;
    let (lines, warnings) = write(call, &common.writing, &common.point, |view, draft, _| {
        submit(view, draft, &common.asked, &args.content)
    })?;
    call.warn(&warnings);
    for line in &lines {
        call.acknowledge(line)?;
    }
    Ok(Exit::Done)
}

fn run_return(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = ReturnArgs::read(matches);
    let reason = plain_text(&args.reason)?;
    if reason.is_empty() {
        return Fault::usage("missing-reason", text!("没有写明退回的原因", "no reason given for returning it"))
            .hint(text!("加上 --reason 原因", "add --reason REASON"))
            .fail();
    }
    let common = &args.common;
    let lines =
        write(call, &common.writing, &common.point, |view, draft, _| send_back(view, draft, &common.asked, &reason))?;
    for line in &lines {
        call.acknowledge(line)?;
    }
    Ok(Exit::Done)
}
