//! A reader of XML that never holds more than one token, and refuses what workbooks do not need: document types (and the
//! entities they define), endless tokens, more of it than the quota, a text that ends before its tags are closed.

use super::refusal::{damaged, save_again, too_large};
use crate::base::fault::Fault;
use memchr::memchr;
use std::borrow::Cow;
use std::io::Read;

/// The longest token: a cell of Excel holds 32,767 characters, and each may be written as an entity of some ten bytes.
const LONGEST_TOKEN: usize = 1 << 20;

/// What may still be read of one file, all its parts together, once they are unpacked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quota {
    /// Bytes of any part.
    pub(super) bytes: u64,
    /// Elements of XML: empty ones cost no memory, but each takes its time.
    pub(super) elements: u64,
}

impl Default for Quota {
    fn default() -> Quota {
        // A sheet of 100,000 rows and 20 columns has two million cells, each of two or three elements.
        Quota { bytes: 192 << 20, elements: 8_000_000 }
    }
}

impl Quota {
    /// Takes so many bytes.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Fault> {
        self.bytes = self.bytes.checked_sub(bytes as u64).ok_or_else(bomb)?;
        Ok(())
    }
}

/// A reader of one XML text.
pub(super) struct XmlReader<'l, R> {
    inner: R,
    buffer: Vec<u8>,
    at: usize,
    ended: bool,
    /// How many elements are open.
    depth: u64,
    quota: &'l mut Quota,
}

/// What stands in the text.
#[derive(Debug)]
pub(super) enum XmlEvent<'b> {
    /// `<name …>` or `<name …/>`.
    Start(XmlTag<'b>),
    /// `</name>`, the name without its prefix.
    End(&'b str),
    /// Text, entities resolved.
    Text(Cow<'b, str>),
    /// Nothing more.
    Eof,
}

/// A tag with its attributes.
#[derive(Debug)]
pub(super) struct XmlTag<'b> {
    /// The name without its prefix.
    pub(super) name: &'b str,
    /// Whether it closes itself: no [`XmlEvent::End`] follows.
    pub(super) empty: bool,
    attributes: &'b str,
}

impl<'b> XmlTag<'b> {
    /// The value of the attribute of that name, its prefix aside.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'b, str>> {
        self.attributes().find(|(key, _)| *key == name).and_then(|(_, value)| unescaped(value))
    }

    /// The value of an attribute; empty where it is not there.
    pub(super) fn word(&self, name: &str) -> String {
        self.attribute(name).map_or_else(String::new, Cow::into_owned)
    }

    /// The attributes: names without their prefixes, and values as they are written.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'b str, &'b str)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (key, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, after) = after[1..].split_once(quote)?;
            rest = after;
            Some((local(key.trim()), value))
        })
    }

    /// An attribute that is a number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.attribute(name)?.trim().parse().ok()
    }
}

impl<'l, R: Read> XmlReader<'l, R> {
    pub(super) fn new(inner: R, quota: &'l mut Quota) -> XmlReader<'l, R> {
        XmlReader { inner, buffer: Vec::new(), at: 0, ended: false, depth: 0, quota }
    }

    /// What comes next.
    pub(super) fn next(&mut self) -> Result<XmlEvent<'_>, Fault> {
        loop {
            if self.at >= self.buffer.len() && !self.fill()? {
                return if self.depth == 0 { Ok(XmlEvent::Eof) } else { Err(damaged()) };
            }
            if self.buffer.get(self.at) != Some(&b'<') {
                let end = self.find(b"<", self.at)?.unwrap_or(self.buffer.len());
                let start = std::mem::replace(&mut self.at, end);
                return self.text(start, end);
            }
            if !matches!(self.second()?, Some(b'!' | b'?')) {
                return self.tag();
            }
            if self.starts_with(b"<!--")? {
                self.at = self.find(b"-->", self.at + 4)?.ok_or_else(damaged)? + 3;
            } else if self.starts_with(b"<![CDATA[")? {
                let start = self.at + 9;
                let end = self.find(b"]]>", start)?.ok_or_else(damaged)?;
                // The search may have moved the token to the buffer's beginning.
                let start = self.at + 9;
                self.at = end + 3;
                return Ok(XmlEvent::Text(with_newlines(utf8(&self.buffer[start..end])?)));
            } else if self.starts_with(b"<?")? {
                self.at = self.find(b"?>", self.at + 2)?.ok_or_else(damaged)? + 2;
            } else {
                return Err(document_type());
            }
        }
    }

    fn text(&mut self, start: usize, end: usize) -> Result<XmlEvent<'_>, Fault> {
        // The byte order mark before the first tag; within a text it is nothing either.
        let text = with_newlines(utf8(&self.buffer[start..end])?.trim_start_matches('\u{feff}'));
        // Only then the entities: a carriage return written as one is meant.
        let plain = match text {
            Cow::Borrowed(text) => unescaped(text),
            Cow::Owned(text) => unescaped(&text).map(|text| Cow::Owned(text.into_owned())),
        };
        plain.map(XmlEvent::Text).ok_or_else(damaged)
    }

    fn tag(&mut self) -> Result<XmlEvent<'_>, Fault> {
        let end = self.tag_end()?;
        let start = self.at + 1;
        self.at = end + 1;
        let inside = utf8(&self.buffer[start..end])?;
        if let Some(name) = inside.strip_prefix('/') {
            self.depth = self.depth.checked_sub(1).ok_or_else(damaged)?;
            return Ok(XmlEvent::End(local(name.trim())));
        }
        self.quota.elements = self.quota.elements.checked_sub(1).ok_or_else(bomb)?;
        let empty = inside.ends_with('/');
        let inside = inside.strip_suffix('/').unwrap_or(inside);
        let name_end = inside.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(name_end);
        self.depth += u64::from(!empty);
        Ok(XmlEvent::Start(XmlTag { name: local(name), empty, attributes }))
    }

    /// Where the tag at the position ends: at a `>` outside quotes.
    fn tag_end(&mut self) -> Result<usize, Fault> {
        let mut from = 1;
        let mut quote = None;
        loop {
            for at in self.at + from..self.buffer.len() {
                match (self.buffer[at], quote) {
                    (b, Some(open)) if b == open => quote = None,
                    (b'"' | b'\'', None) => quote = Some(self.buffer[at]),
                    (b'>', None) => return Ok(at),
                    _ => {}
                }
            }
            from = self.buffer.len() - self.at;
            if !self.fill()? {
                return Err(damaged());
            }
        }
    }

    /// The byte behind the one at the position.
    fn second(&mut self) -> Result<Option<u8>, Fault> {
        while self.buffer.len() < self.at + 2 && self.fill()? {}
        Ok(self.buffer.get(self.at + 1).copied())
    }

    fn starts_with(&mut self, word: &[u8]) -> Result<bool, Fault> {
        while self.buffer.len() < self.at + word.len() && self.fill()? {}
        Ok(self.buffer[self.at..].starts_with(word))
    }

    /// Where `word` stands, not before `from`; none if the text ends without it.
    fn find(&mut self, word: &[u8], from: usize) -> Result<Option<usize>, Fault> {
        let mut behind = from - self.at;
        loop {
            let from = self.at + behind;
            let found = match word {
                [one] => memchr(*one, &self.buffer[from.min(self.buffer.len())..]),
                more => memchr::memmem::find(&self.buffer[from.min(self.buffer.len())..], more),
            };
            if let Some(found) = found {
                return Ok(Some(from + found));
            }
            // The word may lie across the end of what was read.
            behind = behind.max((self.buffer.len() - self.at).saturating_sub(word.len() - 1));
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Reads on, keeping what begins at the position. False at the end.
    fn fill(&mut self) -> Result<bool, Fault> {
        if self.ended {
            return Ok(false);
        }
        self.buffer.drain(..self.at);
        self.at = 0;
        if self.buffer.len() > LONGEST_TOKEN {
            return Err(long_token());
        }
        let old = self.buffer.len();
        self.buffer.resize(old + (64 << 10), 0);
        let mut read = 0;
        while read == 0 {
            match self.inner.read(&mut self.buffer[old..]) {
                Ok(0) => break,
                Ok(bytes) => read = bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return Err(damaged()),
            }
        }
        self.buffer.truncate(old + read);
        self.ended = read == 0;
        self.quota.take(read)?;
        Ok(!self.ended)
    }
}

/// A file that is far larger inside than it may be.
pub(super) fn bomb() -> Fault {
    too_large(text!("文件解压后太大", "the file is too large once unpacked"))
}

fn long_token() -> Fault {
    too_large(text!("文件里有一处内容过长", "an item in the file is too long"))
}

/// The refusal of a document type: the entities it defines can unfold to any size.
fn document_type() -> Fault {
    let what = text!(
        "文件里有文档类型定义（DOCTYPE），正常的工作簿没有",
        "the file has a document type declaration (DOCTYPE), which no proper workbook has"
    );
    Fault::new("hostile-file", what).hint(save_again())
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| damaged())
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Text with its line ends as XML has them, whichever the file was saved with.
fn with_newlines(text: &str) -> Cow<'_, str> {
    if memchr(b'\r', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Text with its entities resolved; none where one is unknown.
fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (entity, after) = after.split_once(';')?;
        plain.push(character(entity)?);
        rest = after;
    }
    plain.push_str(rest);
    Some(Cow::Owned(plain))
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        entity => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every token lies across reads.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            out[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn told(reader: impl Read) -> Result<String, Fault> {
        let mut quota = Quota { bytes: 4 << 20, elements: 1000 };
        let mut xml = XmlReader::new(reader, &mut quota);
        let mut told = String::new();
        loop {
            match xml.next()? {
                XmlEvent::Start(tag) => {
                    let a = tag.attribute("a").unwrap_or_default();
                    told += &["<", tag.name, " ", &a, if tag.empty { "/>" } else { ">" }].concat();
                }
                XmlEvent::End(name) => told += &["</", name, ">"].concat(),
                XmlEvent::Text(text) => told += &text,
                XmlEvent::Eof => return Ok(told),
            }
        }
    }

    #[test]
    fn tags_texts_and_entities() {
        let source = "\u{feff}<?xml version='1.0'?><!-- <no> --><x:r xx='>' x:a = \"&lt;演\"><b/>&#x6F14;&amp;<![CDATA[<&]]></x:r>";
        for told in [told(source.as_bytes()), told(Drops(source.as_bytes()))] {
            assert_eq!(told, Ok("<r <演><b />演&<&</r>".to_owned()));
        }
    }

    #[test]
    fn what_a_workbook_does_not_need_is_refused() {
        let long = format!("<a>{}</a>", "x".repeat(2 << 20));
        for (source, refusal) in [
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", document_type()),
            ("<a>&b;</a>", damaged()),
            ("<a", damaged()),
            ("<!-- ", damaged()),
            (&long, long_token()),
            (&"<a/>".repeat(2 << 20), bomb()),
        ] {
            assert_eq!(told(source.as_bytes()), Err(refusal));
        }
    }
}
