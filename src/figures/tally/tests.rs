//! The counting, tried: random small counties against a naive model written from the design's words, and what a clerk
//! would reckon by hand.

mod by_hand;
pub(crate) mod ledgers;
pub(crate) mod model;
mod moved;
mod properties;
pub(crate) mod random;
mod traced;
