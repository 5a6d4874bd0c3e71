//! How large a file, and what is in it, may be. Whoever reads a format asks these; nobody allocates on a file's own word.

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 160 << 20;
/// The largest workbook: it stays in memory beside what is read from it.
pub(super) const LARGEST_WORKBOOK: usize = 64 << 20;
/// The most rows that a sheet may have (those of a delimited text may be four times as many).
pub(super) const MOST_ROWS: u32 = 1_048_576;
/// The most columns that a sheet may use.
pub(super) const MOST_COLUMNS: u32 = 256;
/// The longest cell, in bytes: no more than a ledger's row holds.
pub(super) const LONGEST_CELL: usize = 64 << 10;
/// What the cells of a workbook may take in memory, in bytes.
pub(super) const MOST_CELLS: usize = 120 << 20;
