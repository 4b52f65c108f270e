//! What the properties of an old Word document say of how text looks.
//!
//! Source: MS-DOC 2.2.5.1 (properties and their operands), 2.6.1 to 2.6.3
//! (those of characters, paragraphs and tables), 2.9.247 and 2.9.249
//! (`Shd`, `Shd80`), 2.9.119 (`Ico`). Trap: old and new properties for the same
//! thing stand in one list; the last one counts.

use super::raw::{part, part_or_rest, u16_at};
use crate::extract::ink::{BLACK, Ground, Ink, Look, PAPER, Rgb, is_white};

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
            0x2A42 => look.ink = Some(old_ink(first)),
            // sprmCCv
            0x6870 => look.ink = Some(colour(operand).map_or(Ink::Automatic, Ink::Of)),
            // sprmCHighlight
            0x2A0C => look.marker = Some(old_ground(u16::from(first))),
            // sprmCShd80
            0x4866 => shade(&mut look.shade, old_shade(operand)),
            // sprmCShd, with its length before it
            0xCA71 => shade(&mut look.shade, new_shade(operand.get(1..).unwrap_or(&[]))),
            _ => {}
        }
    }
}

/// What properties of a paragraph say, and of the row that it ends.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Paragraph {
    /// Its background.
    pub(super) ground: Option<Ground>,
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
            0x442D => shade(&mut self.ground, old_shade(operand)),
            0xC64D => shade(&mut self.ground, new_shade(rest(1))),
            // sprmTDefTableShd80
            0xD609 => self.row_shaded |= rest(1).chunks_exact(2).map(old_shade).any(is_shade),
            // sprmTDefTableShd, of the cells 1 to 22, to 44, and to 63
            0xD612 | 0xD616 | 0xD60C => {
                self.row_shaded |= rest(1).chunks_exact(SHADE).map(new_shade).any(is_shade);
            }
            // sprmTSetShd, of the cells from one to another
            0xD62D => self.row_shaded |= is_shade(new_shade(rest(3))),
            _ => {}
        }
    }
}

/// Takes a background. Two properties say it, the older one in fewer colours, and
/// either may be left clear.
fn shade(known: &mut Option<Ground>, said: Ground) {
    *known = Some(said.over(known.unwrap_or_default()));
}

/// The colours of old, by their numbers; 0 is automatic (MS-DOC 2.9.119).
const OLD: [Rgb; 16] = [
    BLACK,
    [0, 0, 0xFF],
    [0, 0xFF, 0xFF],
    [0, 0xFF, 0],
    [0xFF, 0, 0xFF],
    [0xFF, 0, 0],
    [0xFF, 0xFF, 0],
    PAPER,
    [0, 0, 0x80],
    [0, 0x80, 0x80],
    [0, 0x80, 0],
    [0x80, 0, 0x80],
    [0x80, 0, 0],
    [0x80, 0x80, 0],
    [0x80; 3],
    [0xC0; 3],
];

fn old_colour(number: u16) -> Option<Rgb> {
    let at = usize::from(number).checked_sub(1)?;
    OLD.get(at).copied()
}

/// The ink that a number of old stands for.
pub(super) fn old_ink(number: u8) -> Ink {
    match number {
        0 => Ink::Automatic,
        number => Ink::of(old_colour(u16::from(number))),
    }
}

fn old_ground(number: u16) -> Ground {
    match number {
        0 => Ground::Clear,
        number => Ground::of(old_colour(number)),
    }
}

/// How long a background's description is.
const SHADE: usize = 10;

/// A colour; `None` for the reader's own (MS-DOC 2.9.43).
fn colour(bytes: &[u8]) -> Option<Rgb> {
    let [red, green, blue, automatic] = *part(bytes, 0, 4)? else {
        return None;
    };
    (automatic == 0).then_some([red, green, blue])
}

/// A background (`Shd`): in front, behind, and a pattern of which 0 is all behind
/// and 1 all in front.
fn new_shade(bytes: &[u8]) -> Ground {
    let behind = bytes.get(4..).and_then(colour);
    match u16_at(bytes, 8) {
        None | Some(0xFFFF) => Ground::Clear,
        Some(0) => behind.map_or(Ground::Clear, Ground::Of),
        Some(1) => Ground::Of(colour(bytes).unwrap_or(BLACK)),
        Some(_) => Ground::Unknown,
    }
}

/// The same as of old (`Shd80`): all in one number.
pub(super) fn old_shade(bytes: &[u8]) -> Ground {
    let Some(shade) = u16_at(bytes, 0).filter(|shade| *shade != 0xFFFF) else {
        return Ground::Clear;
    };
    let [front, behind] = [shade & 0x1F, (shade >> 5) & 0x1F];
    match shade >> 10 {
        0 => old_ground(behind),
        1 if front == 0 => Ground::Of(BLACK),
        1 => old_ground(front),
        _ => Ground::Unknown,
    }
}

/// Whether a background is another than paper.
pub(super) fn is_shade(ground: Ground) -> bool {
    match ground {
        Ground::Clear => false,
        Ground::Of(colour) => !is_white(colour),
        Ground::Unknown => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colour_that_is_said_last_counts() {
        let ink = |list: &[u8]| Characters::read(list).look.ink;
        assert_eq!(ink(&[0x42, 0x2A, 8]), Some(Ink::Of(PAPER)));
        assert_eq!(ink(&[0x42, 0x2A, 1]), Some(Ink::Of(BLACK)));
        assert_eq!(ink(&[0x42, 0x2A, 0]), Some(Ink::Automatic));
        assert_eq!(ink(&[0x42, 0x2A, 17]), Some(Ink::Unknown));
        // As LibreOffice writes it: the nearest old colour, then the colour.
        let grey = [0x42, 0x2A, 8, 0x70, 0x68, 0xEE, 0xEE, 0xEE, 0];
        assert_eq!(ink(&grey), Some(Ink::Of([0xEE; 3])));
        // The reader's own colour, whatever else the number says.
        let own = [0x70, 0x68, 0xFF, 0xFF, 0xFF, 0xFF];
        assert_eq!(ink(&own), Some(Ink::Automatic));
    }

    #[test]
    fn automatic_letters_on_a_black_marker_are_hidden() {
        let paper = Ground::Of(PAPER);
        let marked = Characters::read(&[0x0C, 0x2A, 1]).look;
        assert!(marked.is_unseen(paper));
        assert!(!Characters::read(&[0x0C, 0x2A, 7]).look.is_unseen(paper));
        // Black on black shading, as of old.
        let black = [0x42, 0x2A, 1, 0x66, 0x48, 0x20, 0];
        assert!(Characters::read(&black).look.is_unseen(paper));
        assert!(!Characters::read(&black[3..]).look.is_unseen(paper));
    }

    #[test]
    fn a_background_is_what_is_not_paper() {
        let black = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
        let plain = [0, 0, 0, 0xFF, 0, 0, 0, 0xFF, 0, 0];
        let paper = [0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0];
        let is_new = |bytes: &[u8]| is_shade(new_shade(bytes));
        let is_old = |bytes: &[u8]| is_shade(old_shade(bytes));
        assert!(is_new(&black) && !is_new(&plain) && !is_new(&paper));
        assert!(!is_new(&[]) && !is_new(&[0xFF; 10]));
        assert!(is_old(&(2_u16 << 5).to_le_bytes()));
        assert!(!is_old(&(8_u16 << 5).to_le_bytes()));
        assert!(!is_old(&[0xFF, 0xFF]) && !is_old(&[0, 0]));
        let row = Paragraph::read(&[&[0x12, 0xD6, 10][..], &black].concat());
        assert!(row.row_shaded && row.ground.is_none());
        let paragraph = Paragraph::read(&[&[0x4D, 0xC6, 10][..], &black].concat());
        assert!(paragraph.ground == Some(Ground::Of(BLACK)) && !paragraph.row_shaded);
    }
}
