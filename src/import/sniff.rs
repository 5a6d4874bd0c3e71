//! What a file is, told from its bytes alone; what people take for a spreadsheet and is none is named, with the way to
//! save it again.

use super::archive::Archive;
use super::cfb::CompoundDocument;
use super::refusal::{encrypted, save_again};
use super::xml::{Quota, XmlEvent, XmlReader};
use crate::base::fault::Fault;
use crate::base::text::Text;

/// What a spreadsheet of `LibreOffice` calls itself, and a template of one with more behind it.
const OPEN_DOCUMENT_SHEET: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileFormat {
    /// Delimited text.
    Text,
    /// The workbook of Excel 2007 and later.
    Xlsx,
    /// The workbook of `LibreOffice`.
    Ods,
    /// The same in one XML text.
    Fods,
    /// The workbook of Excel 97 to 2003, and WPS `.et`.
    Xls,
}

/// The format of a file.
pub(super) fn format(bytes: &[u8]) -> Result<FileFormat, Fault> {
    if bytes.is_empty() {
        return Err(Fault::new("empty-file", text!("文件是空的", "the file is empty")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return in_archive(&mut Archive::open(bytes)?);
    }
    if bytes.starts_with(b"PK\x05\x06") {
        return Err(no_spreadsheet(&Text::new("空的压缩文件", "an empty archive")));
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return in_container(&CompoundDocument::open(bytes)?);
    }
    for (magic, zh, en) in [
        (&b"%PDF"[..], " PDF 文件", "a PDF"),
        (b"\x89PNG", "图片", "a picture"),
        (b"\xFF\xD8\xFF", "图片", "a picture"),
        (b"GIF8", "图片", "a picture"),
        (b"Rar!", "压缩文件", "an archive"),
        (b"7z\xBC\xAF", "压缩文件", "an archive"),
        (b"\x1F\x8B", "压缩文件", "an archive"),
        (b"ID;P", " SYLK 文件", "a SYLK sheet"),
        (b"{\\rtf", " RTF 文档", "an RTF document"),
    ] {
        if bytes.starts_with(magic) {
            return Err(no_spreadsheet(&Text::new(zh, en)));
        }
    }
    if matches!(bytes, [0x09, 0x00 | 0x02 | 0x04, 0x04 | 0x06, 0x00, ..]) {
        let what = text!("这是 Excel 4.0 或更早的工作簿", "this is a workbook of Excel 4.0 or older");
        return Err(Fault::new("unsupported-format", what).hint(save_again()));
    }
    text(bytes)
}

/// The format of a workbook that is an archive.
fn in_archive(archive: &mut Archive<'_>) -> Result<FileFormat, Fault> {
    if archive.has("mimetype") && archive.has("content.xml") {
        if !archive.beginning("mimetype", 64)?.starts_with(OPEN_DOCUMENT_SHEET) {
            return Err(another_document());
        }
        return if is_encrypted(archive)? { Err(encrypted()) } else { Ok(FileFormat::Ods) };
    }
    if archive.has_any(|path| path.ends_with("workbook.bin")) {
        let what = text!("这是二进制工作簿（xlsb）", "this is a binary workbook (xlsb)");
        return Err(Fault::new("unsupported-format", what).hint(save_again()));
    }
    let is_workbook = archive.has_any(|path| path.starts_with("xl/"));
    for (folder, zh, en) in [
        ("word/", "Word 文档", "a Word document"),
        ("ppt/", "演示文稿", "a presentation"),
        ("index/", "Numbers 或 Pages 文档", "a document of Numbers or Pages"),
    ] {
        if !is_workbook && archive.has_any(|path| path.starts_with(folder)) {
            return Err(no_spreadsheet(&Text::new(zh, en)));
        }
    }
    if archive.has("[Content_Types].xml") || archive.has("_rels/.rels") {
        return Ok(FileFormat::Xlsx);
    }
    let what = text!("这是压缩包，不是电子表格", "this is an archive, not a spreadsheet");
    Err(Fault::new("not-a-spreadsheet", what)
        .hint(text!("请先解压，再导入里面的表格", "unpack it, and import the spreadsheets in it")))
}

/// Whether a workbook of `LibreOffice` says of a part that it is locked.
fn is_encrypted(archive: &mut Archive<'_>) -> Result<bool, Fault> {
    let Some(mut manifest) = archive.xml("META-INF/manifest.xml")? else { return Ok(false) };
    loop {
        match manifest.next()? {
            XmlEvent::Start(tag) if tag.name == "encryption-data" => return Ok(true),
            XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
            XmlEvent::Eof => return Ok(false),
        }
    }
}

/// The format of what stands in a container.
fn in_container(container: &CompoundDocument<'_>) -> Result<FileFormat, Fault> {
    if container.has("EncryptedPackage") {
        return Err(encrypted());
    }
    if container.has("Workbook") || container.has("Book") {
        return Ok(FileFormat::Xls);
    }
    if container.has("WordDocument") {
        return Err(no_spreadsheet(&Text::new("Word 文档", "a Word document")));
    }
    Err(Fault::new("not-a-spreadsheet", text!("这不是电子表格", "this is not a spreadsheet")).hint(save_again()))
}

/// The format of a text. Some begin as markup does: web pages named .xls are common.
fn text(bytes: &[u8]) -> Result<FileFormat, Fault> {
    let head = beginning(bytes);
    let head = head.trim_start().to_ascii_lowercase();
    let tagged = head.starts_with('<');
    if tagged && holds(&head, &["urn:schemas-microsoft-com:office:spreadsheet", "<workbook"]) {
        let what = text!("这是 XML 表格（Excel 2003）", "this is an XML spreadsheet of Excel 2003");
        return Err(Fault::new("unsupported-format", what).hint(save_again()));
    }
    if tagged && holds(&head, &["urn:oasis:names:tc:opendocument:xmlns:office"]) {
        return in_open_document(bytes);
    }
    let page =
        begins(&head, &["<!doctype html", "<html", "<table", "<head", "<body", "<div", "<meta", "<style", "<script"])
            || (tagged && holds(&head, &["<html", "<table", "<body"]))
            || (begins(&head, &["mime-version:", "from:", "content-type: multipart"])
                && holds(&head, &["text/html", "multipart/related"]));
    if page {
        let what = text!(
            "这是网页，不是电子表格（只是文件名像表格）",
            "this is a web page, not a spreadsheet, despite its name"
        );
        return Err(Fault::new("not-a-spreadsheet", what).hint(save_again()));
    }
    if begins(&head, &["<?xml"]) {
        return Err(no_spreadsheet(&Text::new(" XML 文件", "an XML file")));
    }
    Ok(FileFormat::Text)
}

/// The format of a document of `LibreOffice` in one XML text; its first tag says what it is.
fn in_open_document(bytes: &[u8]) -> Result<FileFormat, Fault> {
    let mut quota = Quota::default();
    let mut xml = XmlReader::new(bytes, &mut quota);
    loop {
        match xml.next()? {
            XmlEvent::Start(tag) if tag.word("mimetype").as_bytes().starts_with(OPEN_DOCUMENT_SHEET) => {
                return Ok(FileFormat::Fods);
            }
            XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Eof => return Err(another_document()),
            XmlEvent::Text(_) => {}
        }
    }
}

fn begins(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.starts_with(word))
}

fn holds(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// The first characters, whatever the encoding: what is looked for is ASCII.
fn beginning(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(4096)];
    head.iter().filter(|b| b.is_ascii() && **b != 0).map(|&b| char::from(b)).collect()
}

/// The refusal of a document of `LibreOffice` that is no spreadsheet.
fn another_document() -> Fault {
    no_spreadsheet(&Text::new("文字或演示文档", "a document of another kind"))
}

/// The refusal of a file that is something else.
fn no_spreadsheet(is: &Text) -> Fault {
    Fault::new("not-a-spreadsheet", text!("这是{is}，不是电子表格", "this is {is}, not a spreadsheet", is))
        .hint(save_again())
}
