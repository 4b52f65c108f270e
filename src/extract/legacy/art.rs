//! Drawings of old Office documents: the texts of shapes, and pictures.
//!
//! Source: MS-ODRAW 2.2.7 to 2.2.12 (property tables: names, alternative
//! texts, `WordArt`, links) and 2.2.23 to 2.2.31 (pictures).

use flate2::read::ZlibDecoder;

use super::raw::{part, part_or_rest, size_at, u16_at};
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff::sniff;
use crate::extract::strings;
use crate::format::Format;
use crate::mail::GapReason;

/// Record types of pictures.
const EMF: u16 = 0xF01A;
const TIFF: u16 = 0xF029;
const JPEG: u16 = 0xF02A;

/// How a bitmap begins: with the length of its own head (`BITMAPINFOHEADER`).
const BITMAP: [u8; 4] = [40, 0, 0, 0];

/// Hands on the pictures in a stream, wherever they stand in it.
pub(in crate::extract) fn pictures(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let mut at = 0_usize;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr(0xF0, rest))
        .map(|found| at.saturating_add(found))
    {
        at = found.saturating_add(1);
        let Some(start) = found.checked_sub(3) else {
            continue;
        };
        if let Some(end) = picture(bytes, start, spot, sink) {
            at = end;
        }
    }
}

/// The texts of all shapes in a stream, wherever they stand in it.
pub(super) fn shapes(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) -> String {
    let mut text = String::new();
    let mut at = 0_usize;
    while let Some(kind_end) = bytes
        .get(at..)
        .and_then(|rest| memchr::memchr2(0xF0, 0xF1, rest))
        .map(|found| at.saturating_add(found))
    {
        at = kind_end.saturating_add(1);
        let Some(start) = kind_end.checked_sub(3) else {
            continue;
        };
        let head = u16_at(bytes, start).unwrap_or(0);
        let kind = u16_at(bytes, start.saturating_add(2)).unwrap_or(0);
        let len = size_at(bytes, start.saturating_add(4)).unwrap_or(0);
        let Some(table) = part(bytes, start.saturating_add(8), len) else {
            continue;
        };
        if head & 0x000F == 3 && is_shape_table(kind) {
            text.push_str(&shape_texts(table, head >> 4, spot, sink));
            at = start.saturating_add(8).saturating_add(len);
        }
    }
    text
}

/// Whether a number is the type of a table of shapes' properties.
pub(super) fn is_shape_table(kind: u16) -> bool {
    matches!(kind, 0xF00B | 0xF121 | 0xF122)
}

/// Whether a number is the type of a picture's record.
pub(super) fn is_picture(kind: u16) -> bool {
    matches!(kind, EMF..=0xF01F | TIFF | JPEG)
}

/// Hands on one picture whose record begins at `start`; where it ends.
fn picture(bytes: &[u8], start: usize, spot: Spot, sink: &mut Sink<'_>) -> Option<usize> {
    let head = u16_at(bytes, start)?;
    let kind = u16_at(bytes, start.checked_add(2)?)?;
    let len = size_at(bytes, start.checked_add(4)?)?;
    if !is_picture(kind) || head & 0x000F != 0 {
        return None;
    }
    let instance = head >> 4;
    let base = match kind {
        0xF01A => 0x3D4,
        0xF01B => 0x216,
        0xF01C => 0x542,
        0xF01D | JPEG => 0x46A,
        0xF01E => 0x6E0,
        0xF01F => 0x7A8,
        _ => 0x6E4,
    };
    // The least bit says that there are two digests before the picture; JPEG
    // in CMYK has numbers of its own.
    let is_cmyk = base == 0x46A && matches!(instance, 0x6E2 | 0x6E3);
    if instance & !1 != base && !is_cmyk {
        return None;
    }
    let digests = if instance & 1 == 1 { 32 } else { 16 };
    let data = part_or_rest(bytes, start.checked_add(8)?, len);
    let end = start.checked_add(8)?.checked_add(data.len())?;
    if matches!(kind, 0xF01A..=0xF01C) {
        metafile(data.get(digests..)?, spot, sink);
    } else {
        let picture = data.get(digests.checked_add(1)?..)?;
        file(picture.to_vec(), spot, sink);
    }
    Some(end)
}

/// Hands on a picture of which the document says that it is one.
pub(super) fn file(mut bytes: Vec<u8>, spot: Spot, sink: &mut Sink<'_>) {
    if bytes.starts_with(&BITMAP) {
        // Without the head of 14 bytes that its file has: name, length, where
        // the dots begin.
        let length = u32::try_from(bytes.len().saturating_add(14)).unwrap_or(0);
        let head = [b"BM".as_slice(), &length.to_le_bytes(), &[0; 8]].concat();
        drop(bytes.splice(..0, head));
    }
    if sniff(&bytes, "") == Format::Document {
        // The Macintosh's drawings have no head by which files are known.
        sink.gap(spot, GapReason::Image);
        sink.text(spot, strings::words(&bytes));
    } else {
        sink.file(spot, "", "", bytes);
    }
}

/// A drawing of lines and text, packed or not (MS-ODRAW 2.2.31).
fn metafile(data: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let packed = data.get(32).is_some_and(|method| *method == 0);
    let content = data.get(34..).unwrap_or(&[]);
    let (content, why) = if packed {
        sink.expand(ZlibDecoder::new(content))
    } else {
        (content.to_vec(), None)
    };
    if let Some(why) = why {
        sink.gap(spot, why);
    }
    file(content, spot, sink);
}

/// The texts in a table of a shape's properties (`instance` of them): names,
/// alternative text, links. Packages in it are handed on.
pub(super) fn shape_texts(table: &[u8], instance: u16, spot: Spot, sink: &mut Sink<'_>) -> String {
    let mut text = String::new();
    let mut at = usize::from(instance).saturating_mul(6);
    for number in 0..usize::from(instance) {
        let Some(property) = part(table, number.saturating_mul(6), 6) else {
            break;
        };
        let (Some(id), Some(len)) = (u16_at(property, 0), size_at(property, 2)) else {
            break;
        };
        if id & 0x8000 == 0 {
            continue;
        }
        let value = part_or_rest(table, at, len);
        at = at.saturating_add(len);
        if value.starts_with(b"PK\x03\x04") {
            sink.file(spot, "", "", value.to_vec());
        } else if id & 0x4000 == 0 {
            strings::wide(value, 2, &mut text);
        }
    }
    text
}
