//! One value of a TOML file, read as what is wanted or reported.

use super::{ConfigFile, ConfigTable, Word};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Exit, Fault, Place};
use crate::base::text::Text;
use crate::base::unseen::{as_seen, reordered, reordering};
use std::cell::RefCell;
use toml::Spanned;
use toml::de::DeValue;

/// A value and its place. Each reading gives none where the value is something else, and reports that.
#[derive(Clone, Copy, Debug)]
pub struct ConfigValue<'t> {
    pub(super) tree: &'t ConfigFile,
    pub(super) spanned: &'t Spanned<DeValue<'t>>,
}

impl<'t> ConfigValue<'t> {
    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> Place {
        self.tree.place(self.spanned.span())
    }

    /// Reports that something is wrong with it.
    pub fn fault(&self, code: &'static str, what: Text, hint: Option<Text>) {
        self.tree.report(Fault { hint, ..Fault::new(code, what).at(self.place()) });
    }

    fn mismatch<T>(&self, wanted: &Text) -> Option<T> {
        self.report_mismatch(wanted);
        None
    }

    fn report_mismatch(&self, wanted: &Text) {
        let found = match self.spanned.get_ref() {
            DeValue::String(_) => Text::new("文字", "text"),
            DeValue::Integer(_) => Text::new("整数", "a whole number"),
            DeValue::Float(_) => Text::new("小数", "a decimal number"),
            DeValue::Boolean(_) => Text::new("真假值", "true or false"),
            DeValue::Datetime(_) => Text::new("日期或时间", "a date or time"),
            DeValue::Array(_) => Text::new("列表", "a list"),
            DeValue::Table(_) => Text::new("表", "a table"),
        };
        self.fault(
            "wrong-type",
            text!(
                "此处应为{wanted}，写的却是{found}",
                "expected {wanted}, found {found}",
                wanted = wanted.set_off(),
                found
            ),
            None,
        );
    }

    /// A line of text, as it is seen.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let Some(text) = self.spanned.get_ref().as_str() else {
            return self.mismatch(&text!("文字（加双引号）", "text in double quotes"));
        };
        if text.chars().any(char::is_control) {
            self.fault(
                "control-character",
                text!("文字中有换行或控制字符", "the text contains a line break or control character"),
                None,
            );
            return None;
        }
        if let Some(turning) = reordering(text) {
            self.tree.report(Fault { exit: Exit::Failed, ..reordered(turning) }.at(self.place()));
            return None;
        }
        Some(as_seen(text).into_owned())
    }

    /// A line of text with its place.
    #[must_use]
    pub fn word(&self) -> Option<Word> {
        Some(self.tree.word(self.text()?, self.spanned.span()))
    }

    /// Text of any number of lines.
    #[must_use]
    pub fn lines(&self) -> Option<String> {
        let text = self.spanned.get_ref().as_str();
        text.map(str::to_owned).or_else(|| self.mismatch(&text!("文字（加引号）", "text in quotes")))
    }

    /// Text, a whole number, a truth value or a date, as a ledger would store it, with its place.
    #[must_use]
    pub fn cell(&self) -> Option<Word> {
        let text = match self.spanned.get_ref() {
            DeValue::Integer(_) => self.integer(i64::MIN..=i64::MAX)?.to_string(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(_) => self.day()?.to_string(),
            DeValue::Float(number) => number.as_str().to_owned(),
            DeValue::String(_) | DeValue::Array(_) | DeValue::Table(_) => self.text()?,
        };
        Some(self.tree.word(text, self.spanned.span()))
    }

    /// Words in both languages, `{ zh = "…", en = "…" }`; a plain string is the same in both.
    #[must_use]
    pub fn bilingual(&self) -> Option<Text> {
        if self.spanned.get_ref().as_table().is_some() {
            return self.table(|table| Text::owned(table.require_text("zh"), table.require_text("en")));
        }
        if self.spanned.get_ref().as_str().is_none() {
            return self.mismatch(&text!("{{ zh = \"…\", en = \"…\" }}", "{{ zh = \"…\", en = \"…\" }}"));
        }
        let word = self.text()?;
        if word.trim().is_empty() {
            self.fault("empty-value", text!("名称是空的", "the text is empty"), None);
        }
        Some(Text::same(word))
    }

    /// A whole number from `range`.
    #[must_use]
    pub fn integer(&self, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        let min = range.start();
        let max = range.end();
        let wanted = text!("{min} 到 {max} 的整数", "a whole number from {min} to {max}");
        let Some(number) = self.spanned.get_ref().as_integer() else { return self.mismatch(&wanted) };
        let read = i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|number| range.contains(number));
        if read.is_none() {
            return self.malformed(&wanted);
        }
        read
    }

    /// `true` or `false`.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        let value = self.spanned.get_ref().as_bool();
        value.or_else(|| self.mismatch(&text!(" true 或 false", "true or false")))
    }

    /// A day: a TOML date or a string such as `"2018-03-10"`.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        let day = match self.spanned.get_ref() {
            DeValue::Datetime(datetime) => match (datetime.date, datetime.time) {
                (Some(date), None) => Day::new(date.year, date.month, date.day),
                (Some(_) | None, _) => None,
            },
            DeValue::String(text) => Day::from_iso(text.as_bytes()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => {
                None
            }
        };
        day.or_else(|| self.malformed(&text!("日期，如 2018-03-10", "a date such as 2018-03-10")))
    }

    /// A month such as `"2018-03"`.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        let text = self.spanned.get_ref().as_str();
        let month = text.and_then(|text| Month::from_iso(text.as_bytes()));
        month.or_else(|| self.malformed(&text!("月份，如 \"2018-03\"", "a month such as \"2018-03\"")))
    }

    /// A year: a number or a string such as `"2018"`.
    #[must_use]
    pub fn year(&self) -> Option<Year> {
        let year = match self.spanned.get_ref() {
            DeValue::Integer(number) => Year::from_iso(number.as_str().as_bytes()),
            DeValue::String(text) => Year::from_iso(text.as_bytes()),
            DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                None
            }
        };
        year.or_else(|| self.malformed(&text!("年份，如 2018", "a year such as 2018")))
    }

    fn malformed<T>(&self, wanted: &Text) -> Option<T> {
        self.fault("wrong-value", text!("此处应为{wanted}", "expected {wanted}", wanted = wanted.set_off()), None);
        None
    }

    /// The members of a list.
    #[must_use]
    pub fn items(self) -> Vec<ConfigValue<'t>> {
        let Some(array) = self.spanned.get_ref().as_array() else {
            self.report_mismatch(&text!("列表 [ … ]", "a list [ … ]"));
            return Vec::new();
        };
        array.iter().map(|spanned| ConfigValue { tree: self.tree, spanned }).collect()
    }

    /// A list of lines of text.
    #[must_use]
    pub fn words(self) -> Vec<Word> {
        self.items().iter().filter_map(ConfigValue::word).collect()
    }

    /// One stored value or a list of them, as [`ConfigValue::cell`] reads each.
    #[must_use]
    pub fn cells(self) -> Vec<Word> {
        if self.spanned.get_ref().is_array() {
            self.items().iter().filter_map(ConfigValue::cell).collect()
        } else {
            self.cell().into_iter().collect()
        }
    }

    /// A table, read with `read`; keys that `read` did not ask for are reported.
    pub fn table<T>(&self, read: impl FnOnce(&ConfigTable<'t>) -> T) -> Option<T> {
        let table = self.open()?;
        let value = read(&table);
        table.finish();
        Some(value)
    }

    /// Everything in a table whose keys are free, in the file's order.
    #[must_use]
    pub fn entries(&self) -> Vec<(Word, ConfigValue<'t>)> {
        self.open().map_or_else(Vec::new, |table| table.entries())
    }

    fn open(&self) -> Option<ConfigTable<'t>> {
        let Some(entries) = self.spanned.get_ref().as_table() else {
            return self.mismatch(&text!("表", "a table"));
        };
        Some(ConfigTable { tree: self.tree, entries, span: self.spanned.span(), used_keys: RefCell::default() })
    }
}
