//! A township's folder that was copied within the data directory (by hand, by a cloud drive): whatever counts refuses to
//! count it twice, and names both.

use crate::common::{County, holds};
use culture::base::fault::Exit;
use std::fmt::Write as _;

/// What counts, each in its own way.
const COUNTING: [&str; 20] = [
    "status",
    "status --by-month",
    "status --by-township",
    "status --known 2018-06-30",
    "status --skip-bad",
    "status -t 柳塔乡",
    "why performances",
    "lagging",
    "due",
    "report month 2018-05",
    "report milestone 7-1",
    "report coverage",
    "report acceptance",
    "handover",
    "restate 2018-04",
    "close 2018-05 --despite 未齐",
    "list performance",
    "sample performance --size 1 --seed 甲",
    "export performance",
    "log",
];

const ORIGINAL: &str = "townships/chengguan/2018/performance.csv";
const COPIED: &str = "townships/chengguancopy/2018/performance.csv";

fn county() -> County {
    let county = County::new();
    for day in [10, 12] {
        county.add(&format!(
            "performance 城关镇 2018-04-{day} into=village place=河东村 title=晚会{day} performer=豫剧团"
        ));
    }
    county.add("performance 柳塔乡 2018-04-10 into=village place=河西村 title=晚会 performer=豫剧团");
    let closed = county.run("close 2018-04 --despite 未齐");
    assert!(closed.exit == Exit::Done, "{closed:?}");
    county
}

/// Copies the folder of 城关镇; the copy has another name, by which nothing stops.
fn copy_township(county: &County) {
    for (path, bytes) in county.files() {
        if let Some(below) = path.strip_prefix("townships/chengguan/") {
            let text = String::from_utf8(bytes).unwrap();
            let text = text.replace("城关镇", "城关镇副本").replace("aliases = [\"城关\", \"CG\"]\n", "");
            county.write(&format!("townships/chengguancopy/{below}"), &text);
        }
    }
}

#[test]
fn whatever_counts_names_both_and_counts_neither() {
    let county = county();
    for line in COUNTING.into_iter().filter(|line| !line.starts_with("close")) {
        let ran = county.run(line);
        assert!(ran.exit == Exit::Done, "{line}: {ran:?}");
    }
    copy_township(&county);
    for line in COUNTING {
        let said = county.fails(line, Exit::Failed);
        holds(&said, &[ORIGINAL, COPIED, "culture check"]);
    }
    // The month is counted again by the townships of that day; what has come beside them is told.
    let verified = county.run("verify");
    assert!(verified.exit == Exit::Found && verified.out.contains("townships/chengguancopy/"), "{verified:?}");
    std::fs::remove_dir_all(county.dir().join("townships/chengguancopy")).unwrap();
    for line in COUNTING {
        let ran = county.run(line);
        assert!(ran.exit == Exit::Done, "{line}: {ran:?}");
    }
}

#[test]
fn a_copy_that_went_on_by_itself_is_a_copy() {
    let county = county();
    copy_township(&county);
    county.add("performance 城关镇副本 2018-05-10 into=village place=河东村 title=晚会 performer=豫剧团");
    county.add("performance 城关镇 2018-05-11 into=village place=河东村 title=晚会 performer=豫剧团");
    holds(&county.fails("status", Exit::Failed), &[ORIGINAL, COPIED]);
}

#[test]
fn a_large_ledger_is_known_for_a_copy_too() {
    let county = County::new();
    let long = "记".repeat(160);
    county.add(&format!("performance 城关镇 2018-04-10 into=village place=河东村 title=晚会 note={long}"));
    let mut text = county.read(ORIGINAL);
    let row = text.lines().last().unwrap()[12..].to_owned();
    let letters = b"bcdfghjklmnpqrstvwxz";
    for number in 0..9_000_usize {
        let digit = |place: u32| char::from(letters[number / 20_usize.pow(place) % 20]);
        let id: String = (0..12).rev().map(digit).collect();
        writeln!(text, "{id}{row}").unwrap();
    }
    assert!(text.len() > 5 << 20);
    county.write(ORIGINAL, &text);
    county.ok("status");
    copy_township(&county);
    holds(&county.fails("status", Exit::Failed), &[ORIGINAL, COPIED]);
}
