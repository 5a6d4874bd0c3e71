//! What a ledger held at a time, as a number of rows and a SHA-256 over them, so that it can be told later whether rows
//! were lost, came in, or were altered. Quoting, the order of rows and columns, and empty columns do not matter. Asks of
//! a row only what it needs, so that ledgers that are faulty otherwise can be compared too.

use super::split::ColumnNo;
use super::{Cells, Lines, without_return};
use crate::base::day::Instant;
use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use sha2::{Digest, Sha256};

/// What a ledger held at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// How many rows had entered.
    pub rows: usize,
    /// SHA-256 over them, in hexadecimal. Sorted by id and revision, each row is `LENGTH:ROW`; in it each column that is
    /// not empty, sorted by name, is `LENGTH:NAME=VALUE`; lengths count bytes.
    pub digest: String,
}

/// The SHA-256 of bytes, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::new_with_prefix(bytes))
}

fn hex(hash: Sha256) -> String {
    use std::fmt::Write;
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A row that had entered: what it is sorted by, and where it stands.
type SealedRow<'a> = (Id, u32, &'a [u8], usize);

/// What the rows of a ledger that had entered by `known` come to. `file`: the ledger, as a person would name it.
///
/// # Errors
/// A row whose columns, id, revision or time of entry cannot be made out.
pub fn seal(file: &str, bytes: &[u8], known: Instant) -> Result<Seal> {
    let mut lines = Lines { bytes, at: 0 }.map(|(at, line)| (at, without_return(line)));
    let head = lines.next().map_or(&[][..], |(_, head)| head);
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    let names: Vec<&[u8]> = head.split(|&byte| byte == b',').collect();
    let column = |name: &str| names.iter().position(|heading| *heading == name.as_bytes()).map(ColumnNo::from);
    let (Some(id), Some(rev), Some(entered)) = (column("id"), column("rev"), column("entered_at")) else {
        return unreadable_row(file, bytes, 0, head).fail();
    };
    let mut cells = Cells::default();
    let mut kept: Vec<SealedRow<'_>> = Vec::new();
    for (at, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let whole = cells.split(line) && cells.len() == names.len();
        let entered = cells.instant(line, entered).filter(|_| whole);
        let id = Id::from_bytes(cells.get(line, id));
        let rev = crate::schema::record::integer(cells.get(line, rev)).and_then(|rev| u32::try_from(rev).ok());
        let (Some(entered), Some(id), Some(rev)) = (entered, id, rev) else {
            return unreadable_row(file, bytes, at, line).fail();
        };
        if entered <= known {
            kept.push((id, rev, line, at));
        }
    }
    kept.sort_unstable();
    Ok(Seal { rows: kept.len(), digest: digest(&names, &kept, &mut cells) })
}

fn digest(names: &[&[u8]], kept: &[SealedRow<'_>], cells: &mut Cells) -> String {
    let mut order: Vec<ColumnNo> = (0..names.len()).map(ColumnNo::from).collect();
    order.sort_by(|&one, &other| names[one].cmp(names[other]));
    let mut hash = Sha256::new();
    let mut row = Vec::new();
    for (.., line, _) in kept {
        cells.split(line);
        row.clear();
        for &column in &order {
            let name = names[column];
            let value = cells.get(line, column);
            if !value.is_empty() {
                row.extend_from_slice(format!("{}:", name.len() + 1 + value.len()).as_bytes());
                row.extend_from_slice(name);
                row.push(b'=');
                row.extend_from_slice(value);
            }
        }
        hash.update(format!("{}:", row.len()));
        hash.update(&row);
    }
    hex(hash)
}

fn unreadable_row(file: &str, bytes: &[u8], at: usize, line: &[u8]) -> Fault {
    Fault::new("unreadable-row", text!("这一行读不全", "this row cannot be read"))
        .at(Place::in_text(file, bytes, at..at + line.len().max(1)))
        .hint(text!("运行 culture check 查看原因", "run culture check to find out why"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::day::Offset;

    const HEAD: &str = "id,rev,state,date,title,entered_at,entered_by,reason,batch";
    const ONE: &str = "bcdfghjklmnp,1,live,2018-05-01,歌,2018-05-02T10:00:00+08:00,王芳,,bbbbbbbbbbbb";
    const TWO: &str = "bcdfghjklmnp,2,live,2018-05-01,舞,2018-05-03T10:00:00+08:00,王芳,改,cccccccccccc";

    fn of(lines: &[&str], known: &str) -> Seal {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
        seal("x.csv", text.as_bytes(), Instant::from_iso(known.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn the_digest_is_the_one_that_is_written_down() {
        // As any other program would make it.
        let cells =
            ["batch=bbbbbbbbbbbb", "date=2018-05-01", "entered_at=2018-05-02T10:00:00+08:00", "entered_by=王芳"];
        let cells = cells.into_iter().chain(["id=bcdfghjklmnp", "rev=1", "state=live", "title=歌"]);
        let row = cells.map(|cell| format!("{}:{cell}", cell.len())).collect::<Vec<_>>().concat();
        let wanted = sha256(format!("{}:{row}", row.len()).as_bytes());
        let found = of(&[HEAD, ONE, TWO], "2018-05-02T23:59:59+08:00");
        assert_eq!(found, Seal { rows: 1, digest: wanted });
        assert_eq!(sha256(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn order_quotes_line_ends_and_empty_columns_do_not_matter() {
        let known = "2018-06-01T00:00:00+08:00";
        let plain = of(&[HEAD, ONE, TWO], known);
        assert_eq!(plain.rows, 2);
        assert_eq!(plain, of(&[HEAD, TWO, ONE], known));
        assert_eq!(plain, of(&[HEAD, &ONE.replace("歌", "\"歌\""), &format!("{TWO}\r")], known));
        let wider = |line: &str, cell: &str| line.replacen(",live,", &format!(",live,{cell}"), 1);
        let head = HEAD.replacen(",date,", ",note,date,", 1);
        assert_eq!(plain, of(&[&head, &wider(ONE, ","), &wider(TWO, ",")], known));
        assert_ne!(plain, of(&[&head, &wider(ONE, ","), &wider(TWO, "x,")], known));
    }

    #[test]
    fn a_value_that_moves_to_the_next_column_matters() {
        let known = Instant::end_of(crate::base::day::Day(20_000), Offset::CHINA);
        let row = |a: &str, b: &str| format!("id,rev,entered_at,a,b\nbcdfghjklmnp,1,2018-05-02T10:00:00Z,{a},{b}\n");
        let of = |text: String| seal("x.csv", text.as_bytes(), known).unwrap().digest;
        assert_ne!(of(row("1", "")), of(row("", "1")));
        assert_ne!(of(row("1", "2")), of(row("2", "1")));
    }

    #[test]
    fn what_cannot_be_made_out_has_its_line() {
        let text = format!("{HEAD}\n{ONE}\nbcdfghjklmnp,2,live\n");
        let fault = seal("x.csv", text.as_bytes(), Instant::new(0, Offset::CHINA)).unwrap_err();
        assert_eq!(fault.0[0].place.as_ref().map(|place| place.line), Some(3));
    }
}
