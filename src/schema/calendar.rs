//! Which days are days of rest: weekends, public holidays and the working days that make up for them (调休), by year as
//! the State Council's notice gives them.

use crate::base::config;
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
        self.years.push(config::read(path, text, holidays)?);
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
        let all = || self.years.iter().map(|(_, holidays)| holidays);
        let holiday = all().flat_map(|one| &one.rest).any(|(from, to)| (*from..=*to).contains(&day));
        let made_up = all().flat_map(|one| &one.work).any(|work| *work == day);
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
        // No rest is longer than a month.
        (0..31).map(|days| due.plus(step * days)).find(|day| !self.is_rest(*day)).unwrap_or(due)
    }
}

fn holidays(root: &config::ConfigTable<'_>) -> (Year, Holidays) {
    let year = root.require("year").and_then(|value| value.year()).unwrap_or(Year(1));
    let _ = root.text("source");
    let rest = root.tables("holiday", |table| {
        let _ = table.bilingual("name");
        let from = table.require("from").and_then(|value| value.day()).unwrap_or(Day(0));
        let to = table.day("to").unwrap_or(from);
        if to < from {
            table.fault(
                "date-order",
                text!("{to} 早于 {from}", "{to} is before {from}"),
                Text::new("to 写假期的最后一天", "“to” is the last day of the holiday"),
            );
        }
        (from, to)
    });
    let days = root.value("workdays").map(crate::base::config::ConfigValue::items).unwrap_or_default();
    (year, Holidays { rest, work: days.iter().filter_map(crate::base::config::ConfigValue::day).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

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
