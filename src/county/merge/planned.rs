//! The county's ledgers as a merge would leave them: whatever the check would then find, and does not find now, is told
//! before anything is written, at the place in the other copy from which it would come.

use super::other_copy::OtherCopy;
use crate::base::day::Instant;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::County;
use crate::county::check::errors_with;
use crate::county::ledgers::Ledger;
use crate::ledger::{ChangeColumn, columns, header, lines_of, widen, write_row};
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use crate::store::scan;
use std::collections::{BTreeMap, HashMap};

/// Ledgers that gain rows, by path.
#[derive(Default)]
pub(super) struct PlannedLedgers {
    ledgers: BTreeMap<String, PlannedLedger>,
}

/// One of them.
struct PlannedLedger {
    /// All its rows.
    bytes: Vec<u8>,
    /// How many of its lines stand already.
    lines: usize,
    /// The records of the others.
    incoming: Vec<Id>,
    /// Those of them that are new here.
    new: Vec<Id>,
}

impl PlannedLedgers {
    /// Takes in the rows that a ledger would gain, behind all that it has.
    ///
    /// # Errors
    /// They do not fit its columns.
    pub(super) fn take(
        &mut self,
        county: &County<'_>,
        ledger: &Ledger,
        kind: &Kind,
        ours: &[Revision],
        rows: &[Revision],
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let changes = ChangeColumn::for_rows(rows);
        let mut bytes = if county.snapshot.has(&ledger.path) {
            let bytes = county.snapshot.read(&ledger.path)?;
            widen(ledger.source(kind, &bytes), changes)?
        } else {
            header(kind, changes)
        };
        let columns = columns(ledger.source(kind, &bytes))?;
        // As when they are written, time does not run backwards.
        let latest = ours.iter().map(|row| row.entered_at).max();
        for row in rows {
            let entered_at = latest.map_or(row.entered_at, |latest| latest.max(row.entered_at));
            bytes.extend(write_row(&Revision { entered_at, ..row.clone() }, &columns)?);
        }
        let incoming = rows.iter().map(|row| row.id).collect();
        let new = rows.iter().filter(|row| row.rev == 1).map(|row| row.id).collect();
        let planned = PlannedLedger { bytes, lines: ours.len() + 1, incoming, new };
        self.ledgers.insert(ledger.path.clone(), planned);
        Ok(())
    }

    /// Looks whether the county would be as sound as it is.
    ///
    /// # Errors
    /// What would be wrong, where it stands in the other copy; a ledger of the county cannot be read.
    pub(super) fn check(self, county: &County<'_>, other: OtherCopy<'_>, clock: Instant) -> Result<()> {
        if self.ledgers.is_empty() {
            return Ok(());
        }
        let elsewhere = self.records_elsewhere(county, other)?;
        Faults::unless(elsewhere, || ())?;
        let bytes: BTreeMap<&str, &[u8]> =
            self.ledgers.iter().map(|(path, planned)| (path.as_str(), planned.bytes.as_slice())).collect();
        let mut faults = errors_with(county.snapshot, &bytes, county.threads, clock)?;
        if !faults.is_empty() {
            let known = errors_with(county.snapshot, &BTreeMap::new(), county.threads, clock)?;
            faults.retain(|fault| !known.iter().any(|known| is_same(fault, known)));
        }
        let located = faults.into_iter().map(|fault| self.locate(fault, other)).collect::<Result<_>>()?;
        Faults::unless(located, || ())
    }

    /// Records that would be new in a ledger, and stand in another one: a fault for each pair of ledgers, for most often a
    /// whole folder got another name.
    fn records_elsewhere(&self, county: &County<'_>, other: OtherCopy<'_>) -> Result<Vec<Fault>> {
        let comes_to: HashMap<Id, &str> =
            self.ledgers.iter().flat_map(|(path, planned)| planned.new.iter().map(|id| (*id, path.as_str()))).collect();
        let paths: Vec<&str> = county.snapshot.ledgers()?.collect();
        let work = |found: &mut Vec<(String, Id, usize)>, path: &&str, buffer: &mut Vec<u8>| {
            county.snapshot.read_into(path, buffer)?;
            found.extend(
                lines_of(buffer, |id| comes_to.contains_key(&id))
                    .into_iter()
                    .map(|(id, line)| ((*path).to_owned(), id, line)),
            );
            Ok(())
        };
        let mut found: Vec<_> = scan(&paths, county.threads, Vec::new, work)?.into_iter().flatten().collect();
        found.sort();
        let mut pairs: BTreeMap<(&str, &str), (Id, usize, usize)> = BTreeMap::new();
        for (here, id, line) in &found {
            pairs.entry((comes_to[id], here)).or_insert((*id, *line, 0)).2 += 1;
        }
        let fault = |((there, here), (id, line, count)): ((&str, &str), (Id, usize, usize))| {
            let what = text!(
                "编号 {id} 在这里属于另一本台账（两本共有 {count} 个相同编号）：{here}:{line}",
                "id {id} stands in another ledger here ({count} in common): {here}:{line}",
                count = Text::count(count, "id", "ids")
            );
            let hint = text!(
                "一条记录只在一本台账中，否则会重复计算：请核对那份数据中的文件夹是否放错、改名或复制过",
                "a record belongs in one ledger only, or it is counted twice: see whether the folder was misplaced, \
                 renamed or copied in the other copy"
            );
            Ok(Fault::new("repeated-id", what).at(other.place_of(there, id)?).hint(hint))
        };
        pairs.into_iter().map(fault).collect()
    }

    /// A fault of a row that would come in, where that stands in the other copy.
    fn locate(&self, fault: Fault, other: OtherCopy<'_>) -> Result<Fault> {
        let Some(place) = &fault.place else { return Ok(fault) };
        let Some(planned) = self.ledgers.get(&place.file) else { return Ok(fault) };
        let Some(id) = place.line.checked_sub(planned.lines + 1).and_then(|at| planned.incoming.get(at)) else {
            return Ok(fault);
        };
        let place = Place { excerpt: None, column: 0, ..other.place_of(&place.file, *id)? };
        Ok(fault.at(place).hint(text!(
            "一条也没有并入。请先在那份数据中改正；引用了别的单位的记录的，不加 --township 一起合并",
            "nothing was merged: correct it in the other copy first; where it refers to a record of another township, \
             merge without --township"
        )))
    }
}

/// Whether two faults are one, though the columns of the ledger may have moved.
fn is_same(one: &Fault, other: &Fault) -> bool {
    let place = |fault: &Fault| fault.place.as_ref().map(|place| (place.file.clone(), place.line));
    one.code == other.code && one.what == other.what && place(one) == place(other)
}
