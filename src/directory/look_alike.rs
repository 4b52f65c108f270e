//! Look-alikes: domains one slip away from one that we write to.
//!
//! A slip is one letter too many, too few, wrong, or two letters exchanged
//! (`nhs.ner`, `gmial.com`), or a wrong end: something behind a known domain
//! (`nhs.net.com`), or another last part (`trust.nhs.com`). Known names are
//! never look-alikes of each other: thirty pairs of accredited domains differ by
//! one letter.
//!
//! A name in another script is read as people see it: `nhs.net` with a Cyrillic
//! `е` looks like the real one without any slip, and may have one besides.
//!
//! Every known name is kept with each of its letters left out; a name looks
//! alike if it shares one of those forms (the deletion neighbourhood of
//! approximate string matching). So a look-up costs as many steps as the name
//! has letters, however many names are known.

use crate::mail::Domain;

/// Longer names are not compared: nobody types them.
const LONGEST: usize = 64;

/// Shorter names differ from too many others by one letter.
const SHORTEST: usize = 6;

/// The names that others may look like.
#[derive(Clone, Debug, Default)]
pub struct LookAlikes {
    /// In the order of the alphabet, each once.
    names: Vec<Domain>,
    forms: Forms,
}

impl LookAlikes {
    /// Takes the names that are known.
    pub fn new(names: impl Iterator<Item = Domain>) -> Self {
        let mut names: Vec<Domain> = names.collect();
        names.sort_unstable();
        names.dedup();
        let mut hashes = Vec::new();
        for (number, name) in (0_u32..).zip(&names) {
            each_form(name.as_str(), |form| hashes.push((form, number)));
        }
        let forms = Forms::new(hashes);
        Self { names, forms }
    }

    /// The known name that a domain looks like, the nearest or else first by
    /// the alphabet; none for known names.
    pub fn find(&self, domain: &Domain) -> Option<&Domain> {
        let text = domain.as_str();
        if self.has(domain) {
            return None;
        }
        match as_seen(text) {
            Some(seen) => self.known(&seen).or_else(|| self.near(&seen)),
            None => self.near(text),
        }
    }

    /// The known name that one slip or a wrong end makes of a text.
    fn near(&self, text: &str) -> Option<&Domain> {
        if !is_compared(text) {
            return None;
        }
        // First those that may be anybody's, so that the processor reads ahead.
        let (mut some, mut count) = ([0; LONGEST + 2], 0_usize);
        each_form(text, |form| {
            if let Some(next) = some.get_mut(count) {
                *next = form;
            }
            count = count.saturating_add(usize::from(self.forms.may_have(form)));
        });
        let one_slip = |number: &u32| {
            let name = self.name(*number);
            name.is_some_and(|name| is_one_slip(text, name.as_str()))
        };
        let alike = some
            .iter()
            .take(count)
            .flat_map(|form| self.forms.get(*form));
        // Numbers are in the order of the alphabet.
        let nearest = alike.filter(one_slip).min();
        let nearest = nearest.and_then(|number| self.name(number));
        nearest.or_else(|| self.with_wrong_end(text))
    }

    /// Whether a domain is a known name itself.
    pub fn has(&self, domain: &Domain) -> bool {
        self.known(domain.as_str()).is_some()
    }

    /// A known name with something behind it, or with another last part.
    fn with_wrong_end(&self, text: &str) -> Option<&Domain> {
        let mut front = text;
        while let Some((shorter, _)) = front.rsplit_once('.') {
            front = shorter;
            if let Some(known) = self.known(front) {
                return Some(known);
            }
        }
        let (front, _) = text.rsplit_once('.')?;
        if front.len() < SHORTEST || !front.contains('.') {
            return None;
        }
        let fits = |number: &u32| {
            let name = self.name(*number).map(Domain::as_str);
            name.and_then(|name| name.rsplit_once('.'))
                .is_some_and(|(known, _)| known == front)
        };
        let number = self.forms.get(front_form(front)).filter(fits).min()?;
        self.name(number)
    }

    /// The name itself, if it is known.
    fn known(&self, text: &str) -> Option<&Domain> {
        let mut names = self
            .forms
            .get(whole_form(text))
            .filter_map(|number| self.name(number));
        names.find(|name| name.as_str() == text)
    }

    fn name(&self, number: u32) -> Option<&Domain> {
        self.names.get(usize::try_from(number).ok()?)
    }
}

/// An internationalised name as people see it: letters of other scripts as those
/// of ours that they look like (UTS 39), without what stands above and below them;
/// what looks like none of ours as `?`. `None` where the name has none.
fn as_seen(name: &str) -> Option<String> {
    let (unicode, _) = idna::domain_to_unicode(name);
    if unicode.is_ascii() {
        return None;
    }
    let mut seen = String::new();
    for letter in unicode.chars() {
        if letter.is_ascii() {
            seen.push(letter);
            continue;
        }
        let mut buffer = [0; 4];
        let like = unicode_security::skeleton(letter.encode_utf8(&mut buffer));
        let like: String = like.filter(|part| !is_mark(*part)).collect();
        match like.as_str() {
            // So UTS 39 writes an m.
            "rn" => seen.push('m'),
            like if like.is_ascii() => seen.push_str(&like.to_ascii_lowercase()),
            _ => seen.push('?'),
        }
    }
    Some(seen)
}

/// Whether it is one of the marks that stand on Latin, Greek and Cyrillic letters
/// (Combining Diacritical Marks).
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36F}')
}

/// Hashes, each with the numbers of the names that have it. One table for all:
/// where each bucket begins, and the tags and numbers of all buckets in turn.
/// Most forms of most names are nobody's: that is told by two bits of a word of
/// a table small enough for the processor's cache, eight bits a form (a blocked
/// Bloom filter).
#[derive(Clone, Debug, Default)]
struct Forms {
    bits: Vec<u64>,
    starts: Vec<u32>,
    entries: Vec<(u32, u32)>,
}

impl Forms {
    fn new(mut hashes: Vec<(u64, u32)>) -> Self {
        // More than any list has; what is left out is not told as a look-alike.
        hashes.truncate(usize::try_from(u32::MAX >> 1).unwrap_or(usize::MAX));
        let buckets = hashes.len().next_power_of_two();
        hashes.sort_unstable_by_key(|(form, _)| bucket(*form, buckets));
        let mut bits = vec![0; buckets.div_ceil(8)];
        for (form, _) in &hashes {
            let (word, of_form) = place(*form, bits.len());
            if let Some(word) = bits.get_mut(word) {
                *word |= of_form;
            }
        }
        let mut starts = Vec::with_capacity(buckets.saturating_add(1));
        for (at, (form, _)) in (0_u32..).zip(&hashes) {
            let filled = bucket(*form, buckets).saturating_add(1);
            starts.resize(starts.len().max(filled), at);
        }
        let end = u32::try_from(hashes.len()).unwrap_or(u32::MAX);
        starts.resize(buckets.saturating_add(1), end);
        let entries = hashes.into_iter().map(|(form, at)| (tag(form), at));
        Self {
            bits,
            starts,
            entries: entries.collect(),
        }
    }

    /// Whether any name may have a form; one in some twenty is said wrongly.
    fn may_have(&self, form: u64) -> bool {
        let (word, bits) = place(form, self.bits.len());
        self.bits.get(word).is_some_and(|word| word & bits == bits)
    }

    /// The numbers of the names that have a form, and seldom of one that has not.
    fn get(&self, form: u64) -> impl Iterator<Item = u32> {
        let at = bucket(form, self.starts.len().saturating_sub(1));
        let bound = |at: usize| usize::try_from(*self.starts.get(at)?).ok();
        let (word, bit) = place(form, self.bits.len());
        let may_be = self.bits.get(word).is_some_and(|word| word & bit != 0);
        let range = may_be
            .then(|| bound(at))
            .flatten()
            .zip(bound(at.saturating_add(1)));
        let found = range.and_then(|(start, end)| self.entries.get(start..end));
        let found = found.into_iter().flatten();
        found
            .filter(move |(known, _)| *known == tag(form))
            .map(|(_, number)| *number)
    }
}

/// The number of a hash's bucket: its uppermost bits, as a share of all.
fn bucket(form: u64, buckets: usize) -> usize {
    let share = u128::from(form).saturating_mul(buckets as u128) >> 64;
    usize::try_from(share).unwrap_or(usize::MAX)
}

/// Where the bits of a hash are, by its lower half: which word, and which in it.
/// `words` is a power of two.
fn place(form: u64, words: usize) -> (usize, u64) {
    let word = usize::try_from(u64::from(tag(form)) >> 12).unwrap_or(0);
    let bits = 1 << (form & 63) | 1 << (form >> 6 & 63);
    (word & words.saturating_sub(1), bits)
}

/// The lower half of a hash, which its bucket does not tell.
fn tag(form: u64) -> u32 {
    u32::try_from(form & u64::from(u32::MAX)).unwrap_or(0)
}

/// Whether names of this length are looked for one slip away.
fn is_compared(name: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&name.len())
}

/// Tells the hashes of a name, of its front, and of it with each letter left
/// out. All are made of the same sums (a polynomial of the letters, as Rabin
/// and Karp's), so that the letters are gone through twice and no more.
fn each_form(name: &str, mut tell: impl FnMut(u64)) {
    let letters = name.as_bytes();
    tell(whole_form(name));
    if !is_compared(name) {
        return;
    }
    if let Some((front, _)) = name.rsplit_once('.') {
        tell(front_form(front));
    }
    // What stands before each letter: few enough for the stack.
    let mut before = [0_u64; LONGEST];
    let mut sum = 0;
    for (before, letter) in before.iter_mut().zip(letters) {
        *before = sum;
        sum = step(sum, *letter);
    }
    let (mut after, mut power) = (0_u64, 1_u64);
    let mut next = None;
    for (before, letter) in before.iter().zip(letters).rev() {
        // Of equal neighbours it is the same which is left out.
        if next != Some(letter) {
            tell(mixed(before.wrapping_mul(power).wrapping_add(after)));
        }
        after = after.wrapping_add(power.wrapping_mul(value(*letter)));
        power = power.wrapping_mul(BASE);
        next = Some(letter);
    }
}

fn whole_form(name: &str) -> u64 {
    mixed(name.bytes().fold(0, step))
}

/// The hash of what stands before a name's last part.
fn front_form(front: &str) -> u64 {
    mixed(front.bytes().fold(1, step))
}

/// Odd and without a pattern, as Knuth advises for a multiplier.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

fn step(sum: u64, letter: u8) -> u64 {
    sum.wrapping_mul(BASE).wrapping_add(value(letter))
}

fn value(letter: u8) -> u64 {
    u64::from(letter).wrapping_add(1)
}

/// Spreads what a sum says over all bits (the finaliser of `MurmurHash3`).
fn mixed(sum: u64) -> u64 {
    let sum = (sum ^ (sum >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    let sum = (sum ^ (sum >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    sum ^ (sum >> 33)
}

/// Whether one letter too many, too few or wrong, or two exchanged, make one
/// name of the other.
fn is_one_slip(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (
        one.get(same..).unwrap_or(b""),
        other.get(same..).unwrap_or(b""),
    );
    match (one, other) {
        ([], [_]) | ([_], []) => true,
        ([a, one @ ..], [b, other @ ..]) => {
            let exchanged = matches!(
                (one, other),
                ([c, one @ ..], [d, other @ ..]) if a == d && b == c && one == other
            );
            let too_many = one.first() == Some(b) && one.get(1..) == Some(other);
            let too_few = other.first() == Some(a) && other.get(1..) == Some(one);
            one == other || exchanged || too_many || too_few
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known(names: &[&str]) -> LookAlikes {
        LookAlikes::new(names.iter().map(|name| Domain::parse(name).unwrap()))
    }

    fn find(known: &LookAlikes, name: &str) -> Option<String> {
        let found = known.find(&Domain::parse(name).unwrap());
        found.map(|name| name.as_str().to_owned())
    }

    #[test]
    fn slips_and_wrong_ends_are_told() {
        let known = known(&[
            "nhs.net",
            "gmail.com",
            "trust.nhs.uk",
            "wmas.nhs.uk",
            "emas.nhs.uk",
        ]);
        for (slip, meant) in [
            ("nhs.ner", "nhs.net"),
            ("nhs.nett", "nhs.net"),
            ("nhs.ne", "nhs.net"),
            ("nsh.net", "nhs.net"),
            ("gmial.com", "gmail.com"),
            ("nhs.net.com", "nhs.net"),
            ("trust.nhs.com", "trust.nhs.uk"),
            ("trust.nhs.uk.com", "trust.nhs.uk"),
            ("trsut.nhs.uk", "trust.nhs.uk"),
        ] {
            assert_eq!(find(&known, slip).as_deref(), Some(meant), "{slip}");
        }
        for name in [
            "wmas.nhs.uk",
            "nhs.org.uk",
            "mail.example",
            "x.nhs.net",
            "a.bc",
            "nhs.com",
        ] {
            assert_eq!(find(&known, name), None, "{name}");
        }
    }

    #[test]
    fn letters_of_other_scripts_are_taken_for_what_they_look_like() {
        let known = known(&[
            "nhs.net",
            "hospital.test",
            "b\u{fc}cher.test",
            "wmas.nhs.uk",
        ]);
        for (seen, meant) in [
            ("nhs.n\u{435}t", "nhs.net"),
            ("n\u{4bb}\u{455}.n\u{435}t", "nhs.net"),
            ("\u{1e45}hs.net", "nhs.net"),
            ("nhs.n\u{435}r", "nhs.net"),
            ("nhs.n\u{435}t.com", "nhs.net"),
            ("hosp\u{131}tal.test", "hospital.test"),
            ("h\u{3bf}spita\u{4cf}.test", "hospital.test"),
            ("w\u{1d0d}as.nhs.uk", "wmas.nhs.uk"),
            // Like none of ours: a wrong letter.
            ("h\u{436}spital.test", "hospital.test"),
        ] {
            assert_eq!(find(&known, seen).as_deref(), Some(meant), "{seen}");
        }
        for name in [
            "b\u{fc}cher.test",
            "\u{436}\u{436}spital.test",
            "\u{4f8b}\u{3048}.test",
        ] {
            assert_eq!(find(&known, name), None, "{name}");
        }
    }

    fn distance(one: &[u8], other: &[u8]) -> usize {
        let mut rows = vec![vec![0; other.len() + 1]; one.len() + 1];
        for i in 0..=one.len() {
            for j in 0..=other.len() {
                rows[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let swap = i > 1
                            && j > 1
                            && one[i - 1] == other[j - 2]
                            && one[i - 2] == other[j - 1];
                        let change = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
                        let step = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                        if swap {
                            step.min(rows[i - 2][j - 2] + 1)
                        } else {
                            step
                        }
                    }
                };
            }
        }
        rows[one.len()][other.len()]
    }

    proptest! {
        #[test]
        fn one_slip_is_what_the_distance_says(one in "[a-c]{0,6}", other in "[a-c]{0,6}") {
            let expected = distance(one.as_bytes(), other.as_bytes()) == 1;
            prop_assert_eq!(is_one_slip(&one, &other), expected);
        }

        #[test]
        fn among_many_names_the_first_one_slip_away_is_found(
            names in proptest::collection::vec("[ab]{3,7}\\.nhs", 1..30), other in "[ab]{3,7}\\.nhs",
        ) {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let alike = names.iter().filter(|name| distance(name.as_bytes(), other.as_bytes()) == 1);
            let expected = alike.min().filter(|_| !names.contains(&other.as_str()));
            let found = find(&known(&names), &other);
            prop_assert_eq!(found.as_deref(), expected.copied());
        }

        #[test]
        fn every_slip_is_found(name in "[a-c]{4,9}\\.nhs", at in 0_usize..8, letter in "[a-c]", kind in 0..4) {
            let mut slip: Vec<char> = name.chars().collect();
            let letter = letter.chars().next().unwrap();
            match kind {
                0 => slip[at % 4] = letter,
                1 => slip.insert(at % 4, letter),
                2 => { slip.remove(at % 4); }
                _ => slip.swap(at % 3, at % 3 + 1),
            }
            let slip: String = slip.into_iter().collect();
            let expected = (slip != name).then_some(name.clone());
            prop_assert_eq!(find(&known(&[&name]), &slip), expected);
        }
    }
}
