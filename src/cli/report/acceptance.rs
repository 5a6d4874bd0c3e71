//! `culture report acceptance`: what was claimed, what inspections struck of it, and what is left.

use super::{common, point};
use crate::base::fault::{self, Exit};
use crate::base::text::Text;
use crate::cli::frame::{Call, Delivery, Verb};
use crate::cli::options;
use crate::county::acceptance::{inspection_results, record_labels};
use crate::county::view::{View, Viewpoint};
use crate::report::{Block, Report};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `report acceptance`
pub(super) const VERB: Verb = Verb {
    name: "acceptance",
    about: Text::new("验收：上报、抽查、核减、认定", "Show figures reported, disallowed and accepted"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let unchecked = Text::new("列出尚未抽查的记录", "List the records not checked yet");
    Ok(common(command, call).arg(options::flag(call.lang, "unchecked", &unchecked)))
}

/// What is asked of `report acceptance`.
struct AcceptanceArgs {
    point: Viewpoint,
    /// The records that nobody has inspected are listed.
    unchecked: bool,
    delivery: Delivery,
}

impl AcceptanceArgs {
    fn read(matches: &ArgMatches) -> AcceptanceArgs {
        AcceptanceArgs {
            point: point(matches),
            unchecked: matches.get_flag("unchecked"),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = AcceptanceArgs::read(matches);
    let report = call.look(&args.point, |view| acceptance(view, args.unchecked))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn acceptance(view: &View<'_>, unchecked: bool) -> fault::Result<Report> {
    let status = view.status()?;
    let struck = inspection_results(view)?;
    let mut report = status.acceptance(&struck);
    if unchecked {
        report.blocks.push(Block::LongTable(status.unchecked(&struck, record_labels(view)?)));
    }
    Ok(report)
}
