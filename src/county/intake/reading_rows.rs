//! The rows of a sheet of readings: of which day each is, what it says, and what is said of it.

use super::existing::year;
use super::reading_sheet::{ReadingsSheet, no_day};
use super::validate::RowValidator;
use crate::base::advice::shell_word;
use crate::base::day::Day;
use crate::base::fault::{Fault, Result};
use crate::base::id::Id;
use crate::import::RawRecord;
use crate::schema::kind::{EFFECTIVE, Field, FieldNo, Kind};
use crate::schema::township::TownshipNo;

impl RowValidator<'_> {
    /// The day of a row: its own, else that above the table, else the one that was asked for. A row of another day than was
    /// asked for is refused.
    pub(super) fn day_of(&self, raw: &RawRecord<'_>, sheet: &ReadingsSheet<'_>, cell: &str) -> Result<Day> {
        let place = || self.field_place(raw.line, sheet.day_field());
        let own = Day::from_iso(cell.as_bytes()).or(sheet.above);
        match (own, sheet.on) {
            (Some(own), Some(on)) if own != on => Fault::new(
                "other-day",
                text!("这一行写的是 {own}，--on 写的却是 {on}", "the row says {own}, but --on says {on}"),
            )
            .at(place())
            .hint(text!("去掉 --on，各行按各自的日期", "without --on each row is of its own day"))
            .fail(),
            (Some(day), _) | (None, Some(day)) => Ok(day),
            (None, None) => Err(no_day().at(place()).into()),
        }
    }

    /// A row that says another date of a record than it has: its column may hold the day of the readings.
    pub(super) fn other_date(&self, line: usize, fault: Fault, id: Id) -> Fault {
        let fault = fault.at(self.field_place(line, FieldNo::DATE));
        let Some(column) = self.table.columns.iter().find(|column| column.field == Some(FieldNo::DATE)) else {
            return fault;
        };
        let Field { name, title, .. } = &self.kind().fields[FieldNo::DATE];
        let heading = &column.heading;
        let mapping = format!("{heading}={EFFECTIVE}");
        let mapping = shell_word(&mapping);
        fault.hint(text!(
            "“{heading}”如果是统计的日期，加 --map {mapping}；{title}写错了的，用更正：culture edit {id} {name}=… --reason 事由",
            "if “{heading}” is the day on which it was so, add --map {mapping}; if the {title} is wrong, correct it: \
             culture edit {id} {name}=… --reason REASON",
            title
        ))
    }

    /// The values of all records that could have the key of a row.
    pub(super) fn on_record(&self, kind: &Kind, township: TownshipNo, row: &[String]) -> Result<Vec<Vec<String>>> {
        let of_key = year(kind, row);
        let kept = self.known.shelf(kind, township, of_key);
        let records = self.known.records(&kept, kind, township, of_key)?;
        records.each(kind, |row| row.revision().values)
    }
}
