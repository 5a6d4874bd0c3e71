//! Changes of records: values in, the next revisions out. Nothing is ever changed in place: a correction, a void and an
//! undo are rows to append. Knows no disk.

use crate::base::day::{Day, Instant};
use crate::base::fault::{Exit, Fault, Faults, Result};
use crate::base::id::Id;
use crate::base::number::Numbered as _;
use crate::base::unseen::look_alike;
use crate::ledger::Timeline;
use crate::schema::kind::{Field, FieldDefault, FieldNo, FieldType, Kind, Requirement, Violation};
use crate::schema::record::{RecordState, Revision};

/// Who writes, when, and in which batch.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// When the rows enter their ledgers.
    pub at: Instant,
    /// Who writes them.
    pub by: String,
    /// The command.
    pub batch: Id,
}

impl Stamp {
    /// The first revision of a record.
    #[must_use]
    pub fn entry(&self, id: Id, values: Vec<String>, reason: &str) -> Revision {
        Revision {
            id,
            rev: 1,
            state: RecordState::Live,
            values,
            effective: None,
            entered_at: self.at,
            entered_by: self.by.clone(),
            reason: reason.to_owned(),
            batch: self.batch,
        }
    }

    /// The revision after `last`.
    #[must_use]
    pub fn next(&self, last: &Revision, state: RecordState, values: Vec<String>, reason: &str) -> Revision {
        Revision { rev: last.rev + 1, state, ..self.entry(last.id, values, reason) }
    }
}

/// Fills in a kind's defaults and says what is still lacking or does not fit together, in the fields [`checked_fields`]. `of_ref` gives the value of a
/// field (by name) of the record that this ref field names.
///
/// # Errors
/// Everything that is lacking, at once.
pub fn complete<'k, V>(
    kind: &'k Kind,
    concerned: &[FieldNo],
    values: &mut [V],
    of_ref: impl Fn(FieldNo, &str, &str) -> Result<Option<String>>,
) -> Result<()>
where
    V: AsRef<str> + From<&'k str> + From<String>,
{
    for &at in concerned {
        let field = &kind.fields[at];
        if !values[at].as_ref().is_empty() {
            continue;
        }
        let default = match &field.default {
            FieldDefault::None => continue,
            FieldDefault::Value(value) => V::from(value.as_str()),
            FieldDefault::Field(other) => V::from(part_of_date(values[*other].as_ref(), &field.ty)),
            FieldDefault::OfRef(reference, name) => match values[*reference].as_ref() {
                "" => continue,
                id => match of_ref(*reference, id, name)? {
                    Some(value) => V::from(value),
                    None => continue,
                },
            },
        };
        values[at] = default;
    }
    check_fields(kind, concerned, values)
}

/// The fields of a kind that may be filled in or lacking, must come after another, or have so many digits. What else a text
/// must not be was asked when it was read.
#[must_use]
pub fn checked_fields(kind: &Kind) -> Vec<FieldNo> {
    kind.field_nos().filter(|at| is_checked(&kind.fields[*at])).collect()
}

fn is_checked(field: &Field) -> bool {
    field.default != FieldDefault::None
        || field.required != Requirement::No
        || field.after.is_some()
        || field.digits.is_some()
}

/// The month or year of a date, where that is what a field holds; else the value itself.
fn part_of_date(value: &str, ty: &FieldType) -> String {
    let Some(day) = Day::from_iso(value.as_bytes()) else { return value.to_owned() };
    if *ty == FieldType::Month {
        day.month().to_string()
    } else if *ty == FieldType::Year {
        day.year().to_string()
    } else {
        value.to_owned()
    }
}

/// Whether a record of a kind may hold these values: nothing required is empty, no date comes before another that
/// it must follow, and no number has lost digits.
///
/// # Errors
/// Everything that is wrong, at once.
pub fn check(kind: &Kind, values: &[impl AsRef<str>]) -> Result<()> {
    check_fields(kind, &checked_fields(kind), values)
}

fn check_fields(kind: &Kind, concerned: &[FieldNo], values: &[impl AsRef<str>]) -> Result<()> {
    let mut faults = Vec::new();
    for &at in concerned {
        let field = &kind.fields[at];
        let title = &field.title;
        let fault = match kind.violation(at, |at| values[at].as_ref().as_bytes()) {
            None => continue,
            Some(
                violation @ (Violation::Digits(_)
                | Violation::Formula(_)
                | Violation::Control(_)
                | Violation::Reordered(_)
                | Violation::TooLong(_)),
            ) => {
                let option = field.name.replace('_', "-");
                let hint = text!("一并更正：加上 --{option} …", "correct it too: add --{option} …");
                let fault = violation.of_text(&field.title).expect("this is a violation of a text");
                Fault { exit: Exit::Usage, ..fault }.hint(hint)
            }
            Some(Violation::Missing) => {
                let option = field.name.replace('_', "-");
                Fault::usage("missing-value", text!("缺少：{title}", "“{title}” is missing", title))
                    .hint(text!("加上 --{option} …", "add --{option} …"))
            }
            Some(Violation::Before { other }) => {
                let early = values[at].as_ref();
                let late = values[other].as_ref();
                let other = &kind.fields[other].title;
                let what = text!(
                    "“{title}”{early} 早于“{other}”{late}",
                    "“{title}” ({early}) is before “{other}” ({late})",
                    title,
                    other
                );
                Fault::usage("date-order", what).hint(text!("请核对这两个日期", "check both dates"))
            }
        };
        faults.push(fault.of_field(&field.name));
    }
    Faults::unless(faults, || ())
}

/// Whether two records of a kind have the same natural key.
#[must_use]
pub fn same_key(kind: &Kind, one: &[String], other: &[String]) -> bool {
    kind.key.iter().all(|&field| look_alike(&one[field], &other[field]))
}

/// What a record's rows say of it: whether it stands, and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordVersion {
    /// Whether it stands.
    pub state: RecordState,
    /// Its values, in the order of the kind's fields.
    pub values: Vec<String>,
}

impl RecordVersion {
    /// What a revision says.
    #[must_use]
    pub fn of(revision: &Revision) -> RecordVersion {
        RecordVersion { state: revision.state, values: revision.values.clone() }
    }

    /// The day for which the record counts.
    #[must_use]
    pub fn date(&self) -> Option<Day> {
        Day::from_iso(self.values.first()?.as_bytes())
    }
}

/// The timeline that revisions make, from a record's first on; none of no revisions.
#[must_use]
pub fn timeline(history: &[Revision]) -> Option<Timeline<&Revision>> {
    let (first, later) = history.split_first()?;
    let mut timeline = Timeline::new(first);
    for revision in later {
        timeline.set_from(revision.effective.unwrap_or(Day::MIN), revision);
    }
    Some(timeline)
}

/// The same as what they say of the record; none of no revisions.
#[must_use]
pub fn versions(history: &[Revision]) -> Option<Timeline<RecordVersion>> {
    Some(timeline(history)?.map(|revision| RecordVersion::of(revision)))
}

/// The revisions up to the last that says that the record stands: what a void took away is what they say.
#[must_use]
pub fn standing(history: &[Revision]) -> &[Revision] {
    let voids = history.iter().rev().take_while(|revision| revision.state == RecordState::Void).count();
    &history[..history.len() - voids]
}

/// The timeline that a record has, or, if it is void, had before it was voided; none of no revisions.
#[must_use]
pub fn standing_versions(history: &[Revision]) -> Option<Timeline<RecordVersion>> {
    versions(standing(history))
}

/// The values with which a record is there, from which day on: those of a revision from its own date on, as long as it holds,
/// if it is live. A record of which nothing is known is there on no day.
#[must_use]
pub fn presence<'r>(timeline: Option<&Timeline<&'r Revision>>) -> Timeline<Option<&'r [String]>> {
    let mut there = Timeline::new(None);
    for (days, revision) in timeline.iter().flat_map(|timeline| timeline.segments()) {
        there.set_from(days.from, None);
        let date = revision.date().filter(|_| revision.state == RecordState::Live);
        if let Some(from) = date.map(|date| date.max(days.from)).filter(|from| *from < days.until) {
            there.set_from(from, Some(revision.values.as_slice()));
        }
    }
    there
}

/// The revisions after `last` by which a record's timeline `was` becomes `wanted`: what holds on the first day on which they
/// differ, and all that comes after it. None where they are the same.
#[must_use]
pub fn restate(
    last: &Revision,
    was: &Timeline<RecordVersion>,
    wanted: &Timeline<RecordVersion>,
    reason: &str,
    stamp: &Stamp,
) -> Vec<Revision> {
    let mut rows: Vec<Revision> = Vec::new();
    for (from, version) in was.first_difference(wanted).into_iter().flat_map(|day| wanted.from_day(day)) {
        let before = rows.last().unwrap_or(last);
        let next = stamp.next(before, version.state, version.values.clone(), reason);
        rows.push(Revision { effective: (from > Day::MIN).then_some(from), ..next });
    }
    rows
}

/// The revisions by which a record is entered with all its timeline.
#[must_use]
pub fn entry(id: Id, timeline: &Timeline<RecordVersion>, reason: &str, stamp: &Stamp) -> Vec<Revision> {
    let first = stamp.entry(id, timeline.on(Day::MIN).values.clone(), reason);
    let later = restate(&first, &Timeline::new(RecordVersion::of(&first)), timeline, reason, stamp);
    std::iter::once(first).chain(later).collect()
}

/// The revisions that restore a record as it was before a batch: the timeline that it had, or void if it was not there.
/// `history` is all that the record's ledger holds of it.
///
/// # Errors
/// A later batch revised the record.
pub fn undo(history: &[Revision], batch: Id, reason: &str, stamp: &Stamp) -> Result<Vec<Revision>> {
    let at = history.iter().position(|revision| revision.batch == batch);
    let (Some(at), Some(last)) = (at, history.last()) else {
        let what = text!("批次 {batch} 没有修订过这条记录", "batch {batch} did not revise this record");
        return Fault::new("not-revised", what).fail();
    };
    if let Some(later) = history[at..].iter().find(|revision| revision.batch != batch) {
        let id = later.id;
        let later = later.batch;
        return Fault::new(
            "revised-later",
            text!(
                "不能撤销：记录 {id} 后来又被批次 {later} 修订",
                "cannot undo: batch {later} has since changed record {id}"
            ),
        )
        .hint(text!("先撤销那一批次：culture undo {later}", "undo that batch first: culture undo {later}"))
        .fail();
    }
    let (Some(before), Some(now)) = (versions(&history[..at]), versions(history)) else {
        return Ok(vec![stamp.next(last, RecordState::Void, last.values.clone(), reason)]);
    };
    let rows = restate(last, &now, &before, reason, stamp);
    if rows.is_empty() {
        // The batch took back itself what it had written: that it is undone is said all the same.
        let again = stamp.next(last, last.state, last.values.clone(), reason);
        return Ok(vec![Revision { effective: last.effective, ..again }]);
    }
    Ok(rows)
}

/// The moment that a batch's rows carry: the later of the clock and what its ledgers (and closings) hold already, which
/// may be later for good reason (another computer) or bad (a clock that was wrong): it is gone on from.
///
/// # Errors
/// It could not be written with four digits of the year.
pub fn batch_time(now: Instant, held: impl IntoIterator<Item = Instant>) -> Result<Instant> {
    let latest = held.into_iter().max().map(|held| held.in_offset(now.offset));
    let at = now.max(latest.unwrap_or(now));
    if at.is_writable() {
        return Ok(at);
    }
    Fault::new(
        "clock-out-of-range",
        text!(
            "台账或定稿中已有公元 9999 年年底的登记时间，无法再往后登记",
            "a time of entry at the end of the year 9999 stands already, and nothing can be entered after it"
        ),
    )
    .hint(text!("查出它：culture check", "to see where: culture check"))
    .fail()
}

/// What one revision changed against the one before it: the fields, in order.
#[must_use]
pub fn changed_fields(before: &Revision, after: &Revision) -> Vec<FieldNo> {
    let pairs = before.values.iter().zip(&after.values).numbered();
    pairs.filter(|(_, (before, after))| before != after).map(|(field, _)| field).collect()
}
