//! Edges: whether bytes stand as a word of their own.
//!
//! Two questions, since they weigh differently. A value inside a longer word,
//! hexadecimal string or run of digits is never one. A value that a hyphen, a
//! slash or an address joins to more characters is one only if a label names
//! it: `?nino=` in an address asks for this very person.

use crate::text::LETTER;

/// How far an address is followed on either side, in bytes.
const ADDRESS_REACH: usize = 100;

/// The byte before an offset.
pub(crate) fn byte_before(view: &[u8], at: usize) -> Option<u8> {
    view.get(at.checked_sub(1)?).copied()
}

/// Whether a byte would make a word longer.
pub(crate) fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == LETTER
}

/// Whether neither side continues the word.
pub(crate) fn is_word(view: &[u8], start: usize, end: usize) -> bool {
    !byte_before(view, start).is_some_and(is_word_byte)
        && !view.get(end).copied().is_some_and(is_word_byte)
}

/// Whether more characters are joined to the word: by a hyphen as in a GUID, a
/// slash as in a path, a point as in a decimal, or in a web or mail address.
pub(crate) fn is_joined(view: &[u8], start: usize, end: usize) -> bool {
    is_joined_left(view, start) || is_joined_right(view, end) || in_address(view, start, end)
}

fn is_joined_left(view: &[u8], start: usize) -> bool {
    let Some(joint) = byte_before(view, start) else {
        return false;
    };
    let beyond = byte_before(view, start.saturating_sub(1));
    let first = view.get(start).copied();
    match joint {
        b'-' | b'/' | b'\\' | b'+' | b'@' | b'%' | b'~' => beyond.is_some_and(is_word_byte),
        b'.' | b':' => is_digit(beyond) && is_digit(first),
        _ => false,
    }
}

fn is_joined_right(view: &[u8], end: usize) -> bool {
    let Some(joint) = view.get(end).copied() else {
        return false;
    };
    let beyond = view.get(end.saturating_add(1)).copied();
    match joint {
        b'-' | b'/' | b'\\' | b'+' | b'@' | b'%' | b'~' | b'=' => beyond.is_some_and(is_word_byte),
        b'.' if is_zero_fraction(view, end) => false,
        b'.' | b':' => is_digit(beyond) && is_digit(byte_before(view, end)),
        _ => false,
    }
}

fn is_digit(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_digit())
}

/// Whether `.0` follows, as a spreadsheet writes a whole number.
fn is_zero_fraction(view: &[u8], point: usize) -> bool {
    let rest = view.get(point.saturating_add(1)..).unwrap_or(b"");
    let zeros = rest
        .iter()
        .take(4)
        .take_while(|byte| **byte == b'0')
        .count();
    zeros > 0 && !rest.get(zeros).copied().is_some_and(is_word_byte)
}

/// Whether the run of characters around holds `://` or `@`, or begins with
/// `www.`.
fn in_address(view: &[u8], start: usize, end: usize) -> bool {
    let before = view.get(start.saturating_sub(ADDRESS_REACH)..start);
    let left = before
        .unwrap_or(b"")
        .iter()
        .rev()
        .take_while(|byte| !ends_address(**byte))
        .count();
    let right = view
        .get(end..)
        .unwrap_or(b"")
        .iter()
        .take(ADDRESS_REACH)
        .take_while(|byte| !ends_address(**byte))
        .count();
    let from = start.saturating_sub(left);
    let run = view.get(from..end.saturating_add(right)).unwrap_or(b"");
    let begins_www = run
        .get(..4)
        .is_some_and(|begin| begin.eq_ignore_ascii_case(b"www."));
    begins_www || run.contains(&b'@') || run.windows(3).any(|three| three == b"://")
}

fn ends_address(byte: u8) -> bool {
    matches!(
        byte,
        0..=b' ' | b'"' | b'\'' | b'<' | b'>' | b'(' | b')' | b'|' | b',' | b';' | 0x80..
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at the edges of the sevens of a text.
    fn edges(text: &str) -> (bool, bool) {
        let start = text.find('7').unwrap();
        let end = text.rfind('7').unwrap() + 1;
        let view = text.as_bytes();
        (is_word(view, start, end), is_joined(view, start, end))
    }

    #[test]
    fn a_word_stands_between_blanks_and_punctuation() {
        for text in [
            "77", " 77 ", "(77)", "a,77,b", "x:77.", "_77_", "=77;", "77.0 ", "77.00",
        ] {
            assert_eq!(edges(text), (true, false), "{text}");
        }
    }

    #[test]
    fn letters_and_digits_continue_it() {
        for text in ["a77", "77a", "377", "770"] {
            assert!(!edges(text).0, "{text}");
        }
        assert!(!is_word(&[0x80, b'7'], 1, 2));
    }

    #[test]
    fn joints_and_addresses_are_seen() {
        for text in [
            "ab-77",
            "77-cd",
            "/p/77/x",
            "1.77",
            "77.5",
            "12:77",
            "77=x",
            "https://a.example/?77",
            "www.a.example?77",
            "77@a.example",
        ] {
            assert!(edges(text).1, "{text}");
        }
    }
}
