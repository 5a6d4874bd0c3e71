//! A service point that changed in both copies: what each says, and from which day, is told; who chooses has just that
//! copy's point on every day.

use crate::common::{County, holds};
use culture::base::fault::Exit;

const POINT: &str =
    "service-point 城关镇 2018-02-25 type=home-network place=刘庄村 stage=listed households=420 households_reached=301";
const LEDGER: &str = "townships/chengguan/2018/service-point.csv";

/// Two copies with one point.
fn copies() -> (County, County, String) {
    let ours = County::new();
    let id = ours.add(POINT);
    let theirs = ours.copy();
    theirs.set("CULTURE_USER", "李敏");
    (ours, theirs, id)
}

fn merge(county: &County, other: &County, how: &str) -> String {
    county.ok(&format!("merge '{}' {how}", other.dir().display()))
}

/// The point on some days: stage and households reached, or that it is not there; and the figure of the county.
fn on_days(county: &County) -> Vec<String> {
    let day = |day: &str| {
        let listed = county.json(&format!("list service-point --today {day}"));
        let points = listed["records"].as_array().unwrap().iter();
        let points: Vec<String> = points.map(|one| format!("{} {}", one["stage"], one["households_reached"])).collect();
        let status = county.json(&format!("status --today {day}"));
        let reach = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "home-reach").unwrap();
        format!("{day} {} {}", points.join(";"), reach["done"])
    };
    ["2018-02-24", "2018-02-25", "2018-05-09", "2018-05-10", "2018-05-31", "2018-06-01", "2018-06-28"].map(day).to_vec()
}

#[test]
fn what_changed_in_one_copy_alone_comes_in_without_a_question() {
    let (ours, theirs, id) = copies();
    theirs.ok(&format!("change {id} --on 2018-05-10 households_reached=350"));
    theirs.ok(&format!("change {id} --on 2018-06-01 households_reached=400"));
    theirs.ok(&format!("change {id} --on 2018-05-10 --moved 2018-05-20 --reason 记错"));
    theirs.ok(&format!("change {id} --on 2018-06-01 --drop --reason 误"));
    assert!(!ours.read(LEDGER).contains("effective"));
    let said = merge(&ours, &theirs, "");
    holds(&said, &["新增 0 条、更新 1 条，相同 0 条"]);
    assert_eq!(on_days(&ours), on_days(&theirs));
    assert_eq!(ours.column(LEDGER, "effective"), theirs.column(LEDGER, "effective"));
    holds(&merge(&ours, &theirs, ""), &["新增 0 条、更新 0 条，相同 1 条"]);
    holds(&merge(&theirs, &ours, ""), &["新增 0 条、更新 0 条，相同 1 条"]);
    holds(&ours.ok("check"), &["没有发现问题"]);
    let (_, undo) = said.trim().rsplit_once("culture ").unwrap();
    ours.ok(undo);
    assert_eq!(on_days(&ours)[6], "2018-06-28 \"listed\" 301 301");
    holds(&ours.ok("check"), &["没有发现问题"]);
}

#[test]
fn what_changed_in_both_is_told_by_the_day_and_either_can_be_chosen() {
    for side in ["theirs", "ours"] {
        let (ours, theirs, id) = copies();
        ours.ok(&format!("change {id} --on 2018-06-01 households_reached=450 stage=equipped"));
        theirs.ok(&format!("change {id} --on 2018-05-10 households_reached=350"));
        theirs.ok(&format!("edit {id} households=512 --reason 普查"));
        let refused = ours.fails(&format!("merge '{}'", theirs.dir().display()), Exit::Failed);
        holds(
            &refused,
            &[
                &id,
                "总户数 420 -> 512",
                "2018-05-10 至 2018-05-31 入户数 301 -> 350",
                "自 2018-06-01 起 建设阶段 配备 -> 纳入、入户数 450 -> 350",
                "王芳",
                "李敏",
                "--take theirs",
                "--take ours",
            ],
        );
        let wanted = on_days(if side == "theirs" { &theirs } else { &ours });
        let rows: Vec<String> = theirs.column(LEDGER, "reason");
        merge(&ours, &theirs, &format!("--take {side}"));
        assert_eq!(on_days(&ours), wanted, "{side}");
        assert!(rows.iter().all(|reason| ours.column(LEDGER, "reason").contains(reason)));
        holds(&ours.ok("check"), &["没有发现问题"]);
        holds(&merge(&ours, &theirs, ""), &["更新 0 条，相同 1 条"]);
        // The other copy takes what was chosen, and nobody is asked again.
        holds(&merge(&theirs, &ours, ""), &["更新 1 条"]);
        assert_eq!(on_days(&theirs), wanted, "{side}");
        holds(&theirs.ok("check"), &["没有发现问题"]);
        ours.ok(&format!("change {id} --on 2018-06-20 households_reached=500"));
        merge(&theirs, &ours, "");
        assert_eq!(on_days(&theirs), on_days(&ours));
    }
}

#[test]
fn a_record_voided_there_and_changed_here_is_a_conflict_too() {
    for (side, there) in [("theirs", false), ("ours", true)] {
        let (ours, theirs, id) = copies();
        ours.ok(&format!("change {id} --on 2018-06-01 households_reached=450"));
        theirs.ok(&format!("void {id} --reason 重复"));
        let refused = ours.fails(&format!("merge '{}'", theirs.dir().display()), Exit::Failed);
        holds(&refused, &[&id, "作废"]);
        merge(&ours, &theirs, &format!("--take {side}"));
        assert_eq!(ours.json("list service-point")["records"].as_array().unwrap().len(), usize::from(there));
        // Restored, it has the timeline that it had.
        if !there {
            ours.ok(&format!("edit {id} --restore --reason 并非重复"));
        }
        assert_eq!(
            on_days(&ours)[4..],
            ["2018-05-31 \"listed\" 301 301", "2018-06-01 \"listed\" 450 450", "2018-06-28 \"listed\" 450 450"]
        );
        holds(&ours.ok("check"), &["没有发现问题"]);
    }
}

/// The same was written in both, by two clerks: there is nothing to choose.
#[test]
fn the_same_change_in_both_copies_asks_nobody() {
    let (ours, theirs, id) = copies();
    for county in [&ours, &theirs] {
        county.ok(&format!("change {id} --on 2018-06-01 households_reached=450"));
    }
    let before = on_days(&ours);
    holds(&merge(&ours, &theirs, ""), &["更新 1 条"]);
    assert_eq!(on_days(&ours), before);
    assert_eq!(ours.column(LEDGER, "entered_by"), ["王芳", "王芳", "李敏"]);
    merge(&theirs, &ours, "");
    holds(&merge(&ours, &theirs, ""), &["更新 0 条，相同 1 条"]);
}
