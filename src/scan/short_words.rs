//! Which words of three letters and less may begin an entry of the word lists,
//! by their first three bytes alone: the commonest words of a text are short.

/// How the entries begin whose first word has three letters at most: for each
/// of three bytes, in small letters, a bit for each group of entries. A word
/// that begins an entry has one group's bit at all three.
#[derive(Debug)]
pub(super) struct Short(pub(super) [[u8; 128]; 3]);

impl Short {
    /// Of no entries.
    pub(super) fn new() -> Self {
        Self([[0; 128]; 3])
    }

    /// The group of words of one letter, after which anything may stand.
    const SINGLE: u8 = 7;

    /// Notes an entry, if its first word is short.
    pub(super) fn note(&mut self, phrase: &[u8]) {
        let letters = phrase.iter().take_while(|byte| byte.is_ascii_alphabetic());
        let letters = letters.count();
        let Some(first) = phrase.first().filter(|_| letters <= 3) else {
            return;
        };
        let group = if letters == 1 {
            Self::SINGLE
        } else {
            first % Self::SINGLE
        };
        for (place, codes) in self.0.iter_mut().enumerate() {
            let own = phrase.get(place).copied();
            for (code, groups) in (0_u8..).zip(codes) {
                let letter = code.is_ascii_lowercase();
                let fits = match own {
                    Some(byte) if place < letters => code == byte,
                    // Any blank, each in small letters, or the entry's end.
                    Some(b' ') | None if place == letters => !letter,
                    Some(byte) if place == letters => code == byte | 0x20,
                    _ => true,
                };
                *groups |= u8::from(fits) << group;
            }
        }
    }

    /// Whether a word of three letters or less that begins with these bytes may
    /// begin an entry.
    pub(super) fn may_be(&self, bytes: [u8; 3]) -> bool {
        let groups = self.0.iter().zip(bytes).map(|(codes, byte)| {
            let code = usize::from((byte | 0x20) & 0x7F);
            codes.get(code).copied().unwrap_or(0)
        });
        groups.fold(u8::MAX, |all, groups| all & groups) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_are_told_by_three_bytes() {
        let mut short = Short::new();
        for phrase in ["nhs number", "ni", "d.o.b", "order number"] {
            short.note(phrase.as_bytes());
        }
        for (bytes, may) in [
            (b"NHS", true),
            (b"ni:", true),
            (b"NI\r", true),
            (b"D.o", true),
            (b"nht", false),
            (b"nil", false),
            (b"d o", false),
            (b"the", false),
            // Longer words are none of its business.
            (b"ord", false),
        ] {
            assert_eq!(short.may_be(*bytes), may, "{}", bytes.escape_ascii());
        }
    }
}
