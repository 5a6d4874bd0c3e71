//! Hashes in the order in which they came, and where each was met: what must be kept of a million natural keys.

/// Hashes, numbered as they came; several may be alike.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    hashes: Vec<u64>,
    /// Numbers plus one, in places found by their hash, at most half of them taken; 0 where the place is free.
    places: Vec<u32>,
}

impl Hashes {
    /// The numbers of those that are alike, in order.
    pub(super) fn find(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let last = self.places.len().wrapping_sub(1);
        let mut at = first_place(hash);
        std::iter::from_fn(move || {
            loop {
                let number = *self.places.get(at & last).filter(|number| **number != 0)? as usize - 1;
                at = at.wrapping_add(1);
                if self.hashes[number] == hash {
                    return Some(number);
                }
            }
        })
    }

    /// Adds one.
    pub(super) fn push(&mut self, hash: u64) {
        if (self.hashes.len() + 1) * 2 > self.places.len() {
            self.places = vec![0; (self.places.len() * 2).max(64)];
            for number in 0..self.hashes.len() {
                self.put(number);
            }
        }
        self.hashes.push(hash);
        self.put(self.hashes.len() - 1);
    }

    fn put(&mut self, number: usize) {
        let last = self.places.len() - 1;
        let mut at = first_place(self.hashes[number]) & last;
        while self.places[at] != 0 {
            at = (at + 1) & last;
        }
        self.places[at] = u32::try_from(number + 1).unwrap_or(u32::MAX);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "some bits of the hash, whichever")]
fn first_place(hash: u64) -> usize {
    hash as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_that_are_alike_are_found_in_order(hashes in prop::collection::vec(0_u64..80, 0..300)) {
            let mut table = Hashes::default();
            for &hash in &hashes {
                table.push(hash);
            }
            for hash in 0..90 {
                let alike: Vec<usize> = (0..hashes.len()).filter(|&number| hashes[number] == hash).collect();
                prop_assert_eq!(table.find(hash).collect::<Vec<_>>(), alike);
            }
        }
    }
}
