//! The year's plan: shown, made anew, checked, split over the townships.

use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;

const FILE: &str = "plans/2018.toml";

/// The shares of an indicator as the plan's file has them.
fn shares(county: &County, id: &str) -> Vec<(String, u64)> {
    let plan: toml::Table = county.read(FILE).parse().unwrap();
    let indicator = plan["indicator"].as_array().unwrap().iter().find(|one| one["id"].as_str() == Some(id)).unwrap();
    let Some(shares) = indicator.get("shares") else { return Vec::new() };
    let share = |(id, share): (&String, &toml::Value)| (id.clone(), share.as_integer().unwrap().try_into().unwrap());
    let mut shares: Vec<_> = shares.as_table().unwrap().iter().map(share).collect();
    shares.sort();
    shares
}

fn parts(wanted: &[(&str, u64)]) -> Vec<(String, u64)> {
    wanted.iter().map(|(id, share)| ((*id).to_owned(), *share)).collect()
}

/// The lines of a text that are comments or hold one.
fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.find('#').map(|at| &line[at..])).collect()
}

#[test]
fn equal_parts_add_up_to_the_target() {
    let county = County::new();
    let said = county.ok("plan apportion troupes --equal");
    holds(&said, &["城关镇", "柳塔乡", "柳屯镇", "合计", "20", "已写入 plans/2018.toml"]);
    assert_eq!(shares(&county, "troupes"), parts(&[("chengguan", 7), ("liuta", 7), ("liutun", 6)]));
    assert!(shares(&county, "performances").is_empty());
}

#[test]
fn nothing_else_of_the_plan_changes() {
    let county = County::new();
    county.ok("plan apportion troupes --equal");
    let text = county.read(FILE);
    assert_eq!(comments(&text), comments(PLAN), "comments are kept");
    let kept = PLAN.lines().all(|line| text.contains(line));
    assert!(kept && text.lines().count() <= PLAN.lines().count() + 6, "{text}");
    county.ok("plan apportion troupes --by population");
    let again = county.read(FILE);
    assert_eq!(again.lines().count(), text.lines().count(), "written over, not beside");
}

#[test]
fn population_weighs_and_must_be_known() {
    let county = County::new();
    county.ok("plan apportion trained --by population");
    // 52,000 : 21,000 : 27,000
    assert_eq!(shares(&county, "trained"), parts(&[("chengguan", 52), ("liuta", 21), ("liutun", 27)]));
    let said = county.refused("plan apportion trained --by population --with-county-units");
    holds(&said, &["缺少人口数：文化馆", "--population"]);
    holds(&county.refused("plan apportion trained --by area"), &["area", "population"]);
}

#[test]
fn weights_come_from_a_file() {
    let county = County::new();
    county.write("weights.csv", "\u{feff}城关镇,3\r\n柳塔乡，1\n\n");
    county.ok("plan apportion troupes --weights weights.csv");
    assert_eq!(shares(&county, "troupes"), parts(&[("chengguan", 15), ("liuta", 5), ("liutun", 0)]));
    county.write("weights.csv", "城关镇,3\n柳,1\n柳屯镇,many\n文化馆,1\n");
    let said = county.refused("plan apportion troupes --weights weights.csv");
    holds(
        &said,
        &[
            "weights.csv:2:",
            "没有填报单位“柳”",
            "weights.csv:3:",
            "weights.csv:4:",
            "文化馆不参加分解",
            "--with-county-units",
        ],
    );
    let said = county.fails("plan apportion troupes --weights nowhere.csv", Exit::Failed);
    holds(&said, &["nowhere.csv"]);
}

#[test]
fn county_units_take_part_when_asked() {
    let county = County::new();
    county.ok("plan apportion troupes --equal --with-county-units");
    let five = [("chengguan", 5), ("liuta", 5), ("liutun", 5), ("wenhuaguan", 5)];
    assert_eq!(shares(&county, "troupes"), parts(&five));
}

#[test]
fn a_trial_writes_nothing() {
    let county = County::new();
    let before = county.files();
    let tried = county.ok("plan apportion troupes --equal --dry-run");
    holds(&tried, &["城关镇", "7", "未写入"]);
    assert_eq!(county.files(), before);
}

#[test]
fn what_cannot_be_split_is_refused() {
    let county = County::new();
    holds(&county.refused("plan apportion publicity --equal"), &["“新闻宣传”没有任务数"]);
    holds(&county.refused("plan apportion dances --equal"), &["没有指标“dances”", "performances"]);
    holds(&county.refused("plan apportion troupes"), &["--equal"]);
    holds(&county.refused("plan apportion troupes --equal --by population"), &["同时使用"]);
    holds(&county.refused("plan apportion troupes --equal --plan 2019"), &["没有 2019 年的实施方案"]);
    holds(&County::bare().refused("plan apportion troupes --equal"), &["没有可分解的单位"]);
}

#[test]
fn check_says_what_is_wrong_and_exits_with_3() {
    let county = County::new();
    holds(&county.ok("plan check"), &["2018 年实施方案可用"]);
    county.ok("plan apportion troupes --equal");
    holds(&county.ok("plan check 2018"), &["新组建群众文艺团队：任务 20，分解合计 20"]);
    county.write(FILE, &county.read(FILE).replace("chengguan = 7", "chengguan = 3").replace("liuta = 7", "luta = 7"));
    let ran = county.run("plan check");
    assert_eq!(ran.exit, Exit::Found);
    holds(&ran.err, &["不存在的单位 luta", "比任务数少 4"]);
}

#[test]
fn a_faulty_plan_is_told_with_its_place() {
    let county = County::new();
    let place = |line: &str, column: usize| {
        format!("plans/2018.toml:{}:{column}", PLAN.lines().position(|one| one == line).unwrap() + 1)
    };
    county.write(FILE, &PLAN.replace("kind = \"troupe\"", "kind = \"trupe\""));
    for line in ["plan check", "plan show", "status"] {
        let said = county.fails(line, Exit::Failed);
        holds(&said, &[&place("kind = \"troupe\"", 8), "trupe", "troupe"]);
    }
    county.write(FILE, &PLAN.replace("share = 50", "share = 500"));
    holds(&county.fails("plan check", Exit::Failed), &[&place("share = 50", 9), "500"]);
}

#[test]
fn next_years_plan_is_made_after_this_years() {
    let county = County::new();
    county.ok("plan apportion troupes --equal");
    let said = county.ok("plan new 2019");
    holds(&said, &["已照 2018 年方案新建 plans/2019.toml", "plan check 2019"]);
    let new = county.read("plans/2019.toml");
    holds(
        &new,
        &["year = 2019", "due = 2019-07-01", "course_from = 2019-03-10", "first_month = \"2019-03\"", "2019年公共文化"],
    );
    holds(&new, &["clause = \"2018年,全县基层群众文艺团队建设不少于20支\"", "target = 60"]);
    assert!(!new.contains("issued = 2"), "when it was issued is not known yet");
    holds(&county.ok("plan check 2019"), &["2019 年实施方案可用"]);
    holds(&county.refused("plan new 2019"), &["已有 2019 年的实施方案"]);
    holds(&county.refused("plan new 19"), &["“19”不是年份"]);
    holds(&county.refused("plan new 2021 --from 2020"), &["没有 2020 年的实施方案", "2018、2019"]);
    county.ok("plan new 2020 --from 2018");
    holds(&county.ok("plan show 2020"), &["2020"]);
}

#[test]
fn show_names_every_indicator() {
    let county = County::new();
    let shown = county.ok("plan show");
    holds(&shown, &["trained", "培训文艺骨干", "100", "performances", "60"]);
    holds(&county.ok("plan show --today 2030-01-01"), &["2018"]);
    holds(&county.refused("plan show 2017"), &["没有 2017 年的实施方案", "现有：2018"]);
}
