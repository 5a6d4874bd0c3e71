//! By which rules figures are counted. What was issued is counted again by the rules of its day, whatever has become better
//! since.

use crate::base::id::Id;

/// The rules of a closing: its `format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountingRules {
    /// Closings without a format: of what stands, 本月 is the figure at the month's end; a name with a character that nobody
    /// sees is another name.
    First,
    /// 本月 is what the month brought, also of what stands: how it changed. Names that look the same are one.
    Second,
    /// Of equals the record with the smallest id comes first, wherever it stands in its file. Records that last count on the
    /// days on which they are as asked for, also those of earlier years.
    Third,
}

impl CountingRules {
    /// Those by which everything is counted that was not issued before.
    pub const NOW: CountingRules = CountingRules::Third;

    const ALL: [CountingRules; 3] = [CountingRules::First, CountingRules::Second, CountingRules::Third];

    /// The rules of a closing's format.
    #[must_use]
    pub fn of_format(format: i64) -> Option<CountingRules> {
        CountingRules::ALL.into_iter().find(|rules| rules.format() == format)
    }

    /// The format of a closing that was counted by them.
    #[must_use]
    pub const fn format(self) -> i64 {
        match self {
            CountingRules::First => 1,
            CountingRules::Second => 2,
            CountingRules::Third => 3,
        }
    }

    /// What decides between a record and its equals: the smallest id. None where the first in the file does.
    #[must_use]
    pub fn tie(self, record: Id) -> Option<Id> {
        match self {
            CountingRules::First | CountingRules::Second => None,
            CountingRules::Third => Some(record),
        }
    }

    /// Whether records that last and are of an earlier year are asked when they first qualify: no closing held changes before.
    #[must_use]
    pub fn read_earlier_years(self) -> bool {
        self >= CountingRules::Third
    }
}
