//! A ledger in parts: they say what the walk over the whole says, and that something is amiss where it finds a fault.

use super::reading::{changing_history, config, history, written};
use super::*;
use crate::ledger::chunks::{
    EnteredRecords, LOTS, PlacedLines, RevisedRecords, each_entered_before_revised, each_entered_once, later_revisions,
    walk_chunk,
};
use proptest::prelude::*;

/// Every row: record, revision, and the days on which it holds.
type RowList = Vec<(Id, u32, Option<Validity>)>;

fn whole(bytes: &[u8], known: Option<Instant>) -> Option<RowList> {
    let mut told = RowList::new();
    let walked = walk_days(source(bytes), known, |row, days| {
        told.push((row.id, row.rev, days));
        Ok(())
    });
    walked.ok().map(|()| told)
}

/// Parts begin where a line begins whose place is among the cuts; two readers take them in turn.
fn in_parts(bytes: &[u8], cuts: &[usize], known: Option<Instant>) -> Option<RowList> {
    let columns = columns(source(bytes)).ok()?;
    let lines: Vec<usize> = Lines { bytes, at: 0 }.skip(1).map(|(at, _)| at).collect();
    let mut starts: Vec<usize> = cuts.iter().filter_map(|cut| lines.get(*cut).copied()).collect();
    starts.extend(lines.first());
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([bytes.len()]);
    let parts: Vec<_> = starts
        .iter()
        .zip(ends)
        .map(|(&at, end)| PlacedLines { lines: source(&bytes[at..end]), at: at as u64 })
        .collect();
    let mut above = Vec::new();
    for part in &parts {
        above.extend(later_revisions(&columns, *part).ok()?);
    }
    let revised = RevisedRecords::new(above, known).ok()?;
    let mut told = RowList::new();
    let mut entered = [EnteredRecords::default(), EnteredRecords::default()];
    for (number, part) in parts.into_iter().enumerate() {
        let each = |row: &Row<'_>, days: Option<Validity>| {
            told.push((row.id, row.rev, days));
            Ok(())
        };
        walk_chunk(&columns, part, &revised, &mut entered[number % 2], each).ok()?;
    }
    ((0..LOTS).all(|lot| each_entered_once(&entered, lot)) && each_entered_before_revised(&entered, &revised))
        .then_some(told)
}

/// One thing done to the lines of a ledger that the program never does.
fn spoil(bytes: &[u8], how: u8, at: usize, to: usize) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
    let count = lines.len() - 1;
    if count > 0 {
        let at = 1 + at % count;
        let to = 1 + to % count;
        match how {
            0 => drop(lines.remove(at)),
            1 => lines.insert(to, lines[at].clone()),
            2 => lines.swap(at, to),
            3 => {
                let byte = to * 7 % lines[at].len();
                lines[at][byte] = b'\x80';
            }
            4 => {
                let byte = to * 5 % lines[at].len();
                lines[at][byte] = b'1';
            }
            _ => {}
        }
    }
    lines.concat()
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn parts_say_what_the_whole_says(
        (history, headings) in prop_oneof![
            (history(), Just(HEADINGS)),
            (changing_history(), Just(CHANGE_HEADINGS)),
        ],
        cuts in prop::collection::vec(0..14_usize, 0..5),
        hour in prop::option::of(-1..9_i64),
        how in 0..10_u8,
        (at, to) in (0..14_usize, 0..14_usize),
    ) {
        let known = hour.map(|hour| Instant::new(1_525_132_800 + hour * 3600, crate::base::day::Offset::CHINA));
        let bytes = spoil(&written(headings, &history), how, at, to);
        prop_assert_eq!(in_parts(&bytes, &cuts, known), whole(&bytes, known));
    }
}
