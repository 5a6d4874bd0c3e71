//! TOML files with places: a reader that goes on after a fault, so that all of a file's faults are told at once, each
//! with its line and column. Knows nothing of what the files are about.

use crate::base::conflict;
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Exit, Fault, Faults, Place, Result};
use crate::base::fuzzy::nearest;
use crate::base::text::Text;
use crate::base::unseen::{as_seen, reordered, reordering};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeTable;

mod unseen_words;
mod value;
pub use unseen_words::unseen_words;
pub use value::ConfigValue;

/// A TOML file that is being read, and what was found wrong with it so far.
#[derive(Debug)]
pub struct ConfigFile {
    origin: Arc<ConfigSource>,
    faults: RefCell<Vec<Fault>>,
}

/// A file and its text, kept for the places of its words.
#[derive(Debug, PartialEq, Eq)]
struct ConfigSource {
    file: String,
    source: String,
}

/// A word of a file and where it stands, for checks that come after the reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What stands there: text, or a number, truth value or date as it would be stored in a ledger.
    pub text: String,
    origin: Arc<ConfigSource>,
    span: Range<usize>,
}

impl Word {
    /// Where it stands. Worked out only when asked for: most words have no fault.
    #[must_use]
    pub fn place(&self) -> Place {
        self.origin.place(self.span.clone())
    }

    /// Another text in the same place: a part of a word that is made of several.
    #[must_use]
    pub fn with_text(&self, text: impl Into<String>) -> Word {
        Word { text: text.into(), ..self.clone() }
    }
}

/// One table of a file. A key that was never asked for is unknown, and a fault.
#[derive(Debug)]
pub struct ConfigTable<'t> {
    tree: &'t ConfigFile,
    entries: &'t DeTable<'t>,
    span: Range<usize>,
    used_keys: RefCell<Vec<&'static str>>,
}

/// Reads `source`, the text of `file`, with `read`.
///
/// # Errors
/// That it is no TOML, or every fault that `read` met, unknown keys among them.
pub fn read<T>(file: &str, source: &str, read: impl FnOnce(&ConfigTable<'_>) -> T) -> Result<T> {
    let origin = Arc::new(ConfigSource { file: file.to_owned(), source: source.to_owned() });
    let tree = ConfigFile { origin, faults: RefCell::default() };
    let root = match DeTable::parse(source) {
        Ok(root) => root,
        Err(error) => return not_toml(&tree, &error).fail(),
    };
    let table = ConfigTable { tree: &tree, entries: root.get_ref(), span: 0..0, used_keys: RefCell::default() };
    let value = read(&table);
    table.finish();
    Faults::unless(tree.faults.take(), || value)
}

/// What `look` sees in a file that may be faulty, which is nobody's business yet; none where it is no TOML.
#[must_use]
pub fn peek<T>(source: &str, look: impl FnOnce(&ConfigTable<'_>) -> T) -> Option<T> {
    let root = DeTable::parse(source).ok()?;
    let origin = Arc::new(ConfigSource { file: String::new(), source: String::new() });
    let tree = ConfigFile { origin, faults: RefCell::default() };
    Some(look(&ConfigTable { tree: &tree, entries: root.get_ref(), span: 0..0, used_keys: RefCell::default() }))
}

/// As [`read`], where `read` gives none for what it lacks and has reported.
///
/// # Errors
/// As [`read`].
pub fn read_whole<T>(file: &str, source: &str, read: impl FnOnce(&ConfigTable<'_>) -> Option<T>) -> Result<T> {
    self::read(file, source, read).map(|whole| whole.expect("what is lacking was reported"))
}

fn not_toml(tree: &ConfigFile, error: &toml::de::Error) -> Fault {
    if let Some(mark) = conflict::first_mark(tree.origin.source.as_bytes()) {
        return conflict::unsettled().at(tree.place(mark)).hint(Text::new(
            "这几段各留一种写法，删去 <<<<<<<、=======、>>>>>>> 三种行",
            "keep one version of each part, and delete the lines that begin with <<<<<<<, ======= or >>>>>>>",
        ));
    }
    let message = error.message();
    let fault = if message == "duplicate key" {
        Fault::new("repeated-key", text!("这一项前面已经写过", "duplicate key"))
    } else if message.starts_with("invalid date") {
        Fault::new("no-such-day", text!("没有这样的日期", "there is no such date"))
    } else {
        Fault::new("not-toml", text!("此处 TOML 写法不对", "invalid TOML: {message}"))
    };
    let fault = fault.hint(text!(
        "文字要加半角双引号；引号、等号、逗号、括号都用英文半角，且成对出现",
        "put text in straight double quotes, and close every quote and bracket"
    ));
    match error.span() {
        Some(span) => fault.at(tree.place(span)),
        None => fault.at(Place::file(tree.origin.file.clone())),
    }
}

impl ConfigSource {
    fn place(&self, span: Range<usize>) -> Place {
        if span.is_empty() && span.start == 0 {
            return Place::file(self.file.clone());
        }
        Place::in_text(&self.file, self.source.as_bytes(), span)
    }
}

impl ConfigFile {
    fn place(&self, span: Range<usize>) -> Place {
        self.origin.place(span)
    }

    fn word(&self, text: impl Into<String>, span: Range<usize>) -> Word {
        Word { text: text.into(), origin: Arc::clone(&self.origin), span }
    }

    fn report(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }
}

impl<'t> ConfigTable<'t> {
    /// The value of a key, if it is there.
    pub fn value(&self, key: &'static str) -> Option<ConfigValue<'t>> {
        self.used_keys.borrow_mut().push(key);
        self.entries.get(key).map(|spanned| ConfigValue { tree: self.tree, spanned })
    }

    /// The value of a key that must be there.
    pub fn require(&self, key: &'static str) -> Option<ConfigValue<'t>> {
        let value = self.value(key);
        if value.is_none() {
            let fault = Fault::new("missing-key", text!("缺少 {key}", "“{key}” is missing")).of_field(key);
            self.report(fault.hint(text!("补上 {key} = …", "add {key} = …")).at(self.place()));
        }
        value
    }

    /// A line of text.
    pub fn text(&self, key: &'static str) -> Option<String> {
        self.value(key)?.text()
    }

    /// A line of text that must be there, and not empty; empty after a fault.
    pub fn require_text(&self, key: &'static str) -> String {
        self.require_word(key).map_or_else(String::new, |word| word.text)
    }

    /// A line of text and its place.
    pub fn word(&self, key: &'static str) -> Option<Word> {
        self.value(key)?.word()
    }

    /// A line of text and its place, which must be there and not be empty.
    pub fn require_word(&self, key: &'static str) -> Option<Word> {
        let value = self.require(key)?;
        let word = value.word()?;
        if word.text.trim().is_empty() {
            let fault = Fault::new("empty-value", text!("{key} 是空的", "“{key}” is empty"));
            self.report(fault.of_field(key).at(value.place()));
        }
        Some(word)
    }

    /// Words in both languages, `{ zh = "…", en = "…" }`; a plain string is the same in both.
    pub fn bilingual(&self, key: &'static str) -> Option<Text> {
        self.value(key)?.bilingual()
    }

    /// Words in both languages that must be there; empty after a fault.
    pub fn require_bilingual(&self, key: &'static str) -> Text {
        let Some(value) = self.require(key) else { return Text::default() };
        value.bilingual().unwrap_or_default()
    }

    /// A whole number from `range`.
    pub fn integer(&self, key: &'static str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        self.value(key)?.integer(range)
    }

    /// `true` or `false`; `default` where nothing is said.
    pub fn boolean(&self, key: &'static str, default: bool) -> bool {
        self.value(key).and_then(|value| value.boolean()).unwrap_or(default)
    }

    /// A day: a TOML date or a string such as `"2018-03-10"`.
    pub fn day(&self, key: &'static str) -> Option<Day> {
        self.value(key)?.day()
    }

    /// A day that must be there.
    pub fn require_day(&self, key: &'static str) -> Option<Day> {
        self.require(key)?.day()
    }

    /// A month such as `"2018-03"`.
    pub fn month(&self, key: &'static str) -> Option<Month> {
        self.value(key)?.month()
    }

    /// A month that must be there.
    pub fn require_month(&self, key: &'static str) -> Option<Month> {
        self.require(key)?.month()
    }

    /// A year: a number or a string such as `"2018"`.
    pub fn year(&self, key: &'static str) -> Option<Year> {
        self.value(key)?.year()
    }

    /// A year that must be there.
    pub fn require_year(&self, key: &'static str) -> Option<Year> {
        self.require(key)?.year()
    }

    /// The members of a list; none where nothing is said.
    pub fn items(&self, key: &'static str) -> Vec<ConfigValue<'t>> {
        self.value(key).map_or_else(Vec::new, ConfigValue::items)
    }

    /// A list of lines of text; empty where nothing is said.
    pub fn words(&self, key: &'static str) -> Vec<Word> {
        self.items(key).iter().filter_map(ConfigValue::word).collect()
    }

    /// As [`ConfigTable::words`], without their places.
    pub fn strings(&self, key: &'static str) -> Vec<String> {
        self.words(key).into_iter().map(|word| word.text).collect()
    }

    /// A table, read with `read`.
    pub fn table<T>(&self, key: &'static str, read: impl FnOnce(&ConfigTable<'t>) -> T) -> Option<T> {
        self.value(key)?.table(read)
    }

    /// A list of tables (`[[key]]`), each read with `read`; empty where nothing is said.
    pub fn tables<T>(&self, key: &'static str, mut read: impl FnMut(&ConfigTable<'t>) -> T) -> Vec<T> {
        self.items(key).iter().filter_map(|item| item.table(&mut read)).collect()
    }

    /// Everything in a table whose keys are free, in the file's order.
    #[must_use]
    pub fn entries(&self) -> Vec<(Word, ConfigValue<'t>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, spanned)| (self.key_word(key), ConfigValue { tree: self.tree, spanned }))
            .collect()
    }

    /// A key that is free to be any word, as it is seen.
    fn key_word(&self, key: &Spanned<toml::de::DeString<'_>>) -> Word {
        let word = str_of(key);
        if let Some(turning) = reordering(word) {
            self.tree.report(Fault { exit: Exit::Failed, ..reordered(turning) }.at(self.tree.place(key.span())));
        }
        self.tree.word(as_seen(word), key.span())
    }

    /// Where the table begins; the whole file for the outermost.
    #[must_use]
    pub fn place(&self) -> Place {
        self.tree.place(self.span.clone())
    }

    /// A word that is not there, in the table's place.
    #[must_use]
    pub fn missing_word(&self, text: &str) -> Word {
        self.tree.word(text, self.span.clone())
    }

    /// Reports a fault of the table as a whole.
    pub fn fault(&self, code: &'static str, what: Text, hint: Text) {
        self.tree.report(Fault::new(code, what).hint(hint).at(self.place()));
    }

    /// Reports a fault that already has its place.
    pub fn report(&self, fault: Fault) {
        self.tree.report(fault);
    }

    fn finish(&self) {
        let asked = self.used_keys.borrow();
        let mut unknown: Vec<_> = self.entries.keys().filter(|key| !asked.contains(&str_of(key))).collect();
        unknown.sort_by_key(|key| key.span().start);
        for key in unknown {
            let word = str_of(key);
            let fault = Fault::new("unknown-key", text!("没有 {word} 这一项", "unknown key “{word}”"))
                .of_field(word)
                .at(self.tree.place(key.span()));
            self.tree.report(fault.hint(suggestion(word, asked.iter().copied())));
        }
    }
}

fn str_of<'a>(key: &'a Spanned<toml::de::DeString<'_>>) -> &'a str {
    key.get_ref().as_ref()
}

/// Which of the known words may be meant by an unknown one, else which there are.
pub fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Text {
    let near = nearest(word, known.clone(), 3);
    if near.is_empty() {
        let mut all: Vec<&str> = known.collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            return text!("删去它", "remove it");
        }
        let zh = all.join("、");
        let en = all.join(", ");
        return Text::owned(format!("可用的有：{zh}"), format!("expected one of: {en}"));
    }
    Text::owned(format!("是否指 {}？", near.join("、")), format!("did you mean {}?", near.join(" or ")))
}

#[cfg(test)]
mod tests;
