//! `culture kinds [KIND]`: what can be recorded.

use super::frame::{Call, Verb};
use super::options::{self, positional, text};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::render::OutputFormat;
use crate::report::settings;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `kinds`
pub(super) const VERB: Verb = Verb {
    name: "kinds",
    about: Text::new("查看台账类别及其字段", "Show the kinds of record and their fields"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = positional(
        lang,
        "kind",
        &Text::new("类别", "KIND"),
        &Text::new("某一类别的字段", "Show the fields of this kind"),
    );
    Ok(command.arg(kind).arg(options::format(lang)))
}

/// What is asked of `kinds`.
struct KindsArgs {
    /// The kind whose fields are wanted; none: all kinds.
    kind: Option<String>,
    format: OutputFormat,
}

impl KindsArgs {
    fn read(matches: &ArgMatches) -> KindsArgs {
        KindsArgs { kind: text(matches, "kind"), format: options::requested_format(matches) }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = KindsArgs::read(matches);
    let kinds = call.kinds()?;
    let report = match &args.kind {
        Some(word) => settings::kind(kinds.find(word)?),
        None => settings::kinds(kinds.iter()),
    };
    call.say(&report, args.format)?;
    Ok(Exit::Done)
}
