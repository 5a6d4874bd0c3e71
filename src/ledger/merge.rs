//! Joining two copies of a ledger, record by record: what the other has and ours has not is appended, and no row of
//! either side is lost. Where the two went different ways nobody guesses.

use super::revise::{RecordVersion, Stamp, restate, timeline};
use crate::base::id::Id;
use crate::ledger::IdMap;
use crate::schema::record::Revision;

/// Whose state stands where the two copies differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeSide {
    /// Ours.
    Ours,
    /// Theirs.
    Theirs,
}

/// A record that the two copies took different ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The record as it stands here.
    pub ours: Revision,
    /// The record as it stands there.
    pub theirs: Revision,
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
        && one.reason == other.reason
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
        let shared = ours.iter().zip(theirs).take_while(|(one, other)| equal(one, other)).count();
        let missing: Vec<&Revision> =
            theirs.iter().filter(|row| !ours.iter().any(|mine| equal(mine, row))).copied().collect();
        let (Some(mine), Some(last)) = (ours.last(), theirs.last()) else {
            self.new += 1;
            self.append(0, theirs, stamp);
            return;
        };
        if shared == ours.len() && shared < theirs.len() {
            self.further += 1;
            self.append(mine.rev, &theirs[shared..], stamp);
        } else if missing.is_empty() {
            self.same += 1;
        } else if let Some(take) = take {
            self.further += 1;
            let first = self.rows.len();
            self.append(mine.rev, &missing, stamp);
            self.settle(ours, first, if take == MergeSide::Ours { ours } else { theirs }, stamp);
        } else {
            self.conflicts.push(Conflict { ours: (*mine).clone(), theirs: (*last).clone() });
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

    /// The timeline of the side that was chosen once more, if it is not that of all rows already. Those from `first` on were
    /// appended to ours.
    fn settle(&mut self, ours: &[&Revision], first: usize, chosen: &[&Revision], stamp: &Stamp) {
        let cloned = |rows: &[&Revision]| rows.iter().map(|row| (*row).clone()).collect::<Vec<Revision>>();
        let joined: Vec<Revision> = cloned(ours).into_iter().chain(self.rows[first..].iter().cloned()).collect();
        let chosen = cloned(chosen);
        let (Some(was), Some(wanted), Some(last)) = (timeline(&joined), timeline(&chosen), joined.last()) else {
            return;
        };
        let reason = wanted.last().reason.clone();
        let versions = [was, wanted].map(|timeline| timeline.map(|row| RecordVersion::of(row)));
        let [was, wanted] = &versions;
        self.rows.extend(restate(last, was, wanted, &reason, stamp));
    }
}
