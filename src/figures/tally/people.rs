//! Who is one person: the fields that tell people apart, folded; and each person once, at the earliest record.

use crate::base::day::Day;
use crate::base::fuzzy::{fold_onto, fold_with_unseen_onto};
use crate::base::id::Id;
use crate::figures::rules::CountingRules;
use crate::schema::township::TownshipNo;
use std::hash::{DefaultHasher, Hasher};

/// A person as a roster's row names them.
#[derive(Clone, Copy, Debug)]
pub(super) struct RosterEntry {
    pub(super) record: Id,
    pub(super) person: u128,
    /// What decides among the rows that name one person at one record.
    pub(super) tie: Option<Id>,
    credit: u32,
}

/// A person at a record; 32 bytes, for there can be millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Attendance {
    digest: u128,
    pub(super) day: Day,
    // Split in halves, so that the order of fields is the order of sorting without padding.
    record: [u32; 2],
    credit: u32,
}

impl RosterEntry {
    /// A person by the cells that tell people apart, the first of which is the name. With nothing but a name, they are
    /// someone of this record only. `row`: the roster's.
    pub(super) fn new<'c>(
        record: Id,
        row: Id,
        cells: impl Iterator<Item = &'c [u8]>,
        credit: TownshipNo,
        rules: CountingRules,
    ) -> RosterEntry {
        let fold_cell = match rules {
            CountingRules::First => fold_with_unseen_onto,
            CountingRules::Second | CountingRules::Third => fold_onto,
        };
        let mut folded = String::with_capacity(100);
        let mut only_name = true;
        for (at, cell) in cells.enumerate() {
            let before = folded.len();
            fold_cell(&String::from_utf8_lossy(cell), &mut folded);
            only_name &= at == 0 || folded.len() == before;
            // No cell holds a line end: it parts one from the next.
            folded.push('\n');
        }
        if only_name {
            folded.push_str(&record.to_string());
        }
        let credit = u32::try_from(credit.index()).expect("there are fewer townships than that");
        RosterEntry { record, person: digest(folded.as_bytes()), tie: rules.tie(row), credit }
    }

    /// The township for which the person counts.
    pub(super) fn credit(&self) -> TownshipNo {
        TownshipNo::from(self.credit as usize)
    }
}

/// 128 bits that tell apart all people there ever were: of ten million the chance that two agree is below 10^-24. So the
/// words that tell a person need not be kept, and nobody's name is.
fn digest(bytes: &[u8]) -> u128 {
    u128::from(seeded_hash(1, bytes)) << 64 | u128::from(seeded_hash(2, bytes))
}

fn seeded_hash(seed: u8, bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(seed);
    hasher.write(bytes);
    hasher.finish()
}

impl Attendance {
    pub(super) fn new(naming: &RosterEntry, day: Day) -> Attendance {
        let number = naming.record.number();
        let halves =
            [number >> 32, number & 0xFFFF_FFFF].map(|half| u32::try_from(half).expect("half of 64 bits are 32"));
        Attendance { digest: naming.person, day, record: halves, credit: naming.credit }
    }

    /// The township for which the person counts.
    pub(super) fn credit(&self) -> TownshipNo {
        TownshipNo::from(self.credit as usize)
    }
}

/// Keeps each person once: at the record with the earliest date, ties by record id. The order of the fields of
/// [`Attendance`] does it: sorted, a person's attendances stand together, the one that counts first.
pub(super) fn keep_earliest(people: &mut Vec<Attendance>) {
    people.sort_unstable();
    people.dedup_by_key(|person| person.digest);
}
