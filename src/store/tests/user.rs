//! The user's own files, new data directories and where they are looked for.

use super::trap::{Trap, with};
use super::*;
use crate::base::fault::Exit;

/// Writes a file for people, over one that stands there.
fn write_over(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = Output::claim(path.to_str().unwrap(), &nowhere())?;
    file.allow_replacing();
    file.write(bytes)
}

/// Beside no data directory, reading nothing.
fn nowhere() -> Surroundings<'static> {
    Surroundings::new(Path::new("/"), None, &[])
}

#[test]
fn the_data_directory_is_found_from_within() {
    let folder = Folder::new();
    let root = folder.0.join("county/data");
    fs::create_dir_all(root.join("plans/deep")).unwrap();
    assert!(
        find_root(None, &folder.0.join("county")).unwrap_err().0[0].hint.as_ref().unwrap().en.contains("culture init")
    );
    fs::write(root.join(SETTINGS), "").unwrap();
    for dir in [root.join("plans/deep"), root.clone(), folder.0.join("county")] {
        assert_eq!(find_root(None, &dir).unwrap(), root);
    }
    assert_eq!(find_root(Some(&root), Path::new("/")).unwrap(), root);
    let refused = find_root(Some(&folder.0), &root).unwrap_err();
    assert_eq!(refused.0[0].code, "no-data-directory");
}

fn contents() -> Vec<(String, Vec<u8>)> {
    [(SETTINGS, "format = 1\n"), ("plans/2018.toml", "x\n"), ("townships/chengguan/township.toml", "y\n")]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .to_vec()
}

#[test]
fn a_new_directory_is_made_whole_or_not_at_all() {
    for trap in [Trap::Once, Trap::Dead] {
        for count in 0.. {
            let folder = Folder::new();
            let root = folder.0.join("a/b");
            let (done, sprang) = with(trap, count, || create(&root, &contents()));
            let made = root.join(SETTINGS).try_exists().unwrap();
            if done.is_ok() {
                assert!(!sprang && made && count > 10);
                assert_eq!(Folder(root).view().len(), 3);
                break;
            }
            if trap == Trap::Once {
                assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0, "step {count}");
            }
        }
    }
}

/// Cut short anywhere, with any part of the files on the disk, it can be run again.
#[test]
fn a_new_directory_that_was_begun_is_made_anew() {
    for count in 0.. {
        let folder = Folder::new();
        let (_, died) = with(Trap::DeadHalfway, count, || create(&folder.0, &contents()));
        if folder.0.join(SETTINGS).try_exists().unwrap() {
            assert!(count > 10);
            break;
        }
        create(&folder.0, &contents()).unwrap_or_else(|faults| panic!("step {count}: {faults}"));
        assert!(died && folder.view().len() == 3);
        for (path, bytes) in contents() {
            assert_eq!(folder.bytes(&path), bytes, "step {count}");
        }
    }
}

#[test]
fn what_was_not_begun_by_the_same_command_is_not_written_over() {
    let mut contents = contents();
    contents.push((".gitignore".to_owned(), b".lock\n".to_vec()));
    for (path, text) in [("plans/2018.toml", "y"), ("plans/2019.toml", "x"), ("plans/notes.txt", ""), ("x/y", "")] {
        let folder = Folder::new();
        folder.put(path, text.as_bytes());
        assert_eq!(create(&folder.0, &contents).unwrap_err().0[0].code, "not-empty", "{path}");
        assert_eq!(text.as_bytes(), folder.bytes(path));
    }
    let folder = Folder::new();
    folder.put(".gitignore", b"mine\n");
    folder.put("plans/2018.toml", b"\0\0");
    create(&folder.0, &contents).unwrap();
    assert_eq!((folder.bytes(".gitignore"), folder.bytes("plans/2018.toml")), (b"mine\n".to_vec(), b"x\n".to_vec()));
    let folder = Folder::new();
    folder.put(".gitignore", b".lo");
    create(&folder.0, &contents).unwrap();
    assert_eq!(folder.bytes(".gitignore"), b".lock\n", "it was told by half");
}

#[test]
fn a_folder_that_is_not_empty_is_refused() {
    let folder = Folder::new();
    folder.put(".git/config", b"");
    create(&folder.0, &contents()).unwrap();
    let refused = create(&folder.0, &contents()).unwrap_err();
    assert_eq!((refused.exit(), refused.0[0].code), (Exit::Usage, "not-empty"));
    assert_eq!(create(&folder.0.join(SETTINGS), &contents()).unwrap_err().0[0].code, "not-a-folder");
    let outside = create(&Folder::new().0, &[("../x".to_owned(), Vec::new())]).unwrap_err();
    assert_eq!((outside.exit(), outside.0[0].code), (Exit::Failed, "outside-layout"));
}

#[test]
fn files_out_are_replaced_whole() {
    let folder = Folder::new();
    let path = folder.0.join("report.csv");
    write_over(&path, b"old").unwrap();
    for count in 0.. {
        let (done, _) = with(Trap::Once, count, || write_over(&path, b"new"));
        let bytes = fs::read(&path).unwrap();
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
        if done.is_ok() {
            assert_eq!(bytes, b"new");
            break;
        }
        assert_eq!(bytes, b"old");
    }
    assert!(write_over(&folder.0, b"").is_err());
    assert!(write_over(&folder.0.join("no/such/folder"), b"").is_err());
}

#[cfg(unix)]
#[test]
fn files_out_may_be_links_and_devices() {
    let folder = Folder::new();
    let path = folder.0.join("report.csv");
    let link = folder.0.join("link.csv");
    fs::write(&path, "old").unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    write_over(&link, b"new").unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&path).unwrap(), b"new");
    write_over(Path::new("/dev/null"), b"new").unwrap();
    if Path::new("/dev/full").try_exists().unwrap() {
        assert_eq!(write_over(Path::new("/dev/full"), b"new").unwrap_err().0[0].code, "disk-full");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn files_kept_in_memory_are_files_and_no_devices() {
    let memory = Path::new("/dev/shm");
    if !memory.try_exists().unwrap() {
        return;
    }
    let path = memory.join(format!("culture-report-{}.csv", std::process::id()));
    let written = write_over(&path, b"old").and_then(|()| write_over(&path, b"new"));
    let bytes = fs::read(&path);
    fs::remove_file(&path).unwrap();
    written.unwrap();
    assert_eq!(bytes.unwrap(), b"new");
}

#[test]
fn files_in_are_bounded() {
    let folder = Folder::new();
    folder.put("in.csv", b"12345");
    let path = folder.0.join("in.csv");
    assert_eq!(read_in(&path, 5, 1).unwrap(), b"12345");
    for threads in 1..4 {
        assert_eq!(read_in(&path, 5, threads).unwrap(), b"12345", "read in pieces of two bytes");
    }
    assert_eq!(read_in(&path, 4, 1).unwrap_err().0[0].code, "file-too-large");
    assert_eq!(read_in(&folder.0, 4, 1).unwrap_err().0[0].code, "is-a-folder");
    assert_eq!(read_in(&folder.0.join("x"), 4, 1).unwrap_err().0[0].code, "missing-file");
    if cfg!(unix) {
        assert!(read_in(Path::new("/dev/zero"), 100, 1).is_err());
    }
}

#[test]
fn a_file_that_came_up_meanwhile_is_not_replaced() {
    let folder = Folder::new();
    let path = folder.0.join("report.csv");
    let claim = || Output::claim(path.to_str().unwrap(), &nowhere()).unwrap();
    let early = claim();
    let prepared = claim().prepare(b"new").unwrap();
    fs::write(&path, "another's").unwrap();
    assert_eq!(claim().write(b"new").unwrap_err().0[0].code, "already-there");
    assert_eq!(early.write(b"new").unwrap_err().0[0].code, "already-there");
    assert_eq!(prepared.put().unwrap_err().0[0].code, "already-there");
    assert_eq!(fs::read(&path).unwrap(), b"another's");
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn what_is_prepared_and_not_put_leaves_nothing() {
    let folder = Folder::new();
    let path = folder.0.join("report.csv");
    let prepared = Output::claim(path.to_str().unwrap(), &nowhere()).unwrap().prepare(b"new").unwrap();
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    drop(prepared);
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn what_replaces_a_file_keeps_its_mode_and_is_never_open_to_more() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.0.join("report.csv");
    for mode in [0o600, 0o640, 0o755] {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let mut file = Output::claim(path.to_str().unwrap(), &nowhere()).unwrap();
        file.allow_replacing();
        file.prepare(b"new").unwrap().put().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, mode);
    }
}
