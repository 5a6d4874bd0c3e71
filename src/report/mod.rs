//! Values -> [`Report`]: titles, tables and notes. Knows no format and no language.

/// JSON as `serde_json::json!` makes it, but with one copy of the code that fills an object in.
macro_rules! json {
    ({ $($key:literal : $value:expr),* $(,)? }) => {
        $crate::report::object(&mut [$(($key, $crate::report::value(&$value))),*])
    };
    ($value:expr) => {
        $crate::report::value(&$value)
    };
}

pub mod closing;
pub mod coverage;
pub mod due;
pub mod export;
pub mod form;
pub mod handover;
pub mod lagging;
pub mod log;
pub mod notice;
pub mod records;
pub mod sample;
pub mod settings;
pub mod status;
pub mod table;
pub mod why;

use crate::base::text::Text;
use crate::report::table::Table;
use serde::Serialize;
use serde_json::Value;

/// A JSON object with these entries, in their order.
fn object(entries: &mut [(&str, Value)]) -> Value {
    Value::Object(entries.iter_mut().map(|(key, value)| ((*key).to_owned(), value.take())).collect())
}

/// A value as JSON.
#[inline(never)]
fn value(value: &(impl Serialize + ?Sized)) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

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
    /// A line of words.
    Line(Text),
    /// What the parts below it are about.
    Heading(Text),
}
