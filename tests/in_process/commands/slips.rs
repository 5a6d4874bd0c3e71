//! Slips that a tired clerk makes, each found by trying: none may end in a wrong figure or in a way out that is none.

use crate::common::{County, holds};
use culture::base::fault::Exit;

#[test]
fn a_weights_file_without_weights_splits_nothing() {
    let county = County::new();
    county.write("w.csv", "");
    let said = county.refused("plan apportion troupes --weights w.csv");
    holds(&said, &["权重表里没有大于 0 的权重", "单位,权重"]);
}

#[test]
fn a_month_that_has_not_begun_is_not_reported() {
    let county = County::new();
    holds(&county.refused("add monthly-report 城关镇 6-27 month=7月 --zero"), &["报告月份 2018-07 还没有开始"]);
    holds(&county.refused("submit 8月 -t 城关镇 --zero"), &["2018-08 还没有开始"]);
}

#[test]
fn a_yes_needs_no_word_behind_it() {
    let county = County::new();
    county.ok("add monthly-report 城关镇 6-27 --zero --month 5月");
    county.ok("add monthly-report 柳塔乡 6-27 --zero 否 --month 5月");
    assert_eq!(county.column("townships/chengguan/2018/monthly-report.csv", "zero"), ["true"]);
    assert_eq!(county.column("townships/liuta/2018/monthly-report.csv", "zero"), ["false"]);
}

#[test]
fn a_colon_will_do_for_an_equals_sign() {
    let county = County::new();
    county.ok("add performance 城关镇 5-20 类别：进农村 演出地点：王庄");
    assert_eq!(county.column("townships/chengguan/2018/performance.csv", "place"), ["王庄"]);
}

#[test]
fn of_a_phone_number_the_last_four_digits_are_kept() {
    let county = County::new();
    county.ok("add training 城关镇 5-20 topic=戏曲 trainees=3");
    let ran = county.run("add trainee training=戏曲 name=王五 phone_tail=13800000012");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["只登记了后 4 位"]);
    county.ok("add trainee training=戏曲 name=赵六 phone_tail=００１２");
    holds(&county.refused("add trainee training=戏曲 name=李四 phone_tail=12"), &["“12”不是 4 位数字"]);
    assert_eq!(county.column("townships/chengguan/2018/trainee.csv", "phone_tail"), ["0012", "0012"]);
}

#[test]
fn a_troupe_older_than_the_first_plan_is_nothing_strange() {
    let county = County::new();
    county.ok("add troupe 城关镇 2011-3-1 name=王庄剧团 discipline=戏剧");
    holds(&county.run("add training 城关镇 2017-3-1 topic=戏曲 trainees=3").err, &["没有 2017 年的实施方案"]);
}

#[test]
fn the_name_of_a_file_says_its_format_and_a_way_out_names_the_right_help() {
    let county = County::new();
    county.ok("status -o s.csv");
    assert!(county.read("out/s.csv").starts_with("指标,"));
    holds(&county.refused("township add"), &["culture township add --help"]);
    holds(&county.refused("import performance s.csv --returns back.csv"), &["退回表只能是 xlsx"]);
}

#[test]
fn a_workbook_of_several_kinds_gives_the_sheet_that_is_called_so() {
    let county = County::new();
    county.ok("add performance 城关镇 5-20 into=village place=王庄");
    county.ok("add troupe 城关镇 5-20 name=王庄剧团 discipline=戏剧");
    county.ok("export all -o all.xlsx");
    let ran = county.run("import performance out/all.xlsx");
    assert_eq!(ran.exit, Exit::Done, "{ran:#?}");
    holds(&ran.out, &["合计：新增 0 条；重复 1 条，已跳过"]);
}

#[test]
fn without_townships_nothing_is_said_to_be_handed_in() {
    let county = County::bare();
    let said = county.ok("status");
    holds(&said, &["还没有填报单位"]);
    assert!(!said.contains("已全部报送"), "{said}");
}

#[test]
fn of_commands_that_come_near_the_nearest_is_offered() {
    let county = County::new();
    for (slip, meant) in
        [("statsu", "status"), ("repotr", "report"), ("retrun", "return"), ("lsit", "list"), ("udno", "undo")]
    {
        holds(&county.refused(slip), &[&format!("是否指“{meant}”？")]);
    }
    holds(&county.refused("report mouth 5月"), &["是否指“month”？"]);
}

#[test]
fn settings_that_cannot_be_read_are_not_taken_for_the_usual_ones() {
    let county = County::new();
    let settings = county.read("culture.toml");
    for (right, wrong, said) in [
        ("utc_offset = \"+08:00\"", "utc_offset = \"08:00\"", "utc_offset 不能是“08:00”"),
        ("utc_offset = \"+08:00\"", "utc_offset = \"\"", "utc_offset 不能是“”"),
        ("format = 1", "format = 1\ndataset = \"bcdf\"", "dataset（数据标识）不能是“bcdf”"),
        ("format = 1", "format = 1\ndataset = \"BCDFGHJKLMNP\"", "dataset（数据标识）不能是“BCDFGHJKLMNP”"),
        ("format = 1", "format = 1\ndataset = 12", "应为文字"),
        ("language = \"zh\"", "language = \"法文\"", "language 不能是“法文”"),
    ] {
        county.write("culture.toml", &settings.replacen(right, wrong, 1));
        for command in ["status", "add performance 城关镇 3-10 into=village place=王庄"] {
            holds(&county.fails(command, Exit::Failed), &[said, "culture.toml:"]);
        }
        holds(&county.run("check").out, &[said]);
    }
}
