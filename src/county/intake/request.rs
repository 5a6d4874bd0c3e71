//! What is asked of an import.

use crate::base::day::{Day, Month};
use crate::schema::township::TownshipNo;

/// What is asked of an import, as typed.
#[derive(Clone, Debug, Default)]
pub(crate) struct ImportAsked {
    /// The kind of the records, or `all`: as the sheets are called.
    pub kind: String,
    /// Only records of this month.
    pub month: Option<String>,
    /// Only this sheet.
    pub sheet: Option<String>,
    /// How text is encoded.
    pub encoding: Option<String>,
    /// Which field a column holds: `HEADING=FIELD`.
    pub map: Vec<String>,
    /// What every record is given: `FIELD=VALUE`.
    pub set: Vec<String>,
    /// Records that differ are corrected.
    pub update: bool,
    /// Nothing is to be written.
    pub dry_run: bool,
}

/// What was asked, with words read.
pub(super) struct ImportRequest<'a> {
    /// Whose the records are, where that is said.
    pub township: Option<TownshipNo>,
    /// Only records of this month.
    pub month: Option<Month>,
    /// The as-of day.
    pub today: Day,
    /// The rest, as typed.
    pub asked: &'a ImportAsked,
}
