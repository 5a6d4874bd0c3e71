//! Files as people send them, and as nobody should: what is read from each, or why not.
//!
//! The files under `tests/sheets` were written by real programs: `*.xlsx` by openpyxl 3.1 (one sheet of the kind that
//! township offices send, with title, merged headings and signatures; one whose cells look like something else than they
//! are; one counting from 1904; one with a hidden column and sheet; one with a cell at XFD1048576), `*.xls` by xlwt 1.3,
//! `office.ods` by odfpy 1.4. Texts and hostile files are made here.

// Above the macro: `proptest!` calls one of that name.
mod parts;

macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sheets/", $name)).as_slice())
    };
}

mod hostile;

use culture::base::fault::{Fault, Faults, Level};
use culture::base::text::Lang;
use culture::import::{RawRecord, ReadOptions, Sheet, TableQuery, find, sheets};
use culture::schema::kind::load::Kinds;
use culture::schema::kind::{FieldNo, Kind};
use std::fmt::Write as _;
use std::io::Write as _;

fn kind(id: &str) -> Kind {
    let kinds = Kinds::load(&[], None).expect("the built-in kinds load");
    kinds.find(id).expect("a built-in kind").clone()
}

fn said(fault: &Fault, lang: Lang) -> String {
    let at = fault.place.as_ref().map(|place| format!("{}:{}: ", place.file, place.line)).unwrap_or_default();
    let hint = fault.hint.as_ref().map(|hint| format!(" -> {}", hint.say(lang))).unwrap_or_default();
    let level = if fault.level == Level::Warning { "note " } else { "" };
    format!("{level}{at}{}{hint}", fault.what.say(lang))
}

fn all(faults: &Faults) -> String {
    faults.0.iter().map(|fault| said(fault, Lang::En) + "\n").collect()
}

/// All that is read from a file, as lines.
fn read(file: &str, bytes: &[u8], id: &str, options: &ReadOptions<'_>, map: &[(&str, &str)]) -> String {
    let (sheets, notes) = match sheets(file, bytes, options) {
        Ok(read) => read,
        Err(faults) => return all(&faults),
    };
    let mut told = String::new();
    for note in &notes {
        let _ = writeln!(told, "({})", note.en);
    }
    for sheet in &sheets {
        told += &read_sheet(file, sheet, &kind(id), map);
    }
    told
}

fn read_sheet(file: &str, sheet: &Sheet<'_>, kind: &Kind, map: &[(&str, &str)]) -> String {
    let map: Vec<(String, FieldNo)> =
        map.iter().map(|(name, field)| ((*name).to_owned(), kind.field(field).expect("a field"))).collect();
    let wanted = TableQuery { file, kind, map: &map, must: map.len(), given: &[] };
    let table = match find(sheet, wanted) {
        Ok(table) => table,
        Err(faults) => return all(&faults),
    };
    let mut told = String::new();
    for (label, value) in [("township", &table.township), ("month", &table.month), ("date", &table.date)] {
        if let Some(value) = value {
            let _ = writeln!(told, "{label}: {value}");
        }
    }
    let mut records = table.records(sheet, wanted);
    for raw in records.by_ref() {
        told += &record(kind, &raw);
    }
    for note in table.notes.iter().chain(&records.notes()) {
        told += &(said(note, Lang::En) + "\n");
    }
    told
}

fn record(kind: &Kind, raw: &RawRecord) -> String {
    let mut told = raw.line.to_string();
    for given in &raw.values {
        let value = given.value.as_ref().map_or_else(|fault| format!("<{}>", fault.what.en), ToString::to_string);
        let note = given.note.as_ref().map(|note| format!(" ({})", note.en)).unwrap_or_default();
        let _ = write!(told, " | {} {}={value}{note}", given.at, kind.fields[given.field].name);
    }
    told + "\n"
}

fn text(bytes: &[u8]) -> String {
    read("a.csv", bytes, "performance", &ReadOptions::default(), &[])
}

/// A file's name and bytes, the kind of its records, and what is read from it.
type Case = ((&'static str, &'static [u8]), &'static str, &'static str);

const WORKBOOKS: &[Case] = &[
        (
            file!("as-people-make-them.xlsx"),
            "performance",
            "township: 城关镇
month: 2018-05
date: 2018年6月3日
6 | B6 date=2018-05-03 | C6 place=西街村 | D6 title=庆五一 | E6 into=进农村 | F6 performer=梆子剧团 | G6 audience=350
7 | B7 date=2018-05-05 | C7 place=西街村 | D7 title=送戏下乡 | E7 into=进农村 | F7 performer=梆子剧团 | G7 audience=约200人
9 | B9 date=2018.5.12 | C9 place=县一中 | D9 title=校园行 | E9 into=进校园 | G9 audience=0.3
note as-people-make-them.xlsx:4: column “经办村” was not imported
note as-people-make-them.xlsx:11: skipped 1 row of totals (line 11)
note as-people-make-them.xlsx:12: skipped 1 row of signatures or remarks (line 12)
",
        ),
        (
            file!("types-decide.xlsx"),
            "expense",
            "(1 formula has no result and is treated as empty: open the workbook in Excel or WPS and save it)
2 | A2 date=2018-03-10 | B2 heading=培训 | C2 amount=1.25万 | D2 payee=县图书馆 | E2 voucher=0012 | F2 note=2018-03-10
3 | A3 date=2018-03-11 | B3 heading=培训 | C3 amount=3万 | D3 payee=文化站 | E3 voucher=1012 | F3 note=2018-03-10 19:30
4 | A4 date=<date: the cell holds the number 12, not a date> | B4 heading=培训 | C4 amount=1万 | D4 payee=甲 | E4 voucher=<voucher: 130429199001011000 has too many digits: spreadsheets keep only 15, and the rest is lost> | F4 note=TRUE
5 | A5 date=20180312 | B5 heading=培训 | C5 amount=0.001万 | D5 payee=乙 | F5 note=x
6 | A6 date=2018-03-13 | B6 heading=培训 | C6 amount=2万 | F6 note=<note: the cell shows #REF!: its formula failed>
",
        ),
        (file!("since-1904.xlsx"), "performance", "2 | A2 date=2018-03-10 | B2 platform=网站 | C2 into=进网站\n"),
        (file!("since-1904.xls"), "performance", "2 | A2 date=2018-03-10 | B2 into=进农村 | C2 place=西街村\n"),
        (
            file!("hidden.xlsx"),
            "performance",
            "(hidden sheets were skipped: 旧表 (read one with --sheet))
2 | B2 date=2018-05-03 | C2 into=进农村 | D2 place=西街村
note hidden.xlsx:1: column “日期” was not imported: another fits better
",
        ),
        (
            file!("office.ods"),
            "performance",
            "township: 城关镇
month: 2018年5月
3 | A3 date=2018-05-03 | B3 place=西街村 | C3 into=进农村 | D3 audience=350
4 | A4 date=2018-05-05 | B4 place=西街村 | C4 into=进农村 | D4 audience=20
",
        ),
        (
            file!("far-cell.xlsx"),
            "performance",
            "far-cell.xlsx:0: cell XFD1048576 has a value, but is too far away to belong to the table -> a sheet may have at most 1048576 rows and 256 columns; delete the stray cells, or copy only the table to a new workbook\n",
        ),
        (
            file!("corner.xls"),
            "performance",
            "corner.xls:1: required column “venue type” is missing -> headings: 日期; if it is one of these, add \
             --map HEADING=into\n",
        ),
    ];

#[test]
fn workbooks_of_real_programs() {
    for &((name, bytes), kind, expected) in WORKBOOKS {
        assert_eq!(read(name, bytes, kind, &ReadOptions::default(), &[]), expected, "{name}");
    }
}

#[test]
fn an_old_workbook_with_a_string_over_several_records() {
    let (name, bytes) = file!("old.xls");
    let long = "长".repeat(9000);
    let expected = format!(
        "month: 2018-05
3 | A3 date=2018-05-03 | B3 place=西街村 | C3 into=进农村 | D3 audience=350 | E3 note=2018-05-09
4 | A4 date=2018-05-05 | B4 place=西街村 | C4 into=进农村 | D4 audience=12.5
5 | A5 date=2018-05-05 | B5 place={long} | C5 into=进校园 | D5 audience=TRUE
"
    );
    let told = read(name, bytes, "performance", &ReadOptions::default(), &[]);
    assert!(told.starts_with(&expected[..400]) && told.contains(&long), "{}", &told[..600]);
}

#[test]
fn texts_as_people_save_them() {
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let utf16 = |text: &str| {
        text.encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
            bytes.extend(unit.to_le_bytes());
            bytes
        })
    };
    let table = "日期,六进,地点\n2018-05-03,进农村,西街村\n";
    let one = "2 | 2:1 date=2018-05-03 | 2:2 into=进农村 | 2:3 place=西街村\n";
    for (bytes, expected) in [
        (table.as_bytes().to_vec(), one.to_owned()),
        (format!("\u{feff}{table}").into_bytes(), one.to_owned()),
        (gb(table), format!("(the file was read as GB18030)\n{one}")),
        (utf16(&table.replace(',', "\t")), format!("(the file was read as UTF-16LE)\n{one}")),
        (table.replace(',', ";").replace('\n', "\r\n").into_bytes(), one.to_owned()),
        (
            b"\xd1\xdd\xb3\xff".to_vec(),
            "a.csv:0: the encoding of the file cannot be detected -> give the encoding with --encoding (gb18030, big5, utf-16le), or save the file as xlsx\n"
                .to_owned(),
        ),
    ] {
        assert_eq!(text(&bytes), expected);
    }
}

#[test]
fn tables_in_texts() {
    for (name, table, expected) in [
        (
            "a sum by its place, a repeated heading, a signature and empty rows are no records",
            "日期,六进,地点,观众人数（人）\n5月3日,进农村,西街村,350\n,,,\n日期,六进,地点,观众人数（人）\n5月4日,进农村,东街村,20\n\
             ,合 计,,370\n城关镇小计,,,370\n填表人：王小明,,审核人：李四,\n",
            "2 | 2:1 date=5月3日 | 2:2 into=进农村 | 2:3 place=西街村 | 2:4 audience=350
5 | 5:1 date=5月4日 | 5:2 into=进农村 | 5:3 place=东街村 | 5:4 audience=20
note a.csv:6: skipped 2 rows of totals (lines 6, 7)
note a.csv:8: skipped 1 row of signatures or remarks (line 8)
note a.csv:4: skipped 1 row of repeated headings (line 4)
",
        ),
        (
            "marks for what stands above",
            "日期,六进,地点,演出团队\n5月3日,进农村,西街村,〃\n〃,同上,\"\"\"\",剧团\n5月4日,进校园,一中,同 上\n",
            "2 | 2:1 date=5月3日 | 2:2 into=进农村 | 2:3 place=西街村 | 2:4 performer=<“〃” repeats the value above it, but there is none>
3 | 3:1 date=5月3日 | 3:2 into=进农村 | 3:3 place=西街村 | 3:4 performer=剧团
4 | 4:1 date=5月4日 | 4:2 into=进校园 | 4:3 place=一中 | 4:4 performer=剧团
",
        ),
        (
            "figures that rise, but not in all cells",
            "六进,地点,人次,男,女,日期\n进农村,西街村,0,1,2,3\n",
            "2 | 2:1 into=进农村 | 2:2 place=西街村 | 2:6 date=3
note a.csv:1: column “人次” was not imported -> if it is “sessions”, add --map 人次=sessions
note a.csv:1: column “男” was not imported
note a.csv:1: column “女” was not imported
",
        ),
        (
            "headings over several columns, and column numbers under them",
            "2018年5月演出表,,,,\n演出情况,,,观众,备注\n日期,六进,地点,人次,\n1,2,3,4,5\n5月3日,进农村,西街村,350,雨\n",
            "month: 2018-05
5 | 5:1 date=5月3日 | 5:2 into=进农村 | 5:3 place=西街村 | 5:4 audience=350 | 5:5 note=雨
note a.csv:4: skipped 1 row of column numbers (line 4)
",
        ),
    ] {
        assert_eq!(text(table.as_bytes()), expected, "{name}");
    }
}

#[test]
fn headings_in_texts() {
    for (name, table, expected) in [
        (
            "English headings, and one that is near",
            "Date,Went into,Place,Audiense\n2018-05-03,village,West Street,350\n",
            "2 | 2:1 date=2018-05-03 | 2:2 into=village | 2:3 place=West Street
note a.csv:1: column “Audiense” was not imported -> if it is “audience”, add --map Audiense=audience
",
        ),
        (
            "two columns that could be one field",
            "日期,六进,地点,观众人数（男）,观众人数（女）\n5月3日,进农村,西街村,1,2\n",
            "a.csv:1: several columns could be “audience”: 观众人数（男）, 观众人数（女） -> choose one: --map HEADING=audience, or COLUMN=audience\n",
        ),
        (
            "a needed column is missing",
            "日期,地点,观众\n5月3日,西街村,1\n",
            "a.csv:1: required column “venue type” is missing -> headings: 日期, 地点, 观众; if it is one of these, add \
             --map HEADING=into\n",
        ),
        (
            "no table at all",
            "一,二,三\n1,2,3\n",
            "a.csv:0: no headings for performance found -> first row: 一, 二, 三; map columns with --map HEADING=FIELD, or check the kind\n",
        ),
        (
            "an unclosed quote",
            "日期,六进,地点\n5月3日,进农村,\"西街村\n5月4日,进农村,东街村\n",
            "a.csv:2: the quote opened on line 2 is never closed: the rest cannot be read -> close the quote, or save the file as xlsx\n",
        ),
    ] {
        assert_eq!(text(table.as_bytes()), expected, "{name}");
    }
}

#[test]
fn the_person_says_which_column_is_what() {
    let table = "何时,六进,地点,数\n5月3日,进农村,西街村,350\n".as_bytes();
    let map = [("何时", "date"), ("4", "audience")];
    assert_eq!(
        read("a.csv", table, "performance", &ReadOptions::default(), &map),
        "2 | 2:1 date=5月3日 | 2:2 into=进农村 | 2:3 place=西街村 | 2:4 audience=350\n"
    );
    let told = read("a.csv", table, "performance", &ReadOptions::default(), &[("何时", "date"), ("人数", "audience")]);
    assert!(told.contains("a.csv:1: no column “人数” -> headings: 何时, 六进, 地点, 数\n"), "{told}");
}

#[test]
fn the_unit_of_amounts_is_never_left_out() {
    let wan = "单位：万元,,\n支出日期,项目,金额\n2018-05-03,培训,1.5\n";
    let told = read("a.csv", wan.as_bytes(), "expense", &ReadOptions::default(), &[]);
    assert!(told.starts_with("a.csv:2: the unit given above the table is 万元"), "{told}");
    let yuan = wan.replace("万元", "元");
    let told = read("a.csv", yuan.as_bytes(), "expense", &ReadOptions::default(), &[]);
    assert_eq!(told, "3 | 3:1 date=2018-05-03 | 3:2 heading=培训 | 3:3 amount=1.5\n");
}

#[test]
fn a_row_can_be_sent_back_as_it_came() {
    let (name, bytes) = file!("as-people-make-them.xlsx");
    let (sheets, _) = sheets(name, bytes, &ReadOptions::default()).expect("it is read");
    let kind = kind("performance");
    let wanted = TableQuery { file: name, kind: &kind, map: &[], must: 0, given: &[] };
    let table = find(&sheets[0], wanted).expect("it has a table");
    assert_eq!(
        table.heading_row,
        ["序号", "日期", "地点", "名称", "“六进” 类别", "演出团队", "观众人数（人）", "经办村"]
    );
    let second = table.records(&sheets[0], wanted).nth(1).expect("there are three");
    assert_eq!(second.original(&sheets[0]), ["2", "43225", "", "送戏下乡", "〃", "同上", "约200人"]);
}

#[test]
fn a_sheet_is_chosen_by_name_or_number() {
    let (name, bytes) = file!("hidden.xlsx");
    for (sheet, begins) in [("旧表", "hidden.xlsx:1: required"), ("2", "hidden.xlsx:1: required"), ("表一", "2 | B2")]
    {
        let told = read(name, bytes, "performance", &ReadOptions { sheet: Some(sheet), ..ReadOptions::default() }, &[]);
        assert!(told.starts_with(begins), "{told}");
    }
    let told = read(name, bytes, "performance", &ReadOptions { sheet: Some("三"), ..ReadOptions::default() }, &[]);
    assert_eq!(told, "hidden.xlsx:0: no sheet “三” -> choose from: 表一, 旧表\n");
}
