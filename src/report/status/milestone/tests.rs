//! Whatever the county holds, the townships' figures add up to the county's, and what is asked of them to no less.

use super::*;
use crate::base::number::Numbered as _;
use crate::figures::tally::tests::ledgers::{count, day, plan, split, townships};
use crate::figures::tally::tests::random::county;
use crate::schema::calendar::Calendar;
use proptest::prelude::*;
use serde_json::Value;

const INDICATORS: [&str; 3] = [
    "id = 'trained'\nkind = 'training'\nmeasure = 'people'\ntarget = 9\nshares = { t0 = 1, t1 = 5, t2 = 3 }",
    "id = 'shows'\nkind = 'performance'\nmeasure = 'sum:sessions'\ntarget = 7\nshares = { t0 = 2, t1 = 2, t2 = 3 }",
    "id = 'troupes'\nkind = 'troupe'\nmeasure = 'count'\nspan = 'standing'\ntarget = 5\nshares = { t0 = 1, t1 = 1, t2 = 3 }",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn townships_add_up(lines in county(), due in 0..2_usize, as_of in 0..4_usize) {
        let due = day(["2018-07-01", "2018-12-01"][due]);
        let as_of = day(["2018-06-30", "2018-07-01", "2018-12-01", "2019-01-05"][as_of]);
        let plan = plan(&INDICATORS);
        let places = townships(&["t0", "t1", "t2"]);
        let mut days = progress::status_days(&plan, as_of, None);
        days.extend([due.plus(-1), due]);
        let figures = split(&count(&plan, &places, &days, None), &lines, &[0, 1, 2]).unwrap();
        let calendar = &Calendar::default();
        let status = Status {
            county: "C", calendar, plan: &plan, townships: &places, figures: &figures, as_of, known: None, month: None,
        };
        let reached = MilestoneReport { due, then: None, late: &[], listed: false };
        let json = status.milestone(&reached).json.unwrap();
        for (at, indicator) in json["indicators"].as_array().unwrap().iter().numbered() {
            let sum = |key: &str| -> i64 {
                indicator["townships"].as_array().unwrap().iter().map(|one| one[key].as_i64().unwrap()).sum()
            };
            prop_assert_eq!(Some(sum("done")), indicator["done"].as_i64());
            let required = indicator["required"].as_i64().unwrap();
            prop_assert!((required..required + 3).contains(&sum("required")), "each is rounded up by less than one");
            for one in indicator["townships"].as_array().unwrap() {
                let share = indicator["share"].as_i64().unwrap() * one["target"].as_i64().unwrap();
                prop_assert_eq!(one["required"].as_i64(), Some((share + 99) / 100));
            }
            let with = figures.county(at, due.min(as_of));
            let eve = figures.county(at, due.plus(-1).min(as_of));
            prop_assert_eq!(indicator["without_due_day"] != Value::Null, (with >= required) != (eve >= required));
        }
    }
}
