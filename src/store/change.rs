//! What a command gives to be stored, and what is said where it cannot be. Touches no file.

use super::files;
use super::journal::WriteTimes;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::text::Text;
use std::collections::BTreeMap;

/// What one command writes, by path.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Rows for ledgers, new or old.
    pub appends: BTreeMap<String, Append>,
    /// Whole files, new or in place of old ones.
    pub puts: BTreeMap<String, Vec<u8>>,
    /// The times that the journal is to keep; none: those that it has.
    pub times: Option<WriteTimes>,
    /// How many threads may check the rows; 0 is one.
    pub threads: usize,
}

/// Rows for one ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Append {
    /// The headings, written when the ledger is new.
    pub header: Vec<u8>,
    /// Whole lines, each with its line end, in lots.
    pub rows: Vec<Vec<u8>>,
}

pub(super) fn check_header(path: &str, header: &[u8]) -> Result<()> {
    let Some((b'\n', line)) = header.split_last() else { return not_ours(path).fail() };
    if line.starts_with(b"id,") && line.ends_with(b",batch") && !line.contains(&b'\n') {
        Ok(())
    } else {
        not_ours(path).fail()
    }
}

pub(super) fn check_size(path: &str, length: u64, limit: u64) -> Result<()> {
    if length > limit { files::too_large(path, length, limit).fail() } else { Ok(()) }
}

/// A path that is not of the layout, or is used as what it is not.
pub(super) fn not_ours(path: &str) -> Fault {
    Fault::new(
        "outside-layout",
        text!("不能写入 {path}：它不在数据目录的布局之内", "cannot write {path}: a data directory has no such file"),
    )
    .hint(text!("检查填报单位、年份和台账类别的名称", "check the names of the township, the year and the kind"))
}

pub(super) fn nothing_stored(cause: Faults) -> Faults {
    outcome(cause, &Text::new("没有存入任何内容", "nothing was saved"))
}

/// The causes, and behind each what has come of the command.
pub(super) fn outcome(cause: Faults, said: &Text) -> Faults {
    let add = |fault: Fault| {
        let what = &fault.what;
        Fault { what: text!("{what}；{said}", "{what}; {said}", what, said), ..fault }
    };
    Faults(cause.0.into_iter().map(add).collect())
}
