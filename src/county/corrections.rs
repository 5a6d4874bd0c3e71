//! A record is corrected, moved or voided: its next revision.

use super::draft::ChangeDraft;
use super::entry::EntryReader;
use super::fields::{FieldValues, given, pasted, typed};
use super::search::{Labels, RecordMatch, Search};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::changes::FieldRun;
use crate::ledger::revise::{self, RecordVersion};
use crate::ledger::{Timeline, Validity};
use crate::report::records::{difference_by_day, words as said_value};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::parse::plain_text;
use crate::schema::record::RecordState;
use crate::schema::township::TownshipNo;

/// What is to be corrected, as typed.
#[derive(Clone, Debug)]
pub(crate) struct CorrectionAsked {
    /// The beginning of the record's id.
    pub id: String,
    /// `FIELD=VALUE`.
    pub words: Vec<String>,
    /// The fields that have options of their own.
    pub fields: FieldValues,
    /// The township to which it goes; none: it stays.
    pub township: Option<String>,
    /// Why.
    pub reason: String,
    /// A day of the segment that is meant, where the record changed in time.
    pub on: Option<String>,
    /// It is corrected even if such a record is there.
    pub again: bool,
    /// It may be void, and is restored.
    pub restore: bool,
}

/// A reason, without which nothing is corrected.
///
/// # Errors
/// There is none.
pub(super) fn stated_reason(text: &str) -> Result<String> {
    let reason = plain_text(text)?;
    if reason.is_empty() {
        return Fault::usage("missing-reason", text!("没有写明事由", "no reason given"))
            .hint(text!("加上 --reason 事由", "add --reason REASON"))
            .fail();
    }
    Ok(reason)
}

/// Drafts a correction; a record that goes to another township or year is voided where it is and entered anew there. Says
/// what has changed, line by line, and what is worth saying.
///
/// # Errors
/// There is no such record, or it is void; what was typed does not fit it, or changes nothing; of a record that changed in
/// time it is not clear which days are meant.
pub(crate) fn correct_record(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    asked: &CorrectionAsked,
) -> Result<(Vec<Text>, Vec<Fault>)> {
    let reason = stated_reason(&asked.reason)?;
    let search = view.search()?;
    let found = search.by_id(&asked.id)?;
    let kind = search.kind(&found.ledger)?;
    let given = given(kind, &asked.words, &asked.fields)?;
    let correction = Correction {
        reader: EntryReader::new(&search, kind, view.today),
        found: &found,
        was: found.timeline(),
        given: &given,
        asked,
    };
    let CorrectedRecord { township, timeline, warnings } = correction.read()?;
    let year = timeline.last().date().map_or(found.ledger.year, Day::year);
    if township != found.ledger.township || year != found.ledger.year {
        return Ok((vec![move_record(&search, draft, &found, &timeline, township, &reason)?], warnings));
    }
    let was = revise::versions(&found.history).expect("a record that was found has a revision");
    let rows = revise::restate(found.last(), &was, &timeline, &reason, &draft.stamp);
    for row in &rows {
        draft.row(view.county, kind, township, year, row);
    }
    let labels = Labels::new(&search);
    let id = found.last().id;
    let changed = difference_by_day(kind, &found.history, &rows, &|field, value| labels.of(field, value));
    let mut lines = vec![text!("已更正 {id}：{changed}", "corrected {id}: {changed}", changed)];
    lines.extend(correction.note_of_beginning(&timeline, draft.stamp.batch));
    Ok((lines, warnings))
}

/// What is to be corrected of a record, as far as it was read.
struct Correction<'c> {
    reader: EntryReader<'c>,
    found: &'c RecordMatch,
    /// What it is, or was before it was voided.
    was: Timeline<RecordVersion>,
    given: &'c [(FieldNo, &'c str)],
    asked: &'c CorrectionAsked,
}

/// A record's new township and timeline, and what is worth saying of it.
struct CorrectedRecord {
    township: TownshipNo,
    timeline: Timeline<RecordVersion>,
    warnings: Vec<Fault>,
}

impl Correction<'_> {
    fn read(&self) -> Result<CorrectedRecord> {
        let last = self.found.last();
        let restored = last.state == RecordState::Void;
        if restored && !self.asked.restore {
            let id = last.id;
            let reason = &last.reason;
            return Fault::usage(
                "void-record",
                text!("{id} 已经作废，不能更正（{reason}）", "{id} is void and cannot be corrected ({reason})"),
            )
            .hint(text!("确要恢复它，加 --restore", "to restore it, add --restore"))
            .fail();
        }
        let county = self.reader.search.county;
        let township = match &self.asked.township {
            Some(word) => county.township_named(word)?,
            None => self.found.ledger.township,
        };
        let on = self.asked.on.as_ref().map(|text| self.day(text)).transpose()?;
        let read = self.reader.read(&self.was.last().values, self.given);
        let mut faults = read.faults;
        if faults.iter().any(|fault| fault.level == Level::Error) {
            return Err(Faults(faults));
        }
        let timeline = self.corrected(on, &read.cells)?;
        if self.was.first_difference(&timeline).is_none() && township == self.found.ledger.township && !restored {
            return Fault::usage("nothing-changed", text!("没有任何变动", "nothing to change"))
                .hint(text!("写明要改的字段，如 --audience 260", "give a field to change, e.g. --audience 260"))
                .fail();
        }
        let first = if restored || township != self.found.ledger.township { Some(Day::MIN) } else { None };
        let first = first.or_else(|| self.was.first_difference(&timeline)).unwrap_or(Day::MIN);
        faults.extend(check_segments(&self.reader, last.id, &timeline, first, |version| {
            self.reader.fits(township, &version.values)
        })?);
        check_changes_are_later(self.reader.kind, self.found.last().id, &timeline)?;
        if !self.asked.again
            && let Some(twin) = self.reader.twin(township, &timeline.last().values, Some(last.id))?
        {
            faults.push(self.reader.already(&twin));
        }
        let warnings = Faults::unless(faults.clone(), || faults)?;
        Ok(CorrectedRecord { township, timeline, warnings })
    }

    /// The record's own day: what holds before does not matter.
    fn date(&self) -> Day {
        self.was.last().date().unwrap_or(Day::MIN)
    }

    /// The day that names a segment.
    fn day(&self, text: &str) -> Result<Day> {
        let kind = self.reader.kind;
        let day = self.reader.search.county.parse_day(text, self.reader.today)?;
        let id = self.found.last().id;
        let date = self.date();
        if !kind.lasting {
            let title = &kind.title;
            return Fault::usage(
                "not-lasting",
                text!("{title}是一次性的事，不分时段", "a {title} record does not change in time", title),
            )
            .hint(text!("去掉 --on", "leave out --on"))
            .fail();
        }
        if day > self.reader.today {
            return future_day(day, self.reader.today).fail();
        }
        if day < date {
            let title = &kind.fields[FieldNo::DATE].title;
            return Fault::usage(
                "change-before-record",
                text!("{day} 早于这条记录的“{title}”{date}", "{day} is before the record's “{title}”, {date}", title),
            )
            .hint(text!(
                "各段的日期见 culture show {id} --history",
                "for what holds from which day, see culture show {id} --history"
            ))
            .fail();
        }
        Ok(day)
    }

    /// The timeline with what was typed for its fields: each on the days of the segment that is meant.
    fn corrected(&self, on: Option<Day>, cells: &[String]) -> Result<Timeline<RecordVersion>> {
        let kind = self.reader.kind;
        let mut timeline = self.was.clone();
        let mut unclear = Vec::new();
        let mut faults = Vec::new();
        for (field, _) in self.given {
            let value = &cells[*field];
            let runs = self.runs(*field);
            let is_fixed = *field == FieldNo::DATE || kind.key.contains(field);
            let run = match (on, runs.as_slice()) {
                (_, [_] | []) => Validity::ALWAYS,
                _ if is_fixed => Validity::ALWAYS,
                (None, _) => {
                    unclear.push(*field);
                    continue;
                }
                (Some(day), runs) => {
                    runs.iter().find(|run| run.days.contains(day)).map_or(Validity::ALWAYS, |run| run.days)
                }
            };
            if Some(*field) == kind.end && run.from > Day::MIN && !value.is_empty() && *value != run.from.to_string() {
                faults.push(self.end_moved(*field, run.from, value));
            }
            timeline.set_field(*field, run, value);
        }
        if !unclear.is_empty() {
            faults.push(self.which(&unclear));
        }
        Faults::unless(faults, || timeline)
    }

    /// What a field holds on the days on which the record is there.
    fn runs(&self, field: FieldNo) -> Vec<FieldRun<'_>> {
        let date = self.date();
        let mut runs = self.was.field_runs(field);
        runs.retain(|run| run.days.until > date);
        if let Some(first) = runs.first_mut() {
            first.days.from = Day::MIN;
        }
        runs
    }

    /// What ended on the day of a change did not end on another without that change being on another day.
    fn end_moved(&self, field: FieldNo, day: Day, value: &str) -> Fault {
        let id = self.found.last().id;
        let title = &self.reader.kind.fields[field].title;
        let what = text!(
            "“{title}”是 {day} 的变动，不能写成 {value}",
            "“{title}” was set by the change on {day} and cannot become {value}",
            title
        );
        Fault::usage("end-on-another-day", what).of_field(&self.reader.kind.fields[field].name).hint(text!(
            "变动的日期不对，就改日期：culture change {id} --on {day} --moved {value} --reason 事由",
            "if the day of the change is wrong, move it: culture change {id} --on {day} --moved {value} --reason REASON"
        ))
    }

    /// That it is not clear which days are meant, with a command for each segment.
    fn which(&self, fields: &[FieldNo]) -> Fault {
        let kind = self.reader.kind;
        let id = self.found.last().id;
        let labels = Labels::new(self.reader.search);
        let words = typed(kind, self.given);
        let reason = pasted(&self.asked.reason);
        let township = self.asked.township.as_ref().map(|word| format!(" --township {}", pasted(word)));
        let flags = [(self.asked.again, " --again"), (self.asked.restore, " --restore")];
        let flags = flags.into_iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag);
        let rest: String = township.iter().map(String::as_str).chain(flags).collect();
        let mut ways: Vec<Text> = Vec::new();
        let mut days: Vec<Day> = fields.iter().flat_map(|at| self.runs(*at)).map(|run| run.days.from).collect();
        days.sort();
        days.dedup();
        for from in days {
            let day = from.max(self.date());
            let held = fields.iter().map(|at| {
                let field = &kind.fields[*at];
                let title = &field.title;
                let value = said_value(field, &self.was.on(day).values[*at], &|field, value| labels.of(field, value));
                text!("{title} {value}", "{title} {value}", title, value)
            });
            let held = Text::list(&held.collect::<Vec<_>>());
            ways.push(text!(
                "自 {day} 起的（{held}）：culture edit {id} --on {day} {words} --reason {reason}{rest}",
                "from {day} ({held}): culture edit {id} --on {day} {words} --reason {reason}{rest}",
                held
            ));
        }
        let titles: Vec<Text> = fields.iter().map(|at| kind.fields[*at].title.clone()).collect();
        let titles = Text::list(&titles);
        let what = text!(
            "“{titles}”有过变动，没有写明更正哪一段",
            "“{titles}” has changed in time: which part is to be corrected?",
            titles
        );
        let ways = Text::clauses(&ways);
        Fault::usage("changed-in-time", what).of_field(&kind.fields[fields[0]].name).hint(text!(
            "用 --on 写明：{ways}",
            "say it with --on: {ways}",
            ways
        ))
    }

    /// That what changes in time was corrected from the record's beginning, and how a change is written down instead.
    fn note_of_beginning(&self, timeline: &Timeline<RecordVersion>, batch: Id) -> Option<Text> {
        let kind = self.reader.kind;
        let is_fixed = |at: &FieldNo| *at == FieldNo::DATE || kind.key.contains(at);
        let always = |at: &FieldNo| {
            let differs = timeline.last().values[*at] != self.was.last().values[*at];
            differs && !is_fixed(at) && Some(*at) != kind.end && timeline.field_run(*at, Day::MAX) == Validity::ALWAYS
        };
        let given: Vec<(FieldNo, &str)> = self.given.iter().copied().filter(|(at, _)| always(at)).collect();
        if given.is_empty() || !kind.lasting {
            return None;
        }
        let date = timeline.last().date()?;
        let id = self.found.last().id;
        let words = typed(kind, &given);
        Some(text!(
            "更正自 {date} 起算。要是后来才变的，先撤销，再登记变动：culture undo {batch}；culture change {id} --on 日期 {words}",
            "a correction holds from {date} on; if it changed later, undo this and record the change: culture undo {batch}; \
             culture change {id} --on DATE {words}"
        ))
    }
}

/// That all changes of a record come after its date.
///
/// # Errors
/// The record would begin after a day on which it changes.
pub(super) fn check_changes_are_later(kind: &Kind, id: Id, timeline: &Timeline<RecordVersion>) -> Result<()> {
    let Some(date) = timeline.last().date() else { return Ok(()) };
    let mut early = timeline.days_of_change().filter(|day| *day < date && !timeline.changed_on(*day).is_empty());
    let Some(day) = early.next() else { return Ok(()) };
    let title = &kind.fields[FieldNo::DATE].title;
    let what = text!(
        "“{title}”{date} 晚于已登记的变动 {day}",
        "“{title}” ({date}) is after a change that is recorded, of {day}",
        title
    );
    let can_move = timeline.changed_on(day).iter().all(|at| timeline.room_of_change(*at, day).contains(date));
    let step = if can_move { format!("--moved {date}") } else { "--drop".to_owned() };
    Fault::usage("change-before-record", what)
        .of_field(&kind.fields[FieldNo::DATE].name)
        .hint(text!(
            "先更正那次变动：culture change {id} --on {day} {step} --reason 事由",
            "correct that change first: culture change {id} --on {day} {step} --reason REASON"
        ))
        .fail()
}

/// That a day is yet to come.
pub(super) fn future_day(day: Day, today: Day) -> Fault {
    Fault::usage("future-date", text!("{day} 晚于今天 {today}", "{day} is in the future (today is {today})"))
        .hint(Text::new("尚未发生的事不能登记", "only what has already happened can be recorded"))
}

/// Checks what is to be written of a record, segment by segment from one on; gives what is worth saying.
///
/// # Errors
/// Everything that does not fit the kind, with the day from which it does not; what `check` says.
pub(super) fn check_segments(
    reader: &EntryReader<'_>,
    id: Id,
    timeline: &Timeline<RecordVersion>,
    first: Day,
    check: impl Fn(&RecordVersion) -> Result<Vec<Fault>>,
) -> Result<Vec<Fault>> {
    let mut faults: Vec<Fault> = Vec::new();
    for (from, version) in timeline.from_day(first) {
        let lacking = revise::check(reader.kind, &version.values).err();
        let mut found = lacking.map_or_else(Vec::new, |Faults(found)| found);
        if found.is_empty() {
            found = check(version)?;
        }
        found.retain(|fault| faults.iter().all(|known| (known.code, &known.field) != (fault.code, &fault.field)));
        faults.extend(
            found.into_iter().map(|fault| if from > first { fault_from_a_day(fault, id, from) } else { fault }),
        );
    }
    Faults::unless(faults.clone(), || faults)
}

fn fault_from_a_day(fault: Fault, id: Id, from: Day) -> Fault {
    let what = &fault.what;
    let what = text!("自 {from} 起，{what}", "from {from}: {what}", what);
    let Some(name) = fault.field.clone() else { return Fault { what, ..fault } };
    Fault { what, ..fault }.hint(text!(
        "先更正那天起的内容：culture edit {id} --on {from} {name}=… --reason 事由",
        "correct what holds from that day first: culture edit {id} --on {from} {name}=… --reason REASON"
    ))
}

/// Voids a record where it is and enters it where it belongs, with all its changes, each reason naming the other.
fn move_record(
    search: &Search<'_>,
    draft: &mut ChangeDraft,
    found: &RecordMatch,
    timeline: &Timeline<RecordVersion>,
    township: TownshipNo,
    reason: &str,
) -> Result<Text> {
    let county = search.county;
    let kind = search.kind(&found.ledger)?;
    let last = found.last();
    let id = last.id;
    let referring = search.referring(id)?;
    if !referring.is_empty() {
        let all: Vec<Text> = referring.iter().take(6).map(|found| search.description(found)).collect();
        let count = referring.len();
        let them = Text::list(&all);
        return Fault::usage(
            "referred-record",
            text!(
                "不能移走 {id}：有 {count} 条记录引用它",
                "cannot move {id}: {count} to it",
                count = Text::count(count, "record refers", "records refer")
            ),
        )
        .hint(text!("先移动或更正这些记录：{them}", "move or correct these first: {them}", them))
        .fail();
    }
    let new = Id::random();
    let void = draft.stamp.next(last, RecordState::Void, last.values.clone(), &format!("{reason} -> {new}"));
    let year = timeline.last().date().map_or(found.ledger.year, Day::year);
    draft.row(county, kind, found.ledger.township, found.ledger.year, &void);
    for row in revise::entry(new, timeline, &format!("{reason} <- {id}"), &draft.stamp) {
        draft.row(county, kind, township, year, &row);
    }
    let name = &county.in_order()[township].name;
    Ok(text!("{id} 已作废，另以 {new} 登记到{name} {year} 年", "voided {id} and added it as {new} in {name}, {year}"))
}

/// Drafts that the record whose id begins so is void; says which, and what is worth saying.
///
/// # Errors
/// There is no such record, it is void already, or no reason is given.
pub(crate) fn void_record(
    view: &View<'_>,
    draft: &mut ChangeDraft,
    id: &str,
    reason: &str,
) -> Result<(Text, Vec<Fault>)> {
    let reason = stated_reason(reason)?;
    let search = view.search()?;
    let found = search.by_id(id)?;
    let last = found.last();
    let kind = search.kind(&found.ledger)?;
    let id = last.id;
    if last.state == RecordState::Void {
        return Fault::usage("void-record", text!("{id} 已经作废", "{id} is already void"))
            .hint(text!("查看：culture show {id} --history", "see culture show {id} --history"))
            .fail();
    }
    let next = draft.stamp.next(last, RecordState::Void, last.values.clone(), &reason);
    draft.row(view.county, kind, found.ledger.township, found.ledger.year, &next);
    let words = search.description(&found);
    let title = &kind.title;
    Ok((text!("已作废{title} {words}", "voided {title} {words}", title, words), orphans(&search, id)?))
}

/// A warning where live records refer to one that is voided.
fn orphans(search: &Search<'_>, id: Id) -> Result<Vec<Fault>> {
    let referring = search.referring(id)?;
    if referring.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<Text> = referring.iter().take(6).map(|found| search.description(found)).collect();
    let count = referring.len();
    let list = Text::list(&all);
    let what = text!(
        "仍有 {count} 条记录引用 {id}",
        "{count} to {id}",
        count = Text::count(count, "record still refers", "records still refer")
    );
    Ok(vec![Fault::warning("referred-record", what).hint(text!("请核对：{list}", "check them: {list}", list))])
}
