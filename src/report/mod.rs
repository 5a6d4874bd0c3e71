//! Values -> [`Report`]: titles, tables and notes. Knows no format and no language.

pub mod check;
pub mod closing;
pub mod coverage;
pub mod due;
pub mod export;
pub mod form;
pub mod handover;
pub mod lagging;
pub mod log;
pub mod long_table;
pub mod notice;
pub mod public;
pub mod record_names;
pub mod records;
pub mod sample;
pub mod settings;
pub mod status;
pub mod table;
pub mod why;

use crate::base::text::Text;
use crate::report::long_table::LongTable;
use crate::report::table::Table;
use serde_json::Value;

/// What a command has to show.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Its heading; may be empty.
    pub title: Text,
    /// Its parts, in order.
    pub blocks: Vec<Block>,
    /// The same for machines, where it is more than the tables; else JSON is made from the tables.
    pub json: Option<Value>,
}

/// A part of a report.
#[derive(Clone, Debug)]
pub enum Block {
    /// A table.
    Table(Table),
    /// A table of as many rows as there are records.
    LongTable(LongTable),
    /// A line of words.
    Line(Text),
    /// What the parts below it are about.
    Heading(Text),
}
