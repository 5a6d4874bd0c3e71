//! A sample for checks on site, drawn so that any other program draws the same: no random numbers, only digests.

use crate::base::id::Id;
use crate::schema::plan::apportion::largest_remainder;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How many records are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleSize {
    /// So many in all.
    InAll(u64),
    /// So many of each township, or all that it has.
    OfEach(u64),
}

/// The SHA-256 of a population, in hexadecimal digits: of its ids in ascending order, each followed by a line feed.
#[must_use]
pub fn digest(ids: impl IntoIterator<Item = Id>) -> String {
    let mut ids: Vec<Id> = ids.into_iter().collect();
    ids.sort();
    let mut hash = Sha256::new();
    for id in ids {
        hash.update(format!("{id}\n"));
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The ids drawn of each township, given those that each has, in the bureau's order; ascending by lot.
///
/// A record's lot is the SHA-256 of the seed (UTF-8), a line feed and the record's id. Of each township the records with
/// the smallest lots are drawn: so many of each, or the whole size split over the townships in proportion to their records
/// by largest remainder, ties in the bureau's order.
#[must_use]
pub fn draw(townships: &[Vec<Id>], size: SampleSize, seed: &str) -> Vec<Vec<Id>> {
    let held: Vec<u64> = townships.iter().map(|ids| ids.len() as u64).collect();
    let wanted = match size {
        SampleSize::OfEach(each) => vec![each; held.len()],
        SampleSize::InAll(all) => largest_remainder(all.min(held.iter().sum()), &held),
    };
    townships.iter().zip(wanted).map(|(ids, wanted)| smallest_lots(ids, wanted, seed)).collect()
}

/// The ids whose lots are smallest, so many of them. A lot hangs on the seed and the record alone: whoever knows both can
/// draw it again, and no other record, no order and no other township can change it. A digest is as good as chance, for
/// nobody can choose an id whose lot will be small under a seed that is yet to be named.
fn smallest_lots(ids: &[Id], wanted: u64, seed: &str) -> Vec<Id> {
    let mut lots: Vec<([u8; 32], Id)> = ids.iter().map(|id| (lot(seed, *id), *id)).collect();
    lots.sort();
    let drawn = lots.into_iter().map(|(_, id)| id);
    drawn.take(usize::try_from(wanted).unwrap_or(usize::MAX)).collect()
}

fn lot(seed: &str, id: Id) -> [u8; 32] {
    Sha256::digest(format!("{seed}\n{id}")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(text: &str) -> Id {
        Id::from_bytes(text.as_bytes()).unwrap()
    }

    fn ids(texts: &[&str]) -> Vec<Id> {
        texts.iter().map(|text| id(text)).collect()
    }

    /// Worked out with `sha256sum` alone, so that another program can be held against them.
    #[test]
    fn vectors_for_other_programs() {
        let townships = [
            ids(&["bbbbbbbbbbbb", "cccccccccccc", "dddddddddddd", "ffffffffffff"]),
            ids(&["gggggggggggg", "hhhhhhhhhhhh"]),
        ];
        let digest = digest(townships.iter().flatten().copied());
        assert_eq!(digest, "be9db3afa97ae657d87d7d6f51de409ac16a5a06ff19f783b046415febac08bf");
        let drawn =
            |size, seed| -> Vec<String> { draw(&townships, size, seed).iter().flatten().map(Id::to_string).collect() };
        assert_eq!(drawn(SampleSize::InAll(3), "2018年度验收"), ["ffffffffffff", "dddddddddddd", "hhhhhhhhhhhh"]);
        assert_eq!(drawn(SampleSize::OfEach(1), "2018年度验收"), ["ffffffffffff", "hhhhhhhhhhhh"]);
        assert_eq!(drawn(SampleSize::OfEach(1), "another"), ["cccccccccccc", "hhhhhhhhhhhh"]);
    }

    #[test]
    fn more_than_there_are_is_all_there_are() {
        let townships = [ids(&["bbbbbbbbbbbb"]), Vec::new(), ids(&["gggggggggggg", "hhhhhhhhhhhh"])];
        let count = |size| draw(&townships, size, "s").iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(count(SampleSize::InAll(9)), [1, 0, 2]);
        assert_eq!(count(SampleSize::OfEach(9)), [1, 0, 2]);
        assert_eq!(count(SampleSize::InAll(0)), [0, 0, 0]);
        assert_eq!(draw(&[], SampleSize::InAll(4), "s"), Vec::<Vec<Id>>::new());
    }

    proptest! {
        /// The order in which records are found, other records' absence and the township's place change no lot.
        #[test]
        fn a_sample_is_so_large_and_the_same_again(
            sizes in prop::collection::vec(0..20_usize, 1..8), size in 0..60_u64, seed in ".{0,8}",
        ) {
            let mut next = 0;
            let townships: Vec<Vec<Id>> = sizes.iter().map(|&many| {
                let ids = (next..next + many).map(|number| id(&numbered(number))).collect();
                next += many;
                ids
            }).collect();
            let drawn = draw(&townships, SampleSize::InAll(size), &seed);
            prop_assert_eq!(drawn.iter().map(Vec::len).sum::<usize>() as u64, size.min(next as u64));
            for (some, all) in drawn.iter().zip(&townships) {
                prop_assert!(some.iter().all(|id| all.contains(id)));
                prop_assert!(some.len().abs_diff(all.len() * usize::try_from(size).unwrap() / next.max(1)) <= 1 || size >= next as u64);
            }
            let backwards: Vec<Vec<Id>> =
                townships.iter().map(|ids| ids.iter().rev().copied().collect()).collect();
            prop_assert_eq!(draw(&backwards, SampleSize::InAll(size), &seed), drawn);
        }
    }

    fn numbered(number: usize) -> String {
        let letters = b"bcdfghjklm";
        let digits = format!("{number:012}");
        digits.bytes().map(|digit| char::from(letters[usize::from(digit - b'0')])).collect()
    }
}
