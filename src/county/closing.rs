//! Closing a month: what is lacking, and the figures as they are issued.

use super::check::check_everything;
use super::draft::ChangeDraft;
use super::ledgers::Ledger;
use super::view::View;
use super::{County, closings};
use crate::base::day::{Instant, Month};
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::figures::closing::{Closing, ClosingHead, MonthCount};
use crate::figures::deadline;
use crate::figures::rules::CountingRules;
use crate::ledger::{AsOf, Seal, walk};
use crate::report::Report;
use crate::report::closing::page;
use crate::schema::kind::load::Kinds;
use crate::store::scan;
use std::collections::BTreeMap;

/// A month that was closed.
pub(crate) struct ClosedMonth {
    /// The figures as issued.
    pub page: Report,
    /// Where they are kept.
    pub path: String,
    /// What was lacking all the same.
    pub lacking: Vec<Fault>,
}

/// Drafts the closing of a month; `despite` says why, where something is lacking.
///
/// # Errors
/// Something is lacking; whatever is wrong with the plan or a ledger.
pub(crate) fn close_month(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    month: Month,
    despite: Option<String>,
) -> Result<ClosedMonth> {
    let county = view.county;
    let year = county.plan(month.year, None)?;
    let plan = &year.plan;
    let figures = closings::figures(county, &year, month, None, CountingRules::NOW)?;
    let townships = county.in_order();
    let calendar = county.calendar()?;
    let rule = plan.monthly.as_ref().filter(|rule| (rule.first_month..=rule.last_month).contains(&month));
    let reports = rule.map(|rule| {
        let due = (rule.planned_day(month), rule.due_day(month, calendar));
        deadline::month_deadline(month, due, townships, &figures.filings, view.today)
    });
    let lacking = missing_items(county, month, reports.as_ref(), draft.stamp.at)?;
    let despite = despite.filter(|_| !lacking.is_empty());
    if !lacking.is_empty() && despite.is_none() {
        return Err(refuse_closing(month, lacking));
    }
    let kinds = county.kinds()?;
    let closed_at = draft.settle(county, latest_entry(county, kinds)?)?;
    let mut ledgers: BTreeMap<String, Seal> = BTreeMap::new();
    for (path, seal) in closings::seals(county, kinds, closed_at)? {
        let seal = seal?;
        if seal.rows > 0 {
            ledgers.insert(path, seal);
        }
    }
    let (text, file) = county.plan_text(month.year, None)?;
    let count = MonthCount { plan, townships, figures: &figures, month, rules: CountingRules::NOW };
    let closing = Closing {
        head: ClosingHead {
            rules: CountingRules::NOW,
            month,
            county: county.settings.county.clone(),
            closed_at,
            closed_by: draft.stamp.by.clone(),
            as_of: view.today,
            despite,
        },
        plan: (file, text.replace("\r\n", "\n")),
        kinds: closings::kinds(county, kinds)?,
        townships: townships.to_vec(),
        issued: count.issue(reports.as_ref()),
        ledgers,
        intact: true,
    };
    let before = closings::paths(county).range((month, 0)..=(month, u32::MAX)).next_back().map(|((_, last), _)| *last);
    let number = before.map_or(1, |last| last + 1);
    let path = DataPath::Closing { month, number }.to_string();
    draft.put(path.clone(), closing.to_toml());
    Ok(ClosedMonth { page: page(&closing, plan), path, lacking })
}

/// What is lacking: reports, and whatever a check finds wrong.
fn missing_items(
    county: &County<'_>,
    month: Month,
    reports: Option<&deadline::Deadline>,
    clock: Instant,
) -> Result<Vec<Fault>> {
    let mut lacking = check_everything(county.snapshot, county.threads, Level::Error, clock)?.faults;
    let without: Vec<Text> = reports
        .into_iter()
        .flat_map(|deadline| deadline.townships.iter().filter(|filed| filed.state.is_lacking()))
        .map(|filed| Text::same(&county.in_order()[filed.township].name))
        .collect();
    if !without.is_empty() {
        let count = without.len();
        let list = Text::list(&without);
        let what = text!("{month} 月报缺报 {count} 份：{list}", "reports missing for {month} ({count}): {list}", list);
        let hint = text!("登记：culture submit {month} -t 单位", "to record one: culture submit {month} -t TOWNSHIP");
        lacking.insert(0, Fault::new("missing-report", what).hint(hint));
    }
    Ok(lacking)
}

fn refuse_closing(month: Month, mut lacking: Vec<Fault>) -> Faults {
    let count = lacking.len();
    let what = text!("{month} 未定稿：还有 {count} 项未齐", "{month} was not closed: {count} still missing");
    let hint = text!("补齐后再定稿，或加 --despite 原因", "fix them, or pass --despite REASON");
    lacking.push(Fault::new("month-not-complete", what).hint(hint));
    Faults(lacking)
}

/// The last time at which a row entered any ledger.
fn latest_entry(county: &County<'_>, kinds: &Kinds) -> Result<Option<Instant>> {
    let ledgers = county.ledgers()?;
    let work = |last: &mut Option<Instant>, ledger: &Ledger, buffer: &mut Vec<u8>| {
        let Some(kind) = kinds.get(&ledger.kind) else { return Ok(()) };
        county.snapshot.read_into(&ledger.path, buffer)?;
        walk(ledger.source(kind, buffer), AsOf::LATEST, |row, _| {
            *last = (*last).max(Some(row.entered_at));
            Ok(())
        })
    };
    Ok(scan(&ledgers, county.threads, || None, work)?.into_iter().flatten().max())
}
