//! Numbers of ranges that are never issued, for tests.
//!
//! NHS numbers that begin with 9 are synthetic, as in the sandbox of the
//! Personal Demographics Service; those with 5 are for internal testing. They
//! are found and recorded as all others, but rules pass them by default:
//! `treat-test-range-as-live` in a rule or in the configuration makes them
//! count.
//!
//! Specimens: 943 476 5919, 999 000 0018.

/// Whether ten digits lie in such a range.
pub fn in_range(digits: &[u8; 10]) -> bool {
    matches!(digits, [5 | 9, ..])
}
