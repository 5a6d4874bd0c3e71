//! Late entries (补录): what a command writes for months that are closed. Each row keeps why it comes late.

mod lasting;

use super::County;
use super::closings;
use super::ledgers::Ledger;
use crate::base::day::{Day, Month};
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::merge::PARTING;
use crate::ledger::{AsOf, NewRows, revisions_of, walk};
use crate::schema::kind::Kind;
use std::collections::{BTreeMap, HashMap, HashSet};

/// As many records are looked for one by one before a ledger is read through for all.
const FEW: usize = 4;

/// The late entries (补录) among the rows: those of closed months. Each keeps why it comes late.
#[derive(Debug, Default)]
pub(crate) struct LateEntries {
    closed: HashSet<Month>,
    reason: Option<String>,
    /// How many records there are of each month.
    records: BTreeMap<Month, usize>,
    /// The record that was counted last: its rows stand together, and it counts once.
    last: Option<Id>,
    /// The dates of the records as they stand, of the ledgers in which some are corrected.
    before: HashMap<String, HashMap<Id, Day>>,
    /// How many records were looked for one by one, by ledger.
    sought: HashMap<String, usize>,
    faults: Vec<Fault>,
}

impl LateEntries {
    /// Nothing written yet.
    pub(crate) fn new(county: &County<'_>, reason: Option<String>) -> LateEntries {
        let closed = closings::paths(county).into_keys().map(|(month, _)| month).collect();
        LateEntries { closed, reason, ..LateEntries::default() }
    }

    /// Why rows come late, where that is not said.
    pub(crate) fn because(&mut self, reason: &str) {
        self.reason.get_or_insert_with(|| reason.to_owned());
    }

    /// Nothing is to be written after all.
    pub(crate) fn clear(&mut self) {
        self.records.clear();
        self.last = None;
    }

    /// Gives the rows that come late the reason why, from a row on. Those of a record that lasts are judged together, by
    /// [`LateEntries::mark_lasting`].
    pub(crate) fn mark(&mut self, county: &County<'_>, ledger: &Ledger, kind: &Kind, rows: &mut NewRows, from: usize) {
        if self.closed.is_empty() || kind.lasting {
            return;
        }
        let kept: Vec<usize> = rows.kept_rows().filter(|row| *row >= from).collect();
        for row in kept {
            // A correction can also take a record out of a closed month.
            let record = rows.record(row);
            let corrected = record.filter(|(_, rev)| *rev > 1);
            let before = corrected.and_then(|(id, _)| self.date_before(county, ledger, kind, id));
            let Some(month) = self.closed_month(date_of_row(rows, row).into_iter().chain(before)) else { continue };
            let id = record.map(|(id, _)| id);
            if id.is_none() || id != self.last {
                *self.records.entry(month).or_default() += 1;
            }
            self.last = id;
            self.give_reason(rows, row);
        }
    }

    /// The first closed month that has one of the days.
    fn closed_month(&self, days: impl IntoIterator<Item = Day>) -> Option<Month> {
        days.into_iter().map(Day::month).filter(|month| self.closed.contains(month)).min()
    }

    /// Says of a row why it comes late.
    fn give_reason(&self, rows: &mut NewRows, row: usize) {
        let reason = rows.reason(row);
        if let Some(late) = self.reason.as_ref().filter(|late| **late != reason) {
            let parted = if reason.is_empty() { String::new() } else { PARTING.to_string() };
            let reason = format!("{reason}{parted}{late}");
            rows.set_reason(row, reason);
        }
    }

    /// What is worth saying of the late entries.
    ///
    /// # Errors
    /// There are some, and no reason is given; a ledger cannot be read.
    pub(crate) fn take_faults(&mut self) -> Result<Vec<Fault>> {
        let mut told = std::mem::take(&mut self.faults);
        told.extend(self.of_months());
        Faults::unless(told.clone(), || told)
    }

    /// What would be said of the late entries of a draft that was only tried.
    pub(crate) fn dry_run_warnings(&self) -> Vec<Fault> {
        self.of_months().map(|fault| Fault { level: Level::Warning, ..fault }).collect()
    }

    fn of_months(&self) -> impl Iterator<Item = Fault> + '_ {
        self.records.iter().map(|(month, records)| late_entries_fault(*month, *records, self.reason.is_some()))
    }

    /// The date of a record as it stands in its ledger. Of a few it is looked for by their ids, for many the ledger is read
    /// through once.
    fn date_before(&mut self, county: &County<'_>, ledger: &Ledger, kind: &Kind, id: Id) -> Option<Day> {
        let path = &ledger.path;
        if !county.snapshot.has(path) {
            return None;
        }
        if !self.before.contains_key(path) {
            let sought = self.sought.entry(path.clone()).or_default();
            *sought += 1;
            if *sought <= FEW
                && let Ok(date) = date_of(county, ledger, kind, id)
            {
                return date;
            }
            let mut days = HashMap::new();
            let read = county.snapshot.read(path).and_then(|bytes| {
                walk(ledger.source(kind, &bytes), AsOf::LATEST, |row, stands| {
                    if stands {
                        days.insert(row.id, row.date);
                    }
                    Ok(())
                })
            });
            self.faults.extend(read.err().into_iter().flat_map(|Faults(faults)| faults));
            self.before.insert(path.clone(), days);
        }
        self.before.get(path)?.get(&id).copied()
    }
}

/// The date of the record of a row.
fn date_of_row(rows: &NewRows, row: usize) -> Option<Day> {
    rows.line(row).get(..10).and_then(Day::from_iso)
}

/// The date of a record as it stands, looked for by its id.
///
/// # Errors
/// The ledger cannot be read, or one of the record's rows is faulty.
fn date_of(county: &County<'_>, ledger: &Ledger, kind: &Kind, id: Id) -> Result<Option<Day>> {
    let id = id.to_string();
    let mut last = None;
    let mut buffer = Vec::new();
    for part in county.snapshot.chunks(&ledger.path) {
        let bytes = county.snapshot.read_chunk(&ledger.path, part, &mut buffer)?;
        last = revisions_of(ledger.source(kind, bytes), &id)?.pop().or(last);
    }
    Ok(last.and_then(|last| last.date()))
}

/// What is said of the late entries of a month: without a reason they are refused.
fn late_entries_fault(month: Month, records: usize, given: bool) -> Fault {
    let what = text!(
        "{month} 已经定稿，其中 {records} 条是补录或更正",
        "{month} is already closed: {records} late",
        records = Text::count(records, "record is", "records are")
    );
    if given {
        let hint = text!("前后对照：culture restate {month}", "to compare: culture restate {month}");
        return Fault::warning("late-entry", what).hint(hint);
    }
    Fault::usage("late-entry", what).hint(text!("确需登记，加 --late 事由", "to record them anyway, add --late REASON"))
}
