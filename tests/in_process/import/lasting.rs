//! Records that last, by sheets that say what they are: never corrected without a word, and never flattened.

use super::said;
use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/troupe.csv";

/// A troupe of 12 members, and of 15 from 1 July on.
fn county() -> (County, String) {
    let county = County::new();
    county.at("2018-05-25T09:00:00+08:00");
    let id = county.add("troupe 城关镇 5-10 name=秧歌队 discipline=舞蹈 members=12 place=王庄");
    county.at("2018-08-20T09:00:00+08:00");
    said(&county, &format!("change {id} --on 7-1 members=15"), Exit::Done);
    (county, id)
}

fn sheet(county: &County, rows: &str) {
    county.write("troupes.csv", &format!("组建日期,团队名称,艺术门类,队员人数,活动地点\n{rows}"));
}

const IMPORT: &str = "import troupe troupes.csv -t 城关镇";

#[test]
fn update_corrects_what_lasts_only_where_that_is_said() {
    let (county, _) = county();
    sheet(&county, "5-10,秧歌队,舞蹈,12,李庄\n6-1,合唱团,音乐,20,\n");
    let told = county.fails(IMPORT, Exit::Failed);
    holds(&told, &["活动地点 王庄 -> 李庄", "--readings --on 日期", "--update --correct"]);
    let before = county.files();
    let told = county.refused(&format!("{IMPORT} --update"));
    holds(&told, &["--update 是更正", "culture import troupe troupes.csv --readings --on 日期", "--update --correct"]);
    assert!(county.files() == before);
    let text = said(&county, &format!("{IMPORT} --update --correct"), Exit::Done);
    holds(&text, &["新增 1 条，更正 1 条", "自登记之日起", "--readings --on 日期"]);
    // The place in every segment, the members as they were.
    assert_eq!(county.column(LEDGER, "rev"), ["1", "2", "3", "4", "1"]);
    assert_eq!(county.column(LEDGER, "place"), ["王庄", "王庄", "李庄", "李庄", ""]);
    assert_eq!(county.column(LEDGER, "members"), ["12", "15", "12", "15", "20"]);
    assert_eq!(county.column(LEDGER, "effective"), ["", "2018-07-01", "", "2018-07-01", ""]);
    let text = said(&county, &format!("{IMPORT} --update --correct"), Exit::Done);
    holds(&text, &["新增 0 条；重复 2 条，已跳过"]);
    county.ok("undo");
    assert_eq!(county.column(LEDGER, "place")[5..7], ["王庄", "王庄"]);
    holds(&county.refused(&format!("{IMPORT} --correct")), &["--update"]);
}

#[test]
fn of_a_field_that_changed_nobody_can_tell_which_value_is_wrong() {
    let (county, id) = county();
    sheet(&county, "5-10,秧歌队,舞蹈,13,李庄\n");
    let told = county.fails(&format!("{IMPORT} --update --correct"), Exit::Failed);
    let words = format!("{id} 的“队员人数”变动过（起初 12、2018-07-01 起 15），表上是 13");
    holds(&told, &[&words, "troupes.csv:2", &format!("culture edit {id} members=…"), "--readings --on"]);
    assert_eq!(county.column(LEDGER, "rev"), ["1", "2"]);
    // What it was at some time needs no correction.
    sheet(&county, "5-10,秧歌队,舞蹈,15,李庄\n");
    holds(&said(&county, &format!("{IMPORT} --update --correct"), Exit::Done), &["更正 1 条"]);
    assert_eq!(county.column(LEDGER, "members"), ["12", "15", "12", "15"]);
}

/// Until this was refused, the row stood in the ledger of the other year, which then could not be read.
#[test]
fn a_sheet_moves_no_record_to_another_year_nor_past_its_changes() {
    let (county, id) = county();
    let before = county.read(LEDGER);
    sheet(&county, "2017-5-10,秧歌队,舞蹈,12,王庄\n");
    let told = county.fails(&format!("{IMPORT} --update --correct"), Exit::Failed);
    let edit = format!("culture edit {id} date=2017-05-10 --reason 事由");
    holds(&told, &["登记在 2018 年", "2017-05-10", "troupes.csv:2:1", &edit]);
    sheet(&county, "7-10,秧歌队,舞蹈,12,王庄\n");
    let told = county.fails(&format!("{IMPORT} --update --correct"), Exit::Failed);
    holds(&told, &["2018-07-10 晚于已登记的变动 2018-07-01", "troupes.csv:2", "culture change"]);
    assert_eq!(county.read(LEDGER), before);
}

#[test]
fn what_a_record_was_at_some_time_is_no_news() {
    let (county, _) = county();
    for (members, place) in [("12", "王庄"), ("15", "王庄")] {
        sheet(&county, &format!("5-10,秧歌队,舞蹈,{members},{place}\n"));
        holds(&said(&county, IMPORT, Exit::Done), &["新增 0 条；重复 1 条，已跳过"]);
    }
    let told = county.refused("add troupe 城关镇 6-1 name=秧歌队 discipline=音乐");
    holds(&told, &["已有同样的群众文艺团队"]);
}

#[test]
fn a_corrected_row_that_comes_twice_leaves_nothing_behind() {
    let (county, _) = county();
    let row = "5-10,秧歌队,舞蹈,12,李庄\n";
    sheet(&county, &(row.to_owned() + row));
    let text = said(&county, &format!("{IMPORT} --update --correct"), Exit::Done);
    holds(&text, &["更正 1 条；重复 1 条，已跳过"]);
    assert_eq!(county.column(LEDGER, "place"), ["王庄", "王庄", "李庄", "李庄"]);
    let other = County::new();
    other.at("2018-08-20T09:00:00+08:00");
    other.add("troupe 城关镇 5-10 name=秧歌队 discipline=舞蹈");
    other.write("troupes.csv", &county.read("troupes.csv"));
    said(&other, &format!("{IMPORT} --update --correct"), Exit::Done);
    assert!(!other.read(LEDGER).contains("effective"), "nothing changed in time");
}

#[test]
fn a_ledger_shows_from_which_day_each_revision_holds_and_is_no_sheet() {
    let (county, _) = county();
    let text = county.ok("export troupe --ledger");
    let headings: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let at = headings.iter().position(|heading| *heading == "变动日期").unwrap();
    assert_eq!(headings[at..], ["变动日期", "登记时间", "登记人", "事由", "批次"]);
    let days: Vec<&str> = text.lines().skip(1).map(|line| line.split(',').nth(at).unwrap()).collect();
    assert_eq!(days, ["", "2018-07-01"]);
    let english = county.ok("export troupe --ledger --lang en");
    assert_eq!(english.lines().next().unwrap().split(',').nth(at), Some("effective"));
    let json: serde_json::Value = serde_json::from_str(&county.ok("export troupe --ledger --format json")).unwrap();
    assert_eq!(json["records"][0]["effective"], serde_json::Value::Null);
    assert_eq!(json["records"][1]["effective"], "2018-07-01");
    assert!(!county.ok("export performance --ledger").contains("变动日期"));
    assert!(!county.ok("export troupe").contains("变动日期"), "records, not revisions");
    holds(&county.ok("export troupe --today 6-30"), &[",12,"]);
    holds(&county.ok("export troupe"), &[",15,"]);
    // Neither the export nor the ledger itself comes in as records.
    county.ok("export troupe --ledger -o ledger.csv");
    county.ok("export troupe --ledger -o ledger.xlsx");
    county.ok("export troupe --ledger --lang en -o english.csv");
    county.write("raw.csv", &county.read(LEDGER));
    let other = County::new();
    for file in ["out/ledger.csv", "out/ledger.xlsx", "out/english.csv", "raw.csv"] {
        let bytes = std::fs::read(county.dir().join(file)).unwrap();
        let name = file.rsplit('/').next().unwrap();
        std::fs::write(other.dir().join(name), bytes).unwrap();
        for more in ["", " --update --correct", " --readings --on 2018-06-01"] {
            let told = other.refused(&format!("import troupe {name} -t 城关镇{more}"));
            holds(&told, &["这是台账（每次修订一行）", name, "culture export troupe -o troupe.xlsx", "culture merge"]);
        }
    }
    assert!(!other.dir().join(LEDGER).exists());
}

/// Until this was refused, a service point's state (有效) was read as its stage, and a void performance came in as a live one.
#[test]
fn no_ledger_of_any_kind_comes_in_as_records() {
    let county = County::new();
    let id = county.add("performance 城关镇 5-3 into=village place=王庄");
    county.add("service-point 城关镇 5-3 type=home-network place=王庄");
    county.ok(&format!("void {id} --reason 误登"));
    county.ok("export all --ledger -o all.xlsx");
    for kind in ["performance", "service-point", "all"] {
        let told = county.refused(&format!("import {kind} out/all.xlsx"));
        holds(&told, &["这是台账（每次修订一行）"]);
    }
}
