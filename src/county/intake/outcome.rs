//! What an import did, or would do: what came in, what is refused, what is worth saying.

use super::rejects::RejectedRow;
use super::request::RowPurpose;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::text::Text;
use crate::county::County;
use crate::schema::kind::load::Kinds;
use crate::schema::township::TownshipNo;
use std::collections::{BTreeMap, HashSet};

/// After so many rows a line says how far it is.
pub(super) const EVERY: usize = 5_000;
/// The most faults that are told one by one: with more, it is another table, or another kind.
pub(super) const MOST_FAULTS: usize = 10_000;
/// The most remarks that are told one by one.
const MOST_REMARKS: usize = 10_000;

/// How many records came in, and how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowCounts {
    pub(super) new: usize,
    pub(super) same: usize,
    pub(super) updated: usize,
    /// Of readings: how many are changes.
    pub(super) changed: usize,
}

impl RowCounts {
    /// Whether writing it takes a while.
    pub(super) fn is_large(&self) -> bool {
        self.new + self.updated + self.changed >= EVERY
    }

    /// In words; of readings other ones.
    pub(super) fn said(&self, purpose: RowPurpose) -> Text {
        let RowCounts { new, same, updated, changed } = self;
        if purpose == RowPurpose::Readings {
            return text!("变动 {changed} 条；无变动 {same} 条，已跳过", "{changed} changed, {same} as recorded");
        }
        if *updated > 0 {
            return text!(
                "新增 {new} 条，更正 {updated} 条；重复 {same} 条，已跳过",
                "{new} new, {updated} corrected, {same} already recorded"
            );
        }
        text!("新增 {new} 条；重复 {same} 条，已跳过", "{new} new, {same} already recorded")
    }

    /// Whether no record came in.
    pub(super) fn is_nothing(&self) -> bool {
        self.new + self.same + self.updated + self.changed == 0
    }

    /// Adds another's.
    pub(super) fn add(&mut self, other: &RowCounts) {
        self.new += other.new;
        self.same += other.same;
        self.updated += other.updated;
        self.changed += other.changed;
    }
}

/// What an import did, or would do.
pub(crate) struct ImportOutcome {
    /// How many records came in, by township and kind.
    pub(super) counts: BTreeMap<(TownshipNo, String), RowCounts>,
    /// The rows that cannot be taken.
    pub refused: Vec<RejectedRow>,
    /// How many faults these have.
    faults: usize,
    /// What is worth saying.
    pub notes: Vec<Fault>,
    /// What came in, in words.
    pub lines: Vec<Text>,
    /// How many remarks there were beyond those kept.
    unlisted: usize,
    /// What the rows are.
    purpose: RowPurpose,
}

impl ImportOutcome {
    /// Nothing done yet.
    pub(super) fn new(purpose: RowPurpose) -> ImportOutcome {
        ImportOutcome {
            counts: BTreeMap::new(),
            refused: Vec::new(),
            faults: 0,
            notes: Vec::new(),
            lines: Vec::new(),
            unlisted: 0,
            purpose,
        }
    }

    /// Every fault of the rows refused, without repeating what holds for a table as a whole.
    pub(crate) fn refusals(&self) -> Vec<Fault> {
        without_repeats(self.refused.iter().flat_map(|row| row.faults.iter().cloned()).collect())
    }

    /// Keeps a row that is refused.
    pub(super) fn refuse(&mut self, row: RejectedRow) -> Result<()> {
        self.faults += row.faults.len();
        self.refused.push(row);
        if self.faults < MOST_FAULTS {
            return Ok(());
        }
        let count = self.refused.len();
        let stop = Fault::new(
            "too-many-faults",
            text!(
                "已有 {count} 行不能导入，没有再往下读；全部未导入",
                "{count} rows have errors: the rest was not read, and nothing was imported"
            ),
        );
        let stop = stop.hint(Text::new(
            "请先核对类别、表头和编码，再改好各行",
            "check the kind, the headings and the encoding first",
        ));
        let faults = self.refused.drain(..).flat_map(|row| row.faults);
        Err(Faults(faults.chain([stop]).collect()))
    }

    /// Keeps what is worth saying of rows, as much as anybody reads.
    pub(super) fn remark(&mut self, remarks: impl IntoIterator<Item = Fault>) {
        for remark in remarks {
            if self.notes.len() < MOST_REMARKS {
                self.notes.push(remark);
            } else {
                self.unlisted += 1;
            }
        }
    }

    /// The same of so many at once: those beyond what anybody reads are not put into words.
    pub(super) fn remark_some(&mut self, count: usize, remarks: impl Iterator<Item = Fault>) {
        let room = MOST_REMARKS.saturating_sub(self.notes.len());
        self.notes.extend(remarks.take(room));
        self.unlisted += count.saturating_sub(room);
    }

    /// How much was left unsaid.
    pub(super) fn remark_unlisted(&mut self) {
        let count = self.unlisted;
        if count > 0 {
            let rest = text!(
                "另有 {count} 条警告，没有逐条列出",
                "{count} not listed",
                count = Text::count(count, "more note", "more notes")
            );
            self.notes.push(Fault::warning("more-remarks", rest));
        }
    }

    /// Says what came in, township by township.
    pub(super) fn sum_up(&mut self, county: &County<'_>, kinds: &Kinds, dry: bool) {
        let mut sum = RowCounts::default();
        let mut corrected = false;
        for ((township, kind), outcome) in &self.counts {
            let name = &county.in_order()[*township].name;
            let kind = kinds.get(kind).expect("rows are counted by kinds that there are");
            let title = &kind.title;
            corrected |= kind.lasting && outcome.updated > 0;
            let said = outcome.said(self.purpose);
            self.lines.push(text!("{name} {title}：{said}", "{name}, {title}: {said}", title, said));
            sum.add(outcome);
        }
        if corrected {
            self.lines.push(Text::new(
                "在册对象的更正自登记之日起就按表；某日起才变的，改用 --readings --on 日期",
                "records that last were corrected from the beginning; what changed on a day is imported with \
                 --readings --on DAY",
            ));
        }
        let mut said = sum.said(self.purpose);
        if !self.refused.is_empty() {
            let rows = Text::count(self.refused.len(), "row", "rows");
            said = text!("{said}；{rows} 行不能导入", "{said}, {rows} rejected", said, rows);
        }
        self.lines.push(if dry {
            text!("合计：{said}（--dry-run，未写入）", "total: {said} (--dry-run: nothing written)", said)
        } else {
            text!("合计：{said}", "total: {said}", said)
        });
    }
}

/// Without repeating what holds for a table as a whole.
fn without_repeats(faults: Vec<Fault>) -> Vec<Fault> {
    let mut told = HashSet::new();
    let site = |place: &Place| (place.file.clone(), place.line, place.column);
    let first = |fault: &Fault| told.insert((fault.what.clone(), fault.place.as_ref().map(site)));
    faults.into_iter().filter(first).collect()
}
