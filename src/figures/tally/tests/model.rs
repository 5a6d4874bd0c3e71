//! What the figures should be, from the words of docs/counting.md and not from the code: loops over loops, in
//! hundredths, so that no rounding can hide.

use super::ledgers::{FixtureRow, LASTING};
use crate::base::day::{Day, Instant};
use crate::schema::plan::{CountingSpan, DenominatorScope, Indicator, Measure};
use crate::schema::township::TownshipNo;

/// Ways of writing one name; NFKC, lower case and white space make them the same.
pub(crate) const SPELLINGS: [[&str; 3]; 3] =
    [["王芳", "王 芳", "王\u{3000}芳"], ["Anna Li", "ＡＮＮＡ ＬＩ", "anna li"], ["李娜", "李娜", "李娜"]];

/// The records that count: live, as they stand or as known.
pub(crate) struct Model<'a> {
    live: Vec<&'a FixtureRow>,
    /// Of each record that lasts all rows known.
    lasting: Vec<Vec<&'a FixtureRow>>,
    year: u16,
    /// Of equals the first in the file decides, as it did once; else the smallest id.
    in_file_order: bool,
}

/// What a record adds from a day on, for a township.
pub(crate) struct ModelChange {
    from: Day,
    township: TownshipNo,
    amount: i128,
}

impl<'a> Model<'a> {
    pub(crate) fn new(lines: &'a [FixtureRow], year: u16, known: Option<Instant>) -> Model<'a> {
        let known_by = |line: &FixtureRow| known.is_none_or(|known| line.entered_at <= known);
        let superseded = |line: &FixtureRow| {
            lines.iter().any(|other| other.id == line.id && other.rev > line.rev && known_by(other))
        };
        let live = lines.iter().filter(|line| known_by(line) && !superseded(line) && line.live).collect();
        let mut lasting: Vec<Vec<&FixtureRow>> = Vec::new();
        for line in lines.iter().filter(|line| LASTING.contains(&line.kind) && known_by(line)) {
            match lasting.iter_mut().find(|rows| rows[0].id == line.id) {
                Some(rows) => rows.push(line),
                None => lasting.push(vec![line]),
            }
        }
        Model { live, lasting, year, in_file_order: false }
    }

    /// By the rules by which the first in the file decided between equals.
    pub(crate) fn in_file_order(self) -> Model<'a> {
        Model { in_file_order: true, ..self }
    }

    /// The live records, in the order of the files.
    pub(crate) fn live(&self) -> Vec<&'a FixtureRow> {
        self.live.clone()
    }

    /// All that is done.
    pub(crate) fn done(&self, indicator: &Indicator) -> Vec<ModelChange> {
        match indicator.measure {
            Measure::People => self.people(indicator),
            Measure::Count | Measure::Sum(_) => self.measured(indicator, &indicator.measure, &indicator.filter),
        }
    }

    /// All of the whole.
    pub(crate) fn whole(&self, indicator: &Indicator) -> Option<Vec<ModelChange>> {
        let whole = indicator.whole.as_ref()?;
        let among = match &whole.scope {
            DenominatorScope::Selected => &indicator.filter,
            DenominatorScope::All(among) => among,
        };
        Some(self.measured(indicator, &whole.measure, among))
    }

    fn records(&self, indicator: &Indicator, wanted: &Wanted) -> impl Iterator<Item = &'a FixtureRow> {
        let selected = move |line: &&FixtureRow| {
            line.kind == indicator.kind
                && (indicator.span == CountingSpan::Standing || line.date().year().0 == self.year)
                && is_selected(wanted, line)
        };
        self.live.iter().copied().filter(selected)
    }

    fn measured(&self, indicator: &Indicator, measure: &Measure, wanted: &Wanted) -> Vec<ModelChange> {
        if LASTING.contains(&indicator.kind.as_str()) {
            return self.measured_by_day(indicator, measure, wanted);
        }
        let change = |line: &FixtureRow| {
            let amount = match measure {
                Measure::Count => 100,
                Measure::Sum(field) => hundredths(line.cell(field)),
                Measure::People => unreachable!("people are never a whole"),
            };
            ModelChange { from: line.date(), township: line.township, amount }
        };
        self.records(indicator, wanted).map(change).collect()
    }

    /// What records that last add, asked day by day.
    fn measured_by_day(&self, indicator: &Indicator, measure: &Measure, wanted: &Wanted) -> Vec<ModelChange> {
        let mut changes = Vec::new();
        for rows in self.lasting.iter().filter(|rows| rows[0].kind == indicator.kind) {
            let mut before = 0;
            for day in DAYS.map(Day) {
                let there = on_day(rows, day).filter(|row| is_selected(wanted, row));
                let amount = there.map(|row| match measure {
                    Measure::Count => 100,
                    Measure::Sum(field) => hundredths(row.cell(field)),
                    Measure::People => unreachable!("people do not last"),
                });
                let from = day;
                let township = rows[0].township;
                match (indicator.span, amount) {
                    (CountingSpan::Year, None) => {}
                    (CountingSpan::Year, Some(amount)) => {
                        if day.year().0 == self.year {
                            changes.push(ModelChange { from, township, amount });
                        }
                        break;
                    }
                    (CountingSpan::Standing, amount) => {
                        let stands = there.is_some_and(|row| has_not_ended(row, day));
                        let now = amount.filter(|_| stands).unwrap_or(0);
                        if now != before {
                            changes.push(ModelChange { from, township, amount: now - before });
                        }
                        before = now;
                    }
                }
            }
        }
        changes
    }

    fn people(&self, indicator: &Indicator) -> Vec<ModelChange> {
        let trainings: Vec<&FixtureRow> = self.records(indicator, &indicator.filter).collect();
        let roster = |training: &FixtureRow| -> Vec<&FixtureRow> {
            let training = training.id.to_string();
            let of = |row: &&FixtureRow| row.kind == "trainee" && row.cell("training") == training;
            let mut rows: Vec<&FixtureRow> = self.live.iter().copied().filter(of).collect();
            if !self.in_file_order {
                rows.sort_by_key(|row| row.id);
            }
            rows
        };
        let mut changes = Vec::new();
        let change = |training: &FixtureRow, township, people: i128| ModelChange {
            from: training.date(),
            township,
            amount: people * 100,
        };
        for training in &trainings {
            let mut named: Vec<Person> = Vec::new();
            for row in roster(training) {
                let person = Person::new(row);
                if named.contains(&person) {
                    continue;
                }
                let before = |other: &&&FixtureRow| (other.date(), other.id) < (training.date(), training.id);
                let on_roster = |other: &&FixtureRow| roster(other).into_iter().any(|row| Person::new(row) == person);
                if !trainings.iter().filter(before).any(on_roster) {
                    let credit = row
                        .cell("sent_by")
                        .strip_prefix('t')
                        .map(|number| TownshipNo::from(number.parse::<usize>().unwrap()));
                    changes.push(change(training, credit.unwrap_or(training.township), 1));
                }
                named.push(person);
            }
            let unnamed = hundredths(training.cell("trainees")) / 100 - i128::try_from(named.len()).unwrap();
            changes.push(change(training, training.township, unnamed.max(0)));
        }
        changes
    }
}

/// The days of the counties that are tried, and some around them.
const DAYS: std::ops::Range<i32> = 17_150..18_300;

/// A record on a day: the highest of its rows that holds, if that is live and its date has come.
fn on_day<'a>(rows: &[&'a FixtureRow], day: Day) -> Option<&'a FixtureRow> {
    let held = rows.iter().filter(|row| row.effective.is_none_or(|effective| effective <= day));
    held.max_by_key(|row| row.rev).copied().filter(|row| row.live && row.date() <= day)
}

/// Of fields the values that are wanted.
type Wanted = [(String, Vec<String>)];

fn is_selected(wanted: &Wanted, row: &FixtureRow) -> bool {
    wanted.iter().all(|(name, any)| any.iter().any(|value| value == row.cell(name)))
}

/// Its end is empty or after the day.
fn has_not_ended(row: &FixtureRow, day: Day) -> bool {
    ["disbanded", "closed_on"].iter().filter_map(|end| Day::from_iso(row.cell(end).as_bytes())).all(|end| end > day)
}

/// The figure at the end of a day, of a township or of the county.
pub(crate) fn figure(changes: &[ModelChange], township: Option<TownshipNo>, day: Day) -> i128 {
    let counts =
        |change: &&ModelChange| change.from <= day && township.is_none_or(|township| change.township == township);
    changes.iter().filter(counts).map(|change| change.amount).sum()
}

/// Who is one person: with nothing but a name, someone of that record only.
#[derive(PartialEq)]
struct Person {
    name: usize,
    home: String,
    phone: String,
    only_in: Option<String>,
}

impl Person {
    fn new(row: &FixtureRow) -> Person {
        let spelled = |names: &[&str; 3]| names.contains(&row.cell("name"));
        let home = row.cell("home").to_owned();
        let phone = row.cell("phone_tail").to_owned();
        let only_in = (home.is_empty() && phone.is_empty()).then(|| row.cell("training").to_owned());
        Person { name: SPELLINGS.iter().position(spelled).unwrap(), home, phone, only_in }
    }
}

/// A stored number in hundredths; empty is nothing.
fn hundredths(cell: &str) -> i128 {
    let (whole, fraction) = cell.split_once('.').unwrap_or((cell, ""));
    format!("{whole}{fraction:0<2}").parse().unwrap_or(0)
}
