//! Sheets of readings: what records that last were on a day becomes changes from that day on, and nothing else does.

use super::said;
use super::workbook::sheets;
use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/service-point.csv";
const HEADINGS: &str = "服务点类型,服务点地点,入户数,总户数,建设阶段";

/// Two points of 25 May, of 301 and of 90 households reached.
fn county() -> County {
    let county = County::new();
    county.at("2018-05-25T09:00:00+08:00");
    for (place, reached) in [("王庄", "301"), ("李庄", "90")] {
        county.add(&format!(
            "service-point 城关镇 5-25 type=home-network place={place} households=420 households_reached={reached} \
             stage=applied"
        ));
    }
    county.at("2018-08-20T09:00:00+08:00");
    county
}

fn sheet(county: &County, name: &str, rows: &[&str]) {
    county.write(name, &format!("{HEADINGS}\n{}\n", rows.join("\n")));
}

const JULY: &str = "import service-point july.csv -t 城关镇 --readings --on 7-10";

/// What the ledger says of a column, row by row, with the day from which it holds.
fn changes(county: &County, column: &str) -> Vec<String> {
    let days = county.column(LEDGER, "effective");
    county
        .column(LEDGER, column)
        .into_iter()
        .zip(days)
        .map(|(value, day)| format!("{day} {value}").trim().to_owned())
        .collect()
}

#[test]
fn what_differs_on_the_day_becomes_a_change_and_nothing_else_does() {
    let county = county();
    sheet(&county, "july.csv", &["进村入户服务点,王庄,450,512,", "进村入户服务点,李庄,90,,申报"]);
    let before = county.files();
    let text = said(&county, &format!("{JULY} --dry-run"), Exit::Done);
    holds(&text, &["城关镇 服务点：变动 1 条；无变动 1 条，已跳过", "（--dry-run，未写入）"]);
    assert!(county.files() == before, "a trial wrote");
    let text = said(&county, JULY, Exit::Done);
    holds(&text, &["城关镇 服务点：变动 1 条；无变动 1 条，已跳过", "合计：变动 1 条"]);
    assert_eq!(changes(&county, "households_reached"), ["301", "90", "2018-07-10 450"]);
    assert_eq!(county.column(LEDGER, "households"), ["420", "420", "512"]);
    assert_eq!(county.column(LEDGER, "stage"), ["applied", "applied", "applied"], "an empty cell changes nothing");
    holds(&county.column(LEDGER, "reason")[2], &["july.csv"]);
    // The same sheet again.
    let text = said(&county, JULY, Exit::Done);
    holds(&text, &["变动 0 条；无变动 2 条，已跳过"]);
    assert_eq!(county.column(LEDGER, "rev").len(), 3);
    // June is as it was.
    holds(&county.ok("list service-point --today 6-30 --format csv"), &[",301,"]);
    holds(&county.ok("list service-point --format csv"), &[",450,"]);
    county.ok("undo");
    holds(&county.ok("list service-point --format csv"), &[",301,"]);
}

#[test]
fn a_sheet_of_several_days_changes_day_by_day_and_later_changes_stand() {
    let county = county();
    county.write(
        "july.csv",
        "截至日期,服务点类型,服务点地点,入户数\n2018-08-10,进村入户服务点,王庄,480\n2018年7月10日,同上,王庄,450\n8-15,同上,王庄,450\n",
    );
    let line = "import service-point july.csv -t 城关镇 --readings";
    holds(&said(&county, line, Exit::Done), &["变动 3 条；无变动 0 条"]);
    assert_eq!(
        changes(&county, "households_reached"),
        ["301", "90", "2018-07-10 450", "2018-08-10 480", "2018-08-15 450"]
    );
    holds(&said(&county, line, Exit::Done), &["变动 0 条；无变动 3 条"]);
    // Late by a month: only what was asked changes, and only until it changes next.
    sheet(&county, "june.csv", &["进村入户服务点,王庄,310,,纳入"]);
    let text = said(&county, "import service-point june.csv -t 城关镇 --readings --on 6-10", Exit::Done);
    holds(&text, &["变动 1 条"]);
    let rows = county.ok("export service-point --today 7-31");
    holds(&rows, &["王庄,纳入,420,450,"]);
    holds(&county.ok("export service-point --today 6-30"), &["王庄,纳入,420,310,"]);
    holds(&county.ok("export service-point --today 6-9"), &["王庄,申报,420,301,"]);
    holds(&county.ok("export service-point --today 8-12"), &["王庄,纳入,420,480,"]);
}

#[test]
fn the_day_is_the_rows_own_or_that_above_the_table_and_never_another_than_was_asked_for() {
    let county = county();
    let above = |day: &str| {
        county.write(
            "july.csv",
            &format!("入户情况,,\n截至日期：{day},,\n服务点类型,服务点地点,入户数\n进村入户服务点,王庄,450\n"),
        );
    };
    above("2018年7月10日");
    let line = "import service-point july.csv -t 城关镇 --readings";
    holds(
        &county.refused(&format!("{line} --on 7-11")),
        &["表上方写的是 2018-07-10，--on 写的却是 2018-07-11", "july.csv"],
    );
    holds(&said(&county, &format!("{line} --on 7-10"), Exit::Done), &["变动 1 条"]);
    assert_eq!(changes(&county, "households_reached"), ["301", "90", "2018-07-10 450"]);
    county.ok("undo");
    county.write(
        "july.csv",
        "服务点类型,服务点地点,入户数,填表日\n进村入户服务点,王庄,450,7-10\n进村入户服务点,李庄,91,\n",
    );
    let told = county.refused(line);
    holds(&told, &["没有写明是哪一天的情况", "--on 日期", "--map 列名=effective"]);
    let told = county.fails(&format!("{line} --map 填表日=effective"), Exit::Failed);
    holds(&told, &["没有写明是哪一天的情况", "july.csv:3:4"]);
    let told = county.fails(&format!("{line} --map 填表日=effective --on 7-12"), Exit::Failed);
    holds(&told, &["这一行写的是 2018-07-10，--on 写的却是 2018-07-12", "july.csv:2:4"]);
    holds(&said(&county, &format!("{line} --map 填表日=effective --on 7-10"), Exit::Done), &["变动 2 条"]);
    holds(&county.refused("import service-point july.csv --on 7-10"), &["--readings"]);
    holds(&county.refused("import service-point july.csv --readings --update"), &["--update"]);
}

#[test]
fn a_key_that_nothing_has_is_told_and_never_entered() {
    let county = county();
    county.add("service-point 柳塔乡 5-25 type=home-network place=赵庄");
    sheet(&county, "july.csv", &["进村入户服务点,王庄村,450,,", "进村入户服务点,赵庄,5,,", "进村入户服务点,李庄,91,,"]);
    let before = county.read(LEDGER);
    let told = county.fails(JULY, Exit::Failed);
    holds(
        &told,
        &[
            "城关镇的服务点中没有““进村入户”服务点 王庄村”",
            "july.csv:2",
            "相近的有：“进村入户”服务点 王庄",
            "july.csv:3",
            "有 2 行不能导入",
        ],
    );
    assert_eq!(county.read(LEDGER), before);
    let text = said(&county, &format!("{JULY} --partial --returns back.xlsx"), Exit::Found);
    holds(&text, &["变动 1 条；无变动 0 条，已跳过；2 行不能导入"]);
    assert_eq!(changes(&county, "households_reached"), ["301", "90", "2018-07-10 91"]);
    // What is sent back says the day, and comes in by itself.
    let back = std::fs::read(county.dir().join("out/back.xlsx")).unwrap();
    let table = sheets(&back).remove(0).1;
    assert!(table.iter().any(|row| row.concat().contains("截至日期：2018-07-10")), "{table:?}");
}

#[test]
fn readings_are_refused_as_changes_are() {
    let county = county();
    county.add("troupe 城关镇 5-10 name=秧歌队 discipline=舞蹈 members=12");
    county.write("troupes.csv", "团队名称,队员人数,解散日期,组建日期\n秧歌队,15,7-31,5-10\n");
    let line = "import troupe troupes.csv -t 城关镇 --readings --on";
    holds(&county.fails(&format!("{line} 8-10"), Exit::Failed), &["解散日期", "2018-07-31", "troupes.csv:2:3"]);
    county.write("troupes.csv", "团队名称,队员人数,组建日期\n秧歌队,15,5-11\n");
    holds(
        &county.fails(&format!("{line} 8-10"), Exit::Failed),
        &["组建（备案）日期", "culture edit", "troupes.csv:2:3"],
    );
    county.write("troupes.csv", "日期,团队名称,队员人数\n8-10,秧歌队,15\n");
    let told = county.fails("import troupe troupes.csv -t 城关镇 --readings --on 8-10", Exit::Failed);
    holds(&told, &["“日期”如果是统计的日期，加 --map 日期=effective", "troupes.csv:2:1"]);
    let text = said(&county, "import troupe troupes.csv -t 城关镇 --readings --map 日期=effective", Exit::Done);
    holds(&text, &["变动 1 条"]);
    county.ok("undo");
    county.write("troupes.csv", "团队名称,队员人数\n秧歌队,15\n");
    holds(&county.fails(&format!("{line} 5-9"), Exit::Failed), &["2018-05-09", "2018-05-10", "troupes.csv:2"]);
    holds(&county.refused(&format!("{line} 8-21")), &["2018-08-21 晚于今天 2018-08-20"]);
    county.write("shows.csv", "日期,地点\n5-3,王庄\n");
    let told = county.refused("import performance shows.csv -t 城关镇 --readings --on 7-10");
    holds(&told, &["演出是一次性的事，没有变动", "shows.csv"]);
    county.write("troupes.csv", "队员人数,指导单位\n15,文化馆\n");
    holds(&county.refused(&format!("{line} 8-10")), &["表里没有必填的一列：团队名称"]);
    county.add("facility 城关镇 5-10 name=图书馆 type=library place=城关");
    county.write("rooms.csv", "设施名称,每周开放小时数\n图书馆,40\n");
    let told = county.refused("import facility rooms.csv -t 城关镇 --readings --on 8-10");
    holds(&told, &["表里没有必填的一列：地点", "rooms.csv"]);
}

#[test]
fn rows_of_one_record_may_differ_by_day_only() {
    let county = county();
    sheet(
        &county,
        "july.csv",
        &["进村入户服务点,王庄,450,,", "进村入户服务点,王庄,,512,", "进村入户服务点,王庄,451,,"],
    );
    let told = county.fails(JULY, Exit::Failed);
    holds(&told, &["与 july.csv:2 是同一条记录、同一天（2018-07-10），内容却不同", "july.csv:4", "有 1 行不能导入"]);
    sheet(&county, "july.csv", &["进村入户服务点,王庄,450,,", "进村入户服务点,王庄,,512,"]);
    holds(&said(&county, JULY, Exit::Done), &["变动 2 条；无变动 0 条"]);
    assert_eq!(county.column(LEDGER, "rev"), ["1", "1", "2"]);
    assert_eq!(county.column(LEDGER, "households"), ["420", "420", "512"]);
    // What a change of that day says is corrected, not changed again.
    sheet(&county, "july.csv", &["进村入户服务点,王庄,460,,"]);
    holds(&county.fails(JULY, Exit::Failed), &["2018-07-10", "450", "culture edit", "--on 2018-07-10"]);
}

#[test]
fn what_was_exported_and_filled_in_comes_back_as_readings() {
    let county = county();
    county.ok("export service-point -o points.csv");
    let filled = county.read("out/points.csv").replace(",301,", ",450,");
    county.write("july.csv", &filled);
    let text = said(&county, "import service-point july.csv --readings --on 7-10", Exit::Done);
    holds(&text, &["变动 1 条；无变动 1 条"]);
    assert_eq!(changes(&county, "households_reached"), ["301", "90", "2018-07-10 450"]);
    // As records both sheets are on record: the one as it was, the other as it is.
    county.write("before.csv", &county.read("out/points.csv"));
    for file in ["before.csv", "july.csv"] {
        let text = said(&county, &format!("import service-point {file}"), Exit::Done);
        holds(&text, &["新增 0 条；重复 2 条，已跳过"]);
    }
}

#[test]
fn a_closed_month_is_not_changed_without_a_reason() {
    let county = county();
    said(&county, "close 2018-07 --despite 试行", Exit::Done);
    sheet(&county, "july.csv", &["进村入户服务点,王庄,450,,"]);
    holds(&county.refused(JULY), &["2018-07 已经定稿", "--late"]);
    let text = said(&county, &JULY.replace("7-10", "8-10"), Exit::Done);
    holds(&text, &["变动 1 条"]);
    county.ok("undo");
    said(&county, &format!("{JULY} --late 漏报"), Exit::Done);
    holds(&county.column(LEDGER, "reason").pop().unwrap(), &["漏报"]);
}
