//! The archive that a workbook is: its parts by their paths, and one quota for all that is read of them. Knows no format.

use super::limits::LARGEST_WORKBOOK;
use super::refusal::{damaged, encrypted, too_large, too_large_a_workbook};
use super::xml::{Quota, XmlReader};
use crate::base::fault::Fault;
use std::collections::HashMap;
use std::io::{Cursor, ErrorKind, Read};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// The most parts: proper workbooks have tens.
const MOST_PARTS: usize = 10_000;

/// A part of an archive, unpacked as it is read.
pub(super) type ArchivePart<'z, 'a> = ZipFile<'z, Cursor<&'a [u8]>>;

/// An archive, and what may still be read of it.
pub(super) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Its parts by their paths. Some programs write `\` for `/`, or other capitals in a reference than in the name.
    parts: HashMap<String, usize>,
    /// By part: whether it was read.
    read: Vec<bool>,
    quota: Quota,
}

fn key(path: &str) -> String {
    path.replace('\\', "/").to_ascii_lowercase()
}

impl<'a> Archive<'a> {
    /// The archive, unless its size or the number of its parts passes the limits.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Archive<'a>, Fault> {
        if bytes.len() > LARGEST_WORKBOOK {
            return Err(too_large_a_workbook(bytes.len()));
        }
        // The archive's own word on how many there are is not believed.
        if memchr::memmem::find_iter(bytes, b"PK\x01\x02").nth(MOST_PARTS).is_some() {
            return Err(too_large(text!("工作簿里的部件太多", "the workbook has too many parts")));
        }
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        let mut parts = HashMap::new();
        for (at, path) in zip.file_names().enumerate() {
            // One whose name is no text is of no use to a workbook; it is measured with the rest.
            if let Ok(path) = path {
                parts.insert(key(&path), at);
            }
        }
        let read = vec![false; zip.len()];
        Ok(Archive { zip, parts, read, quota: Quota::default() })
    }

    /// Whether it has a part of that path.
    pub(super) fn has(&self, path: &str) -> bool {
        self.parts.contains_key(&key(path))
    }

    /// Whether a part's path, in small letters, is like that.
    pub(super) fn has_any(&self, like: impl Fn(&str) -> bool) -> bool {
        self.parts.keys().any(|path| like(path))
    }

    /// A part, for reading as XML; none if there is none of that path.
    pub(super) fn xml(&mut self, path: &str) -> Result<Option<XmlReader<'_, ArchivePart<'_, 'a>>>, Fault> {
        let Some(&at) = self.parts.get(&key(path)) else { return Ok(None) };
        self.read[at] = true;
        let part = part(&mut self.zip, at)?;
        Ok(Some(XmlReader::new(part, &mut self.quota)))
    }

    /// The first bytes of a part, at most so many.
    pub(super) fn beginning(&mut self, path: &str, most: u64) -> Result<Vec<u8>, Fault> {
        let at = self.parts.get(&key(path)).copied().ok_or_else(damaged)?;
        let mut bytes = Vec::new();
        part(&mut self.zip, at)?.take(most).read_to_end(&mut bytes).map_err(|_| damaged())?;
        Ok(bytes)
    }

    /// Measures the parts that were not read, whatever they hold: pictures, settings of printers, what other programs keep.
    pub(super) fn measure_rest(&mut self) -> Result<(), Fault> {
        let mut bytes = vec![0; 64 << 10];
        for at in 0..self.read.len() {
            if std::mem::replace(&mut self.read[at], true) {
                continue;
            }
            let mut part = part(&mut self.zip, at)?;
            loop {
                match part.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(read) => self.quota.take(read)?,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => return Err(damaged()),
                }
            }
        }
        Ok(())
    }
}

fn part<'z, 'a>(zip: &'z mut ZipArchive<Cursor<&'a [u8]>>, at: usize) -> Result<ArchivePart<'z, 'a>, Fault> {
    match zip.by_index(at) {
        Ok(part) if part.encrypted() => Err(encrypted()),
        Ok(part) => Ok(part),
        Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => Err(encrypted()),
        Err(_) => Err(damaged()),
    }
}
