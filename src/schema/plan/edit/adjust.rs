//! The next version of a plan's text: what adjusts it, and the targets and budgets that it sets anew.

use super::{indicator_table, parse, prepend};
use crate::base::fault::{Fault, Result};
use crate::schema::plan::Adjustment;
use toml_edit::{DocumentMut, Item, Table, Value};

/// The plan's text with its `[adjustment]`, in place of an earlier one, and with targets (by indicator) and budgets
/// (by heading; yuan as written) set anew.
///
/// # Errors
/// Text that is no TOML, an indicator or a heading that it does not have.
pub fn adjust(
    text: &str,
    adjustment: &Adjustment,
    targets: &[(String, u64)],
    budgets: &[(String, String)],
) -> Result<String> {
    let mut plan = parse(text)?;
    for (indicator, target) in targets {
        let Ok(target) = i64::try_from(*target) else {
            return Fault::usage("out-of-range", text!("任务数 {target} 太大", "a target of {target} is too large"))
                .fail();
        };
        set(indicator_table(&mut plan, indicator)?, "target", target.into());
    }
    for (heading, budget) in budgets {
        set(heading_table(&mut plan, heading)?, "budget", budget.as_str().into());
    }
    put_adjustment(&mut plan, adjustment);
    Ok(plan.to_string())
}

/// Sets a value; what is written beside it stays.
fn set(table: &mut Table, key: &str, mut value: Value) {
    if let Some(old) = table.get(key).and_then(Item::as_value) {
        *value.decor_mut() = old.decor().clone();
    }
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(value),
        None => drop(table.insert(key, Item::Value(value))),
    }
}

fn heading_table<'p>(plan: &'p mut DocumentMut, heading: &str) -> Result<&'p mut Table> {
    let all = plan.get_mut("expenditure").and_then(Item::as_array_of_tables_mut);
    let found =
        all.and_then(|all| all.iter_mut().find(|table| table.get("heading").and_then(Item::as_str) == Some(heading)));
    found.ok_or_else(|| {
        Fault::usage(
            "unknown-expenditure",
            text!("方案里没有支出科目“{heading}”", "the plan has no budget heading “{heading}”"),
        )
        .hint(text!("见 culture plan show", "see culture plan show"))
        .into()
    })
}

/// Puts `[adjustment]` in front of the other tables.
fn put_adjustment(plan: &mut DocumentMut, adjustment: &Adjustment) {
    let Adjustment { document, reason, issued, by } = adjustment;
    let mut table = Table::new();
    table.insert("document", document.as_str().into());
    table.insert("reason", reason.as_str().into());
    let date = toml_edit::Date { year: issued.year().0, month: issued.month().month, day: issued.day_of_month() };
    table
        .insert("issued", Item::Value(Value::from(toml_edit::Datetime { date: Some(date), time: None, offset: None })));
    if let Some(by) = by {
        table.insert("by", by.as_str().into());
    }
    if let Some(old) = plan.get_mut("adjustment").and_then(Item::as_table_mut) {
        // Where the one before stood, under the same comments.
        *table.decor_mut() = old.decor().clone();
        table.set_position(old.position());
        *old = table;
        return;
    }
    plan.remove("adjustment");
    table.set_position(Some(0));
    prepend(table.decor_mut(), "\n");
    plan.insert("adjustment", Item::Table(table));
}
