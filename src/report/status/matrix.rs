//! The two matrices: indicators by month, townships by indicator.

use super::adjusted::with_original;
use super::{Status, figure_cell};
use crate::base::day::Month;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::progress::course::township_share;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::IndicatorNo;
use crate::schema::record::decimal_text;

impl Status<'_> {
    /// Indicators × months of the plan's year.
    #[must_use]
    pub fn by_month(&self) -> Report {
        let months: Vec<Month> = self.months().collect();
        let mut columns = vec![Column::new("indicator", Text::new("指标", "indicator"))];
        columns.extend(months.iter().map(|month| {
            let number = month.month;
            Column::new(month.to_string(), text!("{number}月", "{number:02}"))
        }));
        columns.push(Column::new("done", Text::new("累计", "done")));
        let rows = self.plan.indicators.iter().numbered().map(|(at, indicator)| {
            let places = self.figures.places(at);
            let mut row = vec![Cell::Said(indicator.title.clone())];
            row.extend(months.iter().map(|&month| figure_cell(self.of_month(at, month), places)));
            row.push(figure_cell(self.figures.county(at, self.as_of), places));
            row
        });
        let table = Table { title: Text::default(), columns, rows: rows.collect() };
        let note = Text::new(
            "现有、在册类指标为月末数。",
            "Figures for what is currently active are those on the last day of the month.",
        );
        let mut blocks = vec![Block::Table(table), Block::Line(note)];
        blocks.extend(self.people().into_iter().map(Block::Line));
        blocks.extend(self.spent_by_month().map(Block::Line));
        Report { title: self.title(), blocks, json: None }
    }

    /// Townships × indicators: done / share; those with a target, then those without.
    #[must_use]
    pub fn by_township(&self) -> Report {
        let (with, without): (Vec<IndicatorNo>, Vec<IndicatorNo>) =
            self.plan.indicator_nos().partition(|&at| self.plan.indicators[at].target.is_some());
        let tables = [with, without].into_iter().filter(|some| !some.is_empty());
        let mut blocks: Vec<Block> = tables.map(|some| Block::Table(self.matrix(&some))).collect();
        blocks.push(Block::Line(Text::new("完成数/分解任务数", "done/share")));
        blocks.extend(self.people().into_iter().map(Block::Line));
        blocks.extend(self.spent_by_township().map(Block::Line));
        Report { title: self.title(), blocks, json: None }
    }

    fn matrix(&self, indicators: &[IndicatorNo]) -> Table {
        let mut columns = vec![Column::new("township", Text::new("填报单位", "township"))];
        columns.extend(indicators.iter().map(|&at| {
            let indicator = &self.plan.indicators[at];
            Column::new(indicator.id.clone(), indicator.title.clone())
        }));
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (township, who) in self.townships.iter().numbered() {
            let cells = indicators.iter().map(|&at| {
                let indicator = &self.plan.indicators[at];
                let done = self.figures.township(at, township, self.as_of);
                let of = (self.original_share(indicator, who), township_share(indicator, who));
                part_cell(done, self.figures.places(at), of)
            });
            rows.push(std::iter::once(Cell::Text(who.name.clone())).chain(cells).collect());
        }
        let sums = indicators.iter().map(|&at| {
            let indicator = &self.plan.indicators[at];
            let done = self.figures.county(at, self.as_of);
            part_cell(done, self.figures.places(at), (self.plan.original_target(indicator), indicator.target))
        });
        rows.push(std::iter::once(Cell::Said(Text::new("全县", "county"))).chain(sums).collect());
        Table { title: Text::default(), columns, rows }
    }
}

/// What was done of what is asked, and what was asked at first, where that is another.
fn part_cell(done: i64, places: u8, (was, is): (Option<u64>, Option<u64>)) -> Cell {
    let Some(is) = is else { return figure_cell(done, places) };
    let part = format!("{}/{is}", decimal_text(done, places));
    match was {
        Some(was) if was != is => Cell::Said(with_original(&part, was)),
        _ => Cell::Text(part),
    }
}
