//! The walk that lists a data directory. A path is relative, with `/`; one that is not of the layout is never opened, so
//! none climbs out.

use super::files::{failure, irregular_fault};
use super::threads::scan;
use crate::base::fault::Result;
use crate::base::paths::{DataPath, EVIDENCE, OUT, is_folder, township_folder};
use std::ffi::OsStr;
use std::fs::{self, DirEntry, Metadata};
use std::io::{self, ErrorKind};
use std::path::Path;

/// The store's own files.
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "they are written in lower case")]
fn is_own(name: &str) -> bool {
    matches!(name, ".lock" | ".journal")
        || (name.starts_with('.') && (name.ends_with(".new") || name.ends_with(".old")))
}

/// What version control keeps in a folder.
pub(super) fn is_version_control(name: &str) -> bool {
    matches!(name, ".git" | ".gitignore" | ".gitattributes" | ".hg" | ".hgignore" | ".svn" | ".bzr" | ".jj")
}

/// A file of the layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListedFile {
    /// Its path.
    pub path: String,
    /// Its length; none if it is no regular file.
    pub length: Option<u64>,
}

/// All that stands in a data directory.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The files of the layout.
    pub files: Vec<ListedFile>,
    /// What else stands there; folders end with `/` and are not entered.
    pub strays: Vec<String>,
    /// A file or folder went away while it was listed.
    pub moved: bool,
    /// The ids of the townships whose folders are yet to be listed.
    townships: Vec<String>,
    how: ListingOptions,
}

/// How a data directory is listed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ListingOptions {
    pub links: LinkPolicy,
    pub reach: ListingReach,
    /// How many threads may list.
    pub threads: usize,
}

/// How much of a data directory is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ListingReach {
    /// Everything.
    #[default]
    All,
    /// All but the ledgers, and what stands beside these in the townships' folders.
    ButLedgers,
    /// The county's settings, kinds and plans: what a command must know before it knows what it is asked.
    Settings,
}

/// What is made of a symbolic link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LinkPolicy {
    /// It stands for what it leads to: whoever keeps this directory put it there.
    #[default]
    Followed,
    /// It is no file: it may lead out of a directory that somebody else made.
    Refused,
}

/// With fewer townships than this, they are listed before another thread has begun.
const FEW: usize = 100;

/// Lists a data directory, the folders of many townships on several threads.
///
/// # Errors
/// A folder that cannot be read, or is a link where links are refused.
pub(super) fn list(root: &Path, how: ListingOptions) -> Result<Listing> {
    listing_of(how, |listing| {
        listing.folder(root, "")?;
        let townships = std::mem::take(&mut listing.townships);
        let threads = if townships.len() < FEW { 1 } else { how.threads };
        let make = || Listing { how, ..Listing::default() };
        for part in scan(&townships, threads, make, |part, id, _| part.township(root, id))? {
            listing.files.extend(part.files);
            listing.strays.extend(part.strays);
            listing.moved |= part.moved;
        }
        Ok(())
    })
}

/// Lists what stands in a township's folder, which need not be there.
///
/// # Errors
/// As [`list`].
pub(super) fn list_township(root: &Path, how: ListingOptions, id: &str) -> Result<Listing> {
    let path = township_folder(id);
    let how = ListingOptions { reach: ListingReach::All, ..how };
    listing_of(how, |listing| if is_folder(&path) { listing.folder(&root.join(&path), &path) } else { Ok(()) })
}

fn listing_of(how: ListingOptions, list: impl FnOnce(&mut Listing) -> Result<()>) -> Result<Listing> {
    let mut listing = Listing { how, ..Listing::default() };
    list(&mut listing)?;
    listing.files.sort_by(|a, b| a.path.cmp(&b.path));
    listing.strays.sort();
    Ok(listing)
}

impl Listing {
    fn folder(&mut self, at: &Path, path: &str) -> Result<()> {
        let entries = match fs::read_dir(at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound && !path.is_empty() => {
                self.moved = true;
                return Ok(());
            }
            Err(error) => return failure(text!("读取文件夹", "read the folder"), at, &error).fail(),
        };
        for entry in entries {
            let entry = entry.map_err(|error| failure(text!("读取文件夹", "read the folder"), at, &error))?;
            self.entry(&entry, path)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &DirEntry, folder: &str) -> Result<()> {
        let name = entry.file_name();
        let name = OsStr::to_string_lossy(&name);
        if is_own(&name) || is_version_control(&name) || (folder.is_empty() && matches!(&*name, EVIDENCE | OUT)) {
            return Ok(());
        }
        let path = if folder.is_empty() { name.into_owned() } else { format!("{folder}/{name}") };
        if DataPath::parse(&path).is_some() {
            return self.file(&entry.path(), path, entry.metadata());
        }
        let kind = entry.file_type().ok();
        let linked = kind.is_some_and(|kind| kind.is_symlink());
        let is_dir = kind.is_some_and(|kind| kind.is_dir());
        // The layout's depth is fixed, so a link to a folder cannot lead round in circles.
        if is_folder(&path) && (is_dir || (linked && fs::metadata(entry.path()).is_ok_and(|at| at.is_dir()))) {
            if linked && self.how.links == LinkPolicy::Refused {
                return irregular_fault(&path).fail();
            }
            return match self.how.reach {
                ListingReach::Settings if matches!(path.as_str(), "townships" | "closings") => Ok(()),
                ListingReach::All | ListingReach::ButLedgers if folder == "townships" => {
                    self.townships.extend(path.rsplit('/').next().map(str::to_owned));
                    Ok(())
                }
                ListingReach::All | ListingReach::ButLedgers | ListingReach::Settings => {
                    self.folder(&entry.path(), &path)
                }
            };
        }
        self.strays.push(if is_dir { path + "/" } else { path });
        Ok(())
    }

    /// What stands in a township's folder, or, without its ledgers, what the folder says of it.
    fn township(&mut self, root: &Path, id: &str) -> Result<()> {
        if self.how.reach == ListingReach::All {
            let path = township_folder(id);
            return self.folder(&root.join(&path), &path);
        }
        let path = DataPath::Township { id }.to_string();
        let at = root.join(&path);
        match fs::symlink_metadata(&at) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            looked => self.file(&at, path, looked),
        }
    }

    fn file(&mut self, at: &Path, path: String, looked: io::Result<Metadata>) -> Result<()> {
        let looked = match looked {
            Ok(metadata) if metadata.is_symlink() && self.how.links == LinkPolicy::Followed => {
                match fs::metadata(at) {
                    // A link that leads nowhere is refused when it is read, not passed over.
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        self.files.push(ListedFile { path, length: None });
                        return Ok(());
                    }
                    looked => looked,
                }
            }
            looked => looked,
        };
        match looked {
            Ok(metadata) => {
                let length = metadata.is_file().then_some(metadata.len());
                self.files.push(ListedFile { path, length });
            }
            Err(error) if error.kind() == ErrorKind::NotFound => self.moved = true,
            Err(error) => return failure(text!("查看", "access"), at, &error).fail(),
        }
        Ok(())
    }
}

/// The length of a ledger, of which the walk was not taken; none if no regular file stands there.
///
/// # Errors
/// It cannot be looked at. There is nothing: that is the inner none.
pub(super) fn look_at(root: &Path, how: ListingOptions, path: &str) -> Result<Option<ListedFile>> {
    let at = root.join(path);
    let mut listing = Listing { how, ..Listing::default() };
    if DataPath::parse(path).is_none() {
        return Ok(None);
    }
    listing.file(&at, path.to_owned(), fs::symlink_metadata(&at))?;
    Ok(listing.files.pop())
}
