//! What a tally comes to.

use super::CountSpec;
use super::fold::{ChangeSeries, IndicatorChanges};
use crate::base::day::{Day, Month, Year};

/// The figures of every indicator, and what was handed in.
#[derive(Clone, Debug)]
pub struct Figures {
    year: Year,
    days: Vec<Day>,
    places: Vec<u8>,
    indicators: Vec<IndicatorChanges>,
    wholes: Vec<bool>,
    money: Option<usize>,
    people: Vec<bool>,
    /// By kind, how many records the township that was counted by month has in each.
    months: Vec<(String, [i64; 12])>,
    /// What was handed in, in no order but that those of one township are in the order of their ledgers.
    pub filings: Vec<Filing>,
}

/// Something handed in: a work arrangement for the plan's year, or a monthly report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filing {
    /// By which township (its place in the order).
    pub township: usize,
    /// For which month; none for an arrangement.
    pub month: Option<Month>,
    /// When.
    pub date: Day,
    /// When it was sent back.
    pub returned: Option<Day>,
    /// Whether it says that there was nothing to report.
    pub zero: Option<bool>,
}

impl Figures {
    /// None if a figure is too large to be counted.
    pub(super) fn new(
        count: &CountSpec<'_>,
        mut sums: Vec<IndicatorChanges>,
        filings: Vec<Filing>,
        months: Vec<[i64; 12]>,
    ) -> Option<Figures> {
        for sums in &mut sums {
            sums.done.accumulate(count.days.len())?;
            sums.whole.accumulate(count.days.len())?;
            sums.named.accumulate(count.days.len())?;
        }
        let kinds = count.kinds.iter().map(|counted| counted.kind.id.clone());
        Some(Figures {
            year: count.year,
            days: count.days.clone(),
            places: count.places.clone(),
            indicators: sums,
            wholes: count.wholes.clone(),
            money: count.money,
            people: count.people.clone(),
            months: if count.by_month.is_some() { kinds.zip(months).collect() } else { Vec::new() },
            filings,
        })
    }

    /// How many live records of a kind the township has that was [counted by month](CountSpec::with_months), in each month; none
    /// where that was not asked, or the plan does not name the kind.
    #[must_use]
    pub fn months(&self, kind: &str) -> Option<[i64; 12]> {
        self.months.iter().find(|(id, _)| id == kind).map(|(_, months)| *months)
    }

    /// How many decimals an indicator's figures have: they are in units of 10^-places.
    #[must_use]
    pub fn places(&self, indicator: usize) -> u8 {
        self.places[indicator]
    }

    /// The county's figure at the end of a day: one of the plan's year, the day before it, or one that was asked for.
    #[must_use]
    pub fn county(&self, indicator: usize, day: Day) -> i64 {
        self.county_sum(&self.indicators[indicator].done, day)
    }

    /// The county's whole of which the figure is a part, at the end of a day.
    #[must_use]
    pub fn whole(&self, indicator: usize, day: Day) -> Option<i64> {
        self.wholes[indicator].then(|| self.county_sum(&self.indicators[indicator].whole, day))
    }

    /// What the county had spent by the end of a day, in fen: under a heading (its place in the plan) or in all; none
    /// where it was not counted.
    #[must_use]
    pub fn spent(&self, heading: Option<usize>, day: Day) -> Option<i64> {
        let first = self.money?;
        Some(self.county(heading.map_or(self.places.len() - 1, |heading| first + heading), day))
    }

    /// What a township had spent in all by the end of a day that was asked for, in fen; none where it was not counted.
    #[must_use]
    pub fn spent_by(&self, township: usize, day: Day) -> Option<i64> {
        self.money.map(|_| self.township(self.places.len() - 1, township, day))
    }

    /// Where people are counted, how many of the county's figure are named (实名); the others are known by number only.
    #[must_use]
    pub fn named_people(&self, indicator: usize, day: Day) -> Option<i64> {
        self.people[indicator].then(|| self.county_sum(&self.indicators[indicator].named, day))
    }

    /// A township's figure at the end of a day that was asked for.
    #[must_use]
    pub fn township(&self, indicator: usize, township: usize, day: Day) -> i64 {
        self.township_sum(&self.indicators[indicator].done, township, day)
    }

    /// Where people are counted, how many of a township's figure are named.
    #[must_use]
    pub fn named_people_of(&self, indicator: usize, township: usize, day: Day) -> Option<i64> {
        self.people[indicator].then(|| self.township_sum(&self.indicators[indicator].named, township, day))
    }

    fn township_sum(&self, changes: &ChangeSeries, township: usize, day: Day) -> i64 {
        let column = self.days.partition_point(|&asked| asked < day);
        changes.townships.get(township * self.days.len() + column).copied().unwrap_or(0)
    }

    /// Takes an amount off a township's and the county's figures from a day on.
    pub fn subtract(&mut self, indicator: usize, township: usize, from: Day, amount: i64) {
        let first = i64::from(from.0) - i64::from(self.year.first().0) + 1;
        let first = usize::try_from(first.max(0)).unwrap_or(usize::MAX);
        let (column, columns) = (self.days.partition_point(|&asked| asked < from), self.days.len());
        let ChangeSeries { days, townships } = &mut self.indicators[indicator].done;
        let row = townships.get_mut(township * columns..(township + 1) * columns).unwrap_or_default();
        for figure in days.iter_mut().skip(first).chain(row.iter_mut().skip(column)) {
            *figure = figure.saturating_sub(amount);
        }
    }

    /// The first day of the plan's year, up to `until`, on which the figure is at least `required`.
    #[must_use]
    pub fn reached_on(&self, indicator: usize, required: i64, until: Day) -> Option<Day> {
        let (first, last) = (self.year.first(), self.year.last().min(until));
        (first.0..=last.0).map(Day).find(|&day| self.county(indicator, day) >= required)
    }

    fn county_sum(&self, changes: &ChangeSeries, day: Day) -> i64 {
        let index = usize::try_from(i64::from(day.0) - i64::from(self.year.first().0) + 1);
        if let Ok(index) = index
            && day <= self.year.last()
        {
            return changes.days.get(index).copied().unwrap_or(0);
        }
        let column = self.days.partition_point(|&asked| asked < day);
        changes.townships.iter().skip(column).step_by(self.days.len().max(1)).fold(0, |a, b| a.saturating_add(*b))
    }
}

impl ChangeSeries {
    /// Turns changes into figures; none if one is too large.
    fn accumulate(&mut self, columns: usize) -> Option<()> {
        let townships = self.townships.chunks_mut(columns.max(1));
        for row in townships.chain([self.days.as_mut_slice()]) {
            let mut sum = 0_i64;
            for change in row {
                sum = sum.checked_add(*change)?;
                *change = sum;
            }
        }
        Some(())
    }
}
