//! Days and months whose month is named in English: 23 May 2018, May 23rd, 2018, 23-May, May 2018.

/// The names; what people write is one of them, or its first letters (at least three).
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The same in figures (2018-5-23, 5-23, 2018-5, 5月), folded; none where no month is named, or it is not clear what
/// else stands there. A year has four digits: 23-May-18 could be a day of two years.
pub(super) fn in_figures(folded: &str) -> Option<String> {
    let parts = folded.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '-' | '/'));
    let mut month = None;
    let mut day = None;
    let mut year = None;
    for part in parts.filter(|part| !matches!(*part, "" | "of" | "the")) {
        let slot = if part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit()) {
            &mut year
        } else if part.starts_with(|c: char| c.is_ascii_digit()) {
            &mut day
        } else {
            &mut month
        };
        if slot.replace(part).is_some() {
            return None;
        }
    }
    let month = number_of(month?)?;
    Some(match (year, day) {
        (Some(year), Some(day)) => format!("{year}-{month}-{}", day_of(day)?),
        (Some(year), None) => format!("{year}-{month}"),
        (None, Some(day)) => format!("{month}-{}", day_of(day)?),
        (None, None) => format!("{month}月"),
    })
}

fn number_of(name: &str) -> Option<usize> {
    let at = MONTHS.iter().position(|month| month.starts_with(name))?;
    (name.len() >= 3).then_some(at + 1)
}

/// A day with its ending (23rd), or without.
fn day_of(part: &str) -> Option<&str> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
    ((1..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}
