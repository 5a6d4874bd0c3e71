//! What is said of an import: each thing once, in the words of the person, with the way out.

use super::said;
use crate::common::{County, holds};
use culture::base::fault::Exit;

const SHEET: &str = "日期,六进,地点,名称,观众\n5-3,进农村,王庄,晚会,100\n5-4,进农村,李庄,晚会,\n";

fn times(text: &str, piece: &str) -> usize {
    text.matches(piece).count()
}

#[test]
fn a_table_that_does_not_say_whose_it_is_is_told_once() {
    let county = County::new();
    county.write("a.csv", SHEET);
    let told = county.fails("import performance a.csv", Exit::Failed);
    assert_eq!(times(&told, "没有写明填报单位"), 1, "{told}");
    holds(&told, &["没有写明填报单位\n --> a.csv\n", "有 2 行不能导入"]);
    // A column says it row by row, and a row that does not is told with its line.
    county.write("b.csv", "乡镇,日期,六进,地点\n城关镇,5-3,进农村,王庄\n,5-4,进农村,王庄\n,5-5,进农村,王庄\n");
    let told = county.fails("import performance b.csv", Exit::Failed);
    holds(&told, &["没有写明填报单位\n --> b.csv:3\n", "没有写明填报单位\n --> b.csv:4\n"]);
}

#[test]
fn a_field_that_is_not_there_is_told_with_what_comes_near() {
    let county = County::new();
    county.write("a.csv", SHEET);
    county.set("CULTURE_LANG", "en");
    let told = county.refused("import performance a.csv -t 城关 --map 名称=titel --map 观众=audiance --map 地点");
    holds(&told, &["performance has no field “titel”", "did you mean title?", "no field “audiance”"]);
    holds(&told, &["invalid mapping “地点”: expected HEADING=FIELD"]);
    let told = county.refused("import performance a.csv -t 城关 --set sesions=2 --set intoo=village");
    holds(&told, &["no field “sesions”", "did you mean sessions?", "no field “intoo”", "into (venue type)"]);
    let settings = county.read("culture.toml") + "[map.performance]\n\"名称\" = \"titel\"\n";
    county.write("culture.toml", &settings);
    county.set("CULTURE_LANG", "zh");
    let told = county.refused("import performance a.csv -t 城关");
    holds(&told, &["演出没有字段“titel”\n --> culture.toml\n", "是否指 title（演出名称）"]);
}

#[test]
fn what_is_set_for_all_and_cannot_be_read_is_told_once() {
    let county = County::new();
    county.write("a.csv", "日期,地点\n5-3,王庄\n5-4,李庄\n");
    let told = county.refused("import performance a.csv -t 城关 --set into=进农材 --set sessions=零点五");
    assert_eq!(times(&told, "没有“进农材”这一项"), 1, "{told}");
    holds(&told, &["--set：“六进”类别：没有“进农材”这一项", "--set：场次："]);
    assert!(!told.contains("缺少"), "{told}");
}

#[test]
fn what_differs_is_told_in_words() {
    let county = County::new();
    county.add("troupe 城关镇 3-12 name=王庄艺术团 discipline=戏剧");
    county.write("a.csv", SHEET);
    said(&county, "import performance a.csv -t 城关", Exit::Done);
    county.write(
        "a.csv",
        "日期,六进,地点,名称,观众,群众文艺团队\n5-3,进校园,王庄,晚会,90,王庄艺术团\n5-4,进农村,李庄,晚会,80,\n",
    );
    let told = county.fails("import performance a.csv -t 城关", Exit::Failed);
    holds(&told, &["“六进”类别 进农村 -> 进校园", "观众人次 100 -> 90", "群众文艺团队 （空） -> 王庄艺术团"]);
    holds(&told, &["观众人次 （空） -> 80"]);
}

/// A value that cannot be read hides nothing else that is wrong with its row.
#[test]
fn a_row_that_cannot_be_read_is_told_of_its_day_too() {
    let county = County::new();
    county.write("a.csv", "日期,六进,地点,名称,观众\n2018-07-25,进农村,王庄,晚会,若干\n");
    let told = county.fails("import performance a.csv -t 城关 --month 5月", Exit::Failed);
    holds(&told, &["“若干”", "演出日期 2018-07-25 晚于今天 2018-06-28", "2018-07-25 不在 2018-05"]);
}

#[test]
fn it_is_told_how_many_rows_stay_out_and_where_they_went() {
    let county = County::new();
    county.write("a.csv", &SHEET.replace("100", "若干"));
    let text = said(&county, "import performance a.csv -t 城关 --partial --returns back.xlsx", Exit::Found);
    holds(&text, &["合计：新增 1 条；重复 0 条，已跳过；1 行不能导入", "已把 1 行写入退回表 out/back.xlsx"]);
    county.set("CULTURE_LANG", "en");
    let text = said(&county, "import performance a.csv -t 城关 --partial --returns back.xlsx --force", Exit::Found);
    holds(&text, &["total: 0 new, 1 already recorded, 1 row rejected", "wrote 1 row to out/back.xlsx to be corrected"]);
    let text = said(&county, "import performance a.csv -t 城关", Exit::Failed);
    holds(&text, &["1 row with errors: nothing was imported"]);
}

/// Excel keeps dates as numbers; where a cell is not shown as a date, the number is what is seen.
#[test]
fn a_date_kept_as_a_number_goes_back_as_a_date() {
    let county = County::new();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, heading) in (0..).zip(["日期", "六进", "地点", "名称", "观众"]) {
        sheet.write_string(0, at, heading).unwrap();
    }
    sheet.write_number(1, 0, 43244).unwrap();
    sheet.write_string(1, 1, "进农村").unwrap();
    sheet.write_string(1, 4, "80").unwrap();
    book.save(county.dir().join("a.xlsx")).unwrap();
    said(&county, "import performance a.xlsx -t 城关 --returns back.xlsx", Exit::Failed);
    let told = said(&county, "import performance out/back.xlsx -t 城关", Exit::Failed);
    holds(&told, &["缺少：演出地点"]);
    assert!(!told.contains("演出日期"), "{told}");
}

/// What `--township` says does not pass over what the sheet says: nothing comes in for another without a word.
#[test]
fn a_township_that_is_not_the_one_asked_for_is_told() {
    let county = County::new();
    county.write("a.csv", "填报单位：柳塔乡,,\n日期,地点,六进\n5-3,王庄,进农村\n");
    let text = said(&county, "import performance a.csv -t 城关镇 --dry-run", Exit::Done);
    holds(&text, &["警告：表上方写的是“柳塔乡”，按 --township 记为城关镇\n --> a.csv", "城关镇 演出：新增 1 条"]);
    let text = said(&county, "import performance a.csv -t 柳塔乡 --dry-run", Exit::Done);
    assert!(!text.contains("警告"), "{text}");
    county.write("b.csv", "乡镇,日期,地点,六进\n城关,5-3,王庄,进农村\n,5-4,王庄,进农村\n柳塔乡,5-5,王庄,进农村\n");
    let told = county.fails("import performance b.csv -t 城关镇", Exit::Failed);
    holds(&told, &["这一行写的是柳塔乡，--township 写的却是城关镇\n --> b.csv:4:1\n", "--map 乡镇=host"]);
    holds(&told, &["有 1 行不能导入"]);
    let text = said(&county, "import performance b.csv -t 城关镇 --map 乡镇=host --dry-run", Exit::Done);
    holds(&text, &["城关镇 演出：新增 3 条"]);
}

#[test]
fn an_english_sheet_is_understood_as_it_is() {
    let county = County::new();
    county.set("CULTURE_LANG", "en");
    let rows = "Performances of May 2018,,,\nReporting unit: CG,,Month: May,\nDate,Went into,Place,Audience\n\
        3 May,village,Oak farm,about 200 people\n\"May 4, 2018\",Campus,No. 1 school,120\n\
        Total,,,320\nPrepared by: Li,,,\nNote: all free of charge,,,\n";
    county.write("may.csv", rows);
    let text = said(&county, "import performance may.csv", Exit::Done);
    holds(&text, &["城关镇, performance: 2 new, 0 already recorded", "skipped 1 row of totals (line 6)"]);
    holds(&text, &["skipped 2 rows of signatures or remarks (lines 7, 8)", "is approximate; recorded as 200"]);
    let ledger = "townships/chengguan/2018/performance.csv";
    assert_eq!(county.column(ledger, "date"), ["2018-05-03", "2018-05-04"]);
    assert_eq!(county.column(ledger, "audience"), ["200", "120"]);
    county.write("two.csv", "date,place,place,went into\n2018-05-01,Oak,Elm,village\n");
    let told = county.refused("import performance two.csv -t CG");
    holds(&told, &["several columns could be “place”", "or COLUMN=place"]);
    let text = said(&county, "import performance two.csv -t CG --map 2=place", Exit::Done);
    holds(&text, &["1 new"]);
}

#[test]
fn what_stands_beside_the_headings_is_not_lost_without_a_word() {
    let county = County::new();
    county.write("may.csv", "日期,六进,地点,名称\n5-3,进农村,王庄,晚会,,\n5-4,进农村,李庄,晚会,戏曲专场\n");
    let told = county.fails("import performance may.csv -t 城关镇", Exit::Failed);
    holds(&told, &["may.csv:3:5", "第 3 行比表头多出内容，各栏可能错位", "整格加引号", "有 1 行不能导入"]);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [["日期", "六进", "地点", "名称", ""], ["5-3", "进农村", "王庄", "晚会", "照片未交"]];
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    book.save(county.dir().join("may.xlsx")).unwrap();
    let told = said(&county, "import performance may.xlsx -t 城关镇", Exit::Done);
    holds(&told, &["表头以外的内容没有导入：1 行（第 2 行）", "新增 1 条"]);
}
