//! `culture verify [MONTH|all]`: whether every closing still comes out of the ledgers as known when it was made.

use super::frame::{Call, Delivery, Verb};
use super::options::{self, positional, text};
use crate::base::fault::Exit;
use crate::base::text::Text;
use crate::county::closings;
use crate::county::view::Viewpoint;
use crate::report::closing::verification;
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `verify`
pub(super) const VERB: Verb = Verb {
    name: "verify",
    about: Text::new("核对定稿：按当时的台账重新计算", "Recount closed months and compare"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let month = Text::new("月份，或 all（默认全部）", "Month, or all (default)");
    let month = positional(lang, "of", &Text::new("月份", "MONTH"), &month);
    Ok(command.arg(month).arg(options::today(lang)).args(options::shown(lang)).args(options::output(lang)))
}

/// What is asked of `verify`.
struct VerifyArgs {
    point: Viewpoint,
    /// The month; none: all.
    of: Option<String>,
    delivery: Delivery,
}

impl VerifyArgs {
    fn read(matches: &ArgMatches) -> VerifyArgs {
        VerifyArgs {
            point: options::day_point(matches),
            of: text(matches, "of").filter(|word| !word.eq_ignore_ascii_case("all")),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = VerifyArgs::read(matches);
    let (report, equal) = call.look(&args.point, |view| {
        let month = match &args.of {
            Some(word) => {
                let month = view.county.parse_month(word, view.today)?;
                Some(closings::of_month(view.county, month)?.head.month)
            }
            None => None,
        };
        let all = closings::verify(view.county, month)?;
        Ok((verification(&all).seen_by(view.county.public), all.iter().all(|one| one.findings.is_equal())))
    })?;
    call.deliver(&report, &args.delivery)?;
    Ok(if equal { Exit::Done } else { Exit::Found })
}
