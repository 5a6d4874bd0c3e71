//! Ids of records and batches: twelve lowercase consonants, which no spreadsheet takes for a number and in which no
//! word appears by chance.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

const LETTERS: &[u8; 20] = b"bcdfghjklmnpqrstvwxz";
/// For each byte its place in `LETTERS` plus one, or zero.
const PLACE: [u8; 256] = {
    let mut place = [0; 256];
    let mut i = 0;
    let mut next = 1;
    while i < LETTERS.len() {
        place[LETTERS[i] as usize] = next;
        (i, next) = (i + 1, next + 1);
    }
    place
};

/// All pairs of letters, in order.
const PAIRS: [[u8; 2]; 400] = {
    let mut pairs = [[0; 2]; 400];
    let mut i = 0;
    while i < pairs.len() {
        pairs[i] = [LETTERS[i / 20], LETTERS[i % 20]];
        i += 1;
    }
    pairs
};

/// An id, as a number below 20¹².
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// How many letters an id has.
    pub const LEN: usize = 12;
    const COUNT: u64 = 20_u64.pow(12);

    /// A new random id.
    #[must_use]
    pub fn random() -> Id {
        loop {
            // The keys of a new `RandomState` come from the system's random numbers and are never used twice.
            let number = RandomState::new().build_hasher().finish() >> 11;
            // 2^53 / 20^12 is a little over 2: take the part that is spread evenly.
            if number < Id::COUNT * 2 {
                return Id(number % Id::COUNT);
            }
        }
    }

    /// Reads the twelve letters, and nothing else.
    #[must_use]
    pub fn from_bytes(text: &[u8]) -> Option<Id> {
        let text: &[u8; Id::LEN] = text.try_into().ok()?;
        let mut number = 0;
        for &letter in text {
            let place = PLACE[usize::from(letter)];
            if place == 0 {
                return None;
            }
            number = number * 20 + u64::from(place - 1);
        }
        Some(Id(number))
    }

    /// The twelve letters.
    #[must_use]
    pub fn letters(self) -> [u8; Id::LEN] {
        let mut letters = [0; Id::LEN];
        let (pairs, _) = letters.as_chunks_mut::<2>();
        // The halves do not wait for each other, and two letters are looked up at once.
        for (half, pairs) in [self.0 / HALF, self.0 % HALF].into_iter().zip(pairs.chunks_mut(3)) {
            let mut rest = u32::try_from(half).expect("half an id is less than 20⁶");
            for pair in pairs.iter_mut().rev() {
                *pair = PAIRS[(rest % 400) as usize];
                rest /= 400;
            }
        }
        letters
    }

    /// As a number, for hashing and sorting (the order is that of the letters).
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// Half of the letters of an id as a number: below this.
const HALF: u64 = 20_u64.pow(6);

/// Random ids of which no two are alike, as many as there are: a random order of all ids, which is never written down.
/// Each place in it has an id of its own, so that several threads can take theirs without asking one another.
#[derive(Debug)]
pub struct IdGenerator {
    keys: [u64; 6],
}

impl Default for IdGenerator {
    fn default() -> IdGenerator {
        IdGenerator { keys: std::array::from_fn(|_| RandomState::new().build_hasher().finish()) }
    }
}

impl IdGenerator {
    /// The id at a place of the order.
    #[must_use]
    pub fn at(&self, position: u64) -> Id {
        let position = position % Id::COUNT;
        // Each step shifts one half by what the other and a key come to, which can be undone: a permutation (Feistel's).
        let (left, right) = self.keys.iter().fold((position / HALF, position % HALF), |(left, right), key| {
            let mixed = (right ^ key).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32;
            (right, (left + mixed) % HALF)
        });
        Id(left * HALF + right)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.letters()).unwrap_or_default())
    }
}

/// Whether `text` could be the beginning of an id: 1 to 12 of its letters.
#[must_use]
pub fn is_prefix(text: &str) -> bool {
    (1..=Id::LEN).contains(&text.len()) && text.bytes().all(|b| PLACE[usize::from(b)] != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_in_the_order_of_their_letters() {
        let ids = ["bbbbbbbbbbbb", "bbbbbbbbbbbc", "dfghjklmnpqr", "zzzzzzzzzzzz"];
        let read: Vec<Id> = ids.iter().map(|id| Id::from_bytes(id.as_bytes()).unwrap()).collect();
        assert!(read.is_sorted());
        assert_eq!(read.iter().map(Id::to_string).collect::<Vec<_>>(), ids);
        for bad in ["", "bbbbbbbbbbb", "bbbbbbbbbbba", "BBBBBBBBBBBB", "bbbbbbbbbbbbb"] {
            assert_eq!(Id::from_bytes(bad.as_bytes()), None, "{bad}");
        }
        assert!(is_prefix("bcd") && !is_prefix("") && !is_prefix("abc") && !is_prefix("bbbbbbbbbbbbb"));
    }

    #[test]
    fn an_order_of_ids_has_each_once() {
        let ids = IdGenerator::default();
        let others = IdGenerator::default();
        let places = (0..20_000).chain(Id::COUNT - 20_000..Id::COUNT);
        let met: std::collections::HashSet<Id> = places.clone().map(|place| ids.at(place)).collect();
        assert_eq!(met.len(), 40_000);
        assert!(met.iter().all(|id| Id::from_bytes(&id.letters()) == Some(*id)));
        // Two orders have hardly one in common, and neighbours begin with different letters as often as chance has it.
        assert!(places.clone().filter(|&place| met.contains(&others.at(place))).count() < 3);
        let same = (0..20_000).filter(|&place| ids.at(place).letters()[0] == ids.at(place + 1).letters()[0]).count();
        assert!((800..1_200).contains(&same), "{same} of 20,000");
        for letter in 0..Id::LEN {
            let bs = (0..20_000).filter(|&place| ids.at(place).letters()[letter] == b'b').count();
            assert!((800..1_200).contains(&bs), "letter {letter}: {bs} of 20,000");
        }
    }

    #[test]
    fn random_ids_differ() {
        let ids: std::collections::HashSet<Id> = (0..1000).map(|_| Id::random()).collect();
        assert_eq!(ids.len(), 1000);
    }
}
