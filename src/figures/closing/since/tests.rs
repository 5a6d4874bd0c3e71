//! What is said of records since a closing is what a look at each of their days finds.

use super::*;
use crate::base::day::Offset;
use crate::ledger::tests::id;
use proptest::prelude::*;

const UNTIL: Day = Day(17_000);
const KNOWN: i64 = 4;

/// A row: when it entered, live, its date, from which day on it holds, and two values.
type Draw = (i64, bool, i32, Option<i32>, [u8; 2]);

fn draws() -> impl Strategy<Value = Vec<Draw>> {
    let day = || -6..6_i32;
    let draw = (0..9_i64, prop::bool::weighted(0.8), day(), prop::option::of(day()), prop::array::uniform2(0..3_u8));
    prop::collection::vec(draw, 1..7)
}

fn history(draws: &[Draw]) -> Vec<Revision> {
    let mut hours: Vec<i64> = draws.iter().map(|draw| draw.0).collect();
    hours.sort_unstable();
    let row = |((draw, hour), rev): ((&Draw, i64), u32)| {
        let &(_, live, date, effective, values) = draw;
        let live = live || rev == 1;
        let values = values.map(|value| value.to_string());
        Revision {
            id: id(1),
            rev,
            state: if live { RecordState::Live } else { RecordState::Void },
            values: [Day(UNTIL.0 + date).to_string()].into_iter().chain(values).collect(),
            effective: effective.filter(|_| live && rev > 1).map(|day| Day(UNTIL.0 + day)),
            entered_at: Instant::new(hour * 3600, Offset::CHINA),
            entered_by: "王芳".to_owned(),
            reason: rev.to_string(),
            // What enters in one hour is one batch.
            batch: id(u64::try_from(hour).unwrap()),
        }
    };
    draws.iter().zip(hours).zip(1..).map(row).collect()
}

/// The record on a day, by the words of docs/data-format.md: the highest revision that holds; there, if it is live and its
/// date has come.
fn on(history: &[Revision], day: Day) -> (Option<&Revision>, bool) {
    let held = history.iter().rfind(|row| row.effective.is_none_or(|effective| effective <= day));
    (held, held.is_some_and(|row| row.state == RecordState::Live && row.date().unwrap() <= day))
}

fn values_on(history: &[Revision], day: Day) -> Option<&[String]> {
    let (held, there) = on(history, day);
    held.filter(|_| there).map(|row| row.values.as_slice())
}

fn days() -> impl Iterator<Item = Day> {
    (UNTIL.0 - 8..=UNTIL.0).map(Day)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_record_is_named_if_it_is_another_on_some_day_up_to_the_months_end(draws in draws()) {
        let history = history(&draws);
        let known = Instant::new(KNOWN * 3600, Offset::CHINA);
        let then: Vec<Revision> = history.iter().filter(|row| row.entered_at <= known).cloned().collect();
        let listed = RecordChange::list(history.clone(), known, UNTIL);
        let other: Vec<Day> = days().filter(|day| values_on(&then, *day) != values_on(&history, *day)).collect();
        prop_assert_eq!(listed.len(), usize::from(!other.is_empty()));
        let Some(change) = listed.first() else { return Ok(()) };

        // Who, when and why is said by a row without whose batch those days would be others, and by no later one.
        let before = |batch: Id| history.iter().take_while(|row| row.batch != batch).cloned().collect::<Vec<_>>();
        let until = |batch: Id| history.iter().filter(|row| row.batch <= batch).cloned().collect::<Vec<_>>();
        let bears = |batch: Id| days().any(|day| values_on(&before(batch), day) != values_on(&until(batch), day));
        prop_assert!(change.last.entered_at > known && bears(change.last.batch));
        prop_assert!(!history.iter().any(|row| row.batch > change.last.batch && bears(row.batch)));

        let both = matches!(change.fate, RecordFate::Corrected | RecordFate::Changed);
        prop_assert_eq!(change.timelines.is_some(), both);
        if let Some(TimelinePair { was, now }) = &change.timelines {
            for day in days() {
                prop_assert_eq!(was.on(day), &RecordVersion::of(on(&then, day).0.unwrap()));
                prop_assert_eq!(now.on(day), &RecordVersion::of(on(&history, day).0.unwrap()));
            }
            prop_assert_eq!([was.last(), now.last()], [was.on(UNTIL), now.on(UNTIL)]);
        }
    }
}
