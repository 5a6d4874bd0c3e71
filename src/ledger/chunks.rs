//! A large ledger in parts, each a run of whole lines, so that several threads read it and nobody holds all of it. Only
//! says whether all is well: where something is amiss, the walk over the whole ledger says what.

use super::timeline::{RevisionTimelines, Validity};
use super::{Cells, Columns, IdMap, IdSet, Lines, Row, Source};
use crate::base::day::{Day, Instant};
use crate::base::fault::Fault;
use crate::base::id::Id;
use crate::schema::record::RecordState;

/// Something in a part is wrong: the whole ledger is to be walked, which says what and where.
#[derive(Clone, Copy, Debug)]
pub struct NeedsFullWalk;

/// A revision above 1, and where its row begins in the file.
#[derive(Clone, Copy, Debug)]
pub struct LaterRevision {
    id: Id,
    rev: u32,
    effective: Option<Day>,
    entered_at: Instant,
    at: u64,
}

/// The records of a ledger that were revised.
#[derive(Debug)]
pub struct RevisedRecords {
    timelines: RevisionTimelines,
    /// Where revision 2 stands.
    second: IdMap<u64>,
}

/// The records that parts of a ledger enter: of one that is never revised, no more is kept than its id.
#[derive(Debug)]
pub struct EnteredRecords {
    /// By a few bits of their hash, so that each lot is compared in little memory.
    lots: Vec<Vec<u64>>,
    /// Of those that are revised, where revision 1 stands.
    first: Vec<(Id, u64)>,
}

/// Into how many lots ids are parted.
pub const LOTS: usize = 64;

/// The revisions above 1 of a part that begins at `at` in its file and holds no headings.
///
/// # Errors
/// One of them is faulty.
pub fn later_revisions(columns: &Columns, chunk: PlacedLines<'_>) -> Result<Vec<LaterRevision>, NeedsFullWalk> {
    let PlacedLines { lines, at } = chunk;
    let mut all = Vec::new();
    let mut cells = Cells::default();
    for (start, line) in (Lines { bytes: lines.bytes, at: 0 }) {
        if columns.is_first_revision(line) {
            continue;
        }
        let row = columns.row(lines, start, line, &mut cells).map_err(|_| NeedsFullWalk)?;
        if row.rev > 1 {
            let id = row.id;
            let rev = row.rev;
            let effective = row.effective;
            let entered_at = row.entered_at;
            all.push(LaterRevision { id, rev, effective, entered_at, at: at + start as u64 });
        }
    }
    Ok(all)
}

impl RevisedRecords {
    /// Puts all revisions above 1 together, in the order of the file.
    ///
    /// # Errors
    /// Those of a record are not 2, 3 and so on.
    pub fn new(
        later: impl IntoIterator<Item = LaterRevision>,
        known: Option<Instant>,
    ) -> Result<RevisedRecords, NeedsFullWalk> {
        let mut revised = RevisedRecords { timelines: RevisionTimelines::new(known), second: IdMap::default() };
        let mut met: IdMap<u32> = IdMap::default();
        for LaterRevision { id, rev, effective, entered_at, at } in later {
            let before = met.insert(id, rev).unwrap_or(1);
            if before + 1 != rev {
                return Err(NeedsFullWalk);
            }
            revised.second.entry(id).or_insert(at);
            revised.timelines.add(id, rev, entered_at, effective);
        }
        Ok(revised)
    }
}

impl Default for EnteredRecords {
    fn default() -> EnteredRecords {
        EnteredRecords { lots: vec![Vec::new(); LOTS], first: Vec::new() }
    }
}

impl EnteredRecords {
    fn add(&mut self, row: &Row<'_>, revised: &RevisedRecords, at: u64) -> Result<(), NeedsFullWalk> {
        if row.rev > 1 {
            return Ok(());
        }
        if row.state == RecordState::Void {
            return Err(NeedsFullWalk);
        }
        self.lots[IdSet::lot(row.id, LOTS)].push(row.id.number());
        if revised.second.contains_key(&row.id) {
            self.first.push((row.id, at));
        }
        Ok(())
    }
}

/// Lines of a large ledger, and their place in it.
#[derive(Clone, Copy, Debug)]
pub struct PlacedLines<'a> {
    /// Whole lines, none of them the headings.
    pub lines: Source<'a>,
    /// Where in the file the first of them begins.
    pub at: u64,
}

/// Walks over a part; as [`walk_days`](super::walk_days) does over the whole.
///
/// # Errors
/// A row is faulty, or `each` finds it so; nothing that `each` saw may then be used.
pub fn walk_chunk(
    columns: &Columns,
    chunk: PlacedLines<'_>,
    revised: &RevisedRecords,
    entered: &mut EnteredRecords,
    mut each: impl FnMut(&Row<'_>, Option<Validity>) -> Result<(), Fault>,
) -> Result<(), NeedsFullWalk> {
    let PlacedLines { lines, at } = chunk;
    let mut cells = Cells::for_lines(lines.bytes);
    for (start, line) in (Lines { bytes: lines.bytes, at: 0 }) {
        let row = columns.row(lines, start, line, &mut cells).map_err(|_| NeedsFullWalk)?;
        entered.add(&row, revised, at + start as u64)?;
        each(&row, revised.timelines.days(row.id, row.rev, row.entered_at)).map_err(|_| NeedsFullWalk)?;
    }
    Ok(())
}

/// Whether no id of a lot is entered twice in parts of one ledger.
#[must_use]
pub fn each_entered_once(parts: &[EnteredRecords], lot: usize) -> bool {
    let ids = || parts.iter().flat_map(|part| part.lots.get(lot).into_iter().flatten());
    let mut met = IdSet::with_room(ids().count());
    ids().all(|&id| met.insert(id))
}

/// Whether every revised record was entered before it was revised.
#[must_use]
pub fn each_entered_before_revised(parts: &[EnteredRecords], revised: &RevisedRecords) -> bool {
    let mut first = parts.iter().flat_map(|part| &part.first);
    let count: usize = parts.iter().map(|part| part.first.len()).sum();
    count == revised.second.len() && first.all(|(id, at)| revised.second.get(id).is_some_and(|second| at < second))
}
