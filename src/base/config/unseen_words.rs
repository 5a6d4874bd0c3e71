//! Words of a TOML file with characters that nobody sees: they are read without them, and told by a check.

use super::{ConfigFile, ConfigSource, str_of};
use crate::base::fault::Fault;
use crate::base::text::Text;
use crate::base::unseen::{changed_characters, unseen};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A warning for each word of `source`, the text of `file`, that holds characters which nobody sees; none where it is no
/// TOML, which is told when it is read.
#[must_use]
pub fn unseen_words(file: &str, source: &str) -> Vec<Fault> {
    let Ok(root) = DeTable::parse(source) else { return Vec::new() };
    let origin = Arc::new(ConfigSource { file: file.to_owned(), source: source.to_owned() });
    let tree = ConfigFile { origin, faults: RefCell::default() };
    look_at_table(&tree, root.get_ref());
    tree.faults.into_inner()
}

fn look_at_table(tree: &ConfigFile, table: &DeTable<'_>) {
    for (key, value) in table {
        look_at(tree, str_of(key), key.span());
        look_at_value(tree, value);
    }
}

fn look_at_value(tree: &ConfigFile, value: &Spanned<DeValue<'_>>) {
    match value.get_ref() {
        DeValue::String(text) => look_at(tree, text, value.span()),
        DeValue::Array(items) => items.iter().for_each(|item| look_at_value(tree, item)),
        DeValue::Table(table) => look_at_table(tree, table),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
    }
}

fn look_at(tree: &ConfigFile, word: &str, span: Range<usize>) {
    if unseen(word).next().is_none() {
        return;
    }
    let which = changed_characters(word);
    let what = text!("文字中有看不见的字符（{which}）", "the text holds characters that nobody sees ({which})");
    let hint = Text::new(
        "读取时不计它们；要去掉，请删去这段文字重新输入",
        "it is read without them; to drop them, delete the text and type it again",
    );
    tree.report(Fault::warning("unseen-characters", what).hint(hint).at(tree.place(span)));
}
