//! Transfer encodings read as mail programs read them: forgivingly.
//!
//! A damaged encoding is refused by strict decoders, yet the recipient's
//! program shows the text. So what is damaged is decoded here around the
//! damage, and said to be damaged by a [`Gap`](super::Gap).

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Base64 (RFC 2045 section 6.8) with everything outside its alphabet skipped;
/// padding may stand anywhere and starts a new group.
pub(super) fn lenient_base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for piece in bytes.split(|byte| *byte == b'=') {
        let mut clean: Vec<u8> = piece
            .iter()
            .copied()
            .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
            .collect();
        if clean.len() % 4 == 1 {
            // One character of a group holds no whole byte.
            clean.pop();
        }
        if let Ok(decoded) = FORGIVING.decode(&clean) {
            out.extend_from_slice(&decoded);
        }
    }
    out
}

/// Quoted-printable (RFC 2045 section 6.7) where `=` without two hexadecimal
/// digits or a line end after it stands for itself.
pub(super) fn lenient_quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let after = from.get(1..).unwrap_or(b"");
        let blank = after
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let tail = after.get(blank..).unwrap_or(b"");
        rest = if let Some(next) = tail.strip_prefix(b"\r\n").or(tail.strip_prefix(b"\n")) {
            next
        } else if let Some(byte) = hex_pair(after) {
            out.push(byte);
            after.get(2..).unwrap_or(b"")
        } else {
            out.push(b'=');
            after
        };
    }
    out.extend_from_slice(rest);
    out
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let pair = bytes.get(..2)?;
    let text = std::str::from_utf8(pair).ok()?;
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_does_not_hide_what_is_around_it() {
        assert_eq!(lenient_base64(b"OTQz!IDQ3\r\nNiA1OTE5"), b"943 476 5919");
        assert_eq!(lenient_base64(b"OTQz=IDQ3"), b"943 47");
        assert_eq!(lenient_base64(b"OTQzI"), b"943");
        assert_eq!(
            lenient_quoted_printable(b"943=\r\n 476=20=3"),
            b"943 476 =3"
        );
        assert_eq!(lenient_quoted_printable(b"a= \r\nb==41"), b"ab=A");
    }
}
