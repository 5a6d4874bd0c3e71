//! `culture lagging`: who falls behind, by which of the plan's rules, with the figures and the records behind them.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, flag};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::supervision::findings;
use crate::county::view::Viewpoint;
use crate::report::lagging::LaggingReport;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `lagging`
pub(super) const VERB: Verb = Verb {
    name: "lagging",
    about: Text::new("列出滞后单位和所依据的规则", "List the townships that are behind, and why"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    Ok(command
        .arg(options::township(lang))
        .arg(options::today(lang))
        .arg(options::known(lang))
        .arg(options::plan(lang))
        .args(options::shown(lang))
        .args(options::output(lang))
        .arg(flag(lang, "check", &Text::new("有滞后单位时退出码为 3", "Exit with 3 if any township is behind"))))
}

/// What is asked of `lagging`.
struct LaggingArgs {
    point: Viewpoint,
    /// Whether it is told by the exit code that somebody falls behind.
    check: bool,
    delivery: Delivery,
}

impl LaggingArgs {
    fn read(matches: &ArgMatches) -> LaggingArgs {
        LaggingArgs {
            point: options::plan_point(matches),
            check: matches.get_flag("check"),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = LaggingArgs::read(matches);
    let (report, as_of, found) = call.look(&args.point, |view| {
        let findings = findings(view)?;
        let lagging = LaggingReport {
            plan: &view.plan()?.plan,
            townships: view.county.in_order(),
            findings: &findings,
            as_of: view.as_of,
            known: view.known,
        };
        Ok((lagging.report(), view.as_of, !findings.is_empty()))
    })?;
    call.style.made = as_of;
    call.deliver(&report, &args.delivery)?;
    Ok(if args.check && found { Exit::Found } else { Exit::Done })
}
