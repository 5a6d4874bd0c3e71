//! `culture report coverage`: whom the records reached, what is still empty, which villages and how often, households.

use super::{common, point};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::cli::frame::{Call, Delivery, Verb};
use crate::cli::options;
use crate::county::coverage::coverage;
use crate::county::view::Viewpoint;
use crate::render::OutputFormat;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `report coverage`
pub(super) const VERB: Verb = Verb {
    name: "coverage",
    about: Text::new("覆盖情况：各类、各村各单位、入户", "Show who was reached, and the gaps"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    Ok(common(command, call))
}

/// What is asked of `report coverage`.
struct CoverageArgs {
    point: Viewpoint,
    delivery: Delivery,
}

impl CoverageArgs {
    fn read(matches: &ArgMatches) -> CoverageArgs {
        CoverageArgs { point: point(matches), delivery: options::delivery(matches) }
    }

    /// Whether every village and unit is wanted, not only as many as people read.
    fn is_whole(&self) -> bool {
        match self.delivery.format {
            OutputFormat::Csv | OutputFormat::Xlsx | OutputFormat::Json => true,
            OutputFormat::Table | OutputFormat::Markdown | OutputFormat::Ids => false,
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = CoverageArgs::read(matches);
    let report = call.look(&args.point, |view| coverage(view, args.is_whole()))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}
