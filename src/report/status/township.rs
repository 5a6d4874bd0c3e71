//! One township's page: its share of each target, what it has handed in, and its records by month.

use super::adjusted::{share_cells, share_columns};
use super::{Status, figure_cell};
use crate::base::day::Month;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::deadline::{self, Deadline};
use crate::figures::progress;
use crate::figures::progress::course::township_share;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::township::TownshipNo;

/// How many records of a kind a township has, by month of the plan's year.
#[derive(Clone, Debug)]
pub struct MonthCounts {
    /// The kind's title.
    pub title: Text,
    /// January to December.
    pub months: [i64; 12],
}

impl Status<'_> {
    /// The page of one township.
    #[must_use]
    pub fn township_page(&self, township: TownshipNo, counts: &[MonthCounts]) -> Report {
        let name = &self.townships[township].name;
        let title = self.title();
        let mut blocks = vec![Block::Table(self.shares(township))];
        blocks.push(Block::Line(Text::new("完成率保留一位小数，尾数舍去。", "Percentages are truncated.")));
        blocks.extend(self.people_of(township).into_iter().map(Block::Line));
        blocks.extend(self.spent_by(township).map(Block::Line));
        blocks.extend(self.adjusted_shares(township).map(Block::Line));
        blocks.push(Block::Table(self.handed_in(township)));
        blocks.push(Block::Table(self.records(counts)));
        Report { title: text!("{name}：{title}", "{name}: {title}", title), blocks, json: None }
    }

    fn shares(&self, township: TownshipNo) -> Table {
        let dues = self.dues();
        let who = &self.townships[township];
        let adjusted = self.plan.indicators.iter().any(|indicator| self.has_other_share(indicator, who));
        let mut columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("done", Text::new("完成", "done")),
        ];
        columns.extend(share_columns("target", adjusted));
        columns.push(Column::new("percent", Text::new("完成率", "percent")));
        columns.extend(
            dues.iter()
                .map(|(due, share)| Column::new(format!("milestone_{due}"), self.milestone_heading(*due, *share))),
        );
        columns.push(Column::new("required", Text::new("节点要求", "required")));
        let rows = self.plan.indicators.iter().numbered().map(|(at, indicator)| {
            let done = self.figures.township(at, township, self.as_of);
            let share = township_share(indicator, who);
            let all = progress::township_progress(self.plan, at, self.figures, self.townships, self.as_of);
            let progress = &all[township];
            let percent = share.map_or(Cell::None, |share| self.percent_cell(at, done, Some(share)));
            let mut row = vec![Cell::Said(indicator.title.clone()), figure_cell(done, self.figures.places(at))];
            row.extend(share_cells(adjusted, self.original_share(indicator, who), share));
            row.push(percent);
            row.extend(dues.iter().map(|(due, _)| {
                progress.iter().find(|one| one.due == *due).map_or(Cell::None, |one| one.state.into())
            }));
            let current = self.current(indicator).and_then(|at| progress.get(at));
            row.push(Cell::whole(current.map(|one| one.required)));
            row
        });
        Table { title: Text::default(), columns, rows: rows.collect() }
    }

    fn handed_in(&self, township: TownshipNo) -> Table {
        let filings = &self.figures.filings;
        let arrangement = deadline::arrangement_deadline(self.plan, self.calendar, self.townships, filings, self.as_of);
        let monthly = deadline::monthly_deadlines(self.plan, self.calendar, self.townships, filings, self.as_of);
        Table {
            title: Text::new("报送情况", "Submitted"),
            columns: vec![
                Column::new("what", Text::new("材料", "what")),
                Column::new("due", Text::new("截止", "due")),
                Column::new("state", Text::new("状态", "state")),
                Column::new("date", Text::new("报送日期", "submitted on")),
            ],
            rows: arrangement.iter().chain(&monthly).filter_map(|deadline| filing_row(township, deadline)).collect(),
        }
    }

    fn records(&self, counts: &[MonthCounts]) -> Table {
        let months: Vec<Month> = self.months().collect();
        let mut columns = vec![Column::new("kind", Text::new("台账", "ledger"))];
        columns.extend(months.iter().map(|month| {
            let number = month.month;
            Column::new(month.to_string(), text!("{number}月", "{number:02}"))
        }));
        let rows = counts.iter().map(|counted| month_counts_row(counted, months.len())).collect();
        Table { title: Text::new("各月记录条数", "Records by month"), columns, rows }
    }
}

fn month_counts_row(counted: &MonthCounts, months: usize) -> Vec<Cell> {
    let numbers = counted.months.iter().take(months).map(|&number| Cell::Number(number));
    std::iter::once(Cell::Said(counted.title.clone())).chain(numbers).collect()
}

fn filing_row(township: TownshipNo, deadline: &Deadline) -> Option<Vec<Cell>> {
    let filed = deadline.townships.iter().find(|filed| filed.township == township)?;
    let what = deadline
        .month
        .map_or_else(|| Text::new("工作安排", "work arrangement"), |month| text!("{month} 月报", "report for {month}"));
    let what = match filed.zero {
        Some(true) => text!("{what}（零报告）", "{what} (zero)", what),
        Some(false) | None => what,
    };
    let date = filed.date.map_or(Cell::None, Cell::Day);
    Some(vec![Cell::Said(what), Cell::Said(deadline.due_text()), filed.state.into(), date])
}
