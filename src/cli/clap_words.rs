//! clap's own words in both languages: the options it adds, its help, its errors. Knows no verb.

mod help;
#[cfg(test)]
mod tests;

pub use help::help;

use crate::base::fault::Fault;
use crate::base::text::{Lang, Text};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};
use std::error::Error as _;
use std::num::ParseIntError;

/// The heading of the options that every command takes.
pub const GENERAL: Text = Text::new("通用选项", "General options");

/// A command and those below it with our `--help` (and `--version` where there is one) in place of clap's, and
/// without its `help` command.
#[must_use]
pub fn dress(command: Command, lang: Lang) -> Command {
    dress_one(command, lang).mut_subcommands(|below| dress(below, lang))
}

/// As [`dress`], without those below it.
#[must_use]
pub fn dress_one(command: Command, lang: Lang) -> Command {
    let help = Text::new("显示本命令的用法", "Print help");
    let version = Text::new("显示版本", "Print version");
    let flag = |name: &'static str, action, text: &Text| {
        Arg::new(name)
            .long(name)
            .action(action)
            .help(text.say(lang).to_owned())
            .help_heading(GENERAL.say(lang).to_owned())
    };
    let versioned = command.get_version().is_some();
    let dressed = command
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        // clap need not draw what is drawn here.
        .override_help("")
        .arg(flag("help", ArgAction::Help, &help).short('h'));
    if versioned { dressed.arg(flag("version", ArgAction::Version, &version).short('V')) } else { dressed }
}

/// What clap found wrong, in our words. `called` is the command as typed (`culture add`): its help is the way out.
/// `command` is that command, if it is known.
#[must_use]
pub fn fault(error: &clap::Error, called: &str, command: Option<&Command>) -> Fault {
    let see = text!("用法见：{called} --help", "see {called} --help");
    let rest = match possible(error) {
        Some(list) => text!("{list}；{see}", "{list}; {see}", list, see),
        None => see,
    };
    let hint = match nearest(error) {
        Some(near) => text!("{near}{rest}", "{near} {rest}", near, rest),
        None => rest,
    };
    let takes_township = command.is_some_and(|command| command.get_arguments().any(|arg| arg.get_short() == Some('t')));
    let hint = match context_words(error, ContextKind::InvalidArg) {
        arg if error.kind() == ErrorKind::UnknownArgument && takes_township && is_name(&arg.zh) => {
            text!("如是单位，请写 -t {arg}；{hint}", "if that is a township, write -t {arg}; {hint}", arg, hint)
        }
        _ => hint,
    };
    Fault::usage("wrong-arguments", what(error, &command_path(called))).hint(hint)
}

/// What stands below a command: `culture report` has reports.
fn command_path(called: &str) -> Text {
    match called.rsplit(' ').next() {
        Some("report") => Text::new("报表", "report"),
        Some(_) | None => Text::new("命令", "command"),
    }
}

/// Whether a word can be what a township is called: no option, no day and no number.
fn is_name(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_alphabetic)
}

fn what(error: &clap::Error, below: &Text) -> Text {
    let arg = context_words(error, ContextKind::InvalidArg);
    let value = context_words(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = context_words(error, ContextKind::InvalidSubcommand);
            text!("没有“{name}”这个{below}", "unknown {below} “{name}”", below, name)
        }
        ErrorKind::UnknownArgument if arg.en.starts_with('-') => {
            text!("没有“{arg}”这个选项", "unknown option “{arg}”", arg)
        }
        ErrorKind::UnknownArgument => {
            text!("命令里的“{arg}”不知用在何处", "unexpected argument “{arg}”", arg)
        }
        ErrorKind::MissingRequiredArgument => text!("还缺少：{arg}", "missing argument: {arg}", arg),
        ErrorKind::MissingSubcommand => text!("没有写明{below}", "no {below} given", below),
        ErrorKind::InvalidValue if value.is_empty() => text!("“{arg}”缺少值", "{arg} needs a value", arg),
        ErrorKind::InvalidValue => {
            text!("“{value}”不能作为“{arg}”的值", "invalid value “{value}” for {arg}", arg, value)
        }
        ErrorKind::ValueValidation => {
            // What a parser says of itself is English: only numbers are read by parsers that can fail.
            let number = error.source().is_some_and(<dyn std::error::Error>::is::<ParseIntError>);
            let why = if number { text!("：应为整数", ": expected a whole number") } else { Text::default() };
            text!("“{value}”不能作为“{arg}”的值{why}", "invalid value “{value}” for {arg}{why}", arg, value, why)
        }
        ErrorKind::NoEquals => {
            text!("“{arg}”的值要用 = 接在后面", "the value of {arg} must follow an equals sign", arg)
        }
        ErrorKind::TooManyValues => {
            text!("“{arg}”多出了值“{value}”", "unexpected value “{value}” for {arg}", arg, value)
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            let least = context_words(error, ContextKind::MinValues);
            let wanted = if least.is_empty() { context_words(error, ContextKind::ExpectedNumValues) } else { least };
            let given = context_words(error, ContextKind::ActualNumValues);
            text!(
                "“{arg}”要 {wanted} 个值，只给了 {given} 个",
                "wrong number of values for {arg}: {wanted} expected, {given} given",
                arg,
                wanted,
                given
            )
        }
        ErrorKind::ArgumentConflict => conflict(error, &arg),
        ErrorKind::InvalidUtf8 => text!("参数不是 UTF-8 文字", "an argument is not UTF-8"),
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => text!("参数有误", "invalid arguments"),
    }
}

fn conflict(error: &clap::Error, arg: &Text) -> Text {
    let prior = context_words(error, ContextKind::PriorArg);
    let command = context_words(error, ContextKind::InvalidSubcommand);
    let one = if arg.is_empty() { &command } else { arg };
    if prior == *one {
        return text!("“{one}”只能写一次", "{one} can be given only once", one);
    }
    text!("“{one}”不能与“{prior}”同时使用", "{one} cannot be used with {prior}", one, prior)
}

/// The word that was probably meant.
fn nearest(error: &clap::Error) -> Option<Text> {
    let kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let found = kinds.into_iter().map(|kind| in_order(error, kind)).find(|found| !found.is_empty())?;
    Some(text!("是否指“{found}”？", "did you mean “{found}”?", found))
}

/// What clap suggests: of several commands those that come near by our own measure, the nearest first, where any does.
fn in_order(error: &clap::Error, kind: ContextKind) -> Text {
    let suggested = context_words(error, kind);
    let (Some(ContextValue::Strings(words)), Some(ContextValue::String(wrong))) =
        (error.get(kind), error.get(ContextKind::InvalidSubcommand))
    else {
        return suggested;
    };
    let near = crate::base::fuzzy::nearest(wrong, words.iter().map(String::as_str), 3);
    if near.is_empty() { suggested } else { Text::list(&near.into_iter().map(Text::same).collect::<Vec<_>>()) }
}

/// The values or commands that there are.
fn possible(error: &clap::Error) -> Option<Text> {
    let kinds = [ContextKind::ValidValue, ContextKind::ValidSubcommand];
    let list = kinds.into_iter().map(|kind| context_words(error, kind)).find(|found| !found.is_empty())?;
    Some(text!("可选：{list}", "choose from: {list}", list))
}

/// One piece of what clap knows of an error; lists are parted as each language does. Empty if it knows none.
fn context_words(error: &clap::Error, kind: ContextKind) -> Text {
    match error.get(kind) {
        Some(ContextValue::String(word)) => Text::same(word.clone()),
        Some(ContextValue::Strings(words)) => Text::list(&words.iter().cloned().map(Text::same).collect::<Vec<_>>()),
        Some(ContextValue::Number(number)) => Text::same(number.to_string()),
        Some(
            ContextValue::None | ContextValue::Bool(_) | ContextValue::StyledStr(_) | ContextValue::StyledStrs(_) | _,
        )
        | None => Text::default(),
    }
}
