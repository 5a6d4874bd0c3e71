//! `culture verify [MONTH|all]`: whether every closing still comes out of the ledgers as known when it was made.

use super::frame::{Call, Verb};
use super::options::{self, positional};
use crate::base::day::Month;
use crate::base::fault::{Exit, Faults, Result};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::county::County;
use crate::figures::closing::{Closing, ClosingFindings, compare};
use crate::report::closing::{Verification, verification};
use clap::{ArgMatches, Command};

/// The verb.
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
    Ok(command.arg(month).arg(options::today(lang)).arg(options::format(lang)).arg(options::output(lang)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let (report, equal) = call.look(|county| {
        let word = matches.get_one::<String>("of").map(String::as_str).filter(|word| !word.eq_ignore_ascii_case("all"));
        let month = match word {
            Some(word) => {
                let today = county.as_of(matches.get_one("today"), now)?;
                Some(closings::of_month(county, closings::month(county, word, today)?)?.head.month)
            }
            None => None,
        };
        let all = verify_closings(county, month, threads)?;
        let equal = all.iter().all(|one| one.findings.is_equal());
        Ok((verification(&all), equal))
    })?;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(if equal { Exit::Done } else { Exit::Found })
}

/// What the closings of a month, or all, are found to be.
///
/// # Errors
/// A kind or a file cannot be read.
pub(super) fn verify_closings(county: &County<'_>, month: Option<Month>, threads: usize) -> Result<Vec<Verification>> {
    let paths = closings::paths(county).into_iter().filter(|((of, _), _)| month.is_none_or(|month| month == *of));
    paths.map(|(of, path)| verify_closing(county, of, path, threads)).collect()
}

fn verify_closing(
    county: &County<'_>,
    (month, number): (Month, u32),
    path: String,
    threads: usize,
) -> Result<Verification> {
    let (closing, findings) = match closings::load(county, &path) {
        Ok(closing) => {
            let findings = findings(county, &closing, threads)?;
            (Some(closing), findings)
        }
        Err(Faults(faults)) => {
            (None, ClosingFindings { edited: true, uncounted: faults, ..ClosingFindings::default() })
        }
    };
    Ok(Verification { month, number, path, closing, findings })
}

/// What a closing is found to be.
///
/// # Errors
/// A file cannot be read.
pub(super) fn findings(county: &County<'_>, closing: &Closing, threads: usize) -> Result<ClosingFindings> {
    let kinds = county.kinds(None)?;
    let seals = closings::seals(county, &kinds, closing.known_at(), threads)?;
    let counted = closings::recount_as_known(county, closing, threads);
    let now = closings::kinds(county, &kinds)?;
    Ok(compare(closing, &seals, &now, counted.map_err(|Faults(faults)| faults)))
}
