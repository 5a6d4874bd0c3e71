//! A record that lasts changes from a day on (变动); a change is moved to the day on which it really was, or taken back.
//! That something was never so is said in `corrections`.

use super::corrections::{check_segments, future_day, stated_reason};
use super::draft::ChangeDraft;
use super::entry::EntryReader;
use super::fields::{FieldValues, given, typed};
use super::search::{Labels, RecordMatch, Search};
use super::view::View;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Level, Result};
use crate::base::id::Id;
use crate::base::text::Text;
use crate::ledger::Timeline;
use crate::ledger::revise::{self, RecordVersion};
use crate::report::records::{difference_by_day, field_difference};
use crate::schema::kind::{EFFECTIVE, FieldNo, Kind};
use crate::schema::parse::plain_text;
use crate::schema::record::RecordState;

/// What is to be said of a record's changes, as typed.
#[derive(Clone, Debug)]
pub(crate) struct ChangeAsked {
    /// The beginning of the record's id.
    pub id: String,
    /// The day of the change.
    pub on: String,
    /// What is to be done with it.
    pub step: ChangeStep,
    /// `FIELD=VALUE`.
    pub words: Vec<String>,
    /// The fields that have options of their own.
    pub fields: FieldValues,
    /// Why.
    pub reason: Option<String>,
}

/// What is done with a change.
#[derive(Clone, Debug)]
pub(crate) enum ChangeStep {
    /// It is written down.
    Record,
    /// It was on that day.
    Move(String),
    /// There was none.
    Drop,
}

/// Drafts a change, or that one is moved or taken back. Says what has changed, and what is worth saying.
///
/// # Errors
/// There is no such record, it is void or of a kind that does not last; what was typed does not fit it, or changes nothing.
pub(crate) fn change_record(view: &View<'_>, draft: &mut ChangeDraft, asked: &ChangeAsked) -> Result<RecordedChange> {
    let search = view.search()?;
    let found = search.by_id(&asked.id)?;
    let kind = search.kind(&found.ledger)?;
    let given = given(kind, &asked.words, &asked.fields)?;
    let record = ChangingRecord::new(&search, kind, &found, view.today, &given)?;
    let on = view.county.parse_day(&asked.on, view.today)?;
    let labels = Labels::new(&search);
    let NewTimeline { timeline, mut warnings } = match &asked.step {
        ChangeStep::Record => record.changed(on, &given)?,
        ChangeStep::Move(to) => record.moved(on, view.county.parse_day(to, view.today)?, &given)?,
        ChangeStep::Drop => record.dropped(on, &given)?,
    };
    let reason = match (&asked.step, &asked.reason) {
        (ChangeStep::Record, reason) => plain_text(reason.as_deref().unwrap_or_default())?,
        (ChangeStep::Move(_) | ChangeStep::Drop, reason) => stated_reason(reason.as_deref().unwrap_or_default())?,
    };
    warnings.extend(record.check(&timeline)?);
    let rows = revise::restate(found.last(), &record.was, &timeline, &reason, &draft.stamp);
    for row in &rows {
        draft.row(view.county, kind, found.ledger.township, found.ledger.year, row);
    }
    let id = record.id;
    let what = difference_by_day(kind, &found.history, &rows, &|field, value| labels.of(field, value));
    let trial = text!("{id} 将变动：{what}", "would change {id}: {what}", what);
    let said = match &asked.step {
        ChangeStep::Record => text!("已登记变动 {id}：{what}", "changed {id}: {what}", what),
        ChangeStep::Move(_) => {
            text!("{id} 在 {on} 的变动已改日期：{what}", "moved the change of {id} on {on}: {what}", what)
        }
        ChangeStep::Drop => {
            text!("{id} 在 {on} 的变动已取消：{what}", "took back the change of {id} on {on}: {what}", what)
        }
    };
    Ok(RecordedChange { said, trial, warnings })
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct RecordedChange {
    /// What was done.
    pub said: Text,
    /// What would be done, where it is only tried.
    pub trial: Text,
    /// What is worth saying besides.
    pub warnings: Vec<Fault>,
}

/// What a record's timeline is to be, and what is worth saying of it.
pub(super) struct NewTimeline {
    pub(super) timeline: Timeline<RecordVersion>,
    warnings: Vec<Fault>,
}

/// A record that may change.
pub(super) struct ChangingRecord<'a> {
    id: Id,
    kind: &'a Kind,
    reader: EntryReader<'a>,
    found: &'a RecordMatch,
    pub(super) was: Timeline<RecordVersion>,
}

/// That records of a kind do not change in time, or cannot where the county's own field stands in the way.
fn not_lasting(kind: &Kind, id: Id, given: &[(FieldNo, &str)]) -> Fault {
    let title = &kind.title;
    let words = if given.is_empty() { "…".to_owned() } else { typed(kind, given) };
    let fault = match &kind.kept_from_lasting {
        Some(place) => Fault::usage(
            "not-lasting",
            text!(
                "字段 {EFFECTIVE} 与记变动日期的一列同名，{title}因此不能登记变动",
                "the field “{EFFECTIVE}” has the name of the column for changes, so a {title} record cannot change in time",
                title
            ),
        )
        .of_field(EFFECTIVE)
        .at(place.clone()),
        None => Fault::usage(
            "not-lasting",
            text!("{title}是一次性的事，没有变动", "a {title} record does not change in time", title),
        ),
    };
    fault.hint(text!(
        "登记有误的，用更正：culture edit {id} {words} --reason 事由",
        "if it was recorded wrongly, correct it: culture edit {id} {words} --reason REASON"
    ))
}

impl<'a> ChangingRecord<'a> {
    /// # Errors
    /// It is void, or does not last.
    pub(super) fn new(
        search: &'a Search<'a>,
        kind: &'a Kind,
        found: &'a RecordMatch,
        today: Day,
        given: &[(FieldNo, &str)],
    ) -> Result<ChangingRecord<'a>> {
        let id = found.last().id;
        if !kind.lasting {
            return not_lasting(kind, id, given).fail();
        }
        if found.last().state == RecordState::Void {
            return Fault::usage("void-record", text!("{id} 已经作废，不会再变动", "{id} is void and cannot change"))
                .hint(text!(
                    "确要恢复它：culture edit {id} --restore --reason 事由",
                    "to restore it: culture edit {id} --restore --reason REASON"
                ))
                .fail();
        }
        Ok(ChangingRecord { id, kind, reader: EntryReader::new(search, kind, today), found, was: found.timeline() })
    }

    /// # Errors
    /// Something that is to be written does not fit the kind.
    pub(super) fn check(&self, timeline: &Timeline<RecordVersion>) -> Result<Vec<Fault>> {
        let Some(first) = self.was.first_difference(timeline) else { return Ok(Vec::new()) };
        check_segments(&self.reader, self.id, timeline, first, |version| Ok(self.reader.not_yet(&version.values)))
    }

    fn value(&self, field: FieldNo, day: Day) -> &str {
        &self.was.on(day).values[field]
    }

    /// What was typed holds from a day on.
    pub(super) fn changed(&self, day: Day, given: &[(FieldNo, &str)]) -> Result<NewTimeline> {
        let id = self.id;
        if given.is_empty() {
            return Fault::usage("nothing-changed", text!("没有写明变动了什么", "no field to change is given"))
                .hint(text!(
                    "写上 字段=新值；这条记录的各项内容：culture show {id}",
                    "add FIELD=VALUE; to see the record's fields: culture show {id}"
                ))
                .fail();
        }
        self.check_day(day)?;
        let read = self.reader.read(&self.was.on(day).values, given);
        let mut faults = read.faults;
        if faults.iter().all(|fault| fault.level == Level::Warning) {
            faults.extend(given.iter().filter_map(|one| self.refusal(day, *one, &read.cells[one.0])));
        }
        let mut warnings = Faults::unless(faults.clone(), || faults)?;
        warnings
            .extend(self.reader.worth_saying(day, &self.reader.search.county.in_order()[self.found.ledger.township]));
        let mut timeline = self.was.clone();
        for (field, _) in given {
            timeline.change_field(*field, day, &read.cells[*field]);
        }
        if self.was.first_difference(&timeline).is_none() {
            return Fault::usage(
                "nothing-changed",
                text!("没有变动：{day} 那天本来就是这样", "nothing to change: so it was on {day} already"),
            )
            .hint(text!(
                "查看历次变动：culture show {id} --history",
                "to see what changed when: culture show {id} --history"
            ))
            .fail();
        }
        Ok(NewTimeline { timeline, warnings })
    }

    /// # Errors
    /// Nothing can change on that day.
    pub(super) fn check_day(&self, day: Day) -> Result<()> {
        let today = self.reader.today;
        if day > today {
            return future_day(day, today).fail();
        }
        let id = self.id;
        let dated = &self.kind.fields[FieldNo::DATE];
        let title = &dated.title;
        let name = &dated.name;
        match Day::from_iso(self.value(FieldNo::DATE, day).as_bytes()) {
            Some(date) if day < date => Fault::usage(
                "change-before-record",
                text!("{day} 早于这条记录的“{title}”{date}", "{day} is before the record's “{title}”, {date}", title),
            )
            .hint(text!(
                "请核对变动的日期；“{title}”写错了的，先更正：culture edit {id} {name}={day} --reason 事由",
                "check the day of the change; if “{title}” is wrong, correct it first: culture edit {id} {name}={day} \
                 --reason REASON",
                title
            ))
            .fail(),
            Some(_) | None => Ok(()),
        }
    }

    /// Why a field cannot change on a day to what was typed for it, if so.
    fn refusal(&self, day: Day, given: (FieldNo, &str), value: &str) -> Option<Fault> {
        let (field, _) = given;
        let before = self.value(field, day);
        if value == before {
            return None;
        }
        let fault = if field == FieldNo::DATE || self.kind.key.contains(&field) {
            self.not_changeable(given)
        } else if Some(field) == self.kind.end && !value.is_empty() && value != day.to_string() {
            self.end_on_another_day(day, field, value)
        } else if self.was.changed_on(day).contains(&field) {
            self.changed_already(day, given)
        } else {
            return None;
        };
        Some(fault.of_field(&self.kind.fields[field].name))
    }

    fn not_changeable(&self, given: (FieldNo, &str)) -> Fault {
        let id = self.id;
        let title = &self.kind.fields[given.0].title;
        let word = typed(self.kind, &[given]);
        let what = text!(
            "“{title}”是认定这条记录的依据，不随时间变动",
            "“{title}” identifies the record and does not change in time",
            title
        );
        Fault::usage("not-changeable", what).hint(text!(
            "写错了的，用更正：culture edit {id} {word} --reason 事由",
            "if it is wrong, correct it: culture edit {id} {word} --reason REASON"
        ))
    }

    fn end_on_another_day(&self, day: Day, field: FieldNo, value: &str) -> Fault {
        let id = self.id;
        let title = &self.kind.fields[field].title;
        let name = &self.kind.fields[field].name;
        let what = text!(
            "“{title}”{value} 与变动日期 {day} 不是同一天",
            "“{title}” ({value}) is not the day of the change ({day})",
            title
        );
        Fault::usage("end-on-another-day", what).hint(text!(
            "哪天的事，就登记为哪天的变动：culture change {id} --on {value} {name}={value}；重新有效的，留空：{name}=-",
            "record it as a change of its own day: culture change {id} --on {value} {name}={value}; to say that it goes on \
             again, empty it: {name}=-"
        ))
    }

    fn changed_already(&self, day: Day, given: (FieldNo, &str)) -> Fault {
        let id = self.id;
        let (field, _) = given;
        let before = self.value(field, day.plus(-1));
        let change = field_difference(self.kind, field, before, self.value(field, day), &|_, _| None);
        let word = typed(self.kind, &[given]);
        let what = text!("{day} 已登记过变动：{change}", "a change on {day} is already recorded: {change}", change);
        Fault::usage("changed-already", what).hint(text!(
            "写错了的，用更正：culture edit {id} --on {day} {word} --reason 事由",
            "if that is wrong, correct it: culture edit {id} --on {day} {word} --reason REASON"
        ))
    }

    /// What changed on a day did so on another.
    fn moved(&self, day: Day, to: Day, given: &[(FieldNo, &str)]) -> Result<NewTimeline> {
        let fields = self.changed_on(day, given)?;
        self.check_day(to)?;
        let crossed = fields.iter().filter(|field| !self.was.room_of_change(**field, day).contains(to));
        let faults: Vec<Fault> = crossed.map(|field| self.change_in_the_way(*field, day, to)).collect();
        Faults::unless(faults, || ())?;
        let mut timeline = self.was.clone();
        for field in fields {
            // What ended on the day of its change ends on the day to which that is moved.
            if Some(field) == self.kind.end && self.value(field, day) == day.to_string() {
                timeline.change_field(field, day, &to.to_string());
            }
            timeline.move_change(field, day, to);
        }
        if self.was.first_difference(&timeline).is_none() {
            return Fault::usage("nothing-changed", text!("变动本来就在 {day}", "the change is on {day} already"))
                .hint(text!("请核对 --moved 的日期", "check the day after --moved"))
                .fail();
        }
        Ok(NewTimeline { timeline, warnings: Vec::new() })
    }

    fn change_in_the_way(&self, field: FieldNo, day: Day, to: Day) -> Fault {
        let id = self.id;
        let title = &self.kind.fields[field].title;
        let other =
            if to < day { self.was.field_run(field, day.plus(-1)).from } else { self.was.field_run(field, day).until };
        let what = text!(
            "“{title}”在 {other} 另有变动，这次变动不能移到 {to}",
            "“{title}” changes on {other} too, so this change cannot be moved to {to}",
            title
        );
        Fault::usage("change-in-the-way", what).of_field(&self.kind.fields[field].name).hint(text!(
            "先移动或取消 {other} 的变动：culture change {id} --on {other} --drop --reason 事由",
            "move or take back the change on {other} first: culture change {id} --on {other} --drop --reason REASON"
        ))
    }

    /// What changed on a day did not.
    fn dropped(&self, day: Day, given: &[(FieldNo, &str)]) -> Result<NewTimeline> {
        let mut timeline = self.was.clone();
        for field in self.changed_on(day, given)? {
            timeline.drop_change(field, day);
        }
        Ok(NewTimeline { timeline, warnings: Vec::new() })
    }

    /// The fields that changed on a day: those that are moved or taken back.
    ///
    /// # Errors
    /// There are none; values are given besides.
    fn changed_on(&self, day: Day, given: &[(FieldNo, &str)]) -> Result<Vec<FieldNo>> {
        let id = self.id;
        if !given.is_empty() {
            let word = typed(self.kind, given);
            return Fault::usage(
                "wrong-arguments",
                text!("--moved、--drop 不能同时写 {word}", "{word} cannot be combined with --moved or --drop"),
            )
            .hint(text!(
                "那一天变成了什么，要另行更正：culture edit {id} --on {day} {word} --reason 事由",
                "to correct what it changed to: culture edit {id} --on {day} {word} --reason REASON"
            ))
            .fail();
        }
        let fields = self.was.changed_on(day);
        if !fields.is_empty() {
            return Ok(fields);
        }
        let days = self.was.days_of_change().filter(|day| !self.was.changed_on(*day).is_empty());
        let days: Vec<Text> = days.map(|day| Text::same(day.to_string())).collect();
        let days_said = Text::list(&days);
        let fault = Fault::usage("no-change", text!("{id} 在 {day} 没有变动", "{id} did not change on {day}"));
        let hint = if days.is_empty() {
            text!(
                "没有登记过它的变动，查看：culture show {id} --history",
                "no change of it is recorded: see culture show {id} --history"
            )
        } else {
            text!("有变动的日期：{days_said}", "it changed on {days_said}", days_said)
        };
        fault.hint(hint).fail()
    }
}
