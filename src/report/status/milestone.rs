//! The report on a milestone (时间节点考核): each target and each township met or not, what changes if the due day does
//! not count, and what was entered only after it.

mod json;
mod late;
#[cfg(test)]
mod tests;

pub use late::LateEntry;

use super::adjusted::{share_cells, share_columns, target_cells, target_columns};
use super::{Status, as_of, figure_cell, units};
use crate::base::day::Day;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::progress::course::township_share;
use crate::figures::progress::{self, MilestoneProgress, MilestoneState};
use crate::figures::tally::Figures;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::IndicatorNo;
use crate::schema::record::decimal_text;

/// What the report on a milestone is made from, besides the status.
#[derive(Clone, Copy, Debug)]
pub struct MilestoneReport<'a> {
    /// The milestone's day; townships' figures are wanted on it and on its eve.
    pub due: Day,
    /// The figures by what was known at the end of that day, where it is over.
    pub then: Option<&'a Figures>,
    /// What is dated up to the day and was entered after it.
    pub late: &'a [LateEntry],
    /// Whether those are listed one by one.
    pub listed: bool,
}

/// How one indicator, of the county or a township, stands at the milestone.
struct MilestoneFigures {
    progress: MilestoneProgress,
    /// The figure without the due day, where that decides whether it is met.
    without: Option<i64>,
}

impl Status<'_> {
    /// The report on a milestone.
    #[must_use]
    pub fn milestone(&self, reached: &MilestoneReport<'_>) -> Report {
        let parts = self.parts(reached.due);
        let mut blocks = vec![Block::Table(self.of_milestone(&parts)), Block::Line(footnote(&parts))];
        blocks.extend(self.adjusted().map(Block::Line));
        blocks.push(Block::Line(self.summed_up(&parts)));
        blocks.extend(self.not_due(&parts).map(Block::Line));
        blocks.extend(parts.iter().filter_map(|(at, part)| self.by_a_day(reached.due, *at, part)).map(Block::Line));
        for (at, part) in &parts {
            if !self.plan.indicators[*at].shares.is_empty() {
                blocks.push(Block::Table(self.parted(reached, *at, part)));
            }
        }
        blocks.extend(self.money(reached.due.min(self.as_of)));
        blocks.extend(self.entered_late(reached, &parts));
        let county = self.county;
        let due = reached.due;
        let as_of = as_of(self.as_of, self.known);
        let title = text!("{county} {due} 时间节点考核（{as_of}）", "{county}: milestone of {due} ({as_of})", as_of);
        Report { title, blocks, json: Some(self.milestone_json(reached, &parts)) }
    }

    /// The indicators of which something is due on that day.
    fn parts(&self, due: Day) -> Vec<(IndicatorNo, MilestoneFigures)> {
        let mut parts = Vec::new();
        for at in self.plan.indicator_nos() {
            let progress = progress::county_progress(self.plan, at, self.figures, self.as_of);
            if let Some(progress) = progress.into_iter().find(|progress| progress.due == due) {
                parts.push((at, self.part(at, progress, |day| self.figures.county(at, day))));
            }
        }
        parts
    }

    /// Of one indicator, each township's part; none without a share.
    fn parts_by_township(&self, at: IndicatorNo, due: Day) -> Vec<Option<MilestoneFigures>> {
        let all = progress::township_progress(self.plan, at, self.figures, self.townships, self.as_of);
        let mut parts = Vec::with_capacity(all.len());
        for (township, progress) in all.into_iter().numbered() {
            let progress = progress.into_iter().find(|progress| progress.due == due);
            parts
                .push(progress.map(|progress| self.part(at, progress, |day| self.figures.township(at, township, day))));
        }
        parts
    }

    fn part(&self, at: IndicatorNo, progress: MilestoneProgress, figure: impl Fn(Day) -> i64) -> MilestoneFigures {
        let eve = progress.due.plus(-1);
        let wanted = units(progress.required, self.figures.places(at));
        // Before the due day there is nothing that it could change.
        let without =
            (self.as_of > eve).then(|| figure(eve)).filter(|&eve| (eve >= wanted) != (progress.done >= wanted));
        MilestoneFigures { progress, without }
    }

    fn of_milestone(&self, parts: &[(IndicatorNo, MilestoneFigures)]) -> Table {
        let mut columns = vec![Column::new("indicator", Text::new("指标", "indicator"))];
        columns.extend(target_columns(self.plan));
        let after = columns.len() + 4;
        columns.extend(part_columns());
        columns.insert(after, Column::new("reached_on", Text::new("达到日期", "reached on")));
        let rows = parts.iter().map(|(at, part)| {
            let indicator = &self.plan.indicators[*at];
            let required = part.progress.required;
            let required = units(required, self.figures.places(*at));
            let reached = self.figures.reached_on(*at, required, self.as_of);
            let mut row = vec![Cell::Said(indicator.title.clone())];
            row.extend(target_cells(self.plan, indicator));
            row.extend(self.part_cells(*at, part, indicator.target));
            row.insert(after, reached.map_or(Cell::None, Cell::Day));
            row
        });
        without_empty_last(Table { title: Text::new("全县", "The county"), columns, rows: rows.collect() })
    }

    /// Of one indicator, each township; those without a share where they did something; and the county.
    fn parted(&self, reached: &MilestoneReport<'_>, at: IndicatorNo, county: &MilestoneFigures) -> Table {
        let indicator = &self.plan.indicators[at];
        let original = self.plan.original_target(indicator);
        let adjusted = original != indicator.target
            || self.townships.iter().any(|township| self.has_other_share(indicator, township));
        let mut columns = vec![Column::new("township", Text::new("单位", "township"))];
        columns.extend(share_columns("share", adjusted));
        columns.extend(part_columns());
        let mut rows = Vec::new();
        for (township, part) in self.parts_by_township(at, reached.due).into_iter().numbered() {
            let who = &self.townships[township];
            let share = township_share(indicator, who);
            let done = self.figures.township(at, township, reached.due.min(self.as_of));
            let mut row = vec![Cell::Text(who.name.clone())];
            row.extend(share_cells(adjusted, self.original_share(indicator, who), share));
            match part {
                Some(part) => row.extend(self.part_cells(at, &part, share)),
                None if done == 0 => continue,
                None => {
                    let done = figure_cell(done, self.figures.places(at));
                    row.extend([Cell::None, done, Cell::None, Cell::None, Cell::None]);
                }
            }
            rows.push(row);
        }
        let mut row = vec![Cell::Said(Text::new("全县", "county"))];
        row.extend(share_cells(adjusted, original, indicator.target));
        row.extend(self.part_cells(at, county, indicator.target));
        rows.push(row);
        without_empty_last(Table { title: indicator.title.clone(), columns, rows })
    }

    fn part_cells(&self, at: IndicatorNo, part: &MilestoneFigures, target: Option<u64>) -> [Cell; 5] {
        let progress = &part.progress;
        let places = self.figures.places(at);
        [
            Cell::whole(Some(progress.required)),
            figure_cell(progress.done, places),
            target.map_or(Cell::None, |target| self.percent_cell(at, progress.done, Some(target))),
            progress.state.into(),
            part.without.map_or(Cell::None, |without| figure_cell(without, places)),
        ]
    }

    /// How many targets are in each state, and what is lacking in those that are not met.
    fn summed_up(&self, parts: &[(IndicatorNo, MilestoneFigures)]) -> Text {
        let mut said = Vec::new();
        for state in MilestoneState::ALL {
            let of: Vec<&(IndicatorNo, MilestoneFigures)> =
                parts.iter().filter(|(_, part)| part.progress.state == state).collect();
            if of.is_empty() {
                continue;
            }
            let count = of.len();
            let title = state.title();
            let named = of.iter().map(|(at, part)| {
                let title = &self.plan.indicators[*at].title;
                let progress = &part.progress;
                let done = decimal_text(progress.done, self.figures.places(*at));
                let required = progress.required;
                text!("{title} {done}/{required}", "{title} {done}/{required}", title)
            });
            let named = Text::list(&named.collect::<Vec<_>>());
            said.push(text!("{title} {count} 项（{named}）", "{count} {title} ({named})", title, named));
        }
        let count = parts.len();
        let said = Text::list(&said);
        text!("本节点考核 {count} 项：{said}。", "Due at this milestone ({count}): {said}.", said)
    }

    /// Targets of which nothing is due on that day.
    fn not_due(&self, parts: &[(IndicatorNo, MilestoneFigures)]) -> Option<Text> {
        let others = self.plan.indicator_nos().filter(|at: &IndicatorNo| self.plan.indicators[*at].target.is_some());
        let others = others.filter(|at| parts.iter().all(|(known, _)| known != at));
        let titles: Vec<&Text> = others.map(|at| &self.plan.indicators[at].title).collect();
        let list = Text::list(titles.iter().copied());
        (!titles.is_empty()).then(|| text!("本节点不考核：{list}。", "Not due at this milestone: {list}.", list))
    }

    /// Both figures, where the due day decides.
    fn by_a_day(&self, due: Day, at: IndicatorNo, part: &MilestoneFigures) -> Option<Text> {
        let without = part.without?;
        let places = self.figures.places(at);
        let title = &self.plan.indicators[at].title;
        let required = part.progress.required;
        let with = decimal_text(part.progress.done, places);
        let without = decimal_text(without, places);
        Some(text!(
            "{title}：含 {due} 当日为 {with}，不含当日为 {without}，要求 {required}，是否计入当日结论不同；方案规定含当日。",
            "{title}: {with} including {due}, {without} excluding it, {required} required: that day decides. The \
             plan includes it.",
            title
        ))
    }
}

fn part_columns() -> [Column; 5] {
    [
        Column::new("required", Text::new("节点要求", "required")),
        Column::new("done", Text::new("完成", "done")),
        Column::new("percent", Text::new("完成率", "percent")),
        Column::new("state", Text::new("状态", "state")),
        Column::new("without_due_day", Text::new("不含当日", "excluding the day")),
    ]
}

/// Most often the due day decides nothing.
fn without_empty_last(mut table: Table) -> Table {
    if table.rows.iter().all(|row| row.last() == Some(&Cell::None)) {
        table.columns.pop();
        for row in &mut table.rows {
            row.pop();
        }
    }
    table
}

fn footnote(parts: &[(IndicatorNo, MilestoneFigures)]) -> Text {
    let mut shares: Vec<u32> = parts.iter().map(|(_, part)| part.progress.share).collect();
    shares.sort_unstable();
    shares.dedup();
    let shares = shares.iter().map(|share| format!("{share}%")).collect::<Vec<_>>().join("/");
    text!(
        "节点要求＝任务×{shares}，有小数进一，各单位分别计算，合计可能多于全县；完成率＝完成÷任务，保留一位小数，尾数舍去。",
        "Required: {shares} of the target or share, rounded up for each, so that the townships' may add up to more than \
         the county's. Percentages are truncated."
    )
}
