//! What of how text looks tells whether people see it: hidden text, and letters
//! of the colour of what is behind them.
//!
//! Here alone is decided which colours are the same to the eye, for all formats.
//! Letters are only hidden where both colours are known.

/// A colour, in red, green and blue.
pub(in crate::extract) type Rgb = [u8; 3];

/// The colour of paper, and of a page that says none.
pub(in crate::extract) const PAPER: Rgb = [0xFF; 3];

/// The colour of letters that say none.
pub(in crate::extract) const BLACK: Rgb = [0; 3];

/// How much each share of two colours may differ that eye and printer can't
/// tell apart.
const NEAR: u8 = 10;

/// The greatest share of a colour that is black to the eye: next to one another
/// nobody tells two of those apart, though they differ by more.
const DARK: u8 = 0x10;

/// Whether nobody can tell letters of one colour from a ground of the other.
pub(in crate::extract) fn are_alike(one: Rgb, other: Rgb) -> bool {
    let are_dark = one.iter().chain(&other).all(|part| *part <= DARK);
    let mut pairs = one.iter().zip(&other);
    are_dark || pairs.all(|(one, other)| one.abs_diff(*other) <= NEAR)
}

/// Whether a colour can't be told from white paper.
pub(in crate::extract) fn is_white(colour: Rgb) -> bool {
    are_alike(colour, PAPER)
}

/// A colour in six hexadecimal digits; one that is written otherwise is none.
pub(in crate::extract) fn hex(digits: &str) -> Option<Rgb> {
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some([red, green, blue])
}

/// What letters are drawn in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::extract) enum Ink {
    /// The reader's own colour: black, or white on a dark ground.
    #[default]
    Automatic,
    /// This colour.
    Of(Rgb),
    /// Another one that is not known, or several.
    Unknown,
}

impl Ink {
    /// Of a colour that may not be known.
    pub(in crate::extract) fn of(colour: Option<Rgb>) -> Self {
        colour.map_or(Self::Unknown, Self::Of)
    }
}

/// What is behind letters, a paragraph, a cell or a page.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::extract) enum Ground {
    /// Nothing: what is further behind shows.
    #[default]
    Clear,
    /// This colour.
    Of(Rgb),
    /// Something of which the colour is not known: a pattern, a picture.
    Unknown,
}

impl Ground {
    /// Of a colour that may not be known.
    pub(in crate::extract) fn of(colour: Option<Rgb>) -> Self {
        colour.map_or(Self::Unknown, Self::Of)
    }

    /// This one, or the one behind it where it is clear.
    #[must_use]
    pub(in crate::extract) fn over(self, behind: Self) -> Self {
        match self {
            Self::Clear => behind,
            Self::Of(_) | Self::Unknown => self,
        }
    }

    /// Whether letters that are drawn on it can't be seen.
    ///
    /// Automatic ones always can, on any shading: the reader takes black or white
    /// for them (ECMA-376 part 1, 17.3.2.6).
    pub(in crate::extract) fn hides(self, ink: Ink) -> bool {
        match (self, ink) {
            (Self::Of(ground), Ink::Of(ink)) => are_alike(ground, ink),
            _ => false,
        }
    }
}

/// What a run or a style says of how its text looks; `None` where it says
/// nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::extract) struct Look {
    /// Whether it is hidden.
    pub(in crate::extract) vanish: Option<bool>,
    /// The colour of its letters.
    pub(in crate::extract) ink: Option<Ink>,
    /// The highlight of its letters.
    pub(in crate::extract) marker: Option<Ground>,
    /// The shading of its letters.
    pub(in crate::extract) shade: Option<Ground>,
    /// The shading of its paragraph.
    pub(in crate::extract) block: Option<Ground>,
    /// Whether its letters have an outline, a shadow or a glow, which shows what
    /// they are.
    pub(in crate::extract) drawn: Option<bool>,
    /// Whether its letters are too small to be any, or squeezed to nothing.
    pub(in crate::extract) tiny: Option<bool>,
    pub(in crate::extract) squeezed: Option<bool>,
    /// Whether the lines of its paragraph have no height.
    pub(in crate::extract) flat: Option<bool>,
}

/// Letters of so many half points, or smaller, are dots.
pub(in crate::extract) const TINY: f64 = 2.0;

impl Look {
    /// This look, and where it says nothing the other one.
    #[must_use]
    pub(in crate::extract) fn over(self, other: Self) -> Self {
        Self {
            vanish: self.vanish.or(other.vanish),
            ink: self.ink.or(other.ink),
            marker: self.marker.or(other.marker),
            shade: self.shade.or(other.shade),
            block: self.block.or(other.block),
            drawn: self.drawn.or(other.drawn),
            tiny: self.tiny.or(other.tiny),
            squeezed: self.squeezed.or(other.squeezed),
            flat: self.flat.or(other.flat),
        }
    }

    /// Whether nobody sees letters that look so before this ground, which is
    /// that behind the paragraph.
    ///
    /// A highlight is no shading: automatic letters stay black on one, and black
    /// on black they are the redaction that is none. So `LibreOffice` 7.4 prints
    /// them, from DOCX, DOC and RTF alike.
    pub(in crate::extract) fn is_unseen(self, behind: Ground) -> bool {
        let ink = self.ink.unwrap_or_default();
        let marker = self.marker.unwrap_or_default();
        let ground = marker
            .over(self.shade.unwrap_or_default())
            .over(self.block.unwrap_or_default())
            .over(behind);
        let is_blank = match (ink, marker) {
            (Ink::Automatic, Ground::Of(_)) => marker.hides(Ink::Of(BLACK)),
            _ => ground.hides(ink),
        };
        [self.vanish, self.tiny, self.squeezed, self.flat].contains(&Some(true))
            || (is_blank && self.drawn != Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_what_nobody_can_tell_from_paper() {
        let is_white = |digits: &str| hex(digits).is_some_and(is_white);
        assert!(is_white("FFFFFF") && is_white("fefefe") && is_white("F5F5F5"));
        assert!(!is_white("EEEEEE"));
        for other in ["auto", "", "+FFFFF", "FFFFFFFF", "\u{e9}\u{e9}\u{e9}"] {
            assert_eq!(hex(other), None, "{other}");
        }
    }

    #[test]
    fn colours_are_alike_that_nobody_can_tell_apart() {
        let alike = |one: &str, other: &str| are_alike(hex(one).unwrap(), hex(other).unwrap());
        for (one, other) in [
            ("000000", "000000"),
            ("000000", "0D0D0D"),
            ("100000", "000010"),
            ("1F3864", "203A60"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("000000", "262626"),
            ("FFFFFF", "D9D9D9"),
            ("FF0000", "00FF00"),
            ("1F3864", "2F5496"),
        ] {
            assert!(!alike(one, other) && !alike(other, one), "{one} {other}");
        }
    }

    #[test]
    fn automatic_letters_are_hidden_by_a_dark_marker_only() {
        let black = Some(Ground::Of(BLACK));
        let plain = Look::default();
        let marked = Look {
            marker: black,
            ..plain
        };
        let shaded = Look {
            shade: black,
            block: black,
            ..plain
        };
        let paper = Ground::Of(PAPER);
        assert!(marked.is_unseen(paper) && !shaded.is_unseen(paper));
        assert!(!plain.is_unseen(Ground::Of(BLACK)));
        let inked = Look {
            ink: Some(Ink::Of(BLACK)),
            ..shaded
        };
        assert!(inked.is_unseen(paper));
        let drawn = Look {
            drawn: Some(true),
            ..inked
        };
        assert!(!drawn.is_unseen(paper));
    }

    #[test]
    fn the_ground_nearest_to_letters_counts() {
        let black = Look {
            ink: Some(Ink::Of(BLACK)),
            block: Some(Ground::Of(BLACK)),
            ..Look::default()
        };
        assert!(black.is_unseen(Ground::Of(PAPER)));
        let on = |shade: Ground| Look {
            shade: Some(shade),
            ..black
        };
        assert!(on(Ground::Clear).is_unseen(Ground::Of(PAPER)));
        assert!(!on(Ground::Of(PAPER)).is_unseen(Ground::Of(BLACK)));
        assert!(!on(Ground::Unknown).is_unseen(Ground::Of(BLACK)));
    }
}
