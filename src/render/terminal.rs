//! A report for people at a terminal: plain ASCII layout, since box lines are two columns wide in a Chinese Windows
//! console. Widths are chosen here, alignment is comfy-table's.

use super::{Style, is_number_column, shown_text, width};
use crate::base::text::Text;
use crate::report::table::{Cell, Table, Tone};
use crate::report::{Block, Report};
use comfy_table::{CellAlignment, LineStyle, TableStyle};

/// Columns between two columns, and between those of a table that is too wide.
const GAPS: [u16; 2] = [2, 1];
/// Text columns are not made narrower than this.
const NARROWEST: usize = 6;
/// Words up to this long (an id) are not cut while anything else can give way.
const LONGEST_WORD: usize = 12;
/// Invisible characters of width zero that stand for colours until the lines are laid out; no text has them.
const MARKS: [(char, &str); 4] =
    [('\u{2061}', "\u{1b}[32m"), ('\u{2062}', "\u{1b}[33m"), ('\u{2063}', "\u{1b}[31m"), ('\u{2064}', "\u{1b}[0m")];

/// The report, every line at most `style.width` wide unless its numbers alone are wider.
pub(super) fn write(report: &Report, style: Style) -> String {
    let mut out = String::new();
    if !report.title.is_empty() {
        paragraph(&mut out, &report.title, style);
    }
    let mut after_line = false;
    for block in &report.blocks {
        let is_line = matches!(block, Block::Line(_));
        if !(out.is_empty() || is_line && after_line) {
            out.push('\n');
        }
        after_line = is_line;
        match block {
            Block::Line(text) | Block::Heading(text) => paragraph(&mut out, text, style),
            Block::Table(table) => write_table(&mut out, table, style),
        }
    }
    out
}

fn paragraph(out: &mut String, text: &Text, style: Style) {
    for line in text.say(style.lang).split('\n') {
        for line in width::wrap(&clean(line), style.width.into()) {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

fn write_table(out: &mut String, table: &Table, style: Style) {
    if !table.title.is_empty() {
        paragraph(out, &table.title, style);
    }
    if table.columns.is_empty() {
        return;
    }
    let grid = grid(table, style);
    for line in grid.lines() {
        let mut line = line.trim_end().to_owned();
        if style.colour {
            for (mark, ansi) in MARKS {
                line = line.replace(mark, ansi);
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
    if table.rows.is_empty() {
        paragraph(out, &Text::new("（无）", "(none)"), style);
    }
}

/// The table with every cell broken into its lines.
fn grid(table: &Table, style: Style) -> comfy_table::Table {
    let head: Vec<String> = table.columns.iter().map(|column| clean(column.title.say(style.lang))).collect();
    let body: Vec<Vec<String>> = table.rows.iter().map(|row| words(row, head.len(), style)).collect();
    let (widths, gap) = fit(table, &head, &body, style.width.into());
    let mut grid = comfy_table::Table::new();
    grid.load_style(TableStyle::new().header_separator(LineStyle::none().fill('-')));
    grid.set_header(wrapped(&head, &widths));
    for row in &body {
        grid.add_row(wrapped(row, &widths));
    }
    let last = head.len() - 1;
    for (at, column) in grid.column_iter_mut().enumerate() {
        column.set_padding((0, if at == last { 0 } else { gap }));
        if is_number_column(table, at) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    grid
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

/// Cells broken into lines that fit into their columns.
fn wrapped(cells: &[String], widths: &[usize]) -> Vec<String> {
    cells.iter().zip(widths).map(|(cell, &width)| width::wrap(cell, width).join("\n")).collect()
}

/// A width for each column, and how far they stand apart. A column is as wide as its content, unless the line is too long:
/// then the widest column that can be broken gives way first; if that is not enough, the columns stand closer, and at last
/// words for tokens and moments are broken too.
fn fit(table: &Table, head: &[String], body: &[Vec<String>], line: usize) -> (Vec<usize>, u16) {
    let columns = head.iter().enumerate();
    let widths: Vec<usize> = columns
        .clone()
        .map(|(at, title)| cells_of(body, at).map(width::of).fold(width::of(title), usize::max))
        .collect();
    let [apart, close] = GAPS;
    let mut found = (widths.clone(), apart);
    for (gap, tokens) in [(apart, false), (close, false), (close, true)] {
        let room = line.saturating_sub(usize::from(gap) * widths.len().saturating_sub(1));
        let least: Vec<usize> =
            columns.clone().map(|(at, title)| least_width(table, title, body, at, tokens)).collect();
        found = (narrowed_widths(widths.clone(), &least, room), gap);
        if found.0.iter().sum::<usize>() <= room {
            break;
        }
    }
    found
}

/// How narrow a column may become, where words for tokens may be broken or not.
fn least_width(table: &Table, title: &str, body: &[Vec<String>], at: usize, tokens: bool) -> usize {
    let title = width::of_longest_piece(title).min(LONGEST_WORD);
    let text = is_text_column(table, at);
    if !(text || tokens && is_token_column(table, at)) {
        return cells_of(body, at).map(width::of).fold(title, usize::max);
    }
    let longest = cells_of(body, at).map(width::of_longest_piece).fold(0, usize::max);
    let longest = if text { longest.min(LONGEST_WORD) } else { longest };
    longest.max(title).max(NARROWEST)
}

fn cells_of(body: &[Vec<String>], at: usize) -> impl Iterator<Item = &str> {
    body.iter().filter_map(move |row| row.get(at)).map(String::as_str)
}

/// The widths so far narrowed, none below its least, that they add up to no more than there is room for.
fn narrowed_widths(mut widths: Vec<usize>, least: &[usize], room: usize) -> Vec<usize> {
    while widths.iter().sum::<usize>() > room {
        let able = widths.iter_mut().zip(least).filter(|(width, least)| **width > **least).map(|(width, _)| width);
        match able.max() {
            Some(width) => *width -= 1,
            None => break,
        }
    }
    widths
}

/// Whether a column holds words for tokens, or moments: a day and a time.
fn is_token_column(table: &Table, column: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(column));
    cells.any(|cell| matches!(cell, Cell::Token { .. } | Cell::Instant(_)))
}

/// Whether a column holds text that may be broken.
fn is_text_column(table: &Table, column: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(column));
    cells.any(Cell::is_text)
}
