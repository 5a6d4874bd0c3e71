//! `culture why INDICATOR`: the records that make a figure.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, option, positional, required, text};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::provenance::explanation;
use crate::county::view::Viewpoint;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `why`
pub(super) const VERB: Verb =
    Verb {
        name: "why", about: Text::new("查某个数字的来源", "Show the records behind a figure"), arguments, run
    };

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let what = Text::new("指标的代号或名称", "Indicator id or title");
    let month = Text::new("只看某个月的数", "Figure for one month");
    Ok(command
        .arg(positional(lang, "indicator", &Text::new("指标", "INDICATOR"), &what).required(true))
        .arg(options::township(lang))
        .arg(option(lang, "month", &Text::new("月份", "MONTH"), &month))
        .arg(options::today(lang))
        .arg(options::known(lang))
        .arg(options::plan(lang))
        .args(options::shown(lang))
        .args(options::output(lang)))
}

/// What is asked of `why`.
struct WhyArgs {
    indicator: String,
    point: Viewpoint,
    delivery: Delivery,
}

impl WhyArgs {
    fn read(matches: &ArgMatches) -> WhyArgs {
        WhyArgs {
            indicator: required(matches, "indicator"),
            point: Viewpoint { month: text(matches, "month"), ..options::plan_point(matches) },
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = WhyArgs::read(matches);
    let (report, as_of) = call.look(&args.point, |view| Ok((explanation(view, &args.indicator)?, view.as_of)))?;
    call.style.made = as_of;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}
