//! The worked examples of `docs/counting.md` come out as it says.

use super::{followed, text_of};
use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;
use culture::figures::deadline::DeadlineState;
use culture::figures::progress::MilestoneState;
use serde_json::{Value, json};

/// The value of an indicator in a status.
#[track_caller]
fn of(county: &County, indicator: &str, command: &str) -> Value {
    let status = county.json(command);
    let found = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == indicator).cloned();
    found.unwrap_or_else(|| panic!("no {indicator} in {command}"))
}

#[track_caller]
fn says(pieces: &[&str]) {
    holds(&text_of("counting.md").replace("\n> ", " ").replace('\n', " "), pieces);
}

/// A county whose plan asks for something else.
fn with_plan(from: &str, to: &str) -> County {
    let county = County::new();
    assert!(PLAN.contains(from), "{from}");
    county.write("plans/2018.toml", &PLAN.replacen(from, to, 1));
    county
}

/// With shares of 31, 13 and 16 in performances.
fn shared() -> County {
    let county = County::new();
    county.write("weights.csv", "城关镇,31\n柳塔乡,13\n柳屯镇,16\n");
    let _ = county.ok("plan apportion performances --weights weights.csv");
    county
}

fn shows(county: &County, sessions: u32, on: &str) -> String {
    county.add(&format!("performance 城关镇 {on} into=village place=刘庄村 title={on} sessions={sessions}"))
}

#[test]
fn states_are_called_as_the_program_calls_them() {
    let milestones = MilestoneState::ALL.map(|state| (state.token(), state.title().zh));
    let deadlines = [
        DeadlineState::OnTime,
        DeadlineState::Late,
        DeadlineState::Returned,
        DeadlineState::Missing,
        DeadlineState::Open,
    ]
    .map(|state| (state.token(), state.title().zh));
    let text = text_of("counting.md");
    for (token, zh) in milestones.into_iter().chain(deadlines) {
        let row = format!("\n| `{token}` | {zh} | ");
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn what_was_known_when() {
    let county = County::new();
    county.at("2018-06-03T10:00:00+08:00");
    shows(&county, 1, "2018-05-30");
    assert_eq!(of(&county, "performances", "status --today 2018-05-31")["done"], 1);
    assert_eq!(of(&county, "performances", "status --today 2018-05-31 --known 2018-06-01")["done"], 0);
    county.at("2019-01-15T10:00:00+08:00");
    assert_eq!(of(&county, "performances", "status")["done"], 1);
    says(&["A performance of 30 May is entered on 3 June"]);
}

#[test]
fn a_troupe_stands_until_the_day_before_its_end() {
    let county = County::new();
    county.at("2018-07-02T10:00:00+08:00");
    county.add("troupe 城关镇 2017-06-01 name=秧歌队 discipline=dance disbanded=2018-06-30");
    for (day, stands) in [("2018-06-29", 1), ("2018-06-30", 0)] {
        assert_eq!(of(&county, "troupes-standing", &format!("status --today {day}"))["done"], stands, "{day}");
        assert_eq!(of(&county, "troupes", &format!("status --today {day}"))["done"], 0);
    }
    says(&["founded on 1 June 2017 and disbanded on 30 June 2018"]);
}

#[test]
fn people_are_counted_once() {
    let county = followed("counting.md");
    let trained = of(&county, "trained", "status");
    assert_eq!((&trained["done"], &trained["named"], &trained["unnamed"]), (&5.into(), &2.into(), &3.into()));
    let done: Vec<&Value> = trained["townships"].as_array().unwrap().iter().map(|one| &one["done"]).collect();
    assert_eq!(done[..2], [3, 2]);
    says(&["The county has 5: 王芳 once, on 1 April, for 柳塔乡; 李娜 for 柳塔乡; three known by headcount only"]);
}

#[test]
fn per_cent_is_truncated_and_not_capped() {
    let county = County::new();
    shows(&county, 34, "2018-05-01");
    assert_eq!(of(&county, "performances", "status")["percent"], json!(56.6));
    shows(&county, 32, "2018-05-02");
    assert_eq!(of(&county, "performances", "status")["percent"], json!(110.0));
    let large = with_plan("target = 60", "target = 10000");
    shows(&large, 5996, "2018-05-01");
    assert_eq!(of(&large, "performances", "status")["percent"], json!(59.9));
    says(&["34 of 60 is 56.6 %, not 56.7 %; 5,996 of 10,000 is 59.9 %; 66 of 60 is 110.0 %"]);
}

#[test]
fn a_milestone_is_met_late() {
    let county = County::new();
    county.at("2018-12-20T10:00:00+08:00");
    shows(&county, 59, "2018-12-01");
    shows(&county, 1, "2018-12-02");
    let last = |day: &str| of(&county, "performances", &format!("status --today {day}"))["milestones"][1].clone();
    assert_eq!((&last("2018-12-01")["state"], &last("2018-12-02")["state"]), (&"behind".into(), &"met-late".into()));
    assert_eq!(last("2018-12-20")["reached_on"], "2018-12-02");
    let odd = with_plan("target = 60", "target = 25");
    shows(&odd, 12, "2018-05-01");
    let first = of(&odd, "performances", "status --today 2018-07-02")["milestones"][0].clone();
    assert_eq!((&first["required"], &first["state"]), (&13.into(), &"missed".into()));
    says(&["A target of 25 requires 13 at 50 %: 12.5 is not reached by 12"]);
}

#[test]
fn the_course_is_not_rounded() {
    let county = County::new();
    shows(&county, 18, "2018-05-01");
    let on = "--today 2018-05-20";
    let state = || of(&county, "performances", &format!("status {on}"))["milestones"][0]["state"].clone();
    assert_eq!(state(), "behind");
    assert_eq!(of(&county, "performances", &format!("report month 2018-05 {on}"))["course"], "18.8");
    let status = county.ok(&format!("status {on} --lang en --format csv"));
    let row = status.lines().find(|line| line.starts_with("Performances,")).unwrap();
    assert!(row.ends_with(",9"), "{row}");
    shows(&county, 1, "2018-05-20");
    assert_eq!(state(), "on-course");
    says(&["30 × 71 ÷ 113 = 18.84…, shown as 18.8", "12 × 30 ÷ 42 = 8.57…, so 9 a month"]);
}

#[test]
fn a_milestone_asks_each_for_its_own_half() {
    let county = shared();
    let parted = of(&county, "performances", "report milestone 2018-07-01");
    let required: Vec<&Value> = parted["townships"].as_array().unwrap().iter().map(|one| &one["required"]).collect();
    assert_eq!(required[..3], [16, 7, 8]);
    says(&["60 is shared as 31, 13 and 16", "By 1 July 16, 7 and 8 are required, 31 together, and 30 of the county"]);
}

#[test]
fn a_report_that_was_sent_back_counts_when_it_comes_again() {
    let county = with_plan("rest_day = \"keep\"", "rest_day = \"next\"");
    county.write("holidays/2018.toml", include_str!("../../../data/holidays/2018.toml"));
    county.add("monthly-report 城关镇 2018-05-04 month=2018-04 returned=2018-05-06");
    county.add("monthly-report 城关镇 2018-05-08 month=2018-04");
    let april = |day: &str| county.json(&format!("status --today {day}"))["monthly_reports"][1].clone();
    assert_eq!(april("2018-05-08")["due"], "2018-05-07");
    for (day, state) in [("2018-05-05", "on-time"), ("2018-05-06", "returned"), ("2018-05-08", "late")] {
        assert_eq!(april(day)["townships"][0]["state"], state, "{day}");
    }
    says(&["A report of 4 May that was sent back on 6 May, and came again on 8 May, is `late`"]);
}

#[test]
fn what_is_entered_behind_a_closing() {
    let county = County::new();
    county.at("2018-06-06T10:00:00+08:00");
    shows(&county, 4, "2018-05-10");
    assert_eq!(county.run("close 2018-05 --despite 报送未齐").exit, Exit::Done);
    county.at("2018-06-12T10:00:00+08:00");
    let late = "add performance 城关镇 2018-05-20 into=village place=王庄村 title=补";
    holds(&county.refused(late), &["--late"]);
    assert_eq!(county.run(&format!("{late} --late 漏报")).exit, Exit::Done);
    assert_eq!(of(&county, "performances", "status --today 2018-05-31")["done"], 5);
    holds(&county.read("closings/2018-05.toml"), &["month = \"4\"\nyear = \"4\""]);
    holds(&county.ok("restate 2018-05"), &["漏报", "王芳", "2018-06-12"]);
    let _ = county.ok("verify 2018-05");
    says(&["May was issued with 4 performances"]);
}

#[test]
fn who_is_named_by_the_course() {
    let county = County::new();
    county.write("weights.csv", "城关镇,20\n柳塔乡,20\n柳屯镇,20\n");
    let _ = county.ok("plan apportion performances --weights weights.csv");
    shows(&county, 4, "2018-05-01");
    let points = || {
        let lagging = county.json("lagging --today 2018-05-20");
        let findings = lagging["findings"].as_array().unwrap().clone();
        let its = |one: &&Value| one["township"] == "chengguan" && one["indicator"] == "performances";
        findings.iter().find(its).map(|one| one["points_behind"].clone())
    };
    assert_eq!(points(), Some("11.4".into()));
    shows(&county, 1, "2018-05-02");
    assert_eq!(points(), None);
    says(&["with 4 done the township is 11.4 points of its 20 behind"]);
}

#[test]
fn what_one_performance_cost() {
    let county = County::new();
    shows(&county, 3, "2018-03-12");
    county.add("expense 城关镇 2018-03-12 heading=performances amount=100.01");
    let money = county.json("status")["money"].clone();
    let heading = money["headings"].as_array().unwrap().iter().find(|one| one["heading"] == "performances").unwrap();
    assert_eq!(heading["each"], "33.33");
    says(&["100.01 yuan for 3 performances: 33.33 each"]);
}

#[test]
fn no_more_is_disallowed_than_a_record_still_adds() {
    let county = County::new();
    let id = county.add("training 城关镇 2018-04-02 topic=合唱 trainees=30");
    let ran = county.run(&format!("inspect {id} --indicator trained --accepted 26 --verdict rectify --reason 重名"));
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    let accepted = || of(&county, "trained", "report acceptance");
    let before = accepted();
    let _ = county.ok(&format!("edit {id} --trainees 3 --reason 核实"));
    assert_eq!((&before["final"], &accepted()["final"]), (&26.into(), &0.into()), "{before:#}");
    says(&["A training claims 30 people and 26 are accepted"]);
}
