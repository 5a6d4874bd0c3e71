//! A new data directory.

use super::files;
use super::layout;
use super::stream;
use crate::base::fault::{Fault, Place, Result};
use crate::base::paths::{DataPath, SETTINGS};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Makes a data directory of these files, all of them on the disk, `culture.toml` last.
///
/// What it left when it was cut short is written anew.
///
/// # Errors
/// The folder holds something else (wrong usage), or something could not be written; then what was made is removed.
pub fn create(root: &Path, contents: &[(String, Vec<u8>)]) -> Result<()> {
    let belongs = |path: &str| DataPath::parse(path).is_some() || layout::is_version_control(path);
    if let Some((path, _)) = contents.iter().find(|(path, _)| !belongs(path)) {
        return Fault::new(
            "outside-layout",
            text!("数据目录中没有 {path} 这样的文件", "a data directory has no file {path}"),
        )
        .fail();
    }
    check_empty(root, contents)?;
    let mut made = CreatedPaths::default();
    let done = made.all(root, contents);
    if done.is_err() {
        made.remove();
    }
    done
}

/// Refuses a folder that holds anything but what version control keeps, or what this same command left when it was cut
/// short.
fn check_empty(root: &Path, contents: &[(String, Vec<u8>)]) -> Result<()> {
    match files::look(root)? {
        None => return Ok(()),
        Some(metadata) if metadata.is_dir() => {}
        Some(_) => {
            let path = root.display();
            return Fault::usage("not-a-folder", text!("{path} 不是文件夹", "{path} is not a folder"))
                .hint(text!("另选一个文件夹", "choose another folder"))
                .fail();
        }
    }
    check_folder(root, "", contents)
}

fn check_folder(root: &Path, folder: &str, contents: &[(String, Vec<u8>)]) -> Result<()> {
    let at = root.join(folder);
    let fault = |error| files::failure(text!("读取文件夹", "read the folder"), &at, &error);
    for entry in fs::read_dir(&at).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name();
        let path = format!("{folder}{}", name.to_string_lossy());
        if folder.is_empty() && layout::is_version_control(&path) {
            continue;
        }
        let is_folder = entry.file_type().map_err(fault)?.is_dir();
        let below = format!("{path}/");
        if is_folder && contents.iter().any(|(wanted, _)| wanted.starts_with(&below)) {
            check_folder(root, &below, contents)?;
        } else if is_folder || !is_begun(root, &path, contents)? {
            let folder = root.display();
            return Fault::usage("not-empty", text!("文件夹 {folder} 不是空的", "the folder {folder} is not empty"))
                .at(Place::file(entry.path().display().to_string()))
                .hint(text!(
                    "另选一个空文件夹，或先移走其中的内容",
                    "choose an empty folder, or move its contents elsewhere"
                ))
                .fail();
        }
    }
    Ok(())
}

/// Whether a file is one that this command, of this version or an earlier one, had begun to write. The settings come last: where they stand, it was done.
fn is_begun(root: &Path, path: &str, contents: &[(String, Vec<u8>)]) -> Result<bool> {
    if contents.iter().any(|(wanted, _)| root.join(path) == files::beside(&root.join(wanted), "new")) {
        return Ok(true);
    }
    match contents.iter().find(|(wanted, _)| wanted == path && wanted != SETTINGS) {
        Some((_, bytes)) => is_beginning(&root.join(path), bytes),
        None => Ok(false),
    }
}

/// Whether a file holds the beginning of these bytes, or zeros where the power went before they were on the disk.
fn is_beginning(at: &Path, bytes: &[u8]) -> Result<bool> {
    let Some(file) = files::open_to_read(at)? else { return Ok(false) };
    let length = files::length(&file, at)?;
    if length > bytes.len() as u64 {
        return Ok(false);
    }
    let found = files::read_at(&file, at, 0, usize::try_from(length).expect("no more than was to be written"))?;
    Ok(found.iter().zip(bytes).all(|(found, wanted)| found == wanted || *found == 0))
}

/// What was made so far, to be removed again.
#[derive(Default)]
struct CreatedPaths {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// Folders that gained a name.
    gained: BTreeSet<PathBuf>,
}

impl CreatedPaths {
    fn all(&mut self, root: &Path, contents: &[(String, Vec<u8>)]) -> Result<()> {
        self.folder(root)?;
        for (path, bytes) in contents.iter().filter(|(path, _)| path != SETTINGS) {
            let at = root.join(path);
            // What version control was told before stays as it is, unless it is the beginning of what it was to be told.
            if layout::is_version_control(path) && files::look(&at)?.is_some() && !is_beginning(&at, bytes)? {
                continue;
            }
            self.folder(files::folder_of(&at))?;
            self.file(&at, bytes)?;
        }
        self.sync()?;
        for (path, bytes) in contents.iter().filter(|(path, _)| path == SETTINGS) {
            self.file(&root.join(path), bytes)?;
        }
        self.sync()
    }

    /// Makes a folder and those around it that are not there.
    fn folder(&mut self, at: &Path) -> Result<()> {
        if files::look(at)?.is_some() {
            return Ok(());
        }
        let outer = files::folder_of(at);
        self.folder(outer)?;
        files::make_folder(at)?;
        self.folders.push(at.to_owned());
        self.gained.insert(outer.to_owned());
        Ok(())
    }

    fn file(&mut self, at: &Path, bytes: &[u8]) -> Result<()> {
        // It gets its name when it is whole, so that whoever finds the name after a power cut finds the file.
        let new = files::beside(at, "new");
        self.files.extend([new.clone(), at.to_owned()]);
        self.gained.insert(files::folder_of(at).to_owned());
        stream::write_new(&new, [bytes])?;
        files::rename(&new, at)
    }

    fn sync(&self) -> Result<()> {
        self.gained.iter().try_for_each(|folder| files::sync_folder(folder))
    }

    fn remove(&self) {
        for file in self.files.iter().rev() {
            let _ = files::remove(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = files::remove_folder(folder);
        }
    }
}
