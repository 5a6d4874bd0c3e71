//! What the store makes of bytes that anybody may have written, for the fuzzers: they know no files.

use super::journal::Journal;
use super::torn;
use crate::base::fault::Result;

/// Reads a journal; none if it is not whole. Gives what it would be written as.
///
/// # Errors
/// It is whole and says what is not understood.
pub fn journal(bytes: &[u8]) -> Result<Option<Vec<u8>>> {
    Ok(Journal::parse(bytes)?.map(|journal| journal.bytes()))
}

/// How many bytes of a ledger are whole rows, and whether what follows is a torn write, to be cut.
#[must_use]
pub fn whole_rows(bytes: &[u8]) -> Option<(usize, bool)> {
    torn::find_end(bytes, true, torn::column_count(bytes)).map(|end| (end.keep, end.rest == torn::LedgerTail::Torn))
}
