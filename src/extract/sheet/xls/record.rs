//! The records of old workbooks, and the pieces that a long one is in.
//!
//! Source: MS-XLS 2.1.4 (records), 2.4.58 (`Continue`), 2.5.240, 2.5.268 and
//! 2.5.293 (strings). A string that goes on in the next piece says there anew
//! whether its characters have one byte or two.

use crate::extract::strings;
use encoding_rs::Encoding;

/// What is between two records that belong together.
const CONTINUE: u16 = 0x003C;

/// A record with the pieces that continue it.
#[derive(Debug)]
pub(super) struct Record<'b> {
    /// Where it begins in the stream.
    pub(super) offset: usize,
    /// What it is.
    pub(super) id: u16,
    /// Its content.
    pub(super) pieces: Pieces<'b>,
}

/// The records of a stream.
#[derive(Debug)]
pub(super) struct Records<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Records<'b> {
    /// Reads from the beginning.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Whether something is left that is no record.
    pub(super) fn is_cut(&self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.iter().any(|byte| *byte != 0)
    }

    fn one(&mut self) -> Option<(usize, u16, &'b [u8])> {
        let offset = self.at;
        let head = self.bytes.get(offset..)?.first_chunk::<4>()?;
        let [id_low, id_high, low, high] = *head;
        let id = u16::from_le_bytes([id_low, id_high]);
        let length = usize::from(u16::from_le_bytes([low, high]));
        let from = offset.checked_add(4)?;
        let to = from.checked_add(length)?;
        let data = self.bytes.get(from..to)?;
        // Streams end in zeros.
        if id == 0 && length == 0 {
            return None;
        }
        self.at = to;
        Some((offset, id, data))
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        let (offset, id, data) = self.one()?;
        let mut pieces = Pieces::of(data);
        loop {
            let before = self.at;
            match self.one() {
                Some((_, CONTINUE, more)) => pieces.more.push(more),
                _ => {
                    self.at = before;
                    break;
                }
            }
        }
        Some(Record { offset, id, pieces })
    }
}

/// The content of a record, read from its beginning.
#[derive(Clone, Debug)]
pub(super) struct Pieces<'b> {
    now: &'b [u8],
    more: Vec<&'b [u8]>,
    /// How many of `more` were begun.
    begun: usize,
}

impl<'b> Pieces<'b> {
    /// One piece.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self {
            now: bytes,
            more: Vec::new(),
            begun: 0,
        }
    }

    /// What is left of the piece at hand.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.now
    }

    /// All that is left, in one.
    pub(super) fn all(&self) -> Vec<u8> {
        let mut all = self.now.to_vec();
        for piece in self.more.get(self.begun..).unwrap_or_default() {
            all.extend_from_slice(piece);
        }
        all
    }

    /// Goes on to the next piece; whether there is one.
    pub(super) fn next_piece(&mut self) -> bool {
        let Some(next) = self.more.get(self.begun) else {
            return false;
        };
        self.now = next;
        self.begun = self.begun.saturating_add(1);
        true
    }

    /// The next byte.
    pub(super) fn u8(&mut self) -> Option<u8> {
        loop {
            if let Some((first, rest)) = self.now.split_first() {
                self.now = rest;
                return Some(*first);
            }
            if !self.next_piece() {
                return None;
            }
        }
    }

    /// The next so many bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        if let Some((array, rest)) = self.now.split_first_chunk::<N>() {
            self.now = rest;
            return Some(*array);
        }
        let mut array = [0; N];
        for place in &mut array {
            *place = self.u8()?;
        }
        Some(array)
    }

    /// A number of two bytes.
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// A number of four bytes.
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number of eight bytes with a point.
    pub(super) fn f64(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// Leaves out bytes; what is left out.
    pub(super) fn skip(&mut self, mut count: usize) -> Vec<u8> {
        let mut left_out = Vec::new();
        while count > 0 {
            let here = count.min(self.now.len());
            let (skipped, rest) = self.now.split_at_checked(here).unwrap_or((self.now, &[]));
            left_out.extend_from_slice(skipped);
            self.now = rest;
            count = count.saturating_sub(here);
            if count > 0 && !self.next_piece() {
                break;
            }
        }
        left_out
    }

    /// Characters of one byte or two, over the borders of pieces. In each new
    /// piece a byte says which.
    pub(super) fn characters(&mut self, mut count: usize, mut wide: bool) -> String {
        let mut units: Vec<u16> = Vec::new();
        while count > 0 {
            if self.now.is_empty() {
                if !self.next_piece() {
                    break;
                }
                wide = self.u8().unwrap_or(0) & 1 == 1;
                continue;
            }
            let size = if wide { 2 } else { 1 };
            let here = count.min(self.now.len().checked_div(size).unwrap_or(0));
            if here == 0 {
                // Half a character: damaged.
                self.now = &[];
                continue;
            }
            let (taken, rest) = self
                .now
                .split_at_checked(here.saturating_mul(size))
                .unwrap_or((self.now, &[]));
            if wide {
                units.extend(
                    taken
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .map(|pair| u16::from_le_bytes(*pair)),
                );
            } else {
                units.extend(taken.iter().map(|byte| u16::from(*byte)));
            }
            self.now = rest;
            count = count.saturating_sub(here);
        }
        String::from_utf16_lossy(&units)
    }

    /// A string of Excel 97 and later after its count of characters: flags,
    /// characters, then what is not shown: runs of formats and phonetic text.
    pub(super) fn unicode(&mut self, count: usize) -> Option<String> {
        let flags = self.u8()?;
        let runs = if flags & 8 == 0 {
            0
        } else {
            usize::from(self.u16()?)
        };
        let extra = if flags & 4 == 0 { 0 } else { self.u32()? };
        let mut text = self.characters(count, flags & 1 == 1);
        self.skip(runs.saturating_mul(4));
        if extra > 0 {
            let extra = self.skip(usize::try_from(extra).unwrap_or(usize::MAX));
            let words: String = strings::words(&extra);
            if !words.is_empty() {
                text.push(' ');
                text.push_str(words.trim_end());
            }
        }
        Some(text)
    }
}

/// How the strings of a workbook are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strings {
    /// The version of the format: 2, 3, 4, 5 or 8.
    pub(super) version: u8,
    /// The charset before Unicode.
    pub(super) charset: &'static Encoding,
}

impl Strings {
    /// A string after a count of two bytes.
    pub(super) fn long(self, pieces: &mut Pieces<'_>) -> Option<String> {
        let count = usize::from(pieces.u16()?);
        self.counted(pieces, count)
    }

    /// A string after a count of one byte.
    pub(super) fn short(self, pieces: &mut Pieces<'_>) -> Option<String> {
        let count = usize::from(pieces.u8()?);
        self.counted(pieces, count)
    }

    /// A string whose count is known.
    pub(super) fn counted(self, pieces: &mut Pieces<'_>, count: usize) -> Option<String> {
        if self.version >= 8 {
            return pieces.unicode(count);
        }
        let bytes = pieces.skip(count);
        Some(
            self.charset
                .decode_without_bom_handling(&bytes)
                .0
                .into_owned(),
        )
    }
}

/// The charset of a code page (MS-XLS 2.4.52).
pub(super) fn charset(code_page: u16) -> &'static Encoding {
    let label = match code_page {
        10_000 | 0x8000 => "macintosh",
        10_007 => "x-mac-cyrillic",
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_goes_on_in_the_next_piece_with_other_characters() {
        let bytes = [
            0xFC, 0, 6, 0, 6, 0, 0, b'9', b'4', b'3', // three characters of six
            0x3C, 0, 7, 0, 1, b' ', 0, b'4', 0, b'7', 0, // three of two bytes
        ];
        let mut record = Records::of(&bytes).next().unwrap();
        let strings = Strings {
            version: 8,
            charset: encoding_rs::WINDOWS_1252,
        };
        assert_eq!(strings.long(&mut record.pieces).as_deref(), Some("943 47"));
        assert_eq!(record.pieces.u8(), None);
    }

    #[test]
    fn a_record_beyond_the_end_is_a_cut() {
        let mut records = Records::of(&[0xFC, 0, 6, 0, 6]);
        assert!(records.next().is_none());
        assert!(records.is_cut());
    }
}
