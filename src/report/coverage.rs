//! The report on coverage (覆盖情况): the plan's ways × townships, what is still empty, villages and units, households.

mod json;

use super::status::figure_cell;
use super::{Block, Report};
use crate::base::day::{Day, Instant};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::coverage::{CoverageCounts, CoverageRule, VillageCoverage};
use crate::figures::progress::percent;
use crate::figures::tally::scale;
use crate::report::table::{Cell, Column, Table};
use crate::schema::plan::{CoverageValueNo, Indicator, IndicatorNo, Plan};
use crate::schema::record::decimal_text;
use crate::schema::township::{Township, TownshipKind, TownshipNo};

/// How many of the most reached are shown where not all are.
const MOST: usize = 10;
/// How many names a line holds.
const NAMES: usize = 20;

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct CoverageReport<'a> {
    /// The county's name.
    pub county: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// What was read from which fields.
    pub rule: &'a CoverageRule<'a>,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// Who was reached.
    pub covered: &'a CoverageCounts,
    /// Households, where the plan names their indicator.
    pub households: Option<&'a Households>,
    /// The day on which it stands.
    pub as_of: Day,
    /// What was known when.
    pub known: Option<Instant>,
    /// Whether every village and unit is listed.
    pub whole: bool,
}

/// Households reached.
#[derive(Clone, Debug)]
pub struct Households {
    /// The indicator.
    pub indicator: IndicatorNo,
    /// By township: reached, of how many; in units of 10^-places.
    pub townships: Vec<(i64, i64)>,
    /// How many decimals they have.
    pub places: u8,
}

impl CoverageReport<'_> {
    /// The report.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut blocks = vec![Block::Table(self.matrix()), Block::Line(self.footnote())];
        blocks.extend(self.empty().into_iter().map(Block::Line));
        if self.covered.outside != 0 {
            let outside = self.figure(self.covered.outside);
            let counted = self.rule.unit_title();
            blocks.push(Block::Line(text!(
                "另有{counted} {outside} 不属以上各类，未计入。",
                "Not counted here (none of these): {outside} {counted}.",
                counted
            )));
        }
        if !self.covered.villages.is_empty() {
            blocks.push(Block::Table(self.places()));
            blocks.extend(self.once().map(Block::Line));
        }
        blocks.extend(self.households.and_then(|households| self.reached(households)).map(Block::Table));
        let county = self.county;
        let as_of = self.as_of;
        let title = match self.known.map(Instant::to_minute) {
            None => text!("{county} 覆盖情况（截至 {as_of}）", "{county}: coverage (as of {as_of})"),
            Some(known) => text!(
                "{county} 覆盖情况（截至 {as_of}，按 {known} 已登记的数据）",
                "{county}: coverage (as of {as_of}, as known at {known})"
            ),
        };
        Report { title, blocks, json: Some(self.json()) }
    }

    fn figure(&self, figure: i64) -> String {
        decimal_text(figure, self.rule.places)
    }

    /// Whether something should reach a township: a county unit is no place.
    fn is_expected(&self, township: &Township) -> bool {
        township.kind != TownshipKind::CountyUnit && township.active_on(self.as_of)
    }

    /// The places in the order of those that should be reached, or were.
    fn shown(&self) -> impl Iterator<Item = (TownshipNo, &Township)> {
        let all = self.townships.iter().numbered();
        all.filter(|(at, township)| self.is_expected(township) || self.covered.township_total(*at) != 0)
    }

    fn values(&self) -> impl Iterator<Item = CoverageValueNo> + use<> {
        (0..self.rule.values.len()).map(CoverageValueNo::from)
    }

    fn matrix(&self) -> Table {
        let mut columns = vec![Column::new("township", Text::new("单位", "township"))];
        columns.extend(
            self.values().map(|value| Column::new(self.rule.values[value].clone(), self.rule.value_title(value))),
        );
        columns.push(Column::new("done", Text::new("合计", "all")));
        columns.push(Column::new("kinds", Text::new("已到", "types")));
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (at, township) in self.shown() {
            let figures: Vec<i64> = self.values().map(|value| self.covered.cell(at, value)).collect();
            rows.push(self.reached_row(Cell::Text(township.name.clone()), &figures));
        }
        let county: Vec<i64> = self.values().map(|value| self.covered.value_total(value)).collect();
        rows.push(self.reached_row(Cell::Said(Text::new("全县", "county")), &county));
        Table { title: Text::default(), columns, rows }
    }

    /// In each of the ways how often, in all, and in how many of them at least once.
    fn reached_row(&self, name: Cell, figures: &[i64]) -> Vec<Cell> {
        let mut row = vec![name];
        row.extend(figures.iter().map(|&done| match done {
            0 => Cell::None,
            done => figure_cell(done, self.rule.places),
        }));
        row.push(figure_cell(figures.iter().sum(), self.rule.places));
        let reached = figures.iter().filter(|done| **done != 0).count();
        row.push(Cell::Text(format!("{reached}/{}", figures.len())));
        row
    }

    fn footnote(&self) -> Text {
        let counted = self.rule.unit_title();
        match self.rule.host.map(|host| &self.rule.kind.fields[host].title) {
            Some(host) => text!(
                "数字为{counted}，按{host}计，没填的计入填报单位。",
                "Figures are {counted}, by {host}, or by the ledger's township where that is empty.",
                counted,
                host
            ),
            None => {
                text!("数字为{counted}，按填报单位计。", "Figures are {counted}, by the ledger's township.", counted)
            }
        }
    }

    /// What is still empty, in words.
    fn empty(&self) -> Vec<Text> {
        let expected: Vec<_> = self.shown().filter(|(_, township)| self.is_expected(township)).collect();
        let mut lines = Vec::new();
        let mut full = Vec::new();
        for value in self.values() {
            let title = self.rule.value_title(value);
            let lacking = expected.iter().filter(|(at, _)| self.covered.cell(*at, value) == 0);
            let lacking: Vec<Text> = lacking.map(|(_, township)| Text::same(&township.name)).collect();
            if lacking.is_empty() {
                full.push(title);
            } else if lacking.len() == expected.len() && self.covered.value_total(value) == 0 {
                lines.push(text!("{title}：全县还没有。", "{title}: none in the county yet.", title));
            } else {
                let lacking_count = lacking.len();
                let list = named_list(lacking);
                lines.push(text!(
                    "{title}，空白单位 {lacking_count} 个：{list}。",
                    "{title}, none yet ({lacking_count}): {list}.",
                    title,
                    list
                ));
            }
        }
        let list = Text::list(&full);
        if !full.is_empty() && !expected.is_empty() {
            lines.push(text!("各单位均已开展：{list}。", "Every township has: {list}.", list));
        }
        lines
    }

    /// Every village and unit by township, or those reached most.
    fn places(&self) -> Table {
        let mut all = self.all_places();
        let count = all.len();
        if !self.whole {
            all.sort_by_key(|(_, reached)| std::cmp::Reverse(reached.done));
            all.truncate(MOST);
        }
        let title = if all.len() == count {
            text!("村和单位 {count} 个", "Villages and units reached ({count})")
        } else {
            let shown = all.len();
            text!("村和单位 {count} 个，最多的 {shown} 个", "Villages and units reached ({count}); the top {shown}")
        };
        let place = self.rule.kind.fields[self.rule.village].title.clone();
        let columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("place", place),
            Column::new("done", self.rule.unit_title()),
            Column::new("records", Text::new("记录", "records")),
            Column::new("last", Text::new("最近一次", "last")),
        ];
        Table { title, columns, rows: all.into_iter().map(|(at, reached)| self.place_row(at, reached)).collect() }
    }

    fn place_row(&self, at: TownshipNo, reached: &VillageCoverage) -> Vec<Cell> {
        vec![
            Cell::Text(self.townships[at].name.clone()),
            Cell::Text(reached.name.clone()),
            figure_cell(reached.done, self.rule.places),
            Cell::Number(reached.records),
            Cell::Day(reached.last),
        ]
    }

    /// Villages and units by township, each township's most reached first.
    fn all_places(&self) -> Vec<(TownshipNo, &VillageCoverage)> {
        let townships = (0..self.townships.len()).map(TownshipNo::from);
        townships.flat_map(|at| self.covered.villages_of(at).into_iter().map(move |reached| (at, reached))).collect()
    }

    /// Those reached once.
    fn once(&self) -> Option<Text> {
        let once: Vec<(TownshipNo, &VillageCoverage)> = self
            .all_places()
            .into_iter()
            .filter(|(_, reached): &(TownshipNo, &VillageCoverage)| reached.done == scale(self.rule.places))
            .collect();
        let count = once.len();
        let named = &once[..once.len().min(NAMES)];
        let by_township = named.chunk_by(|(at, _), (next, _)| at == next).map(|chunk| {
            let name = chunk.first().map_or("", |(at, _)| self.townships[*at].name.as_str());
            let list = Text::list(&chunk.iter().map(|(_, reached)| Text::same(&reached.name)).collect::<Vec<_>>());
            text!("{name}（{list}）", "{name} ({list})", list)
        });
        let mut list = Text::list(&by_township.collect::<Vec<_>>());
        if count > NAMES {
            list = text!("{list} 等", "{list} …", list);
        }
        (count > 0).then(|| text!("只到过一次的 {count} 个：{list}。", "Reached only once ({count}): {list}.", list))
    }

    fn reached(&self, households: &Households) -> Option<Table> {
        let indicator = &self.plan.indicators[households.indicator];
        let columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("done", Text::new("完成", "done")),
            Column::new("of", Text::new("全部", "total")),
            Column::new("percent", Text::new("比例", "percent")),
        ];
        let mut rows = Vec::new();
        for (township, &part) in self.townships.iter().zip(&households.townships) {
            if part != (0, 0) {
                rows.push(households.row(Cell::Text(township.name.clone()), part, indicator));
            }
        }
        if rows.is_empty() {
            return None;
        }
        rows.push(households.row(Cell::Said(Text::new("全县", "county")), households.county(), indicator));
        let title = &indicator.title;
        let unit = &indicator.unit;
        Some(Table { title: text!("{title}（{unit}）", "{title} ({unit})", title, unit), columns, rows })
    }
}

impl Households {
    fn row(&self, name: Cell, (done, of): (i64, i64), indicator: &Indicator) -> Vec<Cell> {
        let whole = if indicator.whole.is_some() { figure_cell(of, self.places) } else { Cell::None };
        vec![name, figure_cell(done, self.places), whole, percent(done, of).map_or(Cell::None, Cell::Percent)]
    }

    /// Reached, of how many, in all.
    fn county(&self) -> (i64, i64) {
        self.townships.iter().fold((0, 0), |(done, of), part| (done + part.0, of + part.1))
    }
}

/// A list that ends where it becomes long.
fn named_list(mut names: Vec<Text>) -> Text {
    if names.len() <= NAMES {
        return Text::list(&names);
    }
    names.truncate(NAMES);
    let list = Text::list(&names);
    text!("{list} 等", "{list} …", list)
}
