//! The records of a table, one at a time: merged cells filled down, 同上 taken from above, and what is no record (sums,
//! signatures, repeated headings) left out and told. Values are borrowed from the sheet wherever they can be, and a table
//! can be read in parts, by several threads: of a million rows none takes memory of its own.

use super::cell::{CellAddress, SheetCell, SheetRow};
use super::ditto::{DittoValue, Dittos, ditto};
use super::find::{SheetTable, TableQuery};
use super::headings::{is_example, is_numbering};
use super::sheet::Sheet;
use super::skipped::{SkipReason, SkippedRows, is_footer, is_only_sum, is_sum};
use super::value::{field_text, nothing_above, scaled, shown_text};
use crate::base::fault::Fault;
use crate::base::fuzzy::trim;
use crate::base::text::Text;
use crate::base::unseen::{as_seen, is_as_seen, reordering};
use crate::schema::kind::{Field, FieldNo};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// One record as it stands in a file.
#[derive(Debug, Default)]
pub struct RawRecord<'t> {
    /// The row in the sheet, or the line in the text, from 1.
    pub line: usize,
    /// Its values, one for each column that holds a field and is not empty.
    pub values: Vec<RawValue<'t>>,
    /// Whether it is the example in our own form.
    pub is_example: bool,
    /// In a text: where something stands for which there is no heading. A comma within a value shifts all that follow it.
    pub beyond: Option<CellAddress>,
    /// What stands in the column that was asked for besides, as it came.
    pub beside: Option<Cow<'t, str>>,
    /// Which of the rows that have a cell it is.
    at: usize,
}

impl RawRecord<'_> {
    /// Which of the rows that have a cell it is, from 0.
    #[must_use]
    pub fn row_index(&self) -> usize {
        self.at
    }

    /// The whole row as it came, for sending back.
    #[must_use]
    pub fn original(&self, sheet: &Sheet<'_>) -> Vec<String> {
        sheet.original(self.at)
    }
}

impl SheetTable {
    /// The table's records, one at a time.
    #[must_use]
    pub fn records<'t>(&'t self, sheet: &'t Sheet<'_>, wanted: TableQuery<'t>) -> RawRecords<'t> {
        RawRecords::new(self, sheet, wanted)
    }

    /// A whole row as it came, for sending back. A cell that stands for another one (同上, merged) is written out as what
    /// is `meant` in its field: sent back, it would stand below another one.
    #[must_use]
    pub fn original(&self, sheet: &Sheet<'_>, at: usize, meant: &dyn Fn(FieldNo) -> Option<String>) -> Vec<String> {
        let Some(row) = sheet.row(at) else { return Vec::new() };
        let mut cells = sheet.original(at);
        for column in &self.columns {
            let cell = row.cell(column.at);
            if (cell.is_blank() || ditto(cell).is_some())
                && let Some(value) = column.field.and_then(meant)
            {
                let at = column.at as usize;
                cells.resize(cells.len().max(at + 1), String::new());
                cells[at] = value;
            }
        }
        cells
    }
}

/// A value as it stands in a file.
#[derive(Debug)]
pub struct RawValue<'t> {
    /// Its field.
    pub field: FieldNo,
    /// The text, as a person would have written it; or why there is none.
    pub value: Result<Cow<'t, str>, Box<Fault>>,
    /// Where it stands.
    pub at: CellAddress,
    /// What the person should know of it.
    pub note: Option<Box<Text>>,
}

/// The records of a table, or of a part of it.
pub struct RawRecords<'t> {
    table: &'t SheetTable,
    sheet: &'t Sheet<'t>,
    wanted: TableQuery<'t>,
    at: usize,
    end: usize,
    /// The column that is asked for besides.
    beside: Option<u32>,
    /// The row that is read; its room is used again.
    row: SheetRow<'t>,
    /// The last value of each column, by its place in the table.
    above: Dittos<'t>,
    /// Whether a mark was met for what stands above the part.
    unsure: bool,
    /// Merges of several rows by row and column of their first cell: their last row.
    merges: HashMap<(u32, u32), u32>,
    /// By column: the merge that is going on.
    going_on: HashMap<u32, MergeDown<'t>>,
    left_out: SkippedRows,
}

/// A cell merged over the rows below it.
struct MergeDown<'t> {
    /// The last of these rows.
    bottom: u32,
    cell: SheetCell<'t>,
}

impl<'t> RawRecords<'t> {
    fn new(table: &'t SheetTable, sheet: &'t Sheet<'t>, wanted: TableQuery<'t>) -> RawRecords<'t> {
        let several = sheet.merges.iter().filter(|merge| merge.bottom > merge.top);
        RawRecords {
            table,
            sheet,
            wanted,
            at: table.first,
            end: sheet.height(),
            beside: None,
            row: SheetRow::default(),
            above: Dittos::nothing(table.columns.len()),
            unsure: false,
            merges: several.map(|merge| ((merge.top, merge.left), merge.bottom)).collect(),
            going_on: HashMap::new(),
            left_out: SkippedRows::default(),
        }
    }

    /// Only those of a part of the table (see [`SheetTable::parts`]); `above` is what stands above it, where that is known.
    #[must_use]
    pub fn within(self, part: &Range<usize>, above: Option<&Dittos<'t>>) -> RawRecords<'t> {
        let first = part.start <= self.table.first;
        let above = match above {
            Some(above) => above.clone(),
            None if first => self.table.nothing_above(),
            None => Dittos::before(self.table.columns.len()),
        };
        RawRecords { at: part.start, end: part.end, above, ..self }
    }

    /// With what stands in one more column.
    #[must_use]
    pub fn beside(self, column: Option<u32>) -> RawRecords<'t> {
        RawRecords { beside: column, ..self }
    }

    /// Whether a mark was met for what stands above the part, and that was not known: then the part must be read again.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        self.unsure
    }

    /// What was left out so far.
    #[must_use]
    pub fn notes(&self) -> Vec<Fault> {
        self.left_out.notes(self.wanted.file)
    }

    /// What was left out, and what stands above the rows that follow.
    #[must_use]
    pub fn ended(self) -> (SkippedRows, Dittos<'t>) {
        (self.left_out, self.above)
    }

    /// The next record, in the room of the one before; false if there is none.
    pub fn read(&mut self, raw: &mut RawRecord<'t>) -> bool {
        let mut row = std::mem::take(&mut self.row);
        let mut found = false;
        while !found && self.at < self.end && self.sheet.read_row(self.at, &mut row) {
            self.at += 1;
            self.drop_unseen(&mut row);
            found = self.raw(&mut row, raw);
        }
        self.row = row;
        found
    }

    /// Leaves of a row's texts what is seen: nothing that is asked of a cell hangs on the rest. A text that is read in
    /// another order than it has is refused with its field, when that is read.
    fn drop_unseen(&mut self, row: &mut SheetRow<'t>) {
        let mut dropped = false;
        for cell in &mut row.cells {
            if let SheetCell::Text(text) = cell
                && !is_as_seen(text)
                && reordering(text).is_none()
            {
                *text = Cow::Owned(as_seen(text).into_owned());
                dropped = true;
            }
        }
        if dropped {
            self.left_out.push(row.line as usize + 1, SkipReason::Unseen);
        }
    }

    /// Puts into the empty cells of a row what is merged down into them, and tells the columns so filled.
    ///
    /// A file has the value of a merged cell in its first row alone. Where the merge ends is told by the rows' own
    /// numbers: those without any cell are not met here. A covered cell that has a value of its own keeps it, for it was
    /// written by hand or by a program that knows no merges; and rows that are left out are filled as others are, so that
    /// a merge goes on beyond a sum.
    fn fill(&mut self, row: &mut SheetRow<'t>) -> Vec<u32> {
        if self.merges.is_empty() {
            return Vec::new();
        }
        let mut filled = Vec::new();
        for column in self.table.columns.iter().map(|column| column.at) {
            if let Some(&bottom) = self.merges.get(&(row.line, column)) {
                self.going_on.insert(column, MergeDown { bottom, cell: row.cell(column).clone() });
            } else if let Some(MergeDown { bottom, cell }) = self.going_on.get(&column)
                && row.line <= *bottom
                && row.cell(column).is_blank()
            {
                let at = column as usize;
                if row.cells.len() <= at {
                    row.cells.resize(at + 1, SheetCell::Empty);
                }
                row.cells[at] = cell.clone();
                filled.push(column);
            }
        }
        filled
    }

    /// Why a row is no record; none where it is one.
    fn why_not(&self, row: &SheetRow<'_>) -> Option<SkipReason> {
        let words =
            || row.cells.iter().filter(|cell| !cell.is_blank()).map(|cell| shown_text(cell, self.sheet.since_1904));
        // Quoted line breaks are cells in which nothing is to be seen.
        let Some(first) = words().next() else { return Some(SkipReason::Elsewhere) };
        // Most rows begin with a date or a number, which is none of these.
        let figure = first.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        if !figure && is_footer(&first) {
            return Some(SkipReason::Footer);
        }
        if (!figure && is_sum(&first)) || (self.date_is_blank(row) && words().take(3).any(|word| is_only_sum(&word))) {
            return Some(SkipReason::Sum);
        }
        let mut filled = 0;
        let mut repeated = 0;
        for column in self.table.columns.iter().filter(|column| column.field.is_some()) {
            let cell = row.cell(column.at);
            if !cell.is_blank() {
                filled += 1;
                repeated += usize::from(self.repeats_heading(cell, &column.heading));
            }
        }
        if filled == 0 {
            return Some(SkipReason::Elsewhere);
        }
        // One word may be a heading and a value too; of several, most are not.
        if filled >= 2 && repeated * 2 > filled {
            return Some(SkipReason::Heading);
        }
        self.are_column_numbers(row).then_some(SkipReason::Numbers)
    }

    /// Whether a cell repeats the heading of its column, or of two rows of headings the lower one.
    fn repeats_heading(&self, cell: &SheetCell<'_>, heading: &str) -> bool {
        // Headings are repeated as they are, mostly by copying: folding every cell would take longer than all else. This is
        // asked of every cell, and mostly the last byte tells.
        let shown = shown_text(cell, self.sheet.since_1904);
        let word = trim(&shown);
        word.as_bytes().last() == heading.as_bytes().last() && heading.ends_with(word)
    }

    fn date_is_blank(&self, row: &SheetRow<'_>) -> bool {
        let column = self.table.columns.iter().find(|column| column.field == Some(FieldNo::DATE));
        column.is_none_or(|column| row.cell(column.at).is_blank())
    }

    /// 1, 2, 3 … in all cells, as forms have it under their headings; 栏次 or another word may stand in the first.
    fn are_column_numbers(&self, row: &SheetRow<'_>) -> bool {
        if self.at > self.table.first + 1 {
            return false;
        }
        let filled = row.cells.iter().filter(|cell| !cell.is_blank()).skip(1);
        let numbers = filled.map(|cell| shown_text(cell, self.sheet.since_1904).trim().parse::<i64>().ok());
        let Some(numbers) = numbers.collect::<Option<Vec<i64>>>() else { return false };
        let rising = numbers.windows(2).all(|pair| pair[0].checked_add(1) == Some(pair[1]));
        numbers.len() >= 3 && rising && numbers.last() > Some(&2)
    }

    fn raw(&mut self, row: &mut SheetRow<'t>, raw: &mut RawRecord<'t>) -> bool {
        let beside = self.beside.map(|column| owned_text(row.cell(column), self.sheet.since_1904));
        let filled = self.fill(row);
        if let Some(why) = self.why_not(row) {
            if why != SkipReason::Elsewhere || self.has_more_than_a_number(row) {
                self.left_out.push(row.line as usize + 1, why);
            }
            return false;
        }
        raw.values.clear();
        for at in 0..self.table.columns.len() {
            if let Some(given) = self.given(at, row, &filled) {
                raw.values.push(given);
            }
        }
        raw.beyond = self.beyond(row);
        let first = row.cells.iter().find(|cell| !cell.is_blank());
        raw.is_example = first.is_some_and(|cell| is_example(&shown_text(cell, self.sheet.since_1904)));
        raw.line = row.line as usize + 1;
        raw.beside = beside;
        raw.at = self.at - 1;
        true
    }

    /// What stands in a row behind the last heading: in a text its place, in a workbook it is told as left out.
    fn beyond(&mut self, row: &SheetRow<'_>) -> Option<CellAddress> {
        let end = self.table.columns.last().map_or(0, |column| column.at + 1);
        let behind = (end..).zip(row.cells.get(end as usize..)?);
        let (column, _) = behind.into_iter().find(|(_, cell)| !cell.is_blank())?;
        if self.sheet.name.is_none() {
            return Some(self.sheet.address(row.line, column));
        }
        self.left_out.push(row.line as usize + 1, SkipReason::Beyond);
        None
    }

    /// Whether anything stands in a row but its running number.
    fn has_more_than_a_number(&self, row: &SheetRow<'_>) -> bool {
        (0_u32..).zip(&row.cells).any(|(at, cell)| !cell.is_blank() && !self.is_numbering(at))
    }

    fn is_numbering(&self, at: u32) -> bool {
        let column = self.table.columns.iter().find(|column| column.at == at);
        column.is_some_and(|column| is_numbering(&column.heading))
    }

    #[inline]
    fn given(&mut self, at: usize, row: &SheetRow<'t>, filled: &[u32]) -> Option<RawValue<'t>> {
        let table = self.table;
        let column = table.columns.get(at)?;
        let number = column.field?;
        let field = &self.wanted.kind.fields[number];
        let cell = row.cell(column.at);
        if cell.is_blank() {
            return None;
        }
        let address = self.sheet.address(row.line, column.at);
        let text = |cell: &SheetCell<'t>| text_of(cell, field, column.scale, self.sheet.since_1904);
        let value = match ditto(cell) {
            None => {
                self.above.remember(at, cell);
                text(cell)
            }
            Some(mark) => match self.above.find(at) {
                DittoValue::Cell(above) => text(above),
                found @ (DittoValue::Nothing | DittoValue::Before) => {
                    self.unsure |= matches!(found, DittoValue::Before);
                    Err(Box::new(nothing_above(mark).of_field(&field.name)))
                }
            },
        };
        let note = (filled.contains(&column.at) && field.ty.is_number()).then(|| Box::new(merged_cell_note(field)));
        Some(RawValue { field: number, value, at: address, note })
    }
}

impl<'t> Iterator for RawRecords<'t> {
    type Item = RawRecord<'t>;

    fn next(&mut self) -> Option<RawRecord<'t>> {
        let mut raw = RawRecord::default();
        self.read(&mut raw).then_some(raw)
    }
}

/// What a cell shows, without the cell.
fn owned_text<'t>(cell: &SheetCell<'t>, since_1904: bool) -> Cow<'t, str> {
    match cell {
        SheetCell::Text(text) => text.clone(),
        SheetCell::Empty | SheetCell::Number(_) | SheetCell::Date(_) | SheetCell::Bool(_) | SheetCell::Error(_) => {
            Cow::Owned(shown_text(cell, since_1904).into_owned())
        }
    }
}

fn text_of<'t>(
    cell: &SheetCell<'t>,
    field: &Field,
    scale: Option<char>,
    since_1904: bool,
) -> Result<Cow<'t, str>, Box<Fault>> {
    let text = field_text(cell, field, since_1904).map_err(|fault| {
        let title = &field.title;
        let what = &fault.what;
        Fault { what: text!("{title}：{what}", "{title}: {what}", title, what), ..fault }.of_field(&field.name)
    })?;
    Ok(scaled(text, scale))
}

fn merged_cell_note(field: &Field) -> Text {
    let title = &field.title;
    text!(
        "{title}在合并的单元格里：每一行都按这个数登记，请核对是否重复",
        "“{title}” is in a merged cell: each of its rows was given the full figure; make sure that it is not \
         counted twice",
        title
    )
}
