//! Numbers as people write them: full-width digits, 1,200, 1.2万, 二十, 3场, ¥1,200.50, 约200人. Exact: no floating point.

use super::numeral::{Numeral, is_sign, read as numeral};
use super::{excerpt, impossible_value, normalize};
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::schema::kind::Field;
use crate::schema::record::{decimal_text, expected_text};

/// What is counted or measured, as it stands behind a number. Only one that changes nothing of it: no 分钟, no 米.
const UNITS: [&str; 66] = [
    "人次",
    "场次",
    "元整",
    "圆整",
    "小时",
    "学时",
    "课时",
    "公里",
    "千米",
    "rmb",
    "cny",
    "km",
    "人",
    "名",
    "位",
    "场",
    "次",
    "天",
    "日",
    "支",
    "个",
    "户",
    "台",
    "套",
    "家",
    "处",
    "篇",
    "条",
    "件",
    "部",
    "册",
    "期",
    "本",
    "座",
    "间",
    "项",
    "幅",
    "张",
    "队",
    "元",
    "圆",
    "块",
    "h",
    "%",
    "people",
    "persons",
    "person",
    "visitors",
    "viewers",
    "members",
    "trainees",
    "households",
    "sessions",
    "session",
    "performances",
    "shows",
    "show",
    "times",
    "visits",
    "views",
    "days",
    "day",
    "hours",
    "hour",
    "yuan",
    "items",
];
const CURRENCIES: [&str; 4] = ["¥", "人民币", "rmb", "cny"];
const ABOUT_BEFORE: [&str; 25] = [
    "约有",
    "大约",
    "大概",
    "将近",
    "接近",
    "超过",
    "约",
    "近",
    "逾",
    "超",
    "≈",
    "~",
    ">",
    "approximately",
    "approx.",
    "approx",
    "about",
    "around",
    "nearly",
    "almost",
    "morethan",
    "over",
    "some",
    "ca.",
    "c.",
];
const ABOUT_BEHIND: [&str; 9] = ["左右", "上下", "以上", "以内", "多", "余", "+", "来", "许"];

/// A number out of its words.
struct BareNumber<'a> {
    digits: &'a str,
    /// 约, 余, 左右 …
    approximate: bool,
    per_cent: bool,
}

/// An exact number: `digits` × 10^`power`.
#[derive(Clone, Copy)]
struct ExactNumber {
    digits: i128,
    power: i32,
}

/// The canonical text of a number for a field, and whether it was said to be approximate.
pub(super) fn read(field: &Field, text: &str) -> Result<(String, bool), Fault> {
    let Some(bounds) = field.ty.bounds() else { return Err(impossible_value(text)) };
    let (min, max) = bounds.into_inner();
    let places = field.ty.places();
    let folded = without_spaces(&normalize(text)).map_err(|fault| fault.hint(should_be(field)))?;
    let (joined, in_the_middle) = without_middle(&folded);
    let bare = strip_words(&joined);
    let approximate = bare.approximate || in_the_middle;
    // A share of a hundred is a number from 0 to 100; elsewhere a % would change what the number means.
    let hundred = 100 * 10_i64.pow(u32::from(places));
    if bare.per_cent && max != hundred {
        return Err(impossible_value(text).hint(should_be(field)));
    }
    let exact = parse_exact(bare.digits, text).map_err(|fault| fault.hint(should_be(field)))?;
    let units = in_units(exact, places, text)?;
    if approximate && !field.approximate {
        let text = excerpt(text);
        return Err(Fault::usage(
            "approximate-number",
            text!("“{text}”是约数，这一栏要填准确数", "“{text}” is approximate: an exact number is required"),
        )
        .hint(text!("请核实后写准确的数", "find out the exact number and enter it")));
    }
    let within = i64::try_from(units).ok().filter(|units| (min..=max).contains(units));
    let low = units < i128::from(min);
    within
        .map(|units| (decimal_text(units, places), approximate))
        .ok_or_else(|| out_of_bounds(text, places, min, max, low))
}

fn should_be(field: &Field) -> Text {
    text!("应为{want}", "expected {want}", want = expected_text(field).set_off())
}

fn out_of_bounds(text: &str, places: u8, min: i64, max: i64, low: bool) -> Fault {
    let text = excerpt(text);
    let min = decimal_text(min, places);
    let max = decimal_text(max, places);
    if low {
        return Fault::usage("out-of-range", text!("“{text}”太小", "“{text}” is too small"))
            .hint(text!("最小为 {min}", "at least {min}"));
    }
    Fault::usage("out-of-range", text!("“{text}”太大", "“{text}” is too large"))
        .hint(text!("最大为 {max}", "at most {max}"))
}

/// Without white space; two digits that white space parts could be two numbers.
fn without_spaces(text: &str) -> Result<String, Fault> {
    let mut last_digit = false;
    let mut gap = false;
    let mut joined = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && last_digit && c.is_ascii_digit() {
            let text = excerpt(text);
            return Err(Fault::usage(
                "ambiguous-number",
                text!("“{text}”中间有空格，分不清是几个数", "“{text}” could be several numbers"),
            ));
        }
        (gap, last_digit) = (false, c.is_ascii_digit());
        joined.push(if c == '−' { '-' } else { c });
    }
    Ok(joined)
}

/// 10余万 as 10万, and whether there was such a word.
fn without_middle(text: &str) -> (String, bool) {
    let mut joined = String::with_capacity(text.len());
    let mut found = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if matches!(c, '余' | '多') && rest.peek().is_some_and(|next| matches!(next, '百' | '千' | '万' | '亿')) {
            found = true;
        } else {
            joined.push(c);
        }
    }
    (joined, found)
}

/// Takes the words before and behind a number away.
fn strip_words(text: &str) -> BareNumber<'_> {
    let mut rest = text;
    let mut approximate = false;
    let mut unit = None;
    loop {
        if let Some(after) = strip(rest, &ABOUT_BEFORE, |rest, word| rest.strip_prefix(word)) {
            (rest, approximate) = (after.0, true);
        } else if let Some(after) = strip(rest, &CURRENCIES, |rest, word| rest.strip_prefix(word)) {
            rest = after.0;
        } else if let Some(before) = strip(rest, &ABOUT_BEHIND, |rest, word| rest.strip_suffix(word)) {
            (rest, approximate) = (before.0, true);
        } else if let Some((before, word)) = strip(rest, &UNITS, |rest, word| rest.strip_suffix(word))
            && (unit.is_none() || word == "个")
        {
            // 200个人, 3个小时: a counting word may stand before the unit.
            (rest, unit) = (before, unit.or(Some(word)));
        } else {
            return BareNumber { digits: rest, approximate, per_cent: unit == Some("%") };
        }
    }
}

fn strip<'a>(
    text: &'a str,
    words: &[&'static str],
    strip: impl Fn(&'a str, &str) -> Option<&'a str>,
) -> Option<(&'a str, &'static str)> {
    words.iter().find_map(|&word| Some((strip(text, word)?, word)))
}

/// The number that a bare text is.
fn parse_exact(bare: &str, text: &str) -> Result<ExactNumber, Fault> {
    match numeral(bare) {
        Numeral::Is(number) => return Ok(ExactNumber { digits: i128::from(number), power: 0 }),
        Numeral::Unclear => {
            let text = excerpt(text);
            return Err(Fault::usage(
                "ambiguous-number",
                text!("“{text}”分不清是多少", "“{text}” could be several numbers"),
            ));
        }
        Numeral::No => {}
    }
    let (digits, times) = split_multiplier(bare);
    let (negative, digits) = digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let pointed = digits.contains('.');
    let whole = remove_grouping(whole).ok_or_else(|| grouping_fault(text))?;
    if !is_all_digits(&whole) || (pointed && !is_all_digits(fraction)) {
        return Err(not_a_number(bare, text));
    }
    // Trailing zeros say nothing: 1.0 is a whole number.
    let fraction = fraction.trim_end_matches('0');
    let number = format!("{whole}{fraction}");
    let number = number.trim_start_matches('0');
    let digits = if number.is_empty() { 0 } else { number.parse::<i128>().map_err(|_| impossible_value(text))? };
    let power = times - i32::try_from(fraction.len()).map_err(|_| impossible_value(text))?;
    Ok(ExactNumber { digits: if negative { -digits } else { digits }, power })
}

fn is_all_digits(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

/// 1.2万 as 1.2 and a power of ten.
fn split_multiplier(text: &str) -> (&str, i32) {
    [("万", 4), ("亿", 8), ("千", 3), ("百", 2)]
        .into_iter()
        .find_map(|(word, power)| Some((text.strip_suffix(word)?, power)))
        .unwrap_or((text, 0))
}

/// 1,200 without its commas; none if they do not part groups of three.
fn remove_grouping(whole: &str) -> Option<String> {
    let Some((first, rest)) = whole.split_once([',', '，']) else { return Some(whole.to_owned()) };
    let mut joined = first.to_owned();
    for group in rest.split([',', '，']) {
        if group.len() != 3 || !(1..=3).contains(&first.len()) {
            return None;
        }
        joined.push_str(group);
    }
    Some(joined)
}

fn grouping_fault(text: &str) -> Fault {
    let text = excerpt(text);
    Fault::usage(
        "unreadable-number",
        text!("“{text}”的逗号不在千分位上", "the commas in “{text}” do not separate thousands"),
    )
}

fn not_a_number(bare: &str, text: &str) -> Fault {
    let parts: Vec<&str> = bare.split(['-', '~', '—', '–', '至', '到']).collect();
    let all_have_numbers = parts.iter().all(|part| part.contains(|c: char| c.is_ascii_digit() || is_sign(c)));
    let text = excerpt(text);
    if parts.len() > 1 && all_have_numbers {
        return Fault::usage(
            "number-range",
            text!("“{text}”是一个范围，不是一个数", "“{text}” is a range, not one number"),
        );
    }
    Fault::usage("unreadable-number", text!("“{text}”不是数", "“{text}” is not a number"))
}

/// The number in units of 10^-`places`.
fn in_units(exact: ExactNumber, places: u8, text: &str) -> Result<i128, Fault> {
    let power = exact.power + i32::from(places);
    let scale = 10_i128.checked_pow(power.unsigned_abs());
    if power >= 0 {
        return scale.and_then(|scale| exact.digits.checked_mul(scale)).ok_or_else(|| too_large(text));
    }
    scale.filter(|scale| exact.digits % scale == 0).map(|scale| exact.digits / scale).ok_or_else(|| {
        let text = excerpt(text);
        if places == 0 {
            Fault::usage("too-many-decimals", text!("“{text}”不是整数", "“{text}” is not a whole number"))
                .hint(text!("请写整数", "enter a whole number"))
        } else {
            Fault::usage("too-many-decimals", text!("“{text}”的小数超过 {places} 位", "“{text}” has too many decimals"))
                .hint(text!(
                    "小数最多 {places} 位",
                    "at most {places}",
                    places = Text::count(places, "decimal", "decimals")
                ))
        }
    })
}

fn too_large(text: &str) -> Fault {
    let text = excerpt(text);
    Fault::usage("out-of-range", text!("“{text}”太大", "“{text}” is too large"))
        .hint(text!("请核对这个数", "check the number"))
}

/// The last `digits` digits of a number such as a phone's, and whether any were left out.
pub(super) fn last_digits(text: &str, digits: u8) -> std::result::Result<(String, bool), Fault> {
    let plain: String = normalize(text).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let wanted = usize::from(digits);
    if plain.len() < wanted || !plain.bytes().all(|b| b.is_ascii_digit()) {
        let text = excerpt(text);
        let digits = Text::count(digits, "digit", "digits");
        let what = text!("“{text}”不是 {digits} 位数字", "“{text}” is not {digits}", digits);
        let hint =
            text!("写后 {digits} 位；首位是 0 的也要写全", "enter the last {digits}, including leading zeros", digits);
        return Err(Fault::usage("wrong-length", what).hint(hint));
    }
    Ok((plain[plain.len() - wanted..].to_owned(), plain.len() > wanted))
}
