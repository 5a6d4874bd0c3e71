//! Reports as an Excel workbook: typed cells to typed cells, so that a number is a number and eighteen digits of text
//! stay text; and the forms that townships fill in. The same report gives the same bytes. Touches no file.

mod form;
mod looks;
mod sheet;

pub use form::forms;

use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Result};
use crate::base::text::Lang;
use crate::base::unseen::made_visible;
use crate::render::visible;
use crate::report::Report;
use looks::CellFormats;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// A4, as Excel numbers it.
const A4: u8 = 9;
/// Rows of a sheet, as far as Excel goes.
const MOST_ROWS: usize = 1_048_576;
/// A sheet with more rows is kept in a temporary file while it is written, with each text where it stands instead of once
/// for all cells.
const MOST_IN_MEMORY: usize = if cfg!(test) { 20 } else { 5_000 };
/// Characters of a sheet's name.
const LONGEST_NAME: usize = 31;

/// Reports, a sheet each, under their sheets' names; `created` is written as the day the workbook was made.
///
/// # Errors
/// A table has more rows than a sheet holds, or a cell more text.
pub fn workbook(reports: &[(&str, &Report)], created: Day, lang: Lang) -> Result<Vec<u8>> {
    let mut book = new_book(created)?;
    let looks = CellFormats::new();
    let mut names = SheetNames::default();
    for (name, report) in reports {
        let is_large = super::grids(report).any(|grid| grid.rows.count() > MOST_IN_MEMORY);
        // Where there is no room for a temporary file, it takes memory instead.
        if !(is_large && book.add_worksheet_with_constant_memory().is_ok()) {
            book.add_worksheet();
        }
        let sheet = book.worksheets_mut().last_mut().expect("a sheet was added just now");
        sheet.set_name(names.free(&made_visible(name))).map_err(refused)?;
        sheet::write(sheet, &visible::report(report), lang, &looks)?;
    }
    book.save_to_buffer().map_err(refused)
}

fn new_book(created: Day) -> Result<Workbook> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::parse_from_str(&created.to_string()).map_err(refused)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    Ok(book)
}

#[expect(clippy::needless_pass_by_value, reason = "it is made for map_err")]
fn refused(error: XlsxError) -> Faults {
    Fault::new("unwritable-workbook", text!("无法生成 xlsx：{error}", "cannot write as xlsx: {error}"))
        .hint(text!("请改用 --format csv", "use --format csv instead"))
        .into()
}

fn too_many(rows: usize) -> Faults {
    Fault::new(
        "too-many-rows",
        text!("有 {rows} 行，一张工作表最多 {MOST_ROWS} 行", "{rows} rows are too many: a sheet holds {MOST_ROWS}"),
    )
    .hint(text!(
        "请用 --township 或 --month 分开，或改用 --format csv",
        "narrow it with --township or --month, or use csv"
    ))
    .into()
}

/// The names that sheets have already.
#[derive(Default)]
struct SheetNames(Vec<String>);

impl SheetNames {
    /// A name that Excel takes and no other sheet has, as near to `wanted` as can be.
    fn free(&mut self, wanted: &str) -> String {
        let wanted: String =
            wanted.chars().map(|c: char| if c.is_control() || r"[]:*?/\".contains(c) { ' ' } else { c }).collect();
        let wanted = match wanted.trim_matches(['\'', ' ']) {
            "" => "Sheet",
            wanted => wanted,
        };
        let mut tries = (1..=self.0.len() + 1).map(|number| numbered(wanted, number));
        let name = tries.find(|name| !self.has(name)).expect("of one more than there are, one is free");
        self.0.push(name.clone());
        name
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known.to_lowercase() == name.to_lowercase())
    }
}

fn numbered(name: &str, number: usize) -> String {
    let end = if number > 1 { format!(" {number}") } else { String::new() };
    let mut short = String::new();
    let mut room = LONGEST_NAME - end.len();
    for c in name.chars() {
        match room.checked_sub(c.len_utf16()) {
            Some(left) => room = left,
            None => break,
        }
        short.push(c);
    }
    short.trim_end_matches(['\'', ' ']).to_owned() + &end
}

#[cfg(test)]
mod tests;
