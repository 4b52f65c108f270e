//! Which runs of digits are worth offering to the readers of other kinds, by
//! their length and two bytes on either side: nearly all are dismissed here,
//! by one look into a table and no branch.
//!
//! A run that is offered needs not be anything; one that is not could begin no
//! kind that comes with gatepost. Each kind says in its own file what it wants.

/// Lengths that are told apart; the last stands for all longer ones.
const LENGTHS: usize = 21;

/// What may stand before a run.
mod before {
    /// Anything else.
    pub(super) const OTHER: usize = 0;
    /// A letter touches it.
    pub(super) const LETTER: usize = 1;
    /// A blank or hyphen, and before that a letter.
    pub(super) const APART: usize = 2;
    /// What joins the parts of a date, and before that a digit: it began there.
    pub(super) const WITHIN: usize = 3;
}

/// What may follow a run.
mod after {
    /// Anything else.
    pub(super) const OTHER: u8 = 0;
    /// A slash or full stop.
    pub(super) const JOINT: u8 = 1;
    /// A hyphen.
    pub(super) const HYPHEN: u8 = 2;
    /// A blank.
    pub(super) const BLANK: u8 = 3;
    /// A letter that begins a month or an ordinal's ending.
    pub(super) const DATED: u8 = 4;
    /// Another letter.
    pub(super) const LETTER: u8 = 5;
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
    /// 1 for a letter.
    letter: u8,
    /// 2 for a blank or hyphen.
    gap: u8,
    /// 3 for what joins the parts of a date.
    joint: u8,
    /// 3 for a digit.
    digit: u8,
    /// One of [`after`], times three.
    after: u8,
    /// One of [`beyond`].
    beyond: u8,
}

/// Whether a run could begin any of the kinds that come with gatepost.
#[inline]
pub(super) fn is_offered(view: &[u8], start: usize, end: usize) -> bool {
    let roles = |at: usize| {
        let byte = view.get(at).copied().unwrap_or(0);
        ROLES.get(usize::from(byte)).copied().unwrap_or(NONE)
    };
    // At the beginning of the view this wraps, and nothing stands there.
    let (one, two) = (roles(start.wrapping_sub(1)), roles(start.wrapping_sub(2)));
    let before = one.letter | (one.gap & (two.letter << 1)) | (one.joint & two.digit);
    let after = roles(end).after;
    let beyond = roles(end.wrapping_add(1)).beyond;
    let place = before
        .wrapping_mul(18)
        .wrapping_add(after)
        .wrapping_add(beyond);
    let length = end.wrapping_sub(start).min(LENGTHS - 1);
    OFFERED.get(length).copied().unwrap_or(u128::MAX) >> (place & 127) & 1 == 1
}

const NONE: Roles = Roles {
    letter: 0,
    gap: 0,
    joint: 0,
    digit: 0,
    after: 0,
    beyond: 0,
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
        let after = match byte {
            b'/' | b'.' => after::JOINT,
            b'-' => after::HYPHEN,
            b' ' => after::BLANK,
            _ if month || matches!(small, b'r' | b't') => after::DATED,
            _ if letter => after::LETTER,
            _ => after::OTHER,
        };
        table[byte as usize] = Roles {
            letter: letter as u8,
            gap: matches!(byte, b' ' | b'-') as u8 * 2,
            joint: matches!(byte, b'/' | b'.') as u8 * 3,
            digit: byte.is_ascii_digit() as u8 * 3,
            after: after * 3,
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

/// For each length a bit for each surrounding.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static OFFERED: [u128; LENGTHS] = {
    let mut table = [0_u128; LENGTHS];
    let mut length = 1;
    while length < LENGTHS {
        let mut before = 0;
        while before < 4 {
            let mut place = 0_u8;
            while place < 18 {
                if wanted(length, before, place / 3, place % 3) {
                    table[length] |= 1 << (before * 18 + place as usize);
                }
                place += 1;
            }
            before += 1;
        }
        length += 1;
    }
    table
};

const fn wanted(length: usize, before: usize, after: u8, beyond: u8) -> bool {
    let glued = before == before::LETTER;
    let lettered = before != before::OTHER;
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
    let ni_number = lettered
        && match length {
            2 | 4 => in_groups,
            6 => letter_after || matches!(after, after::HYPHEN | after::BLANK),
            _ => false,
        };
    let iban = glued && length >= 2;
    let card = matches!(length, 13..=19) || (length == 4 && in_groups);
    let passport = matches!(length, 7 | 9);
    let staff = length == 7 || (length == 2 && letter_after);
    // The nines that fill up a surname may be a run of their own.
    let licence = glued || (before == before::APART && matches!(length, 6..=9));
    date || ni_number || iban || card || passport || staff || licence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &str) -> bool {
        let start = text.find(|letter: char| letter.is_ascii_digit()).unwrap();
        let rest = &text[start..];
        let length = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        is_offered(text.as_bytes(), start, start + length)
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
