//! Two copies of a record that went their ways, at random: no row of either is lost, who chooses a side has just that
//! side's timeline, and where nothing is left to merge the two are the same on every day.

use super::*;
use crate::base::day::{Instant, Offset};
use crate::ledger::Validity;
use crate::ledger::tests::id;
use crate::schema::record::RecordState;
use proptest::prelude::*;

/// What a clerk does with the record; what cannot be done to it is left.
#[derive(Clone, Debug)]
enum Step {
    Change { day: i32, value: u8 },
    Correct { day: i32, value: u8 },
    Drop { day: i32 },
    Move { day: i32, to: i32 },
    Void,
    Restore,
    Undo,
}

/// A step, by one of two clerks, who give one of two reasons: so two rows may well say the same.
#[derive(Clone, Debug)]
struct Deed {
    step: Step,
    by: bool,
    reason: bool,
}

fn deeds(most: usize) -> impl Strategy<Value = Vec<Deed>> {
    let step = prop_oneof![
        4 => (1..9, 0..3_u8).prop_map(|(day, value)| Step::Change { day, value }),
        3 => (0..9, 0..3_u8).prop_map(|(day, value)| Step::Correct { day, value }),
        1 => (1..9).prop_map(|day| Step::Drop { day }),
        1 => (1..9, 1..9).prop_map(|(day, to)| Step::Move { day, to }),
        1 => Just(Step::Void),
        1 => Just(Step::Restore),
        2 => Just(Step::Undo),
    ];
    let deed = (step, any::<bool>(), any::<bool>()).prop_map(|(step, by, reason)| Deed { step, by, reason });
    prop::collection::vec(deed, 0..most)
}

/// Both copies begin with the same rows.
fn copies() -> impl Strategy<Value = [Vec<Revision>; 2]> {
    (deeds(4), deeds(4), deeds(4)).prop_map(|(both, ours, theirs)| {
        let mut clock = Clock(100);
        let mut shared = vec![stamp(&mut clock, true).entry(id(1), vec!["0".to_owned()], "")];
        for deed in &both {
            deed.write(&mut shared, &mut clock);
        }
        [ours, theirs].map(|deeds| {
            let mut copy = shared.clone();
            for deed in &deeds {
                deed.write(&mut copy, &mut clock);
            }
            copy
        })
    })
}

/// The number of the next batch, and its second.
struct Clock(u64);

fn stamp(clock: &mut Clock, by: bool) -> Stamp {
    clock.0 += 1;
    let seconds = i64::try_from(clock.0).unwrap();
    let by = if by { "王芳" } else { "李敏" };
    Stamp { at: Instant::new(seconds, Offset::CHINA), by: by.to_owned(), batch: id(clock.0) }
}

impl Step {
    fn timeline(&self, history: &[Revision]) -> Timeline<RecordVersion> {
        let mut now = versions(history).unwrap();
        let is_void = now.last().state == RecordState::Void;
        let version = |value: u8| RecordVersion { state: RecordState::Live, values: vec![value.to_string()] };
        match *self {
            Step::Restore if is_void => {
                let before = history.iter().rposition(|row| row.state == RecordState::Live).unwrap();
                return versions(&history[..=before]).unwrap();
            }
            Step::Undo | Step::Restore => {}
            _ if is_void => {}
            Step::Change { day, value } => {
                let until = now.run(Day(day), RecordVersion::clone).until;
                now.change(Validity { from: Day(day), until }, |held| *held = version(value));
            }
            Step::Correct { day, value } => {
                let days = now.run(Day(day), RecordVersion::clone);
                now.change(days, |held| *held = version(value));
            }
            Step::Drop { day } => {
                let before = now.on(Day(day - 1)).clone();
                let until = now.run(Day(day), RecordVersion::clone).until;
                now.change(Validity { from: Day(day), until }, |held| *held = before.clone());
            }
            Step::Move { day, to } => {
                let side = if to < day { Day(day) } else { Day(day - 1) };
                let held = now.on(side).clone();
                let days = Validity { from: Day(day.min(to)), until: Day(day.max(to)) };
                now.change(days, |other| *other = held.clone());
            }
            Step::Void => {
                let last = now.last().values.clone();
                now = Timeline::new(RecordVersion { state: RecordState::Void, values: last });
            }
        }
        now
    }
}

impl Deed {
    fn write(&self, history: &mut Vec<Revision>, clock: &mut Clock) {
        let stamp = stamp(clock, self.by);
        let reason = if self.reason { "核实" } else { "" };
        let last = history.last().unwrap();
        let rows = if matches!(self.step, Step::Undo) && last.rev > 1 {
            crate::ledger::revise::undo(history, last.batch, reason, &stamp).unwrap()
        } else {
            restate(last, &versions(history).unwrap(), &self.step.timeline(history), reason, &stamp)
        };
        history.extend(rows);
    }
}

fn on_days(history: &[Revision]) -> Vec<RecordVersion> {
    let timeline = versions(history).unwrap();
    [Day::MIN].into_iter().chain((-1..12).map(Day)).chain([Day::MAX]).map(|day| timeline.on(day).clone()).collect()
}

fn lent(history: &[Revision]) -> Vec<&Revision> {
    history.iter().collect()
}

/// Whether one holds all rows of the other.
fn holds(one: &[Revision], other: &[Revision]) -> bool {
    lacking(&lent(other), &lent(one)).is_empty()
}

/// Joins theirs to ours, and looks whether what stood here still does, before what came.
fn joined(ours: &[Revision], theirs: &[Revision], take: Option<MergeSide>, clock: &mut Clock) -> Option<Vec<Revision>> {
    let outcome = merge(ours, theirs, take, &stamp(clock, true));
    assert_eq!(outcome.new + outcome.further + outcome.same + outcome.conflicts.len(), 1);
    assert!(outcome.rows.is_empty() || outcome.further == 1);
    let all: Vec<Revision> = ours.iter().cloned().chain(outcome.rows).collect();
    assert!(all.iter().zip(1..).all(|(row, rev)| row.rev == rev));
    assert!(all.iter().all(|row| row.effective.is_none() || (row.rev > 1 && row.state == RecordState::Live)));
    outcome.conflicts.is_empty().then_some(all)
}

fn side() -> impl Strategy<Value = MergeSide> {
    prop_oneof![Just(MergeSide::Ours), Just(MergeSide::Theirs)]
}

proptest! {
    #[test]
    fn no_row_is_lost_and_who_chooses_a_side_has_its_timeline([ours, theirs] in copies(), take in side()) {
        let clock = &mut Clock(500);
        let all = joined(&ours, &theirs, Some(take), clock).expect("a side is taken");
        prop_assert!(holds(&all, &theirs) && holds(&all, &ours));
        let wanted = match (holds(&theirs, &ours), holds(&ours, &theirs)) {
            // Who is ahead has seen what the other has; else it is chosen.
            (true, false) => &theirs,
            (false, true) => &ours,
            (true, true) | (false, false) => if take == MergeSide::Ours { &ours } else { &theirs },
        };
        prop_assert_eq!(on_days(&all), on_days(wanted));
        // Once more, nothing is left to do, and nobody is asked.
        prop_assert_eq!(joined(&all, &theirs, None, clock), Some(all.clone()));
        prop_assert_eq!(joined(&all, &theirs, Some(take), clock), Some(all.clone()));
        // The other copy is behind now, and takes what was chosen.
        let other = joined(&theirs, &all, None, clock);
        prop_assert_eq!(other.as_deref().map(on_days), Some(on_days(&all)));
        let other = other.unwrap();
        prop_assert!(holds(&other, &all));
        // It may have had to say so, where its rows stand in another order; then that is all there is to say.
        let told = joined(&all, &other, None, clock).unwrap();
        prop_assert!(holds(&told, &other) && holds(&other, &told));
        prop_assert_eq!(on_days(&told), on_days(&all));
        prop_assert_eq!(joined(&other, &told, None, clock), Some(other.clone()));
    }

    #[test]
    fn whoever_is_ahead_is_taken_and_only_what_went_apart_is_a_conflict([ours, theirs] in copies()) {
        let clock = &mut Clock(500);
        let apart = on_days(&ours) != on_days(&theirs) && holds(&ours, &theirs) == holds(&theirs, &ours);
        let all = joined(&ours, &theirs, None, clock);
        prop_assert_eq!(all.is_none(), apart);
        if let Some(all) = all {
            let ahead = if holds(&ours, &theirs) { &ours } else { &theirs };
            prop_assert_eq!(on_days(&all), on_days(ahead));
        } else {
            let outcome = merge(&ours, &theirs, None, &stamp(clock, true));
            prop_assert!(outcome.rows.is_empty());
            let conflict = Conflict { ours: ours.clone(), theirs: theirs.clone() };
            prop_assert_eq!(outcome.conflicts, [conflict]);
        }
    }

    /// However often two copies are worked on and merged into each other: where a merge has nothing to do in either
    /// direction, they say the same.
    #[test]
    fn copies_that_have_nothing_to_tell_each_other_agree(
        rounds in prop::collection::vec((any::<bool>(), deeds(3), prop::option::of(side())), 1..8),
    ) {
        let clock = &mut Clock(100);
        let entry = stamp(clock, true).entry(id(1), vec!["0".to_owned()], "");
        let mut desks = [vec![entry.clone()], vec![entry]];
        for (at, deeds, take) in rounds {
            let here = usize::from(at);
            for deed in &deeds {
                deed.write(&mut desks[here], clock);
            }
            if let Some(all) = joined(&desks[here], &desks[1 - here], take, clock) {
                prop_assert!(holds(&all, &desks[1 - here]));
                desks[here] = all;
            }
            let [one, other] = &desks;
            if joined(one, other, None, clock).as_ref() == Some(one) && joined(other, one, None, clock).as_ref() == Some(other) {
                prop_assert_eq!(on_days(one), on_days(other));
            }
        }
    }
}

/// Each took the other's word, one after the other: they have the same rows, and are not the same.
#[test]
fn two_who_each_took_the_others_word_are_told() {
    let clock = &mut Clock(100);
    let deed = |value: u8, by: bool| Deed { step: Step::Correct { day: 0, value }, by, reason: true };
    let mut ours = vec![stamp(clock, true).entry(id(1), vec!["0".to_owned()], "")];
    let mut theirs = ours.clone();
    deed(1, true).write(&mut ours, clock);
    deed(2, false).write(&mut theirs, clock);
    let here = joined(&ours, &theirs, Some(MergeSide::Theirs), clock).unwrap();
    let there = joined(&theirs, &ours, Some(MergeSide::Theirs), clock).unwrap();
    assert_ne!(on_days(&here), on_days(&there));
    assert_eq!(joined(&here, &there, None, clock), None);
    assert_eq!(joined(&there, &here, None, clock), None);
}

/// As an earlier program left them, which wrote no row that says who chose.
#[test]
fn the_same_rows_in_another_order_are_a_conflict_that_can_be_settled() {
    let clock = &mut Clock(100);
    let entry = stamp(clock, true).entry(id(1), vec!["0".to_owned()], "");
    let row = |rev: u32, value: &str| {
        let stamp = Stamp { at: Instant::new(i64::from(rev), Offset::CHINA), by: value.to_owned(), batch: id(7) };
        Revision { rev, ..stamp.entry(id(1), vec![value.to_owned()], "核实") }
    };
    let ours = [entry.clone(), row(2, "1"), row(3, "2")];
    let theirs = [entry, row(2, "2"), row(3, "1")];
    assert_eq!(joined(&ours, &theirs, None, clock), None);
    for (take, chosen) in [(MergeSide::Ours, &ours), (MergeSide::Theirs, &theirs)] {
        let all = joined(&ours, &theirs, Some(take), clock).unwrap();
        assert_eq!(on_days(&all), on_days(chosen));
        assert_eq!(joined(&all, &theirs, None, clock), Some(all.clone()));
        assert_eq!(joined(&theirs, &all, None, clock).map(|other| on_days(&other)), Some(on_days(&all)));
    }
}

#[test]
fn rows_that_came_late_are_known_again() {
    let mut clock = Clock(100);
    let entry = stamp(&mut clock, true).entry(id(1), vec!["0".to_owned()], "");
    let corrected = stamp(&mut clock, true).next(&entry, RecordState::Live, vec!["1".to_owned()], "多写");
    let theirs = vec![entry, corrected];
    // The month was closed here: why they came late was put behind the reasons that they had.
    let late = |(row, reason): (&Revision, &str)| Revision { reason: reason.to_owned(), ..row.clone() };
    let ours: Vec<Revision> = theirs.iter().zip(["迟交", "多写；迟交"]).map(late).collect();
    for [here, there] in [[&ours, &theirs], [&theirs, &ours]] {
        let again = merge(here, there, None, &stamp(&mut clock, true));
        assert_eq!((again.rows, again.same, again.conflicts), (Vec::new(), 1, Vec::new()));
    }
    // Another reason is another row.
    let other = vec![late((&theirs[0], "")), late((&theirs[1], "另有原因"))];
    assert_eq!(merge(&ours, &other, None, &stamp(&mut clock, true)).rows.len(), 1);
}
