//! The few things the store does to files, each one named in its faults. Every one that changes something is a step
//! that a test can make fail.

use super::modes::{self, Visibility};
use crate::base::fault::{Fault, Place, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The greatest closing, in bytes.
const CLOSING_LIMIT: u64 = 64 << 20;
/// The greatest other TOML file, in bytes.
const TOML_LIMIT: u64 = 4 << 20;
/// The greatest ledger, in bytes.
pub(super) const LEDGER_LIMIT: u64 = 4 << 30;

/// How many bytes the file at a path may have; none for a path that is not of the layout.
pub(super) fn limit(path: &str) -> Option<u64> {
    Some(match DataPath::parse(path)? {
        DataPath::Closing { .. } => CLOSING_LIMIT,
        DataPath::Ledger { .. } => LEDGER_LIMIT,
        DataPath::Settings
        | DataPath::Plan { .. }
        | DataPath::Kind { .. }
        | DataPath::Holidays { .. }
        | DataPath::Township { .. } => TOML_LIMIT,
    })
}

/// The I/O errors that have words of their own: what kind of fault each is, and what it means to a person.
const KNOWN_ERRORS: [(ErrorKind, &str, Text); 8] = [
    (ErrorKind::NotFound, "missing-file", Text::new("没有这个文件或文件夹", "no such file or folder")),
    (ErrorKind::PermissionDenied, "no-permission", Text::new("没有权限", "permission denied")),
    (ErrorKind::StorageFull, "disk-full", Text::new("磁盘已满", "the disk is full")),
    (ErrorKind::QuotaExceeded, "disk-full", Text::new("磁盘配额已用完", "disk quota exceeded")),
    (ErrorKind::ReadOnlyFilesystem, "read-only", Text::new("磁盘是只读的", "the disk is read-only")),
    (ErrorKind::IsADirectory, "is-a-folder", Text::new("它是文件夹", "it is a folder")),
    (ErrorKind::NotADirectory, "not-a-folder", Text::new("路径中有一段不是文件夹", "part of the path is not a folder")),
    (ErrorKind::AlreadyExists, "already-there", Text::new("已经存在", "it already exists")),
];

/// Where there is a way out of an I/O error that holds for every file.
fn way_out(error: &io::Error) -> Option<Text> {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        Some(text!("腾出空间后再运行一次", "free up space, then run the command again"))
    } else if error.kind() == ErrorKind::PermissionDenied {
        Some(text!("检查文件夹归谁所有、是否可写", "check who owns the folder and whether it can be written to"))
    } else {
        None
    }
}

/// `doing` with the path could not be done.
#[expect(clippy::needless_pass_by_value, reason = "it is made for this")]
pub(super) fn failure(doing: Text, path: &Path, error: &io::Error) -> Fault {
    let path = path.display();
    let known = KNOWN_ERRORS.into_iter().find(|(kind, ..)| *kind == error.kind());
    let (code, why) =
        known.map_or_else(|| ("input-output", Text::same(error.to_string())), |(_, code, why)| (code, why));
    let fault = Fault::new(code, text!("无法{doing} {path}：{why}", "cannot {doing} {path}: {why}", doing, why));
    match way_out(error) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

/// A file that is not a regular one, or too large, is refused by this.
pub(super) fn irregular_fault(path: &str) -> Fault {
    Fault::new("not-a-file", text!("{path} 不是普通文件，不读取", "{path} is not a regular file and was not read"))
        .at(Place::file(path))
        .hint(text!("移走它，从备份恢复应有的文件", "move it away and restore the file that belongs there"))
}

/// A file greater than `limit` bytes.
pub(super) fn too_large(path: &str, length: u64, limit: u64) -> Fault {
    Fault::new(
        "file-too-large",
        text!(
            "{path} 有 {length} 字节，超过上限 {limit} 字节",
            "{path} is {length} bytes, more than the {limit} allowed"
        ),
    )
    .at(Place::file(path))
    .hint(text!("检查是否放错了文件", "check whether this is the right file"))
}

/// Another program wrote to a file although the lock is ours.
pub(super) fn meddling_fault(at: &Path) -> Fault {
    let path = at.display();
    Fault::new("changed-meanwhile", text!("{path} 被别的程序改动", "another program has changed {path}"))
        .hint(text!("关闭打开它的程序，再运行一次", "close the program that has it open, then run the command again"))
}

/// What stands at a path, links followed; none if nothing does.
pub(super) fn look(path: &Path) -> Result<Option<Metadata>> {
    if_found(fs::metadata(path), path)
}

/// What stands at a path, a link being a link; none if nothing does.
pub(super) fn look_at_link(path: &Path) -> Result<Option<Metadata>> {
    if_found(fs::symlink_metadata(path), path)
}

fn if_found<T>(looked: io::Result<T>, path: &Path) -> Result<Option<T>> {
    match looked {
        Ok(found) => Ok(Some(found)),
        // A file in the middle of the path: nothing can stand below it.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => failure(text!("查看", "access"), path, &error).fail(),
    }
}

/// Opens a regular file for reading, links followed; none if there is none.
pub(super) fn open_to_read(path: &Path) -> Result<Option<File>> {
    match look(path)? {
        None => return Ok(None),
        Some(metadata) if !metadata.is_file() => return irregular_fault(&path.display().to_string()).fail(),
        Some(_) => {}
    }
    if_found(File::open(path), path)
}

/// Opens a regular file of the store for reading and writing; a link or anything else is refused.
pub(super) fn open_to_write(path: &Path) -> Result<File> {
    if let Some(metadata) = look_at_link(path)?
        && !metadata.is_file()
    {
        return irregular_fault(&path.display().to_string()).fail();
    }
    let opened = step(&FileOperation::Open).and_then(|()| OpenOptions::new().read(true).write(true).open(path));
    opened.map_err(|error| failure(text!("打开", "open"), path, &error).into())
}

/// As [`open_to_write`], for a file that may not be there yet; it is not cut. A new one is private, or its folder's group's.
pub(super) fn open_or_create(path: &Path) -> Result<File> {
    let standing = look_at_link(path)?;
    if standing.as_ref().is_some_and(|metadata| !metadata.is_file()) {
        return irregular_fault(&path.display().to_string()).fail();
    }
    let mut options = OpenOptions::new();
    modes::make_private(&mut options);
    let opened = step(&FileOperation::Create(path))
        .and_then(|()| options.read(true).write(true).create(true).truncate(false).open(path));
    let file = opened.map_err(|error| failure(text!("创建", "create"), path, &error))?;
    if standing.is_none() {
        modes::share(&file, folder_of(path));
    }
    Ok(file)
}

/// Whether a path still leads to this open file, and not to one that took its place. Where the system does not tell files
/// apart, yes.
pub(super) fn has_name(file: &File, path: &Path) -> Result<bool> {
    let open = file.metadata().map_err(|error| failure(text!("查看", "access"), path, &error))?;
    let is_same = |named: Metadata| number(&open).is_none_or(|open| Some(open) == number(&named));
    Ok(look(path)?.is_some_and(is_same))
}

/// Makes a file that was not there.
pub(super) fn create_new(path: &Path, visibility: Visibility) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    if visibility == Visibility::Private {
        modes::make_private(&mut options);
    }
    step(&FileOperation::Create(path)).and_then(|()| options.open(path))
}

/// Length of an open file.
pub(super) fn length(file: &File, path: &Path) -> Result<u64> {
    let looked = file.metadata();
    looked.map(|metadata| metadata.len()).map_err(|error| failure(text!("查看", "access"), path, &error).into())
}

/// A length within a file of the store as a length in memory: no file that is read is larger than that.
pub(super) fn in_memory(length: u64) -> usize {
    usize::try_from(length).expect("a file within the store's limits fits into memory's addresses")
}

/// Reads `length` bytes from `at`.
pub(super) fn read_at(mut file: &File, path: &Path, at: u64, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes));
    read.map_err(|error| failure(text!("读取", "read"), path, &error))?;
    Ok(bytes)
}

/// Writes at a place.
pub(super) fn write_at(file: &File, path: &Path, at: u64, bytes: &[u8]) -> Result<()> {
    let mut place = file;
    let written = place.seek(SeekFrom::Start(at)).and_then(|_| write_all(file, path, at, bytes));
    written.map_err(|error| failure(text!("写入", "write"), path, &error).into())
}

/// Cuts a file to a length.
pub(super) fn cut(file: &File, path: &Path, length: u64) -> Result<()> {
    let cut = act(&FileOperation::Cut(path, length), || file.set_len(length));
    cut.map_err(|error| failure(text!("截短", "truncate"), path, &error).into())
}

/// Waits until a file's bytes and length are on the disk.
pub(super) fn sync(file: &File, path: &Path) -> Result<()> {
    let synced = act(&FileOperation::Sync(path), || to_disk(file));
    synced.map_err(|error| failure(text!("写盘", "flush"), path, &error).into())
}

/// Waits until a folder's names are on the disk. Where folders cannot be synced (Windows, some network disks) the
/// system orders names itself.
pub(super) fn sync_folder(path: &Path) -> Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let synced = act(&FileOperation::SyncFolder(path), || File::open(path).and_then(|folder| names_to_disk(&folder)));
    match synced {
        Err(error) if !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {
            failure(text!("写盘", "flush"), path, &error).fail()
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Copies a regular file and brings the copy to the disk. Its name is not synced.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = act(&FileOperation::Copy(from, to), || fs::copy(from, to).map(drop));
    copied.map_err(|error| failure(text!("复制", "copy"), from, &error))?;
    let opened = OpenOptions::new().write(true).open(to);
    let file = opened.map_err(|error| failure(text!("打开", "open"), to, &error))?;
    sync(&file, to)
}

/// Gives a new file the permissions of the one it is to replace, as far as the disk knows any.
pub(super) fn keep_permissions(old: &Path, new: &Path) -> Result<()> {
    let (Some(old), Some(now)) = (look(old)?, look(new)?) else { return Ok(()) };
    if old.permissions() != now.permissions() {
        let _ = fs::set_permissions(new, old.permissions());
    }
    Ok(())
}

/// Gives a file another name, taking the place of what had it.
pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    replace(from, to).map_err(|error| failure(text!("改名为", "rename to"), to, &error).into())
}

/// As [`rename`], for whoever has words of his own.
pub(super) fn replace(from: &Path, to: &Path) -> io::Result<()> {
    act(&FileOperation::Rename(from, to), || fs::rename(from, to))
}

/// Gives a file another name that nothing has: what got it meanwhile stays.
pub(super) fn name_anew(from: &Path, to: &Path) -> io::Result<()> {
    act(&FileOperation::Rename(from, to), || match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A disk on which no file has two names.
        Err(_) if fs::symlink_metadata(to).is_ok() => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    })
}

/// Whether two paths lead to one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (fs::metadata(one), fs::metadata(other)) else { return false };
    number(&first).zip(number(&second)).map_or_else(
        || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other)),
        |(first, second)| first == second,
    )
}

/// A file's number on its disk, where the system says it.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "not every system says it")]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Gives a file another name if it is there; if not, it has that name already.
pub(super) fn rename_if_there(from: &Path, to: &Path) -> Result<()> {
    if look_at_link(from)?.is_some() { rename(from, to) } else { Ok(()) }
}

/// Removes a file; there being none is as good.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = act(&FileOperation::Remove(path), || fs::remove_file(path));
    check_removed(removed, path, &[ErrorKind::NotFound, ErrorKind::NotADirectory])
}

/// Whether a file in a folder can be given another name: both paths lead to one disk, as far as they exist. Where the
/// system does not say it, no.
pub(super) fn on_one_disk(folder: &Path, path: &Path) -> bool {
    let disk = |path: &Path| path.ancestors().find_map(|path| fs::metadata(path).ok()).and_then(|found| disk(&found));
    disk(folder).is_some_and(|one| Some(one) == disk(path))
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "not every system says it")]
fn disk(metadata: &Metadata) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    Some(metadata.dev())
}

#[cfg(not(unix))]
fn disk(_: &Metadata) -> Option<u64> {
    None
}

/// Makes a folder of the data directory's: private, or its folder's group's.
pub(super) fn make_folder(path: &Path) -> Result<()> {
    make_folder_for(path, Visibility::Private)
}

/// Makes a folder.
pub(super) fn make_folder_for(path: &Path, visibility: Visibility) -> Result<()> {
    let within = folder_of(path);
    let made = act(&FileOperation::MakeFolder(path), || modes::make_folder(path, within, visibility));
    made.map_err(|error| failure(text!("创建文件夹", "create the folder"), path, &error).into())
}

/// Removes a folder; there being none is as good, and one that somebody uses stays.
pub(super) fn remove_folder(path: &Path) -> Result<()> {
    let removed = act(&FileOperation::RemoveFolder(path), || fs::remove_dir(path));
    check_removed(removed, path, &[ErrorKind::NotFound, ErrorKind::NotADirectory, ErrorKind::DirectoryNotEmpty])
}

fn check_removed(removed: io::Result<()>, path: &Path, as_good: &[ErrorKind]) -> Result<()> {
    match removed {
        Err(error) if !as_good.contains(&error.kind()) => failure(text!("删除", "remove"), path, &error).fail(),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The file beside `path` that the store keeps for itself: `.NAME.new` or `.NAME.old`.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let name = path.file_name().expect("a file of the store has a name").to_string_lossy();
    path.with_file_name(format!(".{name}.{end}"))
}

/// The folder a path lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let parent = path.parent().unwrap_or(path);
    if parent.as_os_str().is_empty() { Path::new(".") } else { parent }
}

/// What is done to a file: for a test to see, to leave out or to make fail.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "only a test asks"))]
pub(super) enum FileOperation<'a> {
    Open,
    Create(&'a Path),
    Cut(&'a Path, u64),
    Sync(&'a Path),
    SyncFolder(&'a Path),
    Copy(&'a Path, &'a Path),
    Rename(&'a Path, &'a Path),
    Remove(&'a Path),
    MakeFolder(&'a Path),
    RemoveFolder(&'a Path),
}

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "it fails where a test says so")]
fn step(_: &FileOperation<'_>) -> io::Result<()> {
    Ok(())
}

#[cfg(not(test))]
fn act(_: &FileOperation<'_>, run: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    run()
}

#[cfg(not(test))]
pub(super) fn write_all(mut file: &File, _: &Path, _: u64, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)
}

#[cfg(not(test))]
fn to_disk(file: &File) -> io::Result<()> {
    file.sync_data()
}

#[cfg(not(test))]
fn names_to_disk(folder: &File) -> io::Result<()> {
    folder.sync_all()
}

/// A test cannot cut the power, so it need not wait for the disk.
#[cfg(test)]
#[expect(clippy::unnecessary_wraps, reason = "as the real one")]
fn to_disk(_: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
use super::tests::trap::{act, step};
#[cfg(test)]
use to_disk as names_to_disk;

#[cfg(test)]
pub(super) fn write_all(mut file: &File, path: &Path, at: u64, bytes: &[u8]) -> io::Result<()> {
    super::tests::trap::write(path, at, bytes, |bytes| file.write_all(bytes))
}
