//! Workbooks of Excel 5 to 2003 and WPS `.et`, read record by record: what a reader of whole sheets would allocate on the
//! file's word is never allocated here.

use super::biff::{BiffRecord, BiffStream, BiffStrings, code_page, old_string, packed_number, short_string};
use super::cell::SheetCell;
use super::cfb::{CompoundDocument, f64_at, u16_at, u32_at};
use super::refusal::{damaged, encrypted};
use super::sheet::{Grid, MemoryBudget, MergedRange, Sheet, chosen};
use super::styles::Styles;
use crate::base::fault::Fault;
use crate::base::text::Text;
use encoding_rs::Encoding;
use std::borrow::Cow;

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;

/// What the whole workbook says.
struct WorkbookGlobals {
    /// Since Excel 97: strings are Unicode.
    modern: bool,
    page: &'static Encoding,
    since_1904: bool,
    strings: Vec<String>,
    styles: Styles,
    /// Name, whether it is shown, and where it begins.
    sheets: Vec<(String, bool, usize)>,
}

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let compound = CompoundDocument::open(bytes)?;
    let stream = compound.stream("Workbook").or_else(|_| compound.stream("Book"))?;
    let mut budget = MemoryBudget::default();
    let globals = globals(&stream, &mut budget)?;
    let names: Vec<(String, bool)> = globals.sheets.iter().map(|(name, shown, _)| (name.clone(), *shown)).collect();
    let (chosen, notes) = chosen(&names, wanted)?;
    let mut sheets = Vec::new();
    for (name, _, start) in chosen.into_iter().filter_map(|at| globals.sheets.get(at)) {
        let grid = grid(&stream, *start, &globals, &mut budget)?;
        sheets.push(grid.sheet(name.clone(), globals.since_1904));
    }
    Ok((sheets, notes))
}

fn globals(stream: &[u8], budget: &mut MemoryBudget) -> Result<WorkbookGlobals, Fault> {
    let mut globals = WorkbookGlobals {
        modern: true,
        page: code_page(936),
        since_1904: false,
        strings: Vec::new(),
        styles: Styles::default(),
        sheets: Vec::new(),
    };
    let mut records = BiffStream::new(stream, 0);
    while let Some(record) = records.next() {
        let bytes = record.bytes;
        match record.kind {
            BEGIN => globals.modern = u16_at(bytes, 0) != Some(0x0500),
            0x002F => return Err(encrypted()),
            0x0042 => globals.page = code_page(u16_at(bytes, 0).unwrap_or(936)),
            0x0022 => globals.since_1904 = u16_at(bytes, 0) == Some(1),
            0x041E => globals.format(&record)?,
            0x00E0 => globals.styles.push(u16_at(bytes, 2).ok_or_else(damaged)?.into()),
            0x0085 => globals.bound(bytes)?,
            0x00FC => globals.strings = shared(&record, budget)?,
            END => break,
            _ => {}
        }
    }
    Ok(globals)
}

impl WorkbookGlobals {
    fn format(&mut self, record: &BiffRecord<'_>) -> Result<(), Fault> {
        let number = u16_at(record.bytes, 0).ok_or_else(damaged)?;
        let code = if self.modern {
            BiffStrings::new(record, 2).string()?
        } else {
            short_string(record.bytes.get(2..).unwrap_or_default(), false, self.page)?
        };
        self.styles.define(number.into(), &code);
        Ok(())
    }

    fn bound(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let start = u32_at(bytes, 0).ok_or_else(damaged)? as usize;
        let (hidden, kind) = (bytes.get(4).ok_or_else(damaged)? & 3, bytes.get(5).ok_or_else(damaged)?);
        if *kind == 0 {
            let name = short_string(bytes.get(6..).unwrap_or_default(), self.modern, self.page)?;
            self.sheets.push((name, hidden == 0, start));
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
            old_string(record.bytes.get(at..).unwrap_or_default(), self.page)?
        };
        Ok(SheetCell::Text(Cow::Owned(text)))
    }
}

/// The strings that cells share. The record's own count of them is not asked.
fn shared(record: &BiffRecord<'_>, budget: &mut MemoryBudget) -> Result<Vec<String>, Fault> {
    let mut strings = Vec::new();
    let mut reader = BiffStrings::new(record, 8);
    while !reader.is_done() {
        let Ok(string) = reader.string() else { break };
        budget.take(2 * size_of::<String>() + string.len())?;
        strings.push(string);
    }
    Ok(strings)
}

fn grid(stream: &[u8], start: usize, globals: &WorkbookGlobals, budget: &mut MemoryBudget) -> Result<Grid, Fault> {
    let mut grid = Grid::default();
    let mut records = BiffStream::new(stream, start);
    let (mut depth, mut awaited) = (0_usize, (0, 0));
    while let Some(record) = records.next() {
        match record.kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            // Charts in the sheet have records like those of cells.
            _ if depth != 1 => {}
            0x00E5 => merges(record.bytes, &mut grid, budget)?,
            0x007D => hide(record.bytes, &mut grid),
            // What a formula shows, where it is text, follows it.
            0x0207 => grid.put(awaited.0, awaited.1, globals.text(&record, 0)?, budget)?,
            _ => cells(&record, globals, &mut grid, &mut awaited, budget)?,
        }
    }
    Ok(grid)
}

fn cells(
    record: &BiffRecord<'_>,
    globals: &WorkbookGlobals,
    grid: &mut Grid,
    awaited: &mut (u32, u32),
    budget: &mut MemoryBudget,
) -> Result<(), Fault> {
    let bytes = record.bytes;
    if !matches!(record.kind, 0x00FD | 0x0204 | 0x00D6 | 0x0203 | 0x027E | 0x00BD | 0x0205 | 0x0006) {
        return Ok(());
    }
    let place = |at| u16_at(bytes, at).map(u32::from).ok_or_else(damaged);
    let (row, column, style) = (place(0)?, place(2)?, u16_at(bytes, 4).ok_or_else(damaged)?);
    let cell = match record.kind {
        0x00FD => {
            let string = u32_at(bytes, 6).and_then(|at| globals.strings.get(at as usize)).ok_or_else(damaged)?;
            SheetCell::Text(Cow::Owned(string.clone()))
        }
        0x0203 => globals.number(style, f64_at(bytes, 6).ok_or_else(damaged)?),
        0x027E => globals.number(style, packed_number(bytes, 6)?),
        0x0205 => truth_or_error(bytes.get(6), bytes.get(7))?,
        0x0006 => {
            *awaited = (row, column);
            shown_by_formula(bytes, style, globals)?
        }
        0x00BD => {
            for (at, run) in
                (column..).zip(bytes.get(4..bytes.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6))
            {
                let number = packed_number(run, 2)?;
                grid.put(row, at, globals.number(u16_at(run, 0).unwrap_or(0), number), budget)?;
            }
            SheetCell::Empty
        }
        _ => globals.text(record, 6)?,
    };
    grid.put(row, column, cell, budget)
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
    let (value, is_error) = (value.ok_or_else(damaged)?, is_error.ok_or_else(damaged)?);
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

fn merges(bytes: &[u8], grid: &mut Grid, budget: &mut MemoryBudget) -> Result<(), Fault> {
    for merge in bytes.get(2..).unwrap_or_default().chunks_exact(8) {
        let place = |at| u16_at(merge, at).map(u32::from).ok_or_else(damaged);
        let merge = MergedRange { top: place(0)?, bottom: place(2)?, left: place(4)?, right: place(6)? };
        grid.merge(merge, budget)?;
    }
    Ok(())
}

fn hide(bytes: &[u8], grid: &mut Grid) {
    if let (Some(first), Some(last), Some(flags)) = (u16_at(bytes, 0), u16_at(bytes, 2), u16_at(bytes, 8))
        && flags & 1 != 0
    {
        grid.hide(first.into(), last.into());
    }
}
