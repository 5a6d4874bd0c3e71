//! The file `township.toml`: read, written anew, and edited so that what a person wrote in it stays.

use super::{Township, TownshipKind};
use crate::base::config::{self, ConfigTable, Word, suggestion};
use crate::base::day::Day;
use crate::base::fault::{Fault, Place, Result};
use crate::base::paths::{DataPath, is_id};
use crate::base::text::Text;
use std::fmt::Write as _;
use toml_edit::{DocumentMut, Item, Value};

impl Township {
    /// Reads `text`, the text of `file`, which stands in the folder `id`.
    ///
    /// # Errors
    /// An id that cannot be one, and every fault of the file with its place.
    pub fn load(id: &str, file: &str, text: &str) -> Result<Township> {
        if !is_id(id) {
            return Fault::new("wrong-id", text!("“{id}”不能作填报单位的代号", "“{id}” is not a valid township id"))
                .at(Place::file(file))
                .hint(id_rule())
                .fail();
        }
        config::read_whole(file, text, |root| township(id, root))
    }

    /// A new file for it, with a comment for each key; what is not known stands there as a comment to fill in.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut file = String::new();
        for (key, comment, sample) in KEYS {
            let value = value_of(self, key).map_or(String::new(), |value| value.to_string());
            // Writing to a string cannot fail.
            let _ = if value.is_empty() {
                writeln!(file, "# {comment}\n# {key} = {sample}")
            } else {
                writeln!(file, "# {comment}\n{key} = {value}")
            };
        }
        file
    }

    /// `text`, the text of the township's file, changed to say what `new` says. Only the keys that differ change;
    /// comments and order stay.
    ///
    /// # Errors
    /// The faults of `text`, if it cannot be read.
    pub fn edit(text: &str, new: &Township) -> Result<String> {
        let file = DataPath::Township { id: &new.id }.to_string();
        let old = Township::load(&new.id, &file, text)?;
        let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            let place = match error.span() {
                Some(span) => Place::in_text(&file, text.as_bytes(), span),
                None => Place::file(file.clone()),
            };
            let message = error.message().to_owned();
            Fault::new("not-toml", text!("此处 TOML 写法不对", "invalid TOML: {message}")).at(place)
        })?;
        for (key, ..) in KEYS {
            // Whether an arrangement is expected hangs on the kind where the file is silent.
            let hangs_on_kind = key == "arrangement" && old.kind != new.kind;
            if hangs_on_kind || written(new, key) != written(&old, key) {
                put(&mut document, key, value_of(new, key));
            }
        }
        Ok(document.to_string())
    }
}

/// The keys in the order of a new file, what each means, and a sample.
const KEYS: [(&str, &str, &str); 12] = [
    ("name", "名称（各表所示） / the name shown", "\"\""),
    ("kind", "单位类型 / kind: township 乡镇, industrial-zone 工业区, county-unit 县直单位", "\"township\""),
    ("order", "排序，小的在前 / order in tables, lowest first", "10"),
    ("aliases", "别名、曾用名、简称 / other and former names, short codes", "[]"),
    ("population", "人口 / population", "0"),
    ("leader", "分管领导 / leader in charge", "\"\""),
    ("contact", "联系人 / contact person", "\"\""),
    ("phone", "电话 / telephone", "\"\""),
    ("from", "自何日起填报 / first day of reporting", "2018-01-01"),
    ("until", "至何日止 / last day of reporting", "2018-12-31"),
    ("arrangement", "是否报送工作安排 / whether a work arrangement is expected", "true"),
    ("monthly", "是否报送月报 / whether monthly reports are expected", "true"),
];

/// What stands behind a key.
fn written(township: &Township, key: &str) -> Option<String> {
    Some(value_of(township, key)?.to_string())
}

fn date_value(day: Day) -> Value {
    Value::from(day.to_string().parse::<toml_edit::Datetime>().expect("a day is written as TOML writes it"))
}

/// What a key holds; none where it is left out.
fn value_of(township: &Township, key: &str) -> Option<Value> {
    match key {
        "name" => Some(Value::from(township.name.as_str())),
        "kind" => Some(Value::from(township.kind.token())),
        "order" => (township.order != Township::UNORDERED).then(|| Value::from(township.order)),
        "aliases" => (!township.aliases.is_empty())
            .then(|| Value::Array(township.aliases.iter().map(String::as_str).collect::<toml_edit::Array>())),
        "population" => township.population.and_then(|people| i64::try_from(people).ok()).map(Value::from),
        "leader" => township.leader.as_deref().map(Value::from),
        "contact" => township.contact.as_deref().map(Value::from),
        "phone" => township.phone.as_deref().map(Value::from),
        "from" => township.from.map(date_value),
        "until" => township.until.map(date_value),
        "arrangement" => Some(Value::from(township.arrangement)),
        "monthly" => Some(Value::from(township.monthly)),
        _ => None,
    }
}

/// Sets a key, keeping the comment behind it, or removes it.
fn put(document: &mut DocumentMut, key: &str, value: Option<Value>) {
    let Some(mut value) = value else {
        document.remove(key);
        return;
    };
    match document.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            document.insert(key, Item::Value(value));
        }
    }
}

fn township(id: &str, root: &ConfigTable<'_>) -> Option<Township> {
    let name = root.require_text("name");
    let kind = match root.word("kind") {
        Some(word) => TownshipKind::read(root, &word),
        None => Some(TownshipKind::Township),
    };
    let people = root.integer("population", 0..=9_999_999_999).and_then(|people| u64::try_from(people).ok());
    let order = root.integer("order", -999_999..=999_999);
    let aliases = root.strings("aliases").into_iter().filter(|alias| !alias.trim().is_empty()).collect();
    let leader = optional_text(root, "leader");
    let contact = optional_text(root, "contact");
    let phone = optional_text(root, "phone");
    let from = root.day("from");
    let until = root.day("until");
    let arrangement = root.value("arrangement").and_then(|value| value.boolean());
    let monthly = root.boolean("monthly", true);
    if let (Some(from), Some(until)) = (from, until)
        && until < from
        && let Some(value) = root.value("until")
    {
        value.fault("date-order", text!("until 早于 from {from}", "“until” is before “from” ({from})"), None);
    }
    let kind = kind?;
    Some(Township {
        id: id.to_owned(),
        name,
        kind,
        order: order.unwrap_or(Township::UNORDERED),
        aliases,
        population: people,
        leader,
        contact,
        phone,
        from,
        until,
        arrangement: arrangement.unwrap_or(kind.arrangement()),
        monthly,
    })
}

/// A text that may be left empty.
fn optional_text(root: &ConfigTable<'_>, key: &'static str) -> Option<String> {
    root.text(key).filter(|text| !text.trim().is_empty())
}

impl TownshipKind {
    /// The kind that a word of `table` names; one that there is not is told.
    pub fn read(table: &ConfigTable<'_>, word: &Word) -> Option<TownshipKind> {
        let token = &word.text;
        let kind = TownshipKind::from_token(token);
        if kind.is_none() {
            let what = text!("没有“{token}”这一类单位", "unknown kind of township “{token}”");
            let hint = suggestion(token, TownshipKind::ALL.iter().map(|kind| kind.token()));
            table.report(Fault::new("unknown-choice", what).at(word.place()).hint(hint));
        }
        kind
    }
}

fn id_rule() -> Text {
    Text::new(
        "代号用小写英文字母开头，只含小写字母、数字和连字符，最多 40 个字符，且不用 con、nul 等 Windows 保留名",
        "an id starts with a-z, has only a-z, 0-9 and -, at most 40 characters, and is not a name reserved by Windows (con, nul, …)",
    )
}
