//! Files that are the user's, not the store's: what is imported.

use super::files;
use super::output::is_the_systems;
use super::threads::in_order;
use crate::base::fault::{Fault, Place, Result};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// A file is read by several threads in pieces of so many bytes, if it has more than one.
const PIECE: usize = if cfg!(test) { 2 } else { 4 << 20 };

/// Reads a file, or what stands under `/dev`, of at most `limit` bytes.
///
/// # Errors
/// It cannot be read, is a folder or a pipe, or is longer.
pub fn read_in(path: &Path, limit: u64, threads: usize) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let fault = |error| files::failure(text!("读取", "read"), path, &error);
    let metadata = fs::metadata(path).map_err(fault)?;
    if metadata.is_dir() {
        return Fault::new("is-a-folder", text!("{name} 是文件夹", "{name} is a folder"))
            .hint(text!("请给出其中的一个文件", "give one of the files in it"))
            .fail();
    }
    // Whoever opens a pipe waits for somebody to write to it.
    if !metadata.is_file() && !is_the_systems(path) {
        return Fault::new("not-a-file", text!("{name} 不是普通文件", "{name} is not a regular file"))
            .hint(text!("管道请从标准输入读：文件名写 -", "to read a pipe, use - (standard input)"))
            .fail();
    }
    if metadata.len() > limit {
        return too_large(&name, limit).fail();
    }
    let length = usize::try_from(metadata.len()).expect("the limit on a file's size fits in memory's addresses");
    if metadata.is_file() && length > PIECE && threads > 1 {
        return read_in_pieces(path, length, threads);
    }
    let mut bytes = Vec::with_capacity(length);
    let read = File::open(path).and_then(|file| file.take(limit.saturating_add(1)).read_to_end(&mut bytes));
    read.map_err(fault)?;
    check_limit(bytes, &name, limit)
}

/// Reads a regular file of that length.
fn read_in_pieces(path: &Path, length: usize, threads: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let pieces = bytes.chunks_mut(PIECE).enumerate().map(|(at, piece)| ((at * PIECE) as u64, Mutex::new(piece)));
    let pieces: Vec<_> = pieces.collect();
    let read = |(at, piece): &(u64, Mutex<&mut [u8]>)| {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(*at))?;
        file.read_exact(&mut piece.lock().unwrap_or_else(PoisonError::into_inner))
    };
    let fault = |error| files::failure(text!("读取", "read"), path, &error);
    in_order(&pieces, threads, read, |_, read| Ok(read.map_err(fault)?))?;
    if fs::metadata(path).map_err(fault)?.len() != length as u64 {
        let name = path.display();
        return Fault::new("changed-meanwhile", text!("{name} 正在被改动", "{name} is being written to"))
            .hint(text!("等它保存好，再运行一次", "run the command again once it is saved"))
            .fail();
    }
    Ok(bytes)
}

/// The bytes, unless there are too many: of what has no length of its own, one more than `limit` was read.
fn check_limit(bytes: Vec<u8>, name: &str, limit: u64) -> Result<Vec<u8>> {
    if bytes.len() as u64 > limit { too_large(name, limit).fail() } else { Ok(bytes) }
}

/// A file of more bytes than may be read.
fn too_large(name: &str, limit: u64) -> Fault {
    let most = limit >> 20;
    Fault::new("file-too-large", text!("文件太大，最多可读 {most} MB", "the file is too large (at most {most} MB)"))
        .at(Place::file(name))
        .hint(text!(
            "请核对是否选错了文件；没有选错的，请分成几个文件分次读入",
            "check whether this is the right file, or split it and import the parts one by one"
        ))
}

/// Standard input, to its end.
///
/// # Errors
/// It cannot be read, or is longer than `limit` bytes.
pub fn read_stdin(limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let path = Path::new("-");
    let read = std::io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| files::failure(text!("读取", "read"), path, &error))?;
    check_limit(bytes, "-", limit)
}
