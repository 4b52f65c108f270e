//! Telephone numbers, as negative evidence for ten digits.
//!
//! Ofcom's National Telephone Numbering Plan gives the United Kingdom `0` and
//! nine or ten digits, abroad `+44` or `0044` without the `0` (ITU-T E.164
//! puts `+` and one to three digits of the country before any number). Ten
//! digits are left of a mobile number behind `+44`, and a North American number
//! has ten, `(617) 864-0455`.
//!
//! A leading 0 of the ten digits themselves says nothing: a CHI number of
//! anyone born on the first nine days of a month begins with it.

use super::boundary::{byte_before, is_word_byte};

/// How far before a number a telephone's label counts, in bytes.
const REACH: usize = 20;

const LABELS: [&[u8]; 22] = [
    b"tel",
    b"tels",
    b"telephone",
    b"telephones",
    b"phone",
    b"phones",
    b"fax",
    b"telefax",
    b"mob",
    b"mobile",
    b"mobiles",
    b"cell",
    b"cellphone",
    b"ext",
    b"extn",
    b"extension",
    b"bleep",
    b"pager",
    b"landline",
    b"helpline",
    b"whatsapp",
    b"dial",
];

/// Whether ten digits at `start..end`, with separators between or without,
/// read as a telephone number or the end of one.
pub(crate) fn covers(view: &[u8], start: usize, end: usize) -> bool {
    has_code_before(view, start)
        || has_zero_before(view, start)
        || has_brackets(view, start, end)
        || has_label_before(view, start)
}

/// `+44 `, `0044 `, `+1-`, `001 `, `+353 (0)` and the like, with at most three
/// separators behind the code; `+` alone if the code is among the ten digits.
fn has_code_before(view: &[u8], start: usize) -> bool {
    if is_plus(view, start) {
        return true;
    }
    let mut at = skip_separators(view, start, 3);
    // `(0)` stands between the code and the number.
    let zero = at.checked_sub(1).filter(|zero| {
        view.get(*zero) == Some(&b'0') && matches!(byte_before(view, *zero), Some(b'(' | b' '))
    });
    let coded = |at: usize| ends_in_code(view, at);
    if coded(at) {
        return true;
    }
    if let Some(zero) = zero {
        at = skip_separators(view, zero, 3);
        return coded(at);
    }
    false
}

/// Whether `+` and one to three digits end here, or `00` and the code of the
/// United Kingdom, Ireland or North America.
fn ends_in_code(view: &[u8], at: usize) -> bool {
    let before = view.get(at.saturating_sub(6)..at).unwrap_or(b"");
    let digits = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let from = at.saturating_sub(digits);
    match view.get(from..at).unwrap_or(b"") {
        b"0044" | b"00353" | b"001" => !byte_before(view, from).is_some_and(is_word_byte),
        [b'1'..=b'9'] | [b'1'..=b'9', _] | [b'1'..=b'9', _, _] => is_plus(view, from),
        _ => false,
    }
}

/// Whether a plus stands before that is no sum and no name such as C++.
fn is_plus(view: &[u8], at: usize) -> bool {
    let before = byte_before(view, at.saturating_sub(1));
    byte_before(view, at) == Some(b'+')
        && !before.is_some_and(|byte| byte == b'+' || is_word_byte(byte))
}

/// A single 0 before: then there are eleven digits in odd groups. No British
/// area begins with 4 or 6.
fn has_zero_before(view: &[u8], start: usize) -> bool {
    if matches!(view.get(start), None | Some(b'0' | b'4' | b'6')) {
        return false;
    }
    let at = skip_separators(view, start, 2);
    let Some(zero) = at.checked_sub(1) else {
        return false;
    };
    let alone = match byte_before(view, zero) {
        Some(b'.' | b',' | b':' | b'-' | b'/') => false,
        Some(byte) => !is_word_byte(byte),
        None => true,
    };
    view.get(zero) == Some(&b'0') && alone
}

/// `(617) 864-0455`: an area in brackets.
fn has_brackets(view: &[u8], start: usize, end: usize) -> bool {
    let inside = view.get(start..end).unwrap_or(b"");
    let area = inside.iter().take_while(|byte| byte.is_ascii_digit());
    byte_before(view, start) == Some(b'(') && inside.get(area.count()) == Some(&b')')
}

/// Passes blanks, hyphens, points and brackets by, backwards.
fn skip_separators(view: &[u8], start: usize, most: usize) -> usize {
    let before = view.get(start.saturating_sub(most)..start).unwrap_or(b"");
    let count = before
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'-' | b'.' | b'(' | b')'))
        .count();
    start.saturating_sub(count)
}

/// Whether a telephone's label stands within 20 bytes before, on the line.
fn has_label_before(view: &[u8], start: usize) -> bool {
    has_word_before(view, start, REACH, &LABELS)
}

/// Whether one of the words, in lower case, ends within `reach` bytes before
/// `start` on the same line. A word whose own number and field end before
/// `start` does not count: `ext 4521, 943 476 5919`.
pub(crate) fn has_word_before(view: &[u8], start: usize, reach: usize, words: &[&[u8]]) -> bool {
    let floor = start.saturating_sub(reach);
    let mut at = start;
    let mut field_end = false;
    while at > floor {
        match byte_before(view, at) {
            None | Some(b'\n' | b'\r') => return false,
            Some(b',' | b';' | b'|' | b'\t') => field_end = true,
            Some(b'0'..=b'9') if field_end => return false,
            Some(byte) if byte.is_ascii_alphabetic() => {
                let (from, word) = word_before(view, at);
                if words.iter().any(|known| word.eq_ignore_ascii_case(known)) {
                    return true;
                }
                at = from;
                continue;
            }
            Some(_) => {}
        }
        at = at.saturating_sub(1);
    }
    false
}

/// The letters that end at `at`, at most sixteen; a longer word is cut.
fn word_before(view: &[u8], at: usize) -> (usize, &[u8]) {
    let before = view.get(at.saturating_sub(16)..at).unwrap_or(b"");
    let length = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let from = at.saturating_sub(length.max(1));
    (from, view.get(from..at).unwrap_or(b""))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for the part of a text between square brackets.
    fn is_phone(text: &str) -> bool {
        let start = text.find('[').unwrap();
        let end = text.find(']').unwrap() - 1;
        covers(text.replace(['[', ']'], "").as_bytes(), start, end)
    }

    #[test]
    fn codes_brackets_zeros_and_labels_make_a_phone() {
        for text in [
            "+44 [7700 900123]",
            "+44[7700900123]",
            "0044 [7700 900123]",
            "+44 (0)[7700 900123]",
            "+44 (0) [7700 900123]",
            "+1-[240-453-8497]",
            "001 [2404538497]",
            "+353 [1234567890]",
            "+[3531234567]",
            "([617) 864-0455]",
            "0 [7700 900123]",
            "(0)[1632 960123]",
            "0-[1632-960-123]",
            "Phone: [617-969-6853]",
            "Fax: +1 [412-268-6989]",
            "tel no. [4010232137]",
            "Mobile\t[4010232137]",
            "bleep [4010232137]",
            "ext: 12 [4010232137]",
        ] {
            assert!(is_phone(text), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_one_does_not() {
        for text in [
            "[0101336489]",
            "CHI [0607230002]",
            "0,[9434765919]",
            "0 [4010232137]",
            "2.0 [9434765919]",
            "NHS [401 023 2137]",
            "phoned [401 023 2137]",
            "tel\n[401 023 2137]",
            "ext 4521, [401 023 2137]",
            "[401 (023) 2137]",
            "10 [401 023 2137]",
            "Telford [401 023 2137]",
            "C++ [401 023 2137]",
            "C++[4010232137]",
            "5+12 [401 023 2137]",
            "telephone, and the number of the patient [401 023 2137]",
        ] {
            assert!(!is_phone(text), "{text}");
        }
    }
}
