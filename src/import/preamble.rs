//! What stands above a table: who fills it in, for which month, on which day. Only what is labelled so, or a title that
//! names one month and no other.

use super::cell::SheetRow;
use super::value::shown_text;
use crate::base::day::Month;
use crate::base::fuzzy::fold;

const TOWNSHIP: [&str; 14] = [
    "填报单位",
    "填表单位",
    "编制单位",
    "上报单位",
    "报送单位",
    "填报乡镇",
    "单位名称",
    "乡镇名称",
    "单位",
    "乡镇",
    "township",
    "unit",
    "reportingunit",
    "reportingtownship",
];
const MONTH: [&str; 8] =
    ["填报月份", "统计月份", "报表月份", "报告月份", "所属月份", "月份", "month", "reportingmonth"];
/// The day a form was filled in, or sent.
pub(super) const DATE: [&str; 10] = [
    "填报日期",
    "填报时间",
    "填表日期",
    "填表时间",
    "报送日期",
    "报送时间",
    "上报日期",
    "上报时间",
    "制表日期",
    "submitted",
];
/// The day on which the figures were so.
const AS_OF: [&str; 8] = ["截至日期", "截止日期", "截至时间", "截止时间", "统计日期", "统计时间", "变动日期", "asof"];
/// What stands behind 单位 where it means the unit of the figures.
const UNITS: [&str; 10] = ["元", "人", "人次", "场", "场次", "个", "名", "户", "支", "次"];

/// What stands between the first and the last month of a span.
const SPANS: [char; 6] = ['-', '—', '–', '~', '至', '到'];

/// What was found above a table, as it is written there.
#[derive(Debug, Default)]
pub(super) struct Preamble {
    pub(super) township: Option<String>,
    pub(super) month: Option<String>,
    pub(super) date: Option<String>,
    pub(super) as_of: Option<String>,
    /// The multiple in which the figures count: 单位：万元.
    pub(super) scale: Option<String>,
}

/// Reads the rows above the headings.
pub(super) fn above<'s>(rows: impl Iterator<Item = SheetRow<'s>>, since_1904: bool) -> Preamble {
    let mut above = Preamble::default();
    let mut months = Vec::new();
    for row in rows {
        let cells: Vec<String> = row
            .cells
            .iter()
            .filter(|cell| !cell.is_blank())
            .map(|cell| shown_text(cell, since_1904).into_owned())
            .collect();
        for (at, cell) in cells.iter().enumerate() {
            let next = cells.get(at + 1).map_or("", String::as_str);
            if !above.labelled(cell, next) {
                months.push(title_month(cell));
            }
        }
    }
    months.retain(|found| *found != TitleMonths::None);
    months.dedup();
    if above.month.is_none()
        && let [TitleMonths::One(month)] = months.as_slice()
    {
        above.month = Some(month.to_string());
    }
    above
}

impl Preamble {
    /// Takes what a cell says under its labels; the next cell where it says only the label. False where it has none.
    fn labelled(&mut self, cell: &str, next: &str) -> bool {
        let mut any = false;
        let pairs = pairs(cell);
        let last = pairs.len().saturating_sub(1);
        for (at, (label, value)) in pairs.into_iter().enumerate() {
            let value = if value.is_empty() && at == last && !next.contains([':', '：']) { next } else { &value };
            any |= self.take(&label, value.trim());
        }
        any
    }

    fn take(&mut self, label: &str, value: &str) -> bool {
        let label = bare_label(label);
        let label = label.as_str();
        if AS_OF.contains(&label) {
            if self.as_of.is_none() && !value.is_empty() {
                self.as_of = Some(value.to_owned());
            }
            // A title may name its month so.
            return false;
        }
        let slot = if TOWNSHIP.contains(&label) {
            let unit = fold(value);
            let multiple = unit.strip_prefix(['百', '千', '万', '亿']);
            if UNITS.contains(&multiple.unwrap_or(&unit)) {
                self.scale = self.scale.take().or_else(|| multiple.map(|_| value.to_owned()));
                return true;
            }
            &mut self.township
        } else if MONTH.contains(&label) {
            &mut self.month
        } else if DATE.contains(&label) {
            &mut self.date
        } else {
            return false;
        };
        if slot.is_none() && !value.is_empty() {
            *slot = Some(value.to_owned());
        }
        true
    }
}

/// A label as it is compared: folded, without （盖章）.
fn bare_label(label: &str) -> String {
    let folded = fold(label);
    folded.split_once('(').map_or(folded.as_str(), |(before, _)| before).to_owned()
}

/// The labels of a cell with what follows each: 填报单位：城关镇　填报日期：2018年5月3日.
fn pairs(cell: &str) -> Vec<(String, String)> {
    let mut pieces = cell.split([':', '：']);
    let first = pieces.next().expect("any text has a first piece, if only an empty one");
    let mut label = first.trim().to_owned();
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return vec![(label, String::new())];
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            pairs.push((std::mem::take(&mut label), piece.trim().to_owned()));
            break;
        }
        let piece = piece.trim();
        let known = TOWNSHIP.iter().chain(&MONTH).chain(&DATE).filter(|known| piece.ends_with(**known));
        let at = known
            .map(|known| piece.len() - known.len())
            .min()
            .or_else(|| piece.rfind(char::is_whitespace))
            .unwrap_or(piece.len());
        let (value, next) = piece.split_at(at);
        pairs.push((std::mem::replace(&mut label, next.trim().to_owned()), value.trim().to_owned()));
    }
    pairs
}

/// What months a title names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TitleMonths {
    None,
    One(Month),
    /// Several, or a span.
    More,
}

fn title_month(title: &str) -> TitleMonths {
    let folded = fold(title);
    let mut found = TitleMonths::None;
    let mut rest = folded.as_str();
    while let Some((before, after)) = rest.split_once('年') {
        rest = after;
        let tail = before.len() - before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let Ok(year) = before[tail..].parse::<u16>() else { continue };
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let behind = &after[digits..];
        if behind.starts_with(SPANS) {
            return TitleMonths::More;
        }
        let Some(behind) = behind.strip_prefix('月') else { continue };
        // A day behind it makes it a date, not a month.
        if behind.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let month = after[..digits].parse::<u8>().ok().and_then(|month| Month::new(year, month));
        found = match (found, month) {
            (found, None) => found,
            (TitleMonths::None, Some(month)) => TitleMonths::One(month),
            (TitleMonths::One(known), Some(month)) if known == month => found,
            (TitleMonths::One(_) | TitleMonths::More, Some(_)) => TitleMonths::More,
        };
        if behind.starts_with(SPANS) {
            return TitleMonths::More;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::cell::SheetCell;

    fn read(rows: &[&[&str]]) -> [Option<String>; 3] {
        let cell = |text: &&str| SheetCell::Text((*text).to_owned().into());
        let rows = rows.iter().map(|row| SheetRow { line: 0, cells: row.iter().map(cell).collect() });
        let above = above(rows, false);
        [above.township, above.month, above.date]
    }

    #[test]
    fn labels_and_titles() {
        let some = |word: &str| Some(word.to_owned());
        for (rows, found) in [
            (&[&["填报单位：城关镇", "填报日期：2018年6月3日"][..]][..], [some("城关镇"), None, some("2018年6月3日")]),
            (&[&["填报单位（盖章）: 城关镇   填报时间:2018年6月"]], [some("城关镇"), None, some("2018年6月")]),
            (&[&["填报单位:城关镇填报日期:6月3日"]], [some("城关镇"), None, some("6月3日")]),
            (&[&["填报单位", "城关镇", "统计月份：", "5月"]], [some("城关镇"), some("5月"), None]),
            (&[&["城关镇2018年5月群众文化活动统计表"]], [None, some("2018-05"), None]),
            (&[&["城关镇２０１８年 5 月统计表"], &["2018年5月"]], [None, some("2018-05"), None]),
            (&[&["2018年1—5月统计表"]], [None, None, None]),
            (&[&["2018年1月至5月统计表"]], [None, None, None]),
            (&[&["2018年4月、2018年5月统计表"]], [None, None, None]),
            (&[&["统计表（2018年5月31日）"]], [None, None, None]),
            (&[&["支出表", "单位：元"]], [None, None, None]),
            (&[&["Reporting unit: Willow", "Month: 2018-05"]], [some("Willow"), some("2018-05"), None]),
        ] {
            assert_eq!(read(rows), found, "{rows:?}");
        }
    }
}
