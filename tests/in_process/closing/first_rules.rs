//! Months that were closed before closings said by which rules they were counted: they are counted again by those.

use crate::common::{County, folder, holds};
use std::path::Path;

/// What `culture close` wrote when closings had no format, with the ledgers that it read. What the rules changed is in it:
/// a troupe founded in May, and a roster on which one person stands three times, twice with characters that nobody sees.
const FIXTURE: &str = "tests/closed-by-the-first-rules";

#[test]
fn closings_without_a_format_are_counted_by_the_rules_of_their_day() {
    let county = County::nowhere();
    folder::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(FIXTURE), county.dir());
    county.at("2026-12-01T09:00:00+08:00");
    holds(&county.read("closings/2018-05.toml"), &["troupes-standing", "month = \"3\"\nyear = \"3\""]);
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 2);
    let restated = county.ok("restate 2018-05");
    holds(&restated, &["数字与定稿时相同"]);

    // The same month by the rules of now: a troupe was founded in it.
    county.ok("close 2018-05");
    let again = county.read("closings/2018-05.2.toml");
    holds(&again, &["\nformat = 2\nmonth = \"2018-05\"\n", "month = \"1\"\nyear = \"3\""]);
    assert_eq!(county.ok("verify all --format csv").matches("equal").count(), 3);
}

#[test]
fn a_closing_of_a_newer_program_is_not_taken_for_an_older_one() {
    let county = super::may();
    county.ok("close 2018-05");
    let text = county.read("closings/2018-05.toml").replace("\nformat = 2\n", "\nformat = 3\n");
    county.write("closings/2018-05.toml", &text);
    for command in ["verify", "restate 2018-05", "check"] {
        let ran = county.run(command);
        holds(&format!("{}{}", ran.out, ran.err), &["更新的程序版本（格式 3）"]);
    }
}
