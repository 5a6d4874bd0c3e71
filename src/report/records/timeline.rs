//! Timelines of records in words: what is otherwise than it was, and on which days.

use super::{ReferenceLabels, field_difference, state_difference};
use crate::base::day::Day;
use crate::base::text::Text;
use crate::ledger::changes::FieldDifference;
use crate::ledger::revise::{RecordVersion, standing_versions, versions};
use crate::ledger::{Timeline, Validity};
use crate::schema::kind::Kind;
use crate::schema::record::{RecordState, Revision};

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
fn differences_in_words(
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
