//! Which files a snapshot has, and their lengths. A reader lists all of them at its one moment. Under the lock nobody else
//! writes: there the ledgers, which are nearly all of them, are listed when somebody asks for all, and looked at one by one
//! until then.

use super::files;
use super::journal::TouchedPath;
use super::layout::{self, ListedFile, ListingOptions, ListingReach};
use super::remains::UnfinishedBatch;
use super::threads::lock;
use crate::base::fault::Result;
use crate::base::paths::{self, DataPath};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

/// A file as it was when it was listed, or first looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileSnapshot {
    /// None: no regular file.
    pub length: Option<u64>,
    /// Its bytes are those of `.NAME.old`.
    pub aside: bool,
}

/// Files by path.
type FilesByPath = Vec<(String, FileSnapshot)>;

fn indexed(listed: ListedFile) -> (String, FileSnapshot) {
    (listed.path, FileSnapshot { length: listed.length, aside: false })
}

/// The files of a data directory.
#[derive(Debug)]
pub(super) struct FileIndex {
    root: PathBuf,
    how: ListingOptions,
    /// All but the ledgers, sorted by path.
    settings: FilesByPath,
    /// Sorted by path; not yet set: not listed.
    ledgers: OnceLock<FilesByPath>,
    /// The ledgers that were looked at before they were listed.
    looked_up: Mutex<BTreeMap<String, Option<FileSnapshot>>>,
    /// Whether anything that stands is not seen, since it is to be undone.
    pub hides: bool,
}

impl FileIndex {
    /// What was listed, seen as if what is to be undone had not been done.
    pub(super) fn new(
        root: &Path,
        how: ListingOptions,
        listed: Vec<ListedFile>,
        unfinished: Option<&UnfinishedBatch<'_>>,
    ) -> Result<FileIndex> {
        let (mut ledgers, mut settings): (FilesByPath, FilesByPath) =
            listed.into_iter().map(indexed).partition(|(path, _)| DataPath::is_ledger(path));
        let mut hides = false;
        for touch in unfinished.into_iter().flat_map(UnfinishedBatch::hidden) {
            let files = if DataPath::is_ledger(touch.path()) { &mut ledgers } else { &mut settings };
            hides |= undo(root, touch, files)?;
        }
        let ledgers = if how.reach == ListingReach::ButLedgers { OnceLock::new() } else { OnceLock::from(ledgers) };
        Ok(FileIndex { root: root.to_owned(), how, settings, ledgers, looked_up: Mutex::default(), hides })
    }

    /// What stands under a path of the layout.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub(super) fn find(&self, path: &str) -> Result<Option<FileSnapshot>> {
        let find = |files: &FilesByPath| position(files, path).ok().and_then(|at| files.get(at)).map(|(_, seen)| *seen);
        if !DataPath::is_ledger(path) {
            return Ok(find(&self.settings));
        }
        if let Some(ledgers) = self.ledgers.get() {
            return Ok(find(ledgers));
        }
        let mut looked = lock(&self.looked_up);
        if let Some(seen) = looked.get(path) {
            return Ok(*seen);
        }
        let seen = layout::look_at(&self.root, self.how, path)?.map(|file| indexed(file).1);
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
        let looked = lock(&self.looked_up);
        if self.ledgers.get().is_none() {
            let listed = layout::list(&self.root, ListingOptions { reach: ListingReach::All, ..self.how })?.files;
            let mut ledgers: FilesByPath =
                listed.into_iter().map(indexed).filter(|(path, _)| DataPath::is_ledger(path)).collect();
            // What was looked at stays as it was: if another program has changed it since, appending to it must tell.
            for (path, seen) in looked.iter() {
                match (position(&ledgers, path), *seen) {
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

fn position(files: &[(String, FileSnapshot)], path: &str) -> std::result::Result<usize, usize> {
    files.binary_search_by(|(other, _)| other.as_str().cmp(path))
}

/// Files as if a thing that is to be undone had not been done to them. Says whether they were seen otherwise.
fn undo(root: &Path, touch: &TouchedPath, files: &mut FilesByPath) -> Result<bool> {
    match touch {
        TouchedPath::Cut(length, path) => {
            let found = position(files, path).ok().and_then(|at| files[at].1.length.as_mut());
            let Some(now) = found.filter(|now| **now > *length) else { return Ok(false) };
            *now = *length;
        }
        TouchedPath::New(_, path) => {
            let Ok(at) = position(files, path) else { return Ok(false) };
            files.remove(at);
        }
        TouchedPath::Old(_, path) => {
            let aside = files::look(&files::beside(&root.join(path), "old"))?;
            let Some(length) = aside.filter(Metadata::is_file).map(|metadata| metadata.len()) else { return Ok(false) };
            let seen = FileSnapshot { length: Some(length), aside: true };
            match position(files, path) {
                Ok(at) => files[at].1 = seen,
                // Where renames are not atomic it can be missing under its own name.
                Err(at) => files.insert(at, (path.clone(), seen)),
            }
        }
        TouchedPath::Folder(_) => return Ok(false),
    }
    Ok(true)
}
