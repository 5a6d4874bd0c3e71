//! The faulty ledgers that a count leaves out where that is wanted, and says so.

use super::ledgers::Ledger;
use crate::base::fault::{Faults, Place};
use crate::report::{Block, Report};
use std::sync::{Mutex, PoisonError};

/// The ledgers that `--skip-bad` left out.
pub(crate) struct SkippedLedgers {
    /// Whether they are.
    pub(super) wanted: bool,
    left_out: Mutex<Vec<(String, Faults)>>,
}

impl SkippedLedgers {
    /// Leaves out faulty ledgers only where that is wanted.
    pub(crate) fn new(wanted: bool) -> SkippedLedgers {
        SkippedLedgers { wanted, left_out: Mutex::new(Vec::new()) }
    }

    /// Leaves one out.
    pub(super) fn skip(&self, ledger: &Ledger, faults: Faults) {
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        left_out.push((ledger.path.clone(), faults));
    }

    /// Says in the report what was left out: no total without it.
    pub(crate) fn say(&self, report: &mut Report) {
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner).clone();
        left_out.sort_by(|(a, _), (b, _)| a.cmp(b));
        left_out.dedup_by(|(a, _), (b, _)| a == b);
        for (path, Faults(faults)) in &left_out {
            let line = faults.first().and_then(|fault| fault.place.as_ref()).map_or(0, |place: &Place| place.line);
            let line = text!(
                "注意：未计入读不全的台账 {path}（第 {line} 行起有误）",
                "NOT COUNTED: {path} (cannot be read from line {line} on)"
            );
            report.blocks.push(Block::Line(line));
        }
        if let Some(json) = report.json.as_mut().filter(|_| !left_out.is_empty()) {
            json["left_out"] = left_out.into_iter().map(|(path, _)| path).collect();
        }
    }
}
