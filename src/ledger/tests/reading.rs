//! What is written is read back, and found again: against naive scans of the same lines.

use super::*;
use crate::base::day::Offset;
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
            let anew = widen(source(&bytes)).unwrap();
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
        prop_assert_eq!(records(source(&written(HEADINGS, &history)), known).unwrap(), wanted);
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
    assert_eq!(revisions(source(&widen(source(&bytes)).unwrap())).unwrap(), read);
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
    let anew = widen(newer_source).unwrap();
    let mut read = revisions(Source { bytes: &anew, ..newer_source }).unwrap();
    for revision in &mut read {
        assert_eq!(revision.values.pop().as_deref(), Some(""));
    }
    assert_eq!(read, old);
    assert!(std::str::from_utf8(&anew).unwrap().lines().next().unwrap().contains(",note,colour,entered_at"));
}

#[test]
fn a_ledger_with_a_fault_is_not_written_anew() {
    assert!(widen(source(&ledger(&[row(1, 1, "live"), row(1, 1, "live")]))).is_err());
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
        records(source(&bytes), Instant::from_iso(time.as_bytes())).unwrap().first().map(|record| record.rev)
    };
    assert_eq!(known("2018-05-02T07:59:59+08:00"), None);
    assert_eq!(known("2018-05-01T19:00:00-05:00"), Some(1));
    assert_eq!(known("2018-05-02T08:00:01+08:00"), Some(2));
}
