//! What was told by the monthly reports, and which records came after them (报后补录).

use super::plans::YearPlan;
use super::search::Search;
use super::view::View;
use crate::base::day::{Day, Instant, Month};
use crate::base::fault::Result;
use crate::base::id::Id;
use crate::figures::deadline;
use crate::figures::rules::CountingRules;
use crate::figures::tally::Filing;
use crate::ledger::{AsOf, records, records_with_entry};
use crate::report::status::MonthNarrative;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::{MonthlyReporting, Plan};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;
use std::collections::HashMap;

/// When the townships reported their months.
pub(crate) struct SubmissionTimes {
    /// When the report that decides was entered, by township and month.
    entered: HashMap<(TownshipNo, Month), Instant>,
    /// The kinds that reports are about: those that the plan counts, and their rosters.
    kinds: Vec<String>,
}

impl SubmissionTimes {
    /// Reads the monthly reports. A plan that asks for none has none.
    ///
    /// # Errors
    /// Whatever is wrong with their ledgers.
    pub(crate) fn load(view: &View<'_>) -> Result<SubmissionTimes> {
        let plan = &view.plan()?.plan;
        let search = view.search()?;
        let kinds = counted_kinds(plan, search.kinds);
        let Some((rule, kind)) = reporting(plan, search.kinds) else {
            return Ok(SubmissionTimes { entered: HashMap::new(), kinds });
        };
        let reports = search.each(
            |ledger| ledger.kind == kind.id,
            |ledger, source| {
                let live = records_with_entry(source, view.standpoint())?
                    .into_iter()
                    .filter(|(report, _)| report.state == RecordState::Live);
                Ok(live
                    .filter_map(|(report, entered)| Some((filing(rule, kind, ledger.township, &report)?, entered)))
                    .collect())
            },
        )?;
        Ok(SubmissionTimes { entered: deadline::deciding_reports(&reports, view.today), kinds })
    }

    /// Whether a record entered its ledger after its township's report for its month.
    pub(crate) fn is_late(&self, kind: &Kind, township: TownshipNo, day: Day, entered: Instant) -> bool {
        let reported = self.entered.get(&(township, day.month()));
        self.kinds.contains(&kind.id) && reported.is_some_and(|reported| entered > *reported)
    }
}

/// The kinds that a plan counts, and the rosters of those.
fn counted_kinds(plan: &Plan, kinds: &Kinds) -> Vec<String> {
    let mut all: Vec<String> = plan.indicators.iter().map(|indicator| indicator.kind.clone()).collect();
    let rosters = all.iter().filter_map(|id| kinds.get(id)?.roster.as_ref()).map(|roster| roster.kind.clone());
    let rosters: Vec<String> = rosters.collect();
    all.extend(rosters);
    all.sort();
    all.dedup();
    all
}

/// What a plan asks of monthly reports, and their kind; none where it asks for none.
fn reporting<'p, 'k>(plan: &'p Plan, kinds: &'k Kinds) -> Option<(&'p MonthlyReporting, &'k Kind)> {
    let rule = plan.monthly.as_ref()?;
    Some((rule, kinds.get(&rule.kind)?))
}

/// Every live monthly report: what it says, and which record it is.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn reports(view: &View<'_>) -> Result<Vec<(Filing, Id)>> {
    let YearPlan { plan, kinds } = view.plan()?;
    let Some((rule, kind)) = reporting(plan, kinds) else { return Ok(Vec::new()) };
    let all = live_records(&Search::new(view.county, kinds), kind, view.standpoint(), |_, _| true)?.into_iter();
    Ok(all.filter_map(|(township, report)| Some((filing(rule, kind, township, &report)?, report.id))).collect())
}

fn filing(rule: &MonthlyReporting, kind: &Kind, township: TownshipNo, report: &Revision) -> Option<Filing> {
    let cell = |name: &str| kind.field(name).map(|at| report.values[at].as_bytes());
    let month = Month::from_iso(cell(&rule.month_field)?)?;
    let returned = rule.returned_field.as_deref().and_then(cell).and_then(Day::from_iso);
    let zero = rule.zero_field.as_deref().and_then(cell).map(|cell| cell == b"true");
    let tie = CountingRules::NOW.tie(report.id);
    Some(Filing { township, month: Some(month), date: report.date()?, returned, zero, tie })
}

/// What the monthly summary tells beside the figures.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn month_narrative<'c>(view: &View<'c>, month: Month) -> Result<MonthNarrative<'c>> {
    let plan = &view.plan()?.plan;
    let search = view.search()?;
    let kinds = view.kinds()?;
    let today = view.today;
    let mut reports = Vec::new();
    if let Some((rule, kind)) = reporting(plan, kinds) {
        let stands = |township: TownshipNo, report: &Revision| {
            filing(rule, kind, township, report).is_some_and(|filing| {
                filing.month == Some(month)
                    && filing.date <= today
                    && filing.returned.is_none_or(|returned| returned > today)
            })
        };
        reports.push((kind, live_records(&search, kind, view.standpoint(), stands)?));
    }
    let until = today.min(month.last());
    let mut latest = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.latest.is_some()) {
        let dated = |_: TownshipNo, record: &Revision| {
            record.date().is_some_and(|date| date <= until && date.year() == plan.year)
        };
        latest.push((kind, MonthNarrative::latest_of(kind, live_records(&search, kind, view.standpoint(), dated)?)));
    }
    Ok(MonthNarrative { today, late_entries: late_entries(view, month)?, reports, latest })
}

/// How many records of a month each township entered after its report.
fn late_entries(view: &View<'_>, month: Month) -> Result<Vec<i64>> {
    let reported = SubmissionTimes::load(view)?;
    let late = view.search()?.each(
        |ledger| ledger.year == month.year && reported.kinds.contains(&ledger.kind),
        |ledger, source| {
            let of = |record: &Revision| record.date().is_some_and(|date| date.month() == month);
            let all = records_with_entry(source, view.standpoint())?.into_iter();
            let live = all.filter(|(record, _)| record.state == RecordState::Live && of(record));
            let late = live.filter(|(record, at)| {
                record.date().is_some_and(|day| reported.is_late(source.kind, ledger.township, day, *at))
            });
            Ok(late.map(|_| ledger.township).collect())
        },
    )?;
    let mut entries = vec![0; view.county.in_order().len()];
    for township in late {
        entries[township] += 1;
    }
    Ok(entries)
}

/// The live records of a kind that are wanted, with their townships.
fn live_records(
    search: &Search<'_>,
    kind: &Kind,
    at: AsOf,
    wanted: impl Fn(TownshipNo, &Revision) -> bool + Sync,
) -> Result<Vec<(TownshipNo, Revision)>> {
    let mut found = search.each(
        |ledger| ledger.kind == kind.id,
        |ledger, source| {
            let all = records(source, at)?.into_iter();
            let live = all.filter(|record| record.state == RecordState::Live && wanted(ledger.township, record));
            Ok(live.map(|record| (ledger.township, record)).collect())
        },
    )?;
    found.sort_by_key(|(township, _)| *township);
    Ok(found)
}
