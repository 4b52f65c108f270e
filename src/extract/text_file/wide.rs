//! UTF-16 and UTF-32 without a byte order mark: where the NULs stand tells
//! them, also in a piece that begins at an odd byte.

/// An encoding of two or four bytes a character.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wide {
    Utf16Be,
    Utf16Le,
    Utf32Be,
    Utf32Le,
}

impl Wide {
    /// The text of bytes; what is no character becomes U+FFFD, and a rest of
    /// less than one character is dropped.
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf16Be | Self::Utf16Le => {
                let units = bytes.as_chunks::<2>().0.iter().map(|pair| match self {
                    Self::Utf16Be | Self::Utf32Be => u16::from_be_bytes(*pair),
                    Self::Utf16Le | Self::Utf32Le => u16::from_le_bytes(*pair),
                });
                let letters = char::decode_utf16(units);
                letters
                    .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
            Self::Utf32Be | Self::Utf32Le => {
                let units = bytes.as_chunks::<4>().0.iter().map(|four| match self {
                    Self::Utf16Be | Self::Utf32Be => u32::from_be_bytes(*four),
                    Self::Utf16Le | Self::Utf32Le => u32::from_le_bytes(*four),
                });
                units
                    .map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Utf16Be | Self::Utf16Le => 2,
            Self::Utf32Be | Self::Utf32Le => 4,
        }
    }
}

/// In which wide encodings a text without a mark may be, and how many bytes
/// stand before its first whole character. Most often there are two: the low
/// bytes first from an odd byte on read nearly the same as the high bytes first
/// from an even one, but for a character at either end.
pub(super) fn guess(bytes: &[u8]) -> Vec<(Wide, usize)> {
    /// How much is looked at.
    const SAMPLE: usize = 64 << 10;
    /// How many readings are given at most.
    const MOST: usize = 3;
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let nuls = memchr::memchr_iter(0, sample).count();
    if nuls.saturating_mul(40) < sample.len() || sample.len() < 4 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for skip in 0..4 {
        for wide in [Wide::Utf32Le, Wide::Utf32Be, Wide::Utf16Le, Wide::Utf16Be] {
            if skip < wide.size() {
                let text = wide.decode(sample.get(skip..).unwrap_or(b""));
                found.push((readable(&text), wide, skip));
            }
        }
    }
    let best = found.iter().map(|(score, _, _)| *score).max().unwrap_or(0);
    let least = best
        .saturating_sub(best.checked_div(20).unwrap_or(0))
        .max(90);
    // The likeliest first; of equals the one that leaves out least.
    found.retain(|(score, _, _)| *score >= least);
    found.sort_by_key(|(score, _, skip)| (std::cmp::Reverse(*score), *skip));
    let found = found.into_iter().take(MOST);
    found.map(|(_, wide, skip)| (wide, skip)).collect()
}

/// How many of a hundred characters are such as people write.
fn readable(text: &str) -> usize {
    let (mut good, mut all) = (0_usize, 0_usize);
    for letter in text.chars() {
        all = all.saturating_add(1);
        let fine = match letter {
            '\t' | '\n' | '\r' | ' '..='~' => true,
            '\0'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}' => false,
            _ => {
                letter.is_alphanumeric()
                    || matches!(letter, '\u{a0}'..='\u{ff}' | '\u{300}'..='\u{36f}'
                        | '\u{600}'..='\u{6ff}' | '\u{900}'..='\u{97f}'
                        | '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{303f}'
                        | '\u{fe00}'..='\u{ffef}' | '\u{1f000}'..='\u{1faff}')
            }
        };
        good = good.saturating_add(usize::from(fine));
    }
    good.saturating_mul(100).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_order_and_shift_is_told() {
        let text = "NHS No 943 476 5919, café\n";
        for shift in 0..4 {
            let mut bytes = vec![b'x'; shift];
            bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            let read = |bytes: &[u8]| -> Vec<String> {
                let guesses = guess(bytes).into_iter();
                guesses
                    .map(|(wide, skip)| wide.decode(&bytes[skip..]))
                    .collect()
            };
            let has = |texts: Vec<String>, words| texts.iter().any(|text| text.contains(words));
            assert!(has(read(&bytes), "NHS No 943 476 5919, café"), "{shift}");
            let mut bytes = vec![b'x'; shift];
            bytes.extend(text.chars().flat_map(|c| u32::from(c).to_be_bytes()));
            assert!(has(read(&bytes), "NHS No 943 476 5919, café"), "{shift}");
        }
        assert_eq!(guess(b"NHS No 943 476 5919"), []);
        assert_eq!(guess(&[0; 100]), []);
        assert_eq!(guess(&(0..=255).collect::<Vec<u8>>()), []);
    }
}
