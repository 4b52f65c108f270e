//! From the names of glyphs, and the encodings that have names, to Unicode
//! (ISO 32000-1 annex D; Adobe Glyph List specification section 2).

use lopdf::{Dictionary, Document, Encoding, Object};

/// The texts of all 256 codes of an encoding; empty where it has none.
pub(super) fn encoding(name: &[u8]) -> Vec<String> {
    let font = font(Object::Name(name.to_vec()));
    let document = Document::new();
    let codes = |encoding: &Encoding<'_>| {
        let text = |code| encoding.bytes_to_string(&[code]).unwrap_or_default();
        (0..=u8::MAX).map(text).collect()
    };
    match font.get_font_encoding(&document) {
        Ok(encoding) => codes(&encoding),
        Err(_) => vec![String::new(); 256],
    }
}

/// The text of a glyph; nothing if its name says nothing.
pub(super) fn text(name: &[u8]) -> Option<String> {
    let name = name.split(|byte| *byte == b'.').next()?;
    if name.is_empty() || name.len() > 100 {
        return None;
    }
    if let Some(text) = listed(name).or_else(|| numbered(name)) {
        return Some(text);
    }
    if !name.contains(&b'_') {
        return None;
    }
    let parts = name.split(|byte| *byte == b'_');
    parts
        .map(|part| listed(part).or_else(|| numbered(part)))
        .collect()
}

/// The character whose code the name is, as in `c52` or `G34`: what writers
/// name their glyphs who keep nothing else.
pub(super) fn by_code(name: &[u8]) -> Option<String> {
    let name = str::from_utf8(name).ok()?;
    let digits = name.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    if name.len().saturating_sub(digits.len()) > 3 || digits.is_empty() {
        return None;
    }
    let code: u8 = digits.parse().ok()?;
    (32..127)
        .contains(&code)
        .then(|| char::from(code).to_string())
}

/// In Adobe's list, which lopdf has.
fn listed(name: &[u8]) -> Option<String> {
    let mut own = Dictionary::new();
    let differences = vec![Object::Integer(0), Object::Name(name.to_vec())];
    own.set("Differences", Object::Array(differences));
    let font = font(Object::Dictionary(own));
    let document = Document::new();
    let encoding = font.get_font_encoding(&document).ok()?;
    match &encoding {
        Encoding::Differences(_) => encoding.bytes_to_string(&[0]).ok(),
        Encoding::OneByteEncoding(_)
        | Encoding::SimpleEncoding(_)
        | Encoding::UnicodeMapEncoding(_) => None,
    }
    .filter(|text| !text.is_empty())
}

fn font(encoding: Object) -> Dictionary {
    let mut font = Dictionary::new();
    font.set("Type", Object::Name(b"Font".to_vec()));
    font.set("Encoding", encoding);
    font
}

/// `uni0041`, `uni00410042`, `u1F600`.
fn numbered(name: &[u8]) -> Option<String> {
    let name = str::from_utf8(name).ok()?;
    let digits = name
        .strip_prefix("uni")
        .filter(|digits| digits.len().is_multiple_of(4));
    if let Some(digits) = digits.filter(|digits| !digits.is_empty()) {
        let units = digits.as_bytes().chunks_exact(4);
        let unit = |chunk| u16::from_str_radix(str::from_utf8(chunk).ok()?, 16).ok();
        let units: Option<Vec<u16>> = units.map(unit).collect();
        return String::from_utf16(&units?).ok();
    }
    let digits = name.strip_prefix('u')?;
    if !(4..=6).contains(&digits.len()) {
        return None;
    }
    let code = u32::from_str_radix(digits, 16).ok()?;
    Some(char::from_u32(code)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_their_text() {
        let said = |name: &str| text(name.as_bytes()).unwrap_or_default();
        assert_eq!(said("nine"), "9");
        assert_eq!(said("four.oldstyle"), "4");
        assert_eq!(said("uni0033"), "3");
        assert_eq!(said("u0034"), "4");
        assert_eq!(said("seven_six"), "76");
        assert_eq!(said(".notdef"), "");
        assert_eq!(said("a57"), "");
        assert_eq!(by_code(b"a57").as_deref(), Some("9"));
    }

    #[test]
    fn encodings_say_their_codes() {
        let codes = encoding(b"WinAnsiEncoding");
        assert_eq!(codes[0x39], "9");
        assert_eq!(codes[0xEB], "\u{eb}");
    }
}
