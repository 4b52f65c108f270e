//! Pictures in black and white that are packed as fax machines do
//! (`CCITTFaxDecode`, ISO 32000-1 section 7.4.6; ITU-T T.4 and T.6) or as JBIG2
//! (section 7.4.7; ITU-T T.88).
//!
//! Of a damaged fax the rows before the damage are kept. How large a picture is
//! must be bounded before it is unpacked.

use super::object::{Dict, Object};

/// Rows of bits, each row begins a byte; 1 is white, as in PDF.
#[derive(Debug)]
pub(super) struct Bits {
    /// Bits in a row.
    pub(super) width: usize,
    /// The rows, one after the other.
    pub(super) bytes: Vec<u8>,
    /// Whether nothing was damaged.
    pub(super) whole: bool,
}

/// How a fax is packed, from its `DecodeParms`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fax(hayro_ccitt::DecodeSettings, bool);

impl Fax {
    /// `rows` are those that the picture has, for parameters without them.
    pub(super) fn new<'o>(
        parameters: &'o Dict,
        rows: usize,
        get: impl Fn(&'o Object) -> &'o Object,
    ) -> Self {
        let count = |key, default| get(parameters.get(key)).count().unwrap_or(default);
        let flag = |key, default| get(parameters.get(key)).flag().unwrap_or(default);
        let encoding = match get(parameters.get(b"K")).number().unwrap_or(0.0) {
            k if k < 0.0 => hayro_ccitt::EncodingMode::Group4,
            k if k > 0.0 => hayro_ccitt::EncodingMode::Group3_2D,
            _ => hayro_ccitt::EncodingMode::Group3_1D,
        };
        let rows = match count(b"Rows", 0) {
            0 => rows,
            own => own,
        };
        let settings = hayro_ccitt::DecodeSettings {
            columns: u32::try_from(count(b"Columns", 1728)).unwrap_or(u32::MAX),
            rows: u32::try_from(rows).unwrap_or(u32::MAX),
            end_of_block: flag(b"EndOfBlock", true),
            end_of_line: flag(b"EndOfLine", false),
            rows_are_byte_aligned: flag(b"EncodedByteAlign", false),
            encoding,
            strict: false,
        };
        Self(settings, flag(b"BlackIs1", false))
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (usize, usize) {
        let side = |side| usize::try_from(side).unwrap_or(usize::MAX);
        (side(self.0.columns), side(self.0.rows))
    }

    /// Unpacks the rows.
    pub(super) fn unpack(self, bytes: &[u8]) -> Bits {
        let Self(settings, black_is_1) = self;
        let mut rows = Rows::new(self.size().0);
        let mut context = hayro_ccitt::DecoderContext::new(settings);
        let whole = hayro_ccitt::decode(bytes, &mut rows, &mut context).is_ok();
        if black_is_1 {
            for byte in &mut rows.bytes {
                *byte = !*byte;
            }
        }
        rows.bits(whole)
    }
}

impl hayro_ccitt::Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        self.begin();
        for run in changes.chunks(2) {
            let side = |at: usize| run.get(at).and_then(|side| usize::try_from(*side).ok());
            let from = side(0).unwrap_or(self.width);
            self.blacken(from, side(1).unwrap_or(self.width));
        }
    }
}

/// Unpacks JBIG2 if `allowed` says so of its columns and rows; `None` if it
/// doesn't, or if nothing can be made out.
pub(super) fn jbig2(
    bytes: &[u8],
    globals: Option<&[u8]>,
    allowed: impl Fn((usize, usize)) -> bool,
) -> Option<Bits> {
    let settings = hayro_jbig2::DecodeSettings::default();
    let globals = globals.map(|globals| hayro_jbig2::Globals::new(globals, &settings));
    let globals = globals.transpose().ok()?;
    let page = hayro_jbig2::Page::new_embedded(bytes, globals.as_ref(), &settings).ok()?;
    let count = |side| usize::try_from(side).unwrap_or(usize::MAX);
    let size = (count(page.width()), count(page.height()));
    if !allowed(size) {
        return None;
    }
    let mut rows = Rows::new(size.0);
    let whole = page.decode(&mut rows).is_ok();
    Some(rows.bits(whole))
}

impl hayro_jbig2::Decoder for Rows {
    fn push_pixel(&mut self, black: bool) {
        self.push(black, 1);
    }

    fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
        let chunks = usize::try_from(chunk_count).unwrap_or(usize::MAX);
        self.push(black, chunks.saturating_mul(8));
    }

    fn next_line(&mut self) {
        self.open = false;
    }
}

/// Rows as they come.
#[derive(Debug)]
struct Rows {
    width: usize,
    bytes: Vec<u8>,
    /// Where the last row begins, in bytes.
    row: usize,
    /// Whether the last row goes on, and at which bit.
    open: bool,
    at: usize,
}

impl Rows {
    fn new(width: usize) -> Self {
        Self {
            width,
            bytes: Vec::new(),
            row: 0,
            open: false,
            at: 0,
        }
    }

    fn bits(self, whole: bool) -> Bits {
        Bits {
            width: self.width,
            bytes: self.bytes,
            whole,
        }
    }

    /// Begins a white row.
    fn begin(&mut self) {
        (self.row, self.at) = (self.bytes.len(), 0);
        let end = self.row.saturating_add(self.width.div_ceil(8));
        self.bytes.resize(end, 0xFF);
    }

    /// Makes bits of the last row black.
    fn blacken(&mut self, from: usize, to: usize) {
        let row = self.bytes.get_mut(self.row..).unwrap_or_default();
        for at in from..to.min(self.width) {
            if let Some(byte) = row.get_mut(at / 8) {
                *byte &= !(0x80 >> (at % 8));
            }
        }
    }

    /// Bits of one colour, in the row that is open or a new one.
    fn push(&mut self, black: bool, bits: usize) {
        if !self.open {
            self.begin();
            self.open = true;
        }
        let to = self.at.saturating_add(bits);
        if black {
            self.blacken(self.at, to);
        }
        self.at = to;
    }
}
