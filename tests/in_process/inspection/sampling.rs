//! Checks on site: which records are drawn, what evidence they lack.

use crate::common::{County, holds};

/// Performances: five of 城关镇, two of 柳塔乡, one of 柳屯镇; their ids in order.
fn county() -> (County, Vec<String>) {
    let county = County::new();
    let townships = ["城关镇", "城关镇", "城关镇", "城关镇", "城关镇", "柳塔乡", "柳塔乡", "柳屯镇"];
    let add = |(day, township): (usize, &&str)| {
        county.add(&format!("performance {township} 2018-05-{:02} into=village place=王庄", day + 1))
    };
    let ids = townships.iter().enumerate().map(add).collect();
    (county, ids)
}

fn drawn(county: &County, more: &str) -> Vec<(String, String)> {
    let json = county.json(&format!("sample performance {more}"));
    let records = json["records"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    records.map(|record| (text(&record["township"]), text(&record["id"]))).collect()
}

fn townships(drawn: &[(String, String)]) -> Vec<&str> {
    drawn.iter().map(|(township, _)| township.as_str()).collect()
}

#[test]
fn a_sample_is_split_over_the_townships_and_the_same_again() {
    let (county, _) = county();
    let five = drawn(&county, "--size 5 --seed 2018年终验收");
    let split = ["chengguan", "chengguan", "chengguan", "liuta", "liutun"];
    assert_eq!(townships(&five), split, "5 × 5/8, 2/8, 1/8 by largest remainder");
    assert_eq!(five, drawn(&county, "--size 5 --seed 2018年终验收"));
    let each = drawn(&county, "--size 1 --per-township --seed 2018年终验收");
    assert_eq!(townships(&each), ["chengguan", "liuta", "liutun"]);
    assert!(each.iter().all(|one| five.contains(one)), "the smallest lots are the same");
    assert_eq!(drawn(&county, "--size 50 --seed x").len(), 8);
    assert_eq!(townships(&drawn(&county, "-n 50 --seed x -t 柳塔乡 --from 5-7")), ["liuta"]);
}

#[test]
fn what_was_voided_is_not_drawn_and_what_was_known_can_be_drawn_again() {
    let (county, ids) = county();
    let before = drawn(&county, "--size 8 --seed x");
    county.at("2018-07-01T09:00:00+08:00");
    county.ok(&format!("void {} --reason 误报", ids[0]));
    assert_eq!(drawn(&county, "--size 8 --seed x").len(), 7);
    assert_eq!(drawn(&county, "--size 8 --seed x --known 2018-06-30"), before);
}

#[test]
fn a_sample_says_how_it_was_drawn() {
    let (county, _) = county();
    let said = county.ok("sample performance --size 2 --seed 抽签会");
    holds(&said, &["演出抽查名单（2 条）", "随机数：抽签会；抽样范围 8 条", "SHA-256", "最大余额法"]);
    county.set("CULTURE_LANG", "en");
    holds(
        &county.ok("sample performance --size 1 --per-township --seed s"),
        &["sample (3)", "the 1 lowest lot number of each township"],
    );
    holds(&county.refused("sample troupe --size 2 --seed s"), &["there are no troupe records to draw from"]);
    holds(&county.refused("sample performance --size 0 --seed s"), &["0"]);
    holds(&county.refused("sample performance --size 2 --seed ' '"), &["the seed is empty", "--seed"]);
    let more = county.ok("sample performance --size 50 --seed s");
    holds(&more, &["There are only 8 records: all of them are drawn."]);
    assert!(!county.ok("sample performance --size 8 --seed s").contains("There are only"));
}

#[test]
fn evidence_lacks_by_the_countys_own_rule() {
    let (county, ids) = county();
    holds(&county.refused("evidence performance"), &["还没有规定演出需要哪些佐证材料", "kinds/performance.toml"]);
    county.write(
        "kinds/performance.toml",
        "id = \"performance\"\n[[evidence]]\nany = [\"evidence\"]\nfiles = 2\nwhen = { into = \"village\" }\n",
    );
    county.write("evidence/2018/回执.jpg", "");
    county.write("evidence/2018/照片.jpg", "");
    county.ok(&format!("edit {} evidence=evidence/2018/回执.jpg；evidence/2018/照片.jpg --reason 补材料", ids[0]));
    county.ok(&format!("edit {} evidence=evidence/2018/回执.jpg；evidence/没有.jpg --reason 补材料", ids[1]));
    county.ok(&format!("edit {} evidence=签到表、../culture.toml --reason 补材料", ids[2]));
    county.ok(&format!("edit {} into=office --reason 更正", ids[3]));
    let said = county.ok("evidence performance -t 城关镇 --format csv");
    assert!(!said.contains(&ids[0]) && !said.contains(&ids[3]), "{said}");
    holds(
        &said,
        &[
            "找不到文件“evidence/没有.jpg”",
            "佐证材料只有 1 个文件，应有 2 个",
            "找不到文件“../culture.toml”",
            "缺佐证材料",
        ],
    );
    holds(&county.ok("evidence performance"), &["演出：8 条记录中 6 条佐证材料不齐"]);
}

#[test]
fn check_says_which_files_are_not_there_and_leaves_their_folder_alone() {
    let (county, ids) = county();
    county.write("evidence/回执.jpg", "");
    county.ok(&format!("edit {} evidence=evidence/回执.jpg；签到表；照片/一.jpg --reason 补材料", ids[6]));
    let ran = county.run("check");
    holds(&ran.out, &["佐证材料：找不到文件“照片/一.jpg”", "townships/liuta/2018/performance.csv:4", "错误 0，警告 1"]);
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_with_its_place() {
    let county = County::new();
    let rule =
        "id = \"performance\"\n[[evidence]]\nany = [\"note\", \"photo\"]\nfiles = 1\nwhen = { into = \"moon\" }\n";
    county.write("kinds/performance.toml", rule);
    holds(
        &county.fails("evidence performance", culture::base::fault::Exit::Failed),
        &["photo", "moon", "kinds/performance.toml:3"],
    );
}
