//! Who may read what is made in a data directory, since names and telephone numbers stand in it: whoever made it, and in a
//! folder that an office shares the folder's group. Where the system knows no such modes, it is as the system does it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Who may read what is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visibility {
    /// Whoever the user's settings say.
    Usual,
    /// Nobody else, or the group of a shared folder.
    Private,
}

/// What a folder that is shared gives to its group: the bits that the folder has for it. One that everybody may write to
/// is nobody's office.
#[cfg(unix)]
fn group_bits(folder: &Path) -> u32 {
    use std::os::unix::fs::MetadataExt;
    const SET_GROUP: u32 = 0o2000;
    const GROUP_WRITES: u32 = 0o020;
    const OTHERS_WRITE: u32 = 0o002;
    let mode = std::fs::metadata(folder).map_or(0, |found| found.mode());
    let is_shared = mode & (SET_GROUP | GROUP_WRITES) != 0 && mode & OTHERS_WRITE == 0;
    if is_shared { mode & (SET_GROUP | 0o070) } else { 0 }
}

/// A file that these options create is its maker's alone.
#[cfg(unix)]
pub(super) fn make_private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

/// Gives a new file in a shared folder to the folder's group too. Where the disk knows no modes, it is as it is.
#[cfg(unix)]
pub(super) fn share(file: &File, folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let bits = group_bits(folder) & 0o060;
    if bits != 0 {
        let _ = file.set_permissions(std::fs::Permissions::from_mode(0o600 | bits));
    }
}

/// Makes a folder.
#[cfg(unix)]
pub(super) fn make_folder(path: &Path, within: &Path, visibility: Visibility) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    if visibility == Visibility::Usual {
        return DirBuilder::new().create(path);
    }
    DirBuilder::new().mode(0o700).create(path)?;
    let bits = group_bits(within);
    if bits != 0 {
        let _ = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700 | bits));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn make_private(_: &mut OpenOptions) {}

#[cfg(not(unix))]
pub(super) fn share(_: &File, _: &Path) {}

#[cfg(not(unix))]
pub(super) fn make_folder(path: &Path, _: &Path, _: Visibility) -> io::Result<()> {
    DirBuilder::new().create(path)
}
