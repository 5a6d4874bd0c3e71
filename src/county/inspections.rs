//! An inspection on site: what it accepts of a record, checked against what the record claims.

use super::acceptance::inspection_kind;
use super::draft::ChangeDraft;
use super::entry::EntryReader;
use super::fields::FieldValues;
use super::plans::YearPlan;
use super::search::{RecordMatch, Search};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::figures::acceptance::reported_amounts;
use crate::figures::tally::{decimals_of, scale};
use crate::schema::kind::{FieldNo, InspectionFields, Kind};
use crate::schema::plan::IndicatorNo;
use crate::schema::record::{RecordState, Revision};
use std::collections::BTreeMap;

/// What an inspection found, as typed.
#[derive(Clone, Debug)]
pub(crate) struct InspectionFinding {
    /// Why the rest was struck.
    pub reason: Option<String>,
    /// The record may have been inspected before.
    pub again: bool,
    /// The fields that have options of their own.
    pub fields: FieldValues,
}

/// Drafts an inspection of the record whose id begins so; says what was recorded, and what is worth saying.
///
/// # Errors
/// There is no such record, it claims nothing, or what was found does not fit it.
pub(crate) fn record_inspection(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    id: &str,
    finding: &InspectionFinding,
) -> Result<(Text, Vec<Fault>)> {
    let (kind, inspects) = inspection_kind(view.kinds()?)?;
    let search = view.search()?;
    let found = search.by_id(id)?;
    let record = live_revision(&found)?;
    let reader = EntryReader::new(&search, kind, view.today);
    let mut cells = typed_values(&reader, inspects, finding)?;
    let claim = claimed_amount(view, record, &cells[inspects.indicator])?;
    cells[inspects.record] = record.id.to_string();
    cells[inspects.indicator].clone_from(&claim.indicator);
    cells[inspects.claimed] = claim.amount.to_string();
    let cells = reader.complete(cells)?;
    check_accepted(&claim, inspects, &cells)?;
    if !finding.again {
        check_not_inspected(&search, record, kind, inspects, &cells)?;
    }
    let township = found.ledger.township;
    let warnings = reader.fits(township, &cells)?;
    let warnings = Faults::unless(warnings.clone(), || warnings)?;
    let year = Day::from_iso(cells[FieldNo::DATE].as_bytes()).expect("a record that was checked has a date").year();
    let claimed = claim.amount;
    let taken = &cells[inspects.accepted];
    let words = search.description(&found);
    let said = text!(
        "已登记抽查结果：{words}，上报 {claimed}，认定 {taken}",
        "recorded the check of {words}: reported {claimed}, accepted {taken}",
        words
    );
    draft.row(view.county, kind, township, year, &draft.stamp.entry(Id::random(), cells, ""));
    Ok((said, warnings))
}

fn live_revision(found: &RecordMatch) -> Result<&Revision> {
    let last = found.last();
    (last.state == RecordState::Live).then_some(last).ok_or_else(|| {
        Fault::usage("void-record", text!("这条记录已经作废", "the record is void"))
            .hint(text!("作废的记录不计数，不必抽查", "void records are not counted, so there is nothing to check"))
            .into()
    })
}

/// The values that were typed, read; the rest empty.
fn typed_values(
    reader: &EntryReader<'_>,
    inspects: InspectionFields,
    finding: &InspectionFinding,
) -> Result<Vec<String>> {
    let today = reader.today.to_string();
    let mut given: Vec<(FieldNo, &str)> = vec![(FieldNo::DATE, &today)];
    let own = [inspects.record, inspects.claimed, inspects.reason];
    given.extend(finding.fields.of(reader.kind).filter(|(at, _)| !own.contains(at)));
    given.extend(finding.reason.as_deref().map(|reason| (inspects.reason, reason)));
    let read = reader.read(&[], &given);
    if read.faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(read.faults));
    }
    if read.cells[inspects.accepted].is_empty() {
        return Fault::usage("missing-value", text!("没有写明认定数", "no accepted number given"))
            .of_field(&reader.kind.fields[inspects.accepted].name)
            .hint(text!("加上 --accepted 数", "add --accepted N"))
            .fail();
    }
    Ok(read.cells)
}

/// What a record claims.
struct ClaimedAmount {
    /// For which indicator, as a record keeps it: empty where it is for all to which the record adds.
    indicator: String,
    amount: i64,
}

/// Works out what a record adds to the plan's tasks. `asked` names one, or is empty.
fn claimed_amount(view: &View<'_>, record: &Revision, asked: &str) -> Result<ClaimedAmount> {
    let year = view.plan_year()?;
    let plan = &view.plan()?.plan;
    let amounts = amounts(view, record.id)?;
    let tasks: Vec<(&str, i64)> = amounts
        .into_iter()
        .map(|(at, amount)| (&plan.indicators[at], amount))
        .filter(|(indicator, _)| if asked.is_empty() { indicator.target.is_some() } else { indicator.id == asked })
        .map(|(indicator, amount)| (indicator.id.as_str(), amount))
        .collect();
    match tasks.as_slice() {
        [] => Fault::usage(
            "not-counted",
            text!(
                "这条记录没有计入{year}年方案的任务",
                "the record does not count toward any target in the {year} plan"
            ),
        )
        .hint(text!("查看：culture plan show；culture show 编号", "see culture plan show and culture show ID"))
        .fail(),
        [(id, amount)] => Ok(ClaimedAmount { indicator: (*id).to_owned(), amount: *amount }),
        [(_, first), rest @ ..] if rest.iter().all(|(_, amount)| amount == first) => {
            Ok(ClaimedAmount { indicator: String::new(), amount: *first })
        }
        several => {
            let list: Vec<Text> = several.iter().map(|(id, amount)| Text::same(format!("{id} {amount}"))).collect();
            let list = Text::list(&list);
            Fault::usage(
                "ambiguous-indicator",
                text!("这条记录在各指标中计入的数不同", "the record counts differently toward several indicators"),
            )
            .hint(text!("用 --indicator 指明：{list}", "choose one with --indicator: {list}", list))
            .fail()
        }
    }
}

/// What a record adds to each indicator, in whole units; parts of one are cut.
fn amounts(view: &View<'_>, record: Id) -> Result<BTreeMap<IndicatorNo, i64>> {
    let YearPlan { plan, kinds } = view.plan()?;
    let traced = view.trace(plan, kinds)?;
    let whole = |(at, amount): (IndicatorNo, i64)| {
        let indicator = &plan.indicators[at];
        let kind = kinds.get(&indicator.kind).expect("the plan's kinds are loaded with it");
        (at, amount / scale(decimals_of(indicator, kind)))
    };
    Ok(reported_amounts(&traced, record, view.as_of).into_iter().map(whole).collect())
}

/// No more is accepted than was claimed, and what is struck has its reason.
fn check_accepted(claim: &ClaimedAmount, inspects: InspectionFields, cells: &[String]) -> Result<()> {
    let claimed = claim.amount;
    let accepted: i64 = cells[inspects.accepted].parse().expect("a whole number that was read can be read again");
    if accepted > claimed {
        return Fault::usage(
            "accepted-above-claimed",
            text!("认定数 {accepted} 多于上报数 {claimed}", "accepted {accepted} is more than reported {claimed}"),
        )
        .hint(text!("少报的，先用 culture edit 更正记录", "if too little was reported, correct the record first"))
        .fail();
    }
    if accepted < claimed && cells[inspects.reason].is_empty() {
        let struck = claimed - accepted;
        return Fault::usage(
            "missing-reason",
            text!("核减 {struck}，没有写明原因", "{struck} disallowed, but no reason given"),
        )
        .hint(text!("加上 --reason 原因", "add --reason REASON"))
        .fail();
    }
    Ok(())
}

/// A record is inspected once for an indicator, unless it is said to be again.
fn check_not_inspected(
    search: &Search<'_>,
    record: &Revision,
    kind: &Kind,
    inspects: InspectionFields,
    cells: &[String],
) -> Result<()> {
    for before in search.referring(record.id)? {
        let inspection = before.last();
        if before.ledger.kind == kind.id && inspection.values[inspects.indicator] == cells[inspects.indicator] {
            let id = inspection.id;
            let date = &inspection.values[FieldNo::DATE];
            return Fault::usage(
                "inspected-already",
                text!("这条记录 {date} 已抽查过（{id}）", "the record was already checked on {date} ({id})"),
            )
            .hint(text!(
                "再次抽查，加 --again；更正：culture edit {id} …",
                "to check it again, add --again; to correct that check: culture edit {id} …"
            ))
            .fail();
        }
    }
    Ok(())
}
