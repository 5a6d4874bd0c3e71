//! Figures: a fold over ledgers' bytes that can be split over threads and merged. What to count is a [`CountSpec`], made
//! from the plan and its kinds; a [`Tally`] takes in ledgers; [`Figures`] come out. Knows no disk and no threads.

mod changes;
mod figures;
mod fold;
mod people;
mod spec;
#[cfg(test)]
pub(crate) mod tests;
mod trace;
mod walk;

pub use figures::{Figures, Filing};
pub use fold::Tally;
pub use spec::{CountSpec, FEN, decimals_of, scale};
pub use trace::{Contribution, ContributionBasis, Provenance, RepeatAttendance, Trace, sum};
