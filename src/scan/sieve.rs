//! The sieve in front of the word lists: of the words of a text those that
//! may begin an entry.
//!
//! The letters of a word, eight at most, are one number, its key; a phrase has
//! a key of its own, with what follows the first word. The word chooses one of
//! 2,048 rows and each key one of its 32 bits: hardly a word of a text has one
//! that is set by chance, and nearly all are dismissed by it, eight at a time
//! where the processor can. Before that the commonest words, those of three
//! letters and less, are dismissed by their first three bytes alone.
//!
//! **What is not here:** the lists and what they say; see `words`.

use super::kernel;
use super::short_words::Short;
use super::sieve_vector::{self, MIX, PIECE, Places};
use crate::text::LETTER;

/// Which keys some entry may have.
#[derive(Debug)]
pub(super) struct Sieve {
    /// A row a word. Small enough for the first cache.
    occupied: Box<[u32; 2048]>,
    short: Box<Short>,
}

impl Sieve {
    pub(super) fn new() -> Self {
        Self {
            occupied: Box::new([0; 2048]),
            short: Box::new(Short::new()),
        }
    }

    /// The row of a word, and the bit of a key.
    #[inline]
    fn row(word: u64) -> usize {
        usize::try_from(word.wrapping_mul(MIX) >> 53).unwrap_or(0)
    }

    #[inline]
    fn bit(key: u64) -> u32 {
        1 << (key.wrapping_mul(MIX) >> 48 & 31)
    }

    /// Notes an entry, which has this key, and the word that it begins with.
    pub(super) fn note(&mut self, phrase: &[u8], word: u64, key: u64) {
        self.short.note(phrase);
        if let Some(bits) = self.occupied.get_mut(Self::row(word)) {
            *bits |= Self::bit(key);
        }
    }

    /// Whether some entry that begins with a word may have this key.
    #[inline]
    pub(super) fn may_have(&self, word: u64, key: u64) -> bool {
        let bits = self.occupied.get(Self::row(word)).copied().unwrap_or(0);
        bits & Self::bit(key) != 0
    }

    /// Whether the word that begins eight bytes has more letters, or may begin an
    /// entry. Bytes that no view has are not told apart.
    fn lets_by(&self, bytes: [u8; 8]) -> bool {
        let [first, second, third, fourth, ..] = bytes;
        let long = [second, third, fourth].into_iter().all(is_letter);
        let known = [first, second, third];
        long || !known.is_ascii() || self.short.may_be(known)
    }

    /// Lists the words that begin in a piece of the view and may be entries.
    /// `to` is at most [`PIECE`] behind `from`.
    pub(super) fn list(
        &self,
        words: &mut kernel::Words,
        view: &[u8],
        from: usize,
        to: usize,
        places: &mut Places,
    ) {
        places.count = 0;
        let rest = view.get(from..).unwrap_or(b"");
        let length = to.saturating_sub(from).min(PIECE).min(rest.len());
        let inside = from
            .checked_sub(1)
            .and_then(|before| view.get(before))
            .is_some_and(|byte| is_letter(*byte));
        if !sieve_vector::list(&self.occupied, &self.short, rest, length, inside, places) {
            self.list_scalar(words, rest, length, inside, places);
        }
    }

    /// The same on any processor. `inside` is whether a letter stands before.
    fn list_scalar(
        &self,
        words: &mut kernel::Words,
        rest: &[u8],
        length: usize,
        inside: bool,
        places: &mut Places,
    ) {
        let piece = rest.get(..length).unwrap_or(rest);
        words.each(piece, &mut |start, _| {
            let bytes = eight(rest, start);
            let keys = Keys::of(bytes);
            let known = |key| self.may_have(keys.word, key);
            let may = known(keys.word) | known(keys.phrase) | keys.far;
            let lets_by = self.lets_by(bytes.to_le_bytes());
            if may && lets_by && !(inside && start == 0) {
                let word = if keys.far { 0 } else { keys.word };
                places.push(start, [word, keys.phrase]);
            }
        });
    }
}

/// Eight bytes of a text, zeros after its end.
#[inline]
fn eight(text: &[u8], at: usize) -> u64 {
    let rest = text.get(at..).unwrap_or(b"");
    if let Some(bytes) = rest.first_chunk::<8>() {
        return u64::from_le_bytes(*bytes);
    }
    let bytes = rest.iter().rev();
    bytes.fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// What a word may be looked up by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Keys {
    /// For an entry of just this word: its letters, small, eight at most.
    pub(super) word: u64,
    /// For an entry that goes on after this word. After up to six letters it
    /// has what follows too, a space for any blanks and then the next word's
    /// first letter: phrases begin with common words.
    pub(super) phrase: u64,
    /// Whether so many blanks follow that eight bytes don't tell the phrase's
    /// key.
    far: bool,
}

impl Keys {
    /// The keys of the word at a place that was listed with these.
    #[inline]
    pub(super) fn listed([word, phrase]: [u64; 2], view: &[u8], at: usize) -> Self {
        if word == 0 {
            Self::slow(view, at)
        } else {
            Self {
                word,
                phrase,
                far: false,
            }
        }
    }

    /// The keys of the word that begins at a place.
    pub(super) fn at(view: &[u8], at: usize) -> Self {
        let keys = Self::of(eight(view, at));
        if keys.far { Self::slow(view, at) } else { keys }
    }

    /// The same by as many bytes as it takes.
    fn slow(view: &[u8], at: usize) -> Self {
        let rest = view.get(at..).unwrap_or(b"");
        let letters = rest.iter().take(9).take_while(|byte| is_letter(**byte));
        let letters = letters.count();
        let after = rest.get(letters..).unwrap_or(b"").iter();
        let blanks = after.take(3).take_while(|byte| is_blank(**byte)).count();
        // As if there were one blank at most.
        let next = rest.get(letters.wrapping_add(blanks)..).unwrap_or(b"");
        let blank = if blanks > 0 { b" ".as_slice() } else { b"" };
        let word = rest.iter().take(letters).chain(blank).chain(next);
        let mut bytes = [0_u8; 8];
        for (slot, byte) in bytes.iter_mut().zip(word) {
            *slot = *byte;
        }
        Self::of(u64::from_le_bytes(bytes))
    }

    /// The keys by the word's first eight bytes. Step by step as the vectors do
    /// it: `end` is the lowest bit of the byte behind the word, 0 if that is
    /// not among the eight.
    #[inline]
    fn of(bytes: u64) -> Self {
        let small = bytes | ONES << 5;
        let others = !letters(small, bytes) & HIGH;
        let end = (others & others.wrapping_neg()) >> 7;
        let word = small & end.wrapping_sub(1);
        // Where the first and the second byte behind it stand, and whether they
        // and the third are blanks.
        let byte = |end: u64| (end << 8).wrapping_sub(end);
        let [one, two] = [end, end << 8];
        let behind = bytes.checked_shr(end.trailing_zeros()).unwrap_or(0);
        let [first, second, third, ..] = behind.to_le_bytes();
        let [first, second, third] = [first, second, third].map(is_blank);
        let short = end.wrapping_sub(1) < 1 << 48;
        let longest = end == 1 << 48;
        let following = match (first, second) {
            (false, _) => small & byte(one),
            (true, false) => one << 5 | (small & byte(two)),
            (true, true) => one << 5 | (small >> 8 & byte(two)),
        };
        Self {
            word,
            phrase: if short { word | following } else { word },
            far: short && first && second && (longest || third),
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = ONES << 7;
const LOW: u64 = !HIGH;

/// The high bit of each byte that is a letter. `small` has the bytes with the
/// bit of small letters set.
#[inline]
fn letters(small: u64, bytes: u64) -> u64 {
    let low = small & LOW;
    // The high bit is set from `a` on, and from the byte behind `z` on.
    let from_a = low.wrapping_add(ONES * 0x1F);
    let after_z = low.wrapping_add(ONES * 0x05);
    (from_a & !after_z & !small & HIGH) | equal(bytes, LETTER)
}

/// The high bit of each byte that is this one.
#[inline]
fn equal(bytes: u64, byte: u8) -> u64 {
    let other = bytes ^ ONES.wrapping_mul(u64::from(byte));
    !((other & LOW).wrapping_add(LOW) | other) & HIGH
}

/// Whether a space of an entry stands for it.
#[inline]
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'_' | b'-')
}

pub(super) fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == LETTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A place and the keys there.
    type Listed = (usize, [u64; 2]);

    fn both(sieve: &Sieve, text: &[u8], length: usize, inside: bool) -> [Option<Vec<Listed>>; 2] {
        let (mut vector, mut scalar) = (Places::default(), Places::default());
        let there = sieve_vector::list(
            &sieve.occupied,
            &sieve.short,
            text,
            length,
            inside,
            &mut vector,
        );
        sieve.list_scalar(
            &mut kernel::Words::default(),
            text,
            length,
            inside,
            &mut scalar,
        );
        [
            there.then(|| vector.all().collect()),
            Some(scalar.all().collect()),
        ]
    }

    proptest! {
        #[test]
        fn vectors_list_what_the_scalar_lists(
            parts in proptest::collection::vec(prop_oneof![
                "[a-z]{1,9}", "[A-Z]{1,9}", r"[-_ \t\r\n]{1,4}", "[ ]", "[@`{\\[0-9]",
                "[ -~]{1,30}", "[\u{80}-\u{3000}]",
            ], 0..200),
            share in 1_u32..=u32::MAX,
            cut in 0_usize..80,
            inside: bool,
        ) {
            // Bytes of any kind, and all that the view may have.
            let text: Vec<u8> = parts.concat().bytes().take(PIECE).collect();
            let mut sieve = Sieve::new();
            for (number, bits) in (1_u32..).zip(sieve.occupied.iter_mut()) {
                *bits = share.wrapping_mul(number) & share.rotate_left(number % 32);
            }
            for (number, groups) in (1_u32..).zip(sieve.short.0.as_flattened_mut()) {
                let [one, other, ..] = share.wrapping_mul(number).to_le_bytes();
                *groups = one | other;
            }
            let length = text.len().saturating_sub(cut);
            let [vector, scalar] = both(&sieve, &text, length, inside);
            if vector.is_some() {
                prop_assert_eq!(vector, scalar);
            }
        }

        #[test]
        fn keys_by_eight_bytes_are_those_by_all(text in r"[a-gA-G\u{80}]{1,9}[-_ \t\r\n.1]{0,4}[a-z]{0,3}") {
            let bytes = text.as_bytes();
            let keys = Keys::of(eight(bytes, 0));
            if !keys.far {
                prop_assert_eq!(keys, Keys::slow(bytes, 0));
            }
        }
    }

    #[test]
    fn keys_are_letters_and_what_follows() {
        let keys = |text: &str| {
            let Keys { word, phrase, .. } = Keys::at(text.as_bytes(), 0);
            [word, phrase].map(|key| {
                let bytes = key.to_le_bytes().into_iter().filter(|byte| *byte != 0);
                bytes.map(char::from).collect::<String>()
            })
        };
        assert_eq!(keys("NHS\r\n Number"), ["nhs", "nhs n"]);
        assert_eq!(keys("d.o.b"), ["d", "d."]);
        assert_eq!(keys("Number\r\nof"), ["number", "number o"]);
        assert_eq!(keys("discharge summary"), ["discharg", "discharg"]);
    }
}
