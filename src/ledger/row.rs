//! One row: its cells, its columns, its shape.

use super::Source;
use crate::day::{Day, Instant};
use crate::fault::{Fault, Place, Result};
use crate::id::Id;
use crate::kind::Kind;
use crate::record::{Revision, State, is_canonical, wanted};
use std::ops::Range;

/// The columns before and after a kind's fields.
const BEFORE: [&str; 3] = ["id", "rev", "state"];
const AFTER: [&str; 4] = ["entered_at", "entered_by", "reason", "batch"];

/// The headings of a new ledger of a kind, with line end.
#[must_use]
pub fn header(kind: &Kind) -> Vec<u8> {
    let names = BEFORE.into_iter().chain(kind.fields.iter().map(|field| field.name.as_str())).chain(AFTER);
    let mut line = names.collect::<Vec<_>>().join(",").into_bytes();
    line.push(b'\n');
    line
}

/// Which column of a file holds what.
#[derive(Clone, Debug)]
pub struct Columns {
    count: usize,
    rev: usize,
    state: usize,
    entered_at: usize,
    entered_by: usize,
    reason: usize,
    /// For each column the field that it holds.
    field_of: Vec<Option<usize>>,
    /// For each field its column; none where the kind gained the field after the file was made.
    column_of: Vec<Option<usize>>,
}

/// The cells of one line, as places in the line or, for a quoted line, in a buffer of their own.
#[derive(Debug, Default)]
pub struct Cells {
    ranges: Vec<Range<usize>>,
    unquoted: Option<Vec<u8>>,
}

/// One row, its shape and every cell checked.
#[derive(Debug)]
pub struct Row<'a> {
    /// The record.
    pub id: Id,
    /// Its revision.
    pub rev: u32,
    /// Whether it says that the record stands.
    pub state: State,
    /// The day for which the record counts.
    pub date: Day,
    /// When it entered the ledger.
    pub entered_at: Instant,
    /// The command that wrote it.
    pub batch: Id,
    source: Source<'a>,
    at: usize,
    line: &'a [u8],
    columns: &'a Columns,
    cells: &'a Cells,
}

impl Columns {
    /// Reads the headings.
    ///
    /// # Errors
    /// An unknown, repeated or missing column; `id` not first or `batch` not last.
    pub fn read(source: Source<'_>, at: usize, line: &[u8]) -> Result<Columns> {
        let kind = source.kind;
        let fault = |what, hint| {
            Err(Fault::new(what)
                .at(Place::in_text(source.file, source.bytes, at..at + line.len().max(1)))
                .hint(hint)
                .into())
        };
        let Ok(text) = std::str::from_utf8(line) else {
            return fault(text!("表头不是 UTF-8 文字", "the headings are not UTF-8"), spreadsheet_hint());
        };
        let names: Vec<&str> = text.split(',').collect();
        for (column, &name) in names.iter().enumerate() {
            let known = BEFORE.contains(&name) || AFTER.contains(&name) || kind.field(name).is_some();
            if !known || names[..column].contains(&name) {
                let what = if known {
                    text!("表头中“{name}”出现两次", "column “{name}” stands twice")
                } else if name.starts_with('\u{feff}') || name.ends_with('\r') || name.starts_with('"') {
                    text!(
                        "文件像是被电子表格另存过（BOM、回车或引号）",
                        "the file looks as if a spreadsheet had saved it"
                    )
                } else {
                    text!("表头中有不认识的列“{name}”", "unknown column “{name}”")
                };
                return fault(what, spreadsheet_hint());
            }
        }
        let of = |name: &str| names.iter().position(|&heading| heading == name);
        let missing: Vec<&str> =
            BEFORE.into_iter().chain(["date"]).chain(AFTER).filter(|name| of(name).is_none()).collect();
        if !missing.is_empty() || names.first() != Some(&"id") || names.last() != Some(&"batch") {
            let missing = missing.join(", ");
            let what = if missing.is_empty() {
                text!("第一列应为 id，最后一列应为 batch", "the first column must be id and the last batch")
            } else {
                text!("表头缺少：{missing}", "columns missing: {missing}")
            };
            return fault(what, spreadsheet_hint());
        }
        let place = |name| of(name).unwrap_or(0);
        Ok(Columns {
            count: names.len(),
            rev: place("rev"),
            state: place("state"),
            entered_at: place("entered_at"),
            entered_by: place("entered_by"),
            reason: place("reason"),
            field_of: names.iter().map(|name| kind.field(name)).collect(),
            column_of: kind.fields.iter().map(|field| of(&field.name)).collect(),
        })
    }

    /// Whether a line is surely a revision 1, without splitting it.
    pub(super) fn is_first_revision(&self, line: &[u8]) -> bool {
        self.rev == 1 && line.get(Id::LEN..Id::LEN + 3) == Some(b",1,")
    }

    /// Whether the file lacks a column for one of the fields.
    #[must_use]
    pub fn lacks(&self, field: usize) -> bool {
        self.column_of[field].is_none()
    }

    /// Splits a line; what is wrong with its shape concerns all of it.
    fn shape(&self, source: Source<'_>, at: usize, line: &[u8], cells: &mut Cells) -> std::result::Result<(), Fault> {
        let whole = |what: crate::text::Text, hint| {
            Fault::new(what).at(Place::in_text(source.file, source.bytes, at..at + line.len().max(1))).hint(hint)
        };
        if !cells.split(line) {
            return Err(whole(text!("引号没有成对", "a quotation mark is not closed"), restore_hint()));
        }
        let (found, wanted_count) = (cells.ranges.len(), self.count);
        if found != wanted_count {
            let what =
                text!("这一行有 {found} 格，应为 {wanted_count} 格", "this row has {found} cells, not {wanted_count}");
            return Err(whole(what, restore_hint()));
        }
        if std::str::from_utf8(line).is_err() {
            return Err(whole(text!("这一行不是 UTF-8 文字", "this row is not UTF-8"), spreadsheet_hint()));
        }
        Ok(())
    }

    /// Splits a line and checks every cell.
    ///
    /// # Errors
    /// The first thing wrong with it, with its place.
    pub fn row<'a>(
        &'a self,
        source: Source<'a>,
        at: usize,
        line: &'a [u8],
        cells: &'a mut Cells,
    ) -> std::result::Result<Row<'a>, Fault> {
        self.shape(source, at, line, cells)?;
        let cells = &*cells;
        let bad = |column: usize, name: &str, want: crate::text::Text| {
            let cell = String::from_utf8_lossy(cells.get(line, column)).into_owned();
            Fault::new(text!(
                "“{name}”的值“{cell}”不对，应为{want}",
                "“{cell}” is no value of {name}: it must be {want}",
                want
            ))
            .at(Place::in_text(source.file, source.bytes, cells.place(at, line, column)))
            .hint(restore_hint())
        };
        for (column, field) in self.field_of.iter().enumerate() {
            if let Some(field) = field.map(|field| &source.kind.fields[field])
                && !is_canonical(field, cells.get(line, column))
            {
                return Err(bad(column, &field.name, wanted(field)));
            }
        }
        for (column, name) in [(self.entered_by, "entered_by"), (self.reason, "reason")] {
            if cells.get(line, column).iter().any(u8::is_ascii_control) {
                return Err(bad(column, name, text!("一行文字", "text on one line")));
            }
        }
        let id = Id::from_bytes(cells.get(line, 0));
        let id = id.ok_or_else(|| bad(0, "id", text!("12 个辅音字母", "twelve consonants")))?;
        let batch = Id::from_bytes(cells.get(line, self.count - 1));
        let batch = batch.ok_or_else(|| bad(self.count - 1, "batch", text!("12 个辅音字母", "twelve consonants")))?;
        let rev = crate::record::integer(cells.get(line, self.rev)).and_then(|rev| u32::try_from(rev).ok());
        let rev = rev.filter(|&rev| rev > 0);
        let rev = rev.ok_or_else(|| bad(self.rev, "rev", text!("从 1 起的整数", "a whole number from 1")))?;
        let state = State::from_bytes(cells.get(line, self.state));
        let state = state.ok_or_else(|| bad(self.state, "state", text!("live 或 void", "live or void")))?;
        let entered_at = Instant::from_iso(cells.get(line, self.entered_at)).ok_or_else(|| {
            bad(
                self.entered_at,
                "entered_at",
                text!("时刻，如 2018-06-20T09:10:11+08:00", "a moment such as 2018-06-20T09:10:11+08:00"),
            )
        })?;
        let date_column = self.column_of[0].unwrap_or(0);
        let year = source.year;
        let date = Day::from_iso(cells.get(line, date_column)).filter(|date| date.year() == year);
        let date = date.ok_or_else(|| {
            bad(
                date_column,
                "date",
                text!("{year} 年内的日期（台账在 {year} 文件夹）", "a date in {year}, the ledger's folder"),
            )
        })?;
        Ok(Row { id, rev, state, date, entered_at, batch, source, at, line, columns: self, cells })
    }
}

fn restore_hint() -> crate::text::Text {
    text!(
        "台账不能手改：请从备份恢复，或按提示改回原样",
        "a ledger is not edited by hand: restore it, or put this back as it was"
    )
}

fn spreadsheet_hint() -> crate::text::Text {
    text!(
        "文件可能被别的程序另存过：请从备份恢复，或另存为 UTF-8 后改回原表头",
        "another program may have saved the file: restore it from a backup, or save it as UTF-8 with its own headings"
    )
}

impl<'a> Row<'a> {
    /// The cell of a field; empty where the file has no column for it.
    #[must_use]
    pub fn cell(&self, field: usize) -> &'a [u8] {
        self.columns.column_of[field].map_or(&[], |column| self.cells.get(self.line, column))
    }

    /// Where the row stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::in_text(self.source.file, self.source.bytes, self.at..self.at + self.line.len())
    }

    /// Where the cell of a field stands.
    #[must_use]
    pub fn place_of(&self, field: usize) -> Place {
        let Some(column) = self.columns.column_of[field] else { return self.place() };
        Place::in_text(self.source.file, self.source.bytes, self.cells.place(self.at, self.line, column))
    }

    fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(self.cells.get(self.line, column)).into_owned()
    }

    /// The row as a revision that owns its cells.
    #[must_use]
    pub fn revision(&self) -> Revision {
        let values = (0..self.columns.column_of.len()).map(|field| self.cell(field));
        Revision {
            id: self.id,
            rev: self.rev,
            state: self.state,
            values: values.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
            entered_at: self.entered_at,
            entered_by: self.text(self.columns.entered_by),
            reason: self.text(self.columns.reason),
            batch: self.batch,
        }
    }
}

impl Cells {
    /// Splits a line at its commas; false if a quotation mark is not closed.
    fn split(&mut self, line: &[u8]) -> bool {
        self.ranges.clear();
        if memchr::memchr(b'"', line).is_some() {
            return self.unquote(line);
        }
        self.unquoted = None;
        let mut start = 0;
        for comma in memchr::memchr_iter(b',', line) {
            self.ranges.push(start..comma);
            start = comma + 1;
        }
        self.ranges.push(start..line.len());
        true
    }

    fn unquote(&mut self, line: &[u8]) -> bool {
        let mut buffer = Vec::with_capacity(line.len());
        let (mut start, mut quoted, mut at) = (0, false, 0);
        while let Some(&byte) = line.get(at) {
            match byte {
                b'"' if quoted && line.get(at + 1) == Some(&b'"') => {
                    buffer.push(b'"');
                    at += 1;
                }
                b'"' if quoted && matches!(line.get(at + 1), None | Some(b',')) => quoted = false,
                b'"' if buffer.len() == start && (at == 0 || line[at - 1] == b',') => quoted = true,
                b'"' => return false,
                b',' if !quoted => {
                    self.ranges.push(start..buffer.len());
                    start = buffer.len();
                }
                byte => buffer.push(byte),
            }
            at += 1;
        }
        self.ranges.push(start..buffer.len());
        self.unquoted = Some(buffer);
        !quoted
    }

    fn get<'a>(&'a self, line: &'a [u8], column: usize) -> &'a [u8] {
        let bytes = self.unquoted.as_deref().unwrap_or(line);
        self.ranges.get(column).and_then(|range| bytes.get(range.clone())).unwrap_or_default()
    }

    /// The bytes of the file that a cell stands in; for a quoted line, the whole line.
    fn place(&self, at: usize, line: &[u8], column: usize) -> Range<usize> {
        match (self.unquoted.is_none(), self.ranges.get(column)) {
            (true, Some(range)) => at + range.start..at + range.end.max(range.start + 1),
            _ => at..at + line.len(),
        }
    }
}

/// A revision as a line of a ledger with these columns, with line end.
///
/// # Errors
/// A value for which the file has no column.
pub fn write_row(revision: &Revision, columns: &Columns) -> std::result::Result<Vec<u8>, Fault> {
    let mut cells = vec![String::new(); columns.count];
    cells[0] = revision.id.to_string();
    cells[columns.rev] = revision.rev.to_string();
    revision.state.token().clone_into(&mut cells[columns.state]);
    cells[columns.entered_at] = revision.entered_at.to_string();
    cells[columns.entered_by].clone_from(&revision.entered_by);
    cells[columns.reason].clone_from(&revision.reason);
    cells[columns.count - 1] = revision.batch.to_string();
    for (field, value) in revision.values.iter().enumerate() {
        match columns.column_of[field] {
            Some(column) => cells[column].clone_from(value),
            None if value.is_empty() => {}
            None => return Err(Fault::new(text!("台账没有这一列", "the ledger has no such column"))),
        }
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let written = writer.write_record(&cells).map_err(|error| Fault::new(text!("{error}", "{error}")));
    written.and_then(|()| writer.into_inner().map_err(|error| Fault::new(text!("{error}", "{error}"))))
}
