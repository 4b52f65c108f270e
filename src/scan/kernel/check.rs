//! The check digits: modulus 11 for all, Luhn for some CHI numbers, and the
//! numbers that pass but name nobody.
//!
//! NHS, H&C and CHI numbers weight their ten digits 10 to 1 and sum to a
//! multiple of 11 (NHS Data Dictionary, NHS NUMBER). Public Health Scotland
//! has announced CHI numbers with a Luhn digit instead, because check digits
//! for births on 1 January run out; whether any is in use is not known.
//!
//! False friends: an ISBN-10 has the same check; one random number in eleven
//! passes. Ten equal digits pass, since the weights sum to 5 times 11.
//!
//! Specimens: 943 476 5919 and 999 000 0018 pass; 999 123 4567 fails.

/// Ten digits, each 0 to 9.
pub type Digits = [u8; 10];

/// For which numbers a Luhn digit counts as well as modulus 11.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ChiMod10 {
    /// For none.
    Off,
    /// For those that begin with 0101, as Public Health Scotland advises.
    #[default]
    Prefix0101,
    /// For every number.
    All,
}

impl ChiMod10 {
    /// The words for it in identifier files.
    pub const WORDS: [(&'static str, Self); 3] = [
        ("off", Self::Off),
        ("0101", Self::Prefix0101),
        ("all", Self::All),
    ];
}

/// Whether a check digit holds and the number is no placeholder.
pub fn is_valid(digits: &Digits, chi: ChiMod10) -> bool {
    let luhn = match chi {
        ChiMod10::Off => false,
        ChiMod10::Prefix0101 => digits.starts_with(&[0, 1, 0, 1]) && passes_luhn(digits),
        ChiMod10::All => passes_luhn(digits),
    };
    (luhn || passes_mod_11(digits)) && !is_placeholder(digits)
}

/// Whether the digits weighted 10 to 1 sum to a multiple of 11. A check value
/// of 10 equals no digit, so such a number never passes.
pub fn passes_mod_11(digits: &Digits) -> bool {
    const WEIGHTS: Digits = [10, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    let sum = digits
        .iter()
        .zip(WEIGHTS)
        .fold(0_u16, |sum, (digit, weight)| {
            sum.wrapping_add(u16::from(*digit).wrapping_mul(u16::from(weight)))
        });
    is_multiple_of_11(sum)
}

/// Whether the Luhn sum is a multiple of ten: every second digit from the
/// first doubled, less 9 above 9.
pub fn passes_luhn(digits: &Digits) -> bool {
    let (pairs, _) = digits.as_chunks::<2>();
    let sum = pairs.iter().fold(0_u16, |sum, [doubled, single]| {
        let twice = u16::from(*doubled).saturating_mul(2);
        let twice = if twice > 9 {
            twice.saturating_sub(9)
        } else {
            twice
        };
        sum.saturating_add(twice).saturating_add(u16::from(*single))
    });
    sum % 10 == 0
}

/// Ten equal digits and the count-down pass the check but name nobody.
pub fn is_placeholder(digits: &Digits) -> bool {
    let [first, rest @ ..] = digits;
    rest.iter().all(|digit| digit == first) || *digits == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]
}

/// Whether 11 divides a sum, without a division: 35747 is the inverse of 11
/// modulo 65536, so the product is at most 65535 / 11 for multiples only.
pub(crate) const fn is_multiple_of_11(sum: u16) -> bool {
    sum.wrapping_mul(35_747) <= 5957
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Digits {
        let mut out = [0; 10];
        for (slot, byte) in out.iter_mut().zip(text.bytes()) {
            *slot = byte - b'0';
        }
        out
    }

    #[test]
    fn the_check_digit_is_modulus_11() {
        assert!(passes_mod_11(&digits("9434765919")));
        assert!(passes_mod_11(&digits("9990000018")));
        assert!(!passes_mod_11(&digits("9991234567")));
        assert!(!passes_mod_11(&digits("9434765918")));
    }

    #[test]
    fn the_division_free_test_agrees_for_all_sums() {
        for sum in 0..=u16::MAX {
            assert_eq!(is_multiple_of_11(sum), sum % 11 == 0, "{sum}");
        }
    }

    #[test]
    fn placeholders_pass_the_check_and_are_refused() {
        for text in ["0000000000", "7777777777", "9876543210"] {
            assert!(passes_mod_11(&digits(text)), "{text}");
            assert!(!is_valid(&digits(text), ChiMod10::All), "{text}");
        }
        assert!(is_valid(&digits("9434765919"), ChiMod10::Off));
    }

    #[test]
    fn luhn_counts_where_it_is_asked_for() {
        let ending = |stem: &str| {
            (0..100)
                .map(|last| digits(&format!("{stem}{last:02}")))
                .find(|digits| passes_luhn(digits) && !passes_mod_11(digits))
                .unwrap()
        };
        let january = ending("01015001");
        assert!(!is_valid(&january, ChiMod10::Off));
        assert!(is_valid(&january, ChiMod10::Prefix0101));
        let other = ending("02025001");
        assert!(!is_valid(&other, ChiMod10::Prefix0101));
        assert!(is_valid(&other, ChiMod10::All));
    }
}
