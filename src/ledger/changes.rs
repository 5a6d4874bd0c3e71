//! Changes of a record in time (变动): a field holds something else from a day on, and the day or the change itself is
//! corrected. What others say of other fields, and of other days, stays.

use super::revise::RecordVersion;
use super::timeline::{Timeline, Validity};
use crate::base::day::Day;
use crate::base::number::Numbered as _;
use crate::schema::kind::FieldNo;

/// The days on which a field holds one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRun<'t> {
    /// The days.
    pub days: Validity,
    /// What it holds.
    pub value: &'t str,
}

/// The days on which a field holds something else than it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDifference<'t> {
    /// The field.
    pub field: FieldNo,
    /// The days.
    pub days: Validity,
    /// What it held.
    pub before: &'t str,
    /// What it holds.
    pub after: &'t str,
}

impl Timeline<RecordVersion> {
    /// What a field holds, and when: all days in their order.
    #[must_use]
    pub fn field_runs(&self, field: FieldNo) -> Vec<FieldRun<'_>> {
        let mut runs: Vec<FieldRun<'_>> = Vec::new();
        for (days, version) in self.segments() {
            let value = version.values[field].as_str();
            match runs.last_mut().filter(|last| last.value == value) {
                Some(last) => last.days.until = days.until,
                None => runs.push(FieldRun { days, value }),
            }
        }
        runs
    }

    /// The days around one on which a field holds the same.
    #[must_use]
    pub fn field_run(&self, field: FieldNo, day: Day) -> Validity {
        self.run(day, |version| version.values[field].clone())
    }

    /// The fields that hold something else on a day than on the day before.
    #[must_use]
    pub fn changed_on(&self, day: Day) -> Vec<FieldNo> {
        let before = &self.on(day.plus(-1)).values;
        let pairs = before.iter().zip(&self.on(day).values).numbered();
        pairs.filter(|(_, (before, after))| before != after).map(|(field, _)| field).collect()
    }

    /// Says what a field holds on some days; other fields and other days stay as they are.
    pub fn set_field(&mut self, field: FieldNo, days: Validity, value: &str) {
        self.change(days, |version| value.clone_into(&mut version.values[field]));
    }

    /// From a day on a field holds something else, until it changes the next time.
    pub fn change_field(&mut self, field: FieldNo, day: Day, value: &str) {
        let until = self.field_run(field, day).until;
        self.set_field(field, Validity { from: day, until }, value);
    }

    /// What a field holds on a day was never so: it is corrected on all days around that one on which it holds the same.
    pub fn correct_field(&mut self, field: FieldNo, day: Day, value: &str) {
        self.set_field(field, self.field_run(field, day), value);
    }

    /// A field does not change on a day: what it held before goes on until it changes the next time.
    pub fn drop_change(&mut self, field: FieldNo, day: Day) {
        let before = self.on(day.plus(-1)).values[field].clone();
        self.change_field(field, day, &before);
    }

    /// A field changes on another day than was said, one of those where the change [may move](Timeline::room_of_change).
    pub fn move_change(&mut self, field: FieldNo, day: Day, to: Day) {
        if to < day {
            let after = self.on(day).values[field].clone();
            self.set_field(field, Validity { from: to, until: day }, &after);
        } else {
            let before = self.on(day.plus(-1)).values[field].clone();
            self.set_field(field, Validity { from: day, until: to }, &before);
        }
    }

    /// The days on which a field might change instead of on that day, without meeting what it changes before or after.
    #[must_use]
    pub fn room_of_change(&self, field: FieldNo, day: Day) -> Validity {
        let before = self.field_run(field, day.plus(-1)).from;
        let from = if before == Day::MIN { before } else { before.plus(1) };
        Validity { from, until: self.field_run(field, day).until }
    }

    /// What fields hold otherwise than in the timeline that was: field by field, and by day.
    #[must_use]
    pub fn differences<'t>(&'t self, was: &'t Timeline<RecordVersion>) -> Vec<FieldDifference<'t>> {
        let mut starts: Vec<Day> = self.segments().chain(was.segments()).map(|(days, _)| days.from).collect();
        starts.sort();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain([Day::MAX]);
        let mut all: Vec<FieldDifference<'t>> = Vec::new();
        for (from, until) in starts.iter().copied().zip(ends) {
            for (field, (before, after)) in was.on(from).values.iter().zip(&self.on(from).values).numbered() {
                if before != after {
                    let days = Validity { from, until };
                    all.push(FieldDifference { field, days, before, after });
                }
            }
        }
        all.sort_by_key(|one| (one.field, one.days.from));
        all.dedup_by(|next, last| {
            let goes_on =
                FieldDifference { days: next.days, ..last.clone() } == *next && last.days.until == next.days.from;
            if goes_on {
                last.days.until = next.days.until;
            }
            goes_on
        });
        all
    }

    /// Whether nothing was said of the record but that it changes, compared with the timeline that was: what every field
    /// held it still holds where it began to.
    #[must_use]
    pub fn only_changes(&self, was: &Timeline<RecordVersion>) -> bool {
        let fields = (0..was.last().values.len()).map(FieldNo::from);
        fields.into_iter().all(|field| {
            let now = self.field_runs(field);
            let begins =
                |run: &FieldRun<'_>| now.iter().any(|one| (one.days.from, one.value) == (run.days.from, run.value));
            was.field_runs(field).iter().all(begins)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::day::{Instant, Offset};
    use crate::base::id::Id;
    use crate::ledger::revise::{Stamp, restate, undo, versions};
    use crate::ledger::tests::id;
    use crate::schema::record::{RecordState, Revision};
    use proptest::prelude::*;

    /// The days on which the model looks: one before the first and one after the last that is spoken of.
    const DAYS: std::ops::RangeInclusive<i32> = -1..=13;
    const FIELDS: usize = 2;

    /// A record by day, as nobody would store it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct DayTable(Vec<[String; FIELDS]>);

    /// What is said of a record.
    #[derive(Clone, Debug)]
    enum Step {
        Change { field: usize, day: i32, value: u8 },
        Correct { field: usize, day: i32, value: u8 },
        Move { field: usize, day: i32, to: i32 },
        Drop { field: usize, day: i32 },
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let at = || (0..FIELDS, 0..12_i32);
        let step = prop_oneof![
            3 => (at(), 0..4_u8).prop_map(|((field, day), value)| Step::Change { field, day, value }),
            1 => (at(), 0..4_u8).prop_map(|((field, day), value)| Step::Correct { field, day, value }),
            1 => (at(), 0..12_i32).prop_map(|((field, day), to)| Step::Move { field, day, to }),
            1 => at().prop_map(|(field, day)| Step::Drop { field, day }),
        ];
        prop::collection::vec(step, 1..10)
    }

    impl DayTable {
        fn of(timeline: &Timeline<RecordVersion>) -> DayTable {
            let on = |day| timeline.on(Day(day)).values.clone().try_into().expect("all fields are there");
            DayTable(DAYS.map(on).collect())
        }

        fn at(&self, field: usize, day: i32) -> &str {
            &self.0[usize::try_from(day - DAYS.start()).unwrap()][field]
        }

        fn set(&mut self, field: usize, days: impl Iterator<Item = i32>, value: &str) {
            for day in days {
                value.clone_into(&mut self.0[usize::try_from(day - DAYS.start()).unwrap()][field]);
            }
        }

        /// The first day after one on which the field holds something else.
        fn next_change(&self, field: usize, day: i32) -> i32 {
            let value = self.at(field, day);
            (day..=*DAYS.end()).find(|later| self.at(field, *later) != value).unwrap_or(DAYS.end() + 1)
        }

        /// The first day on which the field holds what it holds on one.
        fn begin(&self, field: usize, day: i32) -> i32 {
            let value = self.at(field, day);
            (*DAYS.start()..day)
                .rev()
                .find(|earlier| self.at(field, *earlier) != value)
                .map_or(*DAYS.start(), |day| day + 1)
        }

        fn changes_on(&self, field: usize, day: i32) -> bool {
            self.at(field, day) != self.at(field, day - 1)
        }

        /// Whether the change of a day may be on another: none of the same field lies between, or there.
        fn may_move(&self, field: usize, day: i32, to: i32) -> bool {
            let between = day.min(to)..=day.max(to);
            self.changes_on(field, day)
                && between.into_iter().all(|other| other == day || !self.changes_on(field, other))
        }

        fn take(&mut self, step: &Step) {
            match *step {
                Step::Change { field, day, value } => {
                    self.set(field, day..self.next_change(field, day), &value.to_string());
                }
                Step::Correct { field, day, value } => {
                    self.set(field, self.begin(field, day)..self.next_change(field, day), &value.to_string());
                }
                Step::Move { field, day, to } if self.may_move(field, day, to) => {
                    let before = self.at(field, day - 1).to_owned();
                    let after = self.at(field, day).to_owned();
                    self.set(field, day..to, &before);
                    self.set(field, to..day, &after);
                }
                Step::Drop { field, day } if self.changes_on(field, day) => {
                    let before = self.at(field, day - 1).to_owned();
                    self.set(field, day..self.next_change(field, day), &before);
                }
                Step::Move { .. } | Step::Drop { .. } => {}
            }
        }
    }

    fn take(timeline: &mut Timeline<RecordVersion>, step: &Step) {
        match *step {
            Step::Change { field, day, value } => timeline.change_field(field.into(), Day(day), &value.to_string()),
            Step::Correct { field, day, value } => timeline.correct_field(field.into(), Day(day), &value.to_string()),
            Step::Move { field, day, to } => {
                let field = FieldNo::from(field);
                if timeline.changed_on(Day(day)).contains(&field)
                    && timeline.room_of_change(field, Day(day)).contains(Day(to))
                {
                    timeline.move_change(field, Day(day), Day(to));
                }
            }
            Step::Drop { field, day } => timeline.drop_change(field.into(), Day(day)),
        }
    }

    fn stamp(batch: u64) -> Stamp {
        Stamp { at: Instant::new(0, Offset(0)), by: String::new(), batch: id(batch) }
    }

    fn entry() -> Revision {
        stamp(100).entry(id(1), vec!["0".to_owned(); FIELDS], "")
    }

    /// The rows of each step, as a ledger would have them, and the batch of the last that wrote any.
    fn history(steps: &[Step]) -> (Vec<Revision>, Option<Id>) {
        let mut history = vec![entry()];
        let mut last = None;
        for (step, batch) in steps.iter().zip(101..) {
            let was = versions(&history).unwrap();
            let mut wanted = was.clone();
            take(&mut wanted, step);
            let rows = restate(history.last().unwrap(), &was, &wanted, "", &stamp(batch));
            if !rows.is_empty() {
                last = Some(id(batch));
            }
            history.extend(rows);
        }
        (history, last)
    }

    fn runs_of_days(differs: impl Fn(i32) -> Option<(String, String)>) -> usize {
        DAYS.filter(|day| differs(*day).is_some() && (*day == *DAYS.start() || differs(*day) != differs(day - 1)))
            .count()
    }

    proptest! {
        #[test]
        fn a_step_does_to_each_day_what_it_says(steps in steps()) {
            let mut timeline = Timeline::new(RecordVersion::of(&entry()));
            let mut table = DayTable::of(&timeline);
            for step in &steps {
                take(&mut timeline, step);
                table.take(step);
                prop_assert_eq!(&DayTable::of(&timeline), &table, "{:?}", step);
            }
            let (rows, _) = history(&steps);
            prop_assert_eq!(DayTable::of(&versions(&rows).unwrap()), table);
        }

        #[test]
        fn an_undo_gives_the_old_timeline_back(steps in steps()) {
            let (mut rows, last) = history(&steps);
            if let Some(batch) = last {
                let before: Vec<Revision> = rows.iter().filter(|row| row.batch != batch).cloned().collect();
                rows.extend(undo(&rows, batch, "", &stamp(300)).unwrap());
                prop_assert_eq!(
                    DayTable::of(&versions(&rows).unwrap()),
                    DayTable::of(&versions(&before).unwrap())
                );
                prop_assert!(rows.iter().all(|row| row.state == RecordState::Live));
            }
        }

        #[test]
        fn differences_are_the_days_that_differ(one in steps(), other in steps()) {
            let was = versions(&history(&one).0).unwrap();
            let now = versions(&history(&other).0).unwrap();
            let found = now.differences(&was);
            for field in 0..FIELDS {
                let differs = |day: i32| {
                    let before = was.on(Day(day)).values[field].clone();
                    let after = now.on(Day(day)).values[field].clone();
                    (before != after).then_some((before, after))
                };
                let of_field: Vec<_> = found.iter().filter(|one| one.field == FieldNo::from(field)).collect();
                for day in DAYS {
                    let said = of_field.iter().find(|one| one.days.contains(Day(day)));
                    prop_assert_eq!(said.map(|one| (one.before.to_owned(), one.after.to_owned())), differs(day));
                }
                prop_assert_eq!(of_field.len(), runs_of_days(differs));
            }
        }

        #[test]
        fn runs_of_a_field_are_its_days(steps in steps()) {
            let timeline = versions(&history(&steps).0).unwrap();
            for field in (0..FIELDS).map(FieldNo::from) {
                let runs = timeline.field_runs(field);
                for day in DAYS.map(Day) {
                    let run = runs.iter().find(|run| run.days.contains(day)).unwrap();
                    prop_assert_eq!(run.value, timeline.on(day).values[field].as_str());
                    prop_assert_eq!(run.days, timeline.field_run(field, day));
                }
            }
        }
    }

    #[test]
    fn a_change_is_told_from_a_correction() {
        let after = |steps: &[Step]| versions(&history(steps).0).unwrap();
        let listed = Step::Change { field: 0, day: 5, value: 1 };
        let was = after(std::slice::from_ref(&listed));
        for (step, only_changes) in [
            (Step::Change { field: 0, day: 2, value: 3 }, true),
            (Step::Change { field: 0, day: 8, value: 3 }, true),
            (Step::Change { field: 1, day: 5, value: 3 }, true),
            (Step::Change { field: 0, day: 5, value: 3 }, false),
            (Step::Correct { field: 0, day: 7, value: 3 }, false),
            (Step::Correct { field: 1, day: 7, value: 3 }, false),
            (Step::Move { field: 0, day: 5, to: 3 }, false),
            (Step::Move { field: 0, day: 5, to: 7 }, false),
            (Step::Drop { field: 0, day: 5 }, false),
        ] {
            assert_eq!(after(&[listed.clone(), step.clone()]).only_changes(&was), only_changes, "{step:?}");
        }
    }
}
