//! Random single edits of a closed directory: each that changes a value is found, none that does not is reported; and a
//! closing comes out the same whatever is entered afterwards.

use super::{LEDGER, may};
use crate::common::holds;
use culture::base::fault::Exit;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::cell::Cell;
use std::collections::BTreeSet;

/// What a hand or another program does to a file.
#[derive(Clone, Copy, Debug)]
enum Edit {
    Digit,
    /// A Chinese character.
    Letter,
    /// One of the words for states and choices, of an id, of a moment.
    Ascii,
    Lost,
    /// The newest revision of a record that has several.
    Revision,
    Doubled,
    Swapped,
    Ends,
    Columns,
    Sorted,
}

const EDITS: [Edit; 10] = [
    Edit::Digit,
    Edit::Letter,
    Edit::Ascii,
    Edit::Lost,
    Edit::Revision,
    Edit::Doubled,
    Edit::Swapped,
    Edit::Ends,
    Edit::Columns,
    Edit::Sorted,
];

/// The rows of a ledger without regard to how they are written: each the set of its columns with a value.
fn meaning(text: &str) -> Option<Vec<BTreeSet<(String, String)>>> {
    let text = text.replace("\r\n", "\n");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().ok()?.clone();
    let mut rows = Vec::new();
    for row in reader.records() {
        let row = row.ok()?;
        let cells = names.iter().zip(row.iter()).filter(|(_, value)| !value.is_empty());
        rows.push(cells.map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
    }
    rows.sort();
    Some(rows)
}

/// The file edited, and what the other file becomes where a row goes over to it.
fn edited(edit: Edit, text: &str, other: &str, at: usize) -> (String, String) {
    let lines: Vec<&str> = text.lines().collect();
    let row = 1 + at % (lines.len() - 1);
    let joined = |lines: Vec<&str>| lines.join("\n") + "\n";
    let replace = |wanted: fn(char) -> bool, by: fn(char) -> char| {
        let places: Vec<(usize, char)> = lines[row].char_indices().filter(|(_, c)| wanted(*c)).collect();
        let Some(&(place, c)) = places.get(at % places.len().max(1)) else { return text.to_owned() };
        let line = format!("{}{}{}", &lines[row][..place], by(c), &lines[row][place + c.len_utf8()..]);
        let mut lines = lines.clone();
        lines[row] = &line;
        joined(lines)
    };
    let text = match edit {
        Edit::Digit => replace(
            |c| c.is_ascii_digit(),
            |c| c.to_digit(10).and_then(|digit| char::from_digit((digit + 1) % 10, 10)).unwrap(),
        ),
        Edit::Letter => replace(|c| c.is_alphabetic() && !c.is_ascii(), |_| '某'),
        Edit::Ascii => replace(|c| c.is_ascii_alphabetic(), |c| if c == 'x' { 'z' } else { 'x' }),
        Edit::Revision => {
            let revised = |line: &&str| line.split(',').nth(1).is_some_and(|rev| rev != "1" && rev != "rev");
            let Some(row) = lines.iter().rposition(revised) else {
                return (text.to_owned(), other.to_owned());
            };
            let mut kept = lines.clone();
            kept.remove(row);
            joined(kept)
        }
        Edit::Lost | Edit::Swapped => {
            let mut kept = lines.clone();
            kept.remove(row);
            joined(kept)
        }
        Edit::Doubled => format!("{text}{}\n", lines[row]),
        Edit::Ends => text.replace('\n', "\r\n"),
        Edit::Sorted => {
            let mut rows = lines.clone();
            rows[1..].sort_unstable();
            joined(rows)
        }
        Edit::Columns => {
            let swap = |line: &&str| {
                let mut cells: Vec<&str> = line.split(',').collect();
                cells.swap(4, 5);
                cells.join(",")
            };
            lines.iter().map(swap).collect::<Vec<_>>().join("\n") + "\n"
        }
    };
    let other = if matches!(edit, Edit::Swapped) { format!("{other}{}\n", lines[row]) } else { other.to_owned() };
    (text, other)
}

#[test]
fn every_edit_that_changes_a_value_is_found_and_no_other_is_reported() {
    let county = may();
    let id = county.column(LEDGER, "id")[0].clone();
    county.ok(&format!("edit {id} sessions=3 --reason 数错"));
    let voided = county.add("performance 2018-05-25 柳塔乡 --into village --place 赵庄 --title 送戏");
    county.ok(&format!("void {voided} --reason 误"));
    county.ok("close 2018-05");
    let files: Vec<String> = county
        .files()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("townships/") && !path.contains("township.toml"))
        .collect();
    let (found, passed) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 200, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner
        .run(&(0..EDITS.len(), 0..files.len(), 0..files.len(), 0..1000_usize), |(edit, file, other, at)| {
            let (path, next) = (&files[file], &files[other]);
            let (was, beside) = (county.read(path), county.read(next));
            let (text, over) = edited(EDITS[edit], &was, &beside, at);
            let goes_over = matches!(EDITS[edit], Edit::Swapped) && path != next;
            county.write(path, &text);
            if goes_over {
                county.write(next, &over);
            }
            let changed = meaning(&text) != meaning(&was) || goes_over;
            let verified = county.run("verify");
            let told = verified.exit == Exit::Found || (changed && county.run("check").exit == Exit::Found);
            county.write(path, &was);
            county.write(next, &beside);
            prop_assert_eq!(told, changed, "{:?} of {}:\n{}\n{}", EDITS[edit], path, text, verified.out);
            let met = if changed { &found } else { &passed };
            met.set(met.get() + 1);
            Ok(())
        })
        .unwrap();
    let (found, passed) = (found.get(), passed.get());
    assert!(found > 80 && passed > 40, "{found} found, {passed} passed");
    holds(&county.ok("verify"), &["一致"]);
}

/// The same for what is no ledger: `verify` finds a closing that is not as it was written, line ends aside, and `check`
/// a plan behind it that asks for something else.
#[test]
fn every_edit_of_a_closing_or_of_the_plan_behind_it_is_found_and_no_other_is_reported() {
    const EDITS: [Edit; 5] = [Edit::Digit, Edit::Letter, Edit::Lost, Edit::Doubled, Edit::Ends];
    let county = may();
    county.ok("close 2018-05");
    county.ok("plan adjust 2018 --document 9号 --reason 增加 --target performances=66");
    county.ok("close 2018-05");
    let files = ["closings/2018-05.toml", "closings/2018-05.2.toml", "plans/2018.toml", "plans/2018.2.toml"];
    let (found, passed) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 100, failure_persistence: None, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    runner
        .run(&(0..EDITS.len(), 0..files.len(), 0..1000_usize), |(edit, file, at)| {
            let path = files[file];
            let was = county.read(path);
            let (text, _) = edited(EDITS[edit], &was, "", at);
            let is_plan = path.starts_with("plans/");
            // An empty line behind the seal is no edit of what is sealed.
            let same = if is_plan { asks(&text) == asks(&was) } else { lines_of(&text).eq(lines_of(&was)) };
            county.write(path, &text);
            let ran = county.run(if is_plan { "check" } else { "verify" });
            county.write(path, &was);
            prop_assert_eq!(ran.exit == Exit::Found, !same, "{:?} of {}:\n{}", EDITS[edit], path, ran.out);
            let met = if same { &passed } else { &found };
            met.set(met.get() + 1);
            Ok(())
        })
        .unwrap();
    let (found, passed) = (found.get(), passed.get());
    assert!(found >= 30 && passed >= 15, "{found} found, {passed} passed");
    holds(&county.ok("verify"), &["一致"]);
}

/// The lines of a closing; empty ones at its end are none.
fn lines_of(closing: &str) -> impl Iterator<Item = &str> {
    closing.trim_end().lines()
}

/// What a plan says, its comments aside; none if it is no TOML.
fn asks(plan: &str) -> Option<toml::Table> {
    plan.parse().ok()
}

/// What clerks do after a closing.
fn afterwards() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..6_usize, 0..100_usize), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_closing_comes_out_the_same_whatever_is_done_afterwards(deeds in afterwards()) {
        let county = may();
        county.add("performance 2018-06-01 城关 --into village --place 赵庄 --title 送戏");
        let other = county.copy();
        county.ok("close 2018-05");
        for (number, (deed, which)) in deeds.into_iter().enumerate() {
            let ids: Vec<String> = county.column(LEDGER, "id");
            let id = &ids[which % ids.len()];
            let ran = match deed {
                0 => {
                    let day = 1 + which % 28;
                    let line = format!("add performance 2018-05-{day:02} 城关 --into village --place 村{number} --format ids --late 迟");
                    county.run(&line)
                }
                1 => county.run(&format!("edit {id} sessions={} --reason 改 --late 迟", 50 + number)),
                2 => county.run(&format!("void {id} --reason 误 --late 迟")),
                3 => {
                    county.write("in.csv", &format!("日期,into,地点,场次\n2018-05-09,village,庄{number},1\n"));
                    county.run("import performance in.csv -t 城关 --late 迟")
                }
                4 => {
                    other.add(&format!("performance 2018-05-04 城关 --into village --place 分村{number} --title 送戏"));
                    county.run(&format!("merge '{}' --late 迟 --take ours", other.dir().display()))
                }
                _ => county.run("undo --late 迟"),
            };
            prop_assert!(ran.exit != Exit::Failed, "{:#?}", ran);
            let verified = county.run("verify");
            prop_assert_eq!(verified.exit, Exit::Done, "{}", verified.out);
        }
    }
}
