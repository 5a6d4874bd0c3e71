//! What every writing command does: take the lock, compute on what stands under it, commit, and only then speak.

use super::closings;
use super::county::{County, Ledger, ledger_path};
use super::frame::Call;
use crate::change::{Stamp, moment};
use crate::day::{Day, Instant, Month, Year};
use crate::fault::{Fault, Faults, Level, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::ledger::{Rows, columns, header, last_row, walk, widened};
use crate::record::Revision;
use crate::store::{Append, Change, Store};
use crate::text::Text;
use crate::written::plain_text;
use clap::ArgMatches;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

/// What a command is about to write.
#[derive(Debug)]
pub(super) struct Draft {
    /// Who writes, when and in which batch. The time becomes that of the ledgers if theirs is later.
    pub stamp: Stamp,
    rows: Vec<Drafted>,
    /// Which of them each path is.
    places: HashMap<String, usize>,
    /// Which of them the last row went to: mostly the next one goes there too.
    last: usize,
    puts: BTreeMap<String, Vec<u8>>,
    late: Late,
}

/// The late entries (补录) among the rows: those of closed months. Each keeps why it comes late.
#[derive(Debug, Default)]
struct Late {
    closed: HashSet<Month>,
    reason: Option<String>,
    /// How many there are of each month.
    rows: BTreeMap<Month, usize>,
    /// The dates of the records as they stand, of the ledgers in which some are corrected.
    before: HashMap<String, HashMap<Id, Day>>,
    faults: Vec<Fault>,
}

/// What a ledger is about to gain.
#[derive(Debug)]
struct Drafted {
    ledger: Ledger,
    kind: Kind,
    rows: Rows,
}

impl Draft {
    fn new(by: String, now: Instant, late: Late) -> Draft {
        let stamp = Stamp { at: now, by, batch: Id::random() };
        Draft { stamp, rows: Vec::new(), places: HashMap::new(), last: 0, puts: BTreeMap::new(), late }
    }

    /// A row for a township's ledger.
    pub(super) fn row(&mut self, county: &County<'_>, kind: &Kind, township: usize, year: Year, revision: Revision) {
        let is_it = |of: &Ledger| of.township == township && of.year == year && of.kind == kind.id;
        if !self.rows.get(self.last).is_some_and(|last| is_it(&last.ledger)) {
            let Some(id) = county.in_order().get(township).map(|township| township.id.as_str()) else { return };
            let path = ledger_path(id, year, &kind.id);
            self.last = *self.places.entry(path.clone()).or_insert(self.rows.len());
            if self.last == self.rows.len() {
                let ledger = Ledger { path, township, year, kind: kind.id.clone() };
                self.rows.push(Drafted { ledger, kind: kind.clone(), rows: Rows::default() });
            }
        }
        if let Some(drafted) = self.rows.get_mut(self.last) {
            drafted.rows.push(self.late.marked(county, drafted, revision));
        }
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

    /// Why rows of closed months come late, where the command does not say it.
    pub(super) fn late_because(&mut self, reason: &str) {
        self.late.reason.get_or_insert_with(|| reason.to_owned());
    }

    /// Nothing is to be written after all.
    pub(super) fn clear(&mut self) {
        self.only_try();
        self.late.rows.clear();
    }

    /// Nothing is to be written; what would come late is still told.
    pub(super) fn only_try(&mut self) {
        self.rows.clear();
        self.places.clear();
        self.puts.clear();
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.puts.is_empty()
    }

    /// What is worth saying of the late entries.
    ///
    /// # Errors
    /// There are some, and no reason is given; a ledger cannot be read.
    fn told_late(&mut self) -> Result<Vec<Fault>> {
        let given = self.late.reason.is_some();
        let mut told = std::mem::take(&mut self.late.faults);
        told.extend(self.late.rows.iter().map(|(month, rows)| told_of(*month, *rows, given)));
        Faults::unless(told.clone(), || told)
    }

    /// What would be said of the late entries of a draft that was only tried.
    fn tried_late(&self) -> Vec<Fault> {
        let given = self.late.reason.is_some();
        let told = self.late.rows.iter().map(|(month, rows)| told_of(*month, *rows, given));
        told.map(|fault| Fault { level: Level::Warning, ..fault }).collect()
    }

    /// Everything as the store takes it, with the time of entry settled.
    fn change(self, county: &County<'_>) -> Result<Change> {
        let mut held = Vec::new();
        let mut ends: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for Drafted { ledger, kind, .. } in &self.rows {
            if county.snapshot.has(&ledger.path) {
                let (end, last) = end_of(county, ledger, kind)?;
                held.extend(last.map(|row| row.entered_at));
                ends.insert(ledger.path.clone(), end);
            }
        }
        if !self.rows.is_empty() {
            // What enters in the second of a closing was not known to it.
            held.extend(closings::newest(county)?.map(|at| Instant::new(at.seconds + 1, at.offset)));
        }
        let at = moment(self.stamp.at, held)?;
        let mut change = Change { puts: self.puts, ..Change::default() };
        for Drafted { ledger, kind, rows } in self.rows {
            let new = header(&kind);
            let end = ends.get(&ledger.path).unwrap_or(&new);
            let (found, wide) = (columns(ledger.source(&kind, end))?, columns(ledger.source(&kind, &new))?);
            if rows.need_more_than(&found) {
                let file = county.snapshot.read(&ledger.path)?;
                let mut whole = widened(ledger.source(&kind, &file))?;
                rows.write(at, &wide, &mut whole)?;
                change.puts.insert(ledger.path, whole);
            } else {
                let mut lines = Vec::new();
                rows.write(at, &found, &mut lines)?;
                change.appends.insert(ledger.path, Append { header: new, rows: lines });
            }
        }
        Ok(change)
    }
}

impl Late {
    fn new(county: &County<'_>, reason: Option<String>) -> Late {
        let closed = closings::paths(county).into_keys().map(|(month, _)| month).collect();
        Late { closed, reason, ..Late::default() }
    }

    /// A row with the reason why it comes late, if it does.
    fn marked(&mut self, county: &County<'_>, of: &Drafted, mut revision: Revision) -> Revision {
        if self.closed.is_empty() {
            return revision;
        }
        // A correction can also take a record out of a closed month.
        let before = if revision.rev > 1 { self.date_before(county, of, revision.id) } else { None };
        let months = [revision.date(), before].into_iter().flatten().map(Day::month);
        let Some(month) = months.filter(|month| self.closed.contains(month)).min() else { return revision };
        *self.rows.entry(month).or_default() += 1;
        if let Some(late) = self.reason.as_ref().filter(|late| **late != revision.reason) {
            let parted = if revision.reason.is_empty() { "" } else { "；" };
            revision.reason = format!("{}{parted}{late}", revision.reason);
        }
        revision
    }

    fn date_before(&mut self, county: &County<'_>, of: &Drafted, id: Id) -> Option<Day> {
        let path = &of.ledger.path;
        if !self.before.contains_key(path) {
            let mut days = HashMap::new();
            if county.snapshot.has(path) {
                let read = county.snapshot.read(path).and_then(|bytes| {
                    walk(of.ledger.source(&of.kind, &bytes), None, |row, stands| {
                        if stands {
                            days.insert(row.id, row.date);
                        }
                        Ok(())
                    })
                });
                self.faults.extend(read.err().into_iter().flat_map(|Faults(faults)| faults));
            }
            self.before.insert(path.clone(), days);
        }
        self.before.get(path)?.get(&id).copied()
    }
}

/// What is said of the late entries of a month: without a reason they are refused.
fn told_of(month: Month, rows: usize, given: bool) -> Fault {
    let what = text!("{month} 已经定稿，其中 {rows} 条是补录或更正", "{month} is closed: {rows} rows come late");
    if given {
        let hint = text!("前后对照：culture restate {month}", "culture restate {month} shows the difference");
        return Fault::warning(what).hint(hint);
    }
    Fault::usage(what).hint(text!("确需登记，加 --late 事由", "if they are to be recorded, give --late REASON"))
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

/// Who writes: `--by`, else `CULTURE_USER`, else the login name.
///
/// # Errors
/// None of them is there.
pub(super) fn writer_name(call: &Call<'_>, matches: &ArgMatches) -> Result<String> {
    let given = matches.try_get_one::<String>("by").ok().flatten().cloned();
    let named = |name: &&str| call.world.variable(name);
    let found = given.or_else(|| ["CULTURE_USER", "USER", "LOGNAME", "USERNAME"].iter().find_map(named));
    let name = found.map(|name| plain_text(&name)).transpose()?.filter(|name| !name.is_empty());
    name.ok_or_else(|| {
        Fault::usage(Text::new("不知道是谁在登记", "who is writing is not known"))
            .hint(Text::new("加上 --by 姓名，或设置环境变量 CULTURE_USER", "give --by NAME, or set CULTURE_USER"))
            .into()
    })
}

/// Runs `work` under the lock and commits what it drafts; returns what it returns, once all is durable. A draft with
/// nothing in it writes nothing.
///
/// # Errors
/// Whatever `work` says, or the store: then nothing was stored.
pub(super) fn write<T>(
    call: &mut Call<'_>,
    matches: &ArgMatches,
    work: impl FnOnce(&County<'_>, &mut Draft, &Call<'_>) -> Result<T>,
) -> Result<T> {
    let by = writer_name(call, matches)?;
    let seconds = matches.try_get_one::<u64>("wait").ok().flatten().copied().unwrap_or(10);
    let store = Store::new(call.root()?);
    let (now, process) = (call.world.now, call.world.process);
    let writer = store.write(Duration::from_secs(seconds), call.verb().unwrap_or_default(), process, now)?;
    call.warn(writer.recovered());
    let late = matches.try_get_one::<String>("late").ok().flatten().map(|text| plain_text(text)).transpose()?;
    let late = late.filter(|late| !late.is_empty());
    let (change, batch, outcome, offset, told) = {
        let county = County::load(writer.snapshot())?;
        let offset = county.settings.offset;
        let mut draft = Draft::new(by, now.in_offset(offset), Late::new(&county, late));
        let outcome = work(&county, &mut draft, call)?;
        if draft.is_empty() {
            call.warn(&draft.tried_late());
            return Ok(outcome);
        }
        let batch = draft.stamp.batch;
        let told = draft.told_late()?;
        (draft.change(&county)?, batch, outcome, offset, told)
    };
    let cut = writer.in_offset(offset).commit(change, batch)?;
    call.warn(&cut);
    call.warn(&told);
    Ok(outcome)
}
