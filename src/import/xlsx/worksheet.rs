//! The part of one sheet -> its cells. What a cell names (a string, a style) it must have; how large the sheet says it is
//! is not asked.

use super::shared_strings::{SharedStrings, read_text, unescaped};
use crate::base::fault::Fault;
use crate::import::cell::SheetCell;
use crate::import::limits::LONGEST_CELL;
use crate::import::refusal::{damaged, too_large};
use crate::import::sheet::{Grid, MemoryBudget, MergedRange, too_long};
use crate::import::styles::Styles;
use crate::import::xml::{XmlEvent, XmlReader, XmlTag};
use std::borrow::Cow;
use std::io::Read;

/// The most merged cells of a sheet.
const MOST_MERGES: u64 = 500_000;

/// A sheet being read.
pub(super) struct Worksheet<'w, 'l, R> {
    xml: XmlReader<'l, R>,
    strings: &'w SharedStrings,
    styles: &'w Styles,
    budget: &'w mut MemoryBudget,
    grid: Grid,
    /// Where a cell stands that does not say it.
    next: Position,
    /// Formulas whose result was never worked out.
    without_result: usize,
    /// What stands in the cell; its room is used again.
    value: String,
}

/// A row and a column, from 0.
#[derive(Clone, Copy, Default)]
struct Position {
    row: u32,
    column: u32,
}

/// A cell as its tag describes it.
struct XlsxCellTag {
    at: Position,
    style: Option<usize>,
    cell_type: CellType,
}

/// What the value of a cell is, as the standard has it.
#[derive(Clone, Copy)]
enum CellType {
    /// It does not say: a number, or text that is none.
    Unsaid,
    Number,
    /// The number of a shared string.
    Shared,
    /// Text with its looks, in an element of its own.
    Inline,
    /// The text that a formula gave.
    Text,
    Bool,
    Error,
    Date,
}

impl<'w, 'l, R: Read> Worksheet<'w, 'l, R> {
    pub(super) fn new(
        xml: XmlReader<'l, R>,
        strings: &'w SharedStrings,
        styles: &'w Styles,
        budget: &'w mut MemoryBudget,
    ) -> Worksheet<'w, 'l, R> {
        Worksheet {
            xml,
            strings,
            styles,
            budget,
            grid: Grid::default(),
            next: Position::default(),
            without_result: 0,
            value: String::new(),
        }
    }

    /// Its cells, and how many formulas have no result.
    pub(super) fn read(mut self) -> Result<(Grid, usize), Fault> {
        let mut root = false;
        let mut merges = 0;
        loop {
            match self.xml.next()? {
                XmlEvent::Start(tag) if !root => {
                    root = tag.name == "worksheet";
                    if !root {
                        return Err(damaged());
                    }
                }
                XmlEvent::Start(tag) if tag.name == "sheetData" && !tag.empty => self.rows()?,
                XmlEvent::Start(tag) if tag.name == "col" => {
                    if let Some((first, last)) = hidden_columns(&tag) {
                        self.grid.hide(first, last);
                    }
                }
                XmlEvent::Start(tag) if tag.name == "mergeCell" => {
                    merges += 1;
                    if merges > MOST_MERGES {
                        return Err(too_large(text!(
                            "工作簿的合并单元格太多",
                            "the workbook has too many merged cells"
                        )));
                    }
                    if let Some(merge) = merged(&tag)? {
                        self.grid.merge(merge, self.budget)?;
                    }
                }
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
                XmlEvent::Eof if root => return Ok((self.grid, self.without_result)),
                XmlEvent::Eof => return Err(damaged()),
            }
        }
    }

    fn rows(&mut self) -> Result<(), Fault> {
        loop {
            match self.xml.next()? {
                XmlEvent::Start(tag) if tag.name == "row" => {
                    if let Some(row) = tag.attribute("r") {
                        self.next.row = row_number(&row)?;
                    }
                    if tag.empty {
                        self.end_row();
                    }
                }
                XmlEvent::End("row") => self.end_row(),
                XmlEvent::Start(tag) if tag.name == "c" => {
                    let described = XlsxCellTag::read(&tag, self.next)?;
                    self.next.column = described.at.column.saturating_add(1);
                    if !tag.empty {
                        let cell = self.cell(&described)?;
                        self.grid.put(described.at.row, described.at.column, cell, self.budget)?;
                    }
                }
                XmlEvent::End("sheetData") => return Ok(()),
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
                XmlEvent::Eof => return Err(damaged()),
            }
        }
    }

    fn end_row(&mut self) {
        self.next = Position { row: self.next.row.saturating_add(1), column: 0 };
    }

    /// Reads a cell to its end.
    fn cell(&mut self, described: &XlsxCellTag) -> Result<SheetCell<'static>, Fault> {
        self.value.clear();
        let mut in_value = false;
        let mut inline = false;
        let mut formula = false;
        loop {
            match self.xml.next()? {
                XmlEvent::Start(tag) => match tag.name {
                    "f" => formula = true,
                    "v" => {
                        in_value = !tag.empty && !inline && !matches!(described.cell_type, CellType::Inline);
                        // openpyxl writes an empty result where it has none.
                        formula &= tag.empty;
                    }
                    "is" if !tag.empty => {
                        inline = true;
                        self.value.clear();
                        if !read_text(&mut self.xml, "is", LONGEST_CELL, &mut self.value)? {
                            return Err(too_long(described.at.row, described.at.column));
                        }
                    }
                    _ => {}
                },
                XmlEvent::Text(more) if in_value => {
                    self.value.push_str(&more);
                    if self.value.len() > LONGEST_CELL {
                        return Err(too_long(described.at.row, described.at.column));
                    }
                }
                XmlEvent::End("v") => in_value = false,
                XmlEvent::End("c") => break,
                XmlEvent::Text(_) | XmlEvent::End(_) => {}
                XmlEvent::Eof => return Err(damaged()),
            }
        }
        self.without_result += usize::from(formula);
        if inline { Ok(text(&self.value)) } else { self.held(described) }
    }

    /// What a value is, as its cell says.
    fn held(&self, described: &XlsxCellTag) -> Result<SheetCell<'static>, Fault> {
        if self.value.is_empty() {
            return Ok(SheetCell::Empty);
        }
        let bare = self.value.trim();
        Ok(match described.cell_type {
            CellType::Unsaid | CellType::Number => match bare.parse::<f64>().ok().filter(|number| number.is_finite()) {
                Some(number) => self.number(described.style, number),
                None if matches!(described.cell_type, CellType::Unsaid) => text(&self.value),
                None => return Err(damaged()),
            },
            CellType::Shared => {
                let string = bare.parse().ok().and_then(|at| self.strings.get(at));
                text(string.ok_or_else(damaged)?)
            }
            CellType::Bool => match bare.to_ascii_lowercase().as_str() {
                "1" | "true" => SheetCell::Bool(true),
                "0" | "false" => SheetCell::Bool(false),
                _ => return Err(damaged()),
            },
            CellType::Text => text(&unescaped(&self.value)),
            CellType::Error => SheetCell::Error(self.value.clone()),
            CellType::Date => {
                let moment = self.value.strip_suffix('Z').unwrap_or(&self.value);
                text(&moment.strip_suffix("T00:00:00").unwrap_or(moment).replace('T', " "))
            }
            CellType::Inline => SheetCell::Empty,
        })
    }

    fn number(&self, style: Option<usize>, number: f64) -> SheetCell<'static> {
        style.map_or(SheetCell::Number(number), |style| self.styles.cell(style, number))
    }
}

fn text(text: &str) -> SheetCell<'static> {
    SheetCell::Text(Cow::Owned(text.to_owned()))
}

impl XlsxCellTag {
    fn read(tag: &XmlTag<'_>, next: Position) -> Result<XlsxCellTag, Fault> {
        let mut cell = XlsxCellTag { at: next, style: None, cell_type: CellType::Unsaid };
        for (name, value) in tag.attributes() {
            match name {
                "r" => cell.at = position(value)?,
                "s" => cell.style = value.parse().ok(),
                "t" => cell.cell_type = CellType::named(value)?,
                _ => {}
            }
        }
        Ok(cell)
    }
}

impl CellType {
    fn named(word: &str) -> Result<CellType, Fault> {
        Ok(match word {
            "n" => CellType::Number,
            "s" => CellType::Shared,
            "inlineStr" | "is" => CellType::Inline,
            "str" => CellType::Text,
            "b" => CellType::Bool,
            "e" => CellType::Error,
            "d" => CellType::Date,
            _ => return Err(damaged()),
        })
    }
}

/// Where `C7` is.
fn position(place: &str) -> Result<Position, Fault> {
    let digits = place.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = &place[..place.len() - digits.len()];
    if !(1..=3).contains(&letters.len()) {
        return Err(damaged());
    }
    let column =
        letters.bytes().fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    Ok(Position { row: row_number(digits)?, column: column - 1 })
}

/// A row's number, from 0.
fn row_number(digits: &str) -> Result<u32, Fault> {
    let number: Option<u32> = digits.trim().parse().ok();
    number.and_then(|number| number.checked_sub(1)).ok_or_else(damaged)
}

fn merged(tag: &XmlTag<'_>) -> Result<Option<MergedRange>, Fault> {
    let Some(range) = tag.attribute("ref") else { return Ok(None) };
    let Some((first, last)) = range.split_once(':') else { return position(&range).map(|_| None) };
    let first = position(first)?;
    let last = position(last)?;
    Ok(Some(MergedRange { top: first.row, bottom: last.row, left: first.column, right: last.column }))
}

fn hidden_columns(tag: &XmlTag<'_>) -> Option<(u32, u32)> {
    let hidden = matches!(tag.attribute("hidden").as_deref(), Some("1" | "true"));
    let first = tag.number("min")?;
    let last = tag.number("max")?;
    let first_at = u32::try_from(first).ok()?.checked_sub(1)?;
    let last_at = u32::try_from(last).ok()?.checked_sub(1)?;
    (hidden && first <= last).then_some((first_at, last_at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::xml::{Quota, bomb};

    fn read(sheet: &str, elements: u64) -> Result<(), Fault> {
        let mut quota = Quota { elements, ..Quota::default() };
        let xml = XmlReader::new(sheet.as_bytes(), &mut quota);
        let strings = SharedStrings::default();
        let styles = Styles::default();
        Worksheet::new(xml, &strings, &styles, &mut MemoryBudget::default()).read().map(|_| ())
    }

    fn with(cells: &str) -> String {
        format!("<worksheet><sheetData>{cells}</sheetData></worksheet>")
    }

    #[test]
    fn every_element_counts() {
        let sheet = with("<row><c/><c/></row>");
        assert_eq!(read(&sheet, 5), Ok(()));
        assert_eq!(read(&sheet, 4), Err(bomb()));
    }

    #[test]
    fn places_beyond_counting_are_no_places() {
        let merged =
            |range: &str| format!("<worksheet><mergeCells><mergeCell ref='{range}'/></mergeCells></worksheet>");
        for good in [
            with(r#"<row r="1048576"><c r="XFD1048576"/></row>"#),
            with(r#"<row r="1048576"/>"#),
            merged("A1:B2"),
            with("<row><c/></row>"),
        ] {
            assert_eq!(read(&good, 100), Ok(()), "{good}");
        }
        for bad in [
            with(r#"<row><c r="A99999999999"/></row>"#),
            with(r#"<row><c r="AAAAAAAA1"/></row>"#),
            with(r#"<row><c r="A1"r="A99999999999"/></row>"#),
            with(r#"<row><c r="A0"/></row>"#),
            with(r#"<row><c r="7"/></row>"#),
            merged("A1:B44444444444"),
        ] {
            assert_eq!(read(&bad, 100), Err(damaged()), "{bad}");
        }
    }

    #[test]
    fn a_sheet_that_ends_early_is_damaged() {
        for cut in [
            "",
            "<workbook/>",
            "<worksheet><sheetData>",
            "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>",
            "<worksheet><sheetData><row><c><v>1",
        ] {
            assert_eq!(read(cut, 100), Err(damaged()), "{cut}");
        }
    }
}
