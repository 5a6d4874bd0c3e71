//! Records as tables and for machines: a list, one record with its history.

mod by_day;
mod list;

pub use by_day::{days_in_words, difference_by_day, differences_in_words};
pub use list::{KeptLabels, ListScope, ListedRecords, list, page};

use super::{Block, Report};
use crate::base::day::{Day, Month};
use crate::base::text::Text;
use crate::ledger::Timeline;
use crate::ledger::revise::{changed_fields, standing, timeline};
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::kind::{Field, FieldNo, FieldType, Kind};
use crate::schema::record::{RecordState, Revision, integer};
use crate::schema::township::Township;
use by_day::{timeline_json, timeline_table};
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

/// A record, and from where it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct ShownRecord<'r> {
    /// Its kind.
    pub kind: &'r Kind,
    /// The township that keeps it.
    pub township: &'r Township,
    /// Its revisions as far as they are known, at least one.
    pub history: &'r [Revision],
    /// The day on which it is looked at; none: in the end.
    pub as_of: Option<Day>,
    /// Its timeline and all its revisions are shown too.
    pub whole: bool,
}

/// One record as it is on a day: every field that is filled in, who entered it when; with `whole`, what it was from which day
/// on, and every revision and what it changed.
#[must_use]
pub fn show(shown: &ShownRecord<'_>, names: ReferenceLabels<'_>) -> Report {
    let ShownRecord { kind, township, history, whole, .. } = *shown;
    let Some(timeline) = timeline(history) else { return Report::default() };
    let held = *timeline.on(shown.as_of.unwrap_or(Day::MAX));
    let id = held.id;
    let title = &kind.title;
    let mut rows = vec![
        vec![Cell::Said(Text::new("填报单位", "township")), Cell::Text(township.name.clone())],
        vec![Cell::Said(Text::new("状态", "state")), state_cell(held.state)],
    ];
    rows.extend(shown.day_rows(&timeline));
    let filled =
        kind.shown_fields().map(|(at, field)| (field, &held.values[at])).filter(|(_, value)| !value.is_empty());
    for (field, value) in filled {
        rows.push(vec![Cell::Said(field.title.clone()), value_cell(field, value, names)]);
    }
    rows.push(vec![Cell::Said(Text::new("修订", "revision")), Cell::Number(held.rev.into())]);
    let entered = entry_columns(kind).into_iter().zip(entry_cells(kind, held));
    for (column, cell) in entered.filter(|(_, cell)| *cell != Cell::None) {
        rows.push(vec![Cell::Said(column.title), cell]);
    }
    let columns =
        vec![Column::new("field", Text::new("项目", "field")), Column::new("value", Text::new("内容", "value"))];
    let mut blocks = vec![Block::Table(Table { title: Text::default(), columns, rows })];
    if whole {
        blocks.extend(timeline_table(kind, history, names).map(Block::Table));
        blocks.push(Block::Table(revisions(kind, history, names)));
    }
    Report { title: text!("{title} {id}", "{title} {id}", title), blocks, json: Some(shown.json(&timeline)) }
}

impl ShownRecord<'_> {
    /// On which day it is looked at, since when it is so and when it changes later, of a record that changes.
    fn day_rows(&self, timeline: &Timeline<&Revision>) -> Vec<Vec<Cell>> {
        let mut rows = Vec::new();
        let Some(as_of) = self.as_of.filter(|_| self.kind.lasting) else { return rows };
        let named = |title: Text, cell: Cell| vec![Cell::Said(title), cell];
        let held = timeline.on(as_of);
        let is_early = held.date().is_some_and(|date| as_of < date);
        if is_early {
            let day = text!("{as_of}（那天还没有）", "{as_of} (not there yet)");
            rows.push(named(Text::new("截至", "as of"), Cell::Said(day)));
        } else if timeline.days_of_change().next().is_some() {
            rows.push(named(Text::new("截至", "as of"), Cell::Day(as_of)));
        }
        if let Some(from) = held.effective {
            rows.push(named(Text::new("最近变动", "last change"), Cell::Day(from)));
        }
        let later: Vec<Text> =
            timeline.days_of_change().filter(|day| *day > as_of).map(|day| Text::same(day.to_string())).collect();
        if !later.is_empty() {
            rows.push(named(Text::new("以后变动", "later changes"), Cell::Said(Text::list(&later))));
        }
        rows
    }

    fn json(&self, timeline: &Timeline<&Revision>) -> Value {
        let ShownRecord { kind, township, .. } = *self;
        let said = |revision: &Revision| revision_json(kind, &township.id, revision);
        let record = said(timeline.on(self.as_of.unwrap_or(Day::MAX)));
        let mut value = json!({ "schema": "culture.record/1", "kind": kind.id, "record": record });
        if kind.lasting {
            let days = timeline.days_of_change().map(|day| day.to_string());
            value["as_of"] = json!(self.as_of.map(|day| day.to_string()));
            value["changes"] = json!(days.collect::<Vec<_>>());
        }
        if self.whole {
            if kind.lasting {
                value["timeline"] = timeline_json(timeline);
            }
            value["history"] = json!(self.history.iter().map(said).collect::<Vec<_>>());
        }
        value
    }
}

/// What was written down when, row by row: each against what it replaces.
fn revisions(kind: &Kind, history: &[Revision], names: ReferenceLabels<'_>) -> Table {
    let changes = history.iter().any(|revision| revision.effective.is_some());
    let mut rows = Vec::new();
    for (at, revision) in history.iter().enumerate() {
        let what = replaced(&history[..at], revision)
            .map_or_else(|| Text::new("登记", "added"), |before| difference(kind, &before, revision, names));
        let mut row = revision_row(kind, Cell::Number(revision.rev.into()), Cell::Said(what), stamp_cells(revision));
        if changes {
            row.insert(1, revision.effective.map_or(Cell::None, Cell::Day));
        }
        rows.push(row);
    }
    let rev = Column::new("rev", Text::new("修订", "rev"));
    let mut columns = revision_row(kind, rev, Column::new("changed", Text::new("变动", "changed")), stamp_columns());
    if changes {
        columns.insert(1, Column::new("effective", Text::new("自何日起", "effective")));
    }
    Table { title: Text::new("修订历史", "History"), columns, rows }
}

/// What stood, before a revision was written, on the days from which it holds on; none of an entry.
fn replaced(before: &[Revision], revision: &Revision) -> Option<Revision> {
    let last = before.last()?;
    if revision.state == RecordState::Void {
        return Some(last.clone());
    }
    // What is restored is compared with what was voided.
    let timeline = timeline(standing(before))?;
    let stood = *timeline.on(revision.effective.unwrap_or(Day::MIN));
    Some(Revision { state: last.state, ..stood.clone() })
}

/// One revision or the columns of all: which, when, by whom, what, why, in which batch; to the public not by whom and why.
fn revision_row<T>(kind: &Kind, rev: T, what: T, [when, who, why, batch]: [T; 4]) -> Vec<T> {
    if kind.public { vec![rev, when, what, batch] } else { vec![rev, when, who, what, why, batch] }
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
