//! Values as spreadsheets write them -> as they were stored. Only what can have been one stored value and no other:
//! 2018/5/1 was 2018-05-01, but May-18 could be a month or a day.

use crate::base::day::{Day, Month};
use crate::schema::kind::FieldType;

/// A value restored.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RestoredValue {
    /// A day or a month.
    Date(String),
    /// `true` or `false`.
    Truth(String),
}

/// The stored value that a spreadsheet wrote another way; none if it is as stored, or may have been several.
pub(super) fn restore_value(ty: &FieldType, cell: &[u8]) -> Option<RestoredValue> {
    let text = std::str::from_utf8(cell).ok()?.trim();
    let restored = if *ty == FieldType::Date {
        RestoredValue::Date(day(text)?.to_string())
    } else if *ty == FieldType::Month {
        RestoredValue::Date(month(text)?.to_string())
    } else if *ty == FieldType::Bool {
        RestoredValue::Truth(Some(text.to_ascii_lowercase()).filter(|text| matches!(text.as_str(), "true" | "false"))?)
    } else {
        return None;
    };
    (restored.text().as_bytes() != cell).then_some(restored)
}

impl RestoredValue {
    fn text(&self) -> &str {
        match self {
            RestoredValue::Date(text) | RestoredValue::Truth(text) => text,
        }
    }
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

    #[test]
    fn only_what_was_surely_one_date_is_restored() {
        let date = |ty: &FieldType, text: &str| match restore_value(ty, text.as_bytes()) {
            Some(RestoredValue::Date(date)) => date,
            Some(RestoredValue::Truth(_)) | None => String::new(),
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
        assert_eq!(restore_value(&FieldType::Bool, b"TRUE"), Some(RestoredValue::Truth("true".to_owned())));
        assert_eq!(restore_value(&FieldType::Bool, b"False"), Some(RestoredValue::Truth("false".to_owned())));
        assert_eq!(restore_value(&FieldType::Bool, b"true"), None);
        assert_eq!(restore_value(&FieldType::Text, b"TRUE"), None);
    }
}
