//! Putting back what a writer that failed or died had begun. Whatever is done here can be cut short and repeated.

use super::files;
use super::journal::{Journal, JournalFile, JournalReading, JournalState, LastBatches, TouchedPath};
use super::torn;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::id::Id;
use std::path::Path;

/// How far putting back came when it failed.
#[derive(Debug)]
pub(super) enum UndoFailure {
    /// It is not known whether `undo` is on the disk.
    Unsure(Faults),
    /// `undo` is in force: readers see what was before, and the next writer repeats it.
    InForce(Faults),
}

impl UndoFailure {
    pub(super) fn faults(self) -> Faults {
        match self {
            UndoFailure::Unsure(faults) | UndoFailure::InForce(faults) => faults,
        }
    }
}

/// Takes over what the last writer left. Under the lock.
///
/// # Errors
/// What is there could not be made sure, or may not be put back.
pub(super) fn recover(
    root: &Path,
    pen: &mut JournalFile,
    found: JournalReading,
) -> Result<(Option<LastBatches>, Vec<Fault>)> {
    let JournalReading::Whole(journal) = found else { return Ok((None, Vec::new())) };
    match journal.state {
        JournalState::Done => {
            if !journal.is_light() {
                // Its writer may have died before `done` was on the disk, where `undo` would then cut what we append.
                pen.sync()?;
            }
            Ok((Some(journal.last), Vec::new()))
        }
        JournalState::Sync => {
            // It may have been acknowledged, so it must not be cut, whatever goes wrong now.
            sync_row(root, &journal)?;
            Ok((Some(journal.last), Vec::new()))
        }
        JournalState::Undo => {
            put_back(root, pen, &journal, true).map_err(UndoFailure::faults)?;
            Ok((Some(journal.put_back().last), vec![recovery_warning(&journal)]))
        }
    }
}

fn recovery_warning(journal: &Journal) -> Fault {
    let holder = &journal.holder;
    Fault::warning(
        "taken-back",
        text!(
            "上一个命令 {holder} 中途中断，它写入的内容已全部撤回",
            "the command {holder} was interrupted: everything it had written was rolled back"
        ),
    )
    .hint(text!("如仍需要，请重新运行那个命令", "run that command again if it is still needed"))
}

/// Brings to the disk the row that a dead writer left and others may have seen.
fn sync_row(root: &Path, journal: &Journal) -> Result<()> {
    for touch in &journal.touched {
        let TouchedPath::Cut(_, path) = touch else { continue };
        let at = root.join(path);
        if files::sync(&files::open_to_write(&at)?, &at).is_err() {
            // From now on the system may take the bytes in its memory for stored: a copy is written anew.
            let new = files::beside(&at, "new");
            files::copy(&at, &new)?;
            files::rename(&new, &at)?;
            files::sync_folder(files::folder_of(&at))?;
        }
    }
    Ok(())
}

/// Puts everything back as the journal says it was. `armed`: that journal is the one in the file, and says `undo`.
///
/// # Errors
/// It could not; nothing was touched unless `undo` is on the disk.
pub(super) fn put_back(
    root: &Path,
    pen: &mut JournalFile,
    journal: &Journal,
    armed: bool,
) -> std::result::Result<(), UndoFailure> {
    let last = LastBatches { epoch: journal.batch, several: journal.batch };
    let undo = Journal { state: JournalState::Undo, last, ..journal.clone() };
    let armed = match journal.state {
        _ if armed => Ok(()),
        // A batch's journal is not written anew: torn, it would let half of the batch stand.
        JournalState::Undo => pen.set(JournalState::Undo),
        JournalState::Sync | JournalState::Done => pen.write(&undo),
    };
    // Also if it was armed: its writer may have died before it was on the disk, where `done` may stand.
    armed.and_then(|()| pen.sync()).map_err(UndoFailure::Unsure)?;
    undo_all(root, &undo).map_err(UndoFailure::InForce)?;
    if let Err(faults) = pen.write(&undo.put_back()).and_then(|()| pen.sync()) {
        // Whoever writes next must bring `done` to the disk before anything else, so it must find `undo`.
        return match pen.write(&undo) {
            Ok(()) => Err(UndoFailure::InForce(faults)),
            Err(_) => Err(UndoFailure::Unsure(faults)),
        };
    }
    Ok(())
}

fn undo_all(root: &Path, journal: &Journal) -> Result<()> {
    // All of them before the first is cut: rows of another command beyond one cut mean that the journal is not of this
    // directory's last command (a copy, a restored backup), and then nothing may go.
    for touch in &journal.touched {
        if let TouchedPath::Cut(length, path) = touch {
            check_cut(root, *length, path, journal.batch)?;
        }
    }
    // Backwards, for a file goes before the folder that was made for it. Each step finds its own work done if this is cut
    // short and repeated.
    for touch in journal.touched.iter().rev() {
        undo_one(root, touch)?;
    }
    Ok(())
}

fn undo_one(root: &Path, touch: &TouchedPath) -> Result<()> {
    match touch {
        TouchedPath::Cut(length, path) => {
            let at = root.join(path);
            let file = files::open_to_write(&at)?;
            if files::length(&file, &at)? > *length {
                files::cut(&file, &at, *length)?;
            }
            // Even if it is short already: whoever cut it may have died before that was on the disk.
            files::sync(&file, &at)
        }
        TouchedPath::New(path) => {
            let at = root.join(path);
            files::remove(&at)?;
            files::remove(&files::beside(&at, "new"))?;
            sync_if_there(files::folder_of(&at))
        }
        TouchedPath::Old(path) => {
            let at = root.join(path);
            let old = files::beside(&at, "old");
            // Not there: it has its name back already.
            if files::look_at_link(&old)?.is_some() {
                files::rename(&old, &at)?;
            }
            files::remove(&files::beside(&at, "new"))?;
            sync_if_there(files::folder_of(&at))
        }
        TouchedPath::Folder(path) => {
            let at = root.join(path);
            files::remove_folder(&at)?;
            sync_if_there(files::folder_of(&at))
        }
    }
}

/// A folder that the same command was to make may not be there.
fn sync_if_there(folder: &Path) -> Result<()> {
    if files::look(folder)?.is_some() { files::sync_folder(folder) } else { Ok(()) }
}

/// Refuses to cut away what is not of that batch.
fn check_cut(root: &Path, length: u64, path: &str, batch: Id) -> Result<()> {
    let refused = |what| {
        Fault::new("cannot-take-back", what)
            .at(Place::file(path))
            .hint(text!(
                "备份整个数据目录（连同 .journal），再从备份恢复此文件",
                "save the whole data directory (with .journal), then restore this file from a backup"
            ))
            .fail()
    };
    let at = root.join(path);
    let file = files::open_to_write(&at)?;
    let now = files::length(&file, &at)?;
    let Some(beyond) = now.checked_sub(length) else {
        return refused(text!(
            "{path} 只有 {now} 字节，中断的命令开始时有 {length} 字节",
            "{path} has {now} bytes, but had {length} when the interrupted command began"
        ));
    };
    let beyond = usize::try_from(beyond).unwrap_or(usize::MAX);
    let bytes = files::read_at(&file, &at, length, beyond)?;
    if bytes.split(|&byte| byte == b'\n').filter_map(torn::batch_of).any(|other| other != batch) {
        return refused(text!(
            "{path} 中有其他命令写入的行，不能撤回中断的命令",
            "{path} has rows written by another command, so the interrupted one cannot be rolled back"
        ));
    }
    Ok(())
}
