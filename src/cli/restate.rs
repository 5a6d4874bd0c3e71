//! `culture restate MONTH`: a closed month as issued beside the month as it stands, and the records that make the
//! difference.

use super::frame::{Call, Verb};
use super::options::{self, positional};
use crate::base::fault::{Exit, Result};
use crate::base::text::Text;
use crate::county::closings;
use crate::county::county::County;
use crate::county::search::Search;
use crate::figures::closing::{Closing, RecordChange, figure_differences};
use crate::ledger::revisions;
use crate::report::Block;
use crate::report::closing::{ChangedRecord, adjusted_since, restatement};
use clap::{ArgMatches, Command};

/// The verb.
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
    Ok(command.arg(month).arg(options::today(lang)).arg(options::format(lang)).arg(options::output(lang)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (now, threads) = (call.world.now, call.world.threads);
    let report = call.look(|county| {
        let today = county.as_of(matches.get_one("today"), now)?;
        let word = matches.get_one::<String>("of").map_or("", String::as_str);
        let closing = closings::of_month(county, closings::month(county, word, today)?)?;
        let now = closings::recount_as_it_stands(county, &closing, threads)?;
        let entries = entries(county, &closing, threads)?;
        let mut report = restatement(&closing, &figure_differences(&closing.issued, &now), &entries, county.in_order());
        let (year, closed_by) = (closing.head.month.year, &closing.plan.0);
        if county.plan_versions(year).last().is_some_and(|(_, newest)| newest != closed_by) {
            report.blocks.extend(adjusted_since(&county.plan(year, None)?.0, closed_by).map(Block::Line));
        }
        Ok(report)
    })?;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(Exit::Done)
}

/// The records of what the plan counts, dated up to the month's end, that were entered, corrected or voided since.
fn entries(county: &County<'_>, closing: &Closing, threads: usize) -> Result<Vec<ChangedRecord>> {
    let (plan, _) = closings::plan(county, closing)?;
    let kinds = county.kinds(None)?;
    let search = Search::new(county, &kinds, threads);
    let counted = |id: &str| {
        let roster = |of: &str| kinds.get(of).and_then(|kind| kind.roster.as_ref()).is_some_and(|one| one.kind == id);
        plan.indicators.iter().any(|indicator| indicator.kind == id || roster(&indicator.kind))
    };
    let until = closing.head.month.last();
    let mut all = search.each(
        |ledger| counted(&ledger.kind) && ledger.year <= plan.year,
        |ledger, source| {
            let entry = |since: RecordChange| ChangedRecord {
                township: ledger.township,
                kind: source.kind.title.clone(),
                label: since.last.display_label(source.kind),
                since,
            };
            Ok(RecordChange::list(&revisions(source)?, closing.known_at(), until).into_iter().map(entry).collect())
        },
    )?;
    all.sort_by_key(|entry| (entry.since.last.entered_at, entry.since.last.id));
    Ok(all)
}
