//! References to cells (ECMA-376 part 1, 18.17.2.3; ODF 1.3 part 4, 5.8).

/// The row and column of a reference such as `BC12`, from 0.
pub(in crate::extract) fn place(reference: &str) -> Option<(u32, u32)> {
    let reference = reference.trim().replace('$', "");
    let digits = reference.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = reference.split_at_checked(digits)?;
    let mut column: u32 = 0;
    for letter in letters.bytes() {
        let place = letter
            .to_ascii_uppercase()
            .checked_sub(b'A')
            .filter(|place| *place < 26)?;
        column = column
            .checked_mul(26)?
            .checked_add(u32::from(place))?
            .checked_add(1)?;
    }
    Some((
        row.parse::<u32>().ok()?.checked_sub(1)?,
        column.checked_sub(1)?,
    ))
}

/// The first and the last cell of a reference such as `A1:BC12`, or, as open
/// documents write it, `'My sheet'.A1:'My sheet'.BC12`.
pub(in crate::extract) fn area(reference: &str) -> Option<((u32, u32), (u32, u32))> {
    let (first, last) = reference.split_once(':').unwrap_or((reference, reference));
    let cell = |part: &str| place(part.rsplit('.').next().unwrap_or(part));
    Some((cell(first)?, cell(last)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_letters_and_digits() {
        assert_eq!(place("A1"), Some((0, 0)));
        assert_eq!(place("$BC$12"), Some((11, 54)));
        assert_eq!(place("A0"), None);
        assert_eq!(place("ZZZZZZZZZ1"), None);
        assert_eq!(place("12"), None);
    }

    #[test]
    fn an_area_is_from_a_cell_to_a_cell() {
        let whole = Some(((0, 0), (11, 54)));
        for written in [
            "A1:BC12",
            "$A$1:$BC$12",
            "Second.A1:Second.BC12",
            ".A1:.BC12",
        ] {
            assert_eq!(area(written), whole, "{written}");
        }
        assert_eq!(area("B2"), Some(((1, 1), (1, 1))));
        assert_eq!(area("B:B"), None);
    }
}
