//! What townships send, taken in: all or nothing over all files, never twice.

mod chunk;
mod defaults;
mod duplicates;
mod existing;
mod key_index;
mod lasting;
mod messages;
mod outcome;
mod reading_rows;
mod reading_sheet;
mod readings;
mod rejects;
mod request;
mod settle;
mod sources;
mod validate;

pub(crate) use outcome::ImportOutcome;
pub(crate) use rejects::{RejectedRow, rejects_report};
pub(crate) use request::{ImportAsked, RowPurpose};
pub(crate) use sources::SourceFile;

use super::draft::ChangeDraft;
use super::view::View;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::text::Text;
use crate::import::ReadOptions;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use duplicates::DuplicateFinder;
use existing::ExistingKeys;
use outcome::RowCounts;
use readings::Readings;
use request::ImportRequest;
use settle::{ImportContext, take_table};
use sources::SourceSheet;

/// Takes the rows of all files, one after the other; `say` is told how far it is.
///
/// # Errors
/// A file cannot be read, or too many rows are faulty; a few faults of rows are kept with them.
pub(crate) fn import_files(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    asked: &ImportAsked,
    files: &[SourceFile],
    say: &dyn Fn(&Text),
) -> Result<ImportOutcome> {
    let county = view.county;
    let kinds = view.kinds()?;
    let month = asked.month.as_ref().map(|text| county.parse_month(text, view.today)).transpose()?;
    let on = asked.on.as_ref().map(|text| county.parse_day(text, view.today)).transpose()?;
    let request = ImportRequest { township: view.township, month, on, today: view.today, asked };
    let search = view.search()?;
    let mut common = ImportContext {
        search: &search,
        asked: &request,
        say,
        known: ExistingKeys::new(county),
        twins: DuplicateFinder::default(),
        readings: Readings::default(),
    };
    let mut done = ImportOutcome::new(asked.purpose);
    let options =
        ReadOptions { encoding: asked.encoding.as_deref(), sheet: asked.sheet.as_deref(), threads: county.threads };
    let opened: Result<Vec<_>> = files.iter().map(|file| Ok((file, file.sheets(&options)?))).collect();
    let opened = opened?;
    let mut tables = Vec::new();
    for (file, (sheets, said)) in &opened {
        done.notes.extend(file.notes(said));
        let found = sources::tables(file, sheets, kinds, &asked.kind, &mut done.notes)?;
        tables.extend(found.into_iter().map(|(sheet, kind)| SourceSheet { file, sheet, kind }));
    }
    // What others refer to comes first.
    tables.sort_by_key(|table| reference_depth(kinds, table.kind));
    let of_tables: Vec<&Kind> = tables.iter().map(|table| table.kind).collect();
    for (at, table) in tables.into_iter().enumerate() {
        let taken = take_table(&mut common, table, &of_tables[at..], draft, &mut done);
        // How the file was read may be why it is not understood.
        taken.map_err(|Faults(faults)| Faults(done.notes.drain(..).chain(faults).collect()))?;
    }
    common.readings.draft(&search, view.today, draft, &mut done)?;
    done.remark_unlisted();
    if done.counts.values().any(RowCounts::is_large) {
        say(&Text::new("正在写入台账", "writing"));
    }
    done.sum_up(county, kinds, asked.dry_run);
    let stops = |fault: &Fault| fault.level == Level::Error;
    Faults::unless(done.notes.iter().filter(|fault| stops(fault)).cloned().collect(), || done)
}

/// How many kinds a kind's records can stand on, one upon the other.
fn reference_depth(kinds: &Kinds, kind: &Kind) -> usize {
    let referred = kind.fields.iter().filter_map(|field| field.ty.referred_kind());
    let below = referred.filter(|of| *of != kind.id).filter_map(|of| kinds.get(of));
    below.fold(0, |deepest, of| deepest.max(of.fields.iter().filter(|field| field.ty.is_reference()).count() + 1))
}
