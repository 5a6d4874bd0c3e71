//! The directory as a whole: made, found, read when it may not be written to; totals only over what was read whole.

use crate::common::{County, holds};
use culture::base::fault::Exit;
use culture::base::id::Id;
use std::path::Path;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";

/// A performance in 城关镇 and one in 柳塔乡, whose ledger has a bad number in its second row.
fn spoilt() -> County {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=刘庄村 sessions=3");
    county.add("performance 柳塔乡 3-10 into=village place=刘庄村 sessions=4");
    let path = "townships/liuta/2018/performance.csv";
    county.write(path, &county.read(path).replace(",4,", ",four,"));
    county
}

fn done(status: &serde_json::Value, id: &str) -> serde_json::Value {
    status["indicators"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap()["done"].clone()
}

#[test]
fn init_makes_a_directory_to_begin_with() {
    let county = County::nowhere();
    let said = county.ok("init data --county 濮阳县");
    holds(&said, &["已为“濮阳县”建好数据目录", "culture township add", "culture status"]);
    holds(
        &county.read("data/culture.toml"),
        &["format = 1", "county = \"濮阳县\"", "language = \"zh\"", "utc_offset = \"+08:00\""],
    );
    assert!(county.has("data/plans/2018.toml"));
    county.ok("init next --county 濮阳县");
    let datasets = ["data", "next"].map(|folder| {
        let settings = county.read(&format!("{folder}/culture.toml"));
        let value = settings.lines().find_map(|line| line.strip_prefix("dataset = \"")).unwrap();
        let id = value.strip_suffix('"').unwrap();
        assert!(Id::from_bytes(id.as_bytes()).is_some(), "{settings}");
        id.to_owned()
    });
    assert_ne!(datasets[0], datasets[1], "each directory is a dataset of its own, whatever it is called");
    holds(&county.ok("plan check"), &["可用"]);
    county.ok("--data data township add chengguan --name 城关镇");
    holds(&county.ok("status"), &["各类演出"]);
}

#[test]
fn init_touches_nothing_that_is_there() {
    let county = County::nowhere();
    county.write("full/letter.txt", "x");
    holds(&county.refused("init full"), &["不是空的", "letter.txt", "另选"]);
    holds(&county.refused("init full/letter.txt"), &["不是文件夹"]);
    // What an init that was cut short left bears another id than that which is run again.
    county.write("new/.culture.toml.new", "format = 1\ncounty = \"x\"\ndataset = \"bbbbbbbbbbbb\"\n# and much more\n");
    county.ok("init new --county 濮阳县");
    assert!(!county.read("new/culture.toml").contains("bbbbbbbbbbbb") && !county.has("new/.culture.toml.new"));
    holds(&county.ok("--data new check"), &["没有发现问题"]);
    holds(&county.refused("init new"), &["不是空的"]);
    holds(&county.refused("init new/.."), &["无法从文件夹得出县名", "--county"]);
    holds(&county.refused("init other --utc-offset 8"), &["时区“8”写法不对", "+08:00"]);
    county.ok("init west --utc-offset -03:30 --county West");
    holds(&county.read("west/culture.toml"), &["-03:30"]);
}

#[test]
fn the_directory_is_found_from_within_and_named_otherwise() {
    let county = County::nowhere();
    let said = county.fails("status", Exit::Failed);
    holds(&said, &["没有数据目录", "--data", "culture init"]);
    county.ok("init data");
    county.ok("status");
    county.ok("init other");
    holds(&county.ok("--data other plan check"), &["可用"]);
    county.set("CULTURE_DATA", "other");
    county.ok("township add chengguan --name 城关镇");
    assert!(county.has("other/townships/chengguan/township.toml"));
    let said = county.fails("--data nowhere status", Exit::Failed);
    holds(&said, &["nowhere", "不是数据目录"]);
}

#[test]
fn no_total_over_a_ledger_that_was_not_read_whole() {
    let county = spoilt();
    for line in ["status", "status --by-month", "status --check", "list performance", "status -o out.txt"] {
        let said = county.fails(line, Exit::Failed);
        holds(&said, &["townships/liuta/2018/performance.csv:2:", "four"]);
    }
    assert!(!county.has("out"));
    let ran = county.run("status --format json");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    holds(&ran.err, &["\"file\":\"townships/liuta/2018/performance.csv\",\"line\":2,", "four"]);
}

#[test]
fn a_faulty_ledger_is_left_out_when_asked_and_that_is_said() {
    let county = spoilt();
    let page = county.ok("status --skip-bad");
    holds(&page, &["未计入", "townships/liuta/2018/performance.csv", "第 2 行"]);
    let json = county.json("status --skip-bad");
    assert_eq!(done(&json, "performances"), 3);
    assert_eq!(json["left_out"], serde_json::json!(["townships/liuta/2018/performance.csv"]));
    holds(&county.ok("status --skip-bad --township 柳塔乡"), &["未计入"]);
    let whole = County::new().json("status --skip-bad");
    assert!(whole.get("left_out").is_none());
}

#[test]
fn faults_elsewhere_do_not_stop_status() {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=刘庄村");
    county.write("townships/liuta/2018/inspection.csv", "rubbish\n");
    county.write("townships/liuta/2017/performance.csv", "rubbish\n");
    assert_eq!(done(&county.json("status"), "performances"), 1);
}

#[test]
fn every_kind_of_damage_is_told_with_its_place() {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=刘庄村 audience=200");
    let whole = county.read(LEDGER);
    let (header, row) = whole.split_once('\n').unwrap();
    let second = row.replacen(",1,live,", ",2,live,", 1);
    for (text, line, why) in [
        (whole.replacen(",into,", ",onto,", 1), 1, "onto"),
        (whole.replacen(",into,", ",", 1).replacen(",village,", ",", 1), 1, "into"),
        (whole.replacen(",刘庄村,", ",刘庄村,,", 1), 2, ""),
        (whole.replacen("2018-03-10", "2018-03-99", 1), 2, "2018-03-99"),
        (whole.replacen(",village,", ",mountain,", 1), 2, "mountain"),
        (whole.replacen("2018-03-10", "2017-03-10", 1), 2, "2017"),
        (whole.replacen(",1,live,", ",1,dead,", 1), 2, "dead"),
        (whole.replacen(",1,live,", ",1,void,", 1), 2, ""),
        (whole.replacen(",1,live,", ",2,live,", 1), 2, ""),
        (format!("{header}\n{row}{row}"), 3, ""),
        (format!("{header}\n{row}{}", row.replacen(",1,live,", ",3,live,", 1)), 3, ""),
        (format!("{header}\n{row}\n{second}"), 3, ""),
    ] {
        assert_ne!(text, whole);
        county.write(LEDGER, &text);
        let said = county.fails("status", Exit::Failed);
        holds(&said, &[&format!("{LEDGER}:{line}"), why, "提示"]);
    }
    county.write(LEDGER, &format!("{header}\n{row}{second}"));
    county.ok("status");
}

#[test]
fn a_torn_end_is_left_out_and_told() {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=刘庄村");
    let whole = county.read(LEDGER);
    county.write(LEDGER, &format!("{whole}bcdfghjklmnp,1,live,2018-03"));
    let ran = county.run("status --format json");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["\"level\":\"warning\"", LEDGER]);
    let ran = county.run("add performance 城关镇 3-11 into=village place=刘庄村");
    assert_eq!(ran.exit, Exit::Done);
    assert!(!ran.err.is_empty(), "what was cut is told");
    assert!(county.read(LEDGER).starts_with(&whole));
    assert_eq!(county.rows(LEDGER).len(), 3);
}

#[test]
fn check_exits_with_3_when_something_is_behind() {
    let county = County::new();
    let ran = county.run("status --check");
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Found, ""));
    holds(&ran.out, &["滞后"]);
    let early = county.run("status --check --today 2018-01-05");
    assert_eq!(early.exit, Exit::Done, "{}", early.out);
    assert_eq!(county.run("status").exit, Exit::Done);
}

#[test]
fn status_goes_into_a_file_when_asked() {
    let county = County::new();
    county.add("performance 城关镇 3-10 into=village place=刘庄村");
    for (line, begins) in [("-o page.txt", "县 2018年公共文化"), ("--output page.json --format json", "{")] {
        let name = format!("out/{}", line.split(' ').nth(1).unwrap());
        assert_eq!(county.ok(&format!("status {line}")), format!("已写入 {name}\n"));
        assert!(county.read(&name).starts_with(begins), "{line}");
    }
    assert_eq!(county.ok("status"), county.read("out/page.txt"));
    county.ok("status -o page.txt --by-month --force");
    assert_ne!(county.ok("status"), county.read("out/page.txt"), "written over");
    let said = county.fails("status -o nowhere/page.txt", Exit::Failed);
    holds(&said, &["page.txt"]);
}

#[test]
fn status_knows_what_was_known() {
    let county = County::new();
    county.at("2018-04-01T09:00:00+08:00");
    let id = county.add("performance 城关镇 3-10 into=village place=刘庄村 sessions=3");
    county.at("2018-05-01T09:00:00+08:00");
    county.ok(&format!("edit {id} --sessions 2 --reason 核实"));
    county.at("2018-06-28T10:00:00+08:00");
    let of = |line: &str| done(&county.json(&format!("status {line}")), "performances");
    assert_eq!((of(""), of("--known 2018-04-30"), of("--known 2018-03-31")), (2.into(), 3.into(), 0.into()));
    assert_eq!((of("--today 2018-03-09"), of("--month 3")), (0.into(), 2.into()));
}

#[test]
fn the_language_is_the_countys_unless_told_otherwise() {
    let county = County::new();
    county.set("CULTURE_LANG", "");
    county.set("LANG", "en_GB.UTF-8");
    holds(&county.ok("status"), &["各类演出"]);
    holds(&county.ok("status --lang en"), &["Performances"]);
}

/// Runs as root too, for whom nothing is read-only: then only that nothing is written is seen.
#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_to_is_readable() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    fn mode(path: &Path, folder: u32, file: u32) {
        if path.is_dir() {
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
            for entry in fs::read_dir(path).unwrap() {
                mode(&entry.unwrap().path(), folder, file);
            }
            fs::set_permissions(path, Permissions::from_mode(folder)).unwrap();
        } else {
            fs::set_permissions(path, Permissions::from_mode(file)).unwrap();
        }
    }
    let county = County::new();
    let id = county.add("performance 城关镇 3-10 into=village place=刘庄村");
    let names = |county: &County| fs::read_dir(county.dir()).unwrap().count();
    let before = (county.files(), names(&county));
    mode(county.dir(), 0o555, 0o444);
    for line in ["status", "list performance", "log", "kinds", "plan show", "plan check", "township list"] {
        county.ok(line);
    }
    county.ok(&format!("show {id} --history"));
    assert_eq!((county.files(), names(&county)), before);
    if fs::write(county.dir().join("probe"), "").is_err() {
        let said = county.fails("add performance 城关镇 3-11 into=village place=刘庄村", Exit::Failed);
        assert!(said.contains("错误"), "{said}");
    }
    mode(county.dir(), 0o755, 0o644);
}
