//! Budget and expenses: by heading, as known, marked where overspent, and what a performance or a person cost.

use crate::common::{County, PLAN, holds};
use serde_json::{Value, json};

/// A county whose performances may cost 1,000 yuan.
fn county() -> County {
    let county = County::new();
    let per = "per = \"performances\"\n";
    assert!(PLAN.contains(per));
    county.write("plans/2018.toml", &PLAN.replace(per, "per = \"performances\"\nbudget = \"1000.00\"\n"));
    county
}

fn heading(money: &Value, id: &str) -> Value {
    money["headings"].as_array().unwrap().iter().find(|one| one["heading"] == id).unwrap().clone()
}

#[test]
fn nothing_is_said_of_money_where_there_is_none() {
    let county = County::new();
    assert!(!county.ok("status").contains("经费"));
    assert_eq!(county.json("status")["money"], Value::Null);
}

#[test]
fn budget_spent_left_and_what_one_performance_costs() {
    let county = county();
    county.add("performance 城关镇 5-20 into=village place=刘庄村 sessions=3");
    county.add("expense 城关镇 5-20 heading=performances amount=500.00 voucher=1");
    let money = county.json("status")["money"].clone();
    assert_eq!(
        heading(&money, "performances"),
        json!({ "heading": "performances", "budget": "1000.00", "spent": "500.00", "left": "500.00", "percent": 50.0,
                "per": "performances", "each": "166.66" })
    );
    assert_eq!((&money["budget"], &money["left"]), (&json!("1000.00"), &json!("500.00")));
    holds(&county.ok("status"), &["经费（元）", "166.66 元/场"]);
    holds(&county.ok("report month 2018-05"), &["经费（元）"]);
    holds(&county.ok("report milestone 2018-07-01 --lang en"), &["money (yuan)", "166.66 / performances"]);
}

#[test]
fn what_is_overspent_is_marked_and_what_has_no_budget_has_no_rest() {
    let county = county();
    county.add("expense 城关镇 5-20 heading=performances amount=1000.50 voucher=1");
    holds(&county.ok("status"), &["超支 0.50", "100.0%"]);
    county.at("2018-06-29T10:00:00+08:00");
    county.add("expense 城关镇 5-21 heading=other amount=1 voucher=2");
    let money = county.json("status")["money"].clone();
    assert_eq!((&money["spent"], &money["budget"]), (&json!("1001.50"), &Value::Null));
    assert_eq!(county.json("status --known 2018-06-28")["money"]["spent"], "1000.50");
    assert_eq!(county.json("status --today 2018-05-19")["money"]["spent"], "0.00");
}

#[test]
fn a_plan_says_where_the_money_is_and_is_held_to_it() {
    let county = county();
    county.add("expense 城关镇 5-20 heading=performances amount=5 voucher=1");
    let plan = county.read("plans/2018.toml");
    let with = |from: &str, to: &str| {
        assert!(plan.contains(from), "{from}");
        county.write("plans/2018.toml", &plan.replace(from, to));
        county.run("status")
    };
    holds(&with("per = \"performances\"", "per = \"shows\"").err, &["没有“shows”这个指标"]);
    holds(&with("amount_field = \"amount\"", "amount_field = \"payee\"").err, &["payee 不是金额字段"]);
    holds(&with("heading = \"training\"", "heading = \"trainings\"").err, &["trainings"]);
    // A plan of before: no [money].
    let begins = plan.find("[money]").unwrap();
    let ends = begins + plan[begins..].find("[[expenditure]]").unwrap();
    let old = format!("{}{}", &plan[..begins], &plan[ends..]);
    county.write("plans/2018.toml", &old);
    assert_eq!(county.json("status")["money"], Value::Null);
}
