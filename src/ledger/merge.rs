//! Joining two copies of a ledger, record by record: what the other has and ours has not is appended, and no row of
//! either side is lost. Where the two went different ways nobody guesses.

use super::revise::{RecordVersion, Stamp, restate, versions};
use super::timeline::Timeline;
use crate::base::day::Day;
use crate::base::id::Id;
use crate::ledger::IdMap;
use crate::schema::record::Revision;

/// What parts the reasons of a row.
pub const PARTING: char = '；';

/// Whose state stands where the two copies differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeSide {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}

/// A record that the two copies took different ways: on some days it is something else here than there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Its revisions here.
    pub ours: Vec<Revision>,
    /// Its revisions there.
    pub theirs: Vec<Revision>,
}

/// What joining comes to.
#[derive(Clone, Debug, Default)]
pub struct MergeOutcome {
    /// Rows to append to our ledger, in order.
    pub rows: Vec<Revision>,
    /// Records that are new here.
    pub new: usize,
    /// Records that gained revisions.
    pub further: usize,
    /// Records on which the copies agree, or ours is ahead.
    pub same: usize,
    /// What must be settled first; then there are no rows of these records.
    pub conflicts: Vec<Conflict>,
}

/// Whether two rows say the same, whenever and with whatever else they entered their ledgers.
fn equal(one: &Revision, other: &Revision) -> bool {
    one.id == other.id
        && one.state == other.state
        && one.values == other.values
        && one.effective == other.effective
        && one.entered_by == other.entered_by
        && is_same_reason(&one.reason, &other.reason)
}

/// Whether two rows have the same reason, but for why one of them came late: that is put behind it where the month is closed.
fn is_same_reason(one: &str, other: &str) -> bool {
    let extends = |long: &str, short: &str| {
        long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || short.is_empty() || rest.starts_with(PARTING))
    };
    extends(one, other) || extends(other, one)
}

/// The rows of one copy that the other has not, each as often as it stands: who corrects a value twice to the same has
/// written two rows.
fn lacking<'r>(rows: &[&'r Revision], other: &[&Revision]) -> Vec<&'r Revision> {
    let mut left = other.to_vec();
    let is_lacking = |row: &&&Revision| match left.iter().position(|one| equal(one, row)) {
        Some(at) => {
            left.remove(at);
            false
        }
        None => true,
    };
    rows.iter().filter(is_lacking).copied().collect()
}

/// How their copy of a record stands to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CopyRelation {
    /// It holds nothing that ours does not.
    Known,
    /// It holds all of ours, and more.
    Ahead,
    /// Both went on, and came to the same on every day.
    Agreed,
    /// Both went on, and came to something else.
    Apart,
}

/// The two copies of a record that both have.
struct RecordCopies<'r> {
    ours: &'r [&'r Revision],
    theirs: &'r [&'r Revision],
    here: Timeline<RecordVersion>,
    there: Timeline<RecordVersion>,
    /// Their rows that ours has not.
    missing: Vec<&'r Revision>,
    relation: CopyRelation,
}

impl<'r> RecordCopies<'r> {
    /// None where we have no such record.
    fn new(ours: &'r [&'r Revision], theirs: &'r [&'r Revision]) -> Option<RecordCopies<'r>> {
        let here = versions(&owned(ours))?;
        let there = versions(&owned(theirs))?;
        let missing = lacking(theirs, ours);
        let is_known = missing.is_empty();
        let holds_ours = lacking(ours, theirs).is_empty();
        let agrees = here.first_difference(&there).is_none();
        let relation = if is_known && (agrees || !holds_ours) {
            CopyRelation::Known
        } else if holds_ours && !is_known {
            CopyRelation::Ahead
        } else if agrees {
            CopyRelation::Agreed
        } else {
            CopyRelation::Apart
        };
        Some(RecordCopies { ours, theirs, here, there, missing, relation })
    }

    /// Which timeline is to stand, and why it was written; none where nobody said.
    fn chosen(&self, take: Option<MergeSide>) -> Option<(&Timeline<RecordVersion>, &str)> {
        let side = match self.relation {
            CopyRelation::Known | CopyRelation::Agreed => MergeSide::Ours,
            CopyRelation::Ahead => MergeSide::Theirs,
            CopyRelation::Apart => take?,
        };
        let (timeline, rows) = match side {
            MergeSide::Ours => (&self.here, self.ours),
            MergeSide::Theirs => (&self.there, self.theirs),
        };
        Some((timeline, rows.last()?.reason.as_str()))
    }
}

fn owned(rows: &[&Revision]) -> Vec<Revision> {
    rows.iter().map(|row| (*row).clone()).collect()
}

/// Joins their ledger to ours. Rows that come in bear the stamp's time and batch, and who entered them.
#[must_use]
pub fn merge(ours: &[Revision], theirs: &[Revision], take: Option<MergeSide>, stamp: &Stamp) -> MergeOutcome {
    let mut known: IdMap<Vec<&Revision>> = IdMap::default();
    for revision in ours {
        known.entry(revision.id).or_default().push(revision);
    }
    let mut order: Vec<Id> = Vec::new();
    let mut came: IdMap<Vec<&Revision>> = IdMap::default();
    for revision in theirs {
        let rows = came.entry(revision.id).or_default();
        if rows.is_empty() {
            order.push(revision.id);
        }
        rows.push(revision);
    }
    let mut joined = MergeOutcome::default();
    for id in order {
        let mine = known.get(&id).map_or(&[][..], Vec::as_slice);
        joined.record(mine, &came[&id], take, stamp);
    }
    joined
}

impl MergeOutcome {
    fn record(&mut self, ours: &[&Revision], theirs: &[&Revision], take: Option<MergeSide>, stamp: &Stamp) {
        let Some(copies) = RecordCopies::new(ours, theirs) else {
            self.new += 1;
            self.append(0, theirs, stamp);
            return;
        };
        if copies.relation == CopyRelation::Known {
            self.same += 1;
        } else if let Some((wanted, reason)) = copies.chosen(take) {
            self.further += 1;
            self.join(&copies, wanted, reason, stamp);
        } else {
            self.conflicts.push(Conflict { ours: owned(ours), theirs: owned(theirs) });
        }
    }

    /// Appends rows after a revision of our ledger.
    fn append(&mut self, after: u32, rows: &[&Revision], stamp: &Stamp) {
        for (rev, row) in (after + 1..).zip(rows) {
            let entered_at = stamp.at;
            let batch = stamp.batch;
            self.rows.push(Revision { rev, entered_at, batch, ..(*row).clone() });
        }
    }

    /// Appends what we have not, and behind it what makes the timeline the wanted one. Where somebody chose, a row says so in
    /// any case: else a copy that holds the same rows in another order could not be told from one that is behind.
    fn join(&mut self, copies: &RecordCopies<'_>, wanted: &Timeline<RecordVersion>, reason: &str, stamp: &Stamp) {
        let first = self.rows.len();
        self.append(copies.ours.last().map_or(0, |mine| mine.rev), &copies.missing, stamp);
        let joined: Vec<Revision> = owned(copies.ours).into_iter().chain(self.rows[first..].iter().cloned()).collect();
        let (Some(was), Some(last)) = (versions(&joined), joined.last()) else { return };
        let rows = restate(last, &was, wanted, reason, stamp);
        if rows.is_empty() && copies.relation == CopyRelation::Apart {
            self.rows.extend(restate_last(last, wanted, reason, stamp));
        }
        self.rows.extend(rows);
    }
}

/// What a record is in the end, said once more.
fn restate_last(last: &Revision, timeline: &Timeline<RecordVersion>, reason: &str, stamp: &Stamp) -> Option<Revision> {
    let (days, version) = timeline.segments().last()?;
    let again = stamp.next(last, version.state, version.values.clone(), reason);
    Some(Revision { effective: (days.from > Day::MIN).then_some(days.from), ..again })
}

#[cfg(test)]
mod tests;
