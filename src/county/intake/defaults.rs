//! What a table's records are given besides their own cells: which column is which field, values for all, the township
//! and the month, by the arguments or as written above the table.

use super::request::ImportRequest;
use crate::base::day::Month;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::fuzzy::fold;
use crate::base::number::Numbered as _;
use crate::base::paths::SETTINGS;
use crate::base::text::Text;
use crate::county::County;
use crate::county::entry::EntryReader;
use crate::county::fields::{EQUALS, assignment, field_of, unknown_field};
use crate::import::{RawRecord, SheetTable, TOWNSHIP_HEADINGS};
use crate::ledger::revise;
use crate::schema::kind::{Field, FieldDefault, FieldNo, FieldType, Kind, Requirement};
use crate::schema::parse;
use crate::schema::township::TownshipNo;
use std::borrow::Cow;

/// The month written above a table.
pub(super) fn month_above(reader: &EntryReader<'_>, table: &SheetTable, file: &str) -> Result<Option<Month>> {
    let read = table.month.as_ref().map(|text| parse::month(text, reader.today, reader.year)).transpose();
    read.map_err(|fault| {
        let what = &fault.what;
        let fault =
            Fault { what: text!("表上方的月份：{what}", "the month above the table: {what}", what), ..fault };
        fault.at(Place::file(file)).into()
    })
}

/// `--map`, and after it what `culture.toml` keeps for the kind, for whichever sheet has such columns; how many are of
/// `--map`.
pub(super) fn column_mapping(
    county: &County<'_>,
    kind: &Kind,
    asked: &ImportRequest<'_>,
) -> Result<(Vec<(String, FieldNo)>, usize)> {
    let given = asked.asked.map.iter();
    let must = given.len();
    let kept = county.settings.maps.iter().filter(|(id, _)| *id == kind.id).map(|(_, pair)| pair);
    let pair = |word: &String| {
        let Some((heading, field)) = word.rsplit_once(['=', '＝']) else {
            return Err(no_equals_sign(
                kind,
                text!("“{word}”应写作 列名=字段", "invalid mapping “{word}”: expected HEADING=FIELD"),
            ));
        };
        let found = field_of(kind, field).ok_or_else(|| unknown_field(kind, field))?;
        Ok((heading.trim().to_owned(), found))
    };
    let in_settings = |fault: Fault| fault.at(Place::file(SETTINGS));
    let all = all_or_faults(given.map(pair).chain(kept.map(|word| pair(word).map_err(in_settings))))?;
    Ok((all, must))
}

/// All values, or everything that is wrong.
fn all_or_faults<T>(found: impl Iterator<Item = std::result::Result<T, Fault>>) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let mut faults = Vec::new();
    for one in found {
        match one {
            Ok(value) => values.push(value),
            Err(fault) => faults.push(fault),
        }
    }
    Faults::unless(faults, || values)
}

fn no_equals_sign(kind: &Kind, what: Text) -> Fault {
    let id = &kind.id;
    Fault::usage("missing-equals-sign", what)
        .hint(text!("字段见 culture kinds {id}", "list the fields with culture kinds {id}"))
}

/// `--set`: fields and what all records are given there.
pub(super) fn set_values(kind: &Kind, asked: &ImportRequest<'_>) -> Result<Vec<(FieldNo, String)>> {
    let pair = |word: &String| match (assignment(kind, word), word.split_once(EQUALS)) {
        (Some((field, value)), _) => Ok((field, value.to_owned())),
        (None, Some((called, _))) => Err(unknown_field(kind, called)),
        (None, None) => {
            Err(no_equals_sign(kind, text!("“{word}”应写作 字段=值", "invalid setting “{word}”: expected FIELD=VALUE")))
        }
    };
    all_or_faults(asked.asked.set.iter().map(pair))
}

/// That the values of `--set` can be read: said once, and not of every row.
pub(super) fn check_set_values(reader: &EntryReader<'_>, set: &[(FieldNo, String)]) -> Result<()> {
    let given: Vec<(FieldNo, &str)> = set.iter().map(|(field, value)| (*field, value.as_str())).collect();
    let faults = reader.read(&[], &given).faults.into_iter();
    let said = |fault: Fault| {
        let what = &fault.what;
        Fault { what: text!("--set：{what}", "--set: {what}", what), ..fault }
    };
    Faults::unless(faults.map(said).collect(), || ())
}

/// The column that names a township for each row, and the table's notes without the one that it was not taken.
pub(super) fn township_column(table: &SheetTable) -> (Option<u32>, Vec<Fault>) {
    let named = |heading: &str| TOWNSHIP_HEADINGS.iter().any(|called| fold(called) == fold(heading));
    let column = table.columns.iter().find(|column| column.field.is_none() && named(&column.heading));
    let Some(column) = column else { return (None, table.notes.clone()) };
    let about_it = |note: &&Fault| note.code == "skipped-column" && note.field.as_ref() == Some(&column.heading);
    let notes = table.notes.iter().filter(|note| !about_it(note)).cloned().collect();
    (Some(column.at), notes)
}

/// Whose a table is: as asked, else as written above it.
pub(super) fn requested_township(
    county: &County<'_>,
    asked: &ImportRequest<'_>,
    table: &SheetTable,
    file: &str,
) -> Result<Option<TownshipNo>> {
    if asked.township.is_some() {
        return Ok(asked.township);
    }
    let Some(word) = &table.township else { return Ok(None) };
    county
        .township_named(word)
        .map(Some)
        .map_err(|Faults(faults)| Faults(faults.into_iter().map(|fault| fault.at(Place::file(file))).collect()))
}

/// That a table says above it that it is another township's than was asked for.
pub(super) fn other_township(
    county: &County<'_>,
    asked: &ImportRequest<'_>,
    table: &SheetTable,
    file: &str,
) -> Option<Fault> {
    let asked = asked.township?;
    let word = table.township.as_ref()?;
    let other = county.townships.find(word).ok()?;
    let asked = &county.in_order()[asked];
    let what = text!(
        "表上方写的是“{word}”，按 --township 记为{asked}",
        "“{word}” is written above the table, but --township says {asked}: imported for the latter",
        asked = Text::same(&asked.name)
    );
    let fault =
        Fault::warning("other-township", what).hint(Text::new("请核对是不是这个单位的表", "is it the right file?"));
    (other.id != asked.id).then(|| fault.at(Place::file(file)))
}

/// The field of a kind that says which month its records are for, where a month was asked for.
pub(super) fn month_field(kind: &Kind, asked: &ImportRequest<'_>) -> Option<FieldNo> {
    asked.month?;
    kind.active_fields().find(|(_, field)| field.ty == FieldType::Month).map(|(at, _)| at)
}

/// `--month` for the field of a kind that says which month its records are for, where the table does not.
pub(super) fn requested_month(
    kind: &Kind,
    asked: &ImportRequest<'_>,
    table: &SheetTable,
    set: &[(FieldNo, String)],
) -> Option<(FieldNo, String)> {
    let field = month_field(kind, asked)?;
    let has = table.columns.iter().any(|column| column.field == Some(field)) || set.iter().any(|(at, _)| *at == field);
    asked.month.filter(|_| !has).map(|month| (field, month.to_string()))
}

/// What is missing in a row of which other values cannot be read, as far as that can be told.
pub(super) fn also_missing(kind: &Kind, cells: &[Cow<'_, str>], raw: &RawRecord<'_>) -> Faults {
    let unread = |field: FieldNo| raw.values.iter().any(|given| given.field == field) && cells[field].is_empty();
    let told = |field: &Field| match field.required {
        Requirement::No | Requirement::Always => true,
        Requirement::When(other, _) | Requirement::Unless(other, _) => !unread(other),
    };
    let sure = |(at, field): &(FieldNo, &Field)| {
        cells[*at].is_empty() && !unread(*at) && field.default == FieldDefault::None && told(field)
    };
    let Err(Faults(found)) = revise::check(kind, cells) else { return Faults(Vec::new()) };
    let sure: Vec<&str> = kind.fields.iter().numbered().filter(sure).map(|(_, field)| field.name.as_str()).collect();
    let is_sure = |fault: &Fault| {
        fault.code == "missing-value" && fault.field.as_deref().is_some_and(|field| sure.contains(&field))
    };
    Faults(found.into_iter().filter(is_sure).collect())
}
