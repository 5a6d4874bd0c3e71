//! Headings -> fields, by the names in the kind's file, in both languages.

use crate::base::fuzzy::{fold, nearest};
use crate::schema::kind::{Field, FieldNo, Kind};
use std::collections::HashMap;

/// Words for the running number of a row, which is nobody's field; and for what a sheet has that was sent back.
const NUMBERING: [&str; 11] =
    ["序号", "序", "no", "no.", "#", "行号", "原行号", "lineno.", "退回原因", "reasonforreturn", "whyitissentback"];
/// Words under a heading that mean the heading itself.
const WHOLE: [&str; 5] = ["合计", "小计", "总计", "总数", "人数"];

/// What a column may be called, the best first.
pub(super) type HeadingSpellings = Vec<String>;

/// The fields of a kind by their headings.
pub(super) struct HeadingIndex<'k> {
    kind: &'k Kind,
    exact: HashMap<String, FieldNo>,
    bare: HashMap<String, FieldNo>,
}

/// How well a heading names a field: the lower the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HeadingRank {
    /// Which of its spellings does, from 0.
    spelling: usize,
    /// Whether only without what stands in brackets.
    bare: bool,
}

impl<'k> HeadingIndex<'k> {
    pub(super) fn new(kind: &'k Kind) -> HeadingIndex<'k> {
        let mut exact = HashMap::new();
        let mut bare = HashMap::new();
        for (at, field) in kind.active_fields() {
            for name in names(field) {
                let key = key(name);
                bare.entry(without_brackets(&key)).or_insert(at);
                exact.entry(key).or_insert(at);
            }
        }
        HeadingIndex { kind, exact, bare }
    }

    /// The field that a column is called after.
    pub(super) fn field(&self, called: &[String]) -> Option<(FieldNo, HeadingRank)> {
        for (spelling, name) in called.iter().enumerate() {
            let key = key(name);
            if let Some(&field) = self.exact.get(&key) {
                return Some((field, HeadingRank { spelling, bare: false }));
            }
            if let Some(&field) = self.bare.get(&without_brackets(&key)) {
                return Some((field, HeadingRank { spelling, bare: true }));
            }
        }
        None
    }

    /// Whether a field is called by one of these names.
    pub(super) fn is_called(&self, field: FieldNo, called: &[&str]) -> bool {
        called.iter().any(|name| self.exact.get(&key(name)) == Some(&field))
    }

    /// The field whose heading comes nearest.
    pub(super) fn nearest(&self, heading: &str) -> Option<&'k Field> {
        let all_names = self.kind.active_fields().flat_map(|(_, field)| names(field));
        let near = *nearest(&without_brackets(&key(heading)), all_names, 1).first()?;
        let mut fields = self.kind.active_fields().map(|(_, field)| field);
        fields.find(|field| names(field).any(|name| name == near))
    }
}

fn names(field: &Field) -> impl Iterator<Item = &str> {
    let own = [field.title.zh.as_ref(), field.title.en.as_ref(), field.name.as_str()];
    own.into_iter().chain(field.headings.iter().map(String::as_str))
}

/// A heading as it is compared: folded, without quotation marks and the marks that forms put on headings.
pub(super) fn key(heading: &str) -> String {
    let kept =
        |c: &char| !matches!(c, '“' | '”' | '‘' | '’' | '"' | '\'' | '「' | '」' | '*' | ':' | '※' | '★' | '_' | '-');
    fold(heading).chars().filter(kept).collect()
}

/// A key without what stands in brackets; all of it where nothing else is left.
fn without_brackets(key: &str) -> String {
    let mut bare = String::with_capacity(key.len());
    let mut depth = 0_usize;
    for c in key.chars() {
        match c {
            '(' | '[' | '〔' | '【' => depth += 1,
            ')' | ']' | '〕' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    if bare.is_empty() { key.to_owned() } else { bare }
}

/// What a column may be called that stands under a heading over several columns.
pub(super) fn heading_spellings(upper: &str, lower: &str) -> HeadingSpellings {
    match (upper.trim(), lower.trim()) {
        ("", only) | (only, "") => vec![only.to_owned()],
        (upper, lower) => {
            let mut called = vec![format!("{upper}{lower}"), lower.to_owned()];
            if WHOLE.contains(&key(lower).as_str()) {
                called.push(upper.to_owned());
            }
            called
        }
    }
}

/// Whether a heading is that of a running number.
pub(super) fn is_numbering(heading: &str) -> bool {
    NUMBERING.contains(&fold(heading).as_str())
}

/// The multiple in which a heading's unit counts: 金额（万元） in 万.
pub(super) fn scale(heading: &str) -> Option<char> {
    let key = key(heading);
    let unit = key.split(['(', '[']).nth(1)?;
    let unit = unit.trim_start_matches("单位");
    let multiple = unit.chars().next().filter(|c| matches!(c, '百' | '千' | '万' | '亿'))?;
    let other = ["千米", "百分", "千克", "千瓦"].iter().any(|word| unit.starts_with(word));
    (!other).then_some(multiple)
}

/// Headings of a column that says whose each row is.
pub const TOWNSHIP_HEADINGS: [&str; 8] =
    ["填报单位", "报送单位", "乡镇", "乡镇(工业区)", "所属乡镇", "单位名称", "单位", "township"];

/// Headings of a column that says on which day what stands in a row was so.
pub const AS_OF_HEADINGS: [&str; 9] = [
    "截至日期",
    "截止日期",
    "截至时间",
    "截止时间",
    "统计日期",
    "统计时间",
    "as of",
    "date of change",
    "date of reading",
];

/// Whether a row that begins so is the example in our own form.
pub(super) fn is_example(first: &str) -> bool {
    first.contains(['示', 'e', 'E', 'ｅ', 'Ｅ']) && matches!(fold(first).as_str(), "示例" | "example")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_without_what_people_do_not_mean() {
        assert_eq!(key("“六进” 类别＊："), "六进类别");
        assert_eq!(without_brackets(&key("观众人数\n（人）")), "观众人数");
        assert_eq!(without_brackets(&key("（元）")), "(元)");
        assert_eq!(heading_spellings("演出", ""), ["演出"]);
        assert_eq!(heading_spellings("培训人数", "合 计"), ["培训人数合 计", "合 计", "培训人数"]);
    }

    #[test]
    fn a_unit_in_brackets_may_be_a_multiple() {
        for (heading, multiple) in [
            ("金额（万元）", Some('万')),
            ("金额（元）", None),
            ("半径（千米）", None),
            ("播放量(单位：万次)", Some('万')),
        ] {
            assert_eq!(scale(heading), multiple, "{heading}");
        }
    }
}
