//! The format of a ledger that another program saved, restored: byte-order mark, line ends, quotes, empty columns,
//! slashed dates, upper-case truth values, lost zeros, sorted rows. Never changes what a value means; what it cannot restore stays
//! as it is, for the walk to tell of. Knows no disk.

mod order;
mod value;

use super::csv_line::push_line;
use super::split::ColumnNo;
use super::{AsOf, Cells, Lines, Source, walk, without_return};
use crate::base::fault::{Fault, Place};
use crate::base::text::Text;
use crate::schema::kind::{EFFECTIVE, FieldNo, Kind};
use order::RestoredRows;
use std::ops::Range;
pub use value::may_have_lost_zeros;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// A ledger with its format restored.
#[derive(Debug)]
pub struct RepairedLedger {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What differs from the file as it was; never empty.
    pub repairs: Vec<Repair>,
    /// For each line the line, from 1, that it was.
    lines: Vec<usize>,
}

/// One thing that another program did to a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What was found.
    pub damage: Text,
    /// What restores it.
    pub remedy: Text,
    /// Where it was found first.
    pub place: Place,
    /// Whether values get back what they had lost; else only their format is restored.
    pub puts_digits_back: bool,
}

/// What can have happened to a ledger, in the order in which it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    Mark,
    LineEnds,
    Columns,
    Commas,
    Ends,
    Blank,
    Dates,
    Truths,
    Zeros,
    Quotes,
    Order,
}

/// All of them: the place of each is its number.
const HARMS: [Harm; 11] = [
    Harm::Mark,
    Harm::LineEnds,
    Harm::Columns,
    Harm::Commas,
    Harm::Ends,
    Harm::Blank,
    Harm::Dates,
    Harm::Truths,
    Harm::Zeros,
    Harm::Quotes,
    Harm::Order,
];

/// How often each harm was met, and where first; for a value, how it was written and how it is restored.
#[derive(Debug, Default)]
struct HarmCounts([(usize, Range<usize>, String); HARMS.len()]);

impl HarmCounts {
    fn add(&mut self, harm: Harm, span: Range<usize>, example: impl FnOnce() -> String) {
        let (count, first, said) = &mut self.0[harm as usize];
        if *count == 0 {
            (*first, *said) = (span, example());
        }
        *count += 1;
    }

    fn repairs(&self, source: Source<'_>) -> Vec<Repair> {
        let met = HARMS.iter().zip(&self.0).filter(|(_, (count, ..))| *count > 0);
        met.map(|(harm, (count, span, example))| {
            let found = damage_text(*harm, *count, example);
            let done = remedy_text(*harm, *count, example);
            Repair {
                damage: found,
                remedy: done,
                place: Place::in_text(source.file, source.bytes, span.clone()),
                puts_digits_back: *harm == Harm::Zeros,
            }
        })
        .collect()
    }
}

/// What a spreadsheet did to a ledger.
fn damage_text(harm: Harm, n: usize, example: &str) -> Text {
    match harm {
        Harm::Mark => text!("文件开头有 BOM", "the file begins with a byte-order mark"),
        Harm::LineEnds => text!("{n} 行以 CRLF 结尾", "{n} with CRLF", n = Text::count(n, "line ends", "lines end")),
        Harm::Columns => text!("多出 {n} 个空列", "{n}", n = Text::count(n, "empty column", "empty columns")),
        Harm::Commas => {
            text!("{n} 行末尾多出逗号", "{n} with extra commas", n = Text::count(n, "line ends", "lines end"))
        }
        Harm::Ends => {
            text!("id 不在第一列或 batch 不在最后一列", "id is not the first column, or batch is not the last")
        }
        Harm::Blank => text!("{n} 个空行", "{n}", n = Text::count(n, "blank line", "blank lines")),
        Harm::Dates => text!(
            "{n} 个日期被改写（{example}）",
            "{n} rewritten ({example})",
            n = Text::count(n, "date is", "dates are")
        ),
        Harm::Truths => text!(
            "{n} 个 true/false 被改写（{example}）",
            "{n} rewritten ({example})",
            n = Text::count(n, "true or false is", "values of true or false are")
        ),
        Harm::Zeros => text!(
            "{n} 格开头的 0 丢了（{example}）",
            "{n} lost leading zeros ({example})",
            n = Text::count(n, "cell has", "cells have")
        ),
        Harm::Quotes => {
            text!("{n} 行的引号与原样不同", "{n} quoted differently", n = Text::count(n, "line is", "lines are"))
        }
        Harm::Order => text!(
            "行的顺序被打乱（可能被排序过），登记时间前后倒置：{n} 行不在原处",
            "the rows seem to have been sorted, so that entry times are out of order: {n} out of place",
            n = Text::count(n, "is", "are")
        ),
    }
}

/// What was done about it.
fn remedy_text(harm: Harm, n: usize, example: &str) -> Text {
    let lines = Text::count(n, "line", "lines");
    match harm {
        Harm::Mark => text!("去掉文件开头的 BOM", "removed the byte-order mark"),
        Harm::LineEnds => {
            text!("{lines} 行的行尾由 CRLF 改回 LF", "changed the endings of {lines} from CRLF to LF", lines)
        }
        Harm::Columns => {
            text!("去掉 {n} 个空列", "removed {n}", n = Text::count(n, "empty column", "empty columns"))
        }
        Harm::Commas => text!("去掉 {lines} 行末尾多余的逗号", "removed extra commas from the end of {lines}", lines),
        Harm::Ends => text!("id 放回第一列，batch 放回最后一列", "moved id to the first column and batch to the last"),
        Harm::Blank => text!("去掉 {n} 个空行", "removed {n}", n = Text::count(n, "blank line", "blank lines")),
        Harm::Dates => text!(
            "恢复 {n} 个日期的写法（{example}）",
            "restored how {n} written ({example})",
            n = Text::count(n, "date is", "dates are")
        ),
        Harm::Truths => text!(
            "恢复 {n} 个 true/false（{example}）",
            "restored {n} ({example})",
            n = Text::count(n, "true or false", "values of true or false")
        ),
        Harm::Zeros => text!(
            "补回 {n} 格开头的 0（{example}）",
            "put back the leading zeros of {n} ({example})",
            n = Text::count(n, "cell", "cells")
        ),
        Harm::Quotes => text!("恢复 {lines} 行的引号", "restored the quotes of {lines}", lines),
        Harm::Order => text!(
            "按登记时间、编号、修订次数恢复行序，移动 {n} 行",
            "moved {n} back to the order of entry, id and revision",
            n = Text::count(n, "row", "rows")
        ),
    }
}

/// Restores the format of a ledger as far as that is possible; none if there is nothing to restore, or the file is no
/// UTF-8, or a quotation mark is not closed. The walk has to say whether what comes out is a ledger.
#[must_use]
pub fn repair(source: Source<'_>) -> Option<RepairedLedger> {
    std::str::from_utf8(source.bytes).ok()?;
    let mut met = HarmCounts::default();
    let form = ColumnLayout::read(source, &mut met)?;
    let mut rows = RestoredRows::default();
    let mut cells = Cells::default();
    for (number, (at, text)) in (1..).zip(lines(source)) {
        if !cells.split(text) {
            return None;
        }
        let line = SplitLine { source, number, at, text, cells: &cells };
        if let Some(values) = form.restore_line(&line, &mut met) {
            rows.push(&values, number, number > 1, (form.entered_at, form.rev));
        }
    }
    if let Some((line, moved)) = rows.sort() {
        let at = lines(source).nth(line - 1).map_or(0, |(at, _)| at);
        (0..moved).for_each(|_| met.add(Harm::Order, at..at + 1, String::new));
    }
    let changes = met.repairs(source);
    let (bytes, lines) = rows.into_file();
    (bytes != source.bytes && !changes.is_empty()).then_some(RepairedLedger { bytes, repairs: changes, lines })
}

impl RepairedLedger {
    /// A fault of the restored ledger, with the line in which it stands in the file as it is.
    #[must_use]
    pub fn as_it_was(&self, mut fault: Fault) -> Fault {
        if let Some(place) = &mut fault.place {
            place.line = self.line_as_it_was(place.line);
        }
        fault
    }

    /// The line of the file as it is that became a line of the restored ledger.
    #[must_use]
    pub fn line_as_it_was(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|at| self.lines.get(at)).map_or(line, |before| *before)
    }
}

/// One line of the file, split.
struct SplitLine<'a> {
    source: Source<'a>,
    /// From 1.
    number: usize,
    at: usize,
    /// Without line end.
    text: &'a [u8],
    cells: &'a Cells,
}

impl SplitLine<'_> {
    fn cell(&self, column: ColumnNo) -> &[u8] {
        self.cells.get(self.text, column)
    }

    fn span(&self) -> Range<usize> {
        self.at..self.at + self.text.len().max(1)
    }

    fn is_blank(&self) -> bool {
        self.cells.iter(self.text).all(<[u8]>::is_empty)
    }
}

/// Which columns of the file are kept, in which order, and which field each holds.
struct ColumnLayout {
    /// Columns, in the restored order.
    order: Vec<ColumnNo>,
    /// For each of `order` what is known of its values.
    contents: Vec<StoredContent>,
    /// How many columns the headings have in the file as it is.
    count: usize,
    /// The places, in `order`, of two columns.
    entered_at: usize,
    rev: usize,
}

impl ColumnLayout {
    /// None if the headings are those of no ledger.
    fn read(source: Source<'_>, met: &mut HarmCounts) -> Option<ColumnLayout> {
        let mark = content_start(source.bytes);
        if mark > 0 {
            met.add(Harm::Mark, 0..mark, String::new);
        }
        let (at, text) = lines(source).next()?;
        let mut cells = Cells::default();
        if !cells.split(text) {
            return None;
        }
        let count = cells.len();
        let names: Vec<String> = cells.iter(text).map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
        let filled = filled_columns(source, count)?;
        let columns = || (0..count).map(ColumnNo::from);
        let mut order: Vec<ColumnNo> = columns().filter(|&at| !names[at].is_empty() || filled[at]).collect();
        for column in columns().filter(|column| !order.contains(column)) {
            met.add(Harm::Columns, cells.file_range(at, text, column), String::new);
        }
        let place = |order: &[ColumnNo], wanted: &str| order.iter().position(|&column| names[column] == wanted);
        let id = place(&order, "id")?;
        let batch = place(&order, "batch")?;
        if id != 0 || batch != order.len() - 1 {
            met.add(Harm::Ends, at..at + text.len(), String::new);
            let id = order[id];
            let batch = order[batch];
            order.retain(|&column| column != id && column != batch);
            order.insert(0, id);
            order.push(batch);
        }
        let contents = order.iter().map(|&column| StoredContent::of(source.kind, &names[column])).collect();
        let entered_at = place(&order, "entered_at")?;
        let rev = place(&order, "rev")?;
        Some(ColumnLayout { order, contents, count, entered_at, rev })
    }

    /// The cells of a line as they should be; none for a blank line.
    fn restore_line(&self, line: &SplitLine<'_>, met: &mut HarmCounts) -> Option<Vec<Vec<u8>>> {
        if line.source.bytes.get(line.at + line.text.len()) == Some(&b'\r') {
            met.add(Harm::LineEnds, line.span(), String::new);
        }
        if line.is_blank() {
            met.add(Harm::Blank, line.span(), String::new);
            return None;
        }
        let have = line.cells.len();
        let raw: Vec<&[u8]> = line.cells.iter(line.text).collect();
        let mut written = Vec::new();
        push_line(&raw, &mut written);
        if written.strip_suffix(b"\n") != Some(line.text) {
            met.add(Harm::Quotes, line.span(), String::new);
        }
        let kept = self.order.iter().zip(&self.contents).filter(|(column, _)| column.index() < have);
        let mut values: Vec<Vec<u8>> =
            kept.map(|(&column, content)| restore_cell(line, column, *content, met)).collect();
        // Beyond the headings only what is empty may go; the rest makes the row ragged, and the walk says so.
        let last = raw.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        values.extend(raw.iter().take(last).skip(self.count).map(|cell| cell.to_vec()));
        if have > self.count.max(last) {
            met.add(Harm::Commas, line.span(), String::new);
        }
        Some(values)
    }
}

/// What a column holds, as far as its values can be restored.
#[derive(Clone, Copy)]
enum StoredContent {
    Field(FieldNo),
    /// The days of changes.
    Effective,
    /// What no spreadsheet writes another way.
    Plain,
}

impl StoredContent {
    fn of(kind: &Kind, name: &str) -> StoredContent {
        match kind.field(name) {
            Some(field) => StoredContent::Field(field),
            None if kind.lasting && name == EFFECTIVE => StoredContent::Effective,
            None => StoredContent::Plain,
        }
    }
}

/// A cell as it was stored, where that is sure.
fn restore_cell(line: &SplitLine<'_>, column: ColumnNo, content: StoredContent, met: &mut HarmCounts) -> Vec<u8> {
    let cell = line.cell(column);
    let restored = match content {
        _ if line.number == 1 => None,
        StoredContent::Field(field) => value::restore_value(&line.source.kind.fields[field], cell),
        StoredContent::Effective => value::restore_day(cell),
        StoredContent::Plain => None,
    };
    let Some(restored) = restored else { return cell.to_vec() };
    let (harm, restored) = match restored {
        value::RestoredValue::Date(text) => (Harm::Dates, text),
        value::RestoredValue::Truth(text) => (Harm::Truths, text),
        value::RestoredValue::Digits(text) => (Harm::Zeros, text),
    };
    let range = line.cells.file_range(line.at, line.text, column);
    met.add(harm, range, || format!("{} → {restored}", String::from_utf8_lossy(cell)));
    restored.into_bytes()
}

/// Whether a ledger that reads as it is has cells that lost the zeros at their beginning.
#[must_use]
pub fn has_lost_zeros(source: Source<'_>) -> bool {
    let of_digits = |at: &FieldNo| source.kind.fields[*at].digits.is_some();
    let formed: Vec<FieldNo> = source.kind.field_nos().filter(of_digits).collect();
    if formed.is_empty() {
        return false;
    }
    let mut found = false;
    let walked = walk(source, AsOf::LATEST, |row, _| {
        found |= formed.iter().any(|&at| value::restore_value(&source.kind.fields[at], row.cell(at)).is_some());
        Ok(())
    });
    walked.is_ok() && found
}

/// Which of the columns hold anything below the headings; none if a line cannot be split.
fn filled_columns(source: Source<'_>, count: usize) -> Option<Vec<bool>> {
    let mut filled = vec![false; count];
    let mut cells = Cells::default();
    for (_, text) in lines(source).skip(1) {
        if !cells.split(text) {
            return None;
        }
        for (filled, cell) in filled.iter_mut().zip(cells.iter(text)) {
            *filled |= !cell.is_empty();
        }
    }
    Some(filled)
}

fn content_start(bytes: &[u8]) -> usize {
    if bytes.starts_with(BOM) { BOM.len() } else { 0 }
}

/// Every line without its line end, and where it begins; the first without byte-order mark.
fn lines(source: Source<'_>) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = Lines { bytes: source.bytes, at: content_start(source.bytes) };
    lines.map(|(at, line)| (at, without_return(line)))
}

#[cfg(test)]
mod tests;
