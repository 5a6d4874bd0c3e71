//! `culture merge`: two copies of a county that went different ways are joined, and no row of either is lost.

mod changed;
mod dataset;
mod refused;

use crate::common::Folder;
use crate::common::folder::copy;
use culture::base::day::{Instant, Offset};
use culture::base::fault::Exit;
use culture::cli::frame::World;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A county and its copies, side by side in a folder.
struct Copies(Folder);

impl Copies {
    fn run(&self, copy: &str, line: &str) -> (Exit, String) {
        let env = |name: &str| (name == "CULTURE_USER").then(|| format!("clerk-{copy}"));
        let now = Instant::from_iso(b"2018-06-28T01:00:00Z").unwrap().in_offset(Offset(0));
        let world = World {
            now,
            dir: self.at(copy),
            env: &env,
            terminal: false,
            terminal_err: false,
            keyboard: None,
            threads: 2,
            process: 1,
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let words = line.split(' ').map(Into::into).collect();
        let exit = culture::run(&world, words, &mut out, &mut err);
        (exit, String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap())
    }

    fn at(&self, copy: &str) -> PathBuf {
        self.0.0.join(copy)
    }

    fn done(&self, copy: &str, line: &str) -> String {
        let (exit, said) = self.run(copy, line);
        assert_eq!(exit, Exit::Done, "{line}: {said}");
        said
    }

    fn id(&self, copy: &str, title: &str) -> String {
        self.done(copy, &format!("list performance --void --where title={title} --format ids")).trim().to_owned()
    }

    /// The records as they stand, without ids.
    fn stand(&self, copy: &str) -> Vec<String> {
        let listed = self.done(copy, "list performance --void --format csv");
        let mut rows: Vec<String> =
            listed.lines().skip(1).map(|row| row.split(',').skip(2).take(7).collect::<Vec<_>>().join(",")).collect();
        rows.sort();
        rows
    }

    /// `a` with one record, and its copy `b`.
    fn two() -> Copies {
        let folder = Copies(Folder::new());
        fs::create_dir_all(folder.at("a")).unwrap();
        folder.done("a", "init . --county C");
        folder.done("a", "township add jia --name 甲镇");
        folder.done("a", &add("first"));
        copy(&folder.at("a"), &folder.at("b"));
        folder
    }
}

fn add(title: &str) -> String {
    format!("add performance 甲镇 2018-05-01 into=village place=p performer=q title={title}")
}

#[test]
fn what_each_side_added_and_corrected_is_joined_and_merging_again_changes_nothing() {
    let folder = Copies::two();
    let id = folder.id("a", "first");
    folder.done("a", &add("ours"));
    folder.done("b", &add("theirs"));
    folder.done("b", &format!("edit {id} audience=260 --reason r"));
    let said = folder.done("a", "merge ../b");
    assert!(said.contains("added 1 record, updated 1; 0 were already here"), "{said}");
    assert_eq!(folder.stand("a").len(), 3);
    assert!(folder.done("a", &format!("show {id} --history")).contains("clerk-b"));
    let before = fs::read(folder.at("a/townships/jia/2018/performance.csv")).unwrap();
    let said = folder.done("a", "merge ../b");
    assert!(said.contains("added 0 records, updated 0; 2 were already here"), "{said}");
    assert_eq!(fs::read(folder.at("a/townships/jia/2018/performance.csv")).unwrap(), before);
    folder.done("b", "merge ../a");
    assert_eq!(folder.stand("a"), folder.stand("b"));
}

#[test]
fn a_conflict_merges_nothing_until_a_side_is_taken_and_no_row_is_lost() {
    for (side, stands) in [("theirs", "222"), ("ours", "111")] {
        let folder = Copies::two();
        let id = folder.id("a", "first");
        folder.done("a", &format!("edit {id} audience=111 --reason r"));
        folder.done("b", &format!("edit {id} audience=222 --reason r"));
        folder.done("b", &add("theirs"));
        let (exit, said) = folder.run("a", "merge ../b");
        assert_eq!(exit, Exit::Failed);
        assert!(said.contains("conflict in") && said.contains("111 -> 222"), "{said}");
        assert_eq!(folder.stand("a").len(), 1);
        folder.done("a", &format!("merge ../b --take {side}"));
        let shown = folder.done("a", &format!("show {id} --history"));
        assert!(shown.contains(&format!("audience  {stands}")) || shown.contains(stands), "{shown}");
        let rows = fs::read_to_string(folder.at("a/townships/jia/2018/performance.csv")).unwrap();
        assert!(rows.contains(",111,") && rows.contains(",222,"));
        let listed = folder.done("a", "list performance --where title=first --format json");
        assert!(listed.contains(&format!("\"audience\": {stands}")), "{listed}");
        let before = rows;
        folder.done("a", "merge ../b");
        assert_eq!(fs::read_to_string(folder.at("a/townships/jia/2018/performance.csv")).unwrap(), before);
    }
}

#[test]
fn an_unknown_township_is_refused_and_a_dry_run_writes_nothing() {
    let folder = Copies::two();
    folder.done("b", "township add yi --name 乙镇");
    folder.done("b", "add performance 乙镇 2018-05-01 into=village place=p title=t");
    let (exit, said) = folder.run("a", "merge ../b");
    assert_eq!(exit, Exit::Failed);
    assert!(said.contains("no township “yi” here"), "{said}");
    folder.done("b", &add("theirs"));
    let said = folder.done("a", "merge ../b --township jia --dry-run");
    assert!(said.contains("would add 1 record "), "{said}");
    assert_eq!(folder.stand("a").len(), 1);
    folder.done("a", "merge ../b --township jia");
    assert_eq!(folder.stand("a").len(), 2);
}

#[test]
fn a_merge_is_one_batch_that_undo_takes_back() {
    let folder = Copies::two();
    let id = folder.id("a", "first");
    folder.done("b", &format!("edit {id} audience=1 --reason r"));
    folder.done("b", &format!("edit {id} audience=2 --reason r"));
    folder.done("b", &add("theirs"));
    folder.done("a", "merge ../b");
    let log = folder.done("a", "log --format json");
    let batch = log.split("\"batch\": \"").nth(1).unwrap()[..12].to_owned();
    folder.done("a", &format!("undo {batch}"));
    let listed = folder.done("a", "list performance --format json");
    assert!(listed.contains("\"audience\": null") && !listed.contains("theirs"), "{listed}");
}

/// What the other copy entered and corrected, or corrected twice, comes in as several revisions of one batch.
#[test]
fn what_the_other_copy_revised_more_than_once_leaves_nothing_to_condemn() {
    let folder = Copies::two();
    let first = folder.id("a", "first");
    folder.done("b", &format!("edit {first} audience=1 --reason r"));
    folder.done("b", &format!("edit {first} audience=2 --reason r"));
    folder.done("b", &add("theirs"));
    let theirs = folder.id("b", "theirs");
    folder.done("b", &format!("void {theirs} --reason r"));
    folder.done("a", "merge ../b");
    folder.done("a", "check");
    folder.done("a", &format!("edit {first} audience=3 --reason r"));
    folder.done("a", "undo");
    folder.done("a", "check");
}

#[test]
fn every_conflict_is_told_with_both_sides() {
    let folder = Copies::two();
    folder.done("a", &add("second"));
    fs::remove_dir_all(folder.at("b")).unwrap();
    copy(&folder.at("a"), &folder.at("b"));
    let ids = [folder.id("a", "first"), folder.id("a", "second")];
    for (side, base) in [("a", 100), ("b", 200)] {
        for (number, id) in ids.iter().enumerate() {
            folder.done(side, &format!("edit {id} audience={} --reason r", base + number));
        }
    }
    let (exit, said) = folder.run("a", "merge ../b");
    assert_eq!(exit, Exit::Failed);
    for words in ["100 -> 200", "101 -> 201", &ids[0], &ids[1], "clerk-a", "clerk-b"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// What came in is entered now, in one batch, by whom it was entered there.
#[test]
fn rows_that_come_in_keep_who_entered_them_and_get_the_time_of_this_ledger() {
    let folder = Copies::two();
    folder.done("b", &add("theirs"));
    let path = folder.at("b/townships/jia/2018/performance.csv");
    let earlier = fs::read_to_string(&path).unwrap().replace(",2018-06-28T", ",2018-06-27T");
    fs::write(&path, earlier).unwrap();
    folder.done("a", "merge ../b");
    let last = |copy: &str| {
        let rows = fs::read_to_string(folder.at(copy).join("townships/jia/2018/performance.csv")).unwrap();
        let row: Vec<String> = rows.lines().last().unwrap().rsplit(',').take(4).map(str::to_owned).collect();
        let [batch, _, by, at] = row.try_into().unwrap();
        (batch, by, at)
    };
    let (ours, theirs) = (last("a"), last("b"));
    assert_eq!((ours.1.as_str(), theirs.1.as_str()), ("clerk-b", "clerk-b"));
    assert!(ours.0 != theirs.0);
    assert!(folder.done("a", "log --last 1 --format ids").contains(&ours.0));
    assert!(ours.2.starts_with("2018-06-28T") && theirs.2.starts_with("2018-06-27T"), "{ours:?} {theirs:?}");
}

/// What is done to the other copy.
type Spoil<'a> = &'a dyn Fn(&Path);

#[cfg(unix)]
#[test]
fn a_hostile_copy_is_refused() {
    use std::os::unix::fs::symlink;
    let ledger = "townships/jia/2018/performance.csv";
    let tries: [(&str, Spoil<'_>); 5] = [
        ("not a regular file", &|at| symlink("/dev/zero", at).unwrap()),
        ("not a regular file", &|at| {
            // What it leads to is a good ledger, but not one of that copy.
            let out = at.ancestors().nth(5).unwrap().join("a").join(ledger);
            symlink(out, at).unwrap();
        }),
        ("not a regular file", &|at| {
            assert!(Command::new("mkfifo").arg(at).status().unwrap().success());
        }),
        ("more than the 4294967296 allowed", &|at| fs::File::create(at).unwrap().set_len((4 << 30) + 1).unwrap()),
        ("not a regular file", &|at| {
            let year = at.parent().unwrap();
            fs::remove_dir(year).unwrap();
            symlink(year.ancestors().nth(4).unwrap().join("a/townships/jia/2018"), year).unwrap();
        }),
    ];
    for (number, (words, spoil)) in tries.into_iter().enumerate() {
        let folder = Copies::two();
        let at = folder.at("b").join(ledger);
        fs::remove_file(&at).unwrap();
        spoil(&at);
        let (exit, said) = folder.run("a", "merge ../b");
        assert!(exit == Exit::Failed && said.contains(words), "{number}: {said}");
        assert_eq!(folder.stand("a").len(), 1);
    }
    let folder = Copies::two();
    // A journal that would have files outside put back; its hash is right.
    let above = "bbbbbbbbbbbb bbbbbbbbbbbb x (1, y)\nold 0 townships/../../a/culture.toml\n";
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    let sealed = format!("{above}undo {:016x}\n", above.bytes().fold(0xCBF2_9CE4_8422_2325, hash));
    fs::write(folder.at("b/.journal"), sealed).unwrap();
    let (exit, said) = folder.run("a", "merge ../b");
    assert!(exit == Exit::Failed && said.contains("contains something this program does not know"), "{said}");
}

fn git(dir: &Path, words: &[&str]) -> String {
    let name = ["-c", "user.name=c", "-c", "user.email=c@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(dir).args(name).args(words).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn git_keeps_the_history_of_one_copy_and_leaves_joining_to_merge() {
    if Command::new("git").arg("--version").output().is_err() {
        // A machine without git has nothing that git could spoil; .ci/run sees to it that there is one.
        return;
    }
    let folder = Copies::two();
    let (a, b) = (folder.at("a"), folder.at("c"));
    git(&a, &["init", "-q", "-b", "main"]);
    git(&a, &["config", "core.autocrlf", "true"]);
    git(&a, &["add", "-A"]);
    git(&a, &["commit", "-qm", "first"]);
    assert!(!git(&a, &["ls-files"]).contains(".journal"));
    git(&folder.0.0, &["-c", "core.autocrlf=true", "clone", "-q", "a", "c"]);
    let ledger = "townships/jia/2018/performance.csv";
    assert_eq!(fs::read(a.join(ledger)).unwrap(), fs::read(b.join(ledger)).unwrap());
    let id = folder.id("a", "first");
    folder.done("a", &add("ours"));
    folder.done("a", &format!("edit {id} audience=5 --reason r"));
    folder.done("c", &add("theirs"));
    let theirs = folder.id("c", "theirs");
    folder.done("c", &format!("void {theirs} --reason r"));
    for copy in [&a, &b] {
        git(copy, &["commit", "-qam", "more"]);
    }
    // git does not join them line by line: it stops, and the file is as it was here.
    let said = git(&b, &["pull", "--no-rebase", "origin", "main"]);
    assert!(said.contains("CONFLICT"), "{said}");
    git(&b, &["merge", "--abort"]);
    folder.done("a", "merge ../c");
    assert_eq!(folder.stand("a").len(), 3);
    folder.done("c", "merge ../a");
    assert_eq!(folder.stand("a"), folder.stand("c"));
}
