//! Dates as people write them.

use crate::common::{County, holds};

/// The date that a record got.
fn stored(county: &County, written: &str) -> String {
    county.add(&format!("publicity 城关镇 title=报道 outlet=日报 --again '{written}'"));
    county.column("townships/chengguan/2018/publicity.csv", "date").pop().unwrap()
}

#[test]
fn every_form_is_read() {
    let county = County::new();
    for written in [
        "2018-03-10",
        "2018.3.10",
        "2018/3/10",
        "20180310",
        "2018年3月10日",
        "3月10日",
        "3-10",
        "２０１８－０３－１０",
        "２０１８年３月１０日",
        "３月１０日",
        "2018年3月10号",
        "2018-3-10",
        "三月十日",
    ] {
        assert_eq!(stored(&county, written), "2018-03-10", "{written}");
    }
    for (written, day) in
        [("今天", "2018-06-28"), ("昨天", "2018-06-27"), ("today", "2018-06-28"), ("yesterday", "2018-06-27")]
    {
        assert_eq!(stored(&county, written), day, "{written}");
    }
}

#[test]
fn today_is_the_countys_day_and_can_be_given() {
    let county = County::new();
    county.at("2018-06-27T16:30:00Z");
    assert_eq!(stored(&county, "今天"), "2018-06-28");
    assert_eq!(stored(&county, "今天' --today '2018-05-02"), "2018-05-02");
}

#[test]
fn a_day_without_a_year_is_of_the_plans_year() {
    let county = County::new();
    county.at("2019-02-01T09:00:00+08:00");
    assert_eq!(stored(&county, "3月10日"), "2018-03-10", "the latest plan is that of 2018");
}

#[test]
fn unclear_and_impossible_dates_are_refused_and_it_is_said_why() {
    let county = County::new();
    for (written, why) in [
        ("2018310", "分不清是哪一天"),
        ("18.3.10", "分不清是哪一天"),
        ("10/3/2018", "分不清是哪一天"),
        ("310", "分不清是哪一天"),
        ("2018-02-30", "没有“2018-02-30”这一天"),
        ("2月29日", "最后一天是 2018-02-28"),
        ("2018-13-01", "没有 13 月"),
        ("2018-03", "缺日"),
        ("13月1日", "没有 13 月"),
    ] {
        for line in [
            format!("add publicity 城关镇 title=报道 outlet=日报 {written}"),
            format!("add publicity {written} 城关镇 title=报道 outlet=日报"),
            format!("add publicity 城关镇 title=报道 outlet=日报 --date {written}"),
        ] {
            holds(&county.refused(&line), &["错误", why, "提示"]);
        }
    }
    holds(&county.refused("add publicity 城关镇 title=报道 outlet=日报 --date 明儿"), &["“明儿”不是日期", "3月10日"]);
}

#[test]
fn what_is_still_to_come_is_refused() {
    let county = County::new();
    let said = county.refused("add publicity 城关镇 title=报道 outlet=日报 2018-06-29");
    holds(&said, &["2018-06-29 晚于今天 2018-06-28"]);
    county.ok("add publicity 城关镇 title=报道 outlet=日报 2018-06-28");
    let said = county.refused("add publicity 城关镇 title=二 outlet=日报 2018-06-28 --today 6-27");
    holds(&said, &["晚于今天 2018-06-27"]);
}

#[test]
fn a_year_without_a_plan_is_remarked_upon() {
    let county = County::new();
    let ran = county.run("add publicity 城关镇 title=报道 outlet=日报 2017-12-30");
    assert_eq!(ran.exit, culture::base::fault::Exit::Done);
    holds(&ran.err, &["警告", "没有 2017 年的实施方案"]);
    assert!(county.has("townships/chengguan/2017/publicity.csv"));
}

#[test]
fn a_day_outside_the_townships_days_is_remarked_upon() {
    let county = County::new();
    county.ok("township edit 柳塔乡 --from 2018-04-01 --until 2018-05-31");
    for (day, worth) in [("3-31", true), ("4-1", false), ("5-31", false), ("6-1", true)] {
        let ran = county.run(&format!("add publicity 柳塔乡 title=报道 outlet=日报 {day}"));
        assert_eq!(ran.exit, culture::base::fault::Exit::Done);
        assert_eq!(ran.err.contains("不在柳塔乡的起止日期之内"), worth, "{day}: {}", ran.err);
    }
}
