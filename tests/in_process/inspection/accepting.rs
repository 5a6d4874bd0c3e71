//! Checks on site: what they accept of a record, and what is left of each task.

use crate::common::{County, holds};
use serde_json::Value;

fn task(county: &County, id: &str, more: &str) -> Value {
    let json = county.json(&format!("report acceptance {more}"));
    json["indicators"].as_array().unwrap().iter().find(|task| task["id"] == id).unwrap().clone()
}

#[test]
fn what_is_not_accepted_is_struck_from_every_task_that_the_record_adds_to() {
    let county = County::new();
    let village = county.add("performance 城关镇 2018-05-01 into=village place=王庄 sessions=5");
    county.add("performance 柳塔乡 2018-05-02 into=none place=广场 sessions=2");
    let said = county.ok(&format!("inspect {village} --accepted 3 --verdict 限期整改 --reason 两场无回执"));
    holds(&said, &["已登记抽查结果", "上报 5，认定 3"]);
    let performances = task(&county, "performances", "");
    assert_eq!(
        (&performances["claimed"], &performances["struck"], &performances["final"]),
        (&7.into(), &2.into(), &5.into())
    );
    assert_eq!(performances["inspected"], 1);
    let six = task(&county, "six-entry", "");
    assert_eq!((&six["claimed"], &six["struck"], &six["final"]), (&5.into(), &2.into(), &3.into()));
    let townships = performances["townships"].as_array().unwrap();
    let of = |id: &str| townships.iter().find(|township| township["id"] == id).unwrap();
    assert_eq!((&of("chengguan")["final"], &of("liuta")["final"]), (&3.into(), &2.into()));
    assert_eq!(task(&county, "performances", "--today 2018-04-30")["struck"], 0);
    assert_eq!(task(&county, "performances", "--known 2018-06-27")["claimed"], 0);
    let said = county.ok("report acceptance");
    holds(&said, &["验收情况", "核减", "各类演出：各单位", "尚未抽查的记录（条）：各类演出 1/2；名单："]);
    // Of each township what was claimed, looked at, struck and is left: of who was not inspected too.
    let rows: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
    let last = |name: &str| rows.iter().rfind(|row| row.first() == Some(&name)).unwrap()[1..].to_vec();
    assert_eq!(last("城关镇"), ["5", "1", "2", "3", "-", "-"], "{said}");
    assert_eq!((&of("chengguan")["inspected"], &of("liuta")["inspected"]), (&1.into(), &0.into()));
    assert_eq!(performances["not_inspected"], 1);
    // Who they are.
    let unchecked = county.ok("report acceptance --unchecked --format csv");
    assert!(unchecked.contains("performances,柳塔乡,2018-05-02,2018-05-02 广场,"), "{unchecked}");
    assert!(!unchecked.contains(&village), "{unchecked}");
    county.set("CULTURE_LANG", "en");
    holds(&county.ok("report acceptance"), &["acceptance (as of 2018-06-28)", "Performances: by township"]);
}

#[test]
fn the_later_of_two_inspections_counts_and_a_voided_one_does_not() {
    let county = County::new();
    let id = county.add("performance 城关镇 2018-05-01 into=village place=王庄 sessions=5");
    county.ok(&format!("inspect {id} --accepted 1 --verdict fail --reason 无回执 --date 2018-06-20"));
    holds(&county.refused(&format!("inspect {id} --accepted 5 --verdict pass")), &["2018-06-20 已抽查过", "--again"]);
    county.ok(&format!("inspect {id} --accepted 4 --verdict pass --reason 补来三张 --again --date 2018-06-27"));
    assert_eq!(task(&county, "performances", "")["struck"], 1);
    let second = county.column("townships/chengguan/2018/inspection.csv", "id")[1].clone();
    county.ok(&format!("void {second} --reason 误记"));
    assert_eq!(task(&county, "performances", "")["struck"], 4);
}

#[test]
fn a_record_corrected_or_voided_since_loses_no_more_than_it_adds() {
    let county = County::new();
    let id = county.add("performance 城关镇 2018-05-01 into=village place=王庄 sessions=5");
    county.ok(&format!("inspect {id} --accepted 1 --verdict fail --reason 无回执"));
    county.ok(&format!("edit {id} --sessions 2 --reason 更正"));
    let six = task(&county, "six-entry", "");
    assert_eq!((&six["claimed"], &six["struck"], &six["final"]), (&2.into(), &2.into(), &0.into()));
    let ran = county.run(&format!("void {id} --reason 不实"));
    holds(&ran.err, &["仍有 1 条记录引用"]);
    let six = task(&county, "six-entry", "");
    assert_eq!((&six["claimed"], &six["struck"], &six["final"]), (&0.into(), &0.into(), &0.into()));
}

#[test]
fn people_known_by_number_only_are_struck_before_those_named() {
    let county = County::new();
    let course = county.add("training 城关镇 2018-05-01 topic=合唱 trainees=5");
    county.add(&format!("trainee training={course} name=李一 phone_tail=0001 sent_by=柳塔乡"));
    county.ok(&format!("inspect {course} --accepted 3 --verdict rectify --reason 两人未到"));
    let trained = task(&county, "trained", "");
    assert_eq!((&trained["claimed"], &trained["struck"], &trained["final"]), (&5.into(), &2.into(), &3.into()));
    let liuta = trained["townships"].as_array().unwrap().iter().find(|township| township["id"] == "liuta").unwrap();
    assert_eq!((&liuta["claimed"], &liuta["final"]), (&1.into(), &1.into()), "the person named stays");
}

#[test]
fn claims_are_computed_and_what_is_struck_has_its_reason() {
    let county = County::new();
    let id = county.add("performance 城关镇 2018-05-01 into=village place=王庄 sessions=2");
    holds(
        &county.refused(&format!("inspect {id} --accepted 3 --verdict pass")),
        &["认定数 3 多于上报数 2", "culture edit"],
    );
    holds(&county.refused(&format!("inspect {id} --accepted 1 --verdict pass")), &["核减 1，没有写明原因"]);
    holds(&county.refused(&format!("inspect {id} --verdict pass")), &["没有写明认定数"]);
    holds(&county.refused(&format!("inspect {id} --accepted 2")), &["验收结论"]);
    county.refused(&format!("inspect {id} --accepted 2 --verdict pass --claimed 9"));
    let item = county.add("publicity 城关镇 2018-05-01 title=演出 outlet=县报");
    holds(&county.refused(&format!("inspect {item} --accepted 1 --verdict pass")), &["没有计入2018年方案的任务"]);
    county.ok(&format!("void {id} --reason 误报"));
    holds(&county.refused(&format!("inspect {id} --accepted 0 --verdict fail --reason 误报")), &["已经作废"]);
}
