//! `list`: which records, in which order, for whom.

use crate::common::{County, holds};

/// Five performances, the second corrected, the fourth voided; their ids in order.
fn filled() -> (County, Vec<String>) {
    let county = County::new();
    county.at("2018-04-01T09:00:00+08:00");
    let mut ids = Vec::new();
    for line in [
        "城关镇 3-10 into=village place=甲村 audience=200",
        "柳塔乡 3-12 into=campus place=乙校 audience=80",
        "城关镇 2018-03-31 into=village place=丙村 audience=1000",
        "柳屯镇 3-5 into=office place=丁局",
        "柳屯镇 3-31 into=village place=戊村 audience=9 title=春晚",
    ] {
        ids.push(county.add(&format!("performance {line}")));
    }
    county.at("2018-05-02T09:00:00+08:00");
    county.ok(&format!("edit {} --audience 90 --reason 核实", ids[1]));
    county.ok(&format!("void {} --reason 误报", ids[3]));
    county.at("2018-06-28T10:00:00+08:00");
    county.add("performance 城关镇 2018-06-01 into=none place=广场");
    (county, ids)
}

fn places(county: &County, more: &str) -> Vec<String> {
    let json = county.json(&format!("list performance {more}"));
    json["records"].as_array().unwrap().iter().map(|record| record["place"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn filters_select_and_combine() {
    let (county, _) = filled();
    assert_eq!(places(&county, ""), ["甲村", "乙校", "丙村", "戊村", "广场"]);
    for (filter, found) in [
        ("--township 城关", &["甲村", "丙村", "广场"][..]),
        ("-t liutun", &["戊村"]),
        ("--from 3-12", &["乙校", "丙村", "戊村", "广场"]),
        ("--to 3-12", &["甲村", "乙校"]),
        ("--from 3月11日 --to 2018.3.31", &["乙校", "丙村", "戊村"]),
        ("--month 3", &["甲村", "乙校", "丙村", "戊村"]),
        ("--month 2018-06", &["广场"]),
        ("--month 3月 --from 3-31", &["丙村", "戊村"]),
        ("--where into=village", &["甲村", "丙村", "戊村"]),
        ("--where “六进”类别=进农村 --where place=甲村", &["甲村"]),
        ("--where audience=1000", &["丙村"]),
        ("--where title=", &["甲村", "乙校", "丙村", "广场"]),
        ("--void", &["丁局", "甲村", "乙校", "丙村", "戊村", "广场"]),
        ("--void --township 柳屯镇 --to 3-30", &["丁局"]),
        ("--month 1", &[]),
    ] {
        assert_eq!(places(&county, filter), found, "{filter}");
    }
}

#[test]
fn sorting_goes_by_value_and_empty_comes_last() {
    let (county, _) = filled();
    assert_eq!(places(&county, "--sort audience"), ["戊村", "乙校", "甲村", "丙村", "广场"]);
    assert_eq!(places(&county, "--sort -audience"), ["丙村", "甲村", "乙校", "戊村", "广场"]);
    assert_eq!(places(&county, "--sort -date"), ["广场", "丙村", "戊村", "乙校", "甲村"]);
    assert_eq!(places(&county, "--sort township"), ["甲村", "丙村", "广场", "乙校", "戊村"]);
    assert_eq!(places(&county, "--sort -填报单位")[0], "戊村", "backwards here too");
    holds(&county.refused("list performance --sort size"), &["没有字段“size”", "audience"]);
}

#[test]
fn known_shows_what_was_known_then() {
    let (county, ids) = filled();
    assert_eq!(places(&county, "--known 2018-04-30"), ["丁局", "甲村", "乙校", "丙村", "戊村"]);
    let audience = |more: &str| {
        county.json(&format!("list performance --where place=乙校 {more}"))["records"][0]["audience"].clone()
    };
    assert_eq!(
        (audience("--known 2018-05-01"), audience("--known 5-2"), audience("")),
        (80.into(), 90.into(), 90.into())
    );
    assert_eq!(audience("--known 2018-05-02T09:00:00+08:00"), 90);
    assert_eq!(audience("--known 2018-05-02T08:59:59+08:00"), 80);
    assert_eq!(audience("--known 2018-05-02T00:59:59Z"), 80, "instants are compared as instants");
    holds(&county.refused("list performance --known 昨晚"), &["昨晚"]);
    assert_eq!(county.ok("list performance --known 2018-03-31 --format ids"), "");
    assert_eq!(county.ok("list performance --known 2018-04-30 --format ids").lines().count(), ids.len());
}

#[test]
fn formats_are_for_people_programs_and_spreadsheets() {
    let (county, ids) = filled();
    let table = county.ok("list performance --month 3");
    holds(&table, &["演出（4 条）", "甲村", "进农村", "城关镇", &ids[0]]);
    let csv = county.ok("list performance --month 3 --format csv");
    assert!(csv.starts_with("编号,修订,状态,填报单位,演出日期,“六进”类别,演出地点,"), "{csv}");
    holds(
        &csv,
        &[&format!("{},1,live,chengguan,2018-03-10,village,甲村,", ids[0]), "2018-04-01T09:00:00+08:00,王芳,,"],
    );
    assert_eq!(csv.lines().count(), 5);
    let listed = county.ok("list performance --month 3 --format ids");
    let mut listed: Vec<&str> = listed.lines().collect();
    let mut wanted: Vec<&str> = [0, 1, 2, 4].map(|at| ids[at].as_str()).into();
    listed.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(listed, wanted);
    let json = county.json("list performance --month 3");
    assert_eq!((&json["schema"], &json["kind"]), (&"culture.records/1".into(), &"performance".into()));
    let record = &json["records"][1];
    assert_eq!(
        (&record["audience"], &record["rev"], &record["title"]),
        (&90.into(), &2.into(), &serde_json::Value::Null)
    );
    assert!(county.ok("list performance --format markdown").contains("| "));
    holds(&county.ok("list performance --void"), &["作废", "有效"]);
}

#[test]
fn wrong_conditions_are_refused() {
    let (county, _) = filled();
    holds(&county.refused("list performance --where village"), &["字段=值"]);
    holds(&county.refused("list performance --where mood=good"), &["mood"]);
    holds(&county.refused("list performance --where into=mountain"), &["mountain", "village"]);
    holds(&county.refused("list performance --township 月亮"), &["没有填报单位“月亮”"]);
    holds(&county.refused("list performance --month 13"), &["13"]);
    holds(&county.refused("list performance --format pdf"), &["pdf", "csv"]);
    holds(&county.refused("list"), &["还缺少", "类别"]);
}
