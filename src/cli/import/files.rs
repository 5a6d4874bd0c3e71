//! The files of an import: opened, parted into sheets, and which sheet holds which kind.

use crate::cli::frame::Call;
use crate::fault::{Fault, Place, Result};
use crate::import::{LARGEST_FILE, Options, Sheet, sheets};
use crate::kind::Kind;
use crate::kind::load::Kinds;
use crate::near::fold;
use crate::store::{read_in, read_stdin};
use crate::text::Text;
use clap::ArgMatches;

/// A file as a person named it, with its bytes.
pub(super) struct Opened {
    /// Its name.
    pub name: String,
    bytes: Vec<u8>,
}

/// Reads the files that were named; `-` is standard input.
pub(super) fn open(call: &Call<'_>, matches: &ArgMatches) -> Result<Vec<Opened>> {
    let names = matches.get_many::<String>("files").into_iter().flatten();
    let limit = LARGEST_FILE as u64 + 1;
    names
        .map(|name| {
            let bytes = if name == "-" { read_stdin(limit)? } else { read_in(&call.world.dir.join(name), limit)? };
            Ok(Opened { name: name.clone(), bytes })
        })
        .collect()
}

impl Opened {
    /// Its sheets, and how they were read.
    pub(super) fn sheets(&self, matches: &ArgMatches) -> Result<(Vec<Sheet<'_>>, Vec<Text>)> {
        let word = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        sheets(&self.name, &self.bytes, &Options { encoding: word("encoding"), sheet: word("sheet") })
    }

    /// What is to be said of how it was read.
    pub(super) fn notes(&self, said: &[Text]) -> Vec<Fault> {
        said.iter().map(|text| Fault::warning(text.clone()).at(Place::file(&self.name))).collect()
    }
}

/// The sheets that hold records, each with its kind: `word` names the kind of all, or is `all`: then a sheet is called as
/// its kind is.
pub(super) fn tables<'a>(
    file: &Opened,
    all: &'a [Sheet<'a>],
    kinds: &'a Kinds,
    word: &str,
    notes: &mut Vec<Fault>,
) -> Result<Vec<(&'a Sheet<'a>, &'a Kind)>> {
    if fold(word) != "all" {
        let kind = kinds.find(word)?;
        let called = |sheet: &&Sheet<'_>| {
            let name = fold(sheet.name.as_deref().unwrap_or_default());
            [kind.id.as_str(), &kind.title.zh, &kind.title.en].into_iter().any(|title| fold(title) == name)
        };
        // A workbook of several kinds: the sheet that is called so is meant.
        if let Some(sheet) = all.iter().find(called) {
            return Ok(vec![(sheet, kind)]);
        }
        return Ok(all.iter().map(|sheet| (sheet, kind)).collect());
    }
    let mut found = Vec::new();
    for sheet in all {
        let name = sheet.name.clone().unwrap_or_default();
        match kinds.find(&name) {
            Ok(kind) => found.push((sheet, kind)),
            Err(_) => notes.push(
                Fault::warning(text!(
                    "表“{name}”不是任何台账类别，未导入",
                    "sheet “{name}” is called as no kind: not taken"
                ))
                .at(Place::file(&file.name)),
            ),
        }
    }
    if found.is_empty() {
        return Fault::usage(text!("没有一张表的名称是台账类别", "no sheet is called as a kind of records"))
            .at(Place::file(&file.name))
            .hint(text!("写明类别：culture import 类别 文件", "name the kind: culture import KIND FILE"))
            .fail();
    }
    Ok(found)
}
