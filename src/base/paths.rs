//! The layout of a data directory: what each of its paths names, and the path of each thing that it holds. The only place
//! that knows the layout; whoever meets a path asks here. Touches no file.

use super::day::{Month, Year};
use std::fmt::{self, Display, Formatter};

/// The settings of a county; a folder that holds them is a data directory.
pub const SETTINGS: &str = "culture.toml";

/// The folder of a county's evidence: photographs, receipts, documents. Records name them; no file in it is read.
pub const EVIDENCE: &str = "evidence";

/// The folder of what is written for people: reports, forms, sheets to send back. No command reads it.
pub const OUT: &str = "out";

/// What a path of a data directory names, relative to the directory and with `/`. Written with [`Display`], read with
/// [`DataPath::parse`]: each is the other's inverse, so a file whose name only resembles one names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataPath<'p> {
    /// `culture.toml`
    Settings,
    /// `plans/2018.toml` as first issued, `plans/2018.2.toml` and so on as adjusted.
    Plan {
        /// The plan's year.
        year: Year,
        /// Which version, from 1.
        version: u32,
    },
    /// `kinds/troupe.toml`
    Kind {
        /// The kind's id.
        id: &'p str,
    },
    /// `holidays/2018.toml`
    Holidays {
        /// The year whose days of rest it lists.
        year: Year,
    },
    /// `closings/2018-05.toml`, `closings/2018-05.2.toml` where a month was closed again.
    Closing {
        /// The month that was closed.
        month: Month,
        /// Which closing of that month, from 1.
        number: u32,
    },
    /// `townships/chengguan/township.toml`
    Township {
        /// The township's id.
        id: &'p str,
    },
    /// `townships/chengguan/2018/troupe.csv`
    Ledger {
        /// The township's id.
        township: &'p str,
        /// The year of its records' dates.
        year: Year,
        /// The kind's id.
        kind: &'p str,
    },
}

impl<'p> DataPath<'p> {
    /// What a path names; none if it is no path of the layout, so that nothing outside the directory is ever opened.
    #[must_use]
    pub fn parse(path: &'p str) -> Option<DataPath<'p>> {
        let mut parts = path.split('/');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
        match parts {
            [Some(SETTINGS), None, ..] => Some(DataPath::Settings),
            [Some("plans"), Some(name), None, ..] => {
                let (year, version) = numbered(stem(name)?)?;
                Some(DataPath::Plan { year: Year::from_iso(year.as_bytes())?, version })
            }
            [Some("closings"), Some(name), None, ..] => {
                let (month, number) = numbered(stem(name)?)?;
                Some(DataPath::Closing { month: Month::from_iso(month.as_bytes())?, number })
            }
            [Some("kinds"), Some(name), None, ..] => id(stem(name)?).map(|id| DataPath::Kind { id }),
            [Some("holidays"), Some(name), None, ..] => {
                Year::from_iso(stem(name)?.as_bytes()).map(|year| DataPath::Holidays { year })
            }
            [Some("townships"), Some(township), Some("township.toml"), None, ..] => {
                id(township).map(|id| DataPath::Township { id })
            }
            [Some("townships"), Some(township), Some(year), Some(name), None] => Some(DataPath::Ledger {
                township: id(township)?,
                year: Year::from_iso(year.as_bytes())?,
                kind: id(name.strip_suffix(".csv")?)?,
            }),
            _ => None,
        }
    }

    /// Whether a path is that of a ledger.
    #[must_use]
    pub fn is_ledger(path: &str) -> bool {
        matches!(DataPath::parse(path), Some(DataPath::Ledger { .. }))
    }
}

impl Display for DataPath<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            DataPath::Settings => f.write_str(SETTINGS),
            DataPath::Plan { year, version: 0 | 1 } => write!(f, "plans/{year}.toml"),
            DataPath::Plan { year, version } => write!(f, "plans/{year}.{version}.toml"),
            DataPath::Kind { id } => write!(f, "kinds/{id}.toml"),
            DataPath::Holidays { year } => write!(f, "holidays/{year}.toml"),
            DataPath::Closing { month, number: 0 | 1 } => write!(f, "closings/{month}.toml"),
            DataPath::Closing { month, number } => write!(f, "closings/{month}.{number}.toml"),
            DataPath::Township { id } => write!(f, "townships/{id}/township.toml"),
            DataPath::Ledger { township, year, kind } => write!(f, "townships/{township}/{year}/{kind}.csv"),
        }
    }
}

/// Whether a path is a folder of the layout.
#[must_use]
pub fn is_folder(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["plans" | "kinds" | "closings" | "holidays" | "townships"] => true,
        ["townships", township] => is_id(township),
        ["townships", township, year] => is_id(township) && Year::from_iso(year.as_bytes()).is_some(),
        _ => false,
    }
}

/// The folder of a township.
#[must_use]
pub fn township_folder(id: &str) -> String {
    format!("townships/{id}")
}

/// Whether a word can name a file or folder on every system: `[a-z][a-z0-9-]{0,39}`, and no name that Windows reserves.
#[must_use]
pub fn is_id(word: &str) -> bool {
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    let port = word.strip_prefix("com").or_else(|| word.strip_prefix("lpt"));
    let is_port = port.is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()));
    word.len() <= 40
        && word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !RESERVED.contains(&word)
        && !is_port
}

fn id(word: &str) -> Option<&str> {
    is_id(word).then_some(word)
}

fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".toml")
}

/// `2018` is the first of its year, `2018.2` the second; no other way of writing a number counts.
fn numbered(stem: &str) -> Option<(&str, u32)> {
    let Some((name, number)) = stem.split_once('.') else { return Some((stem, 1)) };
    let canonical = !number.starts_with('0') && number.bytes().all(|b| b.is_ascii_digit());
    number.parse().ok().filter(|number| canonical && *number > 1).map(|number| (name, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: [&str; 9] = [
        "culture.toml",
        "plans/2018.toml",
        "plans/2018.12.toml",
        "kinds/service-point.toml",
        "holidays/2018.toml",
        "closings/2018-05.toml",
        "closings/2018-05.2.toml",
        "townships/chengguan/township.toml",
        "townships/chengguan/2018/monthly-report.csv",
    ];

    #[test]
    fn what_is_read_is_written_the_same() {
        for path in PATHS {
            assert_eq!(DataPath::parse(path).map(|path| path.to_string()).as_deref(), Some(path));
        }
    }

    #[test]
    fn what_only_resembles_a_path_names_nothing() {
        for path in PATHS {
            let (stem, ending) = path.rsplit_once('.').unwrap();
            for other in [
                format!("{stem} (copy).{ending}"),
                format!("{stem} - 副本.{ending}"),
                format!("{stem}~.{ending}"),
                format!("{stem}.1.{ending}"),
                format!("{stem}.02.{ending}"),
                format!("{stem}.+3.{ending}"),
                format!("{stem}.{ending}.bak"),
                format!("{path}/"),
                format!("/{path}"),
                format!("../{path}"),
                format!("./{path}"),
                format!("{path}/{path}"),
                path.to_uppercase(),
                path.replace('/', "\\") + ".",
            ] {
                assert_eq!(DataPath::parse(&other), None, "{other}");
            }
        }
        for other in
            ["plans/18.toml", "plans/0000.toml", "closings/2018.toml", "closings/2018-13.toml", "plans/2018.2.2.toml"]
        {
            assert_eq!(DataPath::parse(other), None, "{other}");
        }
    }

    #[test]
    fn an_id_can_name_a_folder_on_every_system() {
        for id in ["a", "chengguan", "zone-2", "com", "com10", "con-1"] {
            assert!(is_id(id), "{id}");
        }
        let long = "a".repeat(41);
        for id in ["", "2a", "-a", "A", "a_b", "a b", "con", "com1", "lpt9", "城关", "a/b", "..", long.as_str()] {
            assert!(!is_id(id), "{id}");
        }
    }

    #[test]
    fn folders_of_the_layout() {
        for folder in ["plans", "townships", "townships/chengguan", "townships/chengguan/2018"] {
            assert!(is_folder(folder), "{folder}");
        }
        for folder in ["", "evidence", "plans/2018", "townships/Chengguan", "townships/chengguan/2018 (copy)", "out"] {
            assert!(!is_folder(folder), "{folder}");
        }
    }
}
