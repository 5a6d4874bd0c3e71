//! One `[[field]]` of a kind's file.

use crate::base::config::{ConfigTable, ConfigValue, Word, suggestion};
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::schema::kind::cell::decimal;
use crate::schema::kind::{Choice, FieldType};

/// The most that a number may be where its field does not say.
const MOST: i64 = 1_000_000_000_000;
/// Columns of every ledger that are no fields.
const RESERVED: [&str; 7] = ["id", "rev", "state", "entered_at", "entered_by", "reason", "batch"];
const TYPES: [&str; 10] = ["text", "date", "month", "year", "integer", "decimal", "bool", "choice", "township", "ref"];

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a key of the file, on its own")]
pub(super) struct DraftField {
    pub(super) name: Word,
    pub(super) title: Text,
    pub(super) headings: Vec<Word>,
    pub(super) ty: FieldType,
    /// The kind that a reference names, or `*`.
    pub(super) to: Option<Word>,
    pub(super) required: DraftRequirement,
    pub(super) default: Option<Word>,
    pub(super) default_from: Option<Word>,
    pub(super) after: Option<Word>,
    pub(super) approximate: bool,
    pub(super) digits: Option<u8>,
    pub(super) files: bool,
    pub(super) personal: bool,
    pub(super) retired: bool,
}

#[derive(Debug)]
pub(super) enum DraftRequirement {
    No,
    Always,
    When(Word, Word),
    Unless(Word, Word),
}

impl DraftField {
    /// Whether it can be the first of a kind.
    pub(super) fn is_the_date(&self) -> bool {
        self.name.text == "date"
            && matches!(self.ty, FieldType::Date)
            && matches!(self.required, DraftRequirement::Always)
            && !self.retired
    }
}

/// Reads a field; `added` to a built-in kind it must not be required, since older rows lack it.
pub(super) fn field(table: &ConfigTable<'_>, added: bool) -> Option<DraftField> {
    let name = table.require_word("name");
    if let Some(name) = &name {
        check_name(table, name);
    }
    let to = table.word("to");
    let ty = field_type(table, to.as_ref());
    let is_number = ty.as_ref().is_none_or(FieldType::is_number);
    let is_text = ty.as_ref().is_none_or(|ty| *ty == FieldType::Text);
    only_with(table, "approximate", is_number, "integer, decimal");
    only_with(table, "digits", is_text, "text");
    only_with(table, "files", is_text, "text");
    let field = DraftField {
        title: table.require_bilingual("title"),
        headings: table.words("headings"),
        to,
        required: required(table, added),
        default: table.value("default").and_then(|value| value.cell()),
        default_from: table.word("default_from"),
        after: table.word("after"),
        approximate: table.boolean("approximate", false),
        digits: table.integer("digits", 1..=18).and_then(|digits| u8::try_from(digits).ok()),
        files: table.boolean("files", false),
        personal: table.boolean("personal", false),
        retired: table.boolean("retired", false),
        ty: ty?,
        name: name?,
    };
    if let (Some(_), Some(from)) = (&field.default, &field.default_from) {
        let what = text!("default 与 default_from 只能写一个", "default and default_from cannot be used together");
        table.report(Fault::new("contradicting-keys", what).at(from.place()));
    }
    Some(field)
}

fn check_name(table: &ConfigTable<'_>, name: &Word) {
    let word = &name.text;
    let snake = word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.len() <= 40
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let fault = if !snake {
        Fault::new("wrong-id", text!("“{word}”不能作字段名", "“{word}” is not a valid field name")).hint(text!(
            "用小写英文字母开头，只含小写字母、数字和下划线，最多 40 个字符；中文写在 title 里",
            "start with a-z, use only a-z, 0-9 and _, at most 40 characters"
        ))
    } else if RESERVED.contains(&word.as_str()) {
        Fault::new("reserved-name", text!("每份台账都已有 {word} 列", "every ledger already has a column “{word}”"))
            .hint(text!("换一个字段名", "choose another name"))
    } else {
        return;
    };
    table.report(fault.at(name.place()));
}

/// What the field holds; none where that cannot be told, which is a fault.
fn field_type(table: &ConfigTable<'_>, to: Option<&Word>) -> Option<FieldType> {
    let word = table.word("type");
    let ty = word.as_ref().map_or("text", |word| word.text.as_str());
    let number = matches!(ty, "integer" | "decimal");
    only_with(table, "min", number, "integer, decimal");
    only_with(table, "max", number, "integer, decimal");
    only_with(table, "places", ty == "decimal", "decimal");
    only_with(table, "choices", ty == "choice", "choice");
    only_with(table, "to", ty == "ref", "ref");
    let read = match (ty, word.as_ref()) {
        ("date", _) => FieldType::Date,
        ("month", _) => FieldType::Month,
        ("year", _) => FieldType::Year,
        ("integer", _) => integer(table),
        ("decimal", _) => decimal_type(table)?,
        ("bool", _) => FieldType::Bool,
        ("choice", _) => FieldType::Choice(choices(table)),
        ("township", _) => FieldType::Township,
        ("ref", _) => {
            if to.is_none() {
                table.require("to");
            }
            FieldType::Ref(to.map(|to| to.text.clone()).filter(|to| to != "*"))
        }
        ("text", _) | (_, None) => FieldType::Text,
        (_, Some(word)) => {
            let fault =
                Fault::new("unknown-type", text!("没有“{ty}”这种字段类型", "unknown type “{ty}”")).at(word.place());
            table.report(fault.hint(suggestion(ty, TYPES.into_iter())));
            return None;
        }
    };
    Some(read)
}

/// Reports a key that means nothing for the field's type.
fn only_with(table: &ConfigTable<'_>, key: &'static str, fits: bool, types: &str) {
    if let Some(value) = table.value(key).filter(|_| !fits) {
        let hint = text!("{key} 只用于 {types} 类型", "{key} is only for fields of type {types}");
        value.fault("misplaced-key", text!("此类型的字段没有 {key}", "fields of this type have no {key}"), Some(hint));
    }
}

fn integer(table: &ConfigTable<'_>) -> FieldType {
    let min = table.integer("min", -MOST..=MOST).unwrap_or(0);
    let max = table.integer("max", -MOST..=MOST).unwrap_or(MOST);
    check_order(table, min, max);
    FieldType::Integer { min, max }
}

fn decimal_type(table: &ConfigTable<'_>) -> Option<FieldType> {
    let places = u8::try_from(table.require("places")?.integer(1..=4)?).ok()?;
    let min = decimal_bound(table, "min", places).unwrap_or(0);
    let max = decimal_bound(table, "max", places).unwrap_or(MOST * 10_i64.pow(u32::from(places)));
    check_order(table, min, max);
    Some(FieldType::Decimal { places, min, max })
}

fn decimal_bound(table: &ConfigTable<'_>, key: &'static str, places: u8) -> Option<i64> {
    let value = table.value(key)?;
    let units = decimal(value.cell()?.text.as_bytes(), places);
    if units.is_none() {
        let places = Text::count(places, "decimal", "decimals");
        let what = text!("此处应为最多 {places} 位小数的数", "expected a number with at most {places}", places);
        value.fault("wrong-value", what, Some(text!("例如 \"0.5\"", "e.g. \"0.5\"")));
    }
    units
}

fn check_order(table: &ConfigTable<'_>, min: i64, max: i64) {
    let bound = table.value("min").or_else(|| table.value("max"));
    if let Some(bound) = bound.filter(|_| min > max) {
        bound.fault("bounds-order", text!("min 大于 max", "min is greater than max"), None);
    }
}

fn choices(table: &ConfigTable<'_>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    if table.require("choices").is_none() {
        return choices;
    }
    for (choice, token) in table.tables("choices", choice) {
        if choices.iter().any(|other| other.token == choice.token)
            && let Some(token) = token
        {
            let what = &choice.token;
            token.fault("repeated-choice", text!("选项 {what} 重复", "duplicate choice “{what}”"), None);
        }
        choices.push(choice);
    }
    if choices.iter().all(|choice| choice.retired) {
        table.fault(
            "no-choice",
            text!("没有可选的选项", "there are no choices to choose from"),
            text!("写上 choices = [{{ token, zh, en }}, …]", "add choices = [{{ token, zh, en }}, …]"),
        );
    }
    choices
}

fn choice<'t>(table: &ConfigTable<'t>) -> (Choice, Option<ConfigValue<'t>>) {
    let token = table.require_text("token");
    let value = table.value("token");
    let is_plain = token.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if let Some(value) = value.filter(|_| !is_plain) {
        let hint = text!("只用小写英文字母、数字和连字符", "use only a-z, 0-9 and -");
        value.fault("wrong-id", text!("“{token}”不能作选项代号", "“{token}” is not a valid token"), Some(hint));
    }
    let title = Text::owned(table.require_text("zh"), table.require_text("en"));
    (Choice { token, title, retired: table.boolean("retired", false) }, value)
}

fn required(table: &ConfigTable<'_>, added: bool) -> DraftRequirement {
    let always = table.boolean("required", false);
    let when = table.value("required_when");
    let unless = table.value("required_unless");
    let given: Vec<ConfigValue<'_>> =
        table.value("required").filter(|_| always).into_iter().chain(when).chain(unless).collect();
    if let Some(first) = given.first().filter(|_| added) {
        first.fault(
            "misplaced-key",
            text!("加到内置类别的字段不能必填", "a field added to a built-in kind cannot be required"),
            Some(text!("已有的记录没有这个字段；删去此行", "existing records do not have it: remove this line")),
        );
    }
    if let Some(second) = given.get(1) {
        let what = text!(
            "required、required_when、required_unless 只能写一个",
            "only one of required, required_when and required_unless can be given"
        );
        second.fault("contradicting-keys", what, None);
    }
    match (when.map(condition), unless.map(condition)) {
        (Some(Some((field, value))), _) => DraftRequirement::When(field, value),
        (_, Some(Some((field, value)))) => DraftRequirement::Unless(field, value),
        (Some(None) | None, Some(None) | None) if always => DraftRequirement::Always,
        (Some(None) | None, Some(None) | None) => DraftRequirement::No,
    }
}

/// `{ field = "value" }`
pub(super) fn condition(value: ConfigValue<'_>) -> Option<(Word, Word)> {
    let entries = value.entries();
    let [(field, wanted)] = entries.as_slice() else {
        value.fault(
            "wrong-value",
            text!("此处应为一个字段和它的值", "expected one field and its value"),
            Some(text!("例如 {{ into = \"website\" }}", "e.g. {{ into = \"website\" }}")),
        );
        return None;
    };
    Some((field.clone(), wanted.cell()?))
}
