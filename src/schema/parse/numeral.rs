//! Chinese numerals, 0 to 99,999,999: 十二, 一百零五, 两千, 三万二千, 二〇一八.

/// What a run of characters says as a numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numeral {
    /// This number.
    Is(u64),
    /// It is written in numerals, but not so that it means one number (一百五: 150 or 105).
    Unclear,
    /// Something else.
    No,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum NumeralSign {
    Digit(u64),
    /// 十 百 千 万
    Unit(u64),
}

fn sign(c: char) -> Option<NumeralSign> {
    Some(match c {
        '〇' | '零' => NumeralSign::Digit(0),
        '一' | '壹' => NumeralSign::Digit(1),
        '二' | '两' | '贰' => NumeralSign::Digit(2),
        '三' | '叁' => NumeralSign::Digit(3),
        '四' | '肆' => NumeralSign::Digit(4),
        '五' | '伍' => NumeralSign::Digit(5),
        '六' | '陆' => NumeralSign::Digit(6),
        '七' | '柒' => NumeralSign::Digit(7),
        '八' | '捌' => NumeralSign::Digit(8),
        '九' | '玖' => NumeralSign::Digit(9),
        '十' | '拾' => NumeralSign::Unit(10),
        '百' | '佰' => NumeralSign::Unit(100),
        '千' | '仟' => NumeralSign::Unit(1_000),
        '万' | '萬' => NumeralSign::Unit(10_000),
        _ => return None,
    })
}

/// Whether a character can stand in a numeral.
pub(super) fn is_sign(c: char) -> bool {
    sign(c).is_some()
}

/// Reads a whole text as one numeral.
pub(super) fn read(text: &str) -> Numeral {
    let signs: Option<Vec<NumeralSign>> = text.chars().map(sign).collect();
    let Some(signs) = signs.filter(|signs| !signs.is_empty()) else { return Numeral::No };
    parse_digits(&signs).or_else(|| parse_spoken(&signs)).map_or(Numeral::Unclear, Numeral::Is)
}

/// Digit by digit: 二〇一八. Without a zero it could be a guess (三五: three to five), so it is not read.
fn parse_digits(signs: &[NumeralSign]) -> Option<u64> {
    let digits: Option<Vec<u64>> =
        signs.iter().map(|&sign| if let NumeralSign::Digit(d) = sign { Some(d) } else { None }).collect();
    let digits = digits?;
    match digits.as_slice() {
        [one] => Some(*one),
        [first, ..] if *first > 0 && digits.contains(&0) && digits.len() <= 8 => {
            Some(digits.iter().fold(0, |number, digit| number * 10 + digit))
        }
        _ => None,
    }
}

fn parse_spoken(signs: &[NumeralSign]) -> Option<u64> {
    let Some(at) = signs.iter().position(|&sign| sign == NumeralSign::Unit(10_000)) else {
        return parse_section(signs, true);
    };
    let high = signs.get(..at)?;
    let low = signs.get(at + 1..)?;
    let high = parse_section(high, true).filter(|&high| high > 0)?;
    let low = if low.is_empty() { 0 } else { parse_section(low, false)? };
    Some(high * 10_000 + low)
}

/// 0 to 9,999. A digit behind skipped places needs its 零 (一百零五), else 一百五 might be meant; `first`: nothing stands
/// before.
fn parse_section(signs: &[NumeralSign], first: bool) -> Option<u64> {
    let mut number = 0;
    let mut place = 10_000;
    let mut zero = false;
    let mut rest = signs;
    while let [next, behind @ ..] = rest {
        let begins = first && rest.len() == signs.len();
        rest = match (next, behind) {
            (NumeralSign::Digit(0), []) => (signs.len() == 1 && first).then_some(behind)?,
            (NumeralSign::Digit(0), _) => {
                if begins || zero {
                    return None;
                }
                zero = true;
                continue_after_zero(behind)?
            }
            (NumeralSign::Digit(digit), [NumeralSign::Unit(unit), behind @ ..])
                if *unit < place && !(zero && unit * 10 >= place) =>
            {
                (number, place, zero) = (number + digit * unit, *unit, false);
                behind
            }
            (NumeralSign::Digit(digit), []) if begins || zero == (place > 10) => {
                number += digit;
                behind
            }
            (NumeralSign::Unit(10), _) if begins || zero == (place > 100) && place > 10 => {
                (number, place, zero) = (number + 10, 10, false);
                behind
            }
            (NumeralSign::Digit(_) | NumeralSign::Unit(_), _) => return None,
        };
    }
    (!signs.is_empty()).then_some(number)
}

/// What follows a 零 must be a digit other than 零, or 十.
fn continue_after_zero(behind: &[NumeralSign]) -> Option<&[NumeralSign]> {
    matches!(behind.first(), Some(NumeralSign::Digit(1..) | NumeralSign::Unit(10))).then_some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_are_read() {
        for (text, number) in [
            ("零", 0),
            ("〇", 0),
            ("一", 1),
            ("两", 2),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
            ("一百", 100),
            ("一百零五", 105),
            ("一〇五", 105),
            ("一百一十", 110),
            ("一百十五", 115),
            ("一百五十", 150),
            ("两千", 2_000),
            ("两千零五", 2_005),
            ("两千零五十", 2_050),
            ("两千零十", 2_010),
            ("一万零十", 10_010),
            ("二千三百四十五", 2_345),
            ("壹仟贰佰", 1_200),
            ("一万", 10_000),
            ("一万零五", 10_005),
            ("一万零五百", 10_500),
            ("三万二千", 32_000),
            ("十二万", 120_000),
            ("二〇一八", 2_018),
            ("九千九百九十九万九千九百九十九", 99_999_999),
        ] {
            assert_eq!(read(text), Numeral::Is(number), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_numbers_is_unclear() {
        for text in [
            "一百五",
            "一万五",
            "三五",
            "二十三十",
            "百",
            "万",
            "十十",
            "零五",
            "一零",
            "一百零",
            "一百零零五",
            "百五",
            "一万二万",
            "五十百",
            "一万十",
            "二千二千",
            "一百零五十",
            "一十零五",
            "一百零十",
        ] {
            // 一零 is 10, digit by digit; the rest is not one number.
            let wanted = if text == "一零" { Numeral::Is(10) } else { Numeral::Unclear };
            assert_eq!(read(text), wanted, "{text}");
        }
        for text in ["", "人", "一人", "12", "一2"] {
            assert_eq!(read(text), Numeral::No, "{text}");
        }
    }
}
