//! What became of a ledger's records since a month was closed.

use crate::base::day::{Day, Instant};
use crate::base::id::Id;
use crate::schema::record::{RecordState, Revision};
use std::collections::BTreeMap;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFate {
    /// 补录: it entered late.
    Late,
    /// 更正
    Corrected,
    /// 作废
    Voided,
    /// 恢复: it was void.
    Restored,
}

/// A record that is not as it was.
#[derive(Clone, Debug)]
pub struct RecordChange {
    /// What became of it.
    pub fate: RecordFate,
    /// Its newest revision: who, when, why.
    pub last: Revision,
}

impl RecordChange {
    /// The records of a ledger's revisions, in file order, that were dated up to `until`, or are now, and are not what
    /// they were known to be. One that entered since and is void again is none of them.
    #[must_use]
    pub fn list(revisions: &[Revision], known: Instant, until: Day) -> Vec<RecordChange> {
        let mut records: BTreeMap<Id, (Option<&Revision>, &Revision)> = BTreeMap::new();
        for revision in revisions {
            let known = (revision.entered_at <= known).then_some(revision);
            let (was, last) = records.entry(revision.id).or_insert((known, revision));
            (*was, *last) = (known.or(*was), revision);
        }
        let mut all = Vec::new();
        for (was, last) in records.into_values() {
            let before = was.filter(|revision| revision.state == RecordState::Live);
            let now = Some(last).filter(|revision| revision.state == RecordState::Live);
            let fate = match (before, now) {
                (None, None) => continue,
                (None, Some(_)) if was.is_some() => RecordFate::Restored,
                (None, Some(_)) => RecordFate::Late,
                (Some(_), None) => RecordFate::Voided,
                (Some(before), Some(now)) if before.values == now.values => continue,
                (Some(_), Some(_)) => RecordFate::Corrected,
            };
            if before
                .into_iter()
                .chain(now)
                .any(|revision: &Revision| revision.date().is_some_and(|date| date <= until))
            {
                all.push(RecordChange { fate, last: last.clone() });
            }
        }
        all
    }
}
