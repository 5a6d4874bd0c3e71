//! Correcting and voiding: the next revision, and what stays on record.

use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";
const LINE: &str = "performance 城关镇 3-10 into=village place=刘庄村 audience=200";

#[test]
fn a_correction_is_a_new_row_with_all_fields() {
    let county = County::new();
    let id = county.add(LINE);
    let before = county.read(LEDGER);
    let said = county.ok(&format!("edit {} --audience 260 note=已核 --reason 清点签到表", &id[..5]));
    holds(&said, &[&id, "观众人次 200 -> 260"]);
    let after = county.read(LEDGER);
    assert!(after.starts_with(&before), "only ever appended");
    let rows = county.rows(LEDGER);
    assert_eq!(rows[2][..6], [&id, "2", "live", "2018-03-10", "village", "刘庄村"]);
    assert_eq!(county.column(LEDGER, "audience"), ["200", "260"]);
    assert_eq!(county.column(LEDGER, "reason"), ["", "清点签到表"]);
}

#[test]
fn the_history_says_who_when_what_and_why() {
    let county = County::new();
    let id = county.add(LINE);
    county.ok(&format!("edit {id} --audience 260 --reason 核实 --by 李明"));
    county.ok(&format!("void {id} --reason 重复"));
    let shown = county.ok(&format!("show {id} --history"));
    holds(&shown, &["修订历史", "登记", "观众人次", "200 -> 260", "核实", "李明", "作废", "重复", "2018-06-28 10:00"]);
    let json = county.json(&format!("show {id} --history"));
    let states: Vec<&str> =
        json["history"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["live", "live", "void"]);
    assert_eq!(json["record"]["rev"], 3);
    assert!(county.json(&format!("show {id}")).get("history").is_none());
}

#[test]
fn a_reason_is_asked_for() {
    let county = County::new();
    let id = county.add(LINE);
    for line in [format!("edit {id} --audience 260"), format!("void {id}")] {
        holds(&county.refused(&line), &["--reason"]);
        holds(&county.refused(&format!("{line} --reason -")), &["没有写明事由"]);
    }
}

#[test]
fn a_correction_that_changes_nothing_is_refused() {
    let county = County::new();
    let id = county.add(LINE);
    holds(&county.refused(&format!("edit {id} --audience 200 --reason 核实")), &["没有任何变动"]);
    holds(&county.refused(&format!("edit {id} --reason 核实")), &["没有任何变动"]);
}

#[test]
fn a_correction_is_checked_as_an_entry_is() {
    let county = County::new();
    let id = county.add(LINE);
    let other = county.add("performance 城关镇 3-11 into=village place=刘庄村");
    for (change, why) in [
        ("--date 2018-06-29", "晚于今天"),
        ("--date 2018310", "分不清"),
        ("--place -", "缺少：演出地点"),
        ("--into website", "缺少：网络平台"),
        ("--audience 无数", "无数"),
        ("刘庄村", "“刘庄村”没有写明填在哪一栏"),
        ("--township 柳", "柳塔乡"),
        ("note==1+1", "错误"),
    ] {
        holds(&county.refused(&format!("edit {id} {change} --reason 核实")), &[why]);
    }
    holds(&county.refused(&format!("edit {id} --date 3-11 --reason 核实")), &["已有同样的演出", &other]);
    county.ok(&format!("edit {id} --date 3-11 --reason 核实 --again"));
}

#[test]
fn a_void_record_is_voided_once_and_can_be_corrected_back() {
    let county = County::new();
    let id = county.add(LINE);
    county.ok(&format!("void {id} --reason 误报"));
    holds(&county.refused(&format!("void {id} --reason 误报")), &["已经作废"]);
    let said = county.refused(&format!("edit {id} --audience 210 --reason 确有其事"));
    holds(&said, &["已经作废，不能更正（误报）", "--restore"]);
    county.ok(&format!("edit {id} --audience 210 --reason 确有其事 --restore"));
    assert_eq!(county.column(LEDGER, "state"), ["live", "void", "live"]);
}

#[test]
fn another_township_means_void_here_and_entered_there() {
    let county = County::new();
    let id = county.add(LINE);
    let said = county.ok(&format!("edit {id} --township 柳塔乡 --audience 260 --reason 报错单位"));
    let there = "townships/liuta/2018/performance.csv";
    let new = county.column(there, "id").pop().unwrap();
    holds(&said, &[&id, &new, "柳塔乡"]);
    assert_eq!(county.column(LEDGER, "state"), ["live", "void"]);
    assert_eq!((county.column(there, "rev"), county.column(there, "audience")), (vec!["1".into()], vec!["260".into()]));
    holds(&county.column(LEDGER, "reason")[1], &["报错单位", &new]);
    holds(&county.column(there, "reason")[0], &["报错单位", &id]);
    assert_eq!(county.column(LEDGER, "batch")[1], county.column(there, "batch")[0], "one batch");
    assert_eq!(county.column(LEDGER, "audience"), ["200", "200"], "the void keeps what was there");
}

#[test]
fn another_year_means_void_there_and_entered_here() {
    let county = County::new();
    let id = county.add(LINE);
    let ran = county.run(&format!("edit {id} --date 2017-12-30 --reason 记错年份"));
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["没有 2017 年的实施方案"]);
    let there = "townships/chengguan/2017/performance.csv";
    let new = county.column(there, "id").pop().unwrap();
    assert_eq!(county.column(LEDGER, "state"), ["live", "void"]);
    holds(&county.column(LEDGER, "reason")[1], &[&new]);
    holds(&county.column(there, "reason")[0], &[&id]);
}

#[test]
fn a_record_that_others_refer_to_is_not_moved() {
    let county = County::new();
    let troupe = county.add("troupe 城关镇 3-1 name=红旗秧歌队 discipline=dance");
    let performance = county.add(&format!("{LINE} troupe=红旗秧歌队"));
    for change in ["--township 柳塔乡", "--date 2017-03-01"] {
        let said = county.refused(&format!("edit {troupe} {change} --reason 报错"));
        holds(&said, &["不能移走", &performance]);
    }
    county.ok(&format!("void {performance} --reason 误报"));
    county.ok(&format!("edit {troupe} --township 柳塔乡 --reason 报错"));
}

#[test]
fn voiding_what_others_refer_to_is_remarked_upon() {
    let county = County::new();
    let troupe = county.add("troupe 城关镇 3-1 name=红旗秧歌队 discipline=dance");
    let performance = county.add(&format!("{LINE} troupe=红旗秧歌队"));
    let ran = county.run(&format!("void {troupe} --reason 重复"));
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["仍有 1 条记录引用", &performance]);
}

#[test]
fn ids_are_found_by_their_beginning_and_never_guessed() {
    let county = County::new();
    let header = "id,rev,state,date,title,outlet,level,url,note,entered_at,entered_by,reason,batch\n";
    let row = |id: &str, title: &str| {
        format!("{id},1,live,2018-03-10,{title},日报,,,,2018-03-10T09:00:00+08:00,王芳,,zzzzzzzzzzzz\n")
    };
    let text = format!("{header}{}{}", row("bbbbbbbbbbbb", "甲"), row("bbbbbbbbbbbc", "乙"));
    county.write("townships/chengguan/2018/publicity.csv", &text);
    for line in ["show bbb", "edit bbb title=丙 --reason 核实", "void bbb --reason 核实"] {
        holds(&county.refused(line), &["可能指 2 条记录", "bbbbbbbbbbbb", "bbbbbbbbbbbc", "甲", "乙"]);
    }
    holds(&county.ok("show bbbbbbbbbbbc"), &["乙"]);
    holds(&county.refused("show ccc"), &["没有编号以“ccc”开头的记录"]);
    holds(&county.refused("show 晚会"), &["“晚会”不是记录编号"]);
}
