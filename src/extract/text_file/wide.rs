//! UTF-16 and UTF-32 without a byte order mark: where the NULs stand tells
//! them, also in a piece that begins at an odd byte.

use super::written;

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

/// The encoding that a byte order mark says, and what stands behind it.
pub(super) fn marked(bytes: &[u8]) -> (Option<Wide>, &[u8]) {
    let marks: [(&[u8], Option<Wide>); 5] = [
        (b"\xEF\xBB\xBF", None),
        (b"\xFF\xFE\0\0", Some(Wide::Utf32Le)),
        (b"\0\0\xFE\xFF", Some(Wide::Utf32Be)),
        (b"\xFF\xFE", Some(Wide::Utf16Le)),
        (b"\xFE\xFF", Some(Wide::Utf16Be)),
    ];
    let marks = marks.into_iter();
    let mut found = marks.filter_map(|(mark, wide)| Some((wide, bytes.strip_prefix(mark)?)));
    found.next().unwrap_or((None, bytes))
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
                found.push((written::share(&text), wide, skip));
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
        // Fields that NULs end, and numbers of eight bytes, are no Chinese.
        let fields = b"Smith John\0NHS number 943\x00476\x005919\0".repeat(40);
        assert_eq!(guess(&fields), []);
        for number in [9_434_765_919_f64, 9_434_765_870.0] {
            assert_eq!(guess(&number.to_be_bytes().repeat(300)), []);
            assert_eq!(guess(&number.to_le_bytes().repeat(300)), []);
        }
        for text in [
            "患者的身份证号码\n请查收 附件\r\n九四三",
            "患者の番号は 九四三です。\n診断書",
            "환자 번호는 다음과 같습니다",
        ] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(guess(&bytes).contains(&(Wide::Utf16Le, 0)), "{text}");
        }
        assert_eq!(guess(&[0; 100]), []);
        assert_eq!(guess(&(0..=255).collect::<Vec<u8>>()), []);
    }
}
