//! What inspections on site accept of the figures (督查验收): a record's claim is what it adds to an indicator, computed
//! and never typed; what is not accepted of it is struck, and the final figure is done − struck.

use crate::base::day::Day;
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::figures::tally::{Contribution, ContributionBasis, Figures, Provenance};
use crate::ledger::Validity;
use crate::schema::plan::IndicatorNo;
use crate::schema::township::TownshipNo;
use std::collections::BTreeMap;

/// One inspection of a record, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The record that was looked at.
    pub record: Id,
    /// The indicator; none: for every indicator to which the record adds.
    pub indicator: Option<IndicatorNo>,
    /// When.
    pub date: Day,
    /// What the record added when it was looked at.
    pub claimed: i64,
    /// What of that was accepted.
    pub accepted: i64,
}

/// What was struck from one indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndicatorAcceptance {
    /// The records that add to it, by id.
    pub records: Vec<ContributingRecord>,
    /// What was struck of them.
    pub parts: Vec<Disallowance>,
}

/// A record that adds to an indicator, and whether it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContributingRecord {
    /// The record.
    pub record: Id,
    /// In whose ledger it stands.
    pub ledger: TownshipNo,
    /// From the first day on which it adds until the last.
    pub days: Validity,
    /// It was inspected for this indicator.
    pub inspected: bool,
}

/// A part of a figure that was struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disallowance {
    /// For which township it had counted.
    pub township: TownshipNo,
    /// On which days.
    pub days: Validity,
    /// How much, in the figure's units.
    pub amount: i64,
}

impl IndicatorAcceptance {
    /// How many records were inspected, of all townships or of those in one's ledgers.
    #[must_use]
    pub fn inspected_count(&self, ledger: Option<TownshipNo>) -> usize {
        self.records
            .iter()
            .filter(|looked: &&ContributingRecord| {
                looked.inspected && ledger.is_none_or(|ledger| ledger == looked.ledger)
            })
            .count()
    }

    /// The records that add to it on a day.
    pub fn on(&self, day: Day) -> impl Iterator<Item = &ContributingRecord> {
        self.records.iter().filter(move |looked| looked.days.contains(day))
    }

    /// Those of them that nobody has inspected.
    pub fn not_inspected(&self, day: Day) -> impl Iterator<Item = &ContributingRecord> {
        self.on(day).filter(|looked| !looked.inspected)
    }

    /// What is struck in all of the figure on a day.
    #[must_use]
    pub fn disallowed_on(&self, day: Day) -> i64 {
        self.parts.iter().filter(|part| part.days.contains(day)).map(|part| part.amount).sum()
    }
}

/// The figures without what was struck: final = done − struck.
#[must_use]
pub fn accepted_figures(figures: &Figures, struck: &[IndicatorAcceptance]) -> Figures {
    let mut accepted = figures.clone();
    for (indicator, struck) in struck.iter().numbered() {
        for part in &struck.parts {
            accepted.subtract(indicator, part.township, part.days, part.amount);
        }
    }
    accepted
}

/// What a record adds to each indicator on a day, in the figure's units.
#[must_use]
pub fn reported_amounts(traced: &Provenance, record: Id, day: Day) -> BTreeMap<IndicatorNo, i64> {
    let mut claims = BTreeMap::new();
    for part in traced.done.iter().filter(|part| part.record == record && part.days.contains(day)) {
        *claims.entry(part.indicator).or_default() += part.amount;
    }
    claims
}

/// What is struck from each of `units.len()` indicators. `units`: how much of a figure one is (10^places). Of several
/// inspections of a record for the same indicator the latest counts. A record that adds less now than it claimed (it was
/// corrected or voided since) loses at most what it still adds.
#[must_use]
pub fn disallow(traced: &Provenance, inspections: &[Inspection], units: &[i64]) -> Vec<IndicatorAcceptance> {
    let mut latest: BTreeMap<(Id, Option<IndicatorNo>), Inspection> = BTreeMap::new();
    for &inspection in inspections {
        let known = latest.entry((inspection.record, inspection.indicator)).or_insert(inspection);
        if inspection.date >= known.date {
            *known = inspection;
        }
    }
    let mut parts: Vec<&Contribution> = traced.done.iter().collect();
    parts.sort_by_key(|part| (part.record, part.indicator));
    let mut all = vec![IndicatorAcceptance::default(); units.len()];
    for adds in parts.chunk_by(|a, b| (a.record, a.indicator) == (b.record, b.indicator)) {
        let &[&Contribution { record, indicator, .. }, ..] = adds else { continue };
        // An inspection for this indicator goes before one for all.
        let found = latest.get(&(record, Some(indicator))).or_else(|| latest.get(&(record, None)));
        let (Some(unit), Some(struck)) = (units.get(indicator.index()), all.get_mut(indicator.index())) else {
            continue;
        };
        let added: Vec<&Contribution> = adds.iter().copied().filter(|part| part.amount > 0).collect();
        if let Some(first) = added.iter().min_by_key(|part| part.days.from) {
            let until = added.iter().map(|part| part.days.until).max().unwrap_or(Day::MAX);
            let days = Validity { until, ..first.days };
            struck.records.push(ContributingRecord { record, ledger: first.ledger, days, inspected: found.is_some() });
        }
        let Some(inspection) = found else { continue };
        let not_accepted = (inspection.claimed - inspection.accepted).saturating_mul(*unit);
        let mut left = not_accepted;
        // From the last: those known by number only stand behind the people named.
        for part in added.into_iter().rev() {
            // What a record itself adds follows one another in time, and each is short of as much; people add side by side.
            let short = if part.basis == ContributionBasis::Record { not_accepted } else { left };
            let taken = short.clamp(0, part.amount);
            left -= taken;
            if taken > 0 {
                struck.parts.push(Disallowance { township: part.township, days: part.days, amount: taken });
            }
        }
    }
    all
}
