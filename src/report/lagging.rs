//! Who falls behind, by which rule and with which figures; the same words stand in the notices.

use super::{Block, Report};
use crate::base::day::{Day, Instant};
use crate::base::text::Text;
use crate::figures::deadline::DeadlineState;
use crate::figures::supervision::{DueReport, Finding, Ground, Shortfall, SupervisionRule};
use crate::report::status::number;
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::plan::{Plan, Supervision};
use crate::schema::record::decimal_text;
use crate::schema::township::Township;
use serde_json::{Value, json};

/// What the rules found.
pub struct LaggingReport<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// The findings.
    pub findings: &'a [Finding],
    /// The as-of day.
    pub as_of: Day,
    /// What was known when.
    pub known: Option<Instant>,
}

/// What a rule is called.
#[must_use]
pub const fn rule_title(rule: SupervisionRule) -> Text {
    match rule {
        SupervisionRule::Milestone => Text::new("未达节点", "milestone"),
        SupervisionRule::Course => Text::new("滞后序时", "schedule"),
        SupervisionRule::ReportMissing => Text::new("月报未报", "report missing"),
        SupervisionRule::ReportsLate => Text::new("多次迟报", "reports late"),
    }
}

/// A finding in words, with its figures.
#[must_use]
pub fn words(plan: &Plan, ground: &Ground) -> Text {
    match ground {
        Ground::Milestone(short) => {
            let (title, unit, due, required) = shortfall_figures(plan, short);
            let at_due = decimal_text(short.at_due, short.places);
            let done = decimal_text(short.done, short.places);
            text!(
                "{title} {due} 应完成 {required} {unit}，当日实际完成 {at_due} {unit}，目前累计 {done} {unit}",
                "{title}: {required} due by {due}, {at_due} on the day, {done} now",
                title
            )
        }
        Ground::Course { short, course, behind } => {
            let (title, unit, due, required) = shortfall_figures(plan, short);
            let done = decimal_text(short.done, short.places);
            let course = decimal_text(*course, 1);
            let points = if *behind == 10 { "percentage point" } else { "percentage points" };
            let behind = decimal_text(*behind, 1);
            text!(
                "{title}按序时进度应完成 {course} {unit}，实际完成 {done} {unit}，滞后 {behind} 个百分点（{due} 应完成 {required} {unit}）",
                "{title}: {course} expected by now, {done} done, {behind} {points} behind \
                 ({required} due by {due})",
                title
            )
        }
        Ground::Missing(reports) => {
            let count = Text::count(reports.len(), "monthly report", "monthly reports");
            let list = Text::list(&reports.iter().map(missing).collect::<Vec<_>>());
            text!("月报逾期未报 {count} 个月：{list}", "{count} overdue: {list}", count, list)
        }
        Ground::Late(reports) => {
            let count = Text::count(reports.len(), "monthly report", "monthly reports");
            let list = Text::list(&reports.iter().map(late).collect::<Vec<_>>());
            text!("月报迟报 {count} 次：{list}", "{count} late: {list}", count, list)
        }
    }
}

/// The title, the measure word that Chinese puts behind a number (in English the title says what is counted), the day and
/// what was to be done by then.
fn shortfall_figures<'p>(plan: &'p Plan, short: &Shortfall) -> (&'p Text, &'p str, Day, u64) {
    let indicator = &plan.indicators[short.indicator];
    (&indicator.title, &indicator.unit.zh, short.due, short.required)
}

fn missing(owed: &DueReport) -> Text {
    let month = owed.month;
    let due = owed.due;
    match owed.state {
        DeadlineState::Returned => text!("{month}（{due} 前应报，退回未重报）", "{month} (due {due}, returned)"),
        DeadlineState::Missing | DeadlineState::Open | DeadlineState::OnTime | DeadlineState::Late => {
            text!("{month}（{due} 前应报）", "{month} (due {due})")
        }
    }
}

fn late(owed: &DueReport) -> Text {
    let month = owed.month;
    let due = owed.due;
    let came = owed.date.expect("what came late has come");
    text!("{month}（{due} 前应报，{came} 才报）", "{month} (due {due}, submitted {came})")
}

impl LaggingReport<'_> {
    /// The page: a row for each finding, and the rules below.
    #[must_use]
    pub fn report(&self) -> Report {
        let title = &self.plan.title;
        let as_of = super::status::as_of(self.as_of, self.known);
        let title = text!("{title}：滞后单位（{as_of}）", "{title}: townships behind ({as_of})", title, as_of);
        let mut blocks = if self.findings.is_empty() {
            vec![Block::Line(Text::new("没有滞后单位。", "No township is behind."))]
        } else {
            vec![Block::Table(self.table())]
        };
        blocks.push(Block::Line(rules(self.plan.supervision)));
        Report { title, blocks, json: Some(self.json()) }
    }

    /// The findings as a table.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns = [
            ("township", Text::new("单位", "township")),
            ("rule", Text::new("规则", "rule")),
            ("about", Text::new("事项", "about")),
            ("required", Text::new("要求", "required")),
            ("done", Text::new("完成", "done")),
            ("due", Text::new("期限", "due")),
            ("points", Text::new("欠百分点", "points")),
            ("records", Text::new("记录", "records")),
        ];
        let columns = columns.into_iter().map(|(key, title)| Column::new(key, title)).collect();
        let mut table =
            Table { title: Text::default(), columns, rows: self.findings.iter().map(|one| self.row(one)).collect() };
        table.drop_empty_columns();
        table
    }

    fn row(&self, finding: &Finding) -> Vec<Cell> {
        let rule = finding.ground.rule();
        let tone = if rule == SupervisionRule::Course { Tone::Warn } else { Tone::Bad };
        let rule = Cell::Token { token: rule.token().to_owned(), text: rule_title(rule), tone };
        let months: Vec<Text> =
            finding.ground.reports().iter().map(|owed| Text::same(owed.month.to_string())).collect();
        let due = finding.ground.reports().iter().map(|owed| owed.due).max();
        let (about, required, done, due) = match finding.ground.shortfall() {
            Some(short) => (
                self.plan.indicators[short.indicator].title.clone(),
                Cell::whole(Some(short.required)),
                super::status::figure_cell(short.done, short.places),
                Some(short.due),
            ),
            None => (Text::list(&months), Cell::None, Cell::None, due),
        };
        let points = match &finding.ground {
            Ground::Course { behind, .. } => Cell::Decimal(decimal_text(*behind, 1)),
            Ground::Milestone(_) | Ground::Missing(_) | Ground::Late(_) => Cell::None,
        };
        let records = Cell::count(finding.records.len());
        let township = Cell::Text(self.townships[finding.township].name.clone());
        vec![township, rule, Cell::Said(about), required, done, due.map_or(Cell::None, Cell::Day), points, records]
    }

    fn json(&self) -> Value {
        let rules = self.plan.supervision;
        json!({
            "schema": "culture.lagging/1",
            "plan": self.plan.year.0,
            "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "rules": json!({
                "milestone": rules.milestone, "course_margin": rules.course_margin,
                "report_missing": rules.report_missing, "reports_late": rules.reports_late,
            }),
            "findings": self.findings.iter().map(|finding| self.finding_json(finding)).collect::<Vec<_>>(),
        })
    }

    fn finding_json(&self, finding: &Finding) -> Value {
        let township = &self.townships[finding.township];
        let short = finding.ground.shortfall();
        let months = finding.ground.reports().iter().map(|owed| {
            json!({
                "month": owed.month.to_string(), "due": owed.due.to_string(), "state": owed.state.token(),
                "date": owed.date.map(|date| date.to_string()),
            })
        });
        let (course, behind) = match &finding.ground {
            Ground::Course { course, behind, .. } => (Some(decimal_text(*course, 1)), Some(decimal_text(*behind, 1))),
            Ground::Milestone(_) | Ground::Missing(_) | Ground::Late(_) => (None, None),
        };
        json!({
            "township": township.id,
            "rule": finding.ground.rule().token(),
            "indicator": short.map(|short| &self.plan.indicators[short.indicator].id),
            "due": short.map(|short| short.due.to_string()),
            "required": short.map(|short| short.required),
            "done_on_due": short.map(|short| number(short.at_due, short.places)),
            "done": short.map(|short| number(short.done, short.places)),
            "course": course,
            "points_behind": behind,
            "months": months.collect::<Vec<_>>(),
            "records": finding.records.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

/// The plan's rules in words.
fn rules(rules: Supervision) -> Text {
    let mut all = Vec::new();
    if rules.milestone {
        all.push(Text::new("节点已过、未达节点要求", "a milestone missed"));
    }
    if rules.course_margin < 100 {
        let margin = Text::count(rules.course_margin, "percentage point", "percentage points");
        all.push(text!("滞后序时进度超过 {margin} 个百分点", "more than {margin} behind schedule", margin));
    }
    if rules.report_missing {
        all.push(Text::new("月报逾期未报", "a monthly report overdue"));
    }
    if rules.reports_late > 0 {
        let late = rules.reports_late;
        all.push(text!(
            "月报迟报达 {late} 次",
            "{late} late",
            late = Text::count(late, "monthly report", "monthly reports")
        ));
    }
    let list = Text::list(&all);
    text!("规则（方案 [supervision]）：{list}。", "Rules (the plan's [supervision]): {list}.", list)
}
