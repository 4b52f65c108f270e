//! The UK passport number.
//!
//! Issued by HM Passport Office: nine digits, on some passports two letters
//! and seven digits. The number itself carries no check digit; only the
//! machine-readable zone does (ICAO Doc 9303 part 4).
//!
//! Nine digits are everything and nothing, so a label must stand directly
//! before.
//!
//! Signs: the pattern, a label directly before.
//!
//! False friends: references of applications, telephone and company numbers.
//!
//! Specimens: the ones in the tests are invented.

use super::boundary::{byte_before, is_word_byte};
use super::label::Labels;
use super::shape::Shape;
use crate::scan::evidence::Sign;

pub(crate) static LABELS: Labels = Labels::new(&["passport", "ppt", "pass port"]);

/// Reads a labelled number at its run of digits.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    match end.saturating_sub(start) {
        7 | 9 => read(view, start, end),
        _ => None,
    }
}

fn read(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let from = match end.saturating_sub(start) {
        9 => start,
        7 => start.checked_sub(2)?,
        _ => return None,
    };
    let letters = view.get(from..start)?;
    if !letters.iter().all(u8::is_ascii_alphabetic)
        || view.get(end).copied().is_some_and(is_word_byte)
        || is_decimal(view, from, end)
        || !LABELS.directly_before(view, from)
    {
        return None;
    }
    let bytes = view.get(from..end)?.iter();
    Some(Shape {
        start: from,
        end,
        value: bytes
            .map(|byte| char::from(byte.to_ascii_uppercase()))
            .collect(),
        signs: vec![Sign::Pattern, Sign::LabelDirect],
    })
}

/// Whether digits stand across a point; `.0` is how a spreadsheet writes a
/// whole number.
fn is_decimal(view: &[u8], start: usize, end: usize) -> bool {
    let fraction = view.get(end..end.saturating_add(2));
    let after = matches!(fraction, Some([b'.', b'1'..=b'9']));
    let before = byte_before(view, start) == Some(b'.')
        && byte_before(view, start.saturating_sub(1)).is_some_and(|byte| byte.is_ascii_digit());
    after || before
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn a_label_makes_it_a_passport() {
        for text in [
            "passport 507384129",
            "Passport No. 507384129,",
            "passportNumber\":\"507384129\"",
            "PASSPORT NUMBER IS: 507384129.",
            "passport_no=507384129.0",
        ] {
            assert_eq!(found(at_run, text).value, "507384129", "{text}");
        }
        assert_eq!(found(at_run, "passport no zz1234567").value, "ZZ1234567");
    }

    #[test]
    fn without_a_label_or_with_other_lengths_there_is_none() {
        for text in [
            "507384129",
            "ZZ1234567",
            "passport 50738412",
            "passport 5073841290",
            "passport Z12345678",
            "passport AZZ1234567",
            "passport 507384129GBR",
            "passport photos 507384129",
            "passport 507384129.5",
        ] {
            none(at_run, text);
        }
    }
}
