//! Encodings of seven bits, in which plain characters switch to another set:
//! UTF-7 (RFC 2152), HZ (RFC 1843), ISO-2022. Read beside the plain reading:
//! in them a digit may be written so that no plain digit stands there.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{EUC_KR, Encoding, GBK, ISO_2022_JP};

/// Base64 without padding, whose last bits may be anything.
const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Every reading of bytes in such an encoding for which there are signs.
pub(super) fn readings(bytes: &[u8]) -> Vec<String> {
    let found = |sign: &[u8]| memchr::memmem::find(bytes, sign).is_some();
    let mut readings = Vec::new();
    readings.extend(utf7(&String::from_utf8_lossy(bytes)));
    if found(b"\x1B$") || found(b"\x1B(") {
        let (text, _) = ISO_2022_JP.decode_without_bom_handling(bytes);
        readings.push(text.into_owned());
    }
    if found(b"\x0E") && found(b"\x1B$)") {
        readings.push(switched(bytes, b"\x0E", b"\x0F", EUC_KR));
        readings.push(switched(bytes, b"\x0E", b"\x0F", GBK));
    }
    if found(b"~{") {
        readings.push(switched(bytes, b"~{", b"~}", GBK));
    }
    readings
}

/// A text between whose signs the eighth bit of each byte is left out.
fn switched(bytes: &[u8], on: &[u8], off: &[u8], charset: &'static Encoding) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memmem::find(rest, on) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let inside = from.get(on.len()..).unwrap_or(b"");
        let length = memchr::memmem::find(inside, off).unwrap_or(inside.len());
        let (inside, after) = inside.split_at(length);
        out.extend(inside.iter().map(|byte| match byte {
            b'!'..=b'~' => byte | 0x80,
            _ => *byte,
        }));
        rest = after.strip_prefix(off).unwrap_or(after);
    }
    out.extend_from_slice(rest);
    charset.decode_without_bom_handling(&out).0.into_owned()
}

/// A text with its stretches of UTF-7 decoded; `None` where there are none
/// that hold something which a number may be written with: telephone numbers
/// look like such stretches too.
pub(super) fn utf7(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut found = false;
    // What is no stretch is tried again from its next sign on, so often.
    let mut patience = text.len().saturating_mul(16);
    while let Some((before, after)) = rest.split_once('+') {
        out.push_str(before);
        let length = after
            .bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
            .count();
        let (coded, behind) = after.split_at_checked(length).unwrap_or((after, ""));
        match stretch(coded) {
            Some(decoded) => {
                found |= decoded.chars().any(|letter| {
                    letter.is_ascii_graphic()
                        || letter.is_numeric()
                        || matches!(letter, '\u{a0}' | '\u{2000}'..='\u{206f}')
                });
                out.push_str(&decoded);
                rest = behind.strip_prefix('-').unwrap_or(behind);
            }
            None if coded.is_empty() && behind.starts_with('-') => {
                out.push('+');
                rest = behind.get(1..).unwrap_or("");
            }
            None => {
                out.push('+');
                rest = after;
                match patience.checked_sub(coded.len()) {
                    Some(left) => patience = left,
                    None => {
                        out.push_str(coded);
                        rest = behind;
                    }
                }
            }
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The characters of one stretch: UTF-16 with the high byte first, in base64
/// without padding.
fn stretch(coded: &str) -> Option<String> {
    if coded.len() < 3 || coded.len() % 8 == 1 {
        return None;
    }
    let coded = match coded.len() % 4 {
        1 => coded.get(..coded.len().saturating_sub(1))?,
        _ => coded,
    };
    let bytes = UNPADDED.decode(coded).ok()?;
    let units = bytes.as_chunks::<2>().0.iter();
    let units = units.map(|pair| u16::from_be_bytes(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_seven_bits_are_read() {
        assert_eq!(
            utf7("943+AKA-476+AKA-5919 +- x").as_deref(),
            Some("943\u{a0}476\u{a0}5919 + x")
        );
        assert_eq!(
            utf7("+ADkANAAzADQANwA2ADUAOQAxADk").as_deref(),
            Some("9434765919")
        );
        assert_eq!(utf7("call +441632960001 or a+b"), None);
        assert_eq!(utf7(&"+AAA".repeat(200_000)), None);
        let hz = readings(b"~{#9#4#3#4#7#6#5#9#1#9~}");
        assert!(hz.iter().any(|text| text.contains("９４３４７６５９１９")));
        let japanese = readings(b"\x1B$B#9#4#3#4#7#6#5#9#1#9\x1B(B");
        assert!(
            japanese
                .iter()
                .any(|text| text.contains("９４３４７６５９１９"))
        );
        let korean = readings(b"\x1B$)C\x0E#9#4#3#4#7#6#5#9#1#9\x0F");
        assert!(
            korean
                .iter()
                .any(|text| text.contains("９４３４７６５９１９"))
        );
    }
}
