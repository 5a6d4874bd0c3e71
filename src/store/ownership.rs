//! What belongs to a data directory, so that nothing is written over it for people: all that stands in it but `out`, and
//! whatever its links lead to. Knows no reports.

use super::files;
use crate::base::paths::{OUT, SETTINGS, is_folder};
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The places of one data directory.
#[derive(Debug)]
pub(super) struct OwnedPlaces {
    /// The directory as it was found.
    pub found: PathBuf,
    /// The same without links.
    root: PathBuf,
    /// What its links lead to, without links.
    linked: Vec<PathBuf>,
}

impl OwnedPlaces {
    /// Of the data directory in that folder. A folder in it that cannot be listed holds no links that anybody follows.
    fn of(found: &Path, root: PathBuf) -> OwnedPlaces {
        let mut places = OwnedPlaces { found: found.to_owned(), root, linked: Vec::new() };
        places.follow_links(found, "");
        places
    }

    fn follow_links(&mut self, at: &Path, path: &str) {
        let Ok(entries) = fs::read_dir(at) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let Ok(kind) = entry.file_type() else { continue };
            if path.is_empty() && name == OUT {
                continue;
            }
            if kind.is_symlink() {
                self.linked.extend(entry.path().canonicalize());
            }
            let below = if path.is_empty() { name.into_owned() } else { format!("{path}/{name}") };
            if is_folder(&below) && (kind.is_dir() || kind.is_symlink()) {
                self.follow_links(&entry.path(), &below);
            }
        }
    }

    /// Whether a file, named without links, is the directory's own. What stands in its `out` is not, if that is a folder
    /// there or leads elsewhere.
    pub(super) fn hold(&self, file: &Path) -> bool {
        let is_within = |place: &PathBuf| file.starts_with(place);
        match file.strip_prefix(&self.root) {
            Ok(below) => !(below.starts_with(OUT) && below != Path::new(OUT)),
            Err(_) => self.linked.iter().any(is_within),
        }
    }
}

/// The data directories that were looked at, each once: a province has thousands of folders, and `export all` writes many
/// files.
#[derive(Debug, Default)]
pub(super) struct KnownPlaces(RefCell<Vec<Rc<OwnedPlaces>>>);

impl KnownPlaces {
    /// The data directory whose own a file at `path`, which leads to `target`, would be: that of the command, or one in which
    /// either lies.
    pub(super) fn owner(&self, in_use: Option<&Path>, path: &Path, target: &Path) -> Option<Rc<OwnedPlaces>> {
        let around = path.ancestors().skip(1).chain(target.ancestors().skip(1));
        let around = around.filter(|folder| is_data_directory(folder));
        in_use.into_iter().chain(around).filter_map(|found| self.of(found)).find(|places| places.hold(target))
    }

    fn of(&self, found: &Path) -> Option<Rc<OwnedPlaces>> {
        let root = found.canonicalize().ok()?;
        let known = self.0.borrow().iter().find(|places| places.root == root).cloned();
        Some(known.unwrap_or_else(|| {
            let places = Rc::new(OwnedPlaces::of(found, root));
            self.0.borrow_mut().push(Rc::clone(&places));
            places
        }))
    }
}

/// Whether a folder holds the settings of a county.
pub(super) fn is_data_directory(folder: &Path) -> bool {
    files::look_at_link(&folder.join(SETTINGS)).is_ok_and(|found| found.is_some())
}
