//! Which runs of digits are worth offering to the readers of other kinds, by
//! their length and a few bytes on either side: nearly all are dismissed here,
//! by tables and no branch.
//!
//! A run that is offered needs not be anything; one that is not could begin no
//! kind that comes with gatepost. Each kind says in its own file what it wants.

use super::kinds::birth_date;

/// Lengths that are told apart; the last stands for all longer ones.
const LENGTHS: usize = 21;

/// What a run could begin, a bit each.
mod could_be {
    /// A single digit, a blank and a month's name.
    pub(super) const DAY_APART: u16 = 1;
    /// A day that a month's name or an ordinal's ending touches.
    pub(super) const DAY_NAMED: u16 = 1 << 1;
    /// Two digits and the next part of a date.
    pub(super) const DAY: u16 = 1 << 2;
    /// One digit and the next part of a date.
    pub(super) const SHORT_DAY: u16 = 1 << 3;
    /// A year and the month as a number.
    pub(super) const YEAR: u16 = 1 << 4;
    /// A date of eight digits.
    pub(super) const WHOLE_DATE: u16 = 1 << 5;
    /// Any of the above.
    pub(super) const DATE: u16 = DAY_APART | DAY_NAMED | DAY | SHORT_DAY | YEAR | WHOLE_DATE;
    /// The first pairs of a National Insurance number.
    pub(super) const NI_PAIRS: u16 = 1 << 6;
    /// Its six digits.
    pub(super) const NI_DIGITS: u16 = 1 << 7;
    /// An account number behind its country.
    pub(super) const IBAN: u16 = 1 << 8;
    /// A payment card's number.
    pub(super) const CARD: u16 = 1 << 9;
    /// Its first group.
    pub(super) const CARD_GROUP: u16 = 1 << 10;
    /// The number of a passport or of staff.
    pub(super) const PASSPORT: u16 = 1 << 11;
    /// The first two digits of a staff number with a letter.
    pub(super) const STAFF: u16 = 1 << 12;
    /// The digits of a driving licence behind the surname.
    pub(super) const LICENCE: u16 = 1 << 13;
    /// The same, or nines that fill up the surname, after a blank.
    pub(super) const LICENCE_APART: u16 = 1 << 14;
    /// Whatever it is, the run is not offered for these alone.
    pub(super) const ALL: u16 = (1 << 15) - 1;
}

/// What a run could begin by its length and the bytes next to it; 0 for nearly
/// all runs.
#[inline]
pub(super) fn first_look(view: &[u8], start: usize, end: usize) -> u16 {
    let at = |place: usize| {
        let byte = view.get(place).copied().unwrap_or(0);
        BESIDE.get(usize::from(byte)).copied().unwrap_or(ANY)
    };
    let length = end.wrapping_sub(start).min(LENGTHS - 1);
    let of_length = OF_LENGTH.get(length).copied().unwrap_or(u16::MAX);
    // At the beginning of the view this wraps, and nothing stands there.
    of_length & at(start.wrapping_sub(1)).before & at(end).after & at(end.wrapping_add(1)).beyond
}

/// Of what a run could begin by the first look, what is left by a few bytes
/// more.
#[inline]
pub(super) fn second_look(view: &[u8], start: usize, end: usize, could: u16) -> u16 {
    let before = eight_before(view, start);
    let [.., four, three, two, one] = before.to_be_bytes();
    let touches = one.is_ascii_alphabetic();
    let digit = |back: usize| {
        view.get(end.wrapping_add(back))
            .is_some_and(u8::is_ascii_digit)
    };
    let mut holds = could_be::ALL;
    let unless = |holds: bool, what: u16| what & u16::from(holds).wrapping_sub(1);
    let within = matches!(one, b'/' | b'.' | b'-') & two.is_ascii_digit();
    holds &= !unless(!within & may_be_labelled(before), could_be::DATE);
    // Two letters of their own, where a blank is between.
    let prefix =
        two.is_ascii_alphabetic() & three.is_ascii_alphabetic() & !four.is_ascii_alphanumeric();
    holds &= !unless(touches | prefix, could_be::NI_PAIRS | could_be::NI_DIGITS);
    // The next group has four or six.
    holds &= !unless(digit(3), could_be::CARD_GROUP);
    holds &= !unless(two.is_ascii_alphabetic(), could_be::LICENCE_APART);
    could & holds
}

/// Eight bytes before a run, the last one lowest; zeros before the view.
#[inline]
fn eight_before(view: &[u8], start: usize) -> u64 {
    let from = start.checked_sub(8);
    if let Some(bytes) = from.and_then(|from| view.get(from..)?.first_chunk::<8>()) {
        return u64::from_be_bytes(*bytes);
    }
    let before = view.get(..start).unwrap_or(b"");
    let before = before.get(before.len().saturating_sub(8)..).unwrap_or(b"");
    before
        .iter()
        .fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

/// Whether a label of a date of birth may end before a run, or a cell begin
/// there: not after a blank and a word, with or without a comma, on which no
/// such label ends.
#[inline]
fn may_be_labelled(before: u64) -> bool {
    let [.., two, one] = before.to_be_bytes();
    let word = before >> (8_u32 << u32::from(two == b','));
    let [.., last] = word.to_be_bytes();
    let known = birth_date::LABEL_ENDS.may_hold(word);
    (one != b' ') | !last.is_ascii_alphabetic() | known
}

/// What a run could begin with this byte beside it.
#[derive(Clone, Copy, Debug)]
struct Beside {
    /// Directly before it.
    before: u16,
    /// Directly after it.
    after: u16,
    /// Behind that.
    beyond: u16,
}

const ANY: Beside = Beside {
    before: u16::MAX,
    after: u16::MAX,
    beyond: u16::MAX,
};

#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static BESIDE: [Beside; 256] = {
    let mut table = [ANY; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = beside(byte);
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

const fn beside(byte: u8) -> Beside {
    use could_be::{
        CARD, CARD_GROUP, DAY, DAY_APART, DAY_NAMED, IBAN, LICENCE, LICENCE_APART, NI_DIGITS,
        NI_PAIRS, PASSPORT, SHORT_DAY, STAFF, WHOLE_DATE, YEAR,
    };
    let letter = byte.is_ascii_alphabetic();
    let digit = byte.is_ascii_digit();
    let small = byte.to_ascii_lowercase();
    let month = matches!(small, b'a' | b'd' | b'f' | b'j' | b'm' | b'n' | b'o' | b's');
    let gap = matches!(byte, b' ' | b'-');
    let joint = matches!(byte, b'/' | b'.' | b'-');
    let free = WHOLE_DATE | CARD | PASSPORT;
    let before = any(&[
        (
            true,
            free | DAY_APART | DAY_NAMED | DAY | SHORT_DAY | YEAR | CARD_GROUP | STAFF,
        ),
        (letter || gap, NI_PAIRS | NI_DIGITS),
        (letter, IBAN | LICENCE),
        (byte == b' ', LICENCE_APART),
    ]);
    let after = any(&[
        (true, free | IBAN | LICENCE),
        (letter || byte == b' ', LICENCE_APART),
        (byte == b' ', DAY_APART),
        (month || matches!(small, b'r' | b't'), DAY_NAMED),
        (joint || gap, DAY),
        (joint, SHORT_DAY | YEAR),
        (gap, NI_PAIRS | CARD_GROUP),
        (letter || gap, NI_DIGITS),
        (letter, STAFF),
    ]);
    let beyond = any(&[
        (
            true,
            free | IBAN | LICENCE | LICENCE_APART | DAY_NAMED | NI_DIGITS | STAFF,
        ),
        (month, DAY_APART),
        (digit || month, DAY | SHORT_DAY),
        (digit, YEAR | NI_PAIRS | CARD_GROUP),
    ]);
    Beside {
        before,
        after,
        beyond,
    }
}

/// What a run of each length could begin.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static OF_LENGTH: [u16; LENGTHS] = {
    let mut table = [0; LENGTHS];
    let mut length = 1;
    while length < LENGTHS {
        table[length] = any(&[
            (length == 1, could_be::DAY_APART | could_be::SHORT_DAY),
            (length <= 2, could_be::DAY_NAMED),
            (length == 2, could_be::DAY | could_be::STAFF),
            (length == 4, could_be::YEAR | could_be::CARD_GROUP),
            (length == 8, could_be::WHOLE_DATE),
            (matches!(length, 2 | 4), could_be::NI_PAIRS),
            (length == 6, could_be::NI_DIGITS),
            (length >= 2, could_be::IBAN),
            (matches!(length, 13..=19), could_be::CARD),
            (matches!(length, 7 | 9), could_be::PASSPORT),
            (true, could_be::LICENCE),
            (matches!(length, 6..=9), could_be::LICENCE_APART),
        ]);
        length += 1;
    }
    table
};

/// All whose condition holds.
#[cfg_attr(
    not(test),
    expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "runs when the tables are compiled"
    )
)]
const fn any(conditions: &[(bool, u16)]) -> u16 {
    let mut all = 0;
    let mut at = 0;
    while at < conditions.len() {
        let (holds, what) = conditions[at];
        if holds {
            all |= what;
        }
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scan::shapes::could_be_any;

    proptest! {
        #[test]
        fn whatever_is_anything_is_offered(
            pieces in proptest::collection::vec(prop_oneof![
                "date of birth|d\\.o\\.b|dob|DOB:|birth date|Birth dt|birthday|born|d of b|dateOfBirth",
                "the|value|date|code|ref|of|is|no|on|number|dd/mm/yyyy|text|string|nos|id",
                "passport|GMC|nmc pin|NI no|licence|card|IBAN",
                "QQ123456C|QQ 12 34 56 C|AB 123456 C|ab-12-34-56-c|JG 1030 59A",
                "MORGA657054SM9IJ|FOX99 657054 SM9IJ|MORGA 657054 SM9IJ|FO999657054SM9IJ",
                "4111 1111 1111 1111|4111-1111-1111-1111|3782 822463 10005|5555555555554444",
                "GB82WEST12345698765432|GB82 WEST 1234 5698 7654 32|DE89370400440532013000",
                "01/02/1970|1/2/70|4 March 1962|4th of March 1962|04MAR1962|1962-03-04|1962/3/4|19620304|4\\.3\\.62",
                "507384129|ZZ1234567|1234567|99I9999E",
                "[A-Za-z]{1,5}", "[0-9]{1,10}", "[ ,;:\"\t\n.()/|=-]{1,3}", " ", "\u{80}",
            ], 1..9),
        ) {
            let text = pieces.concat();
            let view = text.as_bytes();
            let mut at = 0;
            while let Some(next) = view[at..].iter().position(u8::is_ascii_digit) {
                let start = at + next;
                let length = view[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                at = start + length;
                if could_be_any(view, start, at) {
                    let first = first_look(view, start, at);
                    prop_assert_ne!(second_look(view, start, at, first), 0, "{}..{} of {:?}", start, at, text);
                }
            }
        }
    }

    fn offered(text: &str) -> bool {
        let start = text.find(|letter: char| letter.is_ascii_digit()).unwrap();
        let rest = &text[start..];
        let length = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let (view, end) = (text.as_bytes(), start + length);
        second_look(view, start, end, first_look(view, start, end)) != 0
    }

    #[test]
    fn what_could_begin_a_kind_is_offered() {
        for text in [
            "4/3/1962",
            "04-03-1962",
            "4 March",
            "4th",
            "04MAR1962",
            "1962-03-04",
            "19620304",
            "QQ123456C",
            "QQ 12 34 56 C",
            "qq 123456 C",
            "GB82WEST",
            "DE89370400440532013000",
            "4111 1111",
            "4111111111111111",
            "AB1234567",
            "123456789",
            "12A3456B",
            "1234567",
            "MORGA657054SM9IJ",
            "FOX99 657054 SM9IJ",
            "MORGA 657054 SM9IJ",
            "FO999657054SM9IJ",
        ] {
            assert!(offered(text), "{text}");
        }
    }

    #[test]
    fn the_numbers_of_prose_are_not() {
        for text in [
            "room 12 is",
            "at 9:30",
            "09:30",
            "page 3",
            "3 of",
            "01632 960123",
            "in 2026",
            "2026.",
            "100 %",
            "1,000",
            "x 12345 y",
            "the 12 patients",
            "9434765919",
        ] {
            let expected = text == "3 of";
            assert_eq!(offered(text), expected, "{text}");
        }
    }
}
