//! Which bytes of a ledger are whole rows. A row is whole when it runs from its id to its batch; only the end of a
//! ledger can be torn.

use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use memchr::{memchr, memchr_iter, memrchr};

/// The longest row, in bytes.
pub(super) const ROW_LIMIT: usize = 64 << 10;

/// The end of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LedgerEnd {
    /// Where the last whole row (or the header) ends, its line end included if it has one.
    pub keep: usize,
    /// Whether that row has its line end.
    pub ended: bool,
    /// What follows it.
    pub rest: LedgerTail,
}

/// What follows the last whole row of a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LedgerTail {
    /// Nothing.
    Nothing,
    /// A write that was cut short.
    Torn,
    /// Lines that are no rows and that no torn write explains.
    NoRow,
}

/// The batch of a line that runs from id to batch.
pub(super) fn batch_of(line: &[u8]) -> Option<Id> {
    let (id, rest) = line.split_at_checked(Id::LEN)?;
    let (middle, batch) = rest.split_at_checked(rest.len().checked_sub(Id::LEN)?)?;
    let framed = middle.len() >= 2 && middle.starts_with(b",") && middle.ends_with(b",");
    if !framed || memchr(0, middle).is_some() {
        return None;
    }
    Id::from_bytes(id).and(Id::from_bytes(batch))
}

/// The batch of a row as another program may have saved it: in quotation marks, with other separators, before a carriage
/// return or empty cells.
pub(super) fn batch_of_altered(line: &[u8]) -> Option<Id> {
    let is_added = |byte: &u8| matches!(byte, b'\r' | b',' | b';' | b'\t' | b'"' | b' ');
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    let start = line.iter().position(|byte| !is_added(byte))?;
    let end = line.iter().rposition(|byte| !is_added(byte))? + 1;
    let (id, rest) = line[start..end].split_at_checked(Id::LEN)?;
    let (middle, batch) = rest.split_at_checked(rest.len().checked_sub(Id::LEN)?)?;
    let framed =
        middle.len() >= 2 && middle.iter().next().is_some_and(is_added) && middle.iter().last().is_some_and(is_added);
    if !framed || memchr(0, middle).is_some() {
        return None;
    }
    Id::from_bytes(id).and(Id::from_bytes(batch))
}

/// Whether a line without a NUL runs from an id to this batch.
fn is_framed(line: &[u8], batch: [u8; Id::LEN]) -> bool {
    let Some((id, rest)) = line.split_at_checked(Id::LEN) else { return false };
    let Some(middle) = rest.strip_suffix(&batch) else { return false };
    middle.len() >= 2 && middle.starts_with(b",") && middle.ends_with(b",") && Id::from_bytes(id).is_some()
}

/// How many cells a line has; commas within quotation marks part none.
pub(super) fn cell_count(line: &[u8]) -> usize {
    let mut quoted = false;
    let commas = line.iter().filter(|&&byte| {
        quoted ^= byte == b'"';
        byte == b',' && !quoted
    });
    commas.count() + 1
}

/// How many cells the first line of a ledger has.
pub(super) fn column_count(start: &[u8]) -> usize {
    cell_count(start.split(|&byte| byte == b'\n').next().expect("even nothing has one part"))
}

/// The end of a ledger, told from its last bytes; none if more of them are needed. `from_start`: they are all of it.
pub(super) fn find_end(bytes: &[u8], from_start: bool, columns: usize) -> Option<LedgerEnd> {
    // Rows are only ever appended, so a write that was cut short can only have left its beginning, or zeros where the
    // system had made room and not yet written: nothing before the last whole row is in question, and we go backwards
    // until we meet it.
    let mut end = bytes.len();
    while let Some(last) = end.checked_sub(1) {
        let ended = bytes[last] == b'\n';
        let stop = if ended { last } else { end };
        let before = memrchr(b'\n', &bytes[..stop]);
        if before.is_none() && !from_start {
            return None;
        }
        let start = before.map_or(0, |at| at + 1);
        let line = &bytes[start..stop];
        let whole = if before.is_none() {
            line.starts_with(b"id,") && line.ends_with(b",batch")
        } else {
            // A torn row may end with the id of a record that it refers to: then cells are missing.
            batch_of(line).is_some() && (ended || cell_count(line) == columns)
        };
        if whole {
            let rest = &bytes[end..];
            // What lacks its line end or holds a NUL is what such a write leaves. Whole lines of text that are no rows are
            // not: a person or a program put them there, and they are never cut.
            let rest = match rest.last() {
                None => LedgerTail::Nothing,
                Some(&byte) if byte != b'\n' || memchr(0, rest).is_some() => LedgerTail::Torn,
                Some(_) => LedgerTail::NoRow,
            };
            return Some(LedgerEnd { keep: end, ended, rest });
        }
        end = start;
    }
    from_start.then_some(LedgerEnd { keep: 0, ended: false, rest: LedgerTail::NoRow })
}

/// Checks rows that are to be appended: whole lines of that batch, and how many.
///
/// # Errors
/// A row that is too long, or that would not be found again as one of this batch.
pub(super) fn check_rows(path: &str, rows: &[u8], batch: Id) -> Result<usize> {
    let mut start = 0;
    let mut count = 0;
    let letters = batch.letters();
    let no_nul = memchr(0, rows).is_none();
    for at in memchr_iter(b'\n', rows) {
        let line = &rows[start..at];
        if line.len() >= ROW_LIMIT {
            return Fault::new("row-too-long", text!("这条记录超过 64 KiB", "this record has more than 64 KiB"))
                .at(Place::file(path))
                .hint(text!("缩短其中的文字", "shorten its texts"))
                .fail();
        }
        // At once for the many rows of an import, which have no NUL among them.
        if !(no_nul && is_framed(line, letters)) && batch_of(line) != Some(batch) {
            return Fault::new("torn-row", text!("要写入的一行不完整", "a row to be written is not whole"))
                .at(Place::file(path))
                .fail();
        }
        (start, count) = (at + 1, count + 1);
    }
    if start < rows.len() {
        return Fault::new("torn-row", text!("要写入的一行缺行尾", "a row to be written lacks its line end"))
            .at(Place::file(path))
            .fail();
    }
    Ok(count)
}
