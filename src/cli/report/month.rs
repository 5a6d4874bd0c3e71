//! `culture report month MONTH`: the monthly summary.

use super::{common, deliver};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::text::Text;
use crate::cli::frame::{Call, Verb};
use crate::cli::options::{self, positional};
use crate::county::closings;
use crate::county::counting::with_status;
use crate::county::monthly_reports::month_narrative;
use crate::county::search::{Labels, Search};
use crate::report::Block;
use crate::schema::kind::Field;
use crate::schema::parse;
use clap::{ArgMatches, Command};

/// The report.
pub(super) const VERB: Verb =
    Verb { name: "month", about: Text::new("某月的工作汇总", "Show the summary for a month"), arguments, run };

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let month = Text::new("如 5月、上月", "Month, e.g. 2018-05");
    let month = positional(call.lang, "of", &Text::new("月份", "MONTH"), &month).required(true);
    Ok(common(command.arg(month), call))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let county = &county.seen_by(matches.get_flag("public"));
        let today = county.as_of(matches.get_one("today"), now)?;
        let known = options::known_at(county, matches, today)?;
        let year = county.plan_year(today).unwrap_or(today.year());
        let month = parse::month(matches.get_one::<String>("of").map_or("", String::as_str), today, year)?;
        if month.first() > today {
            return Fault::usage("unsorted", text!("{month} 还没有开始", "{month} has not begun yet"))
                .hint(text!("请写已开始的月份", "choose a month that has begun"))
                .fail();
        }
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, threads);
        let (plan, _) = county.plan(county.plan_year(month.first()).unwrap_or(month.year), known)?;
        let told = month_narrative(&search, &plan, month, (today, known))?;
        let labels = Labels::new(&search);
        let names = |field: &Field, value: &str| labels.of(field, value);
        with_status(county, (today, known, month), threads, |status| {
            let mut report = status.summary(month, &told, &names);
            let corrected = closings::corrections(county, status.plan, status.figures, (status.as_of, known))?;
            if let (Some(json), Some(said)) = (&mut report.json, &corrected) {
                json["corrections"] = serde_json::json!({ "zh": said.zh, "en": said.en });
            }
            report.blocks.extend(corrected.map(Block::Line));
            Ok(report)
        })?
    })?;
    deliver(call, &report, matches)
}
