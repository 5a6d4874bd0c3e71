//! The `[[indicator]]` tables of a plan.

use super::claim::{ExpectedType, KindRequirement};
use super::{KindRequirements, milestones};
use crate::base::config::{ConfigTable, Word, suggestion};
use crate::base::day::Year;
use crate::base::fault::Fault;
use crate::base::paths::is_id;
use crate::schema::plan::{
    CountingSpan, Denominator, DenominatorScope, Indicator, IndicatorFilter, Measure, Milestone,
};

/// The most that a target can be.
const MOST: i64 = 1_000_000_000_000;

/// Reads all indicators; those with a target and no milestones of their own have the plan's.
pub(super) fn indicators(
    root: &ConfigTable<'_>,
    year: Option<Year>,
    common: &[Milestone],
    claims: &KindRequirements,
) -> Vec<Indicator> {
    let mut ids: Vec<String> = Vec::new();
    root.tables("indicator", |table| {
        let id = id(table, &ids);
        ids.push(id.clone());
        indicator(table, id, year, common, claims)
    })
}

fn indicator(
    table: &ConfigTable<'_>,
    id: String,
    year: Option<Year>,
    common: &[Milestone],
    claims: &KindRequirements,
) -> Indicator {
    let kind = claims.kind(table);
    let clause = table.require_text("clause");
    let target = natural(table, "target");
    let own = milestones(table, year, Some(&clause));
    let shares = shares(table);
    let stretch = table.boolean("stretch", false);
    for (key, given) in [("milestones", !own.is_empty()), ("shares", !shares.is_empty()), ("stretch", stretch)] {
        if let Some(value) = table.value(key).filter(|_| given && target.is_none()) {
            value.fault(
                "misplaced-key",
                text!("没有任务数的指标不能有 {key}", "an indicator without a target cannot have {key}"),
                Some(text!("写上 target，或删去 {key}", "add a target, or remove {key}")),
            );
        }
    }
    let filter = filter(table, "where", &kind, claims);
    Indicator {
        title: table.require_bilingual("title"),
        unit: table.require_bilingual("unit"),
        measure: table
            .require_word("measure")
            .map_or(Measure::Count, |word| measure(table, &kind, &word, true, claims)),
        whole: whole(table, &kind, &filter, claims),
        filter,
        span: span(table),
        milestones: match target {
            None => Vec::new(),
            Some(_) if own.is_empty() => common.to_vec(),
            Some(_) => own,
        },
        target,
        stretch,
        shares,
        clause,
        kind,
        id,
    }
}

fn id(table: &ConfigTable<'_>, others: &[String]) -> String {
    let Some(word) = table.require_word("id") else { return String::new() };
    let id = &word.text;
    let fault = if !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        Fault::new("wrong-id", text!("“{id}”不能作指标的代号", "“{id}” is not a valid indicator id"))
            .hint(text!("只用小写英文字母、数字和连字符", "use only a-z, 0-9 and -"))
    } else if others.contains(id) {
        Fault::new("repeated-id", text!("指标 {id} 已经有了", "duplicate indicator “{id}”"))
            .hint(text!("换一个代号", "choose another id"))
    } else {
        return word.text;
    };
    table.report(fault.at(word.place()));
    word.text
}

fn natural(table: &ConfigTable<'_>, key: &'static str) -> Option<u64> {
    table.integer(key, 1..=MOST).and_then(|number| u64::try_from(number).ok())
}

pub(super) fn measure(
    table: &ConfigTable<'_>,
    kind: &str,
    word: &Word,
    people: bool,
    claims: &KindRequirements,
) -> Measure {
    if let Some(field) = word.text.strip_prefix("sum:") {
        let field = word.with_text(field.trim());
        return Measure::Sum(claims.field(kind, field, ExpectedType::Number));
    }
    match word.text.as_str() {
        "count" => Measure::Count,
        "people" if people => {
            claims.add(KindRequirement::People { kind: kind.to_owned(), measure: word.clone() });
            Measure::People
        }
        other => {
            let known: &[&str] = if people { &["count", "people", "sum:…"] } else { &["count", "sum:…"] };
            let fault = Fault::new("unknown-choice", text!("没有“{other}”这种计量方式", "unknown measure “{other}”"));
            table.report(fault.at(word.place()).hint(suggestion(other, known.iter().copied())));
            Measure::Count
        }
    }
}

fn whole(
    table: &ConfigTable<'_>,
    kind: &str,
    selected: &IndicatorFilter,
    claims: &KindRequirements,
) -> Option<Denominator> {
    let of = table.word("of");
    let of_all = table.word("of_all");
    if let (Some(_), Some(second)) = (&of, &of_all) {
        let what = text!("of 与 of_all 只能写一个", "of and of_all cannot be used together");
        table.report(Fault::new("contradicting-keys", what).at(second.place()));
    }
    let among = filter(table, "of_where", kind, claims);
    check_of_where(table, of_all.is_some(), selected, &among);
    let scope = if of.is_some() { DenominatorScope::Selected } else { DenominatorScope::All(among) };
    let word = of.or(of_all)?;
    Some(Denominator { measure: measure(table, kind, &word, false, claims), scope })
}

/// What a figure counts is a part of its whole: no record is in it that `of_where` leaves out.
fn check_of_where(table: &ConfigTable<'_>, of_all: bool, selected: &IndicatorFilter, among: &IndicatorFilter) {
    let Some(value) = table.value("of_where") else { return };
    if !of_all {
        value.fault(
            "misplaced-key",
            text!("of_where 只与 of_all 同用", "of_where is used only with of_all"),
            Some(text!("写上 of_all = \"count\"，或删去 of_where", "add of_all = \"count\", or remove of_where")),
        );
    }
    let is_within = |(field, values): &&(String, Vec<String>)| {
        let wanted = selected.iter().find(|(name, _)| name == field);
        wanted.is_some_and(|(_, wanted)| wanted.iter().all(|one| values.contains(one)))
    };
    for (field, _) in among.iter().filter(|one| !is_within(one)) {
        value.fault(
            "not-a-part",
            text!(
                "where 选中的记录有的不在 of_where 之内：{field}",
                "where selects records that of_where leaves out: {field}"
            ),
            Some(text!(
                "where 也要写 {field}，其值都应在 of_where 之中",
                "where must name {field}, too, with no value that is not in of_where"
            )),
        );
    }
}

fn span(table: &ConfigTable<'_>) -> CountingSpan {
    let Some(word) = table.word("span") else { return CountingSpan::Year };
    match word.text.as_str() {
        "year" => CountingSpan::Year,
        "standing" => CountingSpan::Standing,
        other => {
            let fault = Fault::new("unknown-choice", text!("没有“{other}”这种统计范围", "unknown span “{other}”"));
            table.report(fault.at(word.place()).hint(suggestion(other, ["year", "standing"].into_iter())));
            CountingSpan::Year
        }
    }
}

fn filter(table: &ConfigTable<'_>, key: &'static str, kind: &str, claims: &KindRequirements) -> IndicatorFilter {
    let Some(filter) = table.value(key) else { return Vec::new() };
    let mut read = Vec::new();
    for (field, value) in filter.entries() {
        let name = field.text.clone();
        claims.field(kind, field, ExpectedType::Anything);
        let values = value.cells();
        if values.is_empty() {
            value.fault("empty-value", text!("{name} 没有写值", "no value given for “{name}”"), None);
        }
        for value in &values {
            claims.add(KindRequirement::Value { kind: kind.to_owned(), field: name.clone(), value: value.clone() });
        }
        read.push((name, values.into_iter().map(|value| value.text).collect()));
    }
    read
}

fn shares(table: &ConfigTable<'_>) -> Vec<(String, u64)> {
    let Some(shares) = table.value("shares") else { return Vec::new() };
    let mut read = Vec::new();
    for (id, value) in shares.entries() {
        if !is_id(&id.text) {
            let word = &id.text;
            let fault =
                Fault::new("wrong-id", text!("“{word}”不能作填报单位的代号", "“{word}” is not a valid township id"));
            table.report(fault.at(id.place()).hint(text!("此处写代号，不写名称", "use the id here, not the name")));
        }
        let share = value.integer(0..=MOST).and_then(|share| u64::try_from(share).ok());
        read.extend(share.map(|share| (id.text, share)));
    }
    read
}
