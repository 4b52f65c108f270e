//! The UK postcode.
//!
//! Assigned by Royal Mail: an area of one or two letters, a district, a blank,
//! then a digit and two letters (BS 7666; the letters of each position as in
//! the government's data standards catalogue). There are 121 areas of the
//! United Kingdom and three of the Crown dependencies; `GIR 0AA` stands alone.
//! There is no check digit.
//!
//! Sign: the pattern. It supports other findings and is never one alone.
//!
//! False friends: sizes and model numbers. The NHS's pseudo-postcodes `ZZ99`
//! name no place and are refused, since ZZ is no area.
//!
//! Specimens: SW1A 1AA, GIR 0AA.

use super::boundary::{byte_before, is_word_byte};
use super::shape::Shape;
use crate::scan::evidence::Sign;

/// The areas, in order; a blank stands behind a single letter.
const AREAS: [[u8; 2]; 124] = [
    *b"AB", *b"AL", *b"B ", *b"BA", *b"BB", *b"BD", *b"BH", *b"BL", *b"BN", *b"BR", *b"BS", *b"BT",
    *b"CA", *b"CB", *b"CF", *b"CH", *b"CM", *b"CO", *b"CR", *b"CT", *b"CV", *b"CW", *b"DA", *b"DD",
    *b"DE", *b"DG", *b"DH", *b"DL", *b"DN", *b"DT", *b"DY", *b"E ", *b"EC", *b"EH", *b"EN", *b"EX",
    *b"FK", *b"FY", *b"G ", *b"GL", *b"GU", *b"GY", *b"HA", *b"HD", *b"HG", *b"HP", *b"HR", *b"HS",
    *b"HU", *b"HX", *b"IG", *b"IM", *b"IP", *b"IV", *b"JE", *b"KA", *b"KT", *b"KW", *b"KY", *b"L ",
    *b"LA", *b"LD", *b"LE", *b"LL", *b"LN", *b"LS", *b"LU", *b"M ", *b"ME", *b"MK", *b"ML", *b"N ",
    *b"NE", *b"NG", *b"NN", *b"NP", *b"NR", *b"NW", *b"OL", *b"OX", *b"PA", *b"PE", *b"PH", *b"PL",
    *b"PO", *b"PR", *b"RG", *b"RH", *b"RM", *b"S ", *b"SA", *b"SE", *b"SG", *b"SK", *b"SL", *b"SM",
    *b"SN", *b"SO", *b"SP", *b"SR", *b"SS", *b"ST", *b"SW", *b"SY", *b"TA", *b"TD", *b"TF", *b"TN",
    *b"TQ", *b"TR", *b"TS", *b"TW", *b"UB", *b"W ", *b"WA", *b"WC", *b"WD", *b"WF", *b"WN", *b"WR",
    *b"WS", *b"WV", *b"YO", *b"ZE",
];

/// Reads a postcode at the first run of digits of it.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let length = end.saturating_sub(start);
    if !(1..=3).contains(&length) {
        return None;
    }
    let last = byte_before(view, start)?;
    let next = *view.get(end)?;
    let is_blank = last == b' ' && length == 1;
    if last.is_ascii_alphabetic() && (next == b' ' || next.is_ascii_alphabetic()) {
        read(view, start, end)
    } else if is_blank && matches!(next, b'A' | b'a') {
        girobank(view, start, end)
    } else {
        None
    }
}

fn read(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let before = view.get(start.saturating_sub(4)..start)?;
    let letters = before
        .iter()
        .rev()
        .take_while(|byte| is_word_byte(**byte))
        .count();
    let from = start.checked_sub(letters)?;
    let area = match *view.get(from..start)? {
        [one] => [one.to_ascii_uppercase(), b' '],
        [one, two] => [one.to_ascii_uppercase(), two.to_ascii_uppercase()],
        _ => return girobank(view, start, end),
    };
    let district = view.get(start..end)?;
    let inward = match (*view.get(end)?, district) {
        (b' ', [_] | [b'1'..=b'9', _]) => end.saturating_add(1),
        (letter, [_]) if is_district_letter(letter, area) => {
            let at = end.saturating_add(1);
            match *view.get(at)? {
                b' ' => at.saturating_add(1),
                _ => at,
            }
        }
        // M11AA: the last digit of the run begins the second half.
        (_, [_, _] | [b'1'..=b'9', _, _]) => end.saturating_sub(1),
        _ => return None,
    };
    let to = inward_end(view, inward)?;
    AREAS.binary_search(&area).ok()?;
    Some(shape(view, from, to))
}

/// Whether a postcode stands within `reach` bytes on either side.
pub(crate) fn near(view: &[u8], start: usize, end: usize, reach: usize) -> bool {
    let from = start.saturating_sub(reach);
    let to = end.saturating_add(reach).min(view.len());
    let window = view.get(from..to).unwrap_or(b"");
    let is_postcode = |start: usize| {
        let rest = window.get(start..).unwrap_or(b"").iter();
        let length = rest.take_while(|byte| byte.is_ascii_digit()).count();
        at_run(window, start, start.saturating_add(length)).is_some()
    };
    // By blocks, since nearly none holds anything that could be one.
    let pairs = window.get(1..).unwrap_or(b"");
    let mut base = 0_usize;
    for (lefts, rights) in window.chunks(BLOCK).zip(pairs.chunks(BLOCK)) {
        let both = || lefts.iter().zip(rights);
        if both().fold(false, |any, (left, right)| any | may_begin(*left, *right)) {
            let mut places = both().zip(base..);
            if places.any(|((left, right), at)| {
                let digit = at.saturating_add(usize::from(!left.is_ascii_digit()));
                may_begin(*left, *right) && is_postcode(digit)
            }) {
                return true;
            }
        }
        base = base.saturating_add(BLOCK);
    }
    false
}

/// How many bytes are looked at together.
const BLOCK: usize = 64;

/// Whether the first digits of a postcode may begin at two bytes: behind a
/// letter, or with the 0 of `GIR 0AA`.
#[inline]
fn may_begin(left: u8, right: u8) -> bool {
    (left.is_ascii_alphabetic() & right.is_ascii_digit())
        | ((left == b'0') & right.eq_ignore_ascii_case(&b'a'))
}

/// `GIR 0AA`, once Girobank's.
fn girobank(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    if view.get(start..end)? != b"0" {
        return None;
    }
    let letters_end = match byte_before(view, start)? {
        b' ' => start.checked_sub(1)?,
        _ => start,
    };
    let from = letters_end.checked_sub(3)?;
    let to = end.saturating_add(2);
    let fits = view.get(from..letters_end)?.eq_ignore_ascii_case(b"GIR")
        && view.get(end..to)?.eq_ignore_ascii_case(b"AA")
        && !byte_before(view, from).is_some_and(is_word_byte)
        && !view.get(to).copied().is_some_and(is_word_byte);
    fits.then(|| shape(view, from, to))
}

/// Whether a letter may end a district: `W1A` or `EC1A`.
fn is_district_letter(letter: u8, area: [u8; 2]) -> bool {
    let letters: &[u8] = match area {
        [_, b' '] => b"ABCDEFGHJKPSTUW",
        _ => b"ABEHMNPRVWXY",
    };
    letters.contains(&letter.to_ascii_uppercase())
}

/// Reads the second half, a digit and two letters, and gives its end.
fn inward_end(view: &[u8], at: usize) -> Option<usize> {
    let end = at.saturating_add(3);
    let [digit, letters @ ..] = view.get(at..end)? else {
        return None;
    };
    let fits = digit.is_ascii_digit()
        && letters.iter().all(|letter| {
            let letter = letter.to_ascii_uppercase();
            letter.is_ascii_uppercase()
                && !matches!(letter, b'C' | b'I' | b'K' | b'M' | b'O' | b'V')
        })
        && !view.get(end).copied().is_some_and(is_word_byte);
    fits.then_some(end)
}

fn shape(view: &[u8], start: usize, end: usize) -> Shape {
    let bytes = view.get(start..end).unwrap_or(b"").iter();
    Shape {
        start,
        end,
        value: bytes
            .filter(|byte| **byte != b' ')
            .map(|byte| char::from(byte.to_ascii_uppercase()))
            .collect(),
        signs: vec![Sign::Pattern],
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn the_areas_are_in_order_and_their_letters_follow_the_grammar() {
        assert!(AREAS.is_sorted());
        for [first, second] in AREAS {
            assert!(!b"QVX".contains(&first) && !b"IJZ".contains(&second));
        }
    }

    #[test]
    fn each_form_is_read_with_and_without_a_blank() {
        for (text, value) in [
            ("LS1 4AP", "LS14AP"),
            ("ls14ap", "LS14AP"),
            ("B1 1TB", "B11TB"),
            ("B11TB", "B11TB"),
            ("M60 2LA", "M602LA"),
            ("M602LA", "M602LA"),
            ("W1T 1JY", "W1T1JY"),
            ("W1T1JY", "W1T1JY"),
            ("SW1A 1AA", "SW1A1AA"),
            ("SW1A1AA", "SW1A1AA"),
            ("DN55 1PT", "DN551PT"),
            ("DN551PT", "DN551PT"),
            ("CR0 2YR,", "CR02YR"),
            ("GIR 0AA", "GIR0AA"),
            ("gir0aa", "GIR0AA"),
        ] {
            assert_eq!(found(at_run, text).value, value, "{text}");
        }
    }

    #[test]
    fn six_letters_are_not_among_the_last_two() {
        for letter in 'A'..='Z' {
            for text in [format!("LS1 4A{letter}"), format!("LS1 4{letter}A")] {
                if "CIKMOV".contains(letter) {
                    none(at_run, &text);
                } else {
                    found(at_run, &text);
                }
            }
        }
    }

    #[test]
    fn letters_of_the_district_follow_the_grammar() {
        for letter in 'A'..='Z' {
            for (area, letters) in [("W", "ABCDEFGHJKPSTUW"), ("SW", "ABEHMNPRVWXY")] {
                let text = format!("{area}1{letter} 4AP");
                if letters.contains(letter) {
                    found(at_run, &text);
                } else {
                    none(at_run, &text);
                }
            }
        }
    }

    #[test]
    fn wrong_letters_areas_and_longer_words_are_refused() {
        for text in [
            "ZZ99 3VZ",
            "XX1 1AA",
            "QA1 1AA",
            "LS1 4CP",
            "LS01 4AP",
            "LS100 4AP",
            "W1I 1JY",
            "SW1Z 1AA",
            "ALS1 4AP",
            "1S1 4AP",
            "LS1 4APX",
            "LS1 4AP1",
            "LS1  4AP",
            "LS1-4AP",
            "GIR 1AA",
            "AGIR 0AA",
            "LS1",
            "LS1 4A",
        ] {
            none(at_run, text);
        }
    }
}
