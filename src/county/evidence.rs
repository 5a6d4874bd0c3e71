//! What records lack of what the county asks to be kept of them.

use super::search::Search;
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::{AsOf, records};
use crate::schema::kind::{EvidenceRule, Kind, files};
use crate::schema::record::{RecordState, Revision};
use crate::store::Snapshot;
use std::collections::BTreeSet;

pub(crate) fn no_evidence_rule<T>(kind: &Kind) -> Result<T> {
    let title = &kind.title;
    let id = &kind.id;
    Fault::usage("no-evidence-rule", text!("还没有规定{title}需要哪些佐证材料", "no evidence rule for {title}", title))
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
pub(crate) fn records_without_evidence(search: &Search<'_>, kind: &Kind) -> Result<BTreeSet<Id>> {
    let snapshot = search.county.snapshot;
    let all = search.each(
        |ledger| ledger.kind == kind.id,
        |_, source| {
            let mut lacks = Vec::new();
            for record in records(source, AsOf::LATEST)?.into_iter().filter(|record| record.state == RecordState::Live)
            {
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
pub(crate) fn missing_evidence(kind: &Kind, record: &Revision, snapshot: &Snapshot) -> Result<Vec<Text>> {
    let mut said = Vec::new();
    for EvidenceRule { when, any, files: wanted } in &kind.evidence {
        if when.as_ref().is_some_and(|(field, value)| record.values[*field] != *value) {
            continue;
        }
        let titles: Vec<&Text> = any.iter().map(|&at| &kind.fields[at].title).collect();
        let titles = Text::list(titles);
        let mut here = 0;
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
