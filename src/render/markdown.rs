//! A report for documents: pipe tables, numbers to the right.

use super::{NumberColumn, TableView, shown_text};
use crate::base::text::Lang;
use crate::report::{Block, Report};
use std::io::{self, Write};

/// Title, tables and lines, parted by empty lines.
pub(super) fn write(report: &Report, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut parted = false;
    let mut part = |out: &mut dyn Write| if std::mem::replace(&mut parted, true) { writeln!(out) } else { Ok(()) };
    if !report.title.is_empty() {
        part(out)?;
        writeln!(out, "## {}", escaped(report.title.say(lang)))?;
    }
    for block in &report.blocks {
        if let Block::Line(line) = block {
            part(out)?;
            writeln!(out, "{}", paragraph(line.say(lang)))?;
        } else if let Block::Heading(heading) = block {
            part(out)?;
            writeln!(out, "### {}", escaped(heading.say(lang)))?;
        } else if let Some(grid) = TableView::of(block) {
            if !grid.title.is_empty() {
                part(out)?;
                writeln!(out, "### {}", escaped(grid.title.say(lang)))?;
            }
            part(out)?;
            write_grid(grid, lang, out)?;
        }
    }
    Ok(())
}

fn write_grid(grid: TableView<'_>, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut numbers = vec![NumberColumn::default(); grid.columns.len()];
    grid.rows.try_each(|row| {
        numbers.iter_mut().zip(row).for_each(|(column, cell)| column.take(cell));
        Ok::<(), io::Error>(())
    })?;
    write_line(grid.columns.iter().map(|column| escaped(column.title.say(lang))), out)?;
    write_line(numbers.iter().map(|column| if column.is_one() { "---:" } else { "---" }.to_owned()), out)?;
    grid.rows.try_each(|row| write_line(row.iter().map(|cell| escaped(&shown_text(cell, lang))), out))
}

fn write_line(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// A line of its own: the same, and no heading, list or rule because of how it begins.
fn paragraph(text: &str) -> String {
    let text = text.trim_start();
    let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (digits, rest) = text.split_at(number);
    let Some((mark, behind)) = rest.split_at_checked(1) else { return escaped(text) };
    let begins_block = match mark {
        "#" | "-" | "+" | "=" => behind.is_empty() || behind.starts_with([' ', '#', '-', '=']),
        "." | ")" => number > 0 && (behind.is_empty() || behind.starts_with(' ')),
        _ => false,
    };
    if begins_block { format!("{digits}\\{mark}{}", escaped(behind)) } else { escaped(text) }
}

/// One line in which nothing is taken for markup: no link, image or address, no emphasis, no HTML and no entity.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let before = &text[..at];
        let after = &text[at + c.len_utf8()..];
        let means_something = match c {
            '|' | '\\' | '<' | '>' | '*' | '`' | '[' | ']' | '&' | '~' | '$' => true,
            '_' => !is_within_word(before, after),
            // What a viewer makes a link of by itself.
            ':' => after.starts_with("//"),
            '.' => before.to_ascii_lowercase().ends_with("www"),
            _ => false,
        };
        if means_something {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// Whether a letter or a digit stands on either side: an underscore there is no emphasis.
fn is_within_word(before: &str, after: &str) -> bool {
    before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
}
