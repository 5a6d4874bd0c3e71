//! What programs are told of faults: with `--format json` each is a line of JSON on stderr, and nothing else stands there.

use crate::common::{County, Ran};
use culture::base::fault::Exit;
use serde_json::Value;

/// The faults that a command told, each a line.
fn faults(ran: &Ran) -> Vec<Value> {
    ran.err.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn a_program_reads_faults_as_lines_of_json() {
    let county = County::new();
    let ran = county.run("status --plan 1999 --format json");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    let faults = faults(&ran);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let keys: Vec<&str> = faults[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["level", "code", "message", "field", "file", "line", "column", "hint"]);
    assert_eq!(faults[0]["level"], "error");
    assert_eq!(faults[0]["message"], "没有 1999 年的实施方案");
    assert_eq!(
        (&faults[0]["file"], &faults[0]["line"], &faults[0]["field"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn the_place_of_a_fault_is_told_to_programs_too() {
    let county = County::new();
    county.ok("add troupe 城关镇 5-20 name=红霞 discipline=music");
    let ledger = "townships/chengguan/2018/troupe.csv";
    county.write(ledger, &county.read(ledger).replace(",music,", ",polka,"));
    let ran = county.run("status --format=json");
    assert_eq!(ran.exit, Exit::Failed);
    let faults = faults(&ran);
    assert_eq!((&faults[0]["file"], &faults[0]["line"]), (&Value::from(ledger), &Value::from(2)), "{faults:#?}");
    assert!(faults[0]["column"].as_u64().is_some_and(|column| column > 1), "{faults:#?}");
}

#[test]
fn arguments_that_cannot_be_read_are_told_as_json_too() {
    let county = County::new();
    let ran = county.run("status --format json --nonsense");
    assert_eq!(ran.exit, Exit::Usage);
    assert_eq!(faults(&ran)[0]["level"], "error");
}
