//! What streams are packed with (ISO 32000-1 section 7.4).
//!
//! Deflate is unpacked here, as what came before damage must be kept; lopdf
//! knows the rest. Pictures stay packed.

use flate2::read::DeflateDecoder;

use super::desk::Desk;
use super::object::Object;
use crate::mail::GapReason;

/// The bytes of a stream.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    /// What could be unpacked.
    pub(super) bytes: Vec<u8>,
    /// What stopped it.
    pub(super) why: Option<GapReason>,
    /// The format of a picture that it still is.
    pub(super) picture: Option<Picture>,
}

/// What pictures are packed with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Picture {
    /// `DCTDecode`: a JPEG file.
    Jpeg,
    /// `JPXDecode`: a JPEG 2000 file.
    Jpeg2000,
    /// `CCITTFaxDecode`: no file of its own.
    Fax,
    /// `JBIG2Decode`: none either, as its head is missing.
    Jbig2,
}

/// No real stream has more than two or three.
const FILTERS: usize = 8;

/// Unpacks; names and parameters come in pairs, in the order of unpacking.
pub(super) fn decode(
    desk: &Desk<'_, '_>,
    raw: Vec<u8>,
    filters: &[(&[u8], Parameters)],
) -> Decoded {
    let mut decoded = Decoded {
        bytes: raw,
        ..Decoded::default()
    };
    if filters.len() > FILTERS {
        decoded.bytes.clear();
        decoded.why = Some(GapReason::Broken);
        return decoded;
    }
    for (name, parameters) in filters {
        let (bytes, why) = match *name {
            b"FlateDecode" | b"Fl" => inflate(desk, &decoded.bytes),
            b"LZWDecode" | b"LZW" => by_lopdf(desk, "LZWDecode", &decoded.bytes, parameters),
            b"ASCII85Decode" | b"A85" => {
                by_lopdf(desk, "ASCII85Decode", &decoded.bytes, parameters)
            }
            b"ASCIIHexDecode" | b"AHx" => {
                by_lopdf(desk, "ASCIIHexDecode", &decoded.bytes, parameters)
            }
            b"RunLengthDecode" | b"RL" => {
                by_lopdf(desk, "RunLengthDecode", &decoded.bytes, parameters)
            }
            b"BrotliDecode" => by_lopdf(desk, "BrotliDecode", &decoded.bytes, parameters),
            b"Crypt" => continue,
            b"DCTDecode" | b"DCT" => {
                decoded.picture = Some(Picture::Jpeg);
                return decoded;
            }
            b"JPXDecode" => {
                decoded.picture = Some(Picture::Jpeg2000);
                return decoded;
            }
            b"CCITTFaxDecode" | b"CCF" => {
                decoded.picture = Some(Picture::Fax);
                return decoded;
            }
            b"JBIG2Decode" => {
                decoded.picture = Some(Picture::Jbig2);
                return decoded;
            }
            _ => (Vec::new(), Some(GapReason::UnknownFormat)),
        };
        decoded.why = decoded.why.or(why);
        decoded.bytes = parameters.predicted(bytes);
    }
    decoded
}

/// The checksum is not looked at: no viewer does, and many writers are wrong.
fn inflate(desk: &Desk<'_, '_>, packed: &[u8]) -> (Vec<u8>, Option<GapReason>) {
    let start = packed
        .iter()
        .position(|byte| !matches!(byte, b'\r' | b'\n'))
        .unwrap_or(0);
    let packed = packed.get(start..).unwrap_or_default();
    if packed.is_empty() {
        return (Vec::new(), None);
    }
    let (bytes, why) = desk.expand(DeflateDecoder::new(packed.get(2..).unwrap_or_default()));
    if bytes.is_empty() && why.is_some() {
        // Some leave out the two bytes of zlib's header.
        return desk.expand(DeflateDecoder::new(packed));
    }
    (bytes, why)
}

fn by_lopdf(
    desk: &Desk<'_, '_>,
    name: &str,
    packed: &[u8],
    parameters: &Parameters,
) -> (Vec<u8>, Option<GapReason>) {
    let mut dict = lopdf::Dictionary::new();
    dict.set("Filter", lopdf::Object::Name(name.into()));
    if let Some(early) = parameters.early_change {
        let mut own = lopdf::Dictionary::new();
        own.set("EarlyChange", lopdf::Object::Integer(early));
        dict.set("DecodeParms", lopdf::Object::Dictionary(own));
    }
    let stream = lopdf::Stream::new(dict, packed.to_vec());
    // One more than the bound is bounded by the sink, with its word for it.
    let most = desk.expandable().saturating_add(1);
    match stream.decompressed_content_with_limit(most) {
        Ok(bytes) => desk.expand(bytes.as_slice()),
        Err(lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })) => {
            (Vec::new(), Some(GapReason::TooLarge))
        }
        Err(_) => (Vec::new(), Some(GapReason::Broken)),
    }
}

/// `DecodeParms`: how rows were made smaller before packing (section 7.4.4.4).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Parameters {
    predictor: usize,
    colours: usize,
    bits: usize,
    columns: usize,
    early_change: Option<i64>,
}

impl Parameters {
    /// From the dictionary, whose values are asked for by key.
    pub(super) fn new<'a>(value: impl Fn(&[u8]) -> &'a Object) -> Self {
        let count = |key: &[u8], default| value(key).count().unwrap_or(default);
        Self {
            predictor: count(b"Predictor", 1),
            colours: count(b"Colors", 1).clamp(1, 64),
            bits: count(b"BitsPerComponent", 8).clamp(1, 32),
            columns: count(b"Columns", 1).clamp(1, 1 << 24),
            early_change: value(b"EarlyChange").integer(),
        }
    }

    fn predicted(&self, bytes: Vec<u8>) -> Vec<u8> {
        let bits = self.colours.saturating_mul(self.bits);
        let pixel = bits.div_ceil(8).max(1);
        let row = bits.saturating_mul(self.columns).div_ceil(8).max(1);
        match self.predictor {
            10.. => unpredict_png(&bytes, pixel, row),
            2 if self.bits == 8 => unpredict_tiff(bytes, pixel, row),
            _ => bytes,
        }
    }
}

fn unpredict_tiff(mut bytes: Vec<u8>, pixel: usize, row: usize) -> Vec<u8> {
    for row in bytes.chunks_mut(row) {
        for at in pixel..row.len() {
            let left = at
                .checked_sub(pixel)
                .and_then(|left| row.get(left))
                .copied();
            if let Some(byte) = row.get_mut(at) {
                *byte = byte.wrapping_add(left.unwrap_or(0));
            }
        }
    }
    bytes
}

/// PNG's filters (RFC 2083 section 6): each row says its own.
fn unpredict_png(bytes: &[u8], pixel: usize, row: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above: Vec<u8> = Vec::new();
    for packed in bytes.chunks(row.saturating_add(1)) {
        let Some((kind, packed)) = packed.split_first() else {
            break;
        };
        let mut line: Vec<u8> = Vec::with_capacity(packed.len());
        for (at, byte) in packed.iter().enumerate() {
            let back = at.checked_sub(pixel);
            let left = back.and_then(|at| line.get(at)).copied().unwrap_or(0);
            let up = above.get(at).copied().unwrap_or(0);
            let corner = back.and_then(|at| above.get(at)).copied().unwrap_or(0);
            line.push(byte.wrapping_add(match kind {
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => 0,
            }));
        }
        out.extend_from_slice(&line);
        above = line;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let from_left = up.abs_diff(corner);
    let from_up = left.abs_diff(corner);
    let sum = i16::from(left)
        .saturating_add(i16::from(up))
        .saturating_sub(i16::from(corner).saturating_mul(2));
    let from_corner = sum.unsigned_abs();
    if from_left <= from_up && u16::from(from_left) <= from_corner {
        left
    } else if u16::from(from_up) <= from_corner {
        up
    } else {
        corner
    }
}
