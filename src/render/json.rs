//! A report for programs: its own JSON where it has one, else its tables by the columns' keys, in their order.

use super::visible;
use super::{notes, stored_text, tables};
use crate::base::text::Lang;
use crate::report::Report;
use crate::report::table::{Cell, Column, Table};
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

/// Pretty printed by two spaces, with line end.
pub(super) fn write(report: &Report, lang: Lang) -> Vec<u8> {
    let written = match &report.json {
        Some(json) => serde_json::to_string_pretty(json),
        None => serde_json::to_string_pretty(&ReportJson { report, lang }),
    };
    let text = written.expect("values of our own with text keys serialise");
    (visible::json(text) + "\n").into_bytes()
}

/// A value on a line of its own, with line end.
#[must_use]
pub fn json_line(value: &serde_json::Value) -> String {
    visible::json(value.to_string()) + "\n"
}

struct ReportJson<'a> {
    report: &'a Report,
    lang: Lang,
}

struct TableJson<'a> {
    table: &'a Table,
    lang: Lang,
}

struct ColumnJson<'a> {
    column: &'a Column,
    lang: Lang,
}

struct RowJson<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
    lang: Lang,
}

struct CellJson<'a> {
    cell: &'a Cell,
    lang: Lang,
}

impl Serialize for ReportJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lang = self.lang;
        let mut fields = serializer.serialize_struct("Report", 4)?;
        fields.serialize_field("schema", "culture.report/1")?;
        fields.serialize_field("title", self.report.title.say(lang))?;
        fields.serialize_field(
            "tables",
            &tables(self.report).map(|table| TableJson { table, lang }).collect::<Vec<_>>(),
        )?;
        fields.serialize_field("notes", &notes(self.report).map(|note| note.say(lang)).collect::<Vec<_>>())?;
        fields.end()
    }
}

impl Serialize for TableJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let table = self.table;
        let lang = self.lang;
        let columns: Vec<_> = table.columns.iter().map(|column| ColumnJson { column, lang }).collect();
        let rows: Vec<_> = table.rows.iter().map(|cells| RowJson { columns: &table.columns, cells, lang }).collect();
        let mut fields = serializer.serialize_struct("Table", 3)?;
        fields.serialize_field("title", table.title.say(lang))?;
        fields.serialize_field("columns", &columns)?;
        fields.serialize_field("rows", &rows)?;
        fields.end()
    }
}

impl Serialize for ColumnJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Column", 2)?;
        fields.serialize_field("key", &self.column.key)?;
        fields.serialize_field("title", self.column.title.say(self.lang))?;
        fields.end()
    }
}

impl Serialize for RowJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(Some(self.columns.len().min(self.cells.len())))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            fields.serialize_entry(&column.key, &CellJson { cell, lang: self.lang })?;
        }
        fields.end()
    }
}

impl Serialize for CellJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.cell {
            Cell::None => serializer.serialize_none(),
            Cell::Number(number) => serializer.serialize_i64(*number),
            Cell::Bool(yes) => serializer.serialize_bool(*yes),
            Cell::Percent(number) => match number.parse::<f64>() {
                Ok(number) => serializer.serialize_f64(number),
                Err(_) => serializer.serialize_str(number),
            },
            Cell::Said(_)
            | Cell::Text(_)
            | Cell::Decimal(_)
            | Cell::Day(_)
            | Cell::Month(_)
            | Cell::Instant(_)
            | Cell::Token { .. } => serializer.serialize_str(&stored_text(self.cell, self.lang)),
        }
    }
}
