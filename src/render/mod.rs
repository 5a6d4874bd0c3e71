//! [`Report`] -> bytes: terminal, CSV, JSON, Markdown, ids; and faults as drawn on stderr. Whatever comes in goes through
//! `visible` first. Knows no kind, touches no file; where the bytes go is the caller's.

mod csv;
mod faults;
mod ics;
mod json;
mod markdown;
mod terminal;
#[cfg(test)]
mod tests;
mod visible;
pub mod width;
mod workbook;

pub use csv::{ExcelCsv, write_csv};
pub use faults::{all_faults, faults, faults_as_json};
pub use ics::ics;
pub use json::json_line;
pub use workbook::{forms, workbook};

use crate::base::day::Day;
use crate::base::fault::Faults;
use crate::base::text::{Lang, Text};
use crate::report::long_table::{LongTable, Rows};
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use std::io::{self, Write};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputFormat {
    /// For people at a terminal.
    Table,
    /// For spreadsheets: tables only, values as they are stored.
    Csv,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
    /// For Excel and WPS, numbers as numbers.
    Xlsx,
    /// For scripts: the first column of the first table, one per line.
    Ids,
}

impl OutputFormat {
    /// All formats, in the order in which help lists them.
    pub const ALL: [OutputFormat; 6] = [
        OutputFormat::Table,
        OutputFormat::Csv,
        OutputFormat::Json,
        OutputFormat::Markdown,
        OutputFormat::Xlsx,
        OutputFormat::Ids,
    ];

    /// The format that a person asked for by `token`.
    #[must_use]
    pub fn from_token(token: &str) -> Option<OutputFormat> {
        OutputFormat::ALL.into_iter().find(|format| format.token() == token)
    }

    /// The word by which it is asked for.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            OutputFormat::Table => "table",
            OutputFormat::Csv => "csv",
            OutputFormat::Json => "json",
            OutputFormat::Markdown => "markdown",
            OutputFormat::Xlsx => "xlsx",
            OutputFormat::Ids => "ids",
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn title(self) -> Text {
        match self {
            OutputFormat::Table => Text::new("屏幕表格", "a table on the screen"),
            OutputFormat::Csv => Text::new("电子表格", "for spreadsheets"),
            OutputFormat::Json => Text::new("供程序读取", "for programs"),
            OutputFormat::Markdown => Text::new("文档", "for documents"),
            OutputFormat::Xlsx => Text::new("Excel 工作簿", "an Excel workbook"),
            OutputFormat::Ids => Text::new("仅编号，每行一个", "ids only, one per line"),
        }
    }
}

/// What a writing depends on beside the report itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// The language of words.
    pub lang: Lang,
    /// How many columns a line may have; a Chinese character takes two.
    pub width: u16,
    /// Whether ANSI colours may be used; they only add.
    pub colour: bool,
    /// The day on which a workbook says that it was made.
    pub made: Day,
}

/// Why a report was not written.
#[derive(Debug)]
pub enum Unwritten {
    /// It cannot be written so; nothing was.
    Refused(Faults),
    /// Where it goes took no more.
    Output(io::Error),
}

impl From<io::Error> for Unwritten {
    fn from(error: io::Error) -> Unwritten {
        Unwritten::Output(error)
    }
}

impl From<Faults> for Unwritten {
    fn from(faults: Faults) -> Unwritten {
        Unwritten::Refused(faults)
    }
}

/// Writes a report in a format, a long table row by row; text is UTF-8 without BOM, every line ended by LF.
///
/// # Errors
/// A workbook cannot hold it; `out` does not take it.
pub fn write(
    report: &Report,
    format: OutputFormat,
    style: Style,
    out: &mut dyn Write,
) -> std::result::Result<(), Unwritten> {
    let report = &*visible::report(report);
    match format {
        OutputFormat::Table => terminal::write(report, style, out)?,
        OutputFormat::Csv => csv::write(report, style.lang, out)?,
        OutputFormat::Json => json::write(report, style.lang, out)?,
        OutputFormat::Markdown => markdown::write(report, style.lang, out)?,
        OutputFormat::Xlsx => {
            let name = report.title.say(style.lang);
            // What stands in brackets at the end is how many there are, or the day.
            let name = match name.strip_suffix(['）', ')']).and_then(|name| name.rsplit_once(['（', '('])) {
                Some((before, _)) if !before.trim().is_empty() => before,
                Some(_) | None => name,
            };
            out.write_all(&workbook(&[(name, report)], style.made, style.lang)?)?;
        }
        OutputFormat::Ids => ids(report, style.lang, out)?,
    }
    Ok(())
}

/// Words as a line, or several, without the end of the last.
#[must_use]
pub fn line(words: &Text, lang: Lang) -> String {
    visible::text(words).say(lang).to_owned()
}

fn ids(report: &Report, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let Some(grid) = grids(report).next() else { return Ok(()) };
    grid.rows.try_each(|row| match row.first().map(|cell| stored_text(cell, lang)) {
        Some(id) if !id.is_empty() => writeln!(out, "{id}"),
        Some(_) | None => Ok(()),
    })
}

/// A table as every format sees it, however its rows are made.
#[derive(Clone, Copy)]
struct TableView<'a> {
    title: &'a Text,
    columns: &'a [Column],
    rows: &'a dyn Rows,
}

impl<'a> TableView<'a> {
    fn of(block: &'a Block) -> Option<TableView<'a>> {
        match block {
            Block::Table(Table { title, columns, rows }) => Some(TableView { title, columns, rows }),
            Block::LongTable(LongTable { title, columns, rows, .. }) => {
                Some(TableView { title, columns, rows: &**rows })
            }
            Block::Line(_) | Block::Heading(_) => None,
        }
    }
}

fn grids(report: &Report) -> impl Iterator<Item = TableView<'_>> {
    report.blocks.iter().filter_map(TableView::of)
}

fn notes(report: &Report) -> impl Iterator<Item = &Text> {
    report.blocks.iter().filter_map(|block| match block {
        Block::Table(_) | Block::LongTable(_) => None,
        Block::Line(line) | Block::Heading(line) => Some(line),
    })
}

/// A cell as people read it.
fn shown_text(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::None => "-".to_owned(),
        Cell::Percent(number) => format!("{number}%"),
        Cell::Instant(instant) => instant.to_minute(),
        Cell::Bool(yes) => yes_no(*yes).say(lang).to_owned(),
        Cell::Token { text, .. } => text.say(lang).to_owned(),
        Cell::Said(_) | Cell::Text(_) | Cell::Number(_) | Cell::Decimal(_) | Cell::Day(_) | Cell::Month(_) => {
            stored_text(cell, lang)
        }
    }
}

/// A cell as it is stored and computed with: ISO dates, plain numbers, tokens; empty for nothing.
fn stored_text(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::None => String::new(),
        Cell::Said(text) => text.say(lang).to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Decimal(number) | Cell::Percent(number) => number.clone(),
        Cell::Day(day) => day.to_string(),
        Cell::Month(month) => month.to_string(),
        Cell::Instant(instant) => instant.to_string(),
        Cell::Bool(yes) => yes.to_string(),
        Cell::Token { token, .. } => token.clone(),
    }
}

const fn yes_no(yes: bool) -> Text {
    if yes { Text::new("是", "yes") } else { Text::new("否", "no") }
}

/// Whether a column holds numbers and nothing else: what its cells so far come to.
#[derive(Clone, Copy, Debug, Default)]
struct NumberColumn {
    some: bool,
    other: bool,
}

impl NumberColumn {
    fn take(&mut self, cell: &Cell) {
        if cell.is_number() {
            self.some = true;
        } else if *cell != Cell::None {
            self.other = true;
        }
    }

    const fn is_one(self) -> bool {
        self.some && !self.other
    }
}
