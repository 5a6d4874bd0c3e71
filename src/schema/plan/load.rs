//! Reading plans from TOML, in two steps so that only the kinds a plan names need be loaded: the file as it stands,
//! then what it says of kinds.

mod claim;
mod indicator;
mod supervision;

use super::{
    Adjustment, Arrangement, Coverage, Duty, Expenditure, ExpenseFields, Indicator, Measure, Milestone,
    MonthlyReporting, Plan, RestDayRule,
};
use crate::base::config::{self, ConfigTable, ConfigValue, Word};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Fault, Faults, Result};
use crate::base::paths::DataPath;
use crate::schema::kind::load::Kinds;
use claim::{ExpectedType, KindRequirement};
use std::cell::RefCell;

/// A plan that is well formed in itself; what it says of kinds is still to be checked.
#[derive(Clone, Debug)]
pub struct DraftPlan {
    plan: Plan,
    claims: Vec<KindRequirement>,
}

impl DraftPlan {
    /// The ids of the kinds that the plan names, each once.
    #[must_use]
    pub fn kinds(&self) -> Vec<&str> {
        self.plan.kinds()
    }

    /// The plan as it stands, whatever it says of kinds.
    #[must_use]
    pub fn into_unchecked(self) -> Plan {
        self.plan
    }

    /// The plan, if its kinds and their fields are as it says. `kinds` must hold those that [`DraftPlan::kinds`] names.
    ///
    /// # Errors
    /// Every kind, field and value that does not exist or does not fit, with its place in the plan.
    pub fn check(self, kinds: &Kinds) -> Result<Plan> {
        let faults = self.claims.iter().filter_map(|claim| claim.check(kinds)).collect();
        Faults::unless(faults, || self.plan)
    }
}

impl Plan {
    /// Reads `text`, the text of `file`, without asking whether the kinds it names exist.
    ///
    /// # Errors
    /// Every fault of the file with its place.
    pub fn read(file: &str, text: &str) -> Result<DraftPlan> {
        config::read(file, text, |root| {
            let claims = KindRequirements::default();
            let mut plan = plan(root, &claims);
            plan.adjustment = adjustment(root, file);
            DraftPlan { plan, claims: claims.0.into_inner() }
        })
    }

    /// Reads `text`, the text of `file`, and checks it against `kinds`.
    ///
    /// # Errors
    /// Every fault of the file with its place.
    pub fn load(file: &str, text: &str, kinds: &Kinds) -> Result<Plan> {
        Plan::read(file, text)?.check(kinds)
    }

    /// The ids of the kinds that the plan names, each once, in its order.
    #[must_use]
    pub fn kinds(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        let indicators = self.indicators.iter().map(|indicator| indicator.kind.as_str());
        let deadlines = self.arrangement.iter().map(|arrangement| arrangement.kind.as_str());
        let monthly = self.monthly.iter().map(|monthly| monthly.kind.as_str());
        let money = self.money.iter().map(|money| money.kind.as_str());
        let coverage = self.coverage.iter().map(|coverage| coverage.kind.as_str());
        for id in indicators.chain(deadlines).chain(monthly).chain(money).chain(coverage) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }
}

/// What is said of kinds, gathered while the file is read.
#[derive(Debug, Default)]
struct KindRequirements(RefCell<Vec<KindRequirement>>);

impl KindRequirements {
    fn add(&self, claim: KindRequirement) {
        self.0.borrow_mut().push(claim);
    }

    /// The kind that `table` names.
    fn kind(&self, table: &ConfigTable<'_>) -> String {
        let Some(word) = table.require_word("kind") else { return String::new() };
        self.add(KindRequirement::Kind(word.clone()));
        word.text
    }

    /// A field of the kind.
    fn field(&self, kind: &str, word: Option<Word>, want: ExpectedType) -> Option<String> {
        let field = word?;
        let text = field.text.clone();
        self.add(KindRequirement::Field { kind: kind.to_owned(), field, want });
        Some(text)
    }
}

fn plan(root: &ConfigTable<'_>, claims: &KindRequirements) -> Plan {
    let year = root.require("year").and_then(|value| value.year());
    if let Some(value) = root.require("inclusive").filter(|value| value.boolean() == Some(false)) {
        value.fault(
            "wrong-value",
            text!("截止日当天一律计入", "a due date always includes the day itself"),
            Some(text!("写 inclusive = true", "write inclusive = true")),
        );
    }
    let milestones = milestones(root, year, None);
    let course_from = root.require("course_from").and_then(|value| day_in(value, year));
    if let (Some(from), Some(first)) = (course_from, milestones.first())
        && first.due <= from
        && let Some(value) = root.value("course_from")
    {
        let due = first.due;
        value.fault(
            "date-order",
            text!("序时进度起算日应早于首个时间节点 {due}", "course_from is not before the first milestone ({due})"),
            None,
        );
    }
    let indicators = indicator::indicators(root, year, &milestones, claims);
    let money = root.table("money", |table| money(table, claims));
    Plan {
        year: year.unwrap_or(Year(1)),
        title: root.require_bilingual("title"),
        issued: root.day("issued"),
        adjustment: None,
        first: None,
        course_from: course_from.unwrap_or(Day(0)),
        milestones,
        arrangement: root.table("arrangement", |table| arrangement(table, year, claims)),
        monthly: root.table("monthly_report", |table| monthly(table, year, claims)),
        duties: root.tables("duty", |table| duty(table, year)),
        expenditure: root.tables("expenditure", |table| expenditure(table, money.as_ref(), &indicators, claims)),
        coverage: root.table("coverage", |table| coverage(table, &indicators, claims)),
        supervision: root.table("supervision", supervision::supervision).unwrap_or_default(),
        indicators,
        money,
    }
}

/// What adjusted the plan: every version but the first says so.
fn adjustment(root: &ConfigTable<'_>, file: &str) -> Option<Adjustment> {
    let number = match DataPath::parse(file) {
        Some(DataPath::Plan { version, .. }) => Some(version),
        _ => None,
    };
    let adjustment = root.table("adjustment", |table| Adjustment {
        document: table.require_text("document"),
        reason: table.require_text("reason"),
        issued: table.require("issued").and_then(|value| value.day()).unwrap_or(Day(0)),
        by: table.text("by"),
    });
    match (number, root.value("adjustment")) {
        (Some(1), Some(value)) => value.fault(
            "misplaced-key",
            text!("首次印发的方案没有 [adjustment]", "the first version of a plan cannot have [adjustment]"),
            Some(text!("调整另成一版：culture plan adjust", "to make a new version: culture plan adjust")),
        ),
        (Some(2..), None) => root.fault(
            "missing-key",
            text!("调整后的方案缺少 [adjustment]", "an adjusted plan needs [adjustment]"),
            text!("写明 document、reason、issued", "it gives document, reason and issued"),
        ),
        (None | Some(_), _) => {}
    }
    adjustment
}

/// A day that must lie in the plan's year.
fn day_in(value: ConfigValue<'_>, year: Option<Year>) -> Option<Day> {
    let day = value.day()?;
    if let Some(year) = year.filter(|year| *year != day.year()) {
        value.fault(
            "other-year",
            text!("{day} 不在方案年度 {year} 内", "{day} is not in the plan's year, {year}"),
            None,
        );
    }
    Some(day)
}

/// Milestones, ascending; one without a clause takes `clause`, if there is one.
fn milestones(table: &ConfigTable<'_>, year: Option<Year>, clause: Option<&str>) -> Vec<Milestone> {
    let key = if clause.is_some() { "milestones" } else { "milestone" };
    let mut last: Option<(Day, u32)> = None;
    table.tables(key, |table| {
        let due = table.require("due").and_then(|value| day_in(value, year)).unwrap_or(Day(0));
        let share = table.require("share").and_then(|value| value.integer(1..=100));
        let share = share.and_then(|share| u32::try_from(share).ok()).unwrap_or(0);
        if let Some((day, part)) = last.filter(|(day, part)| due <= *day || share <= *part) {
            table.fault(
                "milestone-order",
                text!(
                    "时间节点的日期和比例都应大于前一个（{day}，{part}%）",
                    "must be later and higher than the previous milestone ({day}, {part}%)"
                ),
                text!(
                    "按日期先后排列，比例逐个递增",
                    "list milestones in order, with dates and shares both increasing"
                ),
            );
        }
        last = Some((due, share));
        let clause = match clause {
            Some(clause) => table.text("clause").unwrap_or_else(|| clause.to_owned()),
            None => table.require_text("clause"),
        };
        Milestone { due, share, clause }
    })
}

fn arrangement(table: &ConfigTable<'_>, year: Option<Year>, claims: &KindRequirements) -> Arrangement {
    let kind = claims.kind(table);
    Arrangement {
        year_field: claims.field(&kind, table.require_word("year_field"), ExpectedType::Year).unwrap_or_default(),
        returned_field: claims.field(&kind, table.word("returned_field"), ExpectedType::Date),
        due: table.require("due").and_then(|value| day_in(value, year)).unwrap_or(Day(0)),
        rest_day: rest_day(table),
        clause: table.require_text("clause"),
        kind,
    }
}

/// What a due day on a day of rest means: `keep` (the day stays), `next` or `previous`.
fn rest_day(table: &ConfigTable<'_>) -> RestDayRule {
    let Some(word) = table.word("rest_day") else { return RestDayRule::Keep };
    match word.text.as_str() {
        "keep" => RestDayRule::Keep,
        "next" => RestDayRule::Next,
        "previous" => RestDayRule::Previous,
        other => {
            let what = text!("rest_day 不能是“{other}”", "invalid rest_day “{other}”");
            let hint = text!("写 keep、next 或 previous", "write keep, next or previous");
            table.report(Fault::new("unknown-choice", what).at(word.place()).hint(hint));
            RestDayRule::Keep
        }
    }
}

fn duty(table: &ConfigTable<'_>, year: Option<Year>) -> Duty {
    Duty {
        id: table.require_text("id"),
        title: table.require_bilingual("title"),
        due: table.require("due").and_then(|value| day_in(value, year)).unwrap_or(Day(0)),
        done: table.day("done"),
        clause: table.require_text("clause"),
    }
}

fn monthly(table: &ConfigTable<'_>, year: Option<Year>, claims: &KindRequirements) -> MonthlyReporting {
    let kind = claims.kind(table);
    let month = |key: &'static str| {
        let value = table.require(key)?;
        let month = value.month()?;
        if let Some(year) = year.filter(|year| *year != month.year) {
            value.fault(
                "other-year",
                text!("{month} 不在方案年度 {year} 内", "{month} is not in the plan's year, {year}"),
                None,
            );
        }
        Some(month)
    };
    let first = month("first_month");
    let last = month("last_month");
    if let (Some(first), Some(last), Some(value)) = (first, last, table.value("last_month"))
        && last < first
    {
        value.fault(
            "date-order",
            text!("末月 {last} 早于首月 {first}", "the last month, {last}, is before the first, {first}"),
            None,
        );
    }
    let none = Month { year: Year(1), month: 1 };
    let day = table.require("day").and_then(|value| value.integer(1..=31));
    MonthlyReporting {
        month_field: claims.field(&kind, table.require_word("month_field"), ExpectedType::Month).unwrap_or_default(),
        returned_field: claims.field(&kind, table.word("returned_field"), ExpectedType::Date),
        zero_field: claims.field(&kind, table.word("zero_field"), ExpectedType::Bool),
        day: day.and_then(|day| u8::try_from(day).ok()).unwrap_or(1),
        collect_day: collect_day(table, day),
        rest_day: rest_day(table),
        first_month: first.unwrap_or(none),
        last_month: last.unwrap_or(none),
        clause: table.require_text("clause"),
        kind,
    }
}

/// The townships' day, which is not after the bureau's.
fn collect_day(table: &ConfigTable<'_>, day: Option<i64>) -> Option<u8> {
    let value = table.value("collect_day")?;
    let collect = value.integer(1..=31)?;
    if day.is_some_and(|day| collect > day) {
        value.fault(
            "date-order",
            text!("各单位报送日不能晚于汇总日", "the townships' day cannot be later than the summary's"),
            Some(text!("collect_day 写不晚于 day 的日子", "set collect_day no later than day")),
        );
    }
    u8::try_from(collect).ok()
}

fn money(table: &ConfigTable<'_>, claims: &KindRequirements) -> ExpenseFields {
    let kind = claims.kind(table);
    ExpenseFields {
        heading_field: claims
            .field(&kind, table.require_word("heading_field"), ExpectedType::Anything)
            .unwrap_or_default(),
        amount_field: claims.field(&kind, table.require_word("amount_field"), ExpectedType::Amount).unwrap_or_default(),
        kind,
    }
}

fn expenditure(
    table: &ConfigTable<'_>,
    money: Option<&ExpenseFields>,
    indicators: &[Indicator],
    claims: &KindRequirements,
) -> Expenditure {
    let heading = table.require_word("heading");
    if let (Some(money), Some(value)) = (money, &heading) {
        let kind = money.kind.clone();
        let field = money.heading_field.clone();
        claims.add(KindRequirement::Value { kind, field, value: value.clone() });
    }
    let per = known_indicator(table, "per", indicators);
    let budget = table.value("budget").and_then(|value| value.cell());
    if let Some(word) = &budget
        && crate::schema::record::decimal(word.text.as_bytes(), 2).is_none_or(|cents| cents < 0)
    {
        let fault = Fault::new(
            "wrong-value",
            text!("此处应为金额，最多两位小数", "expected an amount with at most two decimals"),
        );
        table.report(fault.at(word.place()).hint(text!("例如 \"120000.00\"", "e.g. \"120000.00\"")));
    }
    Expenditure {
        heading: heading.map(|word| word.text).unwrap_or_default(),
        title: table.require_bilingual("title"),
        per,
        budget: budget.map(|word| word.text),
        clause: table.require_text("clause"),
    }
}

/// The id of an indicator of this plan.
fn known_indicator(table: &ConfigTable<'_>, key: &'static str, indicators: &[Indicator]) -> Option<String> {
    let word = table.word(key)?;
    let id = &word.text;
    if indicators.iter().all(|indicator| indicator.id != *id) {
        let fault =
            Fault::new("unknown-indicator", text!("没有“{id}”这个指标", "unknown indicator “{id}”")).at(word.place());
        table.report(fault.hint(config::suggestion(id, indicators.iter().map(|indicator| indicator.id.as_str()))));
    }
    Some(word.text)
}

fn coverage(table: &ConfigTable<'_>, indicators: &[Indicator], claims: &KindRequirements) -> Coverage {
    let kind = claims.kind(table);
    let by = claims.field(&kind, table.require_word("by"), ExpectedType::Anything).unwrap_or_default();
    let values = table.require("values").map(ConfigValue::cells).unwrap_or_default();
    for value in &values {
        claims.add(KindRequirement::Value { kind: kind.clone(), field: by.clone(), value: value.clone() });
    }
    if let Some(value) = table.value("values").filter(|_| values.is_empty()) {
        value.fault("empty-value", text!("values 没有写值", "values is empty"), None);
    }
    Coverage {
        host: claims.field(&kind, table.word("host"), ExpectedType::Township),
        place: claims.field(&kind, table.require_word("place"), ExpectedType::Anything).unwrap_or_default(),
        measure: table
            .require_word("measure")
            .map_or(Measure::Count, |word| indicator::measure(table, &kind, &word, false, claims)),
        households: known_indicator(table, "households", indicators),
        clause: table.require_text("clause"),
        values: values.into_iter().map(|value| value.text).collect(),
        by,
        kind,
    }
}

#[cfg(test)]
mod tests;
