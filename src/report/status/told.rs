//! What a month's summary tells in words: what the townships reported, and how far the tasks are that have no number.

use super::Status;
use crate::base::day::Day;
use crate::base::text::Text;
use crate::report::Block;
use crate::report::records::{ReferenceLabels, value_cell};
use crate::report::table::{Cell, Column, Table};
use crate::schema::kind::Kind;
use crate::schema::plan::IndicatorNo;
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;

/// Records with their townships' places in the order.
pub type TownshipRecords = Vec<(TownshipNo, Revision)>;

/// What was told of a month beside its figures.
#[derive(Clone, Debug)]
pub struct MonthNarrative<'a> {
    /// The day up to which reports count as handed in.
    pub today: Day,
    /// For each township, how many of the month's records were entered after its report (报后补录).
    pub late_entries: Vec<i64>,
    /// The month's reports that stand, with their kind.
    pub reports: Vec<(&'a Kind, TownshipRecords)>,
    /// Of the kinds that tell how far tasks are, the latest of each task.
    pub latest: Vec<(&'a Kind, TownshipRecords)>,
}

impl MonthNarrative<'_> {
    /// Of each task of each township the latest record, by task. Of one day the later entry is the latest.
    #[must_use]
    pub fn latest_of(kind: &Kind, records: TownshipRecords) -> TownshipRecords {
        let Some(task) = kind.latest else { return records };
        let mut latest: TownshipRecords = Vec::new();
        for (township, record) in records {
            let same =
                latest.iter_mut().find(|(other, kept)| *other == township && kept.values[task] == record.values[task]);
            match same {
                Some((_, kept)) if record.date() >= kept.date() => *kept = record,
                Some(_) => {}
                None => latest.push((township, record)),
            }
        }
        latest.sort_by(|(a, one), (b, other)| (&one.values[task], a).cmp(&(&other.values[task], b)));
        latest
    }
}

impl Status<'_> {
    /// The words of the townships, as far as there are any.
    pub(super) fn told(&self, told: &MonthNarrative<'_>, names: ReferenceLabels<'_>) -> Vec<Block> {
        let reports = Text::new("各单位月报摘要", "What the townships report");
        let latest = Text::new("无数量指标的重点任务：最新进展", "Key tasks without a number: the latest");
        let mut tables: Vec<Table> =
            told.reports.iter().map(|(kind, held)| self.words(&reports, kind, held, false, names)).collect();
        tables.extend(told.latest.iter().map(|(kind, held)| self.words(&latest, kind, held, true, names)));
        tables.into_iter().filter(|table| !table.rows.is_empty()).map(Block::Table).collect()
    }

    fn words(
        &self,
        title: &Text,
        kind: &Kind,
        held: &TownshipRecords,
        dated: bool,
        names: ReferenceLabels<'_>,
    ) -> Table {
        let mut columns = vec![Column::new("township", Text::new("单位", "township"))];
        if dated {
            columns.push(Column::new("date", Text::new("日期", "date")));
        }
        let fields: Vec<_> =
            kind.summary.iter().filter(|at| !kind.hides(**at)).map(|&at| (at, &kind.fields[at])).collect();
        columns.extend(fields.iter().map(|(_, field)| Column::new(field.name.clone(), field.title.clone())));
        let mut rows = Vec::new();
        for (township, record) in held {
            if fields.iter().all(|(at, _)| record.values[*at].is_empty()) {
                continue;
            }
            let mut row = vec![Cell::Text(self.townships[*township].name.clone())];
            if dated {
                row.push(Cell::day(record.date()));
            }
            row.extend(fields.iter().map(|(at, field)| value_cell(field, &record.values[*at], names)));
            rows.push(row);
        }
        let mut table = Table { title: title.clone(), columns, rows };
        table.drop_empty_columns();
        table
    }

    /// Where people are counted, those who are named and those known by number only, told apart.
    pub(super) fn people(&self) -> Vec<Text> {
        let mut lines = Vec::new();
        for at in self.plan.indicator_nos() {
            if let Some(named) = self.figures.named_people(at, self.as_of) {
                lines.push(self.people_line(at, self.figures.county(at, self.as_of), named));
            }
        }
        lines
    }

    /// The same of one township, where it has any.
    pub(super) fn people_of(&self, township: TownshipNo) -> Vec<Text> {
        let mut lines = Vec::new();
        for at in self.plan.indicator_nos() {
            let done = self.figures.township(at, township, self.as_of);
            if let Some(named) = self.figures.named_people_of(at, township, self.as_of)
                && done > 0
            {
                lines.push(self.people_line(at, done, named));
            }
        }
        lines
    }

    fn people_line(&self, at: IndicatorNo, done: i64, named: i64) -> Text {
        let indicator = &self.plan.indicators[at];
        let title = &indicator.title;
        let unit = &indicator.unit;
        let others = done - named;
        text!(
            "{title} {done} {unit}：有名册 {named} {unit}，仅报人数 {others} {unit}（未核姓名，可能重复）。",
            "{title} ({unit}): {done}, of them {named} by name, {others} by headcount only (may include duplicates).",
            title,
            unit
        )
    }
}
