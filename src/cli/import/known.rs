//! What is on record already, by natural key: read once per township and kind, so that a large import does not search a
//! ledger for each of its rows.

use crate::cli::county::{County, Ledger, ledger_path};
use crate::day::{Day, Year};
use crate::fault::{Place, Result};
use crate::kind::Kind;
use crate::ledger::records;
use crate::record::{Revision, State};
use std::collections::HashMap;

/// A live record with its year.
pub(super) type Standing = (Year, Revision);

/// The township, the kind, and the year if the kind's key holds the date.
type Shelf = (usize, String, Option<Year>);

/// The values of a natural key.
type Key = Vec<String>;

/// Where a row came from, and its values.
type Row = (String, Vec<String>);

/// The records of townships, by kind, by their keys.
pub(super) struct Known<'a> {
    county: &'a County<'a>,
    read: HashMap<Shelf, HashMap<Key, Standing>>,
    /// Rows of this import: where each key came from first, and with which values.
    rows: HashMap<(Shelf, Key), Row>,
    /// Rows that say the same as one before them, each with the other's place.
    pub again: Vec<(Place, String)>,
}

/// The values of a record's natural key.
fn key(kind: &Kind, cells: &[String]) -> Key {
    kind.key.iter().map(|&field| cells[field].clone()).collect()
}

/// In which year a key is looked for: the record's if the key holds the date, else in all.
fn year(kind: &Kind, cells: &[String]) -> Option<Year> {
    let date = cells.first().and_then(|cell| Day::from_iso(cell.as_bytes()));
    date.map(Day::year).filter(|_| kind.key.contains(&0))
}

impl<'a> Known<'a> {
    /// Nothing read yet.
    pub(super) fn new(county: &'a County<'a>) -> Known<'a> {
        Known { county, read: HashMap::new(), rows: HashMap::new(), again: Vec::new() }
    }

    /// The live record of a township with the same natural key.
    pub(super) fn twin(&mut self, kind: &Kind, township: usize, cells: &[String]) -> Result<Option<&Standing>> {
        let place = (township, kind.id.clone(), year(kind, cells));
        if !self.read.contains_key(&place) {
            let found = self.load(kind, township, place.2)?;
            self.read.insert(place.clone(), found);
        }
        Ok(self.read.get(&place).and_then(|known| known.get(&key(kind, cells))))
    }

    /// Notes a row of this import; gives where the same key came from before, and with which values.
    pub(super) fn note(&mut self, kind: &Kind, township: usize, cells: &[String], place: &str) -> Option<Row> {
        let key = ((township, kind.id.clone(), year(kind, cells)), key(kind, cells));
        if let Some(before) = self.rows.get(&key) {
            return Some(before.clone());
        }
        self.rows.insert(key, (place.to_owned(), cells.to_vec()));
        None
    }

    fn load(&self, kind: &Kind, township: usize, only: Option<Year>) -> Result<HashMap<Key, Standing>> {
        let mut found = HashMap::new();
        let Some(id) = self.county.in_order().get(township).map(|township| township.id.as_str()) else {
            return Ok(found);
        };
        for ledger in self.ledgers(id, kind, township, only) {
            let bytes = self.county.snapshot.read(&ledger.path)?;
            for record in records(ledger.source(kind, &bytes), None)? {
                if record.state == State::Live {
                    found.insert(key(kind, &record.values), (ledger.year, record));
                }
            }
        }
        Ok(found)
    }

    fn ledgers(&self, id: &str, kind: &Kind, township: usize, only: Option<Year>) -> Vec<Ledger> {
        let ledger = |year| Ledger { path: ledger_path(id, year, &kind.id), township, year, kind: kind.id.clone() };
        let snapshot = self.county.snapshot;
        if let Some(year) = only {
            return [ledger(year)].into_iter().filter(|ledger| snapshot.has(&ledger.path)).collect();
        }
        let end = format!("/{}.csv", kind.id);
        let within = snapshot.files().filter_map(|path| {
            let year = path.strip_prefix("townships/")?.strip_prefix(id)?.strip_prefix('/')?.strip_suffix(&end)?;
            Year::from_iso(year.as_bytes())
        });
        within.map(ledger).collect()
    }
}
