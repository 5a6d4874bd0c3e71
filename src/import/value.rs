//! A cell -> text as a person would have written it, for [`parse::read`](crate::schema::parse::read). The field's type
//! decides what a number is, never how the cell looks.

use super::cell::SheetCell;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::schema::kind::{Field, FieldType};
use std::borrow::Cow;

/// Digits that a spreadsheet keeps of a number; what stands behind them is lost.
const KEPT_DIGITS: usize = 15;

/// The text of a cell for a field.
///
/// # Errors
/// The cell shows an error, or its number cannot be what the field holds.
pub(super) fn field_text<'t>(cell: &SheetCell<'t>, field: &Field, since_1904: bool) -> Result<Cow<'t, str>, Fault> {
    let (number, dated) = match cell {
        SheetCell::Empty => return Ok(Cow::Borrowed("")),
        SheetCell::Text(Cow::Borrowed(text)) if field.ty == FieldType::Date => {
            return Ok(Cow::Borrowed(without_time(text)));
        }
        SheetCell::Text(text) if field.ty == FieldType::Date => return Ok(Cow::Owned(without_time(text).to_owned())),
        SheetCell::Text(text) => return Ok(text.clone()),
        SheetCell::Bool(yes) => return Ok(Cow::Borrowed(bool_text(*yes, field))),
        SheetCell::Error(error) => return Err(formula_failed(error)),
        SheetCell::Number(number) => (*number, false),
        SheetCell::Date(number) => (*number, true),
    };
    let day = serial_day(number, since_1904);
    let text = match &field.ty {
        FieldType::Date => date(number, day)?,
        FieldType::Month => month(number, dated, day)?,
        FieldType::Year if dated => day.ok_or_else(|| no_date(number))?.year().to_string(),
        FieldType::Year | FieldType::Integer { .. } | FieldType::Decimal { .. } | FieldType::Bool => plain(number),
        FieldType::Text | FieldType::Choice(_) | FieldType::Township | FieldType::Ref(_) => {
            if dated {
                moment(number, day)
            } else {
                whole(number)?
            }
        }
    };
    Ok(Cow::Owned(text))
}

/// What a cell shows, where no field is known: for headings and for sending a row back.
pub(super) fn shown_text<'c>(cell: &'c SheetCell<'_>, since_1904: bool) -> Cow<'c, str> {
    match cell {
        SheetCell::Empty => Cow::Borrowed(""),
        SheetCell::Text(text) => Cow::Borrowed(text),
        SheetCell::Bool(yes) => Cow::Borrowed(if *yes { "TRUE" } else { "FALSE" }),
        SheetCell::Error(error) => Cow::Borrowed(error),
        SheetCell::Number(number) => Cow::Owned(plain(*number)),
        SheetCell::Date(number) => Cow::Owned(moment(*number, serial_day(*number, since_1904))),
    }
}

/// A day without what people write behind it: 2018-05-15 19:30, 5月19日晚, 2018-5-20（周日）.
fn without_time(text: &str) -> &str {
    const BEHIND: [&str; 8] = ["上午", "中午", "下午", "晚上", "傍晚", "早上", "凌晨", "晚"];
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return text;
    }
    let brackets: &[char] = &['(', ')', '（', '）', ' ', '\u{3000}'];
    let mut day = text.trim();
    if let Some((_, clock)) = day.rsplit_once(|c: char| c.is_whitespace() || c == '日' || c == '号')
        && clock.contains([':', '：'])
        && clock.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '：' | '.'))
    {
        // The 日 belongs to the day.
        day = day[..day.len() - clock.len()].trim_end();
    }
    for behind in BEHIND {
        day = day.strip_suffix(behind).unwrap_or(day).trim_end();
    }
    for name in ["星期", "周", "礼拜"] {
        if let Some((before, of)) = day.rsplit_once(name)
            && before.contains(|c: char| c.is_numeric() || matches!(c, '日' | '号'))
            && of.trim_end_matches(brackets).chars().count() == 1
            && of.starts_with(['一', '二', '三', '四', '五', '六', '日', '天'])
        {
            day = before.trim_end_matches(brackets);
        }
    }
    day
}

fn bool_text(yes: bool, field: &Field) -> &'static str {
    match (yes, field.ty == FieldType::Bool) {
        (true, true) => "true",
        (false, true) => "false",
        (true, false) => "TRUE",
        (false, false) => "FALSE",
    }
}

fn date(number: f64, day: Option<Day>) -> Result<String, Fault> {
    match day {
        Some(day) if sensible(day) => Ok(day.to_string()),
        // 20180310 is a date that was typed as a number.
        Some(_) | None if (1e7..1e8).contains(&number) && number.fract() == 0.0 => Ok(plain(number)),
        Some(_) | None => Err(no_date(number)),
    }
}

fn month(number: f64, dated: bool, day: Option<Day>) -> Result<String, Fault> {
    match day {
        Some(day) if sensible(day) => return Ok(day.month().to_string()),
        Some(_) | None if dated => return Err(no_date(number)),
        Some(_) | None => {}
    }
    let text = plain(number);
    if text.ends_with(".1") {
        return Err(Fault::usage(
            "ambiguous-month",
            text!(
                "数字 {text} 可能是 1 月，也可能是 10 月（表格会丢掉末尾的 0）",
                "the number {text} could be January or October: spreadsheets drop a final 0"
            ),
        )
        .hint(text!("请写成 2018-01 或 2018-10 这样", "write it as 2018-01 or 2018-10")));
    }
    Ok(text)
}

fn sensible(day: Day) -> bool {
    (1990..=2100).contains(&day.year().0)
}

fn no_date(number: f64) -> Fault {
    let number = plain(number);
    Fault::usage(
        "unreadable-date",
        text!("单元格里是数字 {number}，不是日期", "the cell holds the number {number}, not a date"),
    )
    .hint(text!("请在单元格里写日期，如 3月10日", "enter a date in the cell, e.g. 2018-03-10"))
}

fn formula_failed(error: &str) -> Fault {
    Fault::usage("failed-formula", text!("单元格显示 {error}，公式有误", "the cell shows {error}: its formula failed"))
        .hint(text!("请改正公式，或直接填数", "fix the formula, or enter the value itself"))
}

/// The day of a serial number. Spreadsheets believe in 29 February 1900, which is none.
pub(super) fn serial_day(number: f64, since_1904: bool) -> Option<Day> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    #[allow(clippy::cast_possible_truncation, reason = "within the bounds just checked")]
    let whole = number.floor() as i32;
    match whole {
        days if since_1904 => Some(Day(days - 24_107)),
        60 => None,
        days @ 1..60 => Some(Day(days - 25_568)),
        days => Some(Day(days - 25_569)),
    }
}

/// A date, with its time where it has one: `2018-03-10 19:30`.
fn moment(number: f64, day: Option<Day>) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "a part of a day has at most 1440 minutes")]
    let minutes = ((number - number.floor()) * 1440.0).round() as i32;
    let time = format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    match day {
        // A time alone: before the first day there is.
        _ if number < 1.0 => time,
        Some(day) if minutes == 0 => day.to_string(),
        Some(day) => format!("{} {time}", day.plus(minutes / 1440)),
        None => plain(number),
    }
}

/// A number where text is wanted: a code, a phone number. One that has lost digits is refused.
fn whole(number: f64) -> Result<String, Fault> {
    let text = plain(number);
    if text.chars().filter(char::is_ascii_digit).count() <= KEPT_DIGITS || number.fract() != 0.0 {
        return Ok(text);
    }
    Err(Fault::usage(
        "lost-digits",
        text!(
            "{text} 的位数太多，表格只保留前 {KEPT_DIGITS} 位，后面的已丢失",
            "{text} has too many digits: spreadsheets keep only {KEPT_DIGITS}, and the rest is lost"
        ),
    )
    .hint(text!("请把单元格设为文本格式，重新填写", "format the cell as text, and enter it again")))
}

/// A number as a spreadsheet shows it: at most 15 digits, never with an exponent.
pub(super) fn plain(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("a number written so has an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent of a number is a small number");
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    let point = exponent + 1;
    match usize::try_from(point) {
        Ok(point) if point >= digits.len() => format!("{sign}{digits}{}", "0".repeat(point - digits.len())),
        Ok(point) if point > 0 => format!("{sign}{}.{}", &digits[..point], &digits[point..]),
        Ok(_) | Err(_) => format!("{sign}0.{}{digits}", "0".repeat(point.unsigned_abs() as usize)),
    }
}

/// The text of a failure to read a heading's unit, where an amount would be taken wrongly.
pub(super) fn scaled(text: Cow<'_, str>, scale: Option<char>) -> Cow<'_, str> {
    let Some(scale) = scale else { return text };
    let bare = text.trim();
    let is_number = bare.bytes().any(|b| b.is_ascii_digit())
        && bare.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'+'));
    if is_number { Cow::Owned(format!("{bare}{scale}")) } else { text }
}

/// What is said where a value above is meant and there is none.
pub(super) fn nothing_above(mark: &str) -> Fault {
    let mark: String = mark.trim().chars().take(8).collect();
    Fault::usage(
        "nothing-above",
        text!("“{mark}”上面没有内容可照抄", "“{mark}” repeats the value above it, but there is none"),
    )
    .hint(Text::new("请写出内容", "enter the value itself"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_plainly() {
        for (number, text) in [
            (0.0, "0"),
            (350.0, "350"),
            (-3.5, "-3.5"),
            (0.1 + 0.2, "0.3"),
            (1e5, "100000"),
            (1234.56, "1234.56"),
            (0.000_012, "0.000012"),
            (13_912_345_678.0, "13912345678"),
            (0.1, "0.1"),
            (99.999_999_999_999_99, "100"),
        ] {
            assert_eq!(plain(number), text);
        }
    }

    #[test]
    fn the_time_of_a_day_is_left_out() {
        for (text, day) in [
            ("2018-05-15 19:30", "2018-05-15"),
            ("2018/5/15 0:00:00", "2018/5/15"),
            ("5月19日19：30", "5月19日"),
            ("5月19日晚", "5月19日"),
            ("5月19日 下午 3:00", "5月19日"),
            ("2018-5-20（周日）", "2018-5-20"),
            ("2018年5月20日星期日", "2018年5月20日"),
            ("2018-05-15", "2018-05-15"),
            ("上周五", "上周五"),
            ("19:30", "19:30"),
            ("周日", "周日"),
        ] {
            assert_eq!(without_time(text), day, "{text}");
        }
    }

    #[test]
    fn serials_are_days_in_both_systems() {
        for (number, since_1904, day) in [
            (43_169.0, false, Some("2018-03-10")),
            (43_169.99, false, Some("2018-03-10")),
            (41_707.0, true, Some("2018-03-10")),
            (1.0, false, Some("1900-01-01")),
            (60.0, false, None),
            (61.0, false, Some("1900-03-01")),
            (-1.0, false, None),
            (f64::NAN, false, None),
        ] {
            assert_eq!(serial_day(number, since_1904).map(|day| day.to_string()).as_deref(), day, "{number}");
        }
    }
}
