//! The faulty ledgers that a count leaves out where that is wanted, and says so.

use super::ledgers::Ledger;
use crate::base::fault::Faults;
use crate::report::{Block, Report};
use std::sync::Mutex;

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
        let mut left_out = self.left_out.lock().expect("no thread panics while it holds this");
        left_out.push((ledger.path.clone(), faults));
    }

    /// Says in the report what was left out: no total without it.
    pub(crate) fn say(&self, report: &mut Report) {
        let mut left_out = self.left_out.lock().expect("no thread panics while it holds this").clone();
        left_out.sort_by(|(a, _), (b, _)| a.cmp(b));
        left_out.dedup_by(|(a, _), (b, _)| a == b);
        for (path, Faults(faults)) in &left_out {
            let place = faults.first().and_then(|fault| fault.place.as_ref());
            let said = if let Some(line) = place.map(|place| place.line).filter(|line| *line > 0) {
                text!(
                    "注意：未计入读不全的台账 {path}（第 {line} 行起有误）",
                    "NOT COUNTED: {path} (cannot be read from line {line} on)"
                )
            } else {
                text!("注意：未计入读不出的台账 {path}", "NOT COUNTED: {path} (cannot be read)")
            };
            report.blocks.push(Block::Line(said));
        }
        if let Some(json) = report.json.as_mut().filter(|_| !left_out.is_empty()) {
            json["left_out"] = left_out.into_iter().map(|(path, _)| path).collect();
        }
    }
}
