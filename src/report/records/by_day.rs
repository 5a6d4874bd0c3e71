//! Records by day: what they are from which day on, and what is otherwise than it was on which days.

use super::{ReferenceLabels, field_difference, state_difference, words};
use crate::base::day::Day;
use crate::base::text::Text;
use crate::ledger::changes::FieldDifference;
use crate::ledger::revise::{RecordVersion, standing_versions, versions};
use crate::ledger::{Timeline, Validity};
use crate::report::table::{Cell, Column, Table};
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::record::{RecordState, Revision};
use serde_json::{Value, json};

/// What further revisions make of a record, in words: `自 2018-07-10 起 入户数 301 -> 450`; voided; restored.
#[must_use]
pub fn difference_by_day(kind: &Kind, before: &[Revision], rows: &[Revision], names: ReferenceLabels<'_>) -> Text {
    let whole: Vec<Revision> = before.iter().chain(rows).cloned().collect();
    let (Some(was), Some(now)) = (versions(before), versions(&whole)) else { return Text::default() };
    let from = was.last().state;
    let to = now.last().state;
    let mut said: Vec<Text> = state_difference(from, to).into_iter().collect();
    said.extend(match (from, to) {
        // A void keeps the values of the last days alone.
        (RecordState::Live, RecordState::Void) if was.segments().count() > 1 => Vec::new(),
        (RecordState::Void, RecordState::Live) => {
            let was = standing_versions(before).unwrap_or(was);
            differences_in_words(kind, &was, &now, names)
        }
        (RecordState::Live, _) | (RecordState::Void, RecordState::Void) => {
            differences_in_words(kind, &was, &now, names)
        }
    });
    if said.is_empty() { Text::new("无变动", "nothing") } else { Text::clauses(&said) }
}

/// What fields hold otherwise than they did: those that do on the same days together.
#[must_use]
pub fn differences_in_words(
    kind: &Kind,
    was: &Timeline<RecordVersion>,
    now: &Timeline<RecordVersion>,
    names: ReferenceLabels<'_>,
) -> Vec<Text> {
    let mut differences = now.differences(was);
    differences.sort_by_key(|one| (one.days, one.field));
    let of_days = differences.chunk_by(|one, next| one.days == next.days);
    of_days.map(|together| said_of_days(kind, together, names)).collect()
}

fn said_of_days(kind: &Kind, together: &[FieldDifference<'_>], names: ReferenceLabels<'_>) -> Text {
    let fields: Vec<Text> =
        together.iter().map(|one| field_difference(kind, one.field, one.before, one.after, names)).collect();
    let fields = Text::list(&fields);
    match days_in_words(together[0].days) {
        None => fields,
        Some(days) => text!("{days} {fields}", "{days}, {fields}", days, fields),
    }
}

/// Days as people say them; nothing where all are meant.
#[must_use]
pub fn days_in_words(days: Validity) -> Option<Text> {
    let from = days.from;
    let last = days.until.plus(-1);
    Some(match (days.from == Day::MIN, days.until == Day::MAX) {
        (true, true) => return None,
        (true, false) => text!("{last} 以前（含当日）", "up to {last}"),
        (false, true) => text!("自 {from} 起", "from {from}"),
        (false, false) if from == last => text!("{from} 当日", "on {from}"),
        (false, false) => text!("{from} 至 {last}", "from {from} to {last}"),
    })
}

/// What a record was from which day on: at first what changes later, then what changed. None of a record that never changed,
/// and of a void one as it was before.
pub(super) fn timeline_table(kind: &Kind, history: &[Revision], names: ReferenceLabels<'_>) -> Option<Table> {
    let timeline = standing_versions(history)?;
    let date = timeline.last().date().unwrap_or(Day::MIN);
    let segments: Vec<(Day, &RecordVersion)> = timeline
        .segments()
        .filter(|(days, _)| days.until > date)
        .map(|(days, version)| (days.from.max(date), version))
        .collect();
    let (first, later) = segments.split_first().filter(|(_, later)| !later.is_empty())?;
    let changing =
        kind.shown_fields().filter(|(at, _)| later.iter().any(|(_, one)| one.values[*at] != first.1.values[*at]));
    let held = changing.map(|(at, field)| {
        let title = &field.title;
        let value = words(field, &first.1.values[at], names);
        text!("{title} {value}", "{title} {value}", title, value)
    });
    let held: Vec<Text> = held.collect();
    let mut rows = vec![vec![Cell::Day(first.0), Cell::Said(Text::list(&held))]];
    for (before, (from, version)) in segments.iter().zip(later) {
        let pairs = (0..version.values.len()).map(FieldNo::from);
        let differs = pairs.filter(|at| before.1.values[*at] != version.values[*at]);
        let changed: Vec<Text> =
            differs.map(|at| field_difference(kind, at, &before.1.values[at], &version.values[at], names)).collect();
        if !changed.is_empty() {
            rows.push(vec![Cell::Day(*from), Cell::Said(Text::list(&changed))]);
        }
    }
    let columns =
        vec![Column::new("from", Text::new("自何日起", "from")), Column::new("is", Text::new("内容", "what it was"))];
    Some(Table { title: Text::new("历程", "Timeline"), columns, rows })
}

/// The same for machines: which revision holds on which days.
pub(super) fn timeline_json(timeline: &Timeline<&Revision>) -> Value {
    let said = |day: Day, none: Day| (day != none).then(|| day.to_string());
    let segments = timeline.segments().map(|(days, revision)| {
        json!({
            "from": said(days.from, Day::MIN),
            "to": said(days.until.plus(-1), Day::MAX.plus(-1)),
            "rev": revision.rev,
        })
    });
    json!(segments.collect::<Vec<_>>())
}
