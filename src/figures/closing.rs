//! Closings (月度定稿): the figures of a month as issued, frozen with all that they were counted from, so that they can be
//! counted again. What is in one, how one is made, and what differs from what was counted anew. Knows no disk.

mod compare;
mod file;
mod since;

pub use compare::{
    ClosingFindings, FigureDifference, FigurePeriod, FigureScope, LedgerDifference, compare, figure_differences,
};
pub use file::ClosingHead;
pub use since::{RecordChange, RecordFate, TimelinePair};

use crate::base::day::{Day, Instant, Month};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::figures::deadline::{Deadline, DeadlineState, TownshipFiling, month_deadline};
use crate::figures::rules::CountingRules;
use crate::figures::tally::{Figures, Filing};
use crate::ledger::Seal;
use crate::schema::plan::{CountingSpan, Indicator, IndicatorNo, Plan};
use crate::schema::record::decimal_text;
use crate::schema::township::Township;
use std::collections::BTreeMap;

/// A closed month.
#[derive(Clone, Debug)]
pub struct Closing {
    /// What closed when, and by whom.
    pub head: ClosingHead,
    /// The path of the plan and its text.
    pub plan: (String, String),
    /// The kinds, each with the SHA-256 of what described it.
    pub kinds: BTreeMap<String, String>,
    /// The townships in order, with what figures and deadlines need of them.
    pub townships: Vec<Township>,
    /// The figures as issued.
    pub issued: IssuedFigures,
    /// The ledgers by path, as they were.
    pub ledgers: BTreeMap<String, Seal>,
    /// Whether the file is as it was written.
    pub intact: bool,
}

/// What was issued for a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuedFigures {
    /// The indicators, in the plan's order.
    pub indicators: Vec<IndicatorFigures>,
    /// The townships' reports of the month; none if the plan asks for none.
    pub reports: Option<IssuedReports>,
}

/// The figures of one indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndicatorFigures {
    /// The indicator.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// The county's.
    pub county: FigurePair,
    /// The whole of which the county's figure at the month's end is a part.
    pub whole: Option<String>,
    /// Those of the townships that are not nothing, by id, in order.
    pub townships: Vec<(String, FigurePair)>,
}

/// Two figures, exact, as written. By the first rules both are the figure on the month's last day, for what stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigurePair {
    /// What the month brought.
    pub month: String,
    /// The figure at the month's end: what was done in the year up to then, or what stands.
    pub year: String,
}

/// The townships' reports of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedReports {
    /// The day that the plan names, and the one that counts.
    pub due: (Day, Day),
    /// Those expected, by township id.
    pub townships: Vec<IssuedReport>,
}

/// A township's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedReport {
    /// Whose.
    pub township: String,
    /// The state's word.
    pub state: String,
    /// When it came.
    pub date: Option<Day>,
    /// Whether it said that there was nothing to report.
    pub zero: Option<bool>,
}

impl FigurePair {
    /// Those of a month, by the figure on a day.
    fn of(
        span: CountingSpan,
        month: Month,
        places: u8,
        rules: CountingRules,
        figure: impl Fn(Day) -> i64,
    ) -> FigurePair {
        let year = figure(month.last());
        let in_month = match (rules, span) {
            (CountingRules::First, CountingSpan::Standing) => year,
            (CountingRules::First, CountingSpan::Year) | (CountingRules::Second | CountingRules::Third, _) => {
                year.saturating_sub(figure(month.previous().last()))
            }
        };
        FigurePair { month: decimal_text(in_month, places), year: decimal_text(year, places) }
    }

    fn is_nothing(&self) -> bool {
        [&self.month, &self.year].iter().all(|figure| figure.bytes().all(|byte| matches!(byte, b'0' | b'.')))
    }
}

/// What the figures of a month are made from.
#[derive(Clone, Copy, Debug)]
pub struct MonthCount<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The townships, in order.
    pub townships: &'a [Township],
    /// Figures at least at the month's end and at the end of the month before.
    pub figures: &'a Figures,
    /// The month.
    pub month: Month,
    /// By which rules.
    pub rules: CountingRules,
}

impl MonthCount<'_> {
    /// The month's figures, with the reports that came.
    #[must_use]
    pub fn issue(&self, reports: Option<&Deadline>) -> IssuedFigures {
        let indicators = self.plan.indicators.iter().numbered();
        IssuedFigures {
            indicators: indicators.map(|(at, indicator)| self.indicator(at, indicator)).collect(),
            reports: reports.map(|deadline| IssuedReports::new(deadline, self.townships)),
        }
    }

    fn indicator(&self, at: IndicatorNo, indicator: &Indicator) -> IndicatorFigures {
        let MonthCount { figures, month, rules, .. } = *self;
        let places = figures.places(at);
        let mut parts = Vec::new();
        for (number, township) in self.townships.iter().numbered() {
            let pair = FigurePair::of(indicator.span, month, places, rules, |day| figures.township(at, number, day));
            if !pair.is_nothing() {
                parts.push((township.id.clone(), pair));
            }
        }
        IndicatorFigures {
            id: indicator.id.clone(),
            title: indicator.title.clone(),
            county: FigurePair::of(indicator.span, month, places, rules, |day| figures.county(at, day)),
            whole: figures.whole(at, month.last()).map(|whole| decimal_text(whole, places)),
            townships: parts,
        }
    }
}

impl IssuedReports {
    fn new(deadline: &Deadline, townships: &[Township]) -> IssuedReports {
        IssuedReports {
            due: (deadline.planned, deadline.due),
            townships: deadline.townships.iter().map(|filed| IssuedReport::new(filed, townships)).collect(),
        }
    }

    /// How many are in a state.
    #[must_use]
    pub fn count(&self, state: DeadlineState) -> usize {
        self.townships.iter().filter(|filed| filed.state == state.token()).count()
    }
}

impl IssuedReport {
    fn new(filed: &TownshipFiling, townships: &[Township]) -> IssuedReport {
        IssuedReport {
            township: townships[filed.township].id.clone(),
            state: filed.state.token().to_owned(),
            date: filed.date,
            zero: filed.zero,
        }
    }
}

impl Closing {
    /// Its month, to be counted again by its own rules.
    #[must_use]
    pub fn recount<'a>(&self, plan: &'a Plan, townships: &'a [Township], figures: &'a Figures) -> MonthCount<'a> {
        MonthCount { plan, townships, figures, month: self.head.month, rules: self.head.rules }
    }

    /// The month's reports again, by the due day that held.
    #[must_use]
    pub fn deadline(&self, townships: &[Township], filings: &[Filing]) -> Option<Deadline> {
        let due = self.issued.reports.as_ref()?.due;
        Some(month_deadline(self.head.month, due, townships, filings, self.head.as_of))
    }

    /// When it was closed: what is known of the county is what had entered by then.
    #[must_use]
    pub fn known_at(&self) -> Instant {
        self.head.closed_at
    }
}
