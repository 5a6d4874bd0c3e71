//! `--returns`: the rows that were refused go back as they came, with why; corrected, they come in.

use super::said;
use super::workbook::sheets as cells;
use crate::common::{County, holds};
use culture::base::fault::Exit;
use std::io::{Cursor, Read, Write};

const MAY: &str = "\
2018年5月演出统计表,,,,,,
填报单位：城关镇,,填报月份：2018年5月,,,,
序号,演出日期,类别,演出地点,演出名称,观众人数（人）,演出团体
1,5月20日,进农材,王庄,消夏晚会,约200人,梆子剧团
2,5月21日,进社区,光明社区,消夏晚会,\"1,200\",红梅艺术团
3,5月32日,进机关,机关大院,红歌会,三百,同上
";

/// The workbook with words written over, as a clerk at a township does; how the cells look stays.
fn mended(bytes: &[u8], words: &[(&str, &str)]) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut part = from.by_index(at).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        let name = part.name().unwrap().into_owned();
        if name == "xl/sharedStrings.xml" {
            let mut strings = String::from_utf8(text).unwrap();
            for (wrong, right) in words {
                assert!(strings.contains(&format!(">{wrong}<")), "{wrong} in {strings}");
                strings = strings.replace(&format!(">{wrong}<"), &format!(">{right}<"));
            }
            text = strings.into_bytes();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&text).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn returned(county: &County, file: &str) -> Vec<u8> {
    county.files().into_iter().find(|(path, _)| path == file).unwrap().1
}

#[test]
fn rows_go_back_as_they_came_and_come_in_once_mended() {
    let county = County::new();
    county.write("may.csv", MAY);
    said(&county, "import performance may.csv --partial --returns back.xlsx", Exit::Found);
    let back = returned(&county, "out/back.xlsx");
    let sheets = cells(&back);
    assert_eq!(sheets.len(), 1);
    let (name, rows) = &sheets[0];
    assert_eq!(name, "演出");
    let above: Vec<&str> = rows.iter().map(|row| row[0].as_str()).take_while(|first| *first != "原行号").collect();
    assert_eq!(above, ["演出退回修改清单", "", "填报单位：城关镇", "填报月份：2018年5月", above[4], ""]);
    assert!(above[4].starts_with("请按“退回原因”改正"), "{above:?}");
    let table = &rows[above.len()..];
    let headings =
        ["原行号", "退回原因", "序号", "演出日期", "类别", "演出地点", "演出名称", "观众人数（人）", "演出团体"];
    assert_eq!(table[0], headings);
    assert_eq!(table[1][..1], ["4"]);
    assert!(table[1][1].starts_with("“六进”类别：没有“进农材”这一项（可填：village 进农村、"), "{}", table[1][1]);
    assert_eq!(table[1][2..], ["1", "5月20日", "进农材", "王庄", "消夏晚会", "约200人", "梆子剧团"]);
    assert_eq!(table[2][..2], ["6", "演出日期：没有“5月32日”这一天（2018-05 的最后一天是 2018-05-31）"]);
    // 同上 meant the row between, which is not sent back: it is written out.
    assert_eq!(table[2][2..], ["3", "5月32日", "进机关", "机关大院", "红歌会", "三百", "红梅艺术团"]);
    assert_eq!(table.len(), 3);

    std::fs::write(county.dir().join("mended.xlsx"), mended(&back, &[("进农材", "进农村"), ("5月32日", "5月22日")]))
        .unwrap();
    let text = said(&county, "import performance mended.xlsx", Exit::Done);
    holds(&text, &["城关镇 演出：新增 2 条", "观众人次：“约200人”是约数"]);
    assert!(!text.contains("，已跳过（第 "), "{text}");
    let ledger = "townships/chengguan/2018/performance.csv";
    assert_eq!(county.column(ledger, "date"), ["2018-05-21", "2018-05-20", "2018-05-22"]);
    assert_eq!(county.column(ledger, "performer"), ["红梅艺术团", "梆子剧团", "红梅艺术团"]);
    // The whole file, mended too, brings nothing twice.
    county.write("may.csv", &MAY.replace("进农材", "进农村").replace("5月32日", "5月22日"));
    holds(&said(&county, "import performance may.csv", Exit::Done), &["新增 0 条；重复 3 条，已跳过"]);
}

#[test]
fn the_reason_is_red() {
    let county = County::new();
    county.write("may.csv", MAY);
    said(&county, "import performance may.csv --returns back.xlsx", Exit::Failed);
    let bytes = returned(&county, "out/back.xlsx");
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        book.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let (sheet, styles) = (part("xl/worksheets/sheet1.xml"), part("xl/styles.xml"));
    let attribute = |text: &str, name: &str| -> usize {
        text.split_once(&format!("{name}=\"")).unwrap().1.split_once('"').unwrap().0.parse().unwrap()
    };
    let nth = |list: &str, element: &str, at: usize| -> String {
        let list = styles.split_once(&format!("<{list} ")).unwrap().1;
        let found = list.split(&format!("<{element}")).nth(at + 1).unwrap();
        found.split(&format!("<{element}")).next().unwrap().to_owned()
    };
    let cell = sheet.split_once("<c r=\"B8\"").unwrap().1.split_once('>').unwrap().0;
    let look = nth("cellXfs", "xf", attribute(cell, " s"));
    holds(&nth("fonts", "font>", attribute(&look, "fontId")), &["FF9C0006"]);
    holds(&nth("fills", "fill>", attribute(&look, "fillId")), &["FFFFC7CE"]);
    holds(&look, &["wrapText=\"1\""]);
}

#[test]
fn each_table_goes_back_to_whom_it_came_from() {
    let county = County::new();
    county.write("one.csv", MAY);
    county.write("other.csv", &MAY.replace("城关镇", "柳塔乡"));
    let text = said(&county, "import performance one.csv other.csv --partial --returns back.xlsx", Exit::Found);
    holds(&text, &["城关镇 演出：新增 1 条", "柳塔乡 演出：新增 1 条", "合计：新增 2 条"]);
    let back = returned(&county, "out/back.xlsx");
    let sheets = cells(&back);
    let whose: Vec<&str> = sheets.iter().map(|(_, rows)| rows[2][0].as_str()).collect();
    assert_eq!(whose, ["填报单位：城关镇", "填报单位：柳塔乡"]);
    let mended = mended(&back, &[("进农材", "进农村"), ("5月32日", "5月22日")]);
    std::fs::write(county.dir().join("mended.xlsx"), mended).unwrap();
    for kind in ["performance", "all"] {
        let text = said(&county, &format!("import {kind} mended.xlsx --dry-run"), Exit::Done);
        holds(&text, &["城关镇 演出：新增 2 条", "柳塔乡 演出：新增 2 条"]);
    }
}

#[test]
fn merged_cells_and_two_rows_of_headings_are_written_out() {
    let county = County::new();
    std::fs::write(county.dir().join("form.xlsx"), include_bytes!("../../sheets/sent/form.xlsx")).unwrap();
    // Two rows below the first of the merged cells are on record, otherwise.
    county.write(
        "taken.csv",
        "日期,六进,地点,名称,演出团队\n5-5,进机关,西街村,送戏下乡,梆子剧团\n5-6,进机关,西街村,送戏下乡,梆子剧团\n",
    );
    said(&county, "import performance taken.csv -t 城关镇", Exit::Done);
    said(&county, "import performance form.xlsx --returns back.xlsx --partial", Exit::Found);
    let sheets = cells(&returned(&county, "out/back.xlsx"));
    let table: Vec<&Vec<String>> = sheets[0].1.iter().skip_while(|row| row[0] != "原行号").collect();
    assert_eq!(table[0][3..6], ["日期", "地点", "名称"]);
    let places: Vec<&str> = table[1..].iter().map(|row| row[4].as_str()).collect();
    assert_eq!(places, ["西街村", "西街村"]);
    let troupes: Vec<&str> = table[1..].iter().map(|row| row[8].as_str()).collect();
    assert_eq!(troupes, ["梆子剧团", "梆子剧团"]);
    holds(&table[1][1], &["“六进”类别 进机关 -> 进农村"]);
    let text = said(&county, "import performance out/back.xlsx --update", Exit::Done);
    holds(&text, &["城关镇 演出：新增 0 条，更正 2 条"]);
}
