//! Where the rows of a delimited text stand, found in one pass that checks what would make the rest unsure: an unclosed
//! quote, an endless field, more columns or rows than a table has.

use super::limits::{LONGEST_CELL, MOST_COLUMNS, MOST_ROWS};
use super::refusal::too_large;
use crate::base::fault::{Fault, Place};
use memchr::{memchr, memchr2, memchr2_iter};
use std::ops::Range;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, scope};

/// The most rows of a text.
const MOST_TEXT_ROWS: usize = 4 * MOST_ROWS as usize;
/// In a text of more bytes several threads look for the rows.
const LARGE: usize = if cfg!(test) { 64 } else { 4 << 20 };
/// After so many rows they are added to those of the other parts.
const COUNTED: usize = 1 << 16;

/// Where a row stands in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowSpan {
    pub(super) start: u32,
    pub(super) end: u32,
    /// From 0.
    pub(super) line: u32,
}

/// The rows in a part of a text.
struct PartRows {
    /// Their lines are counted from the beginning of the part.
    rows: Vec<RowSpan>,
    /// How many lines it has, with those that hold nothing.
    lines: u32,
}

/// A text to be parted. It is no longer than [`LARGEST_FILE`](super::limits::LARGEST_FILE), so that its lines can be
/// counted in 32 bits.
pub(super) struct RowSplitter<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) newline: u8,
    pub(super) delimiter: u8,
}

impl RowSplitter<'_> {
    /// Where the rows stand that hold anything. Of a large text without quotes every line is a row, and several threads may
    /// look for them.
    pub(super) fn rows(&self, start: usize, threads: usize) -> Result<Vec<RowSpan>, Fault> {
        let quotes = memchr(b'"', self.bytes).is_some();
        let several = if quotes || self.bytes.len() < LARGE { 1 } else { threads.max(1) };
        let parts = self.parts(start, several);
        let mut rows = Vec::new();
        // The first line is not among the parts where it only names the delimiter.
        let mut lines = u32::from(start > 0);
        for part in self.rows_of(&parts, quotes) {
            let mut part = part?;
            for span in &mut part.rows {
                span.line += lines;
            }
            lines += part.lines;
            rows.append(&mut part.rows);
            if rows.len() > MOST_TEXT_ROWS {
                return Err(too_many_rows());
            }
        }
        Ok(rows)
    }

    /// The text from `start` on in about so many parts, each of whole lines.
    fn parts(&self, start: usize, several: usize) -> Vec<Range<usize>> {
        let length = (self.bytes.len() - start).div_ceil(several);
        let mut parts = Vec::new();
        let mut from = start;
        while from < self.bytes.len() {
            let until = self.line_end((from + length).min(self.bytes.len())) + 1;
            parts.push(from..until.min(self.bytes.len()));
            from = until;
        }
        parts
    }

    /// The rows of each part, found side by side; a thread that cannot be had costs time only.
    fn rows_of(&self, parts: &[Range<usize>], quotes: bool) -> Vec<Result<PartRows, Fault>> {
        let sum = AtomicUsize::new(0);
        let look = |part: &Range<usize>| self.rows_in(part, quotes, &sum);
        let Some((first, others)) = parts.split_first() else { return Vec::new() };
        scope(|scope| {
            let others =
                others.iter().map(|part| Builder::new().spawn_scoped(scope, move || look(part)).map_err(|_| part));
            let others: Vec<_> = others.collect();
            let mut found = vec![look(first)];
            found.extend(others.into_iter().map(|other| match other {
                Ok(other) => other.join().unwrap_or_else(|panic| resume_unwind(panic)),
                Err(part) => look(part),
            }));
            found
        })
    }

    /// The rows in a part of the text. `sum`: how many rows all parts have so far.
    fn rows_in(&self, part: &Range<usize>, quotes: bool, sum: &AtomicUsize) -> Result<PartRows, Fault> {
        let mut rows = Vec::with_capacity(self.likely(part.len()));
        let mut start = part.start;
        let mut line = 0;
        while start < part.end {
            if self.bytes[start] == self.newline {
                line += 1;
                start += 1;
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
                if rows.len().is_multiple_of(COUNTED) && sum.fetch_add(COUNTED, Ordering::Relaxed) >= MOST_TEXT_ROWS {
                    return Err(too_many_rows());
                }
            }
            line += lines;
            start = end + 1;
        }
        Ok(PartRows { rows, lines: line })
    }

    /// How many rows so many bytes have, told from the first ones: no more than their places take can be wasted.
    fn likely(&self, length: usize) -> usize {
        let sample = &self.bytes[..self.bytes.len().min(LONGEST_CELL)];
        let lines = memchr::memchr_iter(self.newline, sample).count() + 1;
        (length / (sample.len() / lines).max(16)).min(MOST_TEXT_ROWS)
    }

    fn line_end(&self, from: usize) -> usize {
        memchr(self.newline, &self.bytes[from..]).map_or(self.bytes.len(), |i| from + i)
    }

    /// The end of a row that has a quote somewhere, and over how many lines it goes. A quote opens a field only at the
    /// field's beginning: elsewhere it is a mark for inches, or for what stands above.
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
                return Ok((at, u32::try_from(lines).expect("a text within the limits has fewer lines than that")));
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
        Err(Fault::new(
            "unclosed-quote",
            text!(
                "第 {line} 行的引号没有配对，后面的内容无法分清",
                "the quote opened on line {line} is never closed: the rest cannot be read"
            ),
        )
        .at(place)
        .hint(text!("请补上右引号，或把文件另存为 xlsx", "close the quote, or save the file as xlsx")))
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
        let what = text!("一个单元格的内容超过 {most} KB", "a cell has more than {most} KB");
        Err(Fault::new("cell-too-long", what)
            .at(Place::in_text("", self.bytes, start..start))
            .hint(text!("请检查此处的引号和分隔符", "check the quotes and delimiters there")))
    }
}

fn too_many_rows() -> Fault {
    too_large(text!("超过 {MOST_TEXT_ROWS} 行", "the file has more than {MOST_TEXT_ROWS} rows"))
}

fn span(start: usize, end: usize, line: u32) -> Result<RowSpan, Fault> {
    match (u32::try_from(start), u32::try_from(end)) {
        (Ok(start), Ok(end)) => Ok(RowSpan { start, end, line }),
        (Err(_), _) | (_, Err(_)) => Err(too_large(text!("文件太大", "the file is too large"))),
    }
}
