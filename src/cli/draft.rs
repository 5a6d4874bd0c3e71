//! What a command is about to write, put together while it computes, and handed to the store as a whole.

use super::closings;
use super::county::{County, Ledger, ledger_path};
use super::late::Late;
use crate::change::{Stamp, moment};
use crate::day::{Instant, Year};
use crate::fault::Result;
use crate::id::Id;
use crate::kind::Kind;
use crate::ledger::{Columns, Rows, columns, header, last_row, widened};
use crate::record::Revision;
use crate::store::{Append, Change, scan};
use std::collections::{BTreeMap, HashMap};

/// Rows of which a lot takes fewer bytes than this are put together with those before them.
const SMALL: usize = 128 << 10;

/// What a command is about to write.
#[derive(Debug)]
pub(super) struct Draft {
    /// Who writes, when and in which batch. The time becomes that of the ledgers if theirs is later.
    pub stamp: Stamp,
    rows: Vec<Drafted>,
    /// Which of them each path is.
    places: HashMap<String, usize>,
    puts: BTreeMap<String, Vec<u8>>,
    /// The late entries among the rows.
    pub late: Late,
}

/// What a ledger is about to gain, in lots.
#[derive(Debug)]
struct Drafted {
    ledger: Ledger,
    kind: Kind,
    lots: Vec<Rows>,
}

/// Where rows stand in a draft.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lot {
    ledger: usize,
    number: usize,
    first: usize,
}

impl Draft {
    /// Nothing yet.
    pub(super) fn new(by: String, now: Instant, late: Late) -> Draft {
        let stamp = Stamp { at: now, by, batch: Id::random() };
        Draft { stamp, rows: Vec::new(), places: HashMap::new(), puts: BTreeMap::new(), late }
    }

    /// A row for a township's ledger.
    pub(super) fn row(&mut self, county: &County<'_>, kind: &Kind, township: usize, year: Year, revision: &Revision) {
        let mut rows = Rows::default();
        rows.push(revision);
        self.rows(county, kind, (township, year), rows);
    }

    /// Rows for a township's ledger of a year; says where they stand.
    pub(super) fn rows(
        &mut self,
        county: &County<'_>,
        kind: &Kind,
        (township, year): (usize, Year),
        mut rows: Rows,
    ) -> Option<Lot> {
        let id = &county.in_order().get(township)?.id;
        let path = ledger_path(id, year, &kind.id);
        let ledger = *self.places.entry(path.clone()).or_insert(self.rows.len());
        if ledger == self.rows.len() {
            let ledger = Ledger { path, township, year, kind: kind.id.clone() };
            self.rows.push(Drafted { ledger, kind: kind.clone(), lots: Vec::new() });
        }
        let drafted = self.rows.get_mut(ledger)?;
        self.late.mark(county, (&drafted.ledger, &drafted.kind), &mut rows);
        if rows.size() < SMALL
            && let Some(last) = drafted.lots.last_mut().filter(|last| last.size() < SMALL)
        {
            let first = last.append(&rows);
            return Some(Lot { ledger, number: drafted.lots.len() - 1, first });
        }
        drafted.lots.push(rows);
        Some(Lot { ledger, number: drafted.lots.len() - 1, first: 0 })
    }

    /// The values of a row that stands in the draft.
    pub(super) fn values(&self, lot: Lot, row: usize) -> Vec<String> {
        let rows = self.rows.get(lot.ledger).and_then(|drafted| drafted.lots.get(lot.number));
        rows.map(|rows| rows.values(lot.first + row)).unwrap_or_default()
    }

    /// A whole file.
    pub(super) fn put(&mut self, path: impl Into<String>, text: String) {
        self.puts.insert(path.into(), text.into_bytes());
    }

    /// The moment of a command that writes no rows: not before the clock, what has `entered`, and the newest closing.
    ///
    /// # Errors
    /// The clock is more than a day behind.
    pub(super) fn settle(&mut self, county: &County<'_>, entered: Option<Instant>) -> Result<Instant> {
        self.stamp.at = moment(self.stamp.at, entered.into_iter().chain(closings::newest(county)?))?;
        Ok(self.stamp.at)
    }

    /// Nothing is to be written after all.
    pub(super) fn clear(&mut self) {
        self.only_try();
        self.late.clear();
    }

    /// Nothing is to be written; what would come late is still told.
    pub(super) fn only_try(&mut self) {
        self.rows.clear();
        self.places.clear();
        self.puts.clear();
    }

    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.rows.iter().flat_map(|drafted| &drafted.lots).all(Rows::is_empty)
    }

    /// Everything as the store takes it, with the time of entry settled.
    ///
    /// # Errors
    /// A ledger cannot be read; the clock is more than a day behind.
    pub(super) fn change(mut self, county: &County<'_>, threads: usize) -> Result<Change> {
        self.rows.retain(|drafted| !drafted.lots.iter().all(Rows::is_empty));
        let (mut held, mut ends) = (Vec::new(), Vec::new());
        for Drafted { ledger, kind, .. } in &self.rows {
            let new = header(kind);
            if county.snapshot.has(&ledger.path) {
                let (end, last) = end_of(county, ledger, kind)?;
                held.extend(last.map(|row| row.entered_at));
                ends.push(columns(ledger.source(kind, &end))?);
            } else {
                ends.push(columns(ledger.source(kind, &new))?);
            }
        }
        if !self.rows.is_empty() {
            // What enters in the second of a closing was not known to it.
            held.extend(closings::newest(county)?.map(|at| Instant::new(at.seconds + 1, at.offset)));
        }
        let at = moment(self.stamp.at, held)?;
        let mut change = Change { puts: self.puts, ..Change::default() };
        let mut plain = Vec::new();
        for (drafted, found) in self.rows.into_iter().zip(ends) {
            if drafted.lots.iter().any(|rows| rows.need_more_than(&found)) {
                let whole = drafted.whole(county, at)?;
                change.puts.insert(drafted.ledger.path, whole);
            } else {
                plain.push((drafted, found));
            }
        }
        change.appends = appends(&plain, at, threads)?;
        Ok(change)
    }
}

impl Drafted {
    /// The whole ledger with the columns that it lacks, and the rows.
    fn whole(&self, county: &County<'_>, at: Instant) -> Result<Vec<u8>> {
        let Drafted { ledger, kind, lots } = self;
        let file = county.snapshot.read(&ledger.path)?;
        let mut whole = widened(ledger.source(kind, &file))?;
        let wide = columns(ledger.source(kind, &header(kind)))?;
        lots.iter().try_for_each(|rows| rows.write(at, &wide, &mut whole))?;
        Ok(whole)
    }
}

/// The rows of ledgers as lines: several threads write them out, lot by lot.
fn appends(plain: &[(Drafted, Columns)], at: Instant, threads: usize) -> Result<BTreeMap<String, Append>> {
    let ledgers = plain.iter().enumerate();
    let lots = ledgers.flat_map(|(at, (drafted, columns))| drafted.lots.iter().map(move |rows| (at, rows, columns)));
    let jobs: Vec<(usize, (usize, &Rows, &Columns))> = lots.enumerate().collect();
    let work = |written: &mut Vec<_>, (job, (ledger, rows, columns)): &(usize, (usize, &Rows, &Columns)), _: &mut _| {
        let mut lines = Vec::new();
        rows.write(at, columns, &mut lines)?;
        written.push((*job, *ledger, lines));
        Ok(())
    };
    let mut written: Vec<(usize, usize, Vec<u8>)> =
        scan(&jobs, threads, Vec::new, work)?.into_iter().flatten().collect();
    written.sort_by_key(|(job, ..)| *job);
    let mut appends: Vec<Append> =
        plain.iter().map(|(drafted, _)| Append { header: header(&drafted.kind), rows: Vec::new() }).collect();
    for (_, ledger, lines) in written {
        appends[ledger].rows.push(lines);
    }
    Ok(plain.iter().map(|(drafted, _)| drafted.ledger.path.clone()).zip(appends).collect())
}

/// The headings and the last row of a ledger, and that row read.
fn end_of(county: &County<'_>, ledger: &Ledger, kind: &Kind) -> Result<(Vec<u8>, Option<Revision>)> {
    let end = county.snapshot.read_end(&ledger.path)?;
    if let Ok(last) = last_row(ledger.source(kind, &end)) {
        return Ok((end, last));
    }
    // In the whole file the line has its number.
    let file = county.snapshot.read(&ledger.path)?;
    let last = last_row(ledger.source(kind, &file))?;
    Ok((file, last))
}
