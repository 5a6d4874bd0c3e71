//! `culture notice …`: what falls behind is told to a township, and followed until it is mended. What a notice is, and
//! where its steps are kept, stands in the kind's file (`[notice]`).

mod draft;
mod list;
mod steps;

use super::frame::{Call, Verb};
use crate::base::fault::{Exit, Fault};
use crate::base::text::Text;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `notice`
pub(super) const VERB: Verb = Verb {
    name: "notice",
    about: Text::new("通报批评和整改通知：起草到销号", "Draft, track and close rectification notices"),
    arguments,
    run,
};

const STEPS: &[Verb] = &[draft::VERB, list::VERB, steps::SIGN, steps::REPLY, steps::RECHECK, steps::CLOSE];

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    STEPS.iter().try_fold(command.subcommand_required(true), |command, step| {
        let below = Command::new(step.name).about(step.about.say(call.lang).to_owned());
        Ok(command.subcommand((step.arguments)(below, call)?))
    })
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let asked = matches.subcommand();
    let found = asked.and_then(|(name, below)| Some((STEPS.iter().find(|step| step.name == name)?, below)));
    let Some((step, below)) = found else {
        return Fault::usage("wrong-arguments", text!("没有写明步骤", "no step given")).fail();
    };
    (step.run)(call, below)
}
