//! Pictures in the drawings of old workbooks (MS-ODRAW 2.2.23 to 2.2.31): each
//! is handed on as a file.

use std::io::Cursor;

use flate2::read::ZlibDecoder;

use crate::extract::sink::{Sink, Spot};

/// Hands on the pictures in bytes, wherever they stand.
pub(super) fn read(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let mut rest = bytes;
    while let Some(found) = memchr::memchr(0xF0, rest) {
        let from = found.saturating_sub(3);
        let after = found.saturating_add(1);
        let next = match rest
            .get(from..)
            .filter(|_| found >= 3)
            .and_then(|at| picture(at, spot, sink))
        {
            Some(length) => from.saturating_add(length),
            None => after,
        };
        rest = rest.get(next.max(after)..).unwrap_or_default();
    }
}

/// A picture that begins here: how long it is.
fn picture(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) -> Option<usize> {
    let head = bytes.first_chunk::<8>()?;
    let [instance_low, instance_high, kind, 0xF0, size @ ..] = *head else {
        return None;
    };
    let instance = u16::from_le_bytes([instance_low, instance_high]) >> 4;
    let is_known = matches!(
        instance | 1,
        0x03D5 | 0x0217 | 0x0543 | 0x046B | 0x06E3 | 0x06E1 | 0x07A9 | 0x06E5
    );
    let end = usize::try_from(u32::from_le_bytes(size))
        .ok()?
        .checked_add(8)?;
    let content = bytes.get(8..end).filter(|_| is_known)?;
    // An odd number says that a second identifier follows the first.
    let content = content.get(if instance & 1 == 1 { 32 } else { 16 }..)?;
    match kind {
        // Drawn ones, packed behind a header.
        0x1A..=0x1C => {
            let packed = content.get(34..)?;
            let is_packed = content.get(32) == Some(&0);
            let bytes = if is_packed {
                let (bytes, stopped) = sink.expand(ZlibDecoder::new(Cursor::new(packed)));
                if let Some(why) = stopped {
                    sink.gap(spot, why);
                }
                bytes
            } else {
                packed.to_vec()
            };
            let media_type = match kind {
                0x1A => "image/emf",
                0x1B => "image/wmf",
                _ => "image/x-pict",
            };
            sink.file(spot, "", media_type, bytes);
        }
        0x1D..=0x2A => sink.file(spot, "", "image/unknown", content.get(1..)?.to_vec()),
        _ => return None,
    }
    Some(end)
}
