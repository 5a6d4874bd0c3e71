//! What every verb shares: the world that `main` hands in, the call that a verb answers, and [`run`], which finds the
//! language and the verb, lets clap read the arguments and says what went wrong. Knows no verb by name.

mod call;
mod output;
mod prescan;
#[cfg(test)]
mod tests;
mod typed;

pub use call::Call;
pub(in crate::cli) use output::write_made;
pub use output::{Delivery, OutputAsked};

use super::clap_words;
use crate::base::day::{Day, Instant, Offset};
use crate::base::fault::{Exit, Fault};
use crate::base::text::{Lang, Text};
use crate::render::Style;
use anyhow::Result;
use clap::builder::{NonEmptyStringValueParser, ValueHint};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use prescan::Prescan;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The command's name.
const NAME: &str = "culture";
/// What it is for.
const ABOUT: Text = Text::new(
    "登记全县公共文化服务工程台账，随时查清各项任务的进度",
    "Keep a county's public culture ledgers and track every target of the year's plan",
);

/// The licences of the libraries that are linked into the program.
const NOTICES: &str = include_str!("../../docs/third-party-notices.txt");

/// All that `main` reads and passes in.
pub struct World<'a> {
    /// The clock, written at UTC.
    pub now: Instant,
    /// The current directory.
    pub dir: PathBuf,
    /// The environment by name.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Whether stdout is a terminal.
    pub terminal: bool,
    /// Whether stderr is one.
    pub terminal_err: bool,
    /// Waits for a line from the keyboard; none where nobody sits at one.
    pub keyboard: Option<&'a dyn Fn() -> String>,
    /// How many threads may work at once.
    pub threads: usize,
    /// The process id.
    pub process: u32,
}

impl World<'_> {
    /// A variable of the environment that is set and not empty.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.env)(name).filter(|value| !value.is_empty())
    }
}

/// A command below `culture`.
pub struct Verb {
    /// The word by which it is called.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: Text,
    /// Adds its arguments, in the call's language.
    pub arguments: fn(Command, &Call<'_>) -> Result<Command>,
    /// Does it.
    pub run: fn(&mut Call<'_>, &ArgMatches) -> Result<Exit>,
}

/// The language that a county's `culture.toml` asks for, given the directory that `--data` or `CULTURE_DATA` name.
pub type CountyLanguage<'a> = &'a dyn Fn(Option<&Path>) -> Option<Lang>;

/// Runs `culture` with `arguments` (those after the program's name) and writes to `out` and `err` only.
pub fn run<'a>(
    world: &'a World<'a>,
    arguments: Vec<OsString>,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    verbs: &[Verb],
    county_language: CountyLanguage<'_>,
) -> Exit {
    let read: std::result::Result<Vec<String>, OsString> = arguments.into_iter().map(OsString::into_string).collect();
    let early = match &read {
        Ok(words) => Prescan::read(words),
        Err(_) => Prescan::default(),
    };
    let data = early.data.clone().filter(|data| !data.is_empty()).or_else(|| world.variable("CULTURE_DATA"));
    let data = data.map(|data| world.dir.join(data));
    let lang = language(world, &early, || county_language(data.as_deref()));
    let is_readable = world.now.is_writable();
    // Where the clock says no day, nothing is made.
    let made = if is_readable { world.now.in_offset(Offset::CHINA).day() } else { Day(0) };
    let style = Style { lang, width: line_width(world), colour: coloured(world, early.colour.as_deref()), made };
    let mut call = Call::new(world, style, data, early, out, err);
    let outcome = match read {
        Ok(_) if !is_readable => unusable_clock().fail(),
        Ok(_) => answer(&mut call, verbs),
        Err(argument) => {
            let argument = argument.to_string_lossy();
            let hint = text!("请改用 UTF-8 文字", "use UTF-8");
            Fault::usage(
                "wrong-encoding",
                text!("参数不是 UTF-8 文字：{argument}", "an argument is not UTF-8: {argument}"),
            )
            .hint(hint)
            .fail()
        }
    };
    call.end(outcome)
}

fn unusable_clock() -> Fault {
    Fault::new(
        "clock-out-of-range",
        text!("电脑时钟不在公元 1970 年至 9999 年之间", "the computer's clock is not between the years 1970 and 9999"),
    )
    .hint(text!("请先校准电脑的日期和时间", "set the computer's date and time first"))
}

/// `--lang`, else `CULTURE_LANG`, else the county's, else the locale's, else English.
fn language(world: &World<'_>, early: &Prescan, county: impl FnOnce() -> Option<Lang>) -> Lang {
    let locale = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| world.variable(name));
    let asked = early.lang.as_deref().and_then(Lang::from_tag);
    asked
        .or_else(|| world.variable("CULTURE_LANG").and_then(|tag| Lang::from_tag(&tag)))
        .or_else(county)
        .or_else(|| locale().and_then(|tag| Lang::from_tag(&tag)))
        .unwrap_or_default()
}

fn line_width(world: &World<'_>) -> u16 {
    let columns = world.variable("COLUMNS").and_then(|columns| columns.parse().ok());
    columns.filter(|columns| (20..=400).contains(columns)).unwrap_or(80)
}

fn coloured(world: &World<'_>, asked: Option<&str>) -> bool {
    let dumb = world.variable("TERM").is_some_and(|terminal| terminal == "dumb");
    match asked {
        Some("always") => true,
        Some("never") => false,
        Some(_) | None => world.terminal && !dumb && world.variable("NO_COLOR").is_none(),
    }
}

fn answer(call: &mut Call<'_>, verbs: &[Verb]) -> Result<Exit> {
    let verb = verbs.iter().find(|verb| call.verb() == Some(verb.name));
    let mut tree = tree(call, verbs, verb)?;
    if call.early.words.is_empty() {
        call.write(clap_words::help(&tree, call.lang).as_bytes())?;
        return Ok(Exit::Done);
    }
    let mut matches = match tree.try_get_matches_from_mut(&call.early.words) {
        Ok(matches) if matches.get_flag("licences") => return show_notices(call),
        Ok(matches) => matches,
        Err(error) if error.kind() == ErrorKind::MissingSubcommand && call.early.licences => return show_notices(call),
        Err(error) => return refuse_arguments(call, &error, &mut tree, verb),
    };
    if let Some((words, note)) = typed::seen_words(&call.early.words, &tree, &matches)? {
        call.warn(&[note]);
        call.early.words = words;
        matches = match tree.try_get_matches_from_mut(&call.early.words) {
            Ok(matches) => matches,
            Err(error) => return refuse_arguments(call, &error, &mut tree, verb),
        };
    }
    match (verb, matches.subcommand()) {
        (Some(verb), Some((_, matches))) => (verb.run)(call, matches),
        (Some(_) | None, _) => Fault::usage("wrong-arguments", text!("没有写明命令", "no command given")).fail(),
    }
}

/// The commands, by name and purpose; only the called one with its arguments.
fn tree(call: &Call<'_>, verbs: &[Verb], called: Option<&Verb>) -> Result<Command> {
    let lang = call.lang;
    let after = Text::new("某个命令的用法：culture help 命令", "For help on a command: culture help COMMAND");
    let mut root = Command::new(NAME)
        .bin_name(NAME)
        .no_binary_name(true)
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT.say(lang).to_owned())
        .after_help(after.say(lang).to_owned())
        .subcommand_required(true)
        .arg(licences(lang))
        .args(general_options(lang));
    for verb in verbs {
        let below = Command::new(verb.name).about(verb.about.say(lang).to_owned());
        let is_called = called.is_some_and(|called| called.name == verb.name);
        root = root.subcommand(if is_called { clap_words::dress((verb.arguments)(below, call)?, lang) } else { below });
    }
    Ok(clap_words::dress_one(root, lang))
}

/// `--licences`, of the program alone; like `--version`, it needs no command and runs none.
fn licences(lang: Lang) -> Arg {
    let help = Text::new("程序所用各软件库的许可证", "Licences of the libraries in this program");
    let arg = Arg::new("licences").long("licences").alias("licenses").action(ArgAction::SetTrue);
    arg.help(help.say(lang).to_owned()).help_heading(clap_words::GENERAL.say(lang).to_owned())
}

fn show_notices(call: &mut Call<'_>) -> Result<Exit> {
    call.write(NOTICES.as_bytes())?;
    Ok(Exit::Done)
}

fn general_options(lang: Lang) -> [Arg; 4] {
    let option = |name: &'static str, help: Text| {
        let heading = clap_words::GENERAL.say(lang).to_owned();
        Arg::new(name).long(name).global(true).help(help.say(lang).to_owned()).help_heading(heading)
    };
    [
        option("data", Text::new("数据目录", "Data directory"))
            .value_name(Text::new("目录", "DIR").say(lang).to_owned())
            .value_hint(ValueHint::AnyPath)
            .value_parser(NonEmptyStringValueParser::new()),
        option("lang", Text::new("语言", "Language"))
            .value_name(Text::new("语言", "LANG").say(lang).to_owned())
            .value_parser(["zh", "en"]),
        option("colour", Text::new("是否使用颜色", "When to use colour"))
            .alias("color")
            .value_name(Text::new("何时", "WHEN").say(lang).to_owned())
            .value_parser(["auto", "always", "never"]),
        option("quiet", Text::new("只输出结果和错误", "Print only results and errors")).action(ArgAction::SetTrue),
    ]
}

/// What clap gave instead of matches: help and version are no faults.
fn refuse_arguments(call: &mut Call<'_>, error: &clap::Error, tree: &mut Command, verb: Option<&Verb>) -> Result<Exit> {
    if error.kind() == ErrorKind::DisplayHelp {
        let help = match verb {
            Some(verb) => {
                tree.build();
                clap_words::help(command_meant(tree, &call.early, verb), call.lang)
            }
            None => clap_words::help(tree, call.lang),
        };
        call.write(help.as_bytes())?;
        return Ok(Exit::Done);
    }
    if error.kind() == ErrorKind::DisplayVersion {
        let version = concat!("culture ", env!("CARGO_PKG_VERSION"), "\n");
        call.write(version.as_bytes())?;
        return Ok(Exit::Done);
    }
    let mut called = verb.map_or_else(|| NAME.to_owned(), |verb| format!("{NAME} {}", verb.name));
    let below = verb.and_then(|verb| tree.find_subcommand(verb.name));
    if let Some(below) =
        below.and_then(|verb| call.early.plain_words().find(|word| verb.find_subcommand(word).is_some()))
    {
        called.extend([" ", below]);
    }
    let command = verb.map(|verb| command_meant(tree, &call.early, verb));
    clap_words::fault(error, &called, command).fail()
}

/// The command whose help is wanted: the verb, or one below it.
fn command_meant<'c>(tree: &'c Command, early: &Prescan, verb: &Verb) -> &'c Command {
    let names = std::iter::once(verb.name).chain(early.plain_words());
    names.fold(tree, |command, name| command.find_subcommand(name).unwrap_or(command))
}
