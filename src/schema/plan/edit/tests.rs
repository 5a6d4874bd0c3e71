use super::*;

const BUILT_IN: &str = include_str!("../../../plans/2018.toml");

const SMALL: &str = r#"# 全县方案
year = 2018 # 年份
title = { zh = "2018年方案（第12018号）", en = "Plan 2018" }
# 印发
issued = 2018-05-07 # 网上
course_from = 2018-03-10

[monthly_report]
first_month = "2018-03" # 头一个月
clause = "2018-03"

# 演出
[[indicator]]
id = "performances"
target = 60 # 场
clause = "2018年,不少于60场"

# 培训
[[indicator]]
id = "trained"
milestones = [{ due = 2018-12-01, share = 100 }]
# 末尾
"#;

fn shares(all: &[(&str, u64)]) -> Vec<(String, u64)> {
    all.iter().map(|(township, share)| ((*township).to_owned(), *share)).collect()
}

/// The lines of `after` that are not in `before`, and the other way round.
fn difference(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
    let only = |a: &str, b: &str| a.lines().filter(|line| !b.lines().any(|l| l == *line)).map(str::to_owned).collect();
    (only(after, before), only(before, after))
}

#[test]
fn shares_are_added_within_their_indicator() {
    let text = set_shares(SMALL, "performances", &shares(&[("chengguan", 40), ("dongzhen", 20)])).unwrap();
    let wanted = "clause = \"2018年,不少于60场\"\n\n[indicator.shares]\nchengguan = 40\ndongzhen = 20\n\n# 培训\n[[indicator]]\n";
    assert!(text.contains(wanted), "{text}");
    assert_eq!(difference(SMALL, &text).1, [""; 0]);
    let last = set_shares(SMALL, "trained", &shares(&[("chengguan", 1)])).unwrap();
    assert!(last.contains("share = 100 }]\n\n[indicator.shares]\nchengguan = 1\n"), "{last}");
    assert!(last.ends_with("# 末尾\n"), "{last}");
}

#[test]
fn shares_are_replaced_and_their_comments_stay() {
    let first = SMALL.replace(
        "\n# 培训",
        "\n# 分解\n[indicator.shares] # 二月会定\nbeizhen = 5\n# 城关多\nchengguan = 55 # 暂定\n\n# 培训",
    );
    let text = set_shares(&first, "performances", &shares(&[("chengguan", 40), ("dongzhen", 20)])).unwrap();
    let wanted = "# 分解\n[indicator.shares] # 二月会定\n# 城关多\nchengguan = 40 # 暂定\ndongzhen = 20\n\n# 培训\n";
    assert!(text.contains(wanted), "{text}");
    assert!(!text.contains("beizhen"));
    assert_eq!(set_shares(&text, "performances", &shares(&[("chengguan", 40), ("dongzhen", 20)])).unwrap(), text);
}

#[test]
fn shares_written_in_other_ways_are_replaced() {
    for written in ["shares = { chengguan = 1, dongzhen = 2 }", "shares.chengguan = 1\nshares.dongzhen = 2"] {
        let first = SMALL.replace("target = 60 # 场", &format!("target = 60 # 场\n{written}"));
        let text = set_shares(&first, "performances", &shares(&[("dongzhen", 7)])).unwrap();
        let plan: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let read = &plan["indicator"][0]["shares"];
        assert_eq!(read.as_table().unwrap().len(), 1, "{text}");
        assert_eq!(read["dongzhen"].as_integer(), Some(7), "{text}");
        assert!(text.contains("# 培训\n[[indicator]]"), "{text}");
    }
}

#[test]
fn no_shares_remove_the_table() {
    let text = set_shares(SMALL, "performances", &shares(&[("chengguan", 40)])).unwrap();
    assert_eq!(set_shares(&text, "performances", &[]).unwrap(), SMALL);
    assert_eq!(set_shares(SMALL, "performances", &[]).unwrap(), SMALL);
}

#[test]
fn every_indicator_of_the_built_in_plan_takes_shares() {
    let plan: toml::Table = toml::from_str(BUILT_IN).unwrap();
    for (at, indicator) in plan["indicator"].as_array().unwrap().iter().enumerate() {
        let id = indicator["id"].as_str().unwrap();
        let text = set_shares(BUILT_IN, id, &shares(&[("chengguan", 3), ("a-2", 4)])).unwrap();
        let (added, removed) = difference(BUILT_IN, &text);
        assert_eq!((added.len(), removed.len()), (3, 0), "{added:?} {removed:?}");
        let mut read: toml::Table = toml::from_str(&text).unwrap();
        let own = read["indicator"][at].as_table_mut().unwrap().remove("shares").unwrap();
        assert_eq!(own.as_table().unwrap().len(), 2);
        assert_eq!(read, plan, "{id}");
    }
}

#[test]
fn faults_name_the_way_out() {
    let unknown = set_shares(SMALL, "films", &[]).unwrap_err();
    assert!(unknown.0[0].hint.as_ref().unwrap().en.contains("performances, trained"));
    let broken = move_to_year("year = 2018\nx = [\n", Year(2018), Year(2019)).unwrap_err();
    assert_eq!(broken.0[0].code, "not-toml");
    assert!(broken.0[0].what.en.contains("line "), "{broken}");
    assert_eq!(set_shares("year = 2018\n", "films", &[]).unwrap_err().0[0].code, "missing-indicator");
    let odd = "[[indicator]]\nid = \"films\"\nshares = 5\n";
    assert_eq!(set_shares(odd, "films", &shares(&[("chengguan", 1)])).unwrap_err().0[0].code, "wrong-type");
    assert_eq!(move_to_year(SMALL, Year(2017), Year(2019)).unwrap_err().0[0].code, "other-year");
    let far = move_to_year(&SMALL.replace("2018-12-01", "9999-12-01"), Year(2018), Year(2019)).unwrap_err();
    assert_eq!(far.0[0].code, "no-such-day");
    assert!(far.0[0].what.en.contains("9999-12-01"));
}

#[test]
fn a_plan_moves_to_another_year() {
    let text = move_to_year(SMALL, Year(2018), Year(2020)).unwrap();
    let wanted = SMALL
        .replace("year = 2018 # 年份", "year = 2020 # 年份")
        .replace("2018年方案（第12018号）", "2020年方案（第12018号）")
        .replace("Plan 2018", "Plan 2020")
        .replace("# 印发\nissued = 2018-05-07 # 网上\n", "# 印发\n# 网上\n")
        .replace("2018-03-10", "2020-03-10")
        .replace("first_month = \"2018-03\"", "first_month = \"2020-03\"")
        .replace("2018-12-01", "2020-12-01");
    assert_eq!(text, wanted);
}

#[test]
fn leap_days_and_other_years_move_by_the_difference() {
    let text = "year = 2020\na = 2020-02-29\nb = 2021-01-05\nc = '2019-12' # x\nd = [\"2020-02-29\", \"2020\"]\n";
    let wanted = "year = 2021\na = 2021-02-28\nb = 2022-01-05\nc = \"2020-12\" # x\nd = [\"2021-02-28\", \"2020\"]\n";
    assert_eq!(move_to_year(text, Year(2020), Year(2021)).unwrap(), wanted);
}

#[test]
fn comments_of_a_last_key_and_before_a_table_stay() {
    let text = "year = 2018\n# 甲\nissued = 2018-01-01\n\n# 乙\n[arrangement]\ndue = 2018-03-10\n";
    let wanted = "year = 2019\n# 甲\n\n# 乙\n[arrangement]\ndue = 2019-03-10\n";
    assert_eq!(move_to_year(text, Year(2018), Year(2019)).unwrap(), wanted);
    let last = move_to_year("year = 2018\n# 甲\nissued = 2018-01-01\n", Year(2018), Year(2019)).unwrap();
    assert_eq!(last, "year = 2019\n# 甲\n");
}

#[test]
fn the_built_in_plan_moves_and_keeps_every_comment_and_quotation() {
    let text = move_to_year(BUILT_IN, Year(2018), Year(2019)).unwrap();
    let (added, removed) = difference(BUILT_IN, &text);
    assert!(added.iter().chain(&removed).all(|line| !line.starts_with('#') && !line.starts_with("clause")));
    assert_eq!((added.len(), removed.len()), (12, 13), "{added:#?} {removed:#?}");
    let plan: toml::Table = toml::from_str(&text).unwrap();
    assert!(!plan.contains_key("issued"));
    assert_eq!(plan["indicator"][6]["milestones"][0]["due"].to_string(), "2019-12-01");
    assert_eq!(move_to_year(&text, Year(2019), Year(2018)).unwrap(), BUILT_IN.replace("issued = 2018-05-07\n", ""));
}

fn adjustment(document: &str) -> crate::schema::plan::Adjustment {
    let issued = Day::from_iso(b"2018-06-20").unwrap();
    crate::schema::plan::Adjustment {
        document: document.to_owned(), reason: "增加场次".to_owned(), issued, by: None
    }
}

#[test]
fn an_adjustment_stands_before_the_tables_and_changes_nothing_else() {
    let text = adjust(SMALL, &adjustment("平政办〔2018〕9号"), &[("performances".into(), 66)], &[]).unwrap();
    let lines = [
        "[adjustment]",
        "document = \"平政办〔2018〕9号\"",
        "reason = \"增加场次\"",
        "issued = 2018-06-20",
        "target = 66 # 场",
        "",
    ];
    let (mut added, gone) = difference(SMALL, &text);
    added.push(String::new());
    assert_eq!(
        (added.as_slice(), gone),
        (lines.map(str::to_owned).as_slice(), vec!["target = 60 # 场".to_owned()]),
        "{text}"
    );
    assert!(text.find("[adjustment]") < text.find("[monthly_report]"), "{text}");
    // The one after it takes its place.
    let third = adjust(&text, &adjustment("平政办〔2018〕30号"), &[], &[]).unwrap();
    assert_eq!(third, text.replace("〔2018〕9号", "〔2018〕30号"));
    let fault = adjust(SMALL, &adjustment("x"), &[("dances".into(), 1)], &[]).unwrap_err();
    assert!(fault.to_string().contains("dances"), "{fault}");
    // The year after begins anew.
    assert!(!move_to_year(&third, Year(2018), Year(2019)).unwrap().contains("adjustment"));
}

#[test]
fn a_target_and_a_budget_are_set_where_there_was_none() {
    let text = adjust(BUILT_IN, &adjustment("x"), &[("publicity".into(), 30)], &[("other".into(), "8000.50".into())]);
    let text = text.unwrap();
    let (added, gone) = difference(BUILT_IN, &text);
    assert!(gone.is_empty(), "{gone:?}");
    assert!(
        added.contains(&"target = 30".to_owned()) && added.contains(&"budget = \"8000.50\"".to_owned()),
        "{added:?}"
    );
    assert_eq!(text.matches('#').count(), BUILT_IN.matches('#').count());
}
