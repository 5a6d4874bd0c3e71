//! What is on record already, by natural key: read once per township and kind, so that a large import does not search a
//! ledger for each of its rows; and the rows that this import brought before.

use crate::cli::county::{County, Ledger, ledger_path};
use crate::day::Year;
use crate::fault::{Place, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::ledger::{IdHasher, records};
use crate::record::{Revision, State};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// A live record with its year.
pub(super) type Standing = (Year, Revision);

/// The place of a kind, a township, and the year if the kind's key holds the date.
type Shelf = (usize, usize, Option<Year>);

/// The values of a natural key.
type Key = Vec<String>;

/// The records of townships, by kind, by their keys.
pub(super) struct Known<'a> {
    county: &'a County<'a>,
    kinds: Vec<String>,
    places: HashMap<Shelf, usize>,
    /// What is on record, by the places of shelves; none: not read yet.
    read: Vec<Option<HashMap<Key, Standing>>>,
    rows: Rows,
    /// The ids of all that was read, and of what this import enters.
    ids: HashSet<Id, BuildHasherDefault<IdHasher>>,
    /// Rows that say the same as one before them, each with the other's place.
    pub again: Vec<(Place, String)>,
}

/// The values of a record's natural key.
fn key(kind: &Kind, cells: &[String]) -> Key {
    kind.key.iter().map(|&field| cells[field].clone()).collect()
}

/// In which year a key is looked for: the record's if the key holds the date, else in all.
fn year(kind: &Kind, cells: &[String]) -> Option<Year> {
    if !kind.key.contains(&0) {
        return None;
    }
    cells.first().and_then(|cell| Year::from_iso(cell.as_bytes().get(..4)?))
}

impl<'a> Known<'a> {
    /// Nothing read yet.
    pub(super) fn new(county: &'a County<'a>) -> Known<'a> {
        let (kinds, places, read) = (Vec::new(), HashMap::new(), Vec::new());
        Known { county, kinds, places, read, rows: Rows::default(), ids: HashSet::default(), again: Vec::new() }
    }

    /// Where the records are that could have the same key.
    fn shelf(&mut self, kind: &Kind, township: usize, cells: &[String]) -> (usize, Option<Year>) {
        let of_kind = self.kinds.iter().position(|id| *id == kind.id).unwrap_or_else(|| {
            self.kinds.push(kind.id.clone());
            self.kinds.len() - 1
        });
        let year = year(kind, cells);
        let next = self.places.len();
        let place = *self.places.entry((of_kind, township, year)).or_insert(next);
        if place == next {
            self.read.push(None);
        }
        (place, year)
    }

    /// The live record of a township with the same natural key.
    pub(super) fn twin(&mut self, kind: &Kind, township: usize, cells: &[String]) -> Result<Option<&Standing>> {
        let (place, year) = self.shelf(kind, township, cells);
        if self.read[place].is_none() {
            self.read[place] = Some(self.load(kind, township, year)?);
        }
        let known = self.read[place].as_ref().filter(|known| !known.is_empty());
        Ok(known.and_then(|known| known.get(&key(kind, cells))))
    }

    /// An id for a new record that none of those met has: among a million, two could be alike.
    pub(super) fn new_id(&mut self) -> Id {
        loop {
            let id = Id::random();
            if self.ids.insert(id) {
                return id;
            }
        }
    }

    /// Begins a table: `called` is what stands before the numbers of its rows.
    pub(super) fn table(&mut self, called: String) {
        self.rows.tables.push(called);
    }

    /// Notes a row of the table begun last; gives where the same key came from before, and with which values.
    pub(super) fn note(
        &mut self,
        kind: &Kind,
        township: usize,
        cells: &[String],
        line: usize,
    ) -> Option<(String, Vec<String>)> {
        let (place, _) = self.shelf(kind, township, cells);
        self.rows.note(place, kind, cells, line)
    }

    fn load(&mut self, kind: &Kind, township: usize, only: Option<Year>) -> Result<HashMap<Key, Standing>> {
        let mut found = HashMap::new();
        let Some(id) = self.county.in_order().get(township).map(|township| township.id.as_str()) else {
            return Ok(found);
        };
        for ledger in self.ledgers(id, kind, township, only) {
            let bytes = self.county.snapshot.read(&ledger.path)?;
            for record in records(ledger.source(kind, &bytes), None)? {
                self.ids.insert(record.id);
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

/// Stands behind each value of a row; no value holds it, since a row is one line.
const END: char = '\n';

/// The rows of this import, packed: there can be a million.
#[derive(Default)]
struct Rows {
    /// What stands before the numbers of the rows of each table.
    tables: Vec<String>,
    noted: Vec<Noted>,
    texts: String,
    /// By the hash of its key, the row noted last.
    last: HashMap<u64, u32, BuildHasherDefault<IdHasher>>,
    hasher: RandomState,
}

struct Noted {
    /// Where its values begin.
    start: usize,
    line: u32,
    table: u32,
    shelf: u32,
    /// The row before it whose key has the same hash.
    before: Option<u32>,
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Rows {
    fn note(&mut self, within: usize, kind: &Kind, cells: &[String], line: usize) -> Option<(String, Vec<String>)> {
        let mut hasher = self.hasher.build_hasher();
        hasher.write_usize(within);
        for &field in &kind.key {
            hasher.write(cells[field].as_bytes());
            hasher.write_u8(0xff);
        }
        let hash = hasher.finish();
        let last = self.last.get(&hash).copied();
        let mut met = last;
        while let Some(row) = met.and_then(|at| self.noted.get(at as usize)) {
            let values = self.values(row);
            let same = |&field: &usize| values.clone().nth(field) == Some(cells[field].as_str());
            if row.shelf == narrow(within) && kind.key.iter().all(same) {
                let found = format!("{}{}", self.tables[row.table as usize], row.line);
                return Some((found, values.take(cells.len()).map(str::to_owned).collect()));
            }
            met = row.before;
        }
        self.last.insert(hash, narrow(self.noted.len()));
        self.noted.push(Noted {
            start: self.texts.len(),
            line: narrow(line),
            table: narrow(self.tables.len().saturating_sub(1)),
            shelf: narrow(within),
            before: last,
        });
        for cell in cells {
            self.texts.push_str(cell);
            self.texts.push(END);
        }
        None
    }

    /// The values of a row, and of those behind it.
    fn values(&self, row: &Noted) -> impl Iterator<Item = &str> + Clone {
        self.texts.get(row.start..).unwrap_or_default().split_terminator(END)
    }
}
