//! A small county that commands built, to be damaged and checked.

use crate::common::Folder;
use culture::base::day::Instant;
use culture::base::fault::Exit;
use culture::cli::frame::World;
use std::fs;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A county in a folder of its own, removed at the end.
pub(crate) struct County {
    folder: Folder,
    /// Minutes since the county was made: every command comes a minute later.
    minute: AtomicU32,
}

pub(crate) const PERFORMANCES: &str = "townships/chengguan/2018/performance.csv";
pub(crate) const TROUPES: &str = "townships/chengguan/2018/troupe.csv";

/// So many commands make the county.
const COMMANDS: u32 = 4;

impl County {
    /// With two townships and a county unit: a copy of one that commands made.
    pub(crate) fn new() -> County {
        static FILES: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| County::made().folder.files());
        let county = County { folder: Folder::new(), minute: AtomicU32::new(COMMANDS) };
        for (path, bytes) in FILES.iter() {
            county.folder.write(path, bytes);
        }
        county
    }

    fn made() -> County {
        let county = County { folder: Folder::new(), minute: AtomicU32::new(0) };
        county.does("init . --county 台前县");
        county.does("township add chengguan --name 城关镇");
        county.does("township add houmiao --name 侯庙镇");
        county.does("township add wenhuaguan --name 县文化馆 --kind county-unit");
        assert_eq!(county.minute.load(Ordering::Relaxed), COMMANDS);
        county
    }

    pub(crate) fn run(&self, line: &str) -> (Exit, String, String) {
        let minute = i64::from(self.minute.fetch_add(1, Ordering::Relaxed));
        let start = Instant::from_iso(b"2018-06-20T09:00:00+08:00").unwrap();
        let now = Instant::new(start.seconds + minute * 60, start.offset);
        let env = |name: &str| match name {
            "CULTURE_USER" => Some("li".to_owned()),
            "CULTURE_LANG" => Some("zh".to_owned()),
            _ => None,
        };
        let world = World {
            now,
            dir: self.folder.0.clone(),
            env: &env,
            terminal: false,
            terminal_err: false,
            keyboard: None,
            threads: 2,
            process: 1,
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = culture::run(&world, line.split(' ').map(Into::into).collect(), &mut out, &mut err);
        (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }

    /// Runs a command that must succeed; its output.
    pub(crate) fn does(&self, line: &str) -> String {
        let (exit, out, err) = self.run(line);
        assert_eq!(exit, Exit::Done, "{line}: {out}{err}");
        out
    }

    /// Enters a record; its id.
    pub(crate) fn adds(&self, line: &str) -> String {
        let out = self.does(&format!("add {line}"));
        let id = out.split(|c: char| !c.is_ascii_lowercase()).find(|word| is_id(word));
        id.unwrap_or_else(|| panic!("{out}")).to_owned()
    }

    pub(crate) fn text(&self, path: &str) -> String {
        fs::read_to_string(self.folder.0.join(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        self.folder.write(path, text);
    }

    pub(crate) fn edit(&self, path: &str, change: impl FnOnce(&str) -> String) {
        let before = self.text(path);
        let after = change(&before);
        assert_ne!(before, after, "{path} was to be changed");
        self.write(path, after);
    }

    /// What check finds, a row for each fault.
    fn rows(&self, line: &str) -> (Exit, Vec<csv::StringRecord>) {
        let (exit, out, err) = self.run(line);
        assert_eq!(err, "");
        (exit, csv::Reader::from_reader(out.as_bytes()).records().map(Result::unwrap).collect())
    }

    /// What check finds, in words: `level file:line:column what | way out`, ids as ID.
    pub(crate) fn found(&self) -> (Exit, Vec<String>) {
        let (exit, rows) = self.rows("check --format csv");
        let words =
            |row: &csv::StringRecord| format!("{} {} {} | {}", &row[0], place(row), masked(&row[4]), masked(&row[5]));
        (exit, rows.iter().map(words).collect())
    }

    /// What check finds, with all that is said of it, in a language.
    pub(crate) fn told(&self, lang: &str) -> String {
        let (_, rows) = self.rows(&format!("check --format csv --lang {lang}"));
        let words = |row: &csv::StringRecord| {
            format!("{} {}\n  {}\n  {}\n", &row[6], place(row), masked(&row[4]), masked(&row[5]))
        };
        rows.iter().map(words).collect()
    }

    #[track_caller]
    pub(crate) fn finds(&self, exit: Exit, expected: &[&str]) {
        let (found_exit, found) = self.found();
        assert_eq!(found, expected, "{found:#?}");
        assert_eq!(found_exit, exit);
    }

    /// Which faults check finds, by their codes: `level code file:line:column`, behind it the field that it is about.
    #[track_caller]
    pub(crate) fn has(&self, exit: Exit, expected: &[&str]) {
        let (found_exit, rows) = self.rows("check --format csv");
        let codes = |row: &csv::StringRecord| {
            format!("{} {} {} {}", &row[0], &row[6], place(row), &row[7]).trim_end().to_owned()
        };
        let found: Vec<String> = rows.iter().map(codes).collect();
        assert_eq!(found, expected, "{rows:#?}");
        assert_eq!(found_exit, exit);
    }
}

fn place(row: &csv::StringRecord) -> String {
    format!("{}:{}:{}", &row[1], &row[2], &row[3])
}

fn is_id(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|b| b.is_ascii_lowercase() && !b"aeiouy".contains(&b))
}

fn masked(text: &str) -> String {
    let (mut masked, mut word) = (String::new(), String::new());
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_lowercase() {
            word.push(c);
            continue;
        }
        masked.push_str(if is_id(&word) { "ID" } else { &word });
        word.clear();
        masked.push(c);
    }
    masked.trim_end_matches('\0').to_owned()
}

/// A county with a performance, which is corrected once.
pub(crate) fn with_performance() -> (County, String) {
    let county = County::new();
    let id = county.adds("performance 城关镇 2018-03-10 into=village place=广场 title=春晚 performer=红霞");
    county.does(&format!("edit {id} --audience 200 --reason 漏填"));
    (county, id)
}

pub(crate) const UNREAD: &str =
    "warning :: performance 的台账没有读全：与之有关的引用、名册和重复登记没有查完 | 改正上述错误后再检查一次";
pub(crate) const NOT_BY_HAND: &str = "台账不能手改：请从备份恢复，或按提示改回原样";
