//! The writers' lock: an empty file that one process at a time holds. Readers take none.

use super::files;
use super::journal::{self, JournalReading, JournalState};
use crate::base::fault::{Fault, Result};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

const NAME: &str = ".lock";
const STEP: Duration = Duration::from_millis(10);

/// The lock, held until it is dropped.
#[derive(Debug)]
pub(super) struct WriteLock {
    file: File,
    path: PathBuf,
}

impl WriteLock {
    /// Takes the lock, trying for as long as `wait`, and twice at least: a reader may hold it for an instant.
    ///
    /// # Errors
    /// The directory cannot be written to, or somebody holds the lock all the time.
    pub(super) fn take(root: &Path, wait: Duration) -> Result<WriteLock> {
        let path = root.join(NAME);
        let mut file = files::open_or_create(&path)?;
        let mut waited = Duration::ZERO;
        loop {
            match try_lock(&file) {
                Ok(()) if files::has_name(&file, &path)? => return Ok(WriteLock { file, path }),
                // Another file has its name since it was opened, which others will lock.
                Ok(()) => file = files::open_or_create(&path)?,
                Err(TryLockError::Error(error)) => {
                    return files::failure(text!("锁定", "lock"), &path, &error).fail();
                }
                Err(TryLockError::WouldBlock) if waited >= wait.max(STEP) => return lock_held(root, wait).fail(),
                Err(TryLockError::WouldBlock) => {
                    sleep(STEP);
                    waited += STEP;
                }
            }
        }
    }

    /// Refuses to go on when the locked file is no longer the one that others would lock: two would write at once.
    ///
    /// # Errors
    /// It was replaced or removed.
    pub(super) fn check(&self) -> Result<()> {
        if files::has_name(&self.file, &self.path)? {
            return Ok(());
        }
        let path = self.path.display();
        Fault::new(
            "lock-replaced",
            text!(
                "写入期间 {path} 被别的程序替换或删除，别人可能同时在写入",
                "another program replaced or removed {path} meanwhile, so others may have been writing too"
            ),
        )
        .hint(text!(
            "停用会改动数据目录的同步或清理程序，再运行一次",
            "stop the program that syncs or cleans this folder, then run the command again"
        ))
        .fail()
    }
}

/// Whether somebody holds the lock at this moment. To know it, a reader holds it for an instant where nobody does.
pub(super) fn is_held(root: &Path) -> bool {
    // Where there is no file, or no locks, nobody holds one.
    File::open(root.join(NAME)).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
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
