//! The closings of a county, and what its ledgers say anew of the month that one closed.

use super::County;
use super::files::{kind_files, text_of};
use super::ledgers::Ledger;
use super::plans::YearPlan;
use super::search::Labels;
use super::view::View;
use crate::base::day::{Instant, Month};
use crate::base::fault::{Fault, Faults, Result};
use crate::base::paths::DataPath;
use crate::base::text::Text;
use crate::figures::closing::{
    Closing, ClosingFindings, ClosingHead, IssuedFigures, RecordChange, compare, figure_differences,
};
use crate::figures::progress::status_days;
use crate::figures::rules::CountingRules;
use crate::figures::tally::Figures;
use crate::ledger::{AsOf, Seal, repair, revisions, seal, sha256, walk};
use crate::report::closing::{ChangedRecord, Verification, correction};
use crate::schema::kind::Field;
use crate::schema::kind::load::{Kinds, describing};
use crate::schema::plan::Plan;
use crate::schema::township::TownshipNo;
use crate::store::scan;
use std::collections::BTreeMap;

/// The paths of the closings by month and number.
#[must_use]
pub(crate) fn paths(county: &County<'_>) -> BTreeMap<(Month, u32), String> {
    let of = |path: &str| match DataPath::parse(path) {
        Some(DataPath::Closing { month, number }) => Some(((month, number), path.to_owned())),
        _ => None,
    };
    county.snapshot.settings().filter_map(of).collect()
}

/// The months that are closed, in order.
#[must_use]
pub(crate) fn months(county: &County<'_>) -> Vec<Month> {
    let mut months: Vec<Month> = paths(county).into_keys().map(|(month, _)| month).collect();
    months.dedup();
    months
}

/// A closing by its path.
///
/// # Errors
/// Whatever is wrong with it.
pub(crate) fn load(county: &County<'_>, path: &str) -> Result<Closing> {
    Closing::read(path, &text_of(county.snapshot, path)?)
}

/// The heads of all closings, in the order of months and numbers.
///
/// # Errors
/// Whatever is wrong with one.
pub(crate) fn heads(county: &County<'_>) -> Result<Vec<ClosingHead>> {
    paths(county).values().map(|path| ClosingHead::read(path, &text_of(county.snapshot, path)?)).collect()
}

/// The first closing that was counted by a version of a plan; none if there is none.
///
/// # Errors
/// Whatever is wrong with a closing.
pub(crate) fn counted_by(county: &County<'_>, plan: &str) -> Result<Option<String>> {
    for path in paths(county).into_values() {
        if load(county, &path)?.plan.0 == plan {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// When the newest closing was made.
///
/// # Errors
/// Whatever is wrong with one.
pub(crate) fn newest(county: &County<'_>) -> Result<Option<Instant>> {
    Ok(heads(county)?.into_iter().map(|head| head.closed_at).max())
}

/// What describes each kind, as a digest.
///
/// # Errors
/// A file of the county's kinds cannot be read.
pub(crate) fn kinds(county: &County<'_>, kinds: &Kinds) -> Result<BTreeMap<String, String>> {
    let files = kind_files(county.snapshot)?;
    let of = |id: &str| {
        let own = files.iter().find(|(path, _)| DataPath::parse(path) == Some(DataPath::Kind { id }));
        let (built_in, own) = describing(id, own.map(|(_, text)| text.as_str()));
        sha256(built_in.into_iter().chain(own).collect::<String>().replace('\r', "").as_bytes())
    };
    Ok(kinds.ids().map(|id| (id.to_owned(), of(id))).collect())
}

/// What each ledger held at a time, or why that cannot be told.
pub(crate) type Seals = BTreeMap<String, std::result::Result<Seal, Fault>>;

/// Seals every ledger as known at a time. One that another program saved is taken as it was before, where it can be.
///
/// # Errors
/// A file cannot be read.
pub(crate) fn seals(county: &County<'_>, kinds: &Kinds, known: Instant) -> Result<Seals> {
    // Also those of folders that no longer hold a township.
    let ledger = |path: &str| {
        let Some(DataPath::Ledger { year, kind, .. }) = DataPath::parse(path) else { return None };
        Some(Ledger { path: path.to_owned(), township: TownshipNo::from(0), year, kind: kind.to_owned() })
    };
    let jobs: Vec<_> = county.snapshot.ledgers()?.filter_map(ledger).collect();
    let work = |all: &mut Vec<(String, std::result::Result<Seal, Fault>)>, ledger: &Ledger, buffer: &mut Vec<u8>| {
        county.snapshot.read_into(&ledger.path, buffer)?;
        if let Some(kind) = kinds.get(&ledger.kind)
            && walk(ledger.source(kind, buffer), AsOf::LATEST, |_, _| Ok(())).is_err()
            && let Some(repaired) = repair(ledger.source(kind, buffer))
        {
            *buffer = repaired.bytes;
        }
        let first = |Faults(faults): Faults| faults.into_iter().next();
        match seal(&ledger.path, buffer, known) {
            Ok(seal) => all.push((ledger.path.clone(), Ok(seal))),
            Err(faults) => all.extend(first(faults).map(|fault| (ledger.path.clone(), Err(fault)))),
        }
        Ok(())
    };
    let parts = scan(&jobs, county.threads, Vec::new, work)?;
    Ok(parts.into_iter().flatten().collect())
}

/// The figures of a month under a plan, as known at a time, by the rules of a closing.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn figures(
    county: &County<'_>,
    YearPlan { plan, kinds }: &YearPlan,
    month: Month,
    known: Option<Instant>,
    rules: CountingRules,
) -> Result<Figures> {
    View::on(county, month.last()).of_month(month).knowing(known).by_rules(rules).count(plan, kinds)
}

/// The plan that a closing froze, with the kinds that it names as they are now.
///
/// # Errors
/// It does not fit the kinds.
pub(crate) fn plan(county: &County<'_>, closing: &Closing) -> Result<YearPlan> {
    let (path, text) = &closing.plan;
    let draft = Plan::read(path, text)?;
    let kinds = county.kinds_named(&draft.kinds())?;
    Ok(YearPlan { plan: draft.check(&kinds)?, kinds })
}

/// What a closing's month comes to, counted anew with the plan and the townships that it froze: as known then.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn recount_as_known(county: &County<'_>, closing: &Closing) -> Result<IssuedFigures> {
    let county = county.as_closed(&closing.townships);
    let frozen = plan(&county, closing)?;
    let month = closing.head.month;
    let figures = figures(&county, &frozen, month, Some(closing.known_at()), closing.head.rules)?;
    let reports = closing.deadline(county.in_order(), &figures.filings);
    Ok(closing.recount(&frozen.plan, county.in_order(), &figures).issue(reports.as_ref()))
}

/// What a closing's month comes to as it stands: by the plan that was frozen, with the townships of now.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn recount_as_it_stands(county: &County<'_>, closing: &Closing) -> Result<IssuedFigures> {
    let frozen = plan(county, closing)?;
    let month = closing.head.month;
    let figures = figures(county, &frozen, month, None, closing.head.rules)?;
    Ok(closing.recount(&frozen.plan, county.in_order(), &figures).issue(None))
}

/// What has changed since the newest closing of a month of the plan's year that is over on a day, in one line; none if
/// nothing has, or if no more is asked for than was known then.
///
/// # Errors
/// Whatever is wrong with the closing, the plan or a ledger.
pub(crate) fn corrections(view: &View<'_>) -> Result<Option<Text>> {
    let county = view.county;
    let YearPlan { plan, kinds } = view.plan()?;
    let over = |month: Month| month.year == plan.year && month.last() <= view.as_of;
    let Some((_, path)) = paths(county).into_iter().rfind(|((month, _), _)| over(*month)) else { return Ok(None) };
    let closing = load(county, &path)?;
    if view.known.is_some_and(|known| known <= closing.known_at()) {
        return Ok(None);
    }
    let then;
    let figures = if closing.head.rules == view.rules {
        view.figures()?
    } else {
        let alike = View::on(county, view.as_of).knowing(view.known).by_rules(closing.head.rules);
        then = alike.count_at(plan, kinds, status_days(plan, view.as_of, view.month))?;
        &then
    };
    let now = closing.recount(plan, county.in_order(), figures).issue(None);
    // What an adjusted plan counts otherwise is no correction of records.
    let was = Plan::read(&closing.plan.0, &closing.plan.1)?.into_unchecked();
    let mut moved = figure_differences(&closing.issued, &now);
    moved.retain(|moved| {
        let [was, is] = [&was, plan].map(|plan| plan.indicators.iter().find(|one| one.id == moved.indicator));
        was.zip(is).is_some_and(|(was, is)| was.counts_as(is))
    });
    Ok(correction(&closing, &moved))
}

/// The newest closing of a month.
///
/// # Errors
/// The month is not closed; whatever is wrong with the closing.
pub(crate) fn of_month(county: &County<'_>, month: Month) -> Result<Closing> {
    let paths = paths(county);
    let Some((_, path)) = paths.range((month, 0)..=(month, u32::MAX)).next_back() else {
        return Fault::usage("month-not-closed", text!("{month} 还没有定稿", "{month} has not been closed"))
            .hint(text!("定稿：culture close {month}", "to close it: culture close {month}"))
            .fail();
    };
    load(county, path)
}

/// What the closings of a month, or all, are found to be.
///
/// # Errors
/// A kind or a file cannot be read.
pub(crate) fn verify(county: &County<'_>, month: Option<Month>) -> Result<Vec<Verification>> {
    let mut all = Vec::new();
    for ((of, number), path) in paths(county) {
        if month.is_none_or(|month| month == of) {
            let (closing, findings) = verify_one(county, &path)?;
            all.push(Verification { month: of, number, path, closing, findings });
        }
    }
    Ok(all)
}

fn verify_one(county: &County<'_>, path: &str) -> Result<(Option<Closing>, ClosingFindings)> {
    match load(county, path) {
        Ok(closing) => {
            let findings = findings(county, &closing)?;
            Ok((Some(closing), findings))
        }
        Err(Faults(uncounted)) => Ok((None, ClosingFindings { edited: true, uncounted, ..ClosingFindings::default() })),
    }
}

fn findings(county: &County<'_>, closing: &Closing) -> Result<ClosingFindings> {
    let all = county.kinds()?;
    let seals = seals(county, all, closing.known_at())?;
    let counted = recount_as_known(county, closing).map_err(|Faults(faults)| faults);
    Ok(compare(closing, &seals, &kinds(county, all)?, counted))
}

/// The records of what a closing's plan counts that are not, on some day up to the month's end, what they were known to be.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn changed_records(county: &County<'_>, closing: &Closing) -> Result<Vec<ChangedRecord>> {
    let plan = plan(county, closing)?.plan;
    let kinds = county.kinds()?;
    let counted = |id: &str| {
        let roster = |of: &str| kinds.get(of).and_then(|kind| kind.roster.as_ref()).is_some_and(|one| one.kind == id);
        plan.indicators.iter().any(|indicator| indicator.kind == id || roster(&indicator.kind))
    };
    let until = closing.head.month.last();
    let search = county.search()?;
    let mut changes = search.each(
        |ledger| counted(&ledger.kind) && ledger.year <= plan.year,
        |ledger, source| {
            let changes = RecordChange::list(revisions(source)?, closing.known_at(), until);
            Ok(changes.into_iter().map(|change| (ledger.clone(), change)).collect())
        },
    )?;
    changes.sort_by_key(|(_, change)| (change.last.entered_at, change.last.id));
    let labels = Labels::new(&search);
    let names = |field: &Field, value: &str| labels.of(field, value);
    let entry = |(ledger, since): (Ledger, RecordChange)| {
        Ok(ChangedRecord::new(search.kind(&ledger)?, ledger.township, since, &names))
    };
    changes.into_iter().map(entry).collect()
}
