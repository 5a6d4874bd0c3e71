//! What keeps values from being those of a record: the one rule by which they are added, corrected, imported and checked.
//! Whether a cell is of its field's type is [`is_canonical`](super::cell::is_canonical)'s to say.

use super::cell::formula_start;
use super::{Field, FieldNo, FieldType, Kind};
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::base::unseen::{code_point, is_plain_text, reordered, reordering};

/// Characters that a text may have.
pub const LONGEST_TEXT: usize = 4_000;

/// Why values are not those of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The field is empty, but required.
    Missing,
    /// The field's date comes before that of a field which it must follow.
    Before {
        /// The other field.
        other: FieldNo,
    },
    /// Not just so many digits.
    Digits(u8),
    /// A spreadsheet would run the text as a formula, because of its first character.
    Formula(char),
    /// A control character stands in the text.
    Control(char),
    /// A control changes the order in which the text is read.
    Reordered(char),
    /// The text has so many characters, more than it may have.
    TooLong(usize),
}

impl Kind {
    /// What one field does to keep values from being those of a record, if it does: the one rule by which
    /// records are added, corrected, imported and checked. `value` gives the stored value of a field.
    #[must_use]
    pub fn violation<'v>(&self, at: FieldNo, value: impl Fn(FieldNo) -> &'v [u8]) -> Option<Violation> {
        let field = &self.fields[at];
        let own = value(at);
        if own.is_empty() {
            return field.required.holds(value).then_some(Violation::Missing);
        }
        if field.ty == FieldType::Text {
            return field.cell_violation(own);
        }
        field.after.filter(|after| own < value(*after)).map(|after| Violation::Before { other: after })
    }
}

impl Field {
    fn cell_violation(&self, cell: &[u8]) -> Option<Violation> {
        if let Some(digits) = self.digits {
            let fits = cell.len() == usize::from(digits) && cell.iter().all(u8::is_ascii_digit);
            return (!fits).then_some(Violation::Digits(digits));
        }
        // A ledger is UTF-8, or it is not read.
        text_violation(std::str::from_utf8(cell).ok()?)
    }
}

/// What keeps a text from being one that can be entered.
#[must_use]
pub fn text_violation(text: &str) -> Option<Violation> {
    if let Some(first) = formula_start(text) {
        return Some(Violation::Formula(first));
    }
    // As many bytes at least.
    if text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT {
        return Some(Violation::TooLong(text.chars().count()));
    }
    if is_plain_text(text.as_bytes()) {
        return None;
    }
    let control = text.chars().find(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    control.map(Violation::Control).or_else(|| reordering(text).map(Violation::Reordered))
}

impl Violation {
    /// What is said of a text that is not as it should be; none where it is not the text alone.
    #[must_use]
    pub fn of_text(self, title: &Text) -> Option<Fault> {
        Some(match self {
            Violation::Missing | Violation::Before { .. } => return None,
            Violation::Digits(digits) => Fault::new(
                "wrong-length",
                text!(
                    "“{title}”应为 {digits} 位数字",
                    "“{title}” should have {digits}",
                    title,
                    digits = Text::count(digits, "digit", "digits")
                ),
            ),
            Violation::Formula(first) => Fault::new(
                "formula",
                text!(
                    "“{title}”以 {first} 开头，电子表格会把它当公式执行",
                    "“{title}” starts with {first}: a spreadsheet would run it as a formula",
                    title
                ),
            ),
            Violation::Control(control) => {
                let which = code_point(control);
                Fault::new(
                    "control-character",
                    text!("“{title}”中有控制字符 {which}", "“{title}” holds a control character, {which}", title),
                )
            }
            Violation::Reordered(turning) => {
                let fault = reordered(turning);
                let what = &fault.what;
                Fault::new("reordered-text", text!("“{title}”：{what}", "“{title}”: {what}", title, what))
            }
            Violation::TooLong(count) => Fault::new(
                "text-too-long",
                text!("“{title}”有 {count} 个字，太长", "“{title}” is too long ({count} characters)", title),
            ),
        })
    }
}
