//! Adjusting a plan behind a closing: another version, the ones before it as they were.

use super::may;
use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;

const SECOND: &str = "plans/2018.2.toml";
const ADJUST: &str = "plan adjust 2018 --document 平政办〔2018〕9号 --reason 增加场次";

/// May is closed, and on 20 June the target of performances goes from 60 to 66.
fn adjusted() -> County {
    let county = may();
    county.ok("close 2018-05");
    county.at("2018-06-20T09:00:00+08:00");
    county.ok(&format!("{ADJUST} --issued 2018-06-18 --target performances=66 --budget performances=66000"));
    county
}

fn squeezed(text: &str) -> String {
    text.replace(['\n', ' '], "")
}

#[test]
fn an_adjustment_is_another_version_and_the_first_stays() {
    let county = may();
    county.ok("close 2018-05");
    county.at("2018-06-20T09:00:00+08:00");
    let before = county.read("plans/2018.toml");
    let said = county.ok(&format!("{ADJUST} --issued 6.18 --target performances=66 --target six-entry=70"));
    holds(
        &said,
        &[
            "已生成 plans/2018.2.toml（平政办〔2018〕9号，2018-06-18 印发）",
            "各类演出（原任务 60，调整后 66）",
            "“六进”演出（原任务 60，调整后 70）",
            "下次定稿前都可以改",
        ],
    );
    assert_eq!(county.read("plans/2018.toml"), before);
    let second = county.read(SECOND);
    let adjustment =
        "[adjustment]\ndocument = \"平政办〔2018〕9号\"\nreason = \"增加场次\"\nissued = 2018-06-18\nby = \"王芳\"\n";
    holds(&second, &[adjustment, "target = 66", "target = 70"]);
    let kept = PLAN.lines().filter(|line| line.trim_start() != "target = 60").all(|line| second.contains(line));
    assert!(kept, "{second}");
    // The third begins with the second.
    let ran = county.run("plan adjust 2018 --document 平政办〔2018〕30号 --reason 再增加 --target performances=72");
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&ran.out, &["plans/2018.3.toml", "各类演出（原任务 60，调整后 72）", "“六进”演出（原任务 60，调整后 70）"]);
    holds(&squeezed(&county.ok("plan show")), &["performances各类演出6072six-entry“六进”演出6070"]);
    holds(&county.ok("plan show --format csv"), &["performances,各类演出,72,场"]);
    holds(&county.ok("status --format csv"), &["指标,完成,原任务,调整后,完成率", "各类演出,4,60,72,"]);
    holds(&county.ok("check"), &["没有发现问题"]);
    // Years are not confused by it.
    holds(&county.refused("plan show 2017"), &["现有：2018；新建"]);
    county.ok("plan new 2019");
    let next = county.read("plans/2019.toml");
    assert!(next.contains("target = 72") && !next.contains("[adjustment]"), "{next}");
}

#[test]
fn tables_show_both_targets_where_they_differ() {
    let county = adjusted();
    let line = "任务有调整（平政办〔2018〕9号，2018-06-18）：各类演出（原任务60，调整后66）、“六进”演出活动经费（原预算无，调整后66000.00元）。";
    for command in ["status", "report month 2018-05", "report milestone 2018-07-01"] {
        let said = county.ok(command);
        assert!(squeezed(&said).contains(&squeezed(line)), "{command}:\n{said}");
    }
    holds(
        &county.ok("report milestone 2018-07-01 --format csv"),
        &["指标,原任务,调整后,节点要求", "各类演出,60,66,33,4,"],
    );
    let shown = county.ok("plan show");
    holds(
        &shown,
        &[
            "历次版本",
            "调整的任务和预算",
            "原任务",
            "调整后",
            "首次印发",
            "plans/2018.2.toml",
            "平政办〔2018〕9号",
            "增加场次",
        ],
    );
    let json = county.json("status");
    let of = |id: &str, key: &str| {
        let all = json["indicators"].as_array().unwrap();
        all.iter().find(|one| one["id"] == id).unwrap()[key].as_u64()
    };
    assert_eq!((of("performances", "original_target"), of("performances", "target")), (Some(60), Some(66)));
    assert_eq!((of("trained", "original_target"), of("trained", "target")), (Some(100), Some(100)));
    assert_eq!(json["adjustment"]["document"], "平政办〔2018〕9号");
    let english = county.ok("--lang en status");
    holds(&squeezed(&english), &["Performances(originally60,now66)"]);
}

#[test]
fn every_table_with_targets_has_both_in_columns_of_their_own() {
    let county = adjusted();
    county.ok("plan apportion performances --equal");
    county.set("COLUMNS", "80");
    let commands = [
        ("status", "原任务 调整后", " adjusted "),
        ("status --month 5月", "原任务 调整后", " adjusted "),
        ("status -t 城关", "原分解 调整后", " adjusted "),
        ("status --by-township", "4/66（原", "4/66 (was"),
        ("report month 5月", "原任务 调整后", " adjusted "),
        ("report milestone 2018-07-01", "原分解 调整后", " adjusted "),
        ("report acceptance", "原任务 调整后", " adjusted "),
        ("plan show", "原任务 调整后", " adjusted "),
        ("handover", "各类演出（原任务 60，调整后 66 场）", "Performances (target originally 60, now 66"),
    ];
    let in_words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (command, chinese, english) in commands {
        for (lang, heading) in [("zh", chinese), ("en", english)] {
            let said = county.ok(&format!("--lang {lang} {command}"));
            assert!(in_words(&said).contains(heading), "“{heading}” is lacking in {command}:\n{said}");
            assert!(said.lines().all(|line| columns(line) <= 80), "{command}:\n{said}");
        }
    }
    county.ok("close 2018-05");
    let again = county.copy();
    holds(&in_words(&again.ok("close 2018-05")), &["累计 原任务 调整后", "4 60 66"]);
    let json = county.json("report month 5月");
    let shows = json["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "performances").unwrap();
    assert_eq!((&shows["original_target"], &shows["target"]), (&60.into(), &66.into()));
    // Nothing adjusted: the tables are as they were.
    holds(&county.ok("status --known 2018-06-17 --format csv"), &["指标,完成,任务,完成率"]);
    assert!(!may().ok("status").contains("原任务"));
}

/// The columns that a line takes on a terminal.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if matches!(c, '\u{2e80}'..='\u{ffef}') { 2 } else { 1 }).sum()
}

#[test]
fn a_townships_share_is_adjusted_by_apportioning_the_new_version() {
    let county = may();
    county.ok("plan apportion performances --equal");
    county.ok("close 2018-05");
    county.at("2018-06-20T09:00:00+08:00");
    let said = county.refused("plan apportion performances --equal");
    holds(&said, &["plans/2018.toml", "closings/2018-05.toml", "culture plan adjust 2018"]);
    let before = county.read("plans/2018.toml");
    let ran = county.run(&format!("{ADJUST} --target performances=66"));
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&ran.err, &["各类演出：分解合计比任务数少 6", "plan apportion performances"]);
    holds(&county.ok("plan apportion performances --equal"), &["已写入 plans/2018.2.toml"]);
    assert_eq!(county.read("plans/2018.toml"), before);
    holds(&squeezed(&county.ok("status -t 城关")), &["各类演出（原分解20，调整后22）"]);
    // The next closing holds it fast.
    let ran = county.run("close 2018-04 --despite 补定");
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&county.read("closings/2018-04.toml"), &["file = \"plans/2018.2.toml\""]);
    holds(&county.refused("plan apportion performances --equal"), &["plans/2018.2.toml", "closings/2018-04.toml"]);
}

#[test]
fn what_was_known_goes_by_the_version_issued_by_then() {
    let county = adjusted();
    let target = |known: &str| {
        let csv = county.ok(&format!("status --format csv{known}"));
        let cells =
            |start: &str| csv.lines().find(|line| line.starts_with(start)).unwrap().split(',').collect::<Vec<_>>();
        let percent = cells("指标").iter().position(|heading| *heading == "完成率").unwrap();
        cells("各类演出")[percent - 1].to_owned()
    };
    assert_eq!(target(""), "66");
    assert_eq!(target(" --today 2018-06-05"), "66");
    assert_eq!(target(" --known 2018-06-17"), "60");
    assert_eq!(target(" --known 2018-06-18"), "66");
    let then = county.ok("report milestone 2018-07-01 --known 2018-06-17");
    assert!(!then.contains("调整后"), "{then}");
    assert!(!county.ok("plan show --known 2018-06-17").contains("调整后  "));
    assert!(!county.ok("report month 5月 --known 2018-06-17").contains("任务有调整"));
    // What was closed is counted by what it froze.
    holds(&county.ok("verify"), &["一致"]);
    let closing = county.read("closings/2018-05.toml");
    assert!(closing.contains("file = \"plans/2018.toml\"") && !closing.contains("adjustment"));
    county.ok("close 2018-05");
    let again = county.read("closings/2018-05.2.toml");
    assert!(again.contains("file = \"plans/2018.2.toml\"") && again.contains("adjustment"));
    holds(&county.ok("verify"), &["一致"]);
}

#[test]
fn an_adjustment_is_no_correction_of_records() {
    let county = adjusted();
    holds(&county.ok("restate 2018-05"), &["方案在定稿后有调整（平政办〔2018〕9号，2018-06-18）", "plans/2018.toml"]);
    assert!(!county.ok("status").contains("数据更正说明"));
    // Not even where it counts otherwise from now on.
    let second = county.read(SECOND);
    let other = second.replace("into = [\"enterprise\", \"village\", ", "into = [\"enterprise\", ");
    assert_ne!(second, other);
    county.write(SECOND, &other);
    holds(&county.ok("status --format csv"), &["“六进”演出,2,60,60"]);
    assert!(!county.ok("status").contains("数据更正说明"));
    let late = "add performance 2018-05-21 城关 --into campus --place 李庄 --title 送戏 --late 迟";
    assert_eq!(county.run(late).exit, Exit::Done);
    let said = squeezed(&county.ok("status"));
    holds(&said, &["数据更正说明：2018-05定稿后，各类演出4更正为5（"]);
    county.ok("close 2018-05");
    assert!(!county.ok("restate 2018-05").contains("方案在定稿后有调整"));
}

#[test]
fn check_finds_versions_edited_behind_a_closing_gaps_and_days_out_of_order() {
    let county = adjusted();
    let second = county.read(SECOND);
    // Until the next closing it may be edited.
    county.write(SECOND, &second.replace("target = 66", "target = 68"));
    holds(&county.ok("check"), &["没有发现问题"]);
    county.ok("close 2018-05");
    county.write(SECOND, &second);
    let found = |pieces: &[&str]| {
        let ran = county.run("check");
        assert_eq!(ran.exit, Exit::Found, "{ran:#?}");
        holds(&ran.out, pieces);
    };
    found(&[SECOND, "在定稿（closings/2018-05.2.toml）之后被改动过", "culture plan adjust 2018"]);
    county.write(SECOND, &second.replace("target = 66", "target = 68"));
    holds(&county.ok("check"), &["没有发现问题"]);

    let later = second.replace("issued = 2018-06-18", "issued = 2018-06-10");
    county.write("plans/2018.3.toml", &later);
    found(&["plans/2018.3.toml", "印发日期 2018-06-10 早于上一版的 2018-06-18"]);
    county.remove("plans/2018.3.toml");
    county.write("plans/2018.4.toml", &second);
    found(&["plans/2018.4.toml", "缺少上一版方案 plans/2018.3.toml"]);
    county.remove("plans/2018.4.toml");
    county.write("plans/2018.3.toml", PLAN);
    found(&["plans/2018.3.toml", "缺少 [adjustment]"]);
    county.remove("plans/2018.3.toml");
    county.write("plans/2018.03.toml", PLAN);
    found(&["plans/2018.03.toml", "2018.2.toml"]);
    county.remove("plans/2018.03.toml");
    county.remove(SECOND);
    found(&[SECOND, "不见了"]);
    let english = county.run("--lang en check");
    holds(&english.out, &["is missing"]);
}

#[test]
fn what_cannot_be_adjusted_is_refused_with_the_way_out() {
    let county = adjusted();
    for (line, pieces) in [
        (format!("{ADJUST} --issued 2018-06-21"), ["2018-06-21 还没有到", "印发之后"]),
        (format!("{ADJUST} --issued 2018-06-17"), ["早于上一版的印发日期 2018-06-18", "核对"]),
        (format!("{ADJUST} --target dances=5"), ["没有指标“dances”", "performances"]),
        (format!("{ADJUST} --target performances=0"), ["大于 0 的整数", "performances=66"]),
        (format!("{ADJUST} --target performances"), ["没有等号", "performances=66"]),
        (format!("{ADJUST} --budget wine=5"), ["没有支出科目“wine”", "performances"]),
        (format!("{ADJUST} --budget other=1.234"), ["不是金额", "66000.00"]),
        ("plan adjust 2017 --document x --reason y".to_owned(), ["没有 2017 年的实施方案", "2018"]),
        ("plan adjust 2018 --document ' ' --reason y".to_owned(), ["没有写明文号", ""]),
        ("plan adjust 2018 --reason y".to_owned(), ["--document", ""]),
    ] {
        let before = county.files();
        holds(&county.refused(&line), &pieces);
        assert_eq!(county.files(), before, "{line}");
    }
}
