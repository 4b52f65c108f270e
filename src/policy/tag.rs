//! Tags in the subject with which a sender asks for something.

use serde::{Deserialize, Serialize};

use crate::mail::{decode_words, encode_words};

/// What a tag asks for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tag {
    /// Encrypt, whatever the content.
    Encrypt,
}

/// The words that count as tags, brackets included, in any case.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TagWords {
    /// The words that ask for encryption.
    pub encrypt: Vec<String>,
}

impl Default for TagWords {
    /// `[secure]`, as on NHS.net Connect, and `[encrypt]`.
    fn default() -> Self {
        Self {
            encrypt: vec![String::from("[secure]"), String::from("[encrypt]")],
        }
    }
}

impl TagWords {
    /// The tags in a decoded subject.
    pub fn found(&self, subject: &str) -> Vec<Tag> {
        let lower = subject.to_lowercase();
        if self
            .encrypt
            .iter()
            .any(|word| lower.contains(word.as_str()))
        {
            vec![Tag::Encrypt]
        } else {
            Vec::new()
        }
    }

    /// The subject's value without its tags; `None` if there are none. Given
    /// and returned as a header value, with the leading space.
    ///
    /// Tags are stripped from whatever leaves: in a reply they would ask again
    /// for what nobody meant.
    pub fn strip(&self, value: &[u8]) -> Option<Vec<u8>> {
        let subject = decode_words(value);
        if self.found(&subject).is_empty() {
            return None;
        }
        let mut kept = subject;
        for word in &self.encrypt {
            while let Some((start, end)) = find_ignoring_case(&kept, word) {
                kept.replace_range(start..end, "");
            }
        }
        let words: Vec<&str> = kept.split_whitespace().collect();
        Some(format!(" {}", encode_words(&words.join(" "))).into_bytes())
    }
}

/// Where `word`, which is in lower case, stands in `text` in any case.
fn find_ignoring_case(text: &str, word: &str) -> Option<(usize, usize)> {
    if word.is_empty() {
        return None;
    }
    text.char_indices().find_map(|(start, _)| {
        let rest = text.get(start..)?;
        let mut lower = rest
            .char_indices()
            .flat_map(|(at, letter)| letter.to_lowercase().map(move |low| (at, low)));
        for wanted in word.chars() {
            let (_, letter) = lower.next()?;
            if letter != wanted {
                return None;
            }
        }
        let end = lower
            .next()
            .map_or(text.len(), |(at, _)| start.saturating_add(at));
        Some((start, end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_any_case_and_stripped() {
        let words = TagWords::default();
        assert_eq!(words.found("Re: [SECURE] results"), [Tag::Encrypt]);
        assert_eq!(words.found("secure"), []);
        for (before, after) in [
            (" [Secure] a b", Some(" a b")),
            (" Re: [secure] a [ENCRYPT]", Some(" Re: a")),
            (
                " =?utf-8?q?=5Bsecure=5D_caf=C3=A9?=",
                Some(" =?utf-8?B?Y2Fmw6k=?="),
            ),
            (" a", None),
        ] {
            let stripped = words.strip(before.as_bytes());
            assert_eq!(
                stripped,
                after.map(|text| text.as_bytes().to_vec()),
                "{before}"
            );
        }
    }
}
