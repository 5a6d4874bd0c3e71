//! Faults as people see them: what, where (with the line and carets under it, right for wide characters), way out.

use super::{Style, json_line, visible, width};
use crate::base::fault::{Fault, Level, Place};
use crate::base::text::{Lang, Text};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level as Drawn, Renderer, Snippet, normalize_untrusted_str};
use serde_json::json;
use std::ops::Range;

/// More than these are only counted.
const MOST: usize = 20;
/// Columns that are kept of a row on either side of its carets.
const KEPT: usize = 6;
/// Columns that a tab is drawn with.
const TAB: usize = 4;

/// Faults for stderr, in their order.
#[must_use]
pub fn faults(faults: &[Fault], style: Style) -> Vec<u8> {
    let mut out = each(faults.iter().take(MOST), style);
    let more = faults.len().saturating_sub(MOST);
    if more > 0 {
        let said = text!("……另有 {more} 处问题未列出", "... and {more} more");
        out += said.say(style.lang);
        out.push('\n');
    }
    out.into_bytes()
}

/// Faults as the result of a command, in their order: all of them.
#[must_use]
pub fn all_faults(faults: &[Fault], style: Style) -> Vec<u8> {
    each(faults.iter(), style).into_bytes()
}

/// Faults for programs, all of them: a line of JSON for each.
#[must_use]
pub fn faults_as_json(faults: &[Fault], lang: Lang) -> Vec<u8> {
    let mut out = String::new();
    for fault in faults {
        let place = fault.place.as_ref();
        let line = json!({
            "level": fault.level.token(),
            "code": fault.code,
            "message": said(&fault.what, lang),
            "field": fault.field,
            "file": place.map(|place| &place.file),
            "line": place.map(|place| place.line).filter(|line| *line > 0),
            "column": place.map(|place| place.column).filter(|column| *column > 0),
            "hint": fault.hint.as_ref().map(|hint| said(hint, lang)),
        });
        out += &json_line(&line);
    }
    out.into_bytes()
}

fn each<'f>(faults: impl Iterator<Item = &'f Fault>, style: Style) -> String {
    let mut out = String::new();
    for fault in faults.map(visible::fault) {
        let fault = &fault;
        match fault.place.as_ref().and_then(|place| place.excerpt.as_ref().map(|excerpt| (place, excerpt))) {
            Some((place, (line, span))) => draw(&mut out, fault, place, line, span, style),
            None => plain(&mut out, fault, style),
        }
    }
    out
}

const fn help_word() -> Text {
    Text::new("提示", "help")
}

fn draw(out: &mut String, fault: &Fault, place: &Place, line: &str, span: &Range<usize>, style: Style) {
    let level = match fault.level {
        Level::Error => Drawn::ERROR,
        Level::Warning => Drawn::WARNING,
    };
    // The row is cut around its carets to fit the width, and not within them: with its number, a bar, and what is kept
    // on either side of the carets, they must fit.
    let beside = place.line.max(1).to_string().len() + " | ".len() + 2 * KEPT;
    let span = within(line, on_characters(line, span), usize::from(style.width).saturating_sub(beside));
    let snippet = Snippet::source(line)
        .line_start(place.line.max(1))
        .path(place.file.as_str())
        .annotation(AnnotationKind::Primary.span(span));
    let label = labelled(level_colour(fault.level), &fault.level.word(), &fault.what, style);
    let title = level.no_name().secondary_title(label);
    let mut group = title.element(snippet);
    if let Some(hint) = &fault.hint {
        group = group.element(Drawn::HELP.no_name().message(labelled(HELP_COLOUR, &help_word(), hint, style)));
    }
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(style.width.into());
    *out += &renderer.render(&[group]);
    out.push('\n');
}

/// The span, moved outwards to where characters begin and end.
fn on_characters(line: &str, span: &Range<usize>) -> Range<usize> {
    let mut start = span.start.min(line.len());
    while !line.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.min(line.len());
    while !line.is_char_boundary(end) {
        end += 1;
    }
    start..end.max(start)
}

/// The beginning of the span that takes no more than so many columns.
fn within(line: &str, span: Range<usize>, columns: usize) -> Range<usize> {
    let mut taken = 0;
    let length: usize = line[span.clone()]
        .chars()
        .take_while(|c: &char| {
            taken += if *c == '\t' { TAB } else { width::of_char(*c) };
            taken <= columns
        })
        .map(char::len_utf8)
        .sum();
    span.start..span.start + length
}

fn plain(out: &mut String, fault: &Fault, style: Style) {
    *out += &labelled(level_colour(fault.level), &fault.level.word(), &fault.what, style);
    out.push('\n');
    if let Some(place) = &fault.place {
        out.extend([" --> ", &normalize_untrusted_str(&where_to(place)), "\n"]);
    }
    if let Some(hint) = &fault.hint {
        out.push_str("  ");
        *out += &labelled(HELP_COLOUR, &help_word(), hint, style);
        out.push('\n');
    }
}

const HELP_COLOUR: &str = "\u{1b}[1;36m";

const fn level_colour(level: Level) -> &'static str {
    match level {
        Level::Error => "\u{1b}[1;31m",
        Level::Warning => "\u{1b}[1;33m",
    }
}

/// A label, the colon of the language, and words that may come from outside.
fn labelled(colour: &str, label: &Text, words: &Text, style: Style) -> String {
    let words = normalize_untrusted_str(said(words, style.lang));
    let label = label.say(style.lang);
    let colon = style.lang.colon();
    if style.colour { format!("{colour}{label}\u{1b}[0m{colon}{words}") } else { format!("{label}{colon}{words}") }
}

fn said(words: &Text, lang: Lang) -> &str {
    words.say(lang).trim_end()
}

fn where_to(place: &Place) -> String {
    let file = &place.file;
    match (place.line, place.column) {
        (0, _) => file.clone(),
        (line, 0) => format!("{file}:{line}"),
        (line, column) => format!("{file}:{line}:{column}"),
    }
}
