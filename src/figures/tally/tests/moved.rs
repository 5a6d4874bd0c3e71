//! What moves a figure: a correction, a void, an entry or an undo, on any day; a change never before its own day. Random
//! histories, written as the commands write them, beside a naive one that keeps a record's values day by day.

use super::ledgers::{FixtureRow, count, day, split, townships};
use super::random::{PLAN, moment};
use crate::base::day::{Day, Instant};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::figures::tally::Figures;
use crate::ledger::merge::{MergeSide, merge};
use crate::ledger::revise::{RecordVersion, Stamp, restate, timeline, undo};
use crate::ledger::tests::{KINDS, id};
use crate::ledger::{Timeline, Validity};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;
use proptest::prelude::*;

/// One thing that is done to the records of a ledger.
#[derive(Clone, Debug)]
enum Deed {
    Enter {
        date: i32,
        picks: [usize; 3],
    },
    Correct {
        record: usize,
        field: usize,
        pick: usize,
    },
    Change {
        record: usize,
        field: usize,
        pick: usize,
        day: i32,
    },
    Void {
        record: usize,
    },
    Restore {
        record: usize,
    },
    UndoLast {
        record: usize,
    },
    /// Somebody else changed a record in a copy, and it is merged; whose side is taken.
    Merge {
        record: usize,
        field: usize,
        day: i32,
        theirs: bool,
    },
}

/// The first day of a history.
const FIRST: Day = Day(17_590);
/// So many days later is the last.
const LENGTH: i32 = 120;
const FIELDS: [&str; 3] = ["stage", "households", "households_reached"];
const STAGES: [&str; 3] = ["applied", "listed", "accepted"];

fn deed() -> impl Strategy<Value = Deed> {
    let record = || 0..4_usize;
    let field = || 0..FIELDS.len();
    let pick = || 0..3_usize;
    let day = || 0..LENGTH;
    prop_oneof![
        3 => (day(), prop::array::uniform3(pick())).prop_map(|(date, picks)| Deed::Enter { date, picks }),
        3 => (record(), field(), pick()).prop_map(|(record, field, pick)| Deed::Correct { record, field, pick }),
        6 => (record(), field(), pick(), day()).prop_map(|(record, field, pick, day)| Deed::Change { record, field, pick, day }),
        1 => record().prop_map(|record| Deed::Void { record }),
        1 => record().prop_map(|record| Deed::Restore { record }),
        2 => record().prop_map(|record| Deed::UndoLast { record }),
        2 => (record(), 1..FIELDS.len(), day(), any::<bool>()).prop_map(|(record, field, day, theirs)| Deed::Merge { record, field, day, theirs }),
    ]
}

fn kind() -> &'static Kind {
    KINDS.get("service-point").unwrap()
}

fn field(number: usize) -> FieldNo {
    kind().field(FIELDS[number]).unwrap()
}

fn value(number: usize, pick: usize) -> String {
    if number == 0 { STAGES[pick].to_owned() } else { (pick * 10).to_string() }
}

/// A history being written: its rows in file order, and of each record, day by day, what it should be.
#[derive(Default)]
struct History {
    rows: Vec<Revision>,
    records: Vec<Id>,
    /// For each record its values on each day, `None` where it is void; and how it was before, deed by deed.
    naive: Vec<Vec<NaiveDays>>,
    deeds: u64,
}

/// What a record is on each day from [`FIRST`] on.
type NaiveDays = Vec<Option<Vec<String>>>;

impl History {
    fn of(&self, record: usize) -> Vec<Revision> {
        self.rows.iter().filter(|row| row.id == self.records[record]).cloned().collect()
    }

    fn versions(&self, record: usize) -> Timeline<RecordVersion> {
        timeline(&self.of(record)).unwrap().map(|row| RecordVersion::of(row))
    }

    fn stamp(&self) -> Stamp {
        Stamp { at: entry_time(self.deeds), by: "李".to_owned(), batch: id(9_000 + self.deeds) }
    }

    /// Writes the rows by which a record becomes this.
    fn write(&mut self, record: usize, wanted: &Timeline<RecordVersion>) {
        let history = self.of(record);
        let was = self.versions(record);
        self.rows.extend(restate(history.last().unwrap(), &was, wanted, "", &self.stamp()));
    }

    /// Does one deed; gives the day up to which it may move nothing, if it is a change.
    fn take(&mut self, deed: &Deed) -> Option<Day> {
        self.deeds += 1;
        let target = match *deed {
            Deed::Enter { date, ref picks } => {
                self.enter(FIRST.plus(date), picks);
                return None;
            }
            Deed::Correct { record, .. }
            | Deed::Change { record, .. }
            | Deed::Void { record }
            | Deed::Restore { record }
            | Deed::UndoLast { record }
            | Deed::Merge { record, .. } => record,
        };
        if self.records.is_empty() {
            return None;
        }
        let record = target % self.records.len();
        let is_void = self.naive[record].last().unwrap()[0].is_none();
        match *deed {
            Deed::Void { .. } | Deed::Correct { .. } | Deed::Change { .. } | Deed::Merge { .. } if is_void => None,
            Deed::Correct { field: number, pick, .. } => {
                self.set(record, number, &value(number, pick), Validity::ALWAYS);
                None
            }
            Deed::Change { field: number, pick, day, .. } => {
                let from = FIRST.plus(day);
                let until = self.versions(record).run(from, |version| version.values[field(number)].clone()).until;
                self.set(record, number, &value(number, pick), Validity { from, until });
                Some(from)
            }
            Deed::Void { .. } => {
                let mut wanted = self.versions(record);
                let last = wanted.last().clone();
                wanted = Timeline::new(RecordVersion { state: RecordState::Void, ..last });
                self.write(record, &wanted);
                self.naive[record].push(vec![None; usize::try_from(LENGTH).unwrap()]);
                None
            }
            Deed::Restore { .. } if is_void => {
                let history = self.of(record);
                let live = history.iter().rposition(|row| row.state == RecordState::Live).unwrap();
                let wanted = timeline(&history[..=live]).unwrap().map(|row| RecordVersion::of(row));
                self.write(record, &wanted);
                let before = self.naive[record].iter().rev().find(|days| days[0].is_some()).unwrap().clone();
                self.naive[record].push(before);
                None
            }
            Deed::Restore { .. } | Deed::Enter { .. } => None,
            Deed::UndoLast { .. } => {
                self.undo_last(record);
                None
            }
            Deed::Merge { field: number, day, theirs, .. } => {
                let said = (700 + self.deeds).to_string();
                self.merge(record, number, &said, FIRST.plus(day), theirs);
                None
            }
        }
    }

    fn enter(&mut self, date: Day, picks: &[usize; 3]) {
        let mut values = vec![String::new(); kind().fields.len()];
        values[FieldNo::DATE] = date.to_string();
        values[kind().field("type").unwrap()] = ["digital-upgrade", "home-network"][self.records.len() % 2].to_owned();
        for (number, pick) in picks.iter().enumerate() {
            values[field(number)] = value(number, *pick);
        }
        let record = id(u64::try_from(self.records.len()).unwrap() * 31 + 5);
        self.rows.push(self.stamp().entry(record, values.clone(), ""));
        self.records.push(record);
        self.naive.push(vec![vec![Some(values); usize::try_from(LENGTH).unwrap()]]);
    }

    fn set(&mut self, record: usize, number: usize, value: &str, on: Validity) {
        let mut wanted = self.versions(record);
        wanted.change(on, |version| value.clone_into(&mut version.values[field(number)]));
        self.write(record, &wanted);
        let mut days = self.naive[record].last().unwrap().clone();
        for (at, values) in days.iter_mut().enumerate() {
            if on.contains(FIRST.plus(i32::try_from(at).unwrap())) {
                value.clone_into(&mut values.as_mut().unwrap()[field(number)]);
            }
        }
        self.naive[record].push(days);
    }

    fn undo_last(&mut self, record: usize) {
        let history = self.of(record);
        let batch = history.last().unwrap().batch;
        let first = history.iter().position(|row| row.batch == batch).unwrap();
        let rows = undo(&history, batch, "", &self.stamp()).unwrap();
        self.rows.extend(rows);
        // What it was before: as the rows before that batch say it day by day.
        let before = timeline(&history[..first]).map_or_else(
            || vec![None; usize::try_from(LENGTH).unwrap()],
            |before| {
                let on = |at| before.on(FIRST.plus(at));
                (0..LENGTH)
                    .map(|at| Some(on(at)).filter(|row| row.state == RecordState::Live).map(|row| row.values.clone()))
                    .collect()
            },
        );
        self.naive[record].push(before);
    }

    fn merge(&mut self, record: usize, number: usize, value: &str, from: Day, theirs: bool) {
        let mut other = History {
            rows: self.rows.clone(),
            records: self.records.clone(),
            naive: self.naive.clone(),
            deeds: self.deeds + 500,
        };
        other.set(record, number, value, Validity { from, until: Day::MAX });
        // Ours goes another way, if it was not there already; a copy that is ahead of the other stands without a choice.
        let rows = self.rows.len();
        self.set(record, number, "", Validity::ALWAYS);
        let theirs_stands = other.rows.len() > rows && (theirs || self.rows.len() == rows);
        self.deeds += 1;
        let side = if theirs { MergeSide::Theirs } else { MergeSide::Ours };
        let joined = merge(&self.rows, &other.rows, Some(side), &self.stamp());
        self.rows.extend(joined.rows);
        if theirs_stands {
            let days = other.naive[record].last().unwrap().clone();
            self.naive[record].push(days);
        }
    }

    fn lines(&self) -> Vec<FixtureRow> {
        let line = |row: &Revision| FixtureRow {
            township: TownshipNo::from(0),
            kind: "service-point",
            id: row.id,
            rev: row.rev,
            live: row.state == RecordState::Live,
            cells: kind()
                .fields
                .iter()
                .zip(&row.values)
                .map(|(field, value)| (field.name.as_str(), value.clone()))
                .collect(),
            effective: row.effective,
            entered_at: row.entered_at,
        };
        self.rows.iter().map(line).collect()
    }

    fn figures(&self) -> Figures {
        split(&count(&PLAN, &townships(&["t0"]), &[], None), &self.lines(), &[0]).unwrap()
    }

    /// Every record is on every day as it should be.
    fn is_as_told(&self) -> Result<(), TestCaseError> {
        for (record, naive) in self.naive.iter().enumerate() {
            let timeline = self.versions(record);
            for (at, wanted) in naive.last().unwrap().iter().enumerate() {
                let version = timeline.on(FIRST.plus(i32::try_from(at).unwrap()));
                let values = (version.state == RecordState::Live).then_some(&version.values);
                prop_assert_eq!(values, wanted.as_ref(), "record {} on day {}", record, at);
            }
        }
        Ok(())
    }
}

fn entry_time(deeds: u64) -> Instant {
    moment(i64::try_from(deeds).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_change_moves_no_figure_of_a_day_before_it(deeds in prop::collection::vec(deed(), 1..24)) {
        let mut history = History::default();
        let mut before = history.figures();
        for deed in &deeds {
            let from = history.take(deed);
            history.is_as_told()?;
            let after = history.figures();
            if let Some(from) = from {
                for (at, indicator) in PLAN.indicators.iter().numbered() {
                    for day in (FIRST.0..from.0).map(Day) {
                        prop_assert_eq!(after.county(at, day), before.county(at, day), "{} on {}, changed on {}", indicator.id, day, from);
                        prop_assert_eq!(after.whole(at, day), before.whole(at, day));
                    }
                }
            }
            before = after;
        }
    }
}

#[test]
fn a_point_that_was_listed_in_november_counts_from_then_on() {
    let point = |stage| FixtureRow::new(0, "service-point", 1, stage);
    let entered = point("date=2018-05-25; type=digital-upgrade; stage=applied").entered("2018-05-25T09:00:00+08:00");
    let listed =
        point("date=2018-05-25; type=digital-upgrade; stage=listed").rev(2).entered("2018-11-21T10:00:00+08:00");
    let digital = PLAN.indicator_no("digital").unwrap();
    let reached = |lines: &[FixtureRow]| {
        let figures = split(&count(&PLAN, &townships(&["a"]), &[], None), lines, &[0]).unwrap();
        figures.reached_on(digital, 1, day("2018-12-31"))
    };
    assert_eq!(reached(&[entered.clone(), listed.clone().holding_from("2018-11-20")]), Some(day("2018-11-20")));
    assert_eq!(reached(&[entered.clone(), listed]), Some(day("2018-05-25")), "that is what a correction says");
    // Applied for the year before, it counts in the year in which it is listed, and in that alone.
    let old = |line: FixtureRow| FixtureRow {
        cells: line.cells.iter().map(|(name, cell)| (*name, cell.replace("2018-05-25", "2017-05-25"))).collect(),
        ..line
    };
    let lines = [
        old(entered),
        old(point("date=2018-05-25; type=digital-upgrade; stage=listed")).rev(2).holding_from("2018-11-20"),
    ];
    assert_eq!(reached(&lines), Some(day("2018-11-20")));
    assert_eq!(
        reached(&lines.map(|line| FixtureRow { effective: line.effective.map(|day| day.plus(-365)), ..line })),
        None
    );
}

#[test]
fn households_that_are_reached_in_july_are_not_reached_in_june() {
    let point = |number, cells| FixtureRow::new(0, "service-point", number, cells);
    let lines = [
        point(1, "date=2018-03-05; type=home-network; households=420; households_reached=301"),
        point(2, "date=2018-03-06; type=home-network; households=700; households_reached=609"),
        point(1, "date=2018-03-05; type=home-network; households=512; households_reached=450")
            .rev(2)
            .holding_from("2018-07-10"),
    ];
    let days = ["2018-06-30", "2018-07-09", "2018-07-10", "2018-12-31"].map(day);
    let figures = split(&count(&PLAN, &townships(&["a"]), &days, None), &lines, &[0]).unwrap();
    let reach = PLAN.indicator_no("reach").unwrap();
    let told = days.map(|day| {
        (figures.county(reach, day), figures.township(reach, TownshipNo::from(0), day), figures.whole(reach, day))
    });
    assert_eq!(
        told,
        [(910, 910, Some(1120)), (910, 910, Some(1120)), (1059, 1059, Some(1212)), (1059, 1059, Some(1212))]
    );
}
