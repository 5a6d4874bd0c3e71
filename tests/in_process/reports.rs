//! What the reports say: counted by hand in the test, figure by figure.

mod coverage;
mod large_ledger;
mod milestone;
mod money;
mod month;
mod public;
mod public_everywhere;
mod supervision;
