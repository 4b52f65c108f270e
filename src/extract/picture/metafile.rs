//! Windows metafiles: the words that they draw (MS-EMF 2.3.5, MS-WMF 2.3.3).
//! Words drawn in pieces on one line are given whole, and with spaces between.

use super::found::Found;

/// Reads an EMF or a WMF; `None` if it is neither.
pub(super) fn read(bytes: &[u8]) -> Option<Found> {
    let pieces = if bytes.get(40..44) == Some(b" EMF") {
        enhanced(bytes)
    } else if bytes.starts_with(&[0xD7, 0xCD, 0xC6, 0x9A]) {
        plain(bytes.get(22..)?)
    } else if bytes.starts_with(&[1, 0, 9, 0]) || bytes.starts_with(&[2, 0, 9, 0]) {
        plain(bytes)
    } else {
        return None;
    };
    let mut joined = String::new();
    let mut spaced = String::new();
    let mut line = None;
    for (height, words) in pieces {
        if line.is_some_and(|line| line != height) {
            joined.push('\n');
            spaced.push('\n');
        } else if line.is_some() {
            spaced.push(' ');
        }
        line = Some(height);
        joined.push_str(&words);
        spaced.push_str(&words);
    }
    Some(Found {
        words: vec![joined, spaced],
        ..Found::default()
    })
}

/// Text records of an EMF: how high each stands, and its words.
fn enhanced(bytes: &[u8]) -> Vec<(i32, String)> {
    let long = |at: usize| -> Option<u32> {
        let four = bytes.get(at..at.saturating_add(4))?;
        Some(u32::from_le_bytes(four.try_into().ok()?))
    };
    let size = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut at = 0_usize;
    while let (Some(kind), Some(length)) = (long(at), long(at.saturating_add(4))) {
        let record = bytes
            .get(at..at.saturating_add(size(length)))
            .unwrap_or(b"");
        let field = |offset: usize| long(at.saturating_add(offset)).unwrap_or(0);
        let words = match kind {
            // EMR_EXTTEXTOUTA and -W: number and place of the characters.
            83 => latin(record, size(field(48)), size(field(44))),
            84 => wide(record, size(field(48)), size(field(44))),
            // EMR_SMALLTEXTOUT: behind a rectangle, unless flags leave it out.
            108 => {
                let start = if field(20) & 0x100 == 0 { 52 } else { 36 };
                if field(20) & 0x200 == 0 {
                    wide(record, start, size(field(16)))
                } else {
                    latin(record, start, size(field(16)))
                }
            }
            _ => String::new(),
        };
        if !words.is_empty() {
            let height = if kind == 108 { field(12) } else { field(40) };
            found.push((height.cast_signed(), words));
        }
        if length < 8 {
            break;
        }
        at = at.saturating_add(size(length));
    }
    found
}

fn latin(record: &[u8], start: usize, characters: usize) -> String {
    let end = start.saturating_add(characters);
    let bytes = record.get(start..end).unwrap_or(b"");
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

fn wide(record: &[u8], start: usize, characters: usize) -> String {
    let end = start.saturating_add(characters.saturating_mul(2));
    let pairs = record.get(start..end).unwrap_or(b"").as_chunks::<2>().0;
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// Text records of a WMF, whose sizes count words of two bytes.
fn plain(bytes: &[u8]) -> Vec<(i32, String)> {
    let mut found = Vec::new();
    let mut at = 18_usize;
    let short = |at: usize| -> Option<u16> {
        let two = bytes.get(at..at.saturating_add(2))?;
        Some(u16::from_le_bytes(two.try_into().ok()?))
    };
    loop {
        let (Some(low), Some(high), Some(kind)) = (
            short(at),
            short(at.saturating_add(2)),
            short(at.saturating_add(4)),
        ) else {
            return found;
        };
        let length = usize::from(high).wrapping_shl(16) | usize::from(low);
        let length = length.saturating_mul(2);
        if length < 6 {
            return found;
        }
        let end = at.saturating_add(length).min(bytes.len());
        let record = bytes.get(at..end).unwrap_or(b"");
        let field = |offset: usize| short(at.saturating_add(offset)).unwrap_or(0);
        match kind {
            // META_TEXTOUT: count, words, height, place.
            0x0521 => {
                let count = usize::from(field(6));
                let behind = 8_usize.saturating_add(count).saturating_add(count % 2);
                let height = i32::from(field(behind).cast_signed());
                found.push((height, latin(record, 8, count)));
            }
            // META_EXTTEXTOUT: height, place, count, options, a rectangle if
            // there is one, words.
            0x0A32 => {
                let start = if field(12) & 6 == 0 { 14 } else { 22 };
                let height = i32::from(field(6).cast_signed());
                found.push((height, latin(record, start, usize::from(field(10)))));
            }
            _ => {}
        }
        at = at.saturating_add(length);
    }
}
