//! The status for machines, word for word (docs/data-format.md), of a county that can be reckoned in the head.

use super::*;
use crate::figures::tally::tests::ledgers::{FixtureRow, count, day, end_of, plan, split, townships};
use crate::schema::calendar::Calendar;
use serde_json::Value;

const INDICATORS: [&str; 5] = [
    "id = 'shows'\nkind = 'performance'\nmeasure = 'sum:sessions'\ntarget = 6\nshares = { b = 2, a = 4 }",
    "id = 'points'\nkind = 'service-point'\nmeasure = 'count'\ntarget = 1\nstretch = true\n\
     milestones = [{ due = 2018-12-01, share = 100 }]",
    "id = 'facilities'\nkind = 'facility'\nmeasure = 'count'\nof_all = 'count'\nwhere = { free = true }\nspan = 'standing'",
    "id = 'spent'\nkind = 'expense'\nmeasure = 'sum:amount'\ntarget = 1000",
    "id = 'reach'\nkind = 'service-point'\nmeasure = 'sum:households_reached'\nof = 'sum:households'",
];

fn lines() -> Vec<FixtureRow> {
    vec![
        FixtureRow::new(0, "performance", 1, "date=2018-01-31; sessions=1"),
        FixtureRow::new(1, "performance", 2, "date=2018-02-01; sessions=1"),
        FixtureRow::new(1, "performance", 3, "date=2018-03-31; sessions=2"),
        FixtureRow::new(1, "performance", 4, "date=2018-04-02; sessions=50"),
        FixtureRow::new(0, "facility", 5, "date=2015-01-01; free=true; closed_on=2018-02-28"),
        FixtureRow::new(0, "facility", 6, "date=2018-02-10; free=true"),
        FixtureRow::new(1, "facility", 7, "date=2018-03-31; free=false"),
        FixtureRow::new(1, "expense", 8, "date=2018-01-01; heading=other; amount=1000"),
        FixtureRow::new(1, "expense", 9, "date=2018-03-05; heading=other; amount=0.5"),
        FixtureRow::new(0, "arrangement", 10, "date=2018-03-10; plan_year=2018"),
        FixtureRow::new(1, "arrangement", 11, "date=2018-03-01; plan_year=2018; returned=2018-03-20"),
        FixtureRow::new(1, "monthly-report", 12, "date=2018-03-31; month=2018-03; zero=true"),
    ]
}

/// The JSON of a day; `place` is the pointer to the part that is wanted.
fn json_on(as_of: &str, known: Option<&str>, place: &str) -> Value {
    let plan = plan(&INDICATORS);
    let places = townships(&["a", "b"]);
    let as_of = day(as_of);
    let known = known.map(end_of);
    let days = progress::status_days(&plan, as_of, None);
    let figures = split(&count(&plan, &places, &days, known), &lines(), &[0, 1]).unwrap();
    let status = Status {
        county: "C",
        calendar: &Calendar::default(),
        plan: &plan,
        townships: &places,
        figures: &figures,
        as_of,
        known,
        month: None,
    };
    status.json().pointer(place).unwrap_or_else(|| panic!("no {place}")).clone()
}

fn shows() -> Value {
    serde_json::json!({
        "id": "shows", "target": 6, "original_target": 6, "stretch": false, "done": 4, "named": null, "unnamed": null, "of": null, "percent": 66.6,
        "townships": [{ "id": "a", "done": 1, "named": null, "unnamed": null, "target": 4, "original_target": 4 }, { "id": "b", "done": 3, "named": null, "unnamed": null, "target": 2, "original_target": 2 }],
        "months": [
            { "month": "2018-01", "done": 1 }, { "month": "2018-02", "done": 1 },
            { "month": "2018-03", "done": 2 }, { "month": "2018-04", "done": 0 }
        ],
        "milestones": [
            { "due": "2018-07-01", "share": 50, "required": 3, "done": 4, "reached_on": "2018-03-31", "state": "met" },
            { "due": "2018-12-01", "share": 100, "required": 6, "done": 4, "reached_on": null, "state": "not-started" }
        ]
    })
}

fn points() -> Value {
    serde_json::json!({
        "id": "points", "target": 1, "original_target": 1, "stretch": true, "done": 0, "named": null, "unnamed": null, "of": null, "percent": 0.0,
        "townships": [{ "id": "a", "done": 0, "named": null, "unnamed": null, "target": null, "original_target": null }, { "id": "b", "done": 0, "named": null, "unnamed": null, "target": null, "original_target": null }],
        "months": [
            { "month": "2018-01", "done": 0 }, { "month": "2018-02", "done": 0 },
            { "month": "2018-03", "done": 0 }, { "month": "2018-04", "done": 0 }
        ],
        "milestones": [
            { "due": "2018-12-01", "share": 100, "required": 1, "done": 0, "reached_on": null, "state": "pending" }
        ]
    })
}

fn facilities() -> Value {
    serde_json::json!({
        "id": "facilities", "target": null, "original_target": null, "stretch": false, "done": 1, "named": null, "unnamed": null, "of": 2, "percent": 50.0,
        "townships": [{ "id": "a", "done": 1, "named": null, "unnamed": null, "target": null, "original_target": null }, { "id": "b", "done": 0, "named": null, "unnamed": null, "target": null, "original_target": null }],
        "months": [
            { "month": "2018-01", "done": 1 }, { "month": "2018-02", "done": 1 },
            { "month": "2018-03", "done": 1 }, { "month": "2018-04", "done": 1 }
        ],
        "milestones": []
    })
}

fn spent() -> Value {
    serde_json::json!({
        "id": "spent", "target": 1000, "original_target": 1000, "stretch": false, "done": "1000.50", "named": null, "unnamed": null, "of": null, "percent": 100.0,
        "townships": [{ "id": "a", "done": "0.00", "named": null, "unnamed": null, "target": null, "original_target": null }, { "id": "b", "done": "1000.50", "named": null, "unnamed": null, "target": null, "original_target": null }],
        "months": [
            { "month": "2018-01", "done": "1000.00" }, { "month": "2018-02", "done": "0.00" },
            { "month": "2018-03", "done": "0.50" }, { "month": "2018-04", "done": "0.00" }
        ],
        "milestones": [
            { "due": "2018-07-01", "share": 50, "required": 500, "done": "1000.50", "reached_on": "2018-01-01", "state": "met" },
            { "due": "2018-12-01", "share": 100, "required": 1000, "done": "1000.50", "reached_on": "2018-01-01", "state": "met" }
        ]
    })
}

fn reach() -> Value {
    serde_json::json!({
        "id": "reach", "target": null, "original_target": null, "stretch": false, "done": 0, "named": null, "unnamed": null, "of": 0, "percent": null,
        "townships": [{ "id": "a", "done": 0, "named": null, "unnamed": null, "target": null, "original_target": null }, { "id": "b", "done": 0, "named": null, "unnamed": null, "target": null, "original_target": null }],
        "months": [
            { "month": "2018-01", "done": 0 }, { "month": "2018-02", "done": 0 },
            { "month": "2018-03", "done": 0 }, { "month": "2018-04", "done": 0 }
        ],
        "milestones": []
    })
}

#[test]
fn the_whole_of_a_small_county() {
    let wanted = serde_json::json!({
        "schema": "culture.status/1", "plan": 2018, "adjustment": null, "as_of": "2018-04-01", "known_at": null,
        "indicators": [shows(), points(), facilities(), spent(), reach()],
        "arrangements": { "due": "2018-03-10", "townships": [
            { "id": "a", "state": "on-time", "date": "2018-03-10" }, { "id": "b", "state": "returned", "date": null }
        ] },
        "monthly_reports": [
            { "month": "2018-03", "due": "2018-04-05", "townships": [
                { "id": "a", "state": "open", "date": null, "zero": null },
                { "id": "b", "state": "on-time", "date": "2018-03-31", "zero": true }
            ] },
            { "month": "2018-04", "due": "2018-05-05", "townships": [
                { "id": "a", "state": "open", "date": null, "zero": null },
                { "id": "b", "state": "open", "date": null, "zero": null }
            ] }
        ],
        "money": null
    });
    let found = json_on("2018-04-01", None, "");
    assert_eq!(found, wanted);
    // In the order of the design, too.
    assert_eq!(found.to_string(), wanted.to_string());
}

#[test]
fn months_are_none_before_the_plans_year_and_all_after_it() {
    let months = |as_of: &str, indicator: usize| -> Vec<Value> {
        let months = json_on(as_of, None, &format!("/indicators/{indicator}/months"));
        months.as_array().unwrap().iter().map(|month| month["done"].clone()).collect()
    };
    assert_eq!(json_on("2017-12-31", None, "/indicators/0/months"), serde_json::json!([]));
    assert_eq!(
        json_on("2018-01-01", None, "/indicators/0/months"),
        serde_json::json!([{ "month": "2018-01", "done": 0 }])
    );
    assert_eq!(
        json_on("2018-01-31", None, "/indicators/0/months"),
        serde_json::json!([{ "month": "2018-01", "done": 1 }])
    );
    assert_eq!(months("2018-12-31", 0).len(), 12);
    assert_eq!(
        months("2019-06-01", 0),
        serde_json::json!([1, 1, 2, 50, 0, 0, 0, 0, 0, 0, 0, 0]).as_array().unwrap().clone()
    );
    // Standing: on the month's last day, or the as-of day.
    assert_eq!(months("2018-02-10", 2), [serde_json::json!(1), serde_json::json!(2)]);
    assert_eq!(months("2018-02-28", 2), [serde_json::json!(1), serde_json::json!(1)]);
    assert_eq!(months("2019-06-01", 2), vec![serde_json::json!(1); 12]);
    assert_eq!(json_on("2019-06-01", None, "/monthly_reports").as_array().unwrap().len(), 9);
    assert_eq!(json_on("2018-02-28", None, "/monthly_reports"), serde_json::json!([]));
}

#[test]
fn outside_the_plans_year() {
    let of = |as_of, what: &str| json_on(as_of, None, &format!("/indicators/{what}"));
    assert_eq!(of("2017-12-31", "0/done"), serde_json::json!(0));
    assert_eq!(of("2017-12-31", "2/done"), serde_json::json!(1));
    assert_eq!(of("2017-12-31", "2/townships/0/done"), serde_json::json!(1));
    assert_eq!(of("2017-12-31", "0/milestones/0/state"), serde_json::json!("not-started"));
    assert_eq!(of("2019-06-01", "0/done"), serde_json::json!(54));
    assert_eq!(of("2019-06-01", "0/percent"), serde_json::json!(900.0));
    assert_eq!(of("2019-06-01", "0/milestones/1/reached_on"), serde_json::json!("2018-04-02"));
    assert_eq!(of("2019-06-01", "1/milestones/0/state"), serde_json::json!("pending"));
    assert_eq!(of("2019-06-01", "2/of"), serde_json::json!(2));
}

#[test]
fn what_was_known_is_said() {
    assert_eq!(json_on("2018-04-01", Some("2017-12-31"), "/known_at"), serde_json::json!("2017-12-31T23:59:59+08:00"));
    assert_eq!(json_on("2018-04-01", Some("2017-12-31"), "/indicators/0/done"), serde_json::json!(0));
    assert_eq!(
        json_on("2018-04-01", Some("2017-12-31"), "/arrangements/townships/0/state"),
        serde_json::json!("missing")
    );
    assert_eq!(json_on("2018-04-01", Some("2018-01-01"), "/indicators/0/done"), serde_json::json!(4));
}

#[test]
fn a_township_that_is_not_expected_is_not_listed() {
    let plan = plan(&[]);
    let mut places = townships(&["a", "b"]);
    let as_of = day("2018-04-01");
    (places[0].arrangement, places[1].monthly) = (false, false);
    let figures = split(&count(&plan, &places, &progress::status_days(&plan, as_of, None), None), &[], &[0]).unwrap();
    let status = Status {
        county: "C",
        calendar: &Calendar::default(),
        plan: &plan,
        townships: &places,
        figures: &figures,
        as_of,
        known: None,
        month: None,
    };
    let found = status.json();
    assert_eq!(found["indicators"], serde_json::json!([]));
    assert_eq!(
        found["arrangements"]["townships"],
        serde_json::json!([{ "id": "b", "state": "missing", "date": null }])
    );
    let open = serde_json::json!([{ "id": "a", "state": "open", "date": null, "zero": null }]);
    assert_eq!(found["monthly_reports"][0]["townships"], open);
}

#[test]
fn without_deadlines_there_is_nothing_due() {
    let mut plan = plan(&[]);
    let places = townships(&["a"]);
    let as_of = day("2018-04-01");
    (plan.arrangement, plan.monthly) = (None, None);
    let figures = split(&count(&plan, &places, &progress::status_days(&plan, as_of, None), None), &[], &[0]).unwrap();
    let status = Status {
        county: "C",
        calendar: &Calendar::default(),
        plan: &plan,
        townships: &places,
        figures: &figures,
        as_of,
        known: None,
        month: None,
    };
    assert_eq!(
        (&status.json()["arrangements"], &status.json()["monthly_reports"]),
        (&Value::Null, &serde_json::json!([]))
    );
}
