//! Workbooks of `LibreOffice`. A row or a cell that says it stands a billion times is put down as often as it holds
//! something, under the limits of a sheet.

use super::archive::Archive;
use super::cell::SheetCell;
use super::limits::LONGEST_CELL;
use super::refusal::{damaged, too_large};
use super::sheet::{Grid, ListedSheet, MemoryBudget, MergedRange, Sheet, chosen, may_be_chosen};
use super::xml::{XmlEvent, XmlReader, XmlTag};
use crate::base::fault::Fault;
use crate::base::text::Text;
use std::borrow::Cow;
use std::io::Read;

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let mut archive = Archive::open(bytes)?;
    let mut xml = archive.xml("content.xml")?.ok_or_else(damaged)?;
    tables(&mut xml, wanted)
}

/// The sheets that a text describes, whatever else it holds.
pub(super) fn tables(
    xml: &mut XmlReader<'_, impl Read>,
    wanted: Option<&str>,
) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let mut listed = Vec::new();
    let mut budget = MemoryBudget::default();
    let mut hidden = HiddenStyles::default();
    loop {
        match xml.next()? {
            XmlEvent::Start(tag) if tag.name == "table" && !tag.empty => {
                let name = name_of(&tag);
                let shown = !hidden.has(&tag);
                // Each table is read, or those within it would be taken for sheets; only those that may be chosen are kept.
                let kept = may_be_chosen(&name, shown, listed.len(), wanted);
                let content = OdsTable::new(xml, &mut budget, kept).read()?;
                listed.push(ListedSheet { name, shown, content });
            }
            XmlEvent::Start(tag) => hidden.see(&tag),
            XmlEvent::End(_) | XmlEvent::Text(_) => {}
            XmlEvent::Eof => break,
        }
    }
    let (chosen, notes) = chosen(listed, wanted)?;
    let sheets = chosen.into_iter().map(|listed| listed.content.sheet(listed.name, false));
    Ok((sheets.collect(), notes))
}

fn name_of(tag: &XmlTag<'_>) -> String {
    tag.word("name")
}

/// The styles of tables that are not shown; they stand above the tables.
#[derive(Default)]
struct HiddenStyles {
    /// The style that is described.
    style: String,
    names: Vec<String>,
}

impl HiddenStyles {
    fn see(&mut self, tag: &XmlTag<'_>) {
        if tag.name == "style" {
            self.style = name_of(tag);
        } else if tag.name == "table-properties" && tag.attribute("display").as_deref() == Some("false") {
            self.names.push(self.style.clone());
        }
    }

    fn has(&self, table: &XmlTag<'_>) -> bool {
        let style = table.word("style-name");
        self.names.contains(&style)
    }
}

/// A sheet being read.
struct OdsTable<'x, 'l, R> {
    xml: &'x mut XmlReader<'l, R>,
    budget: &'x mut MemoryBudget,
    kept: bool,
    grid: Grid,
    /// The row and column that come next.
    row: u64,
    column: u64,
    /// How often the row stands.
    repeated: u64,
}

/// A cell as its tag describes it.
struct OdsCellTag {
    /// Whether it lies under a merged one.
    covered: bool,
    error: bool,
    /// Its value, where the tag has it.
    value: Option<SheetCell<'static>>,
    repeated: u64,
    /// How many rows and columns are merged in it.
    rows: u64,
    columns: u64,
}

impl<'x, 'l, R: Read> OdsTable<'x, 'l, R> {
    fn new(xml: &'x mut XmlReader<'l, R>, budget: &'x mut MemoryBudget, kept: bool) -> OdsTable<'x, 'l, R> {
        OdsTable { xml, budget, kept, grid: Grid::default(), row: 0, column: 0, repeated: 1 }
    }

    fn read(mut self) -> Result<Grid, Fault> {
        let mut columns = 0_u64;
        // A table within a cell is passed over.
        let mut depth = 1_usize;
        while depth > 0 {
            match self.xml.next()? {
                XmlEvent::Start(tag) if tag.name == "table" && !tag.empty => depth += 1,
                XmlEvent::End("table") => depth -= 1,
                XmlEvent::Start(_) | XmlEvent::End(_) if depth > 1 => {}
                XmlEvent::Start(tag) if tag.name == "table-column" => {
                    let count = count(&tag, "number-columns-repeated")?;
                    let shown = tag.attribute("visibility").is_none_or(|visibility| visibility == "visible");
                    if !shown && count > 0 {
                        self.grid.hide(narrow(columns), narrow(columns.saturating_add(count - 1)));
                    }
                    columns = columns.saturating_add(count);
                }
                XmlEvent::Start(tag) if tag.name == "table-row" => {
                    self.repeated = count(&tag, "number-rows-repeated")?;
                    self.column = 0;
                    if tag.empty {
                        self.row = self.row.saturating_add(self.repeated);
                    }
                }
                XmlEvent::End("table-row") => self.row = self.row.saturating_add(self.repeated),
                XmlEvent::Start(tag) if matches!(tag.name, "table-cell" | "covered-table-cell") => {
                    let cell = OdsCellTag::read(&tag)?;
                    let text = if tag.empty { String::new() } else { self.text()? };
                    self.put(cell, text)?;
                }
                XmlEvent::Eof => return Err(damaged()),
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
            }
        }
        Ok(self.grid)
    }

    /// The text of a cell up to its end, its paragraphs one to a line. What else hangs on it (comments, pictures, charts,
    /// shapes with words of their own) is none of its value.
    fn text(&mut self) -> Result<String, Fault> {
        let mut text = String::new();
        let mut depth = 0_usize;
        // How many elements are open, from the one on that is none of its value.
        let mut aside = 0_usize;
        let mut paragraphs = 0_usize;
        loop {
            match self.xml.next()? {
                XmlEvent::Start(tag) => {
                    let begins_aside = tag.name == "annotation" || (depth == 0 && tag.name != "p");
                    aside += usize::from(!tag.empty && (begins_aside || aside > 0));
                    depth += usize::from(!tag.empty);
                    if aside == 0 {
                        match tag.name {
                            "p" if paragraphs > 0 => text.push('\n'),
                            "s" => (0..tag.number("c").unwrap_or(1).min(64)).for_each(|_| text.push(' ')),
                            "tab" => text.push('\t'),
                            "line-break" => text.push('\n'),
                            _ => {}
                        }
                        paragraphs += usize::from(tag.name == "p");
                    }
                }
                XmlEvent::End(_) if depth == 0 => return Ok(text),
                XmlEvent::End(_) => {
                    depth -= 1;
                    aside = aside.saturating_sub(1);
                }
                XmlEvent::Text(more) if aside == 0 && depth > 0 => text.push_str(&more),
                XmlEvent::Text(_) => {}
                XmlEvent::Eof => return Err(damaged()),
            }
            if text.len() > LONGEST_CELL * 2 {
                return Err(too_large(text!("一个单元格的内容太多", "a cell has too much in it")));
            }
        }
    }

    /// Puts a cell where the row has come to, as often as it stands there.
    fn put(&mut self, tag: OdsCellTag, text: String) -> Result<(), Fault> {
        let column = self.column;
        self.column = self.column.saturating_add(tag.repeated);
        if !self.kept {
            return Ok(());
        }
        if tag.rows > 1 || tag.columns > 1 {
            let bottom = narrow(self.row.saturating_add(tag.rows.max(1) - 1));
            let right = narrow(column.saturating_add(tag.columns.max(1) - 1));
            let merge = MergedRange { top: narrow(self.row), bottom, left: narrow(column), right };
            self.grid.merge(merge, self.budget)?;
        }
        let cell = tag.cell(text);
        // Asked before it is repeated: a blank one may be said to stand a billion times.
        if cell.is_blank() {
            return Ok(());
        }
        for row in self.row..self.row.saturating_add(self.repeated) {
            for column in column..self.column {
                self.grid.put(narrow(row), narrow(column), cell.clone(), self.budget)?;
            }
        }
        Ok(())
    }
}

/// A row or column as a sheet counts them; what is beyond counting is beyond the limits too.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How often something stands, or over how many: once where it does not say. A word that is no number moves all that
/// follows to other columns.
fn count(tag: &XmlTag<'_>, name: &str) -> Result<u64, Fault> {
    tag.attribute(name).map_or(Ok(1), |word| word.trim().parse().map_err(|_| damaged()))
}

impl OdsCellTag {
    fn read(tag: &XmlTag<'_>) -> Result<OdsCellTag, Fault> {
        let value_type = tag.attribute("value-type");
        Ok(OdsCellTag {
            covered: tag.name == "covered-table-cell",
            error: value_type.as_deref() == Some("error"),
            value: value_type.and_then(|value_type| typed_value(tag, &value_type)),
            repeated: count(tag, "number-columns-repeated")?,
            rows: count(tag, "number-rows-spanned")?,
            columns: count(tag, "number-columns-spanned")?,
        })
    }

    /// The cell, with the text that it shows.
    fn cell(self, text: String) -> SheetCell<'static> {
        // What a merged cell covers is not shown, and stays from before the merge.
        if self.covered {
            return SheetCell::Empty;
        }
        if self.error {
            return SheetCell::Error(text);
        }
        self.value.unwrap_or(SheetCell::Text(Cow::Owned(text)))
    }
}

/// The value of a cell by its type; none where its text is all there is.
fn typed_value(tag: &XmlTag<'_>, value_type: &str) -> Option<SheetCell<'static>> {
    match value_type {
        "float" | "percentage" | "currency" => tag.attribute("value")?.trim().parse().ok().map(SheetCell::Number),
        "boolean" => tag.attribute("boolean-value").map(|word| SheetCell::Bool(word == "true")),
        "date" => {
            let day = tag.attribute("date-value")?;
            let day = day.strip_suffix("T00:00:00").unwrap_or(&day).replace('T', " ");
            Some(SheetCell::Text(Cow::Owned(day)))
        }
        "string" => tag.attribute("string-value").map(|text| SheetCell::Text(Cow::Owned(text.into_owned()))),
        _ => None,
    }
}
