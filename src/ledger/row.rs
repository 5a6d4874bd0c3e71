//! One row: its cells, its columns, its shape.

use super::csv_line::push_line;
use super::split::ColumnNo;
use super::{Cells, Source};
use crate::base::conflict;
use crate::base::day::{Day, Instant};
use crate::base::fault::{Fault, Place, Result};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::schema::kind::{EFFECTIVE, Field, FieldNo, FieldType, Kind, Requirement};
use crate::schema::record::{RecordState, Revision, expected_text, is_canonical};
use std::ops::Range;

/// The columns before and after a kind's fields.
const BEFORE: [&str; 3] = ["id", "rev", "state"];
const AFTER: [&str; 4] = ["entered_at", "entered_by", "reason", "batch"];
/// What an id looks like.
const CONSONANTS: Text = Text::new("12 个辅音字母", "twelve consonants");

/// Whether a ledger has a column for the days of changes: only those of kinds that last can, and only where there are any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeColumn {
    /// It has none: everything holds from the beginning.
    Absent,
    /// It has one.
    Present,
}

impl ChangeColumn {
    /// That of a ledger in which these rows can stand.
    #[must_use]
    pub fn for_rows<'r>(rows: impl IntoIterator<Item = &'r Revision>) -> ChangeColumn {
        ChangeColumn::present_if(rows.into_iter().any(|row| row.effective.is_some()))
    }

    pub(super) const fn present_if(is_needed: bool) -> ChangeColumn {
        if is_needed { ChangeColumn::Present } else { ChangeColumn::Absent }
    }
}

/// The headings of a new ledger of a kind, with line end.
#[must_use]
pub fn header(kind: &Kind, change: ChangeColumn) -> Vec<u8> {
    let mut line = Vec::new();
    push_line(column_names(kind, change), &mut line);
    line
}

/// The columns of a new ledger of a kind.
fn column_names(kind: &Kind, change: ChangeColumn) -> impl Iterator<Item = &str> {
    let fields = kind.fields.iter().map(|field| field.name.as_str());
    let effective = (change == ChangeColumn::Present).then_some(EFFECTIVE);
    BEFORE.into_iter().chain(fields).chain(effective).chain(AFTER)
}

/// The fields for which every ledger of a kind has a column: one that a kind gains is never required, so a required one was
/// there when the file was made.
fn required_names(kind: &Kind) -> impl Iterator<Item = &str> {
    let required = kind.fields.iter().filter(|field| field.required == Requirement::Always);
    required.map(|field| field.name.as_str())
}

/// Which column of a file holds what.
#[derive(Clone, Debug)]
pub struct Columns {
    pub(super) count: usize,
    pub(super) rev: ColumnNo,
    pub(super) state: ColumnNo,
    pub(super) effective: Option<ColumnNo>,
    pub(super) entered_at: ColumnNo,
    pub(super) entered_by: ColumnNo,
    pub(super) reason: ColumnNo,
    pub(super) batch: ColumnNo,
    /// Columns and the fields that they hold.
    fields: Vec<(ColumnNo, FieldNo)>,
    /// Those of them that are no mere text.
    formed: Vec<(ColumnNo, FieldNo)>,
    /// For each field its column; none where the kind gained the field after the file was made.
    pub(super) column_of: Vec<Option<ColumnNo>>,
    /// They stand just as in a new ledger of the kind.
    own: bool,
    /// The first and the last day of the ledger's year.
    days: (Day, Day),
}

/// One row, its shape and every cell checked.
#[derive(Debug)]
pub struct Row<'a> {
    /// The record.
    pub id: Id,
    /// Its revision.
    pub rev: u32,
    /// Whether it says that the record stands.
    pub state: RecordState,
    /// The day for which the record counts.
    pub date: Day,
    /// The day from which the values hold; none: from the beginning.
    pub effective: Option<Day>,
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
        let fault = |code, what| {
            let place = Place::in_text(source.file, source.bytes, at..at + line.len().max(1));
            Fault::new(code, what).at(place).hint(spreadsheet_hint())
        };
        let Ok(text) = std::str::from_utf8(line) else {
            return fault("wrong-encoding", text!("表头不是 UTF-8 文字", "the headings are not UTF-8")).fail();
        };
        let names: Vec<&str> = text.split(',').collect();
        for (column, &name) in names.iter().enumerate() {
            let changes = kind.lasting && name == EFFECTIVE;
            let known = BEFORE.contains(&name) || AFTER.contains(&name) || changes || kind.field(name).is_some();
            if known && names[..column].contains(&name) {
                let what = text!("表头中“{name}”出现两次", "duplicate column “{name}”");
                return fault("repeated-column", what).of_field(name).fail();
            }
            if known {
                continue;
            }
            if name.starts_with('\u{feff}') || name.ends_with('\r') || name.starts_with('"') {
                let what = text!(
                    "文件像是被电子表格另存过（BOM、回车或引号）",
                    "the file seems to have been saved by a spreadsheet program"
                );
                return fault("saved-elsewhere", what).fail();
            }
            let what = text!("表头中有不认识的列“{name}”", "unknown column “{name}”");
            if name == EFFECTIVE {
                return fault("unknown-column", what).of_field(name).hint(lasting_hint(kind)).fail();
            }
            return fault("unknown-column", what).of_field(name).fail();
        }
        let of = |name: &str| names.iter().position(|&heading| heading == name).map(ColumnNo::from);
        let needed = BEFORE.into_iter().chain(required_names(kind)).chain(AFTER);
        let missing: Vec<&str> = needed.filter(|name| of(name).is_none()).collect();
        if let Some(first) = missing.first() {
            let all = missing.join(", ");
            let what = text!("表头缺少：{all}", "missing columns: {all}");
            return fault("missing-column", what).of_field(*first).fail();
        }
        if names.first() != Some(&"id") || names.last() != Some(&"batch") {
            let what = text!("第一列应为 id，最后一列应为 batch", "the first column must be id and the last batch");
            return fault("column-order", what).fail();
        }
        let place = |name| of(name).expect("no needed column is missing");
        let held = names.iter().numbered().filter_map(|(column, name)| Some((column, kind.field(name)?)));
        let fields: Vec<(ColumnNo, FieldNo)> = held.collect();
        Ok(Columns {
            count: names.len(),
            rev: place("rev"),
            state: place("state"),
            effective: of(EFFECTIVE).filter(|_| kind.lasting),
            entered_at: place("entered_at"),
            entered_by: place("entered_by"),
            reason: place("reason"),
            batch: place("batch"),
            formed: fields.iter().copied().filter(|(_, field)| kind.fields[*field].ty != FieldType::Text).collect(),
            fields,
            column_of: kind.fields.iter().map(|field| of(&field.name)).collect(),
            own: names.iter().copied().eq(column_names(kind, ChangeColumn::Absent)),
            days: (source.year.first(), source.year.last()),
        })
    }

    /// Whether they stand just as in a new ledger of the kind.
    pub(super) fn are_the_kinds_own(&self) -> bool {
        self.own
    }

    /// Whether a line is surely a revision 1, without splitting it.
    pub(super) fn is_first_revision(&self, line: &[u8]) -> bool {
        self.rev.index() == 1 && line.get(Id::LEN..Id::LEN + 3) == Some(b",1,")
    }

    /// Whether the file lacks a column for one of the fields.
    #[must_use]
    pub fn lacks(&self, field: FieldNo) -> bool {
        self.column_of[field].is_none()
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
        self.check_shape(source, at, line, cells)?;
        let line_of = FaultyLine { source, at, bytes: line };
        let date_column = self.column_of[FieldNo::DATE].expect("every ledger has the date's column");
        let date = cells.day(line, date_column).filter(|&date| self.days.0 <= date && date <= self.days.1);
        let entered_at = cells.instant(line, self.entered_at);
        let effective = self.effective.and_then(|column| cells.day(line, column));
        let cells = &*cells;
        for (column, field) in self.columns_to_check(cells) {
            if !is_canonical(&source.kind.fields[field], cells.get(line, column)) {
                let field = &source.kind.fields[field];
                return Err(line_of.cell_fault(cells, column, &ColumnName::of_field(field), &expected_text(field)));
            }
        }
        self.check_words(&line_of, cells)?;
        let id = Id::from_bytes(cells.get(line, ColumnNo::ID));
        let id =
            id.ok_or_else(|| line_of.cell_fault(cells, ColumnNo::ID, &ColumnName::of_every_ledger("id"), &CONSONANTS))?;
        let batch = Id::from_bytes(cells.get(line, self.batch));
        let batch = batch
            .ok_or_else(|| line_of.cell_fault(cells, self.batch, &ColumnName::of_every_ledger("batch"), &CONSONANTS))?;
        let rev = crate::schema::record::integer(cells.get(line, self.rev)).and_then(|rev| u32::try_from(rev).ok());
        let rev = rev.filter(|&rev| rev > 0);
        let rev = rev.ok_or_else(|| {
            line_of.cell_fault(
                cells,
                self.rev,
                &ColumnName::of_every_ledger("rev"),
                &text!("从 1 起的整数", "a whole number of at least 1"),
            )
        })?;
        let state = RecordState::from_bytes(cells.get(line, self.state));
        let state = state.ok_or_else(|| {
            line_of.cell_fault(
                cells,
                self.state,
                &ColumnName::of_every_ledger("state"),
                &text!("live 或 void", "live or void"),
            )
        })?;
        let moment =
            || text!("时刻，如 2018-06-20T09:10:11+08:00", "a date and time such as 2018-06-20T09:10:11+08:00");
        let entered_at = entered_at.ok_or_else(|| {
            line_of.cell_fault(cells, self.entered_at, &ColumnName::of_every_ledger("entered_at"), &moment())
        })?;
        let year = source.year;
        let in_year =
            || text!("{year} 年内的日期（台账在 {year} 文件夹）", "a date in {year}, as the ledger's folder says");
        let date = date.ok_or_else(|| {
            line_of.cell_fault(
                cells,
                date_column,
                &ColumnName::of_field(&source.kind.fields[FieldNo::DATE]),
                &in_year(),
            )
        })?;
        self.check_effective(&line_of, cells, effective, (rev, state))?;
        Ok(Row { id, rev, state, date, effective, entered_at, batch, source, at, line, columns: self, cells })
    }

    /// A change has a day; what is entered, and what is void, is so from the beginning.
    fn check_effective(
        &self,
        line: &FaultyLine<'_>,
        cells: &Cells,
        effective: Option<Day>,
        (rev, state): (u32, RecordState),
    ) -> std::result::Result<(), Fault> {
        let Some(column) = self.effective.filter(|column| !cells.get(line.bytes, *column).is_empty()) else {
            return Ok(());
        };
        let want = match effective {
            Some(_) if rev > 1 && state == RecordState::Live => return Ok(()),
            Some(_) if rev == 1 => {
                text!("空：第 1 次修订自始有效", "nothing, since revision 1 holds from the beginning")
            }
            Some(_) => text!("空：作废自始有效", "nothing, since a void holds from the beginning"),
            None => text!("日期，如 2018-11-20，或空", "a date such as 2018-11-20, or nothing"),
        };
        Err(line.cell_fault(cells, column, &ColumnName::of_every_ledger(EFFECTIVE), &want))
    }

    /// Splits a line and checks what can be wrong with it as a whole.
    fn check_shape(
        &self,
        source: Source<'_>,
        at: usize,
        line: &[u8],
        cells: &mut Cells,
    ) -> std::result::Result<(), Fault> {
        let whole = |code, what: Text, hint| {
            Err(Fault::new(code, what)
                .at(Place::in_text(source.file, source.bytes, at..at + line.len().max(1)))
                .hint(hint))
        };
        if !cells.split(line) {
            return whole("unclosed-quote", text!("引号没有成对", "unclosed quotation mark"), restore_hint());
        }
        let found = cells.len();
        let wanted = self.count;
        if found != wanted && conflict::is_mark(line) {
            let fault = conflict::unsettled().at(Place::in_text(source.file, source.bytes, at..at + line.len()));
            return Err(fault.hint(Text::new(
                "取回合并以前的台账，再用 culture merge 合并另一份：台账不能逐行合并",
                "take back the ledger as it was before, then join the other copy with culture merge: ledgers cannot be \
                 merged line by line",
            )));
        }
        if found != wanted {
            let found = Text::count(found, "cell", "cells");
            let what = text!("这一行有 {found} 格，应为 {wanted} 格", "this row has {found}, expected {wanted}", found);
            return whole("ragged-row", what, restore_hint());
        }
        if !cells.is_utf8(line) {
            return whole(
                "wrong-encoding",
                text!("这一行不是 UTF-8 文字", "this row is not UTF-8"),
                spreadsheet_hint(),
            );
        }
        Ok(())
    }

    /// Who entered the row and why are text as any other.
    fn check_words(&self, line: &FaultyLine<'_>, cells: &Cells) -> std::result::Result<(), Fault> {
        for (column, name) in [(self.entered_by, "entered_by"), (self.reason, "reason")] {
            if !cells.is_plain() && cells.get(line.bytes, column).iter().any(u8::is_ascii_control) {
                return Err(line.cell_fault(
                    cells,
                    column,
                    &ColumnName::of_every_ledger(name),
                    &text!("一行文字", "text on one line"),
                ));
            }
        }
        Ok(())
    }

    /// The columns and fields whose cells must be looked at: text only where the line holds control characters.
    fn columns_to_check<'a>(&'a self, cells: &Cells) -> impl Iterator<Item = (ColumnNo, FieldNo)> + 'a {
        let fields = if cells.is_plain() { &self.formed } else { &self.fields };
        fields.iter().copied()
    }
}

/// A line, to say what is wrong with it.
#[derive(Clone, Copy)]
struct FaultyLine<'a> {
    source: Source<'a>,
    at: usize,
    bytes: &'a [u8],
}

impl FaultyLine<'_> {
    fn cell_fault(&self, cells: &Cells, column: ColumnNo, name: &ColumnName<'_>, want: &Text) -> Fault {
        let cell = String::from_utf8_lossy(cells.get(self.bytes, column)).into_owned();
        let label = &name.label;
        Fault::new(
            "wrong-value",
            text!(
                "{label}的值“{cell}”不对，应为{want}",
                "invalid value “{cell}” for {label}: expected {want}",
                label,
                want = want.set_off()
            ),
        )
        .of_field(name.heading)
        .at(Place::in_text(self.source.file, self.source.bytes, cells.file_range(self.at, self.bytes, column)))
        .hint(restore_hint())
    }
}

/// What a column is called.
struct ColumnName<'n> {
    /// In the file.
    heading: &'n str,
    /// To people.
    label: Text,
}

impl<'n> ColumnName<'n> {
    /// That of a field.
    fn of_field(field: &'n Field) -> ColumnName<'n> {
        let title = &field.title;
        let heading = &field.name;
        let column = if title.en == heading.as_str() { String::new() } else { format!(" ({heading})") };
        ColumnName { heading, label: text!("{title}（{heading}）", "{title}{column}", title) }
    }

    /// One that every ledger has.
    fn of_every_ledger(heading: &'n str) -> ColumnName<'n> {
        ColumnName { heading, label: text!("“{heading}”", "{heading}") }
    }
}

/// The way out where a ledger has changes, and its kind none.
fn lasting_hint(kind: &Kind) -> Text {
    let id = &kind.id;
    text!(
        "这是记变动日期的一列：若从 kinds/{id}.toml 中删去了 lasting = true，请写回去",
        "this is the column for changes: if “lasting = true” was removed from kinds/{id}.toml, put it back"
    )
}

fn restore_hint() -> Text {
    text!(
        "台账不能手改：请从备份恢复，或按提示改回原样",
        "ledgers must not be edited by hand: restore a backup, or change this back"
    )
}

fn spreadsheet_hint() -> Text {
    text!(
        "文件可能被别的程序另存过：请从备份恢复，或另存为 UTF-8 后改回原表头",
        "another program may have saved the file: restore it from a backup, or save it as UTF-8 with the original \
         headings"
    )
}

impl<'a> Row<'a> {
    /// The cell of a field; empty where the file has no column for it.
    #[must_use]
    pub fn cell(&self, field: FieldNo) -> &'a [u8] {
        self.columns.column_of[field].map_or(&[], |column| self.cells.get(self.line, column))
    }

    /// The offset in the file at which the row begins.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.at
    }

    /// The bytes of the file that it takes, without its line end.
    #[must_use]
    pub const fn span(&self) -> Range<usize> {
        self.at..self.at + self.line.len()
    }

    /// Where the row stands.
    #[must_use]
    pub fn place(&self) -> Place {
        Place::in_text(self.source.file, self.source.bytes, self.at..self.at + self.line.len())
    }

    /// Who entered the row and why, each with its column's name.
    #[must_use]
    pub fn signature(&self) -> [(&'static str, &'a [u8]); 2] {
        [("entered_by", self.columns.entered_by), ("reason", self.columns.reason)]
            .map(|(name, column)| (name, self.cells.get(self.line, column)))
    }

    /// Where the cell of a field stands.
    #[must_use]
    pub fn place_of(&self, field: FieldNo) -> Place {
        let Some(column) = self.columns.column_of[field] else { return self.place() };
        Place::in_text(self.source.file, self.source.bytes, self.cells.file_range(self.at, self.line, column))
    }

    fn text(&self, column: ColumnNo) -> String {
        String::from_utf8_lossy(self.cells.get(self.line, column)).into_owned()
    }

    /// The row as a revision that owns its cells.
    #[must_use]
    pub fn revision(&self) -> Revision {
        let values = self.source.kind.field_nos().map(|field| self.cell(field));
        Revision {
            id: self.id,
            rev: self.rev,
            state: self.state,
            values: values.map(|cell| String::from_utf8_lossy(cell).into_owned()).collect(),
            effective: self.effective,
            entered_at: self.entered_at,
            entered_by: self.text(self.columns.entered_by),
            reason: self.text(self.columns.reason),
            batch: self.batch,
        }
    }
}
