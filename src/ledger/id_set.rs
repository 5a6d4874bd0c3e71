//! A set of ids in eight bytes each: what must be remembered of a record that is never revised.

use crate::base::id::Id;

/// Ids as numbers, in places found by their hash; at most half of the places are taken.
#[derive(Debug, Default)]
pub(super) struct IdSet {
    /// One more than the number; 0 where the place is free.
    slots: Vec<u64>,
    len: usize,
}

/// Ids are random, but who writes a file by hand may choose them.
const fn hash(number: u64) -> u64 {
    let mixed = (number ^ (number >> 29)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed ^ (mixed >> 32)
}

impl IdSet {
    /// A set with room for so many.
    pub(super) fn with_room(count: usize) -> IdSet {
        IdSet { slots: vec![0; (count * 2).next_power_of_two().max(16)], len: 0 }
    }

    /// In which of so many lots (a power of two) an id belongs.
    pub(super) fn lot(id: Id, lots: usize) -> usize {
        (hash(id.number()) >> 40) as usize & (lots - 1)
    }

    /// The place at which a number stands, or would.
    #[expect(clippy::cast_possible_truncation, reason = "some bits of the hash, whichever")]
    fn slot(&self, number: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut at = hash(number) as usize & last;
        while self.slots[at] != 0 && self.slots[at] != number + 1 {
            at = (at + 1) & last;
        }
        at
    }

    /// Takes in a number; whether it was not there before.
    pub(super) fn insert(&mut self, number: u64) -> bool {
        if (self.len + 1) * 2 > self.slots.len() {
            let places = vec![0; (self.slots.len() * 2).max(16)];
            for number in std::mem::replace(&mut self.slots, places) {
                if number != 0 {
                    let at = self.slot(number - 1);
                    self.slots[at] = number;
                }
            }
        }
        let at = self.slot(number);
        let new = self.slots[at] == 0;
        self.slots[at] = number + 1;
        self.len += usize::from(new);
        new
    }

    /// Whether a number is there.
    pub(super) fn contains(&self, number: u64) -> bool {
        !self.slots.is_empty() && self.slots[self.slot(number)] != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holds_what_was_put_in(numbers in prop::collection::vec(0_u64..600, 0..400), room in 0_usize..40) {
            let mut set = IdSet::with_room(room);
            let mut model = std::collections::HashSet::new();
            for number in numbers {
                prop_assert_eq!(set.insert(number), model.insert(number));
            }
            for number in 0..600 {
                prop_assert_eq!(set.contains(number), model.contains(&number));
            }
        }
    }
}
