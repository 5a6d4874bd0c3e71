//! A record is corrected, moved or voided: its next revision.

use super::draft::ChangeDraft;
use super::entry::EntryReader;
use super::fields::{FieldValues, assignment, unassigned_word};
use super::search::{Labels, RecordMatch, Search};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::revise;
use crate::report::records::difference;
use crate::schema::kind::FieldNo;
use crate::schema::parse::plain_text;
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;

/// What is to be corrected, as typed.
#[derive(Clone, Debug)]
pub(crate) struct CorrectionAsked {
    /// The beginning of the record's id.
    pub id: String,
    /// `FIELD=VALUE`.
    pub words: Vec<String>,
    /// The fields that have options of their own.
    pub fields: FieldValues,
    /// The township to which it goes; none: it stays.
    pub township: Option<String>,
    /// Why.
    pub reason: String,
    /// It is corrected even if such a record is there.
    pub again: bool,
    /// It may be void, and is restored.
    pub restore: bool,
}

fn stated_reason(text: &str) -> Result<String> {
    let reason = plain_text(text)?;
    if reason.is_empty() {
        return Fault::usage("missing-reason", text!("没有写明事由", "no reason given"))
            .hint(text!("加上 --reason 事由", "add --reason REASON"))
            .fail();
    }
    Ok(reason)
}

/// Drafts a correction; a record that goes to another township or year is voided where it is and entered anew there. Says
/// what has changed, and what is worth saying.
///
/// # Errors
/// There is no such record, or it is void; what was typed does not fit it, or changes nothing.
pub(crate) fn correct_record(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    asked: &CorrectionAsked,
) -> Result<(Text, Vec<Fault>)> {
    let reason = stated_reason(&asked.reason)?;
    let search = view.search()?;
    let found = search.by_id(&asked.id)?;
    let kind = search.kind(&found.ledger)?;
    let reader = EntryReader::new(&search, kind, view.today);
    let CorrectedRecord { township, cells, warnings } = corrected_record(&reader, &found, asked)?;
    let year = Day::from_iso(cells[FieldNo::DATE].as_bytes()).map_or(found.ledger.year, Day::year);
    if township != found.ledger.township || year != found.ledger.year {
        return Ok((move_record(&search, draft, &found, cells, township, &reason)?, warnings));
    }
    let last = found.last();
    let next = draft.stamp.next(last, RecordState::Live, cells, &reason);
    draft.row(view.county, kind, township, year, &next);
    let labels = Labels::new(&search);
    let id = next.id;
    let changed = difference(kind, last, &next, &|field, value| labels.of(field, value));
    Ok((text!("已更正 {id}：{changed}", "corrected {id}: {changed}", changed), warnings))
}

/// A record's new township and values, and what is worth saying of them.
struct CorrectedRecord {
    township: TownshipNo,
    cells: Vec<String>,
    warnings: Vec<Fault>,
}

fn corrected_record(reader: &EntryReader<'_>, found: &RecordMatch, asked: &CorrectionAsked) -> Result<CorrectedRecord> {
    let kind = reader.kind;
    let last = found.last();
    if last.state == RecordState::Void && !asked.restore {
        let id = last.id;
        let reason = &last.reason;
        return Fault::usage(
            "void-record",
            text!("{id} 已经作废，不能更正（{reason}）", "{id} is void and cannot be corrected ({reason})"),
        )
        .hint(text!("确要恢复它，加 --restore", "to restore it, add --restore"))
        .fail();
    }
    let mut given: Vec<(FieldNo, &str)> = asked.fields.of(kind).collect();
    for word in &asked.words {
        given.push(assignment(kind, word).ok_or_else(|| unassigned_word(kind, word))?);
    }
    let township = match &asked.township {
        Some(word) => reader.search.county.township_named(word)?,
        None => found.ledger.township,
    };
    let read = reader.read(&last.values, &given);
    let mut faults = read.faults;
    if faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(faults));
    }
    if read.cells == last.values && township == found.ledger.township && last.state == RecordState::Live {
        return Fault::usage("nothing-changed", text!("没有任何变动", "nothing to change"))
            .hint(text!("写明要改的字段，如 --audience 260", "give a field to change, e.g. --audience 260"))
            .fail();
    }
    revise::check(kind, &read.cells)?;
    faults.extend(reader.fits(township, &read.cells)?);
    if !asked.again
        && let Some(twin) = reader.twin(township, &read.cells, Some(last.id))?
    {
        faults.push(reader.already(&twin));
    }
    let warnings = Faults::unless(faults.clone(), || faults)?;
    Ok(CorrectedRecord { township, cells: read.cells, warnings })
}

/// Voids a record where it is and enters it where it belongs, each reason naming the other.
fn move_record(
    search: &Search<'_>,
    draft: &mut ChangeDraft,
    found: &RecordMatch,
    cells: Vec<String>,
    township: TownshipNo,
    reason: &str,
) -> Result<Text> {
    let county = search.county;
    let kind = search.kind(&found.ledger)?;
    let last = found.last();
    let id = last.id;
    let referring = search.referring(id)?;
    if !referring.is_empty() {
        let all: Vec<Text> = referring.iter().take(6).map(|found| search.description(found)).collect();
        let count = referring.len();
        let them = Text::list(&all);
        return Fault::usage(
            "referred-record",
            text!(
                "不能移走 {id}：有 {count} 条记录引用它",
                "cannot move {id}: {count} to it",
                count = Text::count(count, "record refers", "records refer")
            ),
        )
        .hint(text!("先移动或更正这些记录：{them}", "move or correct these first: {them}", them))
        .fail();
    }
    let new = Id::random();
    let void = draft.stamp.next(last, RecordState::Void, last.values.clone(), &format!("{reason} -> {new}"));
    let entry = draft.stamp.entry(new, cells, &format!("{reason} <- {id}"));
    let year = entry.date().map_or(found.ledger.year, Day::year);
    draft.row(county, kind, found.ledger.township, found.ledger.year, &void);
    draft.row(county, kind, township, year, &entry);
    let name = &county.in_order()[township].name;
    Ok(text!("{id} 已作废，另以 {new} 登记到{name} {year} 年", "voided {id} and added it as {new} in {name}, {year}"))
}

/// Drafts that the record whose id begins so is void; says which, and what is worth saying.
///
/// # Errors
/// There is no such record, it is void already, or no reason is given.
pub(crate) fn void_record(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    id: &str,
    reason: &str,
) -> Result<(Text, Vec<Fault>)> {
    let reason = stated_reason(reason)?;
    let search = view.search()?;
    let found = search.by_id(id)?;
    let last = found.last();
    let kind = search.kind(&found.ledger)?;
    let id = last.id;
    if last.state == RecordState::Void {
        return Fault::usage("void-record", text!("{id} 已经作废", "{id} is already void"))
            .hint(text!("查看：culture show {id} --history", "see culture show {id} --history"))
            .fail();
    }
    let next = draft.stamp.next(last, RecordState::Void, last.values.clone(), &reason);
    draft.row(view.county, kind, found.ledger.township, found.ledger.year, &next);
    let words = search.description(&found);
    let title = &kind.title;
    Ok((text!("已作废{title} {words}", "voided {title} {words}", title, words), orphans(&search, id)?))
}

/// A warning where live records refer to one that is voided.
fn orphans(search: &Search<'_>, id: Id) -> Result<Vec<Fault>> {
    let referring = search.referring(id)?;
    if referring.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<Text> = referring.iter().take(6).map(|found| search.description(found)).collect();
    let count = referring.len();
    let list = Text::list(&all);
    let what = text!(
        "仍有 {count} 条记录引用 {id}",
        "{count} to {id}",
        count = Text::count(count, "record still refers", "records still refer")
    );
    Ok(vec![Fault::warning("referred-record", what).hint(text!("请核对：{list}", "check them: {list}", list))])
}
