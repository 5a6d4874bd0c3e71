//! Records and their revisions. Values are kept as they are stored: canonical text (ISO dates, plain digits, tokens), in
//! the order of the kind's fields.

use crate::base::day::{Day, Instant};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::schema::kind::{FieldNo, Kind};

pub use crate::schema::kind::cell::{decimal, decimal_text, expected_text, integer, is_canonical};

/// Whether a revision says that its record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordState {
    /// 有效
    Live,
    /// 作废
    Void,
}

impl RecordState {
    /// Reads the stored word.
    #[must_use]
    pub fn from_bytes(cell: &[u8]) -> Option<RecordState> {
        match cell {
            b"live" => Some(RecordState::Live),
            b"void" => Some(RecordState::Void),
            _ => None,
        }
    }

    /// The stored word.
    #[must_use]
    pub const fn token(self) -> &'static str {
        match self {
            RecordState::Live => "live",
            RecordState::Void => "void",
        }
    }

    /// The word shown.
    #[must_use]
    pub const fn title(self) -> Text {
        match self {
            RecordState::Live => Text::new("有效", "live"),
            RecordState::Void => Text::new("作废", "void"),
        }
    }
}

/// One row of a ledger: a record as entered, corrected or voided (修订记录).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The record.
    pub id: Id,
    /// 1 for the entry, then 2, 3 …
    pub rev: u32,
    /// Whether the record stands.
    pub state: RecordState,
    /// A canonical cell for each field of the kind, in its order.
    pub values: Vec<String>,
    /// The day from which the values hold; none: from the beginning. Only of kinds that last.
    pub effective: Option<Day>,
    /// When the row entered this ledger.
    pub entered_at: Instant,
    /// By whom.
    pub entered_by: String,
    /// Why, for a correction, a void or a late entry.
    pub reason: String,
    /// The command that wrote it.
    pub batch: Id,
}

impl Revision {
    /// The day for which the record counts.
    #[must_use]
    pub fn date(&self) -> Option<Day> {
        Day::from_iso(self.values.first()?.as_bytes())
    }

    /// The day that a field holds; none where it is empty.
    #[must_use]
    pub fn day(&self, field: FieldNo) -> Option<Day> {
        Day::from_iso(self.values[field].as_bytes())
    }

    /// The words by which people know the record: its label fields, else its natural key, as far as they are shown.
    #[must_use]
    pub fn label(&self, kind: &Kind) -> String {
        let fields = if kind.label.is_empty() { &kind.key } else { &kind.label };
        let fields = fields.iter().filter(|at| !kind.hides(**at));
        let said: Vec<&str> = fields.map(|&at| self.values[at].as_str()).filter(|value| !value.is_empty()).collect();
        said.join(" ")
    }

    /// The same as people read it: a choice by its title.
    #[must_use]
    pub fn display_label(&self, kind: &Kind) -> Text {
        let fields = if kind.label.is_empty() { &kind.key } else { &kind.label };
        let mut zh = Vec::new();
        let mut en = Vec::new();
        for &at in fields.iter().filter(|at| !kind.hides(**at)) {
            let value = self.values[at].as_str();
            let choice = kind.fields[at].choice(value);
            let (in_zh, in_en) = choice.map_or((value, value), |choice| (&*choice.title.zh, &*choice.title.en));
            if !value.is_empty() {
                zh.push(in_zh);
                en.push(in_en);
            }
        }
        Text::owned(zh.join(" "), en.join(" "))
    }
}
