//! Delimited text: comma, semicolon or tab. Its rows are found first (`lines`), by several threads if it is long; their
//! cells are cut out only when asked for, mostly without a copy. The csv crate would copy each, and lets pass what makes
//! the rest of a file unsure: a quote that is not closed, a NUL.

use super::cell::{SheetCell, SheetRow};
use super::limits::LONGEST_CELL;
use super::lines::{RowSpan, RowSplitter};
use super::refusal::save_again;
use crate::base::fault::{Fault, Place};
use memchr::memchr;
use std::borrow::Cow;

/// How many rows tell the delimiter.
const SAMPLE: usize = 30;

/// A delimited text with its rows.
#[derive(Debug)]
pub(super) struct DelimitedText<'a> {
    text: Cow<'a, str>,
    delimiter: u8,
    rows: Vec<RowSpan>,
}

impl<'a> DelimitedText<'a> {
    /// Finds the rows of a text.
    ///
    /// # Errors
    /// A NUL, a quote that is not closed, or a limit passed, each with its line.
    pub(super) fn read(text: Cow<'a, str>, threads: usize) -> Result<DelimitedText<'a>, Fault> {
        if let Some(at) = memchr(0, text.as_bytes()) {
            let what = text!("文件中有空字符（NUL），不是文本", "the file contains a NUL character: it is not text");
            return Err(Fault::new("not-text", what)
                .at(Place::in_text("", text.as_bytes(), at..at + 1))
                .hint(save_again()));
        }
        let bytes = text.as_bytes();
        let newline = if memchr(b'\n', bytes).is_none() { b'\r' } else { b'\n' };
        let (said, start) = said_delimiter(bytes);
        let delimiter = said.unwrap_or_else(|| guess(bytes, newline));
        let rows = RowSplitter { bytes, newline, delimiter }.rows(start, threads)?;
        Ok(DelimitedText { text, delimiter, rows })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row, in the room of another.
    pub(super) fn read_row<'s>(&'s self, at: usize, row: &mut SheetRow<'s>) -> bool {
        let Some(span) = self.rows.get(at) else { return false };
        row.line = span.line;
        let mut rest = self.text.get(span.start as usize..span.end as usize);
        while let Some(from) = rest {
            // Mostly a cell stands there as it is.
            if from.as_bytes().first() != Some(&b'"') {
                let end = memchr(self.delimiter, from.as_bytes()).unwrap_or(from.len());
                match &from[..end] {
                    "" => row.cells.push(SheetCell::Empty),
                    cell => row.cells.push(SheetCell::Text(Cow::Borrowed(cell))),
                }
                rest = from.get(end + 1..);
                continue;
            }
            let (cell, after) = unquoted(from, self.delimiter);
            row.cells.push(if cell.is_empty() { SheetCell::Empty } else { SheetCell::Text(cell) });
            rest = after;
        }
        true
    }
}

/// Cuts the first field off a row that begins with a quote.
fn unquoted(row: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let bytes = row.as_bytes();
    let mut field = Cow::Borrowed("");
    let mut at = 1;
    loop {
        let close = memchr(b'"', &bytes[at..]).map_or(bytes.len(), |i| at + i);
        join(&mut field, &row[at..close]);
        if bytes.get(close + 1) == Some(&b'"') {
            join(&mut field, "\"");
            at = close + 2;
            continue;
        }
        // What stands behind the closing quote belongs to the field, as spreadsheets take it.
        let behind = (close + 1).min(bytes.len());
        let end = memchr(delimiter, &bytes[behind..]).map_or(bytes.len(), |i| behind + i);
        join(&mut field, &row[behind..end]);
        return (field, row.get(end + 1..));
    }
}

fn join<'a>(field: &mut Cow<'a, str>, more: &'a str) {
    if field.is_empty() {
        *field = Cow::Borrowed(more);
    } else if !more.is_empty() {
        field.to_mut().push_str(more);
    }
}

/// `sep=;` in the first line, as Excel reads it, and where the rows begin.
fn said_delimiter(bytes: &[u8]) -> (Option<u8>, usize) {
    let end = memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes[..end].trim_ascii_end();
    match line {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter @ (b',' | b';' | b'\t' | b'|')] => {
            (Some(*delimiter), (end + 1).min(bytes.len()))
        }
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] if bytes.get(4) == Some(&b'\t') => {
            (Some(b'\t'), (end + 1).min(bytes.len()))
        }
        _ => (None, 0),
    }
}

/// How sure it is that a character parts the cells: the higher the better.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct DelimiterScore {
    /// How many rows have it as often.
    rows: usize,
    /// How often they have it.
    count: usize,
}

impl DelimiterScore {
    /// Of a character that the rows have so often each.
    fn of(counts: impl Iterator<Item = usize>) -> DelimiterScore {
        let counts: Vec<usize> = counts.filter(|&count| count > 0).collect();
        let scores = counts
            .iter()
            .map(|&count| DelimiterScore { rows: counts.iter().filter(|&&other| other == count).count(), count });
        scores.max().unwrap_or_default()
    }
}

/// The delimiter that most of the first rows have in the same number: a table has as many cells in each row, while the
/// commas of a sentence come as they like.
fn guess(bytes: &[u8], newline: u8) -> u8 {
    let rows = sample(bytes, newline);
    let tab = DelimiterScore::of(rows.iter().map(|counts| counts.tabs));
    let semicolon = DelimiterScore::of(rows.iter().map(|counts| counts.semicolons));
    let comma = DelimiterScore::of(rows.iter().map(|counts| counts.commas));
    if tab >= semicolon.max(comma) && tab.rows > 0 {
        b'\t'
    } else if semicolon > comma {
        b';'
    } else {
        b','
    }
}

/// What could be delimiters in a row, outside quotes.
#[derive(Default)]
struct DelimiterCounts {
    tabs: usize,
    semicolons: usize,
    commas: usize,
}

/// What could be delimiters in the first rows.
fn sample(bytes: &[u8], newline: u8) -> Vec<DelimiterCounts> {
    let mut rows = Vec::new();
    let mut counts = DelimiterCounts::default();
    let mut quoted = false;
    let mut any = false;
    for &b in bytes.iter().take(LONGEST_CELL) {
        match b {
            b'"' => quoted = !quoted,
            b'\t' if !quoted => counts.tabs += 1,
            b';' if !quoted => counts.semicolons += 1,
            b',' if !quoted => counts.commas += 1,
            b if b == newline && !quoted => {
                if any {
                    rows.push(std::mem::take(&mut counts));
                }
                any = false;
                if rows.len() == SAMPLE {
                    return rows;
                }
                continue;
            }
            _ => {}
        }
        any = true;
    }
    if any {
        rows.push(counts);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row's line from 1, and its cells.
    type ReadRow = (u32, Vec<String>);

    fn rows(text: &str) -> Result<Vec<ReadRow>, Fault> {
        rows_by(text, 1)
    }

    fn rows_by(text: &str, threads: usize) -> Result<Vec<ReadRow>, Fault> {
        let text = DelimitedText::read(Cow::Borrowed(text), threads)?;
        let cell = |cell: &SheetCell<'_>| match cell {
            SheetCell::Text(text) => text.to_string(),
            SheetCell::Empty | SheetCell::Number(_) | SheetCell::Date(_) | SheetCell::Bool(_) | SheetCell::Error(_) => {
                String::new()
            }
        };
        let mut rows = Vec::new();
        for at in 0..text.len() {
            let mut row = SheetRow::default();
            assert!(text.read_row(at, &mut row), "row {at} is there");
            rows.push((row.line + 1, row.cells.iter().map(cell).collect()));
        }
        Ok(rows)
    }

    fn row(line: u32, cells: &[&str]) -> ReadRow {
        (line, cells.iter().map(|&cell| cell.to_owned()).collect())
    }

    #[test]
    fn rows_and_fields_as_spreadsheets_write_them() {
        for (text, expected) in [
            ("a,b\n1,2\n", vec![row(1, &["a", "b"]), row(2, &["1", "2"])]),
            ("a\tb,c\r\n\r\n1\t\r\n", vec![row(1, &["a", "b,c"]), row(3, &["1", ""])]),
            ("a;b\n1,5;2\n", vec![row(1, &["a", "b"]), row(2, &["1,5", "2"])]),
            ("a,\"b\nc\",d\n,,\ne", vec![row(1, &["a", "b\nc", "d"]), row(4, &["e"])]),
            ("\"say \"\"hi\"\"\",\"\"\n", vec![row(1, &["say \"hi\"", ""])]),
            ("5\" tube,x\n\"a\"b,c\n", vec![row(1, &["5\" tube", "x"]), row(2, &["ab", "c"])]),
            ("a,b\r1,2\r", vec![row(1, &["a", "b"]), row(2, &["1", "2"])]),
            ("sep=;\na,b;c\n", vec![row(2, &["a,b", "c"])]),
            ("日期，地点\n", vec![row(1, &["日期，地点"])]),
            ("\"\"\"\",〃\n", vec![row(1, &["\"", "〃"])]),
            ("", vec![]),
        ] {
            assert_eq!(rows(text), Ok(expected), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn several_threads_find_the_same_rows(lines in proptest::collection::vec("[a,\r]{0,9}", 0..60), end in "\n?") {
            let text = lines.join("\n") + &end;
            let one = rows_by(&text, 1);
            for threads in 2..6 {
                proptest::prop_assert_eq!(&rows_by(&text, threads), &one);
            }
        }
    }

    #[test]
    fn what_would_make_the_rest_unsure_is_refused() {
        let long = format!("a,b\n1,{}\n", "x".repeat(LONGEST_CELL + 1));
        let long_quoted = format!("a,b\n1,\"{}\"\n", "x\n".repeat(LONGEST_CELL));
        for (text, code, line, column) in [
            ("a,b\n1,\"2\n3,4\n", "unclosed-quote", 2, 3),
            (&long, "cell-too-long", 2, 3),
            (&long_quoted, "unclosed-quote", 2, 3),
            ("a,b\0\n", "not-text", 1, 4),
        ] {
            let shown = &text[..12.min(text.len())];
            let Err(fault) = rows(text) else { panic!("{shown:?} is read") };
            let place = fault.place.map(|place| (place.line, place.column));
            assert_eq!((fault.code, place), (code, Some((line, column))), "{shown:?}");
        }
    }
}
