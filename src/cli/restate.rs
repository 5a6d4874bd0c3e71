//! `culture restate MONTH`: a closed month as issued beside the month as it stands, and the records that make the
//! difference.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, positional, required};
use crate::base::fault::{self, Exit};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::view::{View, Viewpoint};
use crate::figures::closing::figure_differences;
use crate::report::closing::{adjusted_since, restatement};
use crate::report::{Block, Report};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `restate`
pub(super) const VERB: Verb = Verb {
    name: "restate",
    about: Text::new("数据更正说明：定稿数与现数对照", "Compare a closed month as issued and as it is now"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let month = Text::new("如 5月、上月", "Month, e.g. 2018-05");
    let month = positional(lang, "of", &Text::new("月份", "MONTH"), &month).required(true);
    Ok(command.arg(month).arg(options::today(lang)).args(options::shown(lang)).args(options::output(lang)))
}

/// What is asked of `restate`.
struct RestateArgs {
    of: String,
    point: Viewpoint,
    delivery: Delivery,
}

impl RestateArgs {
    fn read(matches: &ArgMatches) -> RestateArgs {
        RestateArgs {
            of: required(matches, "of"),
            point: options::day_point(matches),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = RestateArgs::read(matches);
    let report = call.look(&args.point, |view| report(view, &args.of))?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn report(view: &View<'_>, month: &str) -> fault::Result<Report> {
    let county = view.county;
    let closing = closings::of_month(county, county.parse_month(month, view.today)?)?;
    let now = closings::recount_as_it_stands(county, &closing)?;
    let entries = closings::changed_records(county, &closing)?;
    let mut report =
        restatement(&closing, &figure_differences(&closing.issued, &now), &entries, county.in_order(), county.public);
    let year = closing.head.month.year;
    let closed_by = &closing.plan.0;
    if county.plan_versions(year).last().is_some_and(|(_, newest)| newest != closed_by) {
        report.blocks.extend(adjusted_since(&county.plan(year, None)?.plan, closed_by).map(Block::Line));
    }
    Ok(report)
}
