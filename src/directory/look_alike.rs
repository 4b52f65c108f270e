//! Look-alikes: domains one slip away from one that we write to.
//!
//! A slip is one letter too many, too few, wrong, or two letters exchanged
//! (`nhs.ner`, `gmial.com`), or a wrong end: something behind a known domain
//! (`nhs.net.com`), or another last part (`trust.nhs.com`). Known names are
//! never look-alikes of each other: thirty pairs of accredited domains differ by
//! one letter.
//!
//! Every known name is kept with each of its letters left out; a name looks
//! alike if it shares one of those forms. So a look-up costs as many steps as
//! the name has letters, however many names are known.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::mail::Domain;

/// Longer names are not compared: nobody types them.
const LONGEST: usize = 64;

/// Shorter names differ from too many others by one letter.
const SHORTEST: usize = 6;

/// The names that others may look like.
#[derive(Clone, Debug, Default)]
pub struct LookAlikes {
    names: Vec<Domain>,
    known: HashSet<Domain>,
    /// Hashes of names with a letter left out, and of names without their last
    /// part, each with the numbers of the names.
    forms: HashMap<u64, Vec<u32>>,
}

impl LookAlikes {
    /// Takes the names that are known.
    pub fn new(names: impl Iterator<Item = Domain>) -> Self {
        let mut all = Self::default();
        for name in names {
            if !all.known.insert(name.clone()) {
                continue;
            }
            let Ok(number) = u32::try_from(all.names.len()) else {
                break;
            };
            if (SHORTEST..=LONGEST).contains(&name.as_str().len()) {
                for form in forms(name.as_str()) {
                    let numbers = all.forms.entry(form).or_default();
                    if numbers.last() != Some(&number) {
                        numbers.push(number);
                    }
                }
            }
            all.names.push(name);
        }
        all
    }

    /// The known name that a domain looks like, the nearest or else first by
    /// the alphabet; none for known names.
    pub fn find(&self, domain: &Domain) -> Option<&Domain> {
        let text = domain.as_str();
        if !(SHORTEST..=LONGEST).contains(&text.len()) || self.known.contains(domain) {
            return None;
        }
        let by_form = forms(text).filter_map(|form| self.forms.get(&form));
        let by_form = by_form.flatten().filter_map(|number| {
            let number = usize::try_from(*number).ok()?;
            self.names.get(number)
        });
        let one_slip = by_form.filter(|name| is_one_slip(text, name.as_str()));
        one_slip.min().or_else(|| self.with_wrong_end(text))
    }

    /// A known name with something behind it, or with another last part.
    fn with_wrong_end(&self, text: &str) -> Option<&Domain> {
        let mut front = text;
        while let Some((shorter, _)) = front.rsplit_once('.') {
            front = shorter;
            let known = Domain::parse(front).ok();
            if let Some(known) = known.and_then(|front| self.known.get(&front)) {
                return Some(known);
            }
        }
        let (front, _) = text.rsplit_once('.')?;
        if front.len() < SHORTEST || !front.contains('.') {
            return None;
        }
        let numbers = self.forms.get(&hash_of(&[front, "."]))?.iter();
        let names = numbers.filter_map(|number| self.names.get(usize::try_from(*number).ok()?));
        let fits = |name: &&Domain| {
            let (known, _) = name.as_str().rsplit_once('.').unwrap_or_default();
            known == front
        };
        names.filter(fits).min()
    }
}

/// The hashes of a name, of it with each letter left out, and of its front.
fn forms(name: &str) -> impl Iterator<Item = u64> {
    let without = name.char_indices().map(move |(at, letter)| {
        let (left, right) = name.split_at(at);
        hash_of(&[left, right.get(letter.len_utf8()..).unwrap_or("")])
    });
    let front = name
        .rsplit_once('.')
        .map(|(front, _)| hash_of(&[front, "."]));
    without.chain([hash_of(&[name])]).chain(front)
}

fn hash_of(pieces: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for piece in pieces {
        hasher.write(piece.as_bytes());
    }
    0xFF_u8.hash(&mut hasher);
    hasher.finish()
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
