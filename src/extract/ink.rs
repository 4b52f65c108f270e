//! Which colours can't be told from white paper: letters in them are hidden
//! where nothing but paper is behind them.

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
