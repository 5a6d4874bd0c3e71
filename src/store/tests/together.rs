//! Several at once.

use super::*;
use std::sync::Barrier;
use std::sync::atomic::AtomicBool;

#[test]
fn writers_never_mix_and_readers_see_whole_batches() {
    let folder = Folder::county_on_disk();
    let ended = AtomicBool::new(false);
    let all_there = Barrier::new(3);
    std::thread::scope(|scope| {
        let writers = [100, 200].map(|first| {
            let folder = &folder;
            let all_there = &all_there;
            scope.spawn(move || {
                all_there.wait();
                for number in first..first + 12 {
                    let rows = || append(row(number, number) + &row(number + 1000, number));
                    let batch = Change {
                        appends: BTreeMap::from([(LEDGER.to_owned(), rows()), (OTHER.to_owned(), rows())]),
                        ..Change::default()
                    };
                    folder.commit(batch, number).unwrap();
                    folder.commit(one(number + 2000, number), number).unwrap();
                }
            })
        });
        let reader = scope.spawn(|| {
            let mut reads = 0;
            all_there.wait();
            while !ended.load(Ordering::Relaxed) {
                let seen = folder.store().read(|snapshot| Ok((snapshot.read(LEDGER)?, snapshot.read(OTHER)?)));
                // Both writers may keep it from an answer, but never give it a wrong one.
                if let Ok((ledger, other)) = seen {
                    check(&ledger, &other);
                    reads += 1;
                }
            }
            reads
        });
        for writer in writers {
            writer.join().unwrap();
        }
        ended.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
    let count = |path| text(&folder.bytes(path)).lines().count();
    assert_eq!((count(LEDGER), count(OTHER)), (2 + 24 * 3, 2 + 24 * 2));
}

/// Batches stand whole in both ledgers, in the same order.
fn check(ledger: &[u8], other: &[u8]) {
    let batches = |bytes| -> Vec<String> {
        let rows: Vec<String> = text(bytes).lines().skip(2).map(str::to_owned).collect();
        rows.iter().map(|row| row[row.len() - 12..].to_owned()).collect()
    };
    let mut a = batches(ledger);
    let b = batches(other);
    assert!(b.chunks(2).all(|pair| pair.len() == 2 && pair[0] == pair[1]), "{b:?}");
    let mut single = Vec::new();
    // Every third row of a batch in the first ledger came by itself.
    a.retain(|batch| {
        let seen = single.iter().filter(|other| *other == batch).count();
        single.push(batch.clone());
        seen < 2
    });
    a.sort();
    let mut b = b;
    b.sort();
    assert_eq!(a, b);
}

#[test]
fn waiting_is_bounded_and_says_who() {
    let folder = Folder::county();
    folder.commit(one(40, 4), 4).unwrap();
    let holder = folder.writer().unwrap();
    let waits = folder.store().write(Duration::from_millis(15), "edit", 1, now()).unwrap_err();
    assert_eq!(waits.0[0].code, "locked");
    assert!(waits.to_string().contains("add (4711, 2018-06-26T16:00:00+08:00)"), "{waits}");
    drop(holder);
    assert!(folder.store().write(Duration::ZERO, "edit", 1, now()).is_ok());
}

#[test]
fn jobs_are_all_done_and_their_faults_kept_in_order() {
    let jobs: Vec<usize> = (0..100).collect();
    for threads in [0, 1, 2, 7] {
        let sums = scan(
            &jobs,
            threads,
            || 0,
            |sum, job, _| {
                *sum += job;
                Ok(())
            },
        );
        assert_eq!(sums.unwrap().into_iter().sum::<usize>(), 4950);
        let faults = scan(
            &jobs,
            threads,
            || (),
            |(), job, _| match job % 10 {
                3 => Fault::new("job-failed", text!("{job}", "{job}")).fail(),
                _ => Ok(()),
            },
        );
        let said: Vec<String> = faults.unwrap_err().0.into_iter().map(|fault| fault.what.en.into_owned()).collect();
        assert_eq!(said, ["3", "13", "23", "33", "43", "53", "63", "73", "83", "93"]);
    }
}

/// A sync client, a restored backup or `git clean` puts another file in the place of the lock.
#[cfg(unix)]
#[test]
fn a_lock_that_was_replaced_is_noticed() {
    for name in [".lock", ".journal"] {
        let folder = Folder::county();
        let before = folder.view();
        for removed in [true, false] {
            let writer = folder.writer().unwrap();
            fs::remove_file(folder.0.join(name)).unwrap();
            if !removed {
                folder.put(name, b"");
            }
            let refused = writer.commit(one(60, 9), id(9), None).unwrap_err();
            let code = if name == ".lock" { "lock-replaced" } else { "changed-meanwhile" };
            assert_eq!(refused.0[0].code, code);
            assert!(refused.to_string().contains("nothing was saved"), "{refused}");
            assert_eq!(folder.view(), before);
        }
        folder.commit(one(60, 9), 9).unwrap();
    }
}

/// It is replaced while one waits: the file that is there then is locked.
#[cfg(unix)]
#[test]
fn whoever_waited_locks_the_file_that_is_there() {
    let folder = Folder::county();
    let held = folder.writer().unwrap();
    let locked = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| folder.writer());
        std::thread::sleep(Duration::from_millis(50));
        fs::remove_file(folder.0.join(".lock")).unwrap();
        drop(held);
        waiting.join().unwrap().unwrap()
    });
    assert_eq!(folder.store().write(Duration::ZERO, "add", 1, now()).unwrap_err().0[0].code, "locked");
    locked.commit(one(60, 9), id(9), None).unwrap();
}

/// It is replaced while rows are written: nobody says that they are stored, and nothing is taken from whoever came.
#[cfg(unix)]
#[test]
fn a_lock_that_was_replaced_while_rows_were_written_is_noticed() {
    for change in [one(60, 9), much(9)] {
        let folder = Folder::county();
        let writer = folder.writer().unwrap();
        let lock = folder.0.join(".lock");
        let done = super::trap::removing(&lock, LEDGER, || writer.commit(change, id(9), None));
        let refused = done.unwrap_err();
        assert_eq!(refused.0[0].code, "lock-replaced");
        assert!(refused.to_string().contains("it may have been saved"), "{refused}");
        folder.commit(one(50, 5), 5).unwrap();
    }
}
