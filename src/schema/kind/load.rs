//! Reading kinds from TOML: the built-in ones and the county's. All faults of all files are told at once.

mod between;
mod draft;
mod field;
mod names;
mod notice;
mod settle;

use super::Kind;
use crate::base::config::suggestion;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::fuzzy::fold;
use crate::base::paths::DataPath;
use between::LinkChecker;
use draft::DraftKind;
pub(crate) use names::{unknown_field, value_fault};
use settle::KindLinks;
use std::sync::OnceLock;

/// The built-in kinds, in the order in which they are shown.
const BUILT_IN: [(&str, &str); 15] = [
    ("performance", include_str!("../../kinds/performance.toml")),
    ("training", include_str!("../../kinds/training.toml")),
    ("trainee", include_str!("../../kinds/trainee.toml")),
    ("troupe", include_str!("../../kinds/troupe.toml")),
    ("facility", include_str!("../../kinds/facility.toml")),
    ("opening", include_str!("../../kinds/opening.toml")),
    ("service-point", include_str!("../../kinds/service-point.toml")),
    ("staff", include_str!("../../kinds/staff.toml")),
    ("expense", include_str!("../../kinds/expense.toml")),
    ("publicity", include_str!("../../kinds/publicity.toml")),
    ("progress", include_str!("../../kinds/progress.toml")),
    ("arrangement", include_str!("../../kinds/arrangement.toml")),
    ("monthly-report", include_str!("../../kinds/monthly-report.toml")),
    ("inspection", include_str!("../../kinds/inspection.toml")),
    ("notice", include_str!("../../kinds/notice.toml")),
];

/// The ids of the built-in kinds, in the order in which they are shown.
const BUILT_IN_IDS: [&str; BUILT_IN.len()] = {
    let mut ids = [""; BUILT_IN.len()];
    let mut at = 0;
    while at < BUILT_IN.len() {
        ids[at] = BUILT_IN[at].0;
        at += 1;
    }
    ids
};

/// The ids of the built-in kinds, in the order in which they are shown. Reads nothing.
#[must_use]
pub const fn builtin_ids() -> &'static [&'static str] {
    &BUILT_IN_IDS
}

/// The text of a built-in kind's file.
fn builtin_source(id: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(built_in, _)| *built_in == id).map(|(_, source)| *source)
}

/// The texts that describe a kind, where `own` is that of the county's file: the built-in one and what the county adds to
/// it, or the county's alone.
///
/// A county may have had a kind of that id before it was built in. Its file, which describes a whole kind, then stands in
/// the place of the built-in one, so that its ledgers and figures stay what they were.
#[must_use]
pub fn describing<'s>(id: &str, own: Option<&'s str>) -> (Option<&'static str>, Option<&'s str>) {
    let built_in = builtin_source(id).filter(|_| !own.is_some_and(draft::is_whole));
    (built_in, own)
}

/// The kinds that a command needs: built-in ones first, then the county's by id.
#[derive(Clone, Debug)]
pub struct Kinds {
    loaded: Vec<Kind>,
    /// Of all kinds there are, loaded or not.
    ids: Vec<String>,
}

impl Kinds {
    /// Reads the built-in kinds and the county's files (path and text), or of both only those that `only` names, with
    /// those that they name for a roster or a default. Ids in `only` that no kind has are left out: [`Kinds::find`]
    /// and the plan's check tell of them.
    ///
    /// # Errors
    /// Every fault of every file read, with its place.
    pub fn load(county_files: &[(String, String)], only: Option<&[&str]>) -> Result<Kinds> {
        match only {
            Some(only) => Kinds::read(county_files, Some(only), false),
            None => Kinds::read_once(county_files, None),
        }
    }

    /// As [`Kinds::load`], what is needed to write a record of the kind that `word` means: where it is an id, that kind
    /// and those to whose records its own refer; else all.
    ///
    /// # Errors
    /// Every fault of every file read, with its place.
    pub fn load_to_write(county_files: &[(String, String)], word: &str) -> Result<Kinds> {
        let is_id = all_ids(&files_by_id(county_files, &mut Vec::new())).iter().any(|id| id == word);
        Kinds::read_once(county_files, is_id.then_some(word))
    }

    /// A command that writes needs the kinds for its options, and once more under the lock.
    fn read_once(county_files: &[(String, String)], only: Option<&str>) -> Result<Kinds> {
        type CachedLoad = (Vec<(String, String)>, Option<String>, Kinds);
        static FIRST: OnceLock<CachedLoad> = OnceLock::new();
        if let Some((_, _, kinds)) = FIRST.get().filter(|(files, of, _)| files == county_files && of.as_deref() == only)
        {
            return Ok(kinds.clone());
        }
        let kinds = Kinds::read(county_files, only.as_ref().map(std::slice::from_ref), true)?;
        FIRST.get_or_init(|| (county_files.to_vec(), only.map(str::to_owned), kinds.clone()));
        Ok(kinds)
    }

    /// Reads those that `only` names, with those that they point to and, where that is wanted, refer to.
    fn read(county_files: &[(String, String)], only: Option<&[&str]>, referred: bool) -> Result<Kinds> {
        let mut faults = Vec::new();
        let county = files_by_id(county_files, &mut faults);
        let ids = all_ids(&county);
        let mut queue: Vec<String> =
            ids.iter().filter(|id| only.is_none_or(|only| only.contains(&id.as_str()))).cloned().collect();
        let mut drafts = Vec::new();
        let mut next = 0;
        while let Some(id) = queue.get(next).cloned() {
            next += 1;
            match read_draft(&id, &county) {
                Ok(draft) => {
                    let of_any = referred && draft.refers_to_any();
                    let also = draft.linked_kinds().chain(draft.referenced_kinds().filter(|_| referred));
                    for other in also.chain(ids.iter().filter(|_| of_any)) {
                        if ids.contains(other) && !queue.contains(other) {
                            queue.push(other.clone());
                        }
                    }
                    drafts.push(draft);
                }
                Err(more) => faults.extend(more.0),
            }
        }
        drafts.sort_by_key(|draft| ids.iter().position(|id| *id == draft.id.text));
        let loaded = link(drafts, &ids, &mut faults);
        Faults::unless(faults, || Kinds { loaded, ids })
    }

    /// The same for the public: what is personal is hidden.
    #[must_use]
    pub fn for_public(mut self) -> Kinds {
        self.loaded.iter_mut().for_each(|kind| kind.public = true);
        self
    }

    /// The loaded kind of that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Kind> {
        self.loaded.iter().find(|kind| kind.id == id)
    }

    /// The loaded kind of that id or title, in either language.
    ///
    /// # Errors
    /// A usage fault: there is none, with the ids that come near, or several.
    pub fn find(&self, word: &str) -> Result<&Kind> {
        if let Some(kind) = self.get(word) {
            return Ok(kind);
        }
        let folded = fold(word);
        let is_meant =
            |kind: &&Kind| [kind.id.as_str(), &kind.title.zh, &kind.title.en].iter().any(|known| fold(known) == folded);
        let mut found = self.loaded.iter().filter(is_meant);
        match (found.next(), found.next()) {
            (Some(kind), None) => Ok(kind),
            (Some(one), Some(other)) => {
                let one = &one.id;
                let other = &other.id;
                Fault::usage(
                    "ambiguous-name",
                    text!("“{word}”可能指 {one} 或 {other}", "“{word}” is ambiguous: it could be {one} or {other}"),
                )
                .fail()
            }
            (None, _) => {
                let titles = self.loaded.iter().map(|kind| kind.title.zh.as_ref());
                let known = self.ids.iter().map(String::as_str).chain(titles);
                let near = crate::base::fuzzy::nearest(word, known, 1);
                let hint =
                    if near.is_empty() { suggestion(word, self.ids()) } else { suggestion(word, near.into_iter()) };
                Fault::usage("unknown-kind", text!("没有台账类别“{word}”", "unknown kind “{word}”")).hint(hint).fail()
            }
        }
    }

    /// The loaded kinds: built-in ones in their order, then the county's by id.
    pub fn iter(&self) -> std::slice::Iter<'_, Kind> {
        self.loaded.iter()
    }

    /// The ids of all kinds there are, loaded or not, in the same order.
    pub fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.ids.iter().map(String::as_str)
    }
}

impl<'a> IntoIterator for &'a Kinds {
    type Item = &'a Kind;
    type IntoIter = std::slice::Iter<'a, Kind>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A file of the county's: the id that its name gives, path and text.
type CountyFile<'a> = (&'a str, &'a str, &'a str);

/// The county's files, by id. Their names are checked.
fn files_by_id<'f>(files: &'f [(String, String)], faults: &mut Vec<Fault>) -> Vec<CountyFile<'f>> {
    let mut county: Vec<CountyFile<'_>> = Vec::new();
    for (path, source) in files {
        let Some(DataPath::Kind { id }) = DataPath::parse(path) else {
            faults.push(misnamed(path));
            continue;
        };
        county.push((id, path, source));
    }
    county.sort_by_key(|(id, ..)| *id);
    county
}

fn misnamed(path: &str) -> Fault {
    Fault::new("misnamed-file", text!("“{path}”不能作台账类别的文件名", "“{path}” is not a valid file name for a kind"))
        .at(Place::file(path))
        .hint(text!(
            "应为 kinds/代号.toml，代号以小写字母开头，只含小写字母、数字和连字符，如 kinds/reading.toml",
            "name it kinds/ID.toml, e.g. kinds/reading.toml: the id starts with a-z and has only a-z, 0-9 and -"
        ))
}

fn all_ids(county: &[CountyFile<'_>]) -> Vec<String> {
    let own = county.iter().map(|(id, ..)| *id).filter(|id| !BUILT_IN_IDS.contains(id));
    BUILT_IN_IDS.into_iter().chain(own).map(str::to_owned).collect()
}

/// The draft of one kind: a built-in one with what the county adds, or the county's own, which may stand in its place.
fn read_draft(id: &str, county: &[CountyFile<'_>]) -> Result<DraftKind> {
    let own = county.iter().find(|(own, ..)| *own == id);
    let (built_in, _) = describing(id, own.map(|(.., source)| *source));
    match (built_in, own) {
        (Some(source), own) => {
            let mut draft = draft::read_kind(id, false, &DataPath::Kind { id }.to_string(), source)?;
            if let Some((_, file, source)) = own {
                draft::extend(&mut draft, id, file, source)?;
            }
            Ok(draft)
        }
        (None, Some((_, file, source))) => draft::read_kind(id, true, file, source),
        (None, None) => Fault::new("unknown-kind", text!("没有“{id}”这个类别", "unknown kind “{id}”")).fail(),
    }
}

/// Kinds of their drafts, checked against each other.
fn link(drafts: Vec<DraftKind>, ids: &[String], faults: &mut Vec<Fault>) -> Vec<Kind> {
    let settled = drafts.into_iter().map(|draft| settle::settle(draft, faults));
    let (mut loaded, links): (Vec<Kind>, Vec<KindLinks>) = settled.unzip();
    let mut between = LinkChecker { kinds: &loaded, ids, faults };
    let rosters: Vec<_> = loaded.iter().zip(&links).map(|(kind, links)| between.check(kind, links)).collect();
    for (kind, roster) in loaded.iter_mut().zip(rosters) {
        kind.roster = roster;
    }
    loaded
}

#[cfg(test)]
mod tests;
