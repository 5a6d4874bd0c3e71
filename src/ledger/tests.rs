//! Ledgers, tried: what is read back, what is found, and every fault with its place.

mod chunks;
mod faults;
mod reading;

use super::*;
use crate::schema::kind::load::Kinds;
use std::sync::LazyLock;

/// The built-in kinds.
pub(crate) static KINDS: LazyLock<Kinds> = LazyLock::new(|| Kinds::load(&[], None).unwrap());

/// The id of that number: ids are ordered as their numbers.
pub(crate) fn id(number: u64) -> Id {
    let letters = b"bcdfghjklmnpqrstvwxz";
    let digits = (0..12_u32).rev().map(|place| number / 20_u64.pow(place) % 20);
    let letters: Vec<u8> = digits.map(|digit| letters[usize::try_from(digit).unwrap()]).collect();
    Id::from_bytes(&letters).unwrap()
}

/// The headings of a troupe's ledger.
const HEADINGS: &str = "id,rev,state,date,name,discipline,setting,leader,members,guided_by,place,disbanded,note,entered_at,entered_by,reason,batch";
/// The same of a ledger in which a record has changed.
const CHANGE_HEADINGS: &str = "id,rev,state,date,name,discipline,setting,leader,members,guided_by,place,disbanded,note,effective,entered_at,entered_by,reason,batch";

fn kind() -> &'static Kind {
    KINDS.get("troupe").unwrap()
}

fn source(bytes: &[u8]) -> Source<'_> {
    Source { file: "townships/a/2018/troupe.csv", kind: kind(), year: Year(2018), bytes }
}

/// A row of a troupe's ledger that is right.
fn row(number: u64, rev: u32, state: &str) -> String {
    let batch = id(900);
    let id = id(number);
    format!("{id},{rev},{state},2018-05-01,南村秧歌队,dance,,,12,,,,,2018-05-02T08:00:00+08:00,李,,{batch}")
}

/// A ledger of these rows.
fn ledger(rows: &[String]) -> Vec<u8> {
    format!("{HEADINGS}\n{}\n", rows.join("\n")).into_bytes()
}
