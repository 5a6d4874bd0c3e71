//! The report on coverage: the six ways × townships, what is empty, villages and units, households; as the plan says.

use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;
use serde_json::{Value, json};

/// 文化馆 plays in two townships; 柳塔乡 has nothing of its own.
fn county() -> County {
    let county = County::new();
    county.add("performance 城关镇 5-20 into=village place=刘庄村 sessions=2");
    county.add("performance 城关镇 5-21 into=village place='刘庄 村'");
    county.add("performance 城关镇 5-22 into=campus place=一中");
    county.add("performance 文化馆 6-01 into=village place=刘庄村 host=柳塔乡");
    county.add("performance 文化馆 6-02 into=office place=县政府 host=城关镇");
    county.add("performance 城关镇 6-03 into=website platform=抖音");
    county.add("performance 城关镇 6-04 into=none place=广场");
    county
}

fn township(report: &Value, id: &str) -> Value {
    report["townships"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone()
}

#[test]
fn what_was_played_elsewhere_counts_where_it_was_played() {
    let county = county();
    let report = county.json("report coverage");
    let chengguan = township(&report, "chengguan");
    assert_eq!(
        chengguan["by"],
        json!({ "enterprise": 0, "village": 3, "office": 1, "campus": 1, "community": 0, "website": 1 })
    );
    assert_eq!((&chengguan["done"], &chengguan["empty"]), (&json!(6), &json!(["enterprise", "community"])));
    assert_eq!(township(&report, "liuta")["by"]["village"], 1);
    let wenhuaguan = township(&report, "wenhuaguan");
    assert_eq!(
        (&wenhuaguan["expected"], &wenhuaguan["done"], &wenhuaguan["empty"]),
        (&json!(false), &json!(0), &json!([]))
    );
    assert_eq!((&report["schema"], &report["outside"]), (&json!("culture.coverage/1"), &json!(1)));
    // What is covered is what the indicator of the same values counts.
    let status = county.json("status");
    let six = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "six-entry").unwrap();
    assert_eq!(report["done"], six["done"]);
    let page = county.ok("report coverage");
    holds(
        &page,
        &["进企业：全县还没有。", "进校园，空白单位 2 个：柳塔乡、柳屯镇。", "另有场次 1 不属以上各类", "2018-06-28"],
    );
    assert!(!page.contains("文化馆"), "{page}");
    holds(&county.ok("report coverage --lang en"), &["campus, none yet (2):", "enterprise: none in the county yet."]);
}

#[test]
fn a_village_is_the_same_however_it_is_spaced_but_not_in_another_township() {
    let county = county();
    let places = township(&county.json("report coverage"), "chengguan")["places"].clone();
    assert_eq!(
        places,
        json!([
            { "place": "刘庄村", "done": 3, "records": 2, "last": "2018-05-21" },
            { "place": "一中", "done": 1, "records": 1, "last": "2018-05-22" },
            { "place": "县政府", "done": 1, "records": 1, "last": "2018-06-02" },
        ])
    );
    let page = county.ok("report coverage");
    holds(&page, &["村和单位 4 个", "只到过一次的 3 个：城关镇（一中、县政府）、柳塔乡（刘庄村）。"]);
    for number in 1..=12 {
        county.add(&format!("performance 柳屯镇 5-01 into=village place={number}号村 sessions=2"));
    }
    let page = county.ok("report coverage");
    holds(&page, &["村和单位 16 个，最多的 10 个"]);
    assert!(
        !page.contains("9号村") && county.ok("report coverage --format csv").contains("柳屯镇,9号村,2,1,2018-05-01")
    );
}

#[test]
fn only_live_records_of_the_year_up_to_the_day_count_and_as_known() {
    let county = county();
    let done = |county: &County, line: &str| county.json(&format!("report coverage {line}"))["done"].clone();
    assert_eq!((done(&county, "--today 2018-05-21"), done(&county, "")), (json!(3), json!(7)));
    county.at("2018-06-29T10:00:00+08:00");
    let id = county.add("performance 柳塔乡 6-05 into=community place=社区");
    assert_eq!((done(&county, "--known 2018-06-28"), done(&county, "")), (json!(7), json!(8)));
    county.ok(&format!("void {id} --reason 重复"));
    assert_eq!(done(&county, ""), 7);
    // Another year.
    county.add("performance 柳塔乡 2017-06-05 into=community place=社区");
    assert_eq!(done(&county, ""), 7);
}

#[test]
fn households_are_reached_of_all() {
    let county = county();
    assert!(!county.ok("report coverage").contains("入户"));
    county.add("service-point 城关镇 5-01 type=home-network place=刘庄村 households=300 households_reached=100");
    county.add("service-point 柳塔乡 5-01 type=home-network place=柳塔村 households=100 households_reached=50");
    let households = county.json("report coverage")["households"].clone();
    assert_eq!(
        (&households["done"], &households["of"], &households["percent"]),
        (&json!(150), &json!(400), &json!(37.5))
    );
    assert_eq!(households["townships"][0], json!({ "id": "chengguan", "done": 100, "of": 300, "percent": 33.3 }));
    holds(&county.ok("report coverage"), &["文化共享工程入户（户）", "37.5%"]);
}

#[test]
fn a_plan_says_where_to_look_and_is_held_to_it() {
    let county = county();
    let with = |from: &str, to: &str| {
        assert!(PLAN.contains(from), "{from}");
        county.write("plans/2018.toml", &PLAN.replace(from, to));
        county.run("report coverage").err
    };
    holds(&with("host = \"host\"", "host = \"organiser\""), &["organiser 不是填报单位字段"]);
    holds(&with("households = \"home-reach\"", "households = \"home\""), &["没有“home”这个指标"]);
    holds(&with("values = [\"enterprise\"", "values = [\"factory\""), &["factory"]);
    holds(
        &with(
            "values = [\"enterprise\", \"village\", \"office\", \"campus\", \"community\", \"website\"]\n",
            "values = []\n",
        ),
        &["values 没有写值"],
    );
    let begins = PLAN.find("[coverage]").unwrap();
    county.write("plans/2018.toml", &PLAN[..begins]);
    let refused = county.fails("report coverage", Exit::Usage);
    holds(&refused, &["2018 年方案没有写明覆盖情况从哪类台账统计", "plans/2018.toml", "[coverage]", "values = ["]);
    // Where no field names the host: the ledger's own township.
    county.write("plans/2018.toml", &PLAN.replace("host = \"host\"\n", ""));
    assert_eq!(township(&county.json("report coverage"), "wenhuaguan")["by"]["village"], 1);
}
