//! Late entries, and a closed month as issued beside the month as it stands.

use super::{LEDGER, may};
use crate::common::{County, holds};
use culture::base::fault::Exit;

const SHOW: &str = "performance 2018-05-21 城关 --into village --place 李庄 --title 送戏";

fn closed() -> County {
    let county = may();
    let _ = county.ok("close 2018-05");
    county.at("2018-06-20T09:00:00+08:00");
    county
}

#[test]
fn rows_of_a_closed_month_need_a_reason_and_keep_it() {
    let county = closed();
    let said = county.refused(&format!("add {SHOW}"));
    holds(&said, &["2018-05 已经定稿，其中 1 条是补录或更正", "--late"]);
    let ran = county.run(&format!("add {SHOW} --late '回执 6 月才收到'"));
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&ran.err, &["2018-05 已经定稿", "culture restate 2018-05"]);
    assert_eq!(county.column(LEDGER, "reason").last().unwrap(), "回执 6 月才收到");
    // June is open.
    county.ok("add performance 2018-06-02 城关 --into village --place 李庄 --title 送戏");

    let id = county.column(LEDGER, "id")[0].clone();
    holds(&county.refused(&format!("edit {id} sessions=3 --reason 数错")), &["--late"]);
    // Also when the record leaves the closed month.
    holds(&county.refused(&format!("edit {id} date=2018-06-01 --reason 日期")), &["2018-05 已经定稿"]);
    holds(&county.refused(&format!("void {id} --reason 重复")), &["--late"]);
    let _ = county.run(&format!("edit {id} sessions=3 --reason 数错 --late 核对回执"));
    assert_eq!(county.column(LEDGER, "reason").last().unwrap(), "数错；核对回执");
    holds(&county.refused("undo"), &["--late"]);
    let english = county.run("--lang en undo");
    holds(&english.err, &["2018-05 is already closed: 1 record is late", "--late REASON"]);

    let sheet = "日期,演出团队,六进,地点,场次\n2018-05-22,戏迷社,进村庄,马庄,1\n";
    county.write("in.csv", &sheet.replace("六进", "into").replace("进村庄", "village"));
    holds(&county.run("import performance in.csv -t 城关").err, &["2018-05 已经定稿", "--late"]);
    let tried = county.run("import performance in.csv -t 城关 --dry-run");
    assert_eq!(tried.exit, Exit::Done, "{tried:#?}");
    holds(&tried.err, &["警告：2018-05 已经定稿，其中 1 条是补录或更正", "--late"]);
    holds(&county.ok("verify"), &["一致"]);
}

#[test]
fn what_comes_in_from_another_copy_is_late_too() {
    let county = may();
    let other = county.copy();
    county.ok("close 2018-05");
    other.add(SHOW);
    let merge = format!("merge '{}'", other.dir().display());
    let tried = county.run(&format!("{merge} --dry-run"));
    assert_eq!(tried.exit, Exit::Done, "{tried:#?}");
    holds(&tried.err, &["2018-05 已经定稿，其中 1 条是补录或更正", "--late"]);
    holds(&county.refused(&merge), &["2018-05 已经定稿", "--late"]);
    let tried = county.run(&format!("{merge} --dry-run --late 分机登记"));
    holds(&tried.err, &["2018-05 已经定稿", "restate 2018-05"]);
    assert_eq!(county.run(&format!("{merge} --late 分机登记")).exit, Exit::Done);
    assert_eq!(county.column(LEDGER, "reason").last().unwrap(), "分机登记");
    holds(&county.ok("restate 2018-05"), &["补录", "分机登记"]);
    holds(&county.ok("verify"), &["一致"]);
}

#[test]
fn a_restatement_names_the_records_that_make_the_difference() {
    let county = closed();
    holds(&county.ok("restate 2018-05"), &["数字与定稿时相同"]);
    assert!(!county.ok("status").contains("数据更正说明"));
    let late = county.run(&format!("add {SHOW} --late 回执迟到 --by 李强 --format ids"));
    let voided = county.column(LEDGER, "id")[0].clone();
    let _ = county.run(&format!("void {voided} --reason 重复登记 --late 核对后作废"));
    // What is dated after the month, and what came and went, makes no difference.
    county.add("performance 2018-06-02 城关 --into village --place 马庄 --title 送戏");
    let gone = county.run("add performance 2018-05-25 城关 --into village --place 马庄 --late 误 --format ids");
    let _ = county.run(&format!("void {} --reason 误 --late 误", gone.out.trim()));

    let said = county.ok("restate 5月");
    holds(&said, &["县 2018-05 数据更正说明", "各类演出", "补录", "李强", "回执迟到", "作废", "重复登记；核对后作废"]);
    assert!(said.contains(late.out.trim()) && said.contains(&voided) && !said.contains(gone.out.trim()), "{said}");
    let line =
        "数据更正说明：2018-05 定稿后，各类演出 4 更正为 3、“六进”演出 4 更正为 3（明细：culture restate 2018-05）";
    let squeeze = |text: String| text.replace(['\n', ' '], "");
    for command in ["status", "report month 5月"] {
        let said = squeeze(county.ok(command));
        assert!(said.contains(&squeeze(line.to_owned())), "{command}:\n{said}");
    }
    assert!(!county.ok("status --known 2018-06-05T10:00:00+08:00 --month 5月").contains("数据更正说明"));
    holds(&county.refused("restate 2018-04"), &["2018-04 还没有定稿"]);
    holds(&county.ok("--lang en restate 2018-05"), &["restatement for 2018-05", "added late", "voided"]);
    holds(&county.ok("verify"), &["一致"]);
}

#[test]
fn a_record_is_shown_as_it_was_known() {
    let county = closed();
    let id = county.column(LEDGER, "id")[0].clone();
    let _ = county.run(&format!("edit {id} title=大戏 --reason 剧目 --late 核对"));
    holds(&county.ok(&format!("show {id}")), &["大戏"]);
    holds(&county.ok(&format!("show {id} --known 2018-06-10")), &["惠民演出"]);
    holds(&county.refused(&format!("show {id} --known 2018-06-01")), &["还没有这条记录"]);
}
