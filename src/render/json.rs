//! A report for programs: its own JSON where it has one, else its tables by the columns' keys, in their order.

use super::{TableView, grids, notes, stored_text, visible};
use crate::base::text::Lang;
use crate::report::long_table::Rows;
use crate::report::table::{Cell, Column};
use crate::report::{Block, Report};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::{Map, Value};
use std::io::{self, Write};

/// Pretty printed by two spaces, with line end.
pub(super) fn write(report: &Report, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let mut seen = VisibleJson { out: &mut *out };
    match &report.json {
        Some(Value::Object(json)) => serde_json::to_writer_pretty(&mut seen, &WholeJson { json, report })?,
        Some(json) => serde_json::to_writer_pretty(&mut seen, json)?,
        None => serde_json::to_writer_pretty(&mut seen, &ReportJson { report, lang })?,
    }
    out.write_all(b"\n")
}

/// A value on a line of its own, without line end.
#[must_use]
pub fn json_line(value: &Value) -> String {
    visible::json(value.to_string())
}

/// Where JSON goes, through the gate. It comes in pieces that are text by themselves.
struct VisibleJson<'o> {
    out: &'o mut dyn Write,
}

impl Write for VisibleJson<'_> {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if piece.is_ascii() {
            return self.out.write_all(piece).map(|()| piece.len());
        }
        let text = std::str::from_utf8(piece).map_err(io::Error::other)?;
        self.out.write_all(visible::json(text.to_owned()).as_bytes())?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A report's own JSON, and in it the records of its long tables.
struct WholeJson<'a> {
    json: &'a Map<String, Value>,
    report: &'a Report,
}

/// The records of a long table.
struct RecordsJson<'a> {
    rows: &'a dyn Rows,
}

struct ReportJson<'a> {
    report: &'a Report,
    lang: Lang,
}

struct GridJson<'a> {
    grid: TableView<'a>,
    lang: Lang,
}

struct RowsJson<'a> {
    grid: TableView<'a>,
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

impl Serialize for WholeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let long_at = |key: &str| {
            self.report.blocks.iter().find_map(|block| match block {
                Block::LongTable(table) if table.key == Some(key) => Some(&*table.rows),
                Block::LongTable(_) | Block::Table(_) | Block::Line(_) | Block::Heading(_) => None,
            })
        };
        let mut fields = serializer.serialize_map(Some(self.json.len()))?;
        for (key, value) in self.json {
            match long_at(key) {
                Some(rows) => fields.serialize_entry(key, &RecordsJson { rows })?,
                None => fields.serialize_entry(key, value)?,
            }
        }
        fields.end()
    }
}

impl Serialize for RecordsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut elements = serializer.serialize_seq(Some(self.rows.record_count()))?;
        self.rows.try_each_record(|record| elements.serialize_element(record))?;
        elements.end()
    }
}

impl Serialize for ReportJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lang = self.lang;
        let mut fields = serializer.serialize_struct("Report", 4)?;
        fields.serialize_field("schema", "culture.report/1")?;
        fields.serialize_field("title", self.report.title.say(lang))?;
        fields
            .serialize_field("tables", &grids(self.report).map(|grid| GridJson { grid, lang }).collect::<Vec<_>>())?;
        fields.serialize_field("notes", &notes(self.report).map(|note| note.say(lang)).collect::<Vec<_>>())?;
        fields.end()
    }
}

impl Serialize for GridJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let grid = self.grid;
        let lang = self.lang;
        let columns: Vec<_> = grid.columns.iter().map(|column| ColumnJson { column, lang }).collect();
        let mut fields = serializer.serialize_struct("Table", 3)?;
        fields.serialize_field("title", grid.title.say(lang))?;
        fields.serialize_field("columns", &columns)?;
        fields.serialize_field("rows", &RowsJson { grid, lang })?;
        fields.end()
    }
}

impl Serialize for RowsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.grid.columns;
        let lang = self.lang;
        let mut rows = serializer.serialize_seq(Some(self.grid.rows.count()))?;
        self.grid.rows.try_each(|cells| rows.serialize_element(&RowJson { columns, cells, lang }))?;
        rows.end()
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
