//! A record is added: what was typed is sorted, read, completed, checked whole, and told.

use super::County;
use super::draft::ChangeDraft;
use super::entry::EntryReader;
use super::fields::{EQUALS, FieldValues, assignment, fields_with_choice, unassigned_word};
use super::search::{Labels, Search};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::fuzzy::fold;
use crate::base::id::Id;
use crate::base::text::Text;
use crate::report::Report;
use crate::report::records::{RecordPage, ReferenceLabels, show, words};
use crate::schema::kind::{Field, FieldNo, Kind};
use crate::schema::parse::plain_text;
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;

/// What is to be added, as typed.
#[derive(Clone, Debug)]
pub(crate) struct AdditionAsked {
    /// The kind of record.
    pub kind: String,
    /// Township, date and `FIELD=VALUE`, in any order.
    pub words: Vec<String>,
    /// The township, by its option.
    pub township: Option<String>,
    /// The fields that have options of their own.
    pub fields: FieldValues,
    /// Why it is added.
    pub reason: Option<String>,
    /// It is recorded even if such a record is there.
    pub again: bool,
}

/// What was typed: by options and by words in any order.
struct TypedArguments<'m> {
    township: Option<&'m str>,
    fields: Vec<(FieldNo, &'m str)>,
    again: bool,
}

/// What was added.
pub(crate) struct AddedRecord {
    /// That it is added, in a line.
    pub line: Text,
    /// Its id.
    pub id: Id,
    /// What is worth saying.
    pub warnings: Vec<Fault>,
    /// The record.
    pub report: Report,
}

/// Drafts a record; of what is wrong with it everything is said.
///
/// # Errors
/// What was typed does not make a record, or there is one already that says the same; whatever is wrong with a ledger.
pub(crate) fn add_record(view: &View<'_>, draft: &mut ChangeDraft, asked: &AdditionAsked) -> Result<AddedRecord> {
    let county = view.county;
    let kinds = county.kinds_to_write(&asked.kind)?;
    let kind = kinds.find(&asked.kind)?;
    let search = Search::new(county, &kinds);
    let reader = EntryReader::new(&search, kind, view.today);
    let typed = typed_arguments(county, kind, asked, view.today)?;
    let CompleteRecord { owner, cells, warnings } = complete_record(&reader, &typed)?;
    let reason = match &asked.reason {
        Some(reason) => plain_text(reason)?,
        None => String::new(),
    };
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
    let history = std::slice::from_ref(&revision);
    let shown = RecordPage { kind, township, history, as_of: None, whole: false };
    Ok(AddedRecord {
        line: added_line(kind, &whose, &revision, &names),
        id: revision.id,
        warnings,
        report: show(&shown, &names),
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
    asked: &'m AdditionAsked,
    today: Day,
) -> Result<TypedArguments<'m>> {
    let mut typed = TypedArguments {
        township: asked.township.as_deref(),
        fields: asked.fields.of(kind).collect(),
        again: asked.again,
    };
    let mut faults = Vec::new();
    for word in &asked.words {
        let dated = typed.fields.iter().any(|(at, _)| *at == FieldNo::DATE);
        let day = county.parse_day(word, today);
        if let Some(assigned) = assignment(kind, word) {
            typed.fields.push(assigned);
        } else if !dated && day.is_ok() {
            typed.fields.push((FieldNo::DATE, word));
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

impl RecordOwner {
    fn said(township: TownshipNo) -> RecordOwner {
        RecordOwner { township, only: false }
    }
}

/// Whose the record is, if that can be told; nothing is said where it hangs on a value that could not be read.
fn record_owner(reader: &EntryReader<'_>, typed: &TypedArguments<'_>, cells: &[String]) -> Result<RecordOwner> {
    let county = reader.search.county;
    if let Some(word) = typed.township {
        return county.township_named(word).map(RecordOwner::said);
    }
    if let Some(record) = reader.rostered(cells)? {
        return Ok(RecordOwner::said(record.ledger.township));
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
