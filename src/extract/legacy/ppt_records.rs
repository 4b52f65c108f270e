//! The records of a presentation, one after another, with what they stand in.
//!
//! Source: MS-PPT 2.3.1 (`RecordHeader`), 2.13.24 (`RecordType`).

use super::raw::{part_or_rest, size_at, u16_at};

/// Record types (MS-PPT 2.13.24).
pub(super) const DOCUMENT_ATOM: u16 = 1001;
pub(super) const SLIDE: u16 = 1006;
pub(super) const NOTES: u16 = 1008;
pub(super) const NOTES_ATOM: u16 = 1009;
pub(super) const SLIDE_PERSIST_ATOM: u16 = 1011;
pub(super) const SLIDE_SHOW_ATOM: u16 = 1017;
pub(super) const SLIDE_LIST: u16 = 4080;
pub(super) const PERSIST_DIRECTORY: u16 = 6002;
pub(super) const TEXT_16: u16 = 4000;
pub(super) const TEXT_8: u16 = 4008;
pub(super) const STRING: u16 = 4026;
pub(super) const OBJECT: u16 = 4113;
pub(super) const CONTROL: u16 = 4114;
pub(super) const PROJECT: u16 = 4115;
pub(super) const SOUND: u16 = 2023;
pub(super) const CRYPT_SESSION: u16 = 12052;
/// Data of tags, which are records again, or data of somebody's own.
pub(super) const TAG_DATA: u16 = 5003;

/// A record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'b> {
    /// Where it begins in the stream.
    pub(super) at: usize,
    pub(super) kind: u16,
    pub(super) instance: u16,
    pub(super) is_container: bool,
    /// What it holds: up to the end of the stream, if that comes first.
    pub(super) content: &'b [u8],
    /// How long it says that this is.
    pub(super) len: usize,
}

impl<'b> Record<'b> {
    /// The record at a place of the stream.
    pub(super) fn at(stream: &'b [u8], at: usize) -> Option<Self> {
        let head = u16_at(stream, at)?;
        let kind = u16_at(stream, at.checked_add(2)?)?;
        let len = size_at(stream, at.checked_add(4)?)?;
        let content = part_or_rest(stream, at.checked_add(8)?, len);
        Some(Self {
            at,
            kind,
            instance: head >> 4,
            is_container: head & 0x000F == 0x000F || kind == TAG_DATA && holds_records(content),
            content,
            len,
        })
    }

    /// Where what it holds begins, and where that ends.
    pub(super) fn span(&self) -> (usize, usize) {
        let from = self.at.saturating_add(8);
        (from, from.saturating_add(self.content.len()))
    }
}

/// Whether data looks like records: the first one's length fits.
fn holds_records(data: &[u8]) -> bool {
    let kind = u16_at(data, 2).unwrap_or(0);
    let len = size_at(data, 4).unwrap_or(usize::MAX);
    (1000..=20_000).contains(&kind) && len <= data.len().saturating_sub(8)
}

/// All records of a stream, those in others as well.
#[derive(Debug)]
pub(super) struct Walk<'b> {
    stream: &'b [u8],
    at: usize,
    /// Where a record ended before its length.
    pub(super) truncated: bool,
}

impl<'b> Walk<'b> {
    pub(super) fn new(stream: &'b [u8]) -> Self {
        Self {
            stream,
            at: 0,
            truncated: false,
        }
    }
}

impl<'b> Iterator for Walk<'b> {
    type Item = Record<'b>;

    fn next(&mut self) -> Option<Record<'b>> {
        let record = Record::at(self.stream, self.at)?;
        self.truncated |= record.content.len() < record.len;
        // A container's records follow its head: no way down, no way up.
        let (from, to) = record.span();
        self.at = if record.is_container { from } else { to };
        Some(record)
    }
}
