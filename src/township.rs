//! Townships: whoever keeps a ledger. Finds one by id, name or alias, and never guesses.

use crate::day::Day;

/// A township, an industrial zone or a county unit (填报单位).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Township {
    /// `[a-z][a-z0-9-]{0,39}`; the folder's name.
    pub id: String,
    /// The name shown.
    pub name: String,
    /// What it is.
    pub kind: TownshipKind,
    /// The bureau's own order, which every table keeps; ties by id.
    pub order: i64,
    /// Other and former names, short codes.
    pub aliases: Vec<String>,
    /// People.
    pub population: Option<u64>,
    /// Who leads it.
    pub leader: Option<String>,
    /// Whom to call.
    pub contact: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// The first day on which things are expected of it.
    pub from: Option<Day>,
    /// The last.
    pub until: Option<Day>,
    /// Whether a work arrangement is expected.
    pub arrangement: bool,
    /// Whether monthly reports are expected.
    pub monthly: bool,
}

/// What a township is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TownshipKind {
    /// 乡镇
    Township,
    /// 工业区
    IndustrialZone,
    /// 县直单位
    CountyUnit,
}
impl Township {
    /// x
    pub fn active_on(&self, day: Day) -> bool { self.from.is_none_or(|d| d <= day) && self.until.is_none_or(|d| day <= d) }
}
