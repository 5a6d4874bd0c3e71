//! What is counted and what it means: the tally over the ledgers' bytes, progress, deadlines, coverage, acceptance,
//! supervision, the sample, the closing. Knows no tables, no files on disk and no verbs.

pub mod acceptance;
pub mod closing;
pub mod coverage;
pub mod deadline;
mod faults;
pub mod progress;
pub mod rules;
pub mod sample;
pub mod supervision;
pub mod tally;
