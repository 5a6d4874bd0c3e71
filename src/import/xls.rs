//! Workbooks of Excel 5 to 2003 and WPS `.et`, read record by record: what a reader of whole sheets would allocate on the
//! file's word is never allocated here.

use super::biff::{BiffRecord, BiffStream, BiffStrings, code_page, old_string, packed_number, short_string};
use super::cell::SheetCell;
use super::cfb::{CompoundDocument, f64_at, u16_at, u32_at};
use super::refusal::{damaged, encrypted};
use super::sheet::{Grid, ListedSheet, MemoryBudget, MergedRange, Sheet, chosen};
use super::styles::Styles;
use crate::base::fault::Fault;
use crate::base::text::Text;
use encoding_rs::Encoding;
use std::borrow::Cow;

/// The kinds of records, as the description of the format calls them.
mod kind {
    pub(super) const BOF: u16 = 0x0809;
    pub(super) const EOF: u16 = 0x000A;
    // Of the workbook.
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const SST: u16 = 0x00FC;
    // Of a sheet.
    pub(super) const MERGED_CELLS: u16 = 0x00E5;
    pub(super) const COL_INFO: u16 = 0x007D;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const RSTRING: u16 = 0x00D6;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const BOOL_ERR: u16 = 0x0205;
    pub(super) const FORMULA: u16 = 0x0006;
    /// The text that a formula gave.
    pub(super) const STRING: u16 = 0x0207;
}

/// The code page of Windows in China, where a workbook does not say its own.
const CHINESE_PAGE: u16 = 936;

/// What the whole workbook says.
struct WorkbookGlobals {
    /// Since Excel 97: strings are Unicode.
    modern: bool,
    page: &'static Encoding,
    since_1904: bool,
    strings: Vec<String>,
    styles: Styles,
    /// With the place in the stream where each begins.
    sheets: Vec<ListedSheet<usize>>,
}

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let compound = CompoundDocument::open(bytes)?;
    let stream = compound.stream("Workbook").or_else(|_| compound.stream("Book"))?;
    let mut budget = MemoryBudget::default();
    let mut globals = WorkbookGlobals::read(&stream, &mut budget)?;
    let (chosen, notes) = chosen(std::mem::take(&mut globals.sheets), wanted)?;
    let mut sheets = Vec::new();
    for listed in chosen {
        let grid = XlsSheet::new(&globals, &mut budget).read(&stream, listed.content)?;
        sheets.push(grid.sheet(listed.name, globals.since_1904));
    }
    Ok((sheets, notes))
}

impl WorkbookGlobals {
    fn read(stream: &[u8], budget: &mut MemoryBudget) -> Result<WorkbookGlobals, Fault> {
        let mut globals = WorkbookGlobals {
            modern: true,
            page: code_page(CHINESE_PAGE),
            since_1904: false,
            strings: Vec::new(),
            styles: Styles::default(),
            sheets: Vec::new(),
        };
        let mut records = BiffStream::new(stream, 0);
        while let Some(record) = records.next() {
            let bytes = record.bytes;
            match record.kind {
                kind::BOF => globals.modern = u16_at(bytes, 0) != Some(0x0500),
                kind::FILE_PASS => return Err(encrypted()),
                kind::CODE_PAGE => globals.page = code_page(u16_at(bytes, 0).ok_or_else(damaged)?),
                kind::DATE_MODE => globals.since_1904 = u16_at(bytes, 0).ok_or_else(damaged)? == 1,
                kind::FORMAT => globals.format(&record)?,
                kind::XF => globals.styles.push(u16_at(bytes, 2).ok_or_else(damaged)?.into()),
                kind::BOUND_SHEET => globals.bound_sheet(bytes)?,
                kind::SST => globals.strings = shared_strings(&record, budget)?,
                kind::EOF => break,
                _ => {}
            }
        }
        Ok(globals)
    }

    fn format(&mut self, record: &BiffRecord<'_>) -> Result<(), Fault> {
        let number = u16_at(record.bytes, 0).ok_or_else(damaged)?;
        let code = if self.modern {
            BiffStrings::new(record, 2).string()?
        } else {
            short_string(&record.bytes[2..], false, self.page)?
        };
        self.styles.define(number.into(), &code);
        Ok(())
    }

    /// Lists a sheet of cells; charts and sheets of macros are none.
    fn bound_sheet(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let content = u32_at(bytes, 0).ok_or_else(damaged)? as usize;
        let hidden = bytes.get(4).ok_or_else(damaged)? & 3;
        let sheet_type = *bytes.get(5).ok_or_else(damaged)?;
        if sheet_type == 0 {
            let name = short_string(&bytes[6..], self.modern, self.page)?;
            self.sheets.push(ListedSheet { name, shown: hidden == 0, content });
        }
        Ok(())
    }

    /// A number of a style.
    fn number(&self, style: u16, number: f64) -> SheetCell<'static> {
        self.styles.cell(style.into(), number)
    }

    fn text(&self, record: &BiffRecord<'_>, at: usize) -> Result<SheetCell<'static>, Fault> {
        let text = if self.modern {
            BiffStrings::new(record, at).string()?
        } else {
            old_string(record.bytes.get(at..).ok_or_else(damaged)?, self.page)?
        };
        Ok(SheetCell::Text(Cow::Owned(text)))
    }
}

/// The strings that cells share. The record's own count of them is not asked.
fn shared_strings(record: &BiffRecord<'_>, budget: &mut MemoryBudget) -> Result<Vec<String>, Fault> {
    let mut strings = Vec::new();
    let mut reader = BiffStrings::new(record, 8);
    while !reader.is_done() {
        let Ok(string) = reader.string() else { break };
        budget.take(2 * size_of::<String>() + string.len())?;
        strings.push(string);
    }
    Ok(strings)
}

/// A sheet being read.
struct XlsSheet<'g> {
    globals: &'g WorkbookGlobals,
    budget: &'g mut MemoryBudget,
    grid: Grid,
    /// The cell of the last formula: what it shows, where that is text, follows in a record of its own.
    formula: Option<CellPlace>,
}

/// A row and a column, from 0.
#[derive(Clone, Copy)]
struct CellPlace {
    row: u32,
    column: u32,
}

impl<'g> XlsSheet<'g> {
    fn new(globals: &'g WorkbookGlobals, budget: &'g mut MemoryBudget) -> XlsSheet<'g> {
        XlsSheet { globals, budget, grid: Grid::default(), formula: None }
    }

    /// Its cells, from the place in the stream where it begins.
    fn read(mut self, stream: &[u8], start: usize) -> Result<Grid, Fault> {
        let mut records = BiffStream::new(stream, start);
        let mut depth = 0_usize;
        while let Some(record) = records.next() {
            match record.kind {
                kind::BOF => depth += 1,
                kind::EOF if depth <= 1 => break,
                kind::EOF => depth -= 1,
                // Charts in the sheet have records like those of cells.
                _ if depth != 1 => {}
                kind::MERGED_CELLS => self.merges(record.bytes)?,
                kind::COL_INFO => self.hide(record.bytes),
                kind::STRING => {
                    let text = self.globals.text(&record, 0)?;
                    if let Some(CellPlace { row, column }) = self.formula {
                        self.grid.put(row, column, text, self.budget)?;
                    }
                }
                kind::LABEL_SST
                | kind::LABEL
                | kind::RSTRING
                | kind::NUMBER
                | kind::RK
                | kind::MUL_RK
                | kind::BOOL_ERR
                | kind::FORMULA => self.cell(&record)?,
                _ => {}
            }
        }
        Ok(self.grid)
    }

    /// Puts the cell of a record, or its cells.
    fn cell(&mut self, record: &BiffRecord<'_>) -> Result<(), Fault> {
        let bytes = record.bytes;
        let globals = self.globals;
        let row = u16_at(bytes, 0).ok_or_else(damaged)?.into();
        let column = u16_at(bytes, 2).ok_or_else(damaged)?.into();
        let style = u16_at(bytes, 4).ok_or_else(damaged)?;
        let cell = match record.kind {
            kind::LABEL_SST => {
                let string = u32_at(bytes, 6).and_then(|at| globals.strings.get(at as usize)).ok_or_else(damaged)?;
                SheetCell::Text(Cow::Owned(string.clone()))
            }
            kind::NUMBER => globals.number(style, f64_at(bytes, 6).ok_or_else(damaged)?),
            kind::RK => globals.number(style, packed_number(bytes, 6)?),
            kind::BOOL_ERR => truth_or_error(bytes.get(6), bytes.get(7))?,
            kind::FORMULA => {
                self.formula = Some(CellPlace { row, column });
                shown_by_formula(bytes, style, globals)?
            }
            kind::MUL_RK => return self.packed_numbers(bytes, row, column),
            _ => globals.text(record, 6)?,
        };
        self.grid.put(row, column, cell, self.budget)
    }

    /// Numbers in a row, each with its style, from a column on; behind them stands the last column.
    fn packed_numbers(&mut self, bytes: &[u8], row: u32, first: u32) -> Result<(), Fault> {
        let runs = bytes.get(4..bytes.len() - 2).ok_or_else(damaged)?;
        for (column, run) in (first..).zip(runs.chunks_exact(6)) {
            let style = u16_at(run, 0).ok_or_else(damaged)?;
            let number = packed_number(run, 2)?;
            self.grid.put(row, column, self.globals.number(style, number), self.budget)?;
        }
        Ok(())
    }

    fn merges(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let merges = bytes.get(2..).ok_or_else(damaged)?;
        for merge in merges.as_chunks::<8>().0 {
            let [top, bottom, left, right] =
                [0, 2, 4, 6].map(|at| u16::from_le_bytes([merge[at], merge[at + 1]]).into());
            let merge = MergedRange { top, bottom, left, right };
            self.grid.merge(merge, self.budget)?;
        }
        Ok(())
    }

    fn hide(&mut self, bytes: &[u8]) {
        if let (Some(first), Some(last), Some(flags)) = (u16_at(bytes, 0), u16_at(bytes, 2), u16_at(bytes, 8))
            && flags & 1 != 0
        {
            self.grid.hide(first.into(), last.into());
        }
    }
}

fn shown_by_formula(bytes: &[u8], style: u16, globals: &WorkbookGlobals) -> Result<SheetCell<'static>, Fault> {
    let result = bytes.get(6..14).ok_or_else(damaged)?;
    if result.get(6..8) != Some(&[0xFF, 0xFF]) {
        return Ok(globals.number(style, f64_at(result, 0).ok_or_else(damaged)?));
    }
    match result.first() {
        Some(1) => truth_or_error(result.get(2), Some(&0)),
        Some(2) => truth_or_error(result.get(2), Some(&1)),
        Some(_) | None => Ok(SheetCell::Empty),
    }
}

fn truth_or_error(value: Option<&u8>, is_error: Option<&u8>) -> Result<SheetCell<'static>, Fault> {
    let value = value.ok_or_else(damaged)?;
    let is_error = is_error.ok_or_else(damaged)?;
    if *is_error == 0 {
        return Ok(SheetCell::Bool(*value != 0));
    }
    let shown = match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    Ok(SheetCell::Error(shown.to_owned()))
}
