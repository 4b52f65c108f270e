//! Which characters of an old Word document are deleted, hidden, or the end of
//! a table row.
//!
//! Source: MS-DOC 2.9.22 to 2.9.33 (pages of formatting), 2.6.1 and 2.6.2
//! (`sprmCFRMarkDel`, `sprmCFVanish`, `sprmPFTtp`). Trap: a row ends with the
//! same character as a cell; only the paragraph's formatting tells them apart.

use super::raw::{part, size_at, u16_at, u32_at};
use super::word_file::{CHARACTER_PAGES, Header, PARAGRAPH_PAGES};
use crate::location::Hidden;

/// A page of formatting is so long.
const PAGE: usize = 512;

/// Ranges of the stream with something remarkable; sorted, none overlap.
#[derive(Debug, Default)]
pub(super) struct Marks {
    hidden: Vec<(usize, usize, Hidden)>,
    row_ends: Vec<(usize, usize)>,
    /// The pages themselves.
    pub(super) pages: Vec<(usize, usize)>,
    /// Whether paragraphs could be read at all.
    pub(super) knows_rows: bool,
}

impl Marks {
    /// Reads the formatting of a document.
    pub(super) fn read(header: &Header, stream: &[u8], table: &[u8]) -> Self {
        let mut marks = Self::default();
        let old = header.is_word_95();
        for page in pages(header.table(CHARACTER_PAGES, table), old) {
            let Some(bytes) = part(stream, page, PAGE) else {
                continue;
            };
            marks.pages.push((page, page.saturating_add(PAGE)));
            for (from, to, at) in runs(bytes, 1) {
                if let Some(hidden) = character_mark(bytes, at, old) {
                    marks.hidden.push((from, to, hidden));
                }
            }
        }
        for page in pages(header.table(PARAGRAPH_PAGES, table), old) {
            let Some(bytes) = part(stream, page, PAGE) else {
                continue;
            };
            marks.pages.push((page, page.saturating_add(PAGE)));
            marks.knows_rows = true;
            for (from, to, at) in runs(bytes, if old { 7 } else { 13 }) {
                if ends_row(bytes, at, old) {
                    marks.row_ends.push((from, to));
                }
            }
        }
        marks.hidden.sort_unstable();
        marks.row_ends.sort_unstable();
        marks.pages.sort_unstable();
        marks
    }

    /// Why the character at a place of the stream is hidden, if it is, and up to
    /// where that holds.
    pub(super) fn hidden_at(&self, at: usize) -> (Option<Hidden>, usize) {
        let next = self.hidden.partition_point(|(_, to, _)| *to <= at);
        match self.hidden.get(next) {
            Some((from, to, hidden)) if *from <= at => (Some(*hidden), *to),
            Some((from, _, _)) => (None, *from),
            None => (None, usize::MAX),
        }
    }

    /// Whether the cell mark at a place of the stream is the end of a row.
    pub(super) fn ends_row(&self, at: usize) -> bool {
        let next = self.row_ends.partition_point(|(_, to)| *to <= at);
        self.row_ends.get(next).is_some_and(|(from, _)| *from <= at)
    }
}

/// Where the pages are, each once.
fn pages(list: &[u8], old: bool) -> Vec<usize> {
    let width: usize = if old { 2 } else { 4 };
    let entry = width.saturating_add(4);
    let count = list.len().saturating_sub(4).checked_div(entry).unwrap_or(0);
    let first = count.saturating_add(1).saturating_mul(4);
    let mut pages: Vec<usize> = (0..count)
        .filter_map(|number| {
            let at = number.checked_mul(width)?.checked_add(first)?;
            let page = if old {
                usize::from(u16_at(list, at)?)
            } else {
                usize::try_from(u32_at(list, at)? & 0x003F_FFFF).ok()?
            };
            page.checked_mul(PAGE)
        })
        .collect();
    pages.sort_unstable();
    pages.dedup();
    pages
}

/// The runs of a page: from where to where in the stream, and where in the page
/// the formatting is. `width` is that of an entry behind the places.
fn runs(page: &[u8], width: usize) -> Vec<(usize, usize, usize)> {
    let count = page.last().map_or(0, |count| usize::from(*count));
    let first = count.saturating_add(1).saturating_mul(4);
    let runs = (0..count).filter_map(|number| {
        let at = number.checked_mul(4)?;
        let entry = number.checked_mul(width)?.checked_add(first)?;
        let at_word = usize::from(*page.get(entry)?);
        let from = size_at(page, at)?;
        let to = size_at(page, at.checked_add(4)?)?;
        (at_word > 0 && to > from).then_some((from, to, at_word.checked_mul(2)?))
    });
    runs.collect()
}

fn character_mark(page: &[u8], at: usize, old: bool) -> Option<Hidden> {
    let len = usize::from(*page.get(at)?);
    let list = part(page, at.checked_add(1)?, len)?;
    let mut mark = None;
    if old {
        // Word 6 numbers its properties with one byte: 65 is a deletion, 92
        // hidden text. Their lengths vary; only the first ones are walked.
        match list {
            [65, 1, ..] => mark = Some(Hidden::Deletion),
            [92, 1, ..] => mark = Some(Hidden::Text),
            _ => {}
        }
        return mark;
    }
    for (sprm, operand) in sprms(list) {
        // 0x80 and 0x81 are "as the style" and "not as the style".
        let on = operand.first().is_some_and(|byte| matches!(byte, 1 | 0x81));
        match sprm {
            0x0800 if on => return Some(Hidden::Deletion),
            0x083C if on => mark = Some(Hidden::Text),
            _ => {}
        }
    }
    mark
}

fn ends_row(page: &[u8], at: usize, old: bool) -> bool {
    let len = page.get(at).map_or(0, |len| usize::from(*len));
    // Word 97 counts words, less one; a zero has the count behind it.
    let (start, len) = match (old, len) {
        (true, len) => (at.saturating_add(1), len.saturating_mul(2)),
        (false, 0) => {
            let words = page.get(at.saturating_add(1));
            let words = words.map_or(0, |words| usize::from(*words));
            (at.saturating_add(2), words.saturating_mul(2))
        }
        (false, len) => (
            at.saturating_add(1),
            len.saturating_mul(2).saturating_sub(1),
        ),
    };
    let list = super::raw::part_or_rest(page, start, len);
    if old {
        // Style, then a byte of height; 25 is the end of a row.
        let list = list.get(1..).unwrap_or(&[]);
        return list.windows(2).any(|pair| pair == [25, 1]);
    }
    let list = list.get(2..).unwrap_or(&[]);
    sprms(list).any(|(sprm, operand)| {
        let on = operand.first() == Some(&1);
        // The end of a row, and of one in a cell's table.
        on && matches!(sprm, 0x2417 | 0x244C)
    })
}

/// The properties of a list with their operands (MS-DOC 2.2.5.1).
fn sprms(list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut at = 0_usize;
    std::iter::from_fn(move || {
        let sprm = u16_at(list, at)?;
        let start = at.checked_add(2)?;
        let len = match sprm >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ if sprm == 0xD608 => usize::from(u16_at(list, start)?).checked_add(1)?,
            _ => usize::from(*list.get(start)?).checked_add(1)?,
        };
        at = start.checked_add(len)?;
        Some((sprm, super::raw::part_or_rest(list, start, len)))
    })
}
