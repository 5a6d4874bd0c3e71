//! The tables of a report as CSV: headings in the language, values as they are stored; or rows as people read them.

use super::{stored_text, tables, visible, yes_no};
use crate::base::text::Lang;
use crate::report::Report;
use crate::report::table::{Cell, Column};
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
            push_lines(&mut out, [[guarded_text(table.title.say(lang))]]);
        }
        out.extend(csv_headings(&table.columns, lang));
        push_lines(&mut out, table.rows.iter().map(|row| row.iter().map(|cell| value(cell, lang))));
    }
    out
}

/// Headings as a person reads them, for a file that a spreadsheet opens.
#[must_use]
pub fn csv_headings(columns: &[Column], lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    let columns = visible::columns(columns);
    push_lines(&mut out, [columns.iter().map(|column| guarded_text(column.title.say(lang)))]);
    out
}

/// Rows as a person reads them: words for tokens, ids and yes or no; dates, numbers and moments as they are stored.
#[must_use]
pub fn csv_rows(rows: &[Vec<Cell>], lang: Lang) -> Vec<u8> {
    let mut out = Vec::new();
    push_lines(&mut out, visible::rows(rows).iter().map(|row| row.iter().map(|cell| words(cell, lang))));
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

/// Appends rows, each with its line end. What is quoted, and how, is the csv crate's to know.
fn push_lines<'a, R>(out: &mut Vec<u8>, rows: impl IntoIterator<Item = R>)
where
    R: IntoIterator<Item = Cow<'a, str>>,
{
    write_lines(out, rows).expect("memory takes whatever is written to it");
}

fn write_lines<'a, R>(out: &mut Vec<u8>, rows: impl IntoIterator<Item = R>) -> csv::Result<()>
where
    R: IntoIterator<Item = Cow<'a, str>>,
{
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.terminator(csv::Terminator::Any(b'\n')).flexible(true).from_writer(out);
    for row in rows {
        for cell in row {
            writer.write_field(cell.as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(writer.flush()?)
}
