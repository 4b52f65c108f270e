//! The styles of an old Word document, as far as they hide text.
//!
//! Source: MS-DOC 2.9.271 (`STSH`), 2.9.258 (`STD`), 2.9.350 and on (what a
//! style changes: of a paragraph its own properties first, then those of its
//! characters). Traps: a place in the list may be empty and counts all the
//! same; every piece begins at an even place.

use super::raw::{part, part_or_rest, u16_at};
use super::word_sprms::{Characters, Paragraph};
use crate::extract::ink::Look;

/// How many styles may be based on one another.
const BASED: usize = 16;

/// Based on none.
const NONE: u16 = 0x0FFF;

/// The styles, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: Vec<Style>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Style {
    look: Look,
    based_on: Option<u16>,
}

impl Styles {
    /// Reads the style sheet; what is damaged in it says nothing.
    pub(super) fn read(sheet: &[u8]) -> Self {
        let mut styles = Vec::new();
        let head = usize::from(u16_at(sheet, 0).unwrap_or(0));
        let count = usize::from(u16_at(sheet, 2).unwrap_or(0));
        let base = usize::from(u16_at(sheet, 4).unwrap_or(0));
        let mut at = head.saturating_add(2);
        while styles.len() < count {
            let Some(len) = u16_at(sheet, at).map(usize::from) else {
                break;
            };
            let style = part_or_rest(sheet, at.saturating_add(2), len);
            styles.push(style_of(style, base).unwrap_or_default());
            at = at.saturating_add(2).saturating_add(len.next_multiple_of(2));
        }
        Self { styles }
    }

    /// What a style says, with what it is based on.
    pub(super) fn look(&self, number: u16) -> Look {
        let mut look = Look::default();
        let mut next = Some(number);
        for _ in 0..BASED {
            let Some(style) = next.and_then(|number| self.styles.get(usize::from(number))) else {
                break;
            };
            look = look.over(style.look);
            next = style.based_on;
        }
        look
    }
}

/// One style; `base` is how long its head is.
fn style_of(bytes: &[u8], base: usize) -> Option<Style> {
    /// The kinds of styles.
    const PARAGRAPH: u16 = 1;
    const CHARACTER: u16 = 2;
    let kind = u16_at(bytes, 2)?;
    let based_on = Some(kind >> 4).filter(|number| *number != NONE);
    let name = usize::from(u16_at(bytes, base)?);
    // The name has its length before it and a zero behind.
    let mut at = base
        .checked_add(name.checked_mul(2)?)?
        .checked_add(4)?
        .next_multiple_of(2);
    let mut next = || {
        let len = usize::from(u16_at(bytes, at)?);
        let list = part(bytes, at.checked_add(2)?, len)?;
        at = at.checked_add(2)?.checked_add(len)?.next_multiple_of(2);
        Some(list)
    };
    let look = match kind & 0x000F {
        PARAGRAPH => {
            // Its own number stands before the properties.
            let list = next()?.get(2..).unwrap_or(&[]);
            let ground = Paragraph::read(list).ground;
            let mut look = next().map(Characters::read).unwrap_or_default().look;
            look.block = ground;
            look
        }
        CHARACTER => Characters::read(next()?).look,
        // Those of tables and lists say nothing of letters.
        _ => Look::default(),
    };
    Some(Style { look, based_on })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::ink::{Ink, PAPER};

    /// A style as Word 97 writes it, with a name of one letter.
    fn style(kind: u16, based_on: u16, changes: &[&[u8]]) -> Vec<u8> {
        let mut bytes = vec![0, 0];
        bytes.extend((based_on << 4 | kind).to_le_bytes());
        bytes.extend([0; 6]);
        bytes.extend([1, 0, b'A', 0, 0, 0]);
        for change in changes {
            bytes.extend(u16::try_from(change.len()).unwrap().to_le_bytes());
            bytes.extend(*change);
            bytes.resize(bytes.len().next_multiple_of(2), 0);
        }
        bytes
    }

    fn sheet(styles: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![4, 0];
        bytes.extend(u16::try_from(styles.len()).unwrap().to_le_bytes());
        bytes.extend([10, 0]);
        for style in styles {
            bytes.extend(u16::try_from(style.len()).unwrap().to_le_bytes());
            bytes.extend(style);
        }
        bytes
    }

    #[test]
    fn styles_hide_what_they_are_based_on() {
        let hides = [0x3C, 0x08, 1];
        let styles = Styles::read(&sheet(&[
            style(1, NONE, &[&[0, 0], &[]]),
            vec![],
            style(1, 0, &[&[2, 0, 0x31], &hides]),
            style(2, 2, &[&[0x42, 0x2A, 8]]),
            style(1, 4, &[&[4, 0], &[]]),
        ]));
        assert_eq!(styles.look(0), Look::default());
        assert_eq!(styles.look(1), Look::default());
        assert_eq!(styles.look(2).vanish, Some(true));
        assert_eq!(styles.look(3).vanish, Some(true));
        assert_eq!(styles.look(3).ink, Some(Ink::Of(PAPER)));
        assert_eq!(styles.look(4), Look::default());
        assert_eq!(styles.look(9), Look::default());
    }

    #[test]
    fn a_damaged_style_sheet_says_nothing() {
        for bytes in [&[][..], &[0xFF; 40], &[4, 0, 9, 0, 10, 0, 3, 0, 1]] {
            assert_eq!(Styles::read(bytes).look(0), Look::default());
        }
    }
}
