//! A ledger so large that it is read in parts: it counts as its rows say, and what is wrong with it is found and told as in
//! any other.

use crate::common::{County, holds};
use culture::base::fault::Exit;
use std::fmt::Write;

const LEDGER: &str = "townships/chengguan/2018/performance.csv";
const HEADINGS: &str = "id,rev,state,date,into,place,platform,title,performer,troupe,organiser,host,sessions,audience,\
                        views,theme,url,evidence,note,entered_at,entered_by,reason,batch\n";
/// Records, of two sessions each; with them the ledger has more than 5 MB.
const RECORDS: usize = 25_000;

fn id(mut number: usize) -> String {
    let mut letters = ['b'; 12];
    for letter in letters.iter_mut().rev() {
        *letter = b"bcdfghjklmnpqrstvwxz"[number % 20].into();
        number /= 20;
    }
    letters.iter().collect()
}

fn row(number: usize, rev: u32, state: &str, sessions: u32, at: &str) -> String {
    let (id, batch) = (id(number * 7_919), id(number * 10 + usize::try_from(rev).unwrap()));
    let long = "移风易俗进万家文艺宣传演出".repeat(2);
    format!(
        "{id},{rev},{state},2018-03-10,village,白沙铺村,,{long}{number},县豫剧团,,,,{sessions},120,,,,,,{at},李敏,,{batch}\n"
    )
}

/// Every record, then the first hundred corrected to five sessions in June, of which ten are voided in July.
fn rows() -> String {
    let mut rows: String = (0..RECORDS).map(|number| row(number, 1, "live", 2, "2018-03-12T08:00:00+08:00")).collect();
    rows.extend((0..100).map(|number| row(number, 2, "live", 5, "2018-06-12T08:00:00+08:00")));
    rows.extend((0..10).map(|number| row(number, 3, "void", 5, "2018-06-20T08:00:00+08:00")));
    rows
}

fn county(rows: &str) -> County {
    let county = County::new();
    county.write(LEDGER, &format!("{HEADINGS}{rows}"));
    assert!(std::fs::metadata(county.dir().join(LEDGER)).unwrap().len() > 5 << 20);
    county
}

fn sessions(county: &County, line: &str) -> serde_json::Value {
    let status = county.json(line);
    let indicators = status["indicators"].as_array().unwrap();
    indicators.iter().find(|indicator| indicator["id"] == "performances").unwrap()["done"].clone()
}

#[test]
fn a_large_ledger_counts_as_its_rows_say() {
    let county = county(&rows());
    assert_eq!(sessions(&county, "status"), RECORDS * 2 + 100 * 3 - 10 * 5);
    assert_eq!(sessions(&county, "status --known 2018-06-15"), RECORDS * 2 + 100 * 3);
    assert_eq!(sessions(&county, "status --known 2018-05-01"), RECORDS * 2);
    assert_eq!(sessions(&county, "status --known 2018-03-01"), 0);
    let page = county.ok("status --township 城关镇 --today 2018-12-31");
    holds(&page, &["24990"]);
    // The last row lost its line end, the one after it was cut off.
    let torn = county.read(LEDGER).trim_end().to_owned();
    county.write(LEDGER, &torn);
    assert_eq!(sessions(&county, "status"), RECORDS * 2 + 100 * 3 - 10 * 5);
    county.write(LEDGER, &format!("{torn}\n{}", &row(3, 3, "live", 2, "2018-06-20T08:00:00+08:00")[..59]));
    let ran = county.run("status");
    assert_eq!(ran.exit, Exit::Done);
    holds(&ran.err, &["59 字节没有写完"]);
}

#[test]
fn what_is_wrong_in_its_last_row_is_told_with_its_place() {
    let last = |state: &str, sessions: &str| {
        let row = row(RECORDS, 1, state, 2, "2018-06-21T08:00:00+08:00");
        row.replace(",2,120,", &format!(",{sessions},120,"))
    };
    let mut wrong = String::new();
    for (faulty, said) in [
        (last("live", "二"), "“二”不对"),
        (row(0, 1, "live", 2, "2018-06-21T08:00:00+08:00"), "第 1 次修订重复"),
        (row(20_000, 3, "live", 2, "2018-06-21T08:00:00+08:00"), "缺第 2 次修订"),
    ] {
        let county = county(&(rows() + &faulty));
        let told = county.fails("status", Exit::Failed);
        let line = RECORDS + 112;
        holds(&told, &[said, &format!("{LEDGER}:{line}:")]);
        writeln!(wrong, "{told}").unwrap();
    }
    assert_eq!(wrong.matches("错误").count(), 3, "{wrong}");
}

/// So many rows are written before all of them are read; that nothing is stored before all are good does not change.
#[test]
fn a_large_sheet_comes_in_whole_or_not_at_all() {
    const ROWS: usize = 4_000;
    let county = County::new();
    let sheet = |last: &str| {
        let long = "移风易俗进万家".repeat(20);
        let rows = (0..ROWS).map(|at| format!("2018-05-{:02},进农村,西街村{at},{long},豫剧团,2\n", at % 28 + 1));
        let rows: String = rows.collect();
        let again = rows.lines().nth(17).unwrap().to_owned();
        format!("日期,六进,地点,演出名称,演出团队,场次\n{rows}{again}\n{last}")
    };
    let import = "import performance s.csv --township 城关镇";
    county.write("s.csv", &sheet("2018-05-09,进农村,西街村,送戏下乡,豫剧团,几场\n"));
    let clean = |county: &County| {
        let left = std::fs::read_dir(county.dir()).unwrap().map(|entry| entry.unwrap().file_name());
        assert!(!left.into_iter().any(|name| name == ".rows.new"), "what was written ahead is left");
    };
    holds(&county.fails(import, Exit::Failed), &["有 1 行不能导入，全部未导入"]);
    clean(&county);
    assert!(!county.dir().join(LEDGER).exists());
    county.write("s.csv", &sheet(""));
    holds(&county.run(&format!("{import} --dry-run")).out, &["新增 4000 条", "未写入"]);
    clean(&county);
    assert!(!county.dir().join(LEDGER).exists());
    holds(&county.run(import).out, &["新增 4000 条；重复 1 条，已跳过"]);
    clean(&county);
    assert!(county.read(LEDGER).len() > 2 << 20);
    assert_eq!(sessions(&county, "status"), ROWS * 2);
    holds(&county.run(import).out, &["新增 0 条；重复 4001 条，已跳过"]);
}
