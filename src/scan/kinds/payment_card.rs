//! The payment card number (PAN).
//!
//! Issued by banks under ISO/IEC 7812: 13 to 19 digits, the first ones the
//! issuer's, the last a check digit by modulus 10 (Luhn, ISO/IEC 7812-1 annex
//! B). Read in one run or as printed: 4-4-4-4, 4-4-4-4-3, 4-6-5 and 4-6-4 with
//! blanks or hyphens. Prefixes and lengths are those that the schemes publish:
//! Visa, Mastercard, American Express, Discover, Diners Club, JCB, Maestro,
//! `UnionPay`.
//!
//! Signs: the check digit, the issuer's prefix, the usual layout (blanks),
//! another layout (hyphens), a label directly before.
//!
//! False friends: one random number in ten passes the check, so tracking,
//! order and serial numbers do; IBANs in groups of four. One digit repeated
//! never has both an issuer's prefix and a valid check digit.
//!
//! Specimens: 4111 1111 1111 1111 and 3782 822463 10005, test numbers of the
//! schemes.

use super::boundary::{byte_before, is_joined, is_word_byte};
use super::label;
use super::shape::Shape;
use crate::scan::evidence::Sign;

const LABELS: &[&str] = &[
    "card",
    "credit card",
    "debit card",
    "cardno",
    "pan",
    "visa",
    "visa card",
    "visa debit",
    "mastercard",
    "master card",
    "maestro",
    "amex",
    "american express",
    "discover",
    "diners",
    "diners club",
    "jcb",
    "unionpay",
];

/// Groups as they are printed, longest first.
const LAYOUTS: [&[u8]; 4] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

/// Reads a number at the first run of digits of it.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    match end.saturating_sub(start) {
        13..=19 => shape(view, start, end, None, Around::Open),
        4 => match view.get(end)? {
            b' ' | b'-' => grouped(view, start, end),
            _ => None,
        },
        _ => None,
    }
}

fn grouped(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let joint = *view.get(end)?;
    let goes_on = view.get(end.saturating_add(1))?.is_ascii_digit();
    if !goes_on || !matches!(view.get(start)?, b'2'..=b'6') {
        return None;
    }
    // One group more than a layout has, to see whether the number goes on.
    let mut groups = [(0_u8, 0_usize); 6];
    let mut count = 0_usize;
    let mut at = start;
    for slot in &mut groups {
        let rest = view.get(at..)?.iter().take(7);
        let length = rest.take_while(|byte| byte.is_ascii_digit()).count();
        at = at.saturating_add(length);
        if length == 0 {
            break;
        }
        if count == 1 && !matches!(length, 4 | 6) {
            // No layout goes on like this.
            return None;
        }
        *slot = (u8::try_from(length).ok()?, at);
        count = count.saturating_add(1);
        if view.get(at) != Some(&joint) {
            break;
        }
        at = at.saturating_add(1);
    }
    LAYOUTS.iter().find_map(|layout| {
        let here = groups.get(..layout.len().min(count))?;
        let fits = here.iter().map(|group| group.0).eq(layout.iter().copied());
        // A further group of four is more of the same number.
        let goes_on = groups
            .get(layout.len())
            .is_some_and(|group| group.0 == 4 && layout.len() < count);
        if !fits {
            return None;
        }
        let to = here.last()?.1;
        let around = if goes_on || follows_group(view, start) {
            Around::Groups
        } else {
            Around::Open
        };
        shape(view, start, to, Some(joint), around)
    })
}

/// What stands around a number in groups.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Around {
    /// Further groups of four, as in an IBAN or a list of codes.
    Groups,
    Open,
}

fn shape(
    view: &[u8],
    start: usize,
    end: usize,
    joint: Option<u8>,
    around: Around,
) -> Option<Shape> {
    let digits = Digits::read(view.get(start..end)?)?;
    if !is_issued(&digits) || !luhn(digits.slice()) {
        return None;
    }
    let labelled = label::directly_before(view, start, LABELS);
    // A label may touch the number, a letter of anything else may not.
    let open_left = byte_before(view, start).is_some_and(is_word_byte);
    let open_right = view.get(end).copied().is_some_and(is_word_byte);
    if open_right || (open_left && !labelled) {
        return None;
    }
    let inside = around == Around::Groups || is_joined(view, start, end);
    if !labelled && inside {
        return None;
    }
    let mut signs = vec![Sign::CheckDigit, Sign::IssuerPrefix];
    match joint {
        Some(b' ') => signs.push(Sign::LayoutUsual),
        Some(_) => signs.push(Sign::LayoutOther),
        None => {}
    }
    if labelled {
        signs.push(Sign::LabelDirect);
    }
    Some(Shape {
        start,
        end,
        value: digits
            .slice()
            .iter()
            .map(|digit| char::from(digit.wrapping_add(b'0')))
            .collect(),
        signs,
    })
}

/// Whether a group of four letters and digits stands before, as in an IBAN.
fn follows_group(view: &[u8], start: usize) -> bool {
    let from = start.saturating_sub(5);
    let Some([group @ .., b' ' | b'-']) = view.get(from..start) else {
        return false;
    };
    group.len() == 4
        && group.iter().all(u8::is_ascii_alphanumeric)
        && group.iter().any(u8::is_ascii_digit)
        && !byte_before(view, from).is_some_and(is_word_byte)
}

/// The digits of a number, 13 to 19.
#[derive(Debug)]
struct Digits {
    digits: [u8; 19],
    length: usize,
}

impl Digits {
    /// Takes the digits out of what may hold separators.
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut digits = [0_u8; 19];
        let mut length = 0_usize;
        for byte in bytes.iter().filter(|byte| byte.is_ascii_digit()) {
            *digits.get_mut(length)? = byte.wrapping_sub(b'0');
            length = length.saturating_add(1);
        }
        (length >= 13).then_some(Self { digits, length })
    }

    fn slice(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or(&[])
    }
}

/// Whether the check digit holds by modulus 10 (Luhn): from the right, each
/// second digit counts double, its own digits added.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let (first, pairs) = digits.as_rchunks::<2>();
    let doubled = |digit: u8| DOUBLED.get(usize::from(digit)).copied().unwrap_or(0);
    let sum = pairs.iter().fold(0_u16, |sum, [left, right]| {
        sum.wrapping_add(u16::from(doubled(*left)))
            .wrapping_add(u16::from(*right))
    });
    let sum = sum.wrapping_add(u16::from(first.first().copied().unwrap_or(0)));
    sum % 10 == 0
}

/// Whether a scheme issues numbers of this length with these first digits.
fn is_issued(digits: &Digits) -> bool {
    let prefix = digits.slice().iter().take(6).fold(0_u32, |prefix, digit| {
        prefix.saturating_mul(10).saturating_add(u32::from(*digit))
    });
    match prefix {
        // Visa; thirteen digits are old and still valid.
        400_000..=499_999 => matches!(digits.length, 13 | 16 | 19),
        // Mastercard.
        510_000..=559_999 | 222_100..=272_099 => digits.length == 16,
        // American Express.
        340_000..=349_999 | 370_000..=379_999 => digits.length == 15,
        // Diners Club.
        300_000..=305_999 | 309_500..=309_599 | 360_000..=369_999 | 380_000..=399_999 => {
            (14..=19).contains(&digits.length)
        }
        // JCB, Discover, UnionPay.
        352_800..=358_999
        | 601_100..=601_199
        | 644_000..=659_999
        | 620_000..=629_999
        | 810_000..=817_199 => (16..=19).contains(&digits.length),
        // Maestro.
        501_800..=501_899
        | 502_000..=502_099
        | 503_800..=503_899
        | 589_300..=589_399
        | 630_400..=630_499
        | 675_900..=675_999
        | 676_100..=676_399 => (13..=19).contains(&digits.length),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn test_numbers_of_the_schemes_are_read() {
        for (text, value) in [
            ("4111111111111111", "4111111111111111"),
            ("4111 1111 1111 1111", "4111111111111111"),
            ("4111-1111-1111-1111", "4111111111111111"),
            ("4222222222222", "4222222222222"),
            ("5555555555554444,", "5555555555554444"),
            ("2223003122003222", "2223003122003222"),
            ("3782 822463 10005", "378282246310005"),
            ("371449635398431", "371449635398431"),
            ("3056 930902 5904", "30569309025904"),
            ("6011111111111117", "6011111111111117"),
            ("3530111333300000", "3530111333300000"),
            ("6200000000000005", "6200000000000005"),
            ("6759649826438453", "6759649826438453"),
            ("4111 1111 1111 1111 12/27", "4111111111111111"),
            ("x,4111111111111111,3", "4111111111111111"),
        ] {
            assert_eq!(found(at_run, text).value, value, "{text}");
        }
    }

    #[test]
    fn a_label_is_a_sign() {
        for text in [
            "card no: 4111111111111111",
            "Card Number 4111 1111 1111 1111",
            "Visa 4111111111111111",
            "PAN=4111111111111111",
            "card 4111 1111 1111 1111 1227 123",
            "https://a.example/?card=4111111111111111",
        ] {
            assert!(
                found(at_run, text).signs.contains(&Sign::LabelDirect),
                "{text}"
            );
        }
    }

    #[test]
    fn one_digit_repeated_is_no_card() {
        for digit in "0123456789".chars() {
            for length in 13..=19 {
                none(at_run, &digit.to_string().repeat(length));
            }
        }
    }

    #[test]
    fn wrong_checks_prefixes_lengths_and_neighbours_are_refused() {
        for text in [
            "4111111111111112",
            "4111 1111 1111 1112",
            "1111111111111117",
            "0000000000000000",
            "4444444444444444",
            "7111111111111114",
            "411111111111116",
            "4111 1111-1111 1111",
            "4111 1111 1111 1111 1111",
            "AB12 4111 1111 1111 1111",
            "a4111111111111111",
            "4111111111111111f",
            "4111111111111111.5",
            "4111111111111111-2",
            "https://a.example/4111111111111111",
            "2024 12 11 10",
        ] {
            none(at_run, text);
        }
    }
}
