//! The digits of a number: all of them, so many decimals, or each in its place
//! of a format code.

use super::format_code::Token;

/// The digits before the point in their places, from the right; the leftmost
/// place takes all that are left.
pub(super) fn whole_part(
    tokens: &[Token],
    first: Option<usize>,
    whole: &str,
    grouped: bool,
) -> String {
    let whole = if whole == "0" { "" } else { whole };
    let mut digits = whole.chars().rev();
    // Backwards, as it is filled.
    let mut seen: Vec<char> = Vec::new();
    let mut places: usize = 0;
    let mut put = |seen: &mut Vec<char>, digit: char| {
        if grouped && places > 0 && places.is_multiple_of(3) {
            seen.push(',');
        }
        places = places.saturating_add(1);
        seen.push(digit);
    };
    for (at, token) in tokens.iter().enumerate().rev() {
        match token {
            Token::Digit(place) => {
                match (digits.next(), place) {
                    (Some(digit), _) => put(&mut seen, digit),
                    (None, '0') => put(&mut seen, '0'),
                    (None, '?') => seen.push(' '),
                    (None, _) => {}
                }
                if Some(at) == first {
                    for digit in digits.by_ref() {
                        put(&mut seen, digit);
                    }
                }
            }
            Token::Literal(literal) => seen.extend(literal.chars().rev()),
            Token::Percent => seen.push('%'),
            Token::Point
            | Token::Comma
            | Token::Lossy
            | Token::Date(..)
            | Token::Text
            | Token::General => {}
        }
    }
    if first.is_none() {
        // `.00`: the whole number stands before the point all the same.
        seen.extend(digits);
    }
    seen.iter().rev().collect()
}

/// A number in full: no exponent, no `.0`, at most 15 digits that count, as
/// all programs keep.
pub(super) fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e21 {
        let text = format!("{value:.0}");
        return if text == "-0" { "0".to_owned() } else { text };
    }
    if value.abs() >= 1e21 || value.abs() < 1e-9 || !value.is_finite() {
        return format!("{value:e}");
    }
    rounded(value).to_string()
}

/// A number with so many decimals.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e21 {
        return plain(value);
    }
    // A half is rounded up, as people do: a little more makes it so.
    let value = match rounded(value) {
        value if value.fract() > 0.0 => value * (1.0 + 4.0 * f64::EPSILON),
        value => value,
    };
    format!("{value:.*}", decimals.min(30))
}

/// A number to the 15 digits that workbooks show.
fn rounded(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_full_has_no_exponent() {
        for (value, text) in [
            (9_434_765_919.0, "9434765919"),
            (9.434_765_919e9, "9434765919"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e20, "100000000000000000000"),
            (-0.0, "0"),
            (0.1 + 0.2, "0.3"),
            (12.5, "12.5"),
            (-3.25, "-3.25"),
            (1.5e300, "1.5e300"),
        ] {
            assert_eq!(plain(value), text);
        }
    }
}
