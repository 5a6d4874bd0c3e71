//! The timeline of a record (历程): what holds from which day on. Of a kind that does not last it is one thing for all days.

use super::id_map::IdMap;
use crate::base::day::{Day, Instant};
use crate::base::id::Id;
use std::collections::BTreeSet;

/// From where ledgers are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// What had entered by then is known; without it, all is.
    pub known: Option<Instant>,
    /// As records are on that day; without it, as they are in the end.
    pub day: Option<Day>,
}

impl AsOf {
    /// All that is known, as it is in the end.
    pub const LATEST: AsOf = AsOf { known: None, day: None };

    /// What had entered by then, as it is in the end.
    #[must_use]
    pub const fn known(known: Option<Instant>) -> AsOf {
        AsOf { known, day: None }
    }
}

/// Days in a row: from the first of them on, until the first that is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Validity {
    /// The first day; [`Day::MIN`] where it is from the beginning.
    pub from: Day,
    /// The first day after them; [`Day::MAX`] where it is for good.
    pub until: Day,
}

impl Validity {
    /// All days.
    pub const ALWAYS: Validity = Validity { from: Day::MIN, until: Day::MAX };

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.until <= self.from
    }

    /// Whether a day is among them.
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day < self.until
    }

    /// Whether they are the days that count for someone who looks from there: they have that day, or no end.
    #[must_use]
    pub fn holds(&self, at: AsOf) -> bool {
        at.day.map_or(self.until == Day::MAX, |day| self.contains(day))
    }
}

/// What holds from which day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline<T> {
    /// By the day from which it holds, ascending; the first from the beginning.
    segments: Vec<(Day, T)>,
}

impl<T> Timeline<T> {
    /// One thing, from the beginning.
    #[must_use]
    pub fn new(always: T) -> Timeline<T> {
        Timeline { segments: vec![(Day::MIN, always)] }
    }

    /// From a day on something else holds, whatever was said before of the days from there on.
    pub fn set_from(&mut self, from: Day, what: T) {
        let earlier = self.segments.partition_point(|(start, _)| *start < from);
        self.segments.truncate(earlier);
        self.segments.push((from, what));
    }

    /// Each thing with its days, in their order.
    pub fn segments(&self) -> impl Iterator<Item = (Validity, &T)> {
        let ends = self.segments.iter().skip(1).map(|(from, _)| *from).chain([Day::MAX]);
        self.segments.iter().zip(ends).map(|((from, what), until)| (Validity { from: *from, until }, what))
    }

    /// What holds up to a day, as if it went on so.
    #[must_use]
    pub fn up_to(mut self, day: Day) -> Timeline<T> {
        let later = self.index_on(day) + 1;
        self.segments.truncate(later);
        self
    }

    /// What holds on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> &T {
        &self.segments[self.index_on(day)].1
    }

    /// What holds in the end.
    #[must_use]
    pub fn last(&self) -> &T {
        self.on(Day::MAX)
    }

    /// The days on which something is changed.
    pub fn days_of_change(&self) -> impl Iterator<Item = Day> + '_ {
        self.segments.iter().skip(1).map(|(from, _)| *from)
    }

    /// Something else, made of each thing.
    pub fn map<'c, U>(&'c self, mut make: impl FnMut(&'c T) -> U) -> Timeline<U> {
        Timeline { segments: self.segments.iter().map(|(from, what)| (*from, make(what))).collect() }
    }

    fn index_on(&self, day: Day) -> usize {
        self.segments.partition_point(|(from, _)| *from <= day) - 1
    }
}

impl<T: PartialEq> Timeline<T> {
    /// The first day on which two timelines differ; [`Day::MIN`] where they do from the beginning.
    #[must_use]
    pub fn first_difference(&self, other: &Timeline<T>) -> Option<Day> {
        let mut starts: Vec<Day> = self.segments.iter().chain(&other.segments).map(|(from, _)| *from).collect();
        starts.sort();
        starts.into_iter().find(|day| self.on(*day) != other.on(*day))
    }

    /// The days on which two timelines begin or cease to differ, and those on which one of them changes and the other does not.
    #[must_use]
    pub fn days_of_divergence(&self, other: &Timeline<T>) -> BTreeSet<Day> {
        let changes = self.days_of_change().chain(other.days_of_change());
        changes
            .filter(|day| {
                let before = day.plus(-1);
                let differs = |day: Day| self.on(day) != other.on(day);
                let turns = |timeline: &Timeline<T>| timeline.on(before) != timeline.on(*day);
                differs(before) != differs(*day) || turns(self) != turns(other)
            })
            .collect()
    }

    /// What holds on a day and what comes after it, each with the day from which it holds.
    pub fn from_day(&self, day: Day) -> impl Iterator<Item = (Day, &T)> {
        self.segments[self.index_on(day)..].iter().map(|(from, what)| (*from, what))
    }

    /// The days around one on which some part of what holds is the same.
    pub fn run<P: PartialEq>(&self, day: Day, part: impl Fn(&T) -> P) -> Validity {
        let at = self.index_on(day);
        let wanted = part(&self.segments[at].1);
        let differs = |(_, what): &(Day, T)| part(what) != wanted;
        let first = self.segments[..at].iter().rposition(differs).map_or(0, |before| before + 1);
        let after = self.segments[at..].iter().find(|segment| differs(segment));
        Validity { from: self.segments[first].0, until: after.map_or(Day::MAX, |(from, _)| *from) }
    }
}

impl<T: PartialEq + Clone> Timeline<T> {
    /// Changes what holds on some days, and nothing on others.
    pub fn change(&mut self, days: Validity, change: impl Fn(&mut T)) {
        for day in [days.from, days.until] {
            if day < Day::MAX {
                self.split_at(day);
            }
        }
        self.segments.iter_mut().filter(|(from, _)| days.contains(*from)).for_each(|(_, what)| change(what));
        self.segments.dedup_by(|next, before| next.1 == before.1);
    }

    fn split_at(&mut self, day: Day) {
        let at = self.index_on(day);
        let (from, what) = &self.segments[at];
        if *from < day {
            let segment = (day, what.clone());
            self.segments.insert(at + 1, segment);
        }
    }
}

/// For the records of a ledger that were revised: which of their revisions hold, and on which days.
#[derive(Debug, Default)]
pub(super) struct RevisionTimelines {
    known: Option<Instant>,
    /// The highest revision known of every record that was revised; 0 where none above 1 was known yet.
    last: IdMap<u32>,
    /// Of those that change in time, the revisions that hold.
    changing: IdMap<Timeline<u32>>,
}

impl RevisionTimelines {
    pub(super) fn new(known: Option<Instant>) -> RevisionTimelines {
        RevisionTimelines { known, ..RevisionTimelines::default() }
    }

    /// Takes in a revision above 1; those of a record come in order.
    pub(super) fn add(&mut self, id: Id, rev: u32, entered_at: Instant, effective: Option<Day>) {
        let last = self.last.entry(id).or_insert(0);
        if self.known.is_some_and(|known| entered_at > known) {
            return;
        }
        let before = std::mem::replace(last, rev.max(*last));
        match effective {
            None if self.changing.is_empty() => {}
            None => drop(self.changing.remove(&id)),
            Some(day) => {
                self.changing.entry(id).or_insert_with(|| Timeline::new(before.max(1))).set_from(day, rev);
            }
        }
    }

    /// The days on which a revision holds; none if it never does.
    pub(super) fn days(&self, id: Id, rev: u32, entered_at: Instant) -> Option<Validity> {
        if rev == 1 && self.known.is_some_and(|known| entered_at > known) {
            return None;
        }
        let stands = match self.last.get(&id) {
            None | Some(0) => rev == 1,
            Some(last) => {
                if let Some(timeline) = self.changing.get(&id) {
                    return timeline.segments().find(|(_, holding)| **holding == rev).map(|(days, _)| days);
                }
                rev == *last
            }
        };
        stands.then_some(Validity::ALWAYS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Values by day, said one after another: who asks of a day takes what was said last of it.
    fn said() -> impl Strategy<Value = Vec<(i32, u8)>> {
        prop::collection::vec((0..12, 0..4_u8), 0..8)
    }

    fn timeline(said: &[(i32, u8)]) -> Timeline<u8> {
        let mut timeline = Timeline::new(9);
        for (from, value) in said {
            timeline.set_from(Day(*from), *value);
        }
        timeline
    }

    fn last_said(said: &[(i32, u8)], day: i32) -> u8 {
        said.iter().rev().find(|(from, _)| *from <= day).map_or(9, |(_, value)| *value)
    }

    proptest! {
        #[test]
        fn on_a_day_holds_what_was_said_last_of_it(said in said()) {
            let timeline = timeline(&said);
            for day in -1..13 {
                prop_assert_eq!(*timeline.on(Day(day)), last_said(&said, day));
                let holding: Vec<u8> =
                    timeline.segments().filter(|(days, _)| days.contains(Day(day))).map(|(_, what)| *what).collect();
                prop_assert_eq!(holding, [last_said(&said, day)]);
            }
            prop_assert_eq!(*timeline.last(), last_said(&said, 99));
        }

        #[test]
        fn up_to_a_day_nothing_is_said_of_later_ones(said in said(), until in 0..12) {
            let timeline = timeline(&said).up_to(Day(until));
            for day in -1..14 {
                prop_assert_eq!(*timeline.on(Day(day)), last_said(&said, day.min(until)));
            }
        }

        #[test]
        fn the_first_difference_is_the_first_day_that_differs(one in said(), other in said()) {
            let day = (-1..13).find(|day| last_said(&one, *day) != last_said(&other, *day));
            let found = timeline(&one).first_difference(&timeline(&other));
            prop_assert_eq!(found.map(|day| day.max(Day(-1))), day.map(Day));
        }

        #[test]
        fn two_timelines_diverge_where_the_one_turns_otherwise_than_the_other(one in said(), other in said()) {
            let all = [&one, &other];
            let wanted = (0..13).filter(|day| {
                let [turns, others] = all.map(|said| last_said(said, day - 1) != last_said(said, *day));
                let [before, now] = [day - 1, *day].map(|day| last_said(&one, day) != last_said(&other, day));
                before != now || turns != others
            });
            let found = timeline(&one).days_of_divergence(&timeline(&other));
            prop_assert!(found.into_iter().eq(wanted.map(Day)));
        }

        #[test]
        fn what_is_said_again_from_the_first_difference_makes_the_other_course(one in said(), other in said()) {
            let mut mended = timeline(&one);
            let wanted = timeline(&other);
            if let Some(first) = mended.first_difference(&wanted) {
                wanted.from_day(first).for_each(|(from, value)| mended.set_from(from, *value));
            }
            for day in -1..13 {
                prop_assert_eq!(mended.on(Day(day)), wanted.on(Day(day)));
            }
        }

        #[test]
        fn a_change_concerns_its_days_alone(said in said(), from in 0..12, length in 1..6) {
            let mut changed = timeline(&said);
            changed.change(Validity { from: Day(from), until: Day(from + length) }, |value| *value = 7);
            for day in -1..20 {
                let inside = (from..from + length).contains(&day);
                prop_assert_eq!(*changed.on(Day(day)), if inside { 7 } else { last_said(&said, day) });
            }
        }

        #[test]
        fn a_run_is_as_long_as_nothing_differs(said in said(), day in 0..12) {
            let run = timeline(&said).run(Day(day), |value| *value);
            let value = last_said(&said, day);
            for other in -1..14 {
                let same = (day.min(other)..=day.max(other)).all(|between| last_said(&said, between) == value);
                prop_assert_eq!(run.contains(Day(other)), same);
            }
        }
    }
}
