//! The word lists as one index: which words and phrases begin at a place.
//!
//! A phrase begins with a letter, at the beginning of a word. Nearly all words
//! of a text are dismissed by the `sieve`, so that a list of a thousand costs
//! little more than a list of five; those that pass are looked up by their key.
//!
//! **What is not here:** what a word near a number means; see `context`.

use std::sync::LazyLock;

use super::kernel;
use super::sieve::{Keys, Sieve, is_blank, is_letter};
use super::sieve_vector::{MIX, PIECE, Places};
use crate::text::list_lines;

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
    pub(super) entry: u16,
    length: u16,
    /// Where it begins in the view.
    pub(super) start: usize,
}

impl Word {
    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.start.saturating_add(usize::from(self.length))
    }
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

/// How many places the table of entries has: twelve bits tell one.
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
    /// The keys that there are.
    sieve: Sieve,
    /// Where the entries of a key begin, plus one, at the place that the key
    /// tells or the next free one.
    places: Box<[u16; PLACES]>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: u64,
    kind: WordKind,
    /// Where its phrase begins among all phrases, and how long it is.
    at: u32,
    length: u16,
    /// How many of its letters the key tells.
    told: u16,
}

impl Index {
    fn new<'a>(list: impl Iterator<Item = (WordKind, &'a str)>) -> Self {
        let mut sorted: Vec<(u64, WordKind, Vec<u8>)> = list
            .map(|(kind, phrase)| {
                let phrase = phrase.to_ascii_lowercase().into_bytes();
                let letters = phrase.iter().take_while(|byte| byte.is_ascii_alphabetic());
                let letters = letters.count();
                let keys = Keys::at(&phrase, 0);
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
            sieve: Sieve::new(),
            places: Box::new([0; PLACES]),
        };
        for (key, kind, phrase) in sorted {
            index.sieve.note(&phrase, Keys::at(&phrase, 0).word, key);
            if index.entries.last().is_none_or(|last| last.key != key) {
                index.open(key);
            }
            let letters = phrase.iter().take_while(|byte| byte.is_ascii_alphabetic());
            let letters = letters.count();
            index.entries.push(Entry {
                key,
                kind,
                at: u32::try_from(index.phrases.len()).unwrap_or(u32::MAX),
                length: u16::try_from(phrase.len()).unwrap_or(u16::MAX),
                told: u16::try_from(letters.min(8)).unwrap_or(0),
            });
            index.phrases.extend(phrase);
        }
        index
    }

    /// Notes that the entries of a key begin with the next one.
    fn open(&mut self, key: u64) {
        let next = u16::try_from(self.entries.len().saturating_add(1)).unwrap_or(u16::MAX);
        let free = Self::places_of(key).find(|place| self.places.get(*place) == Some(&0));
        if let Some(slot) = free.and_then(|place| self.places.get_mut(place)) {
            *slot = next;
        }
    }

    /// The places where the entries of a key may be noted, one after the other.
    fn places_of(key: u64) -> impl Iterator<Item = usize> {
        let first = usize::try_from(key.wrapping_mul(MIX) >> 52).unwrap_or(0);
        (0..PLACES).map(move |step| first.wrapping_add(step) % PLACES)
    }

    /// The longest entry that stands at `at`, where a word with these keys begins.
    fn at(&self, view: &[u8], at: usize, keys: Keys) -> Option<Word> {
        let known = |key| {
            let may = self.sieve.may_have(keys.word, key);
            may.then(|| self.with_key(view, at, key)).flatten()
        };
        // A phrase is longer than its first word.
        let phrase = known(keys.phrase);
        if phrase.is_some() || keys.phrase == keys.word {
            return phrase;
        }
        known(keys.word)
    }

    /// The longest entry with a key that stands at `at`.
    fn with_key(&self, view: &[u8], at: usize, key: u64) -> Option<Word> {
        let mut noted = Self::places_of(key).map_while(|place| {
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
            let length = usize::from(entry.length);
            let (from, told) = (usize::try_from(entry.at).ok()?, usize::from(entry.told));
            let phrase = self.phrases.get(from..)?.get(told..length)?;
            let end = end_of_phrase(view, at.saturating_add(told), phrase)?;
            ends_word(view, entry.kind, end).then_some(Word {
                kind: entry.kind,
                entry: u16::try_from(number).unwrap_or(u16::MAX),
                length: u16::try_from(end.saturating_sub(at)).unwrap_or(u16::MAX),
                start: at,
            })
        })
    }
}

/// Finds the words of the lists, stretch by stretch.
#[derive(Debug, Default)]
pub(super) struct WordFinder {
    words: kernel::Words,
    places: Box<Places>,
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
        let mut after = 0;
        let mut piece = from;
        while piece < to {
            let end = piece.saturating_add(PIECE).min(to);
            let (words, places) = (&mut self.words, &mut self.places);
            index.sieve.list(words, view, piece, end, places);
            for (place, keys) in places.all() {
                let at = piece.wrapping_add(place);
                if at < after || digit_before(view, at) {
                    continue;
                }
                if let Some(word) = index.at(view, at, Keys::listed(keys, view, at)) {
                    after = word.end();
                    found(word);
                }
            }
            piece = end;
        }
    }
}

/// Where the rest of a phrase ends, from `at` on; `None` if it is another one. A
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
    !after.is_some_and(|byte| is_letter(*byte))
        && (digits_may_follow || !after.is_some_and(u8::is_ascii_digit))
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
            all.push((word.kind, view[word.start..word.end()].to_owned()));
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
