//! The status for machines: `culture.status/1`. Keys may be added, never renamed.

use super::{Status, units};
use crate::base::number::Numbered as _;
use crate::figures::deadline::{self, Deadline};
use crate::figures::progress;
use crate::figures::progress::course::township_share;
use crate::schema::plan::{Indicator, IndicatorNo, Plan};
use crate::schema::record::decimal_text;
use serde_json::{Value, json};

impl Status<'_> {
    /// Of every page the same, for machines: docs/data-format.md.
    #[must_use]
    pub fn json(&self) -> Value {
        let filings = &self.figures.filings;
        let indicators =
            self.plan.indicators.iter().numbered().map(|(at, indicator)| self.indicator_json(at, indicator));
        let arrangements =
            deadline::arrangement_deadline(self.plan, self.calendar, self.townships, filings, self.as_of).map(
                |deadline| json!({ "due": deadline.due.to_string(), "townships": self.filed_json(&deadline, false) }),
            );
        let monthly = deadline::monthly_deadlines(self.plan, self.calendar, self.townships, filings, self.as_of)
            .into_iter()
            .map(|deadline| {
                json!({
                    "month": deadline.month.map(|month| month.to_string()),
                    "due": deadline.due.to_string(),
                    "townships": self.filed_json(&deadline, true),
                })
            });
        json!({
            "schema": "culture.status/1",
            "plan": self.plan.year.0,
            "adjustment": adjustment(self.plan),
            "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "indicators": indicators.collect::<Vec<_>>(),
            "arrangements": arrangements,
            "monthly_reports": monthly.collect::<Vec<_>>(),
            "money": self.money_in_full(),
        })
    }

    fn indicator_json(&self, at: IndicatorNo, indicator: &Indicator) -> Value {
        let figures = self.figures;
        let places = self.figures.places(at);
        let done = figures.county(at, self.as_of);
        let townships = self.townships.iter().numbered().map(|(place, township)| {
            let done = figures.township(at, place, self.as_of);
            let named = figures.named_people_of(at, place, self.as_of);
            json!({
                "id": township.id,
                "done": number(done, places),
                "named": named,
                "unnamed": named.map(|named| done - named),
                "target": township_share(indicator, township),
                "original_target": self.original_share(indicator, township),
            })
        });
        let months = self
            .months()
            .map(|month| json!({ "month": month.to_string(), "done": number(self.of_month(at, month), places) }));
        let milestones = progress::county_progress(self.plan, at, figures, self.as_of).into_iter().map(|progress| {
            let reached = figures.reached_on(at, units(progress.required, places), self.as_of);
            json!({
                "due": progress.due.to_string(),
                "share": progress.share,
                "required": progress.required,
                "done": number(progress.done, places),
                "reached_on": reached.map(|day| day.to_string()),
                "state": progress.state.token(),
            })
        });
        let named = figures.named_people(at, self.as_of);
        json!({
            "id": indicator.id,
            "target": indicator.target,
            "original_target": self.plan.original_target(indicator),
            "stretch": indicator.stretch,
            "done": number(done, places),
            "named": named,
            "unnamed": named.map(|named| done - named),
            "of": figures.whole(at, self.as_of).map(|whole| number(whole, places)),
            "percent": percent(done, self.hundred_percent(at, indicator.target)),
            "townships": townships.collect::<Vec<_>>(),
            "months": months.collect::<Vec<_>>(),
            "milestones": milestones.collect::<Vec<_>>(),
        })
    }

    pub(super) fn filed_json(&self, deadline: &Deadline, with_zero: bool) -> Vec<Value> {
        deadline.townships.iter().map(|filed| self.filing_json(filed, with_zero)).collect()
    }

    fn filing_json(&self, filed: &deadline::TownshipFiling, with_zero: bool) -> Value {
        let mut value = json!({
            "id": self.townships[filed.township].id,
            "state": filed.state.token(),
            "date": filed.date.map(|date| date.to_string()),
        });
        if with_zero {
            value["zero"] = json!(filed.zero);
        }
        value
    }
}

/// What made the plan's version; null for the first.
pub(super) fn adjustment(plan: &Plan) -> Value {
    let Some(made) = &plan.adjustment else { return Value::Null };
    let issued = made.issued.to_string();
    json!({ "document": made.document, "reason": made.reason, "issued": issued })
}

/// A whole number, or a decimal as a string.
pub(in crate::report) fn number(figure: i64, places: u8) -> Value {
    if places == 0 { json!(figure) } else { json!(decimal_text(figure, places)) }
}

pub(in crate::report) fn percent(done: i64, of: i64) -> Value {
    let percent = progress::percent(done, of);
    percent.map_or(Value::Null, |percent| serde_json::from_str(&percent).expect("a per cent is written as a number"))
}
