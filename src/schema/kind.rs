//! Kinds of records, as data: what a kind's TOML file says, checked. No kind's name is written in Rust.

pub mod cell;
pub mod load;
mod violation;

pub use violation::{LONGEST_TEXT, Violation, text_violation};

use crate::base::fault::Place;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use std::ops::RangeInclusive;

/// The column in which a ledger of a kind that lasts says from which day on a change holds.
pub const EFFECTIVE: &str = "effective";

/// A kind of record: a performance, a training … (台账类别).
#[derive(Clone, Debug, PartialEq)]
pub struct Kind {
    /// Its id: the ledger's file name and the word that commands take.
    pub id: String,
    /// Its name.
    pub title: Text,
    /// Its fields, in the ledger's order; the first is always `date` ([`FieldNo::DATE`]).
    pub fields: Vec<Field>,
    /// The natural key.
    pub key: Vec<FieldNo>,
    /// The fields that name a record where another refers to it.
    pub label: Vec<FieldNo>,
    /// The date field from which a record no longer stands.
    pub end: Option<FieldNo>,
    /// Its records last and change: what holds from a day on is written beside what is corrected.
    pub lasting: bool,
    /// Where the county gave a built-in kind that lasts a field named as the column for changes: its records do not last
    /// then, and are read and counted as they were.
    pub kept_from_lasting: Option<Place>,
    /// The kind that names the people of this one.
    pub roster: Option<Roster>,
    /// What looks like one thing entered twice, for `check`.
    pub doubles: Vec<Double>,
    /// The fields whose words the monthly summary repeats.
    pub summary: Vec<FieldNo>,
    /// Of the records that have the same in this field, the summary repeats the latest.
    pub latest: Option<FieldNo>,
    /// What must be kept to prove a record.
    pub evidence: Vec<EvidenceRule>,
    /// Where its records say what an inspection accepted of others.
    pub inspects: Option<InspectionFields>,
    /// It is shown to the public: the fields that are personal are hidden.
    pub public: bool,
    /// Where its records say what a township was told to mend, and how far it has come.
    pub notice: Option<NoticeFields>,
}

number! {
    /// A field's place in its kind.
    pub FieldNo
}

impl FieldNo {
    /// The day for which a record counts: the first field of every kind.
    pub const DATE: FieldNo = FieldNo(0);
}

/// One field of a kind.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a key of the file, on its own")]
pub struct Field {
    /// The column: English, `snake_case`.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Other headings seen in practice.
    pub headings: Vec<String>,
    /// What it holds.
    pub ty: FieldType,
    /// When it must be filled in.
    pub required: Requirement,
    /// What is written on entry when nothing is given.
    pub default: FieldDefault,
    /// A date field that this date must come after.
    pub after: Option<FieldNo>,
    /// Whether 约200人 may be read as 200, with a warning.
    pub approximate: bool,
    /// A text of just so many digits; of a longer number only the last are kept (手机尾号).
    pub digits: Option<u8>,
    /// It tells of a person (a name, a telephone number): not for the public.
    pub personal: bool,
    /// A text that names files, parted by semicolons; paths from the data directory (see [`files`]).
    pub files: bool,
    /// No longer offered; still read.
    pub retired: bool,
}

/// What a field holds. Stored cells are canonical: ISO dates, plain digits, tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldType {
    /// Text on one line.
    Text,
    /// `2018-03-10`
    Date,
    /// `2018-03`
    Month,
    /// `2018`
    Year,
    /// A whole number from `min` to `max`.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A decimal, stored with at most `places` decimals; bounds in units of 10^-`places`.
    Decimal {
        /// How many decimals.
        places: u8,
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// `true` or `false`
    Bool,
    /// One token out of a list.
    Choice(Vec<Choice>),
    /// A township's id.
    Township,
    /// The id of a record of a kind, or of any kind where none is named.
    Ref(Option<String>),
}

/// One value of a choice field.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What a ledger holds.
    pub token: String,
    /// What people see.
    pub title: Text,
    /// No longer offered; still read.
    pub retired: bool,
}

/// When a field must be filled in.
#[derive(Clone, Debug, PartialEq)]
pub enum Requirement {
    /// It may be empty.
    No,
    /// Always.
    Always,
    /// When that field holds that value.
    When(FieldNo, String),
    /// Unless that field holds that value.
    Unless(FieldNo, String),
}

impl Requirement {
    /// Whether it holds for a record, of which `value` gives the stored value of a field.
    fn holds<'v>(&self, value: impl Fn(FieldNo) -> &'v [u8]) -> bool {
        match self {
            Requirement::No => false,
            Requirement::Always => true,
            Requirement::When(field, wanted) => value(*field) == wanted.as_bytes(),
            Requirement::Unless(field, wanted) => value(*field) != wanted.as_bytes(),
        }
    }
}

/// What an empty field becomes on entry.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldDefault {
    /// It stays empty.
    None,
    /// This value, canonical.
    Value(String),
    /// The value of another field of the record (a date gives its year or month where that is what is wanted).
    Field(FieldNo),
    /// The value of a field (its name) of the record that this ref field names.
    OfRef(FieldNo, String),
}

/// A kind whose records name the people that a record of this kind counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Roster {
    /// The roster's kind.
    pub kind: String,
    /// Its field that refers to a record of this kind.
    pub reference: String,
    /// Its fields that tell one person from another.
    pub person: Vec<String>,
    /// This kind's field that holds the number of people.
    pub heads: FieldNo,
    /// The roster's field that says for which township a person counts.
    pub credit: Option<String>,
}

/// Two records that are probably one.
#[derive(Clone, Debug, PartialEq)]
pub struct Double {
    /// What to say of them.
    pub title: Text,
    /// The fields in which they agree (none of them empty).
    pub same: Vec<FieldNo>,
    /// The fields of which at least one differs.
    pub differ: Vec<FieldNo>,
    /// Only records of different townships.
    pub across: bool,
}

/// The fields in which a record says what an inspection accepted of another record (督查验收).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InspectionFields {
    /// The record that was looked at: a reference to any kind.
    pub record: FieldNo,
    /// For which indicator; empty: for all.
    pub indicator: FieldNo,
    /// What the record adds to it.
    pub claimed: FieldNo,
    /// What of that was accepted.
    pub accepted: FieldNo,
    /// Why the rest was struck.
    pub reason: FieldNo,
    /// The verdict.
    pub verdict: FieldNo,
}

/// The fields in which a record says what a township was told to mend, and how far it has come (督导文书).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeFields {
    /// What it is: a choice.
    pub ty: FieldNo,
    /// The choice that criticises in a circular (通报批评): done with when it is signed for.
    pub circular: String,
    /// The choice that asks for rectification (整改通知): done with when it is closed (销号).
    pub rectification: String,
    /// Our serial within the year.
    pub serial: FieldNo,
    /// The office's document number (文号).
    pub number: FieldNo,
    /// What was found, in words.
    pub facts: FieldNo,
    /// By which rules it was found.
    pub grounds: FieldNo,
    /// What is asked for.
    pub requirements: FieldNo,
    /// By when.
    pub due: FieldNo,
    /// When it was signed for.
    pub signed_for: FieldNo,
    /// What the township answered.
    pub response: FieldNo,
    /// When that was looked at.
    pub rechecked: FieldNo,
    /// When it was closed.
    pub closed: FieldNo,
}

/// What the county asks to be kept of a record, to prove it (佐证材料).
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceRule {
    /// Only of records in which this field holds this value.
    pub when: Option<(FieldNo, String)>,
    /// The fields of which one must be filled in.
    pub any: Vec<FieldNo>,
    /// How many files those fields must name together.
    pub files: usize,
}

/// The files that a text names, parted by semicolons or 、: what has a folder or an extension. Other words describe.
pub fn files(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([';', '；', '、']).map(str::trim);
    parts.filter(|part| {
        let extension = part.rsplit_once('.').map_or("", |(_, extension)| extension);
        part.contains(['/', '\\'])
            || ((2..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric()))
    })
}

impl Kind {
    /// The number of the field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<FieldNo> {
        self.fields.iter().position(|field| field.name == name).map(FieldNo::from)
    }

    /// The numbers of all fields, in order.
    pub fn field_nos(&self) -> impl Iterator<Item = FieldNo> + use<> {
        (0..self.fields.len()).map(FieldNo::from)
    }

    /// Whether a field is not for those to whom the kind is shown.
    #[must_use]
    pub fn hides(&self, field: FieldNo) -> bool {
        self.public && self.fields[field].personal
    }

    /// Whether its records can refer to those of another kind by what they are called.
    #[must_use]
    pub fn refers_to(&self, other: &Kind) -> bool {
        self.fields.iter().any(|field| field.ty.referred_kind() == Some(other.id.as_str()))
    }

    /// The fields that are still in use, each with its number: those that are offered, asked for and looked for.
    pub fn active_fields(&self) -> impl Iterator<Item = (FieldNo, &Field)> {
        self.fields.iter().numbered().filter(|(_, field)| !field.retired)
    }

    /// The fields that are shown, each with its number.
    pub fn shown_fields(&self) -> impl Iterator<Item = (FieldNo, &Field)> {
        self.fields.iter().numbered().filter(|(at, _)| !self.hides(*at))
    }
}

impl Field {
    /// The choice of that token.
    #[must_use]
    pub fn choice(&self, token: &str) -> Option<&Choice> {
        self.ty.choices().iter().find(|choice| choice.token == token)
    }
}

impl FieldType {
    /// Whether its values are counted or measured (shown to the right, summed).
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, FieldType::Integer { .. } | FieldType::Decimal { .. })
    }

    /// The least and the greatest number that it holds, in units of 10^-[`FieldType::places`]; none where it holds no numbers.
    #[must_use]
    pub const fn bounds(&self) -> Option<RangeInclusive<i64>> {
        if let FieldType::Integer { min, max } | FieldType::Decimal { min, max, .. } = self {
            Some(*min..=*max)
        } else {
            None
        }
    }

    /// How many decimals a number of it has.
    #[must_use]
    pub const fn places(&self) -> u8 {
        if let FieldType::Decimal { places, .. } = self { *places } else { 0 }
    }

    /// The choices, retired ones among them; none where it is no choice.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        if let FieldType::Choice(choices) = self { choices } else { &[] }
    }

    /// The choices that are offered.
    pub fn offered_choices(&self) -> impl Iterator<Item = &Choice> {
        self.choices().iter().filter(|choice| !choice.retired)
    }

    /// The token of the first choice that is offered.
    #[must_use]
    pub fn first_choice(&self) -> Option<&str> {
        self.offered_choices().next().map(|choice| choice.token.as_str())
    }

    /// Whether it holds the id of a record.
    #[must_use]
    pub const fn is_reference(&self) -> bool {
        matches!(self, FieldType::Ref(_))
    }

    /// The kind of the records that it refers to, where they are of one.
    #[must_use]
    pub fn referred_kind(&self) -> Option<&str> {
        if let FieldType::Ref(of) = self { of.as_deref() } else { None }
    }
}
