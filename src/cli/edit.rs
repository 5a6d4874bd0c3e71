//! `culture edit ID` and `culture void ID`: the next revision of a record. A record that goes to another township or year is
//! voided where it is and entered anew there, in one batch.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::search::{Labels, RecordMatch, Search};
use crate::ledger::revise;
use crate::report::records::difference;
use crate::schema::parse;
use crate::schema::record::{RecordState, Revision};
use clap::{ArgAction, ArgMatches, Command};

/// `edit`
pub(super) const EDIT: Verb = Verb {
    name: "edit",
    about: Text::new("更正一条记录（原记录保留）", "Correct a record (earlier revisions are kept)"),
    arguments: edit_arguments,
    run: edit,
};

/// `void`
pub(super) const VOID: Verb = Verb {
    name: "void",
    about: Text::new("作废一条记录（原记录保留）", "Void a record (it is kept but not counted)"),
    arguments: void_arguments,
    run: void,
};

const ID: Text = Text::new("编号", "ID");
const ID_HELP: Text = Text::new("记录编号，写开头几个字母即可", "Record id, or its first few letters");
const REASON: Text = Text::new("事由", "TEXT");

fn edit_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let words = Text::new("字段=值", "FIELD=VALUE");
    let words = positional(lang, "words", &words, &Text::new("要更正的内容", "Fields to correct"));
    let again =
        flag(lang, "again", &Text::new("与已有记录相同的也更正", "Go ahead even if an identical record exists"));
    let reason = option(lang, "reason", &REASON, &Text::new("更正的事由（必填）", "Reason (required)"));
    let command = command
        .arg(positional(lang, "id", &ID, &ID_HELP).required(true))
        .arg(words.action(ArgAction::Append).num_args(0..))
        .arg(reason.required(true))
        .arg(options::township(lang))
        .arg(options::today(lang))
        .arg(again)
        .arg(flag(lang, "restore", &Text::new("恢复已作废的记录", "Restore a void record")));
    let command = options::recording(lang, command);
    // The values of options are among the words: the first that names a record is it. If none does, `run` says so.
    for word in call.plain_words().filter(|word| crate::base::id::is_prefix(word)) {
        match call.kind_of_record(word) {
            Ok(kind) => return Ok(options::fields(lang, &kind, command)),
            Err(faults) if faults.exit() == Exit::Failed => return Err(faults),
            Err(_) => {}
        }
    }
    Ok(command)
}

fn void_arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let reason = option(lang, "reason", &REASON, &Text::new("作废的事由（必填）", "Reason (required)"));
    let id = positional(lang, "id", &ID, &ID_HELP).required(true);
    Ok(options::recording(lang, command.arg(id).arg(reason.required(true))))
}

fn reason(matches: &ArgMatches) -> Result<String> {
    let reason =
        matches.get_one::<String>("reason").map(|reason| parse::plain_text(reason)).transpose()?.unwrap_or_default();
    if reason.is_empty() {
        return Fault::usage("unsorted", text!("没有写明事由", "no reason given"))
            .hint(text!("加上 --reason 事由", "add --reason REASON"))
            .fail();
    }
    Ok(reason)
}

fn find_record(search: &Search<'_>, matches: &ArgMatches) -> Result<(RecordMatch, Revision)> {
    let found = search.by_id(matches.get_one::<String>("id").map_or("", String::as_str))?;
    let last = found.last().cloned();
    last.map(|last| (found, last))
        .ok_or_else(|| Fault::new("unsorted", text!("记录没有修订", "the record has no revision")).into())
}

fn edit(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let reason = reason(matches)?;
    let (said, warnings) = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let (found, last) = find_record(&search, matches)?;
        let kind = search.kind(&found.ledger)?;
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let reader = EntryReader::new(&search, kind, today);
        let (township, cells, warnings) = corrected_record(county, &reader, &found, &last, matches)?;
        let year = cells.first().and_then(|cell| Day::from_iso(cell.as_bytes())).map_or(found.ledger.year, Day::year);
        let labels = Labels::new(&search);
        let stays = township == found.ledger.township && year == found.ledger.year;
        let said = if stays {
            let next = draft.stamp.next(&last, RecordState::Live, cells, &reason);
            draft.row(county, kind, township, year, &next);
            let (id, changed) = (next.id, difference(kind, &last, &next, &|field, value| labels.of(field, value)));
            text!("已更正 {id}：{changed}", "corrected {id}: {changed}", changed)
        } else {
            move_record(&search, draft, &found, &last, cells, (township, &reason))?
        };
        Ok((said, warnings))
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

/// The record's new township and values.
fn corrected_record(
    county: &County<'_>,
    reader: &EntryReader<'_>,
    found: &RecordMatch,
    last: &Revision,
    matches: &ArgMatches,
) -> Result<(usize, Vec<String>, Vec<Fault>)> {
    let kind = reader.kind;
    if last.state == RecordState::Void && !matches.get_flag("restore") {
        let (id, reason) = (last.id, &last.reason);
        return Fault::usage(
            "unsorted",
            text!("{id} 已经作废，不能更正（{reason}）", "{id} is void and cannot be corrected ({reason})"),
        )
        .hint(text!("确要恢复它，加 --restore", "to restore it, add --restore"))
        .fail();
    }
    let mut given: Vec<(usize, &str)> = Vec::new();
    for (at, field) in kind.fields.iter().enumerate() {
        given.extend(options::option_value(matches, field).map(|text| (at, text.as_str())));
    }
    for word in matches.get_many::<String>("words").into_iter().flatten() {
        given.push(options::assignment(kind, word).ok_or_else(|| options::unassigned_word(kind, word))?);
    }
    let township = match matches.get_one::<String>("township") {
        Some(word) => county.township_index(&county.townships.find(word)?.id),
        None => found.ledger.township,
    };
    let read = reader.read(&last.values, &given);
    let mut faults = read.faults;
    if faults.iter().any(|fault| fault.level == Level::Error) {
        return Err(Faults(faults));
    }
    if read.cells == last.values && township == found.ledger.township && last.state == RecordState::Live {
        return Fault::usage("unsorted", text!("没有任何变动", "nothing to change"))
            .hint(text!("写明要改的字段，如 --audience 260", "give a field to change, e.g. --audience 260"))
            .fail();
    }
    revise::check(kind, &read.cells)?;
    faults.extend(reader.fits(township, &read.cells)?);
    if !matches.get_flag("again")
        && let Some(twin) = reader.twin(township, &read.cells, Some(last.id))?
    {
        faults.push(reader.already(&twin));
    }
    Faults::unless(faults.clone(), || (township, read.cells, faults))
}

/// Voids a record where it is and enters it where it belongs, each reason naming the other.
fn move_record(
    search: &Search<'_>,
    draft: &mut ChangeDraft,
    found: &RecordMatch,
    last: &Revision,
    cells: Vec<String>,
    (township, reason): (usize, &str),
) -> Result<Text> {
    let county = search.county;
    let kind = search.kind(&found.ledger)?;
    let id = last.id;
    let referring = search.referring(id)?;
    if !referring.is_empty() {
        let all: Vec<Text> = referring.iter().take(6).map(|found| search.description(found)).collect();
        let (count, them) = (referring.len(), Text::list(&all));
        return Fault::usage(
            "unsorted",
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

fn void(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let reason = reason(matches)?;
    let (said, warnings) = write(call, matches, |county, draft, call| {
        let kinds = county.kinds(None)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let (found, last) = find_record(&search, matches)?;
        let (kind, id) = (search.kind(&found.ledger)?, last.id);
        if last.state == RecordState::Void {
            return Fault::usage("unsorted", text!("{id} 已经作废", "{id} is already void"))
                .hint(text!("查看：culture show {id} --history", "see culture show {id} --history"))
                .fail();
        }
        let next = draft.stamp.next(&last, RecordState::Void, last.values.clone(), &reason);
        draft.row(county, kind, found.ledger.township, found.ledger.year, &next);
        let words = search.description(&found);
        let title = &kind.title;
        Ok((text!("已作废{title} {words}", "voided {title} {words}", title, words), orphans(&search, id)?))
    })?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

/// A warning where live records refer to one that is voided.
fn orphans(search: &Search<'_>, id: Id) -> Result<Vec<Fault>> {
    let referring = search.referring(id)?;
    if referring.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<Text> = referring.iter().take(6).map(|found| search.description(found)).collect();
    let (count, list) = (referring.len(), Text::list(&all));
    let what = text!(
        "仍有 {count} 条记录引用 {id}",
        "{count} to {id}",
        count = Text::count(count, "record still refers", "records still refer")
    );
    Ok(vec![Fault::warning("unsorted", what).hint(text!("请核对：{list}", "check them: {list}", list))])
}
