//! DuckDB and SQLite, where they are installed, on the question of the minimal aggregation: live performances as they
//! stand, by township and month, how many and two sums. Their answer is compared.

#![allow(clippy::doc_markdown, clippy::format_push_string, reason = "names of programs; a script of statements")]

use super::answer::{figures, one_line};
use super::say;
use super::timed::{Cost, Job, side_by_side};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

const QUESTION: &str = "with last as (select township, id, max(rev) rev from p group by 1, 2), \
    months as (select p.township, substr(cast(date as varchar), 1, 7) as month, count(*) n, \
    sum(coalesce(sessions, 0)) s, sum(coalesce(audience, 0)) a \
    from p join last on p.township = last.township and p.id = last.id and p.rev = last.rev \
    where state = 'live' group by 1, 2) select sum(n) || ' ' || sum(s) || ' ' || sum(a) from months";

fn is_there(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    let quiet = command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|exit| exit.success())
}

/// DuckDB with a question to a database (in memory, where none is named), by its command line or else by its Python module.
fn duckdb(database: &str, sql: &str) -> Option<Job> {
    let python = std::env::var("CULTURE_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let database = database.to_owned();
    // After two seconds it draws a bar on standard output: Python takes a script given by `-c` for a person who looks on.
    let sql = format!("set enable_progress_bar = false; {sql}");
    if is_there("duckdb", &["--version"]) {
        return Some(Job::new("DuckDB (command line)", move || {
            let mut command = Command::new("duckdb");
            command.args(["-noheader", "-list", "-c", &sql]).args(Some(&database).filter(|name| !name.is_empty()));
            command
        }));
    }
    let script =
        format!("import duckdb; print(duckdb.connect(\"{database}\").sql(\"\"\"{sql}\"\"\").fetchall()[0][0])");
    is_there(&python, &["-c", "import duckdb"]).then(|| {
        Job::new("DuckDB (in Python, with its start)", move || {
            let mut command = Command::new(&python);
            command.args(["-c", &script]);
            command
        })
    })
}

/// DuckDB takes the sheet into a table of a new database file.
pub(crate) fn copy(sheet: &Path, database: &Path) -> anyhow::Result<Option<Job>> {
    let columns = "date date, place_of varchar, place varchar, title varchar, performer varchar, sessions integer, \
        audience integer, note varchar";
    let (sheet, name) = (sheet.display(), database.display().to_string());
    let sql = format!("create table p({columns}); copy p from '{sheet}' (header); select count(*) from p");
    let database = database.to_owned();
    let gone = move || match std::fs::remove_file(&database) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    };
    gone()?;
    let Some(job) = duckdb(&name, &sql) else { return Ok(None) };
    Ok(agreeing(job, [1_000_000])?.map(|job| job.before(gone)))
}

/// A peer that answers as it must. Of any other a line tells what it does instead, and the table goes on without it.
fn agreeing<const N: usize>(job: Job, wanted: [u64; N]) -> anyhow::Result<Option<Job>> {
    match job.prints() {
        Ok(printed) if figures(&printed) == Some(wanted) => return Ok(Some(job)),
        Ok(printed) => say(&format!("{} is left out, it answers otherwise: {}", job.name, one_line(&printed)))?,
        Err(failure) => fails(&job.name, &failure)?,
    }
    Ok(None)
}

/// The last line says what is wrong; above it programs tell where in themselves.
fn fails(name: &str, failure: &anyhow::Error) -> anyhow::Result<()> {
    let failure = failure.to_string();
    let last = failure.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    say(&format!("{name} is left out, it fails: {}", one_line(last)))
}

/// The columns of the performance ledgers, which are the same in all.
fn headings(dir: &Path) -> anyhow::Result<Vec<String>> {
    for township in std::fs::read_dir(dir.join("townships"))? {
        let ledger = township?.path().join("2018/performance.csv");
        let mut line = String::new();
        if ledger.exists() && BufReader::new(File::open(&ledger)?).read_line(&mut line)? > 0 {
            return Ok(line.trim_end().split(',').map(ToOwned::to_owned).collect());
        }
    }
    anyhow::bail!("no performances in {}", dir.display())
}

/// What DuckDB is told of a column: with types given, it need not look for them in each file.
fn type_of(column: &str) -> &'static str {
    match column {
        "rev" | "sessions" | "audience" => "BIGINT",
        "date" => "DATE",
        _ => "VARCHAR",
    }
}

/// The peers that are there; `answer` is what they must say.
pub(crate) fn costs(dir: &Path, answer: [u64; 3]) -> anyhow::Result<Vec<Cost>> {
    let glob = dir.join("townships/*/2018/performance.csv").display().to_string();
    let names = headings(dir)?;
    let columns: Vec<String> = names.iter().map(|name| format!("'{name}':'{}'", type_of(name))).collect();
    let columns = columns.join(",");
    let table = format!(
        "read_csv('{glob}', filename='township', auto_detect=false, header=true, delim=',', quote='\"', columns={{{columns}}})"
    );
    // Read once, though the question names it twice.
    let wanted = "township, id, rev, state, date, sessions, audience";
    let sql = format!("with p as materialized (select {wanted} from {table}), {}", &QUESTION["with ".len()..]);
    let mut jobs = Vec::new();
    match duckdb("", &sql) {
        Some(job) => jobs.extend(agreeing(job, answer)?),
        None => say("DuckDB is not installed (neither `duckdb` nor the Python module)")?,
    }
    if is_there("sqlite3", &["--version"]) {
        match sqlite(dir) {
            Ok(job) => jobs.extend(agreeing(job, answer)?),
            Err(failure) => fails("SQLite", &failure)?,
        }
    }
    side_by_side(&jobs, 3)
}

/// SQLite over a database that was filled before, which is not timed.
fn sqlite(dir: &Path) -> anyhow::Result<Job> {
    let database = dir.with_extension("sqlite");
    if !database.exists() {
        let mut script = String::from(".mode csv\n");
        let mut townships: Vec<_> = std::fs::read_dir(dir.join("townships"))?.collect::<Result<Vec<_>, _>>()?;
        townships.sort_by_key(std::fs::DirEntry::file_name);
        for (at, township) in townships.iter().enumerate() {
            let (file, name) = (township.path().join("2018/performance.csv"), township.file_name());
            let skip = if at == 0 { "" } else { "--skip 1 " };
            script += &format!(".import {skip}{} raw\n", file.display());
            if at == 0 {
                script += "create table p(township, id text, rev integer, state, date, sessions integer, audience integer);\n";
            }
            let (name, columns) =
                (name.to_string_lossy(), "id, rev, state, date, nullif(sessions, ''), nullif(audience, '')");
            script += &format!("insert into p select '{name}', {columns} from raw; delete from raw;\n");
        }
        script += "drop table raw; vacuum;\n";
        let fill = dir.with_extension("sql");
        std::fs::write(&fill, script)?;
        let filled = Command::new("sqlite3").arg(&database).stdin(File::open(&fill)?).output()?;
        if !filled.status.success() {
            // Half of a database would be taken for a whole one the next time.
            std::fs::remove_file(&database)?;
            anyhow::bail!("{}: {}", filled.status, String::from_utf8_lossy(&filled.stderr));
        }
    }
    let make = move || {
        let mut command = Command::new("sqlite3");
        command.arg(&database).arg(QUESTION);
        command
    };
    Ok(Job::new("SQLite (filled before)", make))
}
