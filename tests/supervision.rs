//! Who falls behind and by which rule, each finding with its figures and records; and what is done about it.

mod common;

use common::{County, PLAN, holds};
use culture::fault::Exit;
use serde_json::Value;

/// 60 performances, of which 城关镇 has 4 to give, 柳塔乡 3, and 柳屯镇 none; no monthly reports are asked for but that of March.
fn county() -> County {
    let county = County::new();
    let performances = "target = 60\nclause = \"2018年,全县各类演出总场次";
    let few = "target = 7\nshares = { chengguan = 4, liuta = 3 }\nclause = \"2018年,全县各类演出总场次";
    let plan = PLAN.replace(performances, few).replace("last_month = \"2018-11\"", "last_month = \"2018-03\"");
    assert_ne!(plan, PLAN);
    county.write("plans/2018.toml", &plan);
    for township in ["城关镇", "柳塔乡", "柳屯镇", "文化馆"] {
        county.add(&format!("monthly-report {township} 2018-04-03 month=2018-03 zero=true"));
    }
    county
}

fn findings(county: &County, line: &str) -> Vec<Value> {
    county.json(&format!("lagging {line}"))["findings"].as_array().unwrap().clone()
}

/// Township and rule of each finding.
fn found(county: &County, line: &str) -> Vec<(String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    findings(county, line).iter().map(|one| (text(one, "township"), text(one, "rule"))).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(township, rule)| ((*township).to_owned(), (*rule).to_owned())).collect()
}

#[test]
fn below_a_milestone_until_its_number_is_reached() {
    let county = county();
    county.add("performance 城关镇 5-20 into=village place=刘庄村 sessions=2");
    let one = county.add("performance 柳塔乡 5-21 into=village place=柳塔村");
    assert_eq!(found(&county, "--today 2018-07-01"), pairs(&[("liuta", "course")]), "the due day is not over");
    let late = findings(&county, "--today 2018-07-02");
    let missed = &late[0];
    assert_eq!((missed["township"].as_str(), missed["rule"].as_str()), (Some("liuta"), Some("milestone")));
    assert_eq!((&missed["indicator"], &missed["due"]), (&"performances".into(), &"2018-07-01".into()));
    assert_eq!((&missed["required"], &missed["done_on_due"], &missed["done"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!(missed["records"], serde_json::json!([one]));
    county.at("2018-07-06T10:00:00+08:00");
    let two = county.add("performance 柳塔乡 7-5 into=village place=柳塔村");
    assert_eq!(found(&county, "--today 2018-07-06"), [], "reached, if late");
    let then = findings(&county, "--today 2018-07-06 --known 2018-07-02");
    assert_eq!(then[0]["rule"], "milestone", "as known then");
    county.ok(&format!("void {two} --reason 未演"));
    let voided = findings(&county, "--today 2018-07-06");
    assert_eq!(voided[0]["records"], serde_json::json!([one]));
    holds(
        &county.ok("lagging --today 2018-07-06"),
        &["落后单位（截至 2018-07-06）", "柳塔乡", "未达节点", "各类演出", "2018-07-01", "规则（方案 [supervision]）"],
    );
    county.set("CULTURE_LANG", "en");
    holds(&county.ok("lagging --today 2018-07-06"), &["who falls behind", "milestone", "Performances"]);
}

#[test]
fn behind_the_course_by_more_than_the_margin() {
    let county = county();
    county.add("performance 城关镇 4-20 into=village place=刘庄村");
    county.add("performance 柳塔乡 4-20 into=village place=柳塔村");
    // Of 113 days from 10 March to 1 July 46 are over on 25 April: 0.81 of 2; of 4 or 3 nobody is behind.
    assert_eq!(found(&county, "--today 2018-04-25"), []);
    // On 1 June 83 days: 1.46 of 2; 0.46 of 4 are 11.7 points, 0.46 of 3 are 15.6.
    let all = findings(&county, "--today 2018-06-01");
    let told: Vec<_> = all.iter().map(|one| (&one["township"], &one["course"], &one["points_behind"])).collect();
    let (course, of_four, of_three) = ("1.4".into(), "11.7".into(), "15.6".into());
    assert_eq!(told, [(&"chengguan".into(), &course, &of_four), (&"liuta".into(), &course, &of_three)]);
    let margin = |margin: &str| {
        let plan = county.read("plans/2018.toml");
        county.write("plans/2018.toml", &plan.replace("course_margin = 10", &format!("course_margin = {margin}")));
        let found = found(&county, "--today 2018-06-01");
        county.write("plans/2018.toml", &plan);
        found
    };
    assert_eq!(margin("12"), pairs(&[("liuta", "course")]));
    assert_eq!(margin("15"), pairs(&[("liuta", "course")]));
    assert_eq!(margin("16"), []);
    assert_eq!(margin("100"), []);
    county.add("performance 柳塔乡 5-31 into=village place=柳塔村");
    assert_eq!(found(&county, "--today 2018-06-01 -t 柳塔乡"), []);
}

#[test]
fn reports_missing_sent_back_or_late_twice() {
    let county = County::new();
    let plan = PLAN.replace("last_month = \"2018-11\"", "last_month = \"2018-05\"");
    county.write("plans/2018.toml", &plan);
    for township in ["柳塔乡", "柳屯镇", "文化馆"] {
        for (month, date) in [("03", "2018-04-05"), ("04", "2018-05-05"), ("05", "2018-06-05")] {
            county.add(&format!("monthly-report {township} {date} month=2018-{month} zero=true"));
        }
    }
    let march = county.add("monthly-report 城关镇 2018-04-09 month=2018-03 zero=true");
    let april = county.add("monthly-report 城关镇 2018-05-03 month=2018-04 zero=true returned=2018-05-04");
    assert_eq!(found(&county, "--today 2018-05-05"), [], "sent back, and still in time");
    let back = findings(&county, "--today 2018-05-06");
    assert_eq!(back.len(), 1);
    assert_eq!((&back[0]["rule"], &back[0]["months"][0]["state"]), (&"report-missing".into(), &"returned".into()));
    assert_eq!(back[0]["records"], serde_json::json!([april]));
    let again = county.add("monthly-report 城关镇 2018-05-08 month=2018-04 zero=true");
    let all = findings(&county, "--today 2018-06-06");
    assert_eq!(
        found(&county, "--today 2018-06-06"),
        pairs(&[("chengguan", "report-missing"), ("chengguan", "reports-late")])
    );
    assert_eq!((&all[0]["months"][0]["month"], &all[0]["records"]), (&"2018-05".into(), &serde_json::json!([])));
    let months: Vec<_> = all[1]["months"].as_array().unwrap().iter().map(|one| (&one["month"], &one["date"])).collect();
    assert_eq!(months, [(&"2018-03".into(), &"2018-04-09".into()), (&"2018-04".into(), &"2018-05-08".into())]);
    let mut ids = vec![march, april, again];
    ids.sort();
    assert_eq!(all[1]["records"], serde_json::json!(ids));
    county.write(
        "plans/2018.toml",
        &plan
            .replace("report_missing = true", "report_missing = false")
            .replace("reports_late = 2", "reports_late = 3"),
    );
    assert_eq!(found(&county, "--today 2018-06-06"), []);
    holds(&county.ok("lagging --today 2018-06-06"), &["没有落后的单位", "月报迟报达 3 次"]);
}

#[test]
fn without_the_table_the_usual_rules_hold_and_check_says_that_somebody_falls_behind() {
    let county = county();
    let (before, after) = (county.read("plans/2018.toml"), county.json("lagging"));
    let plan = before
        .replace("[supervision]\nmilestone = true\ncourse_margin = 10\nreport_missing = true\nreports_late = 2\n", "");
    assert_ne!(plan, before);
    county.write("plans/2018.toml", &plan);
    assert_eq!(county.json("lagging"), after);
    assert_eq!(after["rules"]["course_margin"], 10);
    assert_eq!(county.run("lagging --check --today 2018-07-02").exit, Exit::Found);
    assert_eq!(county.run("lagging --today 2018-07-02").exit, Exit::Done);
    assert_eq!(county.run("lagging --check -t 柳屯镇 --today 2018-07-02").exit, Exit::Done);
    county.write("plans/2018.toml", &before.replace("course_margin = 10", "course_margin = 101"));
    holds(&county.fails("lagging", Exit::Failed), &["plans/2018.toml", "course_margin"]);
    county.write("plans/2018.toml", &before.replace("course_margin", "course_margins"));
    holds(&county.fails("lagging", Exit::Failed), &["course_margins"]);
}
