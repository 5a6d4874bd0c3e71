//! A large ledger, counted in parts by all threads, none of which holds more than a part.

use crate::base::fault::Result;
use crate::county::ledgers::Ledger;
use crate::county::view::View;
use crate::figures::tally::{CountSpec, Tally};
use crate::ledger::chunks::{
    EnteredRecords, LOTS, LaterRevision, NeedsFullWalk, PlacedLines, RevisedRecords, each_entered_before_revised,
    each_entered_once, later_revisions,
};
use crate::ledger::{Columns, columns};
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::store::scan;
use std::ops::Range;

/// A part of a ledger, in bytes.
const PART: u64 = 1 << 20;
/// A ledger is large that has more bytes than this.
const LARGE: u64 = 4 * PART;

/// A large ledger, its headings read.
struct LargeLedger<'a> {
    ledger: &'a Ledger,
    kind: &'a Kind,
    columns: Columns,
    length: u64,
    parts: Vec<Range<u64>>,
}

/// What one thread counts of a large ledger, part after part; of no use once something was amiss.
struct PartsCount<'c> {
    tally: Tally<'c>,
    entered: EnteredRecords,
    outcome: std::result::Result<(), NeedsFullWalk>,
}

impl PartsCount<'_> {
    fn add(&mut self, large: &LargeLedger<'_>, chunk: PlacedLines<'_>, revised: &RevisedRecords) {
        if self.outcome.is_ok() {
            let township = large.ledger.township;
            self.outcome = self.tally.add_chunk(&large.columns, chunk, revised, &mut self.entered, township);
        }
    }
}

/// The revisions above 1 that a part holds, by the part's number.
struct PartRevisions {
    part: usize,
    later: std::result::Result<Vec<LaterRevision>, NeedsFullWalk>,
}

impl View<'_> {
    /// Takes out of the jobs the ledgers that are counted in parts.
    pub(crate) fn take_large(&self, count: &CountSpec<'_>, jobs: &mut [Vec<Ledger>]) -> Vec<Ledger> {
        if self.skipped.wanted {
            return Vec::new();
        }
        jobs.iter_mut().flat_map(|job| job.extract_if(.., |ledger| self.is_large(count, ledger))).collect()
    }

    fn is_large(&self, count: &CountSpec<'_>, ledger: &Ledger) -> bool {
        let length = self.county.snapshot.length(&ledger.path);
        length.is_some_and(|length| length > LARGE) && count.may_be_chunked(&ledger.kind)
    }

    /// Counts a large ledger.
    ///
    /// # Errors
    /// Whatever is wrong with it.
    pub(crate) fn count_large<'c>(
        &self,
        count: &'c CountSpec<'c>,
        ledger: &Ledger,
        kinds: &Kinds,
    ) -> Result<Vec<Tally<'c>>> {
        if let Some(large) = self.open_large(ledger, kinds)?
            && let Some(tallies) = self.count_in_parts(count, &large)?
        {
            return Ok(tallies);
        }
        // Read whole, it says what is amiss, and where.
        let mut tally = Tally::new(count);
        let whole = std::slice::from_ref(ledger);
        self.each_ledger(whole, kinds, &mut Vec::new(), |source, township| tally.add_ledger(source, township))?;
        Ok(vec![tally])
    }

    /// Reads the headings; none where it must be read whole.
    fn open_large<'a>(&self, ledger: &'a Ledger, kinds: &'a Kinds) -> Result<Option<LargeLedger<'a>>> {
        let Some(kind) = kinds.get(&ledger.kind) else { return Ok(None) };
        let Some(length) = self.county.snapshot.whole_length(&ledger.path)? else { return Ok(None) };
        let mut headings = Vec::new();
        self.county.snapshot.read_lines(&ledger.path, 0..1, length, &mut headings)?;
        let Ok(columns) = columns(ledger.source(kind, &headings)) else { return Ok(None) };
        let begin = headings.len() as u64;
        let mut first = Vec::new();
        let row = self.county.snapshot.read_lines(&ledger.path, begin..begin + 1, length, &mut first)?;
        self.county.first_records.take(&ledger.path, &[&headings, &first[row..]].concat())?;
        let parts = (begin..length).step_by(usize::try_from(PART).expect("a part of a ledger fits in memory"));
        let parts = parts.map(|start| start..(start + PART).min(length)).collect();
        Ok(Some(LargeLedger { ledger, kind, columns, length, parts }))
    }

    /// Counts it in parts; none where something is amiss.
    fn count_in_parts<'c>(&self, count: &'c CountSpec<'c>, large: &LargeLedger<'_>) -> Result<Option<Vec<Tally<'c>>>> {
        let Some(revised) = self.revised_records(large)? else { return Ok(None) };
        let counts = scan(
            &large.parts,
            self.county.threads,
            || PartsCount { tally: Tally::new(count), entered: EnteredRecords::default(), outcome: Ok(()) },
            |parts, range, buffer| {
                let chunk = self.lines_of_part(large, range, buffer)?;
                parts.add(large, chunk, &revised);
                Ok(())
            },
        )?;
        let mut tallies = Vec::new();
        let mut entered = Vec::new();
        for PartsCount { tally, entered: ids, outcome } in counts {
            if outcome.is_err() {
                return Ok(None);
            }
            tallies.push(tally);
            entered.push(ids);
        }
        let lots: Vec<usize> = (0..LOTS).collect();
        let once = scan(
            &lots,
            self.county.threads,
            || true,
            |all, &lot, _| {
                *all &= each_entered_once(&entered, lot);
                Ok(())
            },
        )?;
        let sound = once.into_iter().all(|once| once) && each_entered_before_revised(&entered, &revised);
        Ok(sound.then_some(tallies))
    }

    /// The revisions above 1 of a large ledger; none where something is amiss.
    fn revised_records(&self, large: &LargeLedger<'_>) -> Result<Option<RevisedRecords>> {
        let numbered: Vec<(usize, &Range<u64>)> = large.parts.iter().enumerate().collect();
        let found = scan(&numbered, self.county.threads, Vec::new, |found, &(part, range), buffer| {
            let chunk = self.lines_of_part(large, range, buffer)?;
            found.push(PartRevisions { part, later: later_revisions(&large.columns, chunk) });
            Ok(())
        })?;
        let mut parts: Vec<PartRevisions> = found.into_iter().flatten().collect();
        parts.sort_by_key(|found| found.part);
        let later: std::result::Result<Vec<_>, NeedsFullWalk> = parts.into_iter().map(|found| found.later).collect();
        Ok(later.and_then(|later| RevisedRecords::new(later.into_iter().flatten(), self.known)).ok())
    }

    /// The lines that begin in a part.
    fn lines_of_part<'b>(
        &self,
        large: &LargeLedger<'b>,
        range: &Range<u64>,
        buffer: &'b mut Vec<u8>,
    ) -> Result<PlacedLines<'b>> {
        let begin = self.county.snapshot.read_lines(&large.ledger.path, range.clone(), large.length, buffer)?;
        let lines = large.ledger.source(large.kind, &buffer[begin..]);
        let at = range.start.saturating_sub(1) + begin as u64;
        Ok(PlacedLines { lines, at })
    }
}
