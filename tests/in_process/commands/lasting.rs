//! Records that last: what changes from a day on, what was never so, and how both are taken back.

use crate::common::{County, holds};

const LEDGER: &str = "townships/chengguan/2018/service-point.csv";
const LINE: &str = "service-point 城关镇 2018-02-25 type=digital-upgrade place=刘庄村 stage=applied households=420 households_reached=301";

/// A county with a service point that was applied for on 25 February 2018.
fn with_point() -> (County, String) {
    let county = County::new();
    let id = county.add(LINE);
    (county, id)
}

/// What `list` says of a service point's field on some days.
fn on_days(county: &County, field: &str, days: &[&str]) -> Vec<String> {
    let value = |day: &&str| {
        let listed = county.json(&format!("list service-point --today {day}"));
        let value = &listed["records"][0][field];
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    days.iter().map(value).collect()
}

#[test]
fn a_change_holds_from_its_day_on() {
    let (county, id) = with_point();
    let said = county.ok(&format!("change {} --on 2018-06-20 stage=纳入", &id[..5]));
    assert_eq!(said, format!("已登记变动 {id}：自 2018-06-20 起 建设阶段 申报 -> 纳入\n"));
    assert_eq!(county.column(LEDGER, "rev"), ["1", "2"]);
    assert_eq!(county.column(LEDGER, "effective"), ["", "2018-06-20"]);
    assert_eq!(county.column(LEDGER, "reason"), ["", ""], "a change needs no reason");
    assert_eq!(
        on_days(&county, "stage", &["2018-02-25", "2018-06-19", "2018-06-20"]),
        ["applied", "applied", "listed"]
    );
    assert!(county.ok("check").contains("没有发现问题"));
}

#[test]
fn where_later_changes_stand_only_what_was_asked_changes() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-06-20 stage=纳入 households_reached=450"));
    let said = county.ok(&format!("change {id} --on 2018-05-10 --stage 配备 总户数=512 --reason 普查"));
    holds(&said, &["自 2018-05-10 起 总户数 420 -> 512", "2018-05-10 至 2018-06-19 建设阶段 申报 -> 配备"]);
    let days = ["2018-05-09", "2018-05-10", "2018-06-19", "2018-06-20"];
    assert_eq!(on_days(&county, "stage", &days), ["applied", "equipped", "equipped", "listed"]);
    assert_eq!(on_days(&county, "households", &days), ["420", "512", "512", "512"]);
    assert_eq!(on_days(&county, "households_reached", &days), ["301", "301", "301", "450"]);
    assert_eq!(county.column(LEDGER, "effective")[2..], ["2018-05-10", "2018-06-20"]);
    let batches = county.column(LEDGER, "batch");
    assert_eq!(batches[2], batches[3], "one batch");
    assert_eq!(county.column(LEDGER, "reason")[2..], ["普查", "普查"]);
}

#[test]
fn what_is_no_change_is_refused_with_the_way_out() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-06-20 stage=纳入"));
    let played = county.add("performance 城关镇 3-10 into=village place=刘庄村 audience=200");
    for (line, why) in [
        (format!("change {id} stage=配备"), vec!["还缺少：--on <日期>"]),
        (format!("change {id} --on 2018-06-20"), vec!["没有写明变动了什么"]),
        (format!("change {id} --on 2018-02-24 stage=配备"), vec!["2018-02-24 早于这条记录的“纳入日期”2018-02-25"]),
        (format!("change {id} --on 2018-06-29 stage=配备"), vec!["2018-06-29 晚于今天 2018-06-28"]),
        (format!("change {id} --on 310 stage=配备"), vec!["310"]),
        (format!("change {id} --on 2018-06-21 stage=配备 阶段=验收"), vec!["“建设阶段”写了两次：配备、验收"]),
        (format!("edit {id} --on 2018-06-29 stage=配备 --reason 误"), vec!["2018-06-29 晚于今天 2018-06-28"]),
        (format!("edit {played} --on 2018-06-21 audience=260 --reason 误"), vec!["演出是一次性的事", "去掉 --on"]),
        (format!("edit {id} --on 2018-06-21 --reason 误"), vec!["没有任何变动"]),
        (format!("change {id} --on 2018-06-21 stage=纳入"), vec!["没有变动：2018-06-21 那天本来就是这样"]),
        (format!("change {id} --on 2018-06-21 stage=没有"), vec!["没有"]),
        (format!("change {id} --on 2018-06-21 阶段"), vec!["“阶段”没有写明填在哪一栏"]),
        (
            format!("change {id} --on 2018-06-21 place=刘庄 date=2018-03-01"),
            vec!["“服务点地点”是认定", &format!("culture edit {id} place=刘庄 --reason 事由"), "“纳入日期”是认定"],
        ),
        (
            format!("change {id} --on 2018-06-20 stage=配备"),
            vec![
                "2018-06-20 已登记过变动：建设阶段 申报 -> 纳入",
                &format!("culture edit {id} --on 2018-06-20 stage=配备"),
            ],
        ),
        (
            format!("change {played} --on 2018-06-20 audience=260"),
            vec!["演出是一次性的事，没有变动", &format!("culture edit {played} audience=260 --reason 事由")],
        ),
        (format!("change {id} --on 2018-06-21 --drop --reason 误"), vec!["没有变动", "有变动的日期：2018-06-20"]),
        (format!("change {id} --on 2018-06-20 --drop"), vec!["没有写明事由"]),
        (format!("change {id} --on 2018-06-20 --moved 2018-06-12"), vec!["没有写明事由"]),
        (format!("change {id} --on 2018-06-20 --moved 2018-06-20 --reason 误"), vec!["变动本来就在 2018-06-20"]),
        (format!("change {id} --on 2018-06-20 --moved 2018-02-24 --reason 误"), vec!["早于这条记录"]),
        (format!("change {id} --on 2018-06-20 --moved 2018-06-29 --reason 误"), vec!["晚于今天"]),
        (format!("change {id} --on 2018-06-20 --moved 2018-06-12 --drop --reason 误"), vec!["--drop"]),
        (
            format!("change {id} --on 2018-06-20 --drop stage=配备 --reason 误"),
            vec!["不能同时写 stage=配备", "culture edit"],
        ),
    ] {
        let why: Vec<&str> = why.iter().map(|why| &**why).collect();
        holds(&county.refused(&line), &why);
    }
    county.ok(&format!("void {id} --reason 误报"));
    holds(&county.refused(&format!("change {id} --on 2018-06-21 stage=配备")), &["已经作废", "--restore"]);
    assert_eq!(county.column(LEDGER, "effective").pop().unwrap(), "", "a void is one row, from the beginning");
}

#[test]
fn a_trial_writes_nothing() {
    let (county, id) = with_point();
    let before = county.files();
    let said = county.ok(&format!("change {id} --on 2018-06-20 stage=纳入 --dry-run"));
    assert_eq!(said, format!("{id} 将变动：自 2018-06-20 起 建设阶段 申报 -> 纳入（--dry-run，未写入）\n"));
    assert!(before == county.files());
}

#[test]
fn a_change_is_moved_between_its_neighbours_and_taken_back() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-04-01 stage=纳入"));
    county.ok(&format!("change {id} --on 2018-05-01 stage=配备 tablets=4"));
    county.ok(&format!("change {id} --on 2018-06-01 stage=验收"));
    for (to, other) in [("2018-04-01", "2018-04-01"), ("2018-03-31", "2018-04-01"), ("2018-06-02", "2018-06-01")] {
        let said = county.refused(&format!("change {id} --on 2018-05-01 --moved {to} --reason 误"));
        let way = format!("culture change {id} --on {other} --drop --reason 事由");
        holds(&said, &[&format!("“建设阶段”在 {other} 另有变动"), &way]);
    }
    county.ok(&format!("change {id} --on 2018-05-01 --moved 2018-05-11 --reason 文件是11日"));
    let days = ["2018-04-01", "2018-05-01", "2018-05-10", "2018-05-11", "2018-06-01"];
    assert_eq!(on_days(&county, "stage", &days), ["listed", "listed", "listed", "equipped", "accepted"]);
    assert_eq!(on_days(&county, "tablets", &days), ["null", "null", "null", "4", "4"]);
    let said = county.ok(&format!("change {id} --on 2018-05-11 --drop --reason 没有配备"));
    holds(&said, &["自 2018-05-11 起 平板电脑 4 -> （空）", "2018-05-11 至 2018-05-31 建设阶段 配备 -> 纳入"]);
    assert_eq!(on_days(&county, "stage", &days), ["listed", "listed", "listed", "listed", "accepted"]);
    let said = county.ok("undo");
    holds(&said, &["自 2018-05-11 起 平板电脑 （空） -> 4", "2018-05-11 至 2018-05-31 建设阶段 纳入 -> 配备"]);
    assert_eq!(on_days(&county, "stage", &days), ["listed", "listed", "listed", "equipped", "accepted"]);
    assert!(county.ok("check").contains("没有发现问题"));
}

#[test]
fn an_end_is_set_to_the_day_of_its_change_or_emptied() {
    let county = County::new();
    let id = county.add("troupe 城关镇 2018-02-01 name=秧歌队 discipline=dance members=12");
    let said = county.refused(&format!("change {id} --on 2018-06-20 disbanded=2018-06-25"));
    holds(&said, &["不是同一天", &format!("culture change {id} --on 2018-06-25 disbanded=2018-06-25")]);
    county.ok(&format!("change {id} --on 2018-06-20 --disbanded 2018-06-20"));
    county.ok(&format!("change {id} --on 2018-06-26 disbanded=-"));
    let said = county.refused(&format!("edit {id} --on 2018-06-20 disbanded=2018-06-12 --reason 误"));
    holds(&said, &[&format!("culture change {id} --on 2018-06-20 --moved 2018-06-12 --reason 事由")]);
    county.ok(&format!("change {id} --on 2018-06-20 --moved 2018-06-12 --reason 误"));
    let listed = |day: &str| county.json(&format!("list troupe --today {day}"))["records"][0]["disbanded"].clone();
    let ends: Vec<_> = ["2018-06-11", "2018-06-12", "2018-06-25", "2018-06-26"].map(listed).into();
    assert_eq!(ends, [None, Some("2018-06-12"), Some("2018-06-12"), None].map(serde_json::Value::from));
}

#[test]
fn what_the_kind_asks_holds_for_every_segment_that_is_written() {
    let county = County::new();
    county.write(
        "kinds/booth.toml",
        "id = \"booth\"\ntitle = { zh = \"展位\", en = \"booth\" }\nkey = [\"name\"]\nlasting = true\n\
         [[field]]\nname = \"date\"\ntype = \"date\"\ntitle = { zh = \"日期\", en = \"date\" }\nrequired = true\n\
         [[field]]\nname = \"name\"\ntitle = { zh = \"名称\", en = \"name\" }\nrequired = true\n\
         [[field]]\nname = \"mode\"\ntype = \"choice\"\ntitle = { zh = \"方式\", en = \"mode\" }\n\
         choices = [{ token = \"own\", zh = \"自办\", en = \"own\" }, { token = \"let\", zh = \"出租\", en = \"let\" }]\n\
         [[field]]\nname = \"tenant\"\ntitle = { zh = \"承租人\", en = \"tenant\" }\nrequired_when = { mode = \"let\" }\n",
    );
    let id = county.add("booth 城关镇 2018-02-01 name=一号 mode=own tenant=张三");
    county.ok(&format!("change {id} --on 2018-06-01 tenant=-"));
    let said = county.refused(&format!("change {id} --on 2018-05-01 mode=let"));
    let way = format!("culture edit {id} --on 2018-06-01 tenant=… --reason 事由");
    holds(&said, &["自 2018-06-01 起，缺少：承租人", &way]);
    county.ok(&format!("edit {id} --on 2018-06-01 tenant=李四 --reason 漏写"));
    county.ok(&format!("change {id} --on 2018-05-01 mode=let"));
    assert!(county.ok("check").contains("没有发现问题"));
}

#[test]
fn a_correction_of_what_never_changed_holds_on_all_days() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-06-20 stage=纳入"));
    let said = county.ok(&format!("edit {id} 总户数=430 place=刘家庄村 --reason 核实"));
    let batch = county.column(LEDGER, "batch").pop().unwrap();
    let line = format!("已更正 {id}：服务点地点 刘庄村 -> 刘家庄村、总户数 420 -> 430");
    let way = format!("culture undo {batch}；culture change {id} --on 日期 households=430");
    holds(&said, &[&line, "更正自 2018-02-25 起算", &way]);
    assert_eq!(on_days(&county, "households", &["2018-02-25", "2018-06-20"]), ["430", "430"]);
    assert_eq!(on_days(&county, "stage", &["2018-02-25", "2018-06-20"]), ["applied", "listed"]);
    assert_eq!(county.column(LEDGER, "effective")[2..], ["", "2018-06-20"]);
    let said = county.ok(&format!("edit {id} place=刘庄村 --reason 核实"));
    assert!(!said.contains("culture change"), "a place identifies the point and does not change: {said}");
}

#[test]
fn a_correction_of_what_changed_asks_which_days_are_meant() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-04-10 households_reached=350"));
    county.ok(&format!("change {id} --on 2018-06-20 households_reached=450"));
    let said = county.refused(&format!("edit {id} households_reached=340 note=核实 --reason '数错 了'"));
    let way = |day: &str| format!("culture edit {id} --on {day} households_reached=340 note=核实 --reason \"数错 了\"");
    holds(&said, &["“入户数”有过变动，没有写明更正哪一段", &way("2018-02-25"), &way("2018-04-10"), &way("2018-06-20")]);
    holds(&said, &["自 2018-04-10 起的（入户数 350）"]);
    let line = way("2018-04-10");
    let said = county.ok(line.strip_prefix("culture ").unwrap());
    holds(&said, &["2018-04-10 至 2018-06-19 入户数 350 -> 340", "备注 （空） -> 核实"]);
    let days = ["2018-02-25", "2018-04-10", "2018-06-19", "2018-06-20"];
    assert_eq!(on_days(&county, "households_reached", &days), ["301", "340", "340", "450"]);
    assert_eq!(on_days(&county, "note", &days), ["核实"; 4]);
    holds(&county.refused(&format!("edit {id} --on 2018-02-24 stage=纳入 --reason 误")), &["早于这条记录"]);
}

#[test]
fn a_date_after_a_change_is_refused_until_that_is_moved() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入"));
    let said = county.refused(&format!("edit {id} date=2018-05-01 --reason 误"));
    let way = format!("change {id} --on 2018-04-10 --moved 2018-05-01 --reason 事由");
    holds(&said, &["“纳入日期”2018-05-01 晚于已登记的变动 2018-04-10", &way]);
    county.ok(&way);
    county.ok(&format!("edit {id} date=2018-05-01 --reason 误"));
    assert_eq!(county.column(LEDGER, "date")[4..], ["2018-05-01", "2018-05-01"]);
}

#[test]
fn a_record_that_is_restored_has_its_changes_again() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入"));
    county.ok(&format!("void {id} --reason 误报"));
    let said = county.ok(&format!("edit {id} --restore 总户数=430 --reason 确有其事"));
    holds(&said, &[&format!("已更正 {id}：恢复；总户数 420 -> 430")]);
    assert_eq!(on_days(&county, "stage", &["2018-04-09", "2018-04-10"]), ["applied", "listed"]);
    assert_eq!(on_days(&county, "households", &["2018-04-09", "2018-04-10"]), ["430", "430"]);
    county.ok("undo");
    holds(&county.refused(&format!("change {id} --on 2018-06-21 stage=配备")), &["已经作废"]);
    let said = county.refused(&format!("edit {id} --restore stage=配备 --township 柳塔乡 --reason 确有其事"));
    let way = format!("edit {id} --on 2018-04-10 stage=配备 --reason 确有其事 --township 柳塔乡 --restore");
    holds(&said, &[&format!("culture {way}")]);
    county.ok(&way);
    assert_eq!(on_days(&county, "stage", &["2018-04-09", "2018-04-10"]), ["applied", "equipped"]);
}

#[test]
fn a_record_goes_to_another_township_with_its_changes() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入"));
    county.ok(&format!("edit {id} --township 柳塔乡 总户数=430 --reason 报错单位"));
    let there = "townships/liuta/2018/service-point.csv";
    assert_eq!(county.column(there, "rev"), ["1", "2"]);
    assert_eq!(county.column(there, "effective"), ["", "2018-04-10"]);
    assert_eq!(county.column(there, "stage"), ["applied", "listed"]);
    assert_eq!(county.column(there, "households"), ["430", "430"]);
    assert_eq!(county.column(LEDGER, "state"), ["live", "live", "void"]);
    let batches = [county.column(LEDGER, "batch"), county.column(there, "batch")].concat();
    assert!(batches[2..].iter().all(|batch| *batch == batches[2]), "one batch: {batches:?}");
    county.ok("undo");
    assert_eq!(on_days(&county, "stage", &["2018-04-09", "2018-04-10"]), ["applied", "listed"]);
}

#[test]
fn show_has_the_record_as_it_is_on_the_day() {
    let (county, id) = with_point();
    let plain = county.ok(&format!("show {id}"));
    assert!(
        !plain.contains("截至") && !plain.contains("变动"),
        "nothing is said of a record that never changed: {plain}"
    );
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入"));
    county.ok(&format!("change {id} --on 2018-06-20 stage=配备"));
    let lines = |day: &str| -> Vec<String> {
        let shown = county.ok(&format!("show {id} --format csv --today {day}"));
        shown
            .lines()
            .filter(|line| ["截至", "变动", "阶段", "修订"].iter().any(|word| line.contains(word)))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(
        lines("2018-02-20"),
        ["截至,2018-02-20（那天还没有）", "以后变动,2018-04-10、2018-06-20", "建设阶段,applied", "修订,1"]
    );
    assert_eq!(
        lines("2018-04-09"),
        ["截至,2018-04-09", "以后变动,2018-04-10、2018-06-20", "建设阶段,applied", "修订,1"]
    );
    assert_eq!(
        lines("2018-04-10"),
        ["截至,2018-04-10", "最近变动,2018-04-10", "以后变动,2018-06-20", "建设阶段,listed", "修订,2"]
    );
    assert_eq!(lines("2018-06-28"), ["截至,2018-06-28", "最近变动,2018-06-20", "建设阶段,equipped", "修订,3"]);
    let json = county.json(&format!("show {id} --today 2018-04-10"));
    assert_eq!((&json["record"]["stage"], &json["record"]["effective"]), (&"listed".into(), &"2018-04-10".into()));
    assert_eq!(
        (&json["as_of"], &json["changes"]),
        (&"2018-04-10".into(), &serde_json::json!(["2018-04-10", "2018-06-20"]))
    );
    assert!(json.get("timeline").is_none() && json.get("history").is_none());
}

#[test]
fn the_timeline_is_apart_from_what_was_written_when() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-06-20 stage=配备"));
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入 households_reached=350"));
    county.ok(&format!("edit {id} households=430 --reason 核实"));
    let shown = county.ok(&format!("show {id} --history --format csv"));
    let (timeline, history) =
        shown.split_once("修订,自何日起").expect("a table of revisions comes behind that of the days");
    let rows = [
        "2018-02-25,建设阶段 申报、入户数 301",
        "2018-04-10,建设阶段 申报 -> 纳入、入户数 301 -> 350",
        "2018-06-20,建设阶段 纳入 -> 配备",
    ];
    holds(timeline, &["自何日起,内容", &rows.join("\n")]);
    let written: Vec<Vec<&str>> = history.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let said: Vec<[&str; 3]> = written.iter().map(|row| [row[0], row[1], row[4]]).collect();
    let rows = [
        ["1", "", "登记"],
        ["2", "2018-06-20", "建设阶段 申报 -> 配备"],
        ["3", "2018-04-10", "建设阶段 申报 -> 纳入、入户数 301 -> 350"],
        ["4", "2018-06-20", "建设阶段 纳入 -> 配备"],
        ["5", "", "总户数 420 -> 430"],
        ["6", "2018-04-10", "建设阶段 申报 -> 纳入、入户数 301 -> 350"],
        ["7", "2018-06-20", "建设阶段 纳入 -> 配备"],
    ];
    assert_eq!(said, rows);
    let json = county.json(&format!("show {id} --history"));
    assert_eq!(
        json["timeline"],
        serde_json::json!([
            { "from": null, "to": "2018-04-09", "rev": 5 },
            { "from": "2018-04-10", "to": "2018-06-19", "rev": 6 },
            { "from": "2018-06-20", "to": null, "rev": 7 },
        ])
    );
    county.ok(&format!("void {id} --reason 误报"));
    county.ok(&format!("edit {id} --restore --reason 确有其事"));
    let shown = county.ok(&format!("show {id} --history --format csv"));
    for row in ["8,,", "9,,", "10,2018-04-10,", "11,2018-06-20,"] {
        let line =
            shown.lines().find(|line| line.starts_with(row)).unwrap_or_else(|| panic!("no row {row} in {shown}"));
        let what = line.split(',').nth(4).unwrap();
        let wanted = ["作废", "恢复", "建设阶段 申报 -> 纳入、入户数 301 -> 350", "建设阶段 纳入 -> 配备"];
        assert_eq!(what, wanted[row.split(',').next().unwrap().parse::<usize>().unwrap() - 8]);
    }
}

#[test]
fn what_the_public_sees_of_a_change_names_nobody() {
    let county = County::new();
    let id = county.add("troupe 城关镇 2018-02-01 name=秧歌队 discipline=dance leader=张三丰 members=12");
    county.ok(&format!("change {id} --on 2018-06-20 leader=李四光 members=14"));
    let shown = county.ok(&format!("show {id} --history --public"));
    assert!(!shown.contains("张三丰") && !shown.contains("李四光"), "{shown}");
    holds(&shown, &["负责人 有改动", "队员人数 12 -> 14"]);
}

#[test]
fn the_log_counts_records_and_tells_changes_from_corrections() {
    let (county, id) = with_point();
    let newest = |county: &County| {
        let done = county.json("log --last 1")["batches"][0]["done"][0].clone();
        ["entered", "changed", "corrected", "voided"].map(|key| done[key].as_u64().unwrap())
    };
    county.ok(&format!("change {id} --on 2018-06-20 stage=配备"));
    assert_eq!(newest(&county), [0, 1, 0, 0]);
    holds(&county.ok("log --last 1"), &["城关镇 服务点 变动 1 条"]);
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入"));
    assert_eq!(newest(&county), [0, 1, 0, 0], "two rows, one record");
    county.ok(&format!("change {id} --on 2018-04-10 --moved 2018-04-12 --reason 误"));
    assert_eq!(newest(&county), [0, 0, 1, 0]);
    county.ok(&format!("edit {id} --on 2018-04-12 stage=验收 --reason 误"));
    assert_eq!(newest(&county), [0, 0, 1, 0]);
    county.ok(&format!("edit {id} households=430 --reason 误"));
    assert_eq!(newest(&county), [0, 0, 1, 0], "three rows, one record");
    county.ok(&format!("change {id} --on 2018-04-12 --drop --reason 误"));
    assert_eq!(newest(&county), [0, 0, 1, 0]);
    county.ok(&format!("void {id} --reason 误"));
    assert_eq!(newest(&county), [0, 0, 0, 1]);
    county.ok(&format!("edit {id} --restore --reason 误"));
    assert_eq!(newest(&county), [0, 0, 1, 0]);
}

#[test]
fn an_undone_change_and_an_undone_undo_are_told_by_day() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-06-20 stage=配备"));
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入 households=430"));
    holds(&county.ok("undo"), &["2018-04-10 至 2018-06-19 建设阶段 纳入 -> 申报；自 2018-04-10 起 总户数 430 -> 420"]);
    let days = ["2018-04-09", "2018-04-10", "2018-06-20"];
    assert_eq!(on_days(&county, "stage", &days), ["applied", "applied", "equipped"]);
    holds(&county.ok("undo"), &["2018-04-10 至 2018-06-19 建设阶段 申报 -> 纳入"]);
    assert_eq!(on_days(&county, "stage", &days), ["applied", "listed", "equipped"]);
    county.ok(&format!("void {id} --reason 误"));
    let said = county.ok("undo");
    holds(&said, &["：恢复"]);
    assert!(!said.contains("->"), "only that it is there again: {said}");
    assert_eq!(on_days(&county, "stage", &days), ["applied", "listed", "equipped"]);
}

#[test]
fn the_words_are_english_too() {
    let (county, id) = with_point();
    county.set("CULTURE_LANG", "en");
    let said = county.ok(&format!("change {id} --on 2018-06-20 stage=listed"));
    assert_eq!(said, format!("changed {id}: from 2018-06-20, stage applied for -> listed\n"));
    let said = county.refused(&format!("edit {id} stage=equipped --reason wrong"));
    holds(
        &said,
        &["“stage” has changed in time", &format!("culture edit {id} --on 2018-06-20 stage=equipped --reason wrong")],
    );
    let said = county.ok(&format!("change {id} --on 2018-06-20 --moved 2018-06-10 --reason wrong"));
    holds(&said, &["moved the change", "from 2018-06-10 to 2018-06-19, stage applied for -> listed"]);
}

#[test]
fn the_history_says_of_a_change_that_was_taken_back_what_no_longer_holds() {
    let (county, id) = with_point();
    county.ok(&format!("change {id} --on 2018-04-10 stage=纳入"));
    county.ok(&format!("change {id} --on 2018-06-20 households=430"));
    county.ok("undo");
    let history = county.ok(&format!("show {id} --history --format csv"));
    holds(&history, &["自 2018-06-20 起 总户数 430 -> 420"]);
    assert!(!history.contains("无变动"), "{history}");
}
