//! `culture` keeps the ledgers of a county's public cultural service plan and says how far each target is.
//!
//! The rooms stand from the ground up, a blank line between the tiers; each may know those above it in this list, never
//! those below. `tests/architecture` holds it.

#[macro_use]
pub mod base;

pub mod schema;

pub mod ledger;
pub mod store;

pub mod figures;
pub mod import;

pub mod check;
pub mod report;

pub mod render;

mod county;

pub mod cli;

pub use cli::run;
