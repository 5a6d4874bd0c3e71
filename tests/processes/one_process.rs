//! The program as a process: what it does when nobody reads, when the disk is full, when it is killed, when there are two.

use crate::common::{County, holds, words};
use std::fs::{File, OpenOptions};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, UNIX_EPOCH};

fn command(county: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_culture"));
    command.args(words(line)).current_dir(county).env_clear();
    command.env("CULTURE_LANG", "en").env("CULTURE_USER", "Wang").stdin(Stdio::null());
    command
}

fn run(county: &Path, line: &str) -> (Option<i32>, String, String) {
    let output = command(county, line).output().unwrap();
    said(&output)
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

const ADD: &str = "add performance chengguan 2018-03-10 into=village --clock-is-right place=Liuzhuang";
const LEDGER: &str = "townships/chengguan/2018/performance.csv";

#[test]
fn exit_codes() {
    let county = County::new();
    for (line, code) in [
        ("--version", 0),
        ("help", 0),
        ("kinds", 0),
        ("status --today 2018-06-28", 0),
        ("plan show 2017", 2),
        ("statsu", 2),
        ("status --nonsense", 2),
        ("--data nowhere status", 1),
        ("status --today 2018-06-28 --check", 3),
    ] {
        let (exit, out, err) = run(county.dir(), line);
        assert_eq!(exit, Some(code), "culture {line}: {out}{err}");
        assert_eq!(err.is_empty(), code == 0 || code == 3, "culture {line}: {err}");
    }
}

#[test]
fn a_slip_of_the_fingers_is_understood() {
    let (exit, out, err) = run(County::new().dir(), "statsu");
    assert_eq!((exit, out.as_str()), (Some(2), ""));
    holds(&err, &["unknown command “statsu”", "did you mean", "status"]);
}

#[test]
fn the_clock_is_the_systems_in_the_countys_time() {
    let county = County::new();
    let now = || i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let before = now();
    let (exit, _, err) = run(county.dir(), "add publicity chengguan today title=a outlet=b");
    assert_eq!(exit, Some(0), "{err}");
    let (_, listed, _) = run(county.dir(), "list publicity --format json");
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let entered = listed["records"][0]["entered_at"].as_str().unwrap();
    let moment = culture::base::day::Instant::from_iso(entered.as_bytes()).unwrap();
    assert!((before..=now()).contains(&moment.seconds) && entered.ends_with("+08:00"), "{entered}");
    assert_eq!(listed["records"][0]["date"].as_str(), entered.get(..10));
}

#[test]
fn arguments_that_are_not_utf8_are_refused() {
    use std::os::unix::ffi::OsStrExt;
    let county = County::new();
    let output = command(county.dir(), "status").arg(std::ffi::OsStr::from_bytes(b"\xff\xfe")).output().unwrap();
    let (exit, out, err) = said(&output);
    assert_eq!((exit, out.as_str()), (Some(2), ""));
    assert!(err.starts_with("error: an argument is not UTF-8"), "{err}");
}

#[test]
fn a_pipe_that_nobody_reads_is_no_fault() {
    let county = County::new();
    for line in ["status --today 2018-06-28", "kinds", "--help", "plan show 2018", ADD] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command(county.dir(), line).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        let (exit, _, err) = said(&output);
        assert_eq!((exit, err.as_str()), (Some(0), ""), "culture {line}");
    }
    assert_eq!(county.rows(LEDGER).len(), 2, "stored all the same");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_what_is_stored_is_said_to_be() {
    let county = County::new();
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for line in ["status --today 2018-06-28", "kinds", "--help"] {
        let (exit, _, err) = said(&command(county.dir(), line).stdout(full()).output().unwrap());
        assert_eq!(exit, Some(1), "culture {line}: {err}");
        holds(&err, &["error: the output cannot be written"]);
        assert!(!err.contains("the change was saved"), "culture {line}: {err}");
    }
    let (exit, _, err) = said(&command(county.dir(), ADD).stdout(full()).output().unwrap());
    assert_eq!(exit, Some(1), "{err}");
    holds(&err, &["the change was saved, but the output cannot be written", "do not run the command again"]);
    assert_eq!(county.rows(LEDGER).len(), 2);
    let (exit, _, _) = said(&command(county.dir(), "kinds").stdout(full()).stderr(full()).output().unwrap());
    assert_eq!(exit, Some(1), "even when nobody can be told");
}

/// Ends a process at once, as `kill -9` does.
fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The lock goes with the process that holds it. What holds it here is not our program, which is done too soon to be caught.
#[test]
fn a_killed_holder_frees_the_lock() {
    let county = County::on_disk();
    county.add("performance 城关镇 3-9 into=village place=刘庄村");
    let lock = File::open(county.dir().join(".lock")).unwrap();
    lock.lock().unwrap();
    let mut sleeper = Command::new("sleep");
    // The lock belongs to the open file, which the child inherits as its standard input.
    let holder = sleeper.arg("60").stdin(Stdio::from(lock)).stdout(Stdio::null()).spawn().unwrap();
    drop(sleeper);
    let began = Instant::now();
    let (exit, out, err) = run(county.dir(), &format!("{ADD} --wait 0"));
    assert_eq!((exit, out.as_str()), (Some(1), ""), "{err}");
    assert!(began.elapsed() < Duration::from_secs(5), "waiting is bounded");
    holds(&err, &["error: ", "help: "]);
    let (exit, _, err) = run(county.dir(), "status --today 2018-06-28");
    assert_eq!(exit, Some(0), "readers take no lock: {err}");
    let waiting = command(county.dir(), &format!("{ADD} --wait 20"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(150));
    kill(holder);
    let (exit, _, err) = said(&waiting.wait_with_output().unwrap());
    assert_eq!(exit, Some(0), "{err}");
    assert_eq!(county.rows(LEDGER).len(), 3);
}

#[test]
fn killed_in_the_middle_nothing_is_half_done() {
    let county = County::on_disk();
    for at in 0..12_u64 {
        let mut child = command(county.dir(), &format!("{ADD}-{at}")).stdout(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(at / 2));
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        let acknowledged = output.stdout.starts_with(b"recorded");
        let (exit, listed, err) = run(county.dir(), "list performance --format csv");
        assert_eq!(exit, Some(0), "{err}");
        let there = listed.contains(&format!(",Liuzhuang-{at},"));
        assert!(there || !acknowledged, "acknowledged and gone: {listed}");
    }
    let (exit, _, err) = run(county.dir(), &format!("{ADD}-last"));
    assert_eq!(exit, Some(0), "{err}");
}

#[test]
fn two_at_once_lose_nothing() {
    let county = County::on_disk();
    let dir = county.dir();
    let write = |who: &str| {
        for at in 0..20 {
            let line = format!("add performance chengguan 2018-03-10 into=village place={who}-{at} --by {who} --quiet");
            let (exit, out, err) = run(dir, &line);
            assert_eq!((exit, out.as_str(), err.as_str()), (Some(0), "", ""), "{line}");
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| write("other"));
        write("one");
        other.join().unwrap();
    });
    let mut places = county.column(LEDGER, "place");
    places.sort();
    let mut wanted: Vec<String> =
        ["one", "other"].iter().flat_map(|who| (0..20).map(move |at| format!("{who}-{at}"))).collect();
    wanted.sort();
    assert_eq!(places, wanted);
    let mut batches = county.column(LEDGER, "batch");
    batches.sort();
    batches.dedup();
    assert_eq!(batches.len(), 40);
}
