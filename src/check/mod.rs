//! What is wrong with a county's ledgers, each by itself and all together: one ledger is read at a time, and of its rows
//! only hashes, ids and places are kept for what must be compared across ledgers. Knows no disk and no command.

mod cross;
mod facts;
mod ledger;
pub mod settings;

pub use cross::Checker;

use crate::base::day::Year;
use crate::base::fault::{Fault, Place};
use crate::base::text::Text;
use crate::ledger::Source;
use crate::schema::kind::Kind;
use facts::Facts;
use std::collections::HashMap;

/// A ledger that is to be checked.
#[derive(Clone, Debug)]
pub struct CheckTarget {
    /// Its file, as a person would name it.
    pub path: String,
    /// Its township's id.
    pub township: String,
    /// Its year folder.
    pub year: Year,
    /// Its kind's place among the rules' kinds.
    pub kind: usize,
}

/// What ledgers are checked against.
#[derive(Debug)]
pub struct CheckRules<'k> {
    kinds: Vec<&'k Kind>,
    /// Ids and names.
    townships: HashMap<String, String>,
    rosters: Vec<RosterLink>,
    /// Whether what is only doubtful is looked for too.
    with_doubts: bool,
}

/// A kind whose records' people another kind names, as places among the kinds and their fields.
#[derive(Debug)]
struct RosterLink {
    of: usize,
    heads: usize,
    names: usize,
    reference: usize,
    person: Vec<usize>,
}

/// What one ledger came to.
#[derive(Debug)]
pub struct LedgerFindings {
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// How many rows it has.
    pub rows: usize,
    /// The files that its live records name.
    pub files: Vec<EvidenceFile>,
    sheet: u32,
    condition: LedgerCondition,
    facts: Facts,
}

/// A file that a record names, as evidence.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    /// Its path from the data directory, as it was written.
    pub path: String,
    /// The field and the record that name it.
    pub named_by: Text,
    /// Where.
    pub place: Place,
}

impl EvidenceFile {
    /// That it is not there.
    #[must_use]
    pub fn missing_fault(self) -> Fault {
        let EvidenceFile { path, named_by: said, place } = self;
        let what = text!("{said}：找不到文件“{path}”", "{said}: file “{path}” not found", said);
        Fault::warning("missing-file", what).at(place).hint(text!(
            "把文件放回数据目录下的这个位置，或用 culture edit 更正",
            "put the file back (the path starts at the data directory), or correct the record with culture edit"
        ))
    }
}

/// In which condition a ledger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LedgerCondition {
    /// It reads as it is.
    Whole,
    /// It reads once its format is restored.
    Repairable,
    /// It cannot be read.
    Broken,
}

impl<'k> CheckRules<'k> {
    /// Rules of these kinds for townships by id and name.
    #[must_use]
    pub fn new(kinds: impl Iterator<Item = &'k Kind>, townships: HashMap<String, String>) -> CheckRules<'k> {
        let kinds: Vec<&Kind> = kinds.collect();
        let roster = |(of, kind): (usize, &&Kind)| {
            let roster = kind.roster.as_ref()?;
            let names = kinds.iter().position(|kind| kind.id == roster.kind)?;
            let field = |name: &String| kinds[names].field(name);
            let person = roster.person.iter().filter_map(field).collect();
            Some(RosterLink { of, heads: roster.heads, names, reference: field(&roster.reference)?, person })
        };
        let rosters = kinds.iter().enumerate().filter_map(roster).collect();
        CheckRules { kinds, townships, rosters, with_doubts: true }
    }

    /// The same, that look for what is wrong alone, not for what is doubtful.
    #[must_use]
    pub fn without_doubts(self) -> CheckRules<'k> {
        CheckRules { with_doubts: false, ..self }
    }

    /// The place of a kind among the rules' kinds, by its id.
    #[must_use]
    pub fn kind_index(&self, id: &str) -> Option<usize> {
        self.kinds.iter().position(|kind| kind.id == id)
    }

    /// What a ledger of this sheet, the `number`th, says in these bytes.
    #[must_use]
    pub fn read(&self, number: usize, sheet: &CheckTarget, bytes: &[u8]) -> LedgerFindings {
        ledger::read(self, number, sheet, self.source(sheet, bytes))
    }

    /// Those bytes as the ledger of a sheet.
    #[must_use]
    pub fn source<'a>(&self, sheet: &'a CheckTarget, bytes: &'a [u8]) -> Source<'a>
    where
        'k: 'a,
    {
        Source { file: &sheet.path, kind: self.kinds[sheet.kind], year: sheet.year, bytes }
    }

    /// What a township is called.
    fn township_name<'t>(&'t self, id: &'t str) -> &'t str {
        self.townships.get(id).map_or(id, String::as_str)
    }
}

/// How a ledger that does not read can be restored, and what would still be wrong with it then.
#[must_use]
pub fn restore(source: Source<'_>) -> Option<(crate::ledger::RepairedLedger, Vec<Fault>)> {
    ledger::restore(source)
}
