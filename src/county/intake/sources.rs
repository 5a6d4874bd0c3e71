//! The files of an import: parted into sheets, and which sheet holds which kind.

use crate::base::fault::{Fault, Place, Result};
use crate::base::fuzzy::fold;
use crate::base::text::Text;
use crate::import::{ReadOptions, Sheet, sheets};
use crate::schema::kind::Kind;
use crate::schema::kind::load::Kinds;
use crate::schema::parse::plain_text;

/// A file as a person named it, with its bytes.
pub(crate) struct SourceFile {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl SourceFile {
    /// Its sheets, and how they were read.
    pub(super) fn sheets(&self, options: &ReadOptions<'_>) -> Result<(Vec<Sheet<'_>>, Vec<Text>)> {
        sheets(&self.name, &self.bytes, options)
    }

    /// What is to be said of how it was read.
    pub(super) fn notes(&self, said: &[Text]) -> Vec<Fault> {
        said.iter().map(|text| Fault::warning("as-read", text.clone()).at(Place::file(&self.name))).collect()
    }
}

/// A sheet of a file, and the kind of its records.
#[derive(Clone, Copy)]
pub(super) struct SourceSheet<'a> {
    /// The file.
    pub file: &'a SourceFile,
    /// The sheet.
    pub sheet: &'a Sheet<'a>,
    /// The kind.
    pub kind: &'a Kind,
}

/// The sheets that hold records, each with its kind: `word` names the kind of all, or is `all`: then a sheet is called as
/// its kind is.
pub(super) fn tables<'a>(
    file: &SourceFile,
    all: &'a [Sheet<'a>],
    kinds: &'a Kinds,
    word: &str,
    notes: &mut Vec<Fault>,
) -> Result<Vec<(&'a Sheet<'a>, &'a Kind)>> {
    let kind_of = |sheet: &Sheet<'_>| kinds.iter().find(|kind| is_named_after(sheet, kind));
    if fold(word) != "all" {
        let kind = kinds.find(word)?;
        // A workbook of several kinds: the sheets that are called so are meant.
        let called: Vec<_> =
            all.iter().filter(|sheet| is_named_after(sheet, kind)).map(|sheet| (sheet, kind)).collect();
        if called.is_empty() {
            return Ok(sheets_with_rows(file, all, kind, notes));
        }
        let others = all.iter().filter(|sheet| kind_of(sheet).is_none() && sheet.height() > 0);
        notes.extend(others.map(|sheet| sheet_skipped(file, sheet)));
        return Ok(called);
    }
    let mut found = Vec::new();
    for sheet in all {
        match kind_of(sheet) {
            Some(kind) => found.push((sheet, kind)),
            None if sheet.height() == 0 => {}
            None => notes.push(sheet_skipped(file, sheet)),
        }
    }
    if found.is_empty() {
        return Fault::usage(
            "no-table",
            text!("没有一张工作表的名称是台账类别", "no sheet is named after a kind of record"),
        )
        .at(Place::file(&file.name))
        .hint(text!("写明类别：culture import 类别 文件", "give the kind: culture import KIND FILE"))
        .fail();
    }
    Ok(found)
}

/// The sheets of a workbook in which none is called as the kind is. New workbooks have empty ones, and some explain how a
/// form is filled in.
fn sheets_with_rows<'a>(
    file: &SourceFile,
    all: &'a [Sheet<'a>],
    kind: &'a Kind,
    notes: &mut Vec<Fault>,
) -> Vec<(&'a Sheet<'a>, &'a Kind)> {
    let filled: Vec<_> = all.iter().filter(|sheet| sheet.height() > 0).collect();
    let (prose, tables): (Vec<_>, Vec<_>) = filled.iter().copied().partition(|sheet| sheet.is_prose());
    let wanted = if !tables.is_empty() {
        notes.extend(prose.into_iter().map(|sheet| no_table(file, sheet)));
        tables
    } else if filled.is_empty() {
        all.iter().take(1).collect()
    } else {
        filled
    };
    wanted.into_iter().map(|sheet| (sheet, kind)).collect()
}

/// Whether a sheet is called as a kind is; the copy of a sheet has a number behind its name: 演出 (2).
fn is_named_after(sheet: &Sheet<'_>, kind: &Kind) -> bool {
    let name = fold(sheet.name.as_deref().unwrap_or_default());
    let first = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '(' | ')'));
    let titles = [kind.id.as_str(), &kind.title.zh, &kind.title.en];
    titles.into_iter().map(fold).any(|title| title == name || title == first)
}

fn no_table(file: &SourceFile, sheet: &Sheet<'_>) -> Fault {
    let name = sheet.name.as_deref().unwrap_or_default();
    Fault::warning("skipped-sheet", text!("工作表“{name}”中没有表格，未导入", "sheet “{name}” has no table: skipped"))
        .at(Place::file(&file.name))
}

fn sheet_skipped(file: &SourceFile, sheet: &Sheet<'_>) -> Fault {
    let name = sheet.name.as_deref().unwrap_or_default();
    Fault::warning(
        "skipped-sheet",
        text!(
            "工作表“{name}”的名称不是台账类别，未导入",
            "sheet “{name}” is not named after a kind of record: skipped"
        ),
    )
    .at(Place::file(&file.name))
}

/// Why rows that come out of files are written.
///
/// # Errors
/// The names of the files cannot be stored.
pub(super) fn import_reason(files: &[&str]) -> Result<String> {
    let files = files.join("、");
    plain_text(&format!("导入 import {files}"))
}

/// A sheet as a whole.
pub(super) fn table_place(file: &str, sheet: &Sheet<'_>) -> Place {
    match &sheet.name {
        Some(sheet) => Place::file(format!("{file} {sheet}")),
        None => Place::file(file),
    }
}
