//! Workbooks of `LibreOffice`. A row or a cell that says it stands a billion times is put down as often as it holds
//! something, under the limits of a sheet.

use super::archive::Archive;
use super::cell::SheetCell;
use super::limits::LONGEST_CELL;
use super::refusal::{damaged, too_large};
use super::sheet::{Grid, MemoryBudget, MergedRange, Sheet, chosen, may_be_chosen};
use super::xml::{XmlEvent, XmlReader, XmlTag};
use crate::base::fault::Fault;
use crate::base::text::Text;
use std::borrow::Cow;
use std::io::Read;

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let mut archive = Archive::open(bytes)?;
    let mut xml = archive.xml("content.xml")?.ok_or_else(damaged)?;
    let mut names: Vec<(String, bool)> = Vec::new();
    let mut grids: Vec<Option<Grid>> = Vec::new();
    let mut budget = MemoryBudget::default();
    let mut hidden = HiddenStyles::default();
    loop {
        match xml.next()? {
            XmlEvent::Start(tag) if tag.name == "table" && !tag.empty => {
                let name = name_of(&tag);
                let shown = !hidden.has(&tag);
                // Each table is read, or those within it would be taken for sheets; only those that may be chosen are kept.
                let kept = may_be_chosen(&name, shown, names.len(), wanted);
                let grid = OdsTable::new(&mut xml, &mut budget, kept).read()?;
                grids.push(kept.then_some(grid));
                names.push((name, shown));
            }
            XmlEvent::Start(tag) => hidden.see(&tag),
            XmlEvent::End(_) | XmlEvent::Text(_) => {}
            XmlEvent::Eof => break,
        }
    }
    let (chosen, notes) = chosen(&names, wanted)?;
    let mut sheets = Vec::new();
    for at in chosen {
        if let (Some(grid), Some((name, _))) = (grids.get_mut(at).and_then(Option::take), names.get(at)) {
            sheets.push(grid.sheet(name.clone(), false));
        }
    }
    Ok((sheets, notes))
}

fn name_of(tag: &XmlTag<'_>) -> String {
    tag.attribute("name").unwrap_or_default().into_owned()
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
        let style = table.attribute("style-name").unwrap_or_default();
        self.names.iter().any(|name| *name == style)
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
struct CellTag {
    value: Option<SheetCell<'static>>,
    error: bool,
    repeated: u64,
    rows: u64,
    columns: u64,
}

impl<'x, 'l, R: Read> OdsTable<'x, 'l, R> {
    fn new(xml: &'x mut XmlReader<'l, R>, budget: &'x mut MemoryBudget, kept: bool) -> OdsTable<'x, 'l, R> {
        OdsTable { xml, budget, kept, grid: Grid::default(), row: 0, column: 0, repeated: 1 }
    }

    fn read(mut self) -> Result<Grid, Fault> {
        let mut columns = 0_u64;
        let mut depth = 1_usize;
        while depth > 0 {
            match self.xml.next()? {
                XmlEvent::Start(tag) if tag.name == "table" && !tag.empty => depth += 1,
                XmlEvent::End("table") => depth -= 1,
                XmlEvent::Start(_) | XmlEvent::End(_) if depth > 1 => {}
                XmlEvent::Start(tag) if tag.name == "table-column" => {
                    let count = tag.number("number-columns-repeated").unwrap_or(1);
                    let shown = tag.attribute("visibility").is_none_or(|visibility| visibility == "visible");
                    if !shown && count > 0 {
                        self.grid.hide(narrow(columns), narrow(columns.saturating_add(count - 1)));
                    }
                    columns = columns.saturating_add(count);
                }
                XmlEvent::Start(tag) if tag.name == "table-row" => {
                    self.repeated = tag.number("number-rows-repeated").unwrap_or(1);
                    self.column = 0;
                    if tag.empty {
                        self.row = self.row.saturating_add(self.repeated);
                    }
                }
                XmlEvent::End("table-row") => self.row = self.row.saturating_add(self.repeated),
                XmlEvent::Start(tag) if matches!(tag.name, "table-cell" | "covered-table-cell") => {
                    let (described, empty, covered) = (described(&tag), tag.empty, tag.name == "covered-table-cell");
                    let text = if empty { String::new() } else { self.text()? };
                    // What a merged cell covers is not shown, and stays from before the merge.
                    self.put(described, if covered { String::new() } else { text }, covered)?;
                }
                XmlEvent::Eof => return Err(damaged()),
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
            }
        }
        Ok(self.grid)
    }

    /// The text of a cell up to its end, its paragraphs one to a line, without its comments.
    fn text(&mut self) -> Result<String, Fault> {
        let (mut text, mut comment, mut depth, mut paragraphs) = (String::new(), 0_usize, 0_usize, 0_usize);
        loop {
            match self.xml.next()? {
                XmlEvent::Start(tag) => {
                    comment += usize::from(!tag.empty && (tag.name == "annotation" || comment > 0));
                    depth += usize::from(!tag.empty);
                    if comment == 0 {
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
                    comment = comment.saturating_sub(1);
                }
                XmlEvent::Text(more) if comment == 0 && paragraphs > 0 => text.push_str(&more),
                XmlEvent::Text(_) => {}
                XmlEvent::Eof => return Err(damaged()),
            }
            if text.len() > LONGEST_CELL * 2 {
                text.truncate(0);
                return Err(too_large(text!("一个单元格的内容太多", "a cell has too much in it")));
            }
        }
    }

    fn put(&mut self, described: CellTag, text: String, covered: bool) -> Result<(), Fault> {
        let cell = match described.value {
            _ if covered => SheetCell::Empty,
            _ if described.error => SheetCell::Error(text),
            Some(cell) => cell,
            None => SheetCell::Text(Cow::Owned(text)),
        };
        let (row, column) = (self.row, self.column);
        self.column = self.column.saturating_add(described.repeated);
        if !self.kept {
            return Ok(());
        }
        if described.rows > 1 || described.columns > 1 {
            let bottom = narrow(row.saturating_add(described.rows.max(1) - 1));
            let right = narrow(column.saturating_add(described.columns.max(1) - 1));
            let merge = MergedRange { top: narrow(row), bottom, left: narrow(column), right };
            self.grid.merge(merge, self.budget)?;
        }
        if cell.is_blank() {
            return Ok(());
        }
        for row in row..row.saturating_add(self.repeated) {
            for column in column..self.column {
                self.grid.put(narrow(row), narrow(column), cell.clone(), self.budget)?;
            }
        }
        Ok(())
    }
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn described(tag: &XmlTag<'_>) -> CellTag {
    let number = || tag.attribute("value")?.trim().parse::<f64>().ok();
    let value = match tag.attribute("value-type").as_deref() {
        Some("float" | "percentage" | "currency") => number().map(SheetCell::Number),
        Some("boolean") => tag.attribute("boolean-value").map(|word| SheetCell::Bool(word == "true")),
        Some("date") => tag.attribute("date-value").map(|day| {
            let day = day.strip_suffix("T00:00:00").unwrap_or(&day).replace('T', " ");
            SheetCell::Text(Cow::Owned(day))
        }),
        Some("string") => tag.attribute("string-value").map(|text| SheetCell::Text(Cow::Owned(text.into_owned()))),
        Some(_) | None => None,
    };
    let count = |name| tag.number(name).unwrap_or(1);
    CellTag {
        value,
        error: tag.attribute("value-type").as_deref() == Some("error"),
        repeated: count("number-columns-repeated"),
        rows: count("number-rows-spanned"),
        columns: count("number-columns-spanned"),
    }
}
