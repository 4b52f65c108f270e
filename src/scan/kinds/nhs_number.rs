//! The NHS number, and what it shares with its sisters.
//!
//! Issued to every patient in England, Wales and the Isle of Man: ten digits,
//! the first 4, 6 or 7, the last a check digit by modulus 11 (NHS Data
//! Dictionary, NHS NUMBER), shown as 3-3-4 with single spaces (NHS service
//! manual, NHS numbers). Northern Ireland's H&C number and Scotland's CHI
//! number have the same form and check: this file tells them apart by range.
//!
//! False friends: an ISBN-10 has the same check; a mobile number written `+44
//! 7..` leaves ten digits in the live range; one random number in eleven
//! passes. Hence the range is evidence, never a gate, and words around count.
//!
//! Specimens: 943 476 5919 and 999 000 0018 are valid and never issued; the
//! NHS's own 999 123 4567 fails the check.

use super::{chi_number, hc_number, test_number};
use crate::scan::finding::NumberClass;

/// The range that a number lies in.
pub fn class(digits: &[u8; 10]) -> NumberClass {
    match digits {
        [4 | 6 | 7, ..] => NumberClass::Live,
        _ if test_number::in_range(digits) => NumberClass::Test,
        [8, 0..=5, ..] => NumberClass::IrishIhi,
        _ if hc_number::in_range(digits) => NumberClass::Hc,
        [0..=3, ..] if chi_number::has_date(digits) => NumberClass::Chi,
        _ => NumberClass::Unused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_the_issuers() {
        for (number, expected) in [
            ("9434765919", NumberClass::Test),
            ("5900046192", NumberClass::Test),
            ("3200000015", NumberClass::Hc),
            ("3199999999", NumberClass::Unused),
            ("0607230002", NumberClass::Chi),
            ("2902201230", NumberClass::Chi),
            ("2902191230", NumberClass::Unused),
            ("8000000008", NumberClass::IrishIhi),
            ("8600000009", NumberClass::Unused),
            ("0032698674", NumberClass::Unused),
        ] {
            let mut digits = [0; 10];
            for (digit, byte) in digits.iter_mut().zip(number.bytes()) {
                *digit = byte - b'0';
            }
            assert_eq!(class(&digits), expected, "{number}");
        }
    }
}
