//! What commands wrote, batch by batch, and taking it back by further rows.

use super::draft::ChangeDraft;
use super::ledgers::Ledger;
use super::search::{Labels, RecordMatch, Search};
use crate::base::day::Instant;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::id::{Id, is_prefix};
use crate::base::text::Text;
use crate::ledger::revise;
use crate::ledger::{IdMap, revisions, rows_of_batch};
use crate::report::log::{Batch, BatchEntry};
use crate::report::records::difference_by_day;
use crate::schema::record::{RecordState, Revision};
use std::collections::{HashMap, HashSet};

/// So many records that an undo takes back are named one by one; of more it is said how many, ledger by ledger.
const NAMED: usize = 20;

/// What the rows of a batch in one ledger say.
struct LedgerBatch {
    id: Id,
    at: Instant,
    by: String,
    reason: String,
    done: BatchEntry,
    /// The ledger, and its last row of the batch.
    last_row: (String, usize),
}

/// Every batch, newest first.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn all(search: &Search<'_>) -> Result<Vec<Batch>> {
    Ok(joined(ledger_batches(search)?))
}

/// Every batch in every ledger, from whole ledgers.
fn ledger_batches(search: &Search<'_>) -> Result<Vec<LedgerBatch>> {
    let county = search.county;
    search.each(
        |_| true,
        |ledger, source| {
            let mut all: Vec<LedgerBatch> = Vec::new();
            let mut known: HashMap<Id, usize> = HashMap::new();
            let mut records: IdMap<Vec<Revision>> = IdMap::default();
            let township = &county.in_order()[ledger.township];
            for (row, revision) in revisions(source)?.into_iter().enumerate() {
                let at = *known.entry(revision.batch).or_insert_with(|| {
                    all.push(LedgerBatch {
                        id: revision.batch,
                        at: revision.entered_at,
                        by: revision.entered_by.clone(),
                        reason: revision.reason.clone(),
                        done: BatchEntry {
                            township: township.id.clone(),
                            name: township.name.clone(),
                            kind: ledger.kind.clone(),
                            title: source.kind.title.clone(),
                            entered: 0,
                            changed: 0,
                            corrected: 0,
                            voided: 0,
                        },
                        last_row: (ledger.path.clone(), row),
                    });
                    all.len() - 1
                });
                if all[at].reason != revision.reason {
                    all[at].reason.clear();
                }
                all[at].last_row.1 = row;
                records.entry(revision.id).or_default().push(revision);
            }
            for history in records.values() {
                for rows in history.chunk_by(|one, next| one.batch == next.batch) {
                    let batch = &mut all[known[&rows[0].batch]];
                    batch.count(history, rows);
                }
            }
            Ok(all)
        },
    )
}

impl LedgerBatch {
    /// Counts what the batch did to one record, by the rows that it wrote of it.
    fn count(&mut self, history: &[Revision], rows: &[Revision]) {
        let done = &mut self.done;
        let first = &rows[0];
        let state = rows[rows.len() - 1].state;
        match (state, first.rev) {
            (RecordState::Void, _) => done.voided += 1,
            (RecordState::Live, 1) => done.entered += 1,
            (RecordState::Live, _) if is_change(history, rows) => done.changed += 1,
            (RecordState::Live, _) => done.corrected += 1,
        }
    }
}

/// Whether rows say nothing of a record but that it changes from a day on.
fn is_change(history: &[Revision], rows: &[Revision]) -> bool {
    let last = rows.last().map_or(0, |row| row.rev);
    let before = history.partition_point(|one| one.rev < rows[0].rev);
    let after = history.partition_point(|one| one.rev <= last);
    if rows[0].effective.is_none() || history[..before].last().is_none_or(|one| one.state == RecordState::Void) {
        return false;
    }
    let was = revise::versions(&history[..before]);
    let now = revise::versions(&history[..after]);
    was.zip(now).is_some_and(|(was, now)| now.only_changes(&was))
}

/// Batches put together from what they are in each ledger, newest first.
fn joined(parts: Vec<LedgerBatch>) -> Vec<Batch> {
    let mut all: Vec<(Batch, usize)> = Vec::new();
    let mut known: HashMap<Id, usize> = HashMap::new();
    for part in parts {
        let at = *known.entry(part.id).or_insert_with(|| {
            let batch = Batch { id: part.id, at: part.at, by: part.by, reason: part.reason.clone(), done: Vec::new() };
            all.push((batch, 0));
            all.len() - 1
        });
        let (batch, row) = &mut all[at];
        if batch.reason != part.reason {
            batch.reason.clear();
        }
        *row = part.last_row.1.max(*row);
        batch.done.push(part.done);
    }
    // Within a second, what stands further down was written later.
    all.sort_by(|(a, row), (b, other)| (b.at, other, b.id).cmp(&(a.at, row, a.id)));
    all.into_iter().map(|(batch, _)| batch).collect()
}

/// What an undo does in one ledger, in numbers.
struct LedgerUndo {
    ledger: Ledger,
    voided: usize,
    restored: usize,
    put_back: usize,
}

impl LedgerUndo {
    fn new(ledger: &Ledger) -> LedgerUndo {
        LedgerUndo { ledger: ledger.clone(), voided: 0, restored: 0, put_back: 0 }
    }

    fn count(&mut self, last: &Revision, next: &Revision) {
        match (last.state, next.state) {
            (RecordState::Live, RecordState::Void) => self.voided += 1,
            (RecordState::Void, RecordState::Live) => self.restored += 1,
            (RecordState::Live, RecordState::Live) | (RecordState::Void, RecordState::Void) => self.put_back += 1,
        }
    }

    fn words(&self, search: &Search<'_>) -> Result<Text> {
        let name = &search.county.in_order()[self.ledger.township].name;
        let title = &search.kind(&self.ledger)?.title;
        let year = self.ledger.year;
        let mut said = Vec::new();
        for (count, verb) in [
            (self.voided, Text::new("作废", "voided")),
            (self.restored, Text::new("恢复", "restored")),
            (self.put_back, Text::new("改回", "put back")),
        ] {
            if count > 0 {
                said.push(text!("{verb} {count} 条", "{count} {verb}", verb));
            }
        }
        let said = Text::list(&said);
        Ok(text!("  {name} {year} 年{title}：{said}", "  {name} {year} {title}: {said}", title, said))
    }
}

/// What an undo says: each record with what changes, or, of more than [`NAMED`], how many in which ledger.
struct UndoWords<'s> {
    search: &'s Search<'s>,
    labels: Labels<'s>,
    count: usize,
    lines: Vec<Text>,
    ledgers: Vec<LedgerUndo>,
}

impl UndoWords<'_> {
    fn tell(&mut self, found: &RecordMatch, rows: &[Revision]) -> Result<()> {
        if self.count <= NAMED {
            let kind = self.search.kind(&found.ledger)?;
            let words = self.search.description(found);
            let changed = difference_by_day(kind, &found.history, rows, &|field, value| self.labels.of(field, value));
            self.lines.push(text!("  {words}：{changed}", "  {words}: {changed}", words, changed));
            return Ok(());
        }
        // Records come ledger by ledger.
        if self.ledgers.last().is_none_or(|one| one.ledger.path != found.ledger.path) {
            self.ledgers.push(LedgerUndo::new(&found.ledger));
        }
        if let (Some(ledger), Some(next)) = (self.ledgers.last_mut(), rows.last()) {
            ledger.count(found.last(), next);
        }
        Ok(())
    }

    fn lines(self) -> Result<Vec<Text>> {
        let mut lines = self.lines;
        for ledger in &self.ledgers {
            lines.push(ledger.words(self.search)?);
        }
        if !self.ledgers.is_empty() {
            let count = self.count;
            lines.push(text!("共 {count} 条记录", "{count} in all", count = Text::count(count, "record", "records")));
        }
        Ok(lines)
    }
}

/// Drafts the rows that take a batch back; says what changes.
///
/// # Errors
/// A record was revised since, or is referred to by a later batch: everything that stands in the way.
pub(crate) fn take_back(search: &Search<'_>, draft: &mut ChangeDraft, batch: Id, reason: &str) -> Result<Vec<Text>> {
    let records = records_of_batch(search, batch)?;
    let labels = Labels::new(search);
    let mut words = UndoWords { search, labels, count: records.len(), lines: Vec::new(), ledgers: Vec::new() };
    let mut faults = Vec::new();
    let mut voided = HashSet::new();
    for found in &records {
        let rows = match revise::undo(&found.history, batch, reason, &draft.stamp) {
            Ok(rows) => rows,
            Err(Faults(found)) => {
                faults.extend(found);
                continue;
            }
        };
        let Some(next) = rows.last() else { continue };
        if next.state == RecordState::Void && found.last().state == RecordState::Live {
            voided.insert(next.id);
        }
        words.tell(found, &rows)?;
        let kind = search.kind(&found.ledger)?;
        for row in &rows {
            draft.row(search.county, kind, found.ledger.township, found.ledger.year, row);
        }
    }
    faults.extend(check_not_referred(search, &voided, batch)?);
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    words.lines()
}

/// Every record that a batch revised, with its history.
fn records_of_batch(search: &Search<'_>, batch: Id) -> Result<Vec<RecordMatch>> {
    search.each(
        |_| true,
        |ledger, source| {
            let ids: HashSet<Id> = rows_of_batch(source, batch)?.into_iter().map(|row| row.id).collect();
            if ids.is_empty() {
                return Ok(Vec::new());
            }
            let mut found: Vec<RecordMatch> = Vec::new();
            let mut indices: HashMap<Id, usize> = HashMap::new();
            for revision in revisions(source)?.into_iter().filter(|revision| ids.contains(&revision.id)) {
                let at = *indices.entry(revision.id).or_insert_with(|| {
                    found.push(RecordMatch { ledger: ledger.clone(), history: Vec::new() });
                    found.len() - 1
                });
                found[at].history.push(revision);
            }
            Ok(found)
        },
    )
}

/// A fault for every record of a later batch that refers to one which the undo would void.
fn check_not_referred(search: &Search<'_>, voided: &HashSet<Id>, batch: Id) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (id, other) in search.referring_to(voided)? {
        let later = other.last().batch;
        if later == batch {
            continue;
        }
        let words = search.description(&other);
        let what = text!("不能撤销：{words} 引用了 {id}", "cannot undo: {words} refers to {id}", words);
        faults.push(Fault::new("referred-record", what).hint(text!("先撤销批次 {later}", "undo batch {later} first")));
    }
    Ok(faults)
}

/// The batch whose id begins so.
///
/// # Errors
/// There is none, or more than one.
pub(crate) fn find_batch(search: &Search<'_>, word: &str) -> Result<Id> {
    let word = word.trim().to_ascii_lowercase();
    let batches = all(search)?;
    let mut fitting = batches.iter().filter(|batch| is_prefix(&word) && batch.id.to_string().starts_with(&word));
    let hint = || text!("用 culture log 查看批次", "list batches with culture log");
    match (fitting.next(), fitting.next()) {
        (Some(batch), None) => Ok(batch.id),
        (None, _) => Fault::usage("unknown-batch", text!("没有批次“{word}”", "no batch “{word}”")).hint(hint()).fail(),
        (Some(one), Some(other)) => {
            let one = one.id;
            let other = other.id;
            Fault::usage(
                "ambiguous-batch",
                text!("“{word}”可能指几个批次：{one}、{other}", "“{word}” is ambiguous: it could be {one} or {other}"),
            )
            .hint(hint())
            .fail()
        }
    }
}

/// The newest batch of a person.
///
/// # Errors
/// There is none; two of one second in different ledgers cannot be told apart.
pub(crate) fn newest_batch(search: &Search<'_>, by: &str) -> Result<Id> {
    let parts: Vec<LedgerBatch> = ledger_batches(search)?.into_iter().filter(|part| part.by == by).collect();
    let at = parts.iter().map(|part| part.at).max();
    let last: Vec<&LedgerBatch> = parts.iter().filter(|part| Some(part.at) == at).collect();
    let Some(newest) = last.iter().max_by_key(|part| part.last_row.1) else {
        return Fault::usage("nothing-to-undo", text!("“{by}”没有登记过任何批次", "{by} has no batch to undo"))
            .hint(text!(
                "用 culture log 查看；写明批次：culture undo 批次",
                "see culture log, then choose one: culture undo BATCH"
            ))
            .fail();
    };
    let apart = |part: &&&LedgerBatch| {
        part.id != newest.id && !last.iter().any(|one| one.id == newest.id && one.last_row.0 == part.last_row.0)
    };
    if let Some(other) = last.iter().find(apart) {
        let one = newest.id;
        let other = other.id;
        return Fault::usage(
            "ambiguous-batch",
            text!(
                "最后两个批次登记于同一秒，分不清先后：{one}、{other}",
                "the last two batches were written in the same second: {one}, {other}"
            ),
        )
        .hint(text!(
            "用 culture log 核对，再写明批次：culture undo {one}，或 culture undo {other}",
            "look with culture log, then choose one: culture undo {one}, or culture undo {other}"
        ))
        .fail();
    }
    Ok(newest.id)
}
