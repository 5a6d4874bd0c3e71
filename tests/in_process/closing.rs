//! Closing a month, and whether it can be stood by afterwards.

mod adjusting;
mod changed;
mod days;
mod earlier_rules;
mod late;
mod restating;
mod tampering;

use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";

/// A county whose May is over: everybody has reported, two performances and a training with people by name.
fn may() -> County {
    let county = County::new();
    county.set("COLUMNS", "200");
    county.at("2018-06-05T09:00:00+08:00");
    county.add("performance 2018-05-03 城关 --into village --place 王庄 --title 惠民演出 --sessions 2");
    county.add("performance 2018-05-20 柳塔乡 --into campus --place 一中 --title 校园行");
    county.add("performance 2018-04-11 城关 --into office --place 县委 --title 进机关");
    let training = county.add("training 2018-05-09 城关 --topic 合唱 --place 文化馆 --trainees 1");
    county.add(&format!("trainee 城关 --training {training} --name 张三 --home 王庄 --phone-tail 1234"));
    county.ok("submit 2018-05 -t 城关 -t 柳塔乡");
    county.ok("submit 2018-05 -t 柳屯镇 -t 文化馆 --zero");
    county
}

#[test]
fn a_month_is_closed_when_it_is_complete() {
    let county = may();
    holds(&county.refused("close 2018-06"), &["2018-06 还没有结束"]);
    let said = county.ok("close 2018-05");
    holds(&said, &["县 2018-05 月度定稿", "“六进”演出", "月报：按时 4", "已定稿：closings/2018-05.toml"]);
    let closing = county.read("closings/2018-05.toml");
    holds(
        &closing,
        &[
            "month = \"2018-05\"",
            "closed_by = \"王芳\"",
            "as_of = 2018-06-05",
            "id = \"performances\"\ntitle = { zh = \"",
            "month = \"3\"\nyear = \"4\"",
            "chengguan = { month = \"2\", year = \"3\" }",
            "file = \"plans/2018.toml\"",
            "\"townships/chengguan/2018/performance.csv\" = { rows = 2, sha256 = \"",
        ],
    );
    assert!(!closing.contains("despite"));
    holds(&county.ok("verify"), &["2018-05", "一致"]);
    // The first stays as it is.
    holds(&county.ok("close 2018-05"), &["closings/2018-05.2.toml"]);
    assert_eq!(county.read("closings/2018-05.toml"), closing);
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 2);
}

#[test]
fn what_is_lacking_is_told_and_may_be_passed_over_with_a_reason() {
    let county = County::new();
    county.at("2018-06-05T09:00:00+08:00");
    county.add("performance 2018-05-03 城关 --into village --place 王庄 --title 惠民演出");
    county.ok("submit 2018-05 -t 柳塔乡 --zero");
    county.ok("submit 2018-05 -t 城关");
    let said = county.fails("close 2018-05", Exit::Failed);
    holds(&said, &["2018-05 月报缺报 2 份：柳屯镇、文化馆", "2018-05 未定稿", "--despite"]);
    assert!(!county.has("closings/2018-05.toml"));
    let ran = county.run("close 2018-05 --despite '市局催报，柳屯镇停电'");
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&ran.err, &["月报缺报 2 份"]);
    holds(&county.read("closings/2018-05.toml"), &["despite = \"市局催报，柳屯镇停电\"", "state = \"open\""]);
    let english = county.run("--lang en close 2018-05");
    holds(&english.err, &["reports missing for 2018-05 (2)", "2018-05 was not closed: 1 still missing"]);
}

#[test]
fn an_error_keeps_a_month_open_and_a_doubt_does_not() {
    let county = may();
    let training = county.add("training 2018-05-10 城关 --topic 剪纸 --place 文化馆 --trainees 5");
    county.add(&format!("trainee 城关 --training {training} --name 李四 --home 李庄 --phone-tail 5678"));
    holds(&county.run("check").out, &["名册有 1 人"]);
    county.ok("close 2018-05");
    let roster = "townships/chengguan/2018/trainee.csv";
    county.write(roster, &county.read(roster).replace(&training, "bbbbbbbbbbbb"));
    let said = county.fails("close 2018-05", Exit::Failed);
    holds(&said, &["引用的记录 bbbbbbbbbbbb 不存在", "还有 1 项未齐"]);
    assert!(!said.contains("名册有"));
}

#[test]
fn what_enters_later_is_later_than_the_closing() {
    let county = may();
    county.at("2018-06-06T09:00:00+08:00");
    county.ok("close 2018-05");
    county.at("2018-06-06T09:00:00+08:00");
    county.add("performance 2018-06-03 城关 --into village --place 李庄 --title 送戏");
    assert_eq!(county.column(LEDGER, "entered_at").last().unwrap(), "2018-06-06T09:00:01+08:00");
    holds(&county.ok("verify 5月"), &["一致"]);
    // Also where the clock is more than a day behind the closing, which is said.
    county.at("2018-06-04T09:00:00+08:00");
    let ran = county.run("add performance 2018-06-03 柳屯镇 --into village --place 李庄");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["电脑时钟是 2018-06-04 09:00", "记为 2018-06-06 09:00"]);
    let liutun = county.column("townships/liutun/2018/performance.csv", "entered_at");
    assert_eq!(liutun.last().unwrap(), "2018-06-06T09:00:01+08:00");
    holds(&county.ok("verify 5月"), &["一致"]);
}

#[test]
fn a_day_that_is_none_is_refused_also_where_all_months_are_asked_for() {
    let county = may();
    county.ok("close 2018-05");
    let said = county.fails("verify --today 2018-13-40", Exit::Usage);
    holds(&said, &["2018-13-40"]);
}

#[track_caller]
fn found(county: &County, pieces: &[&str]) {
    let ran = county.run("verify");
    assert_eq!(ran.exit, Exit::Found, "{ran:#?}");
    holds(&ran.out, pieces);
}

#[test]
fn a_digit_a_row_lost_and_a_row_inserted_are_told_apart() {
    let county = may();
    county.ok("close 2018-05");
    let ledger = county.read(LEDGER);
    county.write(LEDGER, &ledger.replace(",惠民演出,,,,,2,", ",惠民演出,,,,,7,"));
    assert_ne!(county.read(LEDGER), ledger);
    found(&county, &[LEDGER, "改动", "各类演出", "定稿数"]);

    let kept: Vec<&str> = ledger.lines().filter(|line| !line.contains("惠民演出")).collect();
    let without = kept.join("\n") + "\n";
    county.write(LEDGER, &without);
    found(&county, &[LEDGER, "丢失", "少了 1 行", "“六进”演出"]);

    let row = ledger.lines().find(|line| line.contains("惠民演出")).unwrap();
    let other = row.replacen(&row[..12], "zzzzzzzzzzzz", 1).replace("惠民演出", "送戏下乡");
    county.write(LEDGER, &format!("{ledger}{other}\n"));
    found(&county, &[LEDGER, "多出", "多了 1 行"]);

    county.write(LEDGER, &ledger.replace('\n', "\r\n"));
    holds(&county.ok("verify"), &["一致"]);
    county.write(LEDGER, &ledger);
    holds(&county.ok("verify"), &["一致"]);
}

#[test]
fn a_closing_or_a_plan_that_was_edited_is_noticed() {
    let county = may();
    county.ok("close 2018-05");
    let closing = county.read("closings/2018-05.toml");
    county.write("closings/2018-05.toml", &closing.replace("closed_by = \"王芳\"", "closed_by = \"王方\""));
    found(&county, &["定稿被改动"]);
    holds(&county.run("check").out, &["closings/2018-05.toml", "被改动过"]);
    county.write("closings/2018-05.toml", &closing.replace('\n', "\r\n"));
    holds(&county.ok("verify"), &["一致"]);
    county.write("closings/2018-05.toml", &closing);

    let plan = county.read("plans/2018.toml");
    county.write("plans/2018.toml", &format!("# 批注\n{plan}"));
    holds(&county.ok("check"), &["没有发现问题"]);
    county.write("plans/2018.toml", &plan.replace("target = 60", "target = 66"));
    let checked = county.run("check");
    assert_eq!(checked.exit, Exit::Found);
    holds(&checked.out, &["plans/2018.toml", "之后被改动过", "方案原文"]);
    // What was issued still comes out: the closing has the plan as it was.
    holds(&county.ok("verify"), &["一致"]);
}

#[test]
fn a_closing_that_cannot_be_read_says_where() {
    let county = may();
    county.ok("close 2018-05");
    let closing = county.read("closings/2018-05.toml");
    for (from, to, said) in [
        ("kind = \"township\"", "kind = \"village\"", "没有“village”这一类单位"),
        ("as_of = 2018-06-05", "as_of = \"6 月\"", "此处应为日期"),
        ("rows = 2", "rows = \"两行\"", "此处应为 0 到"),
    ] {
        let spoilt = closing.replacen(from, to, 1);
        assert_ne!(spoilt, closing, "{from}");
        county.write("closings/2018-05.toml", &spoilt);
        let line = spoilt.lines().position(|line| line.contains(to)).unwrap() + 1;
        let ran = county.run("check");
        assert_eq!(ran.exit, Exit::Found, "{ran:#?}");
        holds(&ran.out, &[&format!("closings/2018-05.toml:{line}"), said]);
    }
}

#[test]
fn a_township_that_comes_or_is_renamed_later_changes_nothing() {
    let county = may();
    county.ok("close 2018-05");
    county.write("townships/xinqu/township.toml", "name = \"新区\"\nkind = \"township\"\norder = 1\n");
    county.ok("township edit chengguan --name 城关街道");
    county.add("performance 2018-06-03 新区 --into village --place 李庄 --title 送戏");
    holds(&county.ok("verify"), &["一致"]);
}
