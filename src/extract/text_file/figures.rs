//! Numbers as programs write them into texts: with an exponent, as Java and
//! spreadsheets write large ones (`9.434765919E9`), and with a comma at the
//! thousands (`9,434,765,919`). Read once more as their digits.

use std::iter;

use memchr::memmem;

/// How many digits of a number are few enough that an exponent only rounds:
/// measurements are written so too.
const FEWEST: usize = 7;

/// How exponents begin that make a number of nine or ten digits.
const EXPONENTS: [&str; 8] = ["E9", "E8", "E+", "E0", "e9", "e8", "e+", "e0"];

/// A text with such numbers as their digits; `None` where there are none. Costs
/// a search for each of these and one for the comma where there are none.
pub(in crate::extract) fn plain(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let exponents = EXPONENTS.into_iter().flat_map(|sign| {
        let found = memmem::find_iter(bytes, sign);
        found.filter_map(|at| exponent(bytes, at))
    });
    let groups = memchr::memchr_iter(b',', bytes).filter_map(|at| grouped(bytes, at));
    let mut found: Vec<Number> = exponents.chain(groups).collect();
    if found.is_empty() {
        return None;
    }
    found.sort_by_key(|number| number.start);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for number in found {
        out.push_str(text.get(from..number.start).unwrap_or(""));
        out.push_str(&number.digits);
        from = number.end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    Some(out)
}

struct Number {
    start: usize,
    end: usize,
    digits: String,
}

/// The number whose exponent begins at `at`: one digit, a point, others, and an
/// exponent that makes it whole with nine or ten digits.
fn exponent(bytes: &[u8], at: usize) -> Option<Number> {
    let (before, behind) = bytes.split_at_checked(at)?;
    if !before.last()?.is_ascii_digit() {
        return None;
    }
    let behind = behind.get(1..)?;
    let signed = behind.strip_prefix(b"+").unwrap_or(behind);
    let zeros = signed.iter().take_while(|byte| **byte == b'0').count();
    let (power, end) = match signed.get(zeros..)? {
        [power @ (b'8' | b'9'), rest @ ..] => (power.wrapping_sub(b'0'), rest),
        _ => return None,
    };
    let places = before.iter().rev().take(12);
    let places = places.take_while(|byte| byte.is_ascii_digit()).count();
    let start = at.checked_sub(places)?.checked_sub(2)?;
    let [first @ b'1'..=b'9', b'.', ..] = bytes.get(start..)? else {
        return None;
    };
    let power = usize::from(power);
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
    let is_part = start
        .checked_sub(1)
        .and_then(|at| bytes.get(at))
        .is_some_and(is_inside);
    if places > power
        || places.saturating_add(1) < FEWEST
        || is_part
        || end.first().is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    let digits = bytes.get(start.saturating_add(2)..at)?;
    let filled = iter::repeat_n(b'0', power.saturating_sub(places));
    let digits = iter::once(first).chain(digits).copied().chain(filled);
    Some(Number {
        start,
        end: bytes.len().saturating_sub(end.len()),
        digits: digits.map(char::from).collect(),
    })
}

/// The number of ten digits whose first comma is at `at`, if it is all of a
/// field, a value or an element.
fn grouped(bytes: &[u8], at: usize) -> Option<Number> {
    let start = at.checked_sub(1)?;
    let end = at.checked_add(12)?;
    let is_comma = |places: usize| bytes.get(at.saturating_add(places)) == Some(&b',');
    if !is_comma(4) || !is_comma(8) {
        return None;
    }
    let digit = |at: usize| bytes.get(at).copied().filter(u8::is_ascii_digit);
    let mut digits = String::new();
    digits.push(char::from(digit(start)?));
    for (at, place) in (at..end).zip(0_usize..) {
        if !place.is_multiple_of(4) {
            digits.push(char::from(digit(at)?));
        }
    }
    let ends = |byte: Option<&u8>| {
        byte.is_none_or(|byte| {
            matches!(
                byte,
                b'"' | b'\'' | b'<' | b'>' | b'\t' | b';' | b'|' | b'\n' | b'\r'
            )
        })
    };
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let behind = bytes.get(end);
    // Alone on a line it is an amount that somebody wrote.
    let is_line =
        |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_whitespace) && byte != Some(&b'\t');
    let is_amount = is_line(before) && is_line(behind);
    (ends(before) && ends(behind) && !is_amount).then_some(Number { start, end, digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_programs_are_read_as_their_digits() {
        for (text, expected) in [
            (
                "name,nhs\nSmith,9.434765919E9\n",
                "name,nhs\nSmith,9434765919\n",
            ),
            ("A,9.434765919E+09,1970-01-01", "A,9434765919,1970-01-01"),
            (
                r#"{"nhsNumber":9.434765919e9}"#,
                r#"{"nhsNumber":9434765919}"#,
            ),
            ("9.43476591E9", "9434765910"),
            ("1.01701234E8 x 9.434765919E009", "101701234 x 9434765919"),
            ("a,\"9,434,765,919\"\n", "a,\"9434765919\"\n"),
            ("<v>9,434,765,919</v>", "<v>9434765919</v>"),
            ("a;9,434,765,919\n", "a;9434765919\n"),
        ] {
            assert_eq!(plain(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn measurements_lists_and_words_are_left() {
        for text in [
            "6.02E9",
            "9.434765919E10",
            "9.434765919E7",
            "9.4347659191E9",
            "x9.434765919E9",
            "9.434765919E9f",
            "1,9,434,765,919,5",
            "9,434,765,919",
            "a\n9,434,765,919\nb",
            "1,434,765,919,5",
            "\"9,434,765\"",
            "the number e9, E9 and 9E",
            ",,,,",
            "",
        ] {
            assert_eq!(plain(text), None, "{text}");
        }
    }
}
