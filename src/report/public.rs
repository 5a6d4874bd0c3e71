//! What the public may see of a report: not by whom and why. Which fields of a record are personal is the kind's to say.

use super::table::Table;
use super::{Block, Report};
use serde_json::Value;

impl Table {
    /// Leaves out a column.
    fn leave_out(&mut self, key: &str) {
        let Some(at) = self.columns.iter().position(|column| column.key == key) else { return };
        self.columns.remove(at);
        for row in &mut self.rows {
            row.remove(at);
        }
    }
}

/// Who wrote something and why, in words that may name people: columns and keys of the program's own.
const PRIVATE: [&str; 4] = ["entered_by", "by", "closed_by", "reason"];

impl Report {
    /// The report as the public may see it, if that is asked for: not by whom and why. For reports that show no fields of
    /// records.
    #[must_use]
    pub fn seen_by(mut self, public: bool) -> Report {
        if public {
            let tables = self.blocks.iter_mut().filter_map(|block| match block {
                Block::Table(table) => Some(table),
                // What is personal in records their kind hides.
                Block::LongTable(_) | Block::Line(_) | Block::Heading(_) => None,
            });
            tables.for_each(|table| PRIVATE.iter().for_each(|key| table.leave_out(key)));
            self.json.iter_mut().for_each(leave_out_of_json);
        }
        self
    }
}

fn leave_out_of_json(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !PRIVATE.contains(&key.as_str()));
            map.values_mut().for_each(leave_out_of_json);
        }
        Value::Array(all) => all.iter_mut().for_each(leave_out_of_json),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
