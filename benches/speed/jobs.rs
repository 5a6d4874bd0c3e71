//! The jobs at each size, and the table that is printed of them.

use super::answer::figures;
use super::timed::{Cost, Job, side_by_side};
use super::{county, peers, say};
use std::path::Path;
use std::process::Command;

/// How large the program may be.
const MOST_BYTES: u64 = 8_000_000;

/// The jobs that are compared with the floors: what a status reads, they read.
pub(crate) fn counting(dir: &Path) -> anyhow::Result<Vec<Job>> {
    Ok(vec![
        Job::floor("read", dir)?,
        Job::floor("count", dir)?,
        Job::culture("status", dir, &["status", "--today", "2018-12-31"]),
        Job::culture("status --known", dir, &["status", "--today", "2018-12-31", "--known", "2018-09-30"]),
        Job::culture("status --township", dir, &["status", "--today", "2018-12-31", "--township", "t0000"]),
        Job::culture("check", dir, &["check"]),
        Job::culture("list --where", dir, &["list", "performance", "--where", "sessions=7", "--where", "into=campus"]),
    ])
}

/// Starting, saying something, ending; against a program that does nothing.
pub(crate) fn start_up() -> anyhow::Result<()> {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed");
    std::fs::create_dir_all(&dir)?;
    let (source, empty) = (dir.join("empty.rs"), dir.join("empty"));
    std::fs::write(&source, "fn main() {}\n")?;
    let made = Command::new("rustc").args(["-O", "-o"]).arg(&empty).arg(&source).status()?;
    anyhow::ensure!(made.success(), "rustc: {made}");
    let floor = Job::new("floor: an empty program", move || Command::new(&empty));
    let jobs = [floor, Job::culture("--version", &dir, &["--version"]), Job::culture("--help", &dir, &["--help"])];
    table("start-up", &side_by_side(&jobs, 51)?, &[("x empty", 0)])
}

/// The program is not larger than it is to be; said of a release build alone, which is what people get.
pub(crate) fn bytes() -> anyhow::Result<()> {
    let program = Path::new(env!("CARGO_BIN_EXE_culture"));
    if program.parent().is_some_and(|folder| folder.ends_with("release")) {
        let bytes = std::fs::metadata(program)?.len();
        say(&format!("\nthe program has {bytes} bytes, of {MOST_BYTES}"))?;
        anyhow::ensure!(bytes <= MOST_BYTES, "the program is larger than {MOST_BYTES} bytes");
    }
    Ok(())
}

/// All jobs at a size.
pub(crate) fn of(size: &str, dir: &Path) -> anyhow::Result<()> {
    let jobs = counting(dir)?;
    let printed = jobs[1].prints()?;
    let answer = figures(&printed).ok_or_else(|| anyhow::anyhow!("{} says {printed}", jobs[1].name))?;
    same_answer(&jobs, answer)?;
    let rounds = if size == "county" { 25 } else { 7 };
    let mut costs = side_by_side(&jobs, rounds)?;
    costs.extend(peers::costs(dir, answer)?);
    table(size, &costs, &[("x reading", 0), ("x minimal", 1)])
}

/// What `status` says of all performances, the minimal aggregation says too.
fn same_answer(jobs: &[Job], [_, wanted, _]: [u64; 3]) -> anyhow::Result<()> {
    let mut command = (jobs[2].make)();
    let status = String::from_utf8(command.args(["--format", "json"]).output()?.stdout)?;
    let status: serde_json::Value = serde_json::from_str(&status)?;
    let indicators = status["indicators"].as_array().into_iter().flatten();
    let found: Vec<&serde_json::Value> =
        indicators.filter(|found| found["id"] == "performances").map(|found| &found["done"]).collect();
    anyhow::ensure!(found == [wanted], "status says {found:?}, the floor {wanted}");
    Ok(())
}

/// Each job with its ratios to floors: a heading, and which of the jobs it is.
pub(crate) fn table(title: &str, costs: &[Cost], floors: &[(&str, usize)]) -> anyhow::Result<()> {
    let headings = floors.iter().map(|(heading, _)| format!(" {heading:>9}"));
    say(&format!("\n{title:<34} {:>10}{} {:>9}", "ms", headings.collect::<String>(), "MB"))?;
    for Cost { name, seconds, kilobytes } in costs {
        let ratios = floors.iter().map(|&(_, at)| format!(" {:>9.2}", seconds / costs[at].seconds));
        let (ms, megabytes) = (seconds * 1000.0, *kilobytes as f64 / 1024.0);
        say(&format!("{name:<34} {ms:>10.2}{} {megabytes:>9.1}", ratios.collect::<String>()))?;
    }
    Ok(())
}

/// How the cost grows with the bytes: 1 is linear.
pub(crate) fn exponent() -> anyhow::Result<()> {
    let sizes = ["125000", "250000", "500000", "1000000"];
    let mut points: Vec<(String, Vec<(f64, f64)>)> = Vec::new();
    for size in sizes {
        let jobs = counting(&county(size)?)?;
        let rows: f64 = size.parse()?;
        for cost in side_by_side(&jobs, 3)? {
            match points.iter_mut().find(|(name, _)| *name == cost.name) {
                Some((_, points)) => points.push((rows.ln(), cost.seconds.ln())),
                None => points.push((cost.name, vec![(rows.ln(), cost.seconds.ln())])),
            }
        }
    }
    say("\nexponent of time by size (125,000 to 1,000,000 rows in one ledger)")?;
    for (name, points) in points {
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let slope = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>()
            / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>();
        say(&format!("{name:<34} {slope:>10.2}"))?;
    }
    Ok(())
}
