//! The tables of a report as CSV: headings in the language, values as they are stored; or rows as people read them.

use super::{stored_text, tables, yes_no};
use crate::base::text::Lang;
use crate::report::Report;
use crate::report::table::{Cell, Column, Table};
use std::borrow::Cow;

/// All tables, parted by an empty line; each under its title where there are several.
pub(super) fn write(report: &Report, lang: Lang) -> Vec<u8> {
    let several = tables(report).nth(1).is_some();
    let mut out = Vec::new();
    for table in tables(report) {
        if !out.is_empty() {
            out.push(b'\n');
        }
        if several && !table.title.is_empty() {
            line(&mut out, [guarded_text(table.title.say(lang))]);
        }
        write_table(&mut out, table, lang);
    }
    out
}

/// Headings as a person reads them, for a file that a spreadsheet opens.
#[must_use]
pub fn csv_headings(columns: &[Column], lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    line(&mut out, columns.iter().map(|column| guarded_text(column.title.say(lang))));
    out
}

/// Rows as a person reads them: words for tokens, ids and yes or no; dates, numbers and moments as they are stored.
#[must_use]
pub fn csv_rows(rows: &[Vec<Cell>], lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    for row in rows {
        line(&mut out, row.iter().map(|cell| words(cell, lang)));
    }
    out
}

/// What Excel wants of a CSV file to read its Chinese: a byte order mark, and lines ended by CR LF. Quoted cells hold no
/// line ends of their own.
#[must_use]
pub fn csv_for_excel(csv: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(csv.len() + csv.len() / 32 + 3);
    out.extend_from_slice("\u{feff}".as_bytes());
    for line in csv.split_inclusive(|&byte| byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out
}

fn words(cell: &Cell, lang: Lang) -> Cow<'_, str> {
    if let Cell::Bool(yes) = cell {
        Cow::Owned(yes_no(*yes).say(lang).to_owned())
    } else if let Cell::Token { text, .. } = cell {
        guarded_text(text.say(lang))
    } else {
        value(cell, lang)
    }
}

fn write_table(out: &mut Vec<u8>, table: &Table, lang: Lang) {
    line(out, table.columns.iter().map(|column| guarded_text(column.title.say(lang))));
    for row in &table.rows {
        line(out, row.iter().map(|cell| value(cell, lang)));
    }
}

fn value(cell: &Cell, lang: Lang) -> Cow<'_, str> {
    let stored = stored_text(cell, lang);
    let is_of_people = cell.is_text() || matches!(cell, Cell::Token { .. });
    Cow::Owned(if is_of_people { guarded_text(&stored).into_owned() } else { stored })
}

/// Text that a spreadsheet would run as a formula gets a `'` before it.
fn guarded_text(text: &str) -> Cow<'_, str> {
    let first = text.trim_start().chars().next();
    let runs =
        matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')) || text.starts_with(['\t', '\r']);
    if runs { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

fn line<'a>(out: &mut Vec<u8>, cells: impl IntoIterator<Item = Cow<'a, str>>) {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let edge = cell.starts_with(' ') || cell.ends_with(' ');
        if edge || cell.contains([',', '"', '\n', '\r']) {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    out.push(b'\n');
}
