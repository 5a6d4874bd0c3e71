//! What counting finds wrong with records, said once for every count.

use crate::base::fault::Fault;
use crate::ledger::Row;

/// A cell names a township that does not exist.
pub(super) fn unknown_township(row: &Row<'_>, field: usize) -> Fault {
    let id = String::from_utf8_lossy(row.cell(field));
    Fault::new("unknown-township", text!("没有代号为“{id}”的填报单位", "there is no township {id}"))
        .at(row.place_of(field))
        .hint(text!(
            "用 culture township list 查看；改正用 culture edit",
            "culture township list shows them; culture edit corrects the record"
        ))
}

/// A sum has more digits than are counted exactly: an error, never a wrong number.
pub(super) fn sum_too_large() -> Fault {
    Fault::new("sum-too-large", text!("合计太大，无法精确计算", "the sum is too large to be counted exactly"))
        .hint(text!("检查数值是否多打了几位", "look whether a number has digits too many"))
}
