//! Files as people send them -> sheets of cells -> the table in a sheet -> its records, as text that
//! [`parse::read`](crate::schema::parse::read) understands. Knows no disk. Whatever the bytes, it stops with a message inside
//! the limits below; a file's extension is never asked.

mod above;
mod address;
mod chosen;
mod compound;
mod delimited;
mod ditto;
mod encoding;
mod find;
mod headings;
mod left_out;
mod lines;
mod ods;
mod records;
mod sheet;
mod sniff;
mod strings;
mod value;
mod xls;
mod xlsx;
mod xml;
mod zipped;

pub use address::Address;
pub use ditto::Dittos;
pub use find::{Column, Table, Wanted, find};
pub use headings::TOWNSHIP_HEADINGS;
pub use left_out::LeftOut;
pub use records::{Given, Raw, Records};
pub use sheet::{Cell, Merge, Sheet};

use crate::base::fault::{Fault, Place, Result};
use crate::base::text::Text;
use sniff::Format;

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 160 << 20;
/// The most rows that a sheet may have (those of a delimited text may be four times as many).
const MOST_ROWS: u32 = 1_048_576;
/// The most columns that a sheet may use.
const MOST_COLUMNS: u32 = 256;
/// The longest cell, in bytes: no more than a ledger's row holds.
const LONGEST_CELL: usize = 64 << 10;
/// What the cells of a workbook may take in memory, in bytes.
const MOST_CELLS: usize = 120 << 20;

/// How a file is to be read, where the person says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The encoding of a text, as `gb18030` or `big5`; otherwise it is told from the bytes.
    pub encoding: Option<&'a str>,
    /// The sheet's name, or its number from 1; otherwise all that are not hidden.
    pub sheet: Option<&'a str>,
    /// How many threads may look for the rows of a large text; 0 is one.
    pub threads: usize,
}

/// The sheets of a file, one for a delimited text, and what the person should know of how they were read. `file` is what
/// the person calls it.
///
/// # Errors
/// It is none of the formats that can be read, it is damaged, or it passes a limit; the hint says how to save it again.
pub fn sheets<'a>(file: &str, bytes: &'a [u8], options: &Options<'_>) -> Result<(Vec<Sheet<'a>>, Vec<Text>)> {
    let read = if bytes.len() > LARGEST_FILE {
        let megabytes = bytes.len() >> 20;
        Err(too_large(text!("文件有 {megabytes} MB", "the file has {megabytes} MB")))
    } else {
        read(bytes, options)
    };
    read.map_err(|fault| {
        let place = fault.place.clone().unwrap_or_else(|| Place::file(""));
        fault.at(Place { file: file.to_owned(), ..place }).into()
    })
}

fn read<'a>(bytes: &'a [u8], options: &Options<'_>) -> std::result::Result<(Vec<Sheet<'a>>, Vec<Text>), Fault> {
    match sniff::format(bytes)? {
        Format::Text => {
            let (text, note) = encoding::decode(bytes, options.encoding)?;
            Ok((vec![delimited::sheet(text, options.threads)?], note.into_iter().collect()))
        }
        Format::Xlsx => xlsx::sheets(bytes, options.sheet),
        Format::Ods => ods::sheets(bytes, options.sheet),
        Format::Xls => xls::sheets(bytes, options.sheet),
    }
}

fn too_large(what: Text) -> Fault {
    Fault::new(what).hint(text!(
        "超出可导入的范围；请只把台账表格复制到新工作簿，或分成几个文件",
        "it is too large to be taken in; copy the table alone to a new workbook, or part it into several files"
    ))
}

fn damaged() -> Fault {
    Fault::new(text!("文件已损坏，或不完整", "the file is damaged or not whole")).hint(save_again())
}

fn save_again() -> Text {
    Text::new(
        "请用 Excel 或 WPS 打开，另存为 xlsx（Excel 工作簿）后再导入",
        "open it in Excel or WPS, save it again as xlsx, and take that",
    )
}
