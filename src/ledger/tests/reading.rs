//! What is written is read back, and found again: against naive scans of the same lines.

use super::*;
use crate::base::day::{Day, Offset};
use crate::schema::kind::{Field, FieldType, Requirement};
use proptest::prelude::*;

pub(super) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Text as it can stand in a cell, with all that CSV makes hard.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        2 => "[a-c,\"]{1,4}",
        2 => "[南村, \"，'；\u{3000}]{0,6}",
        1 => "\\PC{0,12}",
    ]
}

fn revision() -> impl Strategy<Value = Revision> {
    let texts = prop::array::uniform6(text());
    (texts, 0..8_i64, 0..4_u64, 0..900_u16, prop::bool::weighted(0.7)).prop_map(
        |([name, leader, place, note, by, reason], entered, batch, offset, live)| Revision {
            id: id(0),
            rev: 1,
            state: if live { RecordState::Live } else { RecordState::Void },
            values: vec![
                "2018-05-01".to_owned(),
                name,
                "dance".to_owned(),
                String::new(),
                leader,
                "12".to_owned(),
                String::new(),
                place,
                String::new(),
                note,
            ],
            effective: None,
            entered_at: Instant::new(1_525_132_800 + entered * 3600, Offset(i16::try_from(offset).unwrap() - 450)),
            entered_by: by,
            reason,
            batch: id(5000 + batch),
        },
    )
}

/// Revisions in file order: of few records, whose ids begin alike.
pub(super) fn history() -> impl Strategy<Value = Vec<Revision>> {
    prop::collection::vec((revision(), 0..7_u64), 0..14).prop_map(|drawn| {
        let mut revs = [0; 7];
        let number = |(mut revision, of): (Revision, u64)| {
            let rev = &mut revs[usize::try_from(of).unwrap()];
            *rev += 1;
            (revision.id, revision.rev) = (id([1, 2, 3, 21, 401, 402, 8000][usize::try_from(of).unwrap()]), *rev);
            revision.state = if *rev == 1 { RecordState::Live } else { revision.state };
            revision
        };
        drawn.into_iter().map(number).collect()
    })
}

/// The same, and what was revised may hold from a day on.
pub(super) fn changing_history() -> impl Strategy<Value = Vec<Revision>> {
    (history(), prop::collection::vec(prop::option::of(0..6), 14)).prop_map(|(mut history, days)| {
        for (revision, day) in history.iter_mut().zip(days) {
            if revision.rev > 1 && revision.state == RecordState::Live {
                revision.effective = day.map(|day| CHANGES.plus(day));
            }
        }
        history
    })
}

/// The first day on which records of a [`changing_history`] change.
const CHANGES: Day = Day(17_660);

/// A ledger with these headings.
pub(super) fn written(headings: &str, history: &[Revision]) -> Vec<u8> {
    let mut bytes = format!("{headings}\n").into_bytes();
    let columns = columns(source(&bytes)).unwrap();
    for revision in history {
        bytes.extend(write_row(revision, &columns).unwrap());
    }
    bytes
}

/// The lines after the headings, as text.
fn lines(bytes: &[u8]) -> Vec<String> {
    std::str::from_utf8(bytes).unwrap().lines().skip(1).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(config(96))]

    #[test]
    fn what_is_written_is_read_back(history in history(), order in Just(HEADINGS.split(',').skip(1).take(15).collect::<Vec<_>>()).prop_shuffle()) {
        for headings in [HEADINGS.to_owned(), format!("id,{},batch", order.join(","))] {
            let bytes = written(&headings, &history);
            prop_assert_eq!(lines(&bytes).len(), history.len());
            prop_assert_eq!(&revisions(source(&bytes)).unwrap(), &history);
            // A file written anew under the kind's own headings says the same.
            let anew = widen(source(&bytes), ChangeColumn::Absent).unwrap();
            prop_assert_eq!(anew.split(|&b| b == b'\n').next(), Some(HEADINGS.as_bytes()));
            prop_assert_eq!(&revisions(source(&anew)).unwrap(), &history);
            prop_assert_eq!(&anew, &written(HEADINGS, &history));
        }
    }

    #[test]
    fn records_are_the_highest_revisions_known(history in history(), hour in prop::option::of(-1..9_i64)) {
        let known = hour.map(|hour| Instant::new(1_525_132_800 + hour * 3600, Offset::CHINA));
        let is_known = |revision: &Revision| known.is_none_or(|known| revision.entered_at <= known);
        let mut wanted: Vec<Revision> = Vec::new();
        for first in history.iter().filter(|revision| revision.rev == 1) {
            let of = history.iter().filter(|revision| revision.id == first.id && is_known(revision));
            wanted.extend(of.max_by_key(|revision| revision.rev).cloned());
        }
        prop_assert_eq!(records(source(&written(HEADINGS, &history)), AsOf::known(known)).unwrap(), wanted);
    }

    #[test]
    fn changes_are_read_back(history in changing_history(), order in Just(CHANGE_HEADINGS.split(',').skip(1).take(16).collect::<Vec<_>>()).prop_shuffle()) {
        for headings in [CHANGE_HEADINGS.to_owned(), format!("id,{},batch", order.join(","))] {
            let bytes = written(&headings, &history);
            prop_assert_eq!(&revisions(source(&bytes)).unwrap(), &history);
            prop_assert_eq!(&widen(source(&bytes), ChangeColumn::Absent).unwrap(), &written(CHANGE_HEADINGS, &history));
        }
        let bytes = written(HEADINGS, &history.iter().map(|row| Revision { effective: None, ..row.clone() }).collect::<Vec<_>>());
        let gained = widen(source(&bytes), ChangeColumn::Present).unwrap();
        prop_assert_eq!(revisions(source(&gained)).unwrap(), revisions(source(&bytes)).unwrap());
        prop_assert!(gained.starts_with(CHANGE_HEADINGS.as_bytes()));
    }

    #[test]
    fn a_record_on_a_day_is_the_highest_revision_that_was_known_and_holds(
        history in changing_history(),
        hour in prop::option::of(-1..9_i64),
        day in prop::option::of(-1..7),
    ) {
        let known = hour.map(|hour| Instant::new(1_525_132_800 + hour * 3600, Offset::CHINA));
        let day = day.map(|day| CHANGES.plus(day));
        let counts = |revision: &Revision| {
            known.is_none_or(|known| revision.entered_at <= known)
                && revision.effective.is_none_or(|effective| day.is_none_or(|day| effective <= day))
        };
        let mut wanted: Vec<Revision> = Vec::new();
        for first in history.iter().filter(|revision| revision.rev == 1) {
            let of = history.iter().filter(|revision| revision.id == first.id && counts(revision));
            wanted.extend(of.max_by_key(|revision| revision.rev).cloned());
        }
        let bytes = written(CHANGE_HEADINGS, &history);
        prop_assert_eq!(records(source(&bytes), AsOf { known, day }).unwrap(), wanted);
    }

    #[test]
    fn what_is_found_is_what_a_scan_finds(history in history(), length in 0..13_usize, of in 0..8_u64, word in "[a-c,\"南村]{0,2}") {
        let bytes = written(HEADINGS, &history);
        let prefix = &id([1, 2, 3, 21, 401, 402, 8000, 9][usize::try_from(of).unwrap()]).to_string()[..length];
        let matching: Vec<_> = history.iter().filter(|one| one.id.to_string().starts_with(prefix)).cloned().collect();
        prop_assert_eq!(revisions_of(source(&bytes), prefix).unwrap(), matching);

        let batch = id(5000 + of);
        let in_batch: Vec<_> = history.iter().filter(|one| one.batch == batch).cloned().collect();
        prop_assert_eq!(rows_of_batch(source(&bytes), batch).unwrap(), in_batch);

        for needle in [word, format!(",{batch}"), prefix.to_owned()] {
            let mut ids: Vec<Id> = Vec::new();
            for (line, revision) in lines(&bytes).iter().zip(&history) {
                if line.contains(&needle) && !ids.contains(&revision.id) {
                    ids.push(revision.id);
                }
            }
            prop_assert_eq!(ids_holding(source(&bytes), &RowNeedles { stored: vec![&needle], words: Vec::new() }).unwrap(), ids, "{}", needle);
        }
        prop_assert_eq!(last_row(source(&bytes)).unwrap(), history.last().cloned());
        prop_assert_eq!(last_row(source(bytes.trim_ascii_end())).unwrap(), history.last().cloned());
    }
}

#[test]
fn a_field_that_the_file_lacks_is_empty() {
    let headings = HEADINGS.replace(",members", "").replace(",note", "");
    let line = row(1, 1, "live").replace(",12", "").replacen(",,,,2018", ",,,2018", 1);
    let bytes = format!("{headings}\n{line}\n").into_bytes();
    let read = revisions(source(&bytes)).unwrap();
    assert_eq!(read[0].values, ["2018-05-01", "南村秧歌队", "dance", "", "", "", "", "", "", ""]);
    let columns = columns(source(&bytes)).unwrap();
    assert!(columns.lacks(kind().field("members").unwrap()) && !columns.lacks(kind().field("place").unwrap()));
    let mut fuller = read[0].clone();
    assert!(write_row(&fuller, &columns).is_ok());
    fuller.values[5] = "3".to_owned();
    assert!(write_row(&fuller, &columns).is_err());
    assert_eq!(revisions(source(&widen(source(&bytes), ChangeColumn::Absent).unwrap())).unwrap(), read);
}

#[test]
fn a_ledger_of_a_kind_that_has_gained_a_field_is_widened() {
    let gained =
        Field { name: "colour".to_owned(), ty: FieldType::Text, required: Requirement::No, ..kind().fields[1].clone() };
    let mut newer = kind().clone();
    newer.fields.push(gained);
    let bytes = ledger(&[row(2, 1, "live"), row(1, 1, "live"), row(2, 2, "void")]);
    let newer_source = Source { kind: &newer, ..source(&bytes) };
    let old = revisions(source(&bytes)).unwrap();
    let anew = widen(newer_source, ChangeColumn::Absent).unwrap();
    let mut read = revisions(Source { bytes: &anew, ..newer_source }).unwrap();
    for revision in &mut read {
        assert_eq!(revision.values.pop().as_deref(), Some(""));
    }
    assert_eq!(read, old);
    assert!(std::str::from_utf8(&anew).unwrap().lines().next().unwrap().contains(",note,colour,entered_at"));
}

#[test]
fn a_ledger_with_a_fault_is_not_written_anew() {
    assert!(widen(source(&ledger(&[row(1, 1, "live"), row(1, 1, "live")])), ChangeColumn::Absent).is_err());
}

#[test]
fn quoted_cells_are_read_as_they_were_meant() {
    let with = |cell: &str| {
        let bytes = ledger(&[row(1, 1, "live").replace("南村秧歌队", cell)]);
        revisions(source(&bytes)).unwrap().remove(0).values.remove(1)
    };
    assert_eq!(with("\"南村\""), "南村");
    assert_eq!(with("\"南村, \"\"秧歌\"\"队\""), "南村, \"秧歌\"队");
    assert_eq!(with("\"\""), "");
    assert_eq!(with("\"\"\"\""), "\"");
    assert_eq!(with("\",\""), ",");
}

#[test]
fn moments_are_compared_as_moments() {
    let rows = [row(1, 1, "live"), row(1, 2, "live").replace("2018-05-02T08:00:00+08:00", "2018-05-02T00:00:01Z")];
    let bytes = ledger(&rows);
    let known = |time: &str| {
        let known = Instant::from_iso(time.as_bytes());
        records(source(&bytes), AsOf::known(known)).unwrap().first().map(|record| record.rev)
    };
    assert_eq!(known("2018-05-02T07:59:59+08:00"), None);
    assert_eq!(known("2018-05-01T19:00:00-05:00"), Some(1));
    assert_eq!(known("2018-05-02T08:00:01+08:00"), Some(2));
}
