//! Days, months, years and instants. The only file that names `chrono`. Knows no words for them but their ISO forms.

use chrono::{Datelike, NaiveDate};
use std::fmt;

/// A calendar day, as the number of days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// A calendar year, 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Year(pub u16);

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// Its year.
    pub year: Year,
    /// 1 to 12.
    pub month: u8,
}

/// A moment, with the offset it was written in. Compared as a moment: the offset does not matter.
#[derive(Clone, Copy, Debug)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// East of UTC.
    pub offset: Offset,
}

/// An offset from UTC, in minutes east.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset(pub i16);

const CE_1970: i32 = 719_163;

impl Day {
    /// The day of a year, month and day of month; none if there is no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Day> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        Day::of_any_year(year, month, day)
    }

    /// As [`Day::new`], of years too that nobody writes: the one before the first and those after 9999 border on others.
    fn of_any_year(year: u16, month: u8, day: u8) -> Option<Day> {
        let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
        Some(Day(date.num_days_from_ce() - CE_1970))
    }

    fn date(self) -> NaiveDate {
        // Days are read with their years, of which the calendar has many times more than can be written.
        let days = self.0.checked_add(CE_1970);
        days.and_then(NaiveDate::from_num_days_from_ce_opt).expect("a day lies within the calendar")
    }

    /// Reads `2018-03-10`, and nothing else.
    #[must_use]
    pub fn from_iso(text: &[u8]) -> Option<Day> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
        let year = u16::from(two(y1, y2)?) * 100 + u16::from(two(y3, y4)?);
        Day::new(year, two(m1, m2)?, two(d1, d2)?)
    }

    /// Its year.
    #[must_use]
    pub fn year(self) -> Year {
        Year(u16::try_from(self.date().year()).expect("a day's year is after Christ"))
    }

    /// Its month.
    #[must_use]
    pub fn month(self) -> Month {
        let date = self.date();
        Month { year: self.year(), month: u8::try_from(date.month()).expect("a month is at most twelve") }
    }

    /// Before every day that there is. It cannot be written.
    pub const MIN: Day = Day(i32::MIN);
    /// After every day that there is. It cannot be written.
    pub const MAX: Day = Day(i32::MAX);

    /// 1 to 31.
    #[must_use]
    pub fn day_of_month(self) -> u8 {
        u8::try_from(self.date().day()).expect("a day of month is at most 31")
    }

    /// Saturday or Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        self.date().weekday().num_days_from_monday() >= 5
    }

    /// The day `days` later, or earlier.
    #[must_use]
    pub const fn plus(self, days: i32) -> Day {
        Day(self.0.saturating_add(days))
    }

    /// The same day `years` later; 29 February becomes the 28th where there is none.
    #[must_use]
    pub fn plus_years(self, years: i32) -> Option<Day> {
        let month = self.month();
        let day = self.day_of_month();
        let year = u16::try_from(i32::from(month.year.0) + years).ok()?;
        Day::new(year, month.month, day).or_else(|| Day::new(year, month.month, 28))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Month { year, month } = self.month();
        write!(f, "{year}-{month:02}-{:02}", self.day_of_month())
    }
}

impl Year {
    /// Reads `2018`, and nothing else.
    #[must_use]
    pub fn from_iso(text: &[u8]) -> Option<Year> {
        let [a, b, c, d] = *text else { return None };
        let year = u16::from(two(a, b)?) * 100 + u16::from(two(c, d)?);
        (year > 0).then_some(Year(year))
    }

    /// 1 January.
    #[must_use]
    pub fn first(self) -> Day {
        Day::of_any_year(self.0, 1, 1).expect("every year has its first day")
    }

    /// 31 December.
    #[must_use]
    pub fn last(self) -> Day {
        Day::of_any_year(self.0, 12, 31).expect("every year has its last day")
    }

    /// Its twelve months.
    pub fn months(self) -> impl Iterator<Item = Month> {
        (1..=12).map(move |month| Month { year: self, month })
    }
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

impl Month {
    /// A month of a year; none if there is no such month.
    #[must_use]
    pub fn new(year: u16, month: u8) -> Option<Month> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Month { year: Year(year), month })
    }

    /// Reads `2018-03`, and nothing else.
    #[must_use]
    pub fn from_iso(text: &[u8]) -> Option<Month> {
        let [y1, y2, y3, y4, b'-', m1, m2] = *text else { return None };
        Month::new(u16::from(two(y1, y2)?) * 100 + u16::from(two(y3, y4)?), two(m1, m2)?)
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Day {
        Day::of_any_year(self.year.0, self.month, 1).expect("every month has its first day")
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Day {
        self.next().first().plus(-1)
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Month {
        match self.month {
            12 => Month { year: Year(self.year.0 + 1), month: 1 },
            month => Month { year: self.year, month: month + 1 },
        }
    }

    /// The month before it.
    #[must_use]
    pub fn previous(self) -> Month {
        match self.month {
            1 => Month { year: Year(self.year.0.saturating_sub(1)), month: 12 },
            month => Month { year: self.year, month: month - 1 },
        }
    }

    /// Its day `day`, or its last where it is shorter.
    #[must_use]
    pub fn day(self, day: u8) -> Day {
        Day::new(self.year.0, self.month, day).unwrap_or_else(|| self.last())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.year, self.month)
    }
}

impl Offset {
    /// China's one offset, `+08:00`.
    pub const CHINA: Offset = Offset(8 * 60);

    /// Reads `+08:00` and `Z`.
    #[must_use]
    pub fn from_iso(text: &[u8]) -> Option<Offset> {
        if matches!(text, b"Z" | b"z") {
            return Some(Offset(0));
        }
        let [sign, h1, h2, b':', m1, m2] = *text else { return None };
        let hours = i16::from(two(h1, h2)?);
        let minutes = i16::from(two(m1, m2)?);
        if hours > 23 || minutes > 59 {
            return None;
        }
        match sign {
            b'+' => Some(Offset(hours * 60 + minutes)),
            b'-' => Some(Offset(-(hours * 60 + minutes))),
            _ => None,
        }
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", self.0.abs() / 60, self.0.abs() % 60)
    }
}

impl Instant {
    /// A moment by its seconds since 1970, to be written in `offset`.
    #[must_use]
    pub const fn new(seconds: i64, offset: Offset) -> Instant {
        Instant { seconds, offset }
    }

    /// The last second of a day.
    #[must_use]
    pub fn end_of(day: Day, offset: Offset) -> Instant {
        Instant { seconds: i64::from(day.0 + 1) * 86_400 - i64::from(offset.0) * 60 - 1, offset }
    }

    /// Reads RFC 3339 with seconds and an offset, `2018-06-20T09:10:11+08:00`; fractions are left out.
    #[must_use]
    pub fn from_iso(text: &[u8]) -> Option<Instant> {
        let day = Day::from_iso(text.get(..10)?)?;
        let [b'T' | b't' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *text.get(10..19)? else { return None };
        let hour = two(h1, h2)?;
        let minute = two(m1, m2)?;
        let second = two(s1, s2)?;
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let mut rest = text.get(19..)?;
        if let [b'.', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            rest = fraction.get(digits..).filter(|_| digits > 0)?;
        }
        let offset = Offset::from_iso(rest)?;
        let local = i64::from(day.0) * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Some(Instant { seconds: local - i64::from(offset.0) * 60, offset })
    }

    /// Whether it can be written in the offset of any county and be read again: from 1970 on, with a year of four digits.
    #[must_use]
    pub fn is_writable(self) -> bool {
        let last = i64::from(Year(9999).last().0) * 86_400;
        (0..last).contains(&self.seconds)
    }

    fn local(self) -> i64 {
        self.seconds + i64::from(self.offset.0) * 60
    }

    /// The day it falls on, in its own offset.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.local().div_euclid(86_400)).expect("a moment lies within the calendar"))
    }

    /// The same moment, written in another offset.
    #[must_use]
    pub const fn in_offset(self, offset: Offset) -> Instant {
        Instant { seconds: self.seconds, offset }
    }

    /// `2018-06-20 09:10`: for people, in its own offset.
    #[must_use]
    pub fn to_minute(self) -> String {
        let second = self.local().rem_euclid(86_400);
        format!("{} {:02}:{:02}", self.day(), second / 3600, second / 60 % 60)
    }
}

impl PartialEq for Instant {
    fn eq(&self, other: &Instant) -> bool {
        self.seconds == other.seconds
    }
}

impl Eq for Instant {}

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Instant) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Instant {
    fn cmp(&self, other: &Instant) -> std::cmp::Ordering {
        self.seconds.cmp(&other.seconds)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.local().rem_euclid(86_400);
        let h = second / 3600;
        let m = second / 60 % 60;
        let s = second % 60;
        write!(f, "{}T{h:02}:{m:02}:{s:02}{}", self.day(), self.offset)
    }
}

/// Two ASCII digits as a number.
fn two(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_days_round_trip_and_nothing_else_is_read() {
        for text in ["1970-01-01", "2018-03-10", "2020-02-29", "9999-12-31", "0001-01-01"] {
            assert_eq!(Day::from_iso(text.as_bytes()).unwrap().to_string(), text);
        }
        for text in ["2018-3-10", "2018-02-29", "2018-13-01", "0000-01-01", "2018/03/10", "", "2018-03-1x"] {
            assert_eq!(Day::from_iso(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Day::from_iso(b"1970-01-01"), Some(Day(0)));
    }

    #[test]
    fn instants_are_compared_as_instants() {
        let a = Instant::from_iso(b"2018-06-20T09:10:11+08:00").unwrap();
        let b = Instant::from_iso(b"2018-06-20T01:10:11Z").unwrap();
        assert_eq!(a, b);
        assert_eq!(a.to_string(), "2018-06-20T09:10:11+08:00");
        assert_eq!(b.in_offset(Offset::CHINA).to_string(), a.to_string());
        assert_eq!(a.day(), Day::new(2018, 6, 20).unwrap());
        assert_eq!(Instant::end_of(a.day(), Offset::CHINA).to_string(), "2018-06-20T23:59:59+08:00");
        for bad in ["2018-06-20T09:10:11", "2018-06-20T24:00:00Z", "2018-06-20T09:10:11.Z", "2018-06-20"] {
            assert_eq!(Instant::from_iso(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn months_end_where_they_end() {
        let month = Month::new(2018, 2).unwrap();
        assert_eq!(month.last().to_string(), "2018-02-28");
        assert_eq!(month.day(31).to_string(), "2018-02-28");
        assert_eq!(Month::new(2018, 12).unwrap().next().to_string(), "2019-01");
        assert_eq!(Month::new(2018, 1).unwrap().previous().to_string(), "2017-12");
        assert_eq!(Day::new(2020, 2, 29).unwrap().plus_years(1), Day::new(2021, 2, 28));
        assert!(Day::new(2018, 3, 10).unwrap().is_weekend());
    }

    #[test]
    fn the_first_and_the_last_year_border_on_days_too() {
        let last = Month::new(9999, 12).unwrap();
        assert_eq!(last.last().to_string(), "9999-12-31");
        assert_eq!(last.next().first(), last.last().plus(1));
        let first = Month::new(1, 1).unwrap();
        assert_eq!(first.previous().last(), first.first().plus(-1));
        assert_eq!((first.year.first(), Year(9999).last()), (first.first(), last.last()));
    }
}
