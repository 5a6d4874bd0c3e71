//! The two languages. Every word a person sees is a [`Text`], which holds both, so that a word in one language only
//! does not compile (for the program's own words) or does not load (for a kind's or a plan's).

use std::borrow::Cow;
use std::fmt::Display;

/// A language that the program speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Simplified Chinese.
    Zh,
    /// English.
    #[default]
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// The language of a tag as people and systems write it (`zh`, `zh_CN.UTF-8`, `en-GB`, `C`), or none.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let tag = tag.trim().to_ascii_lowercase();
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match primary {
            "zh" | "chinese" | "中文" => Some(Lang::Zh),
            "en" | "english" | "c" | "posix" => Some(Lang::En),
            _ => None,
        }
    }

    /// What stands between a label and what it labels.
    #[must_use]
    pub const fn colon(self) -> &'static str {
        match self {
            Lang::Zh => "：",
            Lang::En => ": ",
        }
    }

    /// `zh` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::En => "en",
        }
    }
}

/// One thing to say, in both languages: literals for the program's words, owned for those of kinds and plans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    /// Chinese.
    pub zh: Cow<'static, str>,
    /// English.
    pub en: Cow<'static, str>,
}

impl Text {
    /// The program's own words.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Text {
        Text { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
    }

    /// Words that came from a file or were put together.
    pub fn owned(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: Cow::Owned(zh.into()), en: Cow::Owned(en.into()) }
    }

    /// What is written the same in both languages: a name, a number, a path.
    pub fn same(word: impl Into<String>) -> Text {
        let word = word.into();
        Text { zh: Cow::Owned(word.clone()), en: Cow::Owned(word) }
    }

    /// The same behind other words: in Chinese with a space before a digit or a Latin letter.
    #[must_use]
    pub fn set_off(&self) -> Text {
        let space = if self.zh.starts_with(|c: char| c.is_ascii_alphanumeric()) { " " } else { "" };
        Text { zh: format!("{space}{}", self.zh).into(), en: self.en.clone() }
    }

    /// So many of something: the number alone in Chinese, where its measure word follows; in English with what is
    /// counted, one or several.
    pub fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, several: &str) -> Text {
        let noun = if number == N::from(1) { one } else { several };
        Text::owned(number.to_string(), format!("{number} {noun}"))
    }

    /// The words in one language.
    #[must_use]
    pub fn say(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// Whether nothing would be said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    /// Several texts in a row, parted as each language parts a list (`、` and `, `).
    #[must_use]
    pub fn list<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        Text::parted(texts, "、", ", ")
    }

    /// The same of clauses that may be lists themselves (`；` and `; `).
    #[must_use]
    pub fn clauses<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        Text::parted(texts, "；", "; ")
    }

    fn parted<'a>(texts: impl IntoIterator<Item = &'a Text>, in_zh: &str, in_en: &str) -> Text {
        let mut zh = String::new();
        let mut en = String::new();
        for text in texts {
            if !zh.is_empty() {
                zh.push_str(in_zh);
                en.push_str(in_en);
            }
            zh.push_str(&text.zh);
            en.push_str(&text.en);
        }
        Text::owned(zh, en)
    }
}

/// What can stand in a [`text!`](crate::text!): it knows how it is said in each language.
pub trait Localize {
    /// The words in `lang`.
    fn localize(&self, lang: Lang) -> Cow<'_, str>;
}

impl Localize for Text {
    fn localize(&self, lang: Lang) -> Cow<'_, str> {
        Cow::Borrowed(self.say(lang))
    }
}

impl<T: Localize + ?Sized> Localize for &T {
    fn localize(&self, lang: Lang) -> Cow<'_, str> {
        (*self).localize(lang)
    }
}

/// A [`Text`](crate::base::text::Text) with things filled in, in the manner of `format!`: captured names are written the
/// same in both languages; names given after the two strings are `Text`s, each said in the language of its string.
///
/// ```
/// use culture::{base::text::{Lang, Text}, text};
/// let (n, kind) = (3, Text::new("演出", "performances"));
/// let said = text!("已登记 {n} 条{kind}", "{n} {kind} recorded", kind);
/// assert_eq!(said.say(Lang::Zh), "已登记 3 条演出");
/// assert_eq!(said.say(Lang::En), "3 performances recorded");
/// ```
#[macro_export]
macro_rules! text {
    ($zh:literal, $en:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        $($(let $name = &$value;)?)*
        let zh = {
            $(let $name = $crate::base::text::Localize::localize(&$name, $crate::base::text::Lang::Zh);)*
            ::std::format!($zh)
        };
        let en = {
            $(let $name = $crate::base::text::Localize::localize(&$name, $crate::base::text::Lang::En);)*
            ::std::format!($en)
        };
        $crate::base::text::Text::owned(zh, en)
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags_as_systems_write_them() {
        for (tag, lang) in [
            ("zh_CN.UTF-8", Some(Lang::Zh)),
            ("zh-Hans", Some(Lang::Zh)),
            ("EN", Some(Lang::En)),
            ("C", Some(Lang::En)),
            ("C.UTF-8", Some(Lang::En)),
            ("de_DE", None),
            ("", None),
        ] {
            assert_eq!(Lang::from_tag(tag), lang, "{tag}");
        }
    }

    #[test]
    fn one_is_told_from_several_in_english() {
        let said = |count: usize| text!("{rows} 行", "{rows} left", rows = Text::count(count, "row", "rows"));
        for (count, zh, en) in [(0, "0 行", "0 rows left"), (1, "1 行", "1 row left"), (21, "21 行", "21 rows left")]
        {
            assert_eq!((said(count).say(Lang::Zh), said(count).say(Lang::En)), (zh, en));
        }
    }

    #[test]
    fn lists_are_parted_as_each_language_does() {
        let list = Text::list([&Text::new("甲", "a"), &Text::new("乙", "b")]);
        assert_eq!((list.say(Lang::Zh), list.say(Lang::En)), ("甲、乙", "a, b"));
    }
}
