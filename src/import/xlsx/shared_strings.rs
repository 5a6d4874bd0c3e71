//! The strings that the cells of a workbook share, and the text of a string wherever one stands.

use crate::base::fault::Fault;
use crate::import::archive::Archive;
use crate::import::refusal::{damaged, too_large};
use crate::import::xml::{XmlEvent, XmlReader};
use std::borrow::Cow;
use std::io::Read;

/// The most strings, and the most of their text, in bytes; each costs as much as a short text.
const MOST: u64 = 1_000_000;
const MOST_TEXT: usize = 32 << 20;
const COST: usize = 32;

/// The strings, one behind the other.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
}

impl SharedStrings {
    /// Those of a workbook that has any.
    pub(super) fn read(archive: &mut Archive<'_>, part: &str) -> Result<SharedStrings, Fault> {
        let mut strings = SharedStrings::default();
        let Some(mut xml) = archive.xml(part)? else { return Ok(strings) };
        loop {
            match xml.next()? {
                // What cannot be true is not looked for.
                XmlEvent::Start(tag)
                    if tag.name == "sst" && tag.number("uniqueCount").is_some_and(|count| count > MOST) =>
                {
                    return Err(too_much_text());
                }
                XmlEvent::Start(tag) if tag.name == "si" => {
                    let whole = tag.empty;
                    let left = MOST_TEXT.checked_sub(strings.text.len() + strings.ends.len() * COST);
                    let left = left.ok_or_else(too_much_text)?;
                    if !whole && !read_text(&mut xml, "si", left, &mut strings.text)? {
                        return Err(too_much_text());
                    }
                    strings.ends.push(strings.text.len());
                }
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
                XmlEvent::Eof => return Ok(strings),
            }
        }
    }

    /// The string of that number, from 0.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }
}

fn too_much_text() -> Fault {
    too_large(text!("工作簿的文字太多", "the workbook has too much text"))
}

/// Appends the text of a string up to the end of its element, without what only says how it is spoken. False where that
/// is more than `most` bytes.
pub(super) fn read_text<R: Read>(
    xml: &mut XmlReader<'_, R>,
    element: &str,
    most: usize,
    text: &mut String,
) -> Result<bool, Fault> {
    let most = text.len().saturating_add(most);
    let mut run: Option<TextRun> = None;
    let mut spoken = false;
    loop {
        match xml.next()? {
            XmlEvent::Start(tag) if tag.name == "rPh" => spoken = !tag.empty,
            XmlEvent::End("rPh") => spoken = false,
            XmlEvent::Start(tag) if tag.name == "t" && !tag.empty && !spoken => {
                let kept = tag.attribute("space").as_deref() == Some("preserve");
                run = Some(TextRun { start: text.len(), kept });
            }
            XmlEvent::Text(more) if run.is_some() => {
                text.push_str(&more);
                if text.len() > most {
                    return Ok(false);
                }
            }
            XmlEvent::End("t") => {
                if let Some(run) = run.take() {
                    run.end(text);
                }
            }
            XmlEvent::End(name) if name == element => return Ok(true),
            XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
            XmlEvent::Eof => return Err(damaged()),
        }
    }
}

/// A run of a string, all of one look: the end of a text from `start` on.
struct TextRun {
    start: usize,
    /// Whether the white space at its ends is meant.
    kept: bool,
}

impl TextRun {
    fn end(&self, text: &mut String) {
        let written = &text[self.start..];
        let meant = unescaped(if self.kept { written } else { written.trim_matches([' ', '\t', '\r', '\n']) });
        // What is not meant as it is written is shorter.
        if meant.len() < written.len() {
            let meant = meant.into_owned();
            text.truncate(self.start);
            text.push_str(&meant);
        }
    }
}

/// Text as it was typed: `_x000D_` is a character that has no place in XML.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        units.extend(before.encode_utf16());
        if let Some(unit) = escaped_unit(after) {
            units.push(unit);
            rest = &after[5..];
        } else {
            units.extend("_x".encode_utf16());
            rest = after;
        }
    }
    units.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&units))
}

/// The half or whole character that four digits and a `_` stand for.
fn escaped_unit(after: &str) -> Option<u16> {
    let digits = after.get(..5)?.strip_suffix('_')?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::xml::Quota;

    fn text(source: &str) -> String {
        let mut quota = Quota::default();
        let mut xml = XmlReader::new(source.as_bytes(), &mut quota);
        let mut text = String::new();
        assert!(matches!(xml.next(), Ok(XmlEvent::Start(_))), "{source}");
        assert_eq!(read_text(&mut xml, "si", 100, &mut text), Ok(true), "{source}");
        text
    }

    #[test]
    fn a_string_is_all_its_pieces_but_what_is_only_spoken() {
        for (source, expected) in [
            ("<si><t> 演出 </t></si>", "演出"),
            ("<si><t xml:space='preserve'> 演出 </t></si>", " 演出 "),
            ("<si><r><t>进</t></r><r><rPr><b/></rPr><t>农村</t></r></si>", "进农村"),
            ("<si><t>演出</t><rPh sb='0' eb='2'><t>えんしゅつ</t></rPh></si>", "演出"),
            ("<si><t>a&#13;b\r\nc</t></si>", "a\rb\nc"),
            ("<si></si>", ""),
            ("<si><t/></si>", ""),
        ] {
            assert_eq!(text(source), expected, "{source}");
        }
    }

    #[test]
    fn characters_that_xml_has_no_place_for() {
        for (written, meant) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("__x0041_", "_A"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "\u{fffd}"),
            ("_x00_", "_x00_"),
            ("_x+041_", "_x+041_"),
            ("_x演出_", "_x演出_"),
            ("snake_x", "snake_x"),
        ] {
            assert_eq!(unescaped(written), meant, "{written}");
        }
    }
}
