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
/// # Errors
/// The folder is not empty (wrong usage), or something could not be written; then what was made is removed.
pub fn create(root: &Path, contents: &[(String, Vec<u8>)]) -> Result<()> {
    check_empty(root)?;
    let belongs = |path: &str| DataPath::parse(path).is_some() || layout::is_version_control(path);
    if let Some((path, _)) = contents.iter().find(|(path, _)| !belongs(path)) {
        return Fault::new(
            "outside-layout",
            text!("数据目录中没有 {path} 这样的文件", "a data directory has no file {path}"),
        )
        .fail();
    }
    let mut made = CreatedPaths::default();
    let done = made.all(root, contents);
    if done.is_err() {
        made.remove();
    }
    done
}

fn check_empty(root: &Path) -> Result<()> {
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
    let fault = |error| files::failure(text!("读取文件夹", "read the folder"), root, &error);
    for entry in fs::read_dir(root).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name();
        let name = name.to_string_lossy();
        if !layout::is_version_control(&name) {
            let path = root.display();
            return Fault::usage("not-empty", text!("文件夹 {path} 不是空的", "the folder {path} is not empty"))
                .at(Place::file(root.join(&*name).display().to_string()))
                .hint(text!(
                    "另选一个空文件夹，或先移走其中的内容",
                    "choose an empty folder, or move its contents elsewhere"
                ))
                .fail();
        }
    }
    Ok(())
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
            // What version control was told before stays as it is.
            if layout::is_version_control(path) && files::look(&at)?.is_some() {
                continue;
            }
            self.folder(files::folder_of(&at))?;
            self.file(&at, bytes)?;
        }
        self.sync()?;
        for (path, bytes) in contents.iter().filter(|(path, _)| path == SETTINGS) {
            let at = root.join(path);
            let new = files::beside(&at, "new");
            self.file(&new, bytes)?;
            files::rename(&new, &at)?;
            self.files.push(at);
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
        self.files.push(at.to_owned());
        self.gained.insert(files::folder_of(at).to_owned());
        stream::write_new(at, [bytes])
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
