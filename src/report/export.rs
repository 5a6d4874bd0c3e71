//! Records as they leave the county: rows that a person reads and an import takes back, objects for programs.

use super::records::{OwnedRecord, ReferenceLabels, entry_cells, entry_columns, revision_json, state_cell, value_cell};
use crate::base::text::Text;
use crate::report::table::{Cell, Column, Tone};
use crate::schema::kind::Kind;
use serde_json::{Map, Value, json};

/// The columns: the township, then every field; with `ledger`, also what a ledger says of a revision.
#[must_use]
pub fn columns(kind: &Kind, ledger: bool) -> Vec<Column> {
    let mut columns = vec![Column::new("township", Text::new("填报单位", "township"))];
    if ledger {
        columns.push(Column::new("id", Text::new("编号", "id")));
        columns.push(Column::new("rev", Text::new("修订", "rev")));
        columns.push(Column::new("state", Text::new("状态", "state")));
    }
    columns.extend(kind.shown_fields().map(|(_, field)| Column::new(field.name.clone(), field.title.clone())));
    if ledger {
        columns.extend(entry_columns(kind));
    }
    columns
}

/// A record, or with `ledger` a revision, under these columns. `township` is what its township is called.
#[must_use]
pub fn row(kind: &Kind, kept: &OwnedRecord<'_>, township: &str, names: ReferenceLabels<'_>, ledger: bool) -> Vec<Cell> {
    let revision = &kept.revision;
    let token = kept.township.id.clone();
    let mut row = vec![Cell::Token { token, text: Text::same(township), tone: Tone::Plain }];
    if ledger {
        row.push(Cell::Text(revision.id.to_string()));
        row.push(Cell::Number(revision.rev.into()));
        row.push(state_cell(revision.state));
    }
    row.extend(kind.shown_fields().map(|(at, field)| value_cell(field, &revision.values[at], names)));
    if ledger {
        row.extend(entry_cells(kind, revision));
    }
    row
}

/// A record or revision for machines, with its kind.
#[must_use]
pub fn object(kind: &Kind, kept: &OwnedRecord<'_>) -> Value {
    let mut object = Map::new();
    object.insert("kind".to_owned(), json!(kind.id));
    if let Value::Object(record) = revision_json(kind, &kept.township.id, &kept.revision) {
        object.extend(record);
    }
    Value::Object(object)
}
