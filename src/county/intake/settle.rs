//! The rows of one table. Several threads read and check them part by part (`validate`), each row from the bytes of the file
//! to the line that it will be in its ledger, with no memory of its own on the way; here the parts are taken in their
//! order, twins among the rows are found, and what is left is drafted. All rows go one way: an odd cell only costs more.

use super::chunk::{AcceptedRow, RowChunk, RowFate, RowGroup};
use super::defaults::{
    check_set_values, column_mapping, month_field, other_township, requested_month, set_values, township_column,
};
use super::duplicates::{DuplicateFinder, KeyedRow};
use super::existing::ExistingKeys;
use super::lasting::{no_readings, not_corrected};
use super::outcome::{EVERY, ImportOutcome, MOST_FAULTS, RowCounts};
use super::reading_sheet::readings_form;
use super::readings::Readings;
use super::request::{ImportRequest, RowPurpose};
use super::sources::{SourceFile, SourceSheet, table_place};
use super::validate::{RowValidator, TableInput};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::ledgers::Ledger;
use crate::county::search::Search;
use crate::import::{Sheet, SkippedRows, TableQuery, find};
use crate::schema::kind::{FieldNo, Kind};
use crate::store::in_order;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many rows are taken at a time: what is kept of them while they are taken stays near the processor.
const PART: usize = 1_000;
/// For so many rows at once it is looked whether they are known.
const AHEAD: usize = 64;

/// What the tables of an import have in common.
pub(super) struct ImportContext<'a> {
    /// Where to look for what rows refer to.
    pub search: &'a Search<'a>,
    /// What was asked.
    pub asked: &'a ImportRequest<'a>,
    /// Says how far a large file is.
    pub say: &'a dyn Fn(&Text),
    /// What is on record.
    pub known: ExistingKeys<'a>,
    /// The rows so far.
    pub twins: DuplicateFinder,
    /// The readings so far.
    pub readings: Readings<'a>,
}

/// Takes the rows of one table; `later`: the kinds of this table and of those that come after it.
///
/// # Errors
/// The table cannot be found in the sheet; a ledger cannot be read. Faults of rows are kept with them.
pub(super) fn take_table<'a>(
    common: &mut ImportContext<'a>,
    source: SourceSheet<'a>,
    later: &[&Kind],
    draft: &mut ChangeDraft,
    done: &mut ImportOutcome,
) -> Result<()> {
    let ImportContext { search, asked, say, known, twins, readings } = common;
    let SourceSheet { file, sheet, kind: standing } = source;
    refuse_kind(standing, asked, file, sheet)?;
    let form = (asked.asked.purpose == RowPurpose::Readings).then(|| readings_form(standing));
    let kind = form.as_ref().unwrap_or(standing);
    let (map, must) = column_mapping(search.county, kind, asked)?;
    let mut set = set_values(kind, asked)?;
    check_set_values(&EntryReader::new(search, kind, asked.today), &set)?;
    let given: Vec<FieldNo> = set.iter().map(|(field, _)| *field).chain(month_field(kind, asked)).collect();
    let wanted = TableQuery { file: &file.name, kind, map: &map, must, given: &given };
    let table = find(sheet, wanted)
        .map_err(|Faults(faults)| Faults(faults.into_iter().map(|fault| with_site(sheet, fault)).collect()))?;
    let (township_column, notes) = township_column(&table);
    let notes = notes.into_iter().map(|note| with_site(sheet, note));
    done.notes.extend(notes.chain(other_township(search.county, asked, &table, &file.name)));
    set.extend(table.given.iter().cloned());
    set.extend(requested_month(kind, asked, &table, &set));
    let first = twins.begin(before_lines(file, sheet), kind, sheet.height());
    let taking = RowValidator::new(TableInput {
        search,
        asked,
        known,
        source: SourceSheet { file, sheet, kind },
        standing: form.is_some().then_some(standing),
        table: &table,
        wanted,
        township_column,
        set,
        first,
        stamp: draft.stamp.clone(),
    })?;
    let foresees = later.iter().any(|other| other.refers_to(kind));
    let left_out = SkippedRows::default();
    let mut settling = TableSettlement { taking: &taking, standing, twins, readings, draft, done, foresees, left_out };
    // Where a row can refer to the one above it, each is taken before the next is read.
    let (rows, threads) = if kind.refers_to(kind) { (1, 1) } else { (PART, search.county.threads) };
    let mut above = taking.nothing_above();
    let mut read = 0;
    let parts: Vec<_> = table.parts(sheet, rows).into_iter().map(|part| (part, AtomicUsize::new(0))).collect();
    let jobs: Vec<usize> = (0..parts.len()).collect();
    // Where the parts before have so many faults that the import stops, a part need not be read to its end.
    let in_vain = |at: usize, faults: usize| {
        parts[at].1.fetch_add(faults, Ordering::Relaxed);
        let before = parts[..at].iter().map(|(_, faults)| faults.load(Ordering::Relaxed));
        before.sum::<usize>() >= MOST_FAULTS
    };
    in_order(
        &jobs,
        threads,
        |&at| taking.part(&parts[at].0, None, &|faults| in_vain(at, faults)),
        |&at, taken: RowChunk<'_>| {
            let part = &parts[at].0;
            let again = taken.unsure || taken.ended_early;
            let mut taken = if again { taking.part(part, Some(&above), &|_| false) } else { taken };
            above.then(std::mem::replace(&mut taken.above, taking.nothing_above()));
            let before = read / EVERY;
            read += taken.read;
            if read / EVERY > before && part.end < sheet.height() {
                let file = &file.name;
                let percent = read * 100 / sheet.height();
                say(&text!("正在读取 {file}：{percent}%", "reading {file}: {percent}%"));
            }
            settling.settle(taken)
        },
    )?;
    let left_out = settling.left_out;
    done.notes.extend(left_out.notes(&file.name).into_iter().map(|note| note.at(taking.table_place())));
    Ok(())
}

/// That what is asked can be done with records of a kind.
fn refuse_kind(kind: &Kind, asked: &ImportRequest<'_>, file: &SourceFile, sheet: &Sheet<'_>) -> Result<()> {
    let purpose = asked.asked.purpose;
    if purpose == RowPurpose::Readings && !kind.lasting {
        return Err(no_readings(kind, table_place(&file.name, sheet)).into());
    }
    if purpose == RowPurpose::Corrections && kind.lasting {
        return Err(not_corrected(kind, &file.name, table_place(&file.name, sheet)).into());
    }
    Ok(())
}

/// A fault of a line, with the sheet in which the line is.
fn with_site(sheet: &Sheet<'_>, fault: Fault) -> Fault {
    match (&sheet.name, &fault.place) {
        (Some(name), Some(Place { file, line: line @ 1.., .. })) => {
            let place = Place::file(format!("{file} {name}!{line}"));
            fault.at(place)
        }
        (Some(_) | None, Some(_) | None) => fault,
    }
}

/// What stands before the number of a row, where it is said where the row is.
fn before_lines(file: &SourceFile, sheet: &Sheet<'_>) -> String {
    sheet.name.as_ref().map_or_else(|| format!("{}:", file.name), |name| format!("{} {name}!", file.name))
}

/// A row that says the same as one before it.
fn duplicate_row(place: Place, before: &str) -> Fault {
    Fault::warning("repeated-row", text!("与 {before} 完全相同，只收一条", "same as {before}: imported once")).at(place)
}

/// Takes what was made of the parts of a table, in their order.
struct TableSettlement<'s, 't, 'a> {
    taking: &'s RowValidator<'t>,
    /// The kind of the records that are on record.
    standing: &'a Kind,
    twins: &'s mut DuplicateFinder,
    readings: &'s mut Readings<'a>,
    draft: &'s mut ChangeDraft,
    done: &'s mut ImportOutcome,
    /// Whether rows that come later can refer to those of this table.
    foresees: bool,
    left_out: SkippedRows,
}

impl TableSettlement<'_, '_, '_> {
    fn settle(&mut self, mut part: RowChunk<'_>) -> Result<()> {
        let mut refused = std::mem::take(&mut part.refused);
        let mut sums = vec![RowCounts::default(); self.taking.county().in_order().len()];
        let good = std::mem::take(&mut part.good);
        let hashes: Vec<u64> = good.iter().map(|good| good.hash).collect();
        for (at, mut good) in good.into_iter().enumerate() {
            if at % AHEAD == 0 {
                self.twins.look_ahead(&hashes[at..hashes.len().min(at + AHEAD)]);
            }
            match self.fate(&mut part, &mut good)? {
                Ok(outcome) => sums[part.groups[good.group].township].add(&outcome),
                Err(faults) => {
                    let values = part.groups[good.group].rows.values(good.row);
                    let given = &part.given[good.given];
                    let meant = |field: FieldNo| given.contains(&field).then(|| values[field].clone());
                    refused.push((good.at, self.taking.refused(good.at, good.line, faults, &meant)));
                }
            }
        }
        for row in std::mem::take(&mut part.readings) {
            if let Err(faults) = self.readings.add(self.standing, self.taking, &row)? {
                refused.push((row.at, self.taking.refused(row.at, row.line, faults, &|field| row.meant(field))));
            }
        }
        for (township, outcome) in sums.iter().numbered().filter(|(_, outcome)| !outcome.is_nothing()) {
            self.done.counts.entry((township, self.taking.kind().id.clone())).or_default().add(outcome);
        }
        // What is worth saying of a row that is refused is not said.
        let gone: HashSet<usize> = refused.iter().map(|(at, _)| *at).collect();
        let told = part.warnings.into_iter().filter(|(at, _)| !gone.contains(at));
        self.done.remark(told.flat_map(|(_, warnings)| warnings));
        let again = self.twins.take_repeats();
        self.done
            .remark_some(again.len(), again.map(|(line, before)| duplicate_row(self.taking.row_place(line), &before)));
        refused.sort_by_key(|(at, _)| *at);
        refused.into_iter().try_for_each(|(_, refused)| self.done.refuse(refused))?;
        self.left_out.append(part.left_out);
        let county = self.taking.county();
        let kind = self.taking.kind();
        // Rows of which none is written, nor compared with those to come, are forgotten.
        let noted = self.twins.noted_in_part();
        let mut lots = Vec::new();
        for (at, group) in part.groups.into_iter().enumerate() {
            let wanted = !group.rows.is_empty() || noted.contains(&at);
            let RowGroup { township, year, rows } = group;
            lots.push(if wanted { Some(self.draft.rows(county, kind, township, year, rows)?) } else { None });
        }
        self.twins.end_part(lots);
        Ok(())
    }

    /// What becomes of a row that is good by itself: the same as one before it, or as was found.
    fn fate(
        &mut self,
        part: &mut RowChunk<'_>,
        good: &mut AcceptedRow,
    ) -> Result<std::result::Result<RowCounts, Vec<Fault>>> {
        let kind = self.taking.kind();
        let township = part.groups[good.group].township;
        let row = KeyedRow { hash: good.hash, township, line: good.line, group: good.group, at: good.row };
        let Some((before, other)) = self.twins.note(&row, kind, part, self.draft)? else {
            return Ok(match std::mem::replace(&mut good.fate, RowFate::Same) {
                RowFate::New => {
                    self.foresee(part, good);
                    Ok(RowCounts { new: 1, ..RowCounts::default() })
                }
                RowFate::Same => Ok(RowCounts { same: 1, ..RowCounts::default() }),
                RowFate::Corrected { .. } => Ok(RowCounts { updated: 1, ..RowCounts::default() }),
                RowFate::Refused(faults) => Err(faults),
            });
        };
        match &good.fate {
            RowFate::New => part.groups[good.group].rows.strike(good.row),
            RowFate::Corrected { group, rows } => {
                rows.clone().for_each(|row| part.groups[*group].rows.strike(row));
            }
            RowFate::Same | RowFate::Refused(_) => {}
        }
        let says_the_same = other.is_none_or(|other| {
            let own = part.groups[good.group].rows.values(good.row);
            part.given[good.given].iter().all(|&field| other[field] == own[field])
        });
        if says_the_same {
            self.twins.note_repeat(good.line, before);
            return Ok(Ok(RowCounts { same: 1, ..RowCounts::default() }));
        }
        let place = self.taking.row_place(good.line);
        let before = self.twins.location(before);
        let what = text!(
            "与 {before} 是同一条记录，内容却不同",
            "this is the same record as {before}, but with different values"
        );
        let hint = text!("留下正确的一行，删去另一行", "keep the correct row and delete the other");
        Ok(Err(vec![Fault::new("contradicting-rows", what).at(place).hint(hint)]))
    }

    /// Lets rows that come later refer to a new one.
    fn foresee(&self, part: &RowChunk<'_>, good: &AcceptedRow) {
        if !self.foresees {
            return;
        }
        let RowGroup { township, year, rows } = &part.groups[good.group];
        let Some((id, _)) = rows.record(good.row) else { return };
        let kind = self.taking.kind();
        let entry = self.draft.stamp.entry(id, rows.values(good.row), "");
        let id = &self.taking.county().in_order()[*township].id;
        let ledger = Ledger::of(id, *township, *year, kind);
        self.taking.search().foresee(kind, &ledger, &entry);
    }
}
