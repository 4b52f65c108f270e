//! The National Insurance number (NINO).
//!
//! Issued by HM Revenue and Customs and the Department for Work and Pensions:
//! two letters, six digits, a letter A to D, printed `QQ 12 34 56 A`. The
//! letters D, F, I, Q, U and V are in no prefix, O is not its second letter,
//! and BG, GB, KN, NK, NT, TN and ZZ are not used (HMRC National Insurance
//! Manual, NIM39110). There is no check digit.
//!
//! Signs: the pattern always; the usual layout for pairs set off by blanks,
//! another for any other blanks or for hyphens; a label directly before.
//!
//! False friends: parts and model numbers, and prose such as "at 123456 a".
//!
//! Specimen: QQ 12 34 56 A, HMRC's own, has a prefix that is never issued.

use super::boundary::{byte_before, is_joined, is_word};
use super::label;
use super::shape::Shape;
use crate::scan::evidence::Sign;

const LABELS: &[&str] = &[
    "national insurance",
    "nat ins",
    "nat insurance",
    "nino",
    "ni",
    "n.i",
];

/// Prefixes that the letters would allow and that are not used.
const UNUSED: [[u8; 2]; 7] = [*b"BG", *b"GB", *b"KN", *b"NK", *b"NT", *b"TN", *b"ZZ"];

/// Reads a number at the first run of digits of it.
#[inline]
pub(crate) fn at_run(view: &[u8], start: usize, end: usize) -> Option<Shape> {
    let length = end.saturating_sub(start);
    if !matches!(length, 2 | 4 | 6) {
        return None;
    }
    // Most runs of these lengths are days and years: what follows tells.
    let past_gap = |at: usize| match view.get(at) {
        Some(b' ' | b'-') => at.saturating_add(1),
        _ => at,
    };
    let is_digit = |at: usize| view.get(at).is_some_and(u8::is_ascii_digit);
    let is_suffix = |at: usize| matches!(view.get(at), Some(b'A'..=b'D' | b'a'..=b'd'));
    let next = past_gap(end);
    let second = next.saturating_add(1);
    let goes_on = match length {
        2 => is_digit(next) && is_digit(second),
        4 => is_digit(next) && is_digit(second) && is_suffix(past_gap(second.saturating_add(1))),
        _ => is_suffix(next),
    };
    if goes_on { read(view, start) } else { None }
}

fn read(view: &[u8], start: usize) -> Option<Shape> {
    let mut gaps = Gaps::default();
    let letters_end = match byte_before(view, start)? {
        gap @ (b' ' | b'-') => {
            gaps.note(gap);
            start.checked_sub(1)?
        }
        _ => start,
    };
    let from = letters_end.checked_sub(2)?;
    let [first, second] = *view.get(from..letters_end)? else {
        return None;
    };
    let prefix = [first.to_ascii_uppercase(), second.to_ascii_uppercase()];
    if !is_prefix(prefix) {
        return None;
    }
    let mut at = start;
    let mut digits = [0_u8; 6];
    for (index, slot) in digits.iter_mut().enumerate() {
        if index == 2 || index == 4 {
            at = gaps.skip(view, at);
        }
        *slot = view.get(at).copied().filter(u8::is_ascii_digit)?;
        at = at.saturating_add(1);
    }
    let within = gaps.count.saturating_sub(u8::from(letters_end < start));
    let suffix_at = gaps.skip(view, at);
    let suffix = *view.get(suffix_at)?;
    let to = suffix_at.saturating_add(1);
    if !matches!(suffix.to_ascii_uppercase(), b'A'..=b'D') || gaps.mixed || !is_word(view, from, to)
    {
        return None;
    }
    let labelled = label::directly_before(view, from, LABELS);
    // "at 123456 a man": a small letter on its own after six digits is a word.
    let is_prose = suffix.is_ascii_lowercase() && suffix_at > at && within == 0;
    if !labelled && (is_prose || is_joined(view, from, to)) {
        return None;
    }
    let mut signs = vec![Sign::Pattern];
    match (gaps.count, gaps.sole) {
        (0, _) => {}
        (4, b' ') => signs.push(Sign::LayoutUsual),
        _ => signs.push(Sign::LayoutOther),
    }
    if labelled {
        signs.push(Sign::LabelDirect);
    }
    let letters = prefix.iter().chain(&digits).map(|byte| char::from(*byte));
    let mut value: String = letters.collect();
    value.push(char::from(suffix.to_ascii_uppercase()));
    Some(Shape {
        start: from,
        end: to,
        value,
        signs,
    })
}

fn is_prefix(prefix: [u8; 2]) -> bool {
    let [first, second] = prefix;
    is_issued(first) && is_issued(second) && second != b'O' && !UNUSED.contains(&prefix)
}

fn is_issued(letter: u8) -> bool {
    letter.is_ascii_uppercase() && !matches!(letter, b'D' | b'F' | b'I' | b'Q' | b'U' | b'V')
}

/// The separators of one number.
#[derive(Debug, Default)]
struct Gaps {
    count: u8,
    sole: u8,
    mixed: bool,
}

impl Gaps {
    fn note(&mut self, gap: u8) {
        self.mixed |= self.count > 0 && self.sole != gap;
        self.count = self.count.saturating_add(1);
        self.sole = gap;
    }

    /// Passes by one separator, if one stands here.
    fn skip(&mut self, view: &[u8], at: usize) -> usize {
        match view.get(at) {
            Some(gap @ (b' ' | b'-')) => {
                self.note(*gap);
                at.saturating_add(1)
            }
            _ => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::suite::{found, none};
    use super::*;

    #[test]
    fn the_layouts_people_use_are_read() {
        for text in [
            "JG 10 37 59 A",
            "JG103759A",
            "jg103759a",
            "JG 103759 A",
            "JG10 37 59A",
            "JG-10-37-59-A",
            "(JG103759A).",
            "x,JG103759A,1",
            "NINO_JG103759A.pdf",
        ] {
            let shape = found(at_run, text);
            assert_eq!(shape.value, "JG103759A", "{text}");
        }
    }

    #[test]
    fn a_label_is_a_sign_and_it_lifts_the_doubt_of_a_joint() {
        for text in [
            "NI no: JG 10 37 59 A",
            "National Insurance Number JG103759A",
            "\"nino\":\"JG103759A\"",
            "https://a.example/?nino=JG103759A",
            "ni jg 103759 a",
        ] {
            assert!(
                found(at_run, text).signs.contains(&Sign::LabelDirect),
                "{text}"
            );
        }
        none(at_run, "https://a.example/?ref=JG103759A");
        none(at_run, "ORD-JG103759A");
        none(at_run, "at 103759 a man");
    }

    #[test]
    fn unused_prefixes_wrong_suffixes_and_longer_words_are_refused() {
        for text in [
            "QQ 12 34 56 A",
            "DA103759A",
            "AO103759A",
            "GB103759A",
            "ZZ103759A",
            "JG103759E",
            "JG103759",
            "JG1037591A",
            "XJG103759A",
            "JG103759AB",
            "JG  103759A",
            "JG-10 37-59 A",
            "JG 10\n37 59 A",
        ] {
            none(at_run, text);
        }
    }

    #[test]
    fn each_letter_of_the_prefix_follows_the_rules() {
        for letter in 'A'..='Z' {
            let first = format!("{letter}J103759A");
            let second = format!("J{letter}103759A");
            let never = "DFIQUV".contains(letter);
            assert_eq!(never, is_none(&first), "{first}");
            assert_eq!(never || letter == 'O', is_none(&second), "{second}");
        }
        for prefix in ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"] {
            none(at_run, &format!("{prefix}103759A"));
        }
    }

    fn is_none(text: &str) -> bool {
        at_run(text.as_bytes(), 2, 8).is_none()
    }

    #[test]
    fn layouts_are_told_apart() {
        assert_eq!(
            found(at_run, "JG 10 37 59 A").signs,
            [Sign::Pattern, Sign::LayoutUsual]
        );
        assert_eq!(
            found(at_run, "JG 103759A").signs,
            [Sign::Pattern, Sign::LayoutOther]
        );
        assert_eq!(found(at_run, "JG103759A").signs, [Sign::Pattern]);
    }
}
