//! The report on acceptance (验收): of each task what was claimed, looked at and struck, what is left of it, and how that
//! stands at the last milestone; the same of each township.

use super::adjusted::{share_cells, share_columns};
use super::{Status, as_of, figure_cell, number, target_cells, target_columns};
use crate::base::day::Day;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::acceptance::{ContributingRecord, IndicatorAcceptance, accepted_figures};
use crate::figures::progress::course::township_share;
use crate::figures::progress::{self, MilestoneProgress};
use crate::figures::tally::Figures;
use crate::report::long_table::{LongTable, Rows};
use crate::report::record_names::RecordNames;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::IndicatorNo;
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::rc::Rc;

impl Status<'_> {
    /// The report on acceptance; of each indicator what was struck.
    #[must_use]
    pub fn acceptance(&self, struck: &[IndicatorAcceptance]) -> Report {
        let rest = accepted_figures(self.figures, struck);
        let tasks: Vec<IndicatorNo> =
            self.plan.indicator_nos().filter(|&at| self.plan.indicators[at].target.is_some()).collect();
        let mut blocks = vec![Block::Table(self.of_tasks(&tasks, struck, &rest))];
        blocks.push(Block::Line(Text::new(
            "认定数＝上报数－核减数；上报数由台账汇总得出，不另行填报。是否达标，按认定数和最后一个时间节点判定。",
            "Accepted = reported - disallowed. Reported figures are counted from the ledgers; the state is that of \
             the accepted figure.",
        )));
        blocks.extend(self.not_inspected(&tasks, struck).map(Block::Line));
        blocks.extend(tasks.iter().filter_map(|&at| self.parted_by_township(at, &struck[at], &rest)).map(Block::Table));
        let county = self.county;
        let as_of = as_of(self.as_of, self.known);
        let title = text!("{county} 验收情况（{as_of}）", "{county}: acceptance ({as_of})", as_of);
        let indicators: Vec<Value> = tasks.iter().map(|&at| self.acceptance_json(at, &struck[at], &rest)).collect();
        let json = json!({
            "schema": "culture.acceptance/1", "plan": self.plan.year.0, "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()), "indicators": indicators,
        });
        Report { title, blocks, json: Some(json) }
    }

    /// The records of each task that nobody has inspected, one by one, and what each is called.
    #[must_use]
    pub fn unchecked(&self, struck: &[IndicatorAcceptance], names: RecordNames) -> LongTable {
        let columns = [
            ("indicator", Text::new("指标", "indicator")),
            ("township", Text::new("单位", "township")),
            ("date", Text::new("日期", "date")),
            ("record", Text::new("记录", "record")),
            ("id", Text::new("编号", "id")),
        ];
        let mut tasks = Vec::new();
        for (indicator, struck) in self.plan.indicators.iter().zip(struck).filter(|(one, _)| one.target.is_some()) {
            let mut all: Vec<ContributingRecord> = struck.not_inspected(self.as_of).copied().collect();
            all.sort_by_key(|looked| (looked.ledger, looked.days.from, looked.record));
            tasks.push((Cell::plain(indicator.id.clone(), indicator.title.clone()), all));
        }
        let townships = self.townships.iter().map(|township| township.name.clone()).collect();
        LongTable {
            title: Text::new("尚未抽查的记录", "Records not checked"),
            columns: columns.into_iter().map(|(key, title)| Column::new(key, title)).collect(),
            rows: Rc::new(UncheckedRows { tasks, townships, names }),
            key: None,
        }
    }

    fn last(&self, at: IndicatorNo, rest: &Figures) -> Option<MilestoneProgress> {
        progress::county_progress(self.plan, at, rest, self.as_of).pop()
    }

    /// How each township stands at its last milestone by what is left; none without a share.
    fn last_of_townships(&self, at: IndicatorNo, rest: &Figures) -> Vec<Option<MilestoneProgress>> {
        let all = progress::township_progress(self.plan, at, rest, self.townships, self.as_of);
        all.into_iter().map(|mut progress| progress.pop()).collect()
    }

    fn of_tasks(&self, tasks: &[IndicatorNo], struck: &[IndicatorAcceptance], rest: &Figures) -> Table {
        let mut columns = vec![
            Column::new("indicator", Text::new("指标", "indicator")),
            Column::new("claimed", Text::new("上报", "reported")),
            Column::new("inspected", Text::new("抽查（条）", "checked")),
            Column::new("struck", Text::new("核减", "disallowed")),
            Column::new("final", Text::new("认定", "accepted")),
        ];
        columns.extend(target_columns(self.plan));
        columns.push(Column::new("percent", Text::new("完成率", "percent")));
        columns.push(Column::new("state", Text::new("达标情况", "state")));
        let rows = tasks.iter().map(|&at| {
            let indicator = &self.plan.indicators[at];
            let places = self.figures.places(at);
            let done = rest.county(at, self.as_of);
            let last = self.last(at, rest);
            let mut row = vec![
                Cell::Said(indicator.title.clone()),
                figure_cell(self.figures.county(at, self.as_of), places),
                Cell::count(struck[at].inspected_count(None)),
                figure_cell(struck[at].disallowed_on(self.as_of), places),
                figure_cell(done, places),
            ];
            row.extend(target_cells(self.plan, indicator));
            row.push(self.percent_cell(at, done, indicator.target));
            row.push(last.map_or(Cell::None, |last| last.state.into()));
            row
        });
        Table { title: Text::default(), columns, rows: rows.collect() }
    }

    /// Of each task how many of its records nobody has inspected.
    fn not_inspected(&self, tasks: &[IndicatorNo], struck: &[IndicatorAcceptance]) -> Option<Text> {
        let mut all = Vec::new();
        for &at in tasks {
            let left = struck[at].not_inspected(self.as_of).count();
            if left > 0 {
                let of = struck[at].on(self.as_of).count();
                let title = &self.plan.indicators[at].title;
                all.push(text!("{title} {left}/{of}", "{title} {left}/{of}", title));
            }
        }
        let list = Text::list(&all);
        (!all.is_empty()).then(|| {
            text!(
                "尚未抽查的记录（条）：{list}；名单：culture report acceptance --unchecked",
                "Records not checked: {list}; to list them: culture report acceptance --unchecked",
                list
            )
        })
    }

    /// The townships of an indicator of which anything was inspected.
    fn parted_by_township(&self, at: IndicatorNo, struck: &IndicatorAcceptance, rest: &Figures) -> Option<Table> {
        let indicator = &self.plan.indicators[at];
        let places = self.figures.places(at);
        let adjusted = self.townships.iter().any(|township| self.has_other_share(indicator, township));
        let mut columns = vec![
            Column::new("township", Text::new("单位", "township")),
            Column::new("claimed", Text::new("上报", "reported")),
            Column::new("inspected", Text::new("抽查（条）", "checked")),
            Column::new("struck", Text::new("核减", "disallowed")),
            Column::new("final", Text::new("认定", "accepted")),
        ];
        columns.extend(share_columns("share", adjusted));
        columns.push(Column::new("state", Text::new("达标情况", "state")));
        let standing = self.last_of_townships(at, rest);
        let mut rows = Vec::new();
        for (place, township) in self.townships.iter().numbered() {
            let claimed = self.figures.township(at, place, self.as_of);
            let left = rest.township(at, place, self.as_of);
            let was = self.original_share(indicator, township);
            let is = township_share(indicator, township);
            if claimed != 0 || left != 0 || is.is_some() {
                let name = Text::same(&township.name);
                let mut row = vec![
                    Cell::plain(township.id.clone(), name),
                    figure_cell(claimed, places),
                    Cell::count(struck.inspected_count(Some(place))),
                    figure_cell(claimed - left, places),
                    figure_cell(left, places),
                ];
                row.extend(share_cells(adjusted, was, is));
                row.push(standing[place].as_ref().map_or(Cell::None, |last| last.state.into()));
                rows.push(row);
            }
        }
        let title = text!("{title}：各单位", "{title}: by township", title = &indicator.title);
        (struck.inspected_count(None) > 0 && !rows.is_empty()).then_some(Table { title, columns, rows })
    }

    fn acceptance_json(&self, at: IndicatorNo, of: &IndicatorAcceptance, rest: &Figures) -> Value {
        let indicator = &self.plan.indicators[at];
        let places = self.figures.places(at);
        let as_of = self.as_of;
        let standing = self.last_of_townships(at, rest);
        let townships: Vec<Value> = self.townships.iter().numbered().map(|(place, township)| {
            let claimed = self.figures.township(at, place, as_of);
            let left = rest.township(at, place, as_of);
            json!({
                "id": township.id, "claimed": number(claimed, places), "struck": number(claimed - left, places),
                "final": number(left, places),
                "inspected": of.inspected_count(Some(place)), "state": standing[place].as_ref().map(|last| last.state.token()),
                "share": township_share(indicator, township), "original_share": self.original_share(indicator, township),
            })
        }).collect();
        let last = self.last(at, rest);
        let claimed = self.figures.county(at, as_of);
        let left = rest.county(at, as_of);
        json!({
            "id": indicator.id, "target": indicator.target, "original_target": self.plan.original_target(indicator),
            "claimed": number(claimed, places), "inspected": of.inspected_count(None), "not_inspected": of.not_inspected(as_of).count(),
            "struck": number(claimed - left, places), "final": number(left, places),
            "due": last.as_ref().map(|last: &MilestoneProgress| Day::to_string(&last.due)),
            "state": last.as_ref().map(|last| last.state.token()), "townships": townships,
        })
    }
}

/// The records that nobody has inspected, row by row.
#[derive(Debug)]
struct UncheckedRows {
    /// Of each task its cell and its records.
    tasks: Vec<(Cell, Vec<ContributingRecord>)>,
    /// What the townships are called.
    townships: Vec<String>,
    names: RecordNames,
}

impl Rows for UncheckedRows {
    fn count(&self) -> usize {
        self.tasks.iter().map(|(_, records)| records.len()).sum()
    }

    fn each(&self, visit: &mut dyn FnMut(&[Cell]) -> ControlFlow<()>) -> ControlFlow<()> {
        for (task, records) in &self.tasks {
            for looked in records {
                visit(&[
                    task.clone(),
                    Cell::Text(self.townships[looked.ledger].clone()),
                    Cell::Day(looked.days.from),
                    Cell::Said(self.names.of(looked.record)),
                    Cell::Text(looked.record.to_string()),
                ])?;
            }
        }
        ControlFlow::Continue(())
    }
}
