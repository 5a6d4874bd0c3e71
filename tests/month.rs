//! The clerk's month: reports come in and are sent back, due days move, the dates go into a calendar.

mod common;

use common::{County, PLAN};
use culture::fault::Exit;

#[track_caller]
fn said(county: &County, line: &str, exit: Exit) -> String {
    let ran = county.run(line);
    assert!(ran.exit == exit, "culture {line}\n{ran:#?}");
    ran.out + &ran.err
}

#[test]
fn reports_come_in_for_several_townships_in_one_batch() {
    let county = County::new();
    county.at("2018-06-04T09:00:00+08:00");
    county.add("performance 城关镇 5-20 into=village place=刘庄村");
    let said = said(&county, "submit 5月 -t 城关镇 -t 柳塔乡 --reporter 王芳", Exit::Done);
    assert!(said.contains("已登记城关镇 2018-05 月报（2018-06-04）"), "{said}");
    assert!(said.contains("柳塔乡 2018-05 没有任何记录，也不是零报告"), "{said}");
    let reports = county.json("status");
    let may = reports["monthly_reports"].as_array().unwrap().iter().find(|one| one["month"] == "2018-05").unwrap();
    assert_eq!(may["townships"][0]["state"], "on-time");
    assert_eq!(county.json("log")["batches"][0]["done"].as_array().unwrap().len(), 2);
}

#[test]
fn zero_is_refused_where_there_are_records_and_names_them() {
    let county = County::new();
    county.at("2018-06-04T09:00:00+08:00");
    let id = county.add("performance 城关镇 5-20 into=village place=刘庄村 title=消夏晚会");
    let refused = county.refused("submit 5月 -t 城关镇 -t 柳塔乡 --zero");
    assert!(refused.contains("有 1 条记录，不能零报告") && refused.contains(&id), "{refused}");
    said(&county, "submit 5月 -t 柳塔乡 --zero", Exit::Done);
    assert!(county.refused("submit 5月 -t 柳塔乡").contains("报过"), "a second report");
    let early = said(&county, "submit 6月 -t 柳塔乡 --zero", Exit::Done);
    assert!(early.contains("该月到 2018-06-30 才结束"), "{early}");
}

#[test]
fn a_report_sent_back_counts_again_when_it_comes_again() {
    let county = County::new();
    county.at("2018-06-04T09:00:00+08:00");
    said(&county, "submit 5月 -t 城关镇 --zero", Exit::Done);
    county.at("2018-06-06T09:00:00+08:00");
    let refused = county.refused("return 5月 -t 柳塔乡 --reason 数据不全");
    assert!(refused.contains("没有可退回的 2018-05 月报"), "{refused}");
    said(&county, "return 5月 -t 城关镇 --reason 数据不全", Exit::Done);
    let state = |county: &County| {
        let status = county.json("status");
        let all = status["monthly_reports"].as_array().unwrap();
        let may = all.iter().find(|one| one["month"] == "2018-05").unwrap();
        may["townships"][0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&county), "returned");
    said(&county, "submit 5月 -t 城关镇 --zero", Exit::Done);
    assert_eq!(state(&county), "late");
}

#[test]
fn a_due_day_on_a_holiday_moves_where_the_plan_says_so() {
    let county = County::new();
    let holidays = include_str!("../src/holidays/2018.toml");
    county.write("holidays/2018.toml", holidays);
    county.at("2018-04-08T09:00:00+08:00");
    said(&county, "submit 3月 -t 城关镇 --zero", Exit::Done);
    let state = |county: &County| county.json("status")["monthly_reports"][0].clone();
    assert_eq!(
        (state(&county)["due"].as_str(), state(&county)["townships"][0]["state"].as_str()),
        (Some("2018-04-05"), Some("late"))
    );
    county.write("plans/2018.toml", &PLAN.replace("rest_day = \"keep\"", "rest_day = \"next\""));
    assert_eq!(
        (state(&county)["due"].as_str(), state(&county)["townships"][0]["state"].as_str()),
        (Some("2018-04-08"), Some("on-time"))
    );
    let due = said(&county, "due --today 2018-04-06", Exit::Done);
    assert!(due.contains("2018-04-08") && due.contains("2018-03 月报（顺延）"), "{due}");
    county.write("plans/2018.toml", &PLAN.replace("rest_day = \"keep\"", "rest_day = \"tomorrow\""));
    assert!(said(&county, "status", Exit::Failed).contains("rest_day 不能是“tomorrow”"));
}

#[test]
fn what_is_due_names_who_lacks_it_and_whom_to_call() {
    let county = County::new();
    said(&county, "township edit 城关镇 --contact 王芳 --phone 0310-5550001", Exit::Done);
    let due = said(&county, "due --today 2018-03-05 --days 10", Exit::Done);
    for words in [
        "2018-03-10",
        "工作安排",
        "0310-5550001",
        "【提醒】城关镇、柳塔乡、柳屯镇：请于 2018-03-10 前报送工作安排。",
        "只按周末推算",
    ] {
        assert!(due.contains(words), "{words}: {due}");
    }
    let late = said(&county, "due --today 2018-03-12 --days 1", Exit::Done);
    assert!(late.contains("已逾期 2 天") && late.contains("【催报】"), "{late}");
}

#[test]
fn the_calendar_is_the_same_each_time() {
    let county = County::new();
    let calendar = county.ok("due --ics");
    assert_eq!(calendar, county.ok("due --ics --today 2018-06-01"));
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), calendar.matches("UID:").count());
    let mut ids: Vec<&str> = calendar.lines().filter(|line| line.starts_with("UID:")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    assert_eq!(calendar.matches("TRIGGER:-P3D").count(), count);
}

#[test]
fn what_is_entered_after_the_report_is_marked_until_it_is_reported_again() {
    let county = County::new();
    county.at("2018-06-03T09:00:00+08:00");
    let before = county.add("performance 城关镇 5-20 into=village place=刘庄村");
    county.at("2018-06-04T09:00:00+08:00");
    said(&county, "submit 5月 -t 城关镇", Exit::Done);
    assert!(!county.ok("list performance").contains("报后补录"));
    county.at("2018-06-06T09:00:00+08:00");
    let after = county.add("performance 城关镇 5-25 into=village place=王庄村");
    county.add("performance 城关镇 6-02 into=village place=李庄村");
    county.add("performance 柳塔乡 5-25 into=village place=王庄村");
    // A correction is no late entry.
    said(&county, &format!("edit {before} sessions=2 --reason 漏填"), Exit::Done);
    let late = |county: &County| {
        let all = county.json("list performance")["records"].as_array().unwrap().clone();
        let late = all.into_iter().filter(|one| one["late"] == true);
        late.map(|one| one["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(late(&county), std::slice::from_ref(&after));
    assert!(county.ok("list performance").contains("报后补录"));
    let summary = county.ok("report month 5月");
    assert!(summary.contains("按时 1、迟报 0、退回 0、未报 3、零报告 0；报后补录 1 条"), "{summary}");
    assert_eq!(county.ok("list performance --known 2018-06-05").matches("报后补录").count(), 0);
    county.at("2018-06-08T09:00:00+08:00");
    said(&county, "return 5月 -t 城关镇 --reason 数据不全", Exit::Done);
    assert_eq!(late(&county), [""; 0]);
    said(&county, "submit 5月 -t 城关镇", Exit::Done);
    assert_eq!(late(&county), [""; 0]);
    // What is wrong with the plan is no reason not to show records, but it is said.
    county.write("plans/2018.toml", "year = 2018\n");
    assert!(county.ok("list performance").contains("未标报后补录"));
}

#[test]
fn the_summary_tells_what_the_townships_say() {
    let county = County::new();
    county.at("2018-06-03T09:00:00+08:00");
    let training = county.add("training 城关镇 5-10 topic=秧歌 place=文化站 trainees=3");
    county.add(&format!("trainee 城关镇 training={training} name=王芳 home=南村"));
    county.add("progress 城关镇 5-02 task=免费开放 text=已开放三处 percent=40");
    county.add("progress 城关镇 5-30 task=免费开放 text=已开放五处 percent=60");
    county.add("progress 城关镇 6-02 task=免费开放 text=全部开放 percent=100");
    county.at("2018-06-04T09:00:00+08:00");
    said(&county, "submit 5月 -t 城关镇 --highlights 秧歌培训 --problems 骨干年龄偏大", Exit::Done);
    said(&county, "submit 5月 -t 柳塔乡 --zero", Exit::Done);
    let summary = county.ok("report month 5月");
    for words in [
        "培训文艺骨干 3 人：实名 1，只有人数 2（可能重复）。",
        "月报（至 2018-06-04）：按时 2、迟报 0、退回 0、未报 2、零报告 1；报后补录 0 条",
        "秧歌培训",
        "骨干年龄偏大",
        "无量化目标的重点任务：最新进展",
        "已开放五处",
    ] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
    assert!(!summary.contains("已开放三处") && !summary.contains("全部开放"), "{summary}");
    let status = county.json("status");
    assert_eq!((&status["indicators"][0]["named"], &status["indicators"][0]["unnamed"]), (&1.into(), &2.into()));
    assert!(county.ok("status").contains("实名 1，只有人数 2（可能重复）"));
}

#[test]
fn the_bureaus_own_duties_stay_until_they_are_done() {
    let county = County::new();
    county.write("holidays/2018.toml", include_str!("../src/holidays/2018.toml"));
    let moved = PLAN.replace("rest_day = \"keep\"", "collect_day = 3\nrest_day = \"next\"");
    county.write("plans/2018.toml", &moved);
    let due = said(&county, "due --today 2018-04-01 --days 10", Exit::Done);
    for words in ["2018-04-03", "2018-03 月报", "2018-04-08", "汇总 2018-03 工作进展（顺延）", "本局", "成立工作专班"]
    {
        assert!(due.contains(words), "{words}: {due}");
    }
    let title = "title = { zh = \"成立工作专班\"";
    county.write("plans/2018.toml", &moved.replace(title, &format!("done = 2018-03-09\n{title}")));
    let due = said(&county, "due --today 2018-04-01 --days 10", Exit::Done);
    assert!(!due.contains("成立工作专班") && due.contains("制定并印发实施方案"), "{due}");
}
