//! Commits: what they leave in the files.

use super::*;
use crate::store::journal::{Journal, JournalFile, JournalState, LastBatches, TouchedPath};
use crate::store::torn::{self, LedgerEnd, LedgerTail};

#[test]
fn rows_go_to_the_end_and_new_ledgers_get_their_header() {
    let folder = Folder::county();
    assert_eq!(folder.commit(much(9), 9).unwrap(), []);
    assert_eq!(text(&folder.bytes(LEDGER)), format!("{HEADER}{}{}{}", row(1, 1), row(100, 9), row(101, 9)));
    assert_eq!(text(&folder.bytes(NEW)), format!("{HEADER}{}{}", row(104, 9), row(105, 9)));
    assert_eq!(folder.bytes(SETTINGS), b"format = 1\ncounty = \"x\"\n");
    let own: Vec<_> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!own.iter().any(|name| name.to_string_lossy().ends_with(".old")), "{own:?}");
}

#[test]
fn an_epoch_lasts_through_single_rows() {
    let folder = Folder::county();
    folder.commit(much(9), 9).unwrap();
    folder.commit(one(60, 10), 10).unwrap();
    folder.commit(one(61, 11), 11).unwrap();
    let journal = whole_journal(&folder);
    let last = LastBatches { epoch: id(9), several: id(9) };
    assert_eq!((journal.batch, journal.last, journal.state), (id(11), last, JournalState::Done));
    assert!(journal.is_light());
    folder.commit(two_ledgers(12), 12).unwrap();
    let journal = whole_journal(&folder);
    assert_eq!(journal.last, LastBatches { epoch: id(9), several: id(12) }, "what only adds leaves the epoch");
    assert!(!journal.is_light());
}

#[test]
fn a_journal_of_an_earlier_version_is_understood() {
    let folder = Folder::county();
    folder.commit(one(60, 9), 9).unwrap();
    let journal = whole_journal(&folder);
    let now = format!("{} {} {} add (4711", id(9), id(9), id(9));
    assert!(text(&journal.bytes()).starts_with(&now));
    let earlier = text(&journal.bytes()).replacen(&format!("{} ", id(9)), "", 1);
    let above = &earlier[..earlier.len() - 22];
    assert_eq!(Journal::parse(&sealed(above)).unwrap(), Some(journal));
}

#[test]
fn the_journal_keeps_when_the_county_was_written_to() {
    let at = |seconds: i64| Instant::new(1_530_000_000 + seconds, Offset::CHINA);
    let folder = Folder::county();
    assert_eq!(folder.writer().unwrap().times(), None);
    let times = Some(WriteTimes { written: at(0), entered: None });
    folder.commit(Change { times, ..one(60, 9) }, 9).unwrap();
    assert_eq!(folder.writer().unwrap().times(), times);
    let times = Some(WriteTimes { written: at(60), entered: Some(at(30)) });
    folder.commit(Change { times, ..much(10) }, 10).unwrap();
    assert_eq!(folder.writer().unwrap().times(), times);
    assert_eq!(Journal::parse(&whole_journal(&folder).bytes()).unwrap(), Some(whole_journal(&folder)));
    folder.commit(one(61, 11), 11).unwrap();
    assert_eq!(folder.writer().unwrap().times(), times, "who says none leaves those that are there");
    // What died need not have been entered.
    JournalFile::open(&folder.0).unwrap().set(JournalState::Sync).unwrap();
    assert_eq!(folder.writer().unwrap().times(), None);
    JournalFile::open(&folder.0).unwrap().set(JournalState::Undo).unwrap();
    drop(folder.writer().unwrap());
    assert_eq!(folder.writer().unwrap().times(), None);
}

/// What stands above the last line of a journal, with that line.
fn sealed(above: &str) -> Vec<u8> {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    format!("{above}done {:016x}\n", above.bytes().fold(0xCBF2_9CE4_8422_2325, hash)).into_bytes()
}

#[test]
fn a_torn_end_is_cut_and_told() {
    let folder = Folder::county();
    let good = folder.bytes(LEDGER);
    // The second one ends like a row: with an id, that of the troupe.
    let row = |record| row(record, 9);
    for torn in [&row(30)[..60], &row(30)[..43], "x", &"\0\n".repeat(400)] {
        let torn = torn.as_bytes();
        folder.put(LEDGER, &[good.as_slice(), torn].concat());
        let seen = folder.store().read(|snapshot| Ok((snapshot.read(LEDGER)?, snapshot.warnings()))).unwrap();
        assert_eq!((&seen.0, seen.1.len()), (&good, 1));
        let told = folder.commit(one(60, 9), 9).unwrap();
        assert_eq!(told[0].code, "torn-tail");
        let bytes = if torn.len() == 1 { "byte" } else { "bytes" };
        assert!(told[0].what.en.contains(&format!("the last {} {bytes} of", torn.len())), "{told:?}");
        assert_eq!(text(&folder.bytes(LEDGER)), text(&good) + &row(60));
    }
}

#[test]
fn a_good_last_row_without_line_end_counts() {
    let folder = Folder::county();
    let good = text(&folder.bytes(LEDGER));
    folder.put(LEDGER, good.trim_end().as_bytes());
    assert_eq!(folder.view()[1].1, good.trim_end());
    assert_eq!(folder.commit(one(60, 9), 9).unwrap(), []);
    assert_eq!(text(&folder.bytes(LEDGER)), good + &row(60, 9));
}

#[test]
fn what_is_no_row_is_never_cut() {
    let folder = Folder::county();
    let bytes = format!("{HEADER}{}written by hand\n", row(1, 1));
    folder.put(LEDGER, bytes.as_bytes());
    assert_eq!(folder.commit(one(60, 9), 9).unwrap_err().0[0].code, "broken-tail");
    assert_eq!(text(&folder.bytes(LEDGER)), bytes);
    assert_eq!(folder.view()[1].1, bytes, "the ledger says where it is");
}

#[test]
fn ends_of_ledgers() {
    let full = format!("{HEADER}{}", row(1, 1));
    let keep = full.len();
    let columns = torn::column_count(HEADER.as_bytes());
    let end = |text: String| torn::find_end(text.as_bytes(), true, columns).unwrap();
    let at = |keep, ended, rest| LedgerEnd { keep, ended, rest };
    assert_eq!(end(full.clone()), at(keep, true, LedgerTail::Nothing));
    assert_eq!(end(HEADER.to_owned()), at(HEADER.len(), true, LedgerTail::Nothing));
    assert_eq!(end(HEADER.trim_end().to_owned()), at(HEADER.len() - 1, false, LedgerTail::Nothing));
    assert_eq!(end(format!("{full}\0\0\0\n")), at(keep, true, LedgerTail::Torn));
    assert_eq!(end(format!("{full}\0{}", &row(2, 2)[1..])), at(keep, true, LedgerTail::Torn));
    assert_eq!(end(format!("{full}x,\"\n\0y\n")), at(keep, true, LedgerTail::Torn));
    assert_eq!(end(format!("{full}x\ny")), at(keep, true, LedgerTail::Torn));
    assert_eq!(end(format!("{full}x\ny\n")), at(keep, true, LedgerTail::NoRow));
    assert_eq!(end(full.replace('\n', "\r\n")).rest, LedgerTail::NoRow);
    assert_eq!(end(String::new()), at(0, false, LedgerTail::NoRow));
    assert_eq!(end("id,rev".to_owned()), at(0, false, LedgerTail::NoRow), "a file with no header is never cut");
    let last = &row(1, 1).into_bytes()[5..];
    assert_eq!(torn::find_end(last, false, columns), None, "the row's start must be seen");
}

#[test]
fn rows_that_are_not_of_the_batch_are_refused() {
    let folder = Folder::county();
    let before = folder.view();
    for rows in [row(60, 8), row(60, 9).trim_end().to_owned(), "x\n".to_owned(), row(60, 9) + "\n"] {
        let change = Change { appends: BTreeMap::from([(LEDGER.to_owned(), append(rows))]), ..Change::default() };
        assert!(folder.commit(change, 9).is_err());
    }
    let long = row(60, 9).replace("送戏下乡", &"戏".repeat(30_000));
    let change = Change { appends: BTreeMap::from([(LEDGER.to_owned(), append(long))]), ..Change::default() };
    assert_eq!(folder.commit(change, 9).unwrap_err().0[0].code, "row-too-long");
    assert_eq!(folder.view(), before);
}

#[test]
fn paths_that_climb_out_are_refused() {
    let folder = Folder::county();
    for path in [
        "../x.toml",
        "/etc/x.toml",
        "plans/../../x.toml",
        "townships/../2018/x.csv",
        "plans/.x.toml",
        "x.csv",
        "plans/a\\b.toml",
        "townships/con/township.toml",
    ] {
        let change = Change { puts: BTreeMap::from([(path.to_owned(), Vec::new())]), ..Change::default() };
        assert_eq!(folder.commit(change, 9).unwrap_err().0[0].code, "outside-layout", "{path}");
        let journal = Journal {
            batch: id(1),
            last: LastBatches { epoch: id(1), several: id(1) },
            times: None,
            holder: String::new(),
            touched: vec![TouchedPath::New(None, path.to_owned())],
            state: JournalState::Undo,
        };
        JournalFile::open(&folder.0).unwrap().write(&journal).unwrap();
        assert!(folder.writer().is_err() && folder.store().read(|_| Ok(())).is_err(), "{path}");
        fs::remove_file(folder.0.join(".journal")).unwrap();
    }
}

#[test]
fn a_journal_that_is_not_whole_says_nothing() {
    let folder = Folder::county();
    let before = folder.view();
    let journal = Journal {
        batch: id(1),
        last: LastBatches { epoch: id(1), several: id(1) },
        times: None,
        holder: "add (1, x)".to_owned(),
        touched: vec![TouchedPath::New(None, SETTINGS.to_owned()), TouchedPath::Cut(0, LEDGER.to_owned())],
        state: JournalState::Undo,
    };
    JournalFile::open(&folder.0).unwrap().write(&journal).unwrap();
    let bytes = folder.bytes(".journal");
    for length in 0..bytes.len() {
        folder.put(".journal", &bytes[..length]);
        assert_eq!(folder.view(), before);
    }
    for at in 0..bytes.len() {
        let mut wrong = bytes.clone();
        wrong[at] ^= 1;
        folder.put(".journal", &wrong);
        // Of the state word the first letter alone decides.
        let word = bytes.len() - 21..bytes.len() - 18;
        assert_eq!(folder.view() == before, !word.contains(&at), "byte {at}");
    }
}

#[test]
fn a_state_word_half_overwritten_is_the_new_one() {
    for (old, new) in [("undo", JournalState::Done), ("sync", JournalState::Done), ("done", JournalState::Undo)] {
        let folder = Folder::county();
        folder.commit(one(60, 9), 9).unwrap();
        let bytes = folder.bytes(".journal");
        let at = bytes.len() - 22;
        let name = match new {
            JournalState::Undo => "undo",
            JournalState::Sync => "sync",
            JournalState::Done => "done",
        };
        for cut in 1..4 {
            let word = format!("{}{}", &name[..cut], &old[cut..]);
            folder.put(".journal", &[&bytes[..at], word.as_bytes(), &bytes[at + 4..]].concat());
            assert_eq!(whole_journal(&folder).state, new, "{word}");
        }
    }
}

#[test]
fn a_file_that_is_no_file_is_not_written_to() {
    let folder = Folder::county();
    fs::remove_file(folder.0.join(LEDGER)).unwrap();
    fs::create_dir(folder.0.join(LEDGER)).unwrap();
    assert_eq!(folder.commit(one(60, 9), 9).unwrap_err().0[0].code, "not-a-file");
    assert!(folder.commit(one(60, 9), 9).is_err());
}

#[test]
fn an_empty_change_writes_nothing() {
    let folder = Folder::county();
    assert_eq!(folder.commit(Change::default(), 9).unwrap(), []);
    assert_eq!(folder.bytes(".journal"), b"");
}

/// Rows written ahead are only rows: what is not wanted after all is gone, and what is no row of the batch is refused.
#[test]
fn rows_written_ahead_are_stored_by_the_commit_alone() {
    let folder = Folder::county();
    let left = || fs::read_dir(&folder.0).unwrap().any(|entry| entry.unwrap().file_name() == ".rows.new");
    let begun = || {
        let writer = folder.writer().unwrap();
        let mut ahead = writer.stage(id(9));
        assert!(!ahead.begin(LEDGER, HEADER.as_bytes()).unwrap(), "it stands");
        assert!(ahead.begin(NEW, HEADER.as_bytes()).unwrap());
        assert!(!ahead.begin("townships/dongfeng/2019/troupe.csv", HEADER.as_bytes()).unwrap(), "one at a time");
        assert_eq!(ahead.add(row(104, 9).as_bytes()).unwrap(), HEADER.len() as u64);
        assert!(ahead.add(b"something else\n").is_err() && ahead.add(row(105, 8).as_bytes()).is_err());
        let row = HEADER.len() as u64..(HEADER.len() + 12) as u64;
        assert_eq!(text(&ahead.read(row).unwrap()), id(104).to_string());
        (writer, ahead)
    };
    let before = folder.view();
    drop(begun());
    assert!(!left() && folder.view() == before);
    let (writer, ahead) = begun();
    std::mem::forget(ahead);
    drop(writer);
    assert!(left() && folder.view() == before);
    folder.commit(one(60, 8), 8).unwrap();
    assert!(!left(), "the next writer removes it");
    let (writer, ahead) = begun();
    folder.put(NEW, b"from elsewhere");
    let refused = writer.commit(Change::default(), id(9), Some(ahead)).unwrap_err();
    assert_eq!(refused.0[0].code, "changed-meanwhile");
    assert!(!left() && folder.bytes(NEW) == b"from elsewhere", "what another program put there is not replaced");
    fs::remove_file(folder.0.join(NEW)).unwrap();
    let (writer, ahead) = begun();
    writer.commit(Change::default(), id(9), Some(ahead)).unwrap();
    assert_eq!(text(&folder.bytes(NEW)), format!("{HEADER}{}", row(104, 9)));
    assert!(!left());
}
