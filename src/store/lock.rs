//! The writers' lock: an empty file that one process at a time holds. Readers take none.

use super::files;
use super::journal::{self, JournalReading, JournalState};
use crate::base::fault::{Fault, Result};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

const STEP: Duration = Duration::from_millis(10);

/// Takes the lock, trying for as long as `wait`. It is given back when the file is dropped.
///
/// # Errors
/// The directory cannot be written to, or somebody holds the lock all the time.
pub(super) fn take(root: &Path, wait: Duration) -> Result<File> {
    let path = root.join(".lock");
    let file = files::open_or_create(&path)?;
    let mut waited = Duration::ZERO;
    loop {
        match try_lock(&file) {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => {
                return files::failure(text!("锁定", "lock"), &path, &error).fail();
            }
            Err(TryLockError::WouldBlock) if waited >= wait => return lock_held(root, wait).fail(),
            Err(TryLockError::WouldBlock) => sleep(STEP.min(wait.saturating_sub(waited))),
        }
        waited += STEP;
    }
}

#[cfg(not(test))]
fn try_lock(file: &File) -> std::result::Result<(), TryLockError> {
    file.try_lock()
}

#[cfg(test)]
fn try_lock(file: &File) -> std::result::Result<(), TryLockError> {
    use super::tests::trap::{ProtocolStep, is_left_out};
    if is_left_out(ProtocolStep::Lock) { Ok(()) } else { file.try_lock() }
}

/// Says who holds the lock, as far as the journal knows.
fn lock_held(root: &Path, wait: Duration) -> Fault {
    let seconds = wait.as_secs();
    let what = match journal::read_journal(root) {
        Ok(JournalReading::Whole(journal)) => {
            let holder = journal.holder;
            match journal.state {
                JournalState::Undo | JournalState::Sync => text!(
                    "另一个命令正在写入：{holder}；已等待 {seconds} 秒",
                    "another command is writing: {holder}; waited {seconds} s"
                ),
                // Whoever holds the lock has not begun to write.
                JournalState::Done => text!(
                    "另一个命令正占用数据目录（上一个写入的是 {holder}）；已等待 {seconds} 秒",
                    "another command is using the data directory (last written by {holder}); waited {seconds} s"
                ),
            }
        }
        Ok(JournalReading::Torn(_) | JournalReading::Absent) | Err(_) => text!(
            "另一个命令正占用数据目录；已等待 {seconds} 秒",
            "another command is using the data directory; waited {seconds} s"
        ),
    };
    Fault::new("locked", what).hint(text!("等它结束后再运行一次", "run the command again when it has finished"))
}
