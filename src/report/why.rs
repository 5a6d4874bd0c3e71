//! What a figure is made of: the records one by one, the people, and who did not count again; the sum comes last.

use super::records::{ReferenceLabels, words};
use super::{Block, Report};
use crate::base::day::{Day, Instant, Month};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::figures::tally::{Contribution, ContributionBasis, RepeatAttendance};
use crate::report::table::{Cell, Column, Table};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::plan::{CountingSpan, Indicator, Measure, Plan};
use crate::schema::record::{Revision, decimal_text};
use crate::schema::township::{Township, TownshipNo};
use serde_json::{Value, json};
use std::collections::HashMap;

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
    pub done: Vec<Contribution>,
    /// Who did not count again.
    pub again: Vec<RepeatAttendance>,
    /// The records named in both, by id.
    pub records: HashMap<Id, Revision>,
}

/// How an indicator counts, in words.
#[must_use]
pub fn counting(indicator: &Indicator, kind: &Kind) -> Text {
    let title = &kind.title;
    let what = match &indicator.measure {
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
    };
    let span = match indicator.span {
        CountingSpan::Year => Text::new("只计当年的", "dated in the plan's year"),
        CountingSpan::Standing => {
            Text::new("历年的都计，以当日仍在册的为准", "from all years, still active on the day")
        }
    };
    let conditions: Vec<Text> = indicator.filter.iter().map(|(name, values)| condition(kind, name, values)).collect();
    if conditions.is_empty() {
        return text!("{what}；{span}；作废的不计", "{what}; {span}; void records not counted", what, span);
    }
    let only = Text::list(&conditions);
    text!(
        "{what}；{span}；只计{only}的；作废的不计",
        "{what}; {span}; only where {only}; void records not counted",
        what,
        span,
        only
    )
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
        self.done.iter().fold(0, |sum, one| sum.saturating_add(one.amount))
    }

    /// The figure, expanded.
    #[must_use]
    pub fn report(&self, names: ReferenceLabels<'_>) -> Report {
        let counting = counting(self.indicator, self.kind);
        let clause = &self.indicator.clause;
        let unit = &self.indicator.unit;
        let mut blocks = vec![
            Block::Line(text!("依据：{clause}", "The plan: {clause}")),
            Block::Line(text!("算法：{counting}。", "Counted: {counting}.", counting)),
        ];
        blocks.push(Block::Table(self.contributions(names)));
        if !self.again.is_empty() {
            blocks.push(Block::Table(self.not_again(names)));
        }
        if self.indicator.measure == Measure::People {
            blocks.push(Block::Line(self.told_apart()));
        }
        let sum = decimal_text(self.sum(), self.places);
        blocks.push(Block::Line(text!("合计 {sum} {unit}", "Total ({unit}): {sum}", unit)));
        Report { title: self.title(), blocks, json: Some(self.json(names)) }
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
        for one in &self.done {
            match one.basis {
                ContributionBasis::Person(_) => named += one.amount,
                ContributionBasis::Record | ContributionBasis::Ended | ContributionBasis::Unnamed => {
                    unnamed += one.amount;
                }
            }
        }
        let again = self.again.len();
        text!(
            "其中有名册 {named} 人，仅报人数 {unnamed} 人（未核姓名，可能重复）；重复参加 {again} 人次未计。",
            "{named} of them by name, {unnamed} by headcount only (may include duplicates); repeat attendances not \
             counted: {again}."
        )
    }

    /// What `list` calls a record; an empty name where it is not there.
    fn name(&self, kind: &Kind, id: Id, names: ReferenceLabels<'_>) -> Text {
        let Some(record) = self.records.get(&id) else { return Text::default() };
        let fields = if kind.label.is_empty() { &kind.key } else { &kind.label };
        let shown = |at: FieldNo| at != FieldNo::DATE && !record.values[at].is_empty() && !kind.hides(at);
        let fields = fields.iter().filter(|&&at| shown(at));
        let said: Vec<Text> = fields.map(|&at| words(&kind.fields[at], &record.values[at], names)).collect();
        let zh: Vec<&str> = said.iter().map(|text| text.zh.as_ref()).collect();
        let en: Vec<&str> = said.iter().map(|text| text.en.as_ref()).collect();
        Text::owned(zh.join(" "), en.join(" "))
    }

    fn person(&self, row: Id, names: ReferenceLabels<'_>) -> Text {
        self.roster.map_or_else(Text::default, |roster| self.name(roster, row, names))
    }

    fn contributions(&self, names: ReferenceLabels<'_>) -> Table {
        let roster = self.roster.map_or_else(Text::default, |roster| roster.title.clone());
        let columns = vec![
            Column::new("id", Text::new("编号", "id")),
            Column::new("date", Text::new("日期", "date")),
            Column::new("ledger", Text::new("填报单位", "township")),
            Column::new("record", self.kind.title.clone()),
            Column::new("person", roster.clone()),
            Column::new("row", text!("{roster}编号", "id of the {roster}", roster)),
            Column::new("township", Text::new("计入", "counts for")),
            Column::new("amount", Text::new("计数", "count")),
        ];
        let mut rows: Vec<Vec<Cell>> = self.done.iter().map(|one| self.contribution_row(one, names)).collect();
        let mut sum = vec![Cell::None; columns.len()];
        sum[3] = Cell::Said(Text::new("合计", "total"));
        sum[7] = self.amount_cell(self.sum());
        rows.push(sum);
        let mut table = Table { title: Text::new("数字来源", "Records"), columns, rows };
        table.drop_empty_columns();
        table
    }

    fn contribution_row(&self, one: &Contribution, names: ReferenceLabels<'_>) -> Vec<Cell> {
        let (person, row) = match one.basis {
            ContributionBasis::Person(row) => (Cell::Said(self.person(row, names)), Cell::Text(row.to_string())),
            ContributionBasis::Unnamed => (Cell::Said(Text::new("仅报人数", "headcount only")), Cell::None),
            ContributionBasis::Record | ContributionBasis::Ended => (Cell::None, Cell::None),
        };
        let credited = if one.township == one.ledger { Cell::None } else { self.township_cell(one.township) };
        vec![
            Cell::Text(one.record.to_string()),
            Cell::Day(one.day),
            self.township_cell(one.ledger),
            Cell::Said(self.name(self.kind, one.record, names)),
            person,
            row,
            credited,
            self.amount_cell(one.amount),
        ]
    }

    fn not_again(&self, names: ReferenceLabels<'_>) -> Table {
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
        Table { title, columns, rows: self.again.iter().map(|one| self.repeat_row(one, names)).collect() }
    }

    fn repeat_row(&self, one: &RepeatAttendance, names: ReferenceLabels<'_>) -> Vec<Cell> {
        vec![
            Cell::Text(one.row.to_string()),
            Cell::Said(self.person(one.row, names)),
            Cell::Text(one.record.to_string()),
            Cell::Day(one.day),
            Cell::Said(self.name(self.kind, one.record, names)),
            Cell::Text(one.counted.to_string()),
            self.township_cell(one.counted_for),
        ]
    }

    fn township_cell(&self, township: TownshipNo) -> Cell {
        let Township { id, name, .. } = &self.townships[township];
        Cell::plain(id.clone(), Text::same(name))
    }

    fn amount_cell(&self, amount: i64) -> Cell {
        super::status::figure_cell(amount, self.places)
    }

    fn json(&self, names: ReferenceLabels<'_>) -> Value {
        json!({
            "schema": "culture.why/1",
            "plan": self.plan.year.0,
            "indicator": self.indicator.id,
            "clause": self.indicator.clause,
            "township": self.township.map(|township| self.id(township)),
            "month": self.month.map(|month| month.to_string()),
            "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "kind": self.kind.id,
            "records": self.done.iter().map(|one| self.contribution_json(one, names)).collect::<Vec<_>>(),
            "not_again": self.again.iter().map(|one| self.repeat_json(one, names)).collect::<Vec<_>>(),
            "sum": super::status::number(self.sum(), self.places),
        })
    }

    fn id(&self, township: TownshipNo) -> &str {
        &self.townships[township].id
    }

    fn repeat_json(&self, one: &RepeatAttendance, names: ReferenceLabels<'_>) -> Value {
        json!({
            "row": one.row.to_string(),
            "person": self.person(one.row, names).zh,
            "id": one.record.to_string(),
            "date": one.day.to_string(),
            "ledger": self.id(one.ledger),
            "counted": one.counted.to_string(),
            "counted_row": one.counted_row.to_string(),
            "counted_on": one.counted_day.to_string(),
            "counted_for": self.id(one.counted_for),
        })
    }

    fn contribution_json(&self, one: &Contribution, names: ReferenceLabels<'_>) -> Value {
        let (what, row) = match one.basis {
            ContributionBasis::Record => ("record", None),
            ContributionBasis::Person(row) => ("person", Some(row)),
            ContributionBasis::Unnamed => ("unnamed", None),
            ContributionBasis::Ended => ("ended", None),
        };
        json!({
            "id": one.record.to_string(),
            "date": one.day.to_string(),
            "ledger": self.id(one.ledger),
            "township": self.id(one.township),
            "what": what,
            "record": self.name(self.kind, one.record, names).zh,
            "row": row.map(|row| row.to_string()),
            "person": row.map(|row| self.person(row, names).zh),
            "amount": super::status::number(one.amount, self.places),
        })
    }
}
