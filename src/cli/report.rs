//! `culture report …`: what is written for the files and for those above, one file for each report.

mod acceptance;
mod coverage;
mod milestone;
mod month;

use super::frame::{Call, Verb};
use super::options;
use crate::base::fault::{Exit, Fault};
use crate::base::text::Text;
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `report`
pub(super) const VERB: Verb =
    Verb { name: "report", about: Text::new("生成汇总和考核报表", "Make a report"), arguments, run };

/// The reports.
const REPORTS: &[Verb] = &[month::VERB, milestone::VERB, coverage::VERB, acceptance::VERB];

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    REPORTS.iter().try_fold(command.subcommand_required(true), |command, report| {
        let below = Command::new(report.name).about(report.about.say(call.lang).to_owned());
        Ok(command.subcommand((report.arguments)(below, call)?))
    })
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let asked = matches.subcommand();
    let found = asked.and_then(|(name, below)| Some((REPORTS.iter().find(|report| report.name == name)?, below)));
    let Some((report, below)) = found else {
        return Fault::usage("wrong-arguments", text!("没有写明报表", "no report given")).fail();
    };
    (report.run)(call, below)
}

/// What every report takes: `--today`, `--known`, `--public`, `--format` and `-o`.
fn common(command: Command, call: &Call<'_>) -> Command {
    let lang = call.lang;
    let command = command.arg(options::today(lang)).arg(options::known(lang));
    command.args(options::shown(lang)).args(options::output(lang))
}

/// What [`common`] says: from where the county is looked at.
fn point(matches: &ArgMatches) -> Viewpoint {
    Viewpoint { known: options::text(matches, "known"), ..options::day_point(matches) }
}
