//! The H&C number.
//!
//! Issued to every patient in Northern Ireland (NHS Data Dictionary, HEALTH AND
//! CARE NUMBER): nine digits from 320 000 001 to 399 999 999 and a check digit
//! by modulus 11, so from 320 000 0015 on; written as 3-3-4.
//!
//! False friends: telephones of American area codes from 320 to 399.

/// Whether ten digits lie in the range.
pub fn in_range(digits: &[u8; 10]) -> bool {
    let [first, second, third, ..] = *digits;
    first == 3 && (second, third) >= (2, 0)
}
