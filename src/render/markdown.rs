//! A report for documents: pipe tables, numbers to the right.

use super::{is_number_column, shown_text};
use crate::base::text::Lang;
use crate::report::table::Table;
use crate::report::{Block, Report};

/// Title, tables and lines, parted by empty lines.
pub(super) fn write(report: &Report, lang: Lang) -> String {
    let mut parts = Vec::new();
    if !report.title.is_empty() {
        parts.push(format!("## {}\n", escaped(report.title.say(lang))));
    }
    for block in &report.blocks {
        match block {
            Block::Line(line) => parts.push(paragraph(line.say(lang)) + "\n"),
            Block::Heading(heading) => parts.push(format!("### {}\n", escaped(heading.say(lang)))),
            Block::Table(table) => {
                if !table.title.is_empty() {
                    parts.push(format!("### {}\n", escaped(table.title.say(lang))));
                }
                parts.push(write_table(table, lang));
            }
        }
    }
    parts.join("\n")
}

fn write_table(table: &Table, lang: Lang) -> String {
    let mut out = line(table.columns.iter().map(|column| escaped(column.title.say(lang))));
    let numbers = (0..table.columns.len()).map(|at| is_number_column(table, at));
    out += &line(numbers.map(|number| if number { "---:" } else { "---" }.to_owned()));
    for row in &table.rows {
        out += &line(row.iter().map(|cell| escaped(&shown_text(cell, lang))));
    }
    out
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
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
