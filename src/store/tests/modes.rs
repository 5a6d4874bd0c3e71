//! Who may read what a writer makes.

use super::*;
use std::os::unix::fs::PermissionsExt;

/// The modes of all that stands below a folder, by path.
fn modes(root: &Path) -> Vec<(String, u32)> {
    let mut all = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
            all.push((path.strip_prefix(root).unwrap().display().to_string(), mode));
            folders.extend(path.is_dir().then_some(path));
        }
    }
    all.sort();
    all
}

/// A county made in a folder of that mode, with everything in it that a writer makes: the modes of it all.
fn made_in(mode: u32) -> Vec<(String, u32)> {
    let outer = Folder::new();
    fs::set_permissions(&outer.0, fs::Permissions::from_mode(mode)).unwrap();
    let county = Folder(outer.0.join("county"));
    create(&county.0, &[(SETTINGS.to_owned(), b"format = 1\n".to_vec())]).unwrap();
    county.commit(much(1), 1).unwrap();
    fs::remove_dir_all(county.0.join("townships/dongfeng")).unwrap();
    county.commit_ahead(much(2), 2).unwrap();
    let around = Surroundings::new(&county.0, Some(&county.0), &[]);
    Output::claim("page.txt", &around).unwrap().write(b"page").unwrap();
    modes(&outer.0)
}

#[test]
fn what_a_writer_makes_is_private() {
    // Everybody may write to /tmp: whoever is of its group shares no office.
    for mode in [0o700, 0o755, 0o1777] {
        let made = made_in(mode);
        assert!(made.len() > 12, "{made:?}");
        for (path, mode) in made.into_iter().filter(|(path, _)| !path.ends_with("page.txt")) {
            let is_folder = !path.rsplit('/').next().unwrap().contains('.');
            assert_eq!(format!("{mode:o}"), if is_folder { "700" } else { "600" }, "{path}");
        }
    }
}

#[test]
fn what_is_made_in_a_shared_folder_is_the_groups_too() {
    for (mode, folder, file) in
        [(0o2770, "2770", "660"), (0o770, "770", "660"), (0o2775, "2770", "660"), (0o2750, "2750", "640")]
    {
        for (path, mode) in made_in(mode).into_iter().filter(|(path, _)| !path.ends_with("page.txt")) {
            let is_folder = !path.rsplit('/').next().unwrap().contains('.');
            assert_eq!(format!("{mode:o}"), if is_folder { folder } else { file }, "{path}");
        }
    }
}

#[test]
fn what_is_replaced_keeps_its_mode() {
    let folder = Folder::county();
    fs::set_permissions(folder.0.join(SETTINGS), fs::Permissions::from_mode(0o644)).unwrap();
    folder.commit(much(1), 1).unwrap();
    assert_eq!(fs::metadata(folder.0.join(SETTINGS)).unwrap().permissions().mode() & 0o777, 0o644);
}
