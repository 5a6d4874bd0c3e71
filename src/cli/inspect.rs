//! `culture inspect ID`: what an inspection on site accepts of a record.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::counting::{CountyCounter, SkippedLedgers, StatusQuery};
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::{RecordMatch, Search};
use crate::figures::acceptance::reported_amounts;
use crate::figures::tally::{decimals_of, scale};
use crate::schema::kind::load::Kinds;
use crate::schema::kind::{InspectionFields, Kind};
use crate::schema::plan::{Indicator, Plan};
use crate::schema::record::RecordState;
use clap::{ArgMatches, Command};
use std::collections::BTreeMap;

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "inspect",
    about: Text::new("登记抽查结果：认定、核减", "Record the outcome of an on-site check"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let id = Text::new("被抽查记录的编号", "Id of the record checked");
    let id = positional(lang, "id", &Text::new("编号", "ID"), &id).required(true);
    let reason =
        option(lang, "reason", &Text::new("事由", "TEXT"), &Text::new("核减的原因", "Reason for disallowing the rest"));
    let again =
        flag(lang, "again", &Text::new("再次抽查，以最后一次为准", "Check it again (the latest result counts)"));
    let command = options::writing(lang, command.arg(id).arg(reason).arg(again).arg(options::today(lang)));
    let kinds = call.kinds()?;
    Ok(match kind(&kinds) {
        Ok((kind, inspects)) => {
            let mut kind = kind.clone();
            // These are worked out, or have words of their own.
            for at in [inspects.record, inspects.claimed, inspects.reason] {
                kind.fields[at].retired = true;
            }
            options::fields(lang, &kind, command)
        }
        Err(_) => command,
    })
}

/// The kind whose records are inspections.
pub(super) fn kind(kinds: &Kinds) -> Result<(&Kind, InspectionFields)> {
    let found = kinds.iter().find_map(|kind| Some((kind, kind.inspects?)));
    found.ok_or_else(|| {
        Fault::new("unsorted", text!("没有登记督查验收的台账类别", "there is no kind of record for inspections"))
            .hint(text!("类别文件里应有 [inspects]", "one kind's file must have [inspects]"))
            .into()
    })
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let (said, warnings) = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let (kind, inspects) = kind(&kinds)?;
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let found = search.by_id(matches.get_one::<String>("id").map_or("", String::as_str))?;
        let record = live_id(&found)?;
        let reader = EntryReader::new(&search, kind, today);
        let mut cells = typed_values(&reader, inspects, matches)?;
        let claim = claimed_amount(&search, &found, today, &cells[inspects.indicator])?;
        cells[inspects.record] = record.to_string();
        cells[inspects.indicator] = claim.indicator.clone().unwrap_or_default();
        cells[inspects.claimed] = claim.amount.to_string();
        let cells = reader.complete(cells)?;
        check_accepted(&claim, inspects, &cells)?;
        if !matches.get_flag("again") {
            check_not_inspected(&search, &found, (kind, inspects), &cells)?;
        }
        let township = found.ledger.township;
        let warnings = reader.fits(township, &cells)?;
        let warnings = Faults::unless(warnings.clone(), || warnings)?;
        let year = cells.first().and_then(|cell| Day::from_iso(cell.as_bytes())).unwrap_or(today).year();
        let (claimed, taken) = (claim.amount, &cells[inspects.accepted]);
        let words = search.description(&found);
        let said = text!(
            "已登记抽查结果：{words}，上报 {claimed}，认定 {taken}",
            "recorded the check of {words}: reported {claimed}, accepted {taken}",
            words
        );
        draft.row(county, kind, township, year, &draft.stamp.entry(Id::random(), cells, ""));
        Ok((said, warnings))
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

fn live_id(found: &RecordMatch) -> Result<Id> {
    let last = found.last().filter(|last| last.state == RecordState::Live);
    last.map(|last| last.id).ok_or_else(|| {
        Fault::usage("unsorted", text!("这条记录已经作废", "the record is void"))
            .hint(text!("作废的记录不计数，不必抽查", "void records are not counted, so there is nothing to check"))
            .into()
    })
}

/// The values that were typed, read; the rest empty.
fn typed_values(reader: &EntryReader<'_>, inspects: InspectionFields, matches: &ArgMatches) -> Result<Vec<String>> {
    let today = reader.today.to_string();
    let mut given: Vec<(usize, &str)> = vec![(0, &today)];
    for (at, field) in reader.kind.fields.iter().enumerate() {
        if at != inspects.record && at != inspects.claimed && at != inspects.reason {
            given.extend(options::option_value(matches, field).map(|text| (at, text.as_str())));
        }
    }
    given.extend(matches.get_one::<String>("reason").map(|reason| (inspects.reason, reason.as_str())));
    let read = reader.read(&[], &given);
    if read.faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(read.faults));
    }
    if read.cells[inspects.accepted].is_empty() {
        return Fault::usage("unsorted", text!("没有写明认定数", "no accepted number given"))
            .hint(text!("加上 --accepted 数", "add --accepted N"))
            .fail();
    }
    Ok(read.cells)
}

/// What a record claims: for one indicator, or for all to which it adds.
struct ClaimedAmount {
    indicator: Option<String>,
    amount: i64,
}

/// Works out what a record adds to the plan's tasks. `asked` names one, or is empty.
fn claimed_amount(search: &Search<'_>, found: &RecordMatch, today: Day, asked: &str) -> Result<ClaimedAmount> {
    let county = search.county;
    let year = county.plan_year(today).unwrap_or(today.year());
    let (plan, kinds) = county.plan(year, None)?;
    let amounts = amounts(county, &plan, &kinds, found, search.threads)?;
    let tasks: Vec<(&str, i64)> = amounts
        .into_iter()
        .map(|(at, amount)| (&plan.indicators[at], amount))
        .filter(|(indicator, _)| if asked.is_empty() { indicator.target.is_some() } else { indicator.id == asked })
        .map(|(indicator, amount)| (indicator.id.as_str(), amount))
        .collect();
    match tasks.as_slice() {
        [] => Fault::usage(
            "unsorted",
            text!(
                "这条记录没有计入{year}年方案的任务",
                "the record does not count toward any target in the {year} plan"
            ),
        )
        .hint(text!("查看：culture plan show；culture show 编号", "see culture plan show and culture show ID"))
        .fail(),
        [(id, amount)] => Ok(ClaimedAmount { indicator: Some((*id).to_owned()), amount: *amount }),
        [(_, first), rest @ ..] if rest.iter().all(|(_, amount)| amount == first) => {
            Ok(ClaimedAmount { indicator: None, amount: *first })
        }
        several => {
            let list: Vec<Text> = several.iter().map(|(id, amount)| Text::same(format!("{id} {amount}"))).collect();
            let list = Text::list(&list);
            Fault::usage(
                "unsorted",
                text!("这条记录在各指标中计入的数不同", "the record counts differently toward several indicators"),
            )
            .hint(text!("用 --indicator 指明：{list}", "choose one with --indicator: {list}", list))
            .fail()
        }
    }
}

/// What a record adds to each indicator, in whole units; parts of one are cut.
fn amounts(
    county: &County<'_>,
    plan: &Plan,
    kinds: &Kinds,
    found: &RecordMatch,
    threads: usize,
) -> Result<BTreeMap<usize, i64>> {
    let asked = StatusQuery { as_of: plan.year.last(), known: None, month: None, year: plan.year, township: None };
    let skipped = SkippedLedgers::new(false);
    let counting = CountyCounter { county, asked: &asked, threads, skipped: &skipped };
    let traced = counting.traced(plan, kinds)?;
    let Some(last) = found.last() else { return Ok(BTreeMap::new()) };
    let whole = |(at, amount)| {
        let indicator: &Indicator = &plan.indicators[at];
        let places = kinds.get(&indicator.kind).map_or(0, |kind| decimals_of(indicator, kind));
        (at, amount / scale(places))
    };
    Ok(reported_amounts(&traced, last.id).into_iter().map(whole).collect())
}

/// No more is accepted than was claimed, and what is struck has its reason.
fn check_accepted(claim: &ClaimedAmount, inspects: InspectionFields, cells: &[String]) -> Result<()> {
    let (claimed, accepted) = (claim.amount, cells[inspects.accepted].parse::<i64>().unwrap_or(0));
    if accepted > claimed {
        return Fault::usage(
            "unsorted",
            text!("认定数 {accepted} 多于上报数 {claimed}", "accepted {accepted} is more than reported {claimed}"),
        )
        .hint(text!("少报的，先用 culture edit 更正记录", "if too little was reported, correct the record first"))
        .fail();
    }
    if accepted < claimed && cells[inspects.reason].is_empty() {
        let struck = claimed - accepted;
        return Fault::usage(
            "unsorted",
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
    found: &RecordMatch,
    (kind, inspects): (&Kind, InspectionFields),
    cells: &[String],
) -> Result<()> {
    let Some(last) = found.last() else { return Ok(()) };
    for before in search.referring(last.id)? {
        if before.ledger.kind == kind.id
            && let Some(inspection) = before.last()
            && inspection.values[inspects.indicator] == cells[inspects.indicator]
        {
            let (id, date) = (inspection.id, &inspection.values[0]);
            return Fault::usage(
                "unsorted",
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
