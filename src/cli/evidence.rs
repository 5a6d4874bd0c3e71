//! `culture evidence KIND`: the records that lack what the county asks to be kept of them.

use super::frame::{Call, Verb};
use super::options::{self, positional};
use super::records::RecordFilter;
use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::{Labels, Search};
use crate::ledger::records;
use crate::report::Report;
use crate::report::records::{OwnedRecord, lacking};
use crate::schema::kind::{EvidenceRule, Kind, files};
use crate::schema::record::{RecordState, Revision};
use crate::store::Snapshot;
use clap::{ArgMatches, Command};
use std::collections::BTreeSet;

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "evidence",
    about: Text::new("列出缺少佐证材料的记录", "List records with missing evidence"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = Text::new("台账类别，见 culture kinds", "Kind of record (see culture kinds)");
    let kind = positional(lang, "kind", &Text::new("类别", "KIND"), &kind).required(true);
    Ok(options::day_options(lang, command.arg(kind).arg(options::township(lang)))
        .arg(options::condition(lang))
        .arg(options::known(lang))
        .arg(options::today(lang))
        .arg(options::format(lang))
        .arg(options::output(lang)))
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (threads, now) = (call.world.threads, call.world.now);
    let (report, today) = call.look(|county| evidence_report(county, matches, threads, now))?;
    call.style.made = today;
    call.deliver(&report, options::requested_format(matches), matches.get_one("output"))?;
    Ok(Exit::Done)
}

fn evidence_report(county: &County<'_>, matches: &ArgMatches, threads: usize, now: Instant) -> Result<(Report, Day)> {
    let kinds = county.kinds(None)?;
    let kind = kinds.find(matches.get_one::<String>("kind").map_or("", String::as_str))?;
    if kind.evidence.is_empty() {
        return no_evidence_rule(kind);
    }
    let today = county.as_of(matches.get_one("today"), now)?;
    let known = options::known_at(county, matches, today)?;
    let search = Search::new(county, &kinds, threads);
    let found = RecordFilter::read(county, kind, &EntryReader::new(&search, kind, today), matches)?
        .found(&search, kind, known)?;
    let (all, mut lacks) = (found.len(), Vec::new());
    for (township, revision) in found {
        let said = missing_evidence(kind, &revision, county.snapshot)?;
        if !said.is_empty() {
            lacks.push((
                OwnedRecord { township: &county.in_order()[township], revision, late: None },
                Text::list(&said),
            ));
        }
    }
    lacks.sort_by_key(|(kept, _)| (kept.revision.date(), kept.revision.id));
    let labels = Labels::new(&search);
    Ok((lacking(kind, &lacks, all, &|field, value| labels.of(field, value)), today))
}

fn no_evidence_rule<T>(kind: &Kind) -> Result<T> {
    let (title, id) = (&kind.title, &kind.id);
    Fault::usage("unsorted", text!("还没有规定{title}需要哪些佐证材料", "no evidence rule for {title}", title))
        .hint(text!(
            "在 kinds/{id}.toml 里写 id = \"{id}\" 和 [[evidence]] any = [\"字段\"]，files = 张数",
            "add one to kinds/{id}.toml: id = \"{id}\", then [[evidence]] any = [\"FIELD\"], files = NUMBER"
        ))
        .fail()
}

/// The records of a kind, of all years, that lack what the county asks to be kept of them.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(super) fn records_without_evidence(search: &Search<'_>, kind: &Kind) -> Result<BTreeSet<Id>> {
    let snapshot = search.county.snapshot;
    let all = search.each(
        |ledger| ledger.kind == kind.id,
        |_, source| {
            let mut lacks = Vec::new();
            for record in records(source, None)?.into_iter().filter(|record| record.state == RecordState::Live) {
                if !missing_evidence(kind, &record, snapshot)?.is_empty() {
                    lacks.push(record.id);
                }
            }
            Ok(lacks)
        },
    )?;
    Ok(all.into_iter().collect())
}

/// What a record lacks of what its kind asks for, in words; nothing where all is there.
fn missing_evidence(kind: &Kind, record: &Revision, snapshot: &Snapshot) -> Result<Vec<Text>> {
    let mut said = Vec::new();
    for EvidenceRule { when, any, files: wanted } in &kind.evidence {
        if when.as_ref().is_some_and(|(field, value)| record.values[*field] != *value) {
            continue;
        }
        let titles: Vec<&Text> = any.iter().map(|&at| &kind.fields[at].title).collect();
        let (titles, mut here) = (Text::list(titles), 0);
        if any.iter().all(|&at| record.values[at].is_empty()) {
            said.push(text!("缺{titles}", "no {titles}", titles));
            continue;
        }
        for path in any.iter().filter(|at| kind.fields[**at].files).flat_map(|&at| files(&record.values[at])) {
            if snapshot.holds(path)? {
                here += 1;
            } else {
                said.push(text!("找不到文件“{path}”", "file “{path}” not found"));
            }
        }
        if here < *wanted {
            said.push(text!(
                "{titles}只有 {here} 个文件，应有 {wanted} 个",
                "{titles}: {here} of {wanted}",
                titles,
                wanted = Text::count(*wanted, "file", "files")
            ));
        }
    }
    Ok(said)
}
