//! What a restatement names is exactly what became other since the closing, whatever clerks do in whichever ledger:
//! performances, troupes, trainings and their rosters, of several townships, from here and from another copy.

use super::days::{LedgerRow, live, rows, there};
use super::may;
use crate::common::County;
use culture::base::fault::Exit;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;

/// The kinds that the plan counts, and the roster of one of them.
const KINDS: [&str; 4] = ["performance", "troupe", "training", "trainee"];
const TOWNSHIPS: [&str; 3] = ["chengguan", "liuta", "liutun"];

/// The rows of all the ledgers that count, of all years, with their kinds.
fn ledgers(county: &County) -> Vec<(&'static str, Vec<LedgerRow>)> {
    let places = TOWNSHIPS.iter().flat_map(|township| ["2017", "2018"].map(|year| (*township, year)));
    let kinds =
        places.flat_map(|(township, year)| KINDS.map(|kind| (kind, format!("townships/{township}/{year}/{kind}.csv"))));
    kinds.map(|(kind, path)| (kind, rows(county, &path))).collect()
}

/// The live records by id, with their kinds.
fn records(county: &County) -> BTreeMap<String, (&'static str, LedgerRow)> {
    let of_ledger = |(kind, rows): (&'static str, Vec<LedgerRow>)| {
        let live = live(&rows, "9999").into_iter();
        live.map(|(id, row)| (id.to_owned(), (kind, row.clone()))).collect::<Vec<_>>()
    };
    ledgers(county).into_iter().flat_map(of_ledger).collect()
}

/// The records that are others, on some day up to the end of May, than was known at the closing; what became of each.
fn others(county: &County, closed_at: &str) -> BTreeMap<String, &'static [&'static str]> {
    let mut all: BTreeMap<String, &'static [&'static str]> = BTreeMap::new();
    for (_, rows) in ledgers(county) {
        let [was, now] = [closed_at, "9999"].map(|known| live(&rows, known));
        let days = rows.iter().flat_map(LedgerRow::days).filter(|day| *day <= "2018-05-31");
        for day in days {
            let [before, after] = [closed_at, "9999"].map(|known| there(&rows, known, day));
            for id in before.keys().chain(after.keys()).filter(|id| before.get(*id) != after.get(*id)) {
                all.insert(
                    (*id).to_owned(),
                    match (was.contains_key(id), now.contains_key(id)) {
                        (true, true) => &["corrected", "changed"],
                        (true, false) => &["voided"],
                        _ => &["late", "restored"],
                    },
                );
            }
        }
    }
    all
}

/// A county with records of every kind in several townships, some of May, some not.
fn county() -> County {
    let county = may();
    county.add("performance 柳屯镇 2018-05-12 --into office --place 镇政府 --title 进机关");
    county.add("performance 城关 2018-06-01 --into village --place 赵庄 --title 送戏");
    for (township, day, name) in
        [("城关", "2018-05-02", "鼓队"), ("柳塔乡", "2018-04-02", "舞队"), ("柳屯镇", "2018-06-02", "剧社")]
    {
        county.add(&format!("troupe {township} {day} --name {name} --discipline dance"));
    }
    let training = county.add("training 柳塔乡 2018-05-16 --topic 舞蹈 --place 柳塔站 --trainees 3");
    county.add(&format!("trainee 柳塔乡 --training {training} --name 李四 --home 柳塔村 --phone-tail 0004"));
    county
}

/// A troupe, if it has changed, with a day on which it has.
fn changed_on(county: &County, id: &str) -> Option<(String, String)> {
    let rows = ledgers(county).into_iter().flat_map(|(_, rows)| rows);
    let day = rows.filter(|row| row.id == id).map(|row| row.days()[1].to_owned()).rfind(|day| !day.is_empty());
    Some((id.to_owned(), day?))
}

/// One deed of a clerk, in a county or in a copy of it.
fn done(county: &County, deed: usize, which: Index, number: usize, late: &str) -> culture::base::fault::Exit {
    let records: Vec<(String, (&str, LedgerRow))> = records(county).into_iter().collect();
    let township = *which.get(&TOWNSHIPS);
    let day = 1 + which.index(28);
    let of = |kind: &str| {
        let all: Vec<&String> = records.iter().filter(|(_, record)| record.0 == kind).map(|(id, _)| id).collect();
        (!all.is_empty()).then(|| (*which.get(&all)).clone())
    };
    let any = (!records.is_empty()).then(|| which.get(&records));
    let line = match deed {
        0 => format!("add performance {township} 2018-05-{day:02} --into village --place 村{number} --title 戏"),
        1 => format!("add troupe {township} 2018-05-{day:02} --name 新队{number} --discipline music"),
        2 => format!("add training {township} 2018-05-{day:02} --topic 课{number} --place 站 --trainees 4"),
        3 | 4 => match of("training") {
            Some(id) => {
                format!("add trainee --training {id} --name 王{number} --home 村 --phone-tail {number:04} --again")
            }
            None => return Exit::Done,
        },
        5 => match of("trainee") {
            Some(id) => format!("edit {id} sent_by={township} home=移{number} --reason 改"),
            None => return Exit::Done,
        },
        6 => match any {
            Some((id, ("performance" | "training", _))) => {
                format!("edit {id} date=2018-0{}-{day:02} --reason 日期", 4 + number % 3)
            }
            Some((id, _)) => format!("edit {id} note=改{number} --reason 改"),
            None => return Exit::Done,
        },
        7 => match of("troupe") {
            Some(id) => format!("edit {id} date=2017-0{}-{day:02} --reason 年份", 1 + number % 9),
            None => return Exit::Done,
        },
        8 => match any {
            Some((id, _)) => format!("void {id} --reason 误"),
            None => return Exit::Done,
        },
        9 | 10 => match of("troupe") {
            Some(id) => format!("change {id} --on 2018-0{}-{day:02} members={number}", 4 + number % 3),
            None => return Exit::Done,
        },
        11 => match of("troupe").and_then(|id| changed_on(county, &id)) {
            Some((id, on)) => format!("change {id} --on {on} --moved 2018-0{}-{day:02} --reason 日期", 4 + number % 3),
            None => return Exit::Done,
        },
        _ => "undo".to_owned(),
    };
    county.run(&format!("{line} {late}")).exit
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restatement_names_exactly_what_became_other_since(
        deeds in prop::collection::vec((0..15_usize, any::<Index>()), 1..9),
    ) {
        let county = county();
        let other = county.copy();
        county.ok("close 2018-05");
        let mut taken = 0;
        for (number, (deed, which)) in deeds.into_iter().enumerate() {
            // Two deeds in the copy, whose clerk knows of no closing; then it comes in.
            let exit = if deed > 12 {
                let _ = done(&other, which.index(12), which, 20 + number, "");
                county.run(&format!("merge '{}' --late 分机 --take theirs", other.dir().display())).exit
            } else {
                done(&county, deed, which, number, "--late 迟")
            };
            prop_assert!(exit != Exit::Failed, "{deed} {which:?}");
            taken += usize::from(exit == Exit::Done);
        }
        let closing = county.read("closings/2018-05.toml");
        let closed_at = closing.lines().find_map(|line| line.strip_prefix("closed_at = ")).unwrap().trim_matches('"');
        let restated = county.json("restate 2018-05");
        let tables = restated["tables"].as_array().unwrap();
        let rows = |key: &str| -> Vec<&serde_json::Value> {
            let of = |table: &&serde_json::Value| table["columns"].as_array().unwrap().iter().any(|column| column["key"] == key);
            tables.iter().filter(of).flat_map(|table| table["rows"].as_array().unwrap()).collect()
        };
        let mut named: BTreeMap<&str, &str> = BTreeMap::new();
        for row in rows("fate") {
            let fresh = named.insert(row["id"].as_str().unwrap(), row["fate"].as_str().unwrap()).is_none();
            prop_assert!(fresh, "named twice: {row}");
            prop_assert!(row["entered_by"] == "王芳" && row["entered_at"].as_str() > Some(closed_at), "{row}");
        }
        let wanted = others(&county, closed_at);
        let same = named.keys().copied().eq(wanted.keys().map(String::as_str)) && named.iter().zip(wanted.values()).all(|((_, fate), all)| all.contains(fate));
        prop_assert!(same, "{named:?}\n{wanted:?}");
        // No figure changes without a record that makes it.
        let figures = rows("issued");
        prop_assert!(figures.is_empty() || !wanted.is_empty(), "{figures:?}");
        prop_assert!(taken > 0 || wanted.is_empty());
        prop_assert_eq!(county.run("verify").exit, Exit::Done);
    }
}
