//! Telephone numbers, as negative evidence for ten digits.
//!
//! Ofcom's National Telephone Numbering Plan gives the United Kingdom `0` and
//! nine or ten digits, abroad `+44` or `0044` without the `0` (ITU-T E.164
//! puts `+` and one to three digits of the country before any number). Ten
//! digits are left of a mobile number behind `+44`, and a North American number
//! has ten, `(617) 864-0455`.
//!
//! Labels such as "tel" are words (`rules/lists/phone-labels.txt`) and looked
//! for elsewhere. A leading 0 of the ten digits themselves says nothing: a CHI number of
//! anyone born on the first nine days of a month begins with it.

use super::boundary::{byte_before, is_word_byte};

/// Whether ten digits at `start..end`, with separators between or without,
/// read as a telephone number or the end of one.
pub(crate) fn covers(view: &[u8], start: usize, end: usize) -> bool {
    has_code_before(view, start)
        || has_zero_before(view, start)
        || has_brackets(view, start, end)
        || has_letter_before(view, start)
        || has_extension_after(view, end)
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

/// Whether `+` and one to three digits end here, or `00` and the code of a
/// country that people here ring.
fn ends_in_code(view: &[u8], at: usize) -> bool {
    let before = view.get(at.saturating_sub(6)..at).unwrap_or(b"");
    let digits = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let from = at.saturating_sub(digits);
    match view.get(from..at).unwrap_or(b"") {
        b"0044" | b"00353" | b"001" | b"0033" | b"0034" | b"0039" | b"0049" | b"0091" => {
            !byte_before(view, from).is_some_and(is_word_byte)
        }
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

/// One letter for a telephone: `T: `, `M:`, `| T 0..`. Without a colon only T,
/// behind a bar: M and F alone are a sex as often.
fn has_letter_before(view: &[u8], start: usize) -> bool {
    let before = view.get(start.saturating_sub(6)..start).unwrap_or(b"");
    let (letter, rest) = match *before {
        [.., b'|', b' ', letter, b' '] => return matches!(letter, b'T' | b't'),
        [ref rest @ .., letter, b':', b' '] | [ref rest @ .., letter, b':'] => (letter, rest),
        _ => return false,
    };
    matches!(letter.to_ascii_uppercase(), b'T' | b'M' | b'F' | b'P')
        && !rest.last().copied().is_some_and(is_word_byte)
}

/// An extension behind, `ext. 4180` or `x4180`, or the `#` that ends what is
/// dialled.
fn has_extension_after(view: &[u8], end: usize) -> bool {
    let rest = view.get(end..).unwrap_or(b"");
    let rest = rest.get(..rest.len().min(12)).unwrap_or(rest);
    if rest.first() == Some(&b'#') {
        return true;
    }
    let rest = rest.trim_ascii_start();
    match rest {
        [b'x' | b'X', digit, ..] => digit.is_ascii_digit(),
        [first, second, third, next, ..] => {
            [*first, *second, *third].eq_ignore_ascii_case(b"ext") && !is_word_byte(*next)
        }
        _ => false,
    }
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
    fn codes_brackets_zeros_and_letters_make_a_phone() {
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
            "T: [652 658 2753]",
            "x | T [652 658 2753]",
            "m:[7700900123]",
            "[754-040-1737] ext. 4180",
            "[754-040-1737] x4180",
            ",,[4112959001]#,,",
            "0033 [7522160731]",
            "Fax: +1 [412-268-6989]",
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
            "F [401 023 2137]",
            "team: [401 023 2137]",
            "[401 023 2137] extra",
            "[401 (023) 2137]",
            "10 [401 023 2137]",
            "C++ [401 023 2137]",
            "C++[4010232137]",
            "5+12 [401 023 2137]",
        ] {
            assert!(!is_phone(text), "{text}");
        }
    }
}
