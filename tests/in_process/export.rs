//! `export` and `template`: what leaves the county as files, word for word where it is text.

use crate::common::{County, holds};
use culture::base::fault::Exit;
use culture::schema::kind::load::builtin_ids;
use serde_json::Value;
use std::fs;

/// Two troupes of one name and one of another, a training with its roster, and three performances of which one is void.
fn filled() -> (County, Vec<String>) {
    let county = County::new();
    county.at("2018-04-01T09:00:00+08:00");
    let mut ids = Vec::new();
    for line in [
        "troupe chengguan --date 2018-02-01 --name 和平社区舞蹈队 --discipline dance",
        "troupe liuta --date 2018-02-01 --name 锣鼓队 --discipline folk-parade",
        "troupe liutun --date 2018-02-01 --name 锣鼓队 --discipline folk-parade",
    ] {
        ids.push(county.add(line));
    }
    for line in [
        "performance liutun --date 2018-03-31 --into village --place 戊村 --title '说“唱”,逗' --sessions 2 --audience 60",
        "performance chengguan --date 2018-03-10 --into village --place 甲村 --troupe 和平社区舞蹈队 --audience 300",
        &format!(
            "performance chengguan --date 2018-03-05 --into campus --place 乙校 --troupe {} --host 柳塔乡",
            ids[1]
        ),
        "performance chengguan --date 2018-03-20 --into office --place 丙局",
        "training wenhuaguan --date 2018-03-15 --topic 声乐培训 --trainees 3 --hours 6.5",
        "trainee wenhuaguan --training 声乐培训 --name 张三 --sent-by 城关镇 --phone-tail 0042",
    ] {
        ids.push(county.add(line));
    }
    county.at("2018-05-02T09:00:00+08:00");
    county.ok(&format!("edit {} --audience 320 --reason 核对回执", ids[4]));
    county.ok(&format!("void {} --reason 误登", ids[6]));
    (county, ids)
}

const HEADINGS: &str = "填报单位,演出日期,“六进”类别,演出地点,网络平台,演出名称,演出团队,群众文艺团队,主办单位,\
                        活动所在乡镇,场次,观众人次,播放量,主题,网址,佐证材料,备注\n";

#[test]
fn csv_is_what_people_read() {
    let (county, ids) = filled();
    // Two troupes are called 锣鼓队, so that the name would say nothing: there the id stands.
    let expected = format!(
        "{HEADINGS}城关镇,2018-03-05,进校园,乙校,,,,{},,柳塔乡,1,,,,,,\n\
         城关镇,2018-03-10,进农村,甲村,,,,和平社区舞蹈队,,,1,320,,,,,\n\
         柳屯镇,2018-03-31,进农村,戊村,,\"说“唱”,逗\",,,,,2,60,,,,,\n",
        ids[1]
    );
    assert_eq!(county.ok("export performance"), expected);
    assert_eq!(county.ok("export 演出 --format csv"), expected, "a kind by its title");
    assert_eq!(
        county.ok("export facility --lang en"),
        "township,open since,name,type,place,free of charge,hours per week,closed on,note\n"
    );
    assert_eq!(
        county.ok("export trainee"),
        "填报单位,培训日期,培训班,姓名,选送单位,所在村或单位,艺术门类,手机尾号（后四位）,备注\n\
         文化馆,2018-03-15,声乐培训,张三,城关镇,,,0042,\n"
    );
}

#[test]
fn what_is_exported_can_be_narrowed() {
    let (county, _) = filled();
    for (filter, lines) in [
        ("", 3),
        ("-t 城关", 2),
        ("--month 3 --from 3-6", 2),
        ("--to 2018-03-05", 1),
        ("--known 2018-03-31", 0),
        ("--known 2018-04-30", 4),
        ("--month 1", 0),
    ] {
        assert_eq!(county.ok(&format!("export performance {filter}")).lines().count(), lines + 1, "{filter}");
    }
    assert!(county.ok("export performance --known 2018-04-30").contains("甲村,,,,和平社区舞蹈队,,,1,300"));
}

#[test]
fn a_ledger_gives_every_revision() {
    let (county, ids) = filled();
    let out = county.ok("export performance --ledger --from 2018-03-10 -t chengguan");
    let mut lines = out.lines();
    let heading = lines.next().unwrap();
    assert!(
        heading.starts_with("填报单位,编号,修订,状态,演出日期,") && heading.ends_with(",登记时间,登记人,事由,批次")
    );
    let lines: Vec<String> = lines.map(|line| line.rsplit_once(',').unwrap().0.to_owned()).collect();
    let row = |id: &str, rev, state, audience, place, troupe, stamp: &str| {
        let into = if place == "甲村" { "2018-03-10,进农村" } else { "2018-03-20,进机关" };
        format!("城关镇,{id},{rev},{state},{into},{place},,,,{troupe},,,1,{audience},,,,,,{stamp}")
    };
    let (first, second) = ("2018-04-01T09:00:04+08:00,王芳,", "2018-05-02T09:00:00+08:00,王芳,核对回执");
    let troupe = "和平社区舞蹈队";
    assert_eq!(
        lines,
        [
            row(&ids[4], 1, "有效", "300", "甲村", troupe, first),
            row(&ids[6], 1, "有效", "", "丙局", "", "2018-04-01T09:00:06+08:00,王芳,"),
            row(&ids[4], 2, "有效", "320", "甲村", troupe, second),
            row(&ids[6], 2, "作废", "", "丙局", "", "2018-05-02T09:00:01+08:00,王芳,误登"),
        ]
    );
}

#[test]
fn json_is_for_programs() {
    let (county, ids) = filled();
    let lines = county.ok("export performance --format jsonl --to 2018-03-05");
    let record: Value = serde_json::from_str(lines.trim_end()).unwrap();
    let expected = format!(
        "{{\"kind\":\"performance\",\"id\":\"{}\",\"rev\":1,\"state\":\"live\",\"township\":\"chengguan\",\
         \"date\":\"2018-03-05\",\"into\":\"campus\",\"place\":\"乙校\",\"platform\":null,\"title\":null,\
         \"performer\":null,\"troupe\":\"{}\",\"organiser\":null,\"host\":\"liuta\",\"sessions\":1,\"audience\":null,\
         \"views\":null,\"theme\":null,\"url\":null,\"evidence\":null,\"note\":null,\
         \"entered_at\":\"2018-04-01T09:00:05+08:00\",\"entered_by\":\"王芳\",\"reason\":\"\",\"batch\":{}}}\n",
        ids[5], ids[1], record["batch"]
    );
    assert_eq!(lines, expected);
    assert_eq!(
        county.ok("export performance --format json --to 2018-03-05"),
        format!("{{\"schema\":\"culture.export/1\",\"records\":[\n{}\n]}}\n", expected.trim_end())
    );
    let all: Value = serde_json::from_str(&county.ok("export all --format json --ledger")).unwrap();
    let kinds: Vec<&str> = all["records"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    assert_eq!((kinds[0], kinds[6], kinds[7], kinds[10]), ("performance", "training", "trainee", "troupe"));
    assert_eq!(county.ok("export all --format jsonl --ledger").lines().count(), 11);
    assert_eq!(county.ok("export notice --format json"), "{\"schema\":\"culture.export/1\",\"records\":[\n]}\n");
}

#[test]
fn files_are_for_excel() {
    let (county, _) = filled();
    let plain = county.ok("export performance");
    assert_eq!(county.ok("export performance -o 演出.csv"), "已写入 out/演出.csv：演出 3 条\n");
    assert_eq!(county.read("out/演出.csv"), format!("\u{feff}{}", plain.replace('\n', "\r\n")));
    assert_eq!(county.ok("export performance -o 演出.csv --quiet --force"), "", "and again, over it");
    holds(&county.ok("export all -o 导出"), &["已写入 out/导出：演出 3 条、培训 1 条、学员 1 条、群众文艺团队 3 条"]);
    assert_eq!(county.read("out/导出/演出.csv"), county.read("out/演出.csv"));
    assert_eq!(fs::read_dir(county.dir().join("out/导出")).unwrap().count(), builtin_ids().len());
    county.ok("export all --format csv -o 导出 --force");
    county.ok("export performance -o a.jsonl");
    assert_eq!(county.read("out/a.jsonl"), county.ok("export performance --format jsonl"), "the name says the format");
}

/// The bytes of a file.
fn bytes(county: &County, name: &str) -> Vec<u8> {
    fs::read(county.dir().join("out").join(name)).unwrap()
}

#[test]
fn workbooks_come_out_the_same_twice() {
    let (county, _) = filled();
    for command in
        ["export all", "export performance --ledger", "list performance --format xlsx", "status --format xlsx"]
    {
        county.ok(&format!("{command} -o a.xlsx --today 2018-06-28 --force"));
        county.ok(&format!("{command} -o b.xlsx --today 2018-06-28 --force"));
        let made = bytes(&county, "a.xlsx");
        assert!(made.starts_with(b"PK\x03\x04") && made == bytes(&county, "b.xlsx"), "{command}");
        county.ok(&format!("{command} -o b.xlsx --today 2018-06-27 --force"));
        assert!(made != bytes(&county, "b.xlsx"), "{command}: the as-of day stands in it");
    }
}

#[test]
fn what_cannot_be_exported_is_refused() {
    let (county, _) = filled();
    holds(&county.refused("export all"), &["几个文件", "-o 文件夹"]);
    holds(&county.refused("export performance --format csv -o a.xlsx"), &["a.xlsx", "以 .csv 结尾"]);
    holds(&county.refused("export performance --format pdf"), &["pdf", "csv"]);
    holds(&county.refused("export 演初"), &["演初", "演出"]);
    holds(&county.refused("export"), &["还缺少", "类别"]);
    holds(&county.refused("export performance -t 月亮"), &["没有填报单位“月亮”"]);
    county.write("out/导出", "");
    holds(&county.refused("export all -o 导出"), &["out/导出 不是文件夹"]);
    let ledger = "townships/chengguan/2018/performance.csv";
    county.write(ledger, &county.read(ledger).replace("2018-03-10", "2018-13-10"));
    holds(&county.fails("export performance -o a.csv", Exit::Failed), &["performance.csv:2", "2018-13-10"]);
}

/// What an import will do: every row of the CSV files entered by its headings, into a county that has only townships.
#[test]
fn what_is_exported_gives_the_same_figures_elsewhere() {
    let (county, ids) = filled();
    county.ok(&format!("edit {} --name 柳塔锣鼓队 --reason 更名", ids[1]));
    let other = County::new();
    for kind in ["troupe", "training", "trainee", "performance"] {
        let text = county.ok(&format!("export {kind}"));
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let headings = rows.headers().unwrap().clone();
        for row in rows.records().map(Result::unwrap) {
            let filled = headings.iter().zip(&row).skip(1).filter(|(_, cell)| !cell.is_empty());
            let cells: Vec<String> = filled.map(|(heading, cell)| format!("'{heading}={cell}'")).collect();
            other.add(&format!("{kind} {} {}", &row[0], cells.join(" ")));
        }
        assert_eq!(other.ok(&format!("export {kind}")), text);
    }
    let figures = "status --today 2018-06-28 --format json";
    assert_eq!(other.ok(figures), county.ok(figures));
}

#[test]
fn a_template_is_not_written_over_what_is_there() {
    let (county, _) = filled();
    assert_eq!(county.ok("template performance --today 2018-06-28"), "已生成填报表 out/演出.xlsx\n");
    let made = bytes(&county, "演出.xlsx");
    assert!(made.starts_with(b"PK\x03\x04"));
    holds(&county.refused("template performance"), &["out/演出.xlsx 已经存在", "--force", "-o"]);
    county.ok("template 演出 --force --township 城关 --month 5");
    assert!(made != bytes(&county, "演出.xlsx"));
    county.ok("template 演出 --today 2018-06-28 -o a.xlsx");
    assert!(made == bytes(&county, "a.xlsx"), "the same bytes on the same day");
    let kinds = builtin_ids().len();
    assert_eq!(
        county.ok("template --all -t 城关"),
        format!("已生成填报表 out/城关镇台账填报表.xlsx（{kinds} 张表）\n")
    );
    assert_eq!(county.ok("template --all --lang en"), format!("wrote out/forms.xlsx ({kinds} sheets)\n"));
    county.at("2018-06-28T09:00:00+08:00");
    county.add("troupe chengguan --date 2018-06-01 --name 新秀合唱团 --discipline music");
    county.ok("template 演出 --today 2018-06-28 -o a.xlsx --force");
    assert!(made != bytes(&county, "a.xlsx"), "the new troupe can be chosen");
}

#[test]
fn a_template_that_cannot_be_made_is_refused() {
    let (county, _) = filled();
    holds(&county.refused("template"), &["还缺少", "类别"]);
    holds(&county.refused("template performance --all"), &["不能", "同时"]);
    holds(&county.refused("template performance -o 演出.csv"), &["演出.csv", ".xlsx"]);
    holds(&county.refused("template performance --month 13"), &["13"]);
    holds(&county.fails("template performance -o 没有/演出.xlsx", Exit::Failed), &["没有"]);
}

#[test]
fn a_record_called_by_several_fields_is_found_by_them() {
    let (county, ids) = filled();
    county.write(
        "kinds/review.toml",
        "id = \"review\"\ntitle = { zh = \"观摩\", en = \"review\" }\nkey = [\"date\", \"show\"]\n\n[[field]]\nname = \"date\"\n\
         type = \"date\"\ntitle = { zh = \"观摩日期\", en = \"date\" }\nrequired = true\n\n[[field]]\nname = \"show\"\n\
         type = \"ref\"\nto = \"performance\"\ntitle = { zh = \"观摩演出\", en = \"show\" }\n",
    );
    county.add(&format!("review liuta --date 2018-04-02 --show {}", ids[3]));
    let label = "2018-03-31 说“唱”,逗 戊村";
    assert_eq!(county.ok("export review"), format!("填报单位,观摩日期,观摩演出\n柳塔乡,2018-04-02,\"{label}\"\n"));
    county.add(&format!("review liuta --date 2018-04-03 --show '{label}'"));
    county.add("review liuta --date 2018-04-04 --show '2018-03-31　说“唱”，逗 戊村'");
    assert_eq!(county.column("townships/liuta/2018/review.csv", "show"), vec![ids[3].clone(); 3]);
}

#[test]
fn a_form_that_is_empty_is_imported_without_a_word() {
    let (county, _) = filled();
    for (command, file) in [
        ("template --all -t 城关镇 --month 2018-05", "城关镇台账填报表.xlsx"),
        ("template --all --lang en", "forms.xlsx"),
    ] {
        county.ok(command);
        assert_eq!(county.ok(&format!("import all out/{file}")), "合计：新增 0 条；重复 0 条，已跳过\n");
    }
}

#[test]
fn a_workbook_of_all_kinds_gives_the_same_figures_elsewhere() {
    let (county, _) = filled();
    county.ok("export all -o all.xlsx");
    let other = County::new();
    fs::copy(county.dir().join("out/all.xlsx"), other.dir().join("all.xlsx")).unwrap();
    // The troupes of one name are told apart by ids that mean nothing elsewhere.
    let refused = other.fails("import all all.xlsx", Exit::Failed);
    holds(&refused, &["群众文艺团队中没有", "演出!H2"]);
    county.ok(&format!("edit {} --name 柳塔锣鼓队 --reason 更名", filled_troupe(&county)));
    county.ok("export all -o all.xlsx --force");
    fs::copy(county.dir().join("out/all.xlsx"), other.dir().join("all.xlsx")).unwrap();
    other.ok("import all all.xlsx");
    let figures = "status --today 2018-06-28 --format json";
    assert_eq!(other.ok(figures), county.ok(figures));
    for kind in ["performance", "training", "trainee", "troupe"] {
        assert_eq!(other.ok(&format!("export {kind}")), county.ok(&format!("export {kind}")));
    }
}

/// The id of the troupe of 柳塔乡.
fn filled_troupe(county: &County) -> String {
    county.ok("list troupe -t liuta --format ids").trim().to_owned()
}
