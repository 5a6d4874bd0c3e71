//! Months that are closed while records that last go on changing: what changes after a month leaves it as it was, and what
//! is said of its days later is late, and is restated.

use super::days::{LedgerRow, rows, there};
use crate::common::{County, holds};
use culture::base::fault::Exit;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;

const CHENGGUAN: &str = "townships/chengguan/2018/service-point.csv";

/// A county whose points of 25 May, one of them applied for, the other reaching 301 of 420 households, were entered in time.
struct Points {
    county: County,
    digital: String,
    home: String,
}

impl Points {
    fn new() -> Points {
        let county = County::new();
        county.set("COLUMNS", "200");
        county.at("2018-05-28T09:00:00+08:00");
        let digital = county.add("service-point 柳塔乡 5-25 type=digital-upgrade place=柳塔文化站 stage=applied");
        let home = "service-point 城关镇 5-25 type=home-network place=南村 stage=accepted households=420";
        let home = county.add(&format!("{home} households_reached=301"));
        Points { county, digital, home }
    }

    /// With these months closed, each on the fifth of the next.
    fn closed(months: std::ops::RangeInclusive<u8>) -> Points {
        let points = Points::new();
        points.close(months);
        points
    }

    fn close(&self, months: std::ops::RangeInclusive<u8>) {
        for month in months {
            self.county.at(&format!("2018-{:02}-05T09:00:00+08:00", month + 1));
            assert_eq!(self.county.run(&format!("close 2018-{month:02} --despite 月报未齐")).exit, Exit::Done);
        }
    }

    /// An indicator in the closing of a month: the county's figure at its end, and the whole.
    fn issued(&self, month: u8, indicator: &str) -> (i64, Option<i64>) {
        let closing: toml::Table = self.county.read(&format!("closings/2018-{month:02}.toml")).parse().unwrap();
        let all = closing["indicator"].as_array().unwrap();
        let of = all.iter().find(|one| one["id"].as_str() == Some(indicator)).unwrap();
        let number = |value: &toml::Value| value.as_str().unwrap().parse().unwrap();
        (number(&of["year"]), of.get("of").map(number))
    }

    #[track_caller]
    fn verifies(&self) {
        let said = self.county.ok("verify all --format csv");
        assert!(!said.contains("differs") && said.contains("equal"), "{said}");
    }

    #[track_caller]
    fn is_not_restated(&self, month: u8) {
        let said = self.county.ok(&format!("restate 2018-{month:02}"));
        assert!(said.contains("数字与定稿时相同") && !said.contains("编号"), "{said}");
    }
}

#[test]
fn what_is_listed_in_november_counts_from_november_in_every_closing() {
    let points = Points::closed(5..=10);
    let Points { county, digital, .. } = &points;
    county.at("2018-11-21T09:00:00+08:00");
    county.ok(&format!("change {digital} --on 2018-11-20 stage=listed"));
    for month in 5..=10 {
        points.is_not_restated(month);
        assert_eq!(points.issued(month, "digital-points"), (0, None));
    }
    points.verifies();
    points.close(11..=11);
    assert_eq!(points.issued(11, "digital-points"), (1, None));
    points.verifies();

    // It was on 25 June: June did not know of it, and November had it on another day.
    let moved = format!("change {digital} --on 2018-11-20 --moved 2018-06-25 --reason 通知上的日期");
    holds(&county.refused(&moved), &["2018-06 已经定稿，其中 1 条", "--late"]);
    let _ = county.run(&format!("{moved} --late 核对通知"));
    let june = county.ok("restate 2018-06");
    holds(
        &june,
        &["提档升级乡镇服务点  全县    累计       0     1", "补录变动", "自 2018-06-25 起 建设阶段 申报 -> 纳入"],
    );
    holds(&june, &[digital, "通知上的日期；核对通知"]);
    let november = county.ok("restate 2018-11");
    holds(&november, &["提档升级乡镇服务点  全县    当月       1     0", "更正"]);
    holds(&november, &["2018-06-25 至 2018-11-19 建设阶段 申报 -> 纳入"]);
    points.is_not_restated(5);
    points.verifies();
    let english = county.ok("--lang en restate 2018-06");
    holds(&english, &["changed late", "from 2018-06-25, stage applied for -> listed"]);
}

#[test]
fn what_july_says_of_households_is_no_restatement_of_june_and_a_correction_is() {
    let points = Points::closed(5..=6);
    let Points { county, home, .. } = &points;
    county.at("2018-07-12T09:00:00+08:00");
    county.ok(&format!("change {home} --on 2018-07-10 households_reached=450 households=512"));
    points.is_not_restated(5);
    points.is_not_restated(6);
    points.verifies();
    assert!(!county.ok("status").contains("数据更正说明"));
    points.close(7..=8);
    for (month, reached) in [(5, (301, Some(420))), (6, (301, Some(420))), (7, (450, Some(512))), (8, (450, Some(512)))]
    {
        assert_eq!(points.issued(month, "home-reach"), reached, "{month}");
    }
    points.verifies();

    // What was counted in May was never so. It held until 9 July.
    let edit = format!("edit {home} --on 2018-06-01 households_reached=311 --reason 数错");
    holds(&county.refused(&edit), &["2018-05 已经定稿，其中 1 条"]);
    let _ = county.run(&format!("{edit} --late 核对名册"));
    for month in [5, 6] {
        let said = county.ok(&format!("restate 2018-{month:02}"));
        holds(&said, &["文化共享工程入户  全县    累计     301   311", "更正", "入户数 301 -> 311", "数错；核对名册"]);
        assert!(!said.contains('起') && !said.contains("450"), "{said}");
    }
    let said = county.ok("status --today 2018-07-05").replace(['\n', ' '], "");
    holds(&said, &["2018-06定稿后，文化共享工程入户301更正为311"]);
    let july = county.ok("restate 2018-07");
    holds(&july, &["文化共享工程入户  全县    当月     149   139", "2018-07-09 以前（含当日） 入户数 301 -> 311"]);
    assert!(!july.contains("累计"), "at the end of July nothing is otherwise: {july}");
    points.verifies();
}

/// What changed before, what is said then of HOME, and whether that is late: June is closed; May, in which the point is
/// dated, is not, nor is July.
const OF_JUNE: [(&[&str], &str, bool); 20] = [
    (&[], JUNE, true),
    (&[], JULY, false),
    (&[JULY], "change HOME --on 2018-07-01 households_reached=440", false),
    (&[JULY], "change HOME --on 2018-06-30 households_reached=440", true),
    (&[JULY], "change HOME --on 2018-07-10 --moved 2018-06-28 --reason 日期", true),
    (&[JULY], "change HOME --on 2018-07-10 --moved 2018-07-12 --reason 日期", false),
    (&[JUNE], "change HOME --on 2018-06-20 --moved 2018-07-02 --reason 日期", true),
    (&[MAY], "change HOME --on 2018-05-28 --moved 2018-06-02 --reason 日期", true),
    (&[MAY], "change HOME --on 2018-05-28 --moved 2018-05-30 --reason 日期", false),
    (&[JUNE], "change HOME --on 2018-06-20 --drop --reason 误", true),
    // What is taken back in July says once more what holds from June on.
    (&[JUNE, JULY], "change HOME --on 2018-07-10 --drop --reason 误", false),
    (&[JUNE, JULY], "change HOME --on 2018-06-20 --drop --reason 误", true),
    (&[JUNE, JULY], "undo", false),
    (&[JUNE], "undo", true),
    // May is open, and what is so from the beginning is dated there; where the record goes, its change of June goes too.
    (&[], "void HOME --reason 误", false),
    (&[JULY], "void HOME --reason 误", false),
    (&[JUNE], "void HOME --reason 误", true),
    (&[JUNE, JULY], "edit HOME place=北村 --reason 误", false),
    (&[JUNE, JULY], "edit HOME --on 2018-07-15 households_reached=451 --reason 误", false),
    (&[JUNE, JULY], "edit HOME --on 2018-06-25 households_reached=311 --reason 误", true),
];
const MAY: &str = "change HOME --on 2018-05-28 households_reached=305";
const JUNE: &str = "change HOME --on 2018-06-20 households_reached=310";
const JULY: &str = "change HOME --on 2018-07-10 households_reached=450";

#[test]
fn what_a_ledger_says_of_days_in_a_closed_month_is_late_and_of_later_days_is_not() {
    for (before, deed, late) in OF_JUNE {
        let points = Points::closed(6..=6);
        let county = &points.county;
        county.at("2018-08-20T09:00:00+08:00");
        for line in before {
            let ran = county.run(&format!("{} --late 前", line.replace("HOME", &points.home)));
            assert_eq!(ran.exit, Exit::Done, "{line}: {ran:#?}");
        }
        let rows = county.rows(CHENGGUAN).len() - 1;
        let deed = deed.replace("HOME", &points.home);
        let told = format!("{before:?} {deed}");
        if late {
            holds(&county.refused(&deed), &["2018-06 已经定稿，其中 1 条是补录或更正", "--late"]);
            let ran = county.run(&format!("{deed} --late 后"));
            assert_eq!(ran.exit, Exit::Done, "{told}\n{ran:#?}");
            holds(&ran.err, &["2018-06 已经定稿，其中 1 条", "culture restate 2018-06"]);
            let reasons = &county.column(CHENGGUAN, "reason")[rows..];
            assert!(!reasons.is_empty() && reasons.iter().all(|reason| reason.ends_with('后')), "{told} {reasons:?}");
        } else {
            let ran = county.run(&deed);
            assert!(ran.exit == Exit::Done && !ran.err.contains("定稿"), "{told}\n{ran:#?}");
        }
        points.verifies();
    }
}

#[test]
fn a_record_dated_in_a_closed_month_is_corrected_and_voided_late() {
    let points = Points::closed(5..=5);
    let Points { county, home, .. } = &points;
    county.at("2018-07-20T09:00:00+08:00");
    let ran = county.run(&format!("change {home} --on 2018-06-20 households_reached=310"));
    assert!(ran.exit == Exit::Done && !ran.err.contains("定稿"), "{ran:#?}");
    county.ok(&format!("change {home} --on 2018-07-10 households_reached=450"));
    for deed in ["edit HOME place=北村 --reason 误", "edit HOME date=2018-06-02 --reason 误", "void HOME --reason 误"]
    {
        let deed = deed.replace("HOME", home);
        holds(&county.refused(&deed), &["2018-05 已经定稿，其中 1 条是补录或更正"]);
    }
    // Three rows, one record.
    let ran = county.run(&format!("edit {home} place=北村 --reason 误 --late 核对"));
    holds(&ran.err, &["其中 1 条"]);
    assert_eq!(county.column(CHENGGUAN, "reason")[3..], ["误；核对", "误；核对", "误；核对"]);
    let english = county.run(&format!("--lang en void {home} --reason 误"));
    holds(&english.err, &["2018-05 is already closed: 1 record is late"]);
}

#[test]
fn readings_and_what_another_copy_says_of_closed_months_are_late() {
    let points = Points::closed(6..=6);
    let Points { county, home, .. } = &points;
    county.at("2018-07-20T09:00:00+08:00");
    county.write("readings.csv", "服务点类型,服务点地点,入户数\n“进村入户”服务点,南村,450\n");
    let readings =
        |on: &str, rest: &str| format!("import service-point readings.csv -t 城关镇 --readings --on {on} {rest}");
    holds(&county.refused(&readings("2018-06-20", "")), &["2018-06 已经定稿，其中 1 条是补录或更正", "--late"]);
    let tried = county.run(&readings("2018-06-20", "--dry-run"));
    holds(&tried.err, &["警告：2018-06 已经定稿，其中 1 条"]);
    assert!(!county.run(&readings("2018-07-10", "--dry-run")).err.contains("定稿"));

    let other = county.copy();
    other.remove("closings/2018-06.toml");
    let merge = format!("merge '{}'", other.dir().display());
    assert_eq!(other.run(&format!("change {home} --on 2018-07-10 households_reached=440")).exit, Exit::Done);
    county.ok(&merge);
    other.ok(&format!("change {home} --on 2018-06-20 households_reached=310"));
    let new =
        "service-point 城关镇 5-20 type=home-network place=东村 stage=accepted households=90 households_reached=9";
    let new = other.add(new);
    other.ok(&format!("change {new} --on 2018-06-21 households_reached=20"));
    other.ok(&format!("change {new} --on 2018-06-22 households_reached=30"));
    // Two records in five rows, and one that is new and dated in May.
    let tried = county.run(&format!("{merge} --dry-run"));
    holds(&tried.err, &["2018-06 已经定稿，其中 2 条是补录或更正"]);
    holds(&county.refused(&merge), &["2018-06 已经定稿，其中 2 条是补录或更正"]);
    let ran = county.run(&format!("{merge} --late 分机登记"));
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    let said = county.ok("restate 2018-06");
    holds(&said, &[home, &new, "分机登记", "2018-06-20 起 入户数 301 -> 310"]);
    points.verifies();
}

/// What a clerk does: which of some deeds, to which point, on which days, and some number.
#[derive(Clone, Debug)]
struct Deed {
    what: usize,
    which: Index,
    days: [u16; 2],
    number: u16,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = (0..12_usize, any::<Index>(), prop::array::uniform2(0..112_u16), 0..400_u16);
    let deed = deed.prop_map(|(what, which, days, number)| Deed { what, which, days, number });
    prop::collection::vec(deed, 1..9)
}

impl Deed {
    /// As it is typed; none where there is nothing to do it to.
    fn line(&self, rows: &[LedgerRow]) -> Option<String> {
        let Deed { what, which, number, .. } = self;
        let row = which.get(rows);
        let id = &row.id;
        // From 4 May to the end of August.
        let [on, to] = self.days.map(|day| format!("2018-{:02}-{:02}", 5 + day / 28, 4 + day % 28));
        let of_change = Some(row.days()[1]).filter(|day| !day.is_empty());
        Some(match what {
            0..=3 => format!("change {id} --on {on} households_reached={number}"),
            4 => format!("change {id} --on {} --moved {to} --reason 日期", of_change?),
            5 => format!("change {id} --on {} --drop --reason 误", of_change?),
            6 => format!("edit {id} --on {} households_reached={number} --reason 误", of_change?),
            7 => format!("edit {id} note=第{number} --reason 误"),
            8 => format!("edit {id} date={on} --reason 误"),
            9 => format!("void {id} --reason 误"),
            10 => format!("edit {id} note=第{number} --restore --reason 误"),
            _ => "undo".to_owned(),
        })
    }
}

/// What the county's points are on the days of the months that are closed.
fn on_closed_days(rows: &[LedgerRow]) -> Vec<BTreeMap<&str, &[String]>> {
    let days = (5..=6).flat_map(|month| (1..=31).map(move |day| format!("2018-{month:02}-{day:02}")));
    days.map(|day| there(rows, "9999", &day)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn late_is_what_makes_a_day_of_a_closed_month_another(deeds in deeds()) {
        let points = Points::closed(5..=6);
        let county = &points.county;
        county.at("2018-08-31T09:00:00+08:00");
        county.add("service-point 城关镇 7-02 type=home-network place=西村 stage=accepted households=50");
        for deed in deeds {
            let before = rows(county, CHENGGUAN);
            let Some(line) = deed.line(&before) else { continue };
            let ran = county.run(&line);
            prop_assert!(ran.exit != Exit::Failed, "{line} {ran:?}");
            let late = ran.exit == Exit::Usage && ran.err.contains("已经定稿");
            if late {
                let ran = county.run(&format!("{line} --late 后"));
                prop_assert_eq!(ran.exit, Exit::Done, "{} {:?}", line, ran);
            }
            let after = rows(county, CHENGGUAN);
            prop_assert_eq!(late, on_closed_days(&before) != on_closed_days(&after), "{} {:?}", line, ran);
        }
        prop_assert_eq!(county.run("verify").exit, Exit::Done);
    }
}
