//! A million rows of CSV come in, checked and durable, beside the `COPY` of `DuckDB` of the same file into a database file in the
//! same run: `cargo test --release --test processes import_speed -- --ignored --nocapture`. `CULTURE_BENCH_PYTHON` names a Python that has
//! the module `duckdb`; without one only our own figures are shown.

use crate::common::{County, Folder};
use culture::import::{RawRecord, ReadOptions, TableQuery, find, sheets};
use culture::schema::kind::load::Kinds;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is run; the medians are compared.
const RUNS: usize = 5;

/// A million performances, of all townships in turn or of one.
fn rows(townships: &[&str]) -> String {
    let mut text = String::from("日期,填报单位,六进,地点,演出名称,演出团队,场次,观众人次\n");
    for at in 0..1_000_000 {
        let (month, day, township) = (at / 28 % 6 + 1, at % 28 + 1, townships[at % townships.len()]);
        let audience = at % 900;
        let _ = writeln!(text, "2018-{month:02}-{day:02},{township},进农村,西街村{at},送戏下乡,梆子剧团,1,{audience}");
    }
    text
}

/// The time that a command takes, the most memory it had (where the system tells), and what it says.
fn run(command: &mut Command) -> (Duration, u64, String) {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
    let (mut most, status) = (0, format!("/proc/{}/status", child.id()));
    while child.try_wait().expect("it is ours").is_none() {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        most = peak.unwrap_or(0).max(most);
        std::thread::sleep(Duration::from_millis(5));
    }
    let took = start.elapsed();
    let out = child.wait_with_output().expect("it ended");
    assert!(out.status.success(), "{command:?}");
    (took, most, String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Imports a file into a county; the same once more brings nothing new.
fn import(county: &County, csv: &Path, said: &str) -> (Duration, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_culture"));
    command.env("CULTURE_USER", "t").env("CULTURE_LANG", "zh").arg("--data").arg(county.dir());
    let (took, most, out) = run(command.args(["import", "performance", "--today", "2018-12-31"]).arg(csv));
    assert!(out.contains(said), "{out}");
    (took, most)
}

/// The time of `DuckDB` itself, without that of starting Python.
fn copy(python: &str, csv: &Path) -> Duration {
    let folder = Folder::new();
    let script = format!(
        "import duckdb, time\nt = time.time()\nc = duckdb.connect('{}')\n\
         c.execute('create table t(a DATE, b VARCHAR, c VARCHAR, d VARCHAR, e VARCHAR, f VARCHAR, g INTEGER, h INTEGER)')\n\
         c.execute(\"copy t from '{}' (header true)\")\nc.close()\nprint(time.time() - t)",
        folder.0.join("a.db").display(),
        csv.display()
    );
    let (_, _, out) = run(Command::new(python).args(["-c", &script]));
    Duration::from_secs_f64(out.trim().parse().expect("a number of seconds"))
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64()
}

#[test]
#[ignore = "slow: cargo test --release --test processes import_speed -- --ignored --nocapture"]
fn a_million_rows_come_in() {
    let python = std::env::var("CULTURE_BENCH_PYTHON").ok();
    for townships in [&["城关镇"][..], &["城关镇", "柳塔乡", "柳屯镇"]] {
        let folder = Folder::new();
        let csv = folder.0.join("a.csv");
        std::fs::write(&csv, rows(townships)).expect("there is room");
        let (mut ours, mut again, mut duck, mut most) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for _ in 0..RUNS {
            let county = County::new();
            let (took, memory) = import(&county, &csv, "合计：新增 1000000 条");
            ours.push(took);
            most = memory.max(most);
            duck.extend(python.as_ref().map(|python| copy(python, &csv)));
            let (took, memory) = import(&county, &csv, "合计：新增 0 条；重复 1000000 条，已跳过");
            again.push(took);
            most = memory.max(most);
        }
        let (ours, again, megabytes) = (median(ours), median(again), most >> 10);
        println!("{} townships: {ours:.2} s, once more {again:.2} s, {megabytes} MB at most", townships.len());
        if !duck.is_empty() {
            let duck = median(duck);
            println!("DuckDB {duck:.2} s; ours is {:.2} times that", ours / duck);
        }
        assert!(most < 500 << 10, "{megabytes} MB");
    }
}

#[test]
#[ignore = "slow without optimisation: cargo test --release --test processes import_speed -- --ignored --nocapture"]
fn a_million_rows_are_cut() {
    let text = rows(&["城关镇"]);
    let kinds = Kinds::load(&[], None).expect("the built-in kinds load");
    let kind = kinds.find("performance").expect("it is built in");
    let start = Instant::now();
    let (sheets, _) = sheets("a.csv", text.as_bytes(), &ReadOptions::default()).expect("it is text");
    let wanted = TableQuery { file: "a.csv", kind, map: &[], must: 0, given: &[] };
    let table = find(&sheets[0], wanted).expect("it has headings");
    let (mut records, mut raw, mut values) = (table.records(&sheets[0], wanted), RawRecord::default(), 0);
    while records.read(&mut raw) {
        values += raw.values.len();
    }
    let took = start.elapsed();
    assert_eq!(values, 7_000_000);
    println!("found and cut by one thread in {took:?}");
    assert!(took.as_secs_f64() < 2.0, "{took:?}");
}
