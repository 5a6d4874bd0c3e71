//! Kinds that a county writes: a whole new one, and a field more on one of the program's.

use crate::common::{County, PLAN, holds};
use culture::base::fault::Exit;

const OFFICER: &str = r#"id = "officer"
title = { zh = "文化专干", en = "culture officer" }
key = ["name"]
label = ["name"]
end = "left"

[[field]]
name = "date"
type = "date"
title = { zh = "到岗日期", en = "date" }
required = true

[[field]]
name = "name"
title = { zh = "姓名", en = "name" }
required = true

[[field]]
name = "post"
type = "choice"
title = { zh = "岗位", en = "post" }
choices = [
  { token = "head", zh = "站长", en = "head" },
  { token = "clerk", zh = "专干", en = "clerk" },
]
default = "clerk"

[[field]]
name = "pay"
type = "decimal"
places = 2
title = { zh = "月补贴", en = "pay" }

[[field]]
name = "left"
type = "date"
title = { zh = "离岗日期", en = "left" }
after = "date"
"#;

const WEATHER: &str = "id = \"performance\"\n[headings]\nperformer = [\"表演队\"]\n[[field]]\nname = \"weather\"\n\
                       title = { zh = \"天气\", en = \"weather\" }\nheadings = [\"天气情况\"]\n\
                       [[field]]\nname = \"stalls\"\ntype = \"integer\"\ntitle = { zh = \"摊位\", en = \"stalls\" }\n";

const LEDGER: &str = "townships/chengguan/2018/performance.csv";

#[test]
fn a_new_kind_works_everywhere() {
    let county = County::new();
    county.write("kinds/officer.toml", OFFICER);
    holds(&county.ok("kinds"), &["officer", "文化专干"]);
    holds(&county.ok("kinds officer"), &["到岗日期", "post", "站长", "专干"]);
    holds(&county.ok("add officer --help"), &["--post", "岗位", "head 站长", "--pay", "--left"]);
    let id = county.add("officer 城关镇 2018-01-05 name=赵敏 pay=1200.5");
    let path = "townships/chengguan/2018/officer.csv";
    assert_eq!(
        county.rows(path)[0].join(","),
        "id,rev,state,date,name,post,pay,left,entered_at,entered_by,reason,batch"
    );
    assert_eq!(county.rows(path)[1][3..8], ["2018-01-05", "赵敏", "clerk", "1200.50", ""]);
    holds(&county.ok("list 文化专干"), &["赵敏", "专干"]);
    holds(&county.ok(&format!("show {id}")), &["文化专干", "1200.50"]);
    let json = county.json("list officer");
    assert_eq!((&json["records"][0]["post"], &json["records"][0]["pay"]), (&"clerk".into(), &"1200.50".into()));
    holds(&county.refused("add officer 城关镇 2018-02-05 name=赵敏"), &["已有同样的文化专干"]);
    holds(&county.refused("add officer 城关镇 2018-02-05 name=钱程 left=2018-02-01"), &["早于"]);
    county.ok(&format!("edit {id} post=站长 --left 2018-05-31 --reason 调离"));
    assert_eq!(county.column(path, "left"), ["", "2018-05-31"]);
    assert_eq!(county.column(path, "post"), ["clerk", "head"]);
}

#[test]
fn a_new_kind_counts_for_an_indicator() {
    let county = County::new();
    county.write("kinds/officer.toml", OFFICER);
    let more = "[[indicator]]\nid = \"officer\"\ntitle = { zh = \"在岗专干\", en = \"Staff\" }\nunit = { zh = \"人\", en = \"people\" }\n\
                kind = \"officer\"\nmeasure = \"count\"\nspan = \"standing\"\ntarget = 4\nclause = \"专干不少于4人\"\n";
    county.write("plans/2018.toml", &format!("{PLAN}\n{more}"));
    county.add("officer 城关镇 2017-01-05 name=赵敏");
    county.add("officer 柳塔乡 2018-01-05 name=钱程");
    county.add("officer 柳塔乡 2018-01-05 name=孙立 left=2018-05-01");
    let status = county.json("status");
    let officer = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "officer").unwrap();
    assert_eq!((&officer["done"], &officer["percent"]), (&2.into(), &serde_json::json!(50.0)));
    let april = county.json("status --today 2018-04-30");
    assert_eq!(april["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "officer").unwrap()["done"], 3);
    holds(&county.ok("status"), &["在岗专干"]);
}

#[test]
fn a_field_more_works_everywhere() {
    let county = County::new();
    county.write("kinds/performance.toml", WEATHER);
    holds(&county.ok("add performance --help"), &["--weather", "天气", "--stalls"]);
    let id = county.add("performance 城关镇 3-10 into=village place=刘庄村 天气=晴 表演队=红旗队 stalls=12");
    assert_eq!(county.column(LEDGER, "weather"), ["晴"]);
    assert_eq!(county.column(LEDGER, "performer"), ["红旗队"], "a heading of the county's");
    holds(&county.ok(&format!("show {id}")), &["天气", "晴"]);
    county.ok(&format!("edit {id} --weather 阴 --reason 记错"));
    assert_eq!(county.column(LEDGER, "weather"), ["晴", "阴"]);
    assert_eq!(county.json("list performance --where weather=阴")["records"][0]["stalls"], 12);
    let plan = PLAN.replace(
        "measure = \"sum:sessions\"\ntarget = 60\nclause = \"2018年",
        "measure = \"sum:stalls\"\ntarget = 60\nclause = \"2018年",
    );
    assert_ne!(plan, PLAN);
    county.write("plans/2018.toml", &plan);
    let status = county.json("status");
    let performances = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "performances").unwrap();
    assert_eq!(performances["done"], 12);
}

#[test]
fn a_column_is_added_when_it_is_first_needed() {
    let county = County::new();
    let first = county.add("performance 城关镇 3-10 into=village place=刘庄村 'note=一, \"二\"'");
    county.ok(&format!("edit {first} --audience 5 --reason 核实"));
    let before = county.read(LEDGER);
    county.write("kinds/performance.toml", WEATHER);
    county.ok("list performance");
    county.ok("status");
    county.add("performance 城关镇 3-11 into=village place=刘庄村");
    assert!(county.read(LEDGER).starts_with(&before), "not needed yet: appended as before");
    let old = county.rows(LEDGER);
    county.add("performance 城关镇 3-12 into=village place=刘庄村 weather=晴");
    let new = county.rows(LEDGER);
    let at = new[0].iter().position(|name| name == "weather").unwrap();
    let without: Vec<Vec<String>> = new[..old.len()]
        .iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .filter(|(place, _)| *place != at && *place != at + 1)
                .map(|(_, cell)| cell.clone())
                .collect()
        })
        .collect();
    assert_eq!(without, old, "no value and no order of rows changes");
    assert_eq!(county.column(LEDGER, "weather"), ["", "", "", "晴"]);
    assert_eq!(new[0].last().unwrap(), "batch");
    assert_eq!(county.json("list performance")["records"].as_array().unwrap().len(), 3);
}

#[test]
fn a_faulty_kind_is_told_with_its_place() {
    let county = County::new();
    county.write("kinds/officer.toml", &OFFICER.replace("key = [\"name\"]", "key = [\"nmae\"]"));
    let said = county.fails("kinds", Exit::Failed);
    holds(&said, &["kinds/officer.toml:3:", "nmae", "name"]);
    county.write("kinds/officer.toml", &OFFICER.replace("type = \"decimal\"", "type = \"decmal\""));
    let said = county.fails("add officer 城关镇 3-1 name=赵敏", Exit::Failed);
    holds(&said, &["kinds/officer.toml:30:8", "decmal", "decimal"]);
    county.write("kinds/officer.toml", &OFFICER.replace("[[field]]", "[[field]"));
    holds(&county.fails("list officer", Exit::Failed), &["kinds/officer.toml:7:"]);
    county.write("kinds/officer.toml", &OFFICER.replace("id = \"officer\"", "id = \"stuff\""));
    holds(&county.fails("list officer", Exit::Failed), &["kinds/officer.toml:1:6", "stuff"]);
}

#[test]
fn a_kind_that_the_plan_does_not_name_cannot_stop_status() {
    let county = County::new();
    county.write("kinds/officer.toml", "id = ");
    county.ok("status");
}

#[test]
fn an_unknown_kind_gets_the_nearest() {
    let county = County::new();
    holds(&county.refused("add performence 城关镇 3-10"), &["没有台账类别“performence”", "performance"]);
    holds(&county.refused("list 演岀"), &["没有台账类别", "演出"]);
    holds(&county.refused("list zzz"), &["没有台账类别"]);
}

/// A county gave the troupes such a field before they could change: its ledgers read and count as they did.
#[test]
fn a_field_named_as_the_column_for_changes_stays_what_it_was() {
    let county = County::new();
    county.write(
        "kinds/troupe.toml",
        "id = \"troupe\"\n[[field]]\nname = \"effective\"\ntype = \"date\"\ntitle = { zh = \"挂牌日期\", en = \"plaque put up\" }\n",
    );
    let path = "townships/chengguan/2018/troupe.csv";
    let id = county.add("troupe 城关镇 2018-03-05 name=红旗队 discipline=music effective=2018-06-01");
    assert_eq!(county.column(path, "effective"), ["2018-06-01"]);
    county.ok(&format!("edit {id} effective=2018-05-02 --reason 记错"));
    assert_eq!(county.column(path, "effective"), ["2018-06-01", "2018-05-02"]);
    let figure = |day: &str| {
        let status = county.json(&format!("status --today {day}"));
        let troupes = status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "troupes").unwrap();
        troupes["done"].clone()
    };
    assert_eq!((figure("2018-03-04"), figure("2018-03-05")), (0.into(), 1.into()), "it counts from its date");
    let checked = county.run("check");
    assert!(checked.exit == Exit::Done, "{checked:#?}");
    holds(&checked.out, &["kinds/troupe.toml:3:8", "effective", "变动"]);
    let refused = county.refused(&format!("change {id} --on 2018-06-01 leader=王"));
    holds(&refused, &["不能登记变动", "kinds/troupe.toml:3:8", &format!("culture edit {id} leader=王")]);
    holds(&county.ok("kinds troupe"), &["挂牌日期", "不能登记变动"]);
    holds(&county.ok("kinds facility"), &["会有变动"]);
    assert!(!county.ok("kinds performance").contains("变动"));
}

/// What the program wrote for a county that had a kind of its own by an id that has been built in since.
#[test]
fn an_older_county_keeps_its_own_kind_of_a_built_in_id() {
    let county = County::new();
    let own = OFFICER.replace("id = \"officer\"", "id = \"staff\"");
    county.write("kinds/staff.toml", &own);
    let parts: Vec<&str> = PLAN.split("[[indicator]]\n").filter(|part| !part.contains("kind = \"staff\"")).collect();
    assert_eq!(parts.len() + 2, PLAN.split("[[indicator]]\n").count());
    let older = parts.join("[[indicator]]\n");
    let more = "[[indicator]]\nid = \"staff-on-post\"\ntitle = \"在岗专干\"\nunit = \"人\"\nkind = \"staff\"\n\
                measure = \"sum:pay\"\nof_all = \"count\"\nwhere = { post = \"clerk\" }\nspan = \"standing\"\nclause = \"c\"\n";
    county.write("plans/2018.toml", &format!("{older}\n{more}"));
    let ledger = |row: &str| {
        let columns = "id,rev,state,date,name,post,pay,left,entered_at,entered_by,reason,batch";
        format!("{columns}\n{row},,2018-06-27T09:00:00+08:00,李敏,,bbbbbbbbbbbd\n")
    };
    county.write("townships/chengguan/2017/staff.csv", &ledger("bbbbbbbbbbbb,1,live,2017-01-05,赵敏,head,900.00"));
    county.write("townships/chengguan/2018/staff.csv", &ledger("bbbbbbbbbbbc,1,live,2018-01-05,钱程,clerk,1200.50"));
    holds(&county.ok("check"), &["没有发现问题"]);
    holds(&county.ok("kinds staff"), &["文化专干", "月补贴"]);
    let figures = || {
        let status = county.json("status");
        status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == "staff-on-post").unwrap().clone()
    };
    assert_eq!((&figures()["done"], &figures()["of"]), (&"1200.50".into(), &"2.00".into()));
    county.add("staff 城关镇 2018-02-05 name=孙立 pay=10");
    assert_eq!(figures()["done"], "1210.50");

    county.ok("close 2018-02 --despite 未齐");
    let closing = county.read("closings/2018-02.toml");
    holds(&closing, &[&format!("staff = \"{}\"", culture::ledger::sha256(own.as_bytes()))]);
    county.ok("verify");
}
