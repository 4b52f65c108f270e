//! The word lists as one index: which words and phrases begin at a place.
//!
//! A phrase begins with a letter, at the beginning of a word. The letters of
//! its first word, eight at most, are one number, which chooses a bucket; most
//! words of a text have an empty one, so that a list of a thousand costs little
//! more than a list of five.
//!
//! **What is not here:** what a word near a number means; see `context`.
#![expect(
    clippy::inline_always,
    reason = "asked for every word around numbers: a call costs as much as the answer"
)]

use std::sync::LazyLock;

use super::kernel;
use crate::text::{LETTER, list_lines};

/// What a word or phrase says.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum WordKind {
    /// A label of the NHS number itself.
    Label,
    /// A label that counts only right at the number.
    ShortLabel,
    /// A word of patients' administration.
    Patient,
    /// A clinical or care word.
    Clinical,
    /// A clinical word that everybody uses: it takes two of these.
    Everyday,
    /// A label of a telephone.
    Phone,
    /// A label of an order, a parcel, a book.
    Reference,
    /// A word for references of any kind, patients' included.
    ReferenceWord,
    /// A title that stands before a patient's name.
    Title,
    /// The words that end a letter, before the signature.
    Valediction,
}

/// A word or phrase that was found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word {
    /// What it says.
    pub(super) kind: WordKind,
    /// Which entry of all lists it is.
    pub(super) entry: usize,
    /// Where it begins in the view.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// The lists that come with gatepost, one word or phrase a line.
const LISTS: [(WordKind, &str); 10] = [
    (
        WordKind::Label,
        include_str!("../../rules/lists/nhs-number-labels.txt"),
    ),
    (
        WordKind::ShortLabel,
        include_str!("../../rules/lists/nhs-number-short-labels.txt"),
    ),
    (
        WordKind::Patient,
        include_str!("../../rules/lists/patient-words.txt"),
    ),
    (
        WordKind::Clinical,
        include_str!("../../rules/lists/clinical-words.txt"),
    ),
    (
        WordKind::Everyday,
        include_str!("../../rules/lists/everyday-words.txt"),
    ),
    (
        WordKind::Phone,
        include_str!("../../rules/lists/phone-labels.txt"),
    ),
    (
        WordKind::Reference,
        include_str!("../../rules/lists/reference-labels.txt"),
    ),
    (
        WordKind::ReferenceWord,
        include_str!("../../rules/lists/reference-words.txt"),
    ),
    (
        WordKind::Title,
        include_str!("../../rules/lists/titles.txt"),
    ),
    (
        WordKind::Valediction,
        include_str!("../../rules/lists/valedictions.txt"),
    ),
];

/// How many buckets there are; a power of two. Sixty-four times as many as
/// there are entries: hardly a word of a text has a bucket that is not empty
/// by chance.
const BUCKETS: usize = 1 << 16;

/// How many places the table of entries has; a power of two.
const PLACES: usize = 1 << 12;

/// All lists together.
static BUILT_IN: LazyLock<Index> = LazyLock::new(|| {
    let lists = LISTS.into_iter();
    let entries = lists.flat_map(|(kind, list)| list_lines(list).map(move |line| (kind, line)));
    Index::new(entries)
});

/// An index of words and phrases.
#[derive(Debug)]
struct Index {
    /// Sorted by key, the longer ones first.
    entries: Vec<Entry>,
    /// The phrases, one after the other.
    phrases: Vec<u8>,
    /// A bit a bucket: whether it has entries. Small enough for the first cache.
    occupied: Box<[u64]>,
    /// Where the entries of a key begin, plus one, at the place that the key's
    /// bucket tells or the next free one.
    places: Box<[u16]>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    kind: WordKind,
    /// Where its phrase begins among all phrases, and how long it is.
    at: u32,
    length: u16,
}

impl Index {
    fn new<'a>(list: impl Iterator<Item = (WordKind, &'a str)>) -> Self {
        let mut sorted: Vec<(u64, WordKind, Vec<u8>)> = list
            .map(|(kind, phrase)| {
                let phrase = phrase.to_ascii_lowercase().into_bytes();
                let letters = phrase.iter().take_while(|byte| byte.is_ascii_alphabetic());
                let letters = letters.count();
                let keys = slow_keys(&phrase, 0);
                let goes_on = letters < phrase.len();
                let key = if goes_on { keys.phrase } else { keys.word };
                (key, kind, phrase)
            })
            .collect();
        sorted.sort_by(|one, other| {
            let order = one.0.cmp(&other.0);
            order.then_with(|| other.2.len().cmp(&one.2.len()))
        });
        let mut index = Self {
            entries: Vec::new(),
            phrases: Vec::new(),
            occupied: vec![0; BUCKETS / 64].into(),
            places: vec![0; PLACES].into(),
        };
        for (key, kind, phrase) in sorted {
            if index.entries.last().is_none_or(|last| last.key != key) {
                index.open(key);
            }
            index.entries.push(Entry {
                key,
                kind,
                at: u32::try_from(index.phrases.len()).unwrap_or(u32::MAX),
                length: u16::try_from(phrase.len()).unwrap_or(u16::MAX),
            });
            index.phrases.extend(phrase);
        }
        index
    }

    /// Notes that the entries of a key begin with the next one.
    fn open(&mut self, key: u64) {
        let bucket = bucket(key);
        if let Some(bits) = self.occupied.get_mut(bucket / 64) {
            *bits |= 1_u64 << (bucket % 64);
        }
        let next = u16::try_from(self.entries.len().saturating_add(1)).unwrap_or(u16::MAX);
        let free = Self::places_of(bucket).find(|place| self.places.get(*place) == Some(&0));
        if let Some(slot) = free.and_then(|place| self.places.get_mut(place)) {
            *slot = next;
        }
    }

    /// The places where the entries of a bucket may be noted, one after the
    /// other.
    fn places_of(bucket: usize) -> impl Iterator<Item = usize> {
        (0..PLACES).map(move |step| (bucket / (BUCKETS / PLACES)).wrapping_add(step) % PLACES)
    }

    /// 1 if some entry may have this key.
    #[inline]
    fn may_have(&self, key: u64) -> u64 {
        let bucket = bucket(key);
        let bits = self.occupied.get(bucket / 64).copied().unwrap_or(0);
        bits >> (bucket % 64) & 1
    }

    /// The longest entry with a key that stands at `at`.
    fn at(&self, view: &[u8], at: usize, key: u64) -> Option<Word> {
        let places = Self::places_of(bucket(key));
        let mut noted = places.map_while(|place| {
            let place = self.places.get(place).copied().unwrap_or(0);
            usize::from(place).checked_sub(1)
        });
        let first = noted.find(|first| {
            let entry = self.entries.get(*first);
            entry.is_some_and(|entry| entry.key == key)
        })?;
        let same = self.entries.get(first..)?.iter().zip(first..);
        // The longest stand first.
        let mut same = same.take_while(|(entry, _)| entry.key == key);
        same.find_map(|(entry, number)| {
            let from = usize::try_from(entry.at).ok()?;
            let phrase = self.phrases.get(from..)?.get(..usize::from(entry.length))?;
            let end = end_of_phrase(view, at, phrase)?;
            ends_word(view, entry.kind, end).then_some(Word {
                kind: entry.kind,
                entry: number,
                start: at,
                end,
            })
        })
    }
}

/// Finds the words of the lists, stretch by stretch.
#[derive(Debug, Default)]
pub(super) struct WordFinder {
    words: kernel::Words,
}

impl WordFinder {
    /// All words of the lists that begin in a stretch of the view, in order,
    /// none inside another.
    pub(super) fn in_stretch(
        &mut self,
        view: &[u8],
        from: usize,
        to: usize,
        found: &mut impl FnMut(Word),
    ) {
        let index = &*BUILT_IN;
        let stretch = view.get(from..to).unwrap_or(b"");
        let mut after = 0;
        let mut look_up = |at: usize, keys: Keys| {
            // The stretch may begin in the middle of a word.
            let inside = at == from && at.checked_sub(1).is_some_and(|at| is_letter(view, at));
            if at < after || inside || digit_before(view, at) {
                return;
            }
            // A phrase is longer than its first word.
            let phrase = index.at(view, at, keys.phrase);
            if let Some(word) = phrase.or_else(|| index.at(view, at, keys.word)) {
                after = word.end;
                found(word);
            }
        };
        self.words.each(stretch, &mut |start, end| {
            let at = from.wrapping_add(start);
            let letters = end.wrapping_sub(start);
            let Some(bytes) = view.get(at..).and_then(|rest| rest.first_chunk::<8>()) else {
                return look_up(at, slow_keys(view, at));
            };
            let keys = keys_of(u64::from_le_bytes(*bytes), letters);
            let may = index.may_have(keys.word) | index.may_have(keys.phrase);
            if end == stretch.len() || keys.far != 0 {
                look_up(at, slow_keys(view, at));
            } else if may != 0 {
                look_up(at, keys);
            }
        });
    }
}

/// What a word at a place may be looked up by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Keys {
    /// For an entry of just this word: its letters, small, eight at most.
    word: u64,
    /// For an entry that goes on after this word. After up to six letters it
    /// has what follows too, a space for any blanks and then the next word's
    /// first letter: phrases begin with common words.
    phrase: u64,
    /// 1 if more than one blank follows, so that the phrase's key is another.
    far: u64,
}

/// The keys of the word that begins at a place.
fn slow_keys(view: &[u8], at: usize) -> Keys {
    let rest = view.get(at..).unwrap_or(b"");
    let letters = rest
        .iter()
        .take(9)
        .take_while(|byte| is_letter_byte(**byte));
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
    keys_of(u64::from_le_bytes(bytes), letters)
}

/// The keys of a word of so many letters by its first eight bytes.
#[inline(always)]
fn keys_of(bytes: u64, letters: usize) -> Keys {
    const SMALL: u64 = 0x2020_2020_2020_2020;
    let kept = MASKS.get(letters.min(8)).copied().unwrap_or(u64::MAX);
    let small = bytes | SMALL;
    let word = small & kept;
    let shift = letters.min(6).wrapping_mul(8);
    let [next, second, ..] = (bytes >> shift).to_le_bytes();
    let following = small >> shift;
    let apart = u64::from(b' ') | (following & 0xFF00);
    let blank = blank(next);
    let following = if blank == 0 { following & 0xFF } else { apart };
    // After seven letters there is no room.
    let short = u64::from(letters <= 6);
    Keys {
        word,
        phrase: word | ((following << shift) & short.wrapping_neg()),
        far: blank & self::blank(second) & short,
    }
}

/// What is kept of eight bytes for so many letters.
const MASKS: [u64; 9] = [
    0,
    0xFF,
    0xFFFF,
    0xFF_FFFF,
    0xFFFF_FFFF,
    0xFF_FFFF_FFFF,
    0xFFFF_FFFF_FFFF,
    0xFF_FFFF_FFFF_FFFF,
    u64::MAX,
];

#[inline]
fn bucket(key: u64) -> usize {
    let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
    usize::try_from(mixed).unwrap_or(0)
}

/// What a space of an entry stands for.
#[inline(always)]
fn is_blank(byte: u8) -> bool {
    blank(byte) == 1
}

/// 1 for a blank.
#[inline(always)]
fn blank(byte: u8) -> u64 {
    BLANK.get(usize::from(byte)).copied().unwrap_or(0).into()
}

#[cfg_attr(
    not(test),
    expect(clippy::indexing_slicing, reason = "runs when the table is compiled")
)]
static BLANK: [u8; 256] = {
    let mut table = [0_u8; 256];
    let blanks = b" \t\r\n_-";
    let mut at = 0_usize;
    while at < blanks.len() {
        table[blanks[at] as usize] = 1;
        at += 1;
    }
    table
};

/// Where a phrase that begins at `at` ends; `None` if it is another one. A
/// space of the phrase stands for one to three blanks, hyphens or underscores.
fn end_of_phrase(view: &[u8], at: usize, phrase: &[u8]) -> Option<usize> {
    let mut at = at;
    for byte in phrase {
        let own = *view.get(at)?;
        at = at.saturating_add(1);
        if *byte == b' ' {
            if !is_blank(own) {
                return None;
            }
            let rest = view.get(at..).unwrap_or(b"");
            let more = rest.iter().take(2).take_while(|byte| is_blank(**byte));
            at = at.saturating_add(more.count());
        } else if own.to_ascii_lowercase() != *byte {
            return None;
        }
    }
    Some(at)
}

fn ends_word(view: &[u8], kind: WordKind, end: usize) -> bool {
    let digits_may_follow = matches!(
        kind,
        WordKind::Label | WordKind::ShortLabel | WordKind::Phone
    );
    let after = view.get(end);
    !is_letter(view, end) && (digits_may_follow || !after.is_some_and(u8::is_ascii_digit))
}

fn is_letter(view: &[u8], at: usize) -> bool {
    view.get(at).is_some_and(|byte| is_letter_byte(*byte))
}

fn is_letter_byte(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == LETTER
}

fn digit_before(view: &[u8], at: usize) -> bool {
    at.checked_sub(1)
        .and_then(|before| view.get(before))
        .is_some_and(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(view: &str) -> Vec<(WordKind, String)> {
        let mut all = Vec::new();
        WordFinder::default().in_stretch(view.as_bytes(), 0, view.len(), &mut |word| {
            all.push((word.kind, view[word.start..word.end].to_owned()));
        });
        all
    }

    #[test]
    fn the_longest_phrase_wins_and_blanks_are_free() {
        assert_eq!(
            found("NHS\r\nNumber 1, nhs_no:2, Dicharge SUMMARY, discharge  summary"),
            [
                (WordKind::Label, String::from("NHS\r\nNumber")),
                (WordKind::Label, String::from("nhs_no")),
                (WordKind::Clinical, String::from("discharge  summary")),
            ]
        );
    }

    #[test]
    fn words_inside_words_are_none() {
        assert_eq!(found("backward 3ward wardship warder"), []);
        assert_eq!(found("tel0"), [(WordKind::Phone, String::from("tel"))]);
    }

    #[test]
    fn every_entry_begins_with_a_letter_and_is_found_by_itself() {
        for (kind, list) in LISTS {
            for line in list_lines(list) {
                assert!(line.as_bytes()[0].is_ascii_alphabetic(), "{line}");
                let own = found(line);
                assert!(
                    own.iter().any(|(_, text)| text == line),
                    "{line} ({kind:?}) gives {own:?}"
                );
            }
        }
    }
}
