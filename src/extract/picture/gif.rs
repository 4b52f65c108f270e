//! GIF (the GIF 89a specification, section 15 and on): comments, plain text,
//! application data.

use super::found::Found;
use crate::extract::strings;
use crate::extract::text_file::charset;

/// Reads the blocks of a GIF.
pub(super) fn read(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    let side = |at: usize| {
        let two = bytes.get(at..at.saturating_add(2))?;
        Some(u32::from(u16::from_le_bytes(two.try_into().ok()?)))
    };
    found.size = side(6).zip(side(8));
    let mut at = 13_usize.saturating_add(table(bytes.get(10)));
    loop {
        match bytes.get(at) {
            Some(0x21) => {
                let label = bytes.get(at.saturating_add(1)).copied().unwrap_or(0);
                let (data, next) = sub_blocks(bytes, at.saturating_add(2));
                if label != 0xF9 {
                    found.words.extend(charset::decode(&data, None).readings);
                    found.words.push(strings::words(&data));
                }
                at = next;
            }
            Some(0x2C) => {
                // Nine bytes of its place, a table of colours, the code size.
                let colours = table(bytes.get(at.saturating_add(9)));
                let start = at.saturating_add(11).saturating_add(colours);
                at = sub_blocks_end(bytes, start);
            }
            Some(0x3B) => {
                found.end = Some(at.saturating_add(1));
                return found;
            }
            _ => return found,
        }
    }
}

/// How many bytes a table of colours takes.
fn table(packed: Option<&u8>) -> usize {
    match packed {
        Some(packed) if packed & 0x80 != 0 => {
            3_usize.wrapping_shl(u32::from(packed & 7).saturating_add(1))
        }
        _ => 0,
    }
}

fn sub_blocks(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut data = Vec::new();
    let mut at = start;
    while let Some(length) = bytes.get(at).copied().filter(|length| *length > 0) {
        let from = at.saturating_add(1);
        at = from.saturating_add(usize::from(length));
        data.extend_from_slice(bytes.get(from..at).unwrap_or(b""));
    }
    (data, at.saturating_add(1))
}

fn sub_blocks_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(length) = bytes.get(at).copied().filter(|length| *length > 0) {
        at = at.saturating_add(1).saturating_add(usize::from(length));
    }
    at.saturating_add(1)
}
