//! `why`: a figure expanded to its records comes to what `status` says, and people are told one by one.

use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;

/// The sample county, on 28 June.
fn sample() -> County {
    let county = County::nowhere();
    county.set("CULTURE_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/data"));
    county
}

#[test]
fn every_figure_of_status_is_the_sum_of_its_records() {
    let county = sample();
    let status = county.json("status");
    let sum = |line: &str| county.json(&format!("why {line}"))["sum"].clone();
    for indicator in status["indicators"].as_array().unwrap() {
        let id = indicator["id"].as_str().unwrap();
        assert_eq!(sum(id), indicator["done"], "{id}");
        if !["trained", "troupes-standing", "home-reach"].contains(&id) {
            continue;
        }
        for part in indicator["townships"].as_array().unwrap() {
            let township = part["id"].as_str().unwrap();
            assert_eq!(sum(&format!("{id} -t {township}")), part["done"], "{id} of {township}");
        }
        for part in indicator["months"].as_array().unwrap() {
            let month = part["month"].as_str().unwrap();
            assert_eq!(sum(&format!("{id} --month {month}")), part["done"], "{id} in {month}");
        }
    }
    let then = county.json("status --known 2018-05-01 --today 2018-05-31");
    let figure = sum("performances --known 2018-05-01 --today 2018-05-31");
    assert_eq!(then["indicators"][4]["done"], figure);
    assert_ne!(sum("performances --today 2018-05-31"), figure);
}

#[test]
fn people_are_told_one_by_one_and_who_did_not_count_again() {
    let county = County::new();
    let first = county.add("training 城关镇 4-10 topic=秧歌 place=文化站 trainees=3");
    let second = county.add("training 柳塔乡 5-10 topic=鼓书 place=文化站 trainees=2");
    let counted = county.add(&format!("trainee 城关镇 training={first} name=王芳 home=南村"));
    county.add(&format!("trainee 城关镇 training={first} name=李娜 home=南村 sent_by=柳屯镇"));
    let again = county.add(&format!("trainee 柳塔乡 training={second} name='王 芳' home=南村"));
    let why = county.json("why 培训文艺骨干");
    let told: Vec<_> = why["records"].as_array().unwrap().iter().map(|one| (&one["what"], &one["amount"])).collect();
    assert_eq!(told.len(), 4, "{why}");
    assert_eq!(why["sum"], 4);
    let other = &why["not_again"][0];
    assert_eq!((other["row"].as_str(), other["counted"].as_str()), (Some(&*again), Some(&*first)));
    assert_eq!(other["counted_row"].as_str(), Some(&*counted));
    let said = county.ok("why trained -t 柳屯镇");
    holds(&said, &["李娜", "城关镇", "柳屯镇", "合计 1 人", "培训总人数不少于100人"]);
    assert!(!said.contains("王芳"), "{said}");
    holds(&county.ok("why trained"), &["其中有名册 2 人，仅报人数 2 人（未核姓名，可能重复）；重复参加 1 人次未计"]);
    let ids = county.ok("why trained --format ids");
    assert_eq!(ids.lines().count(), 4, "{ids}");
}

#[test]
fn what_ended_is_left_out_with_its_end_and_what_is_void_too() {
    let county = County::new();
    county.add("troupe 城关镇 3-10 name=一队 discipline=dance disbanded=2018-05-01");
    county.add("troupe 城关镇 3-11 name=二队 discipline=dance");
    let void = county.add("troupe 城关镇 3-12 name=三队 discipline=dance");
    county.ok(&format!("void {void} --reason 重复"));
    let said = county.ok("why troupes-standing");
    holds(&said, &["二队", "合计 1 支"]);
    assert!(!said.contains("一队") && !said.contains("三队"), "{said}");
    holds(&county.ok("why troupes-standing --today 2018-04-01"), &["一队", "二队", "合计 2 支"]);
}

#[test]
fn an_unknown_indicator_is_refused_with_those_that_come_near() {
    let county = County::new();
    let said = county.refused("why performance");
    holds(&said, &["2018 年方案没有指标“performance”", "performances（各类演出）", "culture plan show"]);
    holds(&county.refused("why zzz"), &["可用：", "trained（培训文艺骨干）"]);
    holds(&county.ok("why '“六进”演出'"), &["只计“六进”类别为", "合计 0 场"]);
}

/// What the per cent is of: a target needs no word, a whole is said.
#[test]
fn what_a_per_cent_is_of_is_told() {
    let county = County::new();
    let whole = |indicator: &str| {
        let said = county.ok(&format!("why {indicator} --format markdown"));
        said.lines().find(|line| line.contains("分母")).map(str::to_owned)
    };
    assert_eq!(whole("home-reach").unwrap(), "完成率的分母：服务点台账“总户数”合计；记录同上。");
    assert_eq!(whole("facilities").unwrap(), "完成率的分母：公共文化设施台账的记录条数；不论是否符合以上条件。");
    assert_eq!((whole("performances"), whole("publicity")), (None, None));

    let narrowed =
        PLAN.replacen("of_all = \"count\"", "of_all = \"count\"\nof_where = { free = [\"true\", \"false\"] }", 1);
    assert_ne!(narrowed, PLAN);
    county.write("plans/2018.toml", &narrowed);
    assert_eq!(whole("facilities").unwrap(), "完成率的分母：公共文化设施台账的记录条数；只计是否免费开放为是、否的。");
    county.add("facility 城关镇 2017-01-05 name=甲 type=其他 free=是");
    county.add("facility 城关镇 2017-01-05 name=乙 type=其他 free=否");
    let unknown = county.add("facility 城关镇 2017-01-05 name=丙 type=其他");
    county.ok(&format!("edit {unknown} free= --reason 不明"));
    let figure = |plan: &str| {
        county.write("plans/2018.toml", plan);
        let status = county.json("status");
        let facilities = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "facilities").unwrap();
        (facilities["done"].clone(), facilities["of"].clone())
    };
    assert_eq!((figure(PLAN), figure(&narrowed)), ((1.into(), 3.into()), (1.into(), 2.into())));
    let wider = narrowed.replacen("of_where = { free = [\"true\", \"false\"] }", "of_where = { free = \"false\" }", 1);
    county.write("plans/2018.toml", &wider);
    holds(&county.fails("plan check", Exit::Failed), &["of_where", "plans/2018.toml:"]);
}
