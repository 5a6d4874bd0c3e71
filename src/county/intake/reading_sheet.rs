//! Sheets of readings: their rows say what records that last were on a day. The form by which such a sheet is looked for, and
//! what is asked of it.

use super::request::ImportRequest;
use crate::base::day::{Day, Year};
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::text::Text;
use crate::import::{AS_OF_HEADINGS, RawRecord, SheetTable};
use crate::schema::kind::{EFFECTIVE, Field, FieldDefault, FieldNo, FieldType, Kind, Requirement};
use crate::schema::parse;
use crate::schema::record::Revision;
use crate::schema::township::TownshipNo;
use std::borrow::Cow;

/// A row that says what a record was on a day.
pub(super) struct ReadingRow {
    /// Its place in the sheet.
    pub at: usize,
    /// Its line, for people.
    pub line: usize,
    /// Whose the record is.
    pub township: TownshipNo,
    /// The day.
    pub day: Day,
    /// Canonical, a cell per field of the kind.
    pub values: Vec<String>,
    /// The fields of which it says something.
    pub given: Vec<FieldNo>,
    /// The year of the record's ledger and all its revisions, if there is such a record.
    pub record: Option<(Year, Vec<Revision>)>,
}

impl ReadingRow {
    /// What a row says: of its record, as it was found, on a day.
    pub(super) fn new(
        sheet: &ReadingsSheet<'_>,
        raw: &RawRecord<'_>,
        (township, record): (TownshipNo, Option<(Year, Vec<Revision>)>),
        day: Day,
        (values, given): (&[Cow<'_, str>], &[FieldNo]),
    ) -> ReadingRow {
        let says = |at: &FieldNo| *at != sheet.day_field() && !values[*at].is_empty();
        let mut given: Vec<FieldNo> = given.iter().copied().filter(says).collect();
        given.sort_unstable();
        given.dedup();
        let values = values[..sheet.kind.fields.len()].iter().map(ToString::to_string).collect();
        ReadingRow { at: raw.row_index(), line: raw.line, township, day, values, given, record }
    }

    /// What is meant in a field, where its cell stands for another one.
    pub(super) fn meant(&self, field: FieldNo) -> Option<String> {
        if field.index() == self.values.len() {
            return Some(self.day.to_string());
        }
        self.given.contains(&field).then(|| self.values[field].clone())
    }
}

/// What is asked of a sheet of readings.
pub(super) struct ReadingsSheet<'a> {
    /// The kind as it is, without the column for the day.
    pub kind: &'a Kind,
    /// The day that was asked for.
    pub on: Option<Day>,
    /// The day written above the table.
    pub above: Option<Day>,
}

/// A kind as a sheet of readings has it: nothing is needed but the natural key, nothing is filled in, and the last field is
/// the day. A heading by which the kind calls a field of its own stays that field's.
pub(super) fn readings_form(kind: &Kind) -> Kind {
    let mut form = kind.clone();
    for at in kind.field_nos() {
        let field = &mut form.fields[at];
        field.default = FieldDefault::None;
        field.after = None;
        if !kind.key.contains(&at) {
            field.required = Requirement::No;
        }
    }
    let is_free = |heading: &&&str| kind.fields.iter().all(|field| field.headings.iter().all(|own| own != **heading));
    form.fields.push(Field {
        name: EFFECTIVE.to_owned(),
        title: Text::new("变动日期", "effective"),
        headings: AS_OF_HEADINGS.iter().filter(is_free).map(|heading| (*heading).to_owned()).collect(),
        ty: FieldType::Date,
        required: Requirement::No,
        default: FieldDefault::None,
        after: None,
        approximate: false,
        digits: None,
        personal: false,
        files: false,
        retired: false,
    });
    form
}

impl<'a> ReadingsSheet<'a> {
    /// What is asked of a table of the kind: the natural key stands in it, and some day is given.
    ///
    /// # Errors
    /// It lacks a column of the key; no day is given at all, or another one is written above the table than was asked for.
    pub(super) fn new(
        kind: &'a Kind,
        table: &SheetTable,
        asked: &ImportRequest<'_>,
        set: &[(FieldNo, String)],
        (year, place): (Year, &Place),
    ) -> Result<ReadingsSheet<'a>> {
        let day = asked.on.filter(|day| *day > asked.today);
        if let Some(day) = day {
            let today = asked.today;
            let what = text!("{day} 晚于今天 {today}", "{day} is in the future (today is {today})");
            let hint = Text::new("尚未发生的事不能登记", "only what has already happened can be recorded");
            return Fault::usage("future-date", what).hint(hint).fail();
        }
        let lacking = table.lacking(kind, &kind.key).into_iter().map(|fault| fault.at(place.clone())).collect();
        Faults::unless(lacking, || ())?;
        let read = |text: &String| parse::day(text, asked.today, year).map_err(|fault| fault.at(place.clone()));
        let above = table.as_of.as_ref().map(read).transpose()?;
        if let (Some(on), Some(above)) = (asked.on, above.filter(|above| asked.on.is_some_and(|on| on != *above))) {
            let what = text!(
                "表上方写的是 {above}，--on 写的却是 {on}",
                "{above} is written above the table, but --on says {on}"
            );
            return Fault::usage("other-day", what)
                .at(place.clone())
                .hint(text!("去掉 --on，按表上方的日期", "without --on the day above the table is taken"))
                .fail();
        }
        let effective = FieldNo::from(kind.fields.len());
        let has_column = table.columns.iter().any(|column| column.field == Some(effective));
        let is_set = set.iter().any(|(at, _)| *at == effective);
        if asked.on.is_none() && above.is_none() && !has_column && !is_set {
            return Err(no_day().at(place.clone()).into());
        }
        Ok(ReadingsSheet { kind, on: asked.on, above })
    }

    /// The field that holds the day.
    pub(super) fn day_field(&self) -> FieldNo {
        FieldNo::from(self.kind.fields.len())
    }
}

/// That no day is given.
pub(super) fn no_day() -> Fault {
    Fault::usage("missing-day", text!("没有写明是哪一天的情况", "no day is given on which it was so")).hint(text!(
        "加上 --on 日期，或在表里加一列“截至日期”；日期已在某一列的，加 --map 列名={EFFECTIVE}",
        "add --on DAY, or a column “as of”; if a column has the day, add --map HEADING={EFFECTIVE}"
    ))
}
