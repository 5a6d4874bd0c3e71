//! What a figure is made of: the records one by one, the people, and who did not count again; the sum comes last.

use super::long_table::{LongTable, Rows};
use super::record_names::RecordNames;
use super::records::{ReferenceLabels, words};
use super::{Block, Report};
use crate::base::day::{Day, Instant, Month};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::figures::tally::{Contribution, ContributionBasis, RepeatAttendance};
use crate::ledger::Row;
use crate::report::table::{Cell, Column};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::plan::{CountingSpan, DenominatorScope, Indicator, Measure, Plan};
use crate::schema::record::decimal_text;
use crate::schema::township::{Township, TownshipNo};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// A figure to be explained.
pub struct Explanation<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its indicator.
    pub indicator: &'a Indicator,
    /// The kind that it counts.
    pub kind: &'a Kind,
    /// The kind of its roster, where it counts people.
    pub roster: Option<&'a Kind>,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The one whose figure it is; none for the county's.
    pub township: Option<TownshipNo>,
    /// The month whose figure it is; none for all up to the day.
    pub month: Option<Month>,
    /// The day on which the figure stands.
    pub as_of: Day,
    /// What was known when.
    pub known: Option<Instant>,
    /// How many decimals it has.
    pub places: u8,
    /// What makes it, in order.
    pub done: Rc<Vec<Contribution>>,
    /// Who did not count again.
    pub again: Rc<Vec<RepeatAttendance>>,
    /// What the records named in both are called.
    pub names: Rc<RecordNames>,
    /// What changed in a record on the day from which it counts, where that is not its own.
    pub changes: Rc<HashMap<(Id, Day), Text>>,
}

/// How an indicator counts, in words.
#[must_use]
pub fn counting(indicator: &Indicator, kind: &Kind) -> Text {
    let what = measured(&indicator.measure, kind);
    let span = match indicator.span {
        CountingSpan::Year if kind.lasting && !indicator.filter.is_empty() => Text::new(
            "每条只计一次，自最早符合条件之日起计，只计当年的",
            "each once, from the first day on which it qualifies, if that is in the plan's year",
        ),
        CountingSpan::Year => Text::new("只计当年的", "dated in the plan's year"),
        CountingSpan::Standing => {
            Text::new("历年的都计，以当日仍在册的为准", "from all years, still active on the day")
        }
    };
    let Some(only) = conditions(kind, &indicator.filter) else {
        return text!("{what}；{span}；作废的不计", "{what}; {span}; void records not counted", what, span);
    };
    text!(
        "{what}；{span}；只计{only}的；作废的不计",
        "{what}; {span}; only where {only}; void records not counted",
        what,
        span,
        only
    )
}

/// What its per cent is of, in words, where that is a whole and no target.
fn denominator(indicator: &Indicator, kind: &Kind) -> Option<Text> {
    let whole = indicator.whole.as_ref().filter(|_| indicator.target.is_none())?;
    let what = measured(&whole.measure, kind);
    let which = match &whole.scope {
        DenominatorScope::Selected => Text::new("记录同上", "over the same records"),
        DenominatorScope::All(among) => match conditions(kind, among) {
            None => Text::new("不论是否符合以上条件", "whether or not they meet these conditions"),
            Some(only) => text!("只计{only}的", "only where {only}", only),
        },
    };
    Some(text!("完成率的分母：{what}；{which}。", "Per cent of: {what}; {which}.", what, which))
}

fn measured(measure: &Measure, kind: &Kind) -> Text {
    let title = &kind.title;
    match measure {
        Measure::Count => text!("{title}台账的记录条数", "{title} records", title),
        Measure::Sum(name) => {
            let field = kind.field(name).map_or_else(|| Text::same(name), |at| kind.fields[at].title.clone());
            text!("{title}台账“{field}”合计", "the sum of “{field}” in {title} records", title, field)
        }
        Measure::People => text!(
            "{title}台账的人数：有名册的，同一人全县全年只计一次，计在最早的一次；没有名册的，按所报人数计",
            "people in {title} records: a named person counts once per county and year, at the earliest record; the \
             rest by headcount",
            title
        ),
    }
}

/// What is asked of records; none where nothing is.
fn conditions(kind: &Kind, filter: &[(String, Vec<String>)]) -> Option<Text> {
    let all: Vec<Text> = filter.iter().map(|(name, values)| condition(kind, name, values)).collect();
    (!all.is_empty()).then(|| Text::list(&all))
}

fn condition(kind: &Kind, name: &str, values: &[String]) -> Text {
    let Some(field) = kind.field(name).map(|at| &kind.fields[at]) else { return Text::same(name) };
    let values: Vec<Text> = values.iter().map(|value| words(field, value, &|_, _| None)).collect();
    let title = &field.title;
    let values = Text::list(&values);
    text!("{title}为{values}", "{title} is {values}", title, values)
}

impl Explanation<'_> {
    /// The sum of what is shown: the figure.
    #[must_use]
    pub fn sum(&self) -> i64 {
        sum(&self.done)
    }

    /// The figure, expanded.
    #[must_use]
    pub fn report(&self) -> Report {
        let counting = counting(self.indicator, self.kind);
        let clause = &self.indicator.clause;
        let unit = &self.indicator.unit;
        let mut blocks = vec![
            Block::Line(text!("依据：{clause}", "The plan: {clause}")),
            Block::Line(text!("算法：{counting}。", "Counted: {counting}.", counting)),
        ];
        blocks.extend(denominator(self.indicator, self.kind).map(Block::Line));
        blocks.push(Block::LongTable(self.contributions()));
        if !self.again.is_empty() {
            blocks.push(Block::LongTable(self.not_again()));
        }
        if self.indicator.measure == Measure::People {
            blocks.push(Block::Line(self.told_apart()));
        }
        let sum = decimal_text(self.sum(), self.places);
        blocks.push(Block::Line(text!("合计 {sum} {unit}", "Total ({unit}): {sum}", unit)));
        Report { title: self.title(), blocks, json: Some(self.json()) }
    }

    fn title(&self) -> Text {
        let title = &self.indicator.title;
        let as_of = self.as_of;
        let whose = self
            .township
            .map_or_else(|| Text::new("全县", "the county"), |township| Text::same(&self.townships[township].name));
        let when = self.month.map_or_else(
            || text!("截至 {as_of}", "as of {as_of}"),
            |month| text!("{month}，截至 {as_of}", "{month}, as of {as_of}"),
        );
        let when = match self.known.map(Instant::to_minute) {
            Some(known) => text!("{when}，按 {known} 已登记的数据", "{when}, as known at {known}", when),
            None => when,
        };
        text!("{title}：{whose}（{when}）", "{title}: {whose} ({when})", title, whose, when)
    }

    /// People named, and people known by number only.
    fn told_apart(&self) -> Text {
        let mut named = 0;
        let mut unnamed = 0;
        for one in self.done.iter() {
            match one.basis {
                ContributionBasis::Person(_) => named += one.amount,
                ContributionBasis::Record | ContributionBasis::Unnamed => unnamed += one.amount,
            }
        }
        let again = self.again.len();
        text!(
            "其中有名册 {named} 人，仅报人数 {unnamed} 人（未核姓名，可能重复）；重复参加 {again} 人次未计。",
            "{named} of them by name, {unnamed} by headcount only (may include duplicates); repeat attendances not \
             counted: {again}."
        )
    }

    fn rows(&self) -> ExplainedRows {
        ExplainedRows {
            townships: self.townships.iter().map(|township| (township.id.clone(), township.name.clone())).collect(),
            names: Rc::clone(&self.names),
            changes: Rc::clone(&self.changes),
            persons: self.roster.is_some(),
            places: self.places,
        }
    }

    fn contributions(&self) -> LongTable {
        let roster = self.roster.map_or_else(Text::default, |roster| roster.title.clone());
        let columns = vec![
            Column::new("id", Text::new("编号", "id")),
            Column::new("date", Text::new("日期", "date")),
            Column::new("ledger", Text::new("填报单位", "township")),
            Column::new("record", self.kind.title.clone()),
            Column::new("from", Text::new("起计", "counts from")),
            Column::new("to", Text::new("计至", "to")),
            Column::new("change", Text::new("变动", "change")),
            Column::new("person", roster.clone()),
            Column::new("row", text!("{roster}编号", "id of the {roster}", roster)),
            Column::new("township", Text::new("计入", "counts for")),
            Column::new("amount", Text::new("计数", "count")),
        ];
        let rows = ContributionRows { done: Rc::clone(&self.done), rows: self.rows(), filled: filled(&self.done) };
        let shown = columns.into_iter().zip(rows.filled).filter(|(_, filled)| *filled).map(|(column, _)| column);
        LongTable {
            title: Text::new("数字来源", "Records"),
            columns: shown.collect(),
            rows: Rc::new(rows),
            key: Some("records"),
        }
    }

    fn not_again(&self) -> LongTable {
        let roster = self.roster.map_or_else(Text::default, |roster| roster.title.clone());
        let columns = vec![
            Column::new("row", text!("{roster}编号", "id of the {roster}", roster)),
            Column::new("person", roster),
            Column::new("id", Text::new("编号", "id")),
            Column::new("date", Text::new("日期", "date")),
            Column::new("record", self.kind.title.clone()),
            Column::new("counted", Text::new("已计于", "counted under")),
            Column::new("counted_for", Text::new("计入", "counts for")),
        ];
        let title = Text::new("同一人再次参加，不重复计数", "Repeat attendances, not counted again");
        let rows = RepeatRows { again: Rc::clone(&self.again), rows: self.rows() };
        LongTable { title, columns, rows: Rc::new(rows), key: Some("not_again") }
    }

    fn json(&self) -> Value {
        json!({
            "schema": "culture.why/1",
            "plan": self.plan.year.0,
            "indicator": self.indicator.id,
            "clause": self.indicator.clause,
            "township": self.township.map(|township| &self.townships[township].id),
            "month": self.month.map(|month| month.to_string()),
            "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "kind": self.kind.id,
            "records": [],
            "not_again": [],
            "sum": super::status::number(self.sum(), self.places),
        })
    }
}

/// What the rows of an explanation are made with.
#[derive(Debug)]
struct ExplainedRows {
    /// Of each township its id and its name.
    townships: Vec<(String, String)>,
    names: Rc<RecordNames>,
    changes: Rc<HashMap<(Id, Day), Text>>,
    /// The roster names people.
    persons: bool,
    /// How many decimals the figure has.
    places: u8,
}

impl ExplainedRows {
    fn id(&self, township: TownshipNo) -> &str {
        let (id, _) = &self.townships[township];
        id
    }

    fn township_cell(&self, township: TownshipNo) -> Cell {
        let (id, name) = &self.townships[township];
        Cell::plain(id.clone(), Text::same(name))
    }

    fn amount_cell(&self, amount: i64) -> Cell {
        super::status::figure_cell(amount, self.places)
    }

    fn person(&self, row: Id) -> Text {
        if self.persons { self.names.of(row) } else { Text::default() }
    }

    fn contribution(&self, one: &Contribution) -> [Cell; CELLS] {
        let (person, row) = match one.basis {
            ContributionBasis::Person(row) => (Cell::Said(self.person(row)), Cell::Text(row.to_string())),
            ContributionBasis::Unnamed => (Cell::Said(Text::new("仅报人数", "headcount only")), Cell::None),
            ContributionBasis::Record => (Cell::None, Cell::None),
        };
        let credited = if one.township == one.ledger { Cell::None } else { self.township_cell(one.township) };
        let change =
            self.changes.get(&(one.record, one.days.from)).map_or(Cell::None, |words| Cell::Said(words.clone()));
        [
            Cell::Text(one.record.to_string()),
            Cell::Day(one.date),
            self.township_cell(one.ledger),
            Cell::Said(self.names.of(one.record)),
            if counts_later(one) { Cell::Day(one.days.from) } else { Cell::None },
            last_day(one).map_or(Cell::None, Cell::Day),
            change,
            person,
            row,
            credited,
            self.amount_cell(one.amount),
        ]
    }

    fn repeat(&self, one: &RepeatAttendance) -> Vec<Cell> {
        vec![
            Cell::Text(one.row.to_string()),
            Cell::Said(self.person(one.row)),
            Cell::Text(one.record.to_string()),
            Cell::Day(one.day),
            Cell::Said(self.names.of(one.record)),
            Cell::Text(one.counted.to_string()),
            self.township_cell(one.counted_for),
        ]
    }

    fn repeat_json(&self, one: &RepeatAttendance) -> Value {
        json!({
            "row": one.row.to_string(),
            "person": self.person(one.row).zh,
            "id": one.record.to_string(),
            "date": one.day.to_string(),
            "ledger": self.id(one.ledger),
            "counted": one.counted.to_string(),
            "counted_row": one.counted_row.to_string(),
            "counted_on": one.counted_day.to_string(),
            "counted_for": self.id(one.counted_for),
        })
    }

    fn contribution_json(&self, one: &Contribution) -> Value {
        let (what, row) = match one.basis {
            ContributionBasis::Record => ("record", None),
            ContributionBasis::Person(row) => ("person", Some(row)),
            ContributionBasis::Unnamed => ("unnamed", None),
        };
        json!({
            "id": one.record.to_string(),
            "date": one.date.to_string(),
            "from": one.days.from.to_string(),
            "to": last_day(one).map(|day| day.to_string()),
            "change": self.changes.get(&(one.record, one.days.from)).map(|words| &words.zh),
            "ledger": self.id(one.ledger),
            "township": self.id(one.township),
            "what": what,
            "record": self.names.of(one.record).zh,
            "row": row.map(|row| row.to_string()),
            "person": row.map(|row| self.person(row).zh),
            "amount": super::status::number(one.amount, self.places),
        })
    }
}

/// The cells of a contribution, before those are left out that none of them fills in.
const CELLS: usize = 11;

/// What makes a figure, row by row, and its sum.
#[derive(Debug)]
struct ContributionRows {
    done: Rc<Vec<Contribution>>,
    rows: ExplainedRows,
    /// The columns in which any row has something.
    filled: [bool; CELLS],
}

/// Whether a record counts from a later day than its own on: since something in it changed.
fn counts_later(one: &Contribution) -> bool {
    one.days.from > one.date
}

/// The last day on which it counts, where it does not for good.
fn last_day(one: &Contribution) -> Option<Day> {
    (one.days.until < Day::MAX).then(|| one.days.until.plus(-1))
}

fn filled(done: &[Contribution]) -> [bool; CELLS] {
    let some = !done.is_empty();
    let named = done.iter().any(|one| matches!(one.basis, ContributionBasis::Person(_)));
    let unnamed = done.iter().any(|one| one.basis == ContributionBasis::Unnamed);
    let credited = done.iter().any(|one| one.township != one.ledger);
    let later = done.iter().any(counts_later);
    let ended = done.iter().any(|one| last_day(one).is_some());
    // The sum stands under the record and the amount.
    [some, some, some, true, later, ended, later, named || unnamed, named, credited, true]
}

impl ContributionRows {
    fn shown(&self, cells: [Cell; CELLS]) -> Vec<Cell> {
        cells.into_iter().zip(self.filled).filter(|(_, filled)| *filled).map(|(cell, _)| cell).collect()
    }

    fn sum_row(&self) -> [Cell; CELLS] {
        let mut row = [const { Cell::None }; CELLS];
        row[3] = Cell::Said(Text::new("合计", "total"));
        row[CELLS - 1] = self.rows.amount_cell(sum(&self.done));
        row
    }
}

impl Rows for ContributionRows {
    fn count(&self) -> usize {
        self.done.len() + 1
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.done.iter().try_for_each(|one| visit(&self.shown(self.rows.contribution(one))))?;
        visit(&self.shown(self.sum_row()))
    }

    fn record_count(&self) -> usize {
        self.done.len()
    }

    fn each_record(&self, visit: &mut dyn FnMut(&Value) -> ControlFlow<()>) -> ControlFlow<()> {
        self.done.iter().try_for_each(|one| visit(&self.rows.contribution_json(one)))
    }
}

/// Who did not count again, row by row.
#[derive(Debug)]
struct RepeatRows {
    again: Rc<Vec<RepeatAttendance>>,
    rows: ExplainedRows,
}

impl Rows for RepeatRows {
    fn count(&self) -> usize {
        self.again.len()
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.again.iter().try_for_each(|one| visit(&self.rows.repeat(one)))
    }

    fn each_record(&self, visit: &mut dyn FnMut(&Value) -> ControlFlow<()>) -> ControlFlow<()> {
        self.again.iter().try_for_each(|one| visit(&self.rows.repeat_json(one)))
    }
}

/// The figure that contributions make.
fn sum(done: &[Contribution]) -> i64 {
    done.iter().fold(0, |sum, one| sum.saturating_add(one.amount))
}

/// What `list` calls a record.
#[must_use]
pub fn record_name(kind: &Kind, row: &Row<'_>, names: ReferenceLabels<'_>) -> Text {
    let fields = if kind.label.is_empty() { &kind.key } else { &kind.label };
    let shown = |at: FieldNo| at != FieldNo::DATE && !row.cell(at).is_empty() && !kind.hides(at);
    let said = |&at: &FieldNo| words(&kind.fields[at], &String::from_utf8_lossy(row.cell(at)), names);
    let said: Vec<Text> = fields.iter().filter(|&&at| shown(at)).map(said).collect();
    let zh: Vec<&str> = said.iter().map(|text| text.zh.as_ref()).collect();
    let en: Vec<&str> = said.iter().map(|text| text.en.as_ref()).collect();
    Text::owned(zh.join(" "), en.join(" "))
}
