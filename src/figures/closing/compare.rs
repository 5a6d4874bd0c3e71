//! What differs between a closing and what is counted anew from the ledgers as known when it was made; and between two
//! sets of figures.

use super::{Closing, FigurePair, IndicatorFigures, IssuedFigures};
use crate::base::fault::Fault;
use crate::ledger::Seal;
use std::collections::{BTreeMap, BTreeSet};

/// How a ledger differs from what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerDifference {
    /// So many rows fewer.
    Lost(usize),
    /// So many rows more: inserted, or come in from elsewhere.
    More(usize),
    /// As many rows, but others.
    Altered,
    /// It cannot be read.
    Unreadable(Box<Fault>),
}

/// Whose figure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureScope {
    /// The county's.
    County,
    /// The whole of which the county's is a part.
    Whole,
    /// A township's, by id.
    Township(String),
}

/// Which of the two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigurePeriod {
    /// That of the month.
    Month,
    /// That of the year so far.
    Year,
}

/// A figure that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureDifference {
    /// The indicator.
    pub indicator: String,
    /// Whose figure.
    pub scope: FigureScope,
    /// Which of the two.
    pub part: FigurePeriod,
    /// As issued.
    pub issued: String,
    /// As counted.
    pub now: String,
}

/// What a closing was found to be.
#[derive(Clone, Debug, Default)]
pub struct ClosingFindings {
    /// The closing's own file was edited.
    pub edited: bool,
    /// The ledgers that are not what they were, by path.
    pub ledgers: Vec<(String, LedgerDifference)>,
    /// The figures that do not come out.
    pub figures: Vec<FigureDifference>,
    /// The townships whose reports are not in the state that was issued.
    pub reports: Vec<String>,
    /// Why it could not be counted anew.
    pub uncounted: Vec<Fault>,
    /// Kinds that are described otherwise now.
    pub kinds: Vec<String>,
}

impl ClosingFindings {
    /// Whether all is as it was issued. That a kind is described otherwise is no difference in itself.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        let ClosingFindings { edited, ledgers, figures, reports, uncounted, kinds: _ } = self;
        !edited && ledgers.is_empty() && figures.is_empty() && reports.is_empty() && uncounted.is_empty()
    }
}

/// Compares a closing with the ledgers as known then (or why one cannot be read), and with the figures counted anew.
#[must_use]
pub fn compare(
    closing: &Closing,
    seals: &BTreeMap<String, Result<Seal, Fault>>,
    kinds: &BTreeMap<String, String>,
    counted: Result<IssuedFigures, Vec<Fault>>,
) -> ClosingFindings {
    let mut findings = ClosingFindings {
        edited: !closing.intact,
        ledgers: ledger_differences(closing, seals),
        ..ClosingFindings::default()
    };
    match counted {
        Ok(issued) => {
            findings.figures = figure_differences(&closing.issued, &issued);
            findings.reports = changed_reports(&closing.issued, &issued);
        }
        Err(faults) => findings.uncounted = faults,
    }
    findings.kinds = closing
        .kinds
        .iter()
        .filter(|(id, digest): &(&String, &String)| kinds.get(*id) != Some(digest))
        .map(|(id, _)| id.clone())
        .collect();
    findings
}

fn ledger_differences(
    closing: &Closing,
    seals: &BTreeMap<String, Result<Seal, Fault>>,
) -> Vec<(String, LedgerDifference)> {
    let paths: BTreeSet<&String> = closing.ledgers.keys().chain(seals.keys()).collect();
    let mut all = Vec::new();
    for path in paths {
        let was = closing.ledgers.get(path);
        let rows = was.map_or(0, |seal| seal.rows);
        let difference = match seals.get(path) {
            None if rows == 0 => continue,
            None => LedgerDifference::Lost(rows),
            Some(Err(fault)) => LedgerDifference::Unreadable(Box::new(fault.clone())),
            Some(Ok(now)) if now.rows < rows => LedgerDifference::Lost(rows - now.rows),
            Some(Ok(now)) if now.rows > rows => LedgerDifference::More(now.rows - rows),
            Some(Ok(now)) if rows == 0 || was == Some(now) => continue,
            Some(Ok(_)) => LedgerDifference::Altered,
        };
        all.push((path.clone(), difference));
    }
    all
}

/// The figures that differ, in the order in which they were issued.
#[must_use]
pub fn figure_differences(issued: &IssuedFigures, now: &IssuedFigures) -> Vec<FigureDifference> {
    let mut all = Vec::new();
    for row in &issued.indicators {
        if let Some(other) = now.indicators.iter().find(|other| other.id == row.id) {
            compare_indicator(row, other, &mut all);
        }
    }
    all
}

fn compare_indicator(issued: &IndicatorFigures, now: &IndicatorFigures, all: &mut Vec<FigureDifference>) {
    compare_pair(&issued.id, &FigureScope::County, &issued.county, &now.county, all);
    if let (Some(was), Some(is)) = (&issued.whole, &now.whole) {
        compare_figure(&issued.id, &FigureScope::Whole, FigurePeriod::Year, [was, is], all);
    }
    // A township that has nothing is not written down: one that stands on one side only had, or has, nothing.
    for (id, was) in &issued.townships {
        let is = now.of_township(id).cloned().unwrap_or_else(|| was.nothing());
        compare_pair(&issued.id, &FigureScope::Township(id.clone()), was, &is, all);
    }
    for (id, is) in now.townships.iter().filter(|(id, _)| issued.of_township(id).is_none()) {
        compare_pair(&issued.id, &FigureScope::Township(id.clone()), &is.nothing(), is, all);
    }
}

fn compare_pair(
    indicator: &str,
    scope: &FigureScope,
    was: &FigurePair,
    is: &FigurePair,
    all: &mut Vec<FigureDifference>,
) {
    compare_figure(indicator, scope, FigurePeriod::Month, [&was.month, &is.month], all);
    compare_figure(indicator, scope, FigurePeriod::Year, [&was.year, &is.year], all);
}

fn compare_figure(
    indicator: &str,
    scope: &FigureScope,
    part: FigurePeriod,
    [was, is]: [&String; 2],
    all: &mut Vec<FigureDifference>,
) {
    if was != is {
        let indicator = indicator.to_owned();
        all.push(FigureDifference { indicator, scope: scope.clone(), part, issued: was.clone(), now: is.clone() });
    }
}

impl FigurePair {
    /// Nothing, written with as many decimals.
    fn nothing(&self) -> FigurePair {
        FigurePair { month: zero_like(&self.month), year: zero_like(&self.year) }
    }
}

fn zero_like(figure: &str) -> String {
    match figure.split_once('.') {
        Some((_, places)) => format!("0.{}", "0".repeat(places.len())),
        None => "0".to_owned(),
    }
}

impl IndicatorFigures {
    fn of_township(&self, id: &str) -> Option<&FigurePair> {
        self.townships.iter().find(|(township, _)| township == id).map(|(_, pair)| pair)
    }
}

fn changed_reports(issued: &IssuedFigures, now: &IssuedFigures) -> Vec<String> {
    let (Some(was), Some(now)) = (&issued.reports, &now.reports) else { return Vec::new() };
    let changed = was.townships.iter().filter(|filed| !now.townships.contains(filed));
    changed.map(|filed| filed.township.clone()).collect()
}
