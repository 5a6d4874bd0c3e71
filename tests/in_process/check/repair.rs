//! Ledgers that another program saved: diagnosed in words, and restored by `--fix`.

use super::county::{County, NOT_BY_HAND, PERFORMANCES, TROUPES, UNREAD, with_performance};
use culture::base::fault::Exit;

const CAN_FIX: &str = "culture check --fix 可恢复格式，不改动任何数值";

#[test]
fn a_ledger_that_a_spreadsheet_saved_is_diagnosed_and_restored() {
    let (county, _) = with_performance();
    county.adds("performance 城关镇 2018-02-01 into=campus place=学校 title=戏曲 performer=青松");
    let good = county.text(PERFORMANCES);
    let (heading, rows) = good.trim_end().split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.rotate_right(1);
    let saved: String = std::iter::once(heading).chain(rows).map(|line| line.to_owned() + ",,\r\n").collect();
    let saved = format!("\u{feff}{}", saved.replace("2018-03-10", "2018/3/10"));
    county.write(PERFORMANCES, &saved);
    let fault = |place: &str, what: &str| {
        format!("error {PERFORMANCES}:{place} 台账像是被电子表格另存过或手工改过：{what} | {CAN_FIX}")
    };
    let expected = [
        fault("1:1", "文件开头有 BOM"),
        fault("1:2", "4 行以 CRLF 结尾"),
        fault("1:161", "多出 2 个空列"),
        fault("2:1", "行的顺序被打乱（可能被排序过），登记时间前后倒置：3 行不在原处"),
        fault("3:21", "2 个日期被改写（2018/3/10 → 2018-03-10）"),
    ];
    county.finds(Exit::Found, &expected.each_ref().map(String::as_str));
    assert_eq!(county.text(PERFORMANCES), saved, "a check alone writes nothing");

    let (exit, out, err) = county.run("check --fix");
    let told = format!(
        "已恢复 1 本台账的格式，数值未动：\n  {PERFORMANCES}\n    去掉文件开头的 BOM（首见第 1 行）\n    \
         4 行的行尾由 CRLF 改回 LF（首见第 1 行）\n    去掉 2 个空列（首见第 1 行）\n    \
         恢复 2 个日期的写法（2018/3/10 → 2018-03-10）（首见第 3 行）\n    \
         按登记时间、编号、修订次数恢复行序，移动 3 行（首见第 2 行）\n没有发现问题（填报单位 3 个，台账 1 本，3 行）\n"
    );
    assert_eq!((exit, out, err), (Exit::Done, told, String::new()));
    assert_eq!(county.text(PERFORMANCES), good);
    assert!(county.run("check --fix").1.starts_with("没有可以自动恢复格式的台账\n"));
}

#[test]
fn references_into_a_ledger_that_can_be_restored_are_found() {
    let county = County::new();
    let troupe = county.adds("troupe 城关镇 2018-01-10 name=红霞 discipline=dance");
    county.adds(&format!("performance 城关镇 2018-03-10 into=village place=广场 troupe={troupe}"));
    county.edit(TROUPES, |text| text.replace('\n', "\r\n"));
    let (exit, found) = county.found();
    assert_eq!((exit, found.len()), (Exit::Found, 1), "{found:#?}");
    assert!(found[0].contains("2 行以 CRLF 结尾"), "{found:#?}");
}

#[test]
fn what_cannot_be_restored_is_left_as_it_is_and_the_rest_is_told() {
    let (county, _) = with_performance();
    county.adds("troupe 城关镇 2018-01-10 name=红霞 discipline=dance");
    county.edit(TROUPES, |text| text.replace('\n', "\r\n"));
    county
        .edit(PERFORMANCES, |text| format!("\u{feff}{}", text.replace("2018-06-20T09:05:00+08:00", "2018/6/20 9:05")));
    let before = county.text(PERFORMANCES);
    let (exit, out, _) = county.run("check --fix");
    assert_eq!(exit, Exit::Found);
    assert!(out.starts_with(&format!("已恢复 1 本台账的格式，数值未动：\n  {TROUPES}\n")), "{out}");
    assert_eq!(county.text(PERFORMANCES), before);
    let hint = "本文件还有别的错误，格式不能自动恢复：请从备份恢复，或先改正其余错误";
    let mark = format!("error {PERFORMANCES}:1:1 台账像是被电子表格另存过或手工改过：文件开头有 BOM | {hint}");
    let time = format!(
        "error {PERFORMANCES}:3:64 “entered_at”的值“2018/6/20 9:05”不对，应为时刻，如 2018-06-20T09:10:11+08:00 | {NOT_BY_HAND}"
    );
    county.finds(Exit::Found, &[&mark, &time, UNREAD]);
}

#[test]
fn another_encoding_is_one_fault() {
    let (county, _) = with_performance();
    let mut bytes = county.text(PERFORMANCES).into_bytes();
    let at = bytes.windows(3).position(|window| window == "广".as_bytes()).unwrap();
    bytes.splice(at..at + 3, [0xb9, 0xe3]);
    county.write(PERFORMANCES, bytes);
    let expected = format!(
        "error {PERFORMANCES}:2:40 台账不是 UTF-8 文字，像是被电子表格另存为“CSV（逗号分隔）” | \
         从备份恢复；没有备份时，在电子表格中另存为“CSV UTF-8”，再运行 culture check --fix"
    );
    county.finds(Exit::Found, &[&expected, UNREAD]);
}

#[test]
fn a_torn_write_is_a_warning() {
    let (county, _) = with_performance();
    county.edit(PERFORMANCES, |text| format!("{text}bbbbbbbbbbbb,1,live,2018"));
    county.finds(
        Exit::Done,
        &[&format!(
            "warning {PERFORMANCES}:: {PERFORMANCES} 末尾有 24 字节没有写完（当时断电或中断），未计入 | 下一次写入会清除它们"
        )],
    );
}
