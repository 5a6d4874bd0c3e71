//! What a tally comes to.

use super::changes::{ChangeSeries, IndicatorChanges, Overflow};
use super::spec::{CountSpec, CounterNo};
use crate::base::day::{Day, Month, Year};
use crate::base::id::Id;
use crate::ledger::Validity;
use crate::schema::plan::{ExpenditureNo, IndicatorNo};
use crate::schema::township::TownshipNo;

/// The figures of every indicator, and what was handed in.
#[derive(Clone, Debug)]
pub struct Figures {
    year: Year,
    days: Vec<Day>,
    places: Vec<u8>,
    indicators: Vec<IndicatorChanges>,
    wholes: Vec<bool>,
    money: Option<CounterNo>,
    people: Vec<bool>,
    /// By kind, how many records the township that was counted by month has in each.
    months: Vec<(String, [i64; 12])>,
    /// What was handed in, in no order but that those of one township are in the order of their ledgers.
    pub filings: Vec<Filing>,
}

/// Something handed in: a work arrangement for the plan's year, or a monthly report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filing {
    /// By which township.
    pub township: TownshipNo,
    /// For which month; none for an arrangement.
    pub month: Option<Month>,
    /// When.
    pub date: Day,
    /// When it was sent back.
    pub returned: Option<Day>,
    /// Whether it says that there was nothing to report.
    pub zero: Option<bool>,
    /// What decides among those of one day; none: the order in which they stand.
    pub tie: Option<Id>,
}

impl Figures {
    pub(super) fn new(
        spec: &CountSpec<'_>,
        mut indicators: Vec<IndicatorChanges>,
        filings: Vec<Filing>,
        months: Vec<[i64; 12]>,
    ) -> Result<Figures, Overflow> {
        for changes in &mut indicators {
            changes.done.accumulate(spec.days.len())?;
            changes.whole.accumulate(spec.days.len())?;
            changes.named.accumulate(spec.days.len())?;
        }
        let kinds = spec.kinds.iter().map(|counted| counted.kind.id.clone());
        Ok(Figures {
            year: spec.year,
            days: spec.days.clone(),
            places: spec.places.clone(),
            indicators,
            wholes: spec.wholes.clone(),
            money: spec.money,
            people: spec.people.clone(),
            months: if spec.by_month.is_some() { kinds.zip(months).collect() } else { Vec::new() },
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
    pub fn places(&self, indicator: IndicatorNo) -> u8 {
        self.places[indicator]
    }

    /// The county's figure at the end of a day: one of the plan's year, the day before it, or one that was asked for.
    #[must_use]
    pub fn county(&self, indicator: IndicatorNo, day: Day) -> i64 {
        self.county_sum(&self.indicators[indicator].done, day)
    }

    /// The county's whole of which the figure is a part, at the end of a day.
    #[must_use]
    pub fn whole(&self, indicator: IndicatorNo, day: Day) -> Option<i64> {
        self.wholes[indicator].then(|| self.county_sum(&self.indicators[indicator].whole, day))
    }

    /// What the county had spent by the end of a day, in fen: under a heading or in all; none
    /// where it was not counted.
    #[must_use]
    pub fn spent(&self, heading: Option<ExpenditureNo>, day: Day) -> Option<i64> {
        let first = self.money?;
        let counter = heading.map_or(self.places.len() - 1, |heading| first.index() + heading.index());
        Some(self.county_sum(&self.indicators[counter].done, day))
    }

    /// What a township had spent in all by the end of a day that was asked for, in fen; none where it was not counted.
    #[must_use]
    pub fn spent_by(&self, township: TownshipNo, day: Day) -> Option<i64> {
        self.money.map(|_| self.township_sum(&self.indicators[self.places.len() - 1].done, township, day))
    }

    /// Where people are counted, how many of the county's figure are named (实名); the others are known by number only.
    #[must_use]
    pub fn named_people(&self, indicator: IndicatorNo, day: Day) -> Option<i64> {
        self.people[indicator].then(|| self.county_sum(&self.indicators[indicator].named, day))
    }

    /// A township's figure at the end of a day that was asked for.
    #[must_use]
    pub fn township(&self, indicator: IndicatorNo, township: TownshipNo, day: Day) -> i64 {
        self.township_sum(&self.indicators[indicator].done, township, day)
    }

    /// Where people are counted, how many of a township's figure are named.
    #[must_use]
    pub fn named_people_of(&self, indicator: IndicatorNo, township: TownshipNo, day: Day) -> Option<i64> {
        self.people[indicator].then(|| self.township_sum(&self.indicators[indicator].named, township, day))
    }

    fn township_sum(&self, series: &ChangeSeries, township: TownshipNo, day: Day) -> i64 {
        if series.townships.is_empty() {
            return 0;
        }
        series.townships[township.index() * self.days.len() + self.column(day)]
    }

    /// The column of a day that was asked for. Between two such days nothing is known of a township: the figure of another
    /// day would be a wrong one.
    fn column(&self, day: Day) -> usize {
        self.days.binary_search(&day).expect("figures are taken on days that were asked for")
    }

    /// Takes an amount off a township's and the county's figures on some days.
    pub fn subtract(&mut self, indicator: IndicatorNo, township: TownshipNo, on: Validity, amount: i64) {
        let [first_day, after_days] =
            [on.from, on.until].map(|day| usize::try_from(self.day_index(day).max(0)).expect("it is not below 0"));
        let [first_column, after_columns] =
            [on.from, on.until].map(|day| self.days.partition_point(|&asked| asked < day));
        let columns = self.days.len();
        let ChangeSeries { days, townships } = &mut self.indicators[indicator].done;
        let row_start = township.index() * columns;
        let row = &mut townships[row_start..row_start + columns];
        let of_days = days.iter_mut().take(after_days).skip(first_day);
        for figure in of_days.chain(row[first_column..after_columns].iter_mut()) {
            *figure = figure.saturating_sub(amount);
        }
    }

    /// The first day of the plan's year, up to `until`, on which the figure is at least `required`.
    #[must_use]
    pub fn reached_on(&self, indicator: IndicatorNo, required: i64, until: Day) -> Option<Day> {
        let first = self.year.first();
        let last = self.year.last().min(until);
        (first.0..=last.0).map(Day).find(|&day| self.county(indicator, day) >= required)
    }

    fn county_sum(&self, series: &ChangeSeries, day: Day) -> i64 {
        if series.days.is_empty() {
            return 0;
        }
        match usize::try_from(self.day_index(day)) {
            Ok(index) if day <= self.year.last() => series.days[index],
            // Outside the plan's year the county is the sum of its townships on a day that was asked for.
            Ok(_) | Err(_) => {
                let figures = series.townships.iter().skip(self.column(day)).step_by(self.days.len());
                figures.fold(0, |sum, figure| sum.saturating_add(*figure))
            }
        }
    }

    /// The place of a day among those of the plan's year, in which all that came before the year stands first.
    fn day_index(&self, day: Day) -> i64 {
        i64::from(day.0) - i64::from(self.year.first().0) + 1
    }
}
