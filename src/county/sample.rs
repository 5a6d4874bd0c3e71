//! Which records to look at on site, drawn so that anyone can draw them again.

use super::entry::EntryReader;
use super::search::Labels;
use super::selection::{RecordFilter, SelectionAsked};
use super::view::View;
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::figures::sample::{SampleSize, digest, draw};
use crate::report::Report;
use crate::report::records::OwnedRecord;
use crate::report::sample::Sample;
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use std::collections::HashMap;

/// What is to be drawn, as typed.
#[derive(Clone, Debug)]
pub(crate) struct SampleAsked {
    /// The kind of the records.
    pub kind: String,
    /// From which of them.
    pub selection: SelectionAsked,
    /// How many.
    pub size: SampleSize,
    /// The words from which the lots come.
    pub seed: String,
}

/// Draws records of the township asked for, or of all.
///
/// # Errors
/// There is nothing to draw from, or the seed is empty; what was typed cannot be read; whatever is wrong with a ledger.
pub(crate) fn draw_sample(view: &View<'_>, asked: &SampleAsked) -> Result<Report> {
    let kind = view.kinds()?.find(&asked.kind)?;
    let search = view.search()?;
    let reader = EntryReader::new(&search, kind, view.today);
    let found =
        RecordFilter::read(&reader, view.township, &asked.selection)?.select(&search, kind, view.standpoint())?;
    if found.is_empty() {
        return nothing_to_draw(kind);
    }
    let seed = asked.seed.as_str();
    if seed.is_empty() {
        return Fault::usage("empty-text", text!("随机数是空的", "the seed is empty"))
            .hint(text!(
                "写一串事先公布的字，如 --seed 年度验收会",
                "use a phrase made public beforehand, e.g. --seed 'acceptance 2018'"
            ))
            .fail();
    }
    let townships = view.county.in_order();
    let mut held = vec![Vec::new(); townships.len()];
    for one in &found {
        held[one.township].push(one.revision.id);
    }
    let mut records: HashMap<Id, Revision> = found.into_iter().map(|one| (one.revision.id, one.revision)).collect();
    let mut kept = Vec::new();
    for (township, ids) in townships.iter().zip(draw(&held, asked.size, seed)) {
        for revision in ids.iter().filter_map(|id| records.remove(id)) {
            kept.push(OwnedRecord { township, revision });
        }
    }
    let labels = Labels::new(&search);
    let population = held.iter().flatten().copied();
    let sample = Sample {
        kind,
        seed,
        size: asked.size,
        drawn: &kept,
        of: population.clone().count(),
        digest: digest(population),
    };
    Ok(sample.report(&|field, value| labels.of(field, value)))
}

fn nothing_to_draw<T>(kind: &Kind) -> Result<T> {
    let title = &kind.title;
    Fault::usage("no-records", text!("没有可抽的{title}", "there are no {title} records to draw from", title))
        .hint(text!(
            "放宽条件；查看：culture list {id}",
            "widen the selection; see culture list {id}",
            id = Text::same(&kind.id)
        ))
        .fail()
}
