//! How a workbook shows its numbers: the styles that its cells name, and the format of each. Both formats of Excel number
//! them alike.

use super::cell::SheetCell;
use std::collections::HashMap;

/// What a format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NumberFormat {
    /// A number, whatever stands about it.
    Number,
    /// A date, a time or a span of time.
    Date,
}

/// The styles of a workbook.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// What the workbook says of a format itself.
    formats: HashMap<u32, NumberFormat>,
    /// By style: the number of its format.
    styles: Vec<u32>,
}

impl Styles {
    /// The workbook's own format of that number.
    pub(super) fn define(&mut self, format: u32, code: &str) {
        self.formats.insert(format, NumberFormat::of(code));
    }

    /// The style that comes next, and its format.
    pub(super) fn push(&mut self, format: u32) {
        self.styles.push(format);
    }

    /// A number in a cell of that style.
    pub(super) fn cell(&self, style: usize, number: f64) -> SheetCell<'static> {
        // A style that the workbook does not have leaves a number a number, as no style does.
        let format = self.styles.get(style).copied().unwrap_or(0);
        let own = self.formats.get(&format).copied();
        match own.unwrap_or_else(|| NumberFormat::built_in(format)) {
            NumberFormat::Number => SheetCell::Number(number),
            NumberFormat::Date => SheetCell::Date(number),
        }
    }
}

impl NumberFormat {
    /// The formats that every workbook has. 27 to 36 and 50 to 58 are the dates of East Asia.
    fn built_in(format: u32) -> NumberFormat {
        match format {
            14..=22 | 27..=36 | 45..=47 | 50..=58 => NumberFormat::Date,
            _ => NumberFormat::Number,
        }
    }

    /// The format of a code: a date if its first section has a letter of one outside quotes, or hours, minutes or seconds
    /// in brackets, which count on beyond a day.
    fn of(code: &str) -> NumberFormat {
        let mut quoted = false;
        let mut bracketed = None;
        let mut letters = code.char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '"' => quoted = !quoted,
                _ if quoted => {}
                '\\' | '_' | '*' => {
                    letters.next();
                }
                '[' => bracketed = Some(at + 1),
                ']' => {
                    let inside = bracketed.take().and_then(|start| code.get(start..at));
                    if inside.is_some_and(is_span) {
                        return NumberFormat::Date;
                    }
                }
                _ if bracketed.is_some() => {}
                ';' => return NumberFormat::Number,
                'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return NumberFormat::Date,
                _ => {}
            }
        }
        NumberFormat::Number
    }
}

/// `h`, `mm`, `ss`: one letter of a time, as often as it likes.
fn is_span(bracketed: &str) -> bool {
    let bracketed = bracketed.to_ascii_lowercase();
    let first = bracketed.chars().next();
    first.is_some_and(|first| matches!(first, 'h' | 'm' | 's') && bracketed.chars().all(|c| c == first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_known_by_their_format() {
        for code in ["yyyy/m/d", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy-mm-dd;@", "h:mm", "[h]", "[MM]", "[ss].00"]
        {
            assert_eq!(NumberFormat::of(code), NumberFormat::Date, "{code}");
        }
        for code in ["General", "0.00", "#,##0;[Red]-#,##0", "\"demo\"0", "0\\d", "@", "[Hm]0", "[]0", "[$-804]0"] {
            assert_eq!(NumberFormat::of(code), NumberFormat::Number, "{code}");
        }
    }

    #[test]
    fn a_format_of_the_workbook_goes_before_the_one_that_every_workbook_has() {
        let mut styles = Styles::default();
        styles.define(14, "0.00");
        styles.define(164, "yyyy/m/d");
        for format in [14, 15, 164, 165] {
            styles.push(format);
        }
        let cells: Vec<SheetCell<'_>> = (0..5).map(|style| styles.cell(style, 1.0)).collect();
        let number = SheetCell::Number(1.0);
        let date = SheetCell::Date(1.0);
        assert_eq!(cells, [number.clone(), date.clone(), date, number.clone(), number]);
    }
}
