//! Ledgers that are copies of each other, told by how they begin. Knows no county.

use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The record that each ledger begins with which was read. A record stands in one ledger only: where two begin with the
/// same, one is a copy of the other, and what is counted over both is counted twice. Ledgers that share others of their
/// records are for the check, which compares all.
#[derive(Debug, Default)]
pub(super) struct FirstRecords {
    paths: Mutex<HashMap<Id, String>>,
}

impl FirstRecords {
    /// Takes in how a ledger begins.
    ///
    /// # Errors
    /// Another ledger begins with the same record.
    pub(super) fn take(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let Some(id) = first_id(bytes) else { return Ok(()) };
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let known = paths.entry(id).or_insert_with(|| path.to_owned());
        if known == path { Ok(()) } else { copied_ledger(id, known, path).fail() }
    }
}

/// The id of a ledger's first row. Where that is none, reading the ledger says so.
fn first_id(bytes: &[u8]) -> Option<Id> {
    let start = memchr::memchr(b'\n', bytes)? + 1;
    Id::from_bytes(bytes.get(start..start + Id::LEN)?)
}

fn copied_ledger(id: Id, one: &str, other: &str) -> Fault {
    // Which of them was read first hangs on the threads.
    let first = one.min(other);
    let second = one.max(other);
    let what = text!(
        "{first} 与 {second} 的第一条记录是同一条（{id}）：一本是另一本的复制件，会重复计算",
        "{first} and {second} begin with the same record ({id}): one is a copy of the other and would be counted twice"
    );
    let hint = text!(
        "把误复制的文件夹移到数据目录之外；culture check 列出两边相同的台账",
        "move the folder copied by mistake out of the data directory; culture check lists the ledgers that both have"
    );
    Fault::new("copied-ledger", what).at(Place::file(second)).hint(hint)
}
