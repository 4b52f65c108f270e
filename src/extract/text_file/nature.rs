//! Whether a file is text, and how much of it.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::{ebcdic, wide, written};

/// How much of a file is text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::extract) enum Nature {
    /// All of it.
    Text,
    /// Most, with characters in between that no text has.
    Mixed,
    /// Little or nothing.
    Binary,
}

/// How much of a file is text.
pub(in crate::extract) fn nature(bytes: &[u8]) -> Nature {
    let (wide, rest) = wide::marked(bytes);
    // Neither a mark nor a few NULs make a text: what stands there is looked at.
    let guess = || wide::guess(rest).first().copied();
    if let Some((wide, skip)) = wide.map(|wide| (wide, 0)).or_else(guess) {
        return judged(&wide.decode(rest.get(skip..).unwrap_or(b"")));
    }
    if ebcdic::is_likely(rest) {
        return Nature::Text;
    }
    match controls(rest) {
        0..=2 if is_doubtful(ended(rest)) => Nature::Mixed,
        0..=2 => Nature::Text,
        3..=MANY => Nature::Mixed,
        _ => Nature::Binary,
    }
}

/// Of a thousand bytes of a text, so many may be control characters, at most.
const MANY: usize = 30;

/// How many of a thousand bytes are control characters that no text has.
///
/// NUL pads, and stands beside each letter in pieces of UTF-16. The others that
/// count don't occur in text: not bells, escapes of terminals, the frames of HL7
/// and the separators of records; 1A ends a file of DOS, and stands nowhere
/// else.
fn controls(bytes: &[u8]) -> usize {
    let odd = ended(bytes)
        .iter()
        .filter(|byte| matches!(byte, 1..=6 | 0x10..=0x1A | 0x7F));
    let nuls = memchr::memchr_iter(0, bytes).count();
    let length = bytes.len().saturating_sub(nuls).max(1);
    odd.count()
        .saturating_mul(1000)
        .checked_div(length)
        .unwrap_or(0)
}

/// A text without what fills it up at its end.
pub(super) fn ended(bytes: &[u8]) -> &[u8] {
    let mut bytes = bytes;
    // Large files may be nothing else.
    while let Some((before, last)) = bytes.split_last_chunk::<64>() {
        if *last != [0; 64] {
            break;
        }
        bytes = before;
    }
    let filling = bytes.iter().rev();
    let filling = filling.take_while(|byte| matches!(byte, 0 | 0x1A)).count();
    bytes
        .get(..bytes.len().saturating_sub(filling))
        .unwrap_or(bytes)
}

/// How much of a text in UTF-16 or UTF-32 is such as people write: all of it,
/// and each longer stretch.
fn judged(text: &str) -> Nature {
    /// Of a hundred characters so many, at least; rare ones are written too.
    const LEAST: usize = 70;
    /// A stretch of so many characters is judged by itself.
    const STRETCH: usize = 1024;
    let is_enough = |good: usize, all: usize| good.saturating_mul(100) >= all.saturating_mul(LEAST);
    let text = text.trim_end_matches(['\0', '\u{1a}']);
    let mut letters = text.chars();
    let (mut good, mut all, mut even) = (0_usize, 0_usize, true);
    loop {
        let (written, read) = written::counts(letters.by_ref().take(STRETCH));
        good = good.saturating_add(written);
        all = all.saturating_add(read);
        if read < STRETCH {
            break;
        }
        even &= is_enough(written, read);
    }
    match is_enough(good, all) {
        true if even => Nature::Text,
        true => Nature::Mixed,
        false => Nature::Binary,
    }
}

/// Whether bytes that are no UTF-8 are none of another charset either: they
/// have NULs in between, or are few, and have characters that no text has or
/// signs where letters would be. Many bytes of chance have enough of the former
/// to be told by them alone.
fn is_doubtful(bytes: &[u8]) -> bool {
    /// So few bytes may be without control characters by chance.
    const FEW: usize = 256;
    if std::str::from_utf8(bytes).is_ok() {
        return false;
    }
    if memchr::memchr(0, bytes).is_some() {
        return true;
    }
    let is_odd = |byte: &u8| matches!(byte, 1..=8 | 0x0E..=0x1F | 0x7F);
    let is_framed = bytes.starts_with(b"\x0B");
    if bytes.len() > FEW || is_framed {
        return false;
    }
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    if bytes.iter().any(is_odd) {
        return true;
    }
    if high.saturating_mul(4) <= bytes.len() {
        return false;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let (text, _) = guess.decode_without_bom_handling(bytes);
    let beyond = text.chars().filter(|letter| !letter.is_ascii());
    let (mut letters, mut all) = (0_usize, 0_usize);
    for letter in beyond {
        let is_letter = letter.is_alphabetic() && written::is_written(letter);
        let is_wide = matches!(letter, '\u{3000}'..='\u{30ff}' | '\u{ff00}'..='\u{ffef}');
        letters = letters.saturating_add(usize::from(is_letter || is_wide));
        all = all.saturating_add(1);
    }
    letters.saturating_mul(100) < all.saturating_mul(75)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "943 476 5919";

    /// Bytes of chance, the same ones each time.
    fn chance(seed: u64, length: usize) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).max(1);
        let next = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[3]
        };
        (0..length).map(next).collect()
    }

    #[test]
    fn a_mark_makes_no_text_of_a_binary_file() {
        for mark in [b"\xFF\xFE".as_slice(), b"\xFE\xFF", b"\xFF\xFE\0\0"] {
            for length in [24, 200, 5000] {
                let file = [mark, &chance(7, length), NUMBER.as_bytes()].concat();
                assert_eq!(nature(&file), Nature::Binary, "{length}");
            }
        }
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let said = [b"\xFF\xFE", &*wide("This backup was made by a program.")].concat();
        assert_eq!(nature(&said), Nature::Text);
        assert_eq!(nature(&[said, chance(8, 5000)].concat()), Nature::Binary);
        let long = [
            b"\xFF\xFE",
            &*wide(&"Patient Sample\n".repeat(2000)),
            &chance(9, 5000),
        ]
        .concat();
        assert_eq!(nature(&long), Nature::Mixed);
    }

    #[test]
    fn few_bytes_of_chance_are_no_text() {
        for length in [16, 20, 24, 28, 32] {
            let files = (0..1000).map(|seed| chance(seed + 1, length));
            let texts = files.filter(|file| nature(file) == Nature::Text).count();
            assert!(texts < 30, "{texts} of 1000 with {length} bytes");
        }
        for text in [
            b"37\xB0C".as_slice(),
            b"\xA320 for J\xF6rg",
            b"caf\xE9",
            &encoding_rs::WINDOWS_1251.encode("Номер пациента").0,
            &encoding_rs::KOI8_R.encode("Номер пациента").0,
            &encoding_rs::SHIFT_JIS.encode("患者の番号は九四三です").0,
            &encoding_rs::GB18030.encode("患者的身份证号码").0,
        ] {
            assert_eq!(nature(text), Nature::Text, "{}", text.escape_ascii());
        }
    }
}
