//! A list of a kind's records, made row by row.

use super::{OwnedRecord, ReferenceLabels, entry_cells, entry_columns, revision_json, state_cell, value_cell};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::ledger::Row;
use crate::ledger::excerpt::Excerpts;
use crate::report::long_table::{LongTable, Rows};
use crate::report::table::{Cell, Column, Table, Tone};
use crate::report::{Block, Report};
use crate::schema::kind::{Field, FieldNo, Kind, Requirement};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::Township;
use serde_json::{Value, json};
use std::fmt;
use std::ops::ControlFlow;
use std::rc::Rc;

/// The key of records in JSON.
const RECORDS: &str = "records";

/// The columns of a list.
#[derive(Clone, Debug)]
struct ListColumns {
    /// Every column, not only what fits on a screen.
    whole: bool,
    state: bool,
    late: bool,
    fields: Vec<FieldNo>,
}

/// What is to be shown of a kind's records.
#[derive(Clone, Debug)]
pub struct ListScope {
    /// Of each field whether any of them has a value.
    pub filled: Vec<bool>,
    /// Some are void.
    pub voided: bool,
    /// Every column is shown, else what fits on a screen.
    pub whole: bool,
}

impl ListScope {
    /// Of no records.
    #[must_use]
    pub fn none(kind: &Kind) -> ListScope {
        ListScope { filled: vec![false; kind.fields.len()], voided: false, whole: false }
    }

    /// Takes in a record.
    pub fn take(&mut self, row: &Row<'_>) {
        for (at, filled) in self.filled.iter_mut().numbered() {
            *filled |= !row.cell(at).is_empty();
        }
        self.voided |= row.state == RecordState::Void;
    }

    /// Takes in the records of another.
    pub fn merge(&mut self, other: &ListScope) {
        self.filled.iter_mut().zip(&other.filled).for_each(|(filled, other)| *filled |= other);
        self.voided |= other.voided;
    }

    /// The fields shown: all, or of those that are filled in, the ones that tell records apart and the ones that are
    /// required.
    #[must_use]
    pub fn fields(&self, kind: &Kind) -> Vec<FieldNo> {
        let tells = |at: FieldNo| {
            let required = kind.fields[at].required == Requirement::Always;
            self.filled[at] && (at == FieldNo::DATE || kind.key.contains(&at) || required)
        };
        kind.shown_fields().map(|(at, _)| at).filter(|at: &FieldNo| self.whole || tells(*at)).collect()
    }
}

impl ListColumns {
    fn columns(&self, kind: &Kind) -> Vec<Column> {
        let mut columns = vec![Column::new("id", Text::new("编号", "id"))];
        if self.whole {
            columns.push(Column::new("rev", Text::new("修订", "rev")));
        }
        if self.state {
            columns.push(Column::new("state", Text::new("状态", "state")));
        }
        columns.push(Column::new("township", Text::new("填报单位", "township")));
        if self.late {
            columns.push(Column::new("late", Text::new("补录", "late")));
        }
        let fields = self.fields.iter().map(|&at| &kind.fields[at]);
        columns.extend(fields.map(|field| Column::new(field.name.clone(), field.title.clone())));
        if self.whole {
            columns.extend(entry_columns(kind));
        }
        columns
    }

    fn row(
        &self,
        kind: &Kind,
        township: &Township,
        late: bool,
        row: &Revision,
        names: ReferenceLabels<'_>,
    ) -> Vec<Cell> {
        let mut cells = vec![Cell::Text(row.id.to_string())];
        if self.whole {
            cells.push(Cell::Number(row.rev.into()));
        }
        if self.state {
            cells.push(state_cell(row.state));
        }
        cells.push(Cell::plain(township.id.clone(), Text::same(&township.name)));
        if self.late {
            cells.push(if late { late_cell() } else { Cell::None });
        }
        cells.extend(self.fields.iter().map(|&at| value_cell(&kind.fields[at], &row.values[at], names)));
        if self.whole {
            cells.extend(entry_cells(kind, row));
        }
        cells
    }
}

/// What townships and records are called, kept for as long as rows are made.
#[derive(Clone)]
pub struct KeptLabels(pub Rc<FieldLabels>);

/// What the township or the record is called that a field's value names.
type FieldLabels = dyn Fn(&Field, &str) -> Option<Text>;

impl fmt::Debug for KeptLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptLabels")
    }
}

/// Records of a kind, to be listed.
#[derive(Debug)]
pub struct ListedRecords {
    /// Their rows.
    pub excerpts: Excerpts,
    /// The township of each excerpt.
    pub townships: Vec<Township>,
    /// Of each record whether it was entered after its township's report for its month (报后补录); none where that is not
    /// known.
    pub late: Option<Vec<bool>>,
    /// What is shown of them.
    pub scope: ListScope,
    /// What townships and records are called.
    pub names: KeptLabels,
}

/// The rows of a list.
#[derive(Debug)]
struct ListedRows {
    records: ListedRecords,
    columns: ListColumns,
}

impl ListedRows {
    fn is_late(&self, number: usize) -> Option<bool> {
        self.records.late.as_ref().map(|late| late[number])
    }
}

impl Rows for ListedRows {
    fn count(&self) -> usize {
        self.records.excerpts.order.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        let ListedRecords { excerpts, townships, names, .. } = &self.records;
        excerpts.each(|number, place, row| {
            let township = &townships[place.ledger.index()];
            let late = self.is_late(number) == Some(true);
            visit(&self.columns.row(&excerpts.kind, township, late, &row.revision(), &*names.0))
        })
    }

    fn each_record(&self, visit: &mut dyn FnMut(&Value) -> ControlFlow<()>) -> ControlFlow<()> {
        let ListedRecords { excerpts, townships, .. } = &self.records;
        excerpts.each(|number, place, row| {
            let township = &townships[place.ledger.index()];
            let mut record = revision_json(&excerpts.kind, &township.id, &row.revision());
            if let Some(late) = self.is_late(number) {
                record["late"] = json!(late);
            }
            visit(&record)
        })
    }
}

/// A few records as a list shows them, made at once.
#[must_use]
pub fn page(kind: &Kind, records: &[OwnedRecord<'_>], names: ReferenceLabels<'_>) -> Table {
    let filled = |at: FieldNo| records.iter().any(|kept| !kept.revision.values[at].is_empty());
    let state = records.iter().any(|kept| kept.revision.state == RecordState::Void);
    let scope = ListScope { filled: kind.field_nos().map(filled).collect(), voided: state, whole: false };
    let columns = ListColumns { whole: false, state, late: false, fields: scope.fields(kind) };
    let row = |kept: &OwnedRecord<'_>| columns.row(kind, kept.township, false, &kept.revision, names);
    Table { title: Text::default(), columns: columns.columns(kind), rows: records.iter().map(row).collect() }
}

/// A list of records.
#[must_use]
pub fn list(records: ListedRecords) -> Report {
    let kind = &records.excerpts.kind;
    let ListScope { voided, whole, .. } = records.scope;
    let late = records.late.as_ref().is_some_and(|late| late.contains(&true));
    let columns = ListColumns { whole, state: whole || voided, late, fields: records.scope.fields(kind) };
    let title = &kind.title;
    let count = records.excerpts.order.len();
    Report {
        title: text!("{title}（{count} 条）", "{title} ({count})", title),
        json: Some(json!({ "schema": "culture.records/1", "kind": kind.id, RECORDS: [] })),
        blocks: vec![Block::LongTable(LongTable {
            title: Text::default(),
            columns: columns.columns(kind),
            rows: Rc::new(ListedRows { records, columns }),
            key: Some(RECORDS),
        })],
    }
}

fn late_cell() -> Cell {
    let text = Text::new("报后补录", "after the report");
    Cell::Token { token: "late".to_owned(), text, tone: Tone::Warn }
}
