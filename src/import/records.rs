//! The records of a table, one at a time: merged cells filled down, 同上 taken from above, and what is no record (sums,
//! signatures, repeated headings) left out and told.

use super::address::Address;
use super::find::{Table, Wanted};
use super::headings::is_example;
use super::sheet::{Cell, Row, Sheet};
use super::value::{nothing_above, scaled, shown, written};
use crate::fault::{Fault, Place};
use crate::kind::Field;
use crate::near::fold;
use crate::text::Text;
use std::borrow::Cow;
use std::collections::HashMap;

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
const FOOTERS: [&str; 22] = [
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
];
const DITTOS: [&str; 11] = ["〃", "″", "\"", "“", "”", "''", "′′", "同上", "ditto", "々", "do."];

/// One record as it stands in a file.
#[derive(Debug)]
pub struct Raw {
    /// The row in the sheet, or the line in the text, from 1.
    pub line: usize,
    /// Its values, one for each column that holds a field and is not empty.
    pub values: Vec<Given>,
    /// Whether it is the example in our own form.
    pub is_example: bool,
    /// Which of the rows that have a cell it is.
    at: usize,
}

impl Raw {
    /// The whole row as it came, for sending back. What stands for a cell above (同上, a merged cell) is written out: sent
    /// back, it would stand below another one.
    #[must_use]
    pub fn original(&self, sheet: &Sheet<'_>) -> Vec<String> {
        let Some(row) = sheet.row(self.at) else { return Vec::new() };
        let mut cells: Vec<String> = row.cells.iter().map(|cell| shown(cell, sheet.since_1904).into_owned()).collect();
        for (at, value) in
            self.values.iter().filter_map(|given| Some((given.at.column - 1, given.value.as_ref().ok()?)))
        {
            let cell = row.cells.get(at).unwrap_or(&Cell::Empty);
            if cell.is_blank() || ditto(cell).is_some() {
                cells.resize(cells.len().max(at + 1), String::new());
                cells[at].clone_from(value);
            }
        }
        cells
    }

    /// One cell of the row as it came.
    #[must_use]
    pub fn shown(&self, sheet: &Sheet<'_>, column: u32) -> String {
        sheet.row(self.at).map_or_else(String::new, |row| shown(row.cell(column), sheet.since_1904).into_owned())
    }
}

/// A value as it stands in a file.
#[derive(Debug)]
pub struct Given {
    /// The index of its field.
    pub field: usize,
    /// The text, as a person would have written it; or why there is none.
    pub value: Result<String, Fault>,
    /// Where it stands.
    pub at: Address,
    /// What the person should know of it.
    pub note: Option<Text>,
}

/// Why a row is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    Sum,
    Footer,
    Heading,
    Numbers,
    /// It has something, but in no column that was taken.
    Elsewhere,
}

/// The records of a table.
pub struct Records<'t> {
    table: &'t Table,
    sheet: &'t Sheet<'t>,
    wanted: Wanted<'t>,
    at: usize,
    /// The last value of each column, by its place in the table.
    above: Vec<Option<Cell<'static>>>,
    /// Merges of several rows by row and column of their first cell: their last row.
    merges: HashMap<(u32, u32), u32>,
    /// By column: the merge that is going on.
    going_on: HashMap<u32, (u32, Cell<'static>)>,
    skipped: Vec<(usize, Why)>,
}

impl<'t> Records<'t> {
    pub(super) fn new(table: &'t Table, sheet: &'t Sheet<'t>, wanted: Wanted<'t>) -> Records<'t> {
        let several = sheet.merges.iter().filter(|merge| merge.bottom > merge.top);
        Records {
            table,
            sheet,
            wanted,
            at: table.first,
            above: vec![None; table.columns.len()],
            merges: several.map(|merge| ((merge.top, merge.left), merge.bottom)).collect(),
            going_on: HashMap::new(),
            skipped: Vec::new(),
        }
    }

    /// What was left out so far, with its lines.
    #[must_use]
    pub fn notes(&self) -> Vec<Fault> {
        let all = [Why::Sum, Why::Footer, Why::Heading, Why::Numbers, Why::Elsewhere];
        all.into_iter().filter_map(|why| self.note(why)).collect()
    }

    fn note(&self, why: Why) -> Option<Fault> {
        let lines: Vec<usize> = self.skipped.iter().filter(|(_, other)| *other == why).map(|(line, _)| *line).collect();
        let first = *lines.first()?;
        let mut shown = lines.iter().take(10).map(usize::to_string).collect::<Vec<_>>().join(", ");
        if lines.len() > 10 {
            shown.push_str(" …");
        }
        let count = lines.len();
        let what = match why {
            Why::Sum => Text::new("合计行", "sums"),
            Why::Footer => Text::new("签字、说明行", "signatures and remarks"),
            Why::Heading => Text::new("重复的表头", "repeated headings"),
            Why::Numbers => Text::new("栏次行", "column numbers"),
            Why::Elsewhere => Text::new("已导入的列都是空的行", "rows with nothing in any column taken"),
        };
        let what =
            text!("没有导入 {count} 行{what}（第 {shown} 行）", "left out: {what}, {count} (line {shown})", what);
        Some(Fault::warning(what).at(Place { line: first, ..Place::file(self.wanted.file) }))
    }

    /// Puts into the empty cells of a row what is merged down into them. True for the columns so filled.
    fn fill(&mut self, row: &mut Row<'_>) -> Vec<u32> {
        if self.merges.is_empty() {
            return Vec::new();
        }
        let mut filled = Vec::new();
        for column in self.table.columns.iter().map(|column| column.at) {
            if let Some(&bottom) = self.merges.get(&(row.line, column)) {
                self.going_on.insert(column, (bottom, owned(row.cell(column))));
            } else if let Some((bottom, cell)) = self.going_on.get(&column)
                && row.line <= *bottom
                && row.cell(column).is_blank()
            {
                let at = column as usize;
                if row.cells.len() <= at {
                    row.cells.resize(at + 1, Cell::Empty);
                }
                row.cells[at] = cell.clone();
                filled.push(column);
            }
        }
        filled
    }

    /// Why a row is no record; none where it is one.
    fn why_not(&self, row: &Row<'_>) -> Option<Why> {
        let words = || row.cells.iter().filter(|cell| !cell.is_blank()).map(|cell| shown(cell, self.sheet.since_1904));
        let first = words().next()?;
        if is_footer(&first) {
            return Some(Why::Footer);
        }
        if is_sum(&first) || (self.date_is_blank(row) && words().take(3).any(|word| is_only_sum(&word))) {
            return Some(Why::Sum);
        }
        let taken = || self.table.columns.iter().filter(|column| column.field.is_some());
        let filled = taken().filter(|column| !row.cell(column.at).is_blank()).count();
        if filled == 0 {
            return Some(Why::Elsewhere);
        }
        // Headings are repeated as they are, mostly by copying: folding every cell would take longer than all else.
        let is_heading = |at: u32, heading: &str| {
            let word = shown(row.cell(at), self.sheet.since_1904);
            let word = word.trim();
            !word.is_empty() && word.len() <= heading.len() && heading.ends_with(word)
        };
        let repeated = taken().filter(|column| is_heading(column.at, &column.heading)).count();
        if filled >= 2 && repeated * 2 > filled {
            return Some(Why::Heading);
        }
        self.are_column_numbers(row).then_some(Why::Numbers)
    }

    fn date_is_blank(&self, row: &Row<'_>) -> bool {
        let column = self.table.columns.iter().find(|column| column.field == Some(0));
        column.is_none_or(|column| row.cell(column.at).is_blank())
    }

    /// 1, 2, 3 … in all cells, as forms have it under their headings.
    fn are_column_numbers(&self, row: &Row<'_>) -> bool {
        if self.at > self.table.first + 1 {
            return false;
        }
        let numbers: Vec<i64> = row
            .cells
            .iter()
            .filter(|cell| !cell.is_blank())
            .map(|cell| shown(cell, self.sheet.since_1904).trim().parse().unwrap_or(-1))
            .collect();
        numbers.len() > 3 && numbers.windows(2).skip(1).all(|pair| pair[1] == pair[0] + 1) && numbers.last() > Some(&2)
    }

    fn raw(&mut self, mut row: Row<'_>) -> Option<Raw> {
        let filled = self.fill(&mut row);
        if let Some(why) = self.why_not(&row) {
            if why != Why::Elsewhere || self.has_more_than_a_number(&row) {
                self.skipped.push((row.line as usize + 1, why));
            }
            return None;
        }
        let mut values = Vec::with_capacity(self.table.columns.len());
        for at in 0..self.table.columns.len() {
            values.extend(self.given(at, &row, &filled));
        }
        let first = row.cells.iter().find(|cell| !cell.is_blank());
        let is_example = first.is_some_and(|cell| is_example(&shown(cell, self.sheet.since_1904)));
        Some(Raw { line: row.line as usize + 1, values, is_example, at: self.at - 1 })
    }

    /// Whether anything stands in a row but its running number.
    fn has_more_than_a_number(&self, row: &Row<'_>) -> bool {
        let numbered = |at: u32| {
            let column = self.table.columns.iter().find(|column| column.at == at);
            column.is_some_and(|column| super::headings::is_numbering(&column.heading))
        };
        (0_u32..).zip(&row.cells).any(|(at, cell)| !cell.is_blank() && !numbered(at))
    }

    fn given(&mut self, at: usize, row: &Row<'_>, filled: &[u32]) -> Option<Given> {
        let table = self.table;
        let column = table.columns.get(at)?;
        let index = column.field?;
        let field = self.wanted.kind.fields.get(index)?;
        let cell = row.cell(column.at);
        if cell.is_blank() {
            return None;
        }
        let address = self.sheet.address(row.line, column.at);
        let (value, note) = match ditto(cell) {
            None => (text_of(cell, field, column.scale, self.sheet.since_1904), None),
            Some(mark) => match self.above.get(at).and_then(Option::as_ref) {
                Some(above) => (text_of(above, field, column.scale, self.sheet.since_1904), None),
                None => (Err(nothing_above(mark)), None),
            },
        };
        let note = note.or_else(|| (filled.contains(&column.at) && field.is_number()).then(|| merged(field)));
        if ditto(cell).is_none() {
            remember(self.above.get_mut(at), cell);
        }
        Some(Given { field: index, value, at: address, note })
    }
}

impl Iterator for Records<'_> {
    type Item = Raw;

    fn next(&mut self) -> Option<Raw> {
        let sheet = self.sheet;
        loop {
            let row = sheet.row(self.at)?;
            self.at += 1;
            if let Some(raw) = self.raw(row) {
                return Some(raw);
            }
        }
    }
}

fn text_of(cell: &Cell<'_>, field: &Field, scale: Option<char>, since_1904: bool) -> Result<String, Fault> {
    let text = written(cell, field, since_1904).map_err(|fault| {
        let (title, what) = (&field.title, &fault.what);
        Fault { what: text!("{title}：{what}", "{title}: {what}", title, what), ..fault }
    })?;
    Ok(scaled(text, scale).into_owned())
}

fn merged(field: &Field) -> Text {
    let title = &field.title;
    text!(
        "{title}在合并的单元格里：每一行都按这个数登记，请核对是否重复",
        "{title} stands in a merged cell: each of its rows was given the whole figure; see that it is not counted twice",
        title
    )
}

/// The mark for “as above”, if the cell is one.
fn ditto<'c>(cell: &'c Cell<'_>) -> Option<&'c str> {
    match cell {
        Cell::Text(text)
            if text.len() <= 24
                && text.trim_start().starts_with(['〃', '″', '"', '“', '”', '\'', '′', '同', '々', 'd', 'D']) =>
        {
            let folded: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            DITTOS.iter().any(|mark| folded.eq_ignore_ascii_case(mark)).then_some(text)
        }
        Cell::Text(_) | Cell::Empty | Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) => None,
    }
}

fn is_only_sum(word: &str) -> bool {
    SUMS.contains(&fold(word).as_str())
}

fn is_sum(word: &str) -> bool {
    if !word.contains(['计', 't', 'T', 'ｔ', 'Ｔ']) {
        return false;
    }
    let folded = fold(word);
    let folded = folded.trim_end_matches(':');
    let short = folded.chars().count() <= 10;
    SUMS.contains(&folded) || (short && ["合计", "小计", "总计"].iter().any(|sum| folded.ends_with(sum)))
}

fn is_footer(word: &str) -> bool {
    if !word.contains([':', '：']) {
        return false;
    }
    let folded = fold(word);
    let label = folded.split_once(':').map_or("", |(label, _)| label);
    let label = label.split_once('(').map_or(label, |(label, _)| label);
    FOOTERS.contains(&label)
}

/// Keeps a value for a mark below it; text in the memory that the last one had.
fn remember(above: Option<&mut Option<Cell<'static>>>, cell: &Cell<'_>) {
    match (above, cell) {
        (Some(Some(Cell::Text(Cow::Owned(kept)))), Cell::Text(text)) => text.as_ref().clone_into(kept),
        (Some(above), cell) => *above = Some(owned(cell)),
        (None, _) => {}
    }
}

fn owned(cell: &Cell<'_>) -> Cell<'static> {
    match cell {
        Cell::Empty => Cell::Empty,
        Cell::Text(text) => Cell::Text(Cow::Owned(text.to_string())),
        Cell::Number(number) => Cell::Number(*number),
        Cell::Date(number) => Cell::Date(*number),
        Cell::Bool(yes) => Cell::Bool(*yes),
        Cell::Error(error) => Cell::Error(error.clone()),
    }
}
