//! `culture log` and `culture undo`: what commands did, and taking it back by further rows.

use super::frame::{Call, Verb};
use super::options::{self, option, positional};
use super::writing::write;
use crate::base::day::Instant;
use crate::base::fault::{Exit, Fault, Faults, Result};
use crate::base::id::{Id, is_prefix};
use crate::base::text::Text;
use crate::county::search::{Labels, RecordMatch, Search};
use crate::ledger::revise;
use crate::ledger::{revisions, rows_of_batch};
use crate::report::log::{Batch, BatchEntry, log};
use crate::report::records::difference;
use crate::schema::record::{RecordState, Revision};
use clap::{ArgMatches, Command, value_parser};
use std::collections::{HashMap, HashSet};

/// `log`
pub(super) const LOG: Verb = Verb {
    name: "log",
    about: Text::new("查看登记批次，最近的在前", "Show what was changed, newest first"),
    arguments: log_arguments,
    run: run_log,
};

/// `undo`
pub(super) const UNDO: Verb = Verb {
    name: "undo",
    about: Text::new("撤销一个批次（台账只增不删）", "Undo a batch of changes (nothing is erased)"),
    arguments: undo_arguments,
    run: run_undo,
};

fn log_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let last = option(
        lang,
        "last",
        &Text::new("个数", "N"),
        &Text::new("只列最近几个（默认 20）", "Number of batches to show (default 20)"),
    );
    Ok(command.arg(last.value_parser(value_parser!(usize))).arg(options::format(lang)))
}

/// What the rows of a batch in one ledger say.
struct LedgerBatch {
    id: Id,
    at: Instant,
    by: String,
    reason: String,
    done: BatchEntry,

    last_row: (String, usize),
}

fn run_log(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let threads = call.world.threads;
    let last = matches.get_one::<usize>("last").copied().unwrap_or(20);
    let report = call.look(|county| {
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, threads);
        let mut batches = batches(ledger_batches(&search)?);
        batches.truncate(last);
        Ok(log(&batches))
    })?;
    call.say(&report, options::requested_format(matches))?;
    Ok(Exit::Done)
}

/// Every batch in every ledger, from whole ledgers.
fn ledger_batches(search: &Search<'_>) -> Result<Vec<LedgerBatch>> {
    let county = search.county;
    search.each(
        |_| true,
        |ledger, source| {
            let mut all: Vec<LedgerBatch> = Vec::new();
            let mut known: HashMap<Id, usize> = HashMap::new();
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
                            corrected: 0,
                            voided: 0,
                        },
                        last_row: (ledger.path.clone(), row),
                    });
                    all.len() - 1
                });
                all[at].tell(&revision, row);
            }
            Ok(all)
        },
    )
}

impl LedgerBatch {
    fn tell(&mut self, revision: &Revision, row: usize) {
        let done = &mut self.done;
        match (revision.state, revision.rev) {
            (RecordState::Void, _) => done.voided += 1,
            (RecordState::Live, 1) => done.entered += 1,
            (RecordState::Live, _) => done.corrected += 1,
        }
        if self.reason != revision.reason {
            self.reason.clear();
        }
        self.last_row.1 = row;
    }
}

/// Batches put together from their parts, newest first.
fn batches(parts: Vec<LedgerBatch>) -> Vec<Batch> {
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

fn undo_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let help = Text::new("批次号（默认本人最近一批）", "Batch to undo (default: your latest)");
    let batch = positional(lang, "batch", &Text::new("批次", "BATCH"), &help);
    let reason = option(lang, "reason", &Text::new("事由", "TEXT"), &Text::new("撤销的事由", "Reason"));
    Ok(options::recording(lang, command.arg(batch).arg(reason)))
}

fn run_undo(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let lines = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let batch = match matches.get_one::<String>("batch") {
            Some(word) => find_batch(&search, word)?,
            None => newest_batch(&search, &draft.stamp.by)?,
        };
        let given =
            matches.get_one::<String>("reason").map(|reason| crate::schema::parse::plain_text(reason)).transpose()?;
        let undo = text!("撤销批次 {batch}", "undo of batch {batch}");
        let reason = given.filter(|reason| !reason.is_empty()).unwrap_or_else(|| undo.say(call.lang).to_owned());
        let labels = Labels::new(&search);
        let found = records_of_batch(&search, batch)?;
        let (mut faults, mut voided) = (Vec::new(), HashSet::new());
        let mut lines = vec![undo];
        for found in &found {
            match revise::undo(&found.history, batch, &reason, &draft.stamp) {
                Ok(next) => {
                    if next.state == RecordState::Void
                        && found.last().is_some_and(|last| last.state == RecordState::Live)
                    {
                        voided.insert(next.id);
                    }
                    let kind = search.kind(&found.ledger)?;
                    let words = search.description(found);
                    if let Some(last) = found.last() {
                        let changed = difference(kind, last, &next, &|field, value| labels.of(field, value));
                        lines.push(text!("  {words}：{changed}", "  {words}: {changed}", words, changed));
                    }
                    draft.row(county, kind, found.ledger.township, found.ledger.year, &next);
                }
                Err(Faults(found)) => faults.extend(found),
            }
        }
        faults.extend(check_not_referred(&search, &voided, batch)?);
        Faults::unless(faults, || lines)
    })?;
    for line in lines {
        call.acknowledge(&line)?;
    }
    Ok(Exit::Done)
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
        let Some(later) = other.last().map(|last| last.batch).filter(|later| *later != batch) else { continue };
        let words = search.description(&other);
        let what = text!("不能撤销：{words} 引用了 {id}", "cannot undo: {words} refers to {id}", words);
        faults.push(Fault::new("unsorted", what).hint(text!("先撤销批次 {later}", "undo batch {later} first")));
    }
    Ok(faults)
}

fn find_batch(search: &Search<'_>, word: &str) -> Result<Id> {
    let word = word.trim().to_ascii_lowercase();
    let batches = batches(ledger_batches(search)?);
    let mut fitting = batches.iter().filter(|batch| is_prefix(&word) && batch.id.to_string().starts_with(&word));
    let hint = || text!("用 culture log 查看批次", "list batches with culture log");
    match (fitting.next(), fitting.next()) {
        (Some(batch), None) => Ok(batch.id),
        (None, _) => Fault::usage("unsorted", text!("没有批次“{word}”", "no batch “{word}”")).hint(hint()).fail(),
        (Some(one), Some(other)) => {
            let (one, other) = (one.id, other.id);
            Fault::usage(
                "unsorted",
                text!("“{word}”可能指几个批次：{one}、{other}", "“{word}” is ambiguous: it could be {one} or {other}"),
            )
            .hint(hint())
            .fail()
        }
    }
}

/// The newest batch of a person. Two of one second in different ledgers cannot be told apart.
fn newest_batch(search: &Search<'_>, by: &str) -> Result<Id> {
    let parts: Vec<LedgerBatch> = ledger_batches(search)?.into_iter().filter(|part| part.by == by).collect();
    let at = parts.iter().map(|part| part.at).max();
    let last: Vec<&LedgerBatch> = parts.iter().filter(|part| Some(part.at) == at).collect();
    let Some(newest) = last.iter().max_by_key(|part| part.last_row.1) else {
        return Fault::usage("unsorted", text!("“{by}”没有登记过任何批次", "{by} has no batch to undo"))
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
        let (one, other) = (newest.id, other.id);
        return Fault::usage(
            "unsorted",
            text!(
                "最近一秒内有两个批次，分不清先后：{one}、{other}",
                "two batches were written in the same second: {one}, {other}"
            ),
        )
        .hint(text!("写明批次：culture undo {one}", "choose one: culture undo {one}"))
        .fail();
    }
    Ok(newest.id)
}
