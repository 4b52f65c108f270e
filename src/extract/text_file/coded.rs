//! Bytes in base64 and in hexadecimal, and the file that they are.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Below this a value may be a key or a checksum by chance (in characters).
pub(super) const SHORTEST: usize = 200;

/// Base64 without padding, whose last bits may be anything.
const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A file that was found inside a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::extract) struct Inline {
    /// What the text calls it; may be empty.
    pub(in crate::extract) media_type: String,
    /// Its content.
    pub(in crate::extract) bytes: Vec<u8>,
}

impl Inline {
    /// A file of which the text says nothing.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self {
            media_type: String::new(),
            bytes,
        }
    }
}

/// A file without what Power Query writes before its package: a version and a
/// length (MS-QDEFF 2.2).
pub(super) fn unwrapped(bytes: Vec<u8>) -> Vec<u8> {
    match bytes.as_slice() {
        [0, 0, 0, 0, _, _, _, _, package @ ..] if package.starts_with(b"PK\x03\x04") => {
            package.to_vec()
        }
        _ => bytes,
    }
}

/// Whether a character is of base64, in either alphabet.
pub(super) fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The bytes of base64 in either alphabet (RFC 4648 sections 4 and 5), with
/// what is no base64 left out.
pub(in crate::extract) fn from_base64(coded: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'=', coded).unwrap_or(coded.len());
    let coded = coded.get(..end).unwrap_or(coded).iter();
    let mut clean: Vec<u8> = coded
        .filter_map(|byte| match byte {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            byte => is_base64(*byte).then_some(*byte),
        })
        .collect();
    if clean.len() % 4 == 1 {
        // One character of a group holds no whole byte.
        clean.pop();
    }
    UNPADDED.decode(clean).unwrap_or_default()
}

/// The bytes of hexadecimal digits in pairs.
pub(in crate::extract) fn from_hex(digits: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let pairs = digits.as_chunks::<2>().0.iter();
    let bytes = pairs.filter_map(|[high, low]| {
        let (high, low) = (digit(*high)?, digit(*low)?);
        Some(high.wrapping_shl(4) | low)
    });
    bytes.collect()
}
