//! Which rows of records that last come late. A correction rewrites every segment from the first that is another, and a change
//! that is taken back says again what was before it: so not the days of the rows tell, but those on which the record has
//! another timeline than it had.

use super::{FEW, LateEntries, date_of_row};
use crate::base::fault::{Faults, Result};
use crate::base::id::Id;
use crate::county::County;
use crate::county::ledgers::Ledger;
use crate::ledger::revise::{presence, timeline};
use crate::ledger::{AsOf, IdMap, NewRows, revisions_of, walk};
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use std::collections::BTreeMap;

/// Where rows stand: in which lot, and in which place there.
type Places = Vec<(usize, usize)>;
/// What a ledger holds of records.
type Histories = IdMap<Vec<Revision>>;

impl LateEntries {
    /// Gives the rows that come late the reason why: all that a command writes to a ledger of a kind that lasts.
    pub(crate) fn mark_lasting(&mut self, county: &County<'_>, ledger: &Ledger, kind: &Kind, lots: &mut [NewRows]) {
        if self.closed.is_empty() {
            return;
        }
        let mut revised = revised_records(lots);
        for (lot, rows) in lots.iter_mut().enumerate() {
            let kept: Vec<usize> = rows.kept_rows().collect();
            for row in kept {
                match rows.record(row).and_then(|(id, _)| revised.get_mut(&id)) {
                    Some(places) => places.push((lot, row)),
                    None => self.mark_entry(rows, row),
                }
            }
        }
        match histories(county, ledger, kind, &revised) {
            Ok(known) => {
                for (id, places) in &revised {
                    self.mark_record(lots, known.get(id).map_or(&[], Vec::as_slice), places);
                }
            }
            Err(Faults(faults)) => self.faults.extend(faults),
        }
    }

    /// A record that is new, and did not change.
    fn mark_entry(&mut self, rows: &mut NewRows, row: usize) {
        if let Some(month) = self.closed_month(date_of_row(rows, row)) {
            *self.records.entry(month).or_default() += 1;
            self.give_reason(rows, row);
        }
    }

    /// A record by all its rows: those that its ledger holds, and those that come.
    fn mark_record(&mut self, lots: &mut [NewRows], known: &[Revision], places: &Places) {
        let coming = places.iter().filter_map(|(lot, row)| lots[*lot].revision(*row));
        let whole: Vec<Revision> = known.iter().cloned().chain(coming).collect();
        let [was, now] = [known, &whole].map(|history| presence(timeline(history).as_ref()));
        if let Some(month) = self.closed_month(was.days_of_divergence(&now)) {
            *self.records.entry(month).or_default() += 1;
            for (lot, row) in places {
                self.give_reason(&mut lots[*lot], *row);
            }
        }
    }
}

/// The records of which more than the first revision comes.
fn revised_records(lots: &[NewRows]) -> BTreeMap<Id, Places> {
    let records = lots.iter().flat_map(|rows| rows.kept_rows().filter_map(|row| rows.record(row)));
    records.filter(|(_, rev)| *rev > 1).map(|(id, _)| (id, Places::new())).collect()
}

/// What the ledger holds of them. A few are looked for by their ids, for many the ledger is read through once.
///
/// # Errors
/// The ledger cannot be read.
fn histories(county: &County<'_>, ledger: &Ledger, kind: &Kind, wanted: &BTreeMap<Id, Places>) -> Result<Histories> {
    if wanted.is_empty() || !county.snapshot.has(&ledger.path) {
        return Ok(Histories::default());
    }
    // Where a row is faulty, the whole ledger says in which line.
    if wanted.len() <= FEW
        && let Ok(found) = few_histories(county, ledger, kind, &wanted.keys().copied().collect::<Vec<Id>>())
    {
        return Ok(found);
    }
    let mut all = Histories::default();
    let bytes = county.snapshot.read(&ledger.path)?;
    walk(ledger.source(kind, &bytes), AsOf::LATEST, |row, _| {
        if wanted.contains_key(&row.id) {
            all.entry(row.id).or_default().push(row.revision());
        }
        Ok(())
    })?;
    Ok(all)
}

fn few_histories(county: &County<'_>, ledger: &Ledger, kind: &Kind, wanted: &[Id]) -> Result<Histories> {
    let mut all = Histories::default();
    let mut buffer = Vec::new();
    for part in county.snapshot.chunks(&ledger.path) {
        let bytes = county.snapshot.read_chunk(&ledger.path, part, &mut buffer)?;
        for id in wanted {
            let found = revisions_of(ledger.source(kind, bytes), &id.to_string())?;
            all.entry(*id).or_default().extend(found);
        }
    }
    Ok(all)
}
