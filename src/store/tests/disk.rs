//! A disk that may lose whatever was not synced: what was done to files, and what can be left of it when the power goes.
//! Names and bytes are lost apart from each other; the journal's bytes apart from all others.

use crate::store::files::FileOperation;
use crate::store::journal;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What was done to a file.
#[derive(Clone, Debug)]
pub(in crate::store) enum RecordedOperation {
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

impl RecordedOperation {
    /// None if it leaves nothing behind.
    pub(super) fn of(act: &FileOperation<'_>) -> Option<RecordedOperation> {
        let own = |path: &Path| path.to_owned();
        Some(match *act {
            FileOperation::Open => return None,
            FileOperation::Create(path) => RecordedOperation::Create(own(path)),
            FileOperation::Cut(path, length) => RecordedOperation::Cut(own(path), length),
            FileOperation::Sync(path) => RecordedOperation::Sync(own(path)),
            FileOperation::SyncFolder(path) => RecordedOperation::SyncFolder(own(path)),
            FileOperation::Copy(from, to) => RecordedOperation::Copy(own(from), own(to)),
            FileOperation::Rename(from, to) => RecordedOperation::Rename(own(from), own(to)),
            FileOperation::Remove(path) | FileOperation::RemoveFolder(path) => RecordedOperation::Remove(own(path)),
            FileOperation::MakeFolder(path) => RecordedOperation::MakeFolder(own(path)),
        })
    }
}

/// Paths and bytes; a folder has none.
pub(super) type DiskTree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// All that lies in a folder.
pub(super) fn tree(folder: &Path) -> DiskTree {
    let mut tree = DiskTree::new();
    let mut folders = vec![folder.to_owned()];
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
struct DiskFile {
    now: Vec<u8>,
    safe: Vec<u8>,
}

/// What a name names: a file by its number, or a folder.
type DiskNames = BTreeMap<PathBuf, Option<usize>>;

/// How bytes that are not on the disk may be lost.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ByteLoss {
    Kept,
    Lost,
    /// The file has its new length already, but what was added is zeros.
    Zeros,
}

pub(super) struct Disk {
    files: Vec<DiskFile>,
    now: DiskNames,
    safe: DiskNames,
}

impl Disk {
    /// All of it safe.
    pub(super) fn new(tree: &DiskTree) -> Disk {
        let mut disk = Disk { files: Vec::new(), now: DiskNames::new(), safe: DiskNames::new() };
        for (path, bytes) in tree {
            let file = bytes.as_ref().map(|bytes| disk.file(bytes.clone(), bytes.clone()));
            disk.now.insert(path.clone(), file);
        }
        disk.safe.clone_from(&disk.now);
        disk
    }

    fn file(&mut self, now: Vec<u8>, safe: Vec<u8>) -> usize {
        self.files.push(DiskFile { now, safe });
        self.files.len() - 1
    }

    fn at(&mut self, path: &Path) -> &mut DiskFile {
        let number = self.now[path].unwrap_or_else(|| panic!("{} is a folder", path.display()));
        &mut self.files[number]
    }

    pub(super) fn apply(&mut self, deed: &RecordedOperation) {
        match deed {
            RecordedOperation::Create(path) if self.now.contains_key(path) => {}
            RecordedOperation::Create(path) => {
                let file = self.file(Vec::new(), Vec::new());
                self.now.insert(path.clone(), Some(file));
            }
            RecordedOperation::Write(path, at, bytes) => {
                let file = &mut self.at(path).now;
                let at = usize::try_from(*at).unwrap();
                file.resize(file.len().max(at + bytes.len()), 0);
                file[at..at + bytes.len()].copy_from_slice(bytes);
            }
            RecordedOperation::Cut(path, length) => self.at(path).now.resize(usize::try_from(*length).unwrap(), 0),
            RecordedOperation::Sync(path) => {
                let file = self.at(path);
                file.safe.clone_from(&file.now);
            }
            RecordedOperation::SyncFolder(folder) => {
                let within = |path: &PathBuf| path.parent() == Some(folder);
                self.safe.retain(|path, _| !within(path));
                self.safe.extend(self.now.iter().filter(|(path, _)| within(path)).map(|(p, file)| (p.clone(), *file)));
            }
            RecordedOperation::Copy(from, to) => {
                let now = self.at(from).now.clone();
                let file = self.file(now, Vec::new());
                self.now.insert(to.clone(), Some(file));
            }
            RecordedOperation::Rename(from, to) => {
                let file = self.now.remove(from).unwrap();
                self.now.insert(to.clone(), file);
            }
            RecordedOperation::Remove(path) => drop(self.now.remove(path)),
            RecordedOperation::MakeFolder(path) => drop(self.now.insert(path.clone(), None)),
        }
    }

    /// Everything that a power cut may leave now.
    pub(super) fn left(&self) -> BTreeSet<DiskTree> {
        let mut left = BTreeSet::new();
        for names in [&self.now, &self.safe] {
            for journal in [ByteLoss::Kept, ByteLoss::Lost] {
                for others in [ByteLoss::Kept, ByteLoss::Lost, ByteLoss::Zeros] {
                    left.insert(self.tree(names, journal, others));
                }
            }
        }
        left
    }

    fn tree(&self, names: &DiskNames, journal: ByteLoss, others: ByteLoss) -> DiskTree {
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

impl DiskFile {
    fn left(&self, lost: ByteLoss) -> Vec<u8> {
        match lost {
            ByteLoss::Kept => self.now.clone(),
            ByteLoss::Lost => self.safe.clone(),
            ByteLoss::Zeros => {
                let mut bytes = self.safe.clone();
                bytes.resize(self.now.len(), 0);
                bytes
            }
        }
    }
}
