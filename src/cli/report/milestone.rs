//! `culture report milestone DAY`: the standing at a milestone, and what was entered after it.

use super::{common, point};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::cli::frame::{Call, Delivery, Verb};
use crate::cli::options::{self, flag, positional, required};
use crate::county::milestones::milestone;
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `report milestone`
pub(super) const VERB: Verb = Verb {
    name: "milestone",
    about: Text::new("时间节点考核：达标、单位、补录", "Show who and what has met a milestone"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let day = Text::new("方案里的时间节点，如 2018-07-01", "Milestone in the plan, e.g. 2018-07-01");
    let day = positional(call.lang, "day", &Text::new("日期", "DAY"), &day).required(true);
    let records = Text::new("逐条列出节点后补录的记录", "List the records entered after it");
    Ok(common(command.arg(day).arg(flag(call.lang, "records", &records)), call))
}

/// What is asked of `report milestone`.
struct MilestoneArgs {
    day: String,
    point: Viewpoint,
    /// What was entered after it is listed record by record.
    records: bool,
    delivery: Delivery,
}

impl MilestoneArgs {
    fn read(matches: &ArgMatches) -> MilestoneArgs {
        MilestoneArgs {
            day: required(matches, "day"),
            point: point(matches),
            records: matches.get_flag("records"),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = MilestoneArgs::read(matches);
    let report = call.look(&args.point, |view| milestone(view, &args.day, args.records))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}
