//! Workbooks of Excel 2007 and later. Only the parts that hold what is read are understood: the workbook, what it is
//! related to, the strings and styles that cells share, and the sheets asked for, each once. All others are measured.

mod shared_strings;
mod worksheet;

use super::archive::Archive;
use super::refusal::damaged;
use super::sheet::{ListedSheet, MemoryBudget, Sheet, chosen};
use super::styles::Styles;
use super::xml::{XmlEvent, XmlTag, bomb};
use crate::base::fault::Fault;
use crate::base::text::Text;
use shared_strings::SharedStrings;
use worksheet::Worksheet;

/// The most sheets, or relations of one part.
const MOST_NAMED: usize = 10_000;
/// The most elements of the part that holds the styles.
const MOST_STYLES: usize = 600_000;

/// The sheets of a workbook.
pub(super) fn sheets(bytes: &[u8], wanted: Option<&str>) -> Result<(Vec<Sheet<'static>>, Vec<Text>), Fault> {
    let mut archive = Archive::open(bytes)?;
    let workbook = Workbook::read(&mut archive)?;
    let (chosen, mut notes) = chosen(workbook.sheets, wanted)?;
    let strings = SharedStrings::read(&mut archive, &workbook.strings)?;
    let styles = styles(&mut archive, &workbook.styles)?;
    let mut budget = MemoryBudget::default();
    let mut without_result = 0;
    let mut sheets = Vec::new();
    for listed in chosen {
        let xml = archive.xml(&listed.content)?.ok_or_else(damaged)?;
        let (grid, unreckoned) = Worksheet::new(xml, &strings, &styles, &mut budget).read()?;
        without_result += unreckoned;
        sheets.push(grid.sheet(listed.name, workbook.since_1904));
    }
    archive.measure_rest()?;
    if without_result > 0 {
        notes.push(text!(
            "有 {without_result} 个公式没有算出结果，按空白处理；请用 Excel 或 WPS 打开保存一次",
            "{without_result} treated as empty: open the workbook in Excel or WPS and save it",
            without_result =
                Text::count(without_result, "formula has no result and is", "formulas have no result and are")
        ));
    }
    Ok((sheets, notes))
}

/// What the part of the workbook itself says, and where the parts are that it shares among its sheets.
struct Workbook {
    /// With the path of the part of each.
    sheets: Vec<ListedSheet<String>>,
    since_1904: bool,
    strings: String,
    styles: String,
}

impl Workbook {
    fn read(archive: &mut Archive<'_>) -> Result<Workbook, Fault> {
        let package = Relationships::read(archive, "")?;
        let path = package.first("officeDocument").ok_or_else(damaged)?;
        let related = Relationships::read(archive, &path)?;
        let mut workbook = Workbook {
            sheets: Vec::new(),
            since_1904: false,
            strings: related.first_or("sharedStrings", "sharedStrings.xml"),
            styles: related.first_or("styles", "styles.xml"),
        };
        let mut xml = archive.xml(&path)?.ok_or_else(damaged)?;
        loop {
            match xml.next()? {
                XmlEvent::Start(tag) if tag.name == "sheet" => workbook.list(&tag, &related)?,
                // An extension has an element of that name too, without the attribute.
                XmlEvent::Start(tag) if tag.name == "workbookPr" => {
                    if let Some(since_1904) = tag.attribute("date1904") {
                        workbook.since_1904 = is_true(&since_1904);
                    }
                }
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
                XmlEvent::Eof => return Ok(workbook),
            }
        }
    }

    /// Lists a sheet of cells; charts, dialogues and sheets of macros are none.
    fn list(&mut self, tag: &XmlTag<'_>, related: &Relationships) -> Result<(), Fault> {
        let id = tag.attribute("id").ok_or_else(damaged)?;
        let relationship = related.all.iter().find(|relationship| relationship.id == id).ok_or_else(damaged)?;
        if relationship.kind != "worksheet" {
            return Ok(());
        }
        if self.sheets.len() == MOST_NAMED {
            return Err(bomb());
        }
        self.sheets.push(ListedSheet {
            name: tag.word("name"),
            shown: !matches!(tag.attribute("state").as_deref(), Some("hidden" | "veryHidden")),
            content: related.path(&relationship.target),
        });
        Ok(())
    }
}

fn is_true(word: &str) -> bool {
    matches!(word, "1" | "true")
}

/// What a part is related to.
struct Relationships {
    /// The folder of the part, with the stroke at its end; nothing for the whole package.
    folder: String,
    all: Vec<Relationship>,
}

struct Relationship {
    id: String,
    /// The last word of its type.
    kind: String,
    target: String,
}

impl Relationships {
    /// Those of a part; of the whole package where there is none.
    fn read(archive: &mut Archive<'_>, part: &str) -> Result<Relationships, Fault> {
        let at = part.rfind('/').map_or(0, |at| at + 1);
        let (folder, name) = part.split_at(at);
        let mut xml = archive.xml(&format!("{folder}_rels/{name}.rels"))?.ok_or_else(damaged)?;
        let mut all = Vec::new();
        loop {
            match xml.next()? {
                XmlEvent::Start(_) if all.len() == MOST_NAMED => return Err(bomb()),
                XmlEvent::Start(tag) if tag.name == "Relationship" => {
                    let [id, ty, target] = ["Id", "Type", "Target"].map(|name| tag.word(name));
                    let kind = ty.rsplit_once('/').map_or(ty.as_str(), |(_, kind)| kind).to_owned();
                    all.push(Relationship { id, kind, target });
                }
                XmlEvent::Start(_) | XmlEvent::End(_) | XmlEvent::Text(_) => {}
                XmlEvent::Eof => return Ok(Relationships { folder: folder.to_owned(), all }),
            }
        }
    }

    /// The path of the first that is of a kind; the usual one where none is named.
    fn first_or(&self, kind: &str, usual: &str) -> String {
        self.first(kind).unwrap_or_else(|| self.path(usual))
    }

    /// The path of the first that is of a kind.
    fn first(&self, kind: &str) -> Option<String> {
        let found = self.all.iter().find(|relationship| relationship.kind == kind)?;
        Some(self.path(&found.target))
    }

    /// The path of what a target names: from the part's folder, unless it begins with a stroke.
    fn path(&self, target: &str) -> String {
        let from = if target.starts_with('/') { "" } else { self.folder.as_str() };
        let mut path: Vec<&str> = Vec::new();
        for step in from.split('/').chain(target.split('/')) {
            match step {
                "" | "." => {}
                ".." => {
                    path.pop();
                }
                step => path.push(step),
            }
        }
        path.join("/")
    }
}

/// The styles of a workbook that has any.
fn styles(archive: &mut Archive<'_>, part: &str) -> Result<Styles, Fault> {
    let mut styles = Styles::default();
    let Some(mut xml) = archive.xml(part)? else { return Ok(styles) };
    let mut elements = 0;
    // There are formats and styles in other lists too, which no cell names.
    let mut of_cells = false;
    loop {
        match xml.next()? {
            XmlEvent::Start(_) if elements == MOST_STYLES => return Err(too_many_styles()),
            XmlEvent::Start(tag) => {
                elements += 1;
                match tag.name {
                    "cellXfs" => of_cells = !tag.empty,
                    "xf" if of_cells => styles.push(number(&tag, "numFmtId").unwrap_or(0)),
                    "numFmt" => {
                        if let (Some(format), Some(code)) = (number(&tag, "numFmtId"), tag.attribute("formatCode")) {
                            styles.define(format, &code);
                        }
                    }
                    _ => {}
                }
            }
            XmlEvent::End("cellXfs") => of_cells = false,
            XmlEvent::End(_) | XmlEvent::Text(_) => {}
            XmlEvent::Eof => return Ok(styles),
        }
    }
}

fn number(tag: &XmlTag<'_>, name: &str) -> Option<u32> {
    tag.number(name).and_then(|number| u32::try_from(number).ok())
}

fn too_many_styles() -> Fault {
    super::refusal::too_large(text!("工作簿的样式太多", "the workbook has too many styles"))
}
