//! Budget and expenses: a table for the status and the reports, and the same for machines.

use super::Status;
use super::json::percent;
use crate::base::day::{Day, Month};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::progress::money::{BudgetLine, budget_status};
use crate::figures::tally::FEN;
use crate::report::Block;
use crate::report::table::{Cell, Column, Table, Tone};
use crate::schema::record::decimal_text;
use crate::schema::township::TownshipNo;
use serde_json::{Value, json};

impl Status<'_> {
    /// The table of money on a day; none where nothing is budgeted and nothing was spent.
    pub(super) fn money(&self, as_of: Day) -> Option<Block> {
        let money = budget_status(self.plan, self.figures, as_of)?;
        let adjusted = self.plan.has_other_budgets();
        let mut columns = vec![Column::new("heading", Text::new("经费（元）", "money (yuan)"))];
        if adjusted {
            columns.push(Column::new("original_budget", Text::new("原预算", "was")));
            columns.push(Column::new("budget", Text::new("调整后", "adjusted")));
        } else {
            columns.push(Column::new("budget", Text::new("预算", "budget")));
        }
        columns.extend([
            Column::new("spent", Text::new("支出", "spent")),
            Column::new("left", Text::new("结余", "balance")),
            Column::new("percent", Text::new("支出率", "percent")),
            Column::new("each", Text::new("平均", "per unit")),
        ]);
        let titles = self.plan.expenditure.iter().map(|heading| heading.title.clone());
        let mut rows: Vec<Vec<Cell>> =
            titles.zip(&money.headings).map(|(title, spent)| self.spent_row(title, spent)).collect();
        if money.elsewhere != 0 {
            let elsewhere = BudgetLine { budget: None, spent: money.elsewhere, cost: None };
            rows.push(self.spent_row(Text::new("方案未列科目", "not in the plan"), &elsewhere));
        }
        rows.push(self.spent_row(Text::new("合计", "total"), &money.total));
        if adjusted {
            let mut originals = self.plan.expenditure.iter().map(|heading| self.plan.original_budget(&heading.heading));
            for row in &mut rows {
                let was = originals.next().flatten();
                row.insert(1, was.map_or(Cell::None, |budget| Cell::Decimal(budget.to_owned())));
            }
        }
        Some(Block::Table(Table { title: Text::default(), columns, rows }))
    }

    fn spent_row(&self, title: Text, spent: &BudgetLine) -> Vec<Cell> {
        vec![
            Cell::Said(title),
            spent.budget.map_or(Cell::None, yuan),
            yuan(spent.spent),
            spent.remaining().map_or(Cell::None, left),
            spent.percent().map_or(Cell::None, Cell::Percent),
            self.each(spent),
        ]
    }

    /// What one performance, or one person trained, cost.
    fn each(&self, spent: &BudgetLine) -> Cell {
        let Some((at, Some(cost))) = spent.cost.filter(|_| spent.spent > 0) else { return Cell::None };
        let token = decimal_text(cost, FEN);
        let unit = &self.plan.indicators[at].unit;
        let text = text!("{token} 元/{unit}", "{token} / {unit}", unit);
        Cell::Token { token, text, tone: Tone::Plain }
    }

    /// What a township spent, in one line.
    pub(super) fn spent_by(&self, township: TownshipNo) -> Option<Text> {
        let spent = self.figures.spent_by(township, self.as_of).filter(|spent| *spent != 0)?;
        let spent = decimal_text(spent, FEN);
        Some(text!("支出 {spent} 元。", "Spending: {spent} yuan."))
    }

    /// What each township spent that did, in one line.
    pub(super) fn spent_by_township(&self) -> Option<Text> {
        let mut each = Vec::new();
        for (at, who) in self.townships.iter().numbered() {
            if let Some(spent) = self.figures.spent_by(at, self.as_of).filter(|spent| *spent != 0) {
                each.push(Text::same(format!("{} {}", who.name, decimal_text(spent, FEN))));
            }
        }
        let list = Text::list(&each);
        (!each.is_empty()).then(|| text!("支出（元）：{list}", "Spending (yuan): {list}", list))
    }

    /// What was spent in each month in which anything was, in one line.
    pub(super) fn spent_by_month(&self) -> Option<Text> {
        let mut each = Vec::new();
        for month in self.months() {
            if let Some(spent) = self.spent_in(month).filter(|spent| *spent != 0) {
                let number = month.month;
                let said = decimal_text(spent, FEN);
                each.push(text!("{number}月 {said}", "{month} {said}"));
            }
        }
        let list = Text::list(&each);
        (!each.is_empty()).then(|| text!("支出（元）：{list}", "Spending (yuan): {list}", list))
    }

    /// What was spent in a month of the plan's year, up to the as-of day; none where it was not counted.
    fn spent_in(&self, month: Month) -> Option<i64> {
        let until = self.figures.spent(None, month.last().min(self.as_of))?;
        let before = self.figures.spent(None, month.previous().last().min(self.as_of))?;
        Some(until - before)
    }

    /// As [`Status::money_json`] on the as-of day, with months and townships.
    pub(super) fn money_in_full(&self) -> Value {
        let mut value = self.money_json(self.as_of);
        if value.is_null() {
            return value;
        }
        let months = self.months().map(|month| {
            let spent = self.spent_in(month).map(|spent| decimal_text(spent, FEN));
            json!({ "month": month.to_string(), "spent": spent })
        });
        value["months"] = months.collect();
        let townships = self.townships.iter().numbered().map(|(at, who)| {
            let spent = self.figures.spent_by(at, self.as_of).map(|spent| decimal_text(spent, FEN));
            json!({ "id": who.id, "spent": spent })
        });
        value["townships"] = townships.collect();
        value
    }

    pub(super) fn money_json(&self, as_of: Day) -> Value {
        let Some(money) = budget_status(self.plan, self.figures, as_of) else { return Value::Null };
        let headings = self.plan.expenditure.iter().zip(&money.headings).map(|(heading, spent)| {
            let mut value = spent_json(spent);
            value["heading"] = json!(heading.heading);
            value["per"] = json!(heading.per);
            value["each"] = json!(spent.cost.and_then(|(_, cost)| cost).map(|cost| decimal_text(cost, FEN)));
            value
        });
        let mut value = spent_json(&money.total);
        value["headings"] = headings.collect();
        value["elsewhere"] = json!(decimal_text(money.elsewhere, FEN));
        value
    }
}

fn spent_json(spent: &BudgetLine) -> Value {
    json!({
        "budget": spent.budget.map(|budget| decimal_text(budget, FEN)),
        "spent": decimal_text(spent.spent, FEN),
        "left": spent.remaining().map(|left| decimal_text(left, FEN)),
        "percent": spent.budget.map(|budget| percent(spent.spent, budget)),
    })
}

fn yuan(fen: i64) -> Cell {
    Cell::Decimal(decimal_text(fen, FEN))
}

/// What is left; what is overspent says so.
fn left(fen: i64) -> Cell {
    if fen >= 0 {
        return yuan(fen);
    }
    let token = decimal_text(fen, FEN);
    let over = decimal_text(fen.saturating_neg(), FEN);
    Cell::Token { token, text: text!("超支 {over}", "over by {over}"), tone: Tone::Bad }
}
