//! The verbs, one file each: arguments -> load -> compute -> report or change. Here they are joined.
#![allow(clippy::unnecessary_wraps, reason = "every verb has the same shape, also those whose arguments cannot fail")]

mod add;
mod batches;
mod change;
mod check;
pub mod clap_words;
mod close;
mod due;
mod edit;
mod evidence;
mod export;
pub mod frame;
mod handover;
mod import;
mod init;
mod inspect;
mod kinds;
mod lagging;
mod merge;
mod notice;
mod options;
mod plan;
mod records;
mod report;
mod restate;
mod sample;
mod status;
mod submit;
mod template;
mod township;
mod verify;
mod why;
mod writing;

use crate::base::fault::{Exit, Result};
use crate::base::paths::SETTINGS;
use crate::base::text::Lang;
use crate::county::County;
use crate::county::files::kind_files;
use crate::county::settings::Settings;
use crate::county::view::{View, Viewpoint};
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::store::{Store, find_root};
use frame::{Call, Verb, World};
use std::ffi::OsString;
use std::io::Write;
use std::path::Path;

/// Every verb, in the order in which help lists them.
pub const VERBS: &[Verb] = &[
    status::VERB,
    due::VERB,
    lagging::VERB,
    notice::VERB,
    handover::VERB,
    report::VERB,
    why::VERB,
    close::VERB,
    verify::VERB,
    restate::VERB,
    add::VERB,
    import::VERB,
    submit::SUBMIT,
    submit::RETURN,
    change::VERB,
    edit::EDIT,
    edit::VOID,
    records::LIST,
    records::SHOW,
    batches::LOG,
    batches::UNDO,
    sample::VERB,
    inspect::VERB,
    evidence::VERB,
    template::VERB,
    export::VERB,
    merge::VERB,
    kinds::VERB,
    township::VERB,
    plan::VERB,
    check::VERB,
    init::VERB,
];

/// Runs one command: `arguments` are those after the program's name.
pub fn run(world: &World<'_>, arguments: Vec<OsString>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let language = |data: Option<&Path>| county_language(data, &world.dir);
    frame::run(world, arguments, out, err, VERBS, &language)
}

/// The language that a county's settings ask for; none where there is no county, or its settings cannot be read.
fn county_language(data: Option<&Path>, dir: &Path) -> Option<Lang> {
    let root = find_root(data, dir).ok()?;
    let bytes = crate::store::read_in(&root.join(SETTINGS), 1 << 20, 1).ok()?;
    Settings::load(SETTINGS, std::str::from_utf8(&bytes).ok()?).ok()?.language
}

impl Call<'_> {
    /// The data directory.
    ///
    /// # Errors
    /// There is none.
    fn store(&self) -> Result<Store> {
        Ok(Store::new(find_root(self.data.as_deref(), &self.world.dir)?, self.world.threads))
    }

    /// Looks at the county, from where it was asked to, as it is at one moment; writes nothing and takes no lock. Torn writes that were left out are
    /// told of.
    ///
    /// # Errors
    /// Whatever `look` says; there is no county.
    fn look<T>(&mut self, point: &Viewpoint, mut look: impl FnMut(&View<'_>) -> Result<T>) -> Result<T> {
        let store = self.store()?;
        let now = self.world.now;
        let threads = self.world.threads;
        let (seen, warnings) = store.read(|snapshot| {
            let county = County::load(snapshot, threads)?.seen_by(point.public);
            let seen = look(&View::new(&county, point, now)?)?;
            Ok((seen, snapshot.warnings()))
        })?;
        self.warn(&warnings);
        Ok(seen)
    }

    /// All kinds, the county's own included where there is a county.
    ///
    /// # Errors
    /// The county's kinds are faulty; the directory that was asked for is none.
    fn kinds(&self) -> Result<Kinds> {
        self.load_kinds(|files| Kinds::load(files, None))
    }

    /// As [`Call::kinds`], those alone that writing a record needs of which `word` may say the kind.
    fn kinds_to_write(&self, word: &str) -> Result<Kinds> {
        self.load_kinds(|files| Kinds::load_to_write(files, word))
    }

    fn load_kinds(&self, load: impl Fn(&[(String, String)]) -> Result<Kinds>) -> Result<Kinds> {
        let store = match self.store() {
            Ok(store) => store,
            Err(_) if self.data.is_none() => return load(&[]),
            Err(faults) => return Err(faults),
        };
        store.read_settings(|snapshot| load(&kind_files(snapshot)?))
    }

    /// The kind of the record whose id begins so.
    ///
    /// # Errors
    /// There is no such record, or more than one.
    fn kind_of_record(&self, id: &str) -> Result<Kind> {
        let threads = self.world.threads;
        self.store()?.read(|snapshot| {
            let county = County::load(snapshot, threads)?;
            let search = county.search()?;
            let found = search.by_id(id)?;
            Ok(search.kind(&found.ledger)?.clone())
        })
    }
}
