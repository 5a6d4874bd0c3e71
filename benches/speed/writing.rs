//! The jobs that write, each on a copy of a county, beside the least that could keep the same promise.

use super::timed::{Cost, Job, side_by_side};
use super::{jobs, peers};
use std::cell::Cell;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The township that is written to.
const TOWNSHIP: &str = "t0000";

/// A bare append: one row at the end of a file, under a lock, with one sync.
pub(crate) fn append(path: &Path) -> anyhow::Result<()> {
    File::create(path.with_extension("lock"))?.lock()?;
    let mut file = File::options().write(true).open(path)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(&[b'x'; 160])?;
    Ok(file.sync_data()?)
}

/// A bare copy of a file with one sync.
pub(crate) fn copy(path: &Path) -> anyhow::Result<()> {
    let bytes = std::fs::read(path)?;
    let mut file = File::create(path.with_extension("copy"))?;
    file.write_all(&bytes)?;
    Ok(file.sync_data()?)
}

/// One record more, one corrected, a month verified, a township's copy taken in.
pub(crate) fn of(size: &str, dir: &Path) -> anyhow::Result<()> {
    let written = dir.with_extension("written");
    copied(dir, &written, &|_| true)?;
    let ledger = written.join(format!("townships/{TOWNSHIP}/2018/performance.csv"));
    let bare = dir.with_extension("bare");
    std::fs::copy(&ledger, &bare)?;
    let despite = ["close", "2018-05", "--today", "2018-06-06", "--despite", "试算", "--clock-is-right"];
    Job::culture("close", &written, &despite).once()?;
    let id = uncorrected(&ledger)?;
    let edit = ["edit", &id[..8], "--reason", "核对", "--audience"];
    let mut jobs = vec![
        Job::floor("append", &bare)?,
        add("add", &written),
        numbered(Job::culture("edit by prefix", &written, &edit), ""),
        Job::culture("verify", &written, &["verify", "all"]),
    ];
    if size != "million" {
        let taken = Job::culture("merge a township's copy", &written, &["merge", &township(&written)?]);
        let back = Job::culture("undo", &written, &["undo"]);
        jobs.push(taken.after(move || back.once()));
    }
    let rounds = if size == "county" { 25 } else { 3 };
    jobs::table(&format!("{size}, writing"), &side_by_side(&jobs, rounds)?, &[("x append", 0)])
}

/// A record more, another each time.
fn add(name: &str, county: &Path) -> Job {
    let what = ["--township", TOWNSHIP, "--date", "2018-07-15", "--into", "campus", "--title", "送戏", "--place"];
    numbered(Job::culture(name, county, &[&["add", "performance", "--clock-is-right"], &what[..]].concat()), "试算校")
}

/// A job whose last word ends with another number each time.
fn numbered(job: Job, word: &'static str) -> Job {
    let number = Cell::new(0);
    job.then(move |command| {
        number.set(number.get() + 1);
        command.arg(format!("{word}{}", number.get()))
    })
}

/// A record more, in ledgers of up to 10,000 rows.
pub(crate) fn flat() -> anyhow::Result<()> {
    let mut jobs = Vec::new();
    for size in ["10", "100", "1000", "10000"] {
        let (dir, name) = (super::county(size)?, format!("add to {size} rows"));
        let written = dir.with_extension("written");
        copied(&dir, &written, &|_| true)?;
        jobs.push(add(&name, &written));
    }
    jobs::table("add, by size", &side_by_side(&jobs, 25)?, &[("x first", 0)])
}

/// The id of a record of July with one revision.
fn uncorrected(ledger: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(ledger)?;
    let ids = text.lines().filter(|line| line[12..].starts_with(",1,live,2018-07")).map(|line| &line[..12]);
    let found = ids.clone().find(|id| text.lines().filter(|line| line.starts_with(id)).count() == 1);
    Ok(found.ok_or_else(|| anyhow::anyhow!("{}: no such record", ledger.display()))?.to_owned())
}

/// A copy of the county with that township alone, and three records more.
fn township(county: &Path) -> anyhow::Result<String> {
    let own = county.with_extension("township");
    copied(county, &own, &|path| {
        let below = path.strip_prefix(county.join("townships")).ok();
        below.is_none_or(|below| below.as_os_str().is_empty() || below.starts_with(TOWNSHIP))
    })?;
    for at in 0..3 {
        let (place, title) = (format!("广场{at}"), ["--title", "庆七一"]);
        let add = [
            "add",
            "performance",
            "--township",
            TOWNSHIP,
            "--date",
            "2018-07-01",
            "--into",
            "community",
            "--place",
            &place,
        ];
        Job::culture("add", &own, &[&add[..], &title].concat()).once()?;
    }
    Ok(own.display().to_string())
}

/// Copies a folder to a new one, as far as `wanted`.
fn copied(from: &Path, to: &Path, wanted: &dyn Fn(&Path) -> bool) -> anyhow::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to)?;
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if !wanted(&path) {
            continue;
        }
        if entry.file_type()?.is_dir() { copied(&path, &to, wanted)? } else { std::fs::copy(&path, &to).map(drop)? }
    }
    Ok(())
}

/// A million rows of CSV come in: into an empty county, into a database of `DuckDB`, and as a bare copy.
pub(crate) fn import() -> anyhow::Result<()> {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("speed");
    let (sheet, county) = (sheet(&base)?, base.join("import"));
    let name = sheet.display().to_string();
    let fresh = county.clone();
    let before = move || -> anyhow::Result<()> {
        if fresh.exists() {
            std::fs::remove_dir_all(&fresh)?;
        }
        std::fs::create_dir_all(&fresh)?;
        Job::culture("init", &fresh, &["init", "--county", "试算县", &fresh.display().to_string()]).once()?;
        Job::culture("township", &fresh, &["township", "add", TOWNSHIP, "--name", "西街镇"]).once()
    };
    let words = ["import", "performance", &name, "--township", TOWNSHIP];
    let mut jobs = vec![
        Job::floor("copy", &sheet)?,
        Job::culture("import", &county, &words).before(before),
        Job::culture("import again, all known", &county, &words),
    ];
    jobs.extend(peers::copy(&sheet, &base.join("import.duckdb"))?);
    let costs: Vec<Cost> = side_by_side(&jobs, 5)?;
    let floors = [("x copy", 0), ("x DuckDB", 3)];
    jobs::table("import of 1,000,000 rows", &costs, &floors[..costs.len() - 2])
}

/// The sheet: eight columns, as townships send them.
fn sheet(base: &Path) -> anyhow::Result<PathBuf> {
    let path = base.join("million.csv");
    std::fs::create_dir_all(base)?;
    let mut file = BufWriter::new(File::create(&path)?);
    writeln!(file, "日期,六进,地点,演出名称,演出团队,场次,观众人次,备注")?;
    for at in 0..1_000_000 {
        let (day, audience) = (at % 28 + 1, at % 900);
        writeln!(file, "2018-05-{day:02},进农村,西街村{at},送戏下乡,梆子剧团,1,{audience},")?;
    }
    file.flush()?;
    Ok(path)
}
