//! `culture` keeps the ledgers of a county's public cultural service plan and says how far each target is.
//!
//! The modules stand in the order of who may know whom; `tests/walls.rs` holds it.

#[macro_use]
pub mod text;
pub mod day;
pub mod fault;
pub mod id;
