//! `culture status`: how far each target is on a day.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, flag, option, text};
use crate::base::fault::{self, Exit};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::view::{View, Viewpoint};
use crate::render::OutputFormat;
use crate::report::{Block, Report};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `status`
pub(super) const VERB: Verb = Verb {
    name: "status",
    about: Text::new("查看各项任务进度、到期事项和未报单位", "Show how far each target is, what is due, who is late"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let month = option(
        lang,
        "month",
        &Text::new("月份", "MONTH"),
        &Text::new("到某月底为止，并列当月数", "As of the month's end, with that month's figures"),
    );
    Ok(command
        .arg(options::township(lang))
        .arg(month)
        .arg(options::today(lang))
        .arg(options::known(lang))
        .arg(options::plan(lang))
        .arg(flag(lang, "by-month", &Text::new("指标×月份", "Show indicators by month")))
        .arg(
            flag(lang, "by-township", &Text::new("单位×指标", "Show townships by indicator"))
                .conflicts_with("by-month"),
        )
        .args(options::shown(lang))
        .args(options::output(lang))
        .arg(flag(
            lang,
            "check",
            &Text::new("有滞后或未报时退出码为 3", "Exit with 3 if anything is behind or missing"),
        ))
        .arg(flag(lang, "skip-bad", &Text::new("跳过读不全的台账并注明", "Skip unreadable ledgers, and say so"))))
}

/// What is asked of `status`.
struct StatusArgs {
    point: Viewpoint,
    layout: StatusLayout,
    /// Whether what falls behind is told by the exit code.
    check: bool,
    delivery: Delivery,
}

/// How the whole county's status is laid out.
enum StatusLayout {
    Page,
    ByMonth,
    ByTownship,
}

impl StatusArgs {
    fn read(matches: &ArgMatches) -> StatusArgs {
        let layout = match (matches.get_flag("by-month"), matches.get_flag("by-township")) {
            (true, _) => StatusLayout::ByMonth,
            (false, true) => StatusLayout::ByTownship,
            (false, false) => StatusLayout::Page,
        };
        StatusArgs {
            point: Viewpoint {
                month: text(matches, "month"),
                skip_bad: matches.get_flag("skip-bad"),
                ..options::plan_point(matches)
            },
            layout,
            check: matches.get_flag("check"),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = StatusArgs::read(matches);
    let (report, as_of, failing) = call.look(&args.point, |view| {
        let report = report(view, &args)?;
        Ok((report, view.as_of, view.status()?.is_failing()))
    })?;
    call.style.made = as_of;
    call.deliver(&report, &args.delivery)?;
    Ok(if args.check && failing { Exit::Found } else { Exit::Done })
}

fn report(view: &View<'_>, args: &StatusArgs) -> fault::Result<Report> {
    let status = view.status()?;
    let mut report = match (view.township, &args.layout) {
        (Some(township), _) => status.township_page(township, &view.month_counts(township)?),
        (None, StatusLayout::ByMonth) => status.by_month(),
        (None, StatusLayout::ByTownship) => status.by_township(),
        (None, StatusLayout::Page) => status.page(),
    };
    if args.delivery.format == OutputFormat::Json {
        report.json = Some(status.json());
    }
    report.blocks.extend(closings::corrections(view)?.map(Block::Line));
    report.blocks.extend(view.still_open()?.map(Block::Line));
    view.skipped.say(&mut report);
    Ok(report)
}
