//! The sheets of a workbook that the program wrote, read in another way than the program reads what it is sent: by what
//! stands between two words.

use std::io::{Cursor, Read};

/// A sheet's name and its cells from A1 on, each row as wide as the widest.
pub(super) type NamedCells = (String, Vec<Vec<String>>);

/// The sheets of a workbook, in the order of its parts.
pub(super) fn sheets(bytes: &[u8]) -> Vec<NamedCells> {
    let mut book = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook is an archive");
    let mut part = |name: &str| {
        let mut text = String::new();
        let mut part = book.by_name(name).unwrap_or_else(|_| panic!("no part {name}"));
        part.read_to_string(&mut text).expect("a part is text");
        text
    };
    let workbook = part("xl/workbook.xml");
    let names = workbook.split("<sheet ").skip(1).map(|sheet| plain(between(sheet, "name=\"", "\"")));
    let names: Vec<String> = names.collect();
    let strings = part("xl/sharedStrings.xml");
    let strings: Vec<String> = strings.split("<si>").skip(1).map(texts).collect();
    let cells = |at: usize| cells(&part(&format!("xl/worksheets/sheet{}.xml", at + 1)), &strings);
    let sheets: Vec<_> = (0..names.len()).map(cells).collect();
    names.into_iter().zip(sheets).collect()
}

fn cells(sheet: &str, strings: &[String]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for cell in sheet.split("<c ").skip(1) {
        let (tag, inside) = cell.split_once('>').expect("a tag ends");
        if tag.ends_with('/') {
            continue;
        }
        let inside = inside.split("</c>").next().expect("there is always a first");
        let value = between(inside, "<v>", "</v>");
        let text = match between(tag, " t=\"", "\"") {
            "s" => strings[value.parse::<usize>().expect("a string's number")].clone(),
            "inlineStr" => texts(inside),
            "" | "n" | "str" | "b" | "e" => plain(value),
            other => panic!("a cell holds {other}"),
        };
        let (row, column) = position(between(tag, "r=\"", "\""));
        rows.resize(rows.len().max(row + 1), Vec::new());
        let cells = &mut rows[row];
        cells.resize(cells.len().max(column + 1), String::new());
        cells[column] = text;
    }
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for row in &mut rows {
        row.resize(width, String::new());
    }
    rows
}

/// What stands between two words; nothing where the first is not there.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let behind = text.split_once(before).map_or("", |(_, behind)| behind);
    behind.split(after).next().unwrap_or_default()
}

/// All pieces of a string.
fn texts(string: &str) -> String {
    let string = string.split("</si>").next().unwrap_or_default();
    let pieces = string.split("<t").skip(1).filter_map(|piece| piece.split_once('>'));
    pieces.map(|(_, piece)| plain(piece.split("</t>").next().unwrap_or_default())).collect()
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Row and column of `C7`, from 0.
fn position(place: &str) -> (usize, usize) {
    let at = place.find(|c: char| c.is_ascii_digit()).expect("a place has a row");
    let (letters, digits) = place.split_at(at);
    let column = letters.bytes().fold(0, |column, letter| column * 26 + usize::from(letter - b'A') + 1);
    (digits.parse::<usize>().expect("a row's number") - 1, column - 1)
}
