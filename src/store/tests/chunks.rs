//! A ledger read in parts is the ledger.

use super::*;

/// A ledger of several parts with rows of different lengths, some of them longer than what is read at once.
fn large() -> Vec<u8> {
    let mut bytes = HEADER.as_bytes().to_vec();
    for number in 1.. {
        let long = if number % 900 == 0 { 20_000 } else { (number % 97) as usize };
        let line = row(number, 1).replace("送戏下乡", &"文".repeat(long));
        bytes.extend_from_slice(line.as_bytes());
        if bytes.len() > 3 << 20 {
            return bytes;
        }
    }
    bytes
}

/// The rows of all parts, the headings of each taken off.
fn joined(snapshot: &Snapshot, path: &str) -> Result<(usize, Vec<u8>)> {
    let mut rows = Vec::new();
    let mut buffer = Vec::new();
    let parts = snapshot.chunks(path);
    for part in &parts {
        let bytes = snapshot.read_chunk(path, *part, &mut buffer)?;
        let lines = bytes.strip_prefix(HEADER.as_bytes()).expect("every part has the headings");
        assert!(lines.is_empty() || lines.ends_with(b"\n") || *part == parts[parts.len() - 1]);
        rows.extend_from_slice(lines);
    }
    Ok((parts.len(), rows))
}

#[test]
fn parts_put_together_are_the_whole() {
    let folder = Folder::county();
    let whole = large();
    let rows = &whole[HEADER.len()..];
    for cut in [0, 1] {
        folder.put(LEDGER, &whole[..whole.len() - cut]);
        let (parts, found) = folder.store().read(|snapshot| joined(snapshot, LEDGER)).unwrap();
        assert!(parts > 4 && found == rows[..rows.len() - cut], "{parts} parts, {cut} cut off");
    }
    let (parts, found) = folder.store().read(|snapshot| joined(snapshot, OTHER)).unwrap();
    assert_eq!((parts, found.as_slice()), (1, row(2, 1).as_bytes()));
}

#[test]
fn a_torn_end_is_left_out_of_the_last_part_and_told() {
    let folder = Folder::county();
    let mut whole = large();
    let length = whole.len();
    whole.extend_from_slice(&row(9, 9).as_bytes()[..20]);
    folder.put(LEDGER, &whole);
    let (found, end, warnings) = folder
        .store()
        .read(|snapshot| Ok((joined(snapshot, LEDGER)?.1, snapshot.read_end(LEDGER)?, snapshot.warnings())))
        .unwrap();
    assert!(found == whole[HEADER.len()..length]);
    let last = memchr::memrchr(b'\n', &whole[..length - 1]).unwrap() + 1;
    assert_eq!(text(&end), format!("{HEADER}{}", text(&whole[last..length])));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
}

#[test]
fn the_end_of_a_ledger_is_its_last_row() {
    let folder = Folder::county();
    let long = row(3, 1).replace("送戏下乡", &"文".repeat(20_000));
    for (bytes, last) in [
        (HEADER.to_owned(), String::new()),
        (format!("{HEADER}{}", row(2, 1)), row(2, 1)),
        (format!("{HEADER}{}", row(2, 1).trim_end()), row(2, 1).trim_end().to_owned()),
        (format!("{HEADER}{}{long}", row(2, 1)), long.clone()),
        (format!("{HEADER}{}{}", row(2, 1).repeat(200), row(3, 1)), row(3, 1)),
    ] {
        folder.put(LEDGER, bytes.as_bytes());
        let end = folder.store().read(|snapshot| snapshot.read_end(LEDGER)).unwrap();
        assert!(text(&end) == format!("{HEADER}{last}"), "{} bytes", bytes.len());
    }
}
