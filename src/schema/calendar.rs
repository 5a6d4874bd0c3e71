//! Which days are days of rest: weekends, public holidays and the working days that make up for them (调休), by year as
//! the State Council's notice gives them.

use crate::base::config::{self, ConfigTable, ConfigValue};
use crate::base::day::{Day, Year};
use crate::base::fault::{Faults, Result};
use crate::base::text::Text;
use crate::schema::plan::{Plan, RestDayRule};
use std::collections::BTreeSet;

/// The holidays of the years for which they are known. In other years only weekends are days of rest.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    years: Vec<(Year, Holidays)>,
}

/// One year's notice.
#[derive(Clone, Debug, Default)]
struct Holidays {
    rest: Vec<(Day, Day)>,
    work: Vec<Day>,
}

impl Calendar {
    /// Reads the files of `holidays/`: path and text of each.
    ///
    /// # Errors
    /// Whatever is wrong with them, all at once.
    pub fn load(files: &[(String, String)]) -> Result<Calendar> {
        let mut calendar = Calendar::default();
        let mut faults = Vec::new();
        for (path, text) in files {
            if let Err(Faults(found)) = calendar.add(path, text) {
                faults.extend(found);
            }
        }
        Faults::unless(faults, || calendar)
    }

    /// Reads one more file of `holidays/`.
    ///
    /// # Errors
    /// Whatever is wrong with it; then nothing of it is known.
    pub fn add(&mut self, path: &str, text: &str) -> Result<()> {
        self.years.push(config::read_whole(path, text, holidays)?);
        Ok(())
    }

    /// Whether the holidays of a year are known.
    #[must_use]
    pub fn knows(&self, year: Year) -> bool {
        self.years.iter().any(|(known, _)| *known == year)
    }

    /// The years whose holidays are not known although a due day of a plan in them moves by its `rest_day`: only weekends
    /// move it.
    #[must_use]
    pub fn unknown_years(&self, plan: &Plan) -> BTreeSet<Year> {
        let arrangement = plan.arrangement.as_ref().filter(|rule| rule.rest_day != RestDayRule::Keep);
        let monthly = plan.monthly.as_ref().filter(|rule| rule.rest_day != RestDayRule::Keep);
        let reported = monthly.map(|rule| rule.first_month.next().year..=rule.last_month.next().year);
        let mut years: BTreeSet<Year> = arrangement.map(|rule| rule.due.month().year).into_iter().collect();
        years.extend(reported.into_iter().flat_map(|years| (years.start().0..=years.end().0).map(Year)));
        years.retain(|year| !self.knows(*year));
        years
    }

    /// Whether nobody is at work that day.
    #[must_use]
    pub fn is_rest(&self, day: Day) -> bool {
        let holiday =
            self.years.iter().any(|(_, year)| year.rest.iter().any(|(from, to)| (*from..=*to).contains(&day)));
        let made_up = self.years.iter().any(|(_, year)| year.work.contains(&day));
        holiday || (day.is_weekend() && !made_up)
    }

    /// The day that counts for one that is due: itself, or the nearest working day after or before it.
    #[must_use]
    pub fn effective(&self, due: Day, rule: RestDayRule) -> Day {
        let step = match rule {
            RestDayRule::Keep => return due,
            RestDayRule::Next => 1,
            RestDayRule::Previous => -1,
        };
        let mut day = due;
        while self.is_rest(day) {
            day = day.plus(step);
        }
        day
    }
}

fn holidays(root: &ConfigTable<'_>) -> Option<(Year, Holidays)> {
    let year = root.require_year("year");
    let _ = root.text("source");
    let rest = root.tables("holiday", holiday).into_iter().flatten().collect();
    let work = root.items("workdays").iter().filter_map(ConfigValue::day).collect();
    Some((year?, Holidays { rest, work }))
}

/// No holiday is longer: what is, has a slip in a month or a year, and would put off every due day in it.
const LONGEST: i32 = 31;

/// The first day and the last; a holiday without a last day is one day long.
fn holiday(table: &ConfigTable<'_>) -> Option<(Day, Day)> {
    let _ = table.bilingual("name");
    let from = table.require_day("from");
    let last = table.value("to");
    let to = match &last {
        Some(last) => last.day(),
        None => from,
    };
    let from = from?;
    let to = to?;
    if to < from {
        table.fault(
            "date-order",
            text!("{to} 早于 {from}", "{to} is before {from}"),
            Text::new("to 写假期的最后一天", "“to” is the last day of the holiday"),
        );
    }
    if to >= from.plus(LONGEST) {
        table.fault(
            "long-holiday",
            text!("{from} 至 {to} 超过 {LONGEST} 天", "{from} to {to} is more than {LONGEST} days"),
            Text::new("核对年份和月份", "check the year and the month"),
        );
    }
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::fault::Fault;

    fn calendar() -> Calendar {
        let text = include_str!("../holidays/2018.toml").to_owned();
        Calendar::load(&[("holidays/2018.toml".to_owned(), text)]).unwrap()
    }

    fn day(text: &str) -> Day {
        Day::from_iso(text.as_bytes()).unwrap()
    }

    #[test]
    fn days_of_2018_that_rest_and_that_make_up() {
        let calendar = calendar();
        for rest in ["2018-01-01", "2018-02-15", "2018-02-21", "2018-04-05", "2018-05-01", "2018-10-05", "2018-03-10"] {
            assert!(calendar.is_rest(day(rest)), "{rest}");
        }
        for work in ["2018-02-11", "2018-02-24", "2018-04-08", "2018-04-28", "2018-09-29", "2018-09-30", "2018-03-05"] {
            assert!(!calendar.is_rest(day(work)), "{work}");
        }
        assert!(calendar.knows(Year(2018)) && !calendar.knows(Year(2019)));
    }

    #[test]
    fn a_holiday_that_cannot_be_read_is_told_once() {
        for (holiday, told) in [
            ("from = 2018-13-01", "no-such-day"),
            ("from = \"2018-13-01\"\nto = 2018-01-03", "wrong-value"),
            ("from = 2018-01-01\nto = \"1 月 3 日\"", "wrong-value"),
            ("to = 2018-01-03", "missing-key from"),
            ("from = 2018-01-03\nto = 2018-01-01", "date-order"),
            ("from = 2018-01-01\nto = 2018-02-01", "long-holiday"),
            ("from = 2018-01-01\nto = 2019-01-03", "long-holiday"),
        ] {
            let text = format!("year = 2018\n[[holiday]]\n{holiday}\n");
            let faults = Calendar::load(&[("holidays/2018.toml".to_owned(), text)]).unwrap_err().0;
            assert_eq!(faults.iter().map(Fault::signature).collect::<Vec<_>>(), [told], "{holiday}");
        }
    }

    #[test]
    fn a_rest_of_several_holidays_ends_where_the_last_one_does() {
        let text = "year = 2018\n[[holiday]]\nfrom = 2018-01-01\nto = 2018-01-31\n\
                    [[holiday]]\nfrom = 2018-02-01\nto = 2018-02-28\n";
        let calendar = Calendar::load(&[("holidays/2018.toml".to_owned(), text.to_owned())]).unwrap();
        assert_eq!(calendar.effective(day("2018-01-05"), RestDayRule::Next), day("2018-03-01"));
        assert_eq!(calendar.effective(day("2018-02-27"), RestDayRule::Previous), day("2017-12-29"));
    }

    #[test]
    fn a_due_day_moves_to_a_working_day() {
        let calendar = calendar();
        for (due, next, previous) in [
            ("2018-03-10", "2018-03-12", "2018-03-09"),
            ("2018-04-05", "2018-04-08", "2018-04-04"),
            ("2018-05-05", "2018-05-07", "2018-05-04"),
            ("2018-10-05", "2018-10-08", "2018-09-30"),
            ("2018-12-05", "2018-12-05", "2018-12-05"),
        ] {
            assert_eq!(calendar.effective(day(due), RestDayRule::Next), day(next), "{due}");
            assert_eq!(calendar.effective(day(due), RestDayRule::Previous), day(previous), "{due}");
            assert_eq!(calendar.effective(day(due), RestDayRule::Keep), day(due));
        }
    }
}
