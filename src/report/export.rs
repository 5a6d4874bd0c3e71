//! Records as they leave the county: rows that a person reads and an import takes back, objects for programs.

use super::long_table::{LongTable, Rows};
use super::records::{KeptLabels, entry_cells, entry_columns, revision_json, state_cell, value_cell};
use crate::base::text::Text;
use crate::ledger::excerpt::{ExcerptPlace, Excerpts};
use crate::report::table::{Cell, Column};
use crate::schema::kind::{EFFECTIVE, Kind};
use crate::schema::record::Revision;
use serde_json::{Map, Value, json};
use std::ops::ControlFlow;
use std::rc::Rc;

/// The columns: the township, then every field; with `ledger`, also what a ledger says of a revision.
fn columns(kind: &Kind, ledger: bool) -> Vec<Column> {
    let mut columns = vec![Column::new("township", Text::new("填报单位", "township"))];
    if ledger {
        columns.push(Column::new("id", Text::new("编号", "id")));
        columns.push(Column::new("rev", Text::new("修订", "rev")));
        columns.push(Column::new("state", Text::new("状态", "state")));
    }
    columns.extend(kind.shown_fields().map(|(_, field)| Column::new(field.name.clone(), field.title.clone())));
    if ledger {
        columns.extend(kind.lasting.then(|| Column::new(EFFECTIVE, Text::new("变动日期", "effective"))));
        columns.extend(entry_columns(kind));
    }
    columns
}

/// Records of a kind, or with `ledger` revisions, as they leave the county.
#[derive(Debug)]
pub struct ExportedRecords {
    /// Their rows.
    pub excerpts: Excerpts,
    /// Of each excerpt its township's id, and what it is called.
    pub townships: Vec<(String, String)>,
    /// Every revision, with what a ledger says of it.
    pub ledger: bool,
    /// What townships and records are called.
    pub names: KeptLabels,
}

impl ExportedRecords {
    fn row(&self, place: ExcerptPlace, revision: &Revision) -> Vec<Cell> {
        let kind = &self.excerpts.kind;
        let (id, name) = &self.townships[place.ledger.index()];
        let mut row = vec![Cell::plain(id.clone(), Text::same(name))];
        if self.ledger {
            row.push(Cell::Text(revision.id.to_string()));
            row.push(Cell::Number(revision.rev.into()));
            row.push(state_cell(revision.state));
        }
        row.extend(kind.shown_fields().map(|(at, field)| value_cell(field, &revision.values[at], &*self.names.0)));
        if self.ledger {
            row.extend(kind.lasting.then(|| revision.effective.map_or(Cell::None, Cell::Day)));
            row.extend(entry_cells(kind, revision));
        }
        row
    }

    /// A record or revision for machines, with its kind.
    fn object(&self, place: ExcerptPlace, revision: &Revision) -> Value {
        let kind = &self.excerpts.kind;
        let (township, _) = &self.townships[place.ledger.index()];
        let mut object = Map::new();
        object.insert("kind".to_owned(), json!(kind.id));
        if let Value::Object(record) = revision_json(kind, township, revision) {
            object.extend(record);
            if kind.lasting {
                object.insert(EFFECTIVE.to_owned(), json!(revision.effective.map(|day| day.to_string())));
            }
        }
        Value::Object(object)
    }
}

impl Rows for ExportedRecords {
    fn count(&self) -> usize {
        self.excerpts.order.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.excerpts.each(|_, place, row| visit(&self.row(place, &row.revision())))
    }

    fn each_record(&self, visit: &mut dyn FnMut(&Value) -> ControlFlow<()>) -> ControlFlow<()> {
        self.excerpts.each(|_, place, row| visit(&self.object(place, &row.revision())))
    }
}

/// The same under its columns.
#[must_use]
pub fn table(records: ExportedRecords) -> LongTable {
    let columns = columns(&records.excerpts.kind, records.ledger);
    LongTable { title: Text::default(), columns, rows: Rc::new(records), key: None }
}
