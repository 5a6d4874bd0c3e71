//! `culture evidence KIND`: the records that lack what the county asks to be kept of them.

use super::frame::{Call, Delivery, Verb};
use super::options;
use crate::base::fault::{self, Exit};
use crate::base::text::Text;
use crate::county::entry::EntryReader;
use crate::county::evidence::{missing_evidence, no_evidence_rule};
use crate::county::search::Labels;
use crate::county::selection::{RecordFilter, SelectionAsked};
use crate::county::view::{View, Viewpoint};
use crate::report::Report;
use crate::report::records::{OwnedRecord, lacking};
use anyhow::Result;
use clap::{ArgMatches, Command};

/// `evidence`
pub(super) const VERB: Verb = Verb {
    name: "evidence",
    about: Text::new("列出缺少佐证材料的记录", "List records with missing evidence"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = options::kind(lang).required(true);
    Ok(options::day_options(lang, command.arg(kind).arg(options::township(lang)))
        .arg(options::condition(lang))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .args(options::shown(lang))
        .args(options::output(lang)))
}

/// What is asked of `evidence`.
struct EvidenceArgs {
    kind: String,
    point: Viewpoint,
    selection: SelectionAsked,
    delivery: Delivery,
}

impl EvidenceArgs {
    fn read(matches: &ArgMatches) -> EvidenceArgs {
        EvidenceArgs {
            kind: options::required(matches, "kind"),
            point: options::records_point(matches),
            selection: options::selection(matches),
            delivery: options::delivery(matches),
        }
    }
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = EvidenceArgs::read(matches);
    let (report, today) = call.look(&args.point, |view| Ok((report(view, &args)?, view.today)))?;
    call.style.made = today;
    call.deliver(&report, &args.delivery)?;
    Ok(Exit::Done)
}

fn report(view: &View<'_>, args: &EvidenceArgs) -> fault::Result<Report> {
    let kind = view.kinds()?.find(&args.kind)?;
    if kind.evidence.is_empty() {
        return no_evidence_rule(kind);
    }
    let search = view.search()?;
    let reader = EntryReader::new(&search, kind, view.today);
    let found =
        RecordFilter::read(&reader, view.township, &args.selection)?.select(&search, kind, view.standpoint())?;
    let all = found.len();
    let mut lacks = Vec::new();
    for one in found {
        let said = missing_evidence(kind, &one.revision, view.county.snapshot)?;
        if !said.is_empty() {
            let township = &view.county.in_order()[one.township];
            lacks.push((OwnedRecord { township, revision: one.revision }, Text::list(&said)));
        }
    }
    lacks.sort_by_key(|(kept, _)| (kept.revision.date(), kept.revision.id));
    let labels = Labels::new(&search);
    Ok(lacking(kind, &lacks, all, &|field, value| labels.of(field, value)))
}
