//! The report on a milestone for machines: `culture.milestone/1`. Keys may be added, never renamed.

use super::{MilestoneFigures, MilestoneReport};
use crate::base::number::Numbered as _;
use crate::figures::progress::course::township_share;
use crate::report::status::json::{adjustment, number, percent};
use crate::report::status::{Status, units};
use crate::schema::plan::IndicatorNo;
use serde_json::{Value, json};

impl Status<'_> {
    pub(super) fn milestone_json(
        &self,
        reached: &MilestoneReport<'_>,
        parts: &[(IndicatorNo, MilestoneFigures)],
    ) -> Value {
        let late = reached.late_records().into_iter().map(|(entry, indicators)| {
            json!({
                "id": entry.record.to_string(),
                "township": self.townships[entry.township].id,
                "date": entry.date.to_string(),
                "entered_at": entry.entered_at.to_string(),
                "indicators": indicators.iter().map(|&at| &self.plan.indicators[at].id).collect::<Vec<_>>(),
            })
        });
        json!({
            "schema": "culture.milestone/1",
            "plan": self.plan.year.0,
            "adjustment": adjustment(self.plan),
            "due": reached.due.to_string(),
            "as_of": self.as_of.to_string(),
            "known_at": self.known.map(|known| known.to_string()),
            "indicators": parts.iter().map(|(at, part)| self.target_json(reached, *at, part)).collect::<Vec<_>>(),
            "late": late.collect::<Vec<_>>(),
            "money": self.money_json(reached.due.min(self.as_of)),
        })
    }

    fn target_json(&self, reached: &MilestoneReport<'_>, at: IndicatorNo, part: &MilestoneFigures) -> Value {
        let indicator = &self.plan.indicators[at];
        let places = self.figures.places(at);
        let wanted = units(part.progress.required, places);
        let mut value = self.part_json(&indicator.id, at, part, indicator.target);
        value["original_target"] = json!(self.plan.original_target(indicator));
        value["stretch"] = json!(indicator.stretch);
        value["share"] = json!(part.progress.share);
        value["reached_on"] = json!(self.figures.reached_on(at, wanted, self.as_of).map(|day| day.to_string()));
        value["known_then"] = json!(reached.then.map(|then| number(then.county(at, reached.due), places)));
        value["late"] = json!(reached.late_for(at, None));
        let townships = self.parts_by_township(at, reached.due).into_iter().numbered().map(|(township, part)| {
            let who = &self.townships[township];
            let share = township_share(indicator, who);
            let mut value = match part {
                Some(part) => self.part_json(&who.id, at, &part, share),
                None => json!({
                    "id": who.id,
                    "target": share,
                    "required": Value::Null,
                    "done": number(self.figures.township(at, township, reached.due.min(self.as_of)), places),
                    "percent": Value::Null,
                    "state": Value::Null,
                    "without_due_day": Value::Null,
                }),
            };
            value["original_target"] = json!(self.original_share(indicator, who));
            value["late"] = json!(reached.late_for(at, Some(township)));
            value
        });
        value["townships"] = townships.collect();
        value
    }

    fn part_json(&self, id: &str, at: IndicatorNo, part: &MilestoneFigures, target: Option<u64>) -> Value {
        let progress = &part.progress;
        let places = self.figures.places(at);
        json!({
            "id": id,
            "target": target,
            "required": progress.required,
            "done": number(progress.done, places),
            "percent": target.map(|target| percent(progress.done, units(target, places))),
            "state": progress.state.token(),
            "without_due_day": part.without.map(|without| number(without, places)),
        })
    }
}
