//! `culture handover`: one page for a new clerk.

use super::frame::{Call, Delivery, Verb};
use super::options;
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::handover::handover;
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `handover`
pub(super) const VERB: Verb = Verb {
    name: "handover",
    about: Text::new("工作交接单：到期、未办、滞后单位、统计口径", "Print a handover sheet for the next clerk"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    Ok(command.arg(options::today(lang)).args(options::shown(lang)).args(options::output(lang)))
}

/// What is asked of `handover`.
struct HandoverArgs {
    point: Viewpoint,
    delivery: Delivery,
}

impl HandoverArgs {
    fn read(matches: &ArgMatches) -> HandoverArgs {
        HandoverArgs { point: options::day_point(matches), delivery: options::delivery(matches) }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = HandoverArgs::read(matches);
    let (report, as_of) = call.look(&args.point, |view| Ok((handover(view)?, view.as_of)))?;
    call.style.made = as_of;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}
