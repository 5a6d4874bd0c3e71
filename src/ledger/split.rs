//! A line parted into cells. This is where most of the time of reading goes: sixty-four bytes are looked at in one step,
//! where the csv crate, which writes our lines, looks at each. Nor can it tell what a ledger must refuse: to it a quote that
//! is not closed runs on to the end of the file, a lone CR ends a row, and a NUL is a character.

use crate::base::day::{Day, Instant};
use std::ops::Range;
use wide::u8x16;

number! {
    /// A column's place in a file, which is that of its cell in every line.
    pub(super) ColumnNo
}

impl ColumnNo {
    /// The first column of every ledger.
    pub(super) const ID: ColumnNo = ColumnNo(0);
}

/// The cells of one line, as places in the line or, for a quoted line, in a buffer of their own. Used again for the next
/// line.
#[derive(Debug, Default)]
pub struct Cells {
    /// Where each cell ends; the next begins one byte further. Only the first `count` are of this line.
    ends: Vec<usize>,
    count: usize,
    unquoted: Option<Vec<u8>>,
    /// The line holds a control character somewhere.
    control: bool,
    /// The line is all ASCII.
    ascii: bool,
    /// What is known of all lines.
    all: LineGuarantee,
    /// The date and the time of entry of the line before, as written and as read: most lines repeat them.
    date: Option<([u8; 10], Day)>,
    entered: Option<(Vec<u8>, Instant)>,
}

/// What is known of all lines, before one is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum LineGuarantee {
    /// Nothing.
    #[default]
    Unknown,
    /// They are UTF-8.
    Utf8,
    /// And hold no quotation mark and no control character.
    Bare,
}

/// So many bytes are looked at in one step.
const STEP: usize = 64;

/// A bit for each comma.
fn commas(bytes: &[u8; STEP]) -> u64 {
    bytes.as_chunks().0.iter().rev().fold(0, |bits, bytes: &[u8; 16]| {
        bits << 16 | u64::from(u8x16::new(*bytes).simd_eq(u8x16::splat(b',')).to_bitmask())
    })
}

/// Whether a line holds a control character. Without a branch, as [`is_bare`].
fn holds_control(line: &[u8]) -> bool {
    line.iter().fold(0, |found, &byte| found | u8::from(byte < b' ') | u8::from(byte == 0x7f)) != 0
}

/// Whether bytes hold no quotation mark and no control character but line ends. Without a branch in the inner loop, so
/// that many bytes are looked at in one step.
fn is_bare(bytes: &[u8]) -> bool {
    bytes.chunks(4096).all(|chunk| chunk.iter().fold(0, |found, &byte| found | odd(byte)) == 0)
}

#[inline]
fn odd(byte: u8) -> u8 {
    u8::from(byte < b' ' && byte != b'\n') | u8::from(byte == b'"') | u8::from(byte == 0x7f)
}

impl Cells {
    /// Cells of lines that all stand in these bytes: what can be told of all at once is not looked at line by line.
    pub(super) fn for_lines(bytes: &[u8]) -> Cells {
        let all = match simdutf8::basic::from_utf8(bytes) {
            Ok(_) if is_bare(bytes) => LineGuarantee::Bare,
            Ok(_) => LineGuarantee::Utf8,
            Err(_) => LineGuarantee::Unknown,
        };
        Cells { all, ..Cells::default() }
    }

    /// Splits a line at its commas; false if a quotation mark is not closed.
    pub(super) fn split(&mut self, line: &[u8]) -> bool {
        self.unquoted = None;
        if self.all != LineGuarantee::Bare {
            self.control = holds_control(line);
            self.ascii = line.is_ascii();
            if memchr::memchr(b'"', line).is_some() {
                return self.unquote(line);
            }
        }
        self.find_ends(line);
        true
    }

    /// Ends a cell at each comma and at the end of the line.
    #[inline]
    fn find_ends(&mut self, line: &[u8]) {
        let mut count = 0;
        let ends = self.ends.as_mut_slice();
        let mut end_cells = |at: usize, mut commas: u64| {
            while commas != 0 {
                if let Some(end) = ends.get_mut(count) {
                    *end = at + commas.trailing_zeros() as usize;
                }
                count += 1;
                commas &= commas - 1;
            }
        };
        let (steps, rest) = line.as_chunks();
        let mut at = 0;
        for step in steps {
            end_cells(at, commas(step));
            at += STEP;
        }
        if let Some(last) = line.last_chunk().filter(|_| !rest.is_empty()) {
            // Of the last step the first bytes were looked at before.
            end_cells(at, commas(last) >> (STEP - rest.len()));
        } else {
            let mut last = [b' '; STEP];
            last[..rest.len()].copy_from_slice(rest);
            end_cells(at, commas(&last));
        }
        self.count = count + 1;
        if let Some(end) = ends.get_mut(count) {
            *end = line.len();
        } else {
            // More cells than any line before had: once more, with room for them.
            let commas = line.iter().enumerate().filter(|(_, byte)| **byte == b',').map(|(at, _)| at);
            self.ends = commas.chain([line.len()]).collect();
        }
    }

    fn unquote(&mut self, line: &[u8]) -> bool {
        self.ends.clear();
        let mut buffer = Vec::with_capacity(line.len());
        let mut start = 0;
        let mut quoted = false;
        let mut at = 0;
        while let Some(&byte) = line.get(at) {
            match byte {
                b'"' if quoted && line.get(at + 1) == Some(&b'"') => {
                    buffer.push(b'"');
                    at += 1;
                }
                b'"' if quoted && matches!(line.get(at + 1), None | Some(b',')) => quoted = false,
                b'"' if buffer.len() == start && (at == 0 || line[at - 1] == b',') => quoted = true,
                b'"' => return false,
                b',' if !quoted => {
                    self.ends.push(buffer.len());
                    buffer.push(b',');
                    start = buffer.len();
                }
                byte => buffer.push(byte),
            }
            at += 1;
        }
        self.ends.push(buffer.len());
        self.count = self.ends.len();
        self.unquoted = Some(buffer);
        !quoted
    }

    /// How many cells the line has.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Whether the line is UTF-8, as far as that can be told without looking at all of it again.
    pub(super) fn is_utf8(&self, line: &[u8]) -> bool {
        self.all != LineGuarantee::Unknown || self.ascii || std::str::from_utf8(line).is_ok()
    }

    /// Whether no cell holds a control character.
    pub(super) fn is_plain(&self) -> bool {
        !self.control
    }

    /// One cell; empty where there is none.
    pub(super) fn get<'a>(&'a self, line: &'a [u8], column: ColumnNo) -> &'a [u8] {
        let bytes = self.unquoted.as_deref().unwrap_or(line);
        self.range(column).and_then(|range| bytes.get(range)).unwrap_or_default()
    }

    /// All cells, in order.
    pub(super) fn iter<'a>(&'a self, line: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        (0..self.count).map(|column| self.get(line, ColumnNo::from(column)))
    }

    /// Where a cell stands in the line, or in the buffer.
    #[inline]
    fn range(&self, column: ColumnNo) -> Option<Range<usize>> {
        let ends = self.ends.get(..self.count)?;
        let column = column.index();
        let start = if column == 0 { 0 } else { ends.get(column - 1)? + 1 };
        Some(start..*ends.get(column)?)
    }

    /// The bytes of the file that a cell stands in; for a quoted line, the whole line.
    pub(super) fn file_range(&self, at: usize, line: &[u8], column: ColumnNo) -> Range<usize> {
        match (self.unquoted.is_none(), self.range(column)) {
            (true, Some(range)) => at + range.start..at + range.end.max(range.start + 1),
            _ => at..at + line.len(),
        }
    }

    /// A cell as a day.
    pub(super) fn day(&mut self, line: &[u8], column: ColumnNo) -> Option<Day> {
        let cell: [u8; 10] = self.get(line, column).try_into().ok()?;
        if let Some((_, day)) = self.date.filter(|(known, _)| *known == cell) {
            return Some(day);
        }
        let day = Day::from_iso(&cell)?;
        self.date = Some((cell, day));
        Some(day)
    }

    /// A cell as a moment.
    pub(super) fn instant(&mut self, line: &[u8], column: ColumnNo) -> Option<Instant> {
        let cell = self.get(line, column);
        if let Some((known, instant)) = &self.entered
            && known == cell
        {
            return Some(*instant);
        }
        let instant = Instant::from_iso(cell)?;
        let cell = cell.to_vec();
        self.entered = Some((cell, instant));
        Some(instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_line_without_quotes_is_split_at_every_comma(line in "[a-c,，\u{1}\u{7f}\u{80}王 ]{0,200}") {
            let mut cells = Cells::default();
            let bytes = line.as_bytes();
            prop_assert!(cells.split(bytes));
            let wanted: Vec<&[u8]> = bytes.split(|&b| b == b',').collect();
            let found: Vec<&[u8]> = cells.iter(bytes).collect();
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(cells.is_plain(), !bytes.iter().any(u8::is_ascii_control));
            prop_assert_eq!(cells.ascii, line.is_ascii());
        }

        #[test]
        fn what_is_told_of_all_lines_at_once_is_what_each_would_say(lines in prop::collection::vec("[ab,王\u{1}\u{7f}\"]{0,20}", 0..4)) {
            let whole = lines.join("\n");
            let mut together = Cells::for_lines(whole.as_bytes());
            let mut alone = Cells::default();
            for line in lines.iter().map(String::as_bytes) {
                prop_assert_eq!(together.split(line), alone.split(line));
                prop_assert_eq!(together.is_plain(), alone.is_plain());
                prop_assert!(together.is_utf8(line));
                prop_assert!(together.iter(line).eq(alone.iter(line)));
            }
        }
    }
}
