//! The word lists as one index: which words and phrases begin at a place.
//!
//! A phrase begins with a letter, at the beginning of a word. Its first letters
//! choose a bucket; most words of a text have an empty one, so that a list of a
//! thousand costs little more than a list of five.
//!
//! **What is not here:** what a word near a number means; see `context`.

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

/// How many buckets there are; a power of two.
const BUCKETS: usize = 8192;

/// All lists together.
static BUILT_IN: LazyLock<Words> = LazyLock::new(|| {
    let lists = LISTS.into_iter();
    let entries = lists.flat_map(|(kind, list)| list_lines(list).map(move |line| (kind, line)));
    Words::new(entries)
});

/// An index of words and phrases.
#[derive(Debug)]
struct Words {
    /// Sorted by bucket, the longer ones first.
    entries: Vec<Entry>,
    /// The phrases, one after the other.
    phrases: Vec<u8>,
    /// For each bucket, where its entries begin; one more for the end.
    starts: Vec<u16>,
    /// A bit a bucket: whether it has entries. Small enough for the first cache.
    occupied: [u64; BUCKETS / 64],
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    kind: WordKind,
    /// Where its phrase begins among all phrases, and how long it is.
    at: u32,
    length: u16,
}

impl Words {
    fn new<'a>(list: impl Iterator<Item = (WordKind, &'a str)>) -> Self {
        let mut sorted: Vec<(usize, WordKind, Vec<u8>)> = list
            .map(|(kind, phrase)| {
                let phrase = phrase.to_ascii_lowercase().into_bytes();
                (bucket(&phrase), kind, phrase)
            })
            .collect();
        sorted.sort_by(|one, other| {
            let order = one.0.cmp(&other.0);
            order.then_with(|| other.2.len().cmp(&one.2.len()))
        });
        let first = |bucket| sorted.partition_point(|(own, _, _)| *own < bucket);
        let starts = (0..=BUCKETS)
            .map(|bucket| u16::try_from(first(bucket)).unwrap_or(u16::MAX))
            .collect();
        let mut words = Self {
            entries: Vec::new(),
            phrases: Vec::new(),
            starts,
            occupied: [0; BUCKETS / 64],
        };
        for (bucket, kind, phrase) in sorted {
            if let Some(bits) = words.occupied.get_mut(bucket / 64) {
                *bits |= 1_u64 << (bucket % 64);
            }
            words.entries.push(Entry {
                kind,
                at: u32::try_from(words.phrases.len()).unwrap_or(u32::MAX),
                length: u16::try_from(phrase.len()).unwrap_or(u16::MAX),
            });
            words.phrases.extend(phrase);
        }
        words
    }

    /// The longest entry that begins at `at`.
    fn at(&self, view: &[u8], at: usize) -> Option<Word> {
        let bucket = bucket(view.get(at..)?);
        let bits = *self.occupied.get(bucket / 64)?;
        if bits >> (bucket % 64) & 1 == 0 {
            return None;
        }
        let first = usize::from(*self.starts.get(bucket)?);
        let last = usize::from(*self.starts.get(bucket.saturating_add(1))?);
        // The longest stand first.
        let mut entries = self.entries.get(first..last)?.iter().zip(first..);
        entries.find_map(|(entry, number)| {
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

/// All words of the lists that begin in a stretch of the view, in order,
/// none inside another.
pub(super) fn in_stretch(view: &[u8], from: usize, to: usize, found: &mut impl FnMut(Word)) {
    let words = &*BUILT_IN;
    let stretch = view.get(from..to).unwrap_or(b"");
    let mut after = 0;
    kernel::word_starts(stretch, &mut |offset| {
        let at = from.saturating_add(offset);
        // The stretch may begin in the middle of a word.
        let inside = offset == 0
            && at
                .checked_sub(1)
                .is_some_and(|before| is_letter(view, before));
        if at < after || inside || digit_before(view, at) {
            return;
        }
        if let Some(word) = words.at(view, at) {
            after = word.end;
            found(word);
        }
    });
}

/// The bucket of a word by its letters, the first five at most. An entry whose
/// first word is shorter can only be a word of just its length.
fn bucket(start: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let bytes = start.first_chunk::<8>().copied().unwrap_or_else(|| {
        let mut bytes = [0; 8];
        for (slot, byte) in bytes.iter_mut().zip(start) {
            *slot = *byte;
        }
        bytes
    });
    // All eight at once: small letters, and the high bit of what is none.
    let small = u64::from_le_bytes(bytes) | (0x20 * ONES);
    let seven = small & !HIGH;
    let from_a = seven.wrapping_add((0x80 - 0x61) * ONES);
    let past_z = seven.wrapping_add((0x80 - 0x7B) * ONES);
    let others = !(from_a & !past_z & !small) & HIGH;
    let letters = (others.trailing_zeros() / 8).min(5);
    let key = small & !u64::MAX.wrapping_shl(letters.wrapping_mul(8));
    let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 51;
    usize::try_from(mixed).unwrap_or(0)
}

/// What a space of an entry stands for.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'_' | b'-')
}

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
    view.get(at)
        .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == LETTER)
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
        in_stretch(view.as_bytes(), 0, view.len(), &mut |word| {
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
