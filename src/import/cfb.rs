//! The container of Excel 97 to 2003 and WPS `.et` (Compound File Binary): its streams, read without trust in any of its
//! numbers. Knows no format of what is in it.

use super::limits::LARGEST_WORKBOOK;
use super::refusal::{damaged, too_large_a_workbook};
use crate::base::fault::Fault;

const NO_SECTOR: u32 = 0xFFFF_FFFA;
/// Streams shorter than this lie in the small sectors.
const SMALL: u64 = 4096;
const SMALL_SECTOR: usize = 64;

/// A container.
pub(super) struct CompoundDocument<'a> {
    bytes: &'a [u8],
    sector: usize,
    chain: Vec<u32>,
    small_chain: Vec<u32>,
    small: Vec<u8>,
    entries: Vec<DirectoryEntry>,
}

struct DirectoryEntry {
    name: String,
    start: u32,
    length: u64,
}

impl<'a> CompoundDocument<'a> {
    /// Reads the tables of a container.
    pub(super) fn open(bytes: &'a [u8]) -> Result<CompoundDocument<'a>, Fault> {
        // Its stream stands in memory beside it.
        if bytes.len() > LARGEST_WORKBOOK {
            return Err(too_large_a_workbook(bytes.len()));
        }
        let sector = match u16_at(bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            Some(_) | None => return Err(damaged()),
        };
        let mut compound = CompoundDocument {
            bytes,
            sector,
            chain: Vec::new(),
            small_chain: Vec::new(),
            small: Vec::new(),
            entries: Vec::new(),
        };
        for id in compound.tables()? {
            let table = compound.sector(id).ok_or_else(damaged)?;
            compound.chain.extend(words(table));
        }
        compound.entries = compound.directory()?;
        let root = compound.entries.first().ok_or_else(damaged)?;
        if u32_at(bytes, 64).ok_or_else(damaged)? > 0 {
            // Without them the small streams are damaged, each when it is asked for; a workbook is mostly none.
            compound.small = compound.long(root.start, Some(root.length)).unwrap_or_default();
            let first = u32_at(bytes, 60).ok_or_else(damaged)?;
            compound.small_chain = words(&compound.long(first, None)?).collect();
        }
        Ok(compound)
    }

    /// The sectors that hold the table of chains: 109 of them in the header, the rest in sectors of their own.
    fn tables(&self) -> Result<Vec<u32>, Fault> {
        let header = self.bytes.get(76..512).ok_or_else(damaged)?;
        let mut ids: Vec<u32> = words(header).collect();
        let mut next = u32_at(self.bytes, 68).ok_or_else(damaged)?;
        for _ in 0..=self.bytes.len() / self.sector {
            if next >= NO_SECTOR {
                break;
            }
            ids.extend(words(self.sector(next).ok_or_else(damaged)?));
            next = ids.pop().ok_or_else(damaged)?;
        }
        if next < NO_SECTOR {
            return Err(damaged());
        }
        ids.retain(|&id| id < NO_SECTOR);
        // Each sector once at most, or the table could be made endless.
        if ids.len() > self.bytes.len() / self.sector { Err(damaged()) } else { Ok(ids) }
    }

    fn directory(&self) -> Result<Vec<DirectoryEntry>, Fault> {
        let start = u32_at(self.bytes, 48).ok_or_else(damaged)?;
        let directory = self.long(start, None)?;
        let entries = directory.chunks_exact(128).filter_map(|entry| {
            let length = usize::from(u16_at(entry, 64)?).saturating_sub(2).min(64);
            let name: Vec<u16> =
                entry.get(..length)?.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
            let low = u64::from(u32_at(entry, 120)?);
            // Containers of small sectors leave rubbish in the upper half.
            let high = if self.sector == 512 { 0 } else { u64::from(u32_at(entry, 124)?) };
            Some(DirectoryEntry {
                name: String::from_utf16_lossy(&name),
                start: u32_at(entry, 116)?,
                length: low | high << 32,
            })
        });
        Ok(entries.collect())
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.sector)?;
        let end = self.bytes.len().min(start.checked_add(self.sector)?);
        self.bytes.get(start..end)
    }

    /// A stream of whole sectors, `length` bytes of it where that is known, else all of them.
    fn long(&self, start: u32, length: Option<u64>) -> Result<Vec<u8>, Fault> {
        chained(&self.chain, start, length, |id| self.sector(id))
    }

    fn short(&self, start: u32, length: u64) -> Result<Vec<u8>, Fault> {
        chained(&self.small_chain, start, Some(length), |id| {
            let at = (id as usize).checked_mul(SMALL_SECTOR)?;
            self.small.get(at..at.checked_add(SMALL_SECTOR)?)
        })
    }

    fn entry(&self, name: &str) -> Option<&DirectoryEntry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// A stream by its name.
    pub(super) fn stream(&self, name: &str) -> Result<Vec<u8>, Fault> {
        let entry = self.entry(name).ok_or_else(damaged)?;
        if entry.length < SMALL {
            self.short(entry.start, entry.length)
        } else {
            self.long(entry.start, Some(entry.length))
        }
    }
}

/// The sectors of a chain, one behind the other, `length` bytes of them where that is known. No sector comes twice: a
/// chain that bites its tail would repeat its rows, which then seem to be on record already.
fn chained<'s>(
    chain: &[u32],
    start: u32,
    length: Option<u64>,
    sector: impl Fn(u32) -> Option<&'s [u8]>,
) -> Result<Vec<u8>, Fault> {
    let mut stream = Vec::new();
    let mut passed = vec![false; chain.len()];
    let mut id = start;
    while id < NO_SECTOR && length.is_none_or(|length| (stream.len() as u64) < length) {
        let passed = passed.get_mut(id as usize).ok_or_else(damaged)?;
        if std::mem::replace(passed, true) {
            return Err(damaged());
        }
        stream.extend_from_slice(sector(id).ok_or_else(damaged)?);
        id = *chain.get(id as usize).ok_or_else(damaged)?;
    }
    let Some(length) = length else { return Ok(stream) };
    // What is lacking at the end would be rows that nobody misses.
    if (stream.len() as u64) < length {
        return Err(damaged());
    }
    stream.truncate(usize::try_from(length).expect("there are so many bytes"));
    Ok(stream)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

/// The number of two bytes at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// The number of four bytes at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The number with a point, of eight bytes at a place.
pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
