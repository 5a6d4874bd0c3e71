//! The guard: fails when a job has become slower, against the minimal aggregation in the same run, than half as much again
//! as recorded. Ratios only: times are the machine's.

use super::jobs::counting;
use super::timed::side_by_side;
use super::{county, say};

/// Size, job and ratio to the minimal aggregation, as measured on a quiet machine with two cores.
const RECORDED: &str = include_str!("recorded.txt");
/// How much worse a ratio may be.
const ALLOWED: f64 = 1.5;
/// How often it is tried: whatever else the machine does can only make it slower.
const TRIES: usize = 3;

pub(crate) fn guard() -> anyhow::Result<()> {
    let mut slower = Vec::new();
    for size in ["county", "200000"] {
        slower.extend(of(size)?);
    }
    anyhow::ensure!(slower.is_empty(), "slower than recorded:\n{}", slower.join("\n"));
    Ok(())
}

/// The jobs of a size that are too slow however often they are tried.
fn of(size: &str) -> anyhow::Result<Vec<String>> {
    let (jobs, mut slow) = (counting(&county(size)?)?, Vec::new());
    for attempt in 0..TRIES {
        slow.clear();
        let costs = side_by_side(&jobs, if size == "county" { 15 } else { 5 })?;
        let minimal = costs[1].seconds;
        for cost in &costs[2..] {
            let (ratio, recorded) = (cost.seconds / minimal, recorded(size, &cost.name)?);
            let name = &cost.name;
            say(&format!("{size:<8} {name:<20} {ratio:>6.2} recorded {recorded:>6.2}"))?;
            if ratio > recorded * ALLOWED {
                slow.push(format!("{size}: {name}: {ratio:.2}, recorded {recorded:.2}, try {attempt}"));
            }
        }
        if slow.is_empty() {
            break;
        }
    }
    Ok(slow)
}

fn recorded(size: &str, name: &str) -> anyhow::Result<f64> {
    let key = format!("{size} {name} ");
    let found = RECORDED.lines().find_map(|line| line.strip_prefix(key.as_str())).map(|ratio| ratio.trim().parse());
    Ok(found.ok_or_else(|| anyhow::anyhow!("nothing is recorded for {key}"))??)
}
