//! Delimited text: comma, semicolon or tab. Rows are found in one pass that checks what would make the rest unsure (an
//! unclosed quote, a NUL, an endless field); their cells are cut out only when asked for, mostly without a copy.

use super::sheet::{Cell, Row, Sheet};
use super::{LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, too_large};
use crate::fault::{Fault, Place};
use memchr::{memchr, memchr2, memchr2_iter};
use std::borrow::Cow;

/// The most rows of a text.
const MOST_TEXT_ROWS: usize = 4 * MOST_ROWS as usize;
/// How many rows tell the delimiter.
const SAMPLE: usize = 30;

/// A delimited text with its rows.
#[derive(Debug)]
pub(super) struct Delimited<'a> {
    text: Cow<'a, str>,
    delimiter: u8,
    rows: Vec<Span>,
}

/// Where a row stands in the text.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
    /// From 0.
    line: u32,
}

/// The sheet of a text.
///
/// # Errors
/// A NUL, a quote that is not closed, or a limit passed, each with its line.
pub(super) fn sheet(text: Cow<'_, str>) -> Result<Sheet<'_>, Fault> {
    if let Some(at) = memchr(0, text.as_bytes()) {
        let what = text!("文件中有空字符（NUL），不是文本", "the file holds a NUL: it is no text");
        return Err(Fault::new(what).at(Place::in_text("", text.as_bytes(), at..at + 1)).hint(super::save_again()));
    }
    let bytes = text.as_bytes();
    let newline = if memchr(b'\n', bytes).is_none() { b'\r' } else { b'\n' };
    let (said, start) = said_delimiter(bytes);
    let delimiter = said.unwrap_or_else(|| guess(bytes, newline));
    let rows = Splitter { bytes, newline, delimiter }.rows(start)?;
    Ok(Sheet::delimited(Delimited { text, delimiter, rows }))
}

impl Delimited<'_> {
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row, in the room of another.
    pub(super) fn read_row<'s>(&'s self, at: usize, row: &mut Row<'s>) -> bool {
        let Some(span) = self.rows.get(at) else { return false };
        row.line = span.line;
        let mut rest = self.text.get(span.start as usize..span.end as usize);
        while let Some(from) = rest {
            // Mostly a cell stands there as it is.
            if from.as_bytes().first() != Some(&b'"') {
                let end = memchr(self.delimiter, from.as_bytes()).unwrap_or(from.len());
                match &from[..end] {
                    "" => row.cells.push(Cell::Empty),
                    cell => row.cells.push(Cell::Text(Cow::Borrowed(cell))),
                }
                rest = from.get(end + 1..);
                continue;
            }
            let (cell, after) = unquoted(from, self.delimiter);
            row.cells.push(if cell.is_empty() { Cell::Empty } else { Cell::Text(cell) });
            rest = after;
        }
        true
    }
}

/// Cuts the first field off a row that begins with a quote.
fn unquoted(row: &str, delimiter: u8) -> (Cow<'_, str>, Option<&str>) {
    let bytes = row.as_bytes();
    let (mut field, mut at) = (Cow::Borrowed(""), 1);
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

/// The delimiter that most of the first rows have in the same number.
fn guess(bytes: &[u8], newline: u8) -> u8 {
    let lines: Vec<[usize; 3]> = sample(bytes, newline);
    let score = |which: usize| {
        let counts: Vec<usize> = lines.iter().map(|line| line[which]).filter(|&count| count > 0).collect();
        let alike = |count: usize| counts.iter().filter(|&&other| other == count).count();
        counts.iter().map(|&count| (alike(count), count)).max().unwrap_or_default()
    };
    let (tab, semicolon, comma) = (score(0), score(1), score(2));
    if tab >= semicolon.max(comma) && tab.0 > 0 {
        b'\t'
    } else if semicolon > comma {
        b';'
    } else {
        b','
    }
}

/// How many tabs, semicolons and commas the first rows have outside quotes.
fn sample(bytes: &[u8], newline: u8) -> Vec<[usize; 3]> {
    let mut lines = Vec::new();
    let (mut counts, mut quoted, mut any) = ([0; 3], false, false);
    for &b in bytes.iter().take(LONGEST_CELL) {
        match b {
            b'"' => quoted = !quoted,
            b'\t' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b',' if !quoted => counts[2] += 1,
            b if b == newline && !quoted => {
                if any {
                    lines.push(counts);
                }
                (counts, any) = ([0; 3], false);
                if lines.len() == SAMPLE {
                    return lines;
                }
                continue;
            }
            _ => {}
        }
        any = true;
    }
    if any {
        lines.push(counts);
    }
    lines
}

struct Splitter<'t> {
    bytes: &'t [u8],
    newline: u8,
    delimiter: u8,
}

impl Splitter<'_> {
    /// Where the rows stand that hold anything.
    fn rows(&self, mut start: usize) -> Result<Vec<Span>, Fault> {
        let mut rows = Vec::with_capacity(self.likely());
        let quotes = memchr(b'"', self.bytes).is_some();
        let mut line = u32::from(start > 0);
        while start < self.bytes.len() {
            if self.bytes[start] == self.newline {
                (line, start) = (line.saturating_add(1), start + 1);
                continue;
            }
            let mut end = self.line_end(start);
            let mut lines = 1;
            if quotes && memchr(b'"', &self.bytes[start..end]).is_some() {
                (end, lines) = self.quoted_row(start)?;
            } else if end - start > LONGEST_CELL {
                self.check_fields(start, end)?;
            }
            let row = &self.bytes[start..end];
            if row.iter().any(|&b| b != self.delimiter && !b.is_ascii_whitespace()) {
                rows.push(span(start, end - usize::from(row.ends_with(b"\r")), line)?);
                if rows.len() > MOST_TEXT_ROWS {
                    return Err(too_large(text!(
                        "超过 {MOST_TEXT_ROWS} 行",
                        "there are more than {MOST_TEXT_ROWS} rows"
                    )));
                }
            }
            line = line.saturating_add(lines);
            start = end + 1;
        }
        Ok(rows)
    }

    /// How many rows there are, told from the first ones: no more than their places take can be wasted.
    fn likely(&self) -> usize {
        let sample = &self.bytes[..self.bytes.len().min(LONGEST_CELL)];
        let lines = memchr::memchr_iter(self.newline, sample).count() + 1;
        (self.bytes.len() / (sample.len() / lines).max(16)).min(MOST_TEXT_ROWS)
    }

    fn line_end(&self, from: usize) -> usize {
        memchr(self.newline, &self.bytes[from..]).map_or(self.bytes.len(), |i| from + i)
    }

    /// The end of a row that has a quote somewhere, and over how many lines it goes. A quote opens a field only at the
    /// field's beginning.
    fn quoted_row(&self, start: usize) -> Result<(usize, u32), Fault> {
        let mut at = start;
        let mut columns = 0_u32;
        loop {
            let field = at;
            if self.bytes.get(at) == Some(&b'"') {
                at = self.closed(at)?;
            }
            at = memchr2(self.delimiter, self.newline, &self.bytes[at..]).map_or(self.bytes.len(), |i| at + i);
            self.check_length(field, at)?;
            columns += 1;
            self.check_columns(start, columns)?;
            if self.bytes.get(at) != Some(&self.delimiter) {
                let lines = memchr::memchr_iter(self.newline, &self.bytes[start..at]).count() + 1;
                return Ok((at, u32::try_from(lines).unwrap_or(u32::MAX)));
            }
            at += 1;
        }
    }

    /// Just behind the quote that closes the field opened at `open`.
    fn closed(&self, open: usize) -> Result<usize, Fault> {
        let mut at = open + 1;
        while let Some(quote) = memchr(b'"', &self.bytes[at..]).map(|i| at + i) {
            if quote - open > LONGEST_CELL {
                break;
            }
            if self.bytes.get(quote + 1) != Some(&b'"') {
                return Ok(quote + 1);
            }
            at = quote + 2;
        }
        let place = Place::in_text("", self.bytes, open..open + 1);
        let line = place.line;
        Err(Fault::new(text!(
            "第 {line} 行的引号没有配对，后面的内容无法分清",
            "the quote opened in line {line} is not closed: what follows cannot be told apart"
        ))
        .at(place)
        .hint(text!("请补上右引号，或把文件另存为 xlsx", "close the quote, or save the file again as xlsx")))
    }

    fn check_fields(&self, start: usize, end: usize) -> Result<(), Fault> {
        let mut field = start;
        for (columns, at) in (1..).zip(memchr2_iter(self.delimiter, self.newline, &self.bytes[start..end])) {
            self.check_length(field, start + at)?;
            self.check_columns(start, columns)?;
            field = start + at + 1;
        }
        self.check_length(field, end)
    }

    fn check_columns(&self, start: usize, columns: u32) -> Result<(), Fault> {
        if columns <= 64 * MOST_COLUMNS {
            return Ok(());
        }
        let what = text!("一行的列数太多", "a row has too many columns");
        Err(too_large(what).at(Place::in_text("", self.bytes, start..start)))
    }

    fn check_length(&self, start: usize, end: usize) -> Result<(), Fault> {
        if end - start <= LONGEST_CELL {
            return Ok(());
        }
        let most = LONGEST_CELL >> 10;
        let what = text!("一个单元格的内容超过 {most} KB", "a cell holds more than {most} KB");
        Err(Fault::new(what)
            .at(Place::in_text("", self.bytes, start..start))
            .hint(text!("请检查此处的引号和分隔符", "look at the quotes and delimiters there")))
    }
}

fn span(start: usize, end: usize, line: u32) -> Result<Span, Fault> {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Ok(Span { start, end, line }),
        (Err(_), _) | (_, Err(_)) => Err(too_large(text!("文件太大", "the file is too large"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<(u32, Vec<String>)>, String> {
        let sheet = sheet(Cow::Borrowed(text)).map_err(|fault| fault.what.en.into_owned())?;
        let row = |at| {
            sheet.row(at).map(|row| {
                let cell = |cell: &Cell<'_>| match cell {
                    Cell::Text(text) => text.to_string(),
                    Cell::Empty | Cell::Number(_) | Cell::Date(_) | Cell::Bool(_) | Cell::Error(_) => String::new(),
                };
                (row.line + 1, row.cells.iter().map(cell).collect())
            })
        };
        Ok((0..sheet.height()).filter_map(row).collect())
    }

    fn row(line: u32, cells: &[&str]) -> (u32, Vec<String>) {
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

    #[test]
    fn what_would_make_the_rest_unsure_is_refused() {
        let long = format!("a,b\n1,{}\n", "x".repeat(LONGEST_CELL + 1));
        let long_quoted = format!("a,b\n1,\"{}\"\n", "x\n".repeat(LONGEST_CELL));
        for (text, what) in [
            ("a,b\n1,\"2\n3,4\n", "the quote opened in line 2 is not closed: what follows cannot be told apart"),
            (&long, "a cell holds more than 64 KB"),
            (&long_quoted, "the quote opened in line 2 is not closed: what follows cannot be told apart"),
            ("a,b\0\n", "the file holds a NUL: it is no text"),
        ] {
            assert_eq!(rows(text), Err(what.to_owned()), "{}", &text[..12.min(text.len())]);
        }
    }
}
