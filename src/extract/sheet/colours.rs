//! The colours of letters and cells, as far as it tells whether both are the
//! same.
//!
//! Source: ECMA-376 part 1, 18.8.3 (kinds of colours), 18.8.27 (the palette);
//! MS-XLS 2.5.161. Traps: automatic letters are black whatever is behind them,
//! unlike those of letters; a file may have a palette of its own.

use crate::extract::ink::{BLACK, PAPER, Rgb, are_alike};

/// A colour.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Colour {
    /// By value.
    Plain(Rgb),
    /// By its number in the palette.
    Indexed(u32),
    /// Another one that only its name tells.
    Named(String),
    /// Several: a pattern.
    Unknown,
}

/// The first colours of the palette, unless the file says others; they stand in
/// it twice.
const PALETTE: [Rgb; 8] = [
    BLACK,
    PAPER,
    [0xFF, 0, 0],
    [0, 0xFF, 0],
    [0, 0, 0xFF],
    [0xFF, 0xFF, 0],
    [0xFF, 0, 0xFF],
    [0, 0xFF, 0xFF],
];

impl Colour {
    /// Of a cell that has none.
    pub(super) const PAPER: Self = Self::Plain(PAPER);

    /// Of letters that have none.
    pub(super) const BLACK: Self = Self::Plain(BLACK);

    /// A colour of the theme, as it is or with a tint.
    pub(super) fn of_theme(number: u32, tint: Option<&str>) -> Self {
        match (number, tint) {
            // The ground of the window, and its text.
            (0, None) => Self::PAPER,
            (1, None) => Self::BLACK,
            (number, tint) => Self::Named(format!("{number} {}", tint.unwrap_or_default())),
        }
    }

    /// The colour that it is with a palette, which says those of some numbers.
    pub(super) fn with(self, own: impl Fn(u32) -> Option<Rgb>) -> Self {
        let Self::Indexed(number) = self else {
            return self;
        };
        let first = |number: u32| {
            let number = number.checked_sub(8).unwrap_or(number);
            let at = usize::try_from(number).ok()?;
            PALETTE.get(at).copied()
        };
        match number {
            // The window's text, that of fonts, and the window's ground.
            64 | 0x7FFF => Self::BLACK,
            65 => Self::PAPER,
            // The first eight are no file's own.
            0..8 => first(number).map_or(self, Self::Plain),
            _ => own(number)
                .or_else(|| first(number))
                .map_or(self, Self::Plain),
        }
    }

    /// Whether letters of this colour can't be seen on another one.
    pub(super) fn is_like(&self, ground: &Self) -> bool {
        match (self, ground) {
            (Self::Plain(ink), Self::Plain(ground)) => are_alike(*ink, *ground),
            (Self::Unknown, _) => false,
            _ => self == ground,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_told_however_they_are_named() {
        let none = |_| None;
        let black = Colour::Indexed(8).with(none);
        assert!(black.is_like(&Colour::BLACK) && black.is_like(&Colour::of_theme(1, None)));
        assert!(Colour::Indexed(0x7FFF).with(none).is_like(&black));
        assert!(
            !Colour::Indexed(8)
                .with(|_| Some([9, 99, 9]))
                .is_like(&black)
        );
        assert!(Colour::Indexed(9).with(none).is_like(&Colour::PAPER));
        let accent = Colour::of_theme(4, Some("0.5"));
        assert!(accent.is_like(&accent.clone()) && !accent.is_like(&Colour::of_theme(4, None)));
        assert!(!Colour::Unknown.is_like(&Colour::Unknown));
        assert!(!Colour::Indexed(40).is_like(&Colour::Indexed(41)));
    }
}
