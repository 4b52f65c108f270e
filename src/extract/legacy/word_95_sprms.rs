//! The same of documents of Word 6 and 95: properties with numbers of one byte,
//! whose lengths stand in no file.
//!
//! Source: wv, `sprm.c`; `LibreOffice`, `ww8scan.cxx`; wvWare 2, `word95_helper`.
//! Trap: behind a property that nobody knows nothing can be told, so there may
//! be a background.

use super::word_sprms::{Characters, Paragraph, is_shade, old_ink, old_shade};
use crate::extract::ink::{Ground, Look};

/// What properties of characters say.
pub(super) fn characters(list: &[u8]) -> Characters {
    let mut read = Characters::default();
    let is_whole = walk(list, |sprm, operand| {
        let first = operand.first().copied().unwrap_or(0);
        match sprm {
            DELETED => read.deleted = first == 1,
            PLAIN => read.look = Look::default(),
            HIDDEN => {
                read.flipped = first == 0x81;
                read.look.vanish = (first < 0x80).then_some(first != 0);
            }
            COLOUR => read.look.ink = Some(old_ink(first)),
            _ => {}
        }
    });
    if !is_whole {
        read.look.shade = Some(Ground::Unknown);
    }
    read
}

/// What properties of a paragraph say.
pub(super) fn paragraph(list: &[u8]) -> Paragraph {
    let mut read = Paragraph::default();
    let is_whole = walk(list, |sprm, operand| {
        let first = operand.first().copied().unwrap_or(0);
        match sprm {
            IN_TABLE => read.tables = u16::from(first == 1),
            ENDS_ROW => read.ends_row |= first == 1,
            SHADE => read.ground = Some(old_shade(operand)),
            CELL_SHADES => {
                let mut cells = operand.chunks_exact(2).map(old_shade);
                read.row_shaded |= cells.any(is_shade);
            }
            SET_SHADE => {
                read.row_shaded |= is_shade(old_shade(operand.get(2..).unwrap_or(&[])));
            }
            _ => {}
        }
    });
    if !is_whole {
        read.ground = Some(Ground::Unknown);
        read.row_shaded = true;
        // The end of a row is told apart from that of a cell all the same.
        read.ends_row |= list.windows(2).any(|pair| pair == [ENDS_ROW, 1]);
    }
    read
}

const IN_TABLE: u8 = 24;
const ENDS_ROW: u8 = 25;
const SHADE: u8 = 47;
const DELETED: u8 = 65;
const PLAIN: u8 = 83;
const HIDDEN: u8 = 92;
const COLOUR: u8 = 98;
const CELL_SHADES: u8 = 191;
const SET_SHADE: u8 = 200;

/// Goes through a list; whether all of it could be told apart.
fn walk(list: &[u8], mut take: impl FnMut(u8, &[u8])) -> bool {
    let mut rest = list;
    while let Some((sprm, behind)) = rest.split_first() {
        // Lists are filled up to an even length.
        if *sprm == 0 {
            return rest.iter().all(|byte| *byte == 0);
        }
        let Some((head, length)) = length(*sprm, behind) else {
            return false;
        };
        let operand = behind.get(head..).and_then(|rest| rest.get(..length));
        let Some(operand) = operand else {
            return false;
        };
        take(*sprm, operand);
        rest = behind
            .get(head.saturating_add(length)..)
            .unwrap_or_default();
    }
    true
}

/// How long the head of an operand is, which says its length, and the rest of
/// it.
fn length(sprm: u8, behind: &[u8]) -> Option<(usize, usize)> {
    let fixed = match sprm {
        52 | PLAIN => 0,
        4..=11
        | 13
        | 14
        | IN_TABLE
        | ENDS_ROW
        | 29
        | 36
        | 37
        | 44
        | 50
        | 51
        | DELETED..=67
        | 71
        | 75
        | 85..=HIDDEN
        | 94
        | COLOUR
        | 100
        | 102
        | 104
        | 117
        | 118
        | 185
        | 186 => 1,
        2
        | 16..=19
        | 21
        | 22
        | 26..=28
        | 30..=35
        | 38..=43
        | 45..=49
        | 69
        | 72
        | 80
        | 93
        | 96
        | 97
        | 99
        | 101
        | 107
        | 109
        | 110
        | 182..=184
        | 189
        | 195
        | 197
        | 198 => 2,
        73 | 95 => 3,
        20 | 70 | 192 | 194 | 196 | SET_SHADE => 4,
        193 | 199 => 5,
        187 => 12,
        // Its length has two bytes, and counts one of them.
        190 => {
            let [low, high] = *behind.first_chunk::<2>()?;
            let length = usize::from(u16::from_le_bytes([low, high]));
            return Some((2, length.checked_sub(1)?));
        }
        3 | 12 | 15 | 68 | 74 | 81 | 82 | 103 | 105 | 106 | 108 | 188 | CELL_SHADES => {
            return Some((1, usize::from(*behind.first()?)));
        }
        _ => return None,
    };
    Some((0, fixed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::ink::{BLACK, Ink, PAPER};

    #[test]
    fn white_and_hidden_characters_are_told_behind_others() {
        // Bold, a font, a size, then the colour.
        let white = characters(&[85, 1, 93, 4, 0, 99, 24, 0, 98, 8]);
        assert_eq!(white.look.ink, Some(Ink::Of(PAPER)));
        assert_eq!(white.look.shade, None);
        assert_eq!(characters(&[98, 8, 98, 1]).look.ink, Some(Ink::Of(BLACK)));
        assert_eq!(characters(&[99, 8, 98, 92, 1]).look.vanish, Some(true));
        assert!(characters(&[97, 9, 8, 65, 1, 0]).deleted);
        // Behind what nobody knows there may be anything.
        let unknown = Some(Ground::Unknown);
        assert_eq!(characters(&[98, 8, 250, 1]).look.shade, unknown);
        assert_eq!(characters(&[68, 200, 1]).look.shade, unknown);
    }

    #[test]
    fn backgrounds_of_paragraphs_and_rows_are_told() {
        let black = (1_u16 << 10 | 1).to_le_bytes();
        let paragraph_of = |list: &[&[u8]]| paragraph(&list.concat());
        let of_black = Some(Ground::Of(BLACK));
        assert_eq!(paragraph_of(&[&[5, 1, 47], &black]).ground, of_black);
        let row = paragraph_of(&[&[24, 1, 25, 1, 190, 4, 0, 1, 0, 0, 191, 2], &black]);
        assert!(row.ends_row && row.row_shaded && row.tables == 1 && row.ground.is_none());
        let plain = paragraph_of(&[&[5, 1, 24, 1, 21, 120, 0]]);
        assert!(plain.ground.is_none() && !plain.row_shaded && !plain.ends_row);
        assert!(paragraph_of(&[&[250, 25, 1]]).ends_row);
    }
}
