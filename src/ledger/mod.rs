//! One ledger file: its columns, its rows checked one by one, and its revisions as they stand or as known at a time.
//! A row is one line, so lines are found first and only quoted ones are unquoted. Knows no disk.

pub mod changes;
pub mod chunks;
mod csv_line;
pub mod excerpt;
mod id_map;
mod id_set;
pub mod merge;
mod repair;
pub mod revise;
mod row;
mod seal;
mod search;
mod split;
mod timeline;
mod write;

pub use id_map::{IdHasher, IdMap};
pub use repair::{Repair, RepairedLedger, has_lost_zeros, may_have_lost_zeros, repair};
pub use row::{ChangeColumn, Columns, Row, header};
pub use seal::{Seal, seal, sha256};
pub use search::{
    RowNeedles, columns, ids_holding, is_entry_of, last_entry, last_row, lines_of, revisions_of, row_at, rows_holding,
    rows_of_batch,
};
pub use split::Cells;
pub use timeline::{AsOf, Timeline, Validity};
pub use write::{NewRows, Signature, values, write_row};

use id_set::IdSet;
use timeline::RevisionTimelines;

use crate::base::day::{Instant, Year};
use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use crate::schema::kind::Kind;
use crate::schema::record::{RecordState, Revision};

/// Where a ledger's bytes come from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file, as a person would name it.
    pub file: &'a str,
    /// Its kind.
    pub kind: &'a Kind,
    /// Its year folder.
    pub year: Year,
    /// Its whole rows.
    pub bytes: &'a [u8],
}

/// The sequence of revisions in the walk: for every id the revision met last.
#[derive(Debug, Default)]
struct RevisionSequence {
    /// Those of which a revision 1 was met.
    entered: IdSet,
    /// Those of which another was, and which one.
    later: IdMap<u32>,
}

/// Walks over all rows of a ledger, checking each; calls `each` with every row and whether it is its record as it is from
/// there.
///
/// # Errors
/// Every faulty row with its place, at most 100; nothing that `each` saw may then be used.
pub fn walk(
    source: Source<'_>,
    at: AsOf,
    mut each: impl FnMut(&Row<'_>, bool) -> std::result::Result<(), Fault>,
) -> Result<()> {
    walk_days(source, at.known, |row, days| each(row, days.is_some_and(|days| days.holds(at))))
}

/// Walks over all rows of a ledger, checking each; calls `each` with every row and the days on which it holds, if it does on
/// any by what was known.
///
/// # Errors
/// As [`walk`].
pub fn walk_days(
    source: Source<'_>,
    known: Option<Instant>,
    mut each: impl FnMut(&Row<'_>, Option<Validity>) -> std::result::Result<(), Fault>,
) -> Result<()> {
    let mut lines = Lines { bytes: source.bytes, at: 0 };
    let Some((at, first)) = lines.next() else {
        return Fault::new(
            "empty-ledger",
            text!("台账是空的，连表头也没有", "the ledger is empty: even the headings are missing"),
        )
        .at(Place::file(source.file))
        .hint(text!("删除这个空文件，或从备份恢复", "delete this empty file, or restore it from a backup"))
        .fail();
    };
    let columns = Columns::read(source, at, first)?;
    let timelines = timelines(source, &columns, known);
    let mut revisions =
        RevisionSequence { entered: IdSet::with_room(source.bytes.len() / 256), later: IdMap::default() };
    let mut cells = Cells::for_lines(source.bytes);
    let mut faults = Vec::new();
    for (at, line) in lines {
        let checked = columns.row(source, at, line, &mut cells).and_then(|row| {
            revisions.check(&row).map_err(|fault| fault.at(row.place()))?;
            each(&row, timelines.days(row.id, row.rev, row.entered_at))
        });
        if let Err(fault) = checked {
            faults.push(fault);
            if faults.len() >= 100 {
                break;
            }
        }
    }
    crate::base::fault::Faults::unless(faults, || ())
}

/// What holds when of every record that was revised. Rows that are faulty are left to the walk.
fn timelines(source: Source<'_>, columns: &Columns, known: Option<Instant>) -> RevisionTimelines {
    let mut timelines = RevisionTimelines::new(known);
    let mut cells = Cells::default();
    for (at, line) in (Lines { bytes: source.bytes, at: 0 }).skip(1) {
        if columns.is_first_revision(line) {
            continue;
        }
        let Ok(row) = columns.row(source, at, line, &mut cells) else { continue };
        if row.rev > 1 {
            timelines.add(row.id, row.rev, row.entered_at, row.effective);
        }
    }
    timelines
}

impl RevisionSequence {
    fn check(&mut self, row: &Row<'_>) -> std::result::Result<(), Fault> {
        let id = row.id;
        let rev = row.rev;
        let met = self.insert(id, rev);
        if rev == met + 1 {
            if rev == 1 && row.state == RecordState::Void {
                return Err(Fault::new(
                    "begins-void",
                    text!("记录 {id} 的第一次修订就是作废", "the first revision of record {id} is void"),
                )
                .hint(text!("第 1 次修订必须为 live", "revision 1 must be live")));
            }
            return Ok(());
        }
        let wanted = met + 1;
        Err(if rev <= met {
            Fault::new(
                "repeated-revision",
                text!("记录 {id} 的第 {rev} 次修订重复", "duplicate revision {rev} of record {id}"),
            )
        } else {
            Fault::new(
                "missing-revision",
                text!(
                    "记录 {id} 缺第 {wanted} 次修订，此处已是第 {rev} 次",
                    "record {id} has no revision {wanted}: this is revision {rev}"
                ),
            )
        }
        .hint(text!(
            "台账只能追加，不能删改；请从备份恢复该文件",
            "ledgers are append-only: restore the file from a backup"
        )))
    }

    /// The revision of a record met before this one; 0 if none was.
    fn insert(&mut self, id: Id, rev: u32) -> u32 {
        if rev == 1 {
            let again = u32::from(!self.entered.insert(id.number()));
            return self.later.get_mut(&id).map_or(again, |met| std::mem::replace(met, rev));
        }
        let before = self.later.insert(id, rev);
        before.unwrap_or_else(|| u32::from(self.entered.contains(id.number())))
    }
}

/// Lines with the offset at which they begin; the line end is left out, an empty last line too.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let line = first_line(rest);
        self.at = start + line.len() + 1;
        Some((start, line))
    }
}

/// What stands before the first line end, or all.
#[inline]
fn first_line(bytes: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', bytes).map_or(bytes, |end| &bytes[..end])
}

/// A line without the carriage return that other programs end it with.
fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// All revisions of a ledger, in file order, checked.
///
/// # Errors
/// As [`walk`].
pub fn revisions(source: Source<'_>) -> Result<Vec<Revision>> {
    let mut all = Vec::new();
    walk(source, AsOf::LATEST, |row, _| {
        all.push(row.revision());
        Ok(())
    })?;
    Ok(all)
}

/// The records of a ledger as they are from there, live and void, in the order of their entry.
///
/// # Errors
/// As [`walk`].
pub fn records(source: Source<'_>, at: AsOf) -> Result<Vec<Revision>> {
    Ok(records_with_entry(source, at)?.into_iter().map(|(revision, _)| revision).collect())
}

/// As [`records`], each with the time at which it entered the ledger: that of its first revision.
///
/// # Errors
/// As [`walk`].
pub fn records_with_entry(source: Source<'_>, at: AsOf) -> Result<Vec<(Revision, Instant)>> {
    select_records(source, at, |_| true)
}

/// As [`records_with_entry`], of those records only of which `wanted` holds as they stand: the others take no memory.
///
/// # Errors
/// As [`walk`].
pub fn select_records(
    source: Source<'_>,
    at: AsOf,
    wanted: impl Fn(&Row<'_>) -> bool,
) -> Result<Vec<(Revision, Instant)>> {
    let mut all = Vec::new();
    let mut count = 0;
    // Where the first revision does not stand, its place among the records is needed again.
    let mut first = IdMap::default();
    walk(source, at, |row, stands| {
        if row.rev == 1 && !stands {
            first.insert(row.id, (count, row.entered_at));
        } else if stands && wanted(row) {
            let (position, entered) = first.get(&row.id).copied().unwrap_or((count, row.entered_at));
            all.push((position, row.revision(), entered));
        }
        count += usize::from(row.rev == 1);
        Ok(())
    })?;
    all.sort_by_key(|(place, ..)| *place);
    Ok(all.into_iter().map(|(_, revision, entered)| (revision, entered)).collect())
}

/// The whole ledger under its kind's present columns, with one for changes where it has that or is to have it: when a kind
/// has gained a field, or a record changes for the first time, the first row that needs the column has the file written
/// anew. No value and no order of rows changes.
///
/// # Errors
/// As [`walk`].
pub fn widen(source: Source<'_>, change: ChangeColumn) -> Result<Vec<u8>> {
    let has_changes = columns(source)?.effective.is_some();
    let change = if has_changes { ChangeColumn::Present } else { change };
    let mut file = header(source.kind, change);
    let columns = Columns::read(source, 0, file.trim_ascii_end())?;
    walk(source, AsOf::LATEST, |row, _| {
        file.extend(write_row(&row.revision(), &columns)?);
        Ok(())
    })?;
    Ok(file)
}

#[cfg(test)]
pub(crate) mod tests;
