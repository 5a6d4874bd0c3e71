//! Records on their days, read from the ledgers by the words of docs/data-format.md.

use crate::common::County;
use std::collections::BTreeMap;

/// A row of a ledger; days and times as they are written, which are compared as texts.
#[derive(Clone)]
pub(super) struct LedgerRow {
    pub(super) id: String,
    live: bool,
    /// Empty: from the beginning.
    effective: String,
    entered_at: String,
    /// The fields, the date first.
    pub(super) values: Vec<String>,
}

/// All rows of a ledger, in its order; none where there is no such ledger.
pub(super) fn rows(county: &County, path: &str) -> Vec<LedgerRow> {
    if !county.has(path) {
        return Vec::new();
    }
    let mut rows = county.rows(path);
    let names = rows.remove(0);
    let column = |name: &str| names.iter().position(|column| column == name);
    let entered = column("entered_at").unwrap();
    let fields = 3..column("effective").unwrap_or(entered);
    let row = |row: Vec<String>| LedgerRow {
        id: row[0].clone(),
        live: row[2] == "live",
        effective: column("effective").map_or_else(String::new, |at| row[at].clone()),
        entered_at: row[entered].clone(),
        values: row[fields.clone()].to_vec(),
    };
    rows.into_iter().map(row).collect()
}

impl LedgerRow {
    fn holds(&self, known: &str, day: &str) -> bool {
        self.entered_at.as_str() <= known && self.effective.as_str() <= day
    }

    /// The days from which something may be otherwise by it.
    pub(super) fn days(&self) -> [&str; 2] {
        [&self.values[0], &self.effective]
    }
}

/// Of each record the highest row that holds on a day, as known at a time.
fn holding<'r>(rows: &'r [LedgerRow], known: &str, day: &str) -> BTreeMap<&'r str, &'r LedgerRow> {
    rows.iter().filter(|row| row.holds(known, day)).map(|row| (row.id.as_str(), row)).collect()
}

/// The values of the records that are there on a day, as known at a time.
pub(super) fn there<'r>(rows: &'r [LedgerRow], known: &str, day: &str) -> BTreeMap<&'r str, &'r [String]> {
    let dated = |row: &&LedgerRow| row.live && row.values[0].as_str() <= day;
    holding(rows, known, day).into_iter().filter(|(_, row)| dated(row)).map(|(id, row)| (id, &*row.values)).collect()
}

/// The records that are live, be it on a later day.
pub(super) fn live<'r>(rows: &'r [LedgerRow], known: &str) -> BTreeMap<&'r str, &'r LedgerRow> {
    holding(rows, known, "9999").into_iter().filter(|(_, row)| row.live).collect()
}
