//! `culture edit ID` and `culture void ID`: the next revision of a record. A record that goes to another township or year is
//! voided where it is and entered anew there, in one batch.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::{Id, is_prefix};
use crate::base::text::Text;
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::fields::{FieldValues, assignment, unassigned_word};
use crate::county::search::{Labels, RecordMatch, Search};
use crate::county::view::{View, Viewpoint};
use crate::ledger::revise;
use crate::report::records::difference;
use crate::schema::parse::plain_text;
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;
use clap::{ArgAction, ArgMatches, Command};

/// `edit`
pub(super) const EDIT: Verb = Verb {
    name: "edit",
    about: Text::new("更正一条记录（原记录保留）", "Correct a record (earlier revisions are kept)"),
    arguments: edit_arguments,
    run: run_edit,
};

/// `void`
pub(super) const VOID: Verb = Verb {
    name: "void",
    about: Text::new("作废一条记录（原记录保留）", "Void a record (it is kept but not counted)"),
    arguments: void_arguments,
    run: run_void,
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
    for word in call.plain_words().filter(|word| is_prefix(word)) {
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

/// What is asked of `edit`.
struct EditArgs {
    id: String,
    words: Vec<String>,
    fields: FieldValues,
    township: Option<String>,
    reason: String,
    /// It is corrected even if such a record is there.
    again: bool,
    /// It may be void, and is restored.
    restore: bool,
    point: Viewpoint,
    writing: WriteArgs,
}

impl EditArgs {
    fn read(matches: &ArgMatches) -> EditArgs {
        EditArgs {
            id: required(matches, "id"),
            words: texts(matches, "words"),
            fields: options::field_values(matches),
            township: text(matches, "township"),
            reason: required(matches, "reason"),
            again: matches.get_flag("again"),
            restore: matches.get_flag("restore"),
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
        }
    }
}

/// What is asked of `void`.
struct VoidArgs {
    id: String,
    reason: String,
    writing: WriteArgs,
}

impl VoidArgs {
    fn read(matches: &ArgMatches) -> VoidArgs {
        VoidArgs {
            id: required(matches, "id"),
            reason: required(matches, "reason"),
            writing: WriteArgs::recording(matches),
        }
    }
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

fn run_edit(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = EditArgs::read(matches);
    let reason = stated_reason(&args.reason)?;
    let (said, warnings) = write(call, &args.writing, &args.point, |view, draft, _| edit(view, draft, &args, &reason))?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

fn edit(view: &View<'_>, draft: &mut ChangeDraft, args: &EditArgs, reason: &str) -> Result<(Text, Vec<Fault>)> {
    let search = view.search()?;
    let found = search.by_id(&args.id)?;
    let kind = search.kind(&found.ledger)?;
    let reader = EntryReader::new(&search, kind, view.today);
    let CorrectedRecord { township, cells, warnings } = corrected_record(&reader, &found, args)?;
    let year = Day::from_iso(cells[0].as_bytes()).map_or(found.ledger.year, Day::year);
    if township != found.ledger.township || year != found.ledger.year {
        return Ok((move_record(&search, draft, &found, cells, township, reason)?, warnings));
    }
    let last = found.last();
    let next = draft.stamp.next(last, RecordState::Live, cells, reason);
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

fn corrected_record(reader: &EntryReader<'_>, found: &RecordMatch, args: &EditArgs) -> Result<CorrectedRecord> {
    let kind = reader.kind;
    let last = found.last();
    if last.state == RecordState::Void && !args.restore {
        let id = last.id;
        let reason = &last.reason;
        return Fault::usage(
            "void-record",
            text!("{id} 已经作废，不能更正（{reason}）", "{id} is void and cannot be corrected ({reason})"),
        )
        .hint(text!("确要恢复它，加 --restore", "to restore it, add --restore"))
        .fail();
    }
    let mut given: Vec<(usize, &str)> = args.fields.of(kind).collect();
    for word in &args.words {
        given.push(assignment(kind, word).ok_or_else(|| unassigned_word(kind, word))?);
    }
    let township = match &args.township {
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
    if !args.again
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

fn run_void(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = VoidArgs::read(matches);
    let reason = stated_reason(&args.reason)?;
    let (said, warnings) =
        write(call, &args.writing, &Viewpoint::default(), |view, draft, _| void(view, draft, &args.id, &reason))?;
    call.warn(&warnings);
    call.acknowledge(&said)?;
    Ok(Exit::Done)
}

fn void(view: &View<'_>, draft: &mut ChangeDraft, id: &str, reason: &str) -> Result<(Text, Vec<Fault>)> {
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
    let next = draft.stamp.next(last, RecordState::Void, last.values.clone(), reason);
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
