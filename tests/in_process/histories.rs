//! What clerks do in two copies of a county, at random: they record, correct, void and undo, close months, merge one copy into
//! the other, set clocks, put backups back, and damage ledgers by hand. After each deed the check finds no error and closed
//! months come out as they were issued; a damage is named by the check, no figure is printed over it, and no other copy takes
//! it in.
//!
//! `CULTURE_HISTORIES=1000 cargo test --test in_process -- histories` tries so many; the suite tries a few.

use crate::common::County;
use culture::base::day::Instant;
use culture::base::fault::Exit;
use proptest::prelude::*;
use proptest::sample::Index;

const KINDS: [&str; 4] = ["performance", "troupe", "training", "trainee"];
const TOWNSHIPS: [&str; 3] = ["chengguan", "liuta", "liutun"];
const FEW: u32 = 2;

/// One copy of the county, what its clerk has put aside, and where its clock stands.
struct Desk {
    county: County,
    backup: Vec<(String, Vec<u8>)>,
    clock: i64,
}

#[derive(Clone, Debug)]
enum Deed {
    Add,
    AddTrainee,
    Edit,
    Void,
    Undo,
    Submit,
    Close,
    Merge,
    SetClock,
    PutAside,
    PutBack,
    Damage,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => Just(Deed::Add),
        2 => Just(Deed::AddTrainee),
        12 => Just(Deed::Edit),
        3 => Just(Deed::Void),
        3 => Just(Deed::Undo),
        1 => Just(Deed::Submit),
        2 => Just(Deed::Close),
        8 => Just(Deed::Merge),
        2 => Just(Deed::SetClock),
        1 => Just(Deed::PutAside),
        1 => Just(Deed::PutBack),
        2 => Just(Deed::Damage),
    ]
}

impl Desk {
    fn new(county: County) -> Desk {
        let backup = county.files();
        let start = Instant::from_iso(b"2018-06-28T10:00:00+08:00").unwrap().seconds;
        Desk { county, backup, clock: start }
    }

    /// The clock goes on by a minute with each deed.
    fn tick(&mut self) {
        self.clock += 60;
        self.county.at(&Instant::new(self.clock, culture::base::day::Offset::CHINA).to_string());
    }

    /// The paths of the ledgers that count, with rows.
    fn ledgers(&self) -> Vec<String> {
        let paths = TOWNSHIPS.iter().flat_map(|township| {
            KINDS
                .iter()
                .flat_map(move |kind| [2017, 2018].map(|year| format!("townships/{township}/{year}/{kind}.csv")))
        });
        paths.filter(|path| self.county.has(path)).collect()
    }

    /// The ids of the records of a kind, or of all.
    fn ids(&self, kind: Option<&str>) -> Vec<(String, String)> {
        let of = |path: &String| path.rsplit(['/', '.']).nth(1).unwrap().to_owned();
        let wanted = |path: &String| kind.is_none_or(|kind| of(path) == kind);
        let mut ids: Vec<(String, String)> = Vec::new();
        for path in self.ledgers().iter().filter(|path| wanted(path)) {
            ids.extend(self.county.column(path, "id").into_iter().map(|id| (of(path), id)));
        }
        ids.sort();
        ids.dedup();
        ids
    }

    /// A clerk's command; none where there is nothing to do it to.
    fn line(&self, deed: &Deed, which: Index, number: usize) -> Option<String> {
        let township = which.get(&TOWNSHIPS);
        let day = 1 + which.index(28);
        let month = 4 + number % 3;
        // Mostly the same two records, which both copies have: so they are taken different ways, more than once.
        let pick = |ids: Vec<(String, String)>| {
            let few = if number.is_multiple_of(5) { ids.len() } else { ids.len().min(2) };
            (few > 0).then(|| ids[which.index(few)].clone())
        };
        let line = match deed {
            Deed::Add => match which.index(3) {
                0 => format!(
                    "add performance {township} 2018-{month:02}-{day:02} --into village --place 村{number} --title 戏{number} --performer 团"
                ),
                1 => format!("add troupe {township} 2018-{month:02}-{day:02} --name 队{number} --discipline music"),
                _ => format!(
                    "add training {township} 2018-{month:02}-{day:02} --topic 课{number} --place 站 --trainees 4"
                ),
            },
            Deed::AddTrainee => {
                let (_, id) = pick(self.ids(Some("training")))?;
                format!("add trainee --training {id} --name 王{number} --home 村 --phone-tail {number:04} --again")
            }
            Deed::Edit => {
                let (kind, id) = pick(self.ids(None))?;
                match (kind.as_str(), number % 4) {
                    ("performance" | "troupe", 0) => format!("edit {id} date=2018-{month:02}-{day:02} --reason 日期"),
                    ("performance" | "troupe", 1) => format!("edit {id} --township {township} --reason 报错"),
                    ("troupe", 2) => format!("edit {id} date=2017-{month:02}-{day:02} --reason 年份"),
                    _ => format!("edit {id} note=改{number} --reason 改"),
                }
            }
            Deed::Void => format!("void {} --reason 误", pick(self.ids(None))?.1),
            Deed::Undo => "undo".to_owned(),
            Deed::Submit => format!("submit 2018-{month:02} -t {township}"),
            Deed::Close => return Some(format!("close 2018-{month:02} --despite 未齐")),
            Deed::Merge | Deed::SetClock | Deed::PutAside | Deed::PutBack | Deed::Damage => return None,
        };
        Some(line + " --late 迟")
    }

    /// No error, and what was closed comes out as it was issued.
    fn is_sound(&self) -> Result<(), TestCaseError> {
        for line in ["check", "verify"] {
            let ran = self.county.run(line);
            prop_assert!(ran.exit == Exit::Done, "{line}: {ran:#?}");
        }
        Ok(())
    }

    /// Puts the files back that were put aside, as a person does: what has come since goes, the store's own files stay.
    fn put_back(&self) {
        for (path, _) in self.county.files() {
            self.county.remove(&path);
        }
        for (path, bytes) in &self.backup {
            self.county.write(path, std::str::from_utf8(bytes).unwrap());
        }
    }

    /// Damages a ledger, looks who says so, and mends it.
    fn damage(&self, other: &Desk, which: Index, number: usize) -> Result<(), TestCaseError> {
        let paths = self.ledgers();
        let path = which.get(&paths);
        let text = self.county.read(path);
        let (name, damaged) = damaged(&text, which, number);
        if damaged == text {
            return Ok(());
        }
        self.county.write(path, &damaged);
        self.is_named(path, name, other)?;
        self.county.write(path, &text);
        let Some(copy) =
            TOWNSHIPS.iter().map(|township| in_township(path, township)).find(|path| !self.county.has(path))
        else {
            return Ok(());
        };
        self.county.write(&copy, &text);
        self.is_named(&copy, "a copy", other)?;
        self.county.remove(&copy);
        Ok(())
    }

    /// What is wrong with a ledger is named by the check, stops whatever counts, and is not taken in by another copy.
    fn is_named(&self, path: &str, name: &str, other: &Desk) -> Result<(), TestCaseError> {
        let damaged = self.county.read(path);
        let checked = self.county.run("check");
        prop_assert!(checked.exit == Exit::Found && checked.out.contains(path), "{name}: {checked:#?}\n{damaged}");
        for line in ["status", "status --by-month", "report month 2018-05"] {
            let ran = self.county.run(line);
            prop_assert!(
                ran.exit == Exit::Failed && ran.out.is_empty() && ran.err.contains(path),
                "{name}, {line}: {ran:#?}\n{damaged}"
            );
        }
        let before = other.county.files();
        let merged = other.county.run(&format!("merge '{}' --late 分机 --take theirs", self.county.dir().display()));
        prop_assert!(merged.exit == Exit::Failed && other.county.files() == before, "{name}: {merged:#?}");
        Ok(())
    }
}

/// A row whose revision is not the next one.
fn later_revision(line: &str) -> String {
    let cells: Vec<&str> = line.splitn(3, ',').collect();
    let rev: u32 = cells[1].parse().unwrap();
    format!("{},{},{}", cells[0], rev + 4, cells[2])
}

/// The ledger of the same year and kind of another township.
fn in_township(path: &str, township: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts[1] = township;
    parts.join("/")
}

/// A ledger as a hand, a spreadsheet or git may leave it.
fn damaged(text: &str, which: Index, number: usize) -> (&'static str, String) {
    let lines: Vec<&str> = text.lines().collect();
    let at = 1 + which.index(lines.len() - 1);
    let with = |line: String| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[at] = line;
        lines.join("\n") + "\n"
    };
    let line = lines[at];
    match number % 10 {
        0 => ("a row twice", format!("{text}{line}\n")),
        1 => ("no such state", with(line.replacen(",live,", ",lives,", 1).replacen(",void,", ",voids,", 1))),
        2 => ("another year", with(line.replacen(",2018-0", ",2016-0", 1).replacen(",2017-0", ",2016-0", 1))),
        3 => ("no such day", with(line.replacen("-0", "-13-0", 1))),
        4 => ("a cell less", with(line.replacen(",,", ",", 1))),
        5 => ("a quotation mark", with(line.replacen(",,", ",\",", 1))),
        6 => ("a revision left out", with(later_revision(line))),
        7 => ("headings", text.replacen("date", "dates", 1)),
        8 => ("saved by a spreadsheet", format!("\u{feff}{}", text.replace('\n', "\r\n"))),
        _ => ("marks of git", format!("{}\n<<<<<<< HEAD\n{}\n", lines[0], lines[1..].join("\n"))),
    }
}

/// Both have a few records of every kind.
fn desks() -> [Desk; 2] {
    let county = County::new();
    for (township, day) in [("城关镇", "2018-05-10"), ("柳塔乡", "2018-04-12")] {
        county.add(&format!("performance {township} {day} --into village --place 村 --title 戏 --performer 团"));
        county.add(&format!("troupe {township} {day} --name {township}队 --discipline dance"));
    }
    let training = county.add("training 城关镇 2018-05-16 --topic 舞蹈 --place 站 --trainees 3");
    county.add(&format!("trainee --training {training} --name 李四 --home 村 --phone-tail 0004"));
    let other = county.copy();
    other.set("CULTURE_USER", "李敏");
    [county, other].map(Desk::new)
}

fn cases() -> u32 {
    std::env::var("CULTURE_HISTORIES").map_or(FEW, |count| count.parse().expect("CULTURE_HISTORIES is a number"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_the_check_finds_no_error_and_every_damage(
        deeds in prop::collection::vec((deed(), 0..2_usize, any::<Index>()), 10..24),
    ) {
        let mut desks = desks();
        for (number, (deed, at, which)) in deeds.iter().enumerate() {
            desks[*at].tick();
            let (here, there) = (&desks[*at], &desks[1 - *at]);
            match deed {
                Deed::Merge => {
                    let side = which.get(&["theirs", "ours"]);
                    let ran = here.county.run(&format!("merge '{}' --late 分机 --take {side}", there.county.dir().display()));
                    // A sound copy is taken in, unless the clock was set back too far.
                    prop_assert!(ran.exit == Exit::Done || ran.err.contains("时钟"), "{ran:?}");
                }
                Deed::SetClock => {
                    let hours = [-300, -20, -2, 1, 30, 500][which.index(6)];
                    desks[*at].clock += hours * 3600;
                }
                Deed::PutAside => desks[*at].backup = desks[*at].county.files(),
                Deed::PutBack => here.put_back(),
                Deed::Damage => here.damage(there, *which, number)?,
                Deed::Add
                | Deed::AddTrainee
                | Deed::Edit
                | Deed::Void
                | Deed::Undo
                | Deed::Submit
                | Deed::Close => {
                    if let Some(line) = here.line(deed, *which, number) {
                        let ran = here.county.run(&line);
                        prop_assert!(ran.exit == Exit::Done || !ran.err.is_empty(), "{line}: {ran:?}");
                    }
                }
            }
            desks[*at].is_sound()?;
        }
    }
}
