//! Labels: whether words such as "NI no" stand directly before a value.
//!
//! Between label and value may stand up to 24 bytes of blanks, punctuation,
//! quotes and small words: `"birthDate": "`, `no. is `, ` value="`. A label in
//! the line above counts if a colon ends it or nothing else stands in its
//! line: the last heading of a table says nothing of the first cell below.

use super::boundary::{byte_before, is_word_byte};
use crate::text::LETTER;

/// How many bytes may stand between a label and its value.
const REACH: usize = 24;

/// Words between a label and its value, with the masks of dates on forms, by
/// their last letter.
const fn small_words(last: u8) -> &'static [&'static [u8]] {
    match last {
        b'd' => &[b"id", b"dd"],
        b'e' => &[b"the", b"value", b"date", b"code"],
        b'f' => &[b"ref", b"of"],
        b'g' => &[b"string"],
        b'm' => &[b"num", b"mm"],
        b'n' => &[b"on"],
        b'o' => &[b"no"],
        b'r' => &[b"nr", b"number"],
        b's' => &[b"nos", b"is", b"was", b"as"],
        b't' => &[b"text"],
        b'y' => &[b"yy", b"yyyy"],
        _ => &[],
    }
}

/// The labels of one kind.
#[derive(Debug)]
pub(crate) struct Labels {
    list: &'static [&'static str],
    endings: Endings,
}

impl Labels {
    /// Takes the labels, as [`directly_before`] has them.
    pub(crate) const fn new(list: &'static [&'static str]) -> Self {
        let mut endings = Endings::NONE;
        endings.add_all(list);
        Self { list, endings }
    }

    /// Whether one of the labels ends directly before `start`.
    pub(crate) fn directly_before(&self, view: &[u8], start: usize) -> bool {
        stands_before(view, start, self.list, &self.endings)
    }
}

/// Whether one of the labels ends directly before `start`.
///
/// Case-blind. Labels are lower case; a space in one matches a blank, `_`, `-`
/// or nothing. A label begins where a word begins or a capital follows a small
/// letter, as in `patientDob`; it may touch the value.
pub(crate) fn directly_before(view: &[u8], start: usize, labels: &[impl AsRef<str>]) -> bool {
    stands_before(view, start, labels, &Endings::ANY)
}

fn stands_before(view: &[u8], start: usize, labels: &[impl AsRef<str>], endings: &Endings) -> bool {
    let floor = start.saturating_sub(REACH);
    let mut at = start;
    // Whether a line end, and before it no colon, has been passed.
    let mut line_end = false;
    let mut colon = false;
    while let Some(byte) = byte_before(view, at) {
        if byte.is_ascii_digit() || byte == LETTER {
            return false;
        }
        if byte.is_ascii_alphabetic() {
            let back = |count: usize| byte_before(view, at.saturating_sub(count)).unwrap_or(0);
            let ending = [back(2), back(1), byte];
            if endings.may_be(ending)
                && let Some(label) = label_start(view, at, labels)
            {
                return !line_end || colon || is_alone_in_line(view, label);
            }
            if !SMALL.may_be(ending) {
                return false;
            }
            match small_word_start(view, at, labels) {
                Some(Small::Word(before)) => at = before,
                Some(Small::Glued) => return !line_end || colon,
                None => return false,
            }
        } else {
            match byte {
                b'\n' if line_end => return false,
                b'\n' => {
                    line_end = true;
                    colon = false;
                }
                b':' | b'=' => colon = true,
                _ => {}
            }
            at = at.saturating_sub(1);
        }
        if at < floor {
            return false;
        }
    }
    false
}

/// How words of a list end: nearly all words of a text end otherwise.
#[derive(Debug)]
pub(crate) struct Endings {
    /// For each last letter a bit for each byte before it.
    seconds: [u32; 32],
    /// For each byte before it a bit for each before that.
    thirds: [u32; 32],
}

impl Endings {
    const NONE: Self = Self {
        seconds: [0; 32],
        thirds: [0; 32],
    };
    /// Those of any word.
    const ANY: Self = Self {
        seconds: [u32::MAX; 32],
        thirds: [u32::MAX; 32],
    };

    /// How the labels of some kinds end, and the small words behind them.
    pub(crate) const fn of(kinds: &[&Labels]) -> Self {
        let mut endings = Self::small();
        let mut rest = kinds;
        while let [kind, others @ ..] = rest {
            endings.add_all(kind.list);
            rest = others;
        }
        endings
    }

    const fn small() -> Self {
        let mut endings = Self::NONE;
        let mut letters: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
        while let [last, rest @ ..] = letters {
            let mut words = small_words(*last);
            while let [word, others @ ..] = words {
                endings.add(word);
                words = others;
            }
            letters = rest;
        }
        endings
    }

    const fn add_all(&mut self, labels: &[&str]) {
        let mut rest = labels;
        while let [label, others @ ..] = rest {
            self.add(label.as_bytes());
            rest = others;
        }
    }

    /// Adds how a word ends; a space in it may match nothing.
    const fn add(&mut self, word: &[u8]) {
        let [rest @ .., last] = word else {
            *self = Self::ANY;
            return;
        };
        if !last.is_ascii_alphabetic() {
            *self = Self::ANY;
            return;
        }
        set(&mut self.seconds, *last, last_bits(rest));
        let mut rest = rest;
        while let [before @ .., b' '] = rest {
            set(&mut self.thirds, b' ', u32::MAX);
            rest = before;
        }
        match rest {
            [] => *self = Self::ANY,
            [before @ .., second] if second.is_ascii_alphabetic() => {
                set(&mut self.thirds, *second, last_bits(before));
            }
            [.., second] => set(&mut self.thirds, *second, u32::MAX),
        }
    }

    /// Whether a word may end with these bytes, the last one a letter.
    #[inline]
    fn may_be(&self, [third, second, last]: [u8; 3]) -> bool {
        get(&self.seconds, last) & bit(second) != 0 && get(&self.thirds, second) & bit(third) != 0
    }

    /// Whether a word may end before `start`, with no letter or digit between:
    /// false for sure, but not true.
    #[inline]
    pub(crate) fn may_stand_before(&self, view: &[u8], start: usize) -> bool {
        let before = view.get(..start).and_then(|before| before.last_chunk());
        let Some(before) = before.map(|before| u64::from_le_bytes(*before)) else {
            return true;
        };
        // The nearest one is the highest byte.
        let between = u64::from(word_bytes(before).leading_zeros() / 8);
        if between > 5 {
            return true;
        }
        let [.., third, second, last] = (before << (between * 8)).to_le_bytes();
        last.is_ascii_alphabetic() & self.may_be([third, second, last])
    }
}

/// What may stand last in the rest of a word, a bit each.
const fn last_bits(word: &[u8]) -> u32 {
    match word {
        // Whatever stands before the word.
        [] => u32::MAX,
        [rest @ .., b' '] => bit(b' ') | last_bits(rest),
        [.., last] => bit(*last),
    }
}

/// A bit for each letter, whatever its case, and one for all other bytes.
#[inline]
const fn bit(byte: u8) -> u32 {
    1 << place(byte)
}

#[inline]
const fn place(byte: u8) -> u8 {
    if byte.is_ascii_alphabetic() {
        byte & 31
    } else {
        0
    }
}

const fn set(table: &mut [u32; 32], byte: u8, bits: u32) {
    if let Some(slot) = table.split_at_mut(place(byte) as usize).1.first_mut() {
        *slot |= bits;
    }
}

#[inline]
fn get(table: &[u32; 32], byte: u8) -> u32 {
    table.get(usize::from(place(byte))).copied().unwrap_or(0)
}

/// The high bit of each byte that is a letter or a digit.
#[inline]
fn word_bytes(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = ONES << 7;
    let low = bytes & !HIGH;
    let small = low | (ONES << 5);
    // The high bit is set from the first one on, and behind the last one.
    let from = |bytes: u64, first: u8| {
        bytes.wrapping_add(ONES.wrapping_mul(u64::from(128_u8.wrapping_sub(first))))
    };
    let letters = from(small, b'a') & !from(small, b'z' + 1);
    let digits = from(low, b'0') & !from(low, b'9' + 1);
    (letters | digits) & !bytes & HIGH
}

/// How small words end.
static SMALL: Endings = Endings::small();

/// Where the label begins that ends at `end`.
pub(crate) fn label_start(view: &[u8], end: usize, labels: &[impl AsRef<str>]) -> Option<usize> {
    let last = byte_before(view, end)?.to_ascii_lowercase();
    labels.iter().find_map(|label| {
        let label = label.as_ref().as_bytes();
        // Nearly all end otherwise.
        match label.last() {
            Some(wanted) if *wanted != last && *wanted != b' ' => None,
            _ => match_back(view, end, label),
        }
    })
}

/// Matches a label backwards from its end; a space matches one separator or
/// nothing.
fn match_back(view: &[u8], end: usize, label: &[u8]) -> Option<usize> {
    let mut at = end;
    for wanted in label.iter().rev() {
        let byte = byte_before(view, at);
        if *wanted == b' ' {
            if matches!(byte, Some(b' ' | b'_' | b'-' | b'\t')) {
                at = at.saturating_sub(1);
            }
        } else if byte?.to_ascii_lowercase() == *wanted {
            at = at.saturating_sub(1);
        } else {
            return None;
        }
    }
    begins_word(view, at).then_some(at)
}

/// Whether a word begins here: no letter or digit before, or a capital after a
/// small letter.
fn begins_word(view: &[u8], at: usize) -> bool {
    match byte_before(view, at) {
        Some(before) if before.is_ascii_lowercase() => {
            view.get(at).is_some_and(u8::is_ascii_uppercase)
        }
        Some(before) => !is_word_byte(before),
        None => true,
    }
}

enum Small {
    /// A small word, and where it begins.
    Word(usize),
    /// A small word that a label touches, as in `passportno`.
    Glued,
}

fn small_word_start(view: &[u8], end: usize, labels: &[impl AsRef<str>]) -> Option<Small> {
    let last = byte_before(view, end)?.to_ascii_lowercase();
    small_words(last).iter().find_map(|word| {
        let at = end.checked_sub(word.len())?;
        if !view.get(at..end)?.eq_ignore_ascii_case(word) {
            return None;
        }
        if begins_word(view, at) {
            return Some(Small::Word(at));
        }
        label_start(view, at, labels).map(|_| Small::Glued)
    })
}

/// Whether only blanks and marks stand between the line's begin and `at`.
fn is_alone_in_line(view: &[u8], at: usize) -> bool {
    let before = view
        .get(at.saturating_sub(REACH)..at)
        .unwrap_or(b"")
        .iter()
        .rev()
        .find(|byte| !matches!(byte, b' ' | b'\t' | b'>' | b'*' | b'-' | b'#' | b'"'));
    matches!(before, None | Some(b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: &[&str] = &["date of birth", "dob", "d.o.b", "birth date", "born"];

    /// Looks before the first digit of a text.
    fn labelled(text: &str) -> bool {
        let start = text.find(|letter: char| letter.is_ascii_digit()).unwrap();
        directly_before(text.as_bytes(), start, LABELS)
    }

    #[test]
    fn labels_with_what_may_stand_between_are_seen() {
        for text in [
            "DOB 1",
            "dob:1",
            "D.O.B. 1",
            "Date of Birth is 1",
            "DATE_OF_BIRTH=1",
            "dateOfBirth\": \"1",
            "\"birthDate\":\"1",
            "<birthDate value=\"1",
            "born on 1",
            "Birth date (dd/mm/yyyy): 1",
            "patientDob 1",
            "dobno 1",
            "DOB1",
            "DOB:\r\n1",
            "Date of birth\n1",
            "> * DOB\n> 1",
        ] {
            assert!(labelled(text), "{text}");
        }
    }

    #[test]
    fn other_words_digits_and_distance_are_not() {
        for text in [
            "1",
            "adob 1",
            "dobs 1",
            "DOB of the child: 1",
            "reborn 1",
            "dob                          1",
            "name,dob\n1",
            "casino 1",
            "DOB\n\n1",
        ] {
            assert!(!labelled(text), "{text}");
        }
        let foreign = [b'd', b'o', b'b', b' ', 0x80, b' ', b'1'];
        assert!(!directly_before(&foreign, 6, LABELS));
    }
}
