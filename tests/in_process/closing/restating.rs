//! What a restatement names is exactly what became other since the closing, whatever clerks do in whichever ledger:
//! performances, troupes, trainings and their rosters, of several townships, from here and from another copy.

use super::may;
use crate::common::County;
use culture::base::fault::Exit;
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;

/// The kinds that the plan counts, and the roster of one of them.
const KINDS: [&str; 4] = ["performance", "troupe", "training", "trainee"];
const TOWNSHIPS: [&str; 3] = ["chengguan", "liuta", "liutun"];

/// A record: its kind, its township, and its values.
type Record = (&'static str, &'static str, Vec<String>);
/// Records by their ids.
type Records = BTreeMap<String, Record>;

/// The live records of all the ledgers that count, of all years, as known at a time.
fn standing(county: &County, known: &str) -> Records {
    let mut all = Records::new();
    for (kind, township, year) in KINDS.iter().flat_map(|kind| {
        TOWNSHIPS.iter().flat_map(move |township| ["2017", "2018"].map(|year| (*kind, *township, year)))
    }) {
        let path = format!("townships/{township}/{year}/{kind}.csv");
        if !county.has(&path) {
            continue;
        }
        let rows = county.rows(&path);
        let (last, entered_at) = (rows[0].len(), rows[0].iter().position(|name| name == "entered_at").unwrap());
        for row in rows.iter().skip(1).filter(|row| row[entered_at].as_str() <= known) {
            all.insert(row[0].clone(), (kind, township, row[2..last - 4].to_vec()));
        }
    }
    all.retain(|_, (.., values)| values[0] == "live");
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

/// One deed of a clerk, in a county or in a copy of it.
fn done(county: &County, deed: usize, which: Index, number: usize, late: &str) -> culture::base::fault::Exit {
    let records: Vec<(String, Record)> = standing(county, "9999").into_iter().collect();
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
            Some((id, ("performance" | "training", ..))) => {
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
        _ => "undo".to_owned(),
    };
    county.run(&format!("{line} {late}")).exit
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restatement_names_exactly_what_became_other_since(
        deeds in prop::collection::vec((0..12_usize, any::<Index>()), 1..9),
    ) {
        let county = county();
        let other = county.copy();
        county.ok("close 2018-05");
        let mut taken = 0;
        for (number, (deed, which)) in deeds.into_iter().enumerate() {
            // Two deeds in the copy, whose clerk knows of no closing; then it comes in.
            let exit = if deed > 9 {
                let _ = done(&other, which.index(9), which, 20 + number, "");
                county.run(&format!("merge '{}' --late 分机 --take theirs", other.dir().display())).exit
            } else {
                done(&county, deed, which, number, "--late 迟")
            };
            prop_assert!(exit != Exit::Failed, "{deed} {which:?}");
            taken += usize::from(exit == Exit::Done);
        }
        let closing = county.read("closings/2018-05.toml");
        let closed_at = closing.lines().find_map(|line| line.strip_prefix("closed_at = ")).unwrap().trim_matches('"');
        let (was, now) = (standing(&county, closed_at), standing(&county, "9999"));
        let dated = |record: &Record| record.2[1].as_str() <= "2018-05-31";
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
        let mut wanted: BTreeMap<&str, &[&str]> = BTreeMap::new();
        for id in was.keys().chain(now.keys()) {
            let (before, after) = (was.get(id), now.get(id));
            if before != after && before.into_iter().chain(after).any(dated) {
                wanted.insert(id, match (before, after) {
                    (Some(_), Some(_)) => &["corrected"],
                    (Some(_), None) => &["voided"],
                    _ => &["late", "restored"],
                });
            }
        }
        let same = named.keys().eq(wanted.keys()) && named.iter().zip(wanted.values()).all(|((_, fate), all)| all.contains(fate));
        prop_assert!(same, "{named:?}\n{wanted:?}");
        // No figure changes without a record that makes it.
        let figures = rows("issued");
        prop_assert!(figures.is_empty() || !wanted.is_empty(), "{figures:?}");
        prop_assert!(taken > 0 || wanted.is_empty());
        prop_assert_eq!(county.run("verify").exit, Exit::Done);
    }
}
