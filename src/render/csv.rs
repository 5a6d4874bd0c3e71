//! The tables of a report as CSV: headings in the language, values as they are stored; or rows as people read them.

use super::{grids, stored_text, visible, yes_no};
use crate::base::text::Lang;
use crate::report::Report;
use crate::report::long_table::Rows;
use crate::report::table::{Cell, Column};
use std::borrow::Cow;
use std::io::{self, Write};

/// All tables, parted by an empty line; each under its title where there are several.
pub(super) fn write(report: &Report, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let several = grids(report).nth(1).is_some();
    for (at, grid) in grids(report).enumerate() {
        if at > 0 {
            out.write_all(b"\n")?;
        }
        let mut lines = CsvLines::new(&mut *out);
        if several && !grid.title.is_empty() {
            lines.write([guarded_text(grid.title.say(lang))])?;
        }
        lines.write_headings(grid.columns, lang)?;
        grid.rows.try_each(|row| lines.write(row.iter().map(|cell| value(cell, lang))))?;
        lines.flush()?;
    }
    Ok(())
}

/// Headings and rows as a person reads them, for a file that a spreadsheet opens: words for tokens, ids and yes or no;
/// dates, numbers and moments as they are stored.
///
/// # Errors
/// `out` does not take them.
pub fn write_csv(columns: &[Column], rows: &dyn Rows, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = CsvLines::new(out);
    lines.write_headings(&visible::columns(columns), lang)?;
    rows.try_each(|row| lines.write(visible::row(row).iter().map(|cell| words(cell, lang))))?;
    lines.flush()
}

/// What Excel wants of a CSV file to read its Chinese: a byte order mark, and lines ended by CR LF. Quoted cells hold no
/// line ends of their own.
pub struct ExcelCsv<'o> {
    out: &'o mut dyn Write,
}

impl<'o> ExcelCsv<'o> {
    /// A file that begins.
    ///
    /// # Errors
    /// `out` does not take it.
    pub fn begin(out: &'o mut dyn Write) -> io::Result<ExcelCsv<'o>> {
        out.write_all("\u{feff}".as_bytes())?;
        Ok(ExcelCsv { out })
    }
}

impl Write for ExcelCsv<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(line) => {
                    self.out.write_all(line)?;
                    self.out.write_all(b"\r\n")?;
                }
                None => self.out.write_all(line)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
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

/// Lines of cells. What is quoted, and how, is the csv crate's to know.
struct CsvLines<'o> {
    writer: csv::Writer<&'o mut dyn Write>,
}

impl<'o> CsvLines<'o> {
    fn new(out: &'o mut dyn Write) -> CsvLines<'o> {
        let mut builder = csv::WriterBuilder::new();
        CsvLines { writer: builder.terminator(csv::Terminator::Any(b'\n')).flexible(true).from_writer(out) }
    }

    fn write_headings(&mut self, columns: &[Column], lang: Lang) -> io::Result<()> {
        self.write(columns.iter().map(|column| guarded_text(column.title.say(lang))))
    }

    /// Writes a line, with its end.
    fn write<'c>(&mut self, cells: impl IntoIterator<Item = Cow<'c, str>>) -> io::Result<()> {
        for cell in cells {
            self.writer.write_field(cell.as_bytes())?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    fn flush(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
