//! Changes to a plan's text that leave its comments, its order and everything else as the clerk wrote it. Checks no
//! more of the plan than it changes: reading plans is `load`'s.

mod adjust;

pub use adjust::adjust;

use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Fault, Result};
use toml_edit::visit_mut::{VisitMut, visit_table_like_kv_mut};
use toml_edit::{ArrayOfTables, Datetime, DocumentMut, Formatted, Item, Key, KeyMut, RawString, Table, Value};

/// The plan's text with the shares of an indicator replaced, or added as its `[indicator.shares]`, in the order given.
/// No shares at all removes the table.
///
/// # Errors
/// Text that is no TOML, an indicator that it does not have or does not write as `[[indicator]]`.
pub fn set_shares(text: &str, indicator: &str, shares: &[(String, u64)]) -> Result<String> {
    let mut plan = parse(text)?;
    let table = indicator_table(&mut plan, indicator)?;
    let old = table.remove_entry("shares");
    if !shares.is_empty() {
        let (key, old) = match old {
            Some((key, item)) => (key, std_table(item)?),
            None => (Key::new("shares"), Table::new()),
        };
        table.insert_formatted(&key, Item::Table(shares_table(old, shares)?));
    }
    Ok(plan.to_string())
}

fn parse(text: &str) -> Result<DocumentMut> {
    text.parse::<DocumentMut>().map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        let why = error.message().replace('\n', " ");
        Fault::new(
            "not-toml",
            text!("方案文件第 {line} 行写法有误：{why}", "line {line} of the plan is not valid TOML: {why}"),
        )
        .hint(text!("改正这一行后再试；方案没有改动", "fix the line and try again; the plan was not changed"))
        .into()
    })
}

fn indicator_table<'a>(plan: &'a mut DocumentMut, id: &str) -> Result<&'a mut Table> {
    let all = plan.get_mut("indicator").and_then(Item::as_array_of_tables_mut);
    let Some(all) = all else {
        return Fault::new(
            "missing-indicator",
            text!("方案里没有 [[indicator]] 指标", "the plan has no [[indicator]]"),
        )
        .hint(text!("每个指标以一行 [[indicator]] 开头", "every indicator starts with a line [[indicator]]"))
        .fail();
    };
    let known = ids(all).join(", ");
    let found = all.iter_mut().find(|table| table.get("id").and_then(Item::as_str) == Some(id));
    found.ok_or_else(|| {
        Fault::usage("unknown-indicator", text!("方案里没有指标“{id}”", "the plan has no indicator “{id}”"))
            .hint(text!("方案里的指标：{known}", "choose from: {known}"))
            .into()
    })
}

fn ids(indicators: &ArrayOfTables) -> Vec<String> {
    indicators.iter().filter_map(|table| table.get("id")?.as_str().map(str::to_owned)).collect()
}

/// Shares as a table of their own, however they were written.
fn std_table(item: Item) -> Result<Table> {
    let Ok(mut table) = item.into_table() else {
        return Fault::new("wrong-type", text!("方案里的 shares 不是表", "“shares” of the plan is not a table")).fail();
    };
    table.set_dotted(false);
    table.set_implicit(false);
    Ok(table)
}

/// The shares in the order given, each keeping the comments that stood at it.
fn shares_table(mut old: Table, shares: &[(String, u64)]) -> Result<Table> {
    let mut kept: Vec<(Key, Value)> = Vec::new();
    for (township, share) in shares {
        let Ok(share) = i64::try_from(*share) else {
            return Fault::new("out-of-range", text!("任务数 {share} 太大", "a share of {share} is too large")).fail();
        };
        let mut value = Value::from(share);
        let Some((key, item)) = old.remove_entry(township) else {
            kept.push((Key::new(township), value));
            continue;
        };
        if let Some(decor) = item.as_value().map(Value::decor) {
            *value.decor_mut() = decor.clone();
        }
        kept.push((key, value));
    }
    old.clear();
    for (key, value) in kept {
        old.insert_formatted(&key, Item::Value(value));
    }
    Ok(old)
}

/// The plan's text for another year: its year, every date and every month moved by the difference (29 February becomes
/// the 28th where there is none), the year's digits in titles replaced, `issued` and `[adjustment]` removed. Targets, shares, comments
/// and the quotations in `clause` stay.
///
/// # Errors
/// Text that is no TOML, a plan that is not of the year `from`, a date that leaves the years 1 to 9999.
pub fn move_to_year(text: &str, from: Year, to: Year) -> Result<String> {
    let mut plan = parse(text)?;
    let stands = plan.get("year").and_then(Item::as_integer);
    if stands != Some(i64::from(from.0)) {
        return Fault::new("other-year", text!("这份方案不是 {from} 年的", "this plan is not for {from}"))
            .hint(text!("方案的年份写在 year = {from} 一行", "a plan gives its year on a line year = {from}"))
            .fail();
    }
    let mut step = YearShift { from, to, in_title: false, lost: None };
    step.visit_document_mut(&mut plan);
    if let Some(date) = step.lost {
        return Fault::new(
            "no-such-day",
            text!("{date} 移到 {to} 年的方案后没有这一天", "{date} cannot be moved to {to}: there is no such day"),
        )
        .fail();
    }
    if let Some(Item::Value(Value::Integer(year))) = plan.get_mut("year") {
        let decor = year.decor().clone();
        *year = Formatted::new(i64::from(to.0));
        *year.decor_mut() = decor;
    }
    remove_keeping_comments(&mut plan, "issued");
    // The new year's plan is a first one.
    plan.remove("adjustment");
    // What was done in one year is to be done again.
    if let Some(duties) = plan.get_mut("duty").and_then(Item::as_array_of_tables_mut) {
        for duty in duties.iter_mut() {
            duty.remove("done");
        }
    }
    Ok(plan.to_string())
}

/// Moves what it meets from one year to another.
struct YearShift {
    from: Year,
    to: Year,
    in_title: bool,
    /// The first date that has no counterpart.
    lost: Option<String>,
}

impl YearShift {
    fn years(&self) -> i32 {
        i32::from(self.to.0) - i32::from(self.from.0)
    }

    fn day(&mut self, day: Day) -> Option<Day> {
        let moved = day.plus_years(self.years());
        if moved.is_none() {
            self.lost.get_or_insert_with(|| day.to_string());
        }
        moved
    }

    fn month(&mut self, month: Month) -> Option<Month> {
        let year = u16::try_from(i32::from(month.year.0) + self.years()).ok();
        let moved = year.and_then(|year| Month::new(year, month.month));
        if moved.is_none() {
            self.lost.get_or_insert_with(|| month.to_string());
        }
        moved
    }

    /// A string as it reads in the other year; none if it stays.
    fn string(&mut self, text: &str) -> Option<String> {
        if self.in_title {
            return with_year(text, self.from, self.to);
        }
        if let Some(month) = Month::from_iso(text.as_bytes()) {
            return self.month(month).map(|month| month.to_string());
        }
        let day = Day::from_iso(text.as_bytes())?;
        self.day(day).map(|day| day.to_string())
    }
}

impl VisitMut for YearShift {
    fn visit_table_like_kv_mut(&mut self, key: KeyMut<'_>, node: &mut Item) {
        if key.get() == "clause" {
            return;
        }
        let outer = self.in_title;
        self.in_title |= key.get() == "title";
        visit_table_like_kv_mut(self, key, node);
        self.in_title = outer;
    }

    fn visit_datetime_mut(&mut self, node: &mut Formatted<Datetime>) {
        let Some(day) = node.value().date.and_then(|date| Day::new(date.year, date.month, date.day)) else { return };
        let Some(day) = self.day(day) else { return };
        let date = toml_edit::Date { year: day.year().0, month: day.month().month, day: day.day_of_month() };
        let decor = node.decor().clone();
        *node = Formatted::new(Datetime { date: Some(date), ..*node.value() });
        *node.decor_mut() = decor;
    }

    fn visit_string_mut(&mut self, node: &mut Formatted<String>) {
        let Some(text) = self.string(node.value()) else { return };
        let decor = node.decor().clone();
        *node = Formatted::new(text);
        *node.decor_mut() = decor;
    }
}

/// `text` with the year's digits replaced where they stand alone (not as part of a longer number); none if nowhere.
fn with_year(text: &str, from: Year, to: Year) -> Option<String> {
    let digits = from.to_string();
    let mut moved = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some((before, after)) = rest.split_once(&digits) {
        let alone = !before.ends_with(|c: char| c.is_ascii_digit()) && !after.starts_with(|c: char| c.is_ascii_digit());
        moved.push_str(before);
        moved.push_str(&if alone { to.to_string() } else { digits.clone() });
        (rest, found) = (after, found | alone);
    }
    moved.push_str(rest);
    found.then_some(moved)
}

/// Removes a key; the comments above and behind it go to what comes next.
fn remove_keeping_comments(plan: &mut DocumentMut, name: &str) {
    let table = plan.as_table_mut();
    let at = table.iter().position(|(key, _)| key == name);
    let (Some(at), Some((key, item))) = (at, table.remove_entry(name)) else { return };
    let mut comments = written(key.leaf_decor().prefix()).to_owned();
    let behind = written(item.as_value().and_then(|value| value.decor().suffix()));
    if behind.contains('#') {
        comments.push_str(behind.trim());
        comments.push('\n');
    }
    if !comments.contains('#') {
        return;
    }
    let next = table.iter().nth(at).map(|(key, _)| key.to_owned());
    match next.and_then(|next| table.get_key_value_mut(&next)) {
        Some((mut key, Item::Value(_) | Item::None)) => {
            comments.push_str(written(key.leaf_decor().prefix()));
            key.leaf_decor_mut().set_prefix(comments);
        }
        Some((_, Item::Table(next))) => prepend(next.decor_mut(), &comments),
        Some((_, Item::ArrayOfTables(all))) => {
            if let Some(next) = all.get_mut(0) {
                prepend(next.decor_mut(), &comments);
            }
        }
        None => {
            comments.push_str(written(Some(plan.trailing())));
            plan.set_trailing(comments);
        }
    }
}

fn prepend(decor: &mut toml_edit::Decor, comments: &str) {
    let own = written(decor.prefix());
    decor.set_prefix(comments.to_owned() + own);
}

/// White space and comments as they stand; empty where nothing stands there.
fn written(raw: Option<&RawString>) -> &str {
    raw.and_then(RawString::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests;
