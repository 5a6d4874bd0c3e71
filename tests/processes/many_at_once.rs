//! Many processes at once, with the real program: every row is there exactly once, no reader sees part of a batch, and who
//! holds the lock is named. `CULTURE_FULL=1` tries more of them.

use crate::common::{County, Folder, holds, words};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

const TOWNSHIPS: [&str; 4] = ["chengguan", "liuta", "liutun", "wenhuaguan"];

fn is_full() -> bool {
    std::env::var_os("CULTURE_FULL").is_some()
}

fn command(county: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_culture"));
    command.args(words(line)).current_dir(county).env_clear();
    command.env("CULTURE_LANG", "en").env("CULTURE_USER", "Wang").stdin(Stdio::null());
    command
}

fn run(county: &Path, line: &str) -> (Option<i32>, String, String) {
    let output = command(county, line).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn done(county: &Path, line: &str) -> String {
    let (exit, out, err) = run(county, line);
    assert_eq!((exit, err.as_str()), (Some(0), ""), "culture {line}: {out}");
    out
}

fn add(township: &str, title: &str) -> String {
    format!("add performance {township} 2018-03-10 into=village place=p title={title} --clock-is-right")
}

fn ledger(township: &str) -> String {
    format!("townships/{township}/2018/performance.csv")
}

/// The record id with that number.
fn id(mut number: usize) -> String {
    let mut letters = ['b'; 12];
    for letter in letters.iter_mut().rev() {
        *letter = b"bcdfghjklmnpqrstvwxz"[number % 20].into();
        number /= 20;
    }
    letters.iter().collect()
}

/// A county with one record in each of these townships, all of one title, numbered from `first`.
fn source(row: &str, townships: &[&str], title: &str, first: usize) -> County {
    let county = County::bare();
    fill(&county, row, townships, title, first);
    county
}

fn fill(county: &County, row: &str, townships: &[&str], title: &str, first: usize) {
    for (at, township) in townships.iter().enumerate() {
        county.write(
            &format!("townships/{township}/township.toml"),
            &format!("name = \"{}\"\nkind = \"township\"\n", name_of(township)),
        );
        let (headings, row) = row.split_once('\n').unwrap();
        let row = row.replacen(&row[..12], &id(first + at), 1).replace(",sample,", &format!(",{title},"));
        county.write(&ledger(township), &format!("{headings}\n{row}"));
    }
}

/// What the township of an id is called in every copy of the county; those that are only in one, as their ids.
fn name_of(township: &str) -> &str {
    match township {
        "chengguan" => "城关镇",
        "liuta" => "柳塔乡",
        "liutun" => "柳屯镇",
        "wenhuaguan" => "文化馆",
        other => other,
    }
}

/// A ledger of one row, titled `sample`, and the county that it is of.
fn sample() -> (County, String) {
    let county = County::on_disk();
    let ran = county.run(&add("chengguan", "sample"));
    assert!(ran.err.is_empty(), "{ran:?}");
    let row = county.read(&ledger("chengguan"));
    fs::remove_file(county.dir().join(ledger("chengguan"))).unwrap();
    (county, row)
}

#[test]
fn rows_of_many_processes_are_there_exactly_once() {
    let (processes, adds) = if is_full() { (8, 100) } else { (4, 10) };
    let county = County::on_disk();
    let dir = county.dir();
    let began = Instant::now();
    scope(|scope| {
        for process in 0..processes {
            scope.spawn(move || {
                for at in 0..adds {
                    let line = add(TOWNSHIPS[at % 2], &format!("t{process}-{at}"));
                    done(dir, &format!("{line} --quiet --again --wait 120"));
                }
            });
        }
    });
    report(&format!("{processes} x {adds} adds in {:.1} s", began.elapsed().as_secs_f32()));
    let mut titles: Vec<String> = TOWNSHIPS[..2].iter().flat_map(|t| county.column(&ledger(t), "title")).collect();
    titles.sort();
    let mut wanted: Vec<String> =
        (0..processes).flat_map(|process| (0..adds).map(move |at| format!("t{process}-{at}"))).collect();
    wanted.sort();
    assert_eq!(titles, wanted);
    assert_eq!(run(dir, "check").0, Some(0));
}

/// How often a reader looked, how often it saw something new, and the longest time it had to wait for an answer.
#[derive(Default)]
struct Looks {
    seen: u32,
    grown: u32,
    longest: Duration,
}

/// How many live records each title has, as a reader sees it; nothing keeps it from an answer.
fn look(county: &Path) -> BTreeMap<String, usize> {
    let out = done(county, "list performance --format json");
    let listed: serde_json::Value = serde_json::from_str(&out).unwrap();
    let mut titles = BTreeMap::new();
    for record in listed["records"].as_array().unwrap() {
        *titles.entry(record["title"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    titles
}

/// Looks until the writers have ended. What was merged is there four times or not at all, and stays; what is moved is
/// there once.
fn watch(county: &Path, writers: usize, ended: &AtomicBool) -> Looks {
    let (mut looks, mut before) = (Looks::default(), 0);
    while !ended.load(Ordering::Relaxed) {
        let began = Instant::now();
        let titles = look(county);
        looks.longest = looks.longest.max(began.elapsed());
        let mut merged = 0;
        for (title, &count) in &titles {
            let wanted = if title.starts_with("mine") { 1 } else { 4 };
            assert_eq!(count, wanted, "{title}: {titles:?}");
            merged += usize::from(wanted == 4);
        }
        assert_eq!(titles.len() - merged, writers, "{titles:?}");
        assert!(merged >= before, "what was there is gone: {titles:?}");
        looks.grown += u32::from(merged > before);
        (looks.seen, before) = (looks.seen + 1, merged);
    }
    looks
}

/// Batches by turns: a merge that adds one row to each of four ledgers, and a move from one township to the next.
fn batches(county: &Path, writer: usize, sources: &[&Path]) {
    for (at, source) in sources.iter().enumerate() {
        if at % 2 == 0 {
            let (exit, out, err) =
                run(county, &format!("merge '{}' --same-county --quiet --wait 120", source.display()));
            assert_eq!(exit, Some(0), "{out}{err}");
        } else {
            let find = format!("list performance --where title=mine{writer} --format ids");
            let found = done(county, &find);
            let to = TOWNSHIPS[(writer + at.div_ceil(2)) % 4];
            let line = format!("edit {} --township {to} --reason moved --again --wait 120", found.trim());
            let (exit, out, err) = run(county, &line);
            assert_eq!(exit, Some(0), "{line}: {out}{err}");
        }
    }
}

#[test]
fn no_reader_sees_part_of_a_batch() {
    let (writers, count, readers) = if is_full() { (4, 40, 2) } else { (3, 5, 1) };
    let (county, row) = sample();
    let dir = county.dir();
    let sources: Vec<Vec<County>> = (0..writers)
        .map(|writer| {
            done(dir, &format!("{} --quiet", add(TOWNSHIPS[writer % 4], &format!("mine{writer}"))));
            let made = |at| source(&row, &TOWNSHIPS, &format!("w{writer}-{at}"), (writer * count + at) * 4 + 1);
            (0..count).map(made).collect()
        })
        .collect();
    let paths: Vec<Vec<&Path>> = sources.iter().map(|of_one| of_one.iter().map(County::dir).collect()).collect();
    let (ended, began) = (AtomicBool::new(false), Instant::now());
    let looks = scope(|scope| {
        let watching: Vec<_> = (0..readers).map(|_| scope.spawn(|| watch(dir, writers, &ended))).collect();
        let writing: Vec<_> = paths
            .iter()
            .enumerate()
            .map(|(writer, sources)| scope.spawn(move || batches(dir, writer, sources)))
            .collect();
        let written: Vec<_> = writing.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        ended.store(true, Ordering::Relaxed);
        assert!(written.into_iter().all(|joined| joined.is_ok()), "a writer failed");
        watching.into_iter().map(|reader| reader.join().unwrap()).collect::<Vec<_>>()
    });
    let sum = |of: fn(&Looks) -> u32| looks.iter().map(of).sum::<u32>();
    let (seen, grown) = (sum(|l| l.seen), sum(|l| l.grown));
    let longest = looks.iter().map(|l| l.longest.as_secs_f32()).fold(0.0, f32::max);
    let seconds = began.elapsed().as_secs_f32();
    report(&format!(
        "{writers} x {count} batches in {seconds:.1} s; looks: {seen}, of something new: {grown}, longest: {longest:.2} s"
    ));
    assert!(seen > 0 && grown > 0, "nobody looked meanwhile");
    let merges = count.div_ceil(2);
    let titles = look(dir);
    assert_eq!((titles.len(), titles.values().sum::<usize>()), (writers * (merges + 1), writers * (merges * 4 + 1)));
    assert_eq!(run(dir, "check").0, Some(0));
}

fn signal(process: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &process.id().to_string()]).status().unwrap().success());
}

/// Whether the journal says that a batch is being written.
fn is_writing(county: &Path) -> bool {
    let bytes = fs::read(county.join(".journal")).unwrap_or_default();
    bytes.len().checked_sub(22).is_some_and(|at| bytes[at..].starts_with(b"undo "))
}

/// A merge that is frozen while it writes; none if it was done too soon.
fn frozen(county: &Path, source: &Path) -> Option<Child> {
    let mut command = command(county, &format!("merge '{}' --same-county --clock-is-right", source.display()));
    let mut merge = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while merge.try_wait().unwrap().is_none() {
        if is_writing(county) {
            signal(&merge, "-STOP");
            sleep(Duration::from_millis(20));
            if is_writing(county) {
                return Some(merge);
            }
            signal(&merge, "-CONT");
        }
    }
    None
}

#[test]
fn a_frozen_holder_is_named_and_a_killed_one_frees_the_lock() {
    let (_, row) = sample();
    let names: Vec<String> = (0..60).map(|at| format!("t{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let theirs = source(&row, &names, "theirs", 1);
    let frozen = (0..20).find_map(|_| {
        let county = County::bare_in(Folder::on_disk());
        fill(&county, &row, &names, "ours", 1000);
        frozen(county.dir(), theirs.dir()).map(|merge| (county, merge))
    });
    let (county, mut merge) = frozen.expect("a merge of 60 ledgers takes long enough to be caught");
    let (dir, began) = (county.dir(), Instant::now());
    let (exit, out, err) = run(dir, &format!("{} --wait 1", add("t0", "mine")));
    let waited = began.elapsed();
    assert_eq!((exit, out.as_str()), (Some(1), ""), "{err}");
    assert!((1..6).contains(&waited.as_secs()), "it waited {waited:?}");
    holds(&err, &[&format!("another command is writing: merge ({}, 20", merge.id()), "+08:00); waited 1 s"]);
    let seen = look(dir);
    assert_eq!(seen, BTreeMap::from([("ours".to_owned(), 60)]), "readers see what was before, and do not wait");
    merge.kill().unwrap();
    merge.wait().unwrap();
    let began = Instant::now();
    let (exit, _, err) = run(dir, &format!("{} --wait 0", add("t0", "mine")));
    report(&format!("{:.2} s after the kill the next row is stored", began.elapsed().as_secs_f32()));
    assert_eq!(exit, Some(0), "{err}");
    holds(
        &err,
        &[
            &format!("the command merge ({}, 20", merge.id()),
            "was interrupted: everything it had written was rolled back",
        ],
    );
    assert_eq!(look(dir), BTreeMap::from([("mine".to_owned(), 1), ("ours".to_owned(), 60)]));
    done(dir, &format!("merge '{}' --same-county --quiet --clock-is-right", theirs.dir().display()));
    assert_eq!(look(dir).get("theirs"), Some(&60));
}

/// Figures for whoever runs it with `--nocapture`.
fn report(said: &str) {
    println!("{said}");
}
