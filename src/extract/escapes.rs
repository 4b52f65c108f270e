//! Escapes in text that people don't see as such: JSON strings and web
//! addresses, read once more as what they stand for.

use crate::text::percent_decoded;

/// How an escape begins that only JSON and its like have.
pub(super) const UNICODE: &str = "\\u";

/// A text with the escapes of JSON strings decoded (RFC 8259 section 7);
/// `None` where there are none. Broken JSON is read too: only the escapes
/// matter.
pub(super) fn json_unescaped(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut letters = after.chars();
        let escape = letters.next();
        rest = letters.as_str();
        match escape {
            Some('n' | 'r') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('b' | 'f') => out.push(' '),
            Some('u') => match code_point(rest) {
                Some((letter, left)) => {
                    out.push(letter);
                    rest = left;
                }
                None => out.push('\\'),
            },
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out.push_str(rest);
    Some(out)
}

/// A value of iCalendar or vCard without its escapes (RFC 5545 section 3.3.11).
pub(super) fn calendar_unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next() {
                Some('n' | 'N') | None => '\n',
                Some(other) => other,
            },
            other => other,
        });
    }
    out
}

/// The character of four hexadecimal digits, or of two such escapes for one
/// beyond the basic plane; and what follows.
fn code_point(text: &str) -> Option<(char, &str)> {
    let unit = |text: &str| u32::from_str_radix(text.get(..4)?, 16).ok();
    let first = unit(text)?;
    let rest = text.get(4..)?;
    if let Some(letter) = char::from_u32(first) {
        return Some((letter, rest));
    }
    let second = unit(rest.strip_prefix("\\u")?)?;
    let high = first.checked_sub(0xD800)?.checked_mul(0x400)?;
    let low = second.checked_sub(0xDC00)?;
    let letter = char::from_u32(0x1_0000_u32.checked_add(high)?.checked_add(low)?)?;
    Some((letter, rest.get(6..)?))
}

/// The words of a text that hold escapes of web addresses and digits, decoded,
/// a line each; `None` if there are none.
pub(super) fn percent_words(text: &str) -> Option<String> {
    if !text.contains('%') {
        return None;
    }
    let coded = text.split_ascii_whitespace().filter(|word| {
        let escape = |at: usize| {
            let pair = word.get(at.saturating_add(1)..at.saturating_add(3));
            pair.is_some_and(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
        };
        word.bytes().any(|byte| byte.is_ascii_digit())
            && word.match_indices('%').any(|(at, _)| escape(at))
    });
    let lines: Vec<String> = coded.filter_map(percent_decoded).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_json_are_decoded_and_broken_ones_kept() {
        assert_eq!(
            json_unescaped(r#"{"a":"943\u00a0476\u20095919\n\ud835\udfd7\/"}"#).as_deref(),
            Some("{\"a\":\"943\u{a0}476\u{2009}5919\n\u{1d7d7}/\"}")
        );
        assert_eq!(
            json_unescaped(r"\u12 \ud835x \").as_deref(),
            Some(r"\12 \d835x \")
        );
        assert_eq!(json_unescaped("plain"), None);
    }

    #[test]
    fn escapes_of_calendars_are_decoded() {
        assert_eq!(calendar_unescaped("a\\nb\\, c\\\\u00a0"), "a\nb, c\\u00a0");
    }

    #[test]
    fn words_with_escapes_are_decoded() {
        let text = "see https://x.test/?nhsno=943%20476%205919 at 100% now";
        assert_eq!(
            percent_words(text).as_deref(),
            Some("https://x.test/?nhsno=943 476 5919")
        );
        assert_eq!(percent_words("100 % sure"), None);
    }
}
