//! Inspections on site: what they say, and what they take off each indicator's records.

use super::view::View;
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::figures::acceptance::{IndicatorAcceptance, Inspection, disallow};
use crate::figures::tally::scale;
use crate::ledger::records;
use crate::report::record_names::RecordNames;
use crate::schema::kind::load::Kinds;
use crate::schema::kind::{FieldNo, InspectionFields, Kind};
use crate::schema::plan::Plan;
use crate::schema::record::{RecordState, Revision, integer};

/// The kind whose records are inspections.
///
/// # Errors
/// There is none.
pub(crate) fn inspection_kind(kinds: &Kinds) -> Result<(&Kind, InspectionFields)> {
    let found = kinds.iter().find_map(|kind| Some((kind, kind.inspects?)));
    found.ok_or_else(|| {
        Fault::new("missing-kind", text!("没有登记督查验收的台账类别", "there is no kind of record for inspections"))
            .hint(text!("类别文件里应有 [inspects]", "one kind's file must have [inspects]"))
            .into()
    })
}

/// Of each indicator of the plan the records that add to it, which were inspected, and what was struck of them.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn inspection_results(view: &View<'_>) -> Result<Vec<IndicatorAcceptance>> {
    let year = view.plan()?;
    let traced = view.trace(&year.plan, &year.kinds)?;
    let inspections = inspections(view, &year.plan)?;
    let units: Vec<i64> = traced.places.iter().map(|places| scale(*places)).collect();
    Ok(disallow(&traced, &inspections, &units))
}

/// What the records that the targets count are called.
///
/// # Errors
/// Whatever is wrong with a ledger.
pub(crate) fn record_labels(view: &View<'_>) -> Result<RecordNames> {
    let plan = &view.plan()?.plan;
    let mut names = RecordNames::default();
    view.search()?.walk_each(
        |ledger| plan.indicators.iter().any(|indicator| indicator.target.is_some() && indicator.kind == ledger.kind),
        view.standpoint(),
        |kind, row, stands| {
            if stands {
                names.insert(row.id, &row.revision().display_label(kind));
            }
        },
    )?;
    Ok(names)
}

/// The inspections of records up to the as-of day, as they stand or as known, by ledger.
fn inspections(view: &View<'_>, plan: &Plan) -> Result<Vec<Inspection>> {
    let (kind, inspects) = inspection_kind(view.kinds()?)?;
    view.search()?.each(
        |ledger| ledger.kind == kind.id,
        |_, source| {
            let all = records(source, view.standpoint())?;
            let live = all.iter().filter(|record| record.state == RecordState::Live);
            Ok(live
                .filter_map(|record| inspection_of(plan, inspects, record))
                .filter(|one| one.date <= view.as_of)
                .collect())
        },
    )
}

/// What an inspection says of a record; none where it is not about one, or for an indicator that the plan does not have.
fn inspection_of(plan: &Plan, inspects: InspectionFields, record: &Revision) -> Option<Inspection> {
    let cell = |field: FieldNo| record.values[field].as_str();
    let indicator = match cell(inspects.indicator) {
        "" => None,
        id => Some(plan.indicator_no(id)?),
    };
    Some(Inspection {
        record: Id::from_bytes(cell(inspects.record).as_bytes())?,
        indicator,
        date: record.date()?,
        claimed: integer(cell(inspects.claimed).as_bytes())?,
        accepted: integer(cell(inspects.accepted).as_bytes())?,
    })
}
