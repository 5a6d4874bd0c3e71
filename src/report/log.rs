//! Batches, newest first: when, who, what was done to how many records.

use super::{Block, Report};
use crate::base::day::Instant;
use crate::base::id::Id;
use crate::base::text::Text;
use crate::report::table::{Cell, Column, Table};
use serde_json::json;

/// What one command did to the records of one kind in one township.
#[derive(Clone, Debug)]
pub struct BatchEntry {
    /// The township's id.
    pub township: String,
    /// Its name.
    pub name: String,
    /// The kind's id.
    pub kind: String,
    /// Its title.
    pub title: Text,
    /// How many records were entered.
    pub entered: usize,
    /// How many changed from a day on.
    pub changed: usize,
    /// How many were corrected.
    pub corrected: usize,
    /// How many were voided.
    pub voided: usize,
}

/// All that one command wrote.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its id.
    pub id: Id,
    /// When it entered the ledgers.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// Why, where one reason was given for all.
    pub reason: String,
    /// What, ledger by ledger.
    pub done: Vec<BatchEntry>,
}

impl Batch {
    /// What was done, in words: `城关镇 演出 登记 3 条`.
    #[must_use]
    pub fn words(&self) -> Text {
        let mut said: Vec<Text> = Vec::new();
        for done in &self.done {
            let name = &done.name;
            let title = &done.title;
            for (count, verb) in [
                (done.entered, Text::new("登记", "added")),
                (done.changed, Text::new("变动", "changed")),
                (done.corrected, Text::new("更正", "corrected")),
                (done.voided, Text::new("作废", "voided")),
            ] {
                if count > 0 {
                    said.push(text!(
                        "{name} {title} {verb} {count} 条",
                        "{name}: {title}, {count} {verb}",
                        title,
                        verb
                    ));
                }
            }
        }
        let count = said.len();
        if count > 4 {
            said.truncate(3);
            let list = Text::list(&said);
            return text!("{list} 等 {count} 项", "{list}, … ({count} in total)", list);
        }
        Text::list(&said)
    }
}

/// The batches, as they are given.
#[must_use]
pub fn log(batches: &[Batch]) -> Report {
    let columns = vec![
        Column::new("batch", Text::new("批次", "batch")),
        Column::new("at", Text::new("时间", "when")),
        Column::new("by", Text::new("登记人", "entered by")),
        Column::new("what", Text::new("内容", "what")),
        Column::new("reason", Text::new("事由", "reason")),
    ];
    let table = Table { title: Text::default(), columns, rows: batches.iter().map(batch_row).collect() };
    let json = batches.iter().map(|batch| {
        let done = batch.done.iter().map(|done| {
            json!({
                "township": done.township, "kind": done.kind,
                "entered": done.entered, "changed": done.changed, "corrected": done.corrected, "voided": done.voided,
            })
        });
        json!({
            "batch": batch.id.to_string(), "at": batch.at.to_string(), "by": batch.by, "reason": batch.reason,
            "done": done.collect::<Vec<_>>(),
        })
    });
    let json = json!({ "schema": "culture.log/1", "batches": json.collect::<Vec<_>>() });
    Report { title: Text::new("登记批次", "Batches"), blocks: vec![Block::Table(table)], json: Some(json) }
}

fn batch_row(batch: &Batch) -> Vec<Cell> {
    let reason = &batch.reason;
    vec![
        Cell::Text(batch.id.to_string()),
        Cell::Instant(batch.at),
        Cell::Text(batch.by.clone()),
        Cell::Said(batch.words()),
        if reason.is_empty() { Cell::None } else { Cell::Text(reason.clone()) },
    ]
}
