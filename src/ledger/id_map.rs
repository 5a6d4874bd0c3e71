//! A map by ids.

use crate::base::id::Id;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes ids: they are random already.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31);
    }
}

/// A map by id.
pub type IdMap<T> = HashMap<Id, T, BuildHasherDefault<IdHasher>>;
