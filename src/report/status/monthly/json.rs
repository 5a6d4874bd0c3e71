//! The monthly summary for machines: `culture.month/1`. Keys may be added, never renamed.

use super::MonthFigures;
use crate::base::day::Month;
use crate::base::number::Numbered as _;
use crate::figures::deadline::DeadlineState;
use crate::figures::progress::MilestoneState;
use crate::report::records::revision_json;
use crate::report::status::json::{adjustment, number, percent};
use crate::report::status::{MonthNarrative, Status, TownshipRecords, units};
use crate::schema::kind::Kind;
use crate::schema::plan::{Indicator, IndicatorNo};
use crate::schema::record::decimal_text;
use crate::schema::township::TownshipNo;
use serde_json::{Value, json};

impl Status<'_> {
    pub(super) fn month_json(&self, month: Month, told: &MonthNarrative<'_>) -> Value {
        let all = self.plan.indicators.iter().numbered();
        json!({
            "schema": "culture.month/1",
            "plan": self.plan.year.0,
            "month": month.to_string(),
            "as_of": self.as_of.to_string(),
            "today": told.today.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "indicators": all.map(|(at, indicator)| self.month_of(month, at, indicator)).collect::<Vec<_>>(),
            "reports": self.reports_json(month, told),
            "told": self.all_held_json(&told.reports),
            "latest": self.all_held_json(&told.latest),
            "corrections": Value::Null,
            "money": self.money_json(self.as_of),
            "adjustment": adjustment(self.plan),
        })
    }

    fn month_of(&self, month: Month, at: IndicatorNo, indicator: &Indicator) -> Value {
        let county = self.county_part(month, at);
        let mut value = self.part_of_month(&indicator.id, at, &county);
        let of = self.figures.whole(at, self.as_of);
        value["of"] = json!(of.map(|whole| number(whole, self.figures.places(at))));
        value["percent"] = percent(county.done, self.hundred_percent(at, indicator.target));
        value["stretch"] = json!(indicator.stretch);
        value["original_target"] = json!(self.plan.original_target(indicator));
        let townships = self.townships.iter().numbered().map(|(township, who)| {
            let part = self.township_part(month, at, township);
            let mut value = self.part_of_month(&who.id, at, &part);
            value["original_target"] = json!(self.original_share(indicator, who));
            value["state"] = json!(part.state.map(MilestoneState::token));
            value
        });
        value["townships"] = townships.collect();
        let (first, last) = self.ranked(at, indicator).unwrap_or_default();
        (value["first"], value["last"]) = (json!(self.ids(&first)), json!(self.ids(&last)));
        value
    }

    fn part_of_month(&self, id: &str, at: IndicatorNo, part: &MonthFigures) -> Value {
        let places = self.figures.places(at);
        json!({
            "id": id,
            "in_month": number(part.in_month, places),
            "done": number(part.done, places),
            "named": part.named,
            "unnamed": part.named.map(|named| part.done - named),
            "target": part.share,
            "percent": part.share.map(|share| percent(part.done, units(share, places))),
            "course": part.course.map(|tenths| decimal_text(tenths, 1)),
            "difference": part.difference.map(|tenths| decimal_text(tenths, 1)),
            "required": part.required,
            "lacking": part.lacking.map(|lacking| number(lacking, places)),
        })
    }

    fn reports_json(&self, month: Month, told: &MonthNarrative<'_>) -> Value {
        let Some(deadline) = self.reports_of(month, told) else { return Value::Null };
        let mut townships = self.filed_json(&deadline, true);
        for (value, filed) in townships.iter_mut().zip(&deadline.townships) {
            value["late_entries"] = json!(told.late_entries.get(filed.township.index()));
        }
        json!({
            "due": deadline.due.to_string(),
            "on_time": deadline.count(DeadlineState::OnTime),
            "late": deadline.count(DeadlineState::Late),
            "returned": deadline.count(DeadlineState::Returned),
            "missing": deadline.count(DeadlineState::Missing),
            "open": deadline.count(DeadlineState::Open),
            "zero": deadline.townships.iter().filter(|filed| filed.zero == Some(true)).count(),
            "late_entries": told.late_entries.iter().sum::<i64>(),
            "townships": townships,
        })
    }

    fn ids(&self, townships: &[TownshipNo]) -> Vec<&str> {
        townships.iter().map(|&at| self.townships[at].id.as_str()).collect()
    }

    fn all_held_json(&self, held: &[(&Kind, TownshipRecords)]) -> Vec<Value> {
        held.iter().map(|(kind, held)| self.held_json(kind, held)).collect()
    }

    fn held_json(&self, kind: &Kind, held: &TownshipRecords) -> Value {
        let records = held.iter().map(|(township, record)| revision_json(kind, &self.townships[*township].id, record));
        json!({ "kind": kind.id, "records": records.collect::<Vec<_>>() })
    }
}
