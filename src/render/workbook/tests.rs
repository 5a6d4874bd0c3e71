use super::*;
use crate::base::day::{Instant, Month, Offset};
use crate::base::text::Text;
use crate::report::Block;
use crate::report::form::{ColumnContent, Form, FormColumn, Need};
use crate::report::table::{Cell, Column, Table, Tone};

fn day(month: u8, day: u8) -> Day {
    Day::new(2018, month, day).unwrap()
}

fn report(cells: Vec<Cell>) -> Report {
    let columns = (0..cells.len()).map(|at| Column::new(format!("c{at}"), Text::new("列", "column"))).collect();
    let table = Table { title: Text::default(), columns, rows: vec![cells] };
    Report { title: Text::default(), blocks: vec![Block::Table(table)], json: None }
}

#[test]
fn every_cell_can_be_written() {
    let cells = vec![
        Cell::None,
        Cell::Number(1200),
        Cell::Text("410122199001011234".to_owned()),
        Cell::Decimal("12345678901234567.89".to_owned()),
        Cell::Percent("59.9".to_owned()),
        Cell::Percent("?".to_owned()),
        Cell::Day(day(3, 10)),
        Cell::Day(Day::new(1899, 1, 1).unwrap()),
        Cell::Month(Month::new(2018, 5).unwrap()),
        Cell::Instant(Instant::end_of(day(6, 28), Offset::CHINA)),
        Cell::Bool(true),
        Cell::Text("=1+1".to_owned()),
        Cell::Token { token: "bad".to_owned(), text: Text::new("日期有误", "bad date"), tone: Tone::Bad },
    ];
    let whole = workbook(&[("台账", &report(cells.clone()))], day(6, 28), Lang::Zh).unwrap();
    for at in 1..cells.len() {
        let mut without = cells.clone();
        without[at] = Cell::None;
        let other = workbook(&[("台账", &report(without))], day(6, 28), Lang::Zh).unwrap();
        assert_ne!(whole, other, "{:?} leaves no trace", cells[at]);
    }
    let long = report(vec![Cell::Text("长".repeat(40_000))]);
    let fault = workbook(&[("台账", &long)], day(6, 28), Lang::Zh).unwrap_err();
    assert!(fault.0[0].hint.as_ref().unwrap().zh.contains("csv"), "{fault:?}");
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report(vec![Cell::Number(1)]);
    let made = || workbook(&[("台账", &report)], day(6, 28), Lang::Zh).unwrap();
    let first = made();
    assert!(first.starts_with(b"PK\x03\x04") && first == made());
    assert_ne!(first, workbook(&[("台账", &report)], day(6, 29), Lang::Zh).unwrap(), "the day is in it");
}

#[test]
fn sheets_have_names_that_excel_takes() {
    let mut names = SheetNames::default();
    assert_eq!(names.free("演出"), "演出");
    assert_eq!(names.free("演出"), "演出 2");
    assert_eq!(names.free("a/b:[c]"), "a b  c");
    assert_eq!(names.free("'"), "Sheet");
    assert_eq!(names.free(&"长".repeat(40)).chars().count(), 31);
    let second = names.free(&"长".repeat(40));
    assert!(second.ends_with("长 2") && second.chars().count() == 31, "{second}");
    assert_eq!((names.free("Notes"), names.free("NOTES")), ("Notes".to_owned(), "NOTES 2".to_owned()));
}

#[test]
fn more_rows_than_a_sheet_holds_are_refused() {
    let mut long = report(vec![Cell::None]);
    if let Some(Block::Table(table)) = long.blocks.first_mut() {
        table.rows = vec![Vec::new(); MOST_ROWS];
    }
    let fault = workbook(&[("台账", &long)], day(6, 28), Lang::Zh).unwrap_err();
    assert!(fault.0[0].what.zh.contains("1048576"), "{fault:?}");
}

fn entry(title: &'static str, holds: ColumnContent) -> FormColumn {
    FormColumn {
        title: Text::new(title, title),
        need: Need::Always,
        note: Text::new("必填", "required"),
        prompt: Text::new("照此填写", "like this"),
        holds,
        lenient: false,
        example: Cell::Number(1),
    }
}

#[test]
fn every_check_of_a_form_can_be_written() {
    let words = |words: &[&str]| words.iter().map(|word| Text::same(*word)).collect::<Vec<_>>();
    let many: Vec<Text> = (0..100).map(|n| Text::same(format!("第{n}项"))).collect();
    let form = Form {
        title: Text::new("演出", "performance"),
        above: vec![(Text::new("填报单位：", "Township:"), "城关镇".to_owned(), words(&["城关镇", "柳营镇"]))],
        columns: vec![
            entry("甲", ColumnContent::OneOf(words(&["进企业", "进农村"]))),
            entry("乙", ColumnContent::OneOf(many)),
            entry("丙", ColumnContent::Entered(words(&["和平社区舞蹈队"]))),
            entry("丁", ColumnContent::Whole(1, 31)),
            entry("戊", ColumnContent::Whole(0, 999_999_999_999_999)),
            entry("己", ColumnContent::Day),
            entry("庚", ColumnContent::OneOf(words(&["一,二", "三"]))),
            entry("辛", ColumnContent::Decimal(2, "0.01".to_owned())),
        ],
    };
    let made = |forms: &[Form]| super::forms(forms, day(6, 28), Lang::Zh).unwrap();
    let whole = made(&[form.clone(), form.clone()]);
    assert!(whole.starts_with(b"PK\x03\x04") && whole == made(&[form.clone(), form.clone()]));
    for at in 0..form.columns.len() {
        let mut without = form.clone();
        without.columns[at].holds = ColumnContent::Text;
        without.columns[at].prompt = Text::default();
        assert_ne!(whole, made(&[form.clone(), without]), "{:?} leaves no trace", form.columns[at].holds);
    }
}

#[test]
fn a_list_stands_once_on_the_hidden_sheet() {
    let mut lists = form::ListSheet { name: "it's".to_owned(), columns: Vec::new() };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    assert_eq!(lists.reference(words(&["甲", "乙"])), "='it''s'!$A$1:$A$2");
    assert_eq!(lists.reference(words(&["丙"])), "='it''s'!$B$1:$B$1");
    assert_eq!(lists.reference(words(&["甲", "乙"])), "='it''s'!$A$1:$A$2");
    assert_eq!(lists.columns.len(), 2);
}

#[test]
fn messages_are_cut_where_excel_wants_it() {
    assert_eq!(form::cut("说明文字", 2), "说明");
    assert_eq!(form::cut("𠮷野", 2), "𠮷");
    assert_eq!(form::cut("𠮷野", 1), "");
}
