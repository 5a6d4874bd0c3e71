//! A disk that may lose whatever was not synced: what was done to files, and what can be left of it when the power goes.
//! Names and bytes are lost apart from each other; the journal's bytes apart from all others.

use crate::store::files::Act;
use crate::store::journal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What was done to a file.
#[derive(Clone, Debug)]
pub(in crate::store) enum Deed {
    Create(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Cut(PathBuf, u64),
    Sync(PathBuf),
    SyncFolder(PathBuf),
    Copy(PathBuf, PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    MakeFolder(PathBuf),
}

impl Deed {
    /// None if it leaves nothing behind.
    pub(super) fn of(act: &Act<'_>) -> Option<Deed> {
        let own = |path: &Path| path.to_owned();
        Some(match *act {
            Act::Open => return None,
            Act::Create(path) => Deed::Create(own(path)),
            Act::Cut(path, length) => Deed::Cut(own(path), length),
            Act::Sync(path) => Deed::Sync(own(path)),
            Act::SyncFolder(path) => Deed::SyncFolder(own(path)),
            Act::Copy(from, to) => Deed::Copy(own(from), own(to)),
            Act::Rename(from, to) => Deed::Rename(own(from), own(to)),
            Act::Remove(path) | Act::RemoveFolder(path) => Deed::Remove(own(path)),
            Act::MakeFolder(path) => Deed::MakeFolder(own(path)),
        })
    }
}

/// Paths and bytes; a folder has none.
pub(super) type Tree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// All that lies in a folder.
pub(super) fn tree(folder: &Path) -> Tree {
    let (mut tree, mut folders) = (Tree::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path.clone());
                tree.insert(path, None);
            } else {
                let bytes = fs::read(&path).unwrap();
                tree.insert(path, Some(bytes));
            }
        }
    }
    tree
}

/// A file's bytes as they are seen, and as they are on the disk.
#[derive(Default)]
struct File {
    now: Vec<u8>,
    safe: Vec<u8>,
}

/// What a name names: a file by its number, or a folder.
type Names = BTreeMap<PathBuf, Option<usize>>;

/// How bytes that are not on the disk may be lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bytes {
    Kept,
    Lost,
    /// The file has its new length already, but what was added is zeros.
    Zeros,
}

pub(super) struct Disk {
    files: Vec<File>,
    now: Names,
    safe: Names,
}

impl Disk {
    /// All of it safe.
    pub(super) fn new(tree: &Tree) -> Disk {
        let mut disk = Disk { files: Vec::new(), now: Names::new(), safe: Names::new() };
        for (path, bytes) in tree {
            let file = bytes.as_ref().map(|bytes| disk.file(bytes.clone(), bytes.clone()));
            disk.now.insert(path.clone(), file);
        }
        disk.safe.clone_from(&disk.now);
        disk
    }

    fn file(&mut self, now: Vec<u8>, safe: Vec<u8>) -> usize {
        self.files.push(File { now, safe });
        self.files.len() - 1
    }

    fn at(&mut self, path: &Path) -> &mut File {
        let number = self.now[path].unwrap_or_else(|| panic!("{} is a folder", path.display()));
        &mut self.files[number]
    }

    pub(super) fn apply(&mut self, deed: &Deed) {
        match deed {
            Deed::Create(path) if self.now.contains_key(path) => {}
            Deed::Create(path) => {
                let file = self.file(Vec::new(), Vec::new());
                self.now.insert(path.clone(), Some(file));
            }
            Deed::Write(path, at, bytes) => {
                let (file, at) = (&mut self.at(path).now, usize::try_from(*at).unwrap());
                file.resize(file.len().max(at + bytes.len()), 0);
                file[at..at + bytes.len()].copy_from_slice(bytes);
            }
            Deed::Cut(path, length) => self.at(path).now.resize(usize::try_from(*length).unwrap(), 0),
            Deed::Sync(path) => {
                let file = self.at(path);
                file.safe.clone_from(&file.now);
            }
            Deed::SyncFolder(folder) => {
                let within = |path: &PathBuf| path.parent() == Some(folder);
                self.safe.retain(|path, _| !within(path));
                self.safe.extend(self.now.iter().filter(|(path, _)| within(path)).map(|(p, file)| (p.clone(), *file)));
            }
            Deed::Copy(from, to) => {
                let now = self.at(from).now.clone();
                let file = self.file(now, Vec::new());
                self.now.insert(to.clone(), Some(file));
            }
            Deed::Rename(from, to) => {
                let file = self.now.remove(from).unwrap();
                self.now.insert(to.clone(), file);
            }
            Deed::Remove(path) => drop(self.now.remove(path)),
            Deed::MakeFolder(path) => drop(self.now.insert(path.clone(), None)),
        }
    }

    /// Everything that a power cut may leave now.
    pub(super) fn left(&self) -> BTreeSet<Tree> {
        let mut left = BTreeSet::new();
        for names in [&self.now, &self.safe] {
            for journal in [Bytes::Kept, Bytes::Lost] {
                for others in [Bytes::Kept, Bytes::Lost, Bytes::Zeros] {
                    left.insert(self.tree(names, journal, others));
                }
            }
        }
        left
    }

    fn tree(&self, names: &Names, journal: Bytes, others: Bytes) -> Tree {
        let reached = |path: &Path| path.ancestors().skip(1).all(|a| names.contains_key(a) || !self.knows(a));
        let bytes = |path: &Path, file: usize| {
            let lost = if path.ends_with(journal::NAME) { journal } else { others };
            self.files[file].left(lost)
        };
        let all = names.iter().filter(|(path, _)| reached(path));
        all.map(|(path, file)| (path.clone(), file.map(|file| bytes(path, file)))).collect()
    }

    /// Whether it is a path of this disk; those above its root are not.
    fn knows(&self, path: &Path) -> bool {
        self.now.contains_key(path) || self.safe.contains_key(path)
    }
}

impl File {
    fn left(&self, lost: Bytes) -> Vec<u8> {
        match lost {
            Bytes::Kept => self.now.clone(),
            Bytes::Lost => self.safe.clone(),
            Bytes::Zeros => {
                let mut bytes = self.safe.clone();
                bytes.resize(self.now.len(), 0);
                bytes
            }
        }
    }
}
