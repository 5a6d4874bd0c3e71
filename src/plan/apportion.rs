//! stub
/// x
pub fn largest_remainder(total: u64, weights: &[u64]) -> Vec<u64> { let _ = total; weights.to_vec() }
