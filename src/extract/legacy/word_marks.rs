//! Which characters of an old Word document are deleted, hidden, or the end of
//! a table row.
//!
//! Source: MS-DOC 2.9.22 to 2.9.33 (pages of formatting), 2.4.6.2 (which
//! properties hold for a character: its own, its style's, its paragraph's
//! style's). Traps: a row ends with the same character as a cell, and only the
//! paragraph's formatting tells them apart; what is behind the cells of a row is
//! said where it ends.

use super::raw::{part, part_or_rest, size_at, u16_at, u32_at};
use super::word_95_sprms;
use super::word_file::{CHARACTER_PAGES, Header, PARAGRAPH_PAGES, STYLES};
use super::word_sprms::{Characters, Paragraph};
use super::word_styles::Styles;
use crate::extract::ink::{Ground, Look, PAPER};
use crate::location::Hidden;

/// A page of formatting is so long.
const PAGE: usize = 512;

/// Ranges of the stream with something remarkable; sorted, none overlap.
#[derive(Debug, Default)]
pub(super) struct Marks {
    characters: Vec<(usize, usize, Characters)>,
    paragraphs: Vec<(usize, usize, Around)>,
    /// The ends of rows, and whether a cell of the row has a background.
    row_ends: Vec<(usize, usize, bool)>,
    /// The pages themselves.
    pub(super) pages: Vec<(usize, usize)>,
    /// Whether paragraphs could be read at all.
    pub(super) knows_rows: bool,
}

/// What a paragraph says of the characters in it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Around {
    look: Look,
    in_table: bool,
    /// Whether it is in a cell of a cell: what is behind it is said further away.
    is_nested: bool,
}

impl Marks {
    /// Reads the formatting of a document.
    pub(super) fn read(header: &Header, stream: &[u8], table: &[u8]) -> Self {
        let mut marks = Self::default();
        let old = header.is_word_95();
        let styles = if old {
            Styles::default()
        } else {
            Styles::read(header.table(STYLES, table))
        };
        for page in pages(header.table(CHARACTER_PAGES, table), old) {
            let Some(bytes) = part(stream, page, PAGE) else {
                continue;
            };
            marks.pages.push((page, page.saturating_add(PAGE)));
            for (from, to, at) in runs(bytes, 1) {
                let mut characters = characters(bytes, at, old).unwrap_or_default();
                if let Some(style) = characters.style.take() {
                    characters.look = characters.look.over(styles.look(style));
                }
                if characters != Characters::default() {
                    marks.characters.push((from, to, characters));
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
                let (style, paragraph) = paragraph(bytes, at, old);
                if paragraph.ends_row {
                    marks.row_ends.push((from, to, paragraph.row_shaded));
                }
                let mut around = Around {
                    look: styles.look(style),
                    in_table: paragraph.tables > 0,
                    is_nested: paragraph.tables > 1,
                };
                // The older of two properties may leave clear what the style fills.
                let own = paragraph.ground.unwrap_or_default();
                around.look.block = Some(own.over(around.look.block.unwrap_or_default()))
                    .filter(|ground| *ground != Ground::Clear);
                if around != Around::default() {
                    marks.paragraphs.push((from, to, around));
                }
            }
        }
        marks.characters.sort_unstable_by_key(|run| (run.0, run.1));
        marks.paragraphs.sort_unstable_by_key(|run| (run.0, run.1));
        marks.row_ends.sort_unstable();
        marks.pages.sort_unstable();
        marks
    }

    /// Why the character at a place of the stream is hidden, if it is, and up to
    /// where that holds. `on_page` says that it stands on the page itself, not on
    /// a shape of which the background is not known.
    pub(super) fn hidden_at(&self, at: usize, on_page: bool) -> (Option<Hidden>, usize) {
        let (own, own_end) = range_at(&self.characters, at);
        let (around, around_end) = range_at(&self.paragraphs, at);
        let own = own.unwrap_or_default();
        let around = around.unwrap_or_default();
        let end = own_end.min(around_end);
        if own.deleted {
            return (Some(Hidden::Deletion), end);
        }
        let mut look = own.look.over(around.look);
        if own.flipped {
            look.vanish = Some(look.vanish != Some(true));
        }
        let is_told = on_page && !around.is_nested && !(around.in_table && self.row_is_shaded(at));
        let behind = if is_told {
            Ground::Of(PAPER)
        } else {
            Ground::Unknown
        };
        (look.is_unseen(behind).then_some(Hidden::Text), end)
    }

    /// Whether a cell of the row around a place has a background.
    fn row_is_shaded(&self, at: usize) -> bool {
        let next = self.row_ends.partition_point(|(_, to, _)| *to <= at);
        self.row_ends.get(next).is_none_or(|(_, _, shaded)| *shaded)
    }

    /// Whether the cell mark at a place of the stream is the end of a row.
    pub(super) fn ends_row(&self, at: usize) -> bool {
        let next = self.row_ends.partition_point(|(_, to, _)| *to <= at);
        self.row_ends
            .get(next)
            .is_some_and(|(from, _, _)| *from <= at)
    }
}

/// What is said of a place, and up to where that holds.
fn range_at<T: Copy>(ranges: &[(usize, usize, T)], at: usize) -> (Option<T>, usize) {
    let next = ranges.partition_point(|(_, to, _)| *to <= at);
    match ranges.get(next) {
        Some((from, to, said)) if *from <= at => (Some(*said), *to),
        Some((from, _, _)) => (None, *from),
        None => (None, usize::MAX),
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

fn characters(page: &[u8], at: usize, old: bool) -> Option<Characters> {
    let len = usize::from(*page.get(at)?);
    let list = part(page, at.checked_add(1)?, len)?;
    Some(if old {
        word_95_sprms::characters(list)
    } else {
        Characters::read(list)
    })
}

/// The style and the properties of a paragraph.
fn paragraph(page: &[u8], at: usize, old: bool) -> (u16, Paragraph) {
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
    let list = part_or_rest(page, start, len);
    if old {
        // The style, then its height; its number has one byte only.
        let list = list.get(1..).unwrap_or(&[]);
        return (0, word_95_sprms::paragraph(list));
    }
    let style = u16_at(list, 0).unwrap_or(0);
    (style, Paragraph::read(list.get(2..).unwrap_or(&[])))
}
