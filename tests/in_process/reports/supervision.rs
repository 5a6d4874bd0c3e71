//! Who falls behind and by which rule, each finding with its figures and records; and what is done about it.

use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;
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
        &["滞后单位（截至 2018-07-06）", "柳塔乡", "未达节点", "各类演出", "2018-07-01", "规则（方案 [supervision]）"],
    );
    county.set("CULTURE_LANG", "en");
    holds(&county.ok("lagging --today 2018-07-06"), &["townships behind", "milestone", "Performances"]);
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
    holds(&county.ok("lagging --today 2018-06-06"), &["没有滞后单位", "月报迟报达 3 次"]);
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

/// 柳塔乡 has missed the milestone of 1 July.
fn short() -> (County, String) {
    let county = county();
    county.add("performance 城关镇 5-20 into=village place=刘庄村 sessions=2");
    let one = county.add("performance 柳塔乡 5-21 into=village place=柳塔村");
    county.at("2018-07-02T10:00:00+08:00");
    (county, one)
}

const LIUTA: &str = "townships/liuta/2018/notice.csv";

/// The state of each notice by its serial.
fn states(county: &County, line: &str) -> Vec<(i64, String)> {
    let json = county.json(&format!("notice list {line}"));
    let all = json["notices"].as_array().unwrap().iter();
    all.map(|one| (one["values"]["serial"].as_i64().unwrap(), one["state"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn a_rectification_from_draft_to_closing() {
    let (county, one) = short();
    holds(&county.refused("notice draft 整改通知 -t 城关镇 --due 2018-07-20"), &["城关镇没有滞后事项", "--facts"]);
    holds(&county.refused("notice draft 整改通知 -t 柳塔乡"), &["没有写明整改期限", "--due"]);
    holds(&county.refused("notice draft rectification -t 柳塔乡 --due 2018-07-01"), &["早于今天"]);
    holds(&county.refused("notice draft '' -t 柳塔乡"), &["没有写明文书类型", "可写：通报批评、整改通知"]);
    let said = county.ok("notice draft rectification -t 柳塔乡 --due 2018-07-20 --requirements 补足场次");
    let facts = "各类演出 2018-07-01 应完成 2 场，当日实际完成 1 场，目前累计 1 场";
    holds(
        &said,
        &[
            "已起草第 1 号，柳塔乡",
            "整改通知（编号：〔2018〕1号）",
            facts,
            "整改要求：补足场次",
            "请于 2018-07-20 前整改到位",
            &one,
        ],
    );
    let kept = county.column(LIUTA, "facts").remove(0);
    holds(&kept, &["截至 2018-07-02（按 2018-07-02 10:00", facts, &format!("［记录：{one}］")]);
    assert_eq!(county.column(LIUTA, "grounds"), ["milestone:performances:2018-07-01"]);
    holds(
        &county.refused("notice draft rectification -t 柳塔乡 --due 2018-07-20"),
        &["同样的文书还没有办结", "--again"],
    );
    assert_eq!(states(&county, ""), [(1, "open".to_owned())]);
    assert_eq!(states(&county, "--today 2018-07-21"), [(1, "overdue".to_owned())]);

    county.at("2018-07-20T10:00:00+08:00");
    let id = county.column(LIUTA, "id").remove(0);
    county.ok(&format!("edit {id} --number 文广字〔2018〕5号 --reason 文号"));
    holds(&county.refused("notice sign 1 --date 2018-07-01"), &["不在印发日期 2018-07-02 和今天 2018-07-20 之间"]);
    // Step by step: who has not signed has not answered, what is not answered is not rechecked.
    holds(
        &county.refused("notice reply 1 --text 已安排"),
        &["还没有登记签收日期", "culture notice sign 2018-1 --date"],
    );
    holds(&county.ok("notice sign 1 --date 2018-07-03"), &["已登记签收", "整改通知 1"]);
    holds(&county.refused("notice recheck 1"), &["还没有登记整改情况", "culture notice reply 2018-1", "--despite"]);
    holds(&county.refused("notice sign 1"), &["签收日期已经登记：2018-07-03", "signed_for=… --reason 事由"]);
    county.ok("notice reply 2018-1 --text 已安排两场");
    county.ok(&format!("notice recheck {} --date 2018-07-18", &id[..6]));
    holds(&county.refused("notice close 1"), &["问题仍未解决：各类演出未达 2018-07-01 节点要求", "--despite"]);
    county.add("performance 柳塔乡 2018-07-19 into=village place=柳塔村");
    county.ok("notice close 1 --date 2018-07-20");
    assert_eq!(county.column(LIUTA, "reason").last().unwrap(), "销号");
    assert_eq!(states(&county, ""), []);
    assert_eq!(states(&county, "--all"), [(1, "closed".to_owned())]);
    holds(&county.ok("notice list --all"), &["2018-1", "整改通知", "柳塔乡", "已销号", "已办结", &id]);
    holds(&county.refused("notice close 1"), &["销号日期已经登记"]);
    let again = county.column(LIUTA, "facts");
    assert!(again.iter().all(|facts| *facts == kept), "what was frozen stays: {again:?}");
    holds(&county.refused("notice close 7"), &["没有第 7 号文书", "culture notice list --all"]);
    holds(&county.refused("notice close 柳塔"), &["不是文书序号"]);
}

#[test]
fn a_finding_that_holds_is_closed_with_a_reason_only() {
    let (county, _) = short();
    county.ok("notice draft rectification -t 柳塔乡 --due 2018-07-20");
    county.refused("notice close 1");
    county.ok("notice close 1 --despite 年底一并补齐");
    assert_eq!(county.column(LIUTA, "reason").last().unwrap(), "销号（年底一并补齐）");
    // With facts of its own there is nothing to look into but the recheck.
    county.ok("notice draft rectification -t 城关镇 --due 2018-07-20 --facts 文化站周末不开放");
    holds(&county.refused("notice close 2"), &["没有可核对的督导依据", "--despite"]);
    let said = county.ok("notice recheck 2 --despite 一直没有回复");
    holds(&said, &["已登记复查（一直没有回复）："]);
    county.ok("notice close 2");
}

#[test]
fn a_circular_goes_to_several_and_is_done_with_when_signed_for() {
    let county = county();
    county.at("2018-07-02T10:00:00+08:00");
    county.add("notice 文化馆 2018-03-20 type=circular serial=4 facts=x");
    let said = county.ok("notice draft circular -t 柳塔乡 -t 城关镇 -t 柳塔乡");
    holds(
        &said,
        &["第 5 号，城关镇", "第 6 号，柳塔乡", "通报批评（编号：〔2018〕5、6号）", "现予以通报批评", "［没有记录］"],
    );
    let batch = |path: &str| county.column(path, "batch");
    assert_eq!(batch(LIUTA), batch("townships/chengguan/2018/notice.csv"), "one batch");
    assert_eq!(said.matches("城关镇：").count(), 1, "{said}");
    holds(&county.refused("notice close 6"), &["通报批评不需销号，需销号的只有整改通知", "culture notice sign 2018-6"]);
    county.ok("notice sign 6");
    assert_eq!(states(&county, "--all -t 柳塔乡"), [(6, "closed".to_owned())]);
    assert_eq!(states(&county, ""), [(4, "open".to_owned()), (5, "open".to_owned())]);
    county.set("CULTURE_LANG", "en");
    let said = county.ok("notice draft circular -t 柳塔乡 --again");
    holds(
        &said,
        &[
            "circular of criticism (no. 7 of 2018)",
            "Performances: 2 due by 2018-07-01, 0 on the day, 0 now",
            "[no records]",
        ],
    );
    holds(&county.ok("notice list"), &["as of 2018-07-02", "drafted", "open"]);
    county.ok("notice draft rectification -t 柳塔乡 --due 2018-07-20");
    holds(
        &county.refused("notice close 8"),
        &["still not corrected: Performances short of what was due on 2018-07-01"],
    );
}

#[test]
fn reports_that_came_late_are_mended_by_reports_in_time() {
    let county = County::new();
    county.write("plans/2018.toml", &PLAN.replace("last_month = \"2018-11\"", "last_month = \"2018-06\""));
    for (month, date) in [("03", "2018-04-09"), ("04", "2018-05-09"), ("05", "2018-06-05")] {
        county.add(&format!("monthly-report 城关镇 {date} month=2018-{month} zero=true"));
    }
    county.ok("notice draft rectification -t 城关镇 --due 2018-07-31");
    let path = "townships/chengguan/2018/notice.csv";
    assert_eq!(county.column(path, "grounds"), ["reports-late:2018-03,2018-04"]);
    holds(&county.refused("notice close 1"), &["发文后的月报仍未按时报送"]);
    county.at("2018-07-06T10:00:00+08:00");
    county.refused("notice close 1");
    let report = county.add("monthly-report 城关镇 2018-07-06 month=2018-06 zero=true");
    holds(&county.refused("notice close 1"), &["发文后的月报仍未按时报送"]);
    county.ok(&format!("edit {report} --date 2018-07-05 --reason 误记"));
    county.ok("notice close 1");
}

#[test]
fn steps_go_on_after_the_month_is_closed() {
    let (county, _) = short();
    county.ok("notice draft rectification -t 柳塔乡 --due 2018-08-20");
    county.at("2018-08-06T10:00:00+08:00");
    let ran = county.run("close 2018-07 --despite 试");
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    let ran = county.run("notice sign 1");
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&ran.err, &["2018-07 已经定稿"]);
    assert_eq!(county.column(LIUTA, "reason").last().unwrap(), "签收");
}

#[test]
fn a_new_clerk_is_told_what_is_open_on_one_page() {
    let (county, shown) = short();
    county.ok("notice draft rectification -t 柳塔乡 --due 2018-07-20");
    county.ok("close 2018-03");
    let page = county.ok("handover --today 2018-07-21");
    holds(&page, &["工作交接单（截至 2018-07-21）", "一、近期到期事项和未报材料", "成立工作专班"]);
    holds(&page, &["二、未办结的文书", "2018-1", "逾期", "三、滞后单位", "未达节点：各类演出"]);
    holds(
        &page,
        &["五、定稿", "2018-03", "一致", "六、各指标统计口径", "各类演出（任务 7 场）", "2018年,全县各类演出总场次"],
    );
    county.write(
        "plans/2018.toml",
        &county.read("plans/2018.toml").replace("last_month = \"2018-03\"", "last_month = \"2018-05\""),
    );
    holds(&county.ok("handover"), &["应定稿、未定稿的月份：2018-04、2018-05"]);
    // Records that nobody has verified, with the commands that list them; no reminders to paste on this page.
    let unverified = |page: &str| {
        let rows: Vec<Vec<String>> =
            page.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
        rows.into_iter().find(|row| row.len() == 4 && row[0] == "各类演出").unwrap()[1..].join(" ")
    };
    let page = county.ok("handover");
    assert!(!page.contains("【催报】"), "{page}");
    assert_eq!(unverified(&page), "2 - 2", "{page}");
    holds(
        &page,
        &[
            "四、佐证不齐、未抽查的记录",
            "没有规定佐证要求的类别：performance、service-point",
            "culture report acceptance --unchecked",
        ],
    );
    county.write("kinds/performance.toml", "id = \"performance\"\n[[evidence]]\nany = [\"evidence\"]\nfiles = 1\n");
    let page = county.ok("handover");
    assert_eq!(unverified(&page), "2 2 2", "{page}");
    holds(&page, &["佐证不齐的名单：culture evidence performance"]);
    county.ok(&format!("inspect {shown} --accepted 1 --verdict pass"));
    assert_eq!(unverified(&county.ok("handover")), "2 2 1");
    county.remove("kinds/performance.toml");
    county.set("CULTURE_LANG", "en");
    let page = county.ok("handover");
    holds(
        &page,
        &["handover sheet (as of 2018-07-02)", "Open notices", "milestone: Performances", "How each figure is counted"],
    );
    assert!(county.json("handover").is_object());
}
