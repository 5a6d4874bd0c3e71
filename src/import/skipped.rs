//! What stands in a table and is no record: sums, signatures, repeated headings. Told by what a row begins with.

use crate::base::fault::{Fault, Place};
use crate::base::fuzzy::fold;
use crate::base::text::Text;

const SUMS: [&str; 13] = [
    "合计",
    "小计",
    "总计",
    "共计",
    "累计",
    "总合计",
    "本月合计",
    "本月小计",
    "本年累计",
    "全年合计",
    "total",
    "subtotal",
    "grandtotal",
];
const FOOTERS: [&str; 33] = [
    "填表人",
    "制表人",
    "填报人",
    "审核人",
    "复核人",
    "负责人",
    "单位负责人",
    "主管领导",
    "分管领导",
    "领导签字",
    "签字",
    "经办人",
    "联系人",
    "联系电话",
    "填报日期",
    "填报时间",
    "填表日期",
    "制表日期",
    "填报单位",
    "注",
    "备注",
    "说明",
    "preparedby",
    "filledinby",
    "checkedby",
    "reviewedby",
    "approvedby",
    "signature",
    "signedby",
    "note",
    "notes",
    "remark",
    "remarks",
];
/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SkipReason {
    Sum,
    Footer,
    Heading,
    Numbers,
    /// It has something, but in no column that was taken.
    Elsewhere,
    /// It is a record, and has something behind the last heading besides.
    Beyond,
    /// It is read, without characters that nobody sees.
    Unseen,
}

/// The rows that were left out, with their lines.
#[derive(Debug, Default)]
pub struct SkippedRows(Vec<(usize, SkipReason)>);

impl SkippedRows {
    /// Leaves a row out.
    pub(super) fn push(&mut self, line: usize, why: SkipReason) {
        self.0.push((line, why));
    }

    /// Those of the next part of the table.
    pub fn append(&mut self, mut next: SkippedRows) {
        self.0.append(&mut next.0);
    }

    /// What was left out, with its lines.
    #[must_use]
    pub fn notes(&self, file: &str) -> Vec<Fault> {
        let all = [
            SkipReason::Sum,
            SkipReason::Footer,
            SkipReason::Heading,
            SkipReason::Numbers,
            SkipReason::Elsewhere,
            SkipReason::Beyond,
            SkipReason::Unseen,
        ];
        all.into_iter().filter_map(|why| self.note(file, why)).collect()
    }

    fn note(&self, file: &str, why: SkipReason) -> Option<Fault> {
        let lines: Vec<usize> = self.0.iter().filter(|(_, other)| *other == why).map(|(line, _)| *line).collect();
        let first = *lines.first()?;
        let mut shown = lines.iter().take(10).map(usize::to_string).collect::<Vec<_>>().join(", ");
        if lines.len() > 10 {
            shown.push_str(" …");
        }
        let count = lines.len();
        let line = if count == 1 { "line" } else { "lines" };
        let what = match why {
            SkipReason::Beyond => {
                let what = text!(
                    "表头以外的内容没有导入：{count} 行（第 {shown} 行）",
                    "skipped values outside the table's headings: {count} ({line} {shown})",
                    count = Text::count(count, "row", "rows")
                );
                return Some(Fault::warning("skipped-values", what).at(Place { line: first, ..Place::file(file) }));
            }
            SkipReason::Unseen => {
                let what = text!(
                    "{count} 行中有看不见的字符，已去掉（第 {shown} 行）",
                    "dropped characters that nobody sees from {count} ({line} {shown})",
                    count = Text::count(count, "row", "rows")
                );
                return Some(Fault::warning("unseen-characters", what).at(Place { line: first, ..Place::file(file) }));
            }
            SkipReason::Sum => Text::new("是合计", "of totals"),
            SkipReason::Footer => Text::new("是签字或说明", "of signatures or remarks"),
            SkipReason::Heading => Text::new("是重复的表头", "of repeated headings"),
            SkipReason::Numbers => Text::new("是栏次", "of column numbers"),
            SkipReason::Elsewhere => Text::new("没有内容", "with no values to import"),
        };
        let what = text!(
            "{count} 行{what}，已跳过（第 {shown} 行）",
            "skipped {count} {what} ({line} {shown})",
            what,
            count = Text::count(count, "row", "rows")
        );
        Some(Fault::warning("skipped-rows", what).at(Place { line: first, ..Place::file(file) }))
    }
}

pub(super) fn is_only_sum(word: &str) -> bool {
    SUMS.contains(&fold(word).as_str())
}

pub(super) fn is_sum(word: &str) -> bool {
    if !word.contains(['计', 't', 'T', 'ｔ', 'Ｔ']) {
        return false;
    }
    let folded = fold(word);
    let folded = folded.trim_end_matches(':');
    let short = folded.chars().count() <= 10;
    SUMS.contains(&folded) || (short && ["合计", "小计", "总计"].iter().any(|sum| folded.ends_with(sum)))
}

pub(super) fn is_footer(word: &str) -> bool {
    if !word.contains([':', '：']) {
        return false;
    }
    let folded = fold(word);
    let label = folded.split_once(':').map_or("", |(label, _)| label);
    let label = label.split_once('(').map_or(label, |(label, _)| label);
    FOOTERS.contains(&label)
}
