//! How large a file, and what is in it, may be. Whoever reads a format asks these; nobody allocates on a file's own word.
//! They bound the memory of one import on an office PC; what they let pass is far more than a township's year.

/// The largest file that is read, in bytes. A text is read as it stands, beside 12 bytes for each of its rows and what is
/// told of the faulty ones: of 200 MB with faults in many rows, that took over 300 MB of memory.
pub const LARGEST_FILE: usize = 160 << 20;
/// The largest workbook: it stays in memory beside what is read from it, which is several times as much.
pub(super) const LARGEST_WORKBOOK: usize = 64 << 20;
/// The most rows that a sheet may have, as many as Excel allows (those of a delimited text may be four times as many).
pub(super) const MOST_ROWS: u32 = 1_048_576;
/// The most columns that a sheet may use, as many as an `.xls` has. A row is read up to its last cell, so that one cell far
/// to the right would cost as much as all before it.
pub(super) const MOST_COLUMNS: u32 = 256;
/// The longest cell, in bytes: no more than a ledger's row holds.
pub(super) const LONGEST_CELL: usize = 64 << 10;
/// What the cells of a workbook may take in memory, in bytes: about a million of them, with their texts.
pub(super) const MOST_CELLS: usize = 120 << 20;
