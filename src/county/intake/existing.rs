//! What is on record already, by natural key: read once per township and kind, by whichever thread asks first, and kept as
//! it stands in the ledgers, so that a large import neither searches a ledger for each of its rows nor holds its records.

use super::key_index::{HashSecret, KeyIndex};
use crate::base::day::Year;
use crate::base::fault::{Faults, Result};
use crate::base::id::{Id, IdGenerator};
use crate::base::unseen::{cell_as_compared, cells_look_alike};
use crate::county::County;
use crate::county::ledgers::Ledger;
use crate::ledger::{Columns, IdHasher, IdMap, Row, Validity, columns, is_entry_of, row_at, walk_days};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::{Arc, Mutex, OnceLock};

/// The place of a kind, a township, and the year if the kind's key holds the date.
type ShelfKey = (String, TownshipNo, Option<Year>);
/// What a thread that reads it puts there.
pub(super) type Shelf = OnceLock<Result<ExistingRecords>>;

/// The records of townships, by kind, by their keys.
pub(super) struct ExistingKeys<'a> {
    county: &'a County<'a>,
    secret: HashSecret,
    ids: IdGenerator,
    shelves: Mutex<HashMap<ShelfKey, Arc<Shelf>>>,
}

/// The live records that could have the same key as a row.
pub(super) struct ExistingRecords {
    ledgers: Vec<(Ledger, Columns, Vec<u8>)>,
    hashes: KeyIndex,
    /// By the numbers of the hashes. Of a record that lasts each row that holds on some days is there.
    rows: Vec<RecordPosition>,
    /// Of records that last: where their revisions above 1 stand, in order.
    later: IdMap<Vec<u32>>,
    /// The ids of all records, once they are asked for.
    ids: OnceLock<HashSet<Id, BuildHasherDefault<IdHasher>>>,
}

/// Where a record stands: in which ledger, where it entered that, where it stands in it now.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RecordPosition {
    ledger: u32,
    entered: u32,
    at: u32,
}

/// Ledgers have fewer bytes than this can count.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("a ledger has fewer bytes than four gigabytes")
}

/// In which year a key is looked for: the record's if the key holds the date, else in all.
pub(super) fn year(kind: &Kind, cells: &[impl AsRef<str>]) -> Option<Year> {
    if !kind.key.contains(&FieldNo::DATE) {
        return None;
    }
    cells.first().and_then(|cell| Year::from_iso(cell.as_ref().as_bytes().get(..4)?))
}

impl<'a> ExistingKeys<'a> {
    /// Nothing read yet.
    pub(super) fn new(county: &'a County<'a>) -> ExistingKeys<'a> {
        ExistingKeys { county, secret: HashSecret::default(), ids: IdGenerator::default(), shelves: Mutex::default() }
    }

    /// The hash of a natural key: alike for what looks the same.
    pub(super) fn hash<'c>(&self, township: TownshipNo, key: impl Iterator<Item = &'c [u8]>) -> u64 {
        self.secret.hash(township.index() as u64, key.map(cell_as_compared))
    }

    /// The id of the new record that so many rows stand before: none of those that could be met has it.
    pub(super) fn new_id(&self, row: usize, records: &ExistingRecords) -> Id {
        let numbers = (0..).map(|again: u64| row as u64 + (again << 40));
        let ids = records.ids();
        numbers.map(|number| self.ids.at(number)).find(|id| !ids.contains(id)).expect("there are more ids than records")
    }

    /// Where the records are that could have the same key.
    pub(super) fn shelf(&self, kind: &Kind, township: TownshipNo, year: Option<Year>) -> Arc<Shelf> {
        let mut shelves = self.shelves.lock().expect("no thread panics while it holds this");
        Arc::clone(shelves.entry((kind.id.clone(), township, year)).or_default())
    }

    /// The records of a shelf.
    pub(super) fn records<'s>(
        &self,
        cached: &'s Shelf,
        kind: &Kind,
        township: TownshipNo,
        year: Option<Year>,
    ) -> Result<&'s ExistingRecords> {
        cached.get_or_init(|| self.load(kind, township, year)).as_ref().map_err(Faults::clone)
    }

    fn load(&self, kind: &Kind, township: TownshipNo, only: Option<Year>) -> Result<ExistingRecords> {
        let mut records = ExistingRecords {
            ledgers: Vec::new(),
            hashes: KeyIndex::default(),
            rows: Vec::new(),
            later: IdMap::default(),
            ids: OnceLock::new(),
        };
        for ledger in self.county.ledgers_of(township, kind, only)? {
            let bytes = self.county.snapshot.read(&ledger.path)?;
            let columns = columns(ledger.source(kind, &bytes))?;
            let number = narrow(records.ledgers.len());
            let mut first = IdMap::default();
            let later = &mut records.later;
            walk_days(ledger.source(kind, &bytes), None, |row, days| {
                if row.rev == 1 && days != Some(Validity::ALWAYS) {
                    first.insert(row.id, row.offset());
                }
                if kind.lasting && row.rev > 1 {
                    later.entry(row.id).or_default().push(narrow(row.offset()));
                }
                if days.is_some() && row.state == RecordState::Live {
                    // What was never revised stands where it was entered.
                    let entered = if row.rev == 1 { row.offset() } else { first[&row.id] };
                    records.hashes.push(self.hash(township, kind.key.iter().map(|&field| row.cell(field))));
                    records.rows.push(RecordPosition {
                        ledger: number,
                        entered: narrow(entered),
                        at: narrow(row.offset()),
                    });
                }
                Ok(())
            })?;
            records.ledgers.push((ledger, columns, bytes));
        }
        Ok(records)
    }
}

impl ExistingRecords {
    /// The ids of all records, live or void.
    fn ids(&self) -> &HashSet<Id, BuildHasherDefault<IdHasher>> {
        let of = |bytes: &[u8]| Id::from_bytes(bytes.get(..Id::LEN)?);
        self.ids.get_or_init(|| {
            self.ledgers.iter().flat_map(|(_, _, bytes)| bytes.split(|byte| *byte == b'\n').filter_map(of)).collect()
        })
    }

    /// Whether there could be a record with that key.
    pub(super) fn may_have(&self, hash: u64) -> bool {
        self.hashes.find(hash).next().is_some()
    }

    /// Whether the one live record with that key was entered with just these values, as they stand in a line. False too
    /// where only [`ExistingRecords::twin`] can tell.
    pub(super) fn says(&self, kind: &Kind, hash: u64, values: &[u8]) -> bool {
        let mut alike = self.hashes.find(hash);
        let (Some(number), None) = (alike.next(), alike.next()) else { return false };
        let standing = self.rows[number];
        let (ledger, columns, bytes) = &self.ledgers[standing.ledger as usize];
        is_entry_of(ledger.source(kind, bytes), columns, standing.at as usize, values)
    }

    /// The live record that lasts whose natural key a row has, of several the one that was entered last: the year of its
    /// ledger, and its revisions.
    ///
    /// # Errors
    /// A row of a ledger is faulty.
    pub(super) fn lasting_twin(
        &self,
        kind: &Kind,
        hash: u64,
        cells: &[Cow<'_, str>],
    ) -> Result<Option<(Year, Vec<Revision>)>> {
        let mut found: Option<RecordPosition> = None;
        for number in self.hashes.find(hash) {
            let standing = self.rows[number];
            let same = |row: &Row<'_>| {
                kind.key.iter().all(|&field| cells_look_alike(row.cell(field), cells[field].as_bytes()))
            };
            if found.is_none_or(|other| other < standing) && self.look_at(kind, standing.ledger, standing.at, same)? {
                found = Some(standing);
            }
        }
        let Some(RecordPosition { ledger, entered, .. }) = found else { return Ok(None) };
        let mut history = vec![self.revision_at(kind, ledger, entered)?];
        for at in self.later.get(&history[0].id).into_iter().flatten() {
            history.push(self.revision_at(kind, ledger, *at)?);
        }
        Ok(Some((self.ledgers[ledger as usize].0.year, history)))
    }

    /// Looks at every live record, at each row of it that holds on some days.
    ///
    /// # Errors
    /// A row of a ledger is faulty.
    pub(super) fn each<T>(&self, kind: &Kind, look: impl Fn(&Row<'_>) -> T) -> Result<Vec<T>> {
        self.rows.iter().map(|standing| self.look_at(kind, standing.ledger, standing.at, &look)).collect()
    }

    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method is of rows of one lifetime")]
    fn revision_at(&self, kind: &Kind, ledger: u32, at: u32) -> Result<Revision> {
        self.look_at(kind, ledger, at, |row| row.revision())
    }

    fn look_at<T>(&self, kind: &Kind, ledger: u32, at: u32, look: impl FnOnce(&Row<'_>) -> T) -> Result<T> {
        let (ledger, columns, bytes) = &self.ledgers[ledger as usize];
        Ok(row_at(ledger.source(kind, bytes), columns, at as usize, look)?)
    }

    /// The live record with the same natural key, as `look` sees it; of several the one that was entered last.
    ///
    /// # Errors
    /// A row of a ledger is faulty.
    pub(super) fn twin<T>(
        &self,
        kind: &Kind,
        hash: u64,
        cells: &[Cow<'_, str>],
        look: impl Fn(Year, &Row<'_>) -> T,
    ) -> Result<Option<T>> {
        let mut found: Option<(RecordPosition, T)> = None;
        for number in self.hashes.find(hash) {
            let standing = self.rows[number];
            if found.as_ref().is_some_and(|(other, _)| *other > standing) {
                continue;
            }
            let (ledger, columns, bytes) = &self.ledgers[standing.ledger as usize];
            let source = ledger.source(kind, bytes);
            let seen = row_at(source, columns, standing.at as usize, |row| {
                let same = kind.key.iter().all(|&field| cells_look_alike(row.cell(field), cells[field].as_bytes()));
                same.then(|| look(ledger.year, row))
            })?;
            found = seen.map(|seen| (standing, seen)).or(found);
        }
        Ok(found.map(|(_, seen)| seen))
    }
}
