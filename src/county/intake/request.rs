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
    /// What the rows are.
    pub purpose: RowPurpose,
    /// Of readings: the day.
    pub on: Option<String>,
    /// Nothing is to be written.
    pub dry_run: bool,
}

/// What the rows of an import are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum RowPurpose {
    /// Records; one that is there and differs is refused.
    #[default]
    Records,
    /// Records; one that is there and differs is corrected, if it does not last.
    Corrections,
    /// Records; one that is there and differs is corrected, one that lasts from the beginning.
    CorrectionsOfAll,
    /// What records that last were on a day.
    Readings,
}

impl RowPurpose {
    /// Whether records are corrected.
    pub(super) const fn corrects(self) -> bool {
        matches!(self, RowPurpose::Corrections | RowPurpose::CorrectionsOfAll)
    }
}

/// What was asked, with words read.
pub(super) struct ImportRequest<'a> {
    /// Whose the records are, where that is said.
    pub township: Option<TownshipNo>,
    /// Only records of this month.
    pub month: Option<Month>,
    /// The day on which the records were as the rows say.
    pub on: Option<Day>,
    /// The as-of day.
    pub today: Day,
    /// The rest, as typed.
    pub asked: &'a ImportAsked,
}
