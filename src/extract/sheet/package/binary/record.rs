//! Records of binary workbooks and what they are made of (MS-XLSB 2.1.4,
//! 2.5.168 `XLWideString`, 2.5.121 `RichStr`).

use crate::extract::strings;

/// A record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'b> {
    /// What it is.
    pub(super) id: u16,
    /// Its content.
    pub(super) data: &'b [u8],
}

/// The records of a part.
#[derive(Debug)]
pub(super) struct Records<'b> {
    rest: &'b [u8],
}

impl<'b> Records<'b> {
    /// Reads from the beginning.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Whether something is left that is no record.
    pub(super) fn is_cut(&self) -> bool {
        !self.rest.is_empty()
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        let mut fields = Fields::of(self.rest);
        let first = fields.u8()?;
        let mut id = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            id |= u16::from(fields.u8()? & 0x7F) << 7;
        }
        let mut length: u32 = 0;
        for shift in [0, 7, 14, 21] {
            let byte = fields.u8()?;
            length |= u32::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let data = fields.take(usize::try_from(length).ok()?)?;
        self.rest = fields.rest;
        Some(Record { id, data })
    }
}

/// The content of a record, read from its beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'b> {
    /// What is left.
    pub(super) rest: &'b [u8],
}

impl<'b> Fields<'b> {
    /// Reads from the beginning.
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next bytes.
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    /// The next bytes, as many as are asked for.
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*array)
    }

    /// A byte.
    pub(super) fn u8(&mut self) -> Option<u8> {
        let [byte] = self.array()?;
        Some(byte)
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

    /// A string; one that may be missing is empty then.
    pub(super) fn string(&mut self) -> Option<String> {
        let count = self.u32()?;
        if count == u32::MAX {
            return Some(String::new());
        }
        let length = usize::try_from(count).ok()?.checked_mul(2)?;
        let pairs = self.take(length)?.as_chunks::<2>().0.iter();
        let units: Vec<u16> = pairs.map(|pair| u16::from_le_bytes(*pair)).collect();
        Some(String::from_utf16_lossy(&units))
    }

    /// A string in runs, and the words of its phonetic text.
    pub(super) fn rich(&mut self) -> Option<String> {
        let flags = self.u8()?;
        let mut text = self.string()?;
        if flags & 1 != 0 {
            let runs = usize::try_from(self.u32()?).ok()?;
            self.take(runs.checked_mul(4)?)?;
        }
        if flags & 2 != 0 {
            let phonetic = self.string()?;
            if !phonetic.is_empty() {
                text.push(' ');
                text.push_str(&phonetic);
            }
        }
        Some(text)
    }
}

/// Whether a part is made of records: it begins with one without a content
/// or with a short one, and its length is the sum of theirs.
pub(in crate::extract::sheet::package) fn is_records(bytes: &[u8]) -> bool {
    let mut records = Records::of(bytes);
    let is_known = |record: &Record<'_>| record.id < 8_192;
    let first = records.next();
    first.is_some_and(|record| record.id >= 128 && is_known(&record))
        && records.by_ref().take(8).all(|record| is_known(&record))
}

/// The words in all records of a part.
pub(in crate::extract::sheet::package) fn words(bytes: &[u8]) -> (String, bool) {
    let mut text = String::new();
    let mut records = Records::of(bytes);
    for record in records.by_ref() {
        text.push_str(&said(record));
    }
    let cut = records.is_cut();
    if cut {
        text.push_str(&strings::words(records.rest));
    }
    (text, cut)
}

/// The words in a record: of a comment all of them, of another what looks
/// like some.
pub(super) fn said(record: Record<'_>) -> String {
    let mut fields = Fields::of(record.data);
    let whole = match record.id {
        // The text and the author of a comment.
        637 => fields.rich(),
        632 => fields.string(),
        _ => None,
    };
    whole.map_or_else(|| strings::words(record.data), |text| text + "\n")
}
