//! What became of a ledger's records since a month was closed, on the days up to its end: what came later is no matter of
//! that month.

use crate::base::day::{Day, Instant};
use crate::base::id::Id;
use crate::ledger::Timeline;
use crate::ledger::revise::{RecordVersion, presence, timeline};
use crate::schema::record::{RecordState, Revision};
use std::collections::BTreeMap;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFate {
    /// 补录: it entered late.
    Late,
    /// 更正
    Corrected,
    /// 变动: it changed on a day of the month or before it, and that was written down since.
    Changed,
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
    /// Where it was there and is: what it was, and what it is.
    pub timelines: Option<TimelinePair>,
    /// The newest revision that bears on the month: who, when, why.
    pub last: Revision,
}

/// What holds of a record on its days up to the month's end.
#[derive(Clone, Debug)]
pub struct TimelinePair {
    /// As it was known.
    pub was: Timeline<RecordVersion>,
    /// As it is said now.
    pub now: Timeline<RecordVersion>,
}

impl RecordChange {
    /// The records of a ledger, by id, that are on some day up to `until` not what they were `known` to be. One that entered
    /// since and is void again is none of them, and none is a record that was changed from a later day on.
    #[must_use]
    pub fn list(revisions: Vec<Revision>, known: Instant, until: Day) -> Vec<RecordChange> {
        let mut records: BTreeMap<Id, Vec<Revision>> = BTreeMap::new();
        for revision in revisions {
            records.entry(revision.id).or_default().push(revision);
        }
        records.retain(|_, history| history.iter().any(|revision| revision.entered_at > known));
        records.values().filter_map(|history| RecordChange::of(history, known, until)).collect()
    }

    /// What became of a record, by all its revisions; none where up to `until` it is what it was.
    fn of(history: &[Revision], known: Instant, until: Day) -> Option<RecordChange> {
        let then: Vec<Revision> = history.iter().filter(|revision| revision.entered_at <= known).cloned().collect();
        let days = RecordDays::of(&then);
        let now = RecordDays::of(history);
        if !days.differ(&now, until) {
            return None;
        }
        let timelines = if days.is_live() && now.is_live() { days.until(until).zip(now.until(until)) } else { None };
        let timelines = timelines.map(|(was, now)| TimelinePair { was, now });
        let fate = match &timelines {
            Some(TimelinePair { was, now }) if now.only_changes(was) => RecordFate::Changed,
            Some(_) => RecordFate::Corrected,
            None if days.is_live() => RecordFate::Voided,
            None if then.is_empty() => RecordFate::Late,
            None => RecordFate::Restored,
        };
        Some(RecordChange { fate, timelines, last: decisive(history, until).clone() })
    }
}

/// A record on its days, by some of its revisions.
struct RecordDays<'r> {
    /// The revisions that hold; none of no revisions.
    timeline: Option<Timeline<&'r Revision>>,
    /// The values with which it is there.
    there: Timeline<Option<&'r [String]>>,
}

impl<'r> RecordDays<'r> {
    fn of(history: &'r [Revision]) -> RecordDays<'r> {
        let timeline = timeline(history);
        let there = presence(timeline.as_ref());
        RecordDays { timeline, there }
    }

    /// Whether it is live, be it on later days.
    fn is_live(&self) -> bool {
        let mut segments = self.timeline.iter().flat_map(Timeline::segments);
        segments.any(|(_, revision)| revision.state == RecordState::Live)
    }

    /// Whether on some day up to `until` they are not the same.
    fn differ(&self, other: &RecordDays<'_>, until: Day) -> bool {
        self.there.first_difference(&other.there).is_some_and(|day| day <= until)
    }

    /// What holds up to a day, as if it went on so.
    fn until(&self, day: Day) -> Option<Timeline<RecordVersion>> {
        let timeline = self.timeline.as_ref()?.map(|revision| RecordVersion::of(revision));
        Some(timeline.up_to(day))
    }
}

/// The newest revision that bears on the days up to `until`: of the last batch without which they would be others.
fn decisive(history: &[Revision], until: Day) -> &Revision {
    let last = history.last().expect("a record has revisions");
    let mut end = history.len();
    for rows in history.chunk_by(|one, next| one.batch == next.batch).rev() {
        let start = end - rows.len();
        if RecordDays::of(&history[..start]).differ(&RecordDays::of(&history[..end]), until) {
            let bears = |row: &&Revision| row.effective.is_none_or(|day| day <= until);
            return rows.iter().rfind(bears).unwrap_or(last);
        }
        end = start;
    }
    last
}

#[cfg(test)]
mod tests;
