//! From what a person wrote to a record's values: read, completed, checked against what is there.

use super::County;
use super::search::{RecordMatch, Search};
use crate::base::day::{Day, Month, Year};
use crate::base::fault::{Fault, Faults, Result};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::text::Text;
use crate::ledger::revise;
use crate::ledger::{RowNeedles, revisions_of, rows_holding};
use crate::schema::kind::{Field, FieldNo, FieldType, Kind};
use crate::schema::parse::{self, ParseContext};
use crate::schema::record::{RecordState, Revision};
use crate::schema::township::{Township, TownshipNo};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

/// Reads and checks the records of one kind for one county.
pub(crate) struct EntryReader<'a> {
    /// Where to look for what values refer to.
    pub search: &'a Search<'a>,
    /// The kind.
    pub kind: &'a Kind,
    /// The as-of day, after which nothing can have happened.
    pub today: Day,
    /// The year of a day or month that is written without one: the plan's.
    pub year: Year,
    /// Records referred to, as found, by id.
    found: Mutex<HashMap<String, RecordMatch>>,
    /// What words turned out to refer to: kind, word and id.
    words: Mutex<HashMap<(Option<String>, String), String>>,
    /// The fields that may be filled in or lacking.
    concerned: Vec<FieldNo>,
    /// The fields that hold a month.
    months: Vec<FieldNo>,
    /// The fields that name a record of which this kind is the roster, with the record's kind.
    rosters: Vec<(FieldNo, &'a str)>,
}

/// Values read so far, and what was wrong or worth saying.
#[derive(Debug, Default)]
pub(crate) struct EntryValues {
    /// Canonical, a cell per field.
    pub cells: Vec<String>,
    /// What is wrong, and warnings.
    pub faults: Vec<Fault>,
}

fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().expect("no thread panics while it holds this")
}

impl<'a> EntryReader<'a> {
    /// A reader of one kind's records.
    #[must_use]
    pub(crate) fn new(search: &'a Search<'a>, kind: &'a Kind, today: Day) -> EntryReader<'a> {
        let year = search.county.implied_year(today);
        let fields = || kind.fields.iter().numbered();
        let months = fields().filter(|(_, field)| field.ty == FieldType::Month).map(|(at, _)| at).collect();
        let roster = |(at, field): (FieldNo, &'a Field)| {
            let of = field.ty.referred_kind()?;
            let roster = search.kinds.get(of)?.roster.as_ref()?;
            (roster.kind == kind.id && roster.reference == field.name).then_some((at, of))
        };
        EntryReader {
            search,
            kind,
            today,
            year,
            found: Mutex::default(),
            words: Mutex::default(),
            concerned: revise::checked_fields(kind),
            months,
            rosters: fields().filter_map(roster).collect(),
        }
    }

    fn county(&self) -> &'a County<'a> {
        self.search.county
    }

    /// Reads values over those that are there: each a field and what was written for it.
    #[must_use]
    pub(crate) fn read(&self, before: &[String], given: &[(FieldNo, &str)]) -> EntryValues {
        let mut cells = before.to_vec();
        cells.resize(self.kind.fields.len(), String::new());
        let mut values = EntryValues { cells, faults: Vec::new() };
        for &(at, text) in given {
            values.faults.extend(self.read_one(&mut values.cells, at, text));
        }
        values
    }

    /// Reads one value over the one that is there; what is wrong with it, or worth saying.
    #[must_use]
    pub(crate) fn read_one<'t, V: From<Cow<'t, str>>>(&self, cells: &mut [V], at: FieldNo, text: &'t str) -> Vec<Fault>
    where
        'a: 't,
    {
        let field = &self.kind.fields[at];
        match self.with_frame(|frame| parse::read(field, text, frame)) {
            Ok(read) => {
                cells[at] = V::from(read.value);
                read.warning
                    .map(|what| Fault::warning("unusual-value", what).of_field(&field.name))
                    .into_iter()
                    .collect()
            }
            Err(Faults(faults)) => faults,
        }
    }

    /// Runs `work` with what values are read against.
    pub(crate) fn with_frame<T>(&self, work: impl FnOnce(&ParseContext<'_>) -> T) -> T {
        let township = |word: &str| Ok(self.county().townships.find(word)?.id.clone());
        let reference = |of: Option<&str>, word: &str| {
            let asked = (of.map(str::to_owned), word.to_owned());
            if let Some(id) = locked(&self.words).get(&asked) {
                return Ok(id.clone());
            }
            let found = self.search.reference(of, word)?;
            let id = found.last().id.to_string();
            locked(&self.found).insert(id.clone(), found);
            locked(&self.words).insert(asked, id.clone());
            Ok(id)
        };
        work(&ParseContext { today: self.today, year: self.year, township: &township, reference: &reference })
    }

    /// The record that a stored reference names.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn referred(&self, of: Option<&str>, id: &str) -> Result<RecordMatch> {
        if let Some(found) = locked(&self.found).get(id) {
            return Ok(found.clone());
        }
        self.search.reference(of, id)
    }

    /// Fills in defaults and checks what the kind asks for.
    ///
    /// # Errors
    /// Everything that is lacking or does not fit.
    pub(crate) fn complete(&self, mut cells: Vec<String>) -> Result<Vec<String>> {
        self.fill(&mut cells).map(|()| cells)
    }

    /// The same in place.
    ///
    /// # Errors
    /// Everything that is lacking or does not fit.
    pub(crate) fn fill<'t, V>(&self, cells: &mut [V]) -> Result<()>
    where
        'a: 't,
        V: AsRef<str> + From<&'t str> + From<String>,
    {
        revise::complete(self.kind, &self.concerned, cells, |at, id, name| {
            let Some(of) = self.kind.fields[at].ty.referred_kind() else { return Ok(None) };
            let found = self.referred(Some(of), id)?;
            let kind = self.search.kinds.get(of);
            let field = kind.and_then(|kind| kind.field(name));
            Ok(field.map(|field| found.last().values[field].clone()))
        })
    }

    /// The record whose people this kind's records name, where this kind is a roster.
    ///
    /// # Errors
    /// There is no such record.
    pub(crate) fn rostered(&self, cells: &[impl AsRef<str>]) -> Result<Option<RecordMatch>> {
        for (at, of) in &self.rosters {
            match cells[*at].as_ref() {
                "" => {}
                id => return self.referred(Some(of), id).map(Some),
            }
        }
        Ok(None)
    }

    /// The field that says for which township a person on a roster counts.
    fn credited(&self) -> Option<&Field> {
        let mut rosters = self.rosters.iter().filter_map(|(_, of)| self.search.kinds.get(of)?.roster.as_ref());
        let named = rosters.find_map(|roster| roster.credit.as_deref())?;
        self.kind.fields.iter().find(|field| field.name == named)
    }

    /// Whether a field names the record with which this kind's records stand.
    pub(crate) fn names_rostered(&self, field: FieldNo) -> bool {
        self.rosters.iter().any(|(at, _)| *at == field)
    }

    /// Checks a record against its day, its township and its roster; the faults may be warnings only.
    ///
    /// # Errors
    /// A roster's record cannot be read.
    pub(crate) fn fits(&self, township: TownshipNo, cells: &[impl AsRef<str>]) -> Result<Vec<Fault>> {
        let mut faults = self.not_yet(cells);
        let Some(date) = date_of(cells) else { return Ok(faults) };
        faults.extend(self.worth_saying(date, &self.county().in_order()[township]));
        if let Some(record) = self.rostered(cells)?
            && (record.ledger.township != township || record.ledger.year != date.year())
        {
            let name = &self.county().in_order()[record.ledger.township].name;
            let year = record.ledger.year;
            let what = text!(
                "学员要登记在办班单位名下（{name}，{year} 年）",
                "a roster entry belongs to the township and year of its record ({name}, {year})"
            );
            let fault = Fault::usage("misplaced-roster", what);
            faults.push(match self.credited() {
                Some(Field { title, .. }) => fault.hint(text!(
                    "由哪个单位选送，写在“{title}”一栏",
                    "the township that sent the person belongs in the field “{title}”",
                    title
                )),
                None => fault,
            });
        }
        Ok(faults)
    }

    /// Faults of a day or a month that is yet to come, of those that could be read.
    pub(crate) fn not_yet(&self, cells: &[impl AsRef<str>]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let dated = &self.kind.fields[FieldNo::DATE];
        let title = &dated.title;
        let today = self.today;
        if let Some(date) = date_of(cells).filter(|date| *date > today) {
            let what =
                text!("{title} {date} 晚于今天 {today}", "{title} {date} is in the future (today is {today})", title);
            let hint = Text::new("尚未发生的事不能登记", "only what has already happened can be recorded");
            faults.push(Fault::usage("future-date", what).of_field(&dated.name).hint(hint));
        }
        for &at in &self.months {
            if let Some(month) = Month::from_iso(cells[at].as_ref().as_bytes())
                && month > today.month()
            {
                let field = &self.kind.fields[at];
                let title = &field.title;
                let what = text!(
                    "{title} {month} 还没有开始（今天 {today}）",
                    "{title} {month} has not begun yet (today is {today})",
                    title
                );
                let hint = text!("请核对月份", "check the month");
                faults.push(Fault::usage("future-date", what).of_field(&field.name).hint(hint));
            }
        }
        faults
    }

    /// Warnings of a day for which there is no plan, or on which a township does not report.
    pub(crate) fn worth_saying(&self, date: Day, township: &Township) -> Vec<Fault> {
        let mut faults = Vec::new();
        let year = date.year();
        // What stands for years is often older than the first plan.
        if self.kind.end.is_none() && !self.county().plan_years().contains(&year) {
            let what = text!("{date}：没有 {year} 年的实施方案", "{date}: no plan for {year}");
            faults.push(Fault::warning("missing-plan", what).hint(text!("请核对年份", "is the year right?")));
        }
        if !township.active_on(date) {
            let name = &township.name;
            let what = text!("{date} 不在{name}的起止日期之内", "{date} is outside the reporting period of {name}");
            faults.push(
                Fault::warning("inactive-township", what)
                    .hint(text!("用 culture township list 查看", "see culture township list")),
            );
        }
        faults
    }

    /// A live record of the township with the same natural key, other than `but`: in the year's ledger if the key
    /// holds the date, else in all years.
    ///
    /// # Errors
    /// Whatever is wrong with a ledger.
    pub(crate) fn twin(&self, township: TownshipNo, cells: &[String], but: Option<Id>) -> Result<Option<Revision>> {
        let year = cells.first().and_then(|cell| Day::from_iso(cell.as_bytes())).map(Day::year);
        let dated = self.kind.key.contains(&FieldNo::DATE);
        let ledgers = self.county().ledgers_of(township, self.kind, year.filter(|_| dated))?;
        let same = |row: &Revision| Some(row.id) != but && revise::same_key(self.kind, &row.values, cells);
        let needles = needles(self.kind, cells);
        let mut met = HashSet::new();
        for (at, row) in self
            .search
            .in_parts(&ledgers, |source| Ok(rows_holding(source, &needles)?.into_iter().filter(same).collect()))?
        {
            if !met.insert((at, row.id)) {
                continue;
            }
            let ledger = std::slice::from_ref(&ledgers[at]);
            let id = row.id.to_string();
            let rows = self.search.in_parts(ledger, |source| revisions_of(source, &id))?;
            let history: Vec<Revision> = rows.into_iter().map(|(_, row)| row).collect();
            // On whichever days it is called so, it is there.
            let stands = |row: &Revision| row.state == RecordState::Live && same(row);
            let timeline = revise::timeline(&history);
            if timeline.is_some_and(|timeline| timeline.segments().any(|(_, row)| stands(row))) {
                return Ok(history.into_iter().next_back());
            }
        }
        Ok(None)
    }

    /// The fault of entering a record that is there already.
    #[must_use]
    pub(crate) fn already(&self, twin: &Revision) -> Fault {
        let id = twin.id;
        let title = &self.kind.title;
        let label = twin.display_label(self.kind);
        // Some kinds are called by their date already.
        let date = twin.values.first().filter(|date| !label.zh.starts_with(date.as_str()));
        let date = date.map_or_else(String::new, |date| format!("{date} "));
        Fault::usage(
            "duplicate-record",
            text!(
                "已有同样的{title}：{id}（{date}{label}）",
                "an identical {title} record already exists: {id} ({date}{label})",
                title,
                label
            ),
        )
        .hint(text!(
            "查看：culture show {id}；确为另一条，加 --again",
            "see culture show {id}; if this is a different one, add --again"
        ))
    }
}

fn date_of(cells: &[impl AsRef<str>]) -> Option<Day> {
    Day::from_iso(cells.first()?.as_ref().as_bytes())
}

/// The values of the key that are written into a ledger as they are.
fn needles<'c>(kind: &Kind, cells: &'c [String]) -> RowNeedles<'c> {
    let mut needles = RowNeedles::default();
    for &at in &kind.key {
        let cell = cells[at].as_str();
        if cell.is_empty() || cell.contains(['"', ',']) {
            continue;
        }
        let of_words = kind.fields[at].ty == FieldType::Text;
        if of_words { needles.words.push(cell) } else { needles.stored.push(cell) }
    }
    needles
}
