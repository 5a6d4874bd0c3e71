//! Cells -> a line of a ledger. What is quoted, and how, is the csv crate's to know; knows no columns.

/// What a line mostly fits in; a longer one is written in pieces.
const ROOM: usize = 1 << 10;

/// Appends a line of these cells, with its line end.
pub(super) fn push_line<C: AsRef<[u8]>>(cells: impl IntoIterator<Item = C>, lines: &mut Vec<u8>) {
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.terminator(csv::Terminator::Any(b'\n')).buffer_capacity(ROOM).from_writer(lines);
    let written = writer.write_record(cells).and_then(|()| Ok(writer.flush()?));
    written.expect("memory takes whatever is written to it");
}

/// Appends cells parted by commas, without a line end; whether one has a line break.
///
/// Of an import's million rows hardly one has a cell that must be quoted, and a row without is its cells as they are. So
/// that is what is written first, and only what turns out to need quotes goes through the csv crate: it takes a fifth of
/// an import's time otherwise.
pub(super) fn push_cells(cells: &[impl AsRef<str>], line: &mut Vec<u8>) -> bool {
    let start = line.len();
    for cell in cells {
        match cell.as_ref().as_bytes() {
            [] => {}
            bytes => line.extend_from_slice(bytes),
        }
        line.push(b',');
    }
    // Looked at all at once, which the compiler makes a few instructions of.
    let found = line[start..].iter().fold(0, |found, &byte| {
        found + (u32::from(matches!(byte, b'"' | b'\r' | b'\n')) << 16) + u32::from(byte == b',')
    });
    if found as usize == cells.len() {
        line.pop();
        return false;
    }
    line.truncate(start);
    push_line(cells.iter().map(|cell| cell.as_ref().as_bytes()), line);
    line.pop();
    cells.iter().any(|cell| cell.as_ref().contains('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As ledgers were written before the csv crate wrote them: closed months are sealed over these bytes.
    fn as_ever(cells: &[String]) -> String {
        let quoted = |cell: &String| {
            if cell.contains([',', '"', '\r', '\n']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        cells.iter().map(quoted).collect::<Vec<_>>().join(",")
    }

    fn lines_of(cells: &[String]) -> [String; 2] {
        let mut line = b"before\n".to_vec();
        let mut bare = b"before,".to_vec();
        push_line(cells, &mut line);
        let broken = push_cells(cells, &mut bare);
        assert_eq!(broken, cells.iter().any(|cell| cell.contains('\n')));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let line = text(line);
        let bare = text(bare);
        let line = line.strip_prefix("before\n").and_then(|line| line.strip_suffix('\n')).unwrap();
        [line.to_owned(), bare.strip_prefix("before,").unwrap().to_owned()]
    }

    proptest! {
        #[test]
        fn bytes_are_as_ever(cells in proptest::collection::vec("[a王，, \t\"'\r\n=\u{feff}]{0,6}", 2..9)) {
            prop_assert_eq!(lines_of(&cells), [as_ever(&cells), as_ever(&cells)]);
        }
    }

    #[test]
    fn a_line_longer_than_the_room_for_it_is_whole() {
        for cell in ["王".repeat(2000), "\"".repeat(2000), "a,\"".repeat(ROOM)] {
            let cells = [cell.clone(), String::new(), cell];
            assert_eq!(lines_of(&cells), [as_ever(&cells), as_ever(&cells)]);
        }
    }
}
