//! What is kept of a ledger's live records to compare them with those of other ledgers: hashes and places, no words.

use super::rules::{CheckRules, CheckTarget};
use super::segments::Segment;
use crate::base::day::Day;
use crate::base::fuzzy::fold;
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::unseen::cell_as_compared;
use crate::ledger::Row;
use crate::schema::kind::FieldNo;
use crate::schema::record::integer;
use std::borrow::Cow;
use std::hash::{DefaultHasher, Hasher};

/// Where a row stands: the sheet's number and the offset at which the row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowSite {
    pub(super) sheet: u32,
    pub(super) at: u32,
}

/// A record, where it stands as it is now, and whether it is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordFact {
    pub(super) id: Id,
    pub(super) site: RowSite,
    pub(super) live: bool,
}

/// The natural key of a live record, hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyFact {
    pub(super) key: u64,
    pub(super) site: RowSite,
}

/// How many people a live record counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HeadFact {
    pub(super) record: Id,
    pub(super) heads: i64,
    pub(super) site: RowSite,
}

/// A person, hashed, whom a roster names for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NamedPerson {
    pub(super) record: Id,
    pub(super) person: u64,
}

/// A live record's reference to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    pub(super) to: Id,
    pub(super) site: RowSite,
    pub(super) field: FieldNo,
}

/// What a record shares with one that is probably the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DoubleCandidate {
    /// Of the kind, the rule and the fields in which they agree.
    pub(super) same: u64,
    pub(super) site: RowSite,
    /// Of the fields in which they differ.
    pub(super) differ: u64,
    pub(super) rule: u32,
}

/// All that is kept.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) records: Vec<RecordFact>,
    pub(super) references: Vec<Reference>,
    pub(super) keys: Vec<KeyFact>,
    pub(super) twins: Vec<DoubleCandidate>,
    pub(super) heads: Vec<HeadFact>,
    pub(super) people: Vec<NamedPerson>,
}

/// A hash of cells, each told from the next.
fn digest<C: AsRef<[u8]>>(seed: [usize; 2], cells: impl Iterator<Item = C>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for number in seed {
        hasher.write_usize(number);
    }
    for cell in cells {
        let cell = cell.as_ref();
        hasher.write_usize(cell.len());
        hasher.write(cell);
    }
    hasher.finish()
}

fn folded(row: &Row<'_>, fields: &[FieldNo]) -> Vec<String> {
    fields.iter().map(|&field| fold(&String::from_utf8_lossy(row.cell(field)))).collect()
}

impl Facts {
    /// Keeps what there is of a live record: to which others it refers at any time, the rest as it is in the end.
    pub(super) fn gather(&mut self, rules: &CheckRules<'_>, sheet: &CheckTarget, segment: &Segment<'_>, site: RowSite) {
        let kind = rules.kinds[sheet.kind];
        let row = segment.row;
        for (at, field) in kind.fields.iter().numbered() {
            if field.ty.is_reference()
                && segment.is_new(at)
                && let Some(to) = Id::from_bytes(row.cell(at))
            {
                self.references.push(Reference { to, site, field: at });
            }
        }
        if !rules.with_doubts || segment.days.until < Day::MAX {
            return;
        }
        if !kind.key.is_empty() {
            let cells = kind.key.iter().map(|&field| cell_as_compared(row.cell(field)));
            let cells = std::iter::once(Cow::Borrowed(sheet.township.as_bytes())).chain(cells);
            self.keys.push(KeyFact { key: digest([sheet.kind.index(), 0], cells), site });
        }
        for (rule, double) in kind.doubles.iter().enumerate() {
            let same = folded(row, &double.same);
            if same.iter().all(|cell| !cell.is_empty()) {
                let same = digest([sheet.kind.index(), rule + 1], same.into_iter());
                let differ = digest([0, 0], folded(row, &double.differ).into_iter());
                let rule = u32::try_from(rule).expect("a kind has fewer rules than that");
                self.twins.push(DoubleCandidate { same, site, differ, rule });
            }
        }
        self.gather_people(rules, sheet, row, site);
    }

    fn gather_people(&mut self, rules: &CheckRules<'_>, sheet: &CheckTarget, row: &Row<'_>, site: RowSite) {
        for roster in &rules.rosters {
            if roster.of == sheet.kind
                && let Some(heads) = integer(row.cell(roster.heads))
            {
                self.heads.push(HeadFact { record: row.id, heads, site });
            }
            if roster.names == sheet.kind
                && let Some(record) = Id::from_bytes(row.cell(roster.reference))
            {
                let person = digest([0, 0], folded(row, &roster.person).into_iter());
                self.people.push(NamedPerson { record, person });
            }
        }
    }

    /// Puts them in the order in which they are compared: nothing hangs on the order in which ledgers were read.
    pub(super) fn sort(&mut self) {
        self.records.sort_unstable();
        self.references.sort_unstable_by_key(|reference| (reference.site, reference.field));
        self.keys.sort_unstable();
        self.twins.sort_unstable();
        self.heads.sort_unstable();
        self.people.sort_unstable();
        self.people.dedup();
    }

    /// Adds those of another ledger.
    pub(super) fn merge(&mut self, other: Facts) {
        self.records.extend(other.records);
        self.references.extend(other.references);
        self.keys.extend(other.keys);
        self.twins.extend(other.twins);
        self.heads.extend(other.heads);
        self.people.extend(other.people);
    }
}
