//! Records that leave the county: which are wanted, ledger by ledger.

use super::labels::UniqueLabels;
use super::ledgers::Ledger;
use super::search::Search;
use super::selection::{DaySpan, DaysAsked};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::Result;
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::excerpt::{ExcerptNo, Excerpts, LedgerExcerpt, WholeLedger};
use crate::ledger::{AsOf, Row, walk};
use crate::report::export::{ExportedRecords, table};
use crate::report::long_table::LongTable;
use crate::report::records::KeptLabels;
use crate::schema::kind::{Field, Kind};
use crate::schema::record::RecordState;
use std::collections::HashSet;
use std::rc::Rc;

/// What is to be exported, as typed.
pub(crate) struct ExportAsked<'a> {
    /// The kind; none: all.
    pub kind: Option<&'a str>,
    /// Of when.
    pub days: &'a DaysAsked,
    /// Every revision, void ones too.
    pub ledger: bool,
}

/// The records of one kind.
pub(crate) struct KindExport {
    /// What the kind is called.
    pub title: Text,
    /// Its records.
    pub table: LongTable,
}

/// The records that are asked for, kind by kind.
///
/// # Errors
/// A part of what was asked cannot be read; whatever is wrong with a ledger.
pub(crate) fn export(view: &View<'_>, asked: &ExportAsked<'_>) -> Result<Vec<KindExport>> {
    let kinds = view.kinds()?;
    let wanted: Vec<&Kind> = match asked.kind {
        Some(kind) => vec![kinds.find(kind)?],
        None => kinds.iter().collect(),
    };
    let filter = ExportFilter {
        days: DaySpan::read(view.county, asked.days, view.today)?,
        at: view.standpoint(),
        ledger: asked.ledger,
    };
    let search = view.search()?;
    let called = Rc::new(UniqueLabels::load(&search, &wanted, view.known)?);
    let export_of = |kind: &Kind| {
        let table = table(exported(view, &search, kind, &filter, &called)?);
        Ok(KindExport { title: kind.title.clone(), table })
    };
    wanted.into_iter().map(export_of).collect()
}

/// The records of one kind, by township and year.
fn exported(
    view: &View<'_>,
    search: &Search<'_>,
    kind: &Kind,
    filter: &ExportFilter,
    called: &Rc<UniqueLabels>,
) -> Result<ExportedRecords> {
    let mut taken = search.take_each(
        |ledger| ledger.kind == kind.id && view.township.is_none_or(|township| township == ledger.township),
        |_, whole| filter.select(whole),
    )?;
    taken.sort_by_key(|(ledger, _)| (ledger.township, ledger.year));
    let mut excerpts = Excerpts::none(kind);
    let mut townships = Vec::new();
    excerpts.order.reserve_exact(taken.iter().map(|(_, (_, rows))| rows.len()).sum());
    for (Ledger { township, .. }, (excerpt, rows)) in taken {
        let at: ExcerptNo = excerpts.add(excerpt);
        excerpts.order.extend(rows.into_iter().map(|row| at.row(row)));
        let id = &view.county.in_order()[township].id;
        townships.push((id.clone(), called.township(id)));
    }
    let called = Rc::clone(called);
    let names = KeptLabels(Rc::new(move |field: &Field, value: &str| called.of(field, value).map(Text::same)));
    Ok(ExportedRecords { excerpts, townships, ledger: filter.ledger, names })
}

/// Which rows of a ledger are wanted.
struct ExportFilter {
    days: DaySpan,
    at: AsOf,
    /// Every revision.
    ledger: bool,
}

impl ExportFilter {
    /// Live records by date as they stand; for a ledger, all revisions in file order of the records whose last one lies
    /// within the days.
    fn select(&self, whole: WholeLedger<'_>) -> Result<(LedgerExcerpt, Vec<u32>)> {
        if self.ledger {
            let mut wanted: HashSet<Id> = HashSet::new();
            walk(whole.source(), self.at, |row, stands| {
                if stands && self.days.holds(row.date) {
                    wanted.insert(row.id);
                }
                Ok(())
            })?;
            let is_known = |row: &Row<'_>| self.at.known.is_none_or(|known| row.entered_at <= known);
            let (excerpt, kept) =
                whole.excerpt(AsOf::LATEST, |row, _| (is_known(row) && wanted.contains(&row.id)).then_some(()))?;
            return Ok((excerpt, kept.into_iter().map(|((), row)| row).collect()));
        }
        let (excerpt, mut kept) = whole.excerpt(self.at, |row, stands| {
            let wanted = stands && row.state == RecordState::Live && self.days.holds(row.date);
            wanted.then_some((row.date, row.id))
        })?;
        kept.sort_unstable_by_key(|&(key, _): &((Day, Id), u32)| key);
        Ok((excerpt, kept.into_iter().map(|(_, row)| row).collect()))
    }
}
