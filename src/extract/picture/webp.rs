//! WebP: its chunks of metadata hold EXIF and XMP, found as such (RFC 9649).

use super::found::{Found, Size};
use crate::extract::strings;

/// Reads the chunks of a WebP.
pub(super) fn read(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    let size = bytes.get(4..8).and_then(|four| four.try_into().ok());
    let size = size.map_or(0, |four| {
        usize::try_from(u32::from_le_bytes(four)).unwrap_or(0)
    });
    let end = size.saturating_add(8).saturating_add(size % 2);
    found.end = (end <= bytes.len()).then_some(end);
    let mut at = 12_usize;
    while let Some(header) = bytes.get(at..at.saturating_add(8)).filter(|_| at < end) {
        let (name, length) = header.split_at(4);
        let length = length.try_into().map_or(0, u32::from_le_bytes);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        at = at.saturating_add(8);
        let data = bytes.get(at..at.saturating_add(length)).unwrap_or(b"");
        if name == b"VP8X" {
            let field = |from: usize| {
                let three = data.get(from..from.saturating_add(3))?;
                let low = u32::from(*three.first()?);
                let middle = u32::from(*three.get(1)?).wrapping_shl(8);
                let high = u32::from(*three.get(2)?).wrapping_shl(16);
                Some((low | middle | high).saturating_add(1))
            };
            found.size = field(4).zip(field(7));
        } else if matches!(name, b"VP8 " | b"VP8L") {
            found.size = found.size.or_else(|| own_size(data));
        } else if !matches!(name, b"ALPH" | b"ANMF" | b"ICCP") {
            found.words.push(strings::words(data));
        }
        at = at.saturating_add(length).saturating_add(length % 2);
    }
    found
}

/// The size in a picture's own data: 14 bits a side (RFC 6386 section 9.1; RFC
/// 9649 section 3.4).
fn own_size(data: &[u8]) -> Option<Size> {
    let bits = |at: usize, low: u32| -> Option<u32> {
        let four = data.get(at..at.saturating_add(4))?;
        let four = u32::from_le_bytes(four.try_into().ok()?);
        Some(four.wrapping_shr(low) & 0x3FFF)
    };
    if data.first() == Some(&0x2F) {
        let side = |low| Some(bits(1, low)?.saturating_add(1));
        return side(0).zip(side(14));
    }
    if data.get(3..6) == Some(&[0x9D, 0x01, 0x2A]) {
        return bits(6, 0).zip(bits(6, 16));
    }
    None
}
