//! What every writing command does: take the lock, compute on what stands under it, commit, and only then speak.

use super::closings;
use super::county::{County, Ledger, ledger_path};
use super::frame::Call;
use crate::change::{Stamp, moment};
use crate::day::{Day, Instant, Month, Year};
use crate::fault::{Fault, Faults, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::ledger::{columns, header, last_row, walk, widened, write_row};
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
    rows: BTreeMap<String, (Ledger, Kind, Vec<Revision>)>,
    puts: BTreeMap<String, Vec<u8>>,
    /// Why rows of closed months come late.
    late: Option<String>,
}

impl Draft {
    fn new(by: String, now: Instant, late: Option<String>) -> Draft {
        let stamp = Stamp { at: now, by, batch: Id::random() };
        Draft { stamp, rows: BTreeMap::new(), puts: BTreeMap::new(), late }
    }

    /// A row for a township's ledger.
    pub(super) fn row(&mut self, county: &County<'_>, kind: &Kind, township: usize, year: Year, revision: Revision) {
        let Some(id) = county.in_order().get(township).map(|township| township.id.as_str()) else { return };
        let path = ledger_path(id, year, &kind.id);
        let ledger = || Ledger { path: path.clone(), township, year, kind: kind.id.clone() };
        self.rows.entry(path.clone()).or_insert_with(|| (ledger(), kind.clone(), Vec::new())).2.push(revision);
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
        self.rows.clear();
        self.puts.clear();
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.puts.is_empty()
    }

    /// Marks the late entries (补录), rows of closed months: each keeps why it comes late. What is worth saying of them.
    ///
    /// # Errors
    /// There are some, and no reason is given; a ledger cannot be read.
    fn mark_late(&mut self, county: &County<'_>) -> Result<Vec<Fault>> {
        let closed: HashSet<Month> = closings::paths(county).into_keys().map(|(month, _)| month).collect();
        let mut late: BTreeMap<Month, usize> = BTreeMap::new();
        if closed.is_empty() {
            return Ok(Vec::new());
        }
        for (path, (ledger, kind, revisions)) in &mut self.rows {
            let mut before: HashMap<Id, Day> = HashMap::new();
            // A correction can also take a record out of a closed month.
            if revisions.iter().any(|revision| revision.rev > 1) && county.snapshot.has(path) {
                let bytes = county.snapshot.read(path)?;
                walk(ledger.source(kind, &bytes), None, |row, stands| {
                    if stands {
                        before.insert(row.id, row.date);
                    }
                    Ok(())
                })?;
            }
            for revision in revisions {
                let days = [revision.date(), before.get(&revision.id).copied()];
                let months = days.into_iter().flatten().map(Day::month);
                let Some(month) = months.filter(|month| closed.contains(month)).min() else { continue };
                *late.entry(month).or_default() += 1;
                if let Some(late) = self.late.as_ref().filter(|late| **late != revision.reason) {
                    let parted = if revision.reason.is_empty() { "" } else { "；" };
                    revision.reason = format!("{}{parted}{late}", revision.reason);
                }
            }
        }
        let given = self.late.is_some();
        let told: Vec<Fault> = late.into_iter().map(|(month, rows)| told(month, rows, given)).collect();
        Faults::unless(told.clone(), || told)
    }

    /// Everything as the store takes it, with the time of entry settled.
    fn change(self, county: &County<'_>) -> Result<Change> {
        let mut held = Vec::new();
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for (path, (ledger, kind, _)) in &self.rows {
            if county.snapshot.has(path) {
                let bytes = county.snapshot.read(path)?;
                held.extend(last_row(ledger.source(kind, &bytes))?.map(|row| row.entered_at));
                files.insert(path.clone(), bytes);
            }
        }
        if !self.rows.is_empty() {
            // What enters in the second of a closing was not known to it.
            held.extend(closings::newest(county)?.map(|at| Instant::new(at.seconds + 1, at.offset)));
        }
        let at = moment(self.stamp.at, held)?;
        let mut change = Change { puts: self.puts, ..Change::default() };
        for (path, (ledger, kind, revisions)) in self.rows {
            let new = header(&kind);
            let file = files.get(&path).map_or(new.as_slice(), Vec::as_slice);
            let source = ledger.source(&kind, file);
            let (found, wide) = (columns(source)?, columns(ledger.source(&kind, &new))?);
            let lacks = |revision: &Revision| {
                revision.values.iter().enumerate().any(|(field, value)| !value.is_empty() && found.lacks(field))
            };
            let widen = revisions.iter().any(lacks);
            let mut rows = Vec::new();
            for revision in revisions {
                rows.extend(write_row(&Revision { entered_at: at, ..revision }, if widen { &wide } else { &found })?);
            }
            if widen {
                let mut whole = widened(source)?;
                whole.extend(rows);
                change.puts.insert(path, whole);
            } else {
                change.appends.insert(path, Append { header: new, rows });
            }
        }
        Ok(change)
    }
}

/// What is said of the late entries of a month: without a reason they are refused.
fn told(month: Month, rows: usize, given: bool) -> Fault {
    let what = text!("{month} 已经定稿，其中 {rows} 条是补录或更正", "{month} is closed: {rows} rows come late");
    if given {
        let hint = text!("前后对照：culture restate {month}", "culture restate {month} shows the difference");
        return Fault::warning(what).hint(hint);
    }
    Fault::usage(what).hint(text!("确需登记，加 --late 事由", "if they are to be recorded, give --late REASON"))
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
        let mut draft = Draft::new(by, now.in_offset(offset), late);
        let outcome = work(&county, &mut draft, call)?;
        if draft.is_empty() {
            return Ok(outcome);
        }
        let batch = draft.stamp.batch;
        let told = draft.mark_late(&county)?;
        (draft.change(&county)?, batch, outcome, offset, told)
    };
    let cut = writer.in_offset(offset).commit(change, batch)?;
    call.warn(&cut);
    call.warn(&told);
    Ok(outcome)
}
