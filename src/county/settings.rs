//! What `culture.toml` says of a county.

use crate::base::config;
use crate::base::day::Offset;
use crate::base::fault::Result;
use crate::base::id::Id;
use crate::base::text::Lang;

/// What `culture.toml` says.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The county's name.
    pub county: String,
    /// Whose data it is, whatever the county is called: every copy bears the same. Directories of earlier programs have none.
    pub dataset: Option<Id>,
    /// The language in which its people are spoken to.
    pub language: Option<Lang>,
    /// Its local time.
    pub offset: Offset,
    /// Which columns of the sheets that come hold what: a kind's id and `HEADING=FIELD`.
    pub maps: Vec<(String, String)>,
}

/// `[map.performance]`, with lines `"HEADING" = "field"`.
fn maps(table: &config::ConfigValue<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (kind, value) in table.entries() {
        for (heading, field) in value.entries() {
            // What is no text is told of, and the settings are not read.
            if let Some(field) = field.text() {
                all.push((kind.text.clone(), format!("{}={field}", heading.text)));
            }
        }
    }
    all
}

fn language(value: &config::ConfigValue<'_>) -> Option<Lang> {
    let tag = value.text()?;
    let language = Lang::from_tag(&tag);
    if language.is_none() {
        let what = text!("language 不能是“{tag}”", "invalid language “{tag}”");
        value.fault("unknown-choice", what, Some(text!("写 zh 或 en", "write zh or en")));
    }
    language
}

fn offset(value: &config::ConfigValue<'_>) -> Option<Offset> {
    let text = value.text()?;
    let offset = Offset::from_iso(text.as_bytes());
    if offset.is_none() {
        let what = text!("utc_offset 不能是“{text}”", "invalid utc_offset “{text}”");
        let hint = text!("北京时间写 +08:00", "write hours and minutes, e.g. +08:00");
        value.fault("unknown-choice", what, Some(hint));
    }
    offset
}

fn dataset(value: &config::ConfigValue<'_>) -> Option<Id> {
    let text = value.text()?;
    let dataset = Id::from_bytes(text.as_bytes());
    if dataset.is_none() {
        let what = text!("dataset（数据标识）不能是“{text}”", "“{text}” is not the id of a dataset");
        let hint = text!(
            "应为 12 个字母（只用 bcdfghjklmnpqrstvwxz）：照本县另一份数据的 culture.toml 抄写，没有就删去这一行",
            "it is twelve of the letters bcdfghjklmnpqrstvwxz: copy it from another copy's culture.toml, or delete the line"
        );
        value.fault("wrong-id", what, Some(hint));
    }
    dataset
}

/// The one format that this program knows; another is that of a later program.
fn check_format(table: &config::ConfigTable<'_>) {
    let Some(value) = table.value("format") else { return };
    if let Some(format) = value.integer(1..=i64::MAX).filter(|format| *format != 1) {
        let newer = text!(
            "这个数据目录出自更新的程序版本（格式 {format}）",
            "this data directory was made by a newer program (format {format})"
        );
        value.fault("newer-format", newer, Some(text!("请升级 culture", "update culture")));
    }
}

impl Settings {
    /// Reads `culture.toml`.
    ///
    /// # Errors
    /// Whatever is wrong with it; a format of a later version.
    pub(crate) fn load(file: &str, text: &str) -> Result<Settings> {
        config::read(file, text, |table| {
            check_format(table);
            let language = table.value("language").and_then(|value| language(&value));
            // A wrong one is told of, and the settings are not read.
            let dataset = table.value("dataset").and_then(|value| dataset(&value));
            let offset = table.value("utc_offset").and_then(|value| offset(&value));
            let maps = table.value("map").map_or_else(Vec::new, |value| maps(&value));
            let county = table.require_text("county");
            Settings { county, dataset, language, offset: offset.unwrap_or(Offset::CHINA), maps }
        })
    }

    /// A new `culture.toml`.
    #[must_use]
    pub(crate) fn to_toml(&self) -> String {
        let mut text = String::from("# culture 数据目录的设置 / settings of this data directory\nformat = 1\n");
        let county = toml_edit::Value::from(self.county.as_str());
        text.extend(["county = ", county.to_string().trim(), "\n"]);
        if let Some(dataset) = self.dataset {
            text.extend(["dataset = \"", &dataset.to_string(), "\"\n"]);
        }
        if let Some(language) = self.language {
            text.extend(["language = \"", language.tag(), "\"\n"]);
        }
        text.extend(["utc_offset = \"", &self.offset.to_string(), "\"\n"]);
        text
    }
}
