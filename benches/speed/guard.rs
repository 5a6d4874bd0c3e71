//! The guard: fails when a job has become slower, against the minimal aggregation in the same run, than half as much again
//! as recorded. Ratios only: times are the machine's.

use super::jobs::counting;
use super::timed::side_by_side;
use super::{county, say};

/// Size, job and ratio to the minimal aggregation, as measured on a quiet machine with two cores.
const RECORDED: &str = include_str!("recorded.txt");
/// How much worse a ratio may be.
const ALLOWED: f64 = 1.5;
/// How often it is tried, the best of each job counting: whatever else the machine does can only make it slower.
const TRIES: usize = 5;

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
    let jobs = counting(&county(size)?)?;
    let mut best = vec![f64::INFINITY; jobs.len()];
    let mut slow = Vec::new();
    for _ in 0..TRIES {
        let costs = side_by_side(&jobs, if size == "county" { 15 } else { 5 })?;
        slow.clear();
        for (cost, best) in costs.iter().zip(&mut best).skip(2) {
            let (name, recorded) = (&cost.name, recorded(size, &cost.name)?);
            *best = best.min(cost.seconds / costs[1].seconds);
            say(&format!("{size:<8} {name:<20} {best:>6.2} recorded {recorded:>6.2}"))?;
            if *best > recorded * ALLOWED {
                slow.push(format!("{size}: {name}: {best:.2}, recorded {recorded:.2}"));
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
