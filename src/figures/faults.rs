//! What counting finds wrong with records, said once for every count.

use crate::base::fault::Fault;
use crate::ledger::Row;
use crate::schema::kind::FieldNo;

/// A cell names a township that does not exist.
pub(super) fn unknown_township(row: &Row<'_>, field: FieldNo) -> Fault {
    let id = String::from_utf8_lossy(row.cell(field));
    Fault::new("unknown-township", text!("没有代号为“{id}”的填报单位", "no township with id “{id}”"))
        .at(row.place_of(field))
        .hint(text!(
            "现有单位见 culture township list；更正用 culture edit",
            "list townships with culture township list; correct the record with culture edit"
        ))
}

/// A sum has more digits than are counted exactly: an error, never a wrong number.
pub(super) fn sum_too_large() -> Fault {
    Fault::new("sum-too-large", text!("合计太大，无法精确计算", "the total is too large to count exactly"))
        .hint(text!("请核对数值是否多打了几位", "check for a number with too many digits"))
}
