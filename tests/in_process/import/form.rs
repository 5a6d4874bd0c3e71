//! The form that `template` makes, filled in cell by cell as a spreadsheet does it, comes in without a single `--map`.

use super::said;
use super::workbook::{self, NamedCells};
use crate::common::{County, holds};
use culture::base::fault::Exit;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

type Parts = Vec<(String, String)>;

/// The parts of a workbook, each a text.
fn parts(county: &County, file: &str) -> Parts {
    let bytes = std::fs::read(county.dir().join(file)).unwrap();
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut parts = Parts::new();
    for at in 0..book.len() {
        let mut part = book.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        parts.push((part.name().unwrap().into_owned(), text));
    }
    parts
}

fn write(county: &County, file: &str, parts: &Parts) {
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        to.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(text.as_bytes()).unwrap();
    }
    std::fs::write(county.dir().join(file), to.finish().unwrap().into_inner()).unwrap();
}

fn sheets(county: &County, file: &str) -> Vec<NamedCells> {
    workbook::sheets(&std::fs::read(county.dir().join(file)).unwrap())
}

fn part<'p>(parts: &'p mut Parts, name: &str) -> &'p mut String {
    &mut parts.iter_mut().find(|(part, _)| part == name).unwrap().1
}

/// Writes a value into an empty cell, which keeps its look: a number, or a text within the cell.
fn fill(sheet: &mut String, cell: &str, value: &str) {
    let start = sheet.find(&format!("<c r=\"{cell}\"")).unwrap_or_else(|| panic!("no cell {cell}"));
    let end = start + sheet[start..].find("/>").unwrap();
    let opened = &sheet[start..end];
    assert!(!opened.contains('>'), "{cell} is not empty");
    let filled = if value.parse::<f64>().is_ok() && !value.starts_with('0') {
        format!("{opened}><v>{value}</v></c>")
    } else {
        format!("{opened} t=\"inlineStr\"><is><t>{value}</t></is></c>")
    };
    sheet.replace_range(start..end + 2, &filled);
}

fn letter(at: usize) -> String {
    char::from(b'A' + u8::try_from(at).unwrap()).to_string()
}

/// Fills in a row of a sheet by its headings. Headings stand in the fourth row, the example in the fifth.
fn fill_row(sheet: &mut String, cells: &[Vec<String>], line: usize, values: &[(&str, &str)]) {
    for (heading, value) in values {
        let at = cells[3].iter().position(|cell| cell == heading).unwrap_or_else(|| panic!("no heading {heading}"));
        fill(sheet, &format!("{}{line}", letter(at)), value);
    }
}

#[test]
fn a_form_is_laid_out_to_be_filled_in_and_printed() {
    let county = County::new();
    county.add("troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧");
    said(&county, "template performance -t 城关镇 --month 2018-05 -o form.xlsx", Exit::Done);
    let (mut parts, sheets) = (parts(&county, "out/form.xlsx"), sheets(&county, "out/form.xlsx"));
    let (name, cells) = &sheets[0];
    assert_eq!(name, "演出");
    assert_eq!(cells[0][0], "演出填报表");
    assert_eq!(cells[1][..4], ["填报单位：", "城关镇", "填报月份：", "2018-05"]);
    assert_eq!(cells[3][..5], ["序号", "演出日期", "“六进”类别", "演出地点", "网络平台"]);
    assert_eq!(cells[4][..1], ["示例"]);
    let numbers: Vec<String> = cells[5..].iter().map(|row| row[0].clone()).collect();
    assert_eq!(numbers, (1..=20).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(cells[5..].iter().all(|row| row[1..].iter().all(String::is_empty)), "{cells:?}");
    let sheet = part(&mut parts, "xl/worksheets/sheet1.xml");
    // A page of A4, lying, as wide as the page, with who signs at its foot.
    holds(
        sheet,
        &["<pageSetup paperSize=\"9\"", "orientation=\"landscape\"", "fitToHeight=\"0\"", "填表人：", "审核人："],
    );
    // Headings stay in sight; choices, troupes, dates and numbers are checked.
    holds(sheet, &["<pane ", "state=\"frozen\"", "type=\"list\"", "type=\"date\"", "type=\"whole\"", "进农村"]);
    holds(part(&mut parts, "xl/workbook.xml"), &["_xlnm.Print_Titles", "state=\"hidden\""]);
    holds(&sheets[1].1.concat().join(" "), &["王庄艺术团"]);
}

#[test]
fn a_form_that_was_filled_in_comes_in_as_it_is() {
    let county = County::new();
    county.add("troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧");
    for (lang, date, into, place, title, troupe, audience) in [
        ("zh", "演出日期", "“六进”类别", "演出地点", "演出名称", "群众文艺团队", "观众人次"),
        ("en", "date", "venue type", "place", "title", "troupe", "audience"),
    ] {
        said(
            &county,
            &format!("--lang {lang} template performance -t 城关镇 --month 2018-05 -o {lang}.xlsx"),
            Exit::Done,
        );
        let (mut parts, cells) =
            (parts(&county, &format!("out/{lang}.xlsx")), sheets(&county, &format!("out/{lang}.xlsx")));
        let sheet = part(&mut parts, "xl/worksheets/sheet1.xml");
        // 43224 is 4 May 2018.
        let first = [(date, "43224"), (into, "进农村"), (place, lang), (title, "晚会"), (audience, "120")];
        fill_row(sheet, &cells[0].1, 6, &first);
        // A row is left blank, and the township's own marks are understood.
        let second = [(date, "5月5日"), (into, "campus"), (place, lang), (title, "〃"), (troupe, "王庄艺术团")];
        fill_row(sheet, &cells[0].1, 8, &second);
        write(&county, &format!("out/{lang}.xlsx"), &parts);
        let text = said(&county, &format!("import performance out/{lang}.xlsx"), Exit::Done);
        holds(&text, &["城关镇 演出：新增 2 条；重复 0 条，已跳过"]);
        assert!(!text.contains("警告"), "{text}");
    }
    let ledger = "townships/chengguan/2018/performance.csv";
    assert_eq!(county.column(ledger, "date"), ["2018-05-04", "2018-05-05", "2018-05-04", "2018-05-05"]);
    assert_eq!(county.column(ledger, "into"), ["village", "campus", "village", "campus"]);
    assert_eq!(county.column(ledger, "title"), ["晚会"; 4]);
    assert_eq!(county.column(ledger, "audience"), ["120", "", "120", ""]);
    assert!(county.column(ledger, "troupe")[1].len() == 12);
}

#[test]
fn a_workbook_of_all_forms_comes_in_whole() {
    let county = County::new();
    said(&county, "template --all -t 城关镇 --month 2018-05 -o all.xlsx", Exit::Done);
    let (mut parts, sheets) = (parts(&county, "out/all.xlsx"), sheets(&county, "out/all.xlsx"));
    let rows: BTreeMap<&str, &[(&str, &str)]> = BTreeMap::from([
        (
            "学员",
            &[("培训日期", "43222"), ("培训班", "戏曲培训"), ("姓名", "王五"), ("手机尾号（后四位）", "0012")][..],
        ),
        ("培训", &[("培训日期", "43222"), ("培训内容", "戏曲培训"), ("培训人数", "1")]),
        ("群众文艺团队", &[("组建（备案）日期", "43225"), ("团队名称", "王庄艺术团"), ("艺术门类", "戏剧（含戏曲）")]),
        (
            "演出",
            &[("演出日期", "43224"), ("“六进”类别", "进农村"), ("演出地点", "王庄"), ("群众文艺团队", "王庄艺术团")],
        ),
        ("支出", &[("支出日期", "43224"), ("支出项目", "队伍培训"), ("金额（元）", "1200.5"), ("凭证号", "0007")]),
    ]);
    for (at, (name, cells)) in sheets.iter().enumerate() {
        let Some(values) = rows.get(name.as_str()) else { continue };
        let sheet = part(&mut parts, &format!("xl/worksheets/sheet{}.xml", at + 1));
        fill_row(sheet, cells, 6, values);
    }
    write(&county, "out/all.xlsx", &parts);
    let text = said(&county, "import all out/all.xlsx", Exit::Done);
    for title in rows.keys() {
        holds(&text, &[&format!("城关镇 {title}：新增 1 条；重复 0 条，已跳过")]);
    }
    holds(&text, &["合计：新增 5 条"]);
    assert!(!text.contains("警告"), "{text}");
    assert_eq!(county.column("townships/chengguan/2018/trainee.csv", "phone_tail"), ["0012"]);
    assert_eq!(county.column("townships/chengguan/2018/expense.csv", "voucher"), ["0007"]);
    assert_eq!(county.column("townships/chengguan/2018/expense.csv", "amount"), ["1200.50"]);
    holds(&said(&county, "import all out/all.xlsx", Exit::Done), &["合计：新增 0 条；重复 5 条，已跳过"]);
}

#[test]
fn a_form_has_no_column_for_what_is_retired() {
    let county = County::new();
    county.write("kinds/reading.toml", &crate::retired::retired(&["form", "room", "until", "photo"]));
    said(&county, "template reading -t 城关镇 --month 2018-04 -o form.xlsx", Exit::Done);
    let cells = sheets(&county, "out/form.xlsx").remove(0).1;
    assert_eq!(cells[3], ["序号", "日期", "书名", "主持"]);
    let mut parts = parts(&county, "out/form.xlsx");
    let sheet = part(&mut parts, "xl/worksheets/sheet1.xml");
    fill_row(sheet, &cells, 6, &[("日期", "2018-04-23"), ("书名", "论语")]);
    fill_row(sheet, &cells, 7, &[("日期", "2018-04-24"), ("书名", "孟子"), ("主持", "王老师")]);
    write(&county, "out/form.xlsx", &parts);
    said(&county, "import reading out/form.xlsx", Exit::Done);
    assert_eq!(county.column("townships/chengguan/2018/reading.csv", "title"), ["论语", "孟子"]);
    said(&county, "check", Exit::Done);
}
