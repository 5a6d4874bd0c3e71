//! The rows of one table: read, checked, compared with what is on record, drafted.

use super::files::Opened;
use super::given::{mapped, missing_too, month_above, month_asked, month_field, set, township_column, whose};
use super::known::Known;
use super::returns::{Refused, Sent};
use super::{Asked, Done};
use crate::change;
use crate::cli::county::{Ledger, ledger_path};
use crate::cli::entry::Reader;
use crate::cli::find::Search;
use crate::cli::writing::Draft;
use crate::day::{Day, Month};
use crate::fault::{Exit, Fault, Faults, Level, Place, Result};
use crate::import::{Address, Raw, Sheet, Table, Wanted, find};
use crate::kind::{FieldType, Kind};
use crate::record::{Revision, State};
use crate::store::ahead;
use crate::text::Text;
use crate::written;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many records came in, and how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    new: usize,
    same: usize,
    updated: usize,
}

impl Outcome {
    /// Whether writing it takes a while.
    pub(super) fn is_large(&self) -> bool {
        self.new + self.updated >= super::EVERY
    }

    /// In words.
    pub(super) fn said(&self) -> Text {
        let Outcome { new, same, updated } = self;
        if *updated > 0 {
            return text!(
                "新增 {new} 条，更正 {updated} 条，已有 {same} 条略过",
                "{new} new, {updated} corrected, {same} already there"
            );
        }
        text!("新增 {new} 条，已有 {same} 条略过", "{new} new, {same} already there")
    }

    /// Adds another's.
    pub(super) fn add(&mut self, other: &Outcome) {
        self.new += other.new;
        self.same += other.same;
        self.updated += other.updated;
    }
}

/// What a row of a sheet needs to become a record.
struct Taking<'a> {
    reader: Reader<'a>,
    asked: &'a Asked<'a>,
    file: &'a str,
    sheet: Option<&'a str>,
    /// Whose the table is, as written above it or asked for.
    township: Option<usize>,
    /// The column that says whose each row is.
    township_column: Option<u32>,
    /// What all records are given: by `--set`, by what stands above the table, by `--month`.
    set: Vec<(usize, String)>,
    table: &'a Table,
    /// The month written above the table, where none was asked for.
    month: Option<Month>,
    /// Whether rows that come later can refer to those of this table.
    foresees: bool,
}

/// Takes the rows of one table.
///
/// # Errors
/// The table cannot be found in the sheet; a ledger cannot be read. Faults of rows are kept with them.
pub(super) fn take<'a>(
    search: &'a Search<'a>,
    asked: &'a Asked<'a>,
    (file, sheet, kind): (&'a Opened, &'a Sheet<'a>, &'a Kind),
    known: &mut Known<'_>,
    draft: &mut Draft,
    done: &mut Done,
) -> Result<()> {
    let (map, mut set) = (mapped(search.county, kind, asked)?, set(kind, asked)?);
    let given: Vec<usize> = set.iter().map(|(field, _)| *field).chain(month_field(kind, asked)).collect();
    let wanted = Wanted { file: &file.name, kind, map: &map, given: &given };
    let table = find(sheet, wanted)?;
    let (column, notes) = township_column(&table);
    done.notes.extend(notes);
    set.extend(table.given.iter().cloned());
    set.extend(month_asked(kind, asked, &table, &set));
    let taking = Taking::new(search, asked, (file, sheet, kind), &table, (column, set))?;
    let origin = Arc::new(Sent::new(search.county, kind, &table, taking.township, asked.month));
    known.table(before_lines(file, sheet));
    let mut counts: BTreeMap<usize, Outcome> = BTreeMap::new();
    let mut at = 0;
    let records = ahead(table.records(sheet, wanted), search.threads, |raw| {
        asked.progress(&file.name, at, sheet.height());
        at += 1;
        if raw.is_example {
            return Ok(());
        }
        match taking.row(&raw, sheet, known, draft) {
            Ok((township, outcome, warnings)) => {
                done.remark(warnings);
                counts.entry(township).or_default().add(&outcome);
            }
            Err(Faults(faults)) => done.refuse(Refused {
                from: Arc::clone(&origin),
                line: raw.line,
                original: raw.original(sheet),
                faults: faults.into_iter().map(|fault| Fault { exit: Exit::Failed, ..fault }).collect(),
            })?,
        }
        done.remark(known.again.drain(..).map(twice));
        Ok(())
    })?;
    for (township, outcome) in counts {
        done.counts.entry((township, kind.id.clone())).or_default().add(&outcome);
    }
    done.notes.extend(records.notes().into_iter().map(|note| note.at(Place::file(&file.name))));
    Ok(())
}

/// What stands before the number of a row, where it is said where the row is.
fn before_lines(file: &Opened, sheet: &Sheet<'_>) -> String {
    sheet.name.as_ref().map_or_else(|| format!("{}:", file.name), |name| format!("{} {name}!", file.name))
}

/// A row that says the same as one before it.
fn twice((place, before): (Place, String)) -> Fault {
    Fault::warning(text!("与 {before} 完全相同，只收一条", "says the same as {before}: taken once")).at(place)
}

impl<'a> Taking<'a> {
    /// What the rows of a table need: whose they are, in which column that is said, what is set for all.
    fn new(
        search: &'a Search<'a>,
        asked: &'a Asked<'a>,
        (file, sheet, kind): (&'a Opened, &'a Sheet<'a>, &'a Kind),
        table: &'a Table,
        (township_column, set): (Option<u32>, Vec<(usize, String)>),
    ) -> Result<Taking<'a>> {
        let mut reader = Reader::new(search, kind, asked.today);
        let month = month_above(&reader, table, &file.name)?;
        reader.year = asked.month.or(month).map_or(reader.year, |month| month.first().year());
        Ok(Taking {
            reader,
            asked,
            month,
            table,
            file: &file.name,
            sheet: sheet.name.as_deref(),
            township: whose(search.county, asked, table, &file.name)?,
            township_column,
            set,
            foresees: search.is_referred_to(kind),
        })
    }
}

impl Taking<'_> {
    /// One row: what became of it, and what is worth saying.
    fn row(
        &self,
        raw: &Raw,
        sheet: &Sheet<'_>,
        known: &mut Known<'_>,
        draft: &mut Draft,
    ) -> Result<(usize, Outcome, Vec<Fault>)> {
        let (cells, given, mut faults) = self.cells(raw);
        let township = self.township_of(raw, sheet, &cells);
        let failed = faults.iter().any(|fault| fault.level == Level::Error);
        let cells = if failed {
            Err(self.lacking(raw, missing_too(self.reader.kind, &cells, raw)))
        } else {
            self.reader.complete(cells).map_err(|found| self.lacking(raw, found))
        };
        match (township, cells) {
            (Ok(township), Ok(cells)) if !failed => {
                let fits = self.reader.fits(township, &cells)?;
                faults.extend(self.at_row(raw, Faults(fits)).0);
                faults.extend(self.of_month(raw, &cells));
                let warnings = Faults::unless(faults.clone(), || faults)?;
                let outcome = self.drafted(raw, township, cells, &given, known, draft)?;
                Ok((township, outcome, warnings))
            }
            (township, cells) => {
                // Whose it is may hang on what could not be read.
                let township =
                    township.map_err(|found| if failed && self.hangs_on_roster() { Faults(Vec::new()) } else { found });
                faults.extend(township.err().into_iter().chain(cells.err()).flat_map(|Faults(found)| found));
                Err(Faults(faults))
            }
        }
    }

    /// The values of a row: those set for all, over which its own stand; which fields were given; what is wrong.
    fn cells(&self, raw: &Raw) -> (Vec<String>, Vec<usize>, Vec<Fault>) {
        let mut faults = Vec::new();
        let set: Vec<(usize, &str)> = self.set.iter().map(|(field, value)| (*field, value.as_str())).collect();
        let mut read = self.reader.read(&[], &set);
        faults.extend(self.at_row(raw, Faults(std::mem::take(&mut read.faults))).0);
        let mut given: Vec<usize> = set.iter().map(|(field, _)| *field).collect();
        for value in &raw.values {
            let place = || self.place(value.at);
            given.push(value.field);
            faults.extend(value.note.iter().map(|note| Fault::warning(note.clone()).at(place())));
            match &value.value {
                Ok(text) => {
                    let found = self.reader.read_one(&mut read.cells, value.field, text);
                    faults.extend(found.into_iter().map(|fault| fault.at(place())));
                }
                Err(fault) => faults.push(fault.clone().at(place())),
            }
        }
        (read.cells, given, faults)
    }

    fn township_of(&self, raw: &Raw, sheet: &Sheet<'_>, cells: &[String]) -> Result<usize> {
        let county = self.reader.search.county;
        let named = || self.township_column.map(|column| raw.shown(sheet, column));
        if self.asked.township.is_none()
            && let Some(word) = named().filter(|cell| !cell.trim().is_empty())
        {
            let found = county.townships.find(word.trim()).map(|township| county.place_of(&township.id));
            return found.map_err(|faults| self.at_row(raw, faults));
        }
        if let Some(township) = self.township {
            return Ok(township);
        }
        if let Some(record) = self.reader.rostered(cells).map_err(|faults| self.at_row(raw, faults))? {
            return Ok(record.ledger.township);
        }
        let fault = Fault::new(text!("没有写明填报单位", "the township is not said"))
            .hint(text!("加 --township 名称，或在表上写“填报单位：…”", "give --township NAME"));
        Err(self.at_row(raw, fault.into()))
    }

    /// A record that is not of the month asked for, or of that written above it.
    fn of_month(&self, raw: &Raw, cells: &[String]) -> Option<Fault> {
        let month = self.asked.month.or(self.month)?;
        // What is for a month says so in a field of its own.
        let own = self.reader.kind.fields.iter().position(|field| field.ty == FieldType::Month);
        let cell = cells.get(own.unwrap_or(0))?;
        let of = Month::from_iso(cell.as_bytes()).or_else(|| Day::from_iso(cell.as_bytes()).map(Day::month))?;
        let fault = if self.asked.month.is_some() {
            Fault::new(text!("{cell} 不在 {month}", "{cell} is not in {month}")).hint(text!(
                "核对日期；不限月份就去掉 --month",
                "look at the date; without --month every month is taken"
            ))
        } else {
            let what =
                text!("{cell} 不在表上方所写的 {month}", "{cell} is not in {month}, as is written above the table");
            Fault::warning(what).hint(Text::new("请核对日期", "look at the date"))
        };
        (of != month).then(|| fault.at(self.row_place(raw)))
    }

    /// Faults of a record that is not complete: what is missing, at the cell where it should stand.
    fn lacking(&self, raw: &Raw, Faults(faults): Faults) -> Faults {
        let fields = &self.reader.kind.fields;
        let at_cell = |fault: Fault| {
            let Some(at) = fields.iter().position(|field| fault.what == change::missing(&field.title)) else {
                return fault.at(self.row_place(raw));
            };
            let column = self.table.columns.iter().find(|column| column.field == Some(at));
            let name = &fields[at].name;
            if let Some(column) = column {
                let (line, column) = (raw.line, column.at as usize + 1);
                let fault = fault.hint(Text::new("请填写这一格", "fill in this cell"));
                return fault.at(self.place(Address { line, column, grid: self.sheet.is_some() }));
            }
            let hint = text!(
                "在表里加这一列；各行相同的用 --set {name}=…",
                "add the column; where all rows have the same: --set {name}=…"
            );
            fault.hint(hint).at(self.row_place(raw))
        };
        Faults(faults.into_iter().map(at_cell).collect())
    }

    /// Whether a record of this kind stands with the one whose people it names.
    fn hangs_on_roster(&self) -> bool {
        let kinds = self.reader.search.kinds;
        self.asked.township.is_none()
            && kinds.iter().any(|kind| kind.roster.as_ref().is_some_and(|roster| roster.kind == self.reader.kind.id))
    }

    /// Compares a record with what is on record and with the rows before it, and drafts what is to be written.
    fn drafted(
        &self,
        raw: &Raw,
        township: usize,
        cells: Vec<String>,
        given: &[usize],
        known: &mut Known<'_>,
        draft: &mut Draft,
    ) -> Result<Outcome> {
        let kind = self.reader.kind;
        let differs = |other: &[String]| given.iter().any(|&field| other[field] != cells[field]);
        if let Some((before, other)) = known.note(kind, township, &cells, raw.line) {
            if !differs(&other) {
                known.again.push((self.row_place(raw), before));
                return Ok(Outcome { same: 1, ..Outcome::default() });
            }
            return Fault::new(text!(
                "与 {before} 是同一条记录，内容却不同",
                "this is the same record as {before}, with other values"
            ))
            .at(self.row_place(raw))
            .hint(text!("留下正确的一行，删去另一行", "keep the row that is right"))
            .fail();
        }
        let county = self.reader.search.county;
        let Some((year, twin)) = known.twin(kind, township, &cells)? else {
            let year = cells
                .first()
                .and_then(|cell| Day::from_iso(cell.as_bytes()))
                .map_or(self.asked.today.year(), Day::year);
            let entry = draft.stamp.entry(known.new_id(), cells, "");
            if self.foresees {
                let path = ledger_path(&county.in_order()[township].id, year, &kind.id);
                let ledger = Ledger { path, township, year, kind: kind.id.clone() };
                self.reader.search.foresee(kind, &ledger, &entry);
            }
            draft.row(county, kind, township, year, entry);
            return Ok(Outcome { new: 1, ..Outcome::default() });
        };
        if !differs(&twin.values) {
            return Ok(Outcome { same: 1, ..Outcome::default() });
        }
        if !self.asked.update {
            return Err(self.other_values(twin, &cells, given).at(self.row_place(raw)).into());
        }
        let mut values = twin.values.clone();
        for &field in given {
            values[field].clone_from(&cells[field]);
        }
        change::check(kind, &values).map_err(|faults| self.at_row(raw, faults))?;
        let file = self.file;
        let reason = written::plain_text(&format!("导入 import {file}"))?;
        let next = draft.stamp.next(twin, State::Live, values, &reason);
        draft.row(county, kind, township, *year, next);
        Ok(Outcome { updated: 1, ..Outcome::default() })
    }

    /// Same key, other values.
    fn other_values(&self, twin: &Revision, cells: &[String], given: &[usize]) -> Fault {
        let kind = self.reader.kind;
        let changed: Vec<Text> = given
            .iter()
            .filter(|&&field| twin.values[field] != cells[field])
            .map(|&field| {
                let (title, old, new) = (&kind.fields[field].title, &twin.values[field], &cells[field]);
                text!("{title} {old} -> {new}", "{title} {old} -> {new}", title)
            })
            .collect();
        let (id, changed) = (twin.id, Text::list(&changed));
        Fault::new(text!("与台账中的 {id} 内容不同：{changed}", "differs from {id} on record: {changed}", changed))
            .hint(text!(
                "确认以表为准，加 --update；否则改表",
                "if the sheet is right, give --update; else mend the sheet"
            ))
    }

    fn row_place(&self, raw: &Raw) -> Place {
        match self.sheet {
            Some(sheet) => Place::file(format!("{} {sheet}!{}", self.file, raw.line)),
            None => Place { line: raw.line, ..Place::file(self.file) },
        }
    }

    fn place(&self, at: Address) -> Place {
        match self.sheet {
            Some(sheet) => Place::file(format!("{} {sheet}!{at}", self.file)),
            None => Place { line: at.line, column: at.column, ..Place::file(self.file) },
        }
    }

    /// Faults that concern a row as a whole.
    fn at_row(&self, raw: &Raw, Faults(faults): Faults) -> Faults {
        let place = self.row_place(raw);
        Faults(faults.into_iter().map(|fault| fault.at(place.clone())).collect())
    }
}
