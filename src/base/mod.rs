//! What everything stands on: days, the two languages, faults, ids, the data directory's paths, folding and nearest names, TOML with places. Knows
//! nothing of ledgers, kinds or plans.

#[macro_use]
pub mod number;
#[macro_use]
pub mod text;

pub mod advice;
pub mod config;
pub mod conflict;
pub mod day;
pub mod fault;
pub mod fuzzy;
pub mod id;
pub mod paths;
pub mod unseen;
