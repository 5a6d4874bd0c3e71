//! The gate to whatever is printed: in words, cells and faults every character that nobody sees is replaced by its number
//! (`U+200B`), or in JSON escaped. Every way out of this room leads through it; no format looks for such characters itself.

use crate::base::fault::{Fault, Place};
use crate::base::text::Text;
use crate::base::unseen::{as_seen, made_visible, unseen};
use crate::report::form::{ColumnContent, Form, FormColumn};
use crate::report::long_table::{LongTable, Rows};
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::rc::Rc;

fn is_visible(text: &Text) -> bool {
    unseen(&text.zh).chain(unseen(&text.en)).next().is_none()
}

/// Words as they are printed.
pub(super) fn text(text: &Text) -> Text {
    if is_visible(text) { text.clone() } else { Text::owned(made_visible(&text.zh), made_visible(&text.en)) }
}

fn cell_is_visible(cell: &Cell) -> bool {
    match cell {
        Cell::Said(text) => is_visible(text),
        Cell::Text(text) | Cell::Decimal(text) | Cell::Percent(text) => unseen(text).next().is_none(),
        Cell::Token { token, text, .. } => unseen(token).next().is_none() && is_visible(text),
        Cell::None | Cell::Number(_) | Cell::Day(_) | Cell::Month(_) | Cell::Instant(_) | Cell::Bool(_) => true,
    }
}

fn cell(cell: &Cell) -> Cell {
    let owned = |words: &str| made_visible(words).into_owned();
    match cell {
        Cell::Said(words) => Cell::Said(text(words)),
        Cell::Text(words) => Cell::Text(owned(words)),
        Cell::Decimal(words) => Cell::Decimal(owned(words)),
        Cell::Percent(words) => Cell::Percent(owned(words)),
        Cell::Token { token, text: words, tone } => Cell::Token { token: owned(token), text: text(words), tone: *tone },
        Cell::None | Cell::Number(_) | Cell::Day(_) | Cell::Month(_) | Cell::Instant(_) | Cell::Bool(_) => cell.clone(),
    }
}

/// A row as it is printed.
pub(super) fn row(row: &[Cell]) -> Cow<'_, [Cell]> {
    if row.iter().all(cell_is_visible) { Cow::Borrowed(row) } else { Cow::Owned(row.iter().map(cell).collect()) }
}

/// The rows of a long table as they are printed.
#[derive(Debug)]
struct VisibleRows(Rc<dyn Rows>);

impl Rows for VisibleRows {
    fn count(&self) -> usize {
        self.0.count()
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.0.each(&mut |cells| visit(&row(cells)))
    }

    fn record_count(&self) -> usize {
        self.0.record_count()
    }

    // What nobody sees is escaped where JSON is written.
    fn each_record(&self, visit: &mut dyn FnMut(&Value) -> ControlFlow<()>) -> ControlFlow<()> {
        self.0.each_record(visit)
    }
}

/// Columns as they are printed.
pub(super) fn columns(columns: &[Column]) -> Cow<'_, [Column]> {
    if columns.iter().all(|column| is_visible(&column.title)) {
        return Cow::Borrowed(columns);
    }
    Cow::Owned(columns.iter().map(|column| Column::new(column.key.clone(), text(&column.title))).collect())
}

/// A report as it is printed.
pub(super) fn report(report: &Report) -> Cow<'_, Report> {
    let block_is_visible = |block: &Block| match block {
        Block::Line(words) | Block::Heading(words) => is_visible(words),
        Block::Table(table) => {
            let heads = table.columns.iter().map(|column| &column.title).chain([&table.title]);
            heads.into_iter().all(is_visible) && table.rows.iter().flatten().all(cell_is_visible)
        }
        // Only when its rows are made can it be told.
        Block::LongTable(_) => false,
    };
    if is_visible(&report.title) && report.blocks.iter().all(block_is_visible) {
        return Cow::Borrowed(report);
    }
    let block = |block: &Block| match block {
        Block::Line(words) => Block::Line(text(words)),
        Block::Heading(words) => Block::Heading(text(words)),
        Block::Table(table) => Block::Table(Table {
            title: text(&table.title),
            columns: columns(&table.columns).into_owned(),
            rows: table.rows.iter().map(|cells| row(cells).into_owned()).collect(),
        }),
        Block::LongTable(table) => Block::LongTable(LongTable {
            title: text(&table.title),
            columns: columns(&table.columns).into_owned(),
            rows: Rc::new(VisibleRows(Rc::clone(&table.rows))),
            key: table.key,
        }),
    };
    let blocks = report.blocks.iter().map(block).collect();
    Cow::Owned(Report { title: text(&report.title), blocks, json: report.json.clone() })
}

/// A fault as it is printed; the bytes that are meant in its line stay those.
pub(super) fn fault(fault: &Fault) -> Fault {
    let place = |place: &Place| Place {
        file: made_visible(&place.file).into_owned(),
        excerpt: place.excerpt.as_ref().map(|(line, span)| {
            let at = |byte: usize| (0..=byte.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
            let (before, rest) = line.split_at(at(span.start));
            let (meant, behind) = rest.split_at(at(span.end).saturating_sub(before.len()));
            let start = made_visible(before).len();
            let seen = [before, meant, behind].map(made_visible).concat();
            (seen, start..start + made_visible(meant).len())
        }),
        ..*place
    };
    Fault {
        what: text(&fault.what),
        hint: fault.hint.as_ref().map(text),
        place: fault.place.as_ref().map(place),
        ..fault.clone()
    }
}

/// Forms as they are printed: what stands in them comes back as values, so that what nobody sees is left out.
pub(super) fn forms(forms: &[Form]) -> Vec<Form> {
    let text = |words: &Text| Text::owned(as_seen(&words.zh), as_seen(&words.en));
    let texts = |words: &[Text]| words.iter().map(text).collect::<Vec<Text>>();
    let holds = |holds: &ColumnContent| match holds {
        ColumnContent::OneOf(words) => ColumnContent::OneOf(texts(words)),
        ColumnContent::Entered(words) => ColumnContent::Entered(texts(words)),
        ColumnContent::Text | ColumnContent::Day | ColumnContent::Whole(..) | ColumnContent::Decimal(..) => {
            holds.clone()
        }
    };
    let column = |column: &FormColumn| FormColumn {
        title: text(&column.title),
        note: text(&column.note),
        prompt: text(&column.prompt),
        holds: holds(&column.holds),
        example: cell(&column.example),
        ..column.clone()
    };
    let above =
        |(label, value, words): &(Text, String, Vec<Text>)| (text(label), as_seen(value).into_owned(), texts(words));
    let form = |form: &Form| Form {
        title: text(&form.title),
        above: form.above.iter().map(above).collect(),
        columns: form.columns.iter().map(column).collect(),
    };
    forms.iter().map(form).collect()
}

/// JSON as it is printed: such a character can only stand in a string, and is escaped there.
pub(super) fn json(text: String) -> String {
    let mut out = String::new();
    let mut taken = 0;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for (at, c) in unseen(line.trim_end_matches('\n')) {
            out.push_str(&text[taken..start + at]);
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
            taken = start + at + c.len_utf8();
        }
        start += line.len();
    }
    if taken == 0 {
        return text;
    }
    out.push_str(&text[taken..]);
    out
}
