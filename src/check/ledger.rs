//! One ledger by itself: its rows, their order, what its live records lack; and whether another program saved it.

use super::facts::{Facts, RowSite};
use super::{CheckRules, CheckTarget, EvidenceFile, LedgerCondition, LedgerFindings};
use crate::base::day::Instant;
use crate::base::fault::{Fault, Faults, Place};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::{IdMap, RepairedLedger, Row, Source, repair, walk};
use crate::schema::kind::{FieldType, Kind, Requirement};
use crate::schema::record::RecordState;

/// No more of one ledger's faults of one sort are told.
const MOST: usize = 100;

/// Reads one ledger; where it does not read as it is, as it would read with its format restored.
pub(super) fn read(rules: &CheckRules<'_>, number: usize, sheet: &CheckTarget, source: Source<'_>) -> LedgerFindings {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let as_it_is = gather(rules, number, sheet, source, LedgerCondition::Whole);
    if as_it_is.condition == LedgerCondition::Whole {
        return as_it_is;
    }
    if let Some(fault) = not_utf8(source) {
        return LedgerFindings { faults: vec![fault], ..as_it_is };
    }
    let Some(repaired) = repair(source) else { return as_it_is };
    let bytes = &repaired.bytes;
    let restored = gather(rules, number, sheet, Source { bytes, ..source }, LedgerCondition::Repairable);
    let mut faults = damage_faults(&repaired, restored.condition != LedgerCondition::Broken);
    faults.extend(restored.faults.into_iter().map(|fault| repaired.as_it_was(fault)));
    LedgerFindings { faults, ..restored }
}

/// How a ledger that does not read can be restored, and what would still be wrong with it then.
pub(super) fn restore(source: Source<'_>) -> Option<(RepairedLedger, Vec<Fault>)> {
    if faults_of(source).is_empty() {
        return None;
    }
    let repaired = repair(source)?;
    let faults = faults_of(Source { bytes: &repaired.bytes, ..source });
    let faults = faults.into_iter().map(|fault| repaired.as_it_was(fault)).collect();
    Some((repaired, faults))
}

/// What keeps a ledger from being read.
fn faults_of(source: Source<'_>) -> Vec<Fault> {
    let mut order = EntrySequence::default();
    let walked = walk(source, None, |row, _| {
        order.check(row);
        Ok(())
    });
    let mut faults = walked.err().map(|Faults(faults)| faults).unwrap_or_default();
    faults.extend(order.faults);
    faults
}

fn gather(
    rules: &CheckRules<'_>,
    number: u32,
    sheet: &CheckTarget,
    source: Source<'_>,
    readable: LedgerCondition,
) -> LedgerFindings {
    let mut facts = Facts::default();
    let mut order = EntrySequence::default();
    let mut lacks = Vec::new();
    let mut rows = 0;
    let mut files = Vec::new();
    let walked = walk(source, None, |row, stands| {
        rows += 1;
        order.check(row);
        if stands {
            let site = RowSite { sheet: number, at: u32::try_from(row.offset()).unwrap_or(u32::MAX) };
            let live = row.state == RecordState::Live;
            facts.records.push((row.id, site, live));
            if live {
                facts.gather(rules, sheet, row, site);
                if rules.with_doubts {
                    named_files(source, row, rows + 1, &mut files);
                }
                if lacks.len() < MOST {
                    check_cells(source.kind, row, &mut lacks);
                    check_townships(rules, source.kind, row, &mut lacks);
                }
            }
        }
        Ok(())
    });
    let mut faults = walked.err().map(|Faults(faults)| faults).unwrap_or_default();
    faults.extend(order.faults);
    let condition = if faults.is_empty() { readable } else { LedgerCondition::Broken };
    let facts = if faults.is_empty() { facts } else { Facts::default() };
    faults.extend(lacks);
    LedgerFindings { faults, rows, files, sheet: number, condition, facts }
}

/// What must hold between the rows of a ledger beside the sequence of revisions, which the walk checks.
#[derive(Default)]
struct EntrySequence {
    latest: Option<Instant>,
    /// The batch that wrote the last revision of a record.
    batches: IdMap<Id>,
    faults: Vec<Fault>,
}

impl EntrySequence {
    fn check(&mut self, row: &Row<'_>) {
        let id = row.id;
        let batch = row.batch;
        let at = row.entered_at;
        if let Some(latest) = self.latest.filter(|latest| at < *latest)
            && self.faults.len() < MOST
        {
            let what = text!(
                "登记时间倒退：{at} 早于上文的 {latest}",
                "entry times are out of order: {at} comes after {latest}"
            );
            let hint = text!(
                "行可能被排序过：culture check --fix 可按登记时间恢复行序；否则请从备份恢复",
                "the rows may have been sorted: run culture check --fix to put them back in order, or restore a \
                 backup"
            );
            self.faults.push(Fault::new("entry-order", what).at(row.place()).hint(hint));
        }
        self.latest = self.latest.max(Some(at));
        if self.batches.insert(id, batch) == Some(batch) && self.faults.len() < MOST {
            let what = text!("批次 {batch} 对记录 {id} 修订了两次", "batch {batch} has two revisions of record {id}");
            let hint = text!(
                "一个批次对一条记录只修订一次：请从备份恢复",
                "a batch can revise a record only once: restore a backup"
            );
            self.faults.push(Fault::new("repeated-batch", what).at(row.place()).hint(hint));
        }
    }
}

fn is_required(required: &Requirement, row: &Row<'_>) -> bool {
    match required {
        Requirement::No => false,
        Requirement::Always => true,
        Requirement::When(field, value) => row.cell(*field) == value.as_bytes(),
        Requirement::Unless(field, value) => row.cell(*field) != value.as_bytes(),
    }
}

/// Required cells that are empty, and dates before those that they must come after.
fn check_cells(kind: &Kind, row: &Row<'_>, faults: &mut Vec<Fault>) {
    let id = row.id;
    for (at, field) in kind.active_fields() {
        let title = &field.title;
        // Words are made only where there is something to say: this is done for every cell.
        let fault = if row.cell(at).is_empty() {
            is_required(&field.required, row).then(|| {
                Fault::new("missing-value", text!("必填的“{title}”是空的", "“{title}” is required but empty", title))
            })
        } else {
            let after = field.after.filter(|after| row.cell(at) < row.cell(*after));
            after.map(|after| &kind.fields[after].title).map(|other| {
                Fault::new("date-order", text!("“{title}”早于“{other}”", "“{title}” is before “{other}”", title, other))
            })
        };
        if let Some(fault) = fault {
            let option = field.name.replace('_', "-");
            let hint = text!(
                "补填：culture edit {id} --{option} … --reason 事由",
                "to correct it: culture edit {id} --{option} … --reason …"
            );
            faults.push(fault.of_field(&field.name).at(row.place_of(at)).hint(hint));
        }
    }
}

/// The files that a row names; one row is one line, so its number is known without counting.
fn named_files(source: Source<'_>, row: &Row<'_>, line: usize, files: &mut Vec<EvidenceFile>) {
    for (at, field) in source.kind.fields.iter().enumerate().filter(|(_, field)| field.files) {
        let cell = String::from_utf8_lossy(row.cell(at));
        for path in crate::schema::kind::files(&cell) {
            let title = &field.title;
            let id = row.id;
            let said = text!("记录 {id} 的{title}", "{title} of record {id}", title);
            let place = Place { line, ..Place::file(source.file) };
            files.push(EvidenceFile { path: path.to_owned(), named_by: said, place });
        }
    }
}

/// Cells that name a township which does not exist.
fn check_townships(rules: &CheckRules<'_>, kind: &Kind, row: &Row<'_>, faults: &mut Vec<Fault>) {
    for (at, field) in kind.fields.iter().enumerate().filter(|(_, field)| field.ty == FieldType::Township) {
        let cell = String::from_utf8_lossy(row.cell(at));
        if !cell.is_empty() && !rules.townships.contains_key(cell.as_ref()) {
            let title = &field.title;
            let id = row.id;
            let option = field.name.replace('_', "-");
            let what = text!("{title}“{cell}”不是现有的填报单位", "{title}: no township with id “{cell}”", title);
            let hint = text!(
                "更正：culture edit {id} --{option} … --reason 事由；或恢复 townships/{cell}/township.toml",
                "to correct it: culture edit {id} --{option} … --reason …; or restore townships/{cell}/township.toml"
            );
            faults.push(Fault::new("unknown-township", what).of_field(&field.name).at(row.place_of(at)).hint(hint));
        }
    }
}

/// A file in another encoding: one fault, and not one for each row.
fn not_utf8(source: Source<'_>) -> Option<Fault> {
    let at = std::str::from_utf8(source.bytes).err()?.valid_up_to();
    let saved = Text::new(
        "台账不是 UTF-8 文字，像是被电子表格另存为“CSV（逗号分隔）”",
        "the ledger is not UTF-8: a spreadsheet program seems to have saved it in another encoding",
    );
    let hint = Text::new(
        "从备份恢复；没有备份时，在电子表格中另存为“CSV UTF-8”，再运行 culture check --fix",
        "restore a backup; if there is none, save it as “CSV UTF-8” in the spreadsheet program, then run culture \
         check --fix",
    );
    let place = Place::in_text(source.file, source.bytes, at..at + 1);
    Some(Fault::new("not-utf8", saved).at(Place { excerpt: None, ..place }).hint(hint))
}

/// What another program did to the ledger, in words.
fn damage_faults(repaired: &RepairedLedger, enough: bool) -> Vec<Fault> {
    let hint = if enough {
        Text::new(
            "culture check --fix 可恢复格式，不改动任何数值",
            "run culture check --fix: it restores the format and changes no values",
        )
    } else {
        Text::new(
            "本文件还有别的错误，格式不能自动恢复：请从备份恢复，或先改正其余错误",
            "this file has other errors too: restore a backup, or fix those first",
        )
    };
    let fault = |change: &crate::ledger::Repair| {
        let found = &change.damage;
        let what = text!(
            "台账像是被电子表格另存过或手工改过：{found}",
            "this ledger seems to have been saved by a spreadsheet program or edited by hand: {found}",
            found
        );
        Fault::new("saved-elsewhere", what).at(change.place.clone()).hint(hint.clone())
    };
    repaired.repairs.iter().map(fault).collect()
}
