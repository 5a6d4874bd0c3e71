//! `culture add KIND`: one record, checked whole, with its id.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional, required, text, texts};
use super::writing::{WriteArgs, write};
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::fuzzy::fold;
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::County;
use crate::county::draft::ChangeDraft;
use crate::county::entry::EntryReader;
use crate::county::fields::{EQUALS, FieldValues, assignment, fields_with_choice, unassigned_word};
use crate::county::search::{Labels, Search};
use crate::county::view::{View, Viewpoint};
use crate::render::OutputFormat;
use crate::report::Report;
use crate::report::records::{ReferenceLabels, show, words};
use crate::schema::kind::{Field, Kind};
use crate::schema::parse::plain_text;
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;
use clap::{ArgAction, ArgMatches, Command};

/// `add`
pub(super) const VERB: Verb = Verb {
    name: "add",
    about: Text::new("登记一条记录：培训、团队、演出等", "Add a record: a training, a troupe, a performance, …"),
    arguments,
    run,
};

fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let word = Text::new("单位、日期，或 字段=值", "Township, date, FIELD=VALUE");
    let words = positional(lang, "words", &Text::new("内容", "WORDS"), &word).action(ArgAction::Append).num_args(0..);
    let again =
        flag(lang, "again", &Text::new("与已有记录相同的也登记", "Go ahead even if an identical record exists"));
    let command = command
        .arg(options::kind(lang).required(true))
        .arg(words)
        .arg(options::township(lang))
        .arg(options::today(lang))
        .arg(again);
    let command = command.arg(options::format(lang));
    let reason = option(
        lang,
        "reason",
        &Text::new("事由", "TEXT"),
        &Text::new("登记事由（补录等）", "Reason, where one is needed"),
    );
    let command = options::recording(lang, command.arg(reason));
    let kinds = match call.plain_words().next() {
        Some(first) => call.kinds_to_write(first)?,
        None => call.kinds()?,
    };
    // The values of options are among the words: the first that names a kind is it. If none does, `run` says so.
    let kind = call.plain_words().find_map(|word| kinds.find(word).ok());
    Ok(match kind {
        Some(kind) => options::fields(lang, kind, command),
        None => command,
    })
}

/// What is asked of `add`.
struct AddArgs {
    kind: String,
    words: Vec<String>,
    township: Option<String>,
    fields: FieldValues,
    reason: Option<String>,
    /// It is recorded even if such a record is there.
    again: bool,
    point: Viewpoint,
    writing: WriteArgs,
    format: OutputFormat,
}

impl AddArgs {
    fn read(matches: &ArgMatches) -> AddArgs {
        AddArgs {
            kind: required(matches, "kind"),
            words: texts(matches, "words"),
            township: text(matches, "township"),
            fields: options::field_values(matches),
            reason: text(matches, "reason"),
            again: matches.get_flag("again"),
            point: options::day_point(matches),
            writing: WriteArgs::recording(matches),
            format: options::requested_format(matches),
        }
    }
}

/// What was typed: by options and by words in any order.
struct TypedArguments<'m> {
    township: Option<&'m str>,
    fields: Vec<(usize, &'m str)>,
    again: bool,
}

/// What was added.
struct AddedRecord {
    line: Text,
    id: Id,
    warnings: Vec<Fault>,
    report: Report,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let args = AddArgs::read(matches);
    let added = write(call, &args.writing, &args.point, |view, draft, _| add(view, draft, &args))?;
    call.warn(&added.warnings);
    match args.format {
        OutputFormat::Table => call.acknowledge(&added.line)?,
        OutputFormat::Ids => call.acknowledge(&Text::same(added.id.to_string()))?,
        OutputFormat::Csv | OutputFormat::Json | OutputFormat::Markdown | OutputFormat::Xlsx => {
            call.say(&added.report, args.format)?;
        }
    }
    Ok(Exit::Done)
}

fn add(view: &View<'_>, draft: &mut ChangeDraft, args: &AddArgs) -> Result<AddedRecord> {
    let county = view.county;
    let kinds = county.kinds_to_write(&args.kind)?;
    let kind = kinds.find(&args.kind)?;
    let search = Search::new(county, &kinds);
    let reader = EntryReader::new(&search, kind, view.today);
    let typed = typed_arguments(county, kind, args, view.today)?;
    let CompleteRecord { owner, cells, warnings } = complete_record(&reader, &typed)?;
    let reason = args.reason.as_deref().map(plain_text).transpose()?.unwrap_or_default();
    let revision = draft.stamp.entry(Id::random(), cells, &reason);
    let year = revision.date().expect("a record that was checked has a date").year();
    draft.row(county, kind, owner.township, year, &revision);
    let township = &county.in_order()[owner.township];
    let labels = Labels::new(&search);
    let names = |field: &Field, value: &str| labels.of(field, value);
    let name = &township.name;
    let whose = if owner.only {
        text!("{name}（唯一的填报单位）", "{name} (the only township)")
    } else {
        Text::same(name)
    };
    Ok(AddedRecord {
        line: added_line(kind, &whose, &revision, &names),
        id: revision.id,
        warnings,
        report: show(kind, township, std::slice::from_ref(&revision), &names, false),
    })
}

/// `已登记演出 bcdf…：城关镇 2018-03-10 元宵晚会`
fn added_line(kind: &Kind, township: &Text, revision: &Revision, names: ReferenceLabels<'_>) -> Text {
    let title = &kind.title;
    let id = revision.id;
    let told = filled_in_values(kind, revision, names);
    text!("已登记{title} {id}：{township} {told}", "added {title} {id}: {township} {told}", title, township, told)
}

/// The values of a record that were filled in, in words.
fn filled_in_values(kind: &Kind, revision: &Revision, names: ReferenceLabels<'_>) -> Text {
    let mut said: Vec<Text> = Vec::new();
    for (field, value) in kind.fields.iter().zip(&revision.values).filter(|(_, value)| !value.is_empty()) {
        let title = &field.title;
        let value = words(field, value, names);
        said.push(text!("{title} {value}", "{title} {value}", title, value));
    }
    Text::list(&said)
}

/// Sorts the words: `FIELD=VALUE`, the date, the township.
fn typed_arguments<'m>(
    county: &County<'_>,
    kind: &'m Kind,
    args: &'m AddArgs,
    today: Day,
) -> Result<TypedArguments<'m>> {
    let mut typed = TypedArguments {
        township: args.township.as_deref(),
        fields: args.fields.of(kind).collect(),
        again: args.again,
    };
    let mut faults = Vec::new();
    for word in &args.words {
        let dated = typed.fields.iter().any(|(at, _)| *at == 0);
        let day = county.parse_day(word, today);
        if let Some(assigned) = assignment(kind, word) {
            typed.fields.push(assigned);
        } else if !dated && day.is_ok() {
            typed.fields.push((0, word));
        } else if !dated && looks_like_a_date(word) {
            faults.extend(day.err().into_iter().flat_map(|Faults(faults)| faults));
        } else if typed.township.is_none() && (county.townships.find(word).is_ok() || is_a_name(kind, word)) {
            typed.township = Some(word);
        } else {
            faults.push(unassigned_word(kind, word));
        }
    }
    Faults::unless(faults, || typed)
}

/// Whether a word may be what a township is called: it names no choice, and gives no field a value.
fn is_a_name(kind: &Kind, word: &str) -> bool {
    !word.contains(EQUALS) && fields_with_choice(kind, word).is_empty()
}

/// Whether a word that is no date was surely meant as one.
fn looks_like_a_date(word: &str) -> bool {
    let word = fold(word);
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | '年' | '月' | '日' | '号'))
}

/// Whose a record is: the place of the township, and whether it was taken because there is no other.
#[derive(Clone, Copy)]
struct RecordOwner {
    township: TownshipNo,
    only: bool,
}

/// Whose the record is, if that can be told; nothing is said where it hangs on a value that could not be read.
fn record_owner(reader: &EntryReader<'_>, typed: &TypedArguments<'_>, cells: &[String]) -> Result<RecordOwner> {
    let county = reader.search.county;
    let said = |township| RecordOwner { township, only: false };
    if let Some(word) = typed.township {
        return county.township_named(word).map(said);
    }
    if let Some(record) = reader.rostered(cells)? {
        return Ok(said(record.ledger.township));
    }
    if typed.fields.iter().any(|(at, _)| reader.names_rostered(*at)) {
        return Err(Faults(Vec::new()));
    }
    if county.in_order().len() == 1 {
        return Ok(RecordOwner { township: TownshipNo::from(0), only: true });
    }
    Fault::usage("missing-township", text!("没有写明填报单位", "no township given"))
        .hint(text!("加上 -t 单位", "add --township NAME"))
        .fail()
}

/// A record with nothing lacking: whose it is, its values, and what is worth saying of them.
struct CompleteRecord {
    owner: RecordOwner,
    cells: Vec<String>,
    warnings: Vec<Fault>,
}

/// The township and the complete values, with all faults at once.
fn complete_record(reader: &EntryReader<'_>, typed: &TypedArguments<'_>) -> Result<CompleteRecord> {
    let mut read = reader.read(&[], &typed.fields);
    let mut faults = std::mem::take(&mut read.faults);
    let unread = faults.iter().any(|fault| fault.level == Level::Error);
    let owner = record_owner(reader, typed, &read.cells);
    let not_yet = reader.not_yet(&read.cells);
    let cells = if unread { Ok(Vec::new()) } else { reader.complete(read.cells) };
    match (owner, cells) {
        (Ok(owner), Ok(cells)) if !unread => {
            faults.extend(reader.fits(owner.township, &cells)?);
            if !typed.again
                && let Some(twin) = reader.twin(owner.township, &cells, None)?
            {
                faults.push(reader.already(&twin));
            }
            let warnings = Faults::unless(faults.clone(), || faults)?;
            Ok(CompleteRecord { owner, cells, warnings })
        }
        (owner, cells) => {
            faults.extend(owner.err().into_iter().chain(cells.err()).flat_map(|Faults(faults)| faults));
            faults.extend(not_yet);
            Err(Faults(faults))
        }
    }
}
