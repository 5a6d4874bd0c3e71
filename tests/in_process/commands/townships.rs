//! Who keeps ledgers: added, changed, listed, retired; found by id, name or alias, never by a guess.

use crate::common::{County, holds};

#[test]
fn one_is_added_with_its_file() {
    let county = County::bare();
    let said = county.ok(
        "township add chengguan --name 城关镇 --alias 城关 --alias CG --population 52000 --phone 0393-1 --leader 李强",
    );
    holds(&said, &["已添加城关镇", "chengguan", "10"]);
    let file = county.read("townships/chengguan/township.toml");
    holds(
        &file,
        &["name = \"城关镇\"", "aliases = [\"城关\", \"CG\"]", "population = 52000", "order = 10", "leader = \"李强\""],
    );
    holds(&county.ok("township add gongyeyuan --name 工业区 --kind industrial-zone"), &["20"]);
    county.ok("township add wenhuaguan --name 文化馆 --kind county-unit --order 5");
    let listed = county.ok("township list");
    let place = |name: &str| listed.find(name).unwrap();
    assert!(place("文化馆") < place("城关镇") && place("城关镇") < place("工业区"), "in the bureau's order:\n{listed}");
    let json = county.json("township list");
    assert!(json.to_string().contains("\"wenhuaguan\""), "{json}");
    assert_eq!(county.ok("township list --format ids"), "wenhuaguan\nchengguan\ngongyeyuan\n");
}

#[test]
fn ids_and_names_must_do_for_folders_and_people() {
    let county = County::new();
    for id in ["Chengbei", "城北", "9bei", "a/b", "..", "con", "nul", &"a".repeat(41), "a_b", "-a"] {
        let ran = county.run(&format!("township add --name 城北 -- {id}"));
        assert_eq!((ran.exit, ran.out.as_str()), (culture::base::fault::Exit::Usage, ""), "{id}");
        assert!(ran.err.contains("代号"), "{}", ran.err);
    }
    holds(&county.refused("township add chengguan --name 新城"), &["已有代号为 chengguan 的填报单位", "城关镇"]);
    holds(&county.refused("township add xincheng --name 城关镇"), &["已是城关镇（chengguan）的名称或别名"]);
    holds(&county.refused("township add xincheng --name 新城 --alias ｃｇ"), &["已是城关镇"]);
    holds(&county.refused("township add xincheng --name -"), &["名称是空的"]);
    holds(&county.refused("township add xincheng"), &["还缺少", "--name"]);
    holds(&county.refused("township edit 柳塔乡 --name 城关"), &["已是城关镇"]);
}

#[test]
fn one_is_found_by_id_name_or_alias_and_never_by_a_guess() {
    let county = County::new();
    for word in ["chengguan", "城关镇", "城关", "CG", "cg", "ＣＧ"] {
        county.add(&format!("publicity {word} 3-10 outlet=日报 title=标题{word}"));
    }
    assert_eq!(county.rows("townships/chengguan/2018/publicity.csv").len(), 7);
    let said = county.refused("add publicity 柳 3-10 outlet=日报 title=一");
    holds(&said, &["没有填报单位“柳”", "柳塔乡（liuta）", "柳屯镇（liutun）"]);
    let said = county.refused("add publicity 城管镇 3-10 outlet=日报 title=一");
    holds(&said, &["没有填报单位“城管镇”", "城关镇"]);
    holds(
        &county.refused("add publicity 火星 3-10 outlet=日报 title=一"),
        &["没有填报单位“火星”", "culture township list"],
    );
}

#[test]
fn an_ambiguous_name_gets_its_candidates() {
    let county = County::new();
    for (id, name) in [("liuta", "柳塔乡"), ("liutun", "柳屯镇")] {
        county.write(
            &format!("townships/{id}/township.toml"),
            &format!("name = \"{name}\"\nkind = \"township\"\naliases = [\"柳\"]\n"),
        );
    }
    for line in [
        "add publicity 柳 3-10 outlet=日报 title=一",
        "list publicity --township 柳",
        "status --township 柳",
        "township edit 柳 --phone 1",
        "add performance 城关镇 3-10 into=village place=村 host=柳",
    ] {
        holds(&county.refused(line), &["“柳”可能指", "柳塔乡（liuta）", "柳屯镇（liutun）", "请写代号"]);
    }
}

#[test]
fn a_change_keeps_what_a_person_wrote_in_the_file() {
    let county = County::new();
    let path = "townships/liuta/township.toml";
    let text = "# 县局编号 07\nname = \"柳塔乡\" # 原柳塔公社\nkind = \"township\"\norder = 20\n";
    county.write(path, text);
    holds(&county.ok("township edit 柳塔乡 --phone 0393-5550000 --population 21000"), &["已修改柳塔乡"]);
    let now = county.read(path);
    holds(&now, &["# 县局编号 07", "# 原柳塔公社", "phone = \"0393-5550000\"", "population = 21000"]);
    holds(&county.refused("township edit 柳塔乡 --phone 0393-5550000"), &["没有任何变动"]);
    holds(&county.refused("township edit 柳塔乡 --monthly 也许"), &["也许"]);
    county.ok("township edit 柳塔乡 --monthly 否 --arrangement no");
    holds(&county.read(path), &["monthly = false", "arrangement = false"]);
}

#[test]
fn a_renamed_one_keeps_its_ledgers() {
    let county = County::new();
    county.add("publicity 柳塔乡 3-10 outlet=日报 title=一");
    county.ok("township edit 柳塔乡 --name 柳塔镇 --alias 柳塔乡");
    county.add("publicity 柳塔镇 3-11 outlet=日报 title=二");
    county.add("publicity 柳塔乡 3-12 outlet=日报 title=三");
    assert_eq!(county.rows("townships/liuta/2018/publicity.csv").len(), 4);
    holds(&county.ok("list publicity"), &["柳塔镇"]);
}

#[test]
fn a_retired_one_keeps_its_ledgers_and_is_asked_for_nothing_more() {
    let county = County::new();
    county.add("publicity 柳塔乡 3-10 outlet=日报 title=一");
    holds(&county.refused("township retire 柳塔乡"), &["--from"]);
    holds(&county.ok("township retire 柳塔乡 --from 2018-06-01"), &["柳塔乡", "2018-05-31"]);
    holds(&county.read("townships/liuta/township.toml"), &["until = 2018-05-31"]);
    holds(&county.ok("list publicity"), &["柳塔乡"]);
    let status = county.json("status");
    let expected = |month: &str| {
        let months = status["monthly_reports"].as_array().unwrap();
        let month = months.iter().find(|one| one["month"] == month).unwrap();
        month["townships"].as_array().unwrap().iter().any(|one| one["id"] == "liuta")
    };
    assert!(expected("2018-04") && !expected("2018-05"), "the report of May is due on 5 June");
}
