//! `culture` keeps the ledgers of a county's public cultural service plan and says how far each target is.
//!
//! The modules stand in the order of who may know whom; `tests/architecture` holds it.

#[macro_use]
pub mod text;
pub mod acceptance;
pub mod calendar;
pub mod change;
pub mod check;
pub mod cli;
pub mod closing;
pub mod coverage;
pub mod day;
pub mod due;
pub mod fault;
pub mod id;
pub mod import;
pub mod kind;
pub mod lagging;
pub mod ledger;
pub mod near;
pub mod order;
pub mod plan;
pub mod record;
pub mod render;
pub mod report;
pub mod sample;
pub mod standing;
pub mod store;
pub mod table;
pub mod tally;
pub mod township;
pub mod tree;
pub mod written;

pub use cli::run;
