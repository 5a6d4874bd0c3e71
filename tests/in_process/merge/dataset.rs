//! Whose data a copy is: `init` gives a directory its dataset, copies bear the same, and `merge` takes no other's, whatever
//! the county and its townships are called.

use super::{Copies, add};
use crate::common::folder::copy;
use crate::common::{Folder, holds};
use culture::base::fault::Exit;
use std::fs;

const SETTINGS: [&str; 2] = ["a/culture.toml", "b/culture.toml"];

/// The settings of an earlier program.
fn without_dataset(text: &str) -> String {
    text.lines().filter(|line| !line.starts_with("dataset")).flat_map(|line| [line, "\n"]).collect()
}

impl Copies {
    /// Counties that were set up one without the other, each with 甲镇 and a record in it.
    fn strangers(names: [&str; 2]) -> Copies {
        let folder = Copies(Folder::new());
        for (at, name) in ["a", "b"].into_iter().zip(names) {
            fs::create_dir_all(folder.at(at)).unwrap();
            folder.done(at, &format!("init . --county {name}"));
            folder.done(at, "township add jia --name 甲镇");
            folder.done(at, &add(&format!("of-{at}")));
        }
        folder
    }

    fn forget_dataset(&self, copies: &[&str]) {
        for copy in copies {
            self.change(&format!("{copy}/culture.toml"), |text| without_dataset(&text));
        }
    }

    fn dataset(&self, copy: &str) -> String {
        let text = self.text(&format!("{copy}/culture.toml"));
        text.split("dataset = \"").nth(1).expect("a dataset")[..12].to_owned()
    }

    /// Both as they are called in messages.
    fn folders(&self) -> [String; 2] {
        ["../b".to_owned(), self.at("a").display().to_string()]
    }
}

#[test]
fn another_county_with_the_same_township_is_refused_and_both_are_named() {
    let folder = Copies::strangers(["清河县", "白水县"]);
    let [there, here] = folder.folders();
    for line in ["merge ../b", "merge ../b --township jia", "merge ../b --take theirs"] {
        let said = folder.refuses(line);
        holds(&said, &["another dataset", "清河县", "白水县", &there, &here, "--> ../b/culture.toml"]);
        assert_eq!(said.matches("error: ").count(), 1, "{said}");
    }
}

/// Every county has a 城关镇, and two counties may bear one name.
#[test]
fn a_county_of_the_same_name_is_refused_until_somebody_says_in_its_settings_that_it_is_ours() {
    let folder = Copies::strangers(["C", "C"]);
    let own = folder.dataset("a");
    let said = folder.refuses("merge ../b");
    holds(&said, &["another dataset", &format!("set “dataset” in its culture.toml to \"{own}\"")]);
    // Whoever vouches for it does not know better than two ids.
    assert_eq!(folder.refuses("merge ../b --same-county"), said);
    let other = folder.dataset("b");
    folder.change("b/culture.toml", |text| text.replace(&other, &own));
    folder.done("a", "merge ../b");
    folder.done("b", "merge ../a");
    assert_eq!(folder.stand("a"), folder.stand("b"));
    assert_eq!(folder.stand("a").len(), 2);
}

const LACKING: [(&[&str], &str); 3] = [
    (&["a"], "the culture.toml here has no dataset"),
    (&["b"], "the other culture.toml has no dataset"),
    (&["a", "b"], "neither culture.toml has a dataset"),
];

#[test]
fn copies_of_an_earlier_program_are_known_by_a_record_that_both_hold_and_settings_stay() {
    for (copies, words) in LACKING {
        let folder = Copies::two();
        let id = folder.id("a", "first");
        folder.forget_dataset(copies);
        holds(&folder.done("a", "check"), &["no problems found"]);
        // It is known by what was entered, though it was corrected and voided since.
        folder.done("a", &format!("void {id} --reason r"));
        folder.done("b", &add("theirs"));
        let before = SETTINGS.map(|file| folder.text(file));
        let said = folder.done("a", "merge ../b --dry-run");
        holds(&said, &[words, &format!("both copies hold record {id}"), "would add 1 record and"]);
        let said = folder.done("a", "merge ../b");
        holds(&said, &[words, &format!("both copies hold record {id}"), "added 1 record, updated 0"]);
        folder.done("b", "merge ../a");
        assert_eq!(folder.stand("a"), folder.stand("b"));
        assert!(folder.done("a", "merge ../b --quiet").is_empty());
        assert_eq!(SETTINGS.map(|file| folder.text(file)), before);
    }
}

#[test]
fn what_both_say_is_not_told_again() {
    let folder = Copies::two();
    folder.done("b", &add("theirs"));
    assert!(!folder.done("a", "merge ../b").contains("dataset"));
}

#[test]
fn where_nothing_shows_it_somebody_vouches_once() {
    for (copies, words) in LACKING {
        let folder = Copies::strangers(["C", "C"]);
        let [there, here] = folder.folders();
        folder.forget_dataset(copies);
        let said = folder.refuses("merge ../b");
        holds(&said, &["nothing shows", words, &there, &here, "“C”", "--> ../b/culture.toml", "with --same-county"]);
        let before = SETTINGS.map(|file| folder.text(file));
        assert!(folder.done("a", "merge ../b --same-county --dry-run").contains("would add 1 record "));
        assert_eq!(folder.stand("a").len(), 1);
        folder.done("a", "merge ../b --same-county");
        // From now on both hold its record.
        let said = folder.done("b", "merge ../a");
        assert!(said.contains("both copies hold record") && said.contains("added 1 record"), "{said}");
        folder.done("a", "merge ../b");
        assert_eq!(folder.stand("a"), folder.stand("b"));
        assert_eq!(SETTINGS.map(|file| folder.text(file)), before);
    }
}

/// The same id alone shows nothing: somebody may have copied a row and put another record into it.
#[test]
fn a_record_that_was_entered_otherwise_shows_nothing() {
    for (before, after) in [(",first,", ",other,"), ("clerk-a", "clerk-x")] {
        let folder = Copies::two();
        folder.forget_dataset(&["a", "b"]);
        folder.done("b", &add("theirs"));
        folder.change("b/townships/jia/2018/performance.csv", |text| text.replace(before, after));
        holds(&folder.refuses("merge ../b"), &["nothing shows", "no record stands in both as it was entered"]);
    }
}

/// A row that came with a merge was entered at another time, in another batch, and late with another reason.
#[test]
fn a_record_that_came_late_with_a_merge_shows_it() {
    let folder = Copies::strangers(["C", "C"]);
    folder.forget_dataset(&["a", "b"]);
    folder.done("a", "close 2018-05 --despite r");
    folder.done("a", "merge ../b --same-county --late forgotten");
    let ours = folder.text("a/townships/jia/2018/performance.csv");
    assert!(ours.contains(",forgotten,"), "{ours}");
    assert!(folder.done("b", "merge ../a --take theirs").contains("both copies hold record"));
}

#[test]
fn with_one_township_the_records_of_all_show_it() {
    let folder = Copies::two();
    folder.forget_dataset(&["a", "b"]);
    for copy in ["a", "b"] {
        folder.done(copy, "township add yi --name 乙镇");
    }
    folder.done("b", "add performance 乙镇 2018-05-01 into=village place=p performer=q title=new");
    let broken = folder.at("b/townships/yi/2018/training.csv");
    fs::write(&broken, "id\n").unwrap();
    let line = "merge ../b --township yi";
    // What cannot be read there is not passed over.
    holds(&folder.refuses(line), &["--> ../b/townships/yi/2018/training.csv"]);
    fs::rename(&broken, folder.at("b/townships/jia/2018/training.csv")).unwrap();
    let said = folder.done("a", line);
    holds(&said, &["both copies hold record", "added 1 record"]);
}

/// What cannot be read here is told, not taken for a stranger.
#[test]
fn a_ledger_that_cannot_be_read_here_is_told() {
    let folder = Copies::two();
    folder.forget_dataset(&["b"]);
    folder.done("b", &add("theirs"));
    folder.change("a/townships/jia/2018/performance.csv", |text| text.replace(",village,", ",vilage,"));
    let said = folder.refuses("merge ../b");
    assert!(said.contains("vilage") && !said.contains("nothing shows"), "{said}");
}

/// A folder under another name is told as what it is.
#[test]
fn a_renamed_folder_does_not_make_a_stranger() {
    let folder = Copies::two();
    folder.forget_dataset(&["a", "b"]);
    fs::rename(folder.at("b/townships/jia"), folder.at("b/townships/jiazhen")).unwrap();
    let said = folder.refuses("merge ../b");
    holds(&said, &["no township “jiazhen” here", "rename the folder jiazhen to jia in the other copy"]);
}

/// A directory that was given out before anything was recorded.
#[test]
fn empty_copies_are_known_by_their_dataset() {
    let folder = Copies(Folder::new());
    fs::create_dir_all(folder.at("a")).unwrap();
    folder.done("a", "init . --county C");
    folder.done("a", "township add jia --name 甲镇");
    copy(&folder.at("a"), &folder.at("b"));
    assert_eq!(folder.dataset("a"), folder.dataset("b"));
    let none = "added 0 records, updated 0; 0 were already here\n";
    assert_eq!(folder.done("a", "merge ../b"), none);
    folder.done("b", &add("theirs"));
    folder.done("a", "merge ../b --township jia");
    folder.done("a", &add("ours"));
    folder.done("b", "merge ../a");
    assert_eq!(folder.stand("a"), folder.stand("b"));
    assert_eq!(folder.stand("a").len(), 2);
}

/// From one that brings nothing, nothing can be mixed in; what an empty directory is given, it keeps.
#[test]
fn empty_copies_of_an_earlier_program() {
    let folder = Copies(Folder::new());
    fs::create_dir_all(folder.at("a")).unwrap();
    folder.done("a", "init . --county C");
    folder.done("a", "township add jia --name 甲镇");
    folder.forget_dataset(&["a"]);
    copy(&folder.at("a"), &folder.at("b"));
    folder.done("a", &add("ours"));
    assert_eq!(folder.done("a", "merge ../b"), "added 0 records, updated 0; 0 were already here\n");
    let (exit, said) = folder.run("b", "merge ../a");
    assert!(exit == Exit::Failed && said.contains("nothing shows"), "{said}");
    folder.done("b", "merge ../a --same-county");
    assert_eq!(folder.stand("a"), folder.stand("b"));
}

#[test]
fn a_dataset_that_is_none_is_told_with_its_place() {
    let folder = Copies::two();
    folder.done("b", &add("theirs"));
    let id = folder.dataset("b");
    folder.change("b/culture.toml", |text| text.replace(&id, "chengguan"));
    let said = folder.refuses("merge ../b");
    holds(&said, &["“chengguan” is not the id of a dataset", "--> ../b/culture.toml:4:11", "or delete the line"]);
    // As it is said, it is done: the records show whose it is.
    folder.forget_dataset(&["b"]);
    assert!(folder.done("a", "merge ../b").contains("added 1 record"));
    folder.change("a/culture.toml", |text| text.replace(&id, "chengguan"));
    let (exit, said) = folder.run("a", "merge ../b");
    assert!(exit == Exit::Failed && said.contains("--> culture.toml:4:11"), "{said}");
}
