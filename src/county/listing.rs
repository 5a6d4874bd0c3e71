//! Lists of records: which are asked for, in which order, and what their cells are called.

use super::entry::EntryReader;
use super::monthly_reports::SubmissionTimes;
use super::search::{Labels, Search};
use super::selection::{FoundKey, RecordFilter, SelectionAsked};
use super::view::View;
use crate::base::day::Instant;
use crate::base::fault::Result;
use crate::base::text::Text;
use crate::ledger::excerpt::Excerpts;
use crate::report::records::{KeptLabels, ListScope, ListedRecords, list};
use crate::report::{Block, Report};
use crate::schema::kind::{Field, FieldNo, FieldType};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// A list that is asked for, as typed.
pub(crate) struct ListAsked<'a> {
    /// The kind.
    pub kind: &'a str,
    /// Which of its records.
    pub selection: &'a SelectionAsked,
    /// The field by which they are sorted.
    pub sort: Option<&'a str>,
    /// Every column is wanted, else what fits on a screen.
    pub whole: bool,
}

/// The records that are asked for, as they stand or as known.
///
/// # Errors
/// A part of what was asked cannot be read; whatever is wrong with a ledger.
pub(crate) fn record_list(view: &View<'_>, asked: &ListAsked<'_>) -> Result<Report> {
    let kind = view.kinds()?.find(asked.kind)?;
    let search = view.search()?;
    let wanted = RecordFilter::read(&EntryReader::new(&search, kind, view.today), view.township, asked.selection)?;
    // Records are also looked at to find out what is wrong: a faulty plan or report is no reason not to show them.
    let reported = if view.year.is_some() { SubmissionTimes::load(view).map(Some) } else { Ok(None) };
    let mut found = wanted.find(&search, kind, view.standpoint())?;
    found.sort(asked.sort)?;
    let is_late = |reported: &SubmissionTimes, key: &FoundKey| {
        reported.is_late(kind, key.township, key.date, Instant::new(key.entered, view.county.settings.offset))
    };
    let late = match &reported {
        Ok(Some(reported)) => Some(found.keys.iter().map(|(key, _)| is_late(reported, key)).collect()),
        Ok(None) => Some(vec![false; found.keys.len()]),
        Err(_) => None,
    };
    let mut excerpts = found.excerpts;
    excerpts.order = found.keys.into_iter().map(|(_, place)| place).collect();
    let scope = ListScope { whole: asked.whole, ..found.scope };
    let names = kept_labels(&search, &excerpts, &scope.fields(kind));
    let townships = found.townships.iter().map(|&at| view.county.in_order()[at].clone()).collect();
    let mut report = list(ListedRecords { excerpts, townships, late, scope, names });
    if reported.is_err() {
        report.blocks.push(Block::Line(Text::new(
            "未能标出报后补录：方案或月报有误，运行 culture check 查看。",
            "Entries made after the reports are not marked: the plan or a report has errors, see culture check.",
        )));
    }
    Ok(report)
}

/// What the townships and records are called that the fields shown name, each looked for once.
fn kept_labels(search: &Search<'_>, excerpts: &Excerpts, fields: &[FieldNo]) -> KeptLabels {
    let kind = &excerpts.kind;
    let names = |ty: &FieldType| ty.is_reference() || *ty == FieldType::Township;
    let fields: Vec<FieldNo> = fields.iter().copied().filter(|at| names(&kind.fields[*at].ty)).collect();
    let labels = Labels::new(search);
    let mut known: HashMap<String, HashMap<String, Option<Text>>> = HashMap::new();
    if !fields.is_empty() {
        let _ = excerpts.each(|_, _, row| {
            for &at in &fields {
                let field = &kind.fields[at];
                let value = String::from_utf8_lossy(row.cell(at));
                let of_field = known.entry(field.name.clone()).or_default();
                if !value.is_empty() && !of_field.contains_key(&*value) {
                    let label = labels.of(field, &value);
                    of_field.insert(value.into_owned(), label);
                }
            }
            ControlFlow::Continue(())
        });
    }
    KeptLabels(Rc::new(move |field: &Field, value: &str| known.get(&field.name)?.get(value)?.clone()))
}
