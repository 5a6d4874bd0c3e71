//! All or nothing over all files, tried before it is done, and stopped where there is no end of faults.

use super::said;
use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";

fn sheet(rows: &str) -> String {
    format!("日期,六进,地点,名称,观众\n{rows}")
}

#[test]
fn a_correction_is_tried_before_it_is_made() {
    let county = County::new();
    county.write("may.csv", &sheet("5-3,进农村,王庄,晚会,100\n5-4,进农村,李庄,晚会,\n"));
    said(&county, "import performance may.csv -t 城关镇", Exit::Done);
    county.write("may.csv", &sheet("5-3,进农村,王庄,晚会,150\n5-4,进农村,李庄,晚会,80\n5-5,进农村,刘庄,晚会,1\n"));
    let told = county.fails("import performance may.csv -t 城关镇", Exit::Failed);
    holds(&told, &["观众人次 100 -> 150", "may.csv:2", "加 --update", "有 2 行不能导入，全部未导入"]);
    let before = county.files();
    let text = said(&county, "import performance may.csv -t 城关镇 --update --dry-run", Exit::Done);
    holds(&text, &["城关镇 演出：新增 1 条，更正 2 条；重复 0 条，已跳过", "（--dry-run，未写入）"]);
    assert!(county.files() == before, "a trial wrote");
    let done = said(&county, "import performance may.csv -t 城关镇 --update", Exit::Done);
    holds(&done, &["城关镇 演出：新增 1 条，更正 2 条；重复 0 条，已跳过"]);
    assert!(!done.contains("未写入"), "{done}");
    assert_eq!(county.column(LEDGER, "rev"), ["1", "1", "2", "2", "1"]);
    assert_eq!(county.column(LEDGER, "audience"), ["100", "", "150", "80", "1"]);
    holds(&said(&county, "undo", Exit::Done), &["撤销"]);
    let left = said(&county, "list performance --format csv", Exit::Done);
    assert!(left.contains(",100,") && !left.contains(",150,"), "{left}");
}

/// Until this was refused, the row stood in the ledger of the other year, which then could not be read.
#[test]
fn a_correction_by_a_sheet_moves_no_record_to_another_year() {
    let county = County::new();
    county.write(
        "kinds/stele.toml",
        "id = \"stele\"\ntitle = { zh = \"碑刻\", en = \"stele\" }\nkey = [\"name\"]\n\n[[field]]\nname = \"date\"\n\
         type = \"date\"\ntitle = { zh = \"日期\", en = \"date\" }\nrequired = true\n\n[[field]]\nname = \"name\"\n\
         title = { zh = \"名称\", en = \"name\" }\nrequired = true\n",
    );
    let id = county.add("stele 城关镇 2018-05-03 name=功德碑");
    county.write("steles.csv", "日期,名称\n2017-5-3,功德碑\n");
    let told = county.fails("import stele steles.csv -t 城关镇 --update", Exit::Failed);
    let edit = format!("culture edit {id} date=2017-05-03 --reason 事由");
    holds(&told, &["登记在 2018 年", "steles.csv:2:1", &edit]);
    county.write("steles.csv", "日期,名称\n2018-5-4,功德碑\n");
    holds(&said(&county, "import stele steles.csv -t 城关镇 --update", Exit::Done), &["更正 1 条"]);
    said(&county, edit.strip_prefix("culture ").unwrap(), Exit::Done);
    county.ok("list stele");
}

#[test]
fn one_bad_row_in_one_of_several_files_keeps_all_of_them_out() {
    let county = County::new();
    county.write("a.csv", &sheet("5-3,进农村,王庄,晚会,100\n"));
    county.write("b.csv", &sheet("5-4,进农村,李庄,晚会,约\n5-5,进农村,刘庄,晚会,5\n"));
    county.write("c.csv", &sheet("5-6,进衣村,张庄,晚会,5\n"));
    let told = county.fails("import performance a.csv b.csv c.csv -t 城关镇", Exit::Failed);
    holds(&told, &["b.csv:2:5", "c.csv:2:2", "有 2 行不能导入，全部未导入"]);
    let text = said(&county, "import performance a.csv b.csv c.csv -t 城关镇 --partial", Exit::Found);
    holds(&text, &["b.csv:2:5", "c.csv:2:2", "合计：新增 2 条"]);
    assert_eq!(county.column(LEDGER, "date"), ["2018-05-03", "2018-05-05"]);
    let mut batches = county.column(LEDGER, "batch");
    batches.dedup();
    assert_eq!(batches.len(), 1);
    county.write("b.csv", &sheet("5-4,进农村,李庄,晚会,9\n5-5,进农村,刘庄,晚会,5\n"));
    county.write("c.csv", &sheet("5-6,进农村,张庄,晚会,5\n"));
    let text = said(&county, "import performance a.csv b.csv c.csv -t 城关镇", Exit::Done);
    holds(&text, &["合计：新增 2 条；重复 2 条，已跳过"]);
}

#[test]
fn what_is_set_for_all_stands_under_what_a_row_says() {
    let county = County::new();
    county.write("may.csv", "日期,地点,类别\n5-3,王庄,\n5-4,一中,进校园\n");
    let text = said(&county, "import performance may.csv -t 城关 --set into=进农村 --set 主办单位=文化馆", Exit::Done);
    holds(&text, &["新增 2 条"]);
    assert_eq!(county.column(LEDGER, "into"), ["village", "campus"]);
    assert_eq!(county.column(LEDGER, "organiser"), ["文化馆", "文化馆"]);
    for (set, what) in [
        ("into=进山村", "没有“进山村”这一项"),
        ("无此栏=1", "没有字段“无此栏”"),
        ("无此栏", "应写作 字段=值"),
        ("场次=-1", "场次"),
    ] {
        let ran = county.run(&format!("import performance may.csv -t 城关 --set '{set}'"));
        assert!(ran.exit != Exit::Done && ran.err.contains(what), "{set}: {ran:#?}");
    }
}

#[test]
fn endless_faults_and_remarks_are_not_all_told() {
    let county = County::new();
    let wrong = "日期,六进,地点\n".to_owned() + &"x,y,z\n".repeat(10_100);
    county.write("wrong.csv", &wrong);
    let told = county.fails("import performance wrong.csv -t 城关镇 --partial", Exit::Failed);
    holds(&told, &["wrong.csv:5001:1", "已有 5000 行不能导入，没有再往下读；全部未导入"]);
    assert!(!told.contains("wrong.csv:5002:1"));
    let about = (0..10_003)
        .fold("日期,六进,地点,观众\n".to_owned(), |text, row| text + &format!("5-3,进农村,{row}村,约200人\n"));
    county.write("about.csv", &about);
    let told = said(&county, "import performance about.csv -t 城关镇 --dry-run", Exit::Done);
    holds(&told, &["about.csv:10001:4", "另有 3 条警告，没有逐条列出", "新增 10003 条"]);
}

#[test]
fn empty_sheets_and_those_that_only_explain_are_passed_over() {
    let county = County::new();
    std::fs::write(county.dir().join("sheets.xlsx"), include_bytes!("../../sheets/several-sheets.xlsx")).unwrap();
    let text = said(&county, "import performance sheets.xlsx -t 城关镇", Exit::Done);
    holds(&text, &["工作表“填表说明”中没有表格，未导入", "城关镇 演出：新增 3 条"]);
    assert!(!text.contains("Sheet3"), "{text}");
    let told = county.refused("import performance sheets.xlsx -t 城关镇 --sheet Sheet3");
    holds(&told, &["“Sheet3”没有找到演出的表头", "表是空的"]);
}

#[test]
fn all_that_is_wrong_with_a_row_is_told_at_once() {
    let county = County::new();
    let rows = "5月32日,进衣村,,晚会,约\n5-4,进网站,,晚会,x\n5-5,,,晚会,\n5-6,进山村,,晚会,1\n";
    county.write("may.csv", &sheet(rows));
    let told = county.fails("import performance may.csv -t 城关镇", Exit::Failed);
    // What the place of the first and the last row may be hangs on what cannot be read.
    let places: Vec<&str> = told.lines().filter(|line| line.starts_with(" --> ")).map(|line| &line[13..]).collect();
    assert_eq!(places, ["2:1", "2:2", "2:5", "3:5", "3", "4:2", "4:3", "5:2"], "{told}");
    holds(&told, &["缺少：网络平台", "有 4 行不能导入"]);
}

#[test]
fn copies_of_a_sheet_are_not_overlooked() {
    let county = County::new();
    county.add("troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧");
    std::fs::write(county.dir().join("copies.xlsx"), include_bytes!("../../sheets/copies.xlsx")).unwrap();
    for kind in ["performance", "all"] {
        let text = said(&county, &format!("import {kind} copies.xlsx -t 城关镇 --dry-run"), Exit::Done);
        holds(&text, &["城关镇 演出：新增 2 条", "工作表“说明”的名称不是台账类别，未导入"]);
    }
}
