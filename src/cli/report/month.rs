//! `culture report month MONTH`: the monthly summary.

use super::{common, point};
use crate::base::fault::{self, Exit, Fault};
use crate::base::text::Text;
use crate::cli::frame::{Call, Delivery, Verb};
use crate::cli::options::{self, positional, required};
use crate::county::closings;
use crate::county::monthly_reports::month_narrative;
use crate::county::search::Labels;
use crate::county::view::{View, Viewpoint};
use crate::report::{Block, Report};
use crate::schema::kind::Field;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `report month`
pub(super) const VERB: Verb =
    Verb { name: "month", about: Text::new("某月的工作汇总", "Show the summary for a month"), arguments, run };

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let month = Text::new("如 5月、上月", "Month, e.g. 2018-05");
    let month = positional(call.lang, "of", &Text::new("月份", "MONTH"), &month).required(true);
    Ok(common(command.arg(month), call))
}

/// What is asked of `report month`.
struct MonthArgs {
    point: Viewpoint,
    delivery: Delivery,
}

impl MonthArgs {
    fn read(matches: &ArgMatches) -> MonthArgs {
        MonthArgs {
            point: Viewpoint { month: Some(required(matches, "of")), ..point(matches) },
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = MonthArgs::read(matches);
    let report = call.look(&args.point, summary)?;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn summary(view: &View<'_>) -> fault::Result<Report> {
    let month = view.month.expect("the month of a summary is a required argument");
    if month.first() > view.today {
        return Fault::usage("future-date", text!("{month} 还没有开始", "{month} has not begun yet"))
            .hint(text!("请写已开始的月份", "choose a month that has begun"))
            .fail();
    }
    let told = month_narrative(view, month)?;
    let search = view.search()?;
    let labels = Labels::new(&search);
    let names = |field: &Field, value: &str| labels.of(field, value);
    let mut report = view.status()?.summary(month, &told, &names);
    let corrected = closings::corrections(view)?;
    if let (Some(json), Some(said)) = (&mut report.json, &corrected) {
        json["corrections"] = serde_json::json!({ "zh": said.zh, "en": said.en });
    }
    report.blocks.extend(corrected.map(Block::Line));
    Ok(report)
}
