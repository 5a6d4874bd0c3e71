//! What `merge` does not take: whatever the check calls an error in the other copy, or would call one in what comes out. Each
//! time nothing is written, and the place in the other copy and the way out are named.

use super::{Copies, add};
use crate::common::folder::copy;
use crate::common::holds;
use culture::base::fault::Exit;
use std::fs;
use std::path::{Path, PathBuf};

const LEDGER: &str = "townships/jia/2018/performance.csv";

/// 甲镇 and 乙镇, a performance in each; the copy has one more in 甲镇.
fn two_townships() -> Copies {
    let folder = Copies::two();
    folder.done("a", "township add yi --name 乙镇");
    folder.done("a", "add performance 乙镇 2018-05-01 into=village place=p performer=q title=other");
    fs::remove_dir_all(folder.at("b")).unwrap();
    copy(&folder.at("a"), &folder.at("b"));
    folder.done("b", &add("theirs"));
    folder
}

/// What is done to a file.
type Change = fn(&str) -> String;

impl Copies {
    pub(super) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    pub(super) fn change(&self, path: &str, change: impl FnOnce(String) -> String) {
        let before = self.text(path);
        let after = change(before.clone());
        assert_ne!(before, after, "{path} was to be changed");
        fs::write(self.at(path), after).unwrap();
    }

    /// What is said where nothing is taken: also when it is only tried.
    pub(super) fn refuses(&self, line: &str) -> String {
        let before = files(&self.at("a"));
        let (exit, said) = self.run("a", line);
        assert_eq!(exit, Exit::Failed, "{said}");
        assert_eq!(self.run("a", &format!("{line} --dry-run")), (exit, said.clone()));
        assert!(before == files(&self.at("a")), "{line} was refused and wrote all the same");
        assert_eq!(said.matches("error: ").count(), said.matches("help: ").count(), "each has a way out: {said}");
        said
    }
}

/// Every file of a copy that is not the store's own.
fn files(copy: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(copy).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            all.extend(files(&entry.path()));
        } else if !entry.file_name().to_string_lossy().starts_with('.') {
            all.push((entry.path(), fs::read(entry.path()).unwrap()));
        }
    }
    all.sort();
    all
}

/// Spoils the copy, and looks what is said of it.
#[track_caller]
fn refuses_after(spoil: impl FnOnce(&Copies), line: &str, pieces: &[&str]) {
    let folder = two_townships();
    spoil(&folder);
    holds(&folder.refuses(line), pieces);
}

#[test]
fn a_directory_of_another_format_or_county() {
    let format = |folder: &Copies| folder.change("b/culture.toml", |text| text.replace("format = 1", "format = 2"));
    refuses_after(format, "merge ../b", &["../b/culture.toml:2", "made by a newer program (format 2)"]);
    let county =
        |folder: &Copies| folder.change("b/culture.toml", |text| text.replace("county = \"C\"", "county = \"D\""));
    refuses_after(
        county,
        "merge ../b",
        &["the other copy is of “D”, this is “C”", "--> ../b/culture.toml", "culture.toml"],
    );
    // The same name, otherwise written, is the same.
    let folder = two_townships();
    folder.change("b/culture.toml", |text| text.replace("county = \"C\"", "county = \" Ｃ\""));
    folder.done("a", "merge ../b");
}

/// The bureau's jia is not the copy's: its records would be counted for the wrong township.
#[test]
fn a_township_that_is_another_here() {
    let renamed = |folder: &Copies| {
        folder.change("b/townships/jia/township.toml", |text| text.replace("甲镇", "丙镇"));
    };
    let way_out = "culture township edit jia --alias 丙镇";
    refuses_after(
        renamed,
        "merge ../b",
        &["“jia” is 丙镇 in the other copy, and 甲镇 here", "../b/townships/jia/township.toml", way_out],
    );
    let folder = two_townships();
    renamed(&folder);
    folder.done("a", "merge ../b --township yi");
    folder.done("a", &way_out["culture ".len()..]);
    folder.done("a", "merge ../b");
    assert_eq!(folder.stand("a").len(), 3);
}

#[test]
fn a_township_under_another_id() {
    let moved = |folder: &Copies| {
        fs::rename(folder.at("b/townships/jia"), folder.at("b/townships/jiazhen")).unwrap();
    };
    let place = "../b/townships/jiazhen/2018/performance.csv";
    refuses_after(
        moved,
        "merge ../b",
        &["no township “jiazhen” here", place, "rename the folder jiazhen to jia in the other copy"],
    );
}

/// Counted twice, and no further row could mend it.
#[test]
fn a_record_that_stands_in_another_township() {
    let swapped = |folder: &Copies| {
        for (from, to) in [("jia/2018", "x"), ("yi/2018", "jia/2018"), ("x", "yi/2018")] {
            let at = |name: &str| folder.at("b/townships").join(name);
            fs::rename(at(from), at(to)).unwrap();
        }
    };
    let said = [
        "stands in another ledger here (1 id in common)",
        "--> ../b/townships/yi/2018/performance.csv:2",
        "--> ../b/townships/jia/2018/performance.csv:2",
    ];
    refuses_after(swapped, "merge ../b", &said);
    refuses_after(swapped, "merge ../b --township jia", &said[2..]);
}

#[test]
fn whatever_the_check_calls_an_error() {
    let ledger = "b/townships/jia/2018/performance.csv";
    let mend = "correct this in the other copy first (culture check --data ../b)";
    let tries: [(&str, &str, Change); 7] = [
        ("invalid value “vilage”", ledger, |text| text.replace(",village,", ",vilage,")),
        ("expected text on one line", ledger, |text| text.replace(",theirs,", ",the\u{1}irs,")),
        ("“place” is required but empty", ledger, |text| text.replace(",p,", ",,")),
        ("duplicate revision", ledger, |text| format!("{text}{}\n", text.lines().last().unwrap())),
        ("seems to have been saved by a spreadsheet", ledger, |text| format!("\u{feff}{text}")),
        ("unknown key", "b/townships/jia/township.toml", |text| format!("{text}mayor = 1\n")),
        ("unknown key", "b/plans/2018.toml", |text| format!("mayor = 1\n{text}")),
    ];
    for (what, file, change) in tries {
        refuses_after(|folder| folder.change(file, |text| change(&text)), "merge ../b", &[what, "--> ../b/", mend]);
    }
    let copied = |folder: &Copies| {
        copy(&folder.at("b/townships/jia/2018"), &folder.at("b/townships/yi/2018"));
    };
    refuses_after(copied, "merge ../b", &["is also in another ledger", "--> ../b/", mend]);
    // What is wrong in the folder of another township does not matter where one is asked for.
    let folder = two_townships();
    folder.change("b/townships/yi/2018/performance.csv", |text| text.replace(",village,", ",vilage,"));
    folder.done("a", "merge ../b --township jia");
}

#[test]
fn a_text_that_a_spreadsheet_would_run() {
    let place = format!("--> ../b/{LEDGER}:3");
    for (before, after) in [(",theirs,", ",=1+1,"), ("clerk-b", "＠b")] {
        let formula = |folder: &Copies| folder.change(&format!("b/{LEDGER}"), |text| text.replace(before, after));
        refuses_after(formula, "merge ../b", &["a spreadsheet would run it as a formula", &place]);
    }
}

/// Only what comes out is wrong: the record that is referred to stays behind.
#[test]
fn a_reference_to_what_does_not_come_in() {
    let folder = two_townships();
    let troupe = "add troupe 乙镇 2018-01-10 name=红霞 discipline=dance";
    folder.done("b", troupe);
    folder.done("b", "add performance 甲镇 2018-05-02 into=village place=p title=late troupe=红霞");
    let said = folder.refuses("merge ../b --township jia");
    holds(&said, &["which does not exist", &format!("--> ../b/{LEDGER}:4"), "merge without --township"]);
    folder.done("a", "merge ../b");
    folder.done("a", "check");
}

#[test]
fn a_kind_that_has_more_fields_there() {
    let own_kind = |field: &str| {
        format!(
            "id = \"officer\"\ntitle = \"officer\"\nkey = [\"name\"]\n[[field]]\nname = \"date\"\ntype = \"date\"\n\
             title = \"day\"\nrequired = true\n[[field]]\nname = \"name\"\ntitle = \"name\"\nrequired = true\n{field}"
        )
    };
    let folder = two_townships();
    fs::create_dir_all(folder.at("a/kinds")).unwrap();
    fs::create_dir_all(folder.at("b/kinds")).unwrap();
    fs::write(folder.at("a/kinds/officer.toml"), own_kind("")).unwrap();
    fs::write(folder.at("b/kinds/officer.toml"), own_kind("[[field]]\nname = \"post\"\ntitle = \"post\"\n")).unwrap();
    folder.done("b", "add officer 甲镇 2018-05-01 name=x post=y");
    let said = folder.refuses("merge ../b");
    holds(
        &said,
        &["unknown column “post”", "--> ../b/townships/jia/2018/officer.csv:1", "first add to kinds/officer.toml"],
    );
    fs::copy(folder.at("b/kinds/officer.toml"), folder.at("a/kinds/officer.toml")).unwrap();
    folder.done("a", "merge ../b");
}

/// What is wrong here already, and is not made worse, keeps nothing out.
#[test]
fn faults_of_this_county_keep_nothing_out() {
    let folder = two_townships();
    folder.done("a", "add performance 乙镇 2018-05-03 into=village place=here performer=q title=mine");
    folder.change("a/townships/yi/2018/performance.csv", |text| text.replace(",here,", ",,"));
    folder.done("a", "merge ../b");
    assert_eq!(folder.stand("a").len(), 4);
}
