//! Where the pieces of an old Word document are: its header and piece table.
//!
//! Source: MS-DOC 2.5 (FIB), 2.8.35 and 2.9.38 (Clx, `PlcPcd`). Word 6 and 95
//! have a shorter header, text of one byte a character, and no table stream
//! (wv, "Word 6 file format"; `libmswrite`).

use super::code_page;
use super::raw::{part, size_at, u16_at, u32_at};

/// The last version whose documents are built as those of Word 95.
const WORD_95: u16 = 104;

/// The header of a document.
#[derive(Debug)]
pub(super) struct Header {
    version: u16,
    flags: u16,
    language: u16,
    /// How many characters each part of the text has, in the order of [`PARTS`].
    lengths: Vec<usize>,
    /// Where in the table stream each structure is, with its length.
    tables: Vec<(usize, usize)>,
    /// From where to where the text was, the first time it was saved.
    pub(super) span: (usize, usize),
}

/// The parts of the text, in their order (MS-DOC 2.3): main text, footnotes,
/// headers, macros, comments, endnotes, text boxes, those in headers.
pub(super) const PARTS: usize = 8;

/// How many of them stand on the page, before those in text boxes.
pub(super) const ON_PAGE: usize = 6;

/// Numbers of structures in the header (MS-DOC 2.5.6).
pub(super) const STYLES: usize = 1;
pub(super) const CHARACTER_PAGES: usize = 12;
pub(super) const PARAGRAPH_PAGES: usize = 13;
const PIECES: usize = 33;
pub(super) const COMMENT_AUTHORS: usize = 36;
pub(super) const DRAWINGS: usize = 50;

impl Header {
    /// Reads the header at the start of the stream `WordDocument`.
    pub(super) fn read(stream: &[u8]) -> Option<Self> {
        let version = u16_at(stream, 2)?;
        let mut header = Self {
            version,
            flags: u16_at(stream, 10)?,
            language: u16_at(stream, 6)?,
            lengths: Vec::new(),
            tables: Vec::new(),
            span: (size_at(stream, 24)?, size_at(stream, 28)?),
        };
        if header.is_word_95() {
            header.word_95(stream);
        } else {
            header.word_97(stream)?;
        }
        Some(header)
    }

    fn word_95(&mut self, stream: &[u8]) {
        self.lengths = numbers(stream, 0x34, PARTS);
        let pair = |at: usize| {
            let len = size_at(stream, at.saturating_add(4)).unwrap_or(0);
            (size_at(stream, at).unwrap_or(0), len)
        };
        // Word 95 has the same structures from 0x58, and the pieces later.
        self.tables = vec![(0, 0); COMMENT_AUTHORS];
        for (number, at) in [
            (CHARACTER_PAGES, 0xB8),
            (PARAGRAPH_PAGES, 0xC0),
            (PIECES, 0x160),
        ] {
            if let Some(table) = self.tables.get_mut(number) {
                *table = pair(at);
            }
        }
    }

    fn word_97(&mut self, stream: &[u8]) -> Option<()> {
        let words = usize::from(u16_at(stream, 32)?);
        let longs_at = words.checked_mul(2)?.checked_add(36)?;
        let longs = usize::from(u16_at(stream, longs_at.checked_sub(2)?)?);
        self.lengths = numbers(stream, longs_at.checked_add(12)?, PARTS);
        let tables_at = longs
            .checked_mul(4)?
            .checked_add(longs_at)?
            .checked_add(2)?;
        let tables = usize::from(u16_at(stream, tables_at.checked_sub(2)?)?);
        let pairs = numbers(stream, tables_at, tables.checked_mul(2)?);
        self.tables = pairs
            .chunks_exact(2)
            .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
            .collect();
        Some(())
    }

    /// Whether it is a document of Word 6 or 95.
    pub(super) fn is_word_95(&self) -> bool {
        self.version <= WORD_95
    }

    /// Whether its text is encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & 0x0100 != 0
    }

    /// The stream in which its structures are.
    pub(super) fn table_stream(&self) -> &'static str {
        match (self.is_word_95(), self.flags & 0x0200) {
            (true, _) => "WordDocument",
            (false, 0) => "0Table",
            (false, _) => "1Table",
        }
    }

    /// The code page of text of one byte a character.
    pub(super) fn code_page(&self) -> u32 {
        if self.is_word_95() {
            code_page::of_language(self.language)
        } else {
            1252
        }
    }

    /// How many characters each part of the text has.
    pub(super) fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// One structure of the table stream.
    pub(super) fn table<'t>(&self, number: usize, table: &'t [u8]) -> &'t [u8] {
        let (at, len) = self.tables.get(number).copied().unwrap_or((0, 0));
        part(table, at, len).unwrap_or(&[])
    }

    /// All structures of the table stream.
    pub(super) fn tables<'t>(&self, table: &'t [u8]) -> impl Iterator<Item = &'t [u8]> {
        let places = self.tables.iter();
        places.filter_map(|(at, len)| part(table, *at, *len))
    }

    /// The piece table; `None` if it is damaged.
    pub(super) fn pieces(&self, table: &[u8]) -> Option<Vec<Piece>> {
        let clx = self.table(PIECES, table);
        if clx.is_empty() {
            return self.is_word_95().then(|| vec![self.whole()]);
        }
        let mut at = 0_usize;
        while clx.get(at) == Some(&1) {
            let len = usize::from(u16_at(clx, at.checked_add(1)?)?);
            at = at.checked_add(3)?.checked_add(len)?;
        }
        if clx.get(at) != Some(&2) {
            return None;
        }
        let len = size_at(clx, at.checked_add(1)?)?;
        let list = super::raw::part_or_rest(clx, at.checked_add(5)?, len);
        let count = list.len().checked_sub(4)? / 12;
        let first = count.checked_add(1)?.checked_mul(4)?;
        let pieces = (0..count).filter_map(|number| {
            let at = number.checked_mul(4)?;
            let from = size_at(list, at)?;
            let to = size_at(list, at.checked_add(4)?)?;
            let place = number.checked_mul(8)?.checked_add(first)?.checked_add(2)?;
            let place = u32_at(list, place)?;
            Some(self.piece(place, to.checked_sub(from)?))
        });
        Some(pieces.collect())
    }

    fn piece(&self, place: u32, length: usize) -> Piece {
        let narrow = self.is_word_95() || place & 0x4000_0000 != 0;
        let at = if self.is_word_95() {
            place
        } else if narrow {
            (place & 0x3FFF_FFFF) / 2
        } else {
            place & 0x3FFF_FFFF
        };
        Piece {
            at: usize::try_from(at).unwrap_or(usize::MAX),
            length,
            width: if narrow { 1 } else { 2 },
        }
    }

    /// All text in one piece, as it was saved the first time.
    pub(super) fn whole(&self) -> Piece {
        let (from, to) = self.span;
        Piece {
            at: from,
            length: to.saturating_sub(from),
            width: 1,
        }
    }
}

/// A piece of the text: where in the stream it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) at: usize,
    /// In characters.
    pub(super) length: usize,
    /// How many bytes a character has.
    pub(super) width: usize,
}

fn numbers(bytes: &[u8], at: usize, count: usize) -> Vec<usize> {
    let places = (0..count).map(|number| number.saturating_mul(4).saturating_add(at));
    places.map_while(|at| size_at(bytes, at)).collect()
}
