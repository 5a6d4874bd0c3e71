//! What an interrupted command left in the things that its journal names, told from what stands there now: the folder may
//! have been copied, restored or written to since. Looks, and touches nothing.

use super::files;
use super::journal::{ContentHash, Journal, JournalReading, TouchedPath};
use super::lock;
use super::torn::{self, ROW_LIMIT};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::id::Id;
use crate::base::paths::DataPath;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// What stands of a command in one thing that it touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remains {
    /// Nothing: it is as it was before.
    Untouched,
    /// Nothing of it, but something else, which is not the command's to take back.
    Nothing,
    /// What it wrote or began to write, and nothing else.
    Own,
    /// What it wrote, and rows of others that would go with it.
    Mixed,
}

impl Journal {
    /// What stands of its command in each thing that it names, in their order.
    ///
    /// # Errors
    /// Something cannot be read.
    pub(super) fn remains(&self, root: &Path) -> Result<Vec<Remains>> {
        let found = RowOwners { root, batch: self.batch };
        self.touched.iter().map(|touch| found.remains(touch)).collect()
    }

    /// The files in which rows of others stand among those of its command.
    pub(super) fn mixed(&self, remains: &[Remains]) -> Vec<Fault> {
        let holder = &self.holder;
        let refusal = |path: &str| {
            Fault::new(
                "cannot-take-back",
                text!(
                    "{path} 中既有中断的命令 {holder} 写入的行，又有其他命令写入的行，不能撤回",
                    "{path} has rows of the interrupted command {holder} and of others, so it cannot be rolled back"
                ),
            )
            .at(Place::file(path))
            .hint(text!(
                "保留所有完整的行，结束那个命令：culture check --fix",
                "to end that command and keep every whole row: culture check --fix"
            ))
        };
        let found = self.touched.iter().zip(remains).filter(|(_, remains)| **remains == Remains::Mixed);
        found.map(|(touch, _)| refusal(touch.path())).collect()
    }
}

/// A command that is to be taken back, as a reader finds it.
#[derive(Debug)]
pub(super) struct UnfinishedBatch<'j> {
    journal: &'j Journal,
    remains: Vec<Remains>,
    /// It is being written now: nothing is wrong.
    running: bool,
}

impl UnfinishedBatch<'_> {
    /// The one that a journal names; none if it names none.
    ///
    /// # Errors
    /// What is left of it cannot be read.
    pub(super) fn find<'j>(root: &Path, found: &'j JournalReading) -> Result<Option<UnfinishedBatch<'j>>> {
        let Some(journal) = found.unfinished() else { return Ok(None) };
        let running = lock::is_held(root);
        // What is being written changes while it is read, and all of it is the writer's own.
        let remains = if running { vec![Remains::Own; journal.touched.len()] } else { journal.remains(root)? };
        Ok(Some(UnfinishedBatch { journal, remains, running }))
    }

    /// What is to be seen as it was before.
    pub(super) fn hidden(&self) -> impl Iterator<Item = &TouchedPath> {
        self.journal
            .touched
            .iter()
            .zip(&self.remains)
            .filter(|(_, remains)| matches!(remains, Remains::Own | Remains::Mixed))
            .map(|(touch, _)| touch)
    }

    /// What nobody can take back.
    pub(super) fn mixed(&self) -> Vec<Fault> {
        self.journal.mixed(&self.remains)
    }

    /// What a reader is told that does not see all that stands; nothing while it is being written.
    pub(super) fn warning(&self) -> Option<Fault> {
        let holder = &self.journal.holder;
        let warning = Fault::warning(
            "unfinished-write",
            text!(
                "命令 {holder} 中途中断，它写入的内容未列入",
                "the command {holder} was interrupted, and what it wrote is left out"
            ),
        );
        let hint = if self.remains.contains(&Remains::Mixed) {
            text!(
                "同一文件中其他命令写入的行也未列入；查明情况：culture check",
                "so are the rows that other commands wrote behind it; to see where: culture check"
            )
        } else {
            text!("下一个写入的命令会撤回它", "the next command that writes takes it back")
        };
        (!self.running).then(|| warning.hint(hint))
    }
}

/// Whose rows stand in a part of a ledger.
#[derive(Clone, Copy, Debug, Default)]
struct OwnersFound {
    own: bool,
    others: bool,
}

impl OwnersFound {
    fn remains(self) -> Remains {
        match self {
            OwnersFound { own: true, others: true } => Remains::Mixed,
            OwnersFound { own: false, others: true } => Remains::Nothing,
            OwnersFound { others: false, .. } => Remains::Own,
        }
    }
}

/// Tells a command's rows from those of others.
struct RowOwners<'a> {
    root: &'a Path,
    batch: Id,
}

impl RowOwners<'_> {
    fn remains(&self, touch: &TouchedPath) -> Result<Remains> {
        match touch {
            TouchedPath::Cut(length, path) => self.beyond(&self.root.join(path), *length),
            TouchedPath::New(_, path) if DataPath::is_ledger(path) => self.in_new(&self.root.join(path)),
            TouchedPath::New(written, path) => made(&self.root.join(path), *written),
            TouchedPath::Old(written, path) => self.in_replaced(path, *written),
            // It goes only if it is empty.
            TouchedPath::Folder(_) => Ok(Remains::Own),
        }
    }

    /// In a ledger of which the first `length` bytes were there before.
    fn beyond(&self, at: &Path, length: u64) -> Result<Remains> {
        let Some(file) = files::open_to_read(at)? else { return Ok(Remains::Nothing) };
        let now = files::length(&file, at)?;
        if now <= length {
            return Ok(if now == length { Remains::Untouched } else { Remains::Nothing });
        }
        let columns = columns(&file, at)?;
        let mut found = OwnersFound { own: false, others: !ends_with_row(&file, at, length)? };
        each_line(&file, at, length, |line| found.add(self.owners(line, columns)))?;
        Ok(found.remains())
    }

    /// In a ledger that was not there. It got its name when all of it was on the disk, so a line that is not the command's
    /// row was not written by it.
    fn in_new(&self, at: &Path) -> Result<Remains> {
        let Some(file) = files::open_to_read(at)? else { return Ok(Remains::Untouched) };
        let columns = columns(&file, at)?;
        let mut found = OwnersFound::default();
        let mut is_first = true;
        each_line(&file, at, 0, |line| {
            let headings = std::mem::take(&mut is_first) && is_header(line.text);
            if !headings {
                let owners = self.owners(line, columns);
                let is_own_row = owners.own && !owners.others;
                found.add(OwnersFound { others: owners.others || (line.is_text() && !is_own_row), ..owners });
            }
        })?;
        Ok(found.remains())
    }

    /// In a file that the command was to replace, of which `.NAME.old` is a copy.
    fn in_replaced(&self, path: &str, written: Option<ContentHash>) -> Result<Remains> {
        let at = self.root.join(path);
        let aside = files::beside(&at, "old");
        // Without a copy it has its name back already.
        let Some(old) = files::open_to_read(&aside)? else { return Ok(Remains::Untouched) };
        // Without the file the copy is all there is.
        let Some(now) = files::open_to_read(&at)? else { return Ok(Remains::Own) };
        let stands = hash_of(&now, &at)?;
        if stands == hash_of(&old, &aside)? {
            return Ok(Remains::Untouched);
        }
        if Some(stands) == written {
            return Ok(Remains::Own);
        }
        if !DataPath::is_ledger(path) {
            // A journal of an earlier version does not say what was written.
            return Ok(if written.is_none() { Remains::Own } else { Remains::Nothing });
        }
        let batches = batches(&now, &at)?;
        let own = batches.contains(&self.batch);
        let known = if written.is_none() { batches_and(&old, &aside, self.batch)? } else { HashSet::new() };
        Ok(OwnersFound { own, others: batches.iter().any(|batch| !known.contains(batch)) }.remains())
    }

    /// Whose row a line is. What is no row has no owner: a write that was cut short leaves anything, but no whole row.
    fn owners(&self, line: Line<'_>, columns: usize) -> OwnersFound {
        // A torn row may end with the id of a record that it refers to.
        if !line.ended && torn::cell_count(line.text) != columns {
            return OwnersFound::default();
        }
        if let Some(batch) = torn::batch_of(line.text) {
            return OwnersFound { own: batch == self.batch, others: batch != self.batch };
        }
        // As another program saves it: then nothing is where the journal says.
        match torn::batch_of_altered(line.text) {
            Some(batch) => OwnersFound { own: batch == self.batch, others: true },
            None => OwnersFound::default(),
        }
    }
}

impl OwnersFound {
    fn add(&mut self, more: OwnersFound) {
        self.own |= more.own;
        self.others |= more.others;
    }
}

/// In a file that is no ledger and was not there.
fn made(at: &Path, written: Option<ContentHash>) -> Result<Remains> {
    let Some(file) = files::open_to_read(at)? else { return Ok(Remains::Untouched) };
    let is_own = match written {
        Some(written) => hash_of(&file, at)? == written,
        // A journal of an earlier version does not say what was written.
        None => true,
    };
    Ok(if is_own { Remains::Own } else { Remains::Nothing })
}

/// A line of a ledger, without its end.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a [u8],
    ended: bool,
}

impl Line<'_> {
    /// Whether a person or a program may have put it there: no write that was cut short looks so.
    fn is_text(self) -> bool {
        self.ended && !self.text.contains(&0) && std::str::from_utf8(self.text).is_ok_and(|text| !text.is_empty())
    }
}

fn is_header(line: &[u8]) -> bool {
    line.starts_with(b"id,") && line.ends_with(b",batch")
}

/// How many columns a ledger has.
fn columns(file: &File, at: &Path) -> Result<usize> {
    let mut start = Vec::new();
    read_on(file, at, 0)?.take(ROW_LIMIT as u64).read_until(b'\n', &mut start).map_err(|error| failed(at, &error))?;
    Ok(torn::column_count(&start))
}

/// Whether a row or the headings end at a place in a ledger, with their line end or without.
fn ends_with_row(file: &File, at: &Path, length: u64) -> Result<bool> {
    let start = length.saturating_sub(ROW_LIMIT as u64 + 1);
    let mut before = Vec::new();
    let wanted = length - start;
    read_on(file, at, start)?.take(wanted).read_to_end(&mut before).map_err(|error| failed(at, &error))?;
    let line = before.rsplit(|&byte| byte == b'\n').next().expect("even nothing has one part");
    Ok(line.is_empty() || torn::batch_of(line).is_some() || is_header(line))
}

fn each_line(file: &File, at: &Path, from: u64, mut take: impl FnMut(Line<'_>)) -> Result<()> {
    let mut reader = read_on(file, at, from)?;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        // What is longer than any row comes in pieces, which are none.
        let read = (&mut reader).take(2 * ROW_LIMIT as u64).read_until(b'\n', &mut bytes);
        if read.map_err(|error| failed(at, &error))? == 0 {
            return Ok(());
        }
        let ended = bytes.last() == Some(&b'\n');
        take(Line { text: if ended { &bytes[..bytes.len() - 1] } else { &bytes }, ended });
    }
}

fn batches(file: &File, at: &Path) -> Result<HashSet<Id>> {
    let mut batches = HashSet::new();
    each_line(file, at, 0, |line| batches.extend(torn::batch_of(line.text)))?;
    Ok(batches)
}

fn batches_and(file: &File, at: &Path, further: Id) -> Result<HashSet<Id>> {
    let mut batches = batches(file, at)?;
    batches.insert(further);
    Ok(batches)
}

fn hash_of(file: &File, at: &Path) -> Result<ContentHash> {
    let mut reader = read_on(file, at, 0)?;
    let mut hash = ContentHash::NOTHING;
    loop {
        let part = reader.fill_buf().map_err(|error| failed(at, &error))?;
        if part.is_empty() {
            return Ok(hash);
        }
        hash = hash.and(part);
        let length = part.len();
        reader.consume(length);
    }
}

fn read_on<'f>(mut file: &'f File, at: &Path, from: u64) -> Result<BufReader<&'f File>> {
    file.seek(SeekFrom::Start(from)).map_err(|error| failed(at, &error))?;
    Ok(BufReader::with_capacity(1 << 20, file))
}

fn failed(at: &Path, error: &std::io::Error) -> Faults {
    files::failure(text!("读取", "read"), at, error).into()
}
