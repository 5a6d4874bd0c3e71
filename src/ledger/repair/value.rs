//! Values as spreadsheets write them -> as they were stored. Only what can have been one stored value and no other:
//! 2018/5/1 was 2018-05-01, but May-18 could be a month or a day.

use crate::base::day::{Day, Month};
use crate::schema::kind::{Field, FieldType};

/// A value restored.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RestoredValue {
    /// A day or a month.
    Date(String),
    /// `true` or `false`.
    Truth(String),
    /// Digits whose first are zeros.
    Digits(String),
}

/// The stored value that a spreadsheet wrote another way; none if it is as stored, or may have been several.
pub(super) fn restore_value(field: &Field, cell: &[u8]) -> Option<RestoredValue> {
    let ty = &field.ty;
    let text = std::str::from_utf8(cell).ok()?.trim();
    let restored = if *ty == FieldType::Date {
        RestoredValue::Date(day(text)?.to_string())
    } else if *ty == FieldType::Month {
        RestoredValue::Date(month(text)?.to_string())
    } else if *ty == FieldType::Bool {
        RestoredValue::Truth(Some(text.to_ascii_lowercase()).filter(|text| matches!(text.as_str(), "true" | "false"))?)
    } else {
        let digits = field.digits.filter(|digits| may_have_lost_zeros(text.as_bytes(), *digits))?;
        RestoredValue::Digits(format!("{text:0>width$}", width = usize::from(digits)))
    };
    (restored.text().as_bytes() != cell).then_some(restored)
}

/// The day of a change that a spreadsheet wrote another way; none if it is as stored, or may have been several.
pub(super) fn restore_day(cell: &[u8]) -> Option<RestoredValue> {
    let restored = day(std::str::from_utf8(cell).ok()?.trim())?.to_string();
    (restored.as_bytes() != cell).then_some(RestoredValue::Date(restored))
}

impl RestoredValue {
    fn text(&self) -> &str {
        match self {
            RestoredValue::Date(text) | RestoredValue::Truth(text) | RestoredValue::Digits(text) => text,
        }
    }
}

/// Whether a cell is a number with fewer digits than its field has: a spreadsheet keeps 0123 as 123.
#[must_use]
pub fn may_have_lost_zeros(cell: &[u8], digits: u8) -> bool {
    !cell.is_empty() && cell.len() < usize::from(digits) && cell.iter().all(u8::is_ascii_digit)
}

fn day(text: &str) -> Option<Day> {
    let [year, month, day] = *numbers(text)?.as_slice() else { return None };
    Day::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// A month, also as its first day: a spreadsheet keeps months so.
fn month(text: &str) -> Option<Month> {
    let ([year, month] | [year, month, 1]) = *numbers(text)?.as_slice() else { return None };
    Month::new(year, u8::try_from(month).ok()?)
}

/// The numbers of a date whose year comes first, in four digits; a midnight behind it is left out.
fn numbers(text: &str) -> Option<Vec<u16>> {
    let (text, time) = text.split_once(' ').unwrap_or((text, "0:00"));
    if !time.contains(':') || !time.chars().all(|c| matches!(c, '0' | ':')) {
        return None;
    }
    let parts: Vec<&str> = text.trim_end_matches(['月', '日']).split(['/', '-', '年', '月']).collect();
    for (at, part) in parts.iter().enumerate() {
        let lengths = if at == 0 { 4..=4 } else { 1..=2 };
        if !lengths.contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    parts.iter().map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::kind::FieldNo;
    use crate::schema::kind::load::Kinds;

    fn of_type(ty: &FieldType) -> Field {
        let kinds = Kinds::load(&[], None).unwrap();
        Field { ty: ty.clone(), digits: None, ..kinds.get("trainee").unwrap().fields[FieldNo::DATE].clone() }
    }

    #[test]
    fn zeros_come_back_where_so_many_digits_are_wanted() {
        let tail = Field { digits: Some(4), ..of_type(&FieldType::Text) };
        for (cell, restored) in [("123", "0123"), ("12", "0012"), ("0", "0000")] {
            assert_eq!(
                restore_value(&tail, cell.as_bytes()),
                Some(RestoredValue::Digits(restored.to_owned())),
                "{cell}"
            );
        }
        for other in ["", "0123", "12345", "12a", "1.0", "-12", "１２"] {
            assert_eq!(restore_value(&tail, other.as_bytes()), None, "{other}");
        }
        assert_eq!(restore_value(&of_type(&FieldType::Text), b"123"), None);
    }

    #[test]
    fn only_what_was_surely_one_date_is_restored() {
        let date = |ty: &FieldType, text: &str| match restore_value(&of_type(ty), text.as_bytes()) {
            Some(RestoredValue::Date(date)) => date,
            Some(RestoredValue::Truth(_) | RestoredValue::Digits(_)) | None => String::new(),
        };
        for text in ["2018/5/1", "2018/05/01", "2018-5-1", "2018年5月1日", "2018/5/1 0:00", "2018/5/1 00:00:00"] {
            assert_eq!(date(&FieldType::Date, text), "2018-05-01", "{text}");
        }
        for text in ["2018-05-01", "5/1/2018", "18/5/1", "May-18", "2018/13/1", "2018/5", "43221", "", "2018/5/1 9:10"]
        {
            assert_eq!(date(&FieldType::Date, text), "", "{text}");
        }
        for text in ["2018/5", "2018/05", "2018-5", "2018年5月", "2018/5/1"] {
            assert_eq!(date(&FieldType::Month, text), "2018-05", "{text}");
        }
        for text in ["2018-05", "2018/5/2", "May-18", "2018.5"] {
            assert_eq!(date(&FieldType::Month, text), "", "{text}");
        }
    }

    #[test]
    fn truth_values_lose_their_capitals() {
        assert_eq!(restore_value(&of_type(&FieldType::Bool), b"TRUE"), Some(RestoredValue::Truth("true".to_owned())));
        assert_eq!(restore_value(&of_type(&FieldType::Bool), b"False"), Some(RestoredValue::Truth("false".to_owned())));
        assert_eq!(restore_value(&of_type(&FieldType::Bool), b"true"), None);
        assert_eq!(restore_value(&of_type(&FieldType::Text), b"TRUE"), None);
    }
}
