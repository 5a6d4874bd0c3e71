//! Everything that is wrong in a data directory, and the ledgers whose format can be restored.

mod load;

use crate::base::day::Instant;
use crate::base::fault::{Fault, Level, Result};
use crate::base::paths::SETTINGS;
use crate::check::{Checker, EvidenceFile, LedgerFindings, restore};
use crate::ledger::Repair;
use crate::report::check::CheckOutcome;
use crate::store::{Change, Snapshot, scan};
use load::CheckInput;
use std::collections::BTreeMap;

/// Everything that is wrong in a county, or errors alone (of a province's records, very many can be doubtful): errors first,
/// then by place.
///
/// # Errors
/// A worker failed.
pub(crate) fn check_everything(
    snapshot: &Snapshot,
    threads: usize,
    least: Level,
    clock: Instant,
) -> Result<CheckOutcome> {
    check(snapshot, &PlannedBytes::new(), threads, least, clock)
}

/// Ledgers as they would be, by path.
pub(crate) type PlannedBytes<'a> = BTreeMap<&'a str, &'a [u8]>;

/// What would be wrong in a county if some of its ledgers were as they are planned: errors alone.
///
/// # Errors
/// A worker failed.
pub(crate) fn errors_with(
    snapshot: &Snapshot,
    planned: &PlannedBytes<'_>,
    threads: usize,
    clock: Instant,
) -> Result<Vec<Fault>> {
    Ok(check(snapshot, planned, threads, Level::Error, clock)?.faults)
}

fn check(
    snapshot: &Snapshot,
    planned: &PlannedBytes<'_>,
    threads: usize,
    least: Level,
    clock: Instant,
) -> Result<CheckOutcome> {
    let mut loaded = CheckInput::load(snapshot, planned.keys().copied(), clock);
    let rules = if least == Level::Error { loaded.rules().without_doubts() } else { loaded.rules() };
    let jobs: Vec<usize> = (0..loaded.sheets.len()).collect();
    let work = |worker: &mut (Vec<LedgerFindings>, Vec<(usize, Fault)>), &at: &usize, buffer: &mut Vec<u8>| {
        let sheet = &loaded.sheets[at];
        if let Some(bytes) = planned.get(sheet.path.as_str()) {
            worker.0.push(rules.read(at, sheet, bytes));
            return Ok(());
        }
        match snapshot.read_into(&sheet.path, buffer) {
            Ok(()) => worker.0.push(rules.read(at, sheet, buffer)),
            Err(found) => worker.1.extend(found.0.into_iter().map(|fault| (at, fault))),
        }
        Ok(())
    };
    let mut readings = Vec::new();
    let mut faults = Vec::new();
    let mut unread = loaded.unread.clone();
    for (some, failed) in scan(&jobs, threads, Default::default, work)? {
        readings.extend(some);
        for (at, fault) in failed {
            unread.extend(load::kind_of(&loaded.sheets[at].path));
            faults.push(fault);
        }
    }
    let mut checker = Checker::new(&rules, &loaded.sheets, unread);
    let mut files = Vec::new();
    for mut reading in readings {
        files.append(&mut reading.files);
        checker.take(reading);
    }
    faults.extend(missing_files(snapshot, files)?);
    let rows = checker.rows();
    faults.extend(checker.finish(&mut |path| match planned.get(path) {
        Some(bytes) => Some(bytes.to_vec()),
        None => snapshot.read(path).ok(),
    }));
    faults.extend(snapshot.warnings());
    faults.extend_from_slice(snapshot.mixed());
    let townships = loaded.townships.len();
    let ledgers = loaded.sheets.len();
    faults.append(&mut loaded.faults);
    faults.retain(|fault| fault.level <= least);
    faults.sort_by(|one, other| (one.level, sort_key(one)).cmp(&(other.level, sort_key(other))));
    Ok(CheckOutcome { faults, townships, ledgers, rows })
}

fn sort_key(fault: &Fault) -> Option<(&str, usize, usize)> {
    fault.place.as_ref().map(|place| (place.file.as_str(), place.line, place.column))
}

/// A warning for each file that a record names and that is not there.
fn missing_files(snapshot: &Snapshot, files: Vec<EvidenceFile>) -> Result<Vec<Fault>> {
    let mut missing = Vec::new();
    for file in files {
        if !snapshot.holds(&file.path)? {
            missing.push(file.missing_fault());
        }
    }
    Ok(missing)
}

/// A ledger and what is changed in it.
pub(crate) struct LedgerRepairs {
    /// The ledger's path.
    pub path: String,
    /// What is changed.
    pub repairs: Vec<Repair>,
}

/// The ledgers that read once their format is restored, as they will be, and what is changed in each.
///
/// # Errors
/// A file cannot be opened or read: then nothing is restored, for it cannot be told what else is there.
pub(crate) fn repairs(snapshot: &Snapshot, clock: Instant) -> Result<(Change, Vec<LedgerRepairs>)> {
    snapshot.read(SETTINGS)?;
    let loaded = CheckInput::load(snapshot, [], clock);
    let rules = loaded.rules();
    let mut change = Change::default();
    let mut repairs = Vec::new();
    for sheet in &loaded.sheets {
        let bytes = snapshot.read(&sheet.path)?;
        if let Some((repaired, left)) = restore(rules.source(sheet, &bytes))
            && left.is_empty()
        {
            repairs.push(LedgerRepairs { path: sheet.path.clone(), repairs: repaired.repairs });
            change.puts.insert(sheet.path.clone(), repaired.bytes);
        }
    }
    Ok((change, repairs))
}
