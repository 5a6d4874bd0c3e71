//! Ledgers for tests, made of lines as a clerk would name them, and counted the way a command counts.

use crate::base::day::{Day, Instant, Offset, Year};
use crate::base::fault::Result;
use crate::base::id::Id;
use crate::figures::tally::{CountSpec, Figures, Provenance, Tally, Trace};
use crate::ledger::tests::{KINDS, id};
use crate::ledger::{ChangeColumn, Source, columns, header, write_row};
use crate::schema::kind::Kind;
use crate::schema::plan::Plan;
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::{Township, TownshipKind, TownshipNo};
use std::collections::BTreeMap;

/// The built-in kinds whose records last, as far as random counties have them.
pub(crate) const LASTING: [&str; 3] = ["troupe", "service-point", "facility"];

/// One row of a ledger: the cells that are not empty, by column.
#[derive(Clone, Debug)]
pub(crate) struct FixtureRow {
    pub(crate) township: TownshipNo,
    pub(crate) kind: &'static str,
    pub(crate) id: Id,
    pub(crate) rev: u32,
    pub(crate) live: bool,
    pub(crate) cells: Vec<(&'static str, String)>,
    pub(crate) effective: Option<Day>,
    pub(crate) entered_at: Instant,
}

impl FixtureRow {
    /// A live first revision. `cells`: `date=2018-03-01; sessions=2`.
    pub(crate) fn new(township: usize, kind: &'static str, number: u64, cells: &'static str) -> FixtureRow {
        let pairs = cells.split("; ").map(|pair| pair.split_once('=').unwrap());
        FixtureRow {
            township: TownshipNo::from(township),
            kind,
            id: id(number),
            rev: 1,
            live: true,
            cells: pairs.map(|(name, cell)| (name, cell.to_owned())).collect(),
            effective: None,
            entered_at: at("2018-01-01T08:00:00+08:00"),
        }
    }

    /// The same, as another revision.
    pub(crate) fn rev(self, rev: u32) -> FixtureRow {
        FixtureRow { rev, ..self }
    }

    /// The same, void.
    pub(crate) fn void(self) -> FixtureRow {
        FixtureRow { live: false, ..self }
    }

    /// The same, holding from a day on.
    pub(crate) fn holding_from(self, day: &str) -> FixtureRow {
        FixtureRow { effective: Some(self::day(day)), ..self }
    }

    /// The same, entered at another time.
    pub(crate) fn entered(self, time: &str) -> FixtureRow {
        FixtureRow { entered_at: at(time), ..self }
    }

    /// A cell; empty where nothing was said.
    pub(crate) fn cell(&self, name: &str) -> &str {
        self.cells.iter().find(|(known, _)| *known == name).map_or("", |(_, cell)| cell)
    }

    /// The day for which it counts.
    pub(crate) fn date(&self) -> Day {
        Day::from_iso(self.cell("date").as_bytes()).unwrap()
    }

    fn revision(&self, kind: &Kind) -> Revision {
        assert!(self.cells.iter().all(|(name, _)| kind.field(name).is_some()), "{self:?}");
        Revision {
            id: self.id,
            rev: self.rev,
            state: if self.live { RecordState::Live } else { RecordState::Void },
            values: kind.fields.iter().map(|field| self.cell(&field.name).to_owned()).collect(),
            effective: self.effective,
            entered_at: self.entered_at,
            entered_by: "李".to_owned(),
            reason: String::new(),
            batch: id(7),
        }
    }
}

/// A moment.
pub(crate) fn at(time: &str) -> Instant {
    Instant::from_iso(time.as_bytes()).unwrap()
}

/// The end of a day in China.
pub(crate) fn end_of(text: &str) -> Instant {
    Instant::end_of(day(text), Offset::CHINA)
}

/// A day.
pub(crate) fn day(text: &str) -> Day {
    Day::from_iso(text.as_bytes()).unwrap()
}

/// Townships of these ids, in this order.
pub(crate) fn townships(ids: &[&str]) -> Vec<Township> {
    ids.iter().map(|id| Township::new(*id, *id, TownshipKind::Township)).collect()
}

/// A plan of 2018 with these indicators, each a TOML table without title, unit and clause.
pub(crate) fn plan(indicators: &[&str]) -> Plan {
    let mut text = String::from(PLAN);
    for indicator in indicators {
        text.push_str(
            "[[indicator]]\ntitle = { zh = \"指标\", en = \"indicator\" }\nunit = { zh = \"个\", en = \"of them\" }\n",
        );
        text.push_str("clause = \"二\"\n");
        text.push_str(indicator);
        text.push('\n');
    }
    Plan::load("plans/2018.toml", &text, &KINDS).unwrap_or_else(|faults| panic!("{faults}"))
}

const PLAN: &str = r#"
year = 2018
title = { zh = "方案", en = "plan" }
course_from = 2018-03-10
inclusive = true
milestone = [{ due = 2018-07-01, share = 50, clause = "三" }, { due = 2018-12-01, share = 100, clause = "三" }]
[arrangement]
kind = "arrangement"
year_field = "plan_year"
returned_field = "returned"
due = 2018-03-10
clause = "三"
[monthly_report]
kind = "monthly-report"
month_field = "month"
returned_field = "returned"
zero_field = "zero"
day = 5
first_month = "2018-03"
last_month = "2018-11"
clause = "三"
"#;

/// The ledgers of one township and year, each with the place of its kind in the order of reading.
type TownshipLedgers = Vec<(&'static Kind, Vec<u8>)>;

/// The bytes of a ledger with these lines.
pub(crate) fn bytes<'a>(kind: &Kind, year: Year, lines: impl IntoIterator<Item = &'a FixtureRow>) -> Vec<u8> {
    let rows: Vec<Revision> = lines.into_iter().map(|line| line.revision(kind)).collect();
    let mut bytes = header(kind, ChangeColumn::for_rows(&rows));
    let columns = columns(Source { file: "a.csv", kind, year, bytes: &bytes }).unwrap();
    for row in &rows {
        bytes.extend(write_row(row, &columns).unwrap());
    }
    bytes
}

fn jobs(count: &CountSpec<'static>, lines: &[FixtureRow]) -> BTreeMap<(TownshipNo, Year), TownshipLedgers> {
    let mut jobs: BTreeMap<(TownshipNo, Year), TownshipLedgers> = BTreeMap::new();
    let places: std::collections::BTreeSet<(TownshipNo, Year)> =
        lines.iter().map(|line| (line.township, line.date().year())).collect();
    for (township, year) in places {
        for kind in count.kinds_of_year(year) {
            let of = |line: &&FixtureRow| (line.township, line.date().year(), line.kind) == (township, year, &*kind.id);
            let bytes = bytes(kind, year, lines.iter().filter(of));
            jobs.entry((township, year)).or_default().push((kind, bytes));
        }
    }
    jobs
}

/// The figures of these lines; `parts` says which of three tallies takes each township's year, in turn, and the tallies
/// are merged from the last to the first.
pub(crate) fn split(count: &CountSpec<'static>, lines: &[FixtureRow], parts: &[usize]) -> Result<Figures> {
    let mut tallies = [Tally::new(count), Tally::new(count), Tally::new(count)];
    for (((township, year), job), &part) in jobs(count, lines).into_iter().zip(parts.iter().cycle()) {
        for (kind, bytes) in &job {
            tallies[part].add_ledger(Source { file: "a.csv", kind, year, bytes }, township)?;
        }
        tallies[part].settle()?;
    }
    let [first, mut second, third] = tallies;
    second.merge(first)?;
    let mut whole = third;
    whole.merge(second)?;
    whole.finish()
}

/// What the figures of these lines are made of; `parts` as for [`split`].
pub(crate) fn traced(count: &CountSpec<'static>, lines: &[FixtureRow], parts: &[usize]) -> Result<Provenance> {
    let mut traces = [Trace::new(count), Trace::new(count)];
    for (((township, year), job), &part) in jobs(count, lines).into_iter().zip(parts.iter().cycle()) {
        for (kind, bytes) in &job {
            traces[part % 2].add_ledger(Source { file: "a.csv", kind, year, bytes }, township)?;
        }
        traces[part % 2].settle()?;
    }
    let [first, mut second] = traces;
    second.merge(first);
    second.finish()
}

/// What is counted: the townships are leaked, so that no test need keep them.
pub(crate) fn count(plan: &Plan, townships: &[Township], days: &[Day], known: Option<Instant>) -> CountSpec<'static> {
    let townships: &'static [Township] = townships.to_vec().leak();
    CountSpec::new(plan, |id| KINDS.get(id), townships, days.iter().copied(), known).unwrap()
}

/// The same, with what was spent.
pub(crate) fn count_money(plan: &Plan, townships: &[Township], days: &[Day]) -> CountSpec<'static> {
    count(plan, townships, days, None).with_money(plan, |id| KINDS.get(id)).unwrap()
}

/// The figures of these lines.
pub(crate) fn figures(plan: &Plan, townships: &[Township], days: &[Day], lines: &[FixtureRow]) -> Figures {
    split(&count(plan, townships, days, None), lines, &[0]).unwrap()
}
