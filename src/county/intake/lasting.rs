//! Records that last, beside a sheet that says what they are: what one was at some time is no news, and what was never so is
//! corrected for all days.

use crate::base::advice::shell_word;
use crate::base::day::Day;
use crate::base::fault::{Fault, Faults, Place, Result};
use crate::base::text::Text;
use crate::base::unseen::look_alike;
use crate::county::corrections::check_changes_are_later;
use crate::ledger::Validity;
use crate::ledger::changes::FieldRun;
use crate::ledger::revise::{self, Stamp};
use crate::report::records::words;
use crate::schema::kind::{FieldNo, Kind};
use crate::schema::record::{RecordState, Revision};

/// Whether a record was at some time what a row says in the fields that it gives.
pub(super) fn says_what_was(history: &[Revision], values: &[impl AsRef<str>], given: &[FieldNo]) -> bool {
    let says = |revision: &Revision| {
        revision.state == RecordState::Live
            && given.iter().all(|&field| look_alike(&revision.values[field], values[field.index()].as_ref()))
    };
    revise::timeline(history).is_some_and(|timeline| timeline.segments().any(|(_, revision)| says(revision)))
}

/// The revisions by which fields were always what a row says.
///
/// # Errors
/// A field changed in time, and was never that: which of its values is wrong, nobody can tell.
pub(super) fn corrected_always<'v>(
    kind: &Kind,
    history: &[Revision],
    given: impl Iterator<Item = (FieldNo, &'v str)>,
    (reason, stamp): (&str, &Stamp),
) -> Result<Vec<Revision>> {
    let (Some(was), Some(last)) = (revise::versions(history), history.last()) else { return Ok(Vec::new()) };
    let mut wanted = was.clone();
    let mut faults = Vec::new();
    for (field, value) in given {
        match was.field_runs(field).as_slice() {
            runs if runs.iter().any(|run| look_alike(run.value, value)) => {}
            [_] => wanted.set_field(field, Validity::ALWAYS, value),
            runs => faults.push(changed_in_time(kind, last, field, (runs, value))),
        }
    }
    Faults::unless(faults, || ())?;
    check_changes_are_later(kind, last.id, &wanted)?;
    wanted.segments().try_for_each(|(_, version)| revise::check(kind, &version.values))?;
    Ok(revise::restate(last, &was, &wanted, reason, stamp))
}

fn changed_in_time(kind: &Kind, last: &Revision, field: FieldNo, (runs, value): (&[FieldRun<'_>], &str)) -> Fault {
    let id = last.id;
    let field = &kind.fields[field];
    let said = |value: &str| words(field, value, &|_, _| None);
    let run = |run: &FieldRun<'_>| {
        let value = said(run.value);
        let from = run.days.from;
        if from == Day::MIN {
            text!("起初 {value}", "{value} at first", value)
        } else {
            text!("{from} 起 {value}", "{value} from {from}", value)
        }
    };
    let title = &field.title;
    let runs: Vec<Text> = runs.iter().map(run).collect();
    let runs = Text::list(&runs);
    let new = said(value);
    let what = text!(
        "{id} 的“{title}”变动过（{runs}），表上是 {new}",
        "“{title}” of {id} has changed ({runs}), and the sheet says {new}",
        title,
        runs,
        new
    );
    let name = &field.name;
    Fault::new("changed-in-time", what).of_field(name).hint(text!(
        "更正其中一段：culture edit {id} {name}=… --reason 事由，会列出各段；某日起才变的：--readings --on 日期",
        "to correct one of them: culture edit {id} {name}=… --reason REASON, which lists them; if it changed on a day: \
         --readings --on DAY"
    ))
}

/// A sheet of records that last is no list of corrections.
pub(super) fn not_corrected(kind: &Kind, file: &str, place: Place) -> Fault {
    let title = &kind.title;
    let id = &kind.id;
    let file = shell_word(file);
    let what = text!(
        "{title}会随时间变动：--update 是更正，从登记之日起全部改写，已报的数也会跟着变",
        "{title} records change in time: --update corrects them from the beginning, and figures already reported change \
         with them",
        title
    );
    Fault::usage("lasting-update", what).at(place).hint(text!(
        "自某日起变成这样的：culture import {id} {file} --readings --on 日期；从来就是表上这样的：--update --correct",
        "if it has been so from a day on: culture import {id} {file} --readings --on DAY; if it was never otherwise: \
         --update --correct"
    ))
}

/// Records that do not last are no readings of anything.
pub(super) fn no_readings(kind: &Kind, place: Place) -> Fault {
    let title = &kind.title;
    let what = text!("{title}是一次性的事，没有变动", "a {title} record does not change in time", title);
    Fault::usage("not-lasting", what).at(place).hint(Text::new(
        "去掉 --readings；与已有记录不同的，加 --update 更正",
        "leave out --readings; to correct records that differ, add --update",
    ))
}
