//! By which rules figures are counted. What was issued is counted again by the rules of its day, whatever has become better
//! since.

/// The rules of a closing: its `format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountingRules {
    /// Closings without a format: of what stands, 本月 is the figure at the month's end; a name with a character that nobody
    /// sees is another name.
    First,
    /// 本月 is what the month brought, also of what stands: how it changed. Names that look the same are one.
    Second,
}

impl CountingRules {
    /// Those by which everything is counted that was not issued before.
    pub const NOW: CountingRules = CountingRules::Second;

    /// The rules of a closing's format.
    #[must_use]
    pub fn of_format(format: i64) -> Option<CountingRules> {
        [CountingRules::First, CountingRules::Second].into_iter().find(|rules| rules.format() == format)
    }

    /// The format of a closing that was counted by them.
    #[must_use]
    pub const fn format(self) -> i64 {
        match self {
            CountingRules::First => 1,
            CountingRules::Second => 2,
        }
    }
}
