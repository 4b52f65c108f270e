//! Bytes of a text file become text, whatever charset they are in and whatever
//! their label says: where two readings differ in their digits both are given.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, SHIFT_JIS, WINDOWS_1252};

use super::ebcdic;
use super::nature::ended;
use super::shifted;
use super::wide;
use crate::extract::strings;

pub(in crate::extract) use super::nature::{Nature, nature};

/// Every reading of a file, and whether it is text at all.
#[derive(Clone, Debug)]
pub(in crate::extract) struct Decoded {
    /// The likeliest first; of a binary file its printable stretches.
    pub(in crate::extract) readings: Vec<String>,
    /// How much of it is text.
    pub(in crate::extract) nature: Nature,
}

/// Reads a file; `label` is the charset that it says of itself.
pub(in crate::extract) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    let (wide, rest) = wide::marked(bytes);
    let nature = nature(bytes);
    let guesses = wide.map_or_else(|| wide::guess(rest), |wide| vec![(wide, 0)]);
    let mut readings: Vec<String> = guesses
        .iter()
        .map(|(wide, skip)| wide.decode(rest.get(*skip..).unwrap_or(b"")))
        .collect();
    let is_ebcdic = guesses.is_empty() && ebcdic::is_likely(rest);
    let is_other = is_ebcdic || !guesses.is_empty();
    if guesses.is_empty() {
        if is_ebcdic {
            readings.push(ebcdic::decode(rest));
        } else if nature == Nature::Binary {
            readings.push(strings::strings(rest, strings::SHORTEST));
        } else {
            readings.extend(narrow(rest, label));
            readings.extend(shifted::readings(rest));
            readings.extend(fields(rest));
        }
    } else if nature != Nature::Text {
        readings.push(strings::strings(rest, strings::SHORTEST));
    }
    // A mark, or NULs somewhere, may be there only to hide a plain number; and
    // digits of another charset may stand in the middle of a plain text.
    if is_other && has_number(rest) {
        readings.push(String::from_utf8_lossy(rest).into_owned());
    }
    if ebcdic::has_number(rest) {
        readings.push(ebcdic::decode(rest));
    }
    readings.extend(arabic_of_dos(rest));
    Decoded {
        readings: distinct(readings),
        nature,
    }
}

/// A text in which NULs end fields, or fill them up, with a space for each row
/// of them; `None` where there are none in between.
fn fields(bytes: &[u8]) -> Option<String> {
    let bytes = ended(bytes);
    memchr::memchr(0, bytes).map(|_| {
        let text = String::from_utf8_lossy(bytes);
        let fields = text.split('\0').filter(|field| !field.is_empty());
        fields.collect::<Vec<&str>>().join(" ")
    })
}

/// How much is looked at to guess the charset.
const SAMPLE: usize = 1 << 20;

/// Readings in charsets that have ASCII in its place.
fn narrow(bytes: &[u8], label: Option<&str>) -> Vec<String> {
    let labelled = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let labelled = labelled.filter(|encoding| encoding.is_ascii_compatible());
    if let Ok(text) = std::str::from_utf8(bytes) {
        let mut readings = vec![text.to_owned()];
        if let Some(encoding) = labelled {
            readings.extend(differing(bytes, encoding, text));
        }
        return readings;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..SAMPLE).unwrap_or(bytes), true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let first = match labelled {
        Some(encoding) if encoding != encoding_rs::UTF_8 => encoding,
        _ => guess,
    };
    let (text, _) = first.decode_without_bom_handling(bytes);
    let mut readings = vec![text.into_owned()];
    let mut others = vec![guess, WINDOWS_1252];
    others.extend(full_width(bytes));
    for other in others {
        let text = readings.first().map_or("", String::as_str);
        if let Some(reading) = differing(bytes, other, text) {
            readings.push(reading);
        }
    }
    // One bad byte in UTF-8 makes no other charset of it.
    let lossy = String::from_utf8_lossy(bytes);
    let beyond = lossy.chars().filter(|letter| !letter.is_ascii());
    if beyond
        .clone()
        .any(|letter| letter != char::REPLACEMENT_CHARACTER)
    {
        readings.insert(0, lossy.into_owned());
    }
    readings
}

/// The reading in another charset, if its digits are others.
fn differing(bytes: &[u8], encoding: &'static Encoding, text: &str) -> Option<String> {
    let (other, _) = encoding.decode_without_bom_handling(bytes);
    (!digits(&other).eq(digits(text))).then(|| other.into_owned())
}

/// The digits of a text, and its full-width and other digits as they stand.
fn digits(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|letter| letter.is_numeric() && !is_sign(*letter))
}

/// Raised digits and fractions, which charsets of single bytes have.
fn is_sign(letter: char) -> bool {
    matches!(letter, '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}')
}

/// The charsets in which there are full-width digits side by side.
fn full_width(bytes: &[u8]) -> Vec<&'static Encoding> {
    let sets: [(u8, u8, &'static Encoding); 3] = [
        (0xA3, 0xB0, GB18030),
        (0x82, 0x4F, SHIFT_JIS),
        (0xA2, 0xAF, BIG5),
    ];
    let sets = sets.into_iter().filter(|(lead, zero, _)| {
        let mut row = 0_usize;
        let pairs = bytes.windows(2);
        pairs.into_iter().any(|pair| {
            if let [first, second] = pair {
                let digit = first == lead && second.wrapping_sub(*zero) < 10;
                row = row.saturating_add(usize::from(digit));
            }
            row >= 6
        })
    });
    sets.map(|(_, _, encoding)| encoding).collect()
}

/// A text with digits of Arabic code pages of DOS and the Macintosh (864,
/// `MacArabic`), where enough of them stand side by side.
fn arabic_of_dos(bytes: &[u8]) -> Option<String> {
    let mut row = 0_usize;
    let found = bytes.iter().any(|byte| {
        row = match byte {
            0xB0..=0xB9 => row.saturating_add(1),
            _ => 0,
        };
        row >= 9
    });
    let character = |byte: &u8| match byte {
        0xB0..=0xB9 => char::from(byte.wrapping_sub(0xB0).wrapping_add(b'0')),
        _ if byte.is_ascii() => char::from(*byte),
        _ => char::REPLACEMENT_CHARACTER,
    };
    found.then(|| bytes.iter().map(character).collect())
}

/// Whether plain digits stand side by side as in a number.
fn has_number(bytes: &[u8]) -> bool {
    let mut digits = 0_usize;
    bytes.iter().any(|byte| {
        digits = match byte {
            b'0'..=b'9' => digits.saturating_add(1),
            b' ' | b'-' | b'.' => digits,
            _ => 0,
        };
        digits >= 9
    })
}

fn distinct(readings: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for reading in readings {
        if !kept.contains(&reading) {
            kept.push(reading);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NUMBER: &str = "943 476 5919";
    const TEXT: &str = "Patient Sample\nNHS No 943 476 5919\n";

    fn found(bytes: &[u8]) -> bool {
        let readings = decode(bytes, None).readings;
        readings
            .iter()
            .any(|text| text.replace('\0', "").contains(NUMBER))
    }

    fn ebcdic(text: &str) -> Vec<u8> {
        let code =
            |letter: char| (0..=255).find(|byte| ebcdic::decode(&[*byte]) == letter.to_string());
        text.chars().filter_map(code).collect()
    }

    /// A text in every encoding that can be told without a label.
    fn encodings(text: &str) -> Vec<Vec<u8>> {
        let utf16 = |write: fn(u16) -> [u8; 2]| -> Vec<u8> {
            text.encode_utf16().flat_map(write).collect()
        };
        let utf32 = |write: fn(u32) -> [u8; 4]| -> Vec<u8> {
            text.chars()
                .flat_map(|letter| write(u32::from(letter)))
                .collect()
        };
        let plain = vec![
            text.as_bytes().to_vec(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            utf32(u32::to_le_bytes),
            utf32(u32::to_be_bytes),
        ];
        let marks: [&[u8]; 5] = [
            b"\xEF\xBB\xBF",
            b"\xFF\xFE",
            b"\xFE\xFF",
            b"\xFF\xFE\0\0",
            b"\0\0\xFE\xFF",
        ];
        let marked = marks
            .iter()
            .zip(&plain)
            .map(|(mark, bytes)| [*mark, bytes].concat());
        marked
            .chain(plain.iter().cloned())
            .chain([ebcdic(text)])
            .collect()
    }

    #[test]
    fn a_number_is_found_in_every_encoding() {
        for bytes in encodings(TEXT) {
            assert!(found(&bytes), "{bytes:?}");
            assert_eq!(nature(&bytes), Nature::Text);
        }
    }

    #[test]
    fn a_lying_mark_or_label_hides_no_digits() {
        for mark in [b"\xFF\xFE".as_slice(), b"\xFE\xFF", b"\xFF\xFE\0\0"] {
            assert!(found(&[mark, TEXT.as_bytes()].concat()));
        }
        for label in [
            "utf-16",
            "utf-7",
            "iso-2022-jp",
            "gb18030",
            "hz-gb-2312",
            "nonsense",
        ] {
            let readings = decode(TEXT.as_bytes(), Some(label)).readings;
            assert!(readings.iter().any(|text| text.contains(NUMBER)), "{label}");
        }
    }

    #[test]
    fn full_width_and_arabic_digits_are_found_in_their_charsets() {
        let number = "９４３４７６５９１９";
        for encoding in [
            SHIFT_JIS,
            GB18030,
            BIG5,
            encoding_rs::EUC_JP,
            encoding_rs::EUC_KR,
        ] {
            let bytes = [b"No \xFF ", &*encoding.encode(number).0].concat();
            let readings = decode(&bytes, None).readings;
            assert!(
                readings.iter().any(|text| text.contains(number)),
                "{} {readings:?}",
                encoding.name()
            );
        }
        let arabic = [b"\xFF ".as_slice(), "٩٤٣٤٧٦٥٩١٩".as_bytes()].concat();
        let readings = decode(&arabic, None).readings;
        assert!(readings.iter().any(|text| text.contains("٩٤٣٤٧٦٥٩١٩")));
        let dos = decode(b"\xB9\xB4\xB3\xB4\xB7\xB6\xB5\xB9\xB1\xB9", None).readings;
        assert!(dos.iter().any(|text| text.contains("9434765919")));
    }

    #[test]
    fn a_binary_file_is_said_to_be_one_and_its_strings_are_read() {
        let mut bytes: Vec<u8> = (0..=255).cycle().take(4000).collect();
        for piece in encodings(NUMBER).iter().take(7) {
            let whole = [&bytes[..], piece, &bytes[..]].concat();
            assert_eq!(nature(&whole), Nature::Binary);
        }
        bytes.extend(NUMBER.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.push(1);
        assert!(found(&bytes));
    }

    #[test]
    fn a_number_behind_a_mark_and_chance_is_found() {
        let chance: Vec<u8> = (1..=255).cycle().take(5000).collect();
        for mark in [b"\xFF\xFE".as_slice(), b"\xFE\xFF", b"\xFF\xFE\0\0"] {
            assert!(found(&[mark, &chance, NUMBER.as_bytes()].concat()));
        }
    }

    #[test]
    fn fields_that_nuls_end_are_read_with_their_labels() {
        let file = b"Smith\0NHS number\x00943/476/5919\0Born\0".repeat(40);
        let readings = decode(&file, None).readings;
        assert!(
            readings
                .iter()
                .any(|text| text.contains("NHS number 943/476/5919 Born"))
        );
        for number in [9_434_765_919_f64, 9_434_765_870.0] {
            assert_ne!(nature(&number.to_be_bytes().repeat(300)), Nature::Text);
            let file = [
                b"NHS number export\r\n".to_vec(),
                number.to_le_bytes().repeat(300),
            ];
            assert_ne!(nature(&file.concat()), Nature::Text);
        }
    }

    proptest! {
        #[test]
        fn decoding_never_fails_and_gives_no_more_than_it_must(
            bytes in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let readings = decode(&bytes, Some("gbk")).readings;
            prop_assert!(readings.len() < 12);
            prop_assert!(readings.iter().map(String::len).sum::<usize>() <= 40 * bytes.len() + 40);
        }

        #[test]
        fn a_number_is_found_wherever_it_stands(
            before in "[ -~éß\u{a0}日]{0,40}",
            after in "[ -~éß\u{a0}日]{0,40}",
        ) {
            let text = format!("{before}\n{NUMBER}\n{after}");
            for bytes in encodings(&text) {
                prop_assert!(found(&bytes), "{:?}", bytes);
            }
        }
    }
}
