//! Workbooks of Excel 2007 and later. The archive is walked first, part by part, under our limits; only what passed is
//! given to the library that reads it, cell by cell.

use super::chosen::chosen;
use super::sheet::{Budget, Cell, Grid, Merge, Sheet};
use super::xml::{Event, Tag, Xml, bomb};
use super::zipped::{Archive, MOST_UNPACKED, open};
use super::{damaged, too_large};
use crate::base::fault::Fault;
use crate::base::text::Text;
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use std::borrow::Cow;
use std::io::{Chain, Cursor, Read};

/// The most strings that cells may share, and the most of their text, in bytes.
const MOST_SHARED: u64 = 1_000_000;
const MOST_SHARED_TEXT: u64 = 32 << 20;
/// The most elements of the part that holds the styles.
const MOST_STYLES: u64 = 600_000;

/// The most elements of all parts: cells beyond what is taken in are empty, and each takes its time.
const MOST_ELEMENTS: u64 = 8_000_000;
/// The most sheets, or relations of one part.
const MOST_NAMED: usize = 10_000;
/// What a part may have that holds neither cells nor their text, in bytes.
const MOST_OTHER: u64 = 24 << 20;
/// The most merged cells of a sheet.
const MOST_MERGES: u64 = 500_000;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let walked = walk(&mut open(bytes)?)?;
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| refused(&error))?;
    let known: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
        .collect();
    let (chosen, mut notes) = chosen(&known, wanted)?;
    let (mut sheets, mut budget) = (Vec::new(), Budget::default());
    let since_1904 = book.has_1904_epoch();
    for at in chosen {
        let Some((name, _)) = known.get(at) else { continue };
        let mut grid = grid(&mut book, name, &mut budget)?;
        for &(first, last) in walked.hidden_in(name) {
            grid.hide(first, last);
        }
        sheets.push(grid.sheet(name.clone(), since_1904));
    }
    if walked.without_result > 0 {
        let count = walked.without_result;
        notes.push(text!(
            "有 {count} 个公式没有算出结果，按空白处理；请用 Excel 或 WPS 打开保存一次",
            "{count} taken as empty: open the workbook in Excel or WPS and save it",
            count = Text::count(count, "formula has no result and is", "formulas have no result and are")
        ));
    }
    Ok((sheets, notes))
}

fn refused(error: &calamine::XlsxError) -> Fault {
    if matches!(error, calamine::XlsxError::Password) { super::zipped::encrypted() } else { damaged() }
}

fn grid(book: &mut Book<'_>, name: &str, budget: &mut Budget) -> Result<Grid, Fault> {
    let mut grid = Grid::default();
    let mut cells = book.worksheet_cells_reader(name).map_err(|error| refused(&error))?;
    while let Some(cell) = cells.next_cell().map_err(|error| refused(&error))? {
        let (row, column) = cell.get_position();
        grid.put(row, column, held(cell.get_value()), budget)?;
    }
    drop(cells);
    for merge in book.merge_cells_by_sheet_name(name).map_err(|error| refused(&error))? {
        let ((top, left), (bottom, right)) = (merge.start, merge.end);
        grid.merge(Merge { top, bottom, left, right }, budget)?;
    }
    Ok(grid)
}

fn held(value: &DataRef<'_>) -> Cell<'static> {
    let text = |text: &str| Cell::Text(Cow::Owned(text.to_owned()));
    match value {
        DataRef::Empty => Cell::Empty,
        // A library's count: whole numbers below 2^53 in any case.
        DataRef::Int(number) => text(&number.to_string()),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(string) | DataRef::DurationIso(string) => text(string),
        DataRef::SharedString(string) => text(string),
        DataRef::Bool(yes) => Cell::Bool(*yes),
        DataRef::DateTime(moment) => Cell::Date(moment.as_f64()),
        DataRef::DateTimeIso(moment) => {
            let day = moment.strip_suffix('Z').unwrap_or(moment);
            text(&day.strip_suffix("T00:00:00").unwrap_or(day).replace('T', " "))
        }
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// What was seen on the way through the parts.
#[derive(Default)]
struct Walked {
    /// By part: the columns that it does not show, first and last.
    hidden: Vec<(String, Vec<(u32, u32)>)>,
    /// The sheets: name and relation.
    sheets: Vec<(String, String)>,
    /// The workbook's relations: name and part.
    relations: Vec<(String, String)>,
    /// Formulas whose result was never worked out.
    without_result: usize,
}

impl Walked {
    /// The columns that a sheet does not show.
    fn hidden_in(&self, sheet: &str) -> &[(u32, u32)] {
        let relation = self.sheets.iter().find(|(name, _)| name == sheet).map(|(_, relation)| relation);
        let part = self.relations.iter().find(|(name, _)| Some(name) == relation);
        let part = part.map(|(_, part)| format!("/{}", part.trim_start_matches(['/', '.'])));
        let hidden = part.and_then(|part| self.hidden.iter().find(|(name, _)| name.ends_with(&part)));
        hidden.map_or(&[], |(_, columns)| columns.as_slice())
    }

    fn take(&mut self, name: &str, part: Part) {
        self.without_result += part.without_result;
        if !part.hidden.is_empty() {
            self.hidden.push((format!("/{name}"), part.hidden));
        }
        match part.root.as_str() {
            "workbook" => self.sheets = part.named,
            "Relationships" if name.ends_with("workbook.xml.rels") => self.relations = part.named,
            _ => {}
        }
    }
}

/// Reads through every part once, keeping nothing but what the library does not tell: whatever passes can be read whole.
fn walk(archive: &mut Archive<'_>) -> Result<Walked, Fault> {
    let (mut left, mut elements) = (MOST_UNPACKED, MOST_ELEMENTS);
    let mut walked = Walked::default();
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|_| damaged())?;
        let name = part.name().map_err(|_| damaged())?.into_owned();
        let mut head = [0; 64];
        let length = read_some(&mut part, &mut head)?;
        let head = &head[..length];
        let begins = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        let named = [".xml", ".rels"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let whole = head.chain(part);
        if named || begins.starts_with(b"<") || begins.is_empty() {
            let mut part = Part::default();
            let before = left;
            part.walk(&mut Xml::new(whole, &mut left), elements)?;
            elements -= part.elements;
            if before - left > MOST_OTHER && !matches!(part.root.as_str(), "worksheet" | "sst") {
                return Err(bomb());
            }
            walked.take(&name, part);
        } else {
            count(whole, &mut left)?;
        }
    }
    Ok(walked)
}

fn read_some(part: &mut impl Read, head: &mut [u8]) -> Result<usize, Fault> {
    let mut length = 0;
    while length < head.len() {
        match part.read(&mut head[length..]).map_err(|_| damaged())? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}

/// What is no XML (pictures, printer settings) is only measured.
fn count<A: Read, B: Read>(mut part: Chain<A, B>, left: &mut u64) -> Result<(), Fault> {
    let mut bytes = [0; 16 << 10];
    loop {
        let read = part.read(&mut bytes).map_err(|_| damaged())?;
        if read == 0 {
            return Ok(());
        }
        *left = left.checked_sub(read as u64).ok_or_else(bomb)?;
    }
}

/// One part on the way.
#[derive(Default)]
struct Part {
    root: String,
    elements: u64,
    /// What the shared strings cost so far.
    texts: u64,
    merges: u64,
    hidden: Vec<(u32, u32)>,
    /// Sheets or relations, as the part holds the one or the other: name and what it leads to.
    named: Vec<(String, String)>,
    /// Whether the cell has a formula, and no result yet.
    formula: bool,
    without_result: usize,
}

impl Part {
    fn walk<R: Read>(&mut self, xml: &mut Xml<'_, R>, most: u64) -> Result<(), Fault> {
        loop {
            match xml.next()? {
                Event::Start(_) if self.elements == most => return Err(bomb()),
                Event::Start(tag) => self.element(&tag)?,
                Event::Text(text) if self.root == "sst" => {
                    self.texts += text.len() as u64;
                    if self.texts > MOST_SHARED_TEXT {
                        return Err(too_many_strings());
                    }
                }
                Event::End("c") => self.without_result += usize::from(std::mem::take(&mut self.formula)),
                Event::Text(_) | Event::End(_) => {}
                Event::Eof => return Ok(()),
            }
        }
    }

    fn element(&mut self, tag: &Tag<'_>) -> Result<(), Fault> {
        self.elements += 1;
        if self.root.is_empty() {
            tag.name.clone_into(&mut self.root);
        }
        if !is_placed(tag) {
            return Err(damaged());
        }
        match (self.root.as_str(), tag.name) {
            ("sst", _) => shared(tag, &mut self.texts)?,
            ("styleSheet", _) => style(tag, self.elements)?,
            ("worksheet", "col") => self.hidden.extend(hidden_columns(tag)),
            ("workbook", "sheet") => self.name(tag, "name", "id")?,
            ("Relationships", "Relationship") => self.name(tag, "Id", "Target")?,
            ("worksheet", "f") => self.formula = true,
            // openpyxl writes an empty result where it has none.
            ("worksheet", "v") => self.formula &= tag.empty,
            ("worksheet", "mergeCell") => {
                self.merges += 1;
                if self.merges > MOST_MERGES {
                    return Err(too_large(text!("工作簿的合并单元格太多", "the workbook has too many merged cells")));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

impl Part {
    fn name(&mut self, tag: &Tag<'_>, name: &str, leads_to: &str) -> Result<(), Fault> {
        let word = |key| tag.attribute(key).unwrap_or_default().into_owned();
        self.named.push((word(name), word(leads_to)));
        if self.named.len() > MOST_NAMED { Err(bomb()) } else { Ok(()) }
    }
}

/// An element among the shared strings; each costs as much as a short text.
fn shared(tag: &Tag<'_>, texts: &mut u64) -> Result<(), Fault> {
    // The library sets memory aside for as many as this says.
    let claimed = tag.number("uniqueCount").unwrap_or(0);
    *texts += if tag.name == "si" { MOST_SHARED_TEXT / MOST_SHARED } else { 0 };
    if claimed > MOST_SHARED || *texts > MOST_SHARED_TEXT { Err(too_many_strings()) } else { Ok(()) }
}

fn too_many_strings() -> Fault {
    too_large(text!("工作簿的文字太多", "the workbook holds too much text"))
}

/// An element of the styles. A format of hundreds of brackets is no format.
fn style(tag: &Tag<'_>, elements: u64) -> Result<(), Fault> {
    let odd = tag.attribute("formatCode").is_some_and(|code| code.matches('[').count() > 100);
    if elements > MOST_STYLES || odd {
        return Err(too_large(text!("工作簿的样式太多", "the workbook has too many styles")));
    }
    Ok(())
}

/// Whether the place that an element names, if it is one of cells, can be one: the library counts without looking.
fn is_placed(tag: &Tag<'_>) -> bool {
    let key = match tag.name {
        "c" | "row" => "r",
        "mergeCell" | "dimension" => "ref",
        _ => return true,
    };
    tag.every(key).all(|places| {
        places.split(':').all(|place| {
            let row = place.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
            place.len() - row.len() <= 3 && (row.is_empty() || row.parse::<u32>().is_ok())
        })
    })
}

fn hidden_columns(tag: &Tag<'_>) -> Option<(u32, u32)> {
    let is = matches!(tag.attribute("hidden").as_deref(), Some("1" | "true"));
    let (first, last) = (tag.number("min")?, tag.number("max")?);
    let place = |number: u64| u32::try_from(number).ok()?.checked_sub(1);
    (is && first <= last).then_some((place(first)?, place(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_counted_before_a_workbook_is_read() {
        let walked = |most| {
            let mut left = 1000;
            let sheet = b"<worksheet><row><c/><c/></row></worksheet>";
            Part::default().walk(&mut Xml::new(sheet.as_slice(), &mut left), most).map_err(|fault| fault.what.en)
        };
        assert_eq!(walked(4), Ok(()));
        assert_eq!(walked(3), Err("the file is too large once unpacked".into()));
    }

    #[test]
    fn places_beyond_counting_are_no_places() {
        let walked = |sheet: &str| {
            let mut left = 1000;
            Part::default().walk(&mut Xml::new(sheet.as_bytes(), &mut left), 100).is_ok()
        };
        for good in [r#"<c r="XFD1048576"/>"#, r#"<row r="1048576"/>"#, r#"<mergeCell ref="A1:B2"/>"#, "<c/>"] {
            assert!(walked(good), "{good}");
        }
        for bad in [
            r#"<c r="A99999999999"/>"#,
            r#"<c r="AAAAAAAA1"/>"#,
            r#"<c r="A1"r="A99999999999"/>"#,
            r#"<mergeCell ref="A1:B44444444444"/>"#,
        ] {
            assert!(!walked(bad), "{bad}");
        }
    }
}
