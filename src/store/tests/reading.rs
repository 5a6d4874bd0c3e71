//! Readers: what they see, what they refuse, and that they leave no trace.

use super::trap::{Trap, with};
use super::*;
use crate::store::journal::{Journal, JournalFile, JournalState};

#[test]
fn files_of_the_layout_and_strays() {
    let folder = Folder::county();
    for path in [
        "plans/2018.toml",
        "townships/chengguan/township.toml",
        "townships/chengguan/2018/notes.txt",
        "townships/Bad Name/township.toml",
        "townships/chengguan/18/performance.csv",
        "kinds/游园.toml",
        ".git/config",
        ".gitignore",
        ".culture.toml.old",
        "plans/.2018.toml.new",
        "plans/2018.toml.bak",
    ] {
        folder.put(path, b"");
    }
    let (files, strays) = folder
        .store()
        .read(|snapshot| {
            let owned = |paths: Vec<&str>| paths.into_iter().map(str::to_owned).collect::<Vec<_>>();
            assert!(snapshot.has(LEDGER) && !snapshot.has(NEW) && snapshot.length(SETTINGS) == Some(11));
            Ok((owned(paths(snapshot)), owned(snapshot.strays().collect())))
        })
        .unwrap();
    let expected = [SETTINGS, "plans/2018.toml", LEDGER, "townships/chengguan/township.toml", OTHER];
    assert_eq!(files, expected);
    let expected = [
        "kinds/游园.toml",
        "plans/2018.toml.bak",
        "townships/Bad Name/",
        "townships/chengguan/18/",
        "townships/chengguan/2018/notes.txt",
    ];
    assert_eq!(strays, expected);
}

#[test]
fn very_many_townships_are_listed_by_several_threads_as_by_one() {
    let folder = Folder::county();
    let of = |at: usize| format!("townships/t{at}/2018/performance.csv");
    for at in 0..150 {
        folder.put(&format!("townships/t{at}/township.toml"), b"name = \"\"\n");
        folder.put(&of(at), format!("{HEADER}{}", row(1, 1)).as_bytes());
    }
    folder.put("townships/t7/notes.txt", b"");
    let seen = |threads| {
        let look = |snapshot: &Snapshot| {
            let owned = |paths: Vec<&str>| paths.into_iter().map(str::to_owned).collect::<Vec<_>>();
            assert!((0..150).all(|at| snapshot.length(&of(at)) == snapshot.length(LEDGER)));
            Ok((owned(paths(snapshot)), owned(snapshot.strays().collect())))
        };
        Store::new(folder.0.clone(), threads).read(look).unwrap()
    };
    let one = seen(1);
    assert_eq!((one.0.len(), one.1.as_slice()), (3 + 300, ["townships/t7/notes.txt".to_owned()].as_slice()));
    assert_eq!(seen(3), one);
}

#[test]
fn readers_leave_no_trace() {
    let folder = Folder::county();
    let names = || fs::read_dir(&folder.0).unwrap().count();
    let before = names();
    folder.view();
    assert_eq!(names(), before);
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let folder = Folder::county();
    fs::remove_file(folder.0.join(LEDGER)).unwrap();
    fs::create_dir(folder.0.join(LEDGER)).unwrap();
    let refused = folder.store().read(|snapshot| snapshot.read(LEDGER)).unwrap_err();
    assert_eq!(refused.0[0].code, "not-a-file");
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_do_not_hang() {
    use std::os::unix::fs::symlink;
    let folder = Folder::county();
    let at = folder.0.join(LEDGER);
    fs::remove_file(&at).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&at).status().unwrap().success());
    let refused = folder.store().read(|snapshot| snapshot.read(LEDGER)).unwrap_err();
    assert_eq!(refused.0[0].code, "not-a-file");
    assert!(folder.commit(one(60, 9), 9).is_err());
    for target in ["/dev/zero", "/nowhere/at/all"] {
        fs::remove_file(&at).unwrap();
        symlink(target, &at).unwrap();
        assert!(folder.store().read(|snapshot| snapshot.read(LEDGER)).is_err());
        assert!(folder.commit(one(60, 9), 9).is_err());
    }
    fs::remove_file(&at).unwrap();
    symlink(folder.0.join(OTHER), &at).unwrap();
    assert_eq!(folder.store().read(|snapshot| snapshot.read(LEDGER)).unwrap(), folder.bytes(OTHER));
    fs::remove_file(folder.0.join(".journal")).unwrap();
    symlink("/dev/zero", folder.0.join(".journal")).unwrap();
    assert!(folder.store().read(|_| Ok(())).is_err() && folder.writer().is_err());
}

#[test]
fn files_that_are_too_large_are_refused() {
    let folder = Folder::county();
    let file = fs::File::create(folder.0.join(SETTINGS)).unwrap();
    file.set_len((4 << 20) + 1).unwrap();
    let refused = folder.store().read(|snapshot| snapshot.read(SETTINGS)).unwrap_err();
    assert_eq!(refused.0[0].code, "file-too-large");
    assert!(refused.to_string().contains("more than the 4194304 allowed"), "{refused}");
}

#[test]
fn readers_during_a_batch_see_what_was_before() {
    let folder = Folder::county();
    let before = folder.view();
    let mut during = 0;
    for step in 0.. {
        let folder = Folder::county();
        let (_, died) = with(Trap::DeadHalfway, step, || folder.commit(much(9), 9));
        if !died {
            break;
        }
        during += usize::from(folder.view() == before);
    }
    assert!(during > 15, "{during}");
}

#[test]
fn a_reader_starts_over_when_a_batch_came_between() {
    let folder = Folder::county();
    let mut looks = 0;
    let seen = folder.store().read(|snapshot| {
        looks += 1;
        let first = text(&snapshot.read(LEDGER)?);
        if looks == 1 {
            folder.commit(much(9), 9)?;
        }
        Ok((first, text(&snapshot.read(SETTINGS)?)))
    });
    assert_eq!(looks, 2);
    assert!(seen.unwrap().1.contains("county"));
}

#[test]
fn a_reader_does_not_start_over_for_single_rows() {
    let folder = Folder::county();
    folder.commit(one(40, 4), 4).unwrap();
    let before = text(&folder.bytes(LEDGER));
    let mut looks = 0;
    let seen = folder.store().read(|snapshot| {
        looks += 1;
        folder.commit(one(41, 5), 5)?;
        Ok(text(&snapshot.read(LEDGER)?))
    });
    assert_eq!((looks, seen.unwrap()), (1, before));
}

#[test]
fn a_reader_does_not_start_over_for_batches_that_only_add() {
    let folder = Folder::county();
    folder.commit(much(4), 4).unwrap();
    let before = folder.view();
    let new = Change {
        appends: BTreeMap::from([("townships/xinzhuang/2018/performance.csv".to_owned(), append(row(70, 6)))]),
        ..Change::default()
    };
    let mut looks = 0;
    let seen: SeenFiles = folder
        .store()
        .read(|snapshot| {
            looks += 1;
            folder.commit(two_ledgers(5), 5)?;
            folder.commit(new.clone(), 6)?;
            // One is under way when the reader has ended.
            let (_, died) = with(Trap::Dead, 8, || folder.commit(two_ledgers(7), 7));
            assert!(died && whole_journal(&folder).state == JournalState::Undo);
            seen(snapshot)
        })
        .unwrap();
    assert_eq!((looks, seen), (1, before));
}

/// A batch is listed when its writer believes it stored; then the sync of its `done` fails and it is taken back.
#[test]
fn a_reader_starts_over_when_what_it_saw_is_taken_back() {
    for whole in [false, true] {
        let folder = Folder::county();
        folder.commit(much(4), 4).unwrap();
        let before = folder.view();
        folder.commit(two_ledgers(9), 9).unwrap();
        let journal = whole_journal(&folder);
        let mut looks = 0;
        let seen: SeenFiles = folder
            .store()
            .read(|snapshot| {
                looks += 1;
                if looks == 1 {
                    let mut pen = JournalFile::open(&folder.0)?;
                    pen.set(JournalState::Undo)?;
                    if whole {
                        let undo = Journal { state: JournalState::Undo, ..journal.clone() };
                        assert!(recover::put_back(&folder.0, &mut pen, &undo, true).is_ok());
                    }
                }
                seen(snapshot)
            })
            .unwrap();
        assert_eq!((looks, seen), (2, before));
    }
}

/// A batch is under way while a reader lists: it begins before, or ends before the listing is done.
#[test]
fn nobody_lists_part_of_a_batch() {
    let folder = Folder::county();
    folder.commit(much(4), 4).unwrap();
    let mark = || journal::read_journal(&folder.0).unwrap().mark();
    let before = mark();
    folder.commit(two_ledgers(5), 5).unwrap();
    let (_, died) = with(Trap::Dead, 8, || folder.commit(two_ledgers(6), 6));
    assert_eq!(whole_journal(&folder).state, JournalState::Undo);
    let during = mark();
    assert!(died && before != during && before.holds(&during), "it tells listings apart, not readings");
    folder.commit(one(60, 7), 7).unwrap();
    assert!(mark() != during && !before.holds(&mark()), "it was taken back");
}

#[test]
fn a_reader_starts_over_when_a_file_went_away_or_grew_short() {
    let folder = Folder::county();
    let mut looks = 0;
    let seen = folder.store().read(|snapshot| {
        looks += 1;
        if looks == 1 {
            fs::remove_file(folder.0.join(OTHER)).unwrap();
            folder.put(SETTINGS, b"");
        }
        paths(snapshot).into_iter().map(|path| snapshot.read(path).map(|bytes| bytes.len())).collect::<Result<Vec<_>>>()
    });
    assert_eq!((looks, seen.unwrap()[0]), (2, 0));
    let mut number = 20;
    let always = folder.store().read_patiently(Duration::from_millis(40), ListingReach::All, &mut |_: &Snapshot| {
        number += 1;
        folder.commit(much(number), number).map(drop)
    });
    assert_eq!(number, 20 + 7, "it waits 1 + 2 + 4 + 8 + 16 + 32 ms");
    assert_eq!(always.unwrap_err().0[0].code, "busy");
}

#[test]
fn a_row_that_is_being_written_is_not_called_torn() {
    let folder = Folder::county();
    let good = folder.bytes(LEDGER);
    folder.put(LEDGER, &[good.as_slice(), &row(30, 3).as_bytes()[..40]].concat());
    let mut looks = 0;
    let seen = folder.store().read(|snapshot| {
        looks += 1;
        folder.put(LEDGER, &[good.as_slice(), row(30, 3).as_bytes()].concat());
        let bytes = snapshot.read(LEDGER)?;
        Ok((bytes.len(), snapshot.warnings().len()))
    });
    assert_eq!((looks, seen.unwrap()), (2, (good.len() + row(30, 3).len(), 0)));
}

/// Under the lock the ledgers are listed only when somebody asks for all of them.
#[test]
fn the_writer_sees_what_a_reader_sees_however_it_asks() {
    let folder = Folder::county();
    folder.put("townships/dongfeng/2019/notes.txt", b"");
    let before = folder.view();
    let asked: [&dyn Fn(&Snapshot); 3] = [
        &|_| {},
        &|snapshot| assert!(snapshot.has(LEDGER) && snapshot.length(NEW).is_none() && !snapshot.has("townships/x")),
        &|snapshot| assert_eq!(snapshot.ledgers_of("dongfeng").unwrap(), [OTHER]),
    ];
    for ask in asked {
        let writer = folder.writer().unwrap();
        ask(writer.snapshot());
        assert_eq!(writer.snapshot().read(LEDGER).unwrap(), folder.bytes(LEDGER));
        assert_eq!(seen(writer.snapshot()).unwrap(), before);
        assert_eq!(writer.snapshot().ledgers_of("dongfeng").unwrap(), [OTHER]);
        assert!(writer.snapshot().ledgers_of("nowhere").unwrap().is_empty());
    }
}

/// What is appended to is what was looked at, also when all ledgers are listed in between.
#[test]
fn a_ledger_that_another_program_changed_after_a_look_is_not_appended_to() {
    let folder = Folder::county();
    let writer = folder.writer().unwrap();
    let length = writer.snapshot().length(LEDGER);
    let mut saved = folder.bytes(LEDGER);
    saved.extend_from_slice(row(77, 77).as_bytes());
    folder.put(LEDGER, &saved);
    assert!(writer.snapshot().ledgers().unwrap().any(|path| path == LEDGER));
    assert_eq!(writer.snapshot().length(LEDGER), length);
    assert!(writer.commit(one(5, 5), id(5), None).is_err());
    assert_eq!(folder.bytes(LEDGER), saved);
}
