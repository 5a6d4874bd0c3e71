//! Rows that are wanted of a kind's ledgers, kept as the bytes that they are, since revisions would take ten times the
//! room. They are read again when they are shown.

use super::{AsOf, Cells, Columns, Row, Source, columns, walk};
use crate::base::day::Year;
use crate::base::fault::Result;
use crate::schema::kind::Kind;
use std::ops::{ControlFlow, Range};

/// The rows wanted of one ledger.
#[derive(Debug)]
pub struct LedgerExcerpt {
    columns: Columns,
    year: Year,
    bytes: Vec<u8>,
}

/// Which of several excerpts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExcerptNo(u32);

/// Where a row stands among excerpts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExcerptPlace {
    /// Of which excerpt.
    pub ledger: ExcerptNo,
    /// Where in its bytes.
    at: u32,
}

impl ExcerptNo {
    /// Counted from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The place of a row that stands there in its bytes.
    #[must_use]
    pub const fn row(self, at: u32) -> ExcerptPlace {
        ExcerptPlace { ledger: self, at }
    }
}

/// Rows of several ledgers of one kind, in an order of their own.
#[derive(Debug)]
pub struct Excerpts {
    /// The kind.
    pub kind: Kind,
    /// Of each ledger what is wanted.
    pub ledgers: Vec<LedgerExcerpt>,
    /// The rows in order.
    pub order: Vec<ExcerptPlace>,
}

/// A ledger that is read to be kept in part.
#[derive(Debug)]
pub struct WholeLedger<'a> {
    /// The file, as a person would name it.
    pub file: &'a str,
    /// Its kind.
    pub kind: &'a Kind,
    /// Its year folder.
    pub year: Year,
    /// Its whole rows.
    pub bytes: Vec<u8>,
}

impl WholeLedger<'_> {
    /// The ledger to be looked at.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        Source { file: self.file, kind: self.kind, year: self.year, bytes: &self.bytes }
    }

    /// The rows of which `keep` gives something to remember them by, each with that and its place; `keep` is asked as
    /// [`walk`] asks.
    ///
    /// # Errors
    /// As [`walk`].
    pub fn excerpt<K>(
        self,
        at: AsOf,
        mut keep: impl FnMut(&Row<'_>, bool) -> Option<K>,
    ) -> Result<(LedgerExcerpt, Vec<(K, u32)>)> {
        let mut kept = Vec::new();
        let mut length = 0;
        walk(self.source(), at, |row, stands| {
            if let Some(key) = keep(row, stands) {
                kept.push((key, place(row.offset())));
                length += row.span().len() + 1;
            }
            Ok(())
        })?;
        let columns = columns(self.source())?;
        let year = self.year;
        let mut bytes = self.bytes;
        // What is left out would stay in memory too, but a copy needs room beside the original.
        if length < bytes.len() / 2 {
            let mut less = Vec::with_capacity(length);
            for (_, at) in &mut kept {
                let line = line_at(&bytes, *at);
                *at = place(less.len());
                less.extend_from_slice(&bytes[line]);
                less.push(b'\n');
            }
            bytes = less;
        }
        kept.shrink_to_fit();
        Ok((LedgerExcerpt { columns, year, bytes }, kept))
    }
}

impl Excerpts {
    /// No rows of a kind.
    #[must_use]
    pub fn none(kind: &Kind) -> Excerpts {
        Excerpts { kind: kind.clone(), ledgers: Vec::new(), order: Vec::new() }
    }

    /// Takes in what is wanted of a further ledger, and gives its number.
    pub fn add(&mut self, excerpt: LedgerExcerpt) -> ExcerptNo {
        self.ledgers.push(excerpt);
        ExcerptNo(u32::try_from(self.ledgers.len() - 1).expect("no county has so many ledgers"))
    }

    /// Visits each row with its number in the order and its place, until a visitor has had enough.
    pub fn each(&self, mut visit: impl FnMut(usize, ExcerptPlace, &Row<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut cells = Cells::default();
        for (number, &place) in self.order.iter().enumerate() {
            let LedgerExcerpt { columns, year, bytes } = &self.ledgers[place.ledger.index()];
            let source = Source { file: "", kind: &self.kind, year: *year, bytes };
            let line = line_at(bytes, place.at);
            let row = columns.row(source, line.start, &bytes[line], &mut cells);
            visit(number, place, &row.expect("a row that was checked has not changed in memory"))?;
        }
        ControlFlow::Continue(())
    }
}

fn line_at(bytes: &[u8], at: u32) -> Range<usize> {
    let start = at as usize;
    let length = memchr::memchr(b'\n', &bytes[start..]).unwrap_or(bytes.len() - start);
    start..start + length
}

/// A place in a ledger's bytes.
fn place(at: usize) -> u32 {
    u32::try_from(at).expect("no ledger has more than 4 GB: the store refuses it")
}
