//! The monthly summary (月度汇总): the county and each township in the month and in the year so far, against the course;
//! who has reported; first and last.

use super::{Status, Told, figure_cell, some, units, whole_cell};
use crate::day::{Day, Month};
use crate::due::{self, State};
use crate::plan::{Indicator, Measure, Span};
use crate::record::decimal_text;
use crate::report::records::Names;
use crate::report::{Block, Report};
use crate::standing;
use crate::table::{Cell, Column, Table, Tone};
use crate::text::Text;

impl Status<'_> {
    /// The summary of [`Status::month`], as of its end or the as-of day.
    #[must_use]
    pub fn summary(&self, month: Month, told: &Told<'_>, names: Names<'_>) -> Report {
        let mut blocks = vec![Block::Table(self.of_county(month))];
        blocks.push(Block::Line(Text::new(
            "完成率、序时进度截尾，不进位。序时进度：按时间均匀推进，到当日应完成的数。",
            "Percent and course are cut, not rounded. Course: where the figure would be if it grew evenly.",
        )));
        blocks.extend(self.adjusted().map(Block::Line));
        blocks.extend(self.people().into_iter().map(Block::Line));
        for (at, indicator) in self.plan.indicators.iter().enumerate() {
            if !indicator.shares.is_empty() {
                blocks.push(Block::Table(self.of_townships(month, at, indicator)));
                blocks.extend(self.first_and_last(at, indicator).map(Block::Line));
            }
        }
        blocks.extend(self.money(self.as_of));
        if let Some(table) = self.reported(month, told) {
            blocks.push(Block::Table(table));
        }
        blocks.extend(self.told(told, names));
        let unnumbered: Vec<&Text> = self
            .plan
            .indicators
            .iter()
            .filter(|indicator| indicator.target.is_none())
            .map(|indicator| &indicator.title)
            .collect();
        if !unnumbered.is_empty() {
            let list = Text::list(unnumbered);
            blocks.push(Block::Line(text!("无量化目标：{list}。", "Without a target: {list}.", list)));
        }
        let (county, as_of) = (self.county, self.as_of);
        let title = text!(
            "{county} {month} 公共文化服务工作汇总（截至 {as_of}）",
            "{county}: summary of {month} (as of {as_of})"
        );
        Report { title, blocks, json: None }
    }

    fn of_county(&self, month: Month) -> Table {
        let columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("in_month", Text::new("本月", "month")),
            Column::new("done", Text::new("累计", "done")),
            Column::new("target", Text::new("任务", "target")),
            Column::new("percent", Text::new("完成率", "percent")),
            Column::new("course", Text::new("序时进度", "course")),
            Column::new("difference", Text::new("超（欠）", "ahead")),
            Column::new("lacking", Text::new("下节点尚差", "lacking")),
        ];
        let row = |at: usize| {
            let indicator = &self.plan.indicators[at];
            let (done, places) = (self.figures.county(at, self.as_of), self.figures.places(at));
            let course = standing::course(self.plan, indicator, self.as_of);
            let next = indicator.milestones.iter().find(|milestone| milestone.due >= self.as_of);
            let lacking = indicator
                .target
                .zip(next)
                .map(|(target, milestone)| (units(standing::required(target, milestone), places) - done).max(0));
            vec![
                Cell::Said(indicator.title.clone()),
                figure_cell(self.in_month(at, month), places),
                figure_cell(done, places),
                whole_cell(indicator.target),
                self.percent_cell(at, done, indicator.target),
                course_cell(course),
                ahead(done, places, course),
                lacking.map_or(Cell::None, |lacking| figure_cell(lacking, places)),
            ]
        };
        let rows = (0..self.plan.indicators.len()).map(row).collect();
        Table { title: Text::new("全县", "The county"), columns, rows }
    }

    fn of_townships(&self, month: Month, at: usize, indicator: &Indicator) -> Table {
        let mut columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("in_month", Text::new("本月", "month")),
            Column::new("done", Text::new("累计", "done")),
            Column::new("share", Text::new("任务", "share")),
            Column::new("percent", Text::new("完成率", "percent")),
            Column::new("course", Text::new("序时", "course")),
            Column::new("difference", Text::new("超欠", "ahead")),
            Column::new("required", Text::new("节点", "required")),
            Column::new("lacking", Text::new("尚差", "lacking")),
            Column::new("state", Text::new("状态", "state")),
        ];
        if indicator.measure == Measure::People {
            columns.insert(3, Column::new("named", Text::new("实名", "by name")));
        }
        let (places, current) = (self.figures.places(at), self.current(indicator));
        let all = standing::townships(self.plan, at, self.figures, self.townships, self.as_of);
        let mut rows = Vec::new();
        for (township, progress) in all.iter().enumerate() {
            let share = standing::share(indicator, &self.townships[township]);
            let done = self.figures.township(at, township, self.as_of);
            if share.is_none() && done == 0 {
                continue;
            }
            let current = current.and_then(|current| progress.get(current));
            let required: Vec<u64> = progress.iter().map(|progress| progress.required).collect();
            let course = share.and_then(|_| standing::course_of(self.plan, indicator, &required, self.as_of));
            let lacking = current.map(|progress| (units(progress.required, places) - done).max(0));
            let mut row = vec![
                Cell::Text(self.townships[township].name.clone()),
                figure_cell(self.township_in_month(at, township, month), places),
                figure_cell(done, places),
                whole_cell(share),
                share.map_or(Cell::None, |share| self.percent_cell(at, done, Some(share))),
                course_cell(course),
                ahead(done, places, course),
                whole_cell(current.map(|progress| progress.required)),
                lacking.map_or(Cell::None, |lacking| figure_cell(lacking, places)),
                current.map_or(Cell::None, |progress| progress.state.cell()),
            ];
            if let Some(named) = self.figures.named_of(at, township, self.as_of) {
                row.insert(3, figure_cell(named, places));
            }
            rows.push(row);
        }
        Table { title: indicator.title.clone(), columns, rows }
    }

    fn township_in_month(&self, at: usize, township: usize, month: Month) -> i64 {
        let on = |day: Day| self.figures.township(at, township, day.min(self.as_of));
        match self.plan.indicators[at].span {
            Span::Standing => on(month.last()),
            Span::Year => on(month.last()) - on(month.previous().last()),
        }
    }

    /// Who is furthest and who is last, by per cent of their share.
    fn first_and_last(&self, at: usize, indicator: &Indicator) -> Option<Text> {
        let mut ranked: Vec<(i128, Text)> = Vec::new();
        for (township, who) in self.townships.iter().enumerate() {
            let Some(share) = standing::share(indicator, who).filter(|share| *share > 0) else { continue };
            let done = self.figures.township(at, township, self.as_of);
            let of = units(share, self.figures.places(at));
            let percent = standing::percent(done, of).unwrap_or_default();
            let name = &who.name;
            ranked
                .push((i128::from(done) * 1_000_000 / i128::from(of.max(1)), Text::same(format!("{name} {percent}%"))));
        }
        let (most, fewest) = (ranked.iter().map(|(part, _)| *part).max()?, ranked.iter().map(|(part, _)| *part).min()?);
        // Those who are equal are named together.
        let with = |part: i128| {
            some(ranked.iter().filter(|(other, _)| *other == part).map(|(_, said)| said.clone()).collect())
        };
        let (first, last) = (with(most), with(fewest));
        if most == fewest {
            return Some(text!("各单位相同：{first}。", "All are equal: {first}.", first));
        }
        Some(text!("最高：{first}；最低：{last}。", "First: {first}; last: {last}.", first, last))
    }

    /// Who has reported by today, and how much was entered after the report.
    fn reported(&self, month: Month, told: &Told<'_>) -> Option<Table> {
        let all = due::monthly(self.plan, self.calendar, self.townships, &self.figures.filings, told.today);
        let deadline = all.into_iter().find(|deadline| deadline.month == Some(month))?;
        let count = |state: State| deadline.townships.iter().filter(|filed| filed.state == state).count();
        let zero = deadline.townships.iter().filter(|filed| filed.zero == Some(true)).count();
        let (on_time, late, returned) = (count(State::OnTime), count(State::Late), count(State::Returned));
        let missing = count(State::Missing) + count(State::Open);
        let (today, entries) = (told.today, told.late_entries.iter().sum::<i64>());
        let title = text!(
            "月报（至 {today}）：按时 {on_time}、迟报 {late}、退回 {returned}、未报 {missing}、零报告 {zero}；报后补录 {entries} 条",
            "Reports (by {today}): {on_time} on time, {late} late, {returned} returned, {missing} missing, {zero} zero; {entries} records entered after the report"
        );
        let columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("state", Text::new("状态", "state")),
            Column::new("date", Text::new("报送日期", "date")),
            Column::new("zero", Text::new("零报告", "zero")),
            Column::new("late_entries", Text::new("报后补录", "entered after it")),
        ];
        let row = |filed: &due::Filed| {
            vec![
                Cell::Text(self.townships[filed.township].name.clone()),
                filed.state.cell(),
                filed.date.map_or(Cell::None, Cell::Day),
                filed.zero.map_or(Cell::None, Cell::Bool),
                told.late_entries.get(filed.township).map_or(Cell::None, |&count| Cell::Number(count)),
            ]
        };
        Some(Table { title, columns, rows: deadline.townships.iter().map(row).collect() })
    }
}

fn course_cell(course: Option<i64>) -> Cell {
    course.map_or(Cell::None, |course| Cell::Decimal(decimal_text(course, 1)))
}

/// How far a figure is ahead of the course (in tenths), or behind it.
fn ahead(done: i64, places: u8, course: Option<i64>) -> Cell {
    let tenths =
        course.map(|course| i128::from(done) * 10 / i128::from(crate::tally::scale(places)) - i128::from(course));
    let Some(tenths) = tenths.and_then(|tenths| i64::try_from(tenths).ok()) else { return Cell::None };
    let tone = if tenths < 0 { Tone::Warn } else { Tone::Good };
    let said = decimal_text(tenths, 1);
    Cell::Token { token: said.clone(), text: Text::same(said), tone }
}
