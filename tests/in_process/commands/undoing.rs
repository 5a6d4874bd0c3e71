//! Taking back what a command wrote: by further rows, never by deleting one.

use crate::common::{County, holds};
use culture::base::fault::Exit;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";
const LINE: &str = "performance 城关镇 3-10 into=village place=刘庄村 audience=200";

fn revisions(county: &County) -> Vec<String> {
    let columns = ["rev", "state", "audience"].map(|name| county.column(LEDGER, name));
    (0..columns[0].len())
        .map(|at| columns.iter().map(|column| column[at].as_str()).collect::<Vec<_>>().join(" "))
        .collect()
}

fn batch(county: &County) -> String {
    county.column(LEDGER, "batch").pop().unwrap()
}

#[test]
fn an_entry_is_voided_and_an_undone_undo_brings_it_back() {
    let county = County::new();
    let id = county.add(LINE);
    let entered = batch(&county);
    let said = county.ok("undo");
    holds(&said, &[&format!("撤销批次 {entered}"), &id, "刘庄村", "作废"]);
    assert_eq!(revisions(&county), ["1 live 200", "2 void 200"]);
    assert!(county.column(LEDGER, "reason")[1].contains(&entered), "the row says why it is there");
    let said = county.ok("undo");
    holds(&said, &[&id, "恢复"]);
    assert_eq!(revisions(&county), ["1 live 200", "2 void 200", "3 live 200"]);
}

#[test]
fn a_correction_is_put_back_as_it_was() {
    let county = County::new();
    let id = county.add(LINE);
    county.ok(&format!("edit {id} --audience 260 --reason 核实"));
    holds(&county.ok("undo"), &["观众人次 260 -> 200"]);
    assert_eq!(revisions(&county), ["1 live 200", "2 live 260", "3 live 200"]);
}

#[test]
fn a_void_is_put_back() {
    let county = County::new();
    let id = county.add(LINE);
    county.ok(&format!("void {id} --reason 误报"));
    county.ok("undo --reason 作废有误");
    assert_eq!(revisions(&county), ["1 live 200", "2 void 200", "3 live 200"]);
    assert_eq!(county.column(LEDGER, "reason")[2], "作废有误");
}

#[test]
fn what_a_later_batch_revised_is_not_undone() {
    let county = County::new();
    let id = county.add(LINE);
    let entered = batch(&county);
    county.ok(&format!("edit {id} --audience 260 --reason 核实"));
    let edited = batch(&county);
    let said = county.fails(&format!("undo {entered}"), Exit::Failed);
    holds(&said, &["不能撤销", &id, &edited, &format!("culture undo {edited}")]);
    county.ok(&format!("undo {edited}"));
    let said = county.fails(&format!("undo {entered}"), Exit::Failed);
    assert!(said.contains("不能撤销"), "the undo is a later revision too: {said}");
}

#[test]
fn what_a_later_batch_refers_to_is_not_undone() {
    let county = County::new();
    county.add("troupe 城关镇 3-1 name=红旗秧歌队 discipline=dance");
    let entered = county.column("townships/chengguan/2018/troupe.csv", "batch").pop().unwrap();
    let performance = county.add(&format!("{LINE} troupe=红旗秧歌队"));
    let said = county.fails(&format!("undo {entered}"), Exit::Failed);
    holds(&said, &["不能撤销", &performance, &batch(&county)]);
    county.ok("undo");
    county.ok(&format!("undo {entered}"));
}

#[test]
fn the_default_is_the_callers_newest() {
    let county = County::new();
    county.add(&format!("{LINE} --by 李明"));
    county.add("performance 城关镇 3-11 into=village place=东街 audience=1");
    county.add("performance 城关镇 3-12 into=village place=西街 audience=2 --by 李明");
    holds(&county.ok("undo"), &["东街"]);
    holds(&county.ok("undo --by 李明"), &["西街"]);
    let said = county.refused("undo --by 赵六");
    holds(&said, &["赵六", "没有登记过任何批次"]);
}

#[test]
fn two_batches_of_one_second_are_not_guessed_between() {
    let county = County::new();
    county.add(LINE);
    county.at("2018-06-28T10:00:00+08:00");
    county.add("performance 柳塔乡 3-10 into=village place=刘庄村");
    holds(&county.refused("undo"), &["分不清先后"]);
}

#[test]
fn a_batch_is_undone_whole() {
    let county = County::new();
    let id = county.add(LINE);
    county.ok(&format!("edit {id} --township 柳塔乡 --reason 报错单位"));
    let said = county.ok("undo");
    holds(&said, &["城关镇", "柳塔乡", "恢复", "作废"]);
    let listed = county.json("list performance");
    assert_eq!(listed["records"].as_array().unwrap().len(), 1);
    assert_eq!(listed["records"][0]["township"], "chengguan");
    assert_eq!(listed["records"][0]["id"], id.as_str());
}

/// A merge or an import of thousands is taken back in a few lines.
#[test]
fn what_many_records_become_is_summed_up_by_ledger() {
    let county = County::new();
    let sheet = |rows: usize, place: &str| -> String {
        let row = |row| format!("2018-03-{:02},village,{place}{row},晚会{row},剧团\n", 1 + row % 28);
        format!("date,into,place,title,performer\n{}", (0..rows).map(row).collect::<String>())
    };
    county.write("few.csv", &sheet(20, "甲"));
    county.ok("import performance few.csv --township 城关镇");
    assert_eq!(county.ok("undo").lines().filter(|line| line.contains("作废")).count(), 20);
    county.write("many.csv", &sheet(21, "乙"));
    county.ok("import performance many.csv --township 城关镇");
    let said = county.ok("undo");
    let lines: Vec<&str> = said.lines().skip(1).collect();
    assert_eq!(lines, ["  城关镇 2018 年演出：作废 21 条", "共 21 条记录"]);
    assert_eq!(county.json("list performance")["records"].as_array().unwrap().len(), 0);
}

#[test]
fn a_merge_of_many_is_taken_back_in_a_line_for_each_ledger() {
    let county = County::new();
    let ids: Vec<String> = (1..=11)
        .map(|day| county.add(&format!("performance 城关镇 3-{day} into=village place=村{day} title=戏")))
        .collect();
    county.ok(&format!("void {} --reason 误", ids[0]));
    let other = county.copy();
    for id in &ids[1..] {
        other.ok(&format!("edit {id} audience=5 --reason 核实"));
    }
    for day in 1..=11 {
        other.add(&format!("troupe 柳塔乡 3-{day} name=队{day} discipline=dance"));
    }
    county.ok(&format!("merge '{}'", other.dir().display()));
    let said = county.ok("undo --lang en");
    let lines: Vec<&str> = said.lines().skip(1).collect();
    assert_eq!(
        lines,
        ["  城关镇 2018 performance: 10 put back", "  柳塔乡 2018 troupe: 11 voided", "21 records in all"]
    );
}

#[test]
fn no_row_is_ever_deleted() {
    let county = County::new();
    county.add(LINE);
    let before = county.read(LEDGER);
    for _ in 0..3 {
        county.ok("undo");
    }
    let after = county.read(LEDGER);
    assert!(after.starts_with(&before) && after.lines().count() == 5, "{after}");
}

#[test]
fn a_batch_that_is_none_is_refused() {
    let county = County::new();
    county.add(LINE);
    for word in ["zzzzzzzzzzzz", "2018", "b-b"] {
        holds(&county.refused(&format!("undo {word}")), &["没有批次", word, "culture log"]);
    }
}

#[test]
fn the_log_names_batches_newest_first() {
    let county = County::new();
    let id = county.add(LINE);
    county.ok(&format!("edit {id} --audience 260 --reason 核实"));
    county.add("publicity 柳塔乡 3-10 title=报道 outlet=日报 --by 李明");
    let log = county.ok("log");
    let places: Vec<usize> = ["新闻宣传", "核实", "2018-06-28 10:00"]
        .map(|word| log.find(word).unwrap_or_else(|| panic!("{word}: {log}")))
        .into();
    assert!(places[0] < places[1], "{log}");
    holds(&log, &["李明", "王芳", "城关镇", "柳塔乡"]);
    assert_eq!(county.ok("log --last 1 --format ids").lines().count(), 1);
    let ids = county.ok("log --format ids");
    let ids: Vec<&str> = ids.lines().collect();
    let batches = county.column(LEDGER, "batch");
    assert_eq!(ids[1..], [batches[1].as_str(), batches[0].as_str()]);
    assert_eq!(county.refused("log --last many").lines().count(), 2);
}
