//! Records that changed in time: whatever no command would have written of a change is found, once, and every segment of a
//! timeline is checked as an entry is.

use super::county::{County, TROUPES};
use culture::base::fault::Exit;

const ID: &str = "bbbbbbbbbbbb";

/// A row of a troupe: from `since` on, if that is not empty, it is as `values` say: date, name, leader, members, disbanded,
/// note.
fn row(rev: u32, state: &str, values: [&str; 6], since: &str, entered: &str) -> String {
    let [date, name, leader, members, disbanded, note] = values;
    let batch = ["cccccccccccc", "dddddddddddd", "ffffffffffff", "gggggggggggg"][rev as usize - 1];
    format!(
        "{ID},{rev},{state},{date},{name},dance,,{leader},{members},,,{disbanded},{note},{since},{entered}T09:00:00+08:00,李,,{batch}\n"
    )
}

const FIRST: [&str; 6] = ["2018-01-10", "红霞", "张", "12", "", ""];

/// A ledger of these rows.
fn ledger(rows: &[String]) -> String {
    let head = "id,rev,state,date,name,discipline,setting,leader,members,guided_by,place,disbanded,note,effective,\
                entered_at,entered_by,reason,batch\n";
    head.to_owned() + &rows.concat()
}

/// A county with a troupe of these rows.
fn county(rows: &[String]) -> County {
    let county = County::new();
    county.write(TROUPES, ledger(rows));
    county
}

/// A ledger in which every change is wrong, in a way of its own.
pub(crate) fn wrong_ledger() -> String {
    let changes = [
        (["2018-01-10", "老红霞", "王", "12", "", ""], "2018-01-09"),
        (["2018-01-10", "老红霞", "王", "12", "", ""], "2018-02-09"),
        (["2018-01-10", "新红霞", "张", "12", "", ""], "2018-02-01"),
        (["2018-01-10", "老红霞", "张", "12", "2018-01-31", ""], "2018-02-01"),
    ];
    let rows = changes.into_iter().zip(["d", "f", "g", "h"]).map(|((values, since), letter)| {
        let first = row(1, "live", ["2018-01-10", "老红霞", "张", "12", "", ""], "", "2018-02-01");
        let rows = first + &row(2, "live", values, since, "2018-02-01");
        rows.replace(ID, &format!("bbbbbbbbbbb{letter}")).replace("老红霞", &format!("老红霞{letter}"))
    });
    let revived = [
        entered(),
        row(2, "void", FIRST, "", "2018-02-01"),
        row(3, "live", ["2018-01-10", "红霞", "王", "12", "", ""], "2018-02-01", "2018-02-01"),
    ];
    let revived = revived.map(|row| row.replace(ID, "bbbbbbbbbbbj"));
    ledger(&rows.chain(revived).collect::<Vec<_>>()).replace("2018-01-11T", "2018-02-01T")
}

fn entered() -> String {
    row(1, "live", FIRST, "", "2018-01-11")
}

/// What is found where the troupe of the first row was changed so; the place in the ledger's last row.
#[track_caller]
fn finds(change: [&str; 6], since: &str, entered_on: &str, exit: Exit, found: &[&str]) {
    let changed = county(&[entered(), row(2, "live", change, since, entered_on)]);
    let found: Vec<String> = found.iter().map(|found| found.replace('@', TROUPES)).collect();
    changed.has(exit, &found.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn changes_as_commands_write_them_are_sound() {
    let leader = ["2018-01-10", "红霞", "王", "12", "", ""];
    let ended = ["2018-01-10", "红霞", "王", "12", "2018-05-01", ""];
    let noted = ["2018-01-10", "红霞", "王", "12", "2018-05-01", "存档"];
    let sound = county(&[
        entered(),
        row(2, "live", leader, "2018-03-01", "2018-03-01"),
        row(3, "live", ended, "2018-05-01", "2018-05-03"),
        row(4, "live", noted, "2018-05-20", "2018-06-01"),
    ]);
    sound.has(Exit::Done, &[]);
    // From its first day on, and with an end that was entered from the first.
    finds(["2018-01-10", "红霞", "王", "12", "", ""], "2018-01-10", "2018-01-11", Exit::Done, &[]);
    let known = row(1, "live", ended, "", "2018-05-03");
    county(&[known, row(2, "live", noted, "2018-06-01", "2018-06-01")]).has(Exit::Done, &[]);
}

#[test]
fn what_no_command_writes_of_a_change_is_found() {
    let leader = ["2018-01-10", "红霞", "王", "12", "", ""];
    finds(leader, "2018-01-09", "2018-02-01", Exit::Found, &["error change-before-record @:3:1 effective"]);
    finds(leader, "2018-02-02", "2018-02-01", Exit::Done, &["warning future-date @:3:1 effective"]);
    let renamed = ["2018-01-10", "青松", "张", "12", "", ""];
    finds(renamed, "2018-02-01", "2018-02-01", Exit::Found, &["error not-changeable @:3:32 name"]);
    let dated = ["2018-01-11", "红霞", "张", "12", "", ""];
    finds(dated, "2018-02-01", "2018-02-01", Exit::Found, &["error not-changeable @:3:21 date"]);
    let ended = ["2018-01-10", "红霞", "张", "12", "2018-01-31", ""];
    finds(ended, "2018-02-01", "2018-02-01", Exit::Done, &["warning end-on-another-day @:3:49 disbanded"]);
    finds(ended, "2018-01-31", "2018-02-01", Exit::Done, &[]);
}

#[test]
fn a_change_of_what_is_void_until_then_is_found() {
    let leader = ["2018-01-10", "红霞", "王", "12", "", ""];
    let void = row(2, "void", FIRST, "", "2018-02-01");
    let revived = county(&[entered(), void.clone(), row(3, "live", leader, "2018-02-01", "2018-02-02")]);
    revived.has(Exit::Found, &[&format!("error void-record {TROUPES}:4:1 effective")]);
    let restored = row(3, "live", leader, "", "2018-02-02");
    county(&[entered(), void, restored]).has(Exit::Done, &[]);
}

/// What was taken back does not matter; every segment that holds does, and what is wrong in two of them is told once.
#[test]
fn every_segment_that_holds_is_checked_and_told_once() {
    let formula = ["2018-01-10", "红霞", "=A1", "12", "", ""];
    let noted = ["2018-01-10", "红霞", "=A1", "12", "", "二月"];
    let mended = ["2018-01-10", "红霞", "王", "12", "", "二月"];
    let first = row(1, "live", formula, "", "2018-01-11");
    let second = row(2, "live", noted, "2018-02-01", "2018-02-01");
    let third = row(3, "live", mended, "2018-03-01", "2018-03-01");
    let found = format!("error formula {TROUPES}:2:42 leader");
    let county_of = |rows: &[&String]| county(&rows.iter().map(|row| (*row).clone()).collect::<Vec<_>>());
    county_of(&[&first, &second, &third]).has(Exit::Found, &[&found]);
    // Corrected from the beginning: no such row holds any more.
    let corrected = row(4, "live", mended, "", "2018-03-02");
    county_of(&[&first, &second, &third, &corrected]).has(Exit::Done, &[]);
    // In the middle alone.
    let first = row(1, "live", ["2018-01-10", "红霞", "张", "12", "", ""], "", "2018-01-11");
    let found = format!("error formula {TROUPES}:3:42 leader");
    county_of(&[&first, &second, &third]).has(Exit::Found, &[&found]);
    // An end before the date, which a later row only repeats.
    let early = ["2018-01-10", "红霞", "张", "12", "2018-01-09", ""];
    let first = row(1, "live", early, "", "2018-01-11");
    let second = row(2, "live", ["2018-01-10", "红霞", "王", "12", "2018-01-09", ""], "2018-02-01", "2018-02-01");
    county_of(&[&first, &second]).has(Exit::Found, &[&format!("error date-order {TROUPES}:2:49 disbanded")]);
}

#[test]
fn the_way_out_names_the_days_that_are_meant() {
    let unseen = ["2018-01-10", "红霞", "王\u{200b}", "12", "", ""];
    let changed = county(&[entered(), row(2, "live", unseen, "2018-02-01", "2018-02-01")]);
    let (_, found) = changed.found();
    assert!(found[0].contains("culture edit ID --on 2018-02-01 --leader 王 --reason"), "{found:?}");
    let first = county(&[
        row(1, "live", unseen, "", "2018-01-11"),
        row(2, "live", ["2018-01-10", "红霞", "李", "12", "", ""], "2018-02-01", "2018-02-01"),
    ]);
    let (_, found) = first.found();
    assert!(found[0].contains("culture edit ID --on 2018-01-10 --leader 王 --reason"), "{found:?}");
}

/// Two of one name are told once, as they are in the end; a record is no double of what it was.
#[test]
fn records_are_compared_as_they_stand_each_once() {
    let renamed = ["2018-01-10", "红霞", "王", "12", "", "二"];
    let one = [entered(), row(2, "live", renamed, "2018-02-01", "2018-02-01")];
    county(&one).has(Exit::Done, &[]);
    let other = row(1, "live", FIRST, "", "2018-02-02").replace(ID, "bbbbbbbbbbbc");
    let last = row(2, "live", renamed, "2018-03-01", "2018-03-01").replace(ID, "bbbbbbbbbbbc");
    let found = format!("warning duplicate-record {TROUPES}:5:1");
    county(&[one.concat(), other, last]).has(Exit::Done, &[&found]);
}
