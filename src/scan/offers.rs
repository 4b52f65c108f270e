//! Which runs of digits are worth offering to the readers of other kinds, by
//! their length and two bytes on either side: nearly all are dismissed here,
//! by one look into a table and no branch.
//!
//! A run that is offered needs not be anything; one that is not could begin no
//! kind that comes with gatepost. Each kind says in its own file what it wants.

/// Lengths that are told apart; the last stands for all longer ones.
const LENGTHS: usize = 21;

/// What may stand before a run, a bit each; none for anything else.
mod before {
    /// A letter touches it.
    pub(super) const LETTER: u8 = 1;
    /// A blank or hyphen, and before that a letter.
    pub(super) const APART: u8 = 2;
    /// A blank or what joins the parts of a date, and before that a digit:
    /// if it is a date, it began there.
    pub(super) const WITHIN: u8 = 4;
    /// How many surroundings the bits tell apart.
    pub(super) const ALL: usize = 8;
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
    pub(super) const ALL: u8 = 18;
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

/// Whether a run could begin any of the kinds that come with gatepost.
#[inline]
pub(super) fn is_offered(view: &[u8], start: usize, end: usize) -> bool {
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
fn at_an_end(view: &[u8], start: usize, end: usize, length: usize) -> bool {
    // Before the beginning this wraps, and nothing stands there.
    let at = |at: usize| view.get(at).copied().unwrap_or(0);
    let left = [2, 1].map(|back| at(start.wrapping_sub(back)));
    by_roles(length, left, [at(end), at(end.wrapping_add(1))])
}

/// By a length and two bytes on either side.
#[inline]
fn by_roles(length: usize, [second, touching]: [u8; 2], [after, beyond]: [u8; 2]) -> bool {
    let roles = |byte: u8| ROLES.get(usize::from(byte)).copied().unwrap_or(NONE);
    let before = roles(touching).touching & roles(second).second;
    let place = roles(after).after.wrapping_add(roles(beyond).beyond);
    let known = OFFERED.get(length);
    let known = known.and_then(|known| known.get(usize::from(before)));
    known.copied().unwrap_or(u32::MAX) >> (place & 31) & 1 == 1
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
                b'/' | b'.' => before::WITHIN,
                _ if letter => before::LETTER,
                _ => 0,
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

/// For each length and each surrounding before a bit for each behind.
#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static OFFERED: [[u32; before::ALL]; LENGTHS] = {
    let mut table = [[0; before::ALL]; LENGTHS];
    let mut length = 1;
    while length < LENGTHS {
        let mut before = 0;
        while before < before::ALL {
            let mut place = 0;
            while place < after::ALL {
                let beyond = place % 3;
                if wanted(length, before as u8, place - beyond, beyond) {
                    table[length][before] |= 1 << place;
                }
                place += 1;
            }
            before += 1;
        }
        length += 1;
    }
    table
};

const fn wanted(length: usize, before: u8, after: u8, beyond: u8) -> bool {
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
