//! Which field of a kind people mean, and the conditions that they set.

use crate::base::fault::{Fault, Result};
use crate::base::fuzzy::{fold, nearest};
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::schema::kind::{Field, FieldNo, FieldType, Kind};
use crate::schema::parse::{self, ParseContext};
use std::collections::HashMap;

/// What stands between a field and its value.
pub(crate) const EQUALS: [char; 3] = ['=', '＝', '：'];

/// Parts a `FIELD=VALUE` word into the field and its value; none if it is no such word.
#[must_use]
pub(crate) fn assignment<'w>(kind: &Kind, word: &'w str) -> Option<(FieldNo, &'w str)> {
    let (name, value) = word.split_once(EQUALS)?;
    field_of(kind, name.trim()).map(|field| (field, value))
}

/// A field by its name, its option, its title or a heading.
#[must_use]
pub(crate) fn field_of(kind: &Kind, name: &str) -> Option<FieldNo> {
    let wanted = fold(name).replace('-', "_");
    let found = kind.fields.iter().position(|field| {
        let titles = [&*field.title.zh, &*field.title.en].into_iter().chain(field.headings.iter().map(String::as_str));
        field.name == wanted || titles.map(fold).any(|title| title == fold(name))
    });
    found.map(FieldNo::from)
}

/// That a kind has no field which is called so, with those that come near.
#[must_use]
pub(crate) fn unknown_field(kind: &Kind, called: &str) -> Fault {
    let called = called.trim();
    let fields = || kind.active_fields().map(|(_, field)| field);
    let names = |field: &Field| [field.name.clone(), field.title.zh.to_string(), field.title.en.to_string()];
    let words: Vec<String> = fields().flat_map(names).collect();
    let near = nearest(called, words.iter().map(String::as_str), 3);
    let mut meant: Vec<&Field> = Vec::new();
    for field in near.iter().filter_map(|near| fields().find(|field| names(field).iter().any(|name| name == near))) {
        if !meant.contains(&field) {
            meant.push(field);
        }
    }
    let meant: Vec<Text> = meant
        .into_iter()
        .map(|field| {
            let name = &field.name;
            let title = &field.title;
            let english = if title.en == name.as_str() { String::new() } else { format!(" ({})", title.en) };
            let chinese = &title.zh;
            text!("{name}（{chinese}）", "{name}{english}")
        })
        .collect();
    let id = &kind.id;
    let title = &kind.title;
    let list = Text::list(&meant);
    let fault =
        Fault::usage("unknown-field", text!("{title}没有字段“{called}”", "{title} has no field “{called}”", title));
    fault.hint(if meant.is_empty() {
        text!("字段见 culture kinds {id}", "list the fields with culture kinds {id}")
    } else {
        text!(
            "是否指 {list}？全部字段见 culture kinds {id}",
            "did you mean {list}? list all fields with culture kinds {id}",
            list
        )
    })
}

/// The fields that have a choice of that name.
#[must_use]
pub(crate) fn fields_with_choice<'k>(kind: &'k Kind, word: &str) -> Vec<&'k Field> {
    let fields = kind.active_fields().map(|(_, field)| field);
    fields.filter(|field| parse::is_choice(field.ty.choices(), word)).collect()
}

/// What is said of a word of which nobody can tell for which field it is meant.
#[must_use]
pub(crate) fn unassigned_word(kind: &Kind, word: &str) -> Fault {
    if let Some((called, _)) = word.split_once(EQUALS) {
        return unknown_field(kind, called);
    }
    let fault = Fault::usage("unassigned-word", text!("“{word}”没有写明填在哪一栏", "no field given for “{word}”"));
    let assigned = |field: &&Field| format!("{}={word}", field.name);
    let choosing: Vec<String> = fields_with_choice(kind, word).iter().map(assigned).collect();
    if !choosing.is_empty() {
        let zh = choosing.join(" 或 ");
        let en = choosing.join(" or ");
        return fault.hint(text!("写成 {zh}", "write {en}"));
    }
    // What people leave out is mostly what the thing is called.
    let of_text = || kind.active_fields().map(|(_, field)| field).filter(|field| field.ty == FieldType::Text);
    let known = if kind.label.is_empty() { &kind.key } else { &kind.label };
    let called = of_text().find(|field| known.iter().any(|&at| kind.fields[at].name == field.name));
    let example = called.or_else(|| of_text().next()).map_or_else(String::new, |field| assigned(&field));
    fault.hint(text!("写成 字段=值，如 {example}", "write it as FIELD=VALUE, e.g. {example}"))
}

/// Conditions written `FIELD=VALUE`, as fields and canonical values.
///
/// # Errors
/// A word without `=`, an unknown field, a value that cannot be read.
pub(crate) fn conditions(kind: &Kind, words: &[String], context: &ParseContext<'_>) -> Result<Vec<(FieldNo, String)>> {
    words.iter().map(|word| condition(kind, word, context)).collect()
}

fn condition(kind: &Kind, word: &str, context: &ParseContext<'_>) -> Result<(FieldNo, String)> {
    let Some((field, value)) = assignment(kind, word) else {
        if let Some((called, _)) = word.split_once(EQUALS) {
            return unknown_field(kind, called).fail();
        }
        let id = &kind.id;
        let names = field_names(kind);
        return Fault::usage(
            "missing-equals-sign",
            text!("条件“{word}”应写作 字段=值", "invalid condition “{word}”: expected FIELD=VALUE"),
        )
        .hint(text!("{id} 的字段：{names}", "fields of {id}: {names}", names))
        .fail();
    };
    Ok((field, parse::read(&kind.fields[field], value, context)?.value.into_owned()))
}

/// The names of a kind's fields, as a list.
pub(crate) fn field_names(kind: &Kind) -> Text {
    let names: Vec<Text> = kind.fields.iter().map(|field| Text::same(&field.name)).collect();
    Text::list(&names)
}

/// What was typed for fields by options of their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldValues(HashMap<String, String>);

impl FieldValues {
    /// By the fields' names.
    pub(crate) fn new(by_name: HashMap<String, String>) -> FieldValues {
        FieldValues(by_name)
    }

    /// What was typed for a kind's fields: the field, and the words.
    pub(crate) fn of<'v>(&'v self, kind: &'v Kind) -> impl Iterator<Item = (FieldNo, &'v str)> {
        let fields = kind.fields.iter().numbered();
        fields.filter_map(|(at, field)| Some((at, self.0.get(&field.name)?.as_str())))
    }
}

/// The fields that options and `FIELD=VALUE` words give, and what was typed for each.
///
/// # Errors
/// A word of which nobody can tell for which field it is meant; a field that is given more than once, and not the same.
pub(crate) fn given<'v>(
    kind: &'v Kind,
    words: &'v [String],
    fields: &'v FieldValues,
) -> Result<Vec<(FieldNo, &'v str)>> {
    let mut given: Vec<(FieldNo, &str)> = fields.of(kind).collect();
    for word in words {
        given.push(assignment(kind, word).ok_or_else(|| unassigned_word(kind, word))?);
    }
    for (at, (field, value)) in given.iter().enumerate() {
        if let Some((_, other)) = given[..at].iter().find(|(before, other)| before == field && other != value) {
            let title = &kind.fields[*field].title;
            let what =
                text!("“{title}”写了两次：{other}、{value}", "“{title}” is given twice: {other} and {value}", title);
            return Fault::usage("given-twice", what)
                .of_field(&kind.fields[*field].name)
                .hint(Text::new("只写一次", "give it once"))
                .fail();
        }
    }
    Ok(given)
}

/// The same as they can be typed again.
#[must_use]
pub(crate) fn typed(kind: &Kind, given: &[(FieldNo, &str)]) -> String {
    let word = |(at, value): &(FieldNo, &str)| {
        let name = &kind.fields[*at].name;
        let value = if value.is_empty() { "-" } else { value };
        pasted(&format!("{name}={value}"))
    };
    given.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A word as it can be typed again: in quotation marks where a shell would part it or read something else.
#[must_use]
pub(crate) fn pasted(word: &str) -> String {
    if !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_.,:/=，。、；：（）".contains(c)) {
        return word.to_owned();
    }
    let read_by_shells = |c: char| if "\"$`\\".contains(c) { format!("\\{c}") } else { c.to_string() };
    format!("\"{}\"", word.chars().map(read_by_shells).collect::<String>())
}
