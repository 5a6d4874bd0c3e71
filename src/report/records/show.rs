//! One record: as it is on a day, what it was from which day on, and what was written down when.

use super::by_day::{difference_by_day, timeline_json, timeline_table};
use super::{ReferenceLabels, difference, entry_cells, entry_columns, revision_json, stamp_cells, stamp_columns};
use super::{state_cell, value_cell};
use crate::base::day::Day;
use crate::base::text::Text;
use crate::ledger::Timeline;
use crate::ledger::revise::{RecordVersion, standing, timeline};
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::kind::Kind;
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::Township;
use serde_json::{Value, json};

/// A record, and from where it is looked at.
#[derive(Clone, Copy, Debug)]
pub struct RecordPage<'r> {
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
pub fn show(shown: &RecordPage<'_>, names: ReferenceLabels<'_>) -> Report {
    let RecordPage { kind, township, history, whole, .. } = *shown;
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

impl RecordPage<'_> {
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
        let RecordPage { kind, township, .. } = *self;
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
        let what = match replaced(&history[..at], revision) {
            None => Text::new("登记", "added"),
            // It says again what held already, so that what came later no longer does.
            Some(before) if RecordVersion::of(&before) == RecordVersion::of(revision) => {
                difference_by_day(kind, &history[..at], std::slice::from_ref(revision), names)
            }
            Some(before) => difference(kind, &before, revision, names),
        };
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
