//! Processes, timed from start to exit, and the most memory that they held.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What is run, by name; what must be done before and after each run is not timed.
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) make: Box<dyn Fn() -> Command>,
    before: Box<dyn Fn() -> anyhow::Result<()>>,
    after: Box<dyn Fn() -> anyhow::Result<()>>,
}

/// How long it took (median) and how much it held.
pub(crate) struct Cost {
    pub(crate) name: String,
    pub(crate) seconds: f64,
    pub(crate) kilobytes: u64,
}

impl Job {
    pub(crate) fn new(name: &str, make: impl Fn() -> Command + 'static) -> Job {
        Job { name: name.to_owned(), make: Box::new(make), before: Box::new(|| Ok(())), after: Box::new(|| Ok(())) }
    }

    pub(crate) fn before(self, before: impl Fn() -> anyhow::Result<()> + 'static) -> Job {
        Job { before: Box::new(before), ..self }
    }

    pub(crate) fn after(self, after: impl Fn() -> anyhow::Result<()> + 'static) -> Job {
        Job { after: Box::new(after), ..self }
    }

    /// With words that differ from run to run.
    pub(crate) fn then(self, more: impl Fn(&mut Command) -> &mut Command + 'static) -> Job {
        let Job { make, .. } = self;
        let make = move || {
            let mut command = make();
            more(&mut command);
            command
        };
        Job { make: Box::new(make), ..self }
    }

    /// `culture` in a county, on the last day of its year.
    pub(crate) fn culture(name: &str, dir: &Path, words: &[&str]) -> Job {
        let (dir, words) = (dir.to_owned(), words.iter().map(ToString::to_string).collect::<Vec<_>>());
        let make = move || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_culture"));
            command.args(&words).env("CULTURE_DATA", &dir).env("CULTURE_USER", "李敏").env("CULTURE_LANG", "zh");
            command
        };
        Job::new(name, make)
    }

    /// This program itself, as a floor.
    pub(crate) fn floor(what: &'static str, path: &Path) -> anyhow::Result<Job> {
        let (own, path) = (std::env::current_exe()?, path.to_owned());
        let make = move || {
            let mut command = Command::new(&own);
            command.args(["floor", what]).arg(&path);
            command
        };
        Ok(Job::new(&format!("floor: {what}"), make))
    }

    /// Once, not timed.
    pub(crate) fn once(&self) -> anyhow::Result<()> {
        self.prints().map(drop)
    }

    fn run(&self) -> anyhow::Result<f64> {
        (self.before)()?;
        let mut command = (self.make)();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let exit = command.status()?;
        let took = begun.elapsed().as_secs_f64();
        anyhow::ensure!(exit.success(), "{}: {exit}", self.name);
        (self.after)()?;
        Ok(took)
    }

    /// What it prints, once, not timed.
    pub(crate) fn prints(&self) -> anyhow::Result<String> {
        let made = (self.make)().stdin(Stdio::null()).output()?;
        let complaint = String::from_utf8_lossy(&made.stderr);
        anyhow::ensure!(made.status.success(), "{}: {}: {complaint}", self.name, made.status);
        Ok(String::from_utf8(made.stdout)?)
    }

    /// The most memory that it held, as Linux says while it runs; 0 elsewhere.
    fn kilobytes(&self) -> anyhow::Result<u64> {
        (self.before)()?;
        let mut child = (self.make)().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let path = format!("/proc/{}/status", child.id());
        let mut most = 0;
        while child.try_wait()?.is_none() {
            let status = std::fs::read_to_string(&path).unwrap_or_default();
            let high = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let high = high.and_then(|line| line.split_whitespace().next()?.parse().ok());
            most = most.max(high.unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_micros(200));
        }
        (self.after)()?;
        Ok(most)
    }
}

/// What processor time each job took in all, in ticks, run in turn; nothing where Linux does not say it. Unlike the time that
/// passes, it does not say how busy the machine is with other things, nor how many cores a job may use.
pub(crate) fn processor(jobs: &[Job], rounds: usize) -> anyhow::Result<Option<Vec<u64>>> {
    let mut ticks = vec![0; jobs.len()];
    for _ in 0..rounds {
        for (job, ticks) in jobs.iter().zip(&mut ticks) {
            let Some(before) = of_children() else { return Ok(None) };
            job.run()?;
            *ticks += of_children().unwrap_or_default() - before;
        }
    }
    Ok(Some(ticks))
}

/// The processor time of all processes that this one has waited for, in ticks: user and system.
fn of_children() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(13).map(str::parse::<u64>);
    Some(fields.next()?.ok()? + fields.next()?.ok()?)
}

/// Runs all jobs in turn, so that whatever else the machine does meets all alike; medians.
pub(crate) fn side_by_side(jobs: &[Job], rounds: usize) -> anyhow::Result<Vec<Cost>> {
    let mut times = vec![Vec::new(); jobs.len()];
    for round in 0..=rounds {
        for (job, times) in jobs.iter().zip(&mut times) {
            let took = job.run()?;
            // The first brings the files into memory.
            if round > 0 {
                times.push(took);
            }
        }
    }
    let mut costs = Vec::new();
    for (job, mut times) in jobs.iter().zip(times) {
        times.sort_by(f64::total_cmp);
        let seconds = times[times.len() / 2];
        costs.push(Cost { name: job.name.clone(), seconds, kilobytes: job.kilobytes()? });
    }
    Ok(costs)
}
