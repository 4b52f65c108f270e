//! Files inside a text: `data:` addresses (RFC 2397), and values of JSON, XML
//! and HL7 that are long base64 and nothing else (FHIR `Attachment.data`, CDA
//! `nonXMLBody`, HL7 v2 type ED).

use std::collections::BTreeSet;

use memchr::memmem;

use super::coded::{SHORTEST, is_base64, unwrapped};
use super::stretches;

pub(in crate::extract) use super::coded::{Inline, from_base64, from_hex};

/// A line of base64 inside a longer value is at least this long: words on
/// lines of their own are none.
const SHORTEST_LINE: usize = 16;

/// The files in a web page: in addresses, scripts and fields.
pub(in crate::extract) fn in_page(source: &str) -> Vec<Inline> {
    let mut found = data_addresses(source);
    found.extend(stretches::files(source));
    found
}

/// The files in `data:` addresses, in base64. Costs one search where there are
/// none.
pub(in crate::extract) fn data_addresses(text: &str) -> Vec<Inline> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    for at in memmem::find_iter(bytes, b"base64,") {
        let behind = bytes.get(at.saturating_add(7)..).unwrap_or(b"");
        let decoded = from_base64(&collect(behind));
        if !decoded.is_empty() {
            let before = text.get(at.saturating_sub(200)..at).unwrap_or("");
            let before = before.rsplit("data:").next().unwrap_or("");
            let media_type = before.split(';').next().unwrap_or("").trim();
            let fits = media_type.len() < 100 && media_type.is_ascii();
            found.push(Inline {
                media_type: media_type.get(..).filter(|_| fits).unwrap_or("").to_owned(),
                bytes: decoded,
            });
        }
    }
    found
}

/// The base64 that a text begins with: its escapes for JSON and web addresses
/// and line breaks are undone, and what ends it is not.
fn collect(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    loop {
        match rest {
            [byte, after @ ..] if is_base64(*byte) => {
                out.push(*byte);
                rest = after;
            }
            [b'\r' | b'\n' | b'\t', after @ ..] => rest = after.trim_ascii_start(),
            [b'\\', b'n' | b'r', after @ ..] => rest = after,
            [b'%', b'2', b'B' | b'b', after @ ..] => {
                out.push(b'+');
                rest = after;
            }
            [b'\\', b'/', after @ ..] | [b'%', b'2', b'F' | b'f', after @ ..] => {
                out.push(b'/');
                rest = after;
            }
            _ => return out,
        }
    }
}

/// The values between quotes, tags or the separators of HL7 that are long
/// base64, or long hexadecimal, and nothing else; and the files that stand
/// anywhere else.
pub(in crate::extract) fn long_values(text: &str) -> Vec<Inline> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    for at in memchr_delimiters(bytes).chain([bytes.len()]) {
        let value = bytes.get(from..at).unwrap_or(b"");
        from = at.saturating_add(1);
        // In a data: address it was found already.
        let behind_comma = value.starts_with(b"data:");
        if value.len() >= SHORTEST && !behind_comma {
            found.extend(whole(value));
        }
    }
    let known: BTreeSet<&[u8]> = found.iter().map(|file| file.bytes.as_slice()).collect();
    let others = stretches::files(text).into_iter();
    let others: Vec<Inline> = others
        .filter(|file| !known.contains(file.bytes.as_slice()))
        .collect();
    found.extend(others);
    found
}

fn memchr_delimiters(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let delimiter = |byte: u8| {
        matches!(
            byte,
            b'"' | b'\'' | b'<' | b'>' | b'^' | b'|' | b'&' | b'[' | b']'
        )
    };
    let numbered = bytes.iter().zip(0_usize..);
    numbered.filter_map(move |(byte, at)| delimiter(*byte).then_some(at))
}

/// The file that a value is, if all of it is base64 or hexadecimal.
pub(in crate::extract) fn whole(value: &[u8]) -> Option<Inline> {
    let value = value.trim_ascii();
    let collected = collect(value);
    let padding = value.iter().rev().take_while(|byte| **byte == b'=').count();
    // Cheap: most values have a space somewhere near their beginning.
    if collected.len() < SHORTEST {
        return None;
    }
    let breaks = value
        .iter()
        .filter(|byte| byte.is_ascii_whitespace() || **byte == b'\\')
        .count();
    let accounted = collected.len().saturating_add(padding);
    if accounted.saturating_add(breaks.saturating_mul(4)) < value.len() || !even_lines(value) {
        return None;
    }
    let has = |is: fn(&u8) -> bool| collected.iter().any(is);
    if !has(u8::is_ascii_digit) && !has(u8::is_ascii_uppercase) {
        return None;
    }
    let bytes = if collected.iter().all(u8::is_ascii_hexdigit) {
        if collected.iter().all(u8::is_ascii_digit) {
            return None;
        }
        from_hex(&collected)
    } else {
        from_base64(&collected)
    };
    Some(Inline::of(unwrapped(bytes)))
}

/// Whether all lines but the last are as long as those of base64.
fn even_lines(value: &[u8]) -> bool {
    let lines: Vec<&[u8]> = value
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .collect();
    let most = lines.len().saturating_sub(1);
    lines
        .iter()
        .take(most)
        .all(|line| line.len() >= SHORTEST_LINE && !line.iter().any(u8::is_ascii_whitespace))
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::*;

    #[test]
    fn data_addresses_are_decoded() {
        let found = data_addresses("<a href='data:text/plain;charset=x;base64,OTQz\r\n IDQ3Ng=='>");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].bytes, b"943 476");
        assert_eq!(found[0].media_type, "text/plain");
        assert_eq!(data_addresses("base64,!!"), []);
        let escaped = data_addresses(r#"{"a":"data:;base64,\/\/8%2B"}"#);
        assert_eq!(escaped[0].bytes, [0xFF, 0xFF, 0x3E]);
    }

    #[test]
    fn long_values_are_files_and_short_ones_are_not() {
        let coded = base64::engine::general_purpose::STANDARD.encode([0xC3; 301]);
        let json = format!("{{\"data\":\"{coded}\",\"x\":\"QUJD\"}}");
        assert_eq!(long_values(&json)[0].bytes, [0xC3; 301]);
        assert_eq!(long_values(&json).len(), 1);
        let wrapped: Vec<&str> = (0..coded.len())
            .step_by(76)
            .map(|at| &coded[at..coded.len().min(at + 76)])
            .collect();
        let xml = format!("<v>\r\n  {}\r\n</v>", wrapped.join("\r\n  "));
        assert_eq!(long_values(&xml)[0].bytes, [0xC3; 301]);
        assert_eq!(
            long_values(&format!("<p>{}</p>", "some words ".repeat(50))),
            []
        );
        assert_eq!(long_values(&format!("<p>{}</p>", "Smith\n".repeat(80))), []);
        assert_eq!(long_values(&format!("\"{}\"", "19".repeat(150))), []);
        assert_eq!(
            long_values(&format!("\"{}\"", "3A".repeat(150)))[0].bytes,
            [0x3A; 150]
        );
    }
}
