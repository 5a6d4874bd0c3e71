//! One ledger file: its columns, its rows checked one by one, and its revisions as they stand or as known at a time.
//! A row is one line, so lines are found first and only quoted ones are unquoted. Knows no disk.

pub mod chunks;
mod csv_line;
pub mod excerpt;
mod id_set;
pub mod merge;
mod repair;
pub mod revise;
mod row;
mod seal;
mod search;
mod split;
mod write;

pub use repair::{Repair, RepairedLedger, has_lost_zeros, may_have_lost_zeros, repair};
pub use row::{Columns, Row, header};
pub use seal::{Seal, seal, sha256};
pub use search::{
    RowNeedles, columns, ids_holding, is_entry_of, last_entry, last_row, lines_of, revisions_of, row_at, rows_holding,
    rows_of_batch,
};
pub use split::Cells;
pub use write::{NewRows, Signature, values, write_row};

use id_set::IdSet;

use crate::base::day::{Instant, Year};
use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use crate::schema::kind::Kind;
use crate::schema::record::{RecordState, Revision};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

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

/// Hashes ids: they are random already.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
    }
}

/// A map by id.
pub type IdMap<T> = HashMap<Id, T, BuildHasherDefault<IdHasher>>;

/// The sequence of revisions in the walk: for every id the revision met last.
#[derive(Debug, Default)]
struct RevisionSequence {
    /// Those of which a revision 1 was met.
    entered: IdSet,
    /// Those of which another was, and which one.
    later: IdMap<u32>,
}

/// Walks over all rows of a ledger, checking each; calls `each` with every row and whether it is its record as it
/// stands (or stood, by what was known at `known`).
///
/// # Errors
/// Every faulty row with its place, at most 100; nothing that `each` saw may then be used.
pub fn walk(
    source: Source<'_>,
    known: Option<Instant>,
    mut each: impl FnMut(&Row<'_>, bool) -> std::result::Result<(), Fault>,
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
    let last = last_known(source, &columns, known);
    let mut revisions =
        RevisionSequence { entered: IdSet::with_room(source.bytes.len() / 256), later: IdMap::default() };
    let mut cells = Cells::for_lines(source.bytes);
    let mut faults = Vec::new();
    for (at, line) in lines {
        let checked = columns.row(source, at, line, &mut cells).and_then(|row| {
            revisions.check(&row).map_err(|fault| fault.at(row.place()))?;
            each(&row, is_current(&last, &row, known))
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

/// The highest known revision of every record that was revised. Rows that are faulty are left to the walk.
fn last_known(source: Source<'_>, columns: &Columns, known: Option<Instant>) -> IdMap<u32> {
    let mut last = IdMap::default();
    let mut cells = Cells::default();
    for (at, line) in (Lines { bytes: source.bytes, at: 0 }).skip(1) {
        if columns.is_first_revision(line) {
            continue;
        }
        let Ok(row) = columns.row(source, at, line, &mut cells) else { continue };
        if row.rev > 1 {
            let highest = last.entry(row.id).or_insert(0);
            if known.is_none_or(|known| row.entered_at <= known) {
                *highest = row.rev.max(*highest);
            }
        }
    }
    last
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

/// Whether a row is its record as it stands, or stood by what was `known`; `last` has the highest revision known of every
/// record that was revised, 0 where none above 1 was known yet.
fn is_current(last: &IdMap<u32>, row: &Row<'_>, known: Option<Instant>) -> bool {
    match last.get(&row.id) {
        Some(0) | None => row.rev == 1 && known.is_none_or(|known| row.entered_at <= known),
        Some(&last) => row.rev == last,
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
    walk(source, None, |row, _| {
        all.push(row.revision());
        Ok(())
    })?;
    Ok(all)
}

/// The records of a ledger as they stand, or as known at a time, live and void, in the order of their entry.
///
/// # Errors
/// As [`walk`].
pub fn records(source: Source<'_>, known: Option<Instant>) -> Result<Vec<Revision>> {
    Ok(records_with_entry(source, known)?.into_iter().map(|(revision, _)| revision).collect())
}

/// As [`records`], each with the time at which it entered the ledger: that of its first revision.
///
/// # Errors
/// As [`walk`].
pub fn records_with_entry(source: Source<'_>, known: Option<Instant>) -> Result<Vec<(Revision, Instant)>> {
    select_records(source, known, |_| true)
}

/// As [`records_with_entry`], of those records only of which `wanted` holds as they stand: the others take no memory.
///
/// # Errors
/// As [`walk`].
pub fn select_records(
    source: Source<'_>,
    known: Option<Instant>,
    wanted: impl Fn(&Row<'_>) -> bool,
) -> Result<Vec<(Revision, Instant)>> {
    let mut all = Vec::new();
    let mut count = 0;
    // Where the first revision does not stand, its place among the records is needed again.
    let mut first = IdMap::default();
    walk(source, known, |row, stands| {
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

/// The whole ledger under its kind's present columns: when a kind has gained a field, the first row that needs it has the
/// file written anew. No value and no order of rows changes.
///
/// # Errors
/// As [`walk`].
pub fn widen(source: Source<'_>) -> Result<Vec<u8>> {
    let mut file = header(source.kind);
    let columns = Columns::read(source, 0, file.trim_ascii_end())?;
    walk(source, None, |row, _| {
        file.extend(write_row(&row.revision(), &columns)?);
        Ok(())
    })?;
    Ok(file)
}

#[cfg(test)]
pub(crate) mod tests;
