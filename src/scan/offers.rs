//! Which runs of digits are worth offering to the readers of other kinds, by
//! their length and two bytes on either side: nearly all are dismissed here,
//! by one look into a table and no branch.
//!
//! A run that is offered needs not be anything; one that is not could begin no
//! kind that comes with gatepost. Each kind says in its own file what it wants.
//! Of the runs that are left most are dates without a label, which a second
//! look takes away.

use super::kinds::label::Endings;
use super::kinds::{birth_date, passport, staff_number};

/// The kinds that could begin with a run, a bit each, in the order in which
/// they are tried.
pub(super) mod kind {
    pub(in crate::scan) const DATE: u8 = 1;
    pub(in crate::scan) const NI_NUMBER: u8 = 2;
    pub(in crate::scan) const IBAN: u8 = 4;
    pub(in crate::scan) const CARD: u8 = 8;
    pub(in crate::scan) const PASSPORT: u8 = 16;
    pub(in crate::scan) const STAFF: u8 = 32;
    pub(in crate::scan) const LICENCE: u8 = 64;
    /// All of them.
    pub(super) const ALL: u8 = 127;
}

/// How the labels end that these kinds need before the run.
static LABELLED: Endings =
    Endings::of(&[&birth_date::LABELS, &passport::LABELS, &staff_number::GMC]);

/// Lengths that are told apart; the last stands for all longer ones.
const LENGTHS: usize = 21;

/// What may stand before a run, a bit each; none for anything else.
mod before {
    /// A letter touches it.
    pub(super) const LETTER: u8 = 1;
    /// A blank or hyphen, and before that a letter.
    pub(super) const APART: u8 = 2;
    /// What begins no cell of a table, and before that a digit: if it is a
    /// date, it began there.
    pub(super) const WITHIN: u8 = 4;
    /// How many surroundings the bits tell apart: one at most is set.
    pub(super) const ALL: usize = 5;
}

/// What may follow a run, and what may follow that: the sum tells both.
mod after {
    /// Anything else.
    pub(super) const OTHER: u8 = 0;
    /// A slash or full stop.
    pub(super) const JOINT: u8 = 3;
    /// A hyphen.
    pub(super) const HYPHEN: u8 = 6;
    /// A blank.
    pub(super) const BLANK: u8 = 9;
    /// A letter that begins a month or an ordinal's ending.
    pub(super) const DATED: u8 = 12;
    /// Another letter.
    pub(super) const LETTER: u8 = 15;
    /// How many sums there are.
    pub(super) const ALL: usize = 18;
}

/// What may follow that.
mod beyond {
    /// Anything else.
    pub(super) const OTHER: u8 = 0;
    /// A digit.
    pub(super) const DIGIT: u8 = 1;
    /// A letter that begins a month.
    pub(super) const MONTH: u8 = 2;
}

/// A byte in each of its roles.
#[derive(Clone, Copy, Debug)]
struct Roles {
    /// What it may be of [`before`] if it touches the run.
    touching: u8,
    /// What it lets that be if it stands before that.
    second: u8,
    /// One of [`after`].
    after: u8,
    /// One of [`beyond`].
    beyond: u8,
}

/// Which kinds that come with gatepost a run could begin.
#[inline]
pub(super) fn wanted(view: &[u8], start: usize, end: usize) -> u8 {
    let length = end.wrapping_sub(start).min(LENGTHS - 1);
    let around = view.get(start.wrapping_sub(2)..end.wrapping_add(2));
    if let Some(around) = around
        && let (Some(left), Some(right)) = (around.first_chunk(), around.last_chunk())
    {
        by_roles(length, *left, *right)
    } else {
        at_an_end(view, start, end, length)
    }
}

/// The same where the view ends less than two bytes away.
#[cold]
fn at_an_end(view: &[u8], start: usize, end: usize, length: usize) -> u8 {
    // Before the beginning this wraps, and nothing stands there.
    let at = |at: usize| view.get(at).copied().unwrap_or(0);
    let left = [2, 1].map(|back| at(start.wrapping_sub(back)));
    by_roles(length, left, [at(end), at(end.wrapping_add(1))])
}

/// By a length and two bytes on either side.
#[inline]
fn by_roles(length: usize, [second, touching]: [u8; 2], [after, beyond]: [u8; 2]) -> u8 {
    let roles = |byte: u8| ROLES.get(usize::from(byte)).copied().unwrap_or(NONE);
    let before = usize::from(roles(touching).touching & roles(second).second);
    let place = usize::from(roles(after).after.wrapping_add(roles(beyond).beyond));
    let kinds = WANTED.get(length).and_then(|wanted| wanted.get(before));
    let kinds = kinds.and_then(|wanted| wanted.get(place));
    kinds.copied().unwrap_or(kind::ALL)
}

/// Which of the kinds that want a run can have it, by a few bytes more. Nearly
/// no run is left. Not a branch among them, since nothing can be foreseen.
#[inline]
pub(super) fn looked_at(kinds: u8, view: &[u8], start: usize, end: usize) -> u8 {
    let after = view.get(end..).and_then(|after| after.first_chunk());
    let (Some(first), Some([_, one, two, three, four])) = (view.get(start), after) else {
        return kinds;
    };
    let length = end.wrapping_sub(start);
    let four_long = length == 4;
    let suffix = |byte: u8| matches!(byte, b'A'..=b'D' | b'a'..=b'd');
    let ni_number = !four_long
        | (two.is_ascii_digit()
            & (suffix(*three) | (matches!(three, b' ' | b'-') & suffix(*four))));
    let card = !four_long
        | (one.is_ascii_digit()
            & two.is_ascii_digit()
            & three.is_ascii_digit()
            & four.is_ascii_digit());
    let licence = length >= 6 || *first == b'9';
    let label = LABELLED.may_stand_before(view, start);
    let date = label | may_be_cell(view, start);
    let bit = |holds: bool, kind: u8| if holds { kind } else { 0 };
    kinds
        & (kind::IBAN
            | bit(date, kind::DATE)
            | bit(ni_number, kind::NI_NUMBER)
            | bit(card, kind::CARD)
            | bit(label || length != 9, kind::PASSPORT)
            | bit(label || length != 7, kind::STAFF)
            | bit(licence, kind::LICENCE))
}

/// Whether a cell of a table could begin here: dates in sentences are none.
#[inline]
pub(super) fn may_be_cell(view: &[u8], start: usize) -> bool {
    let before = view.get(start.saturating_sub(2)..start).unwrap_or(b"");
    matches!(
        *before,
        [] | [.., b'\n' | b'\r' | b',' | b'\t' | b';' | b'|' | b'"']
            | [.., b';' | b'|' | b' ', b' ']
    )
}

const NONE: Roles = Roles {
    touching: 0,
    second: before::LETTER,
    after: after::OTHER,
    beyond: beyond::OTHER,
};

#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static ROLES: [Roles; 256] = {
    let mut table = [NONE; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let letter = byte.is_ascii_alphabetic();
        let small = byte.to_ascii_lowercase();
        let month = matches!(small, b'a' | b'd' | b'f' | b'j' | b'm' | b'n' | b'o' | b's');
        table[byte as usize] = Roles {
            touching: match byte {
                b' ' | b'-' => before::APART | before::WITHIN,
                // A cell may begin behind these.
                b'\n' | b'\r' | b',' | b'\t' | b';' | b'|' | b'"' => 0,
                _ if letter => before::LETTER,
                _ if byte.is_ascii_digit() => 0,
                _ => before::WITHIN,
            },
            // Whatever stands before a letter that touches the run.
            second: match byte {
                b'0'..=b'9' => before::LETTER | before::WITHIN,
                _ if letter => before::LETTER | before::APART,
                _ => before::LETTER,
            },
            after: match byte {
                b'/' | b'.' => after::JOINT,
                b'-' => after::HYPHEN,
                b' ' => after::BLANK,
                _ if month || matches!(small, b'r' | b't') => after::DATED,
                _ if letter => after::LETTER,
                _ => after::OTHER,
            },
            beyond: if byte.is_ascii_digit() {
                beyond::DIGIT
            } else if month {
                beyond::MONTH
            } else {
                beyond::OTHER
            },
        };
        byte += 1;
    }
    table
};

/// For each length and what stands before and behind the kinds that want it.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static WANTED: [[[u8; after::ALL]; before::ALL]; LENGTHS] = {
    let mut table = [[[0; after::ALL]; before::ALL]; LENGTHS];
    let mut length = 1;
    while length < LENGTHS {
        let mut before = 0_u8;
        while (before as usize) < before::ALL {
            let mut place = 0_u8;
            while (place as usize) < after::ALL {
                let beyond = place % 3;
                table[length][before as usize][place as usize] =
                    kinds(length, before, place - beyond, beyond);
                place += 1;
            }
            before += 1;
        }
        length += 1;
    }
    table
};

const fn kinds(length: usize, before: u8, after: u8, beyond: u8) -> u8 {
    let glued = before == before::LETTER;
    let apart = before == before::APART;
    let letter_after = matches!(after, after::DATED | after::LETTER);
    let in_groups = matches!(after, after::HYPHEN | after::BLANK) && beyond == beyond::DIGIT;
    let date = match length {
        _ if before == before::WITHIN => false,
        1 if after == after::BLANK => beyond == beyond::MONTH,
        1 | 2 => {
            after == after::DATED
                || (!letter_after && after != after::OTHER && beyond != beyond::OTHER)
        }
        4 => matches!(after, after::JOINT | after::HYPHEN) && beyond == beyond::DIGIT,
        8 => true,
        _ => false,
    };
    let ni_number = (glued || apart)
        && match length {
            2 | 4 => in_groups,
            6 => letter_after || matches!(after, after::HYPHEN | after::BLANK),
            _ => false,
        };
    let iban = glued && length >= 2;
    let card = matches!(length, 13..=19) || (length == 4 && in_groups);
    let passport = length == 9 || (length == 7 && glued);
    let staff = length == 7 || (length == 2 && letter_after);
    // The nines that fill up a surname may be a run of their own.
    let licence = glued || (apart && matches!(length, 6..=9));
    let bit = [
        (date, kind::DATE),
        (ni_number, kind::NI_NUMBER),
        (iban, kind::IBAN),
        (card, kind::CARD),
        (passport, kind::PASSPORT),
        (staff, kind::STAFF),
        (licence, kind::LICENCE),
    ];
    let (mut kinds, mut rest) = (0, bit.as_slice());
    while let [(holds, kind), others @ ..] = rest {
        if *holds {
            kinds |= *kind;
        }
        rest = others;
    }
    kinds
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scan::shapes::begins_any;

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
                "01/02/1970|1/2/70|4 March 1962|4th of March 1962|04MAR1962|1962-03-04|19620304|4\\.3\\.62",
                "507384129|ZZ1234567|1234567|99I9999E",
                "[A-Za-z]{1,5}", "[0-9]{1,10}", "[ ,;:\"\t\n.()/|=-]{1,3}", " ", "\u{80}",
            ], 1..9),
        ) {
            let text = pieces.concat();
            let view = text.as_bytes();
            let mut at = 0;
            while let Some(next) = view[at..].iter().position(u8::is_ascii_digit) {
                let start = at + next;
                let run = view[start..].iter().take_while(|byte| byte.is_ascii_digit());
                at = start + run.count();
                let kinds = looked_at(wanted(view, start, at), view, start, at);
                let all = begins_any(view, start, at, kind::ALL);
                prop_assert_eq!(begins_any(view, start, at, kinds), all, "{}..{} of {:?}", start, at, text);
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
        looked_at(wanted(view, start, end), view, start, end) != 0
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
