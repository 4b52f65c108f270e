//! PNG (W3C, third edition, section 11.3): text chunks, packed or not.

use flate2::read::ZlibDecoder;

use super::found::Found;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings;
use crate::extract::text_file::{charset, inline};

/// Reads the chunks of a PNG.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) -> Found {
    let mut found = Found::default();
    let mut at = 8_usize;
    while let Some(header) = bytes.get(at..at.saturating_add(8)) {
        let (length, name) = header.split_at(4);
        let length = length.try_into().map_or(0, u32::from_be_bytes);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let from = at.saturating_add(8);
        let to = from.saturating_add(length);
        at = to.saturating_add(4);
        let data = bytes.get(from..to.min(bytes.len())).unwrap_or(b"");
        match name {
            b"IHDR" => {
                let side = |at: usize| {
                    let four = data.get(at..at.saturating_add(4))?;
                    Some(u32::from_be_bytes(four.try_into().ok()?))
                };
                found.size = side(0).zip(side(4));
            }
            b"tEXt" => found
                .words
                .extend(charset::decode(&spaced(data), None).readings),
            b"zTXt" => packed(data, 1, &mut found, sink),
            b"iTXt" => international(data, &mut found, sink),
            b"IEND" => {
                found.end = Some(at.min(bytes.len()));
                break;
            }
            b"IDAT" | b"fdAT" | b"iCCP" | b"PLTE" | b"tRNS" => {}
            _ => found.words.push(strings::words(data)),
        }
    }
    found
}

/// A text with a keyword before it.
fn spaced(data: &[u8]) -> Vec<u8> {
    let mut text = data.to_vec();
    if let Some(end) = text.iter_mut().find(|byte| **byte == 0) {
        *end = b'\n';
    }
    text
}

/// A keyword, a zero, `skip` bytes, and what is packed.
fn packed(data: &[u8], skip: usize, found: &mut Found, sink: &mut Sink<'_>) {
    let end = memchr::memchr(0, data).unwrap_or(data.len());
    let keyword = data.get(..end).unwrap_or(b"");
    let start = end.saturating_add(1).saturating_add(skip);
    let (text, why) = sink.expand(ZlibDecoder::new(data.get(start..).unwrap_or(b"")));
    if let Some(why) = why {
        sink.gap(Spot::default(), why);
    }
    found
        .words
        .push(String::from_utf8_lossy(keyword).into_owned());
    // ImageMagick keeps EXIF and IPTC so, in hexadecimal.
    if keyword.starts_with(b"Raw profile type") {
        let digits: Vec<u8> = text.iter().copied().filter(u8::is_ascii_hexdigit).collect();
        for skip in [0, 1] {
            let digits = digits.get(skip..).unwrap_or(b"");
            found.words.push(strings::words(&inline::from_hex(digits)));
        }
    }
    found.words.extend(charset::decode(&text, None).readings);
}

/// Keyword, whether it is packed and how, language, translated keyword, text.
fn international(data: &[u8], found: &mut Found, sink: &mut Sink<'_>) {
    let end = memchr::memchr(0, data).unwrap_or(data.len());
    let is_packed = data.get(end.saturating_add(1)) == Some(&1);
    if !is_packed {
        let text = String::from_utf8_lossy(data).replace('\0', "\n");
        found.words.push(text);
        return;
    }
    let rest = data.get(end.saturating_add(3)..).unwrap_or(b"");
    let names: Vec<usize> = memchr::memchr_iter(0, rest).take(2).collect();
    let skip = names.last().map_or(0, |last| last.saturating_add(1));
    let languages = rest.get(..skip).unwrap_or(b"");
    found
        .words
        .push(String::from_utf8_lossy(languages).replace('\0', "\n"));
    packed(data, skip.saturating_add(2), found, sink);
}
