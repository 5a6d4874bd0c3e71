//! What a change comes to on the files as they stand: which are appended to, which are new, which are replaced. Looks,
//! and touches nothing.

use super::change::{Change, check_header, check_size, not_ours};
use super::files::{self, LEDGER_LIMIT};
use super::journal::{ContentHash, TouchedPath};
use super::snapshot::Snapshot;
use super::staging::StagedRows;
use super::threads::scan;
use super::torn::{self, LedgerEnd, LedgerTail, ROW_LIMIT};
use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use crate::base::paths::DataPath;
use crate::base::text::Text;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// What is to be done, and what to say of it.
#[derive(Debug, Default)]
pub(super) struct WritePlan<'a> {
    pub steps: Vec<WriteStep<'a>>,
    /// Folders to be made, outer ones first.
    pub folders: BTreeSet<String>,
    /// One row to one existing ledger that ends well: it is torn or whole by itself.
    pub light: bool,
    pub warnings: Vec<Fault>,
    /// The rows of one of the files to be put that stand on the disk already.
    pub ahead: Option<StagedRows>,
}

/// Which rows a change may hold, and where some of them stand already.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchRows<'a> {
    /// The batch that every row bears.
    pub batch: Id,
    /// The new ledger whose first rows were written ahead.
    pub staged: Option<&'a str>,
}

/// What is to be done with one file.
#[derive(Debug)]
pub(super) enum WriteStep<'a> {
    /// Cut a ledger of `length` bytes to `keep`, end its last line, append.
    Append { path: &'a str, keep: u64, length: u64, ended: bool, rows: &'a [Vec<u8>] },
    /// Write a file, one part after the other.
    Put { path: &'a str, replaces: bool, first: &'a [u8], rest: &'a [Vec<u8>] },
}

impl WriteStep<'_> {
    pub(super) fn path(&self) -> &str {
        match self {
            WriteStep::Append { path, .. } | WriteStep::Put { path, .. } => path,
        }
    }

    /// What a file that is put will hold.
    fn written(&self) -> Option<ContentHash> {
        match self {
            WriteStep::Append { .. } => None,
            WriteStep::Put { first, rest, .. } => {
                Some(rest.iter().fold(ContentHash::NOTHING.and(first), |hash, part| hash.and(part)))
            }
        }
    }

    /// What the journal says of it.
    pub(super) fn touch(&self) -> TouchedPath {
        let path = self.path().to_owned();
        match self {
            WriteStep::Append { keep, .. } => TouchedPath::Cut(*keep, path),
            WriteStep::Put { replaces: true, .. } => TouchedPath::Old(self.written(), path),
            WriteStep::Put { replaces: false, .. } if DataPath::is_ledger(&path) => TouchedPath::New(None, path),
            WriteStep::Put { replaces: false, .. } => TouchedPath::New(self.written(), path),
        }
    }
}

impl<'a> WritePlan<'a> {
    pub(super) fn make(
        root: &Path,
        snapshot: &Snapshot,
        change: &'a Change,
        BatchRows { batch, staged }: BatchRows<'a>,
    ) -> Result<WritePlan<'a>> {
        let mut plan = WritePlan::default();
        let is_ledger = |path: &&String| !change.puts.contains_key(*path) && DataPath::is_ledger(path);
        if let Some(path) = change.appends.keys().find(|path| !is_ledger(path)) {
            return not_ours(path).fail();
        }
        let lots = change.appends.iter().flat_map(|(path, append)| append.rows.iter().map(move |rows| (path, rows)));
        let count = |count: &mut usize, (path, rows): &(&String, &Vec<u8>), _: &mut Vec<u8>| {
            *count += torn::check_rows(path, rows, batch)?;
            Ok(())
        };
        let counts = scan(&lots.collect::<Vec<_>>(), change.threads, || 0, count)?;
        let rows: usize = counts.into_iter().sum();
        if let Some(path) = staged {
            if exists(root, path)? {
                return files::meddling_fault(&root.join(path)).fail();
            }
            let rows = change.appends.get(path).map_or(&[][..], |append| &append.rows);
            plan.put(root, path, &[], rows)?;
        }
        for (path, append) in change.appends.iter().filter(|(path, _)| Some(path.as_str()) != staged) {
            if exists(root, path)? {
                plan.append(root, snapshot, path, &append.rows)?;
            } else {
                check_header(path, &append.header)?;
                plan.put(root, path, &append.header, &append.rows)?;
            }
        }
        for (path, bytes) in &change.puts {
            plan.put(root, path, bytes, &[])?;
        }
        let well =
            matches!(plan.steps.as_slice(), [WriteStep::Append { keep, length, ended: true, .. }] if keep == length);
        plan.light = well && rows == 1;
        Ok(plan)
    }

    /// Whether every byte that stands now stands afterwards too: nothing is replaced or cut off.
    pub(super) fn only_adds(&self) -> bool {
        self.steps.iter().all(|step| match step {
            WriteStep::Append { keep, length, .. } => keep == length,
            WriteStep::Put { replaces, .. } => !replaces,
        })
    }

    /// The files that are replaced.
    pub(super) fn replaced_paths(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter(|step| matches!(step, WriteStep::Put { replaces: true, .. })).map(WriteStep::path)
    }

    fn append(&mut self, root: &Path, snapshot: &Snapshot, path: &'a str, rows: &'a [Vec<u8>]) -> Result<()> {
        let added = total_size(rows);
        if added == 0 {
            return Ok(());
        }
        let at = root.join(path);
        let file = files::open_to_write(&at)?;
        let length = files::length(&file, &at)?;
        if snapshot.length(path) != Some(length) {
            return files::meddling_fault(&at).fail();
        }
        let (keep, ended, rest) = end_of(&file, &at, length)?;
        if rest == LedgerTail::NoRow {
            return Fault::new(
                "broken-tail",
                text!("台账末尾的内容不是完整的一行", "the ledger does not end in a complete row"),
            )
            .at(Place::file(path))
            .hint(text!("从备份恢复该文件后再写入", "restore the file from a backup before writing to it"))
            .fail();
        }
        check_size(path, keep + added, LEDGER_LIMIT)?;
        if keep < length {
            self.warnings.push(cut_warning(&file, &at, path, keep, length)?);
        }
        self.steps.push(WriteStep::Append { path, keep, length, ended, rows });
        Ok(())
    }

    fn put(&mut self, root: &Path, path: &'a str, first: &'a [u8], rest: &'a [Vec<u8>]) -> Result<()> {
        let Some(limit) = files::limit(path) else { return not_ours(path).fail() };
        check_size(path, first.len() as u64 + total_size(rest), limit)?;
        let replaces = exists(root, path)?;
        for (slash, _) in path.match_indices('/') {
            let folder = &path[..slash];
            if !self.folders.contains(folder) && files::look(&root.join(folder))?.is_none() {
                self.folders.insert(folder.to_owned());
            }
        }
        self.steps.push(WriteStep::Put { path, replaces, first, rest });
        Ok(())
    }
}

/// How many bytes lots have together.
fn total_size(lots: &[Vec<u8>]) -> u64 {
    lots.iter().map(|lot| lot.len() as u64).sum()
}

/// Whether a regular file stands there; anything else is refused.
fn exists(root: &Path, path: &str) -> Result<bool> {
    match files::look_at_link(&root.join(path))? {
        None => Ok(false),
        Some(metadata) if metadata.is_file() => Ok(true),
        Some(_) => files::irregular_fault(path).fail(),
    }
}

/// The end of a ledger, read from the back: its whole rows, whether the last has its line end, what follows.
fn end_of(file: &File, at: &Path, length: u64) -> Result<(u64, bool, LedgerTail)> {
    let mut wanted = 4096;
    let head = files::read_at(file, at, 0, files::in_memory(length.min(ROW_LIMIT as u64)))?;
    // The cut is where the last whole row ends, not where the file does: what is appended must not join a torn beginning
    // to a line. That row stands near the end, so a little is read first, and more only where a tail is long.
    loop {
        let start = length.saturating_sub(wanted);
        let bytes = files::read_at(file, at, start, files::in_memory(length - start))?;
        if let Some(LedgerEnd { keep, ended, rest }) = torn::find_end(&bytes, start == 0, torn::column_count(&head)) {
            return Ok((start + keep as u64, ended, rest));
        }
        wanted *= 16;
    }
}

fn cut_warning(file: &File, at: &Path, path: &str, keep: u64, length: u64) -> Result<Fault> {
    let torn = length - keep;
    let shown = files::read_at(file, at, keep, files::in_memory(torn.min(120)))?;
    let shown = shown.escape_ascii();
    Ok(Fault::warning(
        "torn-tail",
        text!(
            "{path} 末尾没有写完的 {torn} 字节已清除：{shown}",
            "removed the last {torn} of {path}, never completely written: {shown}",
            torn = Text::count(torn, "byte", "bytes")
        ),
    )
    .at(Place::file(path)))
}
