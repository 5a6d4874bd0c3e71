//! One ledger by itself: its rows, their order, what its live records lack; and whether another program saved it.

mod texts;

use super::facts::{Facts, RecordFact, RowSite};
use super::rules::{CheckRules, CheckTarget, is_future};
use super::segments::{Segment, Segments};
use crate::base::day::{Day, Instant};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::ledger::{
    AsOf, IdMap, Repair, RepairedLedger, Row, Source, Validity, has_lost_zeros, repair, walk, walk_days,
};
use crate::schema::kind::{FieldType, Violation};
use crate::schema::record::RecordState;
use std::collections::HashSet;

/// No more of one ledger's faults of one sort are told.
const MOST: usize = 100;

/// What one ledger came to.
#[derive(Debug)]
pub struct LedgerFindings {
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// How many rows it has.
    pub rows: usize,
    /// The files that its live records name.
    pub files: Vec<EvidenceFile>,
    pub(super) sheet: u32,
    pub(super) condition: LedgerCondition,
    pub(super) facts: Facts,
}

/// A file that a record names, as evidence.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// Its path from the data directory, as it was written.
    pub path: String,
    /// The field and the record that name it.
    pub named_by: Text,
    /// Where.
    pub place: Place,
}

impl EvidenceFile {
    /// That it is not there.
    #[must_use]
    pub fn missing_fault(self) -> Fault {
        let EvidenceFile { path, named_by: said, place } = self;
        let what = text!("{said}：找不到文件“{path}”", "{said}: file “{path}” not found", said);
        Fault::warning("missing-file", what).at(place).hint(text!(
            "把文件放回数据目录下的这个位置，或用 culture edit 更正",
            "put the file back (the path starts at the data directory), or correct the record with culture edit"
        ))
    }
}

/// In which condition a ledger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LedgerCondition {
    /// It reads as it is.
    Whole,
    /// It reads once its format is restored.
    Repairable,
    /// It cannot be read.
    Broken,
}

impl CheckRules<'_> {
    /// What a ledger of this sheet, the `number`th, says in these bytes; where they do not read as they are, as they would
    /// read with their format restored.
    #[must_use]
    pub fn read(&self, number: usize, sheet: &CheckTarget, bytes: &[u8]) -> LedgerFindings {
        let number = u32::try_from(number).expect("there are fewer ledgers than that");
        let source = self.source(sheet, bytes);
        let as_it_is = self.gather(number, sheet, source, LedgerCondition::Whole);
        if as_it_is.condition == LedgerCondition::Whole {
            return as_it_is;
        }
        if let Some(fault) = not_utf8(source) {
            return LedgerFindings { faults: vec![fault], ..as_it_is };
        }
        let Some(repaired) = repair(source) else { return as_it_is };
        let bytes = &repaired.bytes;
        let restored = self.gather(number, sheet, Source { bytes, ..source }, LedgerCondition::Repairable);
        let mut faults = damage_faults(&repaired, restored.condition != LedgerCondition::Broken);
        faults.extend(restored.faults.into_iter().map(|fault| repaired.as_it_was(fault)));
        LedgerFindings { faults, ..restored }
    }

    fn gather(
        &self,
        number: u32,
        sheet: &CheckTarget,
        source: Source<'_>,
        readable: LedgerCondition,
    ) -> LedgerFindings {
        let mut reading = LedgerReading::new(self, sheet, number, source);
        let walked = walk_days(source, None, |row, days| {
            reading.take(row, days);
            Ok(())
        });
        reading.findings(walked, readable)
    }
}

/// A ledger that is being read.
struct LedgerReading<'a> {
    rules: &'a CheckRules<'a>,
    sheet: &'a CheckTarget,
    number: u32,
    source: Source<'a>,
    order: EntrySequence,
    facts: Facts,
    segments: Segments,
    /// What is wrong with live records, though they can be read.
    lacks: Vec<Fault>,
    rows: usize,
    files: Vec<EvidenceFile>,
    /// The first row that was stamped by a clock that ran ahead.
    future: Option<FutureStamp>,
}

impl<'a> LedgerReading<'a> {
    fn new(rules: &'a CheckRules<'a>, sheet: &'a CheckTarget, number: u32, source: Source<'a>) -> LedgerReading<'a> {
        LedgerReading {
            rules,
            sheet,
            number,
            source,
            order: EntrySequence::default(),
            facts: Facts::default(),
            segments: Segments::default(),
            lacks: Vec::new(),
            rows: 0,
            files: Vec::new(),
            future: None,
        }
    }

    fn take(&mut self, row: &Row<'_>, days: Option<Validity>) {
        self.rows += 1;
        self.order.check(row);
        if self.rules.with_doubts && is_future(row.entered_at, self.rules.clock) {
            let first = || FutureStamp { at: row.entered_at, place: row.place(), rows: 0 };
            self.future.get_or_insert_with(first).rows += 1;
        }
        let Some(days) = days else { return };
        let at = u32::try_from(row.offset()).expect("a ledger has at most 4 GiB");
        let site = RowSite { sheet: self.number, at };
        let live = row.state == RecordState::Live;
        let before = self.segments.before(row, days);
        let segment = Segment { kind: self.source.kind, row, days, before: before.as_ref() };
        // Records are compared as they are in the end, each once.
        if days.until == Day::MAX {
            self.facts.records.push(RecordFact { id: row.id, site, live });
        }
        if !live {
            return;
        }
        self.facts.gather(self.rules, self.sheet, &segment, site);
        if self.rules.with_doubts {
            // One row is one line, so its number is known without counting; the headings are the first.
            named_files(self.source, &segment, self.rows + 1, &mut self.files);
        }
        if self.lacks.len() < MOST {
            check_cells(&segment, &mut self.lacks);
            texts::check_signature(row, &mut self.lacks);
            if self.rules.with_doubts {
                texts::check_unseen(&segment, &mut self.lacks);
            }
            check_townships(self.rules, &segment, &mut self.lacks);
            segment.check_change(self.rules.with_doubts, &mut self.lacks);
        }
    }

    /// What it came to. Of a ledger that cannot be read to its end nothing is compared with others.
    fn findings(self, walked: Result<()>, readable: LedgerCondition) -> LedgerFindings {
        let mut faults = faults_in(walked);
        faults.extend(self.order.faults);
        let is_read = faults.is_empty();
        faults.extend(self.lacks);
        faults.extend(self.future.map(|future| future.fault(self.rules.clock)));
        LedgerFindings {
            faults,
            rows: self.rows,
            files: self.files,
            sheet: self.number,
            condition: if is_read { readable } else { LedgerCondition::Broken },
            facts: if is_read { self.facts } else { Facts::default() },
        }
    }
}

/// Stamps that the clock has not reached.
#[derive(Debug)]
struct FutureStamp {
    at: Instant,
    place: Place,
    rows: usize,
}

impl FutureStamp {
    fn fault(self, clock: Instant) -> Fault {
        let rows = self.rows;
        let at = self.at.to_minute();
        let now = clock.in_offset(self.at.offset).to_minute();
        let what = text!(
            "从这里起 {rows} 行的登记时间在将来（{at}；现在是 {now}）：登记时电脑时钟不对",
            "{rows} from here on entered in the future ({at}; it is {now} now): the clock was wrong",
            rows = Text::count(rows, "row", "rows")
        );
        Fault::warning("future-stamp", what).at(self.place).hint(text!(
            "台账不必改：后来的登记接着这个时间；请确认电脑时钟已经校准",
            "leave the ledger as it is: later entries go on from that time; make sure that the clock is right now"
        ))
    }
}

/// How a ledger that does not read can be restored, and what would still be wrong with it then.
#[must_use]
pub fn restore(source: Source<'_>) -> Option<(RepairedLedger, Vec<Fault>)> {
    if faults_of(source).is_empty() && !has_lost_zeros(source) {
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
    let walked = walk(source, AsOf::LATEST, |row, _| {
        order.check(row);
        Ok(())
    });
    let mut faults = faults_in(walked);
    faults.extend(order.faults);
    faults
}

/// Why a ledger could not be walked to its end.
fn faults_in(walked: Result<()>) -> Vec<Fault> {
    walked.err().map_or_else(Vec::new, |Faults(faults)| faults)
}

/// What must hold between the rows of a ledger beside the sequence of revisions, which the walk checks.
#[derive(Default)]
struct EntrySequence {
    latest: Option<Instant>,
    /// The batch that wrote the last revision of a record.
    batches: IdMap<Id>,
    /// Records, and the batches before that one: none of them revises the record again.
    left: HashSet<(Id, Id)>,
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
        let Some(last) = self.batches.insert(id, batch).filter(|last| *last != batch) else { return };
        self.left.insert((id, last));
        if self.left.contains(&(id, batch)) && self.faults.len() < MOST {
            let what = text!(
                "批次 {batch} 已由批次 {last} 接续，又来修订记录 {id}",
                "batch {batch} comes back to record {id} after batch {last} revised it"
            );
            let hint = text!(
                "一个批次对一条记录的修订紧挨着写：请从备份恢复",
                "a batch writes its revisions of a record one after another: restore a backup"
            );
            self.faults.push(Fault::new("repeated-batch", what).at(row.place()).hint(hint));
        }
    }
}

/// Required cells that are empty, dates before those that they must come after, texts that nobody could have entered.
fn check_cells(segment: &Segment<'_>, faults: &mut Vec<Fault>) {
    let kind = segment.kind;
    let row = segment.row;
    for (at, field) in kind.active_fields() {
        let title = &field.title;
        // Words are made only where there is something to say: this is done for every cell.
        let violation = kind.violation(at, |at| row.cell(at)).filter(|found| segment.is_new_violation(at, *found));
        let fault = violation.map(|violation| match violation {
            Violation::Digits(_)
            | Violation::Formula(_)
            | Violation::Control(_)
            | Violation::Reordered(_)
            | Violation::TooLong(_) => texts::text_fault(violation, field, row.cell(at)),
            Violation::Missing => {
                Fault::new("missing-value", text!("必填的“{title}”是空的", "“{title}” is required but empty", title))
            }
            Violation::Before { other } => {
                let other = &kind.fields[other].title;
                Fault::new("date-order", text!("“{title}”早于“{other}”", "“{title}” is before “{other}”", title, other))
            }
        });
        if let Some(fault) = fault {
            let id = row.id;
            let on = segment.on();
            let option = field.name.replace('_', "-");
            let hint = fault.hint.clone().unwrap_or_else(|| {
                text!(
                    "补填：culture edit {id} {on}--{option} … --reason 事由",
                    "to correct it: culture edit {id} {on}--{option} … --reason …"
                )
            });
            faults.push(fault.of_field(&field.name).at(row.place_of(at)).hint(hint));
        }
    }
}

/// The files that a row names.
fn named_files(source: Source<'_>, segment: &Segment<'_>, line: usize, files: &mut Vec<EvidenceFile>) {
    let row = segment.row;
    let fields = source.kind.fields.iter().numbered().filter(|(_, field)| field.files);
    for (at, field) in fields.filter(|(at, _)| segment.is_new(*at)) {
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
fn check_townships(rules: &CheckRules<'_>, segment: &Segment<'_>, faults: &mut Vec<Fault>) {
    let row = segment.row;
    let fields = segment.kind.fields.iter().numbered().filter(|(_, field)| field.ty == FieldType::Township);
    for (at, field) in fields.filter(|(at, _)| segment.is_new(*at)) {
        let cell = String::from_utf8_lossy(row.cell(at));
        if !cell.is_empty() && !rules.townships.contains_key(cell.as_ref()) {
            let title = &field.title;
            let id = row.id;
            let on = segment.on();
            let option = field.name.replace('_', "-");
            let what = text!("{title}“{cell}”不是现有的填报单位", "{title}: no township with id “{cell}”", title);
            let hint = text!(
                "更正：culture edit {id} {on}--{option} … --reason 事由；或恢复 townships/{cell}/township.toml",
                "to correct it: culture edit {id} {on}--{option} … --reason …; or restore townships/{cell}/township.toml"
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
    Some(Fault::new("wrong-encoding", saved).at(Place { excerpt: None, ..place }).hint(hint))
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
    let hint_of = |change: &Repair| {
        if change.puts_digits_back && enough { texts::put_zeros_back() } else { hint.clone() }
    };
    repaired.repairs.iter().map(|change| damage_fault(change, hint_of(change))).collect()
}

fn damage_fault(change: &Repair, hint: Text) -> Fault {
    let found = &change.damage;
    let what = text!(
        "台账像是被电子表格另存过或手工改过：{found}",
        "this ledger seems to have been saved by a spreadsheet program or edited by hand: {found}",
        found
    );
    Fault::new("saved-elsewhere", what).at(change.place.clone()).hint(hint)
}
