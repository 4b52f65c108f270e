//! The driver number on a driving licence of Great Britain.
//!
//! Issued by the DVLA: sixteen characters. Five of the surname, filled up with
//! 9; the decade of the birth year, the month (01-12 for men, 51-62 for
//! women), the day, the last digit of the year; two initials, 9 for each that
//! is missing; one character that keeps namesakes apart; two check characters
//! whose rule is not published (DVLA leaflet INS57P). Printed as 5-6-5; the
//! issue number of two digits may follow and is no part of it.
//!
//! Signs: the pattern, a real date of birth in it, the usual layout for 5-6-5
//! with blanks, a label directly before.
//!
//! False friends: product keys and booking codes; the date rules out most.
//! Northern Ireland's number has eight digits and no mark of its own.
//!
//! Specimen: MORGA657054SM9IJ, the DVLA's own.

use super::boundary::{byte_before, is_joined, is_word_byte};
use super::label;
use super::shape::Shape;
use crate::scan::evidence::Sign;

const LABELS: &[&str] = &[
    "driving licence",
    "driving license",
    "driver licence",
    "driver license",
    "drivers licence",
    "driver's licence",
    "licence",
    "driver",
    "dl",
    "dvla",
];

/// Reads a number at the first run of digits of it.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    // The date has six digits; in 5-6-5 the nines before it may stand alone.
    let is_long = end.saturating_sub(start) >= 6;
    if is_long || view.get(start) == Some(&b'9') {
        read(view, start)
    } else {
        None
    }
}

fn read(view: &[u8], start: usize) -> Option<Shape> {
    let from = surname_start(view, start)?;
    let (code, to, gaps) = sixteen(view, from)?;
    let to = without_issue_number(view, to)?;
    if !is_driver_number(&code) {
        return None;
    }
    let labelled = label::directly_before(view, from, LABELS);
    // With blanks within, five words of prose would do.
    let is_prose = gaps > 0 && !code.get(13).is_some_and(u8::is_ascii_digit);
    if !labelled && (is_prose || is_joined(view, from, to)) {
        return None;
    }
    let mut signs = vec![Sign::Pattern, Sign::RealDate];
    match gaps {
        0 => {}
        2 => signs.push(Sign::LayoutUsual),
        _ => signs.push(Sign::LayoutOther),
    }
    if labelled {
        signs.push(Sign::LabelDirect);
    }
    Some(Shape {
        start: from,
        end: to,
        value: code.iter().map(|byte| char::from(*byte)).collect(),
        signs,
    })
}

/// Where the letters before the first digits begin: one to five, or five and a
/// blank.
fn surname_start(view: &[u8], start: usize) -> Option<usize> {
    let last = byte_before(view, start)?;
    let letters_end = match last {
        b' ' => start.checked_sub(1)?,
        _ => start,
    };
    let before = view.get(letters_end.saturating_sub(6)..letters_end)?;
    let letters = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let fits = letters == 5 || (letters_end == start && (1..=5).contains(&letters));
    let from = letters_end.checked_sub(letters)?;
    (fits && !byte_before(view, from).is_some_and(is_word_byte)).then_some(from)
}

/// Reads sixteen characters with a blank allowed behind the fifth and the
/// eleventh: in upper case, the end, the number of blanks.
fn sixteen(view: &[u8], from: usize) -> Option<([u8; 16], usize, u8)> {
    let mut code = [0_u8; 16];
    let mut at = from;
    let mut gaps = 0_u8;
    for (index, slot) in code.iter_mut().enumerate() {
        if matches!(index, 5 | 11) && view.get(at) == Some(&b' ') {
            at = at.saturating_add(1);
            gaps = gaps.saturating_add(1);
        }
        let byte = view.get(at).filter(|byte| byte.is_ascii_alphanumeric())?;
        *slot = byte.to_ascii_uppercase();
        at = at.saturating_add(1);
    }
    Some((code, at, gaps))
}

/// The end, if nothing or only an issue number of two digits touches it.
fn without_issue_number(view: &[u8], to: usize) -> Option<usize> {
    let is_open = |at: usize| view.get(at).copied().is_some_and(is_word_byte);
    if !is_open(to) {
        return Some(to);
    }
    let issue = view.get(to..to.saturating_add(2))?;
    let fits = issue.iter().all(u8::is_ascii_digit) && !is_open(to.saturating_add(2));
    fits.then_some(to)
}

fn is_driver_number(code: &[u8; 16]) -> bool {
    let [
        surname @ ..,
        decade,
        m1,
        m2,
        d1,
        d2,
        year,
        first,
        second,
        third,
        check1,
        check2,
    ] = code;
    let letters = surname
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let fill = surname.iter().skip(letters).all(|byte| *byte == b'9');
    let date = [decade, m1, m2, d1, d2, year];
    let initials = match (first, second) {
        (b'9', b'9') => true,
        (letter, other) => {
            letter.is_ascii_uppercase() && (other.is_ascii_uppercase() || *other == b'9')
        }
    };
    letters > 0
        && fill
        && date.iter().all(|byte| byte.is_ascii_digit())
        && is_birth_date(date.map(|byte| byte.wrapping_sub(b'0')))
        && initials
        && third.is_ascii_alphanumeric()
        && check1.is_ascii_uppercase()
        && check2.is_ascii_uppercase()
}

/// Whether decade, month, day and year make a date; the century is not told,
/// so 29 February counts in each fourth year.
fn is_birth_date(digits: [u8; 6]) -> bool {
    let [decade, m1, m2, d1, d2, unit] = digits;
    let pair = |tens: u8, units: u8| tens.wrapping_mul(10).wrapping_add(units);
    let month = match pair(m1, m2) {
        month @ 1..=12 => month,
        month @ 51..=62 => month.wrapping_sub(50),
        _ => return false,
    };
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if pair(decade, unit).is_multiple_of(4) => 29,
        2 => 28,
        _ => 31,
    };
    (1..=days).contains(&pair(d1, d2))
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn numbers_of_men_women_and_short_names_are_read() {
        for (text, value) in [
            ("MORGA657054SM9IJ", "MORGA657054SM9IJ"),
            ("morga657054sm9ij", "MORGA657054SM9IJ"),
            ("MORGA 657054 SM9IJ 35", "MORGA657054SM9IJ"),
            ("MORGA657054SM9IJ35", "MORGA657054SM9IJ"),
            ("KHAN9802290A99BC", "KHAN9802290A99BC"),
            ("KHAN9 802290 A99BC", "KHAN9802290A99BC"),
            ("Y9999510123999AB", "Y9999510123999AB"),
            ("(LEE99612319AB9CD)", "LEE99612319AB9CD"),
        ] {
            assert_eq!(found(at_run, text).value, value, "{text}");
        }
    }

    #[test]
    fn a_label_is_a_sign() {
        for text in [
            "Driving licence no: MORGA657054SM9IJ",
            "driver number MORGA657054SM9IJ",
            "DL no MORGA 657054 SM9IJ",
        ] {
            assert!(
                found(at_run, text).signs.contains(&Sign::LabelDirect),
                "{text}"
            );
        }
    }

    #[test]
    fn wrong_dates_lengths_and_fillings_are_refused() {
        for text in [
            "MORGA600054SM9IJ",
            "MORGA613054SM9IJ",
            "MORGA663054SM9IJ",
            "MORGA657004SM9IJ",
            "MORGA657324SM9IJ",
            "MORGA602300SM9IJ",
            "MORGA602291SM9IJ",
            "MO9GA657054SM9IJ",
            "99999657054SM9IJ",
            "MORGA657054SM9I",
            "MORGA657054SM9IJX",
            "MORGA657054SM9IJ3",
            "XMORGA657054SM9IJ",
            "MORGA657054S19IJ",
            "MORGA657054SM91J",
            "key-MORGA657054SM9IJ",
            "about 510123 words",
        ] {
            none(at_run, text);
        }
    }
}
