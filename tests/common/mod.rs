//! A county in a folder of its own, and commands run in it as `main` would run them, but with a clock and an
//! environment that the test sets.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test file takes what it needs; tests look at files")]

pub(crate) mod folder;

pub(crate) use folder::Folder;

use culture::base::day::{Instant, Offset};
use culture::base::fault::Exit;
use culture::cli::frame::World;
use std::cell::{Cell, RefCell};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// The plan that `init` writes.
pub(crate) const PLAN: &str = include_str!("../../src/plans/2018.toml");

/// What one command did.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A county with its data directory. The clock begins at 10:00 on 28 June 2018 and moves on by a second with each
/// command; 王芳 is at the keyboard; words are Chinese.
pub(crate) struct County {
    folder: Folder,
    now: Cell<i64>,
    env: RefCell<Vec<(String, String)>>,
    watched: Cell<bool>,
    answer: RefCell<Option<String>>,
    below: RefCell<String>,
}

impl County {
    /// 城关镇 (chengguan, also 城关), 柳塔乡 (liuta), 柳屯镇 (liutun), the county unit 文化馆 (wenhuaguan), and the plan of 2018.
    pub(crate) fn new() -> County {
        County::new_in(Folder::new())
    }

    /// The same on the disk: for tests in which others are to come between.
    pub(crate) fn on_disk() -> County {
        County::new_in(Folder::on_disk())
    }

    fn new_in(folder: Folder) -> County {
        let county = County::bare_in(folder);
        for (order, (id, name, rest)) in [
            ("chengguan", "城关镇", "aliases = [\"城关\", \"CG\"]\npopulation = 52000\n"),
            ("liuta", "柳塔乡", "population = 21000\n"),
            ("liutun", "柳屯镇", "population = 27000\n"),
            ("wenhuaguan", "文化馆", "kind = \"county-unit\"\n"),
        ]
        .into_iter()
        .enumerate()
        {
            let kind = if rest.contains("kind =") { "" } else { "kind = \"township\"\n" };
            let order = (order + 1) * 10;
            county.write(
                &format!("townships/{id}/township.toml"),
                &format!("name = \"{name}\"\n{kind}order = {order}\n{rest}"),
            );
        }
        county
    }

    /// Settings and a plan, and no townships.
    pub(crate) fn bare() -> County {
        County::bare_in(Folder::new())
    }

    pub(crate) fn bare_in(folder: Folder) -> County {
        let county = County::empty_in(folder);
        county.write("culture.toml", "format = 1\ncounty = \"县\"\nlanguage = \"zh\"\nutc_offset = \"+08:00\"\n");
        county.write("plans/2018.toml", PLAN);
        county
    }

    /// An empty folder.
    pub(crate) fn nowhere() -> County {
        County::empty_in(Folder::new())
    }

    fn empty_in(folder: Folder) -> County {
        let env = [("CULTURE_LANG", "zh"), ("CULTURE_USER", "王芳")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let county = County {
            folder,
            now: Cell::new(0),
            env: RefCell::new(env),
            watched: Cell::new(false),
            answer: RefCell::default(),
            below: RefCell::default(),
        };
        county.at("2018-06-28T10:00:00+08:00");
        county
    }

    /// Another county with the same files, the same clock and the same people.
    pub(crate) fn copy(&self) -> County {
        let county = County {
            folder: Folder::new(),
            now: self.now.clone(),
            env: self.env.clone(),
            watched: self.watched.clone(),
            answer: self.answer.clone(),
            below: self.below.clone(),
        };
        for (path, bytes) in self.files() {
            county.write(&path, std::str::from_utf8(&bytes).unwrap());
        }
        county
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.folder.0
    }

    /// Sets the clock.
    pub(crate) fn at(&self, moment: &str) {
        self.now.set(Instant::from_iso(moment.as_bytes()).unwrap().seconds);
    }

    /// Errors go to a terminal from now on.
    pub(crate) fn watch(&self) {
        self.watched.set(true);
    }

    /// Somebody sits at the keyboard from now on and answers every question so.
    pub(crate) fn answers(&self, line: &str) {
        self.answer.replace(Some(line.to_owned()));
    }

    /// Commands are called in that folder of the county's from now on.
    pub(crate) fn enter(&self, below: &str) {
        self.below.replace(below.to_owned());
    }

    /// Sets a variable of the environment.
    pub(crate) fn set(&self, name: &str, value: &str) {
        let mut env = self.env.borrow_mut();
        env.retain(|(known, _)| known != name);
        env.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        self.folder.write(path, text);
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir().join(path)).unwrap()
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir().join(path)).unwrap();
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.dir().join(path).exists()
    }

    /// Every file below the folder that is not the store's own, with its bytes.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.folder.files()
    }

    /// Runs `culture` with words parted by spaces; 'single quotes' keep spaces together.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.run_words(&words(line))
    }

    pub(crate) fn run_words(&self, words: &[String]) -> Ran {
        let now = self.now.get();
        self.now.set(now + 1);
        let env = self.env.borrow();
        let answer = self.answer.borrow().clone().map(|line| move || line.clone());
        let world = World {
            now: Instant::new(now, Offset(0)),
            dir: self.dir().join(&*self.below.borrow()),
            env: &|name| env.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            terminal: false,
            terminal_err: self.watched.get(),
            keyboard: answer.as_ref().map(|line| line as &dyn Fn() -> String),
            threads: 2,
            process: 1,
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = culture::run(&world, words.iter().map(OsString::from).collect(), &mut out, &mut err);
        Ran { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
    }

    /// What a command prints that does what it should, and has nothing to remark.
    #[track_caller]
    pub(crate) fn ok(&self, line: &str) -> String {
        let ran = self.run(line);
        assert!(ran.exit == Exit::Done && ran.err.is_empty(), "culture {line}\n{ran:#?}");
        ran.out
    }

    /// What a command says that is wrongly used: exit code 2, nothing on stdout, no file touched.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str) -> String {
        self.fails(line, Exit::Usage)
    }

    /// What a command says that cannot be done: nothing on stdout, no file touched.
    #[track_caller]
    pub(crate) fn fails(&self, line: &str, exit: Exit) -> String {
        let before = self.files();
        let ran = self.run(line);
        assert!(ran.exit == exit && ran.out.is_empty(), "culture {line}\n{ran:#?}");
        assert!(before == self.files(), "culture {line} was refused and wrote all the same");
        ran.err
    }

    /// Adds a record and gives its id; warnings do not matter.
    #[track_caller]
    pub(crate) fn add(&self, line: &str) -> String {
        let ran = self.run(&format!("add {line} --format ids"));
        assert!(ran.exit == Exit::Done, "culture add {line}\n{ran:#?}");
        ran.out.trim().to_owned()
    }

    /// A command's JSON.
    #[track_caller]
    pub(crate) fn json(&self, line: &str) -> serde_json::Value {
        serde_json::from_str(&self.ok(&format!("{line} --format json"))).unwrap()
    }

    /// The cells of a ledger, row by row, the header first.
    pub(crate) fn rows(&self, path: &str) -> Vec<Vec<String>> {
        let text = self.read(path);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// A ledger's values of one column.
    pub(crate) fn column(&self, path: &str, name: &str) -> Vec<String> {
        let rows = self.rows(path);
        let at = rows[0].iter().position(|column| column == name).unwrap();
        rows[1..].iter().map(|row| row[at].clone()).collect()
    }
}

/// Parts a line into words as a shell would: quotes of both kinds, a backslash before `"`, `$`, `` ` `` or itself.
pub(crate) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            ('\\', Some('"')) if chars.peek().is_some_and(|c| "\"$`\\".contains(*c)) => {
                word.get_or_insert_default().extend(chars.next());
            }
            (' ', None) => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Asserts that a text holds each of the pieces.
#[track_caller]
pub(crate) fn holds(text: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(text.contains(piece), "“{piece}” is lacking in:\n{text}");
    }
}
