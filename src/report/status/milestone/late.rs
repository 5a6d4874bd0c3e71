//! What was entered only after a milestone (节点后补录), and what the figures were by what was known then.

use super::{MilestoneFigures, MilestoneReport};
use crate::base::day::{Day, Instant};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::figures::tally::{Contribution, ContributionBasis};
use crate::report::Block;
use crate::report::status::{Status, figure_cell};
use crate::report::table::{Cell, Column, Table};
use crate::schema::plan::IndicatorNo;
use crate::schema::township::TownshipNo;
use std::collections::BTreeMap;

/// A record that counts at the end of a day and was entered after it; of people, the row that names one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateEntry {
    /// The indicator that it counts for.
    pub indicator: IndicatorNo,
    /// The township for which it counts.
    pub township: TownshipNo,
    /// The day for which it counts.
    pub date: Day,
    /// The record.
    pub record: Id,
    /// When it entered the ledger.
    pub entered_at: Instant,
}

impl LateEntry {
    /// Among what figures are made of, what is dated up to `due`, stands on it, and was entered after `after`.
    #[must_use]
    pub fn among(contributions: &[Contribution], due: Day, after: Instant) -> Vec<LateEntry> {
        let late = contributions.iter().filter(|one| one.days.contains(due) && one.entered_at > after);
        late.map(|one| LateEntry {
            indicator: one.indicator,
            township: one.township,
            date: one.days.from,
            record: if let ContributionBasis::Person(row) = one.basis { row } else { one.record },
            entered_at: one.entered_at,
        })
        .collect()
    }
}

impl MilestoneReport<'_> {
    /// How many records were entered after the day that count for an indicator, of one township or all.
    pub(super) fn late_for(&self, at: IndicatorNo, township: Option<TownshipNo>) -> usize {
        self.late
            .iter()
            .filter(|entry: &&LateEntry| entry.indicator == at && township.is_none_or(|one| one == entry.township))
            .count()
    }

    /// Each record once, by township and day, with the indicators that it counts for.
    pub(super) fn late_records(&self) -> Vec<(&LateEntry, Vec<IndicatorNo>)> {
        let mut records: BTreeMap<_, (&LateEntry, Vec<IndicatorNo>)> = BTreeMap::new();
        for entry in self.late {
            let place = (entry.township, entry.date, entry.record);
            records.entry(place).or_insert((entry, Vec::new())).1.push(entry.indicator);
        }
        records.into_values().collect()
    }
}

impl Status<'_> {
    pub(super) fn entered_late(
        &self,
        reached: &MilestoneReport<'_>,
        parts: &[(IndicatorNo, MilestoneFigures)],
    ) -> Vec<Block> {
        let Some(then) = reached.then else { return Vec::new() };
        let columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("known_then", Text::new("节点当日已登记", "known then")),
            Column::new("done", Text::new("目前", "now")),
            Column::new("late", Text::new("补录（条）", "entered after")),
        ];
        let due = reached.due;
        let mut rows = Vec::new();
        for (at, part) in parts {
            let places = self.figures.places(*at);
            rows.push(vec![
                Cell::Said(self.plan.indicators[*at].title.clone()),
                figure_cell(then.county(*at, due), places),
                figure_cell(part.progress.done, places),
                Cell::count(reached.late_for(*at, None)),
            ]);
        }
        let title = text!("节点后补录：{due} 及以前的事项，{due} 以后才登记", "Dated up to {due}, entered after it");
        let mut blocks = vec![Block::Table(Table { title, columns, rows })];
        let count = reached.late_records().len();
        if reached.listed && count > 0 {
            blocks.push(Block::Table(self.late_list(reached)));
        } else if count > 0 {
            blocks.push(Block::Line(text!(
                "共补录 {count} 条，加 --records 逐条列出。",
                "{count} in total; list them with --records.",
                count = Text::count(count, "record", "records")
            )));
        }
        blocks
    }

    fn late_list(&self, reached: &MilestoneReport<'_>) -> Table {
        let columns = vec![
            Column::new("id", Text::new("编号", "id")),
            Column::new("township", Text::new("单位", "township")),
            Column::new("date", Text::new("日期", "date")),
            Column::new("entered_at", Text::new("登记时间", "entered at")),
            Column::new("indicators", Text::new("计入", "counts for")),
        ];
        let rows =
            reached.late_records().into_iter().map(|(entry, indicators)| self.late_row(entry, indicators)).collect();
        Table { title: Text::new("补录清单", "Entered after the milestone"), columns, rows }
    }

    fn late_row(&self, entry: &LateEntry, indicators: Vec<IndicatorNo>) -> Vec<Cell> {
        let titles = indicators.into_iter().map(|at| &self.plan.indicators[at].title);
        vec![
            Cell::Text(entry.record.to_string()),
            Cell::Text(self.townships[entry.township].name.clone()),
            Cell::Day(entry.date),
            Cell::Instant(entry.entered_at),
            Cell::Said(Text::list(titles)),
        ]
    }
}
