//! What the properties of an old Word document say of how text looks.
//!
//! Source: MS-DOC 2.2.5.1 (properties and their operands), 2.6.1 to 2.6.3
//! (those of characters, paragraphs and tables), 2.9.247 and 2.9.249
//! (`Shd`, `Shd80`), 2.9.119 (`Ico`). Trap: old and new properties for the same
//! thing stand in one list; the last one counts.

use super::raw::{part, part_or_rest, u16_at};
use crate::extract::ink::{self, Look};

/// The properties of a list with their operands (MS-DOC 2.2.5.1).
pub(super) fn sprms(list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
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
        Some((sprm, part_or_rest(list, start, len)))
    })
}

/// What properties of characters say.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Characters {
    pub(super) look: Look,
    /// Deleted, and kept by change tracking.
    pub(super) deleted: bool,
    /// Hidden where the style is not, and the other way round.
    pub(super) flipped: bool,
    /// The number of the style.
    pub(super) style: Option<u16>,
}

impl Characters {
    /// Reads a list of properties.
    pub(super) fn read(list: &[u8]) -> Self {
        let mut read = Self::default();
        for (sprm, operand) in sprms(list) {
            read.take(sprm, operand);
        }
        read
    }

    fn take(&mut self, sprm: u16, operand: &[u8]) {
        let first = operand.first().copied().unwrap_or(0);
        let look = &mut self.look;
        match sprm {
            // sprmCFRMarkDel
            0x0800 => self.deleted = matches!(first, 1 | 0x81),
            // sprmCFVanish: 0x80 and 0x81 are "as the style" and "not as it".
            0x083C => {
                self.flipped = first == 0x81;
                look.vanish = (first < 0x80).then_some(first != 0);
            }
            // sprmCIstd
            0x4A30 => self.style = u16_at(operand, 0),
            // sprmCPlain
            0x2A33 => *look = Look::default(),
            // sprmCIco
            0x2A42 => look.white = Some(first == WHITE),
            // sprmCCv
            0x6870 => look.white = Some(colour(operand) == Some(Colour::White)),
            // sprmCHighlight
            0x2A0C => shade(look, !matches!(first, 0 | WHITE)),
            // sprmCShd80
            0x4866 => shade(look, is_old_shade(operand)),
            // sprmCShd, with its length before it
            0xCA71 => shade(look, is_shade(operand.get(1..).unwrap_or(&[]))),
            _ => {}
        }
    }
}

/// What properties of a paragraph say, and of the row that it ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Paragraph {
    pub(super) shaded: bool,
    /// In how many tables, each in a cell of the one before.
    pub(super) tables: u16,
    /// It ends a row, and whether a cell of that has a background.
    pub(super) ends_row: bool,
    pub(super) row_shaded: bool,
}

impl Paragraph {
    /// Reads a list of properties.
    pub(super) fn read(list: &[u8]) -> Self {
        let mut read = Self::default();
        for (sprm, operand) in sprms(list) {
            read.take(sprm, operand);
        }
        read
    }

    fn take(&mut self, sprm: u16, operand: &[u8]) {
        let first = operand.first().copied().unwrap_or(0);
        let rest = |from: usize| operand.get(from..).unwrap_or(&[]);
        match sprm {
            // sprmPFInTable
            0x2416 => self.tables = self.tables.max(u16::from(first == 1)),
            // sprmPFTtp, sprmPFInnerTtp
            0x2417 | 0x244C => self.ends_row |= first == 1,
            // sprmPItap
            0x6649 => self.tables = self.tables.max(u16_at(operand, 0).unwrap_or(0)),
            // sprmPShd80, sprmPShd
            0x442D => self.shaded = is_old_shade(operand),
            0xC64D => self.shaded = is_shade(rest(1)),
            // sprmTDefTableShd80
            0xD609 => self.row_shaded |= rest(1).chunks_exact(2).any(is_old_shade),
            // sprmTDefTableShd, of the cells 1 to 22, to 44, and to 63
            0xD612 | 0xD616 | 0xD60C => {
                self.row_shaded |= rest(1).chunks_exact(SHADE).any(is_shade);
            }
            // sprmTSetShd, of the cells from one to another
            0xD62D => self.row_shaded |= is_shade(rest(3)),
            _ => {}
        }
    }
}

/// Adds a background: what two properties say of it may both be there.
fn shade(look: &mut Look, is_shaded: bool) {
    look.shaded = Some(look.shaded == Some(true) || is_shaded);
}

/// The number of white among the colours of old.
pub(super) const WHITE: u8 = 8;

/// How long a background's description is.
const SHADE: usize = 10;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Colour {
    White,
    Other,
}

/// A colour; `None` for the reader's own (MS-DOC 2.9.43).
fn colour(bytes: &[u8]) -> Option<Colour> {
    let [red, green, blue, automatic] = *part(bytes, 0, 4)? else {
        return None;
    };
    if automatic != 0 {
        return None;
    }
    let white = ink::is_white([red, green, blue]);
    Some(if white { Colour::White } else { Colour::Other })
}

/// Whether a background (`Shd`) is another than paper: in front, behind, and
/// a pattern of which 0 is all behind and 1 all in front.
fn is_shade(bytes: &[u8]) -> bool {
    let is_dark = |at: usize| colour(bytes.get(at..).unwrap_or(&[])) == Some(Colour::Other);
    match u16_at(bytes, 8) {
        None | Some(0xFFFF) => false,
        Some(0) => is_dark(4),
        Some(1) => colour(bytes) != Some(Colour::White),
        Some(_) => true,
    }
}

/// The same as of old (`Shd80`): all in one number.
pub(super) fn is_old_shade(bytes: &[u8]) -> bool {
    let Some(shade) = u16_at(bytes, 0).filter(|shade| *shade != 0xFFFF) else {
        return false;
    };
    let [front, behind] = [shade & 0x1F, (shade >> 5) & 0x1F];
    let white = u16::from(WHITE);
    match shade >> 10 {
        0 => behind != 0 && behind != white,
        1 => front != white,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colour_that_is_said_last_counts() {
        let white = |list: &[u8]| Characters::read(list).look.white;
        assert_eq!(white(&[0x42, 0x2A, 8]), Some(true));
        assert_eq!(white(&[0x42, 0x2A, 0]), Some(false));
        // As LibreOffice writes it: the nearest old colour, then the colour.
        let grey = [0x42, 0x2A, 8, 0x70, 0x68, 0xEE, 0xEE, 0xEE, 0];
        assert_eq!(white(&grey), Some(false));
        assert_eq!(white(&[0x70, 0x68, 0xFE, 0xFF, 0xFF, 0]), Some(true));
        // The reader's own colour, whatever else the number says.
        assert_eq!(white(&[0x70, 0x68, 0xFF, 0xFF, 0xFF, 0xFF]), Some(false));
    }

    #[test]
    fn a_background_is_what_is_not_paper() {
        let black = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
        let plain = [0, 0, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0];
        let paper = [0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0];
        assert!(is_shade(&black) && !is_shade(&plain) && !is_shade(&paper));
        assert!(!is_shade(&[]) && !is_shade(&[0xFF; 10]));
        assert!(is_old_shade(&(2_u16 << 5).to_le_bytes()));
        assert!(!is_old_shade(&(8_u16 << 5).to_le_bytes()));
        assert!(!is_old_shade(&[0xFF, 0xFF]) && !is_old_shade(&[0, 0]));
        let row = Paragraph::read(&[&[0x12, 0xD6, 10][..], &black].concat());
        assert!(row.row_shaded && !row.shaded);
        let paragraph = Paragraph::read(&[&[0x4D, 0xC6, 10][..], &black].concat());
        assert!(paragraph.shaded && !paragraph.row_shaded);
    }
}
