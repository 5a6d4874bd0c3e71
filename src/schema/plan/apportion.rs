//! A whole split over weights so that the parts add up to it: largest remainder, exact.

/// `total` split in proportion to `weights`: each gets the whole part of its quota, and what is left goes one by one to
/// the largest remainders, ties to the earlier. All weights zero count as equal. Adds up to `total`, unless there are no
/// weights.
#[must_use]
pub fn largest_remainder(total: u64, weights: &[u64]) -> Vec<u64> {
    if weights.is_empty() {
        return Vec::new();
    }
    let all_zero = weights.iter().all(|&weight| weight == 0);
    let weights: Vec<u128> = weights.iter().map(|&weight| if all_zero { 1 } else { u128::from(weight) }).collect();
    let whole: u128 = weights.iter().sum();
    // Below 2^64 × 2^64, so a product never overflows.
    let quotas: Vec<u128> = weights.iter().map(|weight| u128::from(total) * weight).collect();
    let mut parts: Vec<u64> =
        quotas.iter().map(|quota| u64::try_from(quota / whole).expect("a part is at most the total")).collect();
    let left = total - parts.iter().sum::<u64>();
    let left = usize::try_from(left).expect("less is left than there are weights");
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(quotas[at] % whole));
    for at in order.into_iter().take(left) {
        parts[at] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_counted_by_hand() {
        for (total, weights, parts) in [
            (30, &[40_u64, 30, 30][..], &[12_u64, 9, 9][..]),
            (10, &[1, 1, 1], &[4, 3, 3]),
            (2, &[1, 1, 1], &[1, 1, 0]),
            (7, &[0, 0], &[4, 3]),
            (7, &[5, 0, 5], &[4, 0, 3]),
            (10, &[47, 16, 15, 22], &[5, 2, 1, 2]),
            (0, &[3, 4], &[0, 0]),
            (5, &[], &[]),
        ] {
            assert_eq!(largest_remainder(total, weights), parts, "{total} over {weights:?}");
        }
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let parts = largest_remainder(u64::MAX, &[u64::MAX, u64::MAX, u64::MAX]);
        assert_eq!(parts, [u64::MAX / 3; 3]);
        assert_eq!(largest_remainder(u64::MAX, &[0, u64::MAX]), [0, u64::MAX]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_stay_within_one_of_their_quota(
            total in prop_oneof![0..1000_u64, any::<u64>()],
            weights in prop::collection::vec(prop_oneof![0..10_u64, any::<u64>()], 1..40),
        ) {
            let parts = largest_remainder(total, &weights);
            prop_assert_eq!(parts.len(), weights.len());
            prop_assert_eq!(parts.iter().copied().map(u128::from).sum::<u128>(), u128::from(total));
            let sum: u128 = weights.iter().copied().map(u128::from).sum();
            for (&part, &weight) in parts.iter().zip(&weights) {
                if let Some(floor) = (u128::from(total) * u128::from(weight)).checked_div(sum) {
                    prop_assert!((floor..=floor + 1).contains(&u128::from(part)));
                    prop_assert!(weight > 0 || part == 0);
                }
            }
        }

        #[test]
        fn equal_weights_differ_by_one_and_earlier_come_first(total in 0..10_000_u64, weight in 0..9_u64, count in 1..50_usize) {
            let parts = largest_remainder(total, &vec![weight; count]);
            prop_assert!(parts.is_sorted_by(|a, b| a >= b));
            prop_assert!(parts[0] - parts[count - 1] <= 1);
        }

        #[test]
        fn a_whole_that_is_the_sum_of_the_weights_gives_the_weights(weights in prop::collection::vec(0..1_000_000_u64, 1..30)) {
            prop_assume!(weights.iter().sum::<u64>() > 0);
            prop_assert_eq!(largest_remainder(weights.iter().sum(), &weights), weights);
        }
    }
}
