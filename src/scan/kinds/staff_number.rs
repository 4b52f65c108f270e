//! Numbers of staff: the GMC reference number and the NMC PIN.
//!
//! The General Medical Council gives each doctor seven digits, the Nursing and
//! Midwifery Council each nurse and midwife `12A3456E`: two digits of the
//! year, the month as a letter, four digits, a letter for the country (public
//! registers of both). Neither publishes a check digit, so the council's name
//! must stand directly before.
//!
//! Signs: the pattern, a label directly before. Both say that the person is
//! staff: they lower suspicion and never block.
//!
//! False friends: seven digits of a telephone number; reports under a name
//! such as "GMC guidance".
//!
//! Specimens: GMC 1234567 and NMC 99I9999E are forms, not people.

use super::boundary::is_word_byte;
use super::label::Labels;
use super::shape::Shape;
use crate::scan::evidence::Sign;

pub(crate) static GMC: Labels = Labels::new(&[
    "gmc",
    "general medical council",
    "gmc registration",
    "gmc reference",
    "gmc reg",
]);
static NMC: Labels = Labels::new(&[
    "nmc",
    "nmc pin",
    "nursing and midwifery council",
    "nmc registration",
    "nmc reg",
]);

/// Reads a labelled number at the first run of digits of it.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let is_pin = |end: usize| view.get(end).is_some_and(u8::is_ascii_alphabetic);
    match end.saturating_sub(start) {
        7 => read(view, start, end),
        2 if is_pin(end) => read(view, start, end),
        _ => None,
    }
}

fn read(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let (to, labels) = match end.saturating_sub(start) {
        7 => (end, &GMC),
        2 => {
            let [letter, digits @ .., last] = view.get(end..end.saturating_add(6))? else {
                return None;
            };
            let fits = letter.is_ascii_alphabetic()
                && digits.iter().all(u8::is_ascii_digit)
                && last.is_ascii_alphabetic();
            (fits.then(|| end.saturating_add(6))?, &NMC)
        }
        _ => return None,
    };
    if view.get(to).copied().is_some_and(is_word_byte) || !labels.directly_before(view, start) {
        return None;
    }
    let bytes = view.get(start..to)?.iter();
    Some(Shape {
        start,
        end: to,
        value: bytes
            .map(|byte| char::from(byte.to_ascii_uppercase()))
            .collect(),
        signs: vec![Sign::Pattern, Sign::LabelDirect],
    })
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn doctors_and_nurses_are_told_by_their_council() {
        for text in [
            "GMC 1234567",
            "GMC no: 1234567",
            "GMC1234567",
            "(GMC number 1234567)",
            "GMC Reference Number: 1234567",
            "Id/gmc-number\",\"value\":\"1234567\"",
        ] {
            assert_eq!(found(at_run, text).value, "1234567", "{text}");
        }
        for text in [
            "NMC PIN 99I9999E",
            "NMC: 99i9999e",
            "nmc pin no. 99I9999E,",
            "NMC99I9999E",
        ] {
            assert_eq!(found(at_run, text).value, "99I9999E", "{text}");
        }
    }

    #[test]
    fn without_the_council_there_is_none() {
        for text in [
            "1234567",
            "99I9999E",
            "GMC 123456",
            "GMC 12345678",
            "NMC 1234567",
            "NMC 99I999E",
            "NMC 99I9999EX",
            "GMC guidance 1234567",
            "AGMC 1234567",
        ] {
            none(at_run, text);
        }
    }
}
