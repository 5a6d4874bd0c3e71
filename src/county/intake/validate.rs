//! Rows of a table read, checked, and compared with what is on record: part by part, each by any thread.

use super::chunk::{AcceptedRow, RowChunk, RowFate, packed_key};
use super::defaults::{also_missing, month_above, requested_township};
use super::existing::{ExistingKeys, ExistingRecords, Shelf, year};
use super::lasting::says_what_was;
use super::reading_sheet::{ReadingRow, ReadingsSheet};
use super::rejects::{RejectedRow, SourceTable};
use super::request::ImportRequest;
use super::sources::{SourceSheet, table_place};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Exit, Fault, Faults, Level, Result};
use crate::base::text::Text;
use crate::base::unseen::cells_look_alike;
use crate::county::County;
use crate::county::entry::EntryReader;
use crate::county::search::Search;
use crate::import::{Dittos, RawRecord, Sheet, SheetTable, TableQuery};
use crate::ledger::revise::Stamp;
use crate::ledger::{IdHasher, Signature};
use crate::schema::kind::{FieldNo, FieldType, Kind};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::TownshipNo;
use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::sync::Arc;

/// What a row of a sheet needs to become a record.
pub(super) struct RowValidator<'a> {
    pub(super) reader: EntryReader<'a>,
    pub(super) asked: &'a ImportRequest<'a>,
    pub(super) known: &'a ExistingKeys<'a>,
    pub(super) file: &'a str,
    pub(super) sheet: &'a Sheet<'a>,
    /// Whose the table is, as written above it or asked for.
    township: Option<TownshipNo>,
    /// The column that says whose each row is.
    pub(super) township_column: Option<u32>,
    /// What all records are given: by `--set`, by what stands above the table, by `--month`.
    set: Vec<(FieldNo, String)>,
    pub(super) table: &'a SheetTable,
    wanted: TableQuery<'a>,
    /// The same, for sending rows of it back.
    origin: Arc<SourceTable>,
    /// The month written above the table, where none was asked for.
    pub(super) month: Option<Month>,
    /// How many rows the tables before this one have.
    first: usize,
    /// Who writes, when and in which batch.
    pub(super) stamp: Stamp,
    /// By whom and in which batch new rows are entered.
    signed: Signature,
    /// What is asked of a sheet of readings.
    pub(super) readings: Option<ReadingsSheet<'a>>,
}

/// What one thread keeps in mind from row to row, and what it has made.
struct ThreadScratch<'s> {
    values: Vec<Cow<'s, str>>,
    given: Vec<FieldNo>,
    /// Of each field a cell and what it was read as: many cells say the same as the one above them.
    last: Vec<(&'s str, &'s str)>,
    townships: HashMap<String, TownshipNo>,
    shelves: HashMap<u64, Arc<Shelf>, BuildHasherDefault<IdHasher>>,
    part: RowChunk<'s>,
}

/// What a table's rows are read from and against.
pub(super) struct TableInput<'a> {
    /// Where to look for what rows refer to.
    pub search: &'a Search<'a>,
    /// What was asked.
    pub asked: &'a ImportRequest<'a>,
    /// What is on record.
    pub known: &'a ExistingKeys<'a>,
    /// The sheet.
    pub source: SourceSheet<'a>,
    /// Of readings: the kind as it is.
    pub standing: Option<&'a Kind>,
    /// The table in it.
    pub table: &'a SheetTable,
    /// How it was looked for.
    pub wanted: TableQuery<'a>,
    /// The column that says whose each row is.
    pub township_column: Option<u32>,
    /// What all records are given.
    pub set: Vec<(FieldNo, String)>,
    /// How many rows the tables before this one have.
    pub first: usize,
    /// Who writes, when and in which batch.
    pub stamp: Stamp,
}

impl<'a> RowValidator<'a> {
    /// What the rows of a table need: whose they are, in which column that is said, what is set for all.
    ///
    /// # Errors
    /// The township or the month above the table cannot be read.
    pub(super) fn new(input: TableInput<'a>) -> Result<RowValidator<'a>> {
        let TableInput { search, asked, known, source, standing, table, wanted, township_column, set, first, stamp } =
            input;
        let SourceSheet { file, sheet, kind } = source;
        let mut reader = EntryReader::new(search, kind, asked.today);
        let month = month_above(&reader, table, &file.name)?;
        reader.year = asked.month.or(month).map_or(reader.year, |month| month.first().year());
        let township = requested_township(search.county, asked, table, &file.name)?;
        let place = table_place(&file.name, sheet);
        let readings =
            standing.map(|kind| ReadingsSheet::new(kind, table, asked, &set, (reader.year, &place))).transpose()?;
        let signed = Signature { by: stamp.by.clone(), reason: String::new(), batch: stamp.batch };
        let origin = Arc::new(SourceTable::new(search.county, kind, table, township, asked));
        Ok(RowValidator {
            reader,
            asked,
            known,
            file: &file.name,
            sheet,
            township,
            township_column,
            set,
            table,
            wanted,
            origin,
            month,
            first,
            stamp,
            signed,
            readings,
        })
    }

    pub(super) fn kind(&self) -> &'a Kind {
        self.reader.kind
    }

    pub(super) fn county(&self) -> &'a County<'a> {
        self.reader.search.county
    }

    pub(super) fn search(&self) -> &'a Search<'a> {
        self.reader.search
    }

    /// What stands above the first row.
    pub(super) fn nothing_above(&self) -> Dittos<'_> {
        self.table.nothing_above()
    }

    /// Reads and checks a part of the rows; `above`: what stands above it, where that is known; `in_vain`: told how many
    /// faults a row has, whether the part may end there.
    pub(super) fn part<'s>(
        &'s self,
        part: &Range<usize>,
        above: Option<&Dittos<'s>>,
        in_vain: &dyn Fn(usize) -> bool,
    ) -> RowChunk<'s> {
        let records = self.table.records(self.sheet, self.wanted).within(part, above);
        let mut records = records.beside(self.township_column);
        let mut desk = ThreadScratch {
            values: Vec::new(),
            given: Vec::new(),
            last: vec![("", ""); self.kind().fields.len()],
            townships: HashMap::new(),
            shelves: HashMap::default(),
            part: RowChunk::new(self.stamp.at, part.len(), self.nothing_above()),
        };
        let mut raw = RawRecord::default();
        while records.read(&mut raw) {
            desk.part.read += 1;
            if !raw.is_example
                && let Err(Faults(faults)) = self.row(&raw, &mut desk)
            {
                let value = |field| raw.values.iter().find(|given| given.field == field);
                let meant = |field| Some(value(field)?.value.as_ref().ok()?.clone().into_owned());
                let refused = self.refused(raw.row_index(), raw.line, faults, &meant);
                desk.part.ended_early = in_vain(refused.faults.len());
                desk.part.refused.push((raw.row_index(), refused));
            }
            if desk.part.ended_early {
                break;
            }
        }
        desk.part.unsure = records.is_unsure();
        (desk.part.left_out, desk.part.above) = records.ended();
        desk.part
    }

    /// A row as it is refused; `meant`: what stands in a field, where its cell stands for another one.
    pub(super) fn refused(
        &self,
        at: usize,
        line: usize,
        faults: Vec<Fault>,
        meant: &dyn Fn(FieldNo) -> Option<String>,
    ) -> RejectedRow {
        let faults = faults.into_iter().map(|fault| Fault { exit: Exit::Failed, ..fault }).collect();
        let mut original = self.table.original(self.sheet, at, meant);
        // The number behind a date that does not look like one would not be taken for a date again.
        let is_date = |field: &FieldNo| self.kind().fields[*field].ty == FieldType::Date;
        for column in &self.table.columns {
            let cell = original.get_mut(column.at as usize).filter(|cell| cell.parse::<f64>().is_ok());
            if let (Some(cell), Some(day)) = (cell, column.field.filter(is_date).and_then(meant)) {
                *cell = day;
            }
        }
        RejectedRow { from: Arc::clone(&self.origin), line, original, faults }
    }

    /// One row: its values read and checked, then compared with what is on record.
    fn row<'s>(&'s self, raw: &RawRecord<'s>, desk: &mut ThreadScratch<'s>) -> Result<()> {
        let mut faults = self.values(raw, desk);
        faults.extend(raw.beyond.map(|at| beyond(raw.line).at(self.place(at))));
        let township = self.township_of(raw, desk);
        let failed = faults.iter().any(|fault| fault.level == Level::Error);
        let complete = if failed {
            Err(self.lacking(raw, also_missing(self.kind(), &desk.values, raw)))
        } else {
            self.reader.fill(&mut desk.values).map_err(|found| self.lacking(raw, found))
        };
        match (township, complete) {
            (Ok(township), Ok(())) if !failed && self.readings.is_some() => {
                let reading = self.reading(raw, township, desk)?;
                faults.extend(self.is_of_month(raw, &reading.day.to_string()));
                if !faults.is_empty() {
                    desk.part.warnings.push((raw.row_index(), Faults::unless(faults.clone(), || faults)?));
                }
                desk.part.readings.push(reading);
                Ok(())
            }
            (Ok(township), Ok(())) if !failed => {
                let fits = self.reader.fits(township, &desk.values)?;
                faults.extend(self.at_row(raw, Faults(fits)).0);
                faults.extend(self.of_month(raw, &desk.values));
                if !faults.is_empty() {
                    let warnings = Faults::unless(faults.clone(), || faults)?;
                    desk.part.warnings.push((raw.row_index(), warnings));
                }
                self.compare(raw, township, desk)
            }
            (township, complete) => {
                // Whose it is may hang on what could not be read.
                let township =
                    township.map_err(|found| if failed && self.hangs_on_roster() { Faults(Vec::new()) } else { found });
                let found = township.err().into_iter().chain(complete.err());
                faults.extend(found.flat_map(|Faults(found)| found));
                faults.extend(self.at_row(raw, Faults(self.reader.not_yet(&desk.values))).0);
                faults.extend(self.of_month(raw, &desk.values));
                Err(Faults(faults))
            }
        }
    }

    /// The values of a row: those set for all, over which its own stand; what is wrong.
    fn values<'s>(&'s self, raw: &RawRecord<'s>, desk: &mut ThreadScratch<'s>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let ThreadScratch { values, given, last, .. } = desk;
        values.clear();
        values.extend(self.kind().fields.iter().map(|_| Cow::Borrowed("")));
        given.clear();
        for (field, value) in &self.set {
            given.push(*field);
            let found = self.reader.read_one(values, *field, value);
            faults.extend(self.at_row(raw, Faults(found)).0);
        }
        for value in &raw.values {
            let place = || self.place(value.at);
            given.push(value.field);
            let name = &self.kind().fields[value.field].name;
            let said = |note: &Text| Fault::warning("as-read", note.clone()).of_field(name).at(place());
            faults.extend(value.note.iter().map(|note| said(note)));
            match &value.value {
                Ok(Cow::Borrowed(text)) if last[value.field].0 == *text => {
                    values[value.field] = Cow::Borrowed(last[value.field].1);
                }
                Ok(Cow::Borrowed(text)) => {
                    let found = self.reader.read_one(values, value.field, text);
                    if let (Cow::Borrowed(read), true) = (&values[value.field], found.is_empty()) {
                        last[value.field] = (text, read);
                    }
                    faults.extend(found.into_iter().map(|fault| fault.at(place())));
                }
                Ok(Cow::Owned(text)) => {
                    let mut read = vec![String::new(); values.len()];
                    let found = self.reader.read_one(&mut read, value.field, text);
                    values[value.field] = Cow::Owned(std::mem::take(&mut read[value.field]));
                    faults.extend(found.into_iter().map(|fault| fault.at(place())));
                }
                Err(fault) => faults.push(Fault::clone(fault).at(place())),
            }
        }
        faults
    }

    fn township_of(&self, raw: &RawRecord<'_>, desk: &mut ThreadScratch<'_>) -> Result<TownshipNo> {
        if let Some(word) = raw.beside.as_deref().map(str::trim).filter(|word| !word.is_empty()) {
            if let Some(township) = desk.townships.get(word) {
                return Ok(*township);
            }
            let township = match (self.asked.township, self.county().township_named(word)) {
                (Some(asked), Ok(other)) if other != asked => return Err(self.of_another(raw, other, asked).into()),
                // A word that names nobody may mean something else.
                (Some(asked), _) => asked,
                (None, found) => found.map_err(|faults| self.at_row(raw, faults))?,
            };
            desk.townships.insert(word.to_owned(), township);
            return Ok(township);
        }
        if let Some(township) = self.township {
            return Ok(township);
        }
        if let Some(record) = self.reader.rostered(&desk.values).map_err(|faults| self.at_row(raw, faults))? {
            return Ok(record.ledger.township);
        }
        // A column says it row by row; else it is the table that does not say it.
        let place = if self.township_column.is_some() { self.row_place(raw.line) } else { self.table_place() };
        Fault::new("missing-township", text!("没有写明填报单位", "no township given"))
            .hint(text!(
                "加上 -t 单位，或在表上方写“填报单位：…”",
                "add --township NAME, or write “Township: …” above the table"
            ))
            .at(place)
            .fail()
    }

    /// What a row says that is a reading, with the record of which it says it.
    fn reading(&self, raw: &RawRecord<'_>, township: TownshipNo, desk: &mut ThreadScratch<'_>) -> Result<ReadingRow> {
        let ThreadScratch { values, given, shelves, .. } = desk;
        let sheet = self.readings.as_ref().expect("only rows of readings are taken as such");
        let kind = sheet.kind;
        let day = self.day_of(raw, sheet, &values[sheet.day_field()])?;
        let of_key = year(kind, values);
        let cached =
            shelves.entry(packed_key(township, of_key)).or_insert_with(|| self.known.shelf(kind, township, of_key));
        let records = self.known.records(cached, kind, township, of_key)?;
        let hash = self.known.hash(township, kind.key.iter().map(|&field| values[field].as_bytes()));
        let record = records.lasting_twin(kind, hash, values)?;
        Ok(ReadingRow::new(sheet, raw, (township, record), day, (values, given)))
    }

    /// Compares a row with what is on record.
    fn compare(&self, raw: &RawRecord<'_>, township: TownshipNo, desk: &mut ThreadScratch<'_>) -> Result<()> {
        let ThreadScratch { values, given, shelves, part, .. } = desk;
        let kind = self.kind();
        let of_key = year(kind, values);
        let cached =
            shelves.entry(packed_key(township, of_key)).or_insert_with(|| self.known.shelf(kind, township, of_key));
        let records = self.known.records(cached, kind, township, of_key)?;
        let hash = self.known.hash(township, kind.key.iter().map(|&field| values[field].as_bytes()));
        let date = Day::from_iso(values[FieldNo::DATE].as_bytes()).expect("a row that was checked has a date");
        let group = part.group_of(township, date.year());
        let mut row = None;
        let mut twin = None;
        if records.may_have(hash) {
            let kept = part.groups[group].rows.push_struck(values);
            twin = if records.says(kind, hash, part.groups[group].rows.line(kept)) {
                Some(Twin::Same)
            } else {
                self.twin(records, hash, values, given)?
            };
            row = twin.is_some().then_some(kept);
        }
        let row = if let Some(row) = row {
            row
        } else {
            let id = self.known.new_id(self.first + raw.row_index(), records);
            part.groups[group].rows.enter(id, (1, RecordState::Live), values, &self.signed)
        };
        let fate = match twin {
            None => RowFate::New,
            Some(Twin::Same) => RowFate::Same,
            Some(Twin::Differs(year, history)) if self.asked.asked.purpose.corrects() => {
                match self.corrected(raw, &history, values, given) {
                    Ok(next) if next.is_empty() => RowFate::Same,
                    Ok(next) => {
                        let group = part.group_of(township, year);
                        let rows = &mut part.groups[group].rows;
                        let places: Vec<usize> = next.iter().map(|next| rows.push(next)).collect();
                        RowFate::Corrected { group, rows: places[0]..places[0] + places.len() }
                    }
                    Err(Faults(faults)) => RowFate::Refused(faults),
                }
            }
            Some(Twin::Differs(_, history)) => {
                RowFate::Refused(vec![self.other_values(&history, values, given).at(self.row_place(raw.line))])
            }
        };
        let given = part.given(given);
        part.good.push(AcceptedRow { hash, at: raw.row_index(), line: raw.line, group, row, given, fate });
        Ok(())
    }

    /// The record with the key of a row. One that lasts says the same if it ever was what the row says.
    fn twin(
        &self,
        records: &ExistingRecords,
        hash: u64,
        values: &[Cow<'_, str>],
        given: &[FieldNo],
    ) -> Result<Option<Twin>> {
        let kind = self.kind();
        if kind.lasting {
            let found = records.lasting_twin(kind, hash, values)?;
            return Ok(found.map(|(year, history)| {
                if says_what_was(&history, values, given) { Twin::Same } else { Twin::Differs(year, history) }
            }));
        }
        let found = records.twin(kind, hash, values, |year, row| {
            let differs = given.iter().any(|&field| !cells_look_alike(row.cell(field), values[field].as_bytes()));
            differs.then(|| (year, row.revision()))
        })?;
        Ok(found.map(|found| found.map_or(Twin::Same, |(year, last)| Twin::Differs(year, vec![last]))))
    }
}

/// The record with the key of a row.
enum Twin {
    /// It says the same.
    Same,
    /// It does not: the year of its ledger, and its revisions; of a kind that does not last the last alone.
    Differs(Year, Vec<Revision>),
}

/// A line of text with more in it than its headings name.
fn beyond(line: usize) -> Fault {
    Fault::new(
        "columns-beyond-headings",
        text!(
            "第 {line} 行比表头多出内容，各栏可能错位",
            "line {line} has more values than there are headings: they may be in the wrong columns"
        ),
    )
    .hint(Text::new(
        "内容里有逗号的，整格加引号；确有此栏的，补上表头",
        "quote values that contain commas, or give the extra column a heading",
    ))
}
