//! Workbooks that are archives: which format, and their parts under one limit.

use super::sniff::{Format, no_spreadsheet};
use super::xml::{Event, Xml};
use super::{damaged, save_again, too_large};
use crate::base::fault::Fault;
use crate::base::text::Text;
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// What the parts of one workbook may have together once unpacked, in bytes.
pub(super) const MOST_UNPACKED: u64 = 192 << 20;
/// The largest archive: it stays in memory beside what is read from it.
const LARGEST_ARCHIVE: usize = 64 << 20;
/// The most parts: proper workbooks have tens.
const MOST_PARTS: usize = 10_000;

pub(super) type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The archive, unless its size or the number of its parts passes the limits.
pub(super) fn open(bytes: &[u8]) -> Result<Archive<'_>, Fault> {
    if bytes.len() > LARGEST_ARCHIVE {
        let megabytes = bytes.len() >> 20;
        return Err(too_large(text!("工作簿有 {megabytes} MB", "the workbook has {megabytes} MB")));
    }
    // The archive's own word on how many there are is not believed.
    if memchr::memmem::find_iter(bytes, b"PK\x01\x02").nth(MOST_PARTS).is_some() {
        return Err(too_large(text!("工作簿里的部件太多", "the workbook has too many parts")));
    }
    ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())
}

/// The format of an archive.
pub(super) fn format(bytes: &[u8]) -> Result<Format, Fault> {
    let mut archive = open(bytes)?;
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.to_ascii_lowercase()).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let has_in = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if has("mimetype") && has("content.xml") {
        let mut is = [0; 64];
        let length = part(&mut archive, "mimetype")?.read(&mut is).map_err(|_| damaged())?;
        let is = String::from_utf8_lossy(&is[..length]);
        return if is.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            not_encrypted(&mut archive).map(|()| Format::Ods)
        } else {
            Err(no_spreadsheet(&Text::new("文字或演示文档", "a document of another kind")))
        };
    }
    if names.iter().any(|name| name.ends_with("workbook.bin")) {
        let what = text!("这是二进制工作簿（xlsb）", "this is a binary workbook (xlsb)");
        return Err(Fault::new(what).hint(save_again()));
    }
    for (folder, zh, en) in [
        ("word/", "Word 文档", "a Word document"),
        ("ppt/", "演示文稿", "a presentation"),
        ("index/", "Numbers 或 Pages 文档", "a document of Numbers or Pages"),
    ] {
        if has_in(folder) && !has_in("xl/") {
            return Err(no_spreadsheet(&Text::new(zh, en)));
        }
    }
    if has("[content_types].xml") || has("_rels/.rels") {
        return Ok(Format::Xlsx);
    }
    let what = text!("这是压缩包，不是电子表格", "this is an archive, not a spreadsheet");
    Err(Fault::new(what).hint(text!("请先解压，再导入里面的表格", "unpack it, and take the spreadsheets in it")))
}

/// A part of the archive, for reading.
pub(super) fn part<'z>(archive: &'z mut Archive<'_>, name: &str) -> Result<impl Read + 'z, Fault> {
    match archive.by_name(name) {
        Ok(file) if file.encrypted() => Err(encrypted()),
        Ok(file) => Ok(file),
        Err(ZipError::UnsupportedArchive(_) | ZipError::InvalidPassword) => Err(encrypted()),
        Err(_) => Err(damaged()),
    }
}

fn not_encrypted(archive: &mut Archive<'_>) -> Result<(), Fault> {
    let mut left = 1 << 20;
    let Ok(manifest) = part(archive, "META-INF/manifest.xml") else { return Ok(()) };
    let mut xml = Xml::new(manifest, &mut left);
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.name == "encryption-data" => return Err(encrypted()),
            Event::Start(_) | Event::End(_) | Event::Text(_) => {}
            Event::Eof => return Ok(()),
        }
    }
}

/// A workbook that only its password opens.
pub(super) fn encrypted() -> Fault {
    Fault::new(text!("工作簿有打开密码，读不了", "the workbook is locked with a password")).hint(text!(
        "请用 Excel 或 WPS 打开，在“文件、信息、保护工作簿”中取消密码，另存为 xlsx 后再导入",
        "open it in Excel or WPS, remove the password (File, Info, Protect Workbook), and save it again as xlsx"
    ))
}
