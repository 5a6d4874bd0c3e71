//! Hashes in the order in which they came, and where each was met: what must be kept of a million natural keys.

use std::hash::{BuildHasher, Hasher, RandomState};

/// What hashes are made with: nobody knows it, so no file can be made whose rows all have the same hash.
pub(super) struct HashSecret([u64; 2]);

impl Default for HashSecret {
    fn default() -> HashSecret {
        HashSecret(std::array::from_fn(|_| RandomState::new().build_hasher().finish() | 1))
    }
}

impl HashSecret {
    /// The hash of a number and of cells, which are UTF-8.
    pub(super) fn hash(&self, number: u64, cells: impl Iterator<Item = impl AsRef<[u8]>>) -> u64 {
        let HashSecret([one, other]) = self;
        let mut hash = folded_product(number ^ other, *one);
        for cell in cells {
            let (chunks, rest) = cell.as_ref().as_chunks::<8>();
            for chunk in chunks {
                hash = folded_product(hash ^ u64::from_le_bytes(*chunk), *one);
            }
            // No text holds such a byte: here the cell ends.
            let mut end = [0xff; 8];
            end[..rest.len()].copy_from_slice(rest);
            hash = folded_product(hash ^ u64::from_le_bytes(end), *other);
        }
        hash
    }
}

/// All bits of a product, in half of them.
#[expect(clippy::cast_possible_truncation, reason = "the upper half comes in by itself")]
const fn folded_product(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Hashes, numbered as they came; several may be alike.
#[derive(Debug, Default)]
pub(super) struct KeyIndex {
    hashes: Vec<u64>,
    /// In places found by the hash, at most half of them taken: the upper half of the hash and, as lower half, its number
    /// plus one; 0 where the place is free.
    slots: Vec<u64>,
}

impl KeyIndex {
    /// The numbers of those that are alike, in order.
    pub(super) fn find(&self, hash: u64) -> impl Iterator<Item = usize> + '_ {
        let last = self.slots.len().wrapping_sub(1);
        let mut at = first_slot(hash);
        std::iter::from_fn(move || {
            loop {
                let slot = *self.slots.get(at & last).filter(|slot| **slot != 0)?;
                at = at.wrapping_add(1);
                // Mostly this tells, and the hash itself, far off in memory, need not be looked at.
                let number = (slot & LOWER) as usize - 1;
                if (slot ^ hash) & !LOWER == 0 && self.hashes[number] == hash {
                    return Some(number);
                }
            }
        })
    }

    /// Whether there could be one that is alike.
    pub(super) fn may_have(&self, hash: u64) -> bool {
        let last = self.slots.len().wrapping_sub(1);
        self.slots.get(first_slot(hash) & last).is_some_and(|slot| *slot != 0)
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        let wanted = ((self.hashes.len() + more) * 2).next_power_of_two().max(64);
        if wanted > self.slots.len() {
            self.slots = vec![0; wanted];
            for number in 0..self.hashes.len() {
                self.put(number);
            }
        }
    }

    /// Adds one.
    pub(super) fn push(&mut self, hash: u64) {
        self.reserve(1);
        self.hashes.push(hash);
        self.put(self.hashes.len() - 1);
    }

    fn put(&mut self, number: usize) {
        let last = self.slots.len() - 1;
        let mut at = first_slot(self.hashes[number]) & last;
        while self.slots[at] != 0 {
            at = (at + 1) & last;
        }
        self.slots[at] = (self.hashes[number] & !LOWER) | ((number as u64 + 1) & LOWER);
    }
}

/// The half of a place that holds a number.
const LOWER: u64 = 0xffff_ffff;

#[expect(clippy::cast_possible_truncation, reason = "some bits of the hash, whichever")]
fn first_slot(hash: u64) -> usize {
    hash as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hash_tells_where_cells_end() {
        let secret = HashSecret::default();
        let rows: [(u64, &[&str]); 9] = [
            (1, &["a", "b"]),
            (1, &["ab", ""]),
            (1, &["", "ab"]),
            (1, &["ab"]),
            (2, &["ab"]),
            (1, &["abcdefgh", "i"]),
            (1, &["abcdefghi", ""]),
            (1, &["abcdefg", "hi"]),
            (1, &["abcdefgh\0", ""]),
        ];
        let hash = |(number, cells): (u64, &[&str])| secret.hash(number, cells.iter().map(|cell| cell.as_bytes()));
        let hashes: std::collections::HashSet<u64> = rows.into_iter().map(hash).collect();
        assert_eq!(hashes.len(), rows.len());
        assert_eq!(hash(rows[0]), hash(rows[0]));
        assert_ne!(hash(rows[0]), HashSecret::default().hash(1, [&b"a"[..], b"b"].into_iter()));
    }

    proptest! {
        #[test]
        fn all_that_are_alike_are_found_in_order(hashes in prop::collection::vec(0_u64..80, 0..300)) {
            let mut table = KeyIndex::default();
            for &hash in &hashes {
                table.push(hash);
                prop_assert!(table.may_have(hash));
            }
            for hash in 0..90 {
                let alike: Vec<usize> = (0..hashes.len()).filter(|&number| hashes[number] == hash).collect();
                prop_assert_eq!(table.find(hash).collect::<Vec<_>>(), alike);
            }
        }
    }
}
