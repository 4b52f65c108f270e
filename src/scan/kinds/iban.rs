//! The International Bank Account Number (IBAN).
//!
//! Issued by banks under ISO 13616: the country, two check digits, then up to
//! thirty letters and digits whose number is fixed for each country (SWIFT
//! IBAN Registry). The check is modulus 97 over the whole, country and check
//! digits moved to the end and A to Z counted as 10 to 35: the rest is 1 (ISO
//! 7064). Printed in groups of four; stored in one run.
//!
//! Signs: the check digits, the country with its length, the usual layout for
//! groups of four, a label directly before.
//!
//! False friends: almost none; one in ninety-seven codes of the right length
//! passes.
//!
//! Specimen: GB29 NWBK 6016 1331 9268 19, the registry's own.

use super::boundary::{byte_before, is_joined, is_word, is_word_byte};
use super::label;
use super::shape::Shape;
use crate::scan::evidence::Sign;

const LABELS: &[&str] = &["iban", "account", "acc", "a/c", "bank account"];

/// The countries of the registry, in order, with the length of their IBAN.
const LENGTHS: [([u8; 2], usize); 89] = [
    (*b"AD", 24),
    (*b"AE", 23),
    (*b"AL", 28),
    (*b"AT", 20),
    (*b"AZ", 28),
    (*b"BA", 20),
    (*b"BE", 16),
    (*b"BG", 22),
    (*b"BH", 22),
    (*b"BI", 27),
    (*b"BR", 29),
    (*b"BY", 28),
    (*b"CH", 21),
    (*b"CR", 22),
    (*b"CY", 28),
    (*b"CZ", 24),
    (*b"DE", 22),
    (*b"DJ", 27),
    (*b"DK", 18),
    (*b"DO", 28),
    (*b"EE", 20),
    (*b"EG", 29),
    (*b"ES", 24),
    (*b"FI", 18),
    (*b"FK", 18),
    (*b"FO", 18),
    (*b"FR", 27),
    (*b"GB", 22),
    (*b"GE", 22),
    (*b"GI", 23),
    (*b"GL", 18),
    (*b"GR", 27),
    (*b"GT", 28),
    (*b"HN", 28),
    (*b"HR", 21),
    (*b"HU", 28),
    (*b"IE", 22),
    (*b"IL", 23),
    (*b"IQ", 23),
    (*b"IS", 26),
    (*b"IT", 27),
    (*b"JO", 30),
    (*b"KW", 30),
    (*b"KZ", 20),
    (*b"LB", 28),
    (*b"LC", 32),
    (*b"LI", 21),
    (*b"LT", 20),
    (*b"LU", 20),
    (*b"LV", 21),
    (*b"LY", 25),
    (*b"MC", 27),
    (*b"MD", 24),
    (*b"ME", 22),
    (*b"MK", 19),
    (*b"MN", 20),
    (*b"MR", 27),
    (*b"MT", 31),
    (*b"MU", 30),
    (*b"NI", 28),
    (*b"NL", 18),
    (*b"NO", 15),
    (*b"OM", 23),
    (*b"PK", 24),
    (*b"PL", 28),
    (*b"PS", 29),
    (*b"PT", 25),
    (*b"QA", 29),
    (*b"RO", 24),
    (*b"RS", 22),
    (*b"RU", 33),
    (*b"SA", 24),
    (*b"SC", 31),
    (*b"SD", 18),
    (*b"SE", 24),
    (*b"SI", 19),
    (*b"SK", 24),
    (*b"SM", 27),
    (*b"SO", 23),
    (*b"ST", 25),
    (*b"SV", 28),
    (*b"TL", 23),
    (*b"TN", 24),
    (*b"TR", 26),
    (*b"UA", 29),
    (*b"VA", 22),
    (*b"VG", 24),
    (*b"XK", 20),
    (*b"YE", 30),
];

/// Reads a number at the first run of digits of it, the check digits.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let glued = byte_before(view, start)?.is_ascii_alphabetic();
    if glued && end.saturating_sub(start) >= 2 {
        read(view, start)
    } else {
        None
    }
}

fn read(view: &[u8], start: usize) -> Option<Shape> {
    let from = start.checked_sub(2)?;
    let [first, second] = *view.get(from..start)? else {
        return None;
    };
    if byte_before(view, from).is_some_and(is_word_byte) {
        return None;
    }
    let length = length_of([first.to_ascii_uppercase(), second.to_ascii_uppercase()])?;
    let mut characters = [0_u8; 34];
    let mut at = from;
    let mut gaps = 0_usize;
    let mut sole = None;
    for (index, slot) in characters.iter_mut().take(length).enumerate() {
        if index > 0
            && index % 4 == 0
            && let Some(gap @ (b' ' | b'-')) = view.get(at)
        {
            if sole.is_some_and(|sole| sole != gap) {
                return None;
            }
            sole = Some(gap);
            gaps = gaps.saturating_add(1);
            at = at.saturating_add(1);
        }
        let byte = view.get(at).filter(|byte| byte.is_ascii_alphanumeric())?;
        *slot = byte.to_ascii_uppercase();
        at = at.saturating_add(1);
    }
    let characters = characters.get(..length)?;
    let grouped = gaps == length.saturating_sub(1).wrapping_div(4);
    // The remainder costs most, so it comes last.
    if (gaps > 0 && !grouped) || !is_word(view, from, at) || !passes_mod_97(characters) {
        return None;
    }
    let labelled = label::directly_before(view, from, LABELS);
    if !labelled && is_joined(view, from, at) {
        return None;
    }
    let mut signs = vec![Sign::CheckDigit, Sign::IssuerPrefix];
    match sole {
        Some(b' ') => signs.push(Sign::LayoutUsual),
        Some(_) => signs.push(Sign::LayoutOther),
        None => {}
    }
    if labelled {
        signs.push(Sign::LabelDirect);
    }
    Some(Shape {
        start: from,
        end: at,
        value: characters.iter().map(|byte| char::from(*byte)).collect(),
        signs,
    })
}

fn length_of(country: [u8; 2]) -> Option<usize> {
    let index = LENGTHS.binary_search_by_key(&country, |entry| entry.0);
    LENGTHS.get(index.ok()?).map(|entry| entry.1)
}

/// Whether the whole, its first four characters moved to the end, leaves 1
/// when divided by 97; check digits are 02 to 98 (ISO 7064).
fn passes_mod_97(characters: &[u8]) -> bool {
    let Some((head, tail)) = characters.split_at_checked(4) else {
        return false;
    };
    let check_digits = head.get(2..).unwrap_or(b"");
    if !check_digits.iter().all(u8::is_ascii_digit) || matches!(check_digits, b"00" | b"01" | b"99")
    {
        return false;
    }
    let rest = [tail, head]
        .into_iter()
        .flatten()
        .fold(0_u64, |rest, byte| {
            let (factor, value) = match byte {
                b'0'..=b'9' => (10, byte.wrapping_sub(b'0')),
                _ => (100, byte.wrapping_sub(b'A').wrapping_add(10)),
            };
            // Divided only where there would be no room for two digits more.
            let rest = if rest < u64::MAX / 200 {
                rest
            } else {
                rest % 97
            };
            rest.wrapping_mul(factor).wrapping_add(u64::from(value))
        });
    rest % 97 == 1
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn the_table_is_in_order_and_within_the_standard() {
        assert!(LENGTHS.is_sorted());
        assert!(LENGTHS.iter().all(|entry| (15..=34).contains(&entry.1)));
    }

    #[test]
    fn examples_of_the_registry_are_read() {
        for text in [
            "GB29 NWBK 6016 1331 9268 19",
            "gb29nwbk60161331926819",
            "DE89 3704 0044 0532 0130 00",
            "DE89370400440532013000",
            "NO93 8601 1117 947",
            "FR14 2004 1010 0505 0001 3M02 606",
            "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
            "BE68-5390-0754-7034",
            "LC55 HEMM 0001 0001 0012 0012 0002 3015",
        ] {
            let value = found(at_run, text).value;
            let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            assert_eq!(value, plain.to_ascii_uppercase());
        }
    }

    #[test]
    fn a_label_is_a_sign_and_what_follows_is_no_part() {
        let shape = found(at_run, "IBAN: GB29 NWBK 6016 1331 9268 19 and more");
        assert!(shape.signs.contains(&Sign::LabelDirect));
        assert_eq!(shape.value.len(), 22);
        assert_eq!((shape.start, shape.end), (6, 33));
    }

    #[test]
    fn wrong_checks_lengths_and_countries_are_refused() {
        for text in [
            "GB28 NWBK 6016 1331 9268 19",
            "GB29 NWBK 6016 1331 9268 1",
            "GB29NWBK601613319268190",
            "GB29 NWBK 60161331926819",
            "GB29 NWBK-6016 1331 9268 19",
            "ZZ29NWBK60161331926819",
            "XGB29NWBK60161331926819",
            "GB29 NWBK 6016 1331 92",
        ] {
            none(at_run, text);
        }
    }
}
