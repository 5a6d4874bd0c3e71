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
            Block::Line(line) => parts.push(escaped(line.say(lang)) + "\n"),
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
    let rule = |at| if is_number_column(table, at) { "---:" } else { "---" };
    out += &line((0..table.columns.len()).map(|at| rule(at).to_owned()));
    for row in &table.rows {
        out += &line(row.iter().map(|cell| escaped(&shown_text(cell, lang))));
    }
    out
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

/// One line in which nothing is taken for markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '|' | '\\' | '<' | '*' | '`' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
