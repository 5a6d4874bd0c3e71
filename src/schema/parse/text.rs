//! Words: text on one line, yes and no, choices.

use super::{excerpt, impossible_value};
use crate::base::fault::Fault;
use crate::base::fuzzy::{fold, nearest, trim};
use crate::base::text::Text;
use crate::base::unseen::{as_seen, changed_characters, is_as_seen, reordered, reordering};
use crate::schema::kind::Choice;
use crate::schema::kind::LONGEST_TEXT as LONGEST;
use crate::schema::kind::cell::formula_start;
use std::borrow::Cow;

/// What was written, as it is seen, on one line and trimmed: white space that holds the end of a line becomes one space,
/// what nobody sees is dropped.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    let trimmed = trim(text);
    if is_one_line(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let mut line = String::with_capacity(text.len());
    let mut gap = String::new();
    let mut breaks = false;
    for c in as_seen(text).chars() {
        if c.is_whitespace() {
            gap.push(c);
            breaks |= ends_line(c);
            continue;
        }
        if !line.is_empty() {
            line.push_str(if breaks { " " } else { &gap });
        }
        gap.clear();
        breaks = false;
        line.push(c);
    }
    Cow::Owned(line)
}

/// Whether white space ends a line, or is no space that a ledger may hold.
fn ends_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether nothing in a trimmed text must become a space or be dropped.
fn is_one_line(text: &str) -> bool {
    is_as_seen(text) && !text.contains(ends_line)
}

/// What is to be said of what was dropped from a text, if anything was.
pub(super) fn dropped(text: &str) -> Option<Text> {
    if is_as_seen(text) {
        return None;
    }
    let which = changed_characters(text);
    (!which.is_empty())
        .then(|| text!("去掉了看不见的字符（{which}）", "characters that nobody sees were dropped ({which})"))
}

/// That a text cannot be what it seems to be.
///
/// # Errors
/// A control in it changes the order in which it is read.
pub(super) fn check_order(text: &str) -> Result<(), Fault> {
    let Some(turning) = reordering(text) else { return Ok(()) };
    Err(reordered(turning))
}

/// Whether a trimmed text is empty or a lone stroke, as people fill cells that have no value.
pub(super) fn says_nothing(text: &str) -> bool {
    // A stroke has three bytes at most.
    if text.len() > 6 {
        return false;
    }
    let mut strokes = text.chars();
    match (strokes.next(), strokes.next(), strokes.next()) {
        (None, ..) => true,
        (Some(c), None, _) => is_dash(c) || matches!(c, '/' | '／'),
        (Some(a), Some(b), None) => is_dash(a) && is_dash(b),
        (Some(_), Some(_), Some(_)) => false,
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '－' | '—' | '–' | '―' | '─' | '−')
}

/// A text that is stored as it is.
pub(super) fn check_text(text: Cow<'_, str>) -> Result<Cow<'_, str>, Fault> {
    if let Some(first) = formula_start(&text) {
        let text = excerpt(&text);
        return Err(Fault::usage(
            "formula",
            text!(
                "“{text}”以 {first} 开头，电子表格会把它当公式执行",
                "“{text}” starts with {first}: a spreadsheet would run it as a formula"
            ),
        )
        .hint(text!("请去掉开头的 {first}，或在前面加上文字", "remove the {first}, or put a word before it")));
    }
    // As many bytes at least.
    let count = if text.len() > LONGEST { text.chars().count() } else { 0 };
    if count > LONGEST {
        return Err(Fault::usage(
            "text-too-long",
            text!("文字有 {count} 个字，太长", "the text is too long ({count} characters)"),
        )
        .hint(text!("最多 {LONGEST} 个字；详情请另存文件", "at most {LONGEST}; keep details in a separate file")));
    }
    Ok(text)
}

/// `true` or `false`.
pub(super) fn yes_or_no(text: &str) -> Result<&'static str, Fault> {
    match fold(text).as_str() {
        "是" | "对" | "√" | "✓" | "✔" | "y" | "yes" | "true" | "1" => Ok("true"),
        "否" | "不是" | "错" | "×" | "✗" | "✘" | "x" | "n" | "no" | "false" | "0" => Ok("false"),
        _ => Err(impossible_value(text).hint(text!("请写 是 或 否", "write yes or no"))),
    }
}

/// A choice's token, by its token or either title.
pub(super) fn parse_choice<'c>(choices: &'c [Choice], text: &str) -> Result<&'c str, Fault> {
    // As stored, or as shown: nothing need be folded.
    let mut plain = choices.iter().filter(|choice| choice.token == text || choice.title.zh == text);
    if let (Some(choice), None) = (plain.next(), plain.next())
        && !choice.retired
    {
        return Ok(&choice.token);
    }
    let word = fold_loosely(text);
    let exact = choices.iter().find(|choice| choice.token == text);
    let mut found = choices.iter().filter(|choice| choice_names(choice).any(|name| fold_loosely(name) == word));
    let first = found.next();
    let second = found.next();
    let one = exact.or(first.filter(|_| second.is_none()));
    match one {
        Some(choice) if !choice.retired => Ok(&choice.token),
        Some(choice) => {
            let title = &choice.title;
            let fault = Fault::usage("retired-choice", text!("“{title}”已停用", "“{title}” is no longer used", title));
            Err(fault.hint(offered_choices(choices, text)))
        }
        None => {
            let unknown = Fault { code: "unknown-choice", ..impossible_value(text) };
            Err(unknown.hint(offered_choices(choices, text)))
        }
    }
}

/// Its token, its titles, and its titles without what they say in brackets: 戏剧 for 戏剧（含戏曲）.
fn choice_names(choice: &Choice) -> impl Iterator<Item = &str> {
    let titles = [&choice.title.zh, &choice.title.en].map(AsRef::as_ref);
    let short = titles.map(|title: &str| title.split_once(['（', '(']).map_or(title, |(before, _)| before).trim());
    std::iter::once(choice.token.as_str()).chain(titles).chain(short).filter(|name| !name.is_empty())
}

/// Folded, and without the marks that people leave out: quotation marks, hyphens.
fn fold_loosely(word: &str) -> String {
    fold(word).chars().filter(|c| !matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’' | '「' | '」' | '-' | '_')).collect()
}

/// The choices that are offered, those that come near what was written first.
fn offered_choices(choices: &[Choice], text: &str) -> Text {
    let offered: Vec<&Choice> = choices.iter().filter(|choice| !choice.retired).collect();
    let near = nearest(text, offered.iter().flat_map(|choice| choice_names(choice)), offered.len());
    let mut sorted = offered;
    sorted.sort_by_key(|choice| {
        near.iter().position(|&near| choice_names(choice).any(|name| name == near)).unwrap_or(near.len())
    });
    let listed: Vec<Text> = sorted
        .iter()
        .map(|choice| Text::owned(format!("{} {}", choice.token, choice.title.zh), choice.token.clone()))
        .collect();
    let listed = Text::list(&listed);
    text!("可填：{listed}", "one of: {listed}", listed)
}
