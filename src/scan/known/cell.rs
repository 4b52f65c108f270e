//! A cell of an export: the number in it, or why there is none.
//!
//! Accepted are ten digits in any usual layout, with spaces, hyphens, full
//! stops or slashes between them, and what spreadsheets make of a number: a
//! quote mark before it, `.0` after it, `9.434765919E9`, and nine digits for a
//! CHI number that lost its leading zero, where the column is one of those.

use crate::scan::finding::NumberClass;
use crate::scan::kernel::{ChiMod10, is_valid};
use crate::scan::kinds::nhs_number::class;

/// What a cell holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cell {
    /// Nothing, or words without a digit, such as `not known`.
    Blank,
    /// Ten equal digits or the count-down: what people type for "none".
    Placeholder,
    /// A number of a range that is issued, its check digit valid.
    Number([u8; 10]),
    /// A number of a range that is never issued, its check digit valid.
    Test([u8; 10]),
    /// Something else.
    Wrong(Wrong),
}

/// What is wrong with a cell.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Wrong {
    /// Ten digits whose check digit is wrong.
    CheckDigit,
    /// Not ten digits.
    NotTenDigits,
    /// Ten digits of a range that nobody issues to patients here.
    Range,
}

impl Wrong {
    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::CheckDigit => "check digit wrong",
            Self::NotTenDigits => "not ten digits",
            Self::Range => "a range that is not in use",
        }
    }
}

/// Reads a cell. `chi` tells whether its column holds CHI numbers: then nine
/// digits are ten whose leading zero a spreadsheet dropped.
pub fn read_cell(text: &str, chi: bool) -> Cell {
    let text = undressed(text);
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Cell::Blank;
    }
    match ten_digits(text, chi) {
        Some(digits) => judge(digits),
        None => Cell::Wrong(Wrong::NotTenDigits),
    }
}

/// The text without blanks, quotes and marks around it, and without the `.0`
/// of a decimal.
fn undressed(text: &str) -> &str {
    let text = text.trim_matches(|letter: char| {
        letter.is_whitespace() || matches!(letter, '"' | '\'' | '=' | '\u{FEFF}' | '\u{200B}')
    });
    let decimal = text.split_once('.').filter(|(whole, zeros)| {
        whole.len() >= 9
            && !zeros.is_empty()
            && whole.bytes().all(|byte| byte.is_ascii_digit())
            && zeros.bytes().all(|byte| byte == b'0')
    });
    decimal.map_or(text, |(whole, _)| whole)
}

fn ten_digits(text: &str, chi: bool) -> Option<[u8; 10]> {
    let text = match text.split_once(['e', 'E']) {
        // Fewer digits before the E were rounded: they are nobody's number.
        Some((mantissa, "9" | "09" | "+9" | "+09")) => {
            mantissa.contains('.').then_some(mantissa)?
        }
        _ => text,
    };
    let mut digits = [0; 10];
    let mut filled = 0_usize;
    for letter in text.chars() {
        match letter {
            '0'..='9' => {
                let digit = letter
                    .to_digit(10)
                    .and_then(|digit| u8::try_from(digit).ok())?;
                *digits.get_mut(filled)? = digit;
                filled = filled.saturating_add(1);
            }
            letter if separates(letter) => {}
            _ => return None,
        }
    }
    if filled == 9 && chi {
        digits.rotate_right(1);
        filled = 10;
    }
    (filled == 10).then_some(digits)
}

/// Blanks, hyphens of all kinds, full stops, slashes, marks of no width, and
/// the mark for a byte that is no UTF-8, as a hard space of Windows is.
fn separates(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '-' | '.' | '/' | '_' | '\u{AD}' | '\u{2212}' | '\u{FFFD}'
        )
        || ('\u{2010}'..='\u{2015}').contains(&letter)
        || ('\u{200B}'..='\u{200D}').contains(&letter)
}

fn judge(digits: [u8; 10]) -> Cell {
    let [first, rest @ ..] = digits;
    if rest.iter().all(|digit| *digit == first) || digits == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] {
        return Cell::Placeholder;
    }
    // Scotland may give numbers of 1 January a check digit by modulus 10.
    let holds = is_valid(&digits, ChiMod10::Prefix0101);
    if !holds {
        return Cell::Wrong(Wrong::CheckDigit);
    }
    match class(&digits) {
        NumberClass::Chi | NumberClass::Hc | NumberClass::Live => Cell::Number(digits),
        NumberClass::Test => Cell::Test(digits),
        NumberClass::IrishIhi | NumberClass::Unused => Cell::Wrong(Wrong::Range),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SPECIMEN: Cell = Cell::Test([9, 4, 3, 4, 7, 6, 5, 9, 1, 9]);

    #[test]
    fn all_usual_layouts_are_read() {
        for text in [
            "9434765919",
            " 943 476 5919 ",
            "943-476-5919",
            "943.476.5919",
            "943\u{a0}476\u{a0}5919",
            "943\u{2011}476\u{2011}5919",
            "'9434765919",
            "=\"9434765919\"",
            "9434765919.0",
            "9.434765919E9",
            "9.434765919E+09",
            "943\u{fffd}476\u{fffd}5919",
        ] {
            assert_eq!(read_cell(text, false), SPECIMEN, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_told_apart() {
        for (text, expected) in [
            ("", Cell::Blank),
            ("not known", Cell::Blank),
            ("0000000000", Cell::Placeholder),
            ("9876543210", Cell::Placeholder),
            ("9434765918", Cell::Wrong(Wrong::CheckDigit)),
            ("943476591", Cell::Wrong(Wrong::NotTenDigits)),
            ("94347659190", Cell::Wrong(Wrong::NotTenDigits)),
            ("943 476 5919 x", Cell::Wrong(Wrong::NotTenDigits)),
            ("9.43477E+09", Cell::Wrong(Wrong::NotTenDigits)),
            ("0032698674", Cell::Wrong(Wrong::Range)),
        ] {
            assert_eq!(read_cell(text, false), expected, "{text}");
        }
    }

    #[test]
    fn a_lost_zero_is_given_back_in_a_column_of_chi_numbers_alone() {
        let number = Cell::Number([0, 6, 0, 7, 2, 3, 0, 0, 0, 2]);
        assert_eq!(read_cell("0607230002", false), number);
        assert_eq!(read_cell("607230002", true), number);
        assert_eq!(read_cell("607230002.0", true), number);
        assert_eq!(
            read_cell("607230002", false),
            Cell::Wrong(Wrong::NotTenDigits)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_trouble(text: String, chi: bool) {
            let _ = read_cell(&text, chi);
        }
    }
}
