//! The macros of a document (MS-OVBA): their source, which is packed, and the
//! words of their forms.

use std::io::Cursor;

use crate::extract::office::strings;
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// Reads a VBA project, an OLE container.
pub(in crate::extract::office) fn read(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let Ok(mut container) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        sink.gap(spot, GapReason::Broken);
        sink.text(spot, strings::of(bytes));
        return;
    };
    let paths: Vec<_> = container
        .walk()
        .filter(cfb::Entry::is_stream)
        .map(|entry| entry.path().to_owned())
        .collect();
    for path in paths {
        let Ok(stream) = container.open_stream(&path) else {
            sink.gap(spot, GapReason::Broken);
            continue;
        };
        let (stream, stopped) = sink.expand(stream);
        if let Some(why) = stopped {
            sink.gap(spot, why);
        }
        sink.text(spot, strings::of(&stream));
        for source in sources(&stream) {
            let (source, stopped) = sink.expand(Cursor::new(source));
            if let Some(why) = stopped {
                sink.gap(spot, why);
            }
            // Source is in the code page of its author's system.
            let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&source);
            sink.text(spot, text);
        }
    }
}

/// The packed texts in a stream. A module begins with its attributes, so a
/// packed one shows `Attribut` after its first bytes.
fn sources(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut from = 0_usize;
    for place in memchr::memmem::find_iter(stream, b"\0Attribut") {
        // A signature byte and two bytes of the first chunk's header.
        let Some(start) = place.checked_sub(3).filter(|start| *start >= from) else {
            continue;
        };
        if stream.get(start) != Some(&1) {
            continue;
        }
        let packed = stream.get(start.saturating_add(1)..).unwrap_or_default();
        found.push(unpacked(packed));
        from = place;
    }
    found
}

/// Unpacks the chunks of a compressed container (MS-OVBA 2.4.1). A chunk
/// gives at most 4,096 bytes for at least three.
fn unpacked(mut packed: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some((header, rest)) = packed.split_first_chunk::<2>() {
        let header = u16::from_le_bytes(*header);
        if header & 0x7000 != 0x3000 {
            break;
        }
        let size = usize::from(header & 0x0FFF).saturating_add(1);
        let chunk = rest.get(..size).unwrap_or(rest);
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else {
            unpack_chunk(chunk, &mut out);
        }
        packed = rest.get(size..).unwrap_or_default();
    }
    out
}

fn unpack_chunk(mut chunk: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    while let Some((flags, rest)) = chunk.split_first() {
        chunk = rest;
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some((byte, rest)) = chunk.split_first() else {
                    return;
                };
                out.push(*byte);
                chunk = rest;
                continue;
            }
            let Some((token, rest)) = chunk.split_first_chunk::<2>() else {
                return;
            };
            chunk = rest;
            let token = u16::from_le_bytes(*token);
            let done = out.len().saturating_sub(start).max(1);
            // As many bits for the offset as the bytes so far need, 4 to 12.
            let bits = usize::BITS.saturating_sub(done.saturating_sub(1).leading_zeros());
            let bits = bits.clamp(4, 12);
            let length_mask = 0xFFFF_u16 >> bits;
            let length = usize::from(token & length_mask).saturating_add(3);
            let offset = usize::from(token >> 16_u32.saturating_sub(bits)).saturating_add(1);
            for _ in 0..length {
                let Some(byte) = out
                    .len()
                    .checked_sub(offset)
                    .filter(|place| *place >= start)
                    .and_then(|place| out.get(place).copied())
                else {
                    return;
                };
                if out.len().saturating_sub(start) >= 4096 {
                    return;
                }
                out.push(byte);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_source_is_unpacked() {
        // MS-OVBA 3.2.3, the example of "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa".
        let packed = [
            0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66, 0x00,
            0x70, 0x61, 0x67, 0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30,
            0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75,
            0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ];
        let text = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa";
        assert_eq!(unpacked(&packed), text);
    }
}
