//! Names and comments in archives whose charset nobody wrote down.
//!
//! Zip says "code page 437" (APPNOTE.TXT 4.4.4 and appendix D) and means
//! whatever the sender's Windows uses: GBK, Shift-JIS, windows-1252. Tar says
//! nothing. A wrong guess must lose no digit, so a name that is not Unicode is
//! read twice: as the best guess, and byte by byte.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// A name in each way that it can be read, the likeliest first.
pub(super) fn readings(name: &[u8]) -> Vec<String> {
    if name.is_empty() {
        return Vec::new();
    }
    if let Ok(name) = std::str::from_utf8(name) {
        return vec![name.to_owned()];
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let _ = detector.feed(name, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let (guessed, _, damaged) = guess.decode(name);
    let old = code_page_437(name);
    if damaged || guessed == old {
        return vec![old];
    }
    vec![guessed.into_owned(), old]
}

/// The likeliest reading of a name.
pub(super) fn likeliest(name: &[u8]) -> String {
    readings(name).into_iter().next().unwrap_or_default()
}

/// The upper half of code page 437, the charset of the first PCs.
const UPPER_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

fn code_page_437(bytes: &[u8]) -> String {
    let upper: Vec<char> = UPPER_437.chars().collect();
    let letter = |byte: &u8| match byte.checked_sub(0x80) {
        None => char::from(*byte),
        Some(index) => upper.get(usize::from(index)).copied().unwrap_or(' '),
    };
    bytes.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_in_the_charset_that_fits_and_byte_by_byte() {
        assert_eq!(readings(b"943 476 5919.txt"), ["943 476 5919.txt"]);
        assert_eq!(readings("Müller".as_bytes()), ["Müller"]);
        assert!(readings(b"M\x81ller.txt").contains(&"Müller.txt".to_owned()));
        let (gbk, _, _) = encoding_rs::GBK.encode("患者名单 9434765919.txt");
        assert_eq!(likeliest(&gbk), "患者名单 9434765919.txt");
        assert_eq!(UPPER_437.chars().count(), 128);
    }

    #[test]
    fn a_wrong_guess_loses_no_digit() {
        // GB18030 has characters whose second and fourth bytes are digits.
        let name = b"\x81943\x814765919\xFF";
        let digits: String = readings(name).concat();
        assert!(digits.contains("943"), "{digits}");
        assert!(digits.contains("4765919"), "{digits}");
    }
}
