//! The report on a milestone: met or not, by whom, what the due day decides, and what was entered only after it.

use crate::common::{County, PLAN, holds};

/// 60 performances, of which 城关镇 has 4 to give, 柳塔乡 3, and 柳屯镇 none.
fn county() -> County {
    let county = County::new();
    let performances = "target = 60\nclause = \"2018年,全县各类演出总场次";
    assert!(PLAN.contains(performances));
    let few = "target = 7\nshares = { chengguan = 4, liuta = 3 }\nclause = \"2018年,全县各类演出总场次";
    county.write("plans/2018.toml", &PLAN.replace(performances, few));
    county
}

fn performances(county: &County, line: &str) -> serde_json::Value {
    let report = county.json(line);
    let found = report["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "performances");
    found.unwrap_or_else(|| panic!("{report}")).clone()
}

#[test]
fn a_day_that_is_no_milestone_is_refused_with_those_that_are() {
    let refused = county().refused("report milestone 2018-07-02");
    holds(&refused, &["2018-07-02 不是 2018 年方案的时间节点", "2018-07-01、2018-12-01"]);
    assert!(county().refused("report milestone").contains("日期"));
    holds(&county().refused("report"), &["month", "milestone"]);
}

#[test]
fn each_township_has_its_part_and_the_parts_add_up() {
    let county = county();
    county.add("performance 城关镇 5-20 into=village place=刘庄村 sessions=3");
    county.add("performance 柳塔乡 5-21 into=village place=柳塔村");
    county.add("performance 柳屯镇 5-22 into=village place=柳屯村");
    let figures = performances(&county, "report milestone 7-1 --today 2018-07-03");
    assert_eq!((&figures["required"], &figures["done"], &figures["state"]), (&4.into(), &5.into(), &"met".into()));
    assert_eq!((&figures["percent"], &figures["reached_on"]), (&serde_json::json!(71.4), &"2018-05-21".into()));
    let townships = figures["townships"].as_array().unwrap();
    let of = |key: &str| townships.iter().map(|one| one[key].clone()).collect::<Vec<_>>();
    let null = serde_json::Value::Null;
    assert_eq!(of("required"), [2.into(), 2.into(), null.clone(), null.clone()]);
    assert_eq!(of("done"), [3, 1, 1, 0]);
    assert_eq!(of("state"), ["met".into(), "missed".into(), null.clone(), null]);
    let page = county.ok("report milestone 7-1 --today 2018-07-03");
    holds(&page, &["按期完成 1 项（各类演出 5/4）", "本节点不考核：提档升级乡镇服务点。"]);
}

#[test]
fn where_the_due_day_decides_both_figures_are_given() {
    let county = county();
    county.at("2018-07-01T18:00:00+08:00");
    county.add("performance 城关镇 6-30 into=village place=刘庄村 sessions=3");
    assert_eq!(performances(&county, "report milestone 7-1")["without_due_day"], serde_json::Value::Null);
    county.add("performance 城关镇 7-1 into=village place=刘庄村");
    let figures = performances(&county, "report milestone 7-1 --today 2018-08-01");
    assert_eq!((&figures["done"], &figures["without_due_day"]), (&4.into(), &3.into()));
    // 城关镇 had its 2 the day before.
    assert_eq!(figures["townships"][0]["without_due_day"], serde_json::Value::Null);
    let page = county.ok("report milestone 7-1 --today 2018-07-01");
    holds(&page, &["各类演出：含 2018-07-01 当日为 4，不含当日为 3，要求 4", "不含当日"]);
    // On the eve nothing has happened on the day yet.
    assert!(!county.ok("report milestone 7-1 --today 2018-06-30").contains("不含当日"));
}

#[test]
fn what_was_entered_after_the_day_is_counted_and_listed() {
    let county = county();
    let early = county.add("performance 城关镇 6-20 into=village place=刘庄村 sessions=2");
    let training = county.add("training 城关镇 6-20 topic=舞蹈 place=文化站 trainees=1 participants=backbone");
    county.at("2018-07-02T00:00:00+08:00");
    let late = county.add("performance 柳塔乡 7-1 into=village place=柳塔村 sessions=3");
    let person = county.add(&format!("trainee 城关镇 6-20 training={training} name=王芳 phone_tail=0001"));
    county.at("2018-07-03T09:00:00+08:00");
    county.ok(&format!("edit {early} --sessions 1 --reason 重复"));
    county.add("performance 柳塔乡 7-2 into=village place=柳塔村");
    let report = county.json("report milestone 7-1");
    let ids: Vec<&str> = report["late"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [&person, &late], "by township");
    let figures = performances(&county, "report milestone 7-1");
    assert_eq!((&figures["done"], &figures["known_then"], &figures["late"]), (&4.into(), &2.into(), &1.into()));
    assert_eq!(figures["townships"][1]["late"], 1);
    let listed = county.ok("report milestone 7-1 --records");
    holds(&listed, &[&late, "2018-07-02 00:00", "各类演出、“六进”演出", "节点当日已登记"]);
    assert!(!county.ok("report milestone 7-1").contains(&late));
    // By what was known on the day, nothing was late.
    let then = county.json("report milestone 7-1 --known 2018-07-01");
    assert!(then["late"].as_array().unwrap().is_empty(), "{then}");
    assert_eq!(then["indicators"][3]["known_then"], serde_json::Value::Null);
}
