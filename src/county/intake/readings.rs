//! The readings of an import, record by record: what was so on a day becomes a change from that day on, if it was not so
//! already.

use super::outcome::{ImportOutcome, RowCounts};
use super::reading_sheet::ReadingRow;
use super::sources::import_reason;
use super::validate::RowValidator;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::fuzzy::nearest;
use crate::base::id::Id;
use crate::base::text::{Lang, Text};
use crate::base::unseen::look_alike;
use crate::county::changes::ChangingRecord;
use crate::county::draft::ChangeDraft;
use crate::county::ledgers::Ledger;
use crate::county::search::{RecordMatch, Search};
use crate::ledger::Timeline;
use crate::ledger::revise::{self, RecordVersion};
use crate::report::records::words;
use crate::schema::kind::{FieldNo, FieldType, Kind};
use crate::schema::township::TownshipNo;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// For so many rows without a record it is looked what they might mean: with more, it is another sheet.
const MOST_SOUGHT: usize = 100;

/// The readings so far.
#[derive(Default)]
pub(super) struct Readings<'a> {
    records: Vec<ReadRecord<'a>>,
    by_id: HashMap<Id, usize>,
    /// How many rows had no record.
    unknown: usize,
    /// What the records of a township are called, by kind.
    called: HashMap<(&'a str, TownshipNo), Vec<CalledRecord>>,
}

/// A record of which there are readings.
struct ReadRecord<'a> {
    kind: &'a Kind,
    found: RecordMatch,
    was: Timeline<RecordVersion>,
    /// By their days; of one day as they came.
    readings: Vec<NotedReading>,
}

/// What a row says of a record.
struct NotedReading {
    day: Day,
    fields: Vec<(FieldNo, String)>,
    file: String,
    place: Place,
}

/// What a record is called.
struct CalledRecord {
    /// The words of its key: what people write otherwise.
    words: String,
    /// The whole of its key, as people say it.
    said: Text,
}

impl<'a> Readings<'a> {
    /// Takes in a row; why it cannot be taken.
    ///
    /// # Errors
    /// A ledger cannot be read.
    pub(super) fn add(
        &mut self,
        kind: &'a Kind,
        taking: &RowValidator<'_>,
        row: &ReadingRow,
    ) -> Result<std::result::Result<(), Vec<Fault>>> {
        let &ReadingRow { line, township, day, ref values, ref given, ref record, .. } = row;
        let Some((year, history)) = record else {
            let fault = self.no_record(kind, taking, township, values)?;
            return Ok(Err(vec![fault.at(taking.row_place(line))]));
        };
        let id = history[0].id;
        let of_key = |field: &FieldNo| kind.key.contains(field);
        let said = given.iter().filter(|field| !of_key(field)).map(|field| (*field, values[*field].clone()));
        let reading =
            NotedReading { day, fields: said.collect(), file: taking.file.to_owned(), place: taking.row_place(line) };
        let at = *self.by_id.entry(id).or_insert(self.records.len());
        if at == self.records.len() {
            let township_id = &taking.county().in_order()[township].id;
            let found =
                RecordMatch { ledger: Ledger::of(township_id, township, *year, kind), history: history.clone() };
            let was = found.timeline();
            self.records.push(ReadRecord { kind, found, was, readings: Vec::new() });
        }
        let record = &mut self.records[at];
        if let Some(fault) = record.contradiction(&reading) {
            return Ok(Err(vec![fault]));
        }
        let place = record.readings.partition_point(|other| other.day <= day);
        record.readings.insert(place, reading);
        if let Err(Faults(faults)) = record.timeline(taking.search(), taking.asked.today) {
            record.readings.remove(place);
            let at_field = |fault: Fault| {
                let field = fault.field.as_deref().and_then(|name| kind.field(name));
                match field {
                    Some(FieldNo::DATE) => taking.other_date(line, fault, id),
                    Some(field) => fault.at(taking.field_place(line, field)),
                    None => fault.at(taking.row_place(line)),
                }
            };
            return Ok(Err(faults.into_iter().map(at_field).collect()));
        }
        Ok(Ok(()))
    }

    /// Drafts what the readings come to, and counts them.
    ///
    /// # Errors
    /// The names of the files cannot be stored.
    pub(super) fn draft(
        &self,
        search: &Search<'_>,
        today: Day,
        draft: &mut ChangeDraft,
        done: &mut ImportOutcome,
    ) -> Result<()> {
        let county = search.county;
        for record in &self.records {
            let ReadRecord { kind, found, was, readings } = record;
            let mut now = was.clone();
            let mut sums = RowCounts::default();
            let mut files: Vec<&str> = Vec::new();
            for reading in readings {
                let next = record.after(&now, reading, (search, today))?;
                if next == now {
                    sums.same += 1;
                    continue;
                }
                sums.changed += 1;
                now = next;
                if !files.contains(&&*reading.file) {
                    files.push(&reading.file);
                }
            }
            let Ledger { township, year, .. } = found.ledger;
            done.counts.entry((township, kind.id.clone())).or_default().add(&sums);
            let rows = revise::restate(found.last(), was, &now, &import_reason(&files)?, &draft.stamp);
            for row in &rows {
                draft.row(county, kind, township, year, row);
            }
        }
        Ok(())
    }

    /// A row whose key no record has, with those that it might mean.
    fn no_record(
        &mut self,
        kind: &'a Kind,
        taking: &RowValidator<'_>,
        township: TownshipNo,
        values: &[String],
    ) -> Result<Fault> {
        let name = &taking.county().in_order()[township].name;
        let title = &kind.title;
        let id = &kind.id;
        let said = said_key(kind, values);
        let what = text!("{name}的{title}中没有“{said}”", "{name} has no {title} record “{said}”", title, said);
        let fault = Fault::new("unknown-record", what);
        self.unknown += 1;
        let near = if self.unknown > MOST_SOUGHT { Vec::new() } else { self.near(kind, taking, township, values)? };
        let list = Text::list(&near);
        Ok(fault.hint(if near.is_empty() {
            text!(
                "请核对名称（已有的：culture list {id}）；确是新的，先登记：culture add {id} …",
                "check the name (those on record: culture list {id}); if it is new, add it first: culture add {id} …"
            )
        } else {
            text!(
                "相近的有：{list}；确是新的，先登记：culture add {id} …",
                "similar: {list}; if it is new, add it first: culture add {id} …",
                list
            )
        }))
    }

    fn near(
        &mut self,
        kind: &'a Kind,
        taking: &RowValidator<'_>,
        township: TownshipNo,
        values: &[String],
    ) -> Result<Vec<Text>> {
        let called = match self.called.entry((&kind.id, township)) {
            Entry::Occupied(kept) => kept.into_mut(),
            Entry::Vacant(free) => free.insert(called_records(kind, taking.on_record(kind, township, values)?)),
        };
        let near = nearest(&key_words(kind, values), called.iter().map(|called| &*called.words), 3);
        let meant = near.iter().flat_map(|words| called.iter().filter(move |called| called.words == **words));
        Ok(meant.take(3).map(|called| called.said.clone()).collect())
    }
}

impl ReadRecord<'_> {
    /// That another row says something else of the same day.
    fn contradiction(&self, reading: &NotedReading) -> Option<Fault> {
        let differs = |(field, value): &(FieldNo, String)| {
            reading.fields.iter().any(|(other, said)| other == field && !look_alike(said, value))
        };
        let mut of_day = self.readings.iter().filter(|other| other.day == reading.day);
        let other = of_day.find(|other| other.fields.iter().any(differs))?;
        let Place { file, line, .. } = &other.place;
        let before = if *line == 0 { file.clone() } else { format!("{file}:{line}") };
        let day = reading.day;
        let what = text!(
            "与 {before} 是同一条记录、同一天（{day}），内容却不同",
            "this is the same record as {before} on the same day ({day}), but with different values"
        );
        let hint = text!(
            "留下正确的一行，删去另一行；不是同一天的，写明各自的日期",
            "keep the correct row and delete the other; if they are of different days, give each its own"
        );
        Some(Fault::new("contradicting-rows", what).at(reading.place.clone()).hint(hint))
    }

    /// The record's timeline with all its readings.
    fn timeline(&self, search: &Search<'_>, today: Day) -> Result<Timeline<RecordVersion>> {
        self.readings.iter().try_fold(self.was.clone(), |now, reading| self.after(&now, reading, (search, today)))
    }

    /// The record's timeline with one reading more: what was so already is left as it is.
    ///
    /// # Errors
    /// What a change is refused for.
    fn after(
        &self,
        now: &Timeline<RecordVersion>,
        reading: &NotedReading,
        (search, today): (&Search<'_>, Day),
    ) -> Result<Timeline<RecordVersion>> {
        let mut record = ChangingRecord::new(search, self.kind, &self.found, today, &[])?;
        record.was.clone_from(now);
        record.check_day(reading.day)?;
        let standing = &now.on(reading.day).values;
        let fields = reading.fields.iter().filter(|(field, value)| !look_alike(&standing[*field], value));
        let given: Vec<(FieldNo, &str)> = fields.map(|(field, value)| (*field, value.as_str())).collect();
        if given.is_empty() {
            return Ok(now.clone());
        }
        let changed = record.changed(reading.day, &given)?.timeline;
        record.check(&changed)?;
        Ok(changed)
    }
}

/// What records are called that have these values; one that has changed is called so still.
fn called_records(kind: &Kind, all: Vec<Vec<String>>) -> Vec<CalledRecord> {
    let mut met = HashSet::new();
    let called =
        all.into_iter().map(|values| CalledRecord { words: key_words(kind, &values), said: said_key(kind, &values) });
    called.filter(|called| met.insert(called.said.zh.clone())).collect()
}

/// The key of a record as people say it.
fn said_key(kind: &Kind, values: &[String]) -> Text {
    let said: Vec<Text> = kind
        .key
        .iter()
        .filter(|at| !values[**at].is_empty())
        .map(|at| words(&kind.fields[*at], &values[*at], &|_, _| None))
        .collect();
    let in_words = |lang: Lang| said.iter().map(|word| word.say(lang)).collect::<Vec<_>>().join(" ");
    Text::owned(in_words(Lang::Zh), in_words(Lang::En))
}

/// Of a key what people choose the words of; all of it, where they choose none.
fn key_words(kind: &Kind, values: &[String]) -> String {
    let of_words = |at: &&FieldNo| kind.fields[**at].ty == FieldType::Text;
    let free: Vec<&str> = kind.key.iter().filter(of_words).map(|at| &*values[*at]).collect();
    if free.is_empty() { kind.key.iter().map(|at| &*values[*at]).collect::<Vec<_>>().join(" ") } else { free.join(" ") }
}
