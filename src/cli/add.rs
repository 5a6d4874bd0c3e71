//! `culture add KIND`: one record, checked whole, with its id.

use super::frame::{Call, Verb};
use super::options::{self, flag, option, positional};
use super::writing::write;
use crate::base::day::Day;
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::county::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::{Labels, Search};
use crate::render::OutputFormat;
use crate::report::records::{ReferenceLabels, show, words};
use crate::schema::kind::{Field, Kind};
use crate::schema::parse;
use crate::schema::record::Revision;
use clap::{ArgAction, ArgMatches, Command};

/// The verb.
pub(super) const VERB: Verb = Verb {
    name: "add",
    about: Text::new("登记一条记录：培训、团队、演出等", "Add a record: a training, a troupe, a performance, …"),
    arguments,
    run,
};

/// The options of `add` that no kind makes.
fn arguments(command: Command, call: &Call<'_>) -> Result<Command> {
    let lang = call.lang;
    let kind = positional(
        lang,
        "kind",
        &Text::new("类别", "KIND"),
        &Text::new("台账类别，见 culture kinds", "Kind of record (see culture kinds)"),
    );
    let word = Text::new("单位、日期，或 字段=值", "Township, date, FIELD=VALUE");
    let words = positional(lang, "words", &Text::new("内容", "WORDS"), &word).action(ArgAction::Append).num_args(0..);
    let again =
        flag(lang, "again", &Text::new("与已有记录相同的也登记", "Go ahead even if an identical record exists"));
    let command =
        command.arg(kind.required(true)).arg(words).arg(options::township(lang)).arg(options::today(lang)).arg(again);
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

/// What was typed: by options and by words in any order.
#[derive(Debug, Default)]
struct TypedArguments<'m> {
    township: Option<String>,
    fields: Vec<(usize, &'m str)>,
}

fn run(call: &mut Call<'_>, matches: &ArgMatches) -> Result<Exit> {
    let format = options::requested_format(matches);
    let (said, revision, warnings, report) = write(call, matches, |county, draft, call| {
        let word = matches.get_one::<String>("kind").map_or("", String::as_str);
        let kinds = county.kinds_to_write(word)?;
        let kind = kinds.find(word)?.clone();
        let today = county.as_of(matches.get_one("today"), call.world.now)?;
        let search = Search::new(county, &kinds, call.world.threads);
        let reader = EntryReader::new(&search, &kind, today);
        let typed = typed_arguments(county, &kind, matches, today)?;
        let (RecordOwner { township, only }, cells, warnings) = complete_record(county, &reader, &typed, matches)?;
        let reason = matches
            .get_one::<String>("reason")
            .map(|reason| parse::plain_text(reason))
            .transpose()?
            .unwrap_or_default();
        let revision = draft.stamp.entry(Id::random(), cells, &reason);
        let year = revision.date().map_or(today.year(), Day::year);
        draft.row(county, &kind, township, year, &revision);
        let place = &county.in_order()[township];
        let labels = Labels::new(&search);
        let names = |field: &Field, value: &str| labels.of(field, value);
        let report = show(&kind, place, std::slice::from_ref(&revision), &names, false);
        let name = &place.name;
        let whose = if only {
            text!("{name}（唯一的填报单位）", "{name} (the only township)")
        } else {
            Text::same(name)
        };
        Ok((added_line(&kind, &whose, &revision, &names), revision, warnings, report))
    })?;
    call.warn(&warnings);
    if format == OutputFormat::Table {
        call.acknowledge(&said)?;
        return Ok(Exit::Done);
    }
    if format == OutputFormat::Ids {
        call.acknowledge(&Text::same(revision.id.to_string()))?;
        return Ok(Exit::Done);
    }
    call.say(&report, format)?;
    Ok(Exit::Done)
}

/// `已登记演出 bcdf…：城关镇 2018-03-10 元宵晚会`
fn added_line(kind: &Kind, township: &Text, revision: &Revision, names: ReferenceLabels<'_>) -> Text {
    let (title, id) = (&kind.title, revision.id);
    let told = filled_in_values(kind, revision, names);
    text!("已登记{title} {id}：{township} {told}", "added {title} {id}: {township} {told}", title, township, told)
}

/// The values of a record that were filled in, in words.
fn filled_in_values(kind: &Kind, revision: &Revision, names: ReferenceLabels<'_>) -> Text {
    let mut said: Vec<Text> = Vec::new();
    for (field, value) in kind.fields.iter().zip(&revision.values).filter(|(_, value)| !value.is_empty()) {
        let (title, value) = (&field.title, words(field, value, names));
        said.push(text!("{title} {value}", "{title} {value}", title, value));
    }
    Text::list(&said)
}

/// Sorts the words: `FIELD=VALUE`, the date, the township.
fn typed_arguments<'m>(
    county: &County<'_>,
    kind: &Kind,
    matches: &'m ArgMatches,
    today: Day,
) -> Result<TypedArguments<'m>> {
    let mut typed = TypedArguments { township: matches.get_one::<String>("township").cloned(), fields: Vec::new() };
    for (at, field) in kind.fields.iter().enumerate() {
        typed.fields.extend(options::option_value(matches, field).map(|text| (at, text.as_str())));
    }
    let year = county.plan_year(today).unwrap_or(today.year());
    let mut faults = Vec::new();
    for word in matches.get_many::<String>("words").into_iter().flatten() {
        let dated = typed.fields.iter().any(|(at, _)| *at == 0);
        if let Some(assigned) = options::assignment(kind, word) {
            typed.fields.push(assigned);
        } else if !dated && parse::day(word, today, year).is_ok() {
            typed.fields.push((0, word));
        } else if !dated && looks_like_a_date(word) {
            faults.extend(parse::day(word, today, year).err());
        } else if typed.township.is_none() && (county.townships.find(word).is_ok() || is_a_name(kind, word)) {
            typed.township = Some(word.clone());
        } else {
            faults.push(options::unassigned_word(kind, word));
        }
    }
    Faults::unless(faults, || typed)
}

/// Whether a word may be what a township is called: it names no choice, and gives no field a value.
fn is_a_name(kind: &Kind, word: &str) -> bool {
    !word.contains(options::EQUALS) && options::fields_with_choice(kind, word).is_empty()
}

/// Whether a word that is no date was surely meant as one.
fn looks_like_a_date(word: &str) -> bool {
    let word = crate::base::fuzzy::fold(word);
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | '年' | '月' | '日' | '号'))
}

/// Whose a record is: the place of the township, and whether it was taken because there is no other.
#[derive(Clone, Copy)]
struct RecordOwner {
    township: usize,
    only: bool,
}

/// Whose the record is, if that can be told; nothing is said where it hangs on a value that could not be read.
fn record_owner(
    county: &County<'_>,
    reader: &EntryReader<'_>,
    typed: &TypedArguments<'_>,
    cells: &[String],
) -> Result<RecordOwner> {
    let said = |township| RecordOwner { township, only: false };
    if let Some(word) = &typed.township {
        return county.townships.find(word).map(|township| said(county.township_index(&township.id)));
    }
    if let Some(record) = reader.rostered(cells)? {
        return Ok(said(record.ledger.township));
    }
    if typed.fields.iter().any(|(at, _)| reader.names_rostered(*at)) {
        return Err(Faults(Vec::new()));
    }
    if county.in_order().len() == 1 {
        return Ok(RecordOwner { township: 0, only: true });
    }
    Fault::usage("unsorted", text!("没有写明填报单位", "no township given"))
        .hint(text!("加上 -t 单位", "add --township NAME"))
        .fail()
}

/// The township and the complete values, with all faults at once.
fn complete_record(
    county: &County<'_>,
    reader: &EntryReader<'_>,
    typed: &TypedArguments<'_>,
    matches: &ArgMatches,
) -> Result<(RecordOwner, Vec<String>, Vec<Fault>)> {
    let mut read = reader.read(&[], &typed.fields);
    let mut faults = std::mem::take(&mut read.faults);
    let unread = faults.iter().any(|fault| fault.level == Level::Error);
    let whose = record_owner(county, reader, typed, &read.cells);
    let not_yet = reader.not_yet(&read.cells);
    let cells = if unread { Ok(Vec::new()) } else { reader.complete(read.cells) };
    match (whose, cells) {
        (Ok(whose), Ok(cells)) if !unread => {
            let township = whose.township;
            faults.extend(reader.fits(township, &cells)?);
            if !matches.get_flag("again")
                && let Some(twin) = reader.twin(township, &cells, None)?
            {
                faults.push(reader.already(&twin));
            }
            Faults::unless(faults.clone(), || (whose, cells, faults))
        }
        (whose, cells) => {
            faults.extend(whose.err().into_iter().chain(cells.err()).flat_map(|Faults(faults)| faults));
            faults.extend(not_yet);
            Err(Faults(faults))
        }
    }
}
