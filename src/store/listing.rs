//! Which files a snapshot has, and their lengths. A reader lists all of them at its one moment. Under the lock nobody else
//! writes: there the ledgers, which are nearly all of them, are listed when somebody asks for all, and looked at one by one
//! until then.

use super::files;
use super::journal::Touch;
use super::layout::{self, How, Listed, Reach};
use crate::base::fault::Result;
use crate::base::paths::{self, DataPath};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// A file as it was when it was listed, or first looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// None: no regular file.
    pub length: Option<u64>,
    /// Its bytes are those of `.NAME.old`.
    pub aside: bool,
}

/// Files by path.
type ByPath = Vec<(String, Seen)>;

fn of(listed: Listed) -> (String, Seen) {
    (listed.path, Seen { length: listed.length, aside: false })
}

/// The files of a data directory.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    how: How,
    /// All but the ledgers, sorted by path.
    settings: ByPath,
    /// Sorted by path; not yet set: not listed.
    ledgers: OnceLock<ByPath>,
    /// The ledgers that were looked at before they were listed.
    looked: Mutex<BTreeMap<String, Option<Seen>>>,
}

impl Files {
    /// What was listed, seen as if what is to be undone had not been done.
    pub(super) fn new(root: &Path, how: How, listed: Vec<Listed>, to_undo: &[Touch]) -> Result<Files> {
        let (mut ledgers, mut settings): (ByPath, ByPath) =
            listed.into_iter().map(of).partition(|(path, _)| DataPath::is_ledger(path));
        for touch in to_undo {
            let of_ledger =
                matches!(touch, Touch::Cut(_, path) | Touch::New(path) | Touch::Old(path) if DataPath::is_ledger(path));
            undo(root, touch, if of_ledger { &mut ledgers } else { &mut settings })?;
        }
        let ledgers = if how.reach == Reach::ButLedgers { OnceLock::new() } else { OnceLock::from(ledgers) };
        Ok(Files { root: root.to_owned(), how, settings, ledgers, looked: Mutex::default() })
    }

    /// What stands under a path of the layout.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub(super) fn seen(&self, path: &str) -> Result<Option<Seen>> {
        let find = |files: &ByPath| place(files, path).ok().and_then(|at| files.get(at)).map(|(_, seen)| *seen);
        if !DataPath::is_ledger(path) {
            return Ok(find(&self.settings));
        }
        if let Some(ledgers) = self.ledgers.get() {
            return Ok(find(ledgers));
        }
        let mut looked = locked(&self.looked);
        if let Some(seen) = looked.get(path) {
            return Ok(*seen);
        }
        let seen = layout::look_at(&self.root, self.how, path)?.map(|file| of(file).1);
        looked.insert(path.to_owned(), seen);
        Ok(seen)
    }

    /// All but the ledgers.
    pub(super) fn settings(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|(path, _)| path.as_str())
    }

    /// All ledgers.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub(super) fn ledgers(&self) -> Result<impl Iterator<Item = &str>> {
        let looked = locked(&self.looked);
        if self.ledgers.get().is_none() {
            let listed = layout::list(&self.root, How { reach: Reach::All, ..self.how })?.files;
            let mut ledgers: ByPath =
                listed.into_iter().map(of).filter(|(path, _)| DataPath::is_ledger(path)).collect();
            // What was looked at stays as it was: if another program has changed it since, appending to it must tell.
            for (path, seen) in looked.iter() {
                match (place(&ledgers, path), *seen) {
                    (Ok(at), Some(seen)) => ledgers[at].1 = seen,
                    (Err(at), Some(seen)) => ledgers.insert(at, (path.clone(), seen)),
                    (Ok(at), None) => drop(ledgers.remove(at)),
                    (Err(_), None) => {}
                }
            }
            self.ledgers.get_or_init(|| ledgers);
        }
        Ok(self.ledgers.get().into_iter().flatten().map(|(path, _)| path.as_str()))
    }

    /// The ledgers in a township's folder.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub(super) fn ledgers_of(&self, township: &str) -> Result<Vec<String>> {
        let folder = paths::township_folder(township) + "/";
        let below = |path: &String| DataPath::is_ledger(path) && path.starts_with(&folder);
        if let Some(ledgers) = self.ledgers.get() {
            return Ok(ledgers.iter().map(|(path, _)| path).filter(|path| below(path)).cloned().collect());
        }
        let listed = layout::list_township(&self.root, self.how, township)?.files;
        Ok(listed.into_iter().map(|file| file.path).filter(below).collect())
    }
}

fn place(files: &[(String, Seen)], path: &str) -> std::result::Result<usize, usize> {
    files.binary_search_by(|(other, _)| other.as_str().cmp(path))
}

/// What is kept, whoever else panicked: each of it is whole by itself.
pub(super) fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Files as if a thing that is to be undone had not been done to them.
fn undo(root: &Path, touch: &Touch, files: &mut ByPath) -> Result<()> {
    match touch {
        Touch::Cut(length, path) => {
            if let Some((_, seen)) = place(files, path).ok().and_then(|at| files.get_mut(at)) {
                seen.length = seen.length.map(|now| now.min(*length));
            }
        }
        Touch::New(path) => files.retain(|(other, _)| other != path),
        Touch::Old(path) => {
            let aside = files::look(&files::beside(&root.join(path), "old"))?;
            if let Some(length) = aside.filter(Metadata::is_file).map(|metadata| metadata.len()) {
                let seen = Seen { length: Some(length), aside: true };
                match place(files, path) {
                    Ok(at) => files[at].1 = seen,
                    // Where renames are not atomic it can be missing under its own name.
                    Err(at) => files.insert(at, (path.clone(), seen)),
                }
            }
        }
        Touch::Folder(_) => {}
    }
    Ok(())
}
