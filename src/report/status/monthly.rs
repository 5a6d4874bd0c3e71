//! The monthly summary (月度汇总): the county and each township in the month and in the year so far, against the course;
//! who has reported; first and last.

mod json;

use super::{MonthNarrative, Status, as_of, figure_cell, some_names, target_cells, target_columns, units};
use crate::base::day::{Day, Month};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::deadline::{self, Deadline, DeadlineState};
use crate::figures::progress;
use crate::figures::progress::course::{Course, township_share};
use crate::figures::tally::scale;
use crate::report::due::unknown_holidays;
use crate::report::records::ReferenceLabels;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::{Indicator, IndicatorNo, Measure};
use crate::schema::record::decimal_text;
use crate::schema::township::TownshipNo;

/// How the county or a township stands in one indicator; figures in units of 10^-places.
struct MonthFigures {
    in_month: i64,
    done: i64,
    /// Where people are counted, how many of them are named.
    named: Option<i64>,
    share: Option<u64>,
    /// In tenths.
    course: Option<i64>,
    /// In tenths.
    difference: Option<i64>,
    /// What the milestone asks for that comes next, else the last.
    required: Option<u64>,
    lacking: Option<i64>,
    state: Option<progress::MilestoneState>,
}

impl Status<'_> {
    /// The summary of [`Status::month`], as of its end or the as-of day.
    #[must_use]
    pub fn summary(&self, month: Month, told: &MonthNarrative<'_>, names: ReferenceLabels<'_>) -> Report {
        let mut blocks = vec![Block::Table(self.of_county(month))];
        blocks.push(Block::Line(Text::new(
            "完成率、应完成保留一位小数，尾数舍去。应完成（序时）：按序时进度，到当日应完成的数；较序时（超欠）：累计数与应完成数之差；节点：节点要求；还差：距节点还差。",
            "Percentages and expected figures are truncated. Expected: what would be done by now at an even pace.",
        )));
        blocks.extend(self.adjusted().map(Block::Line));
        blocks.extend(self.people().into_iter().map(Block::Line));
        for (at, indicator) in self.plan.indicators.iter().numbered() {
            if !indicator.shares.is_empty() {
                blocks.push(Block::Table(self.of_townships(month, at, indicator)));
                blocks.extend(self.first_and_last(at, indicator).map(Block::Line));
            }
        }
        blocks.extend(self.money(self.as_of));
        if let Some(table) = self.reported(month, told) {
            blocks.push(Block::Table(table));
            blocks.extend(unknown_holidays(self.plan, self.calendar).map(Block::Line));
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
            blocks.push(Block::Line(text!("不考核，仅统计：{list}。", "Without a target: {list}.", list)));
        }
        let county = self.county;
        let as_of = as_of(self.as_of, self.known);
        let Month { year, month: number } = month;
        let title = text!(
            "{county}{year}年{number}月份公共文化服务民心工程进展情况汇总表（{as_of}）",
            "{county}: summary for {month} ({as_of})",
            as_of
        );
        Report { title, blocks, json: Some(self.month_json(month, told)) }
    }

    fn of_county(&self, month: Month) -> Table {
        let mut columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("in_month", Text::new("本月", "month")),
            Column::new("done", Text::new("累计", "done")),
        ];
        columns.extend(target_columns(self.plan));
        columns.extend([
            Column::new("percent", Text::new("完成率", "percent")),
            Column::new("course", Text::new("应完成", "expected")),
            Column::new("difference", Text::new("较序时", "ahead")),
            Column::new("lacking", Text::new("距节点还差", "short")),
        ]);
        let mut rows = Vec::new();
        for (at, indicator) in self.plan.indicators.iter().numbered() {
            let places = self.figures.places(at);
            let part = self.county_part(month, at);
            let mut row = vec![
                Cell::Said(indicator.title.clone()),
                figure_cell(part.in_month, places),
                figure_cell(part.done, places),
            ];
            row.extend(target_cells(self.plan, indicator));
            row.extend([
                self.percent_cell(at, part.done, indicator.target),
                tenths_cell(part.course),
                tenths_cell(part.difference),
                part.lacking.map_or(Cell::None, |lacking| figure_cell(lacking, places)),
            ]);
            rows.push(row);
        }
        Table { title: Text::new("全县", "The county"), columns, rows }
    }

    /// How the county stands in one indicator. What is lacking is lacking until the milestone that comes next.
    fn county_part(&self, month: Month, at: IndicatorNo) -> MonthFigures {
        let indicator = &self.plan.indicators[at];
        let done = self.figures.county(at, self.as_of);
        let places = self.figures.places(at);
        let course = Course::of_county(self.plan, indicator);
        let required = course.as_ref().and_then(|course| course.leg_on(self.as_of)).map(|leg| leg.required);
        let course = course.map(|course| course.tenths_on(self.as_of));
        MonthFigures {
            in_month: self.in_month(at, month),
            done,
            named: self.figures.named_people(at, self.as_of),
            share: indicator.target,
            difference: difference(done, places, course),
            course,
            lacking: required.map(|required| (units(required, places) - done).max(0)),
            required,
            state: None,
        }
    }

    /// How a township stands in one indicator, by its milestones.
    fn township_part(&self, month: Month, at: IndicatorNo, township: TownshipNo) -> MonthFigures {
        let indicator = &self.plan.indicators[at];
        let who = &self.townships[township];
        let places = self.figures.places(at);
        let done = self.figures.township(at, township, self.as_of);
        let course = Course::of_township(self.plan, indicator, who);
        let progress = course.as_ref().map_or_else(Vec::new, |course| {
            course.progress(indicator.stretch, places, self.as_of, |day| self.figures.township(at, township, day))
        });
        let current = self.current(indicator).and_then(|current| progress.get(current));
        let course = course.map(|course| course.tenths_on(self.as_of));
        MonthFigures {
            in_month: self.township_in_month(at, township, month),
            done,
            named: self.figures.named_people_of(at, township, self.as_of),
            share: township_share(indicator, who),
            difference: difference(done, places, course),
            course,
            required: current.map(|progress| progress.required),
            lacking: current.map(|progress| (units(progress.required, places) - done).max(0)),
            state: current.map(|progress| progress.state),
        }
    }

    fn of_townships(&self, month: Month, at: IndicatorNo, indicator: &Indicator) -> Table {
        let mut columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("in_month", Text::new("本月", "month")),
            Column::new("done", Text::new("累计", "done")),
            Column::new("share", Text::new("任务", "share")),
            Column::new("percent", Text::new("完成率", "%")),
            Column::new("course", Text::new("序时", "expected")),
            Column::new("difference", Text::new("超欠", "ahead")),
            Column::new("required", Text::new("节点", "need")),
            Column::new("lacking", Text::new("还差", "short")),
            Column::new("state", Text::new("状态", "state")),
        ];
        if indicator.measure == Measure::People {
            columns.insert(3, Column::new("named", Text::new("名册", "by name")));
        }
        let places = self.figures.places(at);
        let mut rows = Vec::new();
        for (township, who) in self.townships.iter().numbered() {
            let part = self.township_part(month, at, township);
            if part.share.is_none() && part.done == 0 {
                continue;
            }
            let mut row = vec![
                Cell::Text(who.name.clone()),
                figure_cell(part.in_month, places),
                figure_cell(part.done, places),
                self.share_cell(indicator, who),
                part.share.map_or(Cell::None, |share| self.percent_cell(at, part.done, Some(share))),
                tenths_cell(part.course),
                tenths_cell(part.difference),
                Cell::whole(part.required),
                part.lacking.map_or(Cell::None, |lacking| figure_cell(lacking, places)),
                part.state.map_or(Cell::None, Cell::from),
            ];
            if let Some(named) = part.named {
                row.insert(3, figure_cell(named, places));
            }
            rows.push(row);
        }
        Table { title: indicator.title.clone(), columns, rows }
    }

    /// A township's figure on a day, or on the as-of day, if that is earlier.
    fn township_on(&self, at: IndicatorNo, township: TownshipNo, day: Day) -> i64 {
        self.figures.township(at, township, day.min(self.as_of))
    }

    fn township_in_month(&self, at: IndicatorNo, township: TownshipNo, month: Month) -> i64 {
        self.township_on(at, township, month.last()) - self.township_on(at, township, month.previous().last())
    }

    /// The townships that are furthest and those that are last, by per cent of their share; those who are equal together.
    fn ranked(&self, at: IndicatorNo, indicator: &Indicator) -> Option<(Vec<TownshipNo>, Vec<TownshipNo>)> {
        let places = self.figures.places(at);
        let mut all: Vec<(TownshipNo, i128)> = Vec::new();
        for (township, who) in self.townships.iter().numbered() {
            if let Some(share) = township_share(indicator, who).filter(|share| *share > 0) {
                let done = self.figures.township(at, township, self.as_of);
                all.push((township, i128::from(done) * 1_000_000 / i128::from(units(share, places))));
            }
        }
        let most = all.iter().map(|(_, part)| *part).max()?;
        let fewest = all.iter().map(|(_, part)| *part).min()?;
        let those_with = |part| all.iter().filter(|(_, its)| *its == part).map(|(township, _)| *township).collect();
        Some((those_with(most), those_with(fewest)))
    }

    fn first_and_last(&self, at: IndicatorNo, indicator: &Indicator) -> Option<Text> {
        let (first, last) = self.ranked(at, indicator)?;
        let most = self.with_percents(at, indicator, &first);
        let fewest = self.with_percents(at, indicator, &last);
        if first == last {
            return Some(text!("各单位相同：{most}。", "All are equal: {most}.", most));
        }
        Some(text!("完成率最高：{most}；最低：{fewest}。", "Highest: {most}; lowest: {fewest}.", most, fewest))
    }

    /// Townships that have a share, each with its per cent.
    fn with_percents(&self, at: IndicatorNo, indicator: &Indicator, townships: &[TownshipNo]) -> Text {
        let mut said = Vec::new();
        for &township in townships {
            let who = &self.townships[township];
            let share = township_share(indicator, who).expect("only those with a share are ranked");
            let done = self.figures.township(at, township, self.as_of);
            let percent = progress::percent(done, units(share, self.figures.places(at)));
            let percent = percent.expect("only those with a share are ranked");
            said.push(Text::same(format!("{} {percent}%", who.name)));
        }
        some_names(said)
    }

    fn reports_of(&self, month: Month, told: &MonthNarrative<'_>) -> Option<Deadline> {
        let all =
            deadline::monthly_deadlines(self.plan, self.calendar, self.townships, &self.figures.filings, told.today);
        all.into_iter().find(|deadline| deadline.month == Some(month))
    }

    /// Who has reported by today, and how much was entered after the report.
    fn reported(&self, month: Month, told: &MonthNarrative<'_>) -> Option<Table> {
        let deadline = self.reports_of(month, told)?;
        let zero = deadline.townships.iter().filter(|filed| filed.zero == Some(true)).count();
        let on_time = deadline.count(DeadlineState::OnTime);
        let late = deadline.count(DeadlineState::Late);
        let returned = deadline.count(DeadlineState::Returned);
        let missing = deadline.count(DeadlineState::Missing) + deadline.count(DeadlineState::Open);
        let today = told.today;
        let entries = told.late_entries.iter().sum::<i64>();
        let title = text!(
            "月报（至 {today}）：按时 {on_time}、迟报 {late}、退回 {returned}、未报 {missing}、零报告 {zero}；报后补录 {entries} 条",
            "Reports (by {today}): {on_time} on time, {late} late, {returned} returned, {missing} missing, {zero} zero; {entries} entered after the report",
            entries = Text::count(entries, "record", "records")
        );
        let columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("state", Text::new("状态", "state")),
            Column::new("date", Text::new("报送日期", "date")),
            Column::new("zero", Text::new("零报告", "zero")),
            Column::new("late_entries", Text::new("报后补录", "entered after the report")),
        ];
        let mut rows = Vec::new();
        for filed in &deadline.townships {
            rows.push(vec![
                Cell::Text(self.townships[filed.township].name.clone()),
                filed.state.into(),
                filed.date.map_or(Cell::None, Cell::Day),
                filed.zero.map_or(Cell::None, Cell::Bool),
                told.late_entries.get(filed.township.index()).map_or(Cell::None, |&count| Cell::Number(count)),
            ]);
        }
        Some(Table { title, columns, rows })
    }
}

fn tenths_cell(tenths: Option<i64>) -> Cell {
    tenths.map_or(Cell::None, |tenths| Cell::Decimal(decimal_text(tenths, 1)))
}

/// How far a figure is ahead of the course, in tenths; less than 0 where it is behind.
fn difference(done: i64, places: u8, course: Option<i64>) -> Option<i64> {
    let tenths = i128::from(done) * 10 / i128::from(scale(places)) - i128::from(course?);
    i64::try_from(tenths).ok()
}
