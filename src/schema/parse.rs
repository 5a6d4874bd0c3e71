//! Values as people write them -> canonical stored text. Never guesses: what can be read in two ways is refused, with the
//! way out. Knows the fields of kinds; no disk and no clock.

mod date;
mod named_month;
mod number;
mod numeral;
mod text;

pub use date::{day, month, year};

use crate::base::day::{Day, Year};
use crate::base::fault::{Fault, Result};
use crate::base::text::Text;
use crate::schema::kind::{Choice, Field, FieldType};
use crate::schema::record::{expected_text, is_canonical};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// What values are read against.
#[derive(Clone, Copy)]
pub struct ParseContext<'a> {
    /// Today, for 今天 and 上月.
    pub today: Day,
    /// The plan's year, for dates without one.
    pub year: Year,
    /// A township's id by what people call it.
    pub township: &'a dyn Fn(&str) -> Result<String>,
    /// A record's id by its beginning; the kind it must be of, if any.
    pub reference: &'a dyn Fn(Option<&str>, &str) -> Result<String>,
}

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedValue<'t> {
    /// Canonical; empty where nothing was written. Borrowed where it is stored as it was written, as most values are: an
    /// import reads millions.
    pub value: Cow<'t, str>,
    /// What the person should know of how it was read.
    pub warning: Option<Text>,
}

/// Reads what a person wrote for a field. White space, a lone `-`, `—` or `/` is nothing. Whether the field may be empty
/// is not asked here.
///
/// # Errors
/// What cannot be read, or only in two ways, as wrong usage without a place; the hint says what would be right.
pub fn read<'t>(field: &'t Field, text: &'t str, frame: &ParseContext<'_>) -> Result<ParsedValue<'t>> {
    if is_as_stored(field, text) {
        return Ok(ParsedValue { value: Cow::Borrowed(text), warning: None });
    }
    interpret(field, text, frame)
}

/// Reads what need not be as it is stored.
fn interpret<'t>(field: &'t Field, text: &'t str, frame: &ParseContext<'_>) -> Result<ParsedValue<'t>> {
    text::check_order(text).map_err(|fault| name_field(field, fault))?;
    let mut warning = text::dropped(text).map(|what| titled(field, &what));
    let text = text::one_line(text);
    if text::says_nothing(&text) {
        return Ok(ParsedValue { value: Cow::Borrowed(""), warning });
    }
    let value = match &field.ty {
        FieldType::Text => match field.digits {
            Some(digits) => number::last_digits(&text, digits).map(|(value, cut)| {
                warning = cut.then(|| tail_warning(field, digits)).or(warning.take());
                Cow::Owned(value)
            }),
            None => text::check_text(text),
        },
        FieldType::Date => day(&text, frame.today, frame.year).map(|day| Cow::Owned(day.to_string())),
        FieldType::Month => month(&text, frame.today, frame.year).map(|month| Cow::Owned(month.to_string())),
        FieldType::Year => year(&text, frame.today).map(|year| Cow::Owned(year.to_string())),
        FieldType::Integer { .. } | FieldType::Decimal { .. } => {
            number::read(field, &text).map(|(value, approximate)| {
                warning = approximate.then(|| approximate_warning(field, &text, &value)).or(warning.take());
                Cow::Owned(value)
            })
        }
        FieldType::Bool => text::yes_or_no(&text).map(Cow::Borrowed),
        FieldType::Choice(choices) => text::parse_choice(choices, &text).map(Cow::Borrowed),
        FieldType::Township => return resolved(field, (frame.township)(&text)?),
        FieldType::Ref(kind) => return resolved(field, (frame.reference)(kind.as_deref(), &text)?),
    };
    let value = value.map_err(|fault| name_field(field, fault))?;
    if is_canonical(field, value.as_bytes()) {
        return Ok(ParsedValue { value, warning });
    }
    let want = expected_text(field);
    Err(name_field(field, impossible_value(&value))
        .hint(text!("应为{want}", "expected {want}", want = want.set_off()))
        .into())
}

/// Whether a date or a number stands there just as it is stored, as programs write them: nothing need be read then.
fn is_as_stored(field: &Field, text: &str) -> bool {
    let bytes = text.as_bytes();
    let may_be = if let FieldType::Integer { .. } = field.ty {
        bytes == b"0" || matches!(bytes, [b'1'..=b'9', ..])
    } else {
        matches!(field.ty, FieldType::Date | FieldType::Month | FieldType::Year)
    };
    may_be && !bytes.is_empty() && is_canonical(field, bytes)
}

/// Free text that belongs to no field (a reason, a name), as it is stored: on one line, trimmed; a lone stroke is nothing.
///
/// # Errors
/// It begins as a formula does, is too long, or is read in another order than it has.
pub fn plain_text(text: &str) -> Result<String> {
    text::check_order(text)?;
    let text = text::one_line(text);
    Ok(if text::says_nothing(&text) { String::new() } else { text::check_text(text)?.into_owned() })
}

/// Whether a word names one of the choices: by its token or a title.
#[must_use]
pub fn is_choice(choices: &[Choice], word: &str) -> bool {
    text::parse_choice(choices, word).is_ok()
}

/// A yes or no.
///
/// # Errors
/// It is neither.
pub fn parse_yes_no(text: &str) -> Result<bool> {
    Ok(text::yes_or_no(&text::one_line(text))? == "true")
}

fn resolved(field: &Field, id: String) -> Result<ParsedValue<'static>> {
    if is_canonical(field, id.as_bytes()) {
        return Ok(ParsedValue { value: Cow::Owned(id), warning: None });
    }
    Err(name_field(field, impossible_value(&id)).into())
}

/// Words with the field's title before them.
fn titled(field: &Field, what: &Text) -> Text {
    let title = &field.title;
    text!("{title}：{what}", "{title}: {what}", title, what)
}

/// The fault with its field's title before it.
fn name_field(field: &Field, fault: Fault) -> Fault {
    let what = titled(field, &fault.what);
    Fault { what, ..fault }.of_field(&field.name)
}

fn impossible_value(text: &str) -> Fault {
    let text = excerpt(text);
    Fault::usage("wrong-value", text!("没有“{text}”这一项", "invalid value “{text}”"))
}

fn approximate_warning(field: &Field, text: &str, value: &str) -> Text {
    let title = &field.title;
    let text = excerpt(text);
    text!("{title}：“{text}”是约数，按 {value} 登记", "{title}: “{text}” is approximate; recorded as {value}", title)
}

fn tail_warning(field: &Field, digits: u8) -> Text {
    let title = &field.title;
    let kept = Text::count(digits, "digit was", "digits were");
    text!("{title}：只登记了后 {kept} 位", "{title}: only the last {kept} kept", title, kept)
}

/// What a person wrote, cut to a length that fits a message.
fn excerpt(text: &str) -> String {
    let mut cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// Full-width and other compatibility forms as plain ones, lower case. Digits that carry a meaning of their own (10²,
/// ①, ½) stay what they are, so that 10² never reads as 102.
fn normalize(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let full_width_digit = ('０'..='９').contains(&c);
        if c.is_numeric() && !full_width_digit {
            plain.push(c);
        } else {
            plain.extend(std::iter::once(c).nfkc().flat_map(char::to_lowercase));
        }
    }
    plain
}

#[cfg(test)]
mod tests;
