//! What a command is about to write, put together while it computes, and handed to the store as a whole.

use super::County;
use super::clock::CountyClock;
use super::closings;
use super::late::LateEntries;
use super::ledgers::Ledger;
use crate::base::day::{Instant, Year};
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::ledger::revise::{Stamp, batch_time};
use crate::ledger::{ChangeColumn, Columns, NewRows, columns, header, last_row, widen};
use crate::schema::kind::Kind;
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;
use crate::store::{Append, Change, StagedRows, in_order};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Mutex;

/// Rows that take fewer bytes than this are put together with those before them, in lots of this size at least.
const SMALL: usize = 16 << 10;
const LARGE: usize = 128 << 10;
/// A new ledger that gains more than this is written while its rows are still made.
const AHEAD: usize = 1 << 20;

/// What a command is about to write.
#[derive(Debug)]
pub(crate) struct ChangeDraft {
    /// Who writes, when and in which batch. The time becomes that of the ledgers if theirs is later.
    pub stamp: Stamp,
    rows: Vec<LedgerDraft>,
    /// Which of them each path is.
    by_path: HashMap<String, usize>,
    puts: BTreeMap<String, Vec<u8>>,
    /// Where rows of a large new ledger are written while more are made.
    ahead: Option<StagedRows>,
    /// The late entries among the rows.
    pub late: LateEntries,
}

/// What a command writes, as the store takes it.
#[derive(Debug)]
pub(crate) struct SettledChange {
    /// All of it.
    pub change: Change,
    /// What of it was written ahead.
    pub ahead: Option<StagedRows>,
    /// What is to be said of a clock that is behind.
    pub clock: Option<Fault>,
}

/// What a ledger is about to gain, in lots.
#[derive(Debug)]
struct LedgerDraft {
    ledger: Ledger,
    kind: Kind,
    lots: Vec<NewRows>,
    /// How many bytes all lots but the last have.
    full: usize,
    /// The first lots that were written ahead: where their lines stand, if they were given away.
    ahead: Vec<Option<Range<u64>>>,
}

/// Where rows stand in a draft.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DraftLot {
    ledger: usize,
    number: usize,
    first: usize,
}

impl ChangeDraft {
    /// Nothing yet.
    pub(crate) fn new(by: String, now: Instant, late: LateEntries) -> ChangeDraft {
        let stamp = Stamp { at: now, by, batch: Id::random() };
        ChangeDraft { stamp, rows: Vec::new(), by_path: HashMap::new(), puts: BTreeMap::new(), ahead: None, late }
    }

    /// Large new ledgers may be written ahead.
    pub(crate) fn may_write(&mut self, ahead: StagedRows) {
        self.ahead = Some(ahead);
    }

    /// A row for a township's ledger.
    pub(crate) fn row(
        &mut self,
        county: &County<'_>,
        kind: &Kind,
        township: TownshipNo,
        year: Year,
        revision: &Revision,
    ) {
        let at = self.stamp.at;
        let ledger = self.ledger(county, kind, township, year);
        let LedgerDraft { ledger, kind, lots, .. } = &mut self.rows[ledger];
        if lots.last().is_none_or(|last| last.size() >= LARGE || last.is_full()) {
            lots.push(NewRows::new(at));
        }
        let last = lots.last_mut().expect("a lot was begun where none had room");
        let row = last.push(revision);
        self.late.mark(county, ledger, kind, last, row);
    }

    /// Rows for a township's ledger of a year; says where they stand.
    ///
    /// # Errors
    /// They cannot be written ahead.
    pub(crate) fn rows(
        &mut self,
        county: &County<'_>,
        kind: &Kind,
        township: TownshipNo,
        year: Year,
        mut rows: NewRows,
    ) -> Result<DraftLot> {
        let ledger = self.ledger(county, kind, township, year);
        let drafted = &mut self.rows[ledger];
        self.late.mark(county, &drafted.ledger, &drafted.kind, &mut rows, 0);
        if rows.size() < SMALL
            && let Some(last) = drafted.lots.last_mut().filter(|last| last.size() < LARGE && !last.is_full())
        {
            let first = last.append(&rows);
            return Ok(DraftLot { ledger, number: drafted.lots.len() - 1, first });
        }
        drafted.full += drafted.lots.last().map_or(0, NewRows::size);
        drafted.lots.push(rows);
        let number = drafted.lots.len() - 1;
        if let Some(ahead) = self.ahead.as_mut().filter(|_| drafted.full >= AHEAD) {
            drafted.write_ahead(self.stamp.at, ahead)?;
        }
        Ok(DraftLot { ledger, number, first: 0 })
    }

    /// The place in the draft of a township's ledger of a year.
    fn ledger(&mut self, county: &County<'_>, kind: &Kind, township: TownshipNo, year: Year) -> usize {
        let ledger = Ledger::of(&county.in_order()[township].id, township, year, kind);
        if let Some(at) = self.by_path.get(&ledger.path) {
            return *at;
        }
        self.by_path.insert(ledger.path.clone(), self.rows.len());
        self.rows.push(LedgerDraft { ledger, kind: kind.clone(), lots: Vec::new(), full: 0, ahead: Vec::new() });
        self.rows.len() - 1
    }

    /// The values of a row that stands in the draft, as they stand in a line.
    ///
    /// # Errors
    /// It was written ahead, and cannot be read.
    pub(crate) fn line(&self, lot: DraftLot, row: usize) -> Result<Cow<'_, [u8]>> {
        let drafted = &self.rows[lot.ledger];
        let rows = &drafted.lots[lot.number];
        let row = lot.first + row;
        let (Some(Some(lines)), Some(ahead)) = (drafted.ahead.get(lot.number), &self.ahead) else {
            return Ok(Cow::Borrowed(rows.line(row)));
        };
        let place = rows.values_range(row);
        let line = ahead.read(lines.start + place.start as u64..lines.start + place.end as u64)?;
        Ok(Cow::Owned(line))
    }

    /// A whole file.
    pub(crate) fn put(&mut self, path: impl Into<String>, text: String) {
        self.puts.insert(path.into(), text.into_bytes());
    }

    /// The moment of a command that writes no rows: not before the clock, what has `entered`, and the newest closing.
    ///
    /// # Errors
    /// Whatever is wrong with a closing; nothing can be entered later than what stands.
    pub(crate) fn settle(&mut self, county: &County<'_>, entered: Option<Instant>) -> Result<Instant> {
        self.stamp.at = batch_time(self.stamp.at, entered.into_iter().chain(closings::newest(county)?))?;
        Ok(self.stamp.at)
    }

    /// Nothing is to be written after all.
    pub(crate) fn clear(&mut self) {
        self.forget_rows();
        self.late.clear();
    }

    /// Nothing is to be written; what would come late is still told.
    pub(crate) fn only_try(&mut self, county: &County<'_>) {
        self.mark_lasting(county);
        self.forget_rows();
    }

    /// What is worth saying of the late entries among the rows, which are all there now.
    ///
    /// # Errors
    /// There are some, and no reason is given; a ledger cannot be read.
    pub(crate) fn late_entries(&mut self, county: &County<'_>) -> Result<Vec<Fault>> {
        self.mark_lasting(county);
        self.late.take_faults()
    }

    /// Whether a record that lasts comes late is known when all its rows are.
    fn mark_lasting(&mut self, county: &County<'_>) {
        for LedgerDraft { ledger, kind, lots, .. } in self.rows.iter_mut().filter(|drafted| drafted.kind.lasting) {
            self.late.mark_lasting(county, ledger, kind, lots);
        }
    }

    fn forget_rows(&mut self) {
        self.ahead = None;
        self.rows.clear();
        self.by_path.clear();
        self.puts.clear();
    }

    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.puts.is_empty() && self.rows.iter().flat_map(|drafted| &drafted.lots).all(NewRows::is_empty)
    }

    /// Everything as the store takes it, with the time of entry settled.
    ///
    /// # Errors
    /// A ledger cannot be read; nothing can be entered later than what stands.
    pub(crate) fn change(mut self, county: &County<'_>, clock: &CountyClock) -> Result<SettledChange> {
        self.rows.retain(|drafted| !drafted.lots.iter().all(NewRows::is_empty));
        let mut held = Vec::new();
        let mut ends = Vec::new();
        for drafted in &self.rows {
            let LedgerDraft { ledger, kind, .. } = drafted;
            let new = drafted.header();
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
        let at = batch_time(self.stamp.at, held)?;
        if at != self.stamp.at {
            self.take_back()?;
        }
        let wanted = |path: &str| self.rows.iter().any(|drafted| drafted.ledger.path == path);
        let ahead = self.ahead.take_if(|ahead| ahead.ledger().is_some_and(wanted));
        let times = Some(clock.times((!self.rows.is_empty()).then_some(at)));
        let mut change = Change { puts: self.puts, threads: county.threads, times, ..Change::default() };
        let mut plain = Vec::new();
        for (drafted, found) in self.rows.into_iter().zip(ends) {
            if drafted.lots.iter().any(|rows| rows.need_more_than(&found)) {
                let (path, whole) = drafted.whole(county, at)?;
                change.puts.insert(path, whole);
            } else {
                plain.push((drafted, found));
            }
        }
        change.appends = appends(plain, at, county.threads)?;
        Ok(SettledChange { change, ahead, clock: clock.warning(at) })
    }

    /// Takes back what was written ahead: it would say another time than is to be said.
    fn take_back(&mut self) -> Result<()> {
        let Some(ahead) = self.ahead.take() else { return Ok(()) };
        for drafted in &mut self.rows {
            for (rows, lines) in drafted.lots.iter_mut().zip(drafted.ahead.drain(..)) {
                lines.map(|lines| ahead.read(lines).map(|lines| rows.put_back(lines))).transpose()?;
            }
        }
        Ok(())
    }
}

impl LedgerDraft {
    /// The headings, where the ledger is new.
    fn header(&self) -> Vec<u8> {
        header(&self.kind, self.change_column())
    }

    fn change_column(&self) -> ChangeColumn {
        let of_lots = self.lots.iter().map(NewRows::change_column);
        of_lots.max().unwrap_or(ChangeColumn::Absent)
    }

    /// Writes all lots but the last, to which rows may still be added, if the ledger is new. Nothing of them changes later
    /// but the time of entry, where the ledgers' is later than the clock's: then they are taken back.
    fn write_ahead(&mut self, at: Instant, ahead: &mut StagedRows) -> Result<()> {
        // A change among further rows would need a column more.
        if self.kind.lasting {
            return Ok(());
        }
        let header = self.header();
        if ahead.ledger() != Some(&self.ledger.path) && !ahead.begin(&self.ledger.path, &header)? {
            return Ok(());
        }
        let columns = columns(self.ledger.source(&self.kind, &header))?;
        let full = self.lots.len() - 1;
        let written = self.ahead.len();
        for rows in &mut self.lots[written..full] {
            let lines = rows.lines(at, &columns)?;
            let start = ahead.add(&lines)?;
            let as_they_are = matches!(lines, Cow::Borrowed(_));
            self.ahead.push(as_they_are.then(|| start..start + rows.take_lines().len() as u64));
        }
        Ok(())
    }

    /// The whole ledger with the columns that it lacks, and the rows.
    fn whole(self, county: &County<'_>, at: Instant) -> Result<(String, Vec<u8>)> {
        let changes = self.change_column();
        let LedgerDraft { ledger, kind, lots, .. } = self;
        let file = county.snapshot.read(&ledger.path)?;
        let mut whole = widen(ledger.source(&kind, &file), changes)?;
        let wide = columns(ledger.source(&kind, &whole))?;
        for rows in lots {
            whole.extend(rows.into_lines(at, &wide)?);
        }
        Ok((ledger.path, whole))
    }
}

/// The rows of ledgers as lines, without those that were written ahead. Where they must be made anew, several threads do it,
/// lot by lot.
fn appends(plain: Vec<(LedgerDraft, Columns)>, at: Instant, threads: usize) -> Result<BTreeMap<String, Append>> {
    let mut paths = Vec::new();
    let mut appends = Vec::new();
    let mut columns = Vec::new();
    let mut jobs = Vec::new();
    for (ledger, (mut drafted, found)) in plain.into_iter().enumerate() {
        let header = drafted.header();
        drafted.lots.drain(..drafted.ahead.len());
        paths.push(drafted.ledger.path);
        appends.push(Append { header, rows: Vec::new() });
        columns.push(found);
        jobs.extend(drafted.lots.into_iter().map(|rows| (ledger, Mutex::new(Some(rows)))));
    }
    let work = |(ledger, rows): &(usize, Mutex<Option<NewRows>>)| {
        let rows = rows.lock().expect("no thread panics while it holds this").take();
        rows.map(|rows| rows.into_lines(at, &columns[*ledger])).transpose()
    };
    in_order(&jobs, threads, work, |(ledger, _), lines| {
        appends[*ledger].rows.extend(lines?);
        Ok(())
    })?;
    Ok(paths.into_iter().zip(appends).collect())
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
