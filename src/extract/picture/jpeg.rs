//! JPEG (ITU-T T.81 annex B): comments, and application segments with IPTC,
//! Photoshop's resources, and XMP that is longer than one segment.

use std::collections::BTreeMap;

use super::found::Found;
use crate::extract::strings;
use crate::extract::text_file::charset;

/// How XMP that goes on in further segments begins (XMP specification part 3
/// section 1.1.3.1).
const EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";

/// Reads the segments of a JPEG.
pub(super) fn read(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    let mut extended: BTreeMap<u32, &[u8]> = BTreeMap::new();
    let mut at = 2_usize;
    while let Some(marker) = next_marker(bytes, &mut at) {
        let code = marker;
        if code == 0xD9 {
            found.end = Some(at);
            break;
        }
        if matches!(code, 0x01 | 0xD0..=0xD8) {
            continue;
        }
        let length = bytes.get(at..at.saturating_add(2));
        let Some(length) = length
            .and_then(|two| two.try_into().ok())
            .map(u16::from_be_bytes)
        else {
            break;
        };
        let from = at.saturating_add(2);
        at = at.saturating_add(usize::from(length).max(2));
        let data = bytes.get(from..at.min(bytes.len())).unwrap_or(b"");
        match code {
            // All frames but the tables DHT, JPG and DAC.
            0xC0..=0xCF if !matches!(code, 0xC4 | 0xC8 | 0xCC) => {
                let side = |at: usize| {
                    let two = data.get(at..at.saturating_add(2))?;
                    Some(u32::from(u16::from_be_bytes(two.try_into().ok()?)))
                };
                found.size = found.size.max(side(3).zip(side(1)));
            }
            0xFE => found.words.extend(charset::decode(data, None).readings),
            0xE1 if data.starts_with(EXTENDED) => {
                let offset = data.get(71..75).and_then(|four| four.try_into().ok());
                let offset = offset.map_or(0, u32::from_be_bytes);
                extended.insert(offset, data.get(75..).unwrap_or(b""));
            }
            0xED => found.words.push(resources(data)),
            // Profiles of colour hold no words of people.
            0xE2 if data.starts_with(b"ICC_PROFILE") => {}
            0xE0..=0xEF => found.words.push(strings::words(data)),
            _ => {}
        }
    }
    if !extended.is_empty() {
        let whole = extended.into_values().collect::<Vec<_>>().concat();
        found
            .words
            .push(String::from_utf8_lossy(&whole).into_owned());
    }
    found
}

/// The next marker; what is between, the picture itself, is passed.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let rest = bytes.get(*at..)?;
        *at = at
            .saturating_add(memchr::memchr(0xFF, rest)?)
            .saturating_add(1);
        match bytes.get(*at)? {
            // A byte of the picture, or filling.
            0 | 0xFF => {}
            marker => {
                *at = at.saturating_add(1);
                return Some(*marker);
            }
        }
    }
}

/// IPTC in Photoshop's resources (IPTC-IIM 4.2: 1C, record, set, length), and
/// the other words there.
fn resources(data: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = data;
    while let Some(at) = memchr::memchr(0x1C, rest) {
        rest = rest.get(at.saturating_add(1)..).unwrap_or(b"");
        let [1..=9, _, high, low, after @ ..] = rest else {
            continue;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if let Some(value) = after.get(..length) {
            for reading in charset::decode(value, None).readings {
                out.push_str(&reading);
                out.push('\n');
            }
            rest = after.get(length..).unwrap_or(b"");
        }
    }
    out.push_str(&strings::words(data));
    out
}
