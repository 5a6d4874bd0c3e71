//! What may be written down: kinds, records, townships, the plan, the calendar, and how people write values. Knows no file,
//! no ledger and no figure.

pub mod calendar;
pub mod kind;
pub mod parse;
pub mod plan;
pub mod record;
pub mod township;
