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
        config::read_whole(file, text, |root| {
            let claims = KindRequirements::default();
            let plan = plan(root, &claims);
            let adjustment = adjustment(root, file);
            Some(DraftPlan { plan: Plan { adjustment, ..plan? }, claims: claims.0.into_inner() })
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

    /// The kind that `table` names, if its records do not change in time: what is submitted or paid is of its day.
    fn kind_of_events(&self, table: &ConfigTable<'_>) -> String {
        let Some(word) = table.require_word("kind") else { return String::new() };
        self.add(KindRequirement::Kind(word.clone()));
        self.add(KindRequirement::NotLasting(word.clone()));
        word.text
    }

    /// A field of the kind.
    fn field(&self, kind: &str, field: Word, want: ExpectedType) -> String {
        let text = field.text.clone();
        self.add(KindRequirement::Field { kind: kind.to_owned(), field, want });
        text
    }

    /// The field of the kind that `table` names under `key`; empty after a fault.
    fn required_field(&self, kind: &str, table: &ConfigTable<'_>, key: &'static str, want: ExpectedType) -> String {
        table.require_word(key).map_or_else(String::new, |field| self.field(kind, field, want))
    }

    /// The field of the kind that `table` may name under `key`.
    fn optional_field(
        &self,
        kind: &str,
        table: &ConfigTable<'_>,
        key: &'static str,
        want: ExpectedType,
    ) -> Option<String> {
        Some(self.field(kind, table.word(key)?, want))
    }
}

/// What the file says; none where a day or the year is lacking, which is told.
fn plan(root: &ConfigTable<'_>, claims: &KindRequirements) -> Option<Plan> {
    let year = root.require_year("year");
    if let Some(value) = root.require("inclusive").filter(|value| value.boolean() == Some(false)) {
        value.fault(
            "wrong-value",
            text!("截止日当天一律计入", "a due date always includes the day itself"),
            Some(text!("写 inclusive = true", "write inclusive = true")),
        );
    }
    let milestones = milestones(root, year, None);
    let course_from = required_day_in(root, "course_from", year);
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
    let title = root.require_bilingual("title");
    let issued = root.day("issued");
    let arrangement = root.table("arrangement", |table| arrangement(table, year, claims)).flatten();
    let monthly = root.table("monthly_report", |table| monthly(table, year, claims)).flatten();
    let duties = root.tables("duty", |table| duty(table, year)).into_iter().flatten().collect();
    let expenditure = root.tables("expenditure", |table| expenditure(table, money.as_ref(), &indicators, claims));
    let coverage = root.table("coverage", |table| coverage(table, &indicators, claims));
    let supervision = root.table("supervision", supervision::supervision).unwrap_or_default();
    Some(Plan {
        year: year?,
        title,
        issued,
        adjustment: None,
        first: None,
        course_from: course_from?,
        milestones,
        arrangement,
        monthly,
        duties,
        expenditure,
        coverage,
        supervision,
        indicators,
        money,
    })
}

/// What adjusted the plan: every version but the first says so.
fn adjustment(root: &ConfigTable<'_>, file: &str) -> Option<Adjustment> {
    let number = match DataPath::parse(file) {
        Some(DataPath::Plan { version, .. }) => Some(version),
        _ => None,
    };
    let adjustment = root.table("adjustment", |table| {
        let document = table.require_text("document");
        let reason = table.require_text("reason");
        let issued = table.require_day("issued");
        let by = table.text("by");
        Some(Adjustment { document, reason, issued: issued?, by })
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
    adjustment.flatten()
}

/// A day that must be there, and lie in the plan's year.
fn required_day_in(table: &ConfigTable<'_>, key: &'static str, year: Option<Year>) -> Option<Day> {
    day_in(table.require(key)?, year)
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
    let read = table.tables(key, |table| {
        let due = required_day_in(table, "due", year);
        let share = table.require("share").and_then(|value| u32::try_from(value.integer(1..=100)?).ok());
        let this = due.zip(share);
        if let (Some((due, share)), Some((day, part))) = (this, last)
            && (due <= day || share <= part)
        {
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
        last = this.or(last);
        let clause = match clause {
            Some(clause) => table.text("clause").unwrap_or_else(|| clause.to_owned()),
            None => table.require_text("clause"),
        };
        Some(Milestone { due: due?, share: share?, clause })
    });
    read.into_iter().flatten().collect()
}

fn arrangement(table: &ConfigTable<'_>, year: Option<Year>, claims: &KindRequirements) -> Option<Arrangement> {
    let kind = claims.kind_of_events(table);
    let year_field = claims.required_field(&kind, table, "year_field", ExpectedType::Year);
    let returned_field = claims.optional_field(&kind, table, "returned_field", ExpectedType::Date);
    let due = required_day_in(table, "due", year);
    let rest_day = rest_day(table);
    let clause = table.require_text("clause");
    Some(Arrangement { kind, year_field, returned_field, due: due?, rest_day, clause })
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

fn duty(table: &ConfigTable<'_>, year: Option<Year>) -> Option<Duty> {
    let id = table.require_text("id");
    let title = table.require_bilingual("title");
    let due = required_day_in(table, "due", year);
    let done = table.day("done");
    let clause = table.require_text("clause");
    Some(Duty { id, title, due: due?, done, clause })
}

/// A month that must be there, and lie in the plan's year.
fn required_month_in(table: &ConfigTable<'_>, key: &'static str, year: Option<Year>) -> Option<Month> {
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
}

fn monthly(table: &ConfigTable<'_>, year: Option<Year>, claims: &KindRequirements) -> Option<MonthlyReporting> {
    let kind = claims.kind_of_events(table);
    let first = required_month_in(table, "first_month", year);
    let last = required_month_in(table, "last_month", year);
    if let (Some(first), Some(last), Some(value)) = (first, last, table.value("last_month"))
        && last < first
    {
        value.fault(
            "date-order",
            text!("末月 {last} 早于首月 {first}", "the last month, {last}, is before the first, {first}"),
            None,
        );
    }
    let day = table.require("day").and_then(day_of_month);
    let month_field = claims.required_field(&kind, table, "month_field", ExpectedType::Month);
    let returned_field = claims.optional_field(&kind, table, "returned_field", ExpectedType::Date);
    let zero_field = claims.optional_field(&kind, table, "zero_field", ExpectedType::Bool);
    let collect_day = collect_day(table, day);
    let rest_day = rest_day(table);
    let clause = table.require_text("clause");
    Some(MonthlyReporting {
        kind,
        month_field,
        returned_field,
        zero_field,
        day: day?,
        collect_day,
        rest_day,
        first_month: first?,
        last_month: last?,
        clause,
    })
}

fn day_of_month(value: ConfigValue<'_>) -> Option<u8> {
    u8::try_from(value.integer(1..=31)?).ok()
}

/// The townships' day, which is not after the bureau's.
fn collect_day(table: &ConfigTable<'_>, day: Option<u8>) -> Option<u8> {
    let value = table.value("collect_day")?;
    let collect = day_of_month(value)?;
    if day.is_some_and(|day| collect > day) {
        value.fault(
            "date-order",
            text!("各单位报送日不能晚于汇总日", "the townships' day cannot be later than the summary's"),
            Some(text!("collect_day 写不晚于 day 的日子", "set collect_day no later than day")),
        );
    }
    Some(collect)
}

fn money(table: &ConfigTable<'_>, claims: &KindRequirements) -> ExpenseFields {
    let kind = claims.kind_of_events(table);
    ExpenseFields {
        heading_field: claims.required_field(&kind, table, "heading_field", ExpectedType::Anything),
        amount_field: claims.required_field(&kind, table, "amount_field", ExpectedType::Amount),
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
        heading: heading.map_or_else(String::new, |word| word.text),
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
    let by = claims.required_field(&kind, table, "by", ExpectedType::Anything);
    let values = covered_values(table);
    for value in &values {
        claims.add(KindRequirement::Value { kind: kind.clone(), field: by.clone(), value: value.clone() });
    }
    Coverage {
        host: claims.optional_field(&kind, table, "host", ExpectedType::Township),
        place: claims.required_field(&kind, table, "place", ExpectedType::Anything),
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

fn covered_values(table: &ConfigTable<'_>) -> Vec<Word> {
    let Some(value) = table.require("values") else { return Vec::new() };
    let words = value.cells();
    if words.is_empty() {
        value.fault("empty-value", text!("values 没有写值", "values is empty"), None);
    }
    words
}

#[cfg(test)]
mod tests;
