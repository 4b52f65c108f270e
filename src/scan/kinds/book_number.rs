//! Book numbers (ISBN), as negative evidence for ten digits.
//!
//! The International ISBN Agency's ISBN-10 weights its digits 10 to 1 and
//! takes the sum modulo 11 (ISO 2108:1992): every ISBN-10 that does not end in
//! X passes the check of an NHS number. An ISBN-13 is 978 or 979 and nine of
//! those digits with another check digit (ISO 2108:2017).
//!
//! Specimen: 0735613788, an ISBN-10.

use super::boundary::{byte_before, is_word_byte};

/// Whether ten digits at `start..end` read as a book's number: behind 978 or
/// 979, or in the four groups of an ISBN-10. Its label is one of references.
pub(crate) fn covers(view: &[u8], start: usize, end: usize) -> bool {
    has_prefix(view, start) || is_grouped(view.get(start..end).unwrap_or(b""))
}

/// `978-` or `979-`, or the same with a blank.
fn has_prefix(view: &[u8], start: usize) -> bool {
    let from = start.saturating_sub(4);
    let fits = matches!(
        view.get(from..start),
        Some([b'9', b'7', b'8' | b'9', b'-' | b' '])
    );
    fits && !byte_before(view, from).is_some_and(is_word_byte)
}

/// Group, publisher, title and check digit: `0-7356-1378-8`.
fn is_grouped(bytes: &[u8]) -> bool {
    let joint = match bytes.iter().find(|byte| !byte.is_ascii_digit()) {
        Some(joint @ (b'-' | b' ')) => *joint,
        _ => return false,
    };
    let mut count = 0_usize;
    let mut last = 0_usize;
    for group in bytes.split(|byte| *byte == joint) {
        if group.is_empty() || !group.iter().all(u8::is_ascii_digit) {
            return false;
        }
        count = count.saturating_add(1);
        last = group.len();
    }
    count == 4 && last == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for the part of a text between square brackets.
    fn is_book(text: &str) -> bool {
        let start = text.find('[').unwrap();
        let end = text.find(']').unwrap() - 1;
        covers(text.replace(['[', ']'], "").as_bytes(), start, end)
    }

    #[test]
    fn prefixes_and_groups_make_a_book() {
        for text in [
            "978-[0735613788]",
            "979 [0735613788]",
            "[0-7356-1378-8]",
            "[0 7356 1378 8]",
        ] {
            assert!(is_book(text), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_one_does_not() {
        for text in [
            "[943 476 5919]",
            "[9434765919]",
            "1978-[9434765919]",
            "[943-476-5919]",
            "[9-4-3-4765919]",
        ] {
            assert!(!is_book(text), "{text}");
        }
    }
}
