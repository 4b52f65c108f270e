//! What of how text looks tells whether people see it: hidden text, and letters
//! that can't be told from white paper where nothing but paper is behind them.

/// What a run or a style says of how its text looks; `None` where it says
/// nothing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(in crate::extract) struct Look {
    /// Whether it is hidden.
    pub(in crate::extract) vanish: Option<bool>,
    /// Whether its letters are white.
    pub(in crate::extract) white: Option<bool>,
    /// Whether it has a background.
    pub(in crate::extract) shaded: Option<bool>,
}

impl Look {
    /// This look, and where it says nothing the other one.
    #[must_use]
    pub(in crate::extract) fn over(self, other: Self) -> Self {
        Self {
            vanish: self.vanish.or(other.vanish),
            white: self.white.or(other.white),
            shaded: self.shaded.or(other.shaded),
        }
    }
}

/// The least share of red, green and blue that looks white: eye and printer
/// tell darker ones from paper.
const WHITE: u8 = 0xF8;

/// Whether a colour, in red, green and blue, can't be told from white paper.
pub(in crate::extract) fn is_white(colour: [u8; 3]) -> bool {
    colour.iter().all(|part| *part >= WHITE)
}

/// Whether a colour in six hexadecimal digits can't be told from white paper;
/// one that is written otherwise is none.
pub(in crate::extract) fn is_white_hex(digits: &str) -> bool {
    if digits.len() != 6 {
        return false;
    }
    let value = u32::from_str_radix(digits, 16).unwrap_or(0);
    let [_, red, green, blue] = value.to_be_bytes();
    is_white([red, green, blue])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_what_nobody_can_tell_from_paper() {
        assert!(is_white_hex("FFFFFF") && is_white_hex("fefefe"));
        for other in [
            "auto",
            "EEEEEE",
            "",
            "+FFFFF",
            "FFFFFFFF",
            "\u{e9}\u{e9}\u{e9}",
        ] {
            assert!(!is_white_hex(other), "{other}");
        }
    }
}
