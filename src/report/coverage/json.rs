//! The report on coverage for machines: `culture.coverage/1`. Keys may be added, never renamed.

use super::{CoverageReport, Households};
use crate::base::number::Numbered as _;
use crate::report::status::{number, percent_json};
use serde_json::{Map, Value, json};

impl CoverageReport<'_> {
    pub(super) fn json(&self) -> Value {
        let values = &self.rule.values;
        let covered = self.covered;
        let figure = |figure: i64| number(figure, self.rule.places);
        let townships = self.townships.iter().numbered().map(|(at, township)| {
            let by: Map<String, Value> =
                self.values().map(|value| (values[value].clone(), figure(covered.cell(at, value)))).collect();
            let expected = self.is_expected(township);
            let empty = self.values().filter(|&value| expected && covered.cell(at, value) == 0);
            let places = covered.villages_of(at).into_iter().map(|reached| {
                json!({
                    "place": reached.name,
                    "done": figure(reached.done),
                    "records": reached.records,
                    "last": reached.last.to_string(),
                })
            });
            json!({
                "id": township.id,
                "expected": expected,
                "done": figure(covered.township_total(at)),
                "by": by,
                "empty": empty.map(|value| &values[value]).collect::<Vec<_>>(),
                "places": places.collect::<Vec<_>>(),
            })
        });
        let by: Map<String, Value> =
            self.values().map(|value| (values[value].clone(), figure(covered.value_total(value)))).collect();
        json!({
            "schema": "culture.coverage/1",
            "plan": self.plan.year.0,
            "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "kind": self.rule.kind.id,
            "values": values,
            "done": figure(self.values().map(|value| covered.value_total(value)).sum()),
            "by": by,
            "outside": figure(covered.outside),
            "townships": townships.collect::<Vec<_>>(),
            "households": self.households.map(|households| self.households_json(households)),
        })
    }

    fn households_json(&self, households: &Households) -> Value {
        let indicator = &self.plan.indicators[households.indicator];
        let part = |(done, of): (i64, i64)| {
            let of_json = indicator.whole.is_some().then(|| number(of, households.places));
            json!({ "done": number(done, households.places), "of": of_json, "percent": percent_json(done, of) })
        };
        let townships = households.townships.iter().zip(self.townships).map(|(reached, township)| {
            let mut value = part(*reached);
            value["id"] = json!(township.id);
            value
        });
        let mut value = part(households.county());
        value["indicator"] = json!(indicator.id);
        value["townships"] = townships.collect();
        value
    }
}
