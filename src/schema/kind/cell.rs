//! Stored cells: numbers as they are written, which cells are canonical for a field, and what a field wants.

use super::{Field, FieldType};
use crate::base::day::{Day, Month, Year};
use crate::base::id::Id;
use crate::base::text::Text;
use unicode_normalization::UnicodeNormalization;

/// A whole number of plain digits, a minus sign before them if it is negative, no leading zeros asked.
#[must_use]
pub fn integer(cell: &[u8]) -> Option<i64> {
    let (negative, digits) = match cell {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 15 {
        return None;
    }
    let mut number = 0_i64;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    Some(if negative { -number } else { number })
}

/// A decimal in units of 10^-`places`; none if it has more decimals.
#[must_use]
pub fn decimal(cell: &[u8], places: u8) -> Option<i64> {
    let places = usize::from(places);
    let (whole, fraction) = match memchr::memchr(b'.', cell) {
        Some(dot) => (&cell[..dot], &cell[dot + 1..]),
        None => (cell, &[][..]),
    };
    let pointed = cell.len() != whole.len();
    if fraction.len() > places || (pointed && fraction.is_empty()) || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let scale = 10_i64.checked_pow(u32::try_from(places).ok()?)?;
    let mut units = integer(whole)?.checked_mul(scale)?;
    let mut unit = scale;
    let negative = whole.first() == Some(&b'-');
    for &digit in fraction {
        unit /= 10;
        let part = i64::from(digit - b'0') * unit;
        units = if negative { units - part } else { units + part };
    }
    Some(units)
}

/// Units of 10^-`places` as written: `1200.50`.
#[must_use]
pub fn decimal_text(units: i64, places: u8) -> String {
    if places == 0 {
        return units.to_string();
    }
    let scale = 10_u64.pow(u32::from(places));
    let sign = if units < 0 { "-" } else { "" };
    let size = units.unsigned_abs();
    format!("{sign}{}.{:0width$}", size / scale, size % scale, width = usize::from(places))
}

/// Whether a stored cell is canonical for its field. An empty cell always is: whether it may be empty is asked on entry.
#[must_use]
pub fn is_canonical(field: &Field, cell: &[u8]) -> bool {
    if cell.is_empty() {
        return true;
    }
    match &field.ty {
        FieldType::Text => !cell.iter().any(u8::is_ascii_control),
        FieldType::Date => Day::from_iso(cell).is_some(),
        FieldType::Month => Month::from_iso(cell).is_some(),
        FieldType::Year => Year::from_iso(cell).is_some(),
        FieldType::Integer { min, max } => integer(cell).is_some_and(|number| (*min..=*max).contains(&number)),
        FieldType::Decimal { places, min, max } => {
            decimal(cell, *places).is_some_and(|units| (*min..=*max).contains(&units))
        }
        FieldType::Bool => matches!(cell, b"true" | b"false"),
        FieldType::Choice(choices) => choices.iter().any(|choice| choice.token.as_bytes() == cell),
        FieldType::Township => cell.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-'),
        FieldType::Ref(_) => Id::from_bytes(cell).is_some(),
    }
}

/// The first character of a text, in its plain form, if a spreadsheet would take the text for a formula because of it.
#[must_use]
pub fn formula_start(text: &str) -> Option<char> {
    let first = text.chars().next().filter(|c| !('\u{4e00}'..='\u{9fff}').contains(c))?;
    std::iter::once(first).nfkc().next().filter(|c| matches!(c, '=' | '+' | '-' | '@'))
}

/// What a field wants, in words.
#[must_use]
pub fn expected_text(field: &Field) -> Text {
    match &field.ty {
        FieldType::Text => Text::new("一行文字", "text on one line"),
        FieldType::Date => Text::new("日期，如 3月10日", "a date such as 2018-03-10"),
        FieldType::Month => Text::new("月份，如 3月", "a month such as 2018-03"),
        FieldType::Year => Text::new("四位数字的年份", "a year such as 2018"),
        FieldType::Integer { min, max } if *max >= 1_000_000_000_000 => {
            text!("不小于 {min} 的整数", "a whole number of at least {min}")
        }
        FieldType::Integer { min, max } => text!("{min} 到 {max} 的整数", "a whole number from {min} to {max}"),
        FieldType::Decimal { places, min, .. } => {
            let min = decimal_text(*min, *places);
            let places = Text::count(*places, "decimal", "decimals");
            text!("不小于 {min} 的数，小数最多 {places} 位", "a number of at least {min} with at most {places}", places)
        }
        FieldType::Bool => Text::new("是 或 否", "yes or no"),
        FieldType::Choice(_) => {
            let listed: Vec<Text> = field
                .ty
                .offered_choices()
                .map(|choice| Text::owned(format!("{} {}", choice.token, choice.title.zh), choice.token.clone()))
                .collect();
            let listed = Text::list(&listed);
            text!("下列之一：{listed}", "one of {listed}", listed)
        }
        FieldType::Township => Text::new("填报单位的代号、名称或别名", "a township's id, name or alias"),
        FieldType::Ref(_) => Text::new("被引用记录的编号（12 个字母）", "the id of a record (12 letters)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        assert_eq!(decimal(b"12.5", 2), Some(1250));
        assert_eq!(decimal(b"-0.05", 2), Some(-5));
        assert_eq!(decimal(b"12", 1), Some(120));
        for bad in ["", ".", "12.", "1.234", "1e3", "1,2", "--1"] {
            assert_eq!(decimal(bad.as_bytes(), 2), None, "{bad}");
        }
        assert_eq!((decimal_text(1250, 2), decimal_text(-5, 2)), ("12.50".into(), "-0.05".into()));
    }
}
