//! What every writing command does: take the lock, compute on what stands under it, commit, and only then speak.

use super::closings;
use super::county::{County, Ledger, ledger_path};
use super::frame::Call;
use crate::change::{Stamp, moment};
use crate::day::{Instant, Year};
use crate::fault::{Fault, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::ledger::{columns, header, last_row, widened, write_row};
use crate::record::Revision;
use crate::store::{Append, Change, Store};
use crate::text::Text;
use clap::ArgMatches;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a command is about to write.
#[derive(Debug)]
pub(super) struct Draft {
    /// Who writes, when and in which batch. The time becomes that of the ledgers if theirs is later.
    pub stamp: Stamp,
    rows: BTreeMap<String, (Ledger, Kind, Vec<Revision>)>,
    puts: BTreeMap<String, Vec<u8>>,
}

impl Draft {
    fn new(by: String, now: Instant) -> Result<Draft> {
        let batch = Id::random();
        Ok(Draft { stamp: Stamp { at: now, by, batch }, rows: BTreeMap::new(), puts: BTreeMap::new() })
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

/// Who writes: `--by`, else `CULTURE_USER`, else the login name.
///
/// # Errors
/// None of them is there.
pub(super) fn writer_name(call: &Call<'_>, matches: &ArgMatches) -> Result<String> {
    let given = matches.try_get_one::<String>("by").ok().flatten().cloned();
    let named = |name: &&str| call.world.variable(name);
    let found = given.or_else(|| ["CULTURE_USER", "USER", "LOGNAME", "USERNAME"].iter().find_map(named));
    let name = found.map(|name| crate::written::plain_text(&name)).transpose()?.filter(|name| !name.is_empty());
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
    let (change, batch, outcome, offset) = {
        let county = County::load(writer.snapshot())?;
        let offset = county.settings.offset;
        let mut draft = Draft::new(by, now.in_offset(offset))?;
        let outcome = work(&county, &mut draft, call)?;
        if draft.is_empty() {
            return Ok(outcome);
        }
        let batch = draft.stamp.batch;
        (draft.change(&county)?, batch, outcome, offset)
    };
    let told = writer.in_offset(offset).commit(change, batch)?;
    call.warn(&told);
    Ok(outcome)
}
