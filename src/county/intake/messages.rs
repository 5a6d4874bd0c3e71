//! What is said of rows that are not taken, where they stand, and what becomes of records that a row corrects.

use super::lasting::corrected_always;
use super::sources::{import_reason, table_place};
use super::validate::RowValidator;
use crate::base::advice::shell_word;
use crate::base::day::{Day, Month};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::text::Text;
use crate::base::unseen::look_alike;
use crate::county::search::Labels;
use crate::import::{CellAddress, RawRecord};
use crate::ledger::revise;
use crate::report::records::words;
use crate::schema::kind::{Field, FieldNo, FieldType};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;
use std::borrow::Cow;

impl RowValidator<'_> {
    /// A record that is not of the month asked for, or of that written above it.
    pub(super) fn of_month(&self, raw: &RawRecord<'_>, cells: &[Cow<'_, str>]) -> Option<Fault> {
        // What is for a month says so in a field of its own, and a reading is of its day.
        let own = self.reader.kind.fields.iter().position(|field| field.ty == FieldType::Month);
        let day = self.readings.as_ref().map(|sheet| sheet.day_field().index());
        self.is_of_month(raw, cells.get(day.or(own).unwrap_or(0))?)
    }

    /// The same of a month or a day as it is stored.
    pub(super) fn is_of_month(&self, raw: &RawRecord<'_>, cell: &str) -> Option<Fault> {
        let month = self.asked.month.or(self.month)?;
        let of = Month::from_iso(cell.as_bytes()).or_else(|| Day::from_iso(cell.as_bytes()).map(Day::month))?;
        let fault = if self.asked.month.is_some() {
            Fault::new("other-month", text!("{cell} 不在 {month} 之内", "{cell} is not in {month}")).hint(text!(
                "请核对日期；不限月份的，去掉 --month",
                "check the date; without --month every month is accepted"
            ))
        } else {
            let what = text!(
                "{cell} 不在表上方所写的月份 {month} 之内",
                "{cell} is not in {month}, the month given above the table"
            );
            Fault::warning("other-month", what).hint(Text::new("请核对日期", "check the date"))
        };
        (of != month).then(|| fault.at(self.row_place(raw.line)))
    }

    /// Faults of a record that is not complete: what is missing, at the cell where it should stand.
    pub(super) fn lacking(&self, raw: &RawRecord<'_>, Faults(faults): Faults) -> Faults {
        let kind = self.reader.kind;
        let at_cell = |fault: Fault| {
            let missing = fault.field.as_ref().filter(|_| fault.code == "missing-value");
            let Some(at) = missing.and_then(|name| kind.field(name)) else {
                return fault.at(self.row_place(raw.line));
            };
            let column = self.table.columns.iter().find(|column| column.field == Some(at));
            let name = &kind.fields[at].name;
            if let Some(column) = column {
                let fault = fault.hint(Text::new("请填写这一格", "fill in this cell"));
                return fault.at(self.cell_place(raw.line, column.at));
            }
            let hint = text!(
                "在表里加这一列；各行相同的用 --set {name}=…",
                "add the column, or set one value for all rows: --set {name}=…"
            );
            fault.hint(hint).at(self.row_place(raw.line))
        };
        Faults(faults.into_iter().map(at_cell).collect())
    }

    /// A row of another township's than was asked for.
    pub(super) fn of_another(&self, raw: &RawRecord<'_>, other: TownshipNo, asked: TownshipNo) -> Fault {
        let name = |township: TownshipNo| &self.county().in_order()[township].name;
        let other = name(other);
        let asked = name(asked);
        let what = text!(
            "这一行写的是{other}，--township 写的却是{asked}",
            "the row says {other}, but --township says {asked}"
        );
        let column = self.table.columns.iter().find(|column| Some(column.at) == self.township_column);
        let place = self.kind().active_fields().map(|(_, field)| field).find(|field| field.ty == FieldType::Township);
        let fault = Fault::new("other-township", what).hint(match (column, place) {
            (Some(column), Some(field)) => {
                let title = &field.title;
                let mapping = format!("{}={}", column.heading, field.name);
                let mapping = shell_word(&mapping);
                text!(
                    "去掉 --township，各行归各自的单位；如果这一列是{title}，加 --map {mapping}",
                    "without --township each row goes to its own township; if the column is “{title}”, add --map {mapping}",
                    title
                )
            }
            (None, _) | (_, None) => {
                text!("去掉 --township，各行归各自的单位", "without --township each row goes to its own township")
            }
        });
        fault.at(match column {
            Some(column) => self.cell_place(raw.line, column.at),
            None => self.row_place(raw.line),
        })
    }

    /// Whether a record of this kind stands with the one whose people it names.
    pub(super) fn hangs_on_roster(&self) -> bool {
        let kinds = self.reader.search.kinds;
        self.asked.township.is_none()
            && kinds.iter().any(|kind| kind.roster.as_ref().is_some_and(|roster| roster.kind == self.reader.kind.id))
    }

    /// The next revisions of a record: with the values that the row gives.
    pub(super) fn corrected(
        &self,
        raw: &RawRecord<'_>,
        history: &[Revision],
        cells: &[Cow<'_, str>],
        given: &[FieldNo],
    ) -> Result<Vec<Revision>> {
        let last = history.last().expect("a record has a revision");
        if let Some(fault) =
            self.of_another_year(last, &cells[FieldNo::DATE]).filter(|_| given.contains(&FieldNo::DATE))
        {
            return Err(fault.at(self.field_place(raw.line, FieldNo::DATE)).into());
        }
        let reason = import_reason(&[self.file])?;
        if self.kind().lasting {
            let given = given.iter().map(|&field| (field, &*cells[field]));
            let rows = corrected_always(self.kind(), history, given, (&reason, &self.stamp));
            return rows.map_err(|faults| self.at_row(raw, faults));
        }
        let mut values = last.values.clone();
        for &field in given {
            values[field] = cells[field].clone().into_owned();
        }
        revise::check(self.kind(), &values).map_err(|faults| self.at_row(raw, faults))?;
        Ok(vec![self.stamp.next(last, RecordState::Live, values, &reason)])
    }

    /// A date of another year: the record would stand in a ledger to which it does not belong.
    fn of_another_year(&self, last: &Revision, date: &str) -> Option<Fault> {
        let Field { name, title, .. } = &self.kind().fields[FieldNo::DATE];
        let year = last.date()?.year();
        Day::from_iso(date.as_bytes()).filter(|date| date.year() != year)?;
        let id = last.id;
        let what = text!(
            "{id} 登记在 {year} 年，表上的{title}是 {date}：更正表不能把它移到另一年",
            "{id} is in the ledger of {year}, and the sheet says {date} ({title}): a sheet does not move a record to another \
             year",
            title
        );
        Some(Fault::new("other-year", what).of_field(name).hint(text!(
            "移到那一年：culture edit {id} {name}={date} --reason 事由",
            "to move it: culture edit {id} {name}={date} --reason REASON"
        )))
    }

    /// Same key, other values.
    pub(super) fn other_values(&self, history: &[Revision], cells: &[Cow<'_, str>], given: &[FieldNo]) -> Fault {
        let kind = self.reader.kind;
        let twin = history.last().expect("a record has a revision");
        let labels = Labels::new(self.search());
        let names = |field: &Field, value: &str| labels.of(field, value);
        let changed: Vec<Text> = given
            .iter()
            .filter(|&&field| !look_alike(&twin.values[field], &cells[field]))
            .map(|&field| {
                let said = |value: &str| words(&kind.fields[field], value, &names);
                let title = &kind.fields[field].title;
                let old = said(&twin.values[field]);
                let new = said(&cells[field]);
                text!("{title} {old} -> {new}", "{title} {old} -> {new}", title, old, new)
            })
            .collect();
        let id = twin.id;
        let changed = Text::list(&changed);
        Fault::new(
            "differs-from-record",
            text!("与台账中的 {id} 内容不同：{changed}", "differs from existing record {id}: {changed}", changed),
        )
        .hint(if kind.lasting {
            Text::new(
                "自某日起变成这样的，加 --readings --on 日期；从来就是表上这样的，加 --update --correct；否则改正表格",
                "if it has been so from a day on, add --readings --on DAY; if it was never otherwise, add --update \
                 --correct; else correct the sheet",
            )
        } else {
            text!(
                "确认以表为准的，加 --update；否则改正表格",
                "if the sheet is right, add --update; otherwise correct the sheet"
            )
        })
    }

    /// Where a row stands.
    pub(super) fn row_place(&self, line: usize) -> Place {
        match &self.sheet.name {
            Some(sheet) => Place::file(format!("{} {sheet}!{line}", self.file)),
            None => Place { line, ..Place::file(self.file) },
        }
    }

    /// The table as a whole.
    pub(super) fn table_place(&self) -> Place {
        table_place(self.file, self.sheet)
    }

    /// Where a field of a row stands; the row, where it has no column.
    pub(super) fn field_place(&self, line: usize, field: FieldNo) -> Place {
        let column = self.table.columns.iter().find(|column| column.field == Some(field));
        column.map_or_else(|| self.row_place(line), |column| self.cell_place(line, column.at))
    }

    /// Where the cell of a column stands.
    fn cell_place(&self, line: usize, column: u32) -> Place {
        self.place(CellAddress { line, column: column as usize + 1, grid: self.sheet.name.is_some() })
    }

    /// Where a cell stands.
    pub(super) fn place(&self, at: CellAddress) -> Place {
        match &self.sheet.name {
            Some(sheet) => Place::file(format!("{} {sheet}!{at}", self.file)),
            None => Place { line: at.line, column: at.column, ..Place::file(self.file) },
        }
    }

    /// Faults that concern a row as a whole.
    pub(super) fn at_row(&self, raw: &RawRecord<'_>, Faults(faults): Faults) -> Faults {
        Faults(faults.into_iter().map(|fault| fault.at(self.row_place(raw.line))).collect())
    }
}
