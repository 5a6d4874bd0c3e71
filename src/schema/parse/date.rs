//! Days, months and years as people write them. A date whose parts could be divided in two ways (2018310, 10/3/2018) is
//! refused, naming what it could be.

use super::named_month::in_figures;
use super::numeral::{Numeral, is_sign, read as numeral};
use super::{excerpt, normalize};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::Fault;
use crate::base::text::Text;

/// What a date is made of: its numbers, in order, and its shape: `N` for a number, `-` for any stroke or point, a space
/// where nothing else parts two numbers, else the character.
struct DateParts {
    numbers: Vec<String>,
    shape: String,
}

/// A day, as people write it: 2018-03-10, 2018.3.10, 2018年3月10日, 3月10日 (of `year`), 20180310, 昨天,
/// 10 March 2018.
///
/// # Errors
/// What is no day, or could be more than one, as wrong usage without a place.
pub fn day(text: &str, today: Day, year: Year) -> Result<Day, Fault> {
    let folded = normalize(text.trim());
    match folded.as_str() {
        "今天" | "今日" | "today" => return Ok(today),
        "昨天" | "昨日" | "yesterday" => return Ok(today.plus(-1)),
        "前天" | "前日" => return Ok(today.plus(-2)),
        _ => {}
    }
    let folded = without_midnight(&folded);
    let figures = in_figures(folded);
    let parts = split_date(figures.as_deref().unwrap_or(folded));
    let numbers: Vec<&str> = parts.numbers.iter().map(String::as_str).collect();
    match (parts.shape.as_str(), numbers.as_slice()) {
        ("N-N-N" | "N N N" | "N年N月N日" | "N年N月N号" | "N年N月N", [y, m, d]) if y.len() == 4 => {
            full_date(y, m, d, text)
        }
        ("N-N-N" | "N N N" | "N年N月N日" | "N年N月N号" | "N年N月N", [a, b, c]) => {
            Err(ambiguous_date(text, &possible_days(a, b, c, year)))
        }
        ("N-N" | "N月N日" | "N月N号" | "N月N", [m, d]) if m.len() <= 2 && d.len() <= 2 => {
            full_date(&year.to_string(), m, d, text)
        }
        ("N" | "N日" | "N号", [run]) => run_of_digits(run, year, text),
        ("N-N" | "N年N月" | "N年N月份", [y, _]) if y.len() == 4 => Err(incomplete_date(text)),
        _ => Err(not_a_day(text)),
    }
}

/// A month, as people write it: 2018-05, 2018.5, 201805, 2018年5月, 5月 and 5 (of `year`), 本月, 上月. The first day of a
/// month is that month: spreadsheets keep months so.
///
/// # Errors
/// What is no month, or could be more than one, as wrong usage without a place.
pub fn month(text: &str, today: Day, year: Year) -> Result<Month, Fault> {
    let folded = normalize(text.trim());
    match folded.as_str() {
        "本月" | "当月" | "这个月" => return Ok(today.month()),
        "上月" | "上个月" => return Ok(today.month().previous()),
        _ => {}
    }
    let folded = without_midnight(&folded);
    let figures = in_figures(folded);
    let parts = split_date(figures.as_deref().unwrap_or(folded));
    let numbers: Vec<&str> = parts.numbers.iter().map(String::as_str).collect();
    let month = match (parts.shape.as_str(), numbers.as_slice()) {
        ("N-N" | "N年N月" | "N年N月份" | "N年N", [y, m]) if y.len() == 4 => month_of(y, m),
        ("N-N-N" | "N年N月N日" | "N年N月N号", [y, m, d]) if y.len() == 4 => {
            let day = full_date(y, m, d, text)?;
            if day.day_of_month() != 1 {
                return Err(day_for_month(text, day));
            }
            Some(day.month())
        }
        ("N", [run]) if run.len() == 6 => {
            let (y, m) = run.split_at(4);
            month_of(y, m)
        }
        ("N" | "N月" | "N月份", [m]) => month_of(&year.to_string(), m),
        _ => None,
    };
    month.ok_or_else(|| not_a_month(text))
}

/// A year, as people write it: 2018, 2018年, 今年, 去年.
///
/// # Errors
/// What is no year of four digits, as wrong usage without a place.
pub fn year(text: &str, today: Day) -> Result<Year, Fault> {
    let folded = normalize(text.trim());
    match folded.as_str() {
        "今年" | "本年" | "本年度" => return Ok(today.year()),
        "去年" | "上年" | "上年度" => return Ok(Year(today.year().0.saturating_sub(1))),
        _ => {}
    }
    let parts = split_date(&folded);
    let named = matches!(parts.shape.as_str(), "N" | "N年" | "N年度");
    let year = parts.numbers.first().filter(|_| named).and_then(|year| Year::from_iso(year.as_bytes()));
    year.ok_or_else(|| {
        let text = excerpt(text);
        Fault::usage("unreadable-year", text!("“{text}”不是年份", "“{text}” is not a year"))
            .hint(text!("请写四位数字的年份", "write four digits, e.g. 2018"))
    })
}

/// Without the time that spreadsheets write behind a day: 2018-03-10 00:00:00.
fn without_midnight(text: &str) -> &str {
    let Some((day, time)) = text.rsplit_once([' ', 't']) else { return text };
    let midnight = time.contains(':') && time.chars().all(|c| matches!(c, '0' | ':' | '.'));
    if midnight { day.trim_end() } else { text }
}

fn split_date(text: &str) -> DateParts {
    let mut numbers = Vec::new();
    let mut shape = String::new();
    let mut rest = text.trim().trim_end_matches(['.', '。']);
    while let Some(c) = rest.chars().next() {
        let digits = run_length(rest, |c| c.is_ascii_digit());
        let signs = run_length(rest, |c| is_sign(c) && !matches!(c, '万' | '萬'));
        let length = if digits > 0 {
            numbers.push(rest[..digits].to_owned());
            shape.push('N');
            digits
        } else if signs > 0 {
            numbers.push(numeral_digits(&rest[..signs]));
            shape.push('N');
            signs
        } else {
            push_mark(c, &mut shape);
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    DateParts { numbers, shape }
}

/// How many bytes at the beginning are such characters.
fn run_length(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

/// A character between the numbers. White space counts only where nothing else parts them.
fn push_mark(c: char, shape: &mut String) {
    let parts_numbers = matches!(c, '-' | '.' | '/' | '。' | '、' | '—' | '–' | '−' | '―' | '‐');
    if c.is_whitespace() {
        if shape.ends_with('N') {
            shape.push(' ');
        }
        return;
    }
    if shape.ends_with(' ') {
        shape.pop();
    }
    shape.push(if parts_numbers { '-' } else { c });
}

/// A Chinese numeral in digits; nothing where it is none, which no shape takes.
fn numeral_digits(signs: &str) -> String {
    match numeral(signs) {
        Numeral::Is(number) => number.to_string(),
        Numeral::Unclear | Numeral::No => {
            // Years are read digit by digit, also without a zero: 一九九八.
            let digits: Option<String> = signs.chars().map(digit).collect();
            digits.unwrap_or_default()
        }
    }
}

fn digit(c: char) -> Option<char> {
    match numeral(c.encode_utf8(&mut [0; 4])) {
        Numeral::Is(number @ 0..=9) => char::from_digit(u32::try_from(number).ok()?, 10),
        Numeral::Is(_) | Numeral::Unclear | Numeral::No => None,
    }
}

fn number(digits: &str) -> Option<u8> {
    if (1..=2).contains(&digits.len()) { digits.parse().ok() } else { None }
}

fn day_of(y: &str, m: &str, d: &str) -> Option<Day> {
    Day::new(Year::from_iso(y.as_bytes())?.0, number(m)?, number(d)?)
}

fn month_of(y: &str, m: &str) -> Option<Month> {
    Month::new(Year::from_iso(y.as_bytes())?.0, number(m)?)
}

fn full_date(y: &str, m: &str, d: &str, text: &str) -> Result<Day, Fault> {
    if let Some(day) = day_of(y, m, d) {
        return Ok(day);
    }
    if number(m).is_none() || number(d).is_none() {
        return Err(not_a_day(text));
    }
    let text = excerpt(text);
    Err(match month_of(y, m) {
        Some(month) => {
            let last = month.last();
            Fault::usage("no-such-day", text!("没有“{text}”这一天", "invalid date “{text}”"))
                .hint(text!("{month} 的最后一天是 {last}", "the last day of {month} is {last}"))
        }
        None => Fault::usage(
            "no-such-day",
            text!("没有“{text}”这一天：没有 {m} 月", "invalid date “{text}”: there is no month {m}"),
        )
        .hint(example()),
    })
}

/// The days that a number without any mark could be: 20180310 is one, anything shorter is unclear.
fn run_of_digits(run: &str, year: Year, text: &str) -> Result<Day, Fault> {
    let could_be = match run.len() {
        8 => return full_date(&run[..4], &run[4..6], &run[6..], text),
        7 => vec![day_of_run(run, 4, 1, year), day_of_run(run, 4, 2, year)],
        6 => vec![day_of_run(run, 4, 1, year), day_of_run(run, 2, 2, year)],
        5 => vec![serial_day(run)],
        3 | 4 => vec![day_of_run(run, 0, 1, year), day_of_run(run, 0, 2, year)],
        _ => return Err(not_a_day(text)),
    };
    let could_be: Vec<Day> = could_be.into_iter().flatten().collect();
    Err(ambiguous_date(text, &could_be))
}

/// The day that a run of digits is when `of_year` digits are its year and the next `of_month` its month.
fn day_of_run(run: &str, of_year: usize, of_month: usize, year: Year) -> Option<Day> {
    let (y, rest) = run.split_at(of_year);
    let (m, d) = rest.split_at(of_month);
    if y.is_empty() { day_of(&year.to_string(), m, d) } else { day_of(&full_year(y, year), m, d) }
}

/// A year of two digits is of the same century as `year`.
fn full_year(y: &str, year: Year) -> String {
    if y.len() == 2 { format!("{}{y}", &year.to_string()[..2]) } else { y.to_owned() }
}

/// The day that a spreadsheet keeps as this number, for the years 2000 to 2099.
fn serial_day(run: &str) -> Option<Day> {
    let number: i32 = run.parse().ok()?;
    let day = Day::new(1899, 12, 30)?.plus(number);
    (2000..2100).contains(&day.year().0).then_some(day)
}

/// The days that three numbers could be when the year does not stand first with four digits.
fn possible_days(a: &str, b: &str, c: &str, year: Year) -> Vec<Day> {
    let orders = [(a, b, c), (c, a, b), (c, b, a)];
    let mut days: Vec<Day> = orders.into_iter().filter_map(|(y, m, d)| day_of(&full_year(y, year), m, d)).collect();
    days.sort();
    days.dedup();
    days
}

fn example() -> Text {
    text!("请写明月、日，如 3月10日", "write it like 2018-03-10")
}

fn ambiguous_date(text: &str, could_be: &[Day]) -> Fault {
    let text = excerpt(text);
    let listed: Vec<Text> = could_be.iter().map(|day| Text::same(day.to_string())).collect();
    let days = Text::list(&listed);
    match could_be {
        [] => Fault::usage(
            "unreadable-date",
            text!("“{text}”不是日期，或缺了几位", "“{text}” is not a date, or digits are missing"),
        )
        .hint(example()),
        [day] => Fault::usage(
            "ambiguous-date",
            text!("“{text}”分不清是哪一天，是否为 {day}？", "ambiguous date “{text}”: did you mean {day}?"),
        )
        .hint(text!("如果是，请写成 {day}", "if so, write {day}")),
        [day, ..] => Fault::usage(
            "ambiguous-date",
            text!("“{text}”分不清是哪一天：{days}", "ambiguous date “{text}”: it could be any of {days}", days),
        )
        .hint(text!("请写全，如 {day}", "write it in full, e.g. {day}")),
    }
}

fn incomplete_date(text: &str) -> Fault {
    let text = excerpt(text);
    Fault::usage("unreadable-date", text!("“{text}”只有年月，缺日", "“{text}” has no day")).hint(example())
}

fn not_a_day(text: &str) -> Fault {
    let text = excerpt(text);
    Fault::usage("unreadable-date", text!("“{text}”不是日期", "“{text}” is not a date")).hint(example())
}

fn not_a_month(text: &str) -> Fault {
    let text = excerpt(text);
    Fault::usage("unreadable-month", text!("“{text}”不是月份，或分不清", "“{text}” is not a month, or is ambiguous"))
        .hint(text!("请写明月份，如 3月", "write it like 2018-03"))
}

fn day_for_month(text: &str, day: Day) -> Fault {
    let text = excerpt(text);
    let month = day.month();
    Fault::usage("unreadable-month", text!("“{text}”是日期，这里要月份", "“{text}” is a date: expected a month"))
        .hint(text!("如果指当月，请写成 {month}", "if you mean that month, write {month}"))
}
