//! What ledgers are checked against: kinds, townships, and which kind is the roster of which.

use crate::base::day::{Instant, Year};
use crate::ledger::Source;
use crate::schema::kind::{FieldNo, Kind};
use std::collections::HashMap;

number! {
    /// A kind's place among those of the rules.
    pub KindNo
}

/// A ledger that is to be checked.
#[derive(Clone, Debug)]
pub struct CheckTarget {
    /// Its file, as a person would name it.
    pub path: String,
    /// Its township's id.
    pub township: String,
    /// Its year folder.
    pub year: Year,
    /// Its kind.
    pub kind: KindNo,
}

/// What ledgers are checked against.
#[derive(Debug)]
pub struct CheckRules<'k> {
    pub(super) kinds: Vec<&'k Kind>,
    /// Ids and names.
    pub(super) townships: HashMap<String, String>,
    pub(super) rosters: Vec<RosterLink>,
    /// Whether what is only doubtful is looked for too.
    pub(super) with_doubts: bool,
    /// What the clock says: what is stamped later was stamped by one that was wrong.
    pub(super) clock: Instant,
}

/// A kind whose records' people another kind names.
#[derive(Debug)]
pub(super) struct RosterLink {
    pub(super) of: KindNo,
    pub(super) heads: FieldNo,
    pub(super) names: KindNo,
    pub(super) reference: FieldNo,
    pub(super) person: Vec<FieldNo>,
}

impl<'k> CheckRules<'k> {
    /// Rules of these kinds for townships by id and name, at a time.
    #[must_use]
    pub fn new(
        kinds: impl Iterator<Item = &'k Kind>,
        townships: HashMap<String, String>,
        clock: Instant,
    ) -> CheckRules<'k> {
        let kinds: Vec<&Kind> = kinds.collect();
        let rosters = (0..kinds.len()).filter_map(|of| RosterLink::new(&kinds, KindNo::from(of))).collect();
        CheckRules { kinds, townships, rosters, with_doubts: true, clock }
    }

    /// The same, that look for what is wrong alone, not for what is doubtful.
    #[must_use]
    pub fn without_doubts(self) -> CheckRules<'k> {
        CheckRules { with_doubts: false, ..self }
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
    pub(super) fn township_name<'t>(&'t self, id: &'t str) -> &'t str {
        self.townships.get(id).map_or(id, String::as_str)
    }
}

/// Whether a stamp lies so far ahead of the clock that one of the two is wrong.
#[must_use]
pub(super) fn is_future(at: Instant, clock: Instant) -> bool {
    at.seconds - clock.seconds > 86_400
}

impl RosterLink {
    /// The roster of one of the kinds; none where it has none.
    fn new(kinds: &[&Kind], of: KindNo) -> Option<RosterLink> {
        let roster = kinds[of].roster.as_ref()?;
        let names = kinds.iter().position(|kind| kind.id == roster.kind).map(KindNo::from)?;
        let person = roster.person.iter().filter_map(|name| kinds[names].field(name)).collect();
        let reference = kinds[names].field(&roster.reference)?;
        Some(RosterLink { of, heads: roster.heads, names, reference, person })
    }
}
