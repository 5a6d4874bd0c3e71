//! What was told by the monthly reports, and which records came after them (报后补录).

use super::county::County;
use super::search::Search;
use crate::base::day::{Day, Instant, Month};
use crate::base::fault::Result;
use crate::base::id::Id;
use crate::figures::deadline;
use crate::figures::tally::Filing;
use crate::ledger::{records, records_with_entry};
use crate::report::status::MonthNarrative;
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::plan::{MonthlyReporting, Plan};
use crate::schema::record::{RecordState, Revision};
use std::collections::HashMap;

/// When the townships reported their months.
pub(crate) struct SubmissionTimes {
    /// When the report that decides was entered, by township and month.
    entered: HashMap<(usize, Month), Instant>,
    /// The kinds that reports are about: those that the plan counts, and their rosters.
    kinds: Vec<String>,
}

impl SubmissionTimes {
    /// Reads the monthly reports. A plan that asks for none has none.
    ///
    /// # Errors
    /// Whatever is wrong with their ledgers.
    pub(crate) fn load(
        search: &Search<'_>,
        plan: &Plan,
        (as_of, known): (Day, Option<Instant>),
    ) -> Result<SubmissionTimes> {
        let kinds = counted_kinds(plan, search.kinds);
        let rule = plan.monthly.as_ref();
        let Some((rule, kind)) = rule.and_then(|rule| Some((rule, search.kinds.get(&rule.kind)?))) else {
            return Ok(SubmissionTimes { entered: HashMap::new(), kinds });
        };
        let reports = search.each(
            |ledger| ledger.kind == kind.id,
            |ledger, source| {
                let live = records_with_entry(source, known)?
                    .into_iter()
                    .filter(|(report, _)| report.state == RecordState::Live);
                Ok(live
                    .filter_map(|(report, entered)| Some((filing(rule, kind, ledger.township, &report)?, entered)))
                    .collect())
            },
        )?;
        Ok(SubmissionTimes { entered: deadline::deciding_reports(&reports, as_of), kinds })
    }

    /// Whether a record entered its ledger after its township's report for its month.
    pub(crate) fn is_late(&self, kind: &Kind, township: usize, record: &Revision, entered: Instant) -> bool {
        let month = record.date().map(Day::month);
        let reported = month.and_then(|month| self.entered.get(&(township, month)));
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

/// Every live monthly report: what it says, and which record it is.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn reports(search: &Search<'_>, plan: &Plan, known: Option<Instant>) -> Result<Vec<(Filing, Id)>> {
    let rule = plan.monthly.as_ref();
    let Some((rule, kind)) = rule.and_then(|rule| Some((rule, search.kinds.get(&rule.kind)?))) else {
        return Ok(Vec::new());
    };
    let all = live_records(search, kind, known, |_, _| true)?.into_iter();
    Ok(all.filter_map(|(township, report)| Some((filing(rule, kind, township, &report)?, report.id))).collect())
}

fn filing(rule: &MonthlyReporting, kind: &Kind, township: usize, report: &Revision) -> Option<Filing> {
    let cell = |name: &str| kind.field(name).map(|at| report.values[at].as_bytes());
    let month = Month::from_iso(cell(&rule.month_field)?)?;
    let returned = rule.returned_field.as_deref().and_then(cell).and_then(Day::from_iso);
    let zero = rule.zero_field.as_deref().and_then(cell).map(|cell| cell == b"true");
    Some(Filing { township, month: Some(month), date: report.date()?, returned, zero })
}

/// What the monthly summary tells beside the figures.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn month_narrative<'k>(
    search: &Search<'k>,
    plan: &Plan,
    month: Month,
    (today, known): (Day, Option<Instant>),
) -> Result<MonthNarrative<'k>> {
    let (county, kinds) = (search.county, search.kinds);
    let reported = SubmissionTimes::load(search, plan, (today, known))?;
    let mut late_entries = vec![0; county.in_order().len()];
    let late = search.each(
        |ledger| ledger.year == month.year && reported.kinds.contains(&ledger.kind),
        |ledger, source| {
            let of = |record: &Revision| record.date().is_some_and(|date| date.month() == month);
            let all = records_with_entry(source, known)?.into_iter();
            let live = all.filter(|(record, _)| record.state == RecordState::Live && of(record));
            let late = live.filter(|(record, at)| reported.is_late(source.kind, ledger.township, record, *at));
            Ok(late.map(|_| ledger.township).collect())
        },
    )?;
    for township in late {
        late_entries[township] += 1;
    }
    let mut reports = Vec::new();
    if let Some(rule) = &plan.monthly
        && let Some(kind) = kinds.get(&rule.kind)
    {
        let stands = |township: usize, report: &Revision| {
            filing(rule, kind, township, report).is_some_and(|filing| {
                filing.month == Some(month)
                    && filing.date <= today
                    && filing.returned.is_none_or(|returned| returned > today)
            })
        };
        reports.push((kind, live_records(search, kind, known, stands)?));
    }
    let until = today.min(month.last());
    let mut latest = Vec::new();
    for kind in kinds.iter().filter(|kind| kind.latest.is_some()) {
        let dated =
            |_: usize, record: &Revision| record.date().is_some_and(|date| date <= until && date.year() == plan.year);
        latest.push((kind, MonthNarrative::latest_of(kind, live_records(search, kind, known, dated)?)));
    }
    Ok(MonthNarrative { today, late_entries, reports, latest })
}

/// The live records of a kind that are wanted, with their townships.
fn live_records(
    search: &Search<'_>,
    kind: &Kind,
    known: Option<Instant>,
    wanted: impl Fn(usize, &Revision) -> bool + Sync,
) -> Result<Vec<(usize, Revision)>> {
    let mut found = search.each(
        |ledger| ledger.kind == kind.id,
        |ledger, source| {
            let all = records(source, known)?.into_iter();
            let live = all.filter(|record| record.state == RecordState::Live && wanted(ledger.township, record));
            Ok(live.map(|record| (ledger.township, record)).collect())
        },
    )?;
    found.sort_by_key(|(township, _)| *township);
    Ok(found)
}

/// The plan by which a county's records are marked; none where there is no plan yet.
///
/// # Errors
/// Whatever is wrong with it.
pub(crate) fn plan_on(county: &County<'_>, day: Day, known: Option<Instant>) -> Result<Option<Plan>> {
    county.plan_year(day).map(|year| county.plan(year, known).map(|(plan, _)| plan)).transpose()
}
