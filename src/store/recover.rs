//! Putting back what a writer that failed or died had begun. Whatever is done here can be cut short and repeated.

use super::files;
use super::journal::{Journal, JournalFile, JournalReading, JournalState, LastBatches, TouchedPath, WriteTimes};
use super::remains::Remains;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::text::Text;
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

/// What becomes of an interrupted command whose rows stand among those of others, so that it cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MixedRows {
    /// Nobody writes until somebody has decided.
    Refused,
    /// It ends, and every whole row stays.
    Kept,
}

/// What was found when the lock was taken.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    /// The last batches, where the journal knows them.
    pub last: Option<LastBatches>,
    /// When the last of them was, where that is known.
    pub times: Option<WriteTimes>,
    /// What was done, as it is told.
    pub told: Vec<Fault>,
}

/// Takes over what the last writer left. Under the lock.
///
/// # Errors
/// What is there could not be made sure, or may not be put back.
pub(super) fn recover(root: &Path, pen: &mut JournalFile, found: JournalReading, mixed: MixedRows) -> Result<Recovery> {
    let JournalReading::Whole(journal) = found else { return Ok(Recovery::default()) };
    let mut last = journal.last;
    // What a command that died was to enter need not be there.
    let times = journal.times.filter(|_| journal.state == JournalState::Done);
    let mut told = Vec::new();
    match journal.state {
        JournalState::Done => {
            if !journal.is_light() {
                // Its writer may have died before `done` was on the disk, where `undo` would then cut what we append.
                pen.sync()?;
            }
        }
        // It may have been acknowledged, so it must not be cut, whatever goes wrong now.
        JournalState::Sync => sync_touched(root, &journal)?,
        JournalState::Undo => {
            let remains = journal.remains(root)?;
            if mixed == MixedRows::Kept && remains.contains(&Remains::Mixed) {
                end(root, pen, &journal)?;
                told.push(ended_warning(&journal));
            } else {
                put_back(root, pen, &journal, true).map_err(UndoFailure::faults)?;
                told.push(recovery_warning(&journal, &remains));
            }
            last = journal.put_back().last;
        }
    }
    Ok(Recovery { last: Some(last), times, told })
}

fn recovery_warning(journal: &Journal, remains: &[Remains]) -> Fault {
    let holder = &journal.holder;
    let untouched: Vec<Text> = journal
        .touched
        .iter()
        .zip(remains)
        .filter(|(_, remains)| **remains == Remains::Nothing)
        .map(|(touch, _)| Text::same(touch.path()))
        .collect();
    let what = match untouched.as_slice() {
        [] => text!(
            "上一个命令 {holder} 中途中断，它写入的内容已全部撤回",
            "the command {holder} was interrupted: everything it had written was rolled back"
        ),
        [path] => text!(
            "上一个命令 {holder} 中途中断：{path} 中没有它写入的内容，保持原样；其他内容已全部撤回",
            "the command {holder} was interrupted: {path} has nothing of it and stays as it is, \
             all else it had written was rolled back",
            path
        ),
        [path, others @ ..] => {
            let count = others.len();
            text!(
                "上一个命令 {holder} 中途中断：{path} 等文件（另有 {count} 个）中没有它写入的内容，保持原样；\
                 其他内容已全部撤回",
                "the command {holder} was interrupted: {path} and {count} more have nothing of it and stay as they are, \
                 all else it had written was rolled back",
                path,
                count = Text::count(count, "file", "files")
            )
        }
    };
    Fault::warning("taken-back", what)
        .hint(text!("如仍需要，请重新运行那个命令", "run that command again if it is still needed"))
}

fn ended_warning(journal: &Journal) -> Fault {
    let Journal { holder, batch, .. } = journal;
    Fault::warning(
        "ended-unfinished",
        text!(
            "已结束中断的命令 {holder}，完整的行全部保留",
            "ended the interrupted command {holder}; every whole row was kept"
        ),
    )
    .hint(text!(
        "其中属于批次 {batch} 的可能不齐；如不需要，撤销它：culture undo {batch}",
        "batch {batch} may be incomplete; to take back what there is of it: culture undo {batch}"
    ))
}

/// Ends an interrupted command without taking anything back.
fn end(root: &Path, pen: &mut JournalFile, journal: &Journal) -> Result<()> {
    for touch in &journal.touched {
        if let TouchedPath::Old(_, path) = touch {
            let at = root.join(path);
            if files::look_at_link(&at)?.is_none() {
                // Where renames are not atomic, the copy may be all there is.
                files::rename_if_there(&files::beside(&at, "old"), &at)?;
            }
        }
    }
    // What stays must be on the disk before anything is written behind it.
    sync_touched(root, journal)?;
    pen.write(&journal.put_back())?;
    pen.sync()
}

/// Brings to the disk what a dead writer left and others may have seen.
fn sync_touched(root: &Path, journal: &Journal) -> Result<()> {
    for touch in &journal.touched {
        let at = root.join(touch.path());
        let is_folder = matches!(touch, TouchedPath::Folder(_));
        // A ledger may have gone since: then nothing of it can be lost.
        if is_folder || files::look_at_link(&at)?.is_none() {
            continue;
        }
        if files::sync(&files::open_to_write(&at)?, &at).is_err() {
            // From now on the system may take the bytes in its memory for stored: a copy is written anew.
            let new = files::beside(&at, "new");
            files::copy(&at, &new)?;
            files::rename(&new, &at)?;
            files::sync_folder(files::folder_of(&at))?;
        } else if !journal.is_light() {
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
    // All of them before the first is touched: rows of another command among those of this one mean that the journal is not
    // of this directory's last command (a copy, a restored backup), and then nothing may go.
    let remains = journal.remains(root)?;
    let mixed = journal.mixed(&remains);
    if !mixed.is_empty() {
        return Err(Faults(mixed));
    }
    // Backwards, for a file goes before the folder that was made for it. Each step finds its own work done if this is cut
    // short and repeated.
    for (touch, remains) in journal.touched.iter().zip(remains).rev() {
        match remains {
            // Even if it is as it was: whoever put it back may have died before that was on the disk.
            Remains::Own | Remains::Untouched => undo_one(root, touch)?,
            // Restored or replaced since: there is nothing to take back. What is mixed was refused.
            Remains::Nothing | Remains::Mixed => {}
        }
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
            files::sync(&file, &at)
        }
        TouchedPath::New(_, path) => {
            let at = root.join(path);
            files::remove(&at)?;
            files::remove(&files::beside(&at, "new"))?;
            sync_if_there(files::folder_of(&at))
        }
        TouchedPath::Old(_, path) => {
            let at = root.join(path);
            files::rename_if_there(&files::beside(&at, "old"), &at)?;
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
