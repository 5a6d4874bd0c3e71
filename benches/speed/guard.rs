//! The guard: fails when a job takes more processor time than half as much again as recorded, both against the minimal
//! aggregation in the same run. Ratios only: times are the machine's.

use super::jobs::counting;
use super::timed::processor;
use super::{county, say};

/// Size, job and ratio to the minimal aggregation, as measured on a quiet machine in the profile `guard`.
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
        let Some(ticks) = processor(&jobs, if size == "county" { 40 } else { 8 })? else {
            return say("no processor times here: nothing is compared").map(|()| Vec::new());
        };
        slow.clear();
        for ((job, &taken), best) in jobs.iter().zip(&ticks).zip(&mut best).skip(2) {
            let recorded = recorded(size, &job.name)?;
            *best = best.min(taken as f64 / ticks[1] as f64);
            say(&format!("{size:<8} {:<20} {best:>6.2} recorded {recorded:>6.2}", job.name))?;
            if *best > recorded * ALLOWED {
                slow.push(format!("{size}: {}: {best:.2}, recorded {recorded:.2}", job.name));
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
