//! Months that were closed by the rules of their day: they are counted again by those, whatever counts otherwise now.

use crate::common::{County, folder, holds};
use std::path::Path;

/// What `culture close` wrote when closings had no format, with the ledgers that it read. What the rules changed is in it:
/// a troupe founded in May, and a roster on which one person stands three times, twice with characters that nobody sees.
const FIRST: &str = "tests/closed-by-the-first-rules";
/// The same of format 2: a roster on which one person stands twice, sent by two townships, and a township with two reports
/// of one day, one of them a zero report; of both what comes first in the file has the larger id. Also records that last,
/// of that year and of the year before.
const SECOND: &str = "tests/closed-by-the-second-rules";

fn closed_by(rules: &str) -> County {
    let county = County::nowhere();
    folder::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(rules), county.dir());
    county.at("2026-12-01T09:00:00+08:00");
    county
}

#[test]
fn closings_without_a_format_are_counted_by_the_rules_of_their_day() {
    let county = closed_by(FIRST);
    holds(&county.read("closings/2018-05.toml"), &["troupes-standing", "month = \"3\"\nyear = \"3\""]);
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 2);
    let restated = county.ok("restate 2018-05");
    holds(&restated, &["数字与定稿时相同"]);

    // The same month by the rules of now: a troupe was founded in it.
    county.ok("close 2018-05");
    let again = county.read("closings/2018-05.2.toml");
    holds(&again, &["\nformat = 3\nmonth = \"2018-05\"\n", "month = \"1\"\nyear = \"3\""]);
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 3);
}

#[test]
fn closings_of_format_2_go_by_the_order_of_the_file_where_ids_decide_now() {
    let county = closed_by(SECOND);
    let closing = county.read("closings/2018-05.toml");
    let of_person = "liuta = { month = \"1\", year = \"1\" }";
    let trained = |closing: &str| closing.split("[[indicator]]").nth(1).unwrap().to_owned();
    assert!(trained(&closing).contains(of_person));
    holds(&closing, &["\nformat = 2\n", "liutun = { state = \"on-time\", date = 2018-06-04, zero = true }"]);
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 1);
    holds(&county.ok("restate 2018-05"), &["数字与定稿时相同"]);

    // By ids the other row says who sent the person, and the other report whether there was anything to report.
    county.ok("close 2018-05");
    let again = county.read("closings/2018-05.2.toml");
    holds(&again, &["\nformat = 3\n", "liutun = { state = \"on-time\", date = 2018-06-04, zero = false }"]);
    assert!(!trained(&again).contains(of_person));
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 2);
}

#[test]
fn a_closing_holds_the_ledgers_of_earlier_years_whatever_its_rules() {
    let county = closed_by(SECOND);
    county.ok("close 2018-05");
    let before = "townships/chengguan/2017/service-point.csv";
    let ledger = county.read(before);
    for closing in ["closings/2018-05.toml", "closings/2018-05.2.toml"] {
        holds(&county.read(closing), &[&format!("\"{before}\" = {{ rows = 1, sha256 = ")]);
    }
    county.write(before, &ledger.replace(",accepted,", ",listed,"));
    let said = county.run("verify all --format csv").out;
    assert_eq!(said.matches(&format!("2018-05,{before},altered,")).count(), 2, "{said}");
    county.remove(before);
    let said = county.run("verify all --format csv").out;
    assert_eq!(said.matches(&format!("2018-05,{before},lost,")).count(), 2, "{said}");
}

#[test]
fn a_closing_of_a_newer_program_is_not_taken_for_an_older_one() {
    let county = super::may();
    county.ok("close 2018-05");
    let text = county.read("closings/2018-05.toml").replace("\nformat = 3\n", "\nformat = 4\n");
    county.write("closings/2018-05.toml", &text);
    for command in ["verify", "restate 2018-05", "check"] {
        let ran = county.run(command);
        holds(&format!("{}{}", ran.out, ran.err), &["更新的程序版本（格式 4）"]);
    }
}
