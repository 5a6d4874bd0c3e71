//! The computer's clock beside what the county holds: a clock that ran ahead would lock what it stamps, one that is behind
//! hides what came after what. Knows no clock of its own.

use super::County;
use crate::base::day::Instant;
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::ledger::last_entry;
use crate::store::{WriteTimes, scan};

/// Seconds.
const DAY: i64 = 86_400;
/// So far ahead of the last write the clock is asked for. A county that writes nothing for a quarter is rare.
const ASKED: i64 = 100 * DAY;
/// So far ahead it is mentioned: longer than any holiday.
const MENTIONED: i64 = 31 * DAY;

/// The clock, and when the county was last written to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountyClock {
    now: Instant,
    /// None: nothing was ever written.
    last: Option<WriteTimes>,
}

impl CountyClock {
    /// The clock beside the times that the journal keeps; where it keeps none, beside those that stand in the ledgers.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub(crate) fn read(now: Instant, county: &County<'_>, kept: Option<WriteTimes>) -> Result<CountyClock> {
        let last = match kept {
            Some(kept) => Some(kept),
            None => newest_entry(county)?.map(|at| WriteTimes { written: at, entered: Some(at) }),
        };
        Ok(CountyClock { now, last })
    }

    /// What is to be said of a clock that is far ahead of the last write; `right`: somebody has looked, and it is right. Who
    /// `confirms` it when asked has looked too.
    ///
    /// # Errors
    /// It is so far ahead that somebody must look.
    pub(crate) fn check(&self, right: bool, confirms: impl FnOnce(&Text) -> bool) -> Result<Option<Fault>> {
        let Some(last) = self.last else { return Ok(None) };
        let ahead = self.now.seconds - last.written.seconds;
        if right || ahead < MENTIONED {
            return Ok(None);
        }
        let days = ahead / DAY;
        let now = self.now.to_minute();
        let then = last.written.in_offset(self.now.offset).to_minute();
        let what = text!(
            "电脑时钟是 {now}，距上一次写入（{then}）已有 {days} 天",
            "the computer's clock says {now}, {days} days after the last write ({then})"
        );
        if ahead <= ASKED {
            let hint = text!("如果不对，请校准后再继续登记", "if it is wrong, set it before you go on");
            return Ok(Some(Fault::warning("clock-ahead", what).hint(hint)));
        }
        if confirms(&text!("{what}。时钟对吗？", "{what}. Is the clock right?", what)) {
            return Ok(None);
        }
        Fault::new("clock-ahead", what)
            .hint(text!(
                "请先核对电脑的日期和时间；时钟无误时加上 --clock-is-right",
                "check the computer's date and time first; if the clock is right, add --clock-is-right"
            ))
            .fail()
    }

    /// What is to be said of a clock that is behind what stands; `stamped` is the time that the command gives to what it
    /// writes, which goes on from what stands there.
    pub(crate) fn warning(&self, stamped: Instant) -> Option<Fault> {
        let now = self.now.to_minute();
        let hint = text!(
            "请校准时钟；如果是以前的登记时间有误，用 culture check 查出它们",
            "set the clock; if an earlier time of entry is wrong, culture check shows where: culture check"
        );
        if stamped.seconds - self.now.seconds > DAY {
            let stamped = stamped.to_minute();
            let what = text!(
                "电脑时钟是 {now}，早于已有的登记或定稿；本次登记时间接着它们，记为 {stamped}",
                "the computer's clock says {now}, before what is already entered or closed; this entry follows that, \
                 as of {stamped}"
            );
            return Some(Fault::warning("clock-behind", what).hint(hint));
        }
        let newest = self.last?.entered.filter(|newest| newest.seconds - self.now.seconds > DAY)?;
        let newest = newest.in_offset(self.now.offset).to_minute();
        let what = text!(
            "电脑时钟是 {now}，早于全县最后一次登记的时间 {newest}",
            "the computer's clock says {now}, before the county's last entry ({newest})"
        );
        Some(Fault::warning("clock-behind", what).hint(hint))
    }

    /// The times that the journal is to keep; `entered` is that of the rows that are written.
    pub(crate) fn times(&self, entered: Option<Instant>) -> WriteTimes {
        WriteTimes { written: self.now, entered: entered.max(self.last.and_then(|last| last.entered)) }
    }
}

/// When a row entered any ledger last: that of each ledger's last row, since no row is older than those before it.
fn newest_entry(county: &County<'_>) -> Result<Option<Instant>> {
    let ledgers: Vec<&str> = county.snapshot.ledgers()?.collect();
    let work = |newest: &mut Option<Instant>, path: &&str, _: &mut Vec<u8>| {
        // One that cannot be read tells no time; a check says why.
        if let Ok(end) = county.snapshot.read_end(path) {
            *newest = (*newest).max(last_entry(&end));
        }
        Ok(())
    };
    Ok(scan(&ledgers, county.threads, || None, work)?.into_iter().flatten().max())
}
