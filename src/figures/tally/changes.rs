//! Figures as they grow: what is added on which day, until all is taken in and the sums are made.

use super::spec::CountSpec;
use crate::base::day::Day;
use crate::schema::township::TownshipNo;

/// The changes of one indicator's figures: by day for the county, by column for the townships.
#[derive(Clone, Debug, Default)]
pub(super) struct IndicatorChanges {
    pub(super) done: ChangeSeries,
    pub(super) whole: ChangeSeries,
    /// Of people, those who are named.
    pub(super) named: ChangeSeries,
}

/// Changes of a figure; empty where nothing was counted.
#[derive(Clone, Debug, Default)]
pub(super) struct ChangeSeries {
    /// By day of the plan's year; the first is all that came before.
    pub(super) days: Vec<i64>,
    /// By township and day asked for.
    pub(super) townships: Vec<i64>,
}

/// A figure that is too large to be counted exactly.
#[derive(Debug)]
pub(super) struct Overflow;

impl ChangeSeries {
    pub(super) fn add(
        &mut self,
        spec: &CountSpec<'_>,
        township: TownshipNo,
        day: Day,
        amount: i64,
    ) -> Result<(), Overflow> {
        if self.days.is_empty() {
            self.days = vec![0; 367];
            self.townships = vec![0; spec.townships.len() * spec.days.len()];
        }
        // What is dated before the year stands in the first place, for it is there on every day of the year; what is
        // dated after it has no place.
        let index = day.0.saturating_sub(spec.first.0).saturating_add(1).max(0);
        if let Some(sum) = usize::try_from(index).ok().and_then(|index| self.days.get_mut(index)) {
            *sum = sum.checked_add(amount).ok_or(Overflow)?;
        }
        let column = spec.column(day);
        if column < spec.days.len()
            && let Some(sum) = self.townships.get_mut(township.index() * spec.days.len() + column)
        {
            *sum = sum.checked_add(amount).ok_or(Overflow)?;
        }
        Ok(())
    }

    pub(super) fn merge(&mut self, other: ChangeSeries) -> Result<(), Overflow> {
        if self.days.is_empty() {
            *self = other;
            return Ok(());
        }
        for (mine, theirs) in [(&mut self.days, &other.days), (&mut self.townships, &other.townships)] {
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine = mine.checked_add(*theirs).ok_or(Overflow)?;
            }
        }
        Ok(())
    }

    /// Turns changes into figures.
    pub(super) fn accumulate(&mut self, columns: usize) -> Result<(), Overflow> {
        let townships = self.townships.chunks_mut(columns.max(1));
        for row in townships.chain([self.days.as_mut_slice()]) {
            let mut sum = 0_i64;
            for change in row {
                sum = sum.checked_add(*change).ok_or(Overflow)?;
                *change = sum;
            }
        }
        Ok(())
    }
}
