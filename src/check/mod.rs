//! What is wrong with a county's ledgers, each by itself and all together: one ledger is read at a time, and of its rows
//! only hashes, ids and places are kept for what must be compared across ledgers. Knows no disk and no command.

mod cross;
mod facts;
mod ledger;
mod rules;
mod segments;
pub mod settings;

pub use cross::Checker;
pub use ledger::{EvidenceFile, LedgerFindings, restore};
pub use rules::{CheckRules, CheckTarget, KindNo};
