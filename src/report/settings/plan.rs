//! A year's plan: indicators, dates, money, and the versions that it has gone through.

use super::optional;
use crate::base::text::Text;
use crate::report::table::{Cell, Column, Table};
use crate::report::{Block, Report};
use crate::schema::plan::{Expenditure, Indicator, Plan};

const NOTHING: Text = Text::new("无", "none");

/// A plan: its indicators with targets and clauses, its dates, its budget; all versions of the year where there are
/// several, each with its path.
#[must_use]
pub fn plan(plan: &Plan, all: &[(String, Plan)]) -> Report {
    let mut blocks = vec![Block::Table(indicators(plan)), Block::Table(dates(plan))];
    if !plan.expenditure.is_empty() {
        blocks.push(Block::Table(expenditure(plan)));
    }
    if all.len() > 1 {
        blocks.push(Block::Table(versions(all)));
    }
    blocks.extend(adjusted(plan).map(Block::Table));
    Report { title: plan.title.clone(), blocks, json: None }
}

/// What a version asks otherwise than the plan as first issued: each target and each budget.
#[must_use]
pub fn changes(plan: &Plan) -> Vec<Text> {
    let targets = plan.indicators.iter().filter_map(|indicator| {
        let was = plan.original_target(indicator);
        let is = indicator.target;
        let title = &indicator.title;
        if was == is {
            return None;
        }
        let was = said_target(was);
        let is = said_target(is);
        Some(text!("{title}（原任务 {was}，调整后 {is}）", "{title} (originally {was}, now {is})", title, was, is))
    });
    let budgets = plan.expenditure.iter().filter_map(|heading| {
        let was = plan.original_budget(&heading.heading);
        let is = heading.budget.as_deref();
        let title = &heading.title;
        if was == is {
            return None;
        }
        let was = said_budget(was);
        let is = said_budget(is);
        let said = text!(
            "{title}经费（原预算 {was}，调整后 {is}）",
            "budget for {title} (originally {was}, now {is})",
            title,
            was,
            is
        );
        Some(said)
    });
    targets.chain(budgets).collect()
}

fn said_target(target: Option<u64>) -> Text {
    target.map_or(NOTHING, |target| Text::same(target.to_string()))
}

fn said_budget(budget: Option<&str>) -> Text {
    budget.map_or(NOTHING, |budget| text!("{budget} 元", "{budget} yuan"))
}

fn indicators(plan: &Plan) -> Table {
    let columns = vec![
        Column::new("indicator", Text::new("代号", "id")),
        Column::new("title", Text::new("指标", "indicator")),
        Column::new("target", Text::new("任务", "target")),
        Column::new("unit", Text::new("单位", "unit")),
        Column::new("shares", Text::new("分解合计", "shares")),
        Column::new("clause", Text::new("依据", "clause")),
    ];
    Table {
        title: Text::new("指标", "Indicators"), columns, rows: plan.indicators.iter().map(indicator_row).collect()
    }
}

fn indicator_row(indicator: &Indicator) -> Vec<Cell> {
    let unit = &indicator.unit;
    let unit = if indicator.stretch { text!("{unit}（力争）", "{unit} (stretch)", unit) } else { unit.clone() };
    let shares = (!indicator.shares.is_empty()).then(|| indicator.shares.iter().map(|(_, share)| share).sum());
    vec![
        Cell::Text(indicator.id.clone()),
        Cell::Said(indicator.title.clone()),
        Cell::whole(indicator.target),
        Cell::Said(unit),
        Cell::whole(shares),
        Cell::Text(indicator.clause.clone()),
    ]
}

fn dates(plan: &Plan) -> Table {
    let columns = vec![
        Column::new("date", Text::new("日期", "date")),
        Column::new("what", Text::new("事项", "what")),
        Column::new("clause", Text::new("依据", "clause")),
    ];
    let mut rows = Vec::new();
    if let Some(arrangement) = &plan.arrangement {
        let what = Text::new("报送工作安排", "work arrangements");
        rows.push((arrangement.due, what, &arrangement.clause));
    }
    for milestone in &plan.milestones {
        let share = milestone.share;
        rows.push((milestone.due, text!("各项任务完成 {share}%", "{share}% of every target"), &milestone.clause));
    }
    if let Some(monthly) = &plan.monthly {
        let first = monthly.first_month;
        let last = monthly.last_month;
        let day = monthly.day;
        let what = text!(
            "{first} 至 {last} 的月报，次月 {day} 日前",
            "reports for {first} to {last}, by day {day} of the following month"
        );
        rows.push((monthly.planned_day(monthly.first_month), what, &monthly.clause));
    }
    rows.sort_by_key(|(day, _, _)| *day);
    Table {
        title: Text::new("时间节点", "Dates"),
        columns,
        rows: rows
            .into_iter()
            .map(|(day, what, clause): (_, Text, &String)| {
                vec![Cell::Day(day), Cell::Said(what), Cell::Text(clause.clone())]
            })
            .collect(),
    }
}

fn expenditure(plan: &Plan) -> Table {
    let columns = vec![
        Column::new("heading", Text::new("代号", "heading")),
        Column::new("title", Text::new("支出科目", "title")),
        Column::new("budget", Text::new("预算（元）", "budget (yuan)")),
        Column::new("clause", Text::new("依据", "clause")),
    ];
    Table {
        title: Text::new("经费", "Expenditure"),
        columns,
        rows: plan.expenditure.iter().map(expenditure_row).collect(),
    }
}

fn expenditure_row(heading: &Expenditure) -> Vec<Cell> {
    vec![
        Cell::Text(heading.heading.clone()),
        Cell::Said(heading.title.clone()),
        heading.budget.clone().map_or(Cell::None, Cell::Decimal),
        Cell::Text(heading.clause.clone()),
    ]
}

/// What was adjusted: targets and budgets as first issued, and as they are now; none where there is nothing.
fn adjusted(plan: &Plan) -> Option<Table> {
    let columns = vec![
        Column::new("id", Text::new("代号", "id")),
        Column::new("title", Text::new("指标、科目", "indicator, heading")),
        Column::new("original_target", Text::new("原任务", "was")),
        Column::new("target", Text::new("调整后", "adjusted")),
    ];
    let mut rows = Vec::new();
    for indicator in &plan.indicators {
        let was = plan.original_target(indicator);
        if was != indicator.target {
            let id = Cell::Text(indicator.id.clone());
            let title = Cell::Said(indicator.title.clone());
            rows.push(vec![id, title, Cell::whole(was), Cell::whole(indicator.target)]);
        }
    }
    for heading in &plan.expenditure {
        let was = plan.original_budget(&heading.heading);
        let is = heading.budget.as_deref();
        if was != is {
            let id = Cell::Text(heading.heading.clone());
            let title = Cell::Said(text!("{title}（元）", "{title} (yuan)", title = &heading.title));
            rows.push(vec![id, title, budget_cell(was), budget_cell(is)]);
        }
    }
    let title = Text::new("调整的任务和预算", "Adjustments");
    (!rows.is_empty()).then_some(Table { title, columns, rows })
}

fn budget_cell(budget: Option<&str>) -> Cell {
    budget.map_or(Cell::None, |budget| Cell::Decimal(budget.to_owned()))
}

/// The versions in order, each with what made it.
fn versions(all: &[(String, Plan)]) -> Table {
    let columns = vec![
        Column::new("file", Text::new("文件", "file")),
        Column::new("issued", Text::new("印发", "issued")),
        Column::new("document", Text::new("文号", "document")),
        Column::new("reason", Text::new("调整原因", "reason")),
        Column::new("by", Text::new("登记人", "entered by")),
    ];
    Table { title: Text::new("历次版本", "Versions"), columns, rows: all.iter().map(version_row).collect() }
}

fn version_row((path, plan): &(String, Plan)) -> Vec<Cell> {
    let made = plan.adjustment.as_ref();
    vec![
        Cell::Text(path.clone()),
        plan.issued_on().map_or(Cell::None, Cell::Day),
        optional(made.map(|made| made.document.as_str())),
        made.map_or(Cell::Said(Text::new("首次印发", "first issued")), |made| Cell::Text(made.reason.clone())),
        optional(made.and_then(|made| made.by.as_deref())),
    ]
}
