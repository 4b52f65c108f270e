//! The colours of letters in an old presentation, run by run.
//!
//! Source: MS-PPT 2.9.44 to 2.9.46 (runs of paragraphs, then of letters), 2.9.14
//! and 2.9.20 (how they look: each field is there if a bit says so), 2.12.2
//! (colours).

use std::ops::Range;

use super::raw::{part, u16_at, u32_at};
use crate::extract::ink::Rgb;

/// A colour, before the scheme is known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Colour {
    Plain(Rgb),
    Scheme(u8),
    Other,
}

impl Colour {
    /// Of three parts; the fourth byte says what they are.
    pub(super) fn of(bytes: Option<&[u8]>, plain: u8, scheme: Range<u8>) -> Self {
        match bytes {
            Some(&[red, green, blue, kind]) if kind == plain => Self::Plain([red, green, blue]),
            // Of a fill the number stands first, of letters it is the kind.
            Some(&[number, _, _, kind]) if scheme.contains(&kind) => {
                Self::Scheme(if plain == 0 { number } else { kind })
            }
            _ => Self::Other,
        }
    }

    /// The colour that it is in a scheme, if that is known.
    pub(super) fn in_scheme(self, scheme: &[Rgb]) -> Option<Rgb> {
        match self {
            Self::Plain(colour) => Some(colour),
            Self::Scheme(number) => scheme.get(usize::from(number)).copied(),
            Self::Other => None,
        }
    }
}

/// The runs of a text of so many characters that say a colour.
pub(super) fn colours(bytes: &[u8], length: usize) -> Option<Vec<(Range<usize>, Colour)>> {
    // The end of the text counts as a character.
    let length = length.checked_add(1)?;
    let mut fields = Fields { bytes, at: 0 };
    let mut seen = 0_usize;
    while seen < length {
        seen = seen.checked_add(fields.count()?)?;
        fields.skip(2)?;
        fields.paragraph()?;
    }
    let mut runs = Vec::new();
    let mut from = 0_usize;
    while from < length {
        let to = from.checked_add(fields.count()?)?;
        let masks = fields.long()?;
        fields.before_colour(masks)?;
        if masks & COLOUR != 0 {
            runs.push((from..to, fields.colour()?));
        }
        fields.pass(masks, &[(POSITION, 2)])?;
        from = to;
    }
    Some(runs)
}

/// The fields of looks, one behind the other.
#[derive(Debug)]
struct Fields<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Fields<'_> {
    fn skip(&mut self, len: usize) -> Option<()> {
        let at = self.at.checked_add(len)?;
        (at <= self.bytes.len()).then_some(())?;
        self.at = at;
        Some(())
    }

    fn long(&mut self) -> Option<u32> {
        let number = u32_at(self.bytes, self.at)?;
        self.skip(4)?;
        Some(number)
    }

    /// How many characters a run has.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok()
    }

    /// Passes fields that are there where one of these bits is.
    fn pass(&mut self, masks: u32, fields: &[(u32, usize)]) -> Option<()> {
        for (bits, len) in fields {
            if masks & bits != 0 {
                self.skip(*len)?;
            }
        }
        Some(())
    }

    /// Passes how a paragraph looks (MS-PPT 2.9.20).
    fn paragraph(&mut self) -> Option<()> {
        let masks = self.long()?;
        // Flags, letter, font, size and colour of a bullet; alignment, spaces
        // of lines, before and behind; margin, indent, distance of tabs.
        let before = [
            (0xF, 2),
            (0x80, 2),
            (0x10, 2),
            (0x40, 2),
            (0x20, 4),
            (0x800, 2),
            (0x1000, 2),
            (0x2000, 2),
            (0x4000, 2),
            (0x100, 2),
            (0x400, 2),
            (0x8000, 2),
        ];
        self.pass(masks, &before)?;
        if masks & 0x0010_0000 != 0 {
            let tabs = usize::from(u16_at(self.bytes, self.at)?);
            self.skip(tabs.checked_mul(4)?.checked_add(2)?)?;
        }
        // Alignment of fonts, breaking of lines, direction.
        self.pass(masks, &[(0x1_0000, 2), (0xE_0000, 2), (0x0020_0000, 2)])
    }

    /// Passes what stands before the colour of letters (MS-PPT 2.9.14).
    fn before_colour(&mut self, masks: u32) -> Option<()> {
        // Flags, four fonts, size.
        let before = [
            (0x3EB7, 2),
            (0x1_0000, 2),
            (0x0020_0000, 2),
            (0x0040_0000, 2),
            (0x0080_0000, 2),
            (0x2_0000, 2),
        ];
        self.pass(masks, &before)
    }

    fn colour(&mut self) -> Option<Colour> {
        let colour = Colour::of(part(self.bytes, self.at, 4), 0xFE, 0..8);
        self.skip(4)?;
        Some(colour)
    }
}

/// Bits of what a run of letters says.
const COLOUR: u32 = 0x4_0000;
const POSITION: u32 = 0x8_0000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_letters_say_their_colours() {
        // As LibreOffice writes `NHS No 943 476 5919` in white, in one run.
        let looks = [
            &[
                20, 0, 0, 0, 0, 0, 1, 0x70, 0x2A, 0, 0, 0, 0x64, 0, 0xFF, 0xFF, 0xFF, 0xFF,
            ][..],
            &[5, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0x0F, 0, 1, 0, 0x12, 0],
            &[0xFF, 0xFF, 0xFF, 0xFE, 0, 0],
        ]
        .concat();
        assert_eq!(
            colours(&looks, 19),
            Some(vec![(0..20, Colour::Plain([0xFF; 3]))])
        );
        // What is cut says nothing.
        for len in 0..looks.len() {
            assert_eq!(colours(&looks[..len], 19), None, "{len}");
        }
        // Two runs, with tabs in the paragraph: the second has scheme colour 1.
        let looks = [
            &[3, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 1, 0, 9, 9, 9, 9][..],
            &[1, 0, 0, 0, 1, 0, 0, 0, 1, 0],
            &[2, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1],
        ]
        .concat();
        assert_eq!(colours(&looks, 2), Some(vec![(1..3, Colour::Scheme(1))]));
    }
}
