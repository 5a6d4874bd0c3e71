//! What a record was on some days, beside what it was before them: what is wrong is told once, of the days on which it
//! began, and a change must be one that can have been written.

use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::ledger::{IdMap, Row, Validity};
use crate::schema::kind::{EFFECTIVE, FieldNo, Kind, Violation};
use crate::schema::record::{RecordState, Revision};

/// Of each record that changed, the segment of its timeline that was met last: a ledger has them in the order of the days.
#[derive(Debug, Default)]
pub(super) struct Segments(IdMap<Revision>);

impl Segments {
    /// What the record was before the days on which a row holds; none where it was nothing else.
    pub(super) fn before(&mut self, row: &Row<'_>, days: Validity) -> Option<Revision> {
        if days == Validity::ALWAYS { None } else { self.0.insert(row.id, row.revision()) }
    }
}

/// A row that holds on some days.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub(super) kind: &'a Kind,
    pub(super) row: &'a Row<'a>,
    pub(super) days: Validity,
    /// What the record was before those days; none of a record that did not change.
    pub(super) before: Option<&'a Revision>,
}

impl Segment<'_> {
    /// Whether a field holds something else than before those days.
    pub(super) fn is_new(&self, field: FieldNo) -> bool {
        self.before.is_none_or(|before| before.values[field].as_bytes() != self.row.cell(field))
    }

    /// Whether what is wrong with a field was not so before those days.
    pub(super) fn is_new_violation(&self, field: FieldNo, found: Violation) -> bool {
        let before = |before: &Revision| self.kind.violation(field, |at| before.values[at].as_bytes());
        self.is_new(field) || self.before.and_then(before) != Some(found)
    }

    /// Which days are meant, as `edit` is told; nothing where it is all of them.
    pub(super) fn on(&self) -> String {
        if self.days == Validity::ALWAYS { String::new() } else { format!("--on {} ", self.first_day()) }
    }

    /// The first of the days on which the record is there.
    fn first_day(&self) -> Day {
        if self.days.from > Day::MIN { self.days.from } else { self.row.date.min(self.days.until.plus(-1)) }
    }

    /// What no command would have written of a change.
    pub(super) fn check_change(&self, with_doubts: bool, faults: &mut Vec<Fault>) {
        let Some(before) = self.before else { return };
        let found = [self.before_the_record(), self.of_what_is_void(before)];
        faults.extend(found.into_iter().flatten().map(|fault| fault.of_field(EFFECTIVE).at(self.row.place())));
        for field in self.kind.field_nos().filter(|at| self.is_identity(*at) && self.is_new(*at)) {
            faults.push(self.another_thing(field, before));
        }
        if with_doubts {
            let found = [self.ahead_of_entry(), self.end_of_another_day()];
            faults.extend(found.into_iter().flatten());
        }
    }

    /// Whether records are told from each other by a field: then it does not change.
    fn is_identity(&self, field: FieldNo) -> bool {
        field == FieldNo::DATE || self.kind.key.contains(&field)
    }

    fn before_the_record(&self) -> Option<Fault> {
        let id = self.row.id;
        let from = self.days.from;
        let date = self.row.date;
        let what = text!(
            "记录 {id} 自 {from} 起的变动早于它自己的日期 {date}",
            "record {id} changes on {from}, before its own date, {date}"
        );
        let hint = text!(
            "改变动日期：culture change {id} --on {from} --moved … --reason 事由；取消变动：culture change {id} --on {from} \
             --drop --reason 事由",
            "to move the change: culture change {id} --on {from} --moved … --reason …; to drop it: culture change {id} --on \
             {from} --drop --reason …"
        );
        (from < date).then(|| Fault::new("change-before-record", what).hint(hint))
    }

    fn of_what_is_void(&self, before: &Revision) -> Option<Fault> {
        let id = self.row.id;
        let from = self.days.from;
        let what = text!(
            "记录 {id} 自 {from} 起变动，此前却是作废的",
            "record {id} changes on {from}, though it is void until then"
        );
        let hint = text!(
            "没有命令会这样写：请从备份恢复，或作废整条记录：culture void {id} --reason 事由",
            "no command writes this: restore a backup, or void all of the record: culture void {id} --reason …"
        );
        (before.state == RecordState::Void).then(|| Fault::new("void-record", what).hint(hint))
    }

    /// That a field changes by which one thing is told from another.
    fn another_thing(&self, at: FieldNo, before: &Revision) -> Fault {
        let field = &self.kind.fields[at];
        let id = self.row.id;
        let from = self.days.from;
        let title = &field.title;
        let was = &before.values[at];
        let is = String::from_utf8_lossy(self.row.cell(at));
        let what = text!(
            "记录 {id} 的“{title}”自 {from} 起由“{was}”变为“{is}”：那是另一个对象",
            "“{title}” of record {id} changes on {from}, from “{was}” to “{is}”: that is another thing",
            title
        );
        let on = self.on();
        let option = field.name.replace('_', "-");
        let hint = text!(
            "写错的，更正：culture edit {id} {on}--{option} … --reason 事由；确是另一个，取消变动后另行登记：culture change {id} --on {from} --drop \
             --reason 事由",
            "if it is a mistake: culture edit {id} {on}--{option} … --reason …; if it is another thing, drop the change and add that: culture \
             change {id} --on {from} --drop --reason …"
        );
        Fault::new("not-changeable", what).of_field(&field.name).at(self.row.place_of(at)).hint(hint)
    }

    fn ahead_of_entry(&self) -> Option<Fault> {
        let id = self.row.id;
        let from = self.days.from;
        let entered = self.row.entered_at.day();
        let what = text!(
            "记录 {id} 自 {from} 起的变动，{entered} 就登记了",
            "record {id} changes on {from}, but that was entered before, on {entered}"
        );
        let hint = text!(
            "日期写错的，改变动日期：culture change {id} --on {from} --moved … --reason 事由",
            "if the day is wrong, move the change: culture change {id} --on {from} --moved … --reason …"
        );
        let fault = Fault::warning("future-date", what).of_field(EFFECTIVE);
        (from > entered).then(|| fault.at(self.row.place()).hint(hint))
    }

    /// That a record is said to have ended on another day than that on which it is said.
    fn end_of_another_day(&self) -> Option<Fault> {
        let at = self.kind.end?;
        let end = Day::from_iso(self.row.cell(at)).filter(|end| *end != self.days.from && self.is_new(at))?;
        let field = &self.kind.fields[at];
        let id = self.row.id;
        let from = self.days.from;
        let title = &field.title;
        let what = text!(
            "记录 {id} 自 {from} 起的变动，“{title}”却写 {end}",
            "record {id} changes on {from}, but “{title}” says {end}",
            title
        );
        let hint = text!(
            "两个日期应是同一天。改变动日期：culture change {id} --on {from} --moved {end} --reason 事由",
            "both should be one day. To move the change: culture change {id} --on {from} --moved {end} --reason …"
        );
        Some(Fault::warning("end-on-another-day", what).of_field(&field.name).at(self.row.place_of(at)).hint(hint))
    }
}
