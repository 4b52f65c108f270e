//! Strings that are meant for people (ISO 32000-1 section 7.9.2.2): UTF-16
//! with a mark, UTF-8 with a mark, or `PDFDocEncoding`.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

/// The text of a string.
pub(super) fn decode(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => UTF_8.decode_without_bom_handling(rest).0.into_owned(),
        // Some write UTF-8 without the mark; what is no UTF-8 is none.
        _ if !bytes.is_ascii() && str::from_utf8(bytes).is_ok() => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        _ => {
            let own = lopdf::Object::string_literal(bytes.to_vec());
            let controls = bytes
                .iter()
                .any(|byte| matches!(byte, b'\t' | b'\n' | b'\r'));
            match lopdf::decode_text_string(&own) {
                // Its table has no white space but blanks.
                Ok(text) if !controls => text,
                _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
            }
        }
    };
    without_language(&text)
}

/// Language marks stand between two escapes (section 7.9.2.2).
fn without_language(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (place, piece) in text.split('\u{1b}').enumerate() {
        if place.is_multiple_of(2) || piece.len() > 8 {
            kept.push_str(piece);
        }
    }
    kept.replace('\r', "\n").replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_encodings_are_read() {
        assert_eq!(decode(b"943 476 5919"), "943 476 5919");
        assert_eq!(decode(b"\xFE\xFF\x009\x004\x003"), "943");
        assert_eq!(decode(b"\xFF\xFE9\x004\x00"), "94");
        assert_eq!(decode(b"\xEF\xBB\xBFZo\xC3\xAB"), "Zo\u{eb}");
        assert_eq!(decode(b"Zo\xEB"), "Zo\u{eb}");
        assert_eq!(decode(b"a\tb\rc"), "a\tb\nc");
        assert_eq!(decode(b"\xFE\xFF\0\x1b\0e\0n\0\x1b\09\0 "), "9 ");
    }
}
