//! Records as tables and for machines: a list, one record with its history.

mod by_day;
mod list;
mod show;

pub use by_day::{days_in_words, difference_by_day, differences_in_words};
pub use list::{KeptLabels, ListScope, ListedRecords, list, page};
pub use show::{RecordPage, show};

use super::{Block, Report};
use crate::base::day::{Day, Month};
use crate::base::text::Text;
use crate::ledger::revise::changed_fields;
use crate::report::table::{Cell, Column, Tone};
use crate::schema::kind::{Field, FieldNo, FieldType, Kind};
use crate::schema::record::{RecordState, Revision, integer};
use crate::schema::township::Township;
use serde_json::{Map, Value, json};

/// A record in the township that keeps it.
#[derive(Clone, Debug)]
pub struct OwnedRecord<'a> {
    /// The township.
    pub township: &'a Township,
    /// The record as it stands.
    pub revision: Revision,
}

/// What the township or the record is called that a field's value names.
pub type ReferenceLabels<'a> = &'a dyn Fn(&Field, &str) -> Option<Text>;

/// A stored value as a typed cell.
#[must_use]
pub fn value_cell(field: &Field, value: &str, names: ReferenceLabels<'_>) -> Cell {
    if value.is_empty() {
        return Cell::None;
    }
    let typed = match &field.ty {
        FieldType::Text | FieldType::Year => None,
        FieldType::Date => Day::from_iso(value.as_bytes()).map(Cell::Day),
        FieldType::Month => Month::from_iso(value.as_bytes()).map(Cell::Month),
        FieldType::Integer { .. } => integer(value.as_bytes()).map(Cell::Number),
        FieldType::Decimal { .. } => Some(Cell::Decimal(value.to_owned())),
        FieldType::Bool => Some(Cell::Bool(value == "true")),
        FieldType::Choice(_) => {
            let title = field.choice(value).map_or_else(|| Text::same(value), |choice| choice.title.clone());
            Some(Cell::plain(value, title))
        }
        FieldType::Township | FieldType::Ref(_) => {
            Some(Cell::plain(value, names(field, value).unwrap_or_else(|| Text::same(value))))
        }
    };
    // What cannot be read as its type is shown as it stands.
    typed.unwrap_or_else(|| Cell::Text(value.to_owned()))
}

/// A stored value for machines: numbers as numbers, decimals as strings, nothing as null.
#[must_use]
pub fn value_json(field: &Field, value: &str) -> Value {
    if value.is_empty() {
        return Value::Null;
    }
    if field.ty == FieldType::Bool {
        return json!(value == "true");
    }
    let is_integer = field.ty.is_number() && field.ty.places() == 0;
    let number = if is_integer { integer(value.as_bytes()) } else { None };
    number.map_or_else(|| json!(value), |number| json!(number))
}

/// One revision for machines.
#[must_use]
pub fn revision_json(kind: &Kind, township: &str, revision: &Revision) -> Value {
    let mut record = Map::new();
    record.insert("id".to_owned(), json!(revision.id.to_string()));
    record.insert("rev".to_owned(), json!(revision.rev));
    record.insert("state".to_owned(), json!(revision.state.token()));
    record.insert("township".to_owned(), json!(township));
    for (at, field) in kind.shown_fields() {
        record.insert(field.name.clone(), value_json(field, &revision.values[at]));
    }
    if kind.lasting {
        record.insert("effective".to_owned(), json!(revision.effective.map(|day| day.to_string())));
    }
    record.insert("entered_at".to_owned(), json!(revision.entered_at.to_string()));
    if !kind.public {
        record.insert("entered_by".to_owned(), json!(revision.entered_by));
        record.insert("reason".to_owned(), json!(revision.reason));
    }
    record.insert("batch".to_owned(), json!(revision.batch.to_string()));
    Value::Object(record)
}

pub(super) fn state_cell(state: RecordState) -> Cell {
    let tone = if state == RecordState::Void { Tone::Warn } else { Tone::Plain };
    Cell::Token { token: state.token().to_owned(), text: state.title(), tone }
}

fn stamp_columns() -> [Column; 4] {
    [
        Column::new("entered_at", Text::new("登记时间", "entered at")),
        Column::new("entered_by", Text::new("登记人", "entered by")),
        Column::new("reason", Text::new("事由", "reason")),
        Column::new("batch", Text::new("批次", "batch")),
    ]
}

fn stamp_cells(revision: &Revision) -> [Cell; 4] {
    let reason = &revision.reason;
    [
        Cell::Instant(revision.entered_at),
        Cell::Text(revision.entered_by.clone()),
        if reason.is_empty() { Cell::None } else { Cell::Text(reason.clone()) },
        Cell::Text(revision.batch.to_string()),
    ]
}

/// When and in which batch; to the public not by whom and why, in words that may name people.
fn without_private<T>(kind: &Kind, [when, who, why, batch]: [T; 4]) -> Vec<T> {
    if kind.public { vec![when, batch] } else { vec![when, who, why, batch] }
}

/// What is told of how a revision was entered.
pub(super) fn entry_columns(kind: &Kind) -> Vec<Column> {
    without_private(kind, stamp_columns())
}

/// The same of one revision.
pub(super) fn entry_cells(kind: &Kind, revision: &Revision) -> Vec<Cell> {
    without_private(kind, stamp_cells(revision))
}

/// What a revision changed, in words: `观众人次 200 → 260`; voided; restored.
#[must_use]
pub fn difference(kind: &Kind, before: &Revision, after: &Revision, names: ReferenceLabels<'_>) -> Text {
    let mut said: Vec<Text> = state_difference(before.state, after.state).into_iter().collect();
    let changed = changed_fields(before, after);
    said.extend(changed.into_iter().map(|at| field_difference(kind, at, &before.values[at], &after.values[at], names)));
    if said.is_empty() { Text::new("无变动", "nothing") } else { Text::list(&said) }
}

fn state_difference(before: RecordState, after: RecordState) -> Option<Text> {
    match (before, after) {
        (RecordState::Live, RecordState::Void) => Some(Text::new("作废", "voided")),
        (RecordState::Void, RecordState::Live) => Some(Text::new("恢复", "restored")),
        (RecordState::Live, RecordState::Live) | (RecordState::Void, RecordState::Void) => None,
    }
}

/// What a field held and what it holds instead, in words.
#[must_use]
pub fn field_difference(kind: &Kind, at: FieldNo, before: &str, after: &str, names: ReferenceLabels<'_>) -> Text {
    let field = &kind.fields[at];
    let title = &field.title;
    if kind.hides(at) {
        return text!("{title} 有改动", "{title} changed", title);
    }
    let old = words(field, before, names);
    let new = words(field, after, names);
    text!("{title} {old} -> {new}", "{title} {old} -> {new}", title, old, new)
}

/// A stored value as people say it.
#[must_use]
pub fn words(field: &Field, value: &str, names: ReferenceLabels<'_>) -> Text {
    let cell = value_cell(field, value, names);
    if cell == Cell::None {
        Text::new("（空）", "(empty)")
    } else if let Cell::Bool(yes) = cell {
        if yes { Text::new("是", "yes") } else { Text::new("否", "no") }
    } else if let Cell::Said(text) | Cell::Token { text, .. } = cell {
        text
    } else {
        Text::same(value)
    }
}

/// Records that lack evidence, out of `all`, each with what it lacks.
#[must_use]
pub fn lacking(kind: &Kind, lacks: &[(OwnedRecord<'_>, Text)], all: usize, names: ReferenceLabels<'_>) -> Report {
    let kept: Vec<OwnedRecord<'_>> = lacks.iter().map(|(kept, _)| kept.clone()).collect();
    let mut table = page(kind, &kept, names);
    table.columns.push(Column::new("lacks", Text::new("缺少", "missing")));
    for (row, (_, said)) in table.rows.iter_mut().zip(lacks) {
        row.push(Cell::Said(said.clone()));
    }
    let title = &kind.title;
    let count = lacks.len();
    let title = text!(
        "{title}：{all} 条记录中 {count} 条佐证材料不齐",
        "{title}: of {all}, {count} evidence",
        title,
        count = Text::count(count, "lacks", "lack"),
        all = Text::count(all, "record", "records")
    );
    Report { title, blocks: vec![Block::Table(table)], json: None }
}
