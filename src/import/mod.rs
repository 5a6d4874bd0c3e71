//! Files as people send them -> sheets of cells -> the table in a sheet -> its records, as text that
//! [`parse::read`](crate::schema::parse::read) understands. Knows no disk. Whatever the bytes, it stops with a message inside
//! its limits; a file's extension is never asked.

mod archive;
mod biff;
mod cell;
mod cfb;
mod delimited;
mod ditto;
mod encoding;
mod find;
mod fods;
mod heading_row;
mod headings;
mod limits;
mod lines;
mod ods;
mod preamble;
mod records;
mod refusal;
mod sheet;
mod skipped;
mod sniff;
mod styles;
mod value;
mod xls;
mod xlsx;
mod xml;

pub use cell::{CellAddress, SheetCell};
pub use ditto::Dittos;
pub use find::{SheetColumn, SheetTable, TableQuery, find};
pub use headings::{AS_OF_HEADINGS, TOWNSHIP_HEADINGS};
pub use limits::LARGEST_FILE;
pub use records::{RawRecord, RawRecords, RawValue};
pub use sheet::{MergedRange, Sheet};
pub use skipped::SkippedRows;

use crate::base::fault::{Fault, Place, Result};
use crate::base::text::Text;
use delimited::DelimitedText;
use refusal::too_large;
use sniff::FileFormat;

/// How a file is to be read, where the person says so.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'a> {
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
pub fn sheets<'a>(file: &str, bytes: &'a [u8], options: &ReadOptions<'_>) -> Result<(Vec<Sheet<'a>>, Vec<Text>)> {
    let read = if bytes.len() > LARGEST_FILE {
        let megabytes = bytes.len() >> 20;
        Err(too_large(text!("文件大小为 {megabytes} MB", "the file is {megabytes} MB")))
    } else {
        read(bytes, options)
    };
    read.map_err(|fault| {
        let place = fault.place.clone().unwrap_or_else(|| Place::file(""));
        fault.at(Place { file: file.to_owned(), ..place }).into()
    })
}

fn read<'a>(bytes: &'a [u8], options: &ReadOptions<'_>) -> std::result::Result<(Vec<Sheet<'a>>, Vec<Text>), Fault> {
    match sniff::format(bytes)? {
        FileFormat::Text => {
            let (text, note) = encoding::decode(bytes, options.encoding)?;
            let text = DelimitedText::read(text, options.threads)?;
            Ok((vec![Sheet::delimited(text)], note.into_iter().collect()))
        }
        FileFormat::Xlsx => xlsx::sheets(bytes, options.sheet),
        FileFormat::Ods => ods::sheets(bytes, options.sheet),
        FileFormat::Fods => fods::sheets(bytes, options.sheet),
        FileFormat::Xls => xls::sheets(bytes, options.sheet),
    }
}
