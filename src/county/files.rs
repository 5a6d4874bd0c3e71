//! The files of a data directory beside its ledgers, as text.

use crate::base::day::Year;
use crate::base::fault::{Fault, Place, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::schema::township::Township;
use crate::store::{Snapshot, scan};
use std::collections::BTreeMap;

/// A file of the data directory as text.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub(crate) fn text_of(snapshot: &Snapshot, path: &str) -> Result<String> {
    String::from_utf8(snapshot.read(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let place = Place { excerpt: None, ..Place::in_text(path, error.as_bytes(), at..at + 1) };
        Fault::new("wrong-encoding", Text::new("文件不是 UTF-8 文字", "the file is not UTF-8"))
            .at(place)
            .hint(Text::new("用编辑器另存为 UTF-8", "save it as UTF-8"))
            .into()
    })
}

/// The county's own kinds: path and text of each file.
///
/// # Errors
/// One cannot be read.
pub(crate) fn kind_files(snapshot: &Snapshot) -> Result<Vec<(String, String)>> {
    let paths = snapshot.settings().filter(|path| matches!(DataPath::parse(path), Some(DataPath::Kind { .. })));
    paths.map(|path| Ok((path.to_owned(), text_of(snapshot, path)?))).collect()
}

/// All townships, in no order.
///
/// # Errors
/// Whatever is wrong with any of them.
pub(in crate::county) fn read_townships(snapshot: &Snapshot, threads: usize) -> Result<Vec<Township>> {
    let of = |path| match DataPath::parse(path) {
        Some(DataPath::Township { id }) => Some((id, path)),
        _ => None,
    };
    let jobs: Vec<(&str, &str)> = snapshot.settings().filter_map(of).collect();
    let work = |all: &mut Vec<Township>, (id, path): &(&str, &str), _: &mut Vec<u8>| {
        all.push(Township::load(id, path, &text_of(snapshot, path)?)?);
        Ok(())
    };
    // A few are read before another thread has begun.
    let threads = if jobs.len() < 100 { 1 } else { threads };
    Ok(scan(&jobs, threads, Vec::new, work)?.into_iter().flatten().collect())
}

/// The files of holidays: path and text of each.
///
/// # Errors
/// One cannot be read.
pub(super) fn holiday_files(snapshot: &Snapshot) -> Result<Vec<(String, String)>> {
    let paths = snapshot.settings().filter(|path| matches!(DataPath::parse(path), Some(DataPath::Holidays { .. })));
    paths.map(|path| Ok((path.to_owned(), text_of(snapshot, path)?))).collect()
}

/// Which years have plans, and where.
#[derive(Clone, Debug)]
pub(super) struct PlanFiles {
    /// The years that have a plan, ascending.
    pub(super) years: Vec<Year>,
    /// The paths by year and version.
    pub(super) paths: BTreeMap<(Year, u32), String>,
}

impl PlanFiles {
    /// All there are.
    pub(super) fn of(snapshot: &Snapshot) -> PlanFiles {
        let mut paths = BTreeMap::new();
        for path in snapshot.settings() {
            if let Some(DataPath::Plan { year, version }) = DataPath::parse(path) {
                paths.insert((year, version), path.to_owned());
            }
        }
        let mut years: Vec<Year> = paths.keys().map(|(year, _)| *year).collect();
        years.dedup();
        PlanFiles { years, paths }
    }
}
