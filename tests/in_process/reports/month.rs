//! The clerk's month: reports come in and are sent back, due days move, the dates go into a calendar.

use crate::common::{County, PLAN};
use culture::base::fault::Exit;

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
    let point = county.add("service-point 柳屯镇 5-21 type=home-network place=柳屯村");
    let refused = county.refused("submit 5月 -t 柳屯镇 --zero");
    assert!(refused.contains(&format!("服务点 “进村入户”服务点 柳屯村（{point}）")), "{refused}");
    let refused = county.refused("submit 5月 -t 城关镇 -t 柳塔乡 --zero");
    assert!(refused.contains("有 1 条记录，不能零报告") && refused.contains(&id), "{refused}");
    said(&county, "submit 5月 -t 柳塔乡 --zero", Exit::Done);
    assert!(county.refused("submit 5月 -t 柳塔乡").contains("报过"), "a second report");
    let early = said(&county, "submit 6月 -t 柳塔乡 --zero", Exit::Done);
    assert!(early.contains("当月到 2018-06-30 才结束"), "{early}");
}

#[test]
fn a_report_sent_back_counts_again_when_it_comes_again() {
    let county = County::new();
    county.at("2018-06-04T09:00:00+08:00");
    said(&county, "submit 5月 -t 城关镇 --zero", Exit::Done);
    county.at("2018-06-06T09:00:00+08:00");
    let refused = county.refused("return 5月 -t 柳塔乡 --reason 数据不全");
    assert!(refused.contains("柳塔乡没有可退回的 2018-05 月报"), "{refused}");
    said(&county, "return 5月 -t 城关镇 --reason 数据不全", Exit::Done);
    let again = county.refused("return 5月 -t 城关镇 --reason 数据不全");
    assert!(again.contains("城关镇 2018-05 月报已于 2018-06-06 退回，还没有重新报送"), "{again}");
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
    let holidays = include_str!("../../../src/holidays/2018.toml");
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
    for words in
        ["2018-03-10", "工作安排", "0310-5550001", "【提醒】城关镇、柳塔乡、柳屯镇：请于 2018-03-10 前报送工作安排。"]
    {
        assert!(due.contains(words), "{words}: {due}");
    }
    let unknown = "没有 2018 年节假日数据（holidays/2018.toml），报送期限只按周末推算。";
    assert!(!due.contains("只按周末推算"), "no due day is moved: {due}");
    county.write("plans/2018.toml", &PLAN.replacen("rest_day = \"keep\"", "rest_day = \"next\"", 1));
    for command in ["due --today 2018-03-05", "status --today 2018-03-05", "report month 3月 --today 2018-04-05"] {
        let due = said(&county, command, Exit::Done);
        assert!(due.contains(unknown), "{command}: {due}");
    }
    let checked = county.run("check");
    assert!(checked.out.contains("但没有 2018 年节假日数据"), "{checked:#?}");
    county.write("plans/2018.toml", PLAN);
    // A figure is parted from the words before it; one is one.
    let due = said(&county, "due --today 2018-04-01 --days 10", Exit::Done);
    assert!(due.contains("请于 2018-04-05 前报送 2018-03 月报。"), "{due}");
    for name in ["柳塔乡", "柳屯镇", "文化馆"] {
        county.at("2018-04-02T09:00:00+08:00");
        said(&county, &format!("submit 3月 -t {name} --zero"), Exit::Done);
    }
    let due = said(&county, "due --today 2018-04-03 --days 10 --lang en", Exit::Done);
    assert!(due.contains(" 1 township\n") && !due.contains("1 townships"), "{due}");
    assert!(county.refused("due --days -3").contains("“-3”不能作为“--days <天数>”的值"));
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
    assert!(county.ok("list performance").contains("未能标出报后补录"));
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
        "培训文艺骨干 3 人：有名册 1 人，仅报人数 2 人（未核姓名，可能重复）。",
        "月报（至 2018-06-04）：按时 2、迟报 0、退回 0、未报 2、零报告 1；报后补录 0 条",
        "秧歌培训",
        "骨干年龄偏大",
        "无数量指标的重点任务：最新进展",
        "已开放五处",
    ] {
        assert!(summary.contains(words), "{words}: {summary}");
    }
    assert!(!summary.contains("已开放三处") && !summary.contains("全部开放"), "{summary}");
    let status = county.json("status");
    assert_eq!((&status["indicators"][0]["named"], &status["indicators"][0]["unnamed"]), (&1.into(), &2.into()));
    assert!(county.ok("status").contains("有名册 1 人，仅报人数 2 人（未核姓名，可能重复）"));
}

#[test]
fn the_bureaus_own_duties_stay_until_they_are_done() {
    let county = County::new();
    county.write("holidays/2018.toml", include_str!("../../../src/holidays/2018.toml"));
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

#[test]
fn the_summary_is_there_for_programs_too() {
    let county = County::new();
    let shares = "target = 60\nshares = { chengguan = 40, liuta = 20 }\nclause = \"2018年,全县各类演出总场次";
    let plan = PLAN.replace("target = 60\nclause = \"2018年,全县各类演出总场次", shares);
    assert_ne!(plan, PLAN);
    county.write("plans/2018.toml", &plan);
    county.at("2018-06-03T09:00:00+08:00");
    county.add("performance 城关镇 4-20 into=village place=刘庄村 sessions=2");
    county.add("performance 城关镇 5-20 into=village place=刘庄村 sessions=3");
    county.add("training 柳塔乡 5-10 topic=秧歌 place=文化站 trainees=3");
    county.add("progress 城关镇 5-02 task=免费开放 text=已开放三处 percent=40");
    county.at("2018-06-04T09:00:00+08:00");
    said(&county, "submit 5月 -t 城关镇 --highlights 秧歌培训", Exit::Done);
    let report = county.json("report month 5月");
    assert_eq!((&report["schema"], &report["month"]), (&"culture.month/1".into(), &"2018-05".into()));
    assert_eq!((&report["as_of"], &report["today"]), (&"2018-05-31".into(), &"2018-06-04".into()));
    let of = |id: &str| report["indicators"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
    let performances = of("performances");
    // 82 of the 113 days from 10 March to 1 July, of 30.
    assert_eq!((&performances["course"], &performances["difference"]), (&"21.7".into(), &"-16.7".into()));
    assert_eq!((&performances["in_month"], &performances["done"]), (&3.into(), &5.into()));
    assert_eq!((&performances["required"], &performances["lacking"]), (&30.into(), &25.into()));
    assert_eq!((&performances["first"], &performances["last"]), (&["chengguan"].into(), &["liuta"].into()));
    let chengguan = &performances["townships"][0];
    assert_eq!((&chengguan["in_month"], &chengguan["done"], &chengguan["target"]), (&3.into(), &5.into(), &40.into()));
    assert_eq!((&chengguan["percent"], &chengguan["state"]), (&serde_json::json!(12.5), &"behind".into()));
    let trained = of("trained");
    assert_eq!((&trained["named"], &trained["unnamed"]), (&0.into(), &3.into()));
    assert_eq!((&trained["townships"][1]["unnamed"], &trained["townships"][1]["target"]), (&3.into(), &().into()));
    let reports = &report["reports"];
    assert_eq!((&reports["on_time"], &reports["open"], &reports["due"]), (&1.into(), &3.into(), &"2018-06-05".into()));
    assert_eq!(reports["townships"][0]["late_entries"], 0);
    assert_eq!(report["told"][0]["records"][0]["highlights"], "秧歌培训");
    assert_eq!(report["latest"][0]["records"][0]["text"], "已开放三处");
    assert_eq!((&report["corrections"], &report["money"]), (&().into(), &().into()));
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&report),
        "schema plan month as_of today known_at indicators reports told latest corrections money adjustment"
    );
}

#[test]
fn a_townships_page_tells_its_people_apart_and_what_it_spent() {
    let county = County::new();
    let training = county.add("training 城关镇 5-10 topic=秧歌 place=文化站 trainees=3");
    county.add(&format!("trainee 城关镇 training={training} name=王芳 home=南村"));
    county.add("expense 城关镇 4-20 heading=training amount=120.50 voucher=1");
    county.add("expense 文化馆 5-20 heading=other amount=30 voucher=2");
    let page = county.ok("status -t 城关镇");
    assert!(page.contains("培训文艺骨干 3 人：有名册 1 人，仅报人数 2 人（未核姓名，可能重复）。"), "{page}");
    assert!(page.contains("支出 120.50 元。"), "{page}");
    let page = county.ok("status -t 柳塔乡");
    assert!(!page.contains("有名册") && !page.contains("支出 "), "{page}");
    let page = county.ok("status --by-township");
    assert!(
        page.contains("有名册 1 人，仅报人数 2 人") && page.contains("支出（元）：城关镇 120.50、文化馆 30.00"),
        "{page}"
    );
    let page = county.ok("status --by-month");
    assert!(
        page.contains("支出（元）：4月 120.50、5月 30.00") && page.contains("有名册 1 人，仅报人数 2 人"),
        "{page}"
    );
    let status = county.json("status");
    let townships = status["indicators"][0]["townships"].clone();
    assert_eq!((&townships[0]["named"], &townships[0]["unnamed"]), (&1.into(), &2.into()));
    let money = &status["money"];
    assert_eq!((&money["months"][3]["spent"], &money["townships"][0]["spent"]), (&"120.50".into(), &"120.50".into()));
}

#[test]
fn after_the_last_day_nobody_is_merely_behind() {
    let county = County::new();
    let shares = "target = 60\nshares = { chengguan = 60 }\nclause = \"2018年,全县各类演出总场次";
    county.write("plans/2018.toml", &PLAN.replace("target = 60\nclause = \"2018年,全县各类演出总场次", shares));
    let page = county.ok("status --today 2018-12-01");
    assert!(page.contains("各类演出，滞后单位 1 个：城关镇 0/60"), "{page}");
    let page = county.ok("status --today 2018-12-02");
    assert!(page.contains("各类演出，逾期未完成 1 个：城关镇 0/60") && !page.contains("滞后单位"), "{page}");
    assert!(county.ok("status --today 2018-12-02 --lang en").contains("Performances, missed their share (1):"));
}
