//! Finding a few rows in a large ledger by their bytes, without an index: only the lines found are split and checked.

use super::{Cells, Columns, IdMap, Lines, Row, Source, first_line};
use crate::base::day::Instant;
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::base::unseen::is_plain_text;
use crate::schema::record::Revision;
use memchr::memmem;

/// How many bytes tell which of several words is rare.
const SAMPLE: usize = 32 << 10;

/// The revisions, in file order, of all records whose id begins with `prefix`.
///
/// # Errors
/// What is wrong with the headings or with a row found.
pub fn revisions_of(source: Source<'_>, prefix: &str) -> Result<Vec<Revision>> {
    let needle = format!("\n{prefix}");
    let found = memmem::find_iter(source.bytes, needle.as_bytes()).map(|at| at + 1);
    rows_at(source, found)
}

/// What a row must hold somewhere.
#[derive(Clone, Debug, Default)]
pub struct RowNeedles<'n> {
    /// Just these bytes: days, tokens, ids.
    pub stored: Vec<&'n str>,
    /// These words, or such as may look like them: a row that holds anything but common characters is taken too, and
    /// whoever asks compares.
    pub words: Vec<&'n str>,
}

/// The records with a row that holds all of `needles` somewhere, each once, in file order.
///
/// # Errors
/// What is wrong with the headings or with a row found.
pub fn ids_holding(source: Source<'_>, needles: &RowNeedles<'_>) -> Result<Vec<Id>> {
    let mut met = std::collections::HashSet::new();
    Ok(rows_holding(source, needles)?.into_iter().map(|row| row.id).filter(|id| met.insert(*id)).collect())
}

/// The rows that hold all of `needles` somewhere, in file order.
///
/// # Errors
/// What is wrong with the headings or with a row found.
pub fn rows_holding(source: Source<'_>, needles: &RowNeedles<'_>) -> Result<Vec<Revision>> {
    let finders = |needles: &[&str]| -> Vec<memmem::Finder<'static>> {
        needles.iter().map(|needle| memmem::Finder::new(needle).into_owned()).collect()
    };
    let mut stored = finders(&needles.stored);
    let mut words = finders(&needles.words);
    // Where nothing in the ledger looks like anything else, words are found by their bytes as days are.
    if stored.is_empty() && is_plain_text(source.bytes) {
        std::mem::swap(&mut stored, &mut words);
    }
    // What is rare at the beginning is rare: only where that stands the others are looked for.
    let sample = &source.bytes[..source.bytes.len().min(SAMPLE)];
    stored.sort_by_cached_key(|finder| finder.find_iter(sample).count());
    let none = memmem::Finder::new("");
    let (first, others) = stored.split_first().map_or((&none, &[][..]), |(first, others)| (first, others));
    let mut found = Vec::new();
    let mut end = memchr::memchr(b'\n', source.bytes).map_or(source.bytes.len(), |end| end + 1);
    // Asked of every line that is left: nothing, which is found everywhere, is not found beyond the last.
    while let Some(rest) = source.bytes.get(end..).filter(|rest| !rest.is_empty())
        && let Some(at) = first.find(rest).map(|at| at + end)
    {
        let start = memchr::memrchr(b'\n', &source.bytes[..at]).map_or(0, |start| start + 1);
        end = memchr::memchr(b'\n', &source.bytes[at..]).map_or(source.bytes.len(), |length| at + length + 1);
        let line = &source.bytes[start..end];
        let holds = |finders: &[memmem::Finder<'_>]| finders.iter().all(|finder| finder.find(line).is_some());
        if holds(others) && (holds(&words) || !is_plain_text(line)) {
            found.push(start);
        }
    }
    rows_at(source, found)
}

/// Every row of a batch, in file order.
///
/// # Errors
/// What is wrong with the headings or with a row found.
pub fn rows_of_batch(source: Source<'_>, batch: Id) -> Result<Vec<Revision>> {
    let needle = format!(",{batch}");
    let starts = memmem::find_iter(source.bytes, needle.as_bytes()).filter_map(|at| {
        let after = source.bytes.get(at + needle.len());
        let start = memchr::memrchr(b'\n', &source.bytes[..at])? + 1;
        matches!(after, None | Some(b'\n')).then_some(start)
    });
    rows_at(source, starts)
}

/// Which of these records stand in a ledger, each with the line of its last row. Looks at nothing but ids, so that what else
/// may be wrong with the ledger hides none.
#[must_use]
pub fn lines_of(bytes: &[u8], is_wanted: impl Fn(Id) -> bool) -> IdMap<usize> {
    let lines = (Lines { bytes, at: 0 }).map(|(_, line)| line).zip(1..).skip(1);
    let record = |line: &[u8]| line.get(..Id::LEN).and_then(Id::from_bytes).filter(|id| is_wanted(*id));
    lines.filter_map(|(line, number)| Some((record(line)?, number))).collect()
}

/// The last row of a ledger; none if there are only headings.
///
/// # Errors
/// What is wrong with the headings or with that row.
pub fn last_row(source: Source<'_>) -> Result<Option<Revision>> {
    let bytes = source.bytes.strip_suffix(b"\n").unwrap_or(source.bytes);
    let start = memchr::memrchr(b'\n', bytes).map(|start| start + 1);
    Ok(rows_at(source, start)?.pop())
}

/// When the last row of a ledger of whatever kind entered it, told from its headings and that row; none where that cannot be
/// told.
#[must_use]
pub fn last_entry(end: &[u8]) -> Option<Instant> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(end);
    let at = reader.byte_headers().ok()?.iter().position(|heading| heading == b"entered_at")?;
    let last = reader.byte_records().last()?.ok()?;
    Instant::from_iso(last.get(at)?)
}

/// The columns of a ledger, by its headings.
///
/// # Errors
/// What is wrong with them.
pub fn columns(source: Source<'_>) -> Result<Columns> {
    let line = (Lines { bytes: source.bytes, at: 0 }).next().map_or(&[][..], |(_, line)| line);
    Columns::read(source, 0, line)
}

fn rows_at(source: Source<'_>, starts: impl IntoIterator<Item = usize>) -> Result<Vec<Revision>> {
    let columns = columns(source)?;
    let mut cells = Cells::default();
    let mut rows = Vec::new();
    for at in starts {
        let line = first_line(&source.bytes[at..]);
        if !line.is_empty() {
            rows.push(columns.row(source, at, line, &mut cells)?.revision());
        }
    }
    Ok(rows)
}

/// Whether the row of a ledger that begins at an offset is an entry with just these values, as they stand in a line. False
/// too where only reading the row could tell.
#[must_use]
pub fn is_entry_of(source: Source<'_>, columns: &Columns, at: usize, values: &[u8]) -> bool {
    let behind_id = source.bytes.get(at + Id::LEN..).filter(|_| columns.are_the_kinds_own());
    let rest = behind_id.and_then(|rest| rest.strip_prefix(b",1,live,")?.strip_prefix(values));
    rest.is_some_and(|rest| rest.first() == Some(&b','))
}

/// Looks at the row of a ledger that begins at an offset, checked.
///
/// # Errors
/// What is wrong with it.
pub fn row_at<T>(
    source: Source<'_>,
    columns: &Columns,
    at: usize,
    look: impl FnOnce(&Row<'_>) -> T,
) -> std::result::Result<T, Fault> {
    let line = first_line(&source.bytes[at..]);
    let mut cells = Cells::default();
    columns.row(source, at, line, &mut cells).map(|row| look(&row))
}
