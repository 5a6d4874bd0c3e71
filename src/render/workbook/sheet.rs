//! One report on one sheet: title, tables under each other, lines.

use super::looks::{CellFormats, decimal};
use super::{A4, MOST_ROWS, refused, too_many};
use crate::base::fault::Result;
use crate::base::text::Lang;
use crate::render::{TableView, grids, shown_text, width, yes_no};
use crate::report::table::{Cell, Column};
use crate::report::{Block, Report};
use rust_xlsxwriter::{ColNum, ExcelDateTime, FormatAlign, RowNum, Worksheet, XlsxError};

/// Columns of a sheet, as far as Excel goes.
const MOST_COLUMNS: usize = 16_384;
/// The widest column, in characters.
const WIDEST: usize = 60;
/// The digits that a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

pub(super) fn write(sheet: &mut Worksheet, report: &Report, lang: Lang, looks: &CellFormats) -> Result<()> {
    let rows: usize = 1 + report.blocks.len() * 3 + grids(report).map(|grid| grid.rows.count()).sum::<usize>();
    let fits = grids(report).all(|grid| grid.rows.count() < MOST_ROWS && grid.columns.len() <= MOST_COLUMNS);
    // A table alone takes a heading only.
    let alone = report.blocks.len() == 1 && report.title.is_empty();
    if !fits || (!alone && rows > MOST_ROWS) {
        return Err(too_many(rows));
    }
    ReportSheet { sheet, lang, looks, row: 0, widths: Vec::new() }.report(report).map_err(refused)
}

struct ReportSheet<'a> {
    sheet: &'a mut Worksheet,
    lang: Lang,
    looks: &'a CellFormats,
    /// The next row.
    row: RowNum,
    /// Of each column that of the widest cell.
    widths: Vec<usize>,
}

impl ReportSheet<'_> {
    fn report(mut self, report: &Report) -> std::result::Result<(), XlsxError> {
        if !report.title.is_empty() {
            let title = report.title.say(self.lang);
            self.sheet.write_string_with_format(self.row, 0, title, &self.looks.title)?;
            self.row += 2;
        }
        let one = grids(report).count() == 1;
        for (at, block) in report.blocks.iter().enumerate() {
            if let Block::Heading(heading) = block {
                self.row += RowNum::from(at > 0);
                self.sheet.write_string_with_format(self.row, 0, heading.say(self.lang), &self.looks.title)?;
                self.row += 1;
            } else if let Block::Line(line) = block {
                let after_table = at.checked_sub(1).is_some_and(|at| TableView::of(&report.blocks[at]).is_some());
                self.row += RowNum::from(after_table);
                self.sheet.write_string(self.row, 0, line.say(self.lang))?;
                self.row += 1;
            } else if let Some(grid) = TableView::of(block) {
                self.row += RowNum::from(at > 0);
                self.grid(grid, one)?;
            }
        }
        self.set_widths()?;
        self.sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
        Ok(())
    }

    fn grid(&mut self, grid: TableView<'_>, one: bool) -> std::result::Result<(), XlsxError> {
        if !grid.title.is_empty() {
            let title = grid.title.say(self.lang);
            self.sheet.write_string_with_format(self.row, 0, title, &self.looks.title)?;
            self.row += 1;
        }
        let top = self.row;
        self.widths.resize(self.widths.len().max(grid.columns.len()), 0);
        for (at, column) in (0..).zip(grid.columns) {
            let title = column.title.say(self.lang);
            self.sheet.write_string_with_format(top, at, title, &self.looks.heading)?;
            // The button of the filter stands beside the heading.
            self.widen(at, width::of(title) + 2);
        }
        grid.rows.try_each(|cells| {
            self.row += 1;
            (0..).zip(cells).try_for_each(|(at, cell)| {
                self.widen(at, width::of(&shown_text(cell, self.lang)));
                self.cell(at, cell)
            })
        })?;
        if one && let Some(last) = last_column(grid.columns) {
            self.sheet.autofilter(top, 0, self.row, last)?;
            self.sheet.set_freeze_panes(top + 1, 0)?;
            self.sheet.set_repeat_rows(top, top)?;
        }
        self.row += 1;
        Ok(())
    }

    fn cell(&mut self, at: ColNum, cell: &Cell) -> std::result::Result<(), XlsxError> {
        let lang = self.lang;
        let looks = self.looks;
        match cell {
            Cell::None => Ok(()),
            Cell::Said(text) => self.words(at, text.say(lang)),
            Cell::Text(text) => self.words(at, text),
            Cell::Number(number) => self.number(at, &number.to_string(), &number.to_string(), &looks.number),
            Cell::Decimal(number) => {
                let places = number.split_once('.').map_or(0, |(_, places)| places.len());
                self.number(at, number, number, &decimal(places))
            }
            Cell::Percent(number) => self.number(at, number, &format!("{number}e-2"), &looks.percent),
            Cell::Day(day) => self.moment(at, &day.to_string(), &looks.day),
            Cell::Month(month) => self.words(at, &month.to_string()),
            Cell::Instant(instant) => {
                let text = instant.to_string();
                // A day and a time to the second, without the offset behind them.
                self.moment(at, &text[..19], &looks.moment)
            }
            Cell::Bool(yes) => self.words(at, yes_no(*yes).say(lang)),
            Cell::Token { text, tone, .. } => {
                let words = text.say(lang);
                let look = looks.tone(*tone);
                let wraps = width::of(words) > WIDEST || words.contains('\n');
                let look = if wraps { &look.clone().set_text_wrap().set_align(FormatAlign::Top) } else { look };
                self.sheet.write_string_with_format(self.row, at, words, look).map(drop)
            }
        }
    }

    fn words(&mut self, at: ColNum, words: &str) -> std::result::Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, at, words, &self.looks.text).map(drop)
    }

    /// A number, unless it has more digits than a spreadsheet keeps.
    fn number(
        &mut self,
        at: ColNum,
        written: &str,
        value: &str,
        format: &rust_xlsxwriter::Format,
    ) -> std::result::Result<(), XlsxError> {
        let digits = written.bytes().filter(u8::is_ascii_digit).count();
        match value.parse::<f64>() {
            Ok(number) if digits <= KEPT_DIGITS && number.is_finite() => {
                self.sheet.write_number_with_format(self.row, at, number, format).map(drop)
            }
            Ok(_) | Err(_) => self.words(at, written),
        }
    }

    /// A real date, unless it lies before the first that a spreadsheet knows.
    fn moment(
        &mut self,
        at: ColNum,
        iso: &str,
        format: &rust_xlsxwriter::Format,
    ) -> std::result::Result<(), XlsxError> {
        match ExcelDateTime::parse_from_str(iso) {
            Ok(moment) if iso >= "1900-03-01" => {
                self.sheet.write_datetime_with_format(self.row, at, &moment, format).map(drop)
            }
            Ok(_) | Err(_) => self.words(at, iso),
        }
    }

    fn widen(&mut self, at: ColNum, width: usize) {
        if let Some(widest) = self.widths.get_mut(usize::from(at)) {
            *widest = width.max(*widest);
        }
    }

    /// Columns as wide as what stands in them, within reason.
    fn set_widths(&mut self) -> std::result::Result<(), XlsxError> {
        for (at, widest) in (0..).zip(&self.widths) {
            let wide = u8::try_from((widest + 2).clamp(6, WIDEST)).expect("the widest column is not so wide");
            self.sheet.set_column_width(at, wide)?;
        }
        Ok(())
    }
}

fn last_column(columns: &[Column]) -> Option<ColNum> {
    ColNum::try_from(columns.len()).ok()?.checked_sub(1)
}
