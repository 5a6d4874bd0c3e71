//! The computer's clock: far ahead of the last write, behind what stands, beside a wrong stamp, and where it says no day.

use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";

fn line(township: &str, title: &str) -> String {
    format!("add performance {township} 2018-05-20 into=village place={title} title={title} performer={title}")
}

fn stamps(county: &County) -> Vec<String> {
    county.column(LEDGER, "entered_at")
}

/// With one row, entered on 28 June 2018.
fn county() -> County {
    let county = County::new();
    county.ok(&line("城关镇", "一"));
    county
}

#[test]
fn a_holiday_asks_nothing_a_month_is_mentioned_a_quarter_is_asked_for() {
    let at = |moment: &str| {
        let county = county();
        county.at(moment);
        let before = county.files();
        let ran = county.run(&line("城关镇", "二"));
        assert_eq!(ran.exit == Exit::Done, county.files() != before, "{moment}: {ran:?}");
        (ran.exit, ran.err)
    };
    let (exit, said) = at("2018-07-29T09:00:00+08:00");
    assert_eq!((exit, said.as_str()), (Exit::Done, ""));
    let (exit, said) = at("2018-07-29T10:00:01+08:00");
    assert_eq!(exit, Exit::Done);
    holds(&said, &["电脑时钟是 2018-07-29 10:00，距上一次写入（2018-06-28 10:00）已有 31 天"]);
    let (exit, said) = at("2018-10-06T09:59:59+08:00");
    assert_eq!(exit, Exit::Done);
    holds(&said, &["已有 99 天"]);
    for (moment, days) in [("2018-10-06T10:00:02+08:00", 100), ("2099-01-01T00:00:00+08:00", 29406)] {
        let (exit, said) = at(moment);
        assert_eq!(exit, Exit::Failed);
        holds(&said, &[&format!("已有 {days} 天"), "--clock-is-right"]);
    }
}

#[test]
fn a_clock_that_is_right_is_taken_and_asked_for_once() {
    let county = county();
    county.at("2019-03-01T10:00:00+08:00");
    county.fails("township add wenquan --name 温泉镇", Exit::Failed);
    county.ok("township add wenquan --name 温泉镇 --clock-is-right");
    county.ok(&line("城关镇", "二"));
    county.at("2019-04-10T10:01:00+08:00");
    holds(&county.run(&line("城关镇", "三")).err, &["已有 40 天"]);
    county.ok(&line("城关镇", "四"));
}

#[test]
fn whoever_sits_at_the_keyboard_is_asked() {
    let county = county();
    county.at("2019-03-01T10:00:00+08:00");
    county.answers("否");
    holds(&county.fails(&line("城关镇", "二"), Exit::Failed), &["时钟对吗？", "--clock-is-right"]);
    county.answers("是");
    assert_eq!(county.run(&line("城关镇", "二")).exit, Exit::Done);
    county.ok(&line("城关镇", "三"));
}

#[test]
fn what_is_only_tried_is_not_refused() {
    let county = county();
    county.at("2099-01-01T10:00:00+08:00");
    county.write("x.csv", "演出日期,类别,演出地点,演出名称,演出团体\n2018-05-05,village,p,t,q\n");
    assert_eq!(county.run("import performance x.csv --township 城关镇 --dry-run").exit, Exit::Done);
    assert_eq!(county.run("import performance x.csv --township 城关镇").exit, Exit::Failed);
}

/// A journal of an earlier version, and none at all, leave it to the ledgers.
#[test]
fn without_times_in_the_journal_the_ledgers_tell_them() {
    let county = county();
    let journal = county.read(".journal");
    let kept = " 2018-06-28T10:00:00+08:00 2018-06-28T10:00:00+08:00";
    assert!(journal.contains(kept), "{journal}");
    let above = journal.replace(kept, "");
    let above = &above[..above.len() - 22];
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    let earlier = format!("{above}done {:016x}\n", above.bytes().fold(0xCBF2_9CE4_8422_2325, hash));
    county.at("2018-11-01T10:00:00+08:00");
    for old in [Some(earlier), None] {
        match old {
            Some(old) => county.write(".journal", &old),
            None => county.remove(".journal"),
        }
        holds(&county.fails(&line("城关镇", "二"), Exit::Failed), &["（2018-06-28 10:00）已有 126 天"]);
    }
    // A ledger that cannot be read tells no time, and keeps nobody from writing to others.
    county.write(LEDGER, "broken");
    county.ok(&line("柳塔乡", "二"));
}

#[test]
fn writing_goes_on_from_a_stamp_that_is_wrong() {
    let county = county();
    county.at("2099-01-01T10:00:00+08:00");
    county.ok(&format!("{} --clock-is-right", line("城关镇", "二")));
    county.at("2018-06-29T10:00:00+08:00");
    let ran = county.run(&line("城关镇", "三"));
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["电脑时钟是 2018-06-29 10:00", "记为 2099-01-01 10:00", "culture check"]);
    assert_eq!(stamps(&county)[1..], ["2099-01-01T10:00:00+08:00", "2099-01-01T10:00:00+08:00"]);
    // Another ledger has its own time; that the clock is behind the county's newest row is said all the same.
    let ran = county.run(&line("柳塔乡", "四"));
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["早于全县最后一次登记的时间 2099-01-01 10:00"]);
    let liuta = county.column("townships/liuta/2018/performance.csv", "entered_at");
    assert_eq!(liuta, ["2018-06-29T10:00:01+08:00"]);
    // The clock that was set right is what the next one is measured by.
    county.at("2099-01-01T10:00:00+08:00");
    county.fails(&line("柳塔乡", "五"), Exit::Failed);
}

#[test]
fn a_closing_that_is_stamped_wrong_locks_nobody_out() {
    let county = county();
    county.at("2027-07-01T10:00:00+08:00");
    let closed = county.run("close 2018-05 --despite 试 --clock-is-right --today 2018-06-28");
    assert_eq!(closed.exit, Exit::Done, "{closed:?}");
    county.at("2018-06-29T10:00:00+08:00");
    let ran = county.run("add performance 城关镇 2018-06-20 into=village place=二 title=二 performer=二");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["记为 2027-07-01 10:00"]);
    assert_eq!(stamps(&county)[1], "2027-07-01T10:00:01+08:00");
}

#[test]
fn a_check_names_stamps_that_lie_ahead() {
    let county = county();
    county.at("2099-01-01T10:00:00+08:00");
    county.ok(&format!("{} --clock-is-right", line("城关镇", "二")));
    assert_eq!(county.run("close 2018-05 --despite 试 --today 2018-06-28").exit, Exit::Done);
    assert!(!county.run("check").out.contains("2099"));
    county.at("2018-06-29T10:00:00+08:00");
    assert_eq!(county.run(&format!("{} --late 补", line("城关镇", "三"))).exit, Exit::Done);
    let ran = county.run("check --format csv");
    assert_eq!(ran.exit, Exit::Done);
    let named: Vec<&str> = ran.out.lines().filter(|line| line.contains("future-stamp")).collect();
    assert_eq!(named.len(), 2, "{}", ran.out);
    holds(named[0], &["warning,closings/2018-05.toml,", "2099-01-01 10:00"]);
    holds(named[1], &[&format!("warning,{LEDGER},3,"), "2099-01-01 10:00", "2 行"]);
}

#[test]
fn days_that_nobody_writes_are_refused_in_words() {
    let county = county();
    for moment in ["0001-01-01T00:00:00+08:00", "1969-12-31T23:00:00Z", "9999-12-31T23:59:59+08:00"] {
        county.at(moment);
        for line in ["status", &line("城关镇", "二"), "init x"] {
            holds(&county.fails(line, Exit::Failed), &["电脑时钟不在公元 1970 年至 9999 年之间"]);
        }
    }
    county.at("9999-12-30T10:00:00+08:00");
    county.ok(&format!("{} --clock-is-right", line("城关镇", "二")));
    county.at("1970-01-02T10:00:00+08:00");
    let late = county.run(&format!("{} --today 2018-06-28", line("柳塔乡", "三")));
    holds(&late.err, &["早于全县最后一次登记"]);
}

/// A stamp by hand at the very end: nothing can come after it.
#[test]
fn nothing_is_stamped_with_five_digits_of_the_year() {
    let county = county();
    let last = county.read(LEDGER).replace("2018-06-28T10:00:00+08:00", "9999-12-31T23:59:59-12:00");
    county.write(LEDGER, &last);
    holds(&county.fails(&line("城关镇", "二"), Exit::Failed), &["9999"]);
    county.ok(&line("柳塔乡", "二"));
}
