//! A report for people at a terminal: plain ASCII layout, since box lines are two columns wide in a Chinese Windows
//! console. A table is walked over twice: to find the widths of its columns, which are chosen here, and to write it, some rows
//! at a time; alignment is comfy-table's.

mod columns;

use super::{Style, TableView, shown_text, width};
use crate::base::text::Text;
use crate::report::table::{Cell, Tone};
use crate::report::{Block, Report};
use columns::{ColumnMeasure, Layout};
use std::io::{self, Write};

/// So many rows are laid out together: a long table is never in memory as a whole.
const AT_A_TIME: usize = 256;
/// Invisible characters of width zero that stand for colours until the lines are laid out; no text has them.
const MARKS: [(char, &str); 4] =
    [('\u{2061}', "\u{1b}[32m"), ('\u{2062}', "\u{1b}[33m"), ('\u{2063}', "\u{1b}[31m"), ('\u{2064}', "\u{1b}[0m")];

/// The report, every line at most `style.width` wide unless its numbers alone are wider.
pub(super) fn write(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if !report.title.is_empty() {
        paragraph(out, &report.title, style)?;
    }
    let mut begun = !report.title.is_empty();
    let mut after_line = false;
    for block in &report.blocks {
        let is_line = matches!(block, Block::Line(_));
        if begun && !(is_line && after_line) {
            writeln!(out)?;
        }
        begun = true;
        after_line = is_line;
        if let Block::Line(text) | Block::Heading(text) = block {
            paragraph(out, text, style)?;
        } else if let Some(grid) = TableView::of(block) {
            write_grid(out, grid, style)?;
        }
    }
    Ok(())
}

fn paragraph(out: &mut dyn Write, text: &Text, style: Style) -> io::Result<()> {
    for line in text.say(style.lang).split('\n') {
        for line in width::wrap(&clean(line), style.width.into()) {
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}

fn write_grid(out: &mut dyn Write, grid: TableView<'_>, style: Style) -> io::Result<()> {
    if !grid.title.is_empty() {
        paragraph(out, grid.title, style)?;
    }
    if grid.columns.is_empty() {
        return Ok(());
    }
    let head: Vec<String> = grid.columns.iter().map(|column| clean(column.title.say(style.lang))).collect();
    let mut measures: Vec<ColumnMeasure> = head.iter().map(|title| ColumnMeasure::of(title)).collect();
    grid.rows.try_each(|row| {
        measures.iter_mut().zip(row).for_each(|(column, cell)| column.take(cell, &painted_cell(cell, style)));
        Ok::<(), io::Error>(())
    })?;
    let mut layout = Layout::fit(&measures, style.width.into());
    layout.settle(&head);
    if layout.breaks_cells() {
        grid.rows.try_each(|row| {
            layout.settle(&words(row, head.len(), style));
            Ok::<(), io::Error>(())
        })?;
    }
    let mut unwritten = Some(head.as_slice());
    let mut rows: Vec<Vec<String>> = Vec::new();
    grid.rows.try_each(|row| {
        rows.push(words(row, head.len(), style));
        if rows.len() < AT_A_TIME {
            return Ok(());
        }
        write_lines(out, &layout.lay_out(unwritten.take(), &rows), style)?;
        rows.clear();
        Ok::<(), io::Error>(())
    })?;
    if unwritten.is_some() || !rows.is_empty() {
        write_lines(out, &layout.lay_out(unwritten, &rows), style)?;
    }
    if grid.rows.count() == 0 {
        paragraph(out, &Text::new("（无）", "(none)"), style)?;
    }
    Ok(())
}

fn write_lines(out: &mut dyn Write, table: &comfy_table::Table, style: Style) -> io::Result<()> {
    for line in table.lines() {
        let line = line.trim_end();
        if style.colour {
            let painted = MARKS.iter().fold(line.to_owned(), |line, (mark, ansi)| line.replace(*mark, ansi));
            writeln!(out, "{painted}")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn words(row: &[Cell], columns: usize, style: Style) -> Vec<String> {
    let mut cells: Vec<String> = row.iter().take(columns).map(|cell| painted_cell(cell, style)).collect();
    cells.resize(columns, String::new());
    cells
}

fn painted_cell(cell: &Cell, style: Style) -> String {
    let words = clean(&shown_text(cell, style.lang));
    let [good, warn, bad, end] = MARKS.map(|(mark, _)| mark);
    let tone = if let Cell::Token { tone, .. } = cell { *tone } else { Tone::Plain };
    let start = match tone {
        Tone::Plain => return words,
        Tone::Good => good,
        Tone::Warn => warn,
        Tone::Bad => bad,
    };
    if style.colour { format!("{start}{words}{end}") } else { words }
}

/// One line without anything that would move the cursor or pass for a colour.
fn clean(text: &str) -> String {
    let seen = text.chars().filter(|c| MARKS.iter().all(|(mark, _)| mark != c));
    seen.map(|c| if c.is_control() { ' ' } else { c }).collect()
}
