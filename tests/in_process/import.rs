//! `culture import`: all or nothing, never twice, what is wrong said with its place; and the way out to a spreadsheet and
//! back.

mod back;
mod form;
mod lasting;
mod reading;
mod readings;
mod returned;
mod safe;
mod sent;
mod told;
mod workbook;

use crate::common::County;
use culture::base::fault::Exit;

const SHEET: &str = "\
2018年5月城关镇演出统计表,,,,,,
填报单位：城关镇,,填报日期：2018年5月28日,,,,
序号,演出日期,类别,演出地点,演出名称,观众人数（人）,演出团体
1,5月20日,进农村,王庄,消夏晚会,约200人,王庄艺术团
2,2018.5.21,进社区,光明社区,消夏晚会,\"1,200\",〃
3,2018/5/22,进机关,机关大院,红歌会,三百,同上
,合计,,,,1700,
填表人：王芳,,,,,,
";

/// All that a command says which ends so; warnings do not matter.
#[track_caller]
fn said(county: &County, line: &str, exit: Exit) -> String {
    let ran = county.run(line);
    assert!(ran.exit == exit, "culture {line}\n{ran:#?}");
    ran.out + &ran.err
}

/// Sheets of `rows` performances.
fn large(rows: usize) -> String {
    (0..rows).fold("演出日期,类别,演出地点,演出名称\n".to_owned(), |text, row| {
        text + &format!("2018-05-20,进农村,{row}村,晚会\n")
    })
}

#[test]
fn a_large_file_shows_how_far_it_is_on_a_terminal_only() {
    let county = with_sheet(&large(5_100));
    let line = "import performance may.csv -t 城关镇 --dry-run";
    assert_eq!(county.run(line).err, "");
    county.watch();
    assert_eq!(county.run(&format!("{line} --quiet")).err, "");
    let ran = county.run(line);
    assert_eq!(ran.err, "\r正在读取 may.csv：98%\x1b[K\r正在写入台账\x1b[K\r\x1b[K");
    assert!(ran.out.contains("新增 5100 条"), "{}", ran.out);
}

/// A large file is read in parts of 5,000 rows: what a row has to do with rows of other parts is found nevertheless.
#[test]
fn rows_far_apart_know_of_each_other() {
    let rows = (1..=10_400).map(|row| match row {
        // As above, and what is above stands in the part before.
        5_001 => "〃,同上,5001村,〃".to_owned(),
        7_000 => "2018-05-20,进农村,10村,晚会".to_owned(),
        10_300 => "2018-05-20,进社区,5000村,晚会".to_owned(),
        10_301 => "2018-05-20,进农村,,晚会".to_owned(),
        _ => format!("2018-05-20,进农村,{row}村,晚会"),
    });
    let sheet = format!("演出日期,类别,演出地点,演出名称\n{}\n", rows.collect::<Vec<_>>().join("\n"));
    let county = with_sheet(&sheet);
    let text = said(&county, "import performance may.csv -t 城关镇 --partial", Exit::Found);
    assert!(text.contains("新增 10397 条；重复 1 条，已跳过"), "{text}");
    assert!(text.contains("与 may.csv:11 完全相同，只收一条\n --> may.csv:7001"), "{text}");
    assert!(text.contains("与 may.csv:5001 是同一条记录，内容却不同\n --> may.csv:10301"), "{text}");
    assert!(text.contains("缺少：演出地点\n --> may.csv:10302:3"), "{text}");
    let ledger = county.read("townships/chengguan/2018/performance.csv");
    let places: Vec<&str> = ledger.lines().skip(1).map(|line| line.split(',').nth(5).unwrap()).collect();
    let wanted: Vec<String> =
        (1..=10_400).filter(|row| ![7_000, 10_300, 10_301].contains(row)).map(|row| format!("{row}村")).collect();
    assert_eq!(places, wanted);
    let ids: std::collections::HashSet<&str> = ledger.lines().map(|line| &line[..12.min(line.len())]).collect();
    assert_eq!(ids.len(), ledger.lines().count());
    let text = said(&county, "import performance may.csv -t 城关镇 --partial", Exit::Found);
    assert!(text.contains("新增 0 条；重复 10398 条，已跳过"), "{text}");
    assert_eq!(county.read("townships/chengguan/2018/performance.csv"), ledger);
}

#[test]
fn columns_kept_in_the_settings_need_no_map() {
    let county = with_sheet("何时,哪里,啥类\n5-1,王庄,进农村\n");
    let text = said(&county, "import performance may.csv -t 城关镇", Exit::Usage);
    assert!(text.contains("没有找到演出的表头"), "{text}");
    let settings = county.read("culture.toml");
    county.write(
        "culture.toml",
        &(settings + "[map.performance]\n\"何时\" = \"date\"\n\"哪里\" = \"演出地点\"\n\"啥类\" = \"into\"\n"),
    );
    let text = said(&county, "import performance may.csv -t 城关镇", Exit::Done);
    assert!(text.contains("新增 1 条"), "{text}");
    // Another sheet need not have them; what is said of it by --map, it must.
    county.write("june.csv", "日期,地点,六进\n6-1,王庄,进农村\n");
    let text = said(&county, "import performance june.csv -t 城关镇", Exit::Done);
    assert!(text.contains("新增 1 条"), "{text}");
    let text = said(&county, "import performance june.csv -t 城关镇 --map 何时=date", Exit::Usage);
    assert!(text.contains("没有“何时”这一列"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let county = County::new();
    let made = std::process::Command::new("mkfifo").arg(county.dir().join("pipe.csv")).status().unwrap();
    assert!(made.success());
    let text = said(&county, "import performance pipe.csv", Exit::Failed);
    assert!(text.contains("不是普通文件"), "{text}");
}

/// A county with the sheet in its folder.
fn with_sheet(sheet: &str) -> County {
    let county = County::new();
    county.write("may.csv", sheet);
    county
}

#[test]
fn a_sheet_comes_in_once_in_one_batch() {
    let county = with_sheet(SHEET);
    let text = said(&county, "import performance may.csv", Exit::Done);
    assert!(text.contains("城关镇 演出：新增 3 条"), "{text}");
    let rows = said(&county, "list performance --format csv", Exit::Done);
    for value in ["2018-05-20", "王庄艺术团", "1200", "300", "village"] {
        assert!(rows.contains(value), "{value}: {rows}");
    }
    let text = said(&county, "import performance may.csv", Exit::Done);
    assert!(text.contains("新增 0 条；重复 3 条，已跳过"), "{text}");
    said(&county, "undo", Exit::Done);
    assert_eq!(said(&county, "list performance --format ids", Exit::Done), "");
}

#[test]
fn one_bad_row_stops_all_unless_partial_and_is_sent_back() {
    let county = with_sheet(&SHEET.replace("进社区", "进社団").replace("5月20日", "5月32日"));
    let text = said(&county, "import performance may.csv --returns back.xlsx", Exit::Failed);
    assert!(text.contains("may.csv:5:3") && text.contains("may.csv:4:2"), "{text}");
    assert!(text.contains("有 2 行不能导入，全部未导入"), "{text}");
    assert_eq!(said(&county, "list performance --format ids", Exit::Done), "");
    let back = county.files().into_iter().find(|(path, _)| path == "out/back.xlsx");
    assert!(back.is_some_and(|(_, bytes)| bytes.starts_with(b"PK")));
    let text = said(&county, "import performance may.csv --partial", Exit::Found);
    assert!(text.contains("新增 1 条"), "{text}");
}

#[test]
fn other_values_stop_unless_update_writes_a_correction() {
    let county = with_sheet(SHEET);
    said(&county, "import performance may.csv", Exit::Done);
    county.write("may.csv", &SHEET.replace("三百", "三千"));
    let text = said(&county, "import performance may.csv", Exit::Failed);
    assert!(text.contains("观众人次 300 -> 3000"), "{text}");
    let text = said(&county, "import performance may.csv --update --dry-run", Exit::Done);
    assert!(text.contains("更正 1 条") && text.contains("未写入"), "{text}");
    said(&county, "import performance may.csv --update", Exit::Done);
    assert!(said(&county, "list performance --format csv", Exit::Done).contains(",3000,"));
}

#[test]
fn twins_in_a_file_townships_by_column_and_fields_set_for_all() {
    let rows = "日期,乡镇,地点,名称\n5-1,城关镇,甲,乙\n5-1,城关,甲,乙\n5-2,无此镇,甲,乙\n";
    let county = with_sheet(rows);
    let text = said(&county, "import performance may.csv --set into=进农村", Exit::Failed);
    assert!(text.contains("无此镇"), "{text}");
    let text = said(&county, "import performance may.csv --set into=进农村 --partial", Exit::Found);
    assert!(text.contains("新增 1 条；重复 1 条，已跳过"), "{text}");
    county.write("may.csv", "日期,地点,名称,观众\n5-9,甲,乙,1\n5-9,甲,乙,2\n");
    let text =
        said(&county, "import performance may.csv -t 城关镇 --set into=village --map 观众=audience", Exit::Failed);
    assert!(text.contains("与 may.csv:2 是同一条记录"), "{text}");
    let text = said(&county, "import performance may.csv -t 城关镇 --set into=village --month 4月", Exit::Failed);
    assert!(text.contains("不在 2018-04"), "{text}");
}

#[test]
fn what_is_exported_comes_in_again_with_the_same_figures() {
    let county = with_sheet(SHEET);
    said(&county, "add troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧", Exit::Done);
    said(&county, "add training 城关镇 4-2 topic=戏曲培训 trainees=3", Exit::Done);
    said(&county, "add trainee training=戏曲培训 name=王五 home=王庄 phone_tail=0012", Exit::Done);
    said(&county, "import performance may.csv", Exit::Done);
    said(&county, "export all --format xlsx -o all.xlsx", Exit::Done);
    let before = said(&county, "status --format json", Exit::Done);
    let other = County::new();
    std::fs::copy(county.dir().join("out/all.xlsx"), other.dir().join("all.xlsx")).unwrap();
    said(&other, "import all all.xlsx", Exit::Done);
    assert_eq!(said(&other, "status --format json", Exit::Done), before);
    assert!(said(&other, "list trainee --format csv", Exit::Done).contains("0012"));
}

#[test]
fn a_form_that_was_not_filled_in_brings_nothing() {
    let county = County::new();
    said(&county, "template performance --township 城关镇 --month 2018-05 -o form.xlsx", Exit::Done);
    let text = said(&county, "import performance out/form.xlsx", Exit::Done);
    assert!(text.contains("新增 0 条"), "{text}");
}
