//! Windows code pages, and the fonts' and languages' ways to name one.
//!
//! Source: Microsoft, "Code Page Identifiers"; RTF 1.9 (`\fcharset`);
//! MS-LCID 2.2 for languages.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_3,
    ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_13, KOI8_R, KOI8_U,
    MACINTOSH, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
    WINDOWS_1258, X_MAC_CYRILLIC,
};

/// The encoding of a code page. An unknown one is taken for windows-1252:
/// letters come out wrong then, digits don't.
pub(super) fn encoding(code_page: u32) -> &'static Encoding {
    match code_page {
        866 => IBM866,
        874 => WINDOWS_874,
        932 | 10001 => SHIFT_JIS,
        936 | 10008 => GBK,
        949 | 51949 | 10003 => EUC_KR,
        950 | 10002 => BIG5,
        1200 => UTF_16LE,
        1201 => UTF_16BE,
        1250 | 10029 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1253 | 10006 => WINDOWS_1253,
        1254 | 10081 | 28599 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 => MACINTOSH,
        10007 => X_MAC_CYRILLIC,
        20866 => KOI8_R,
        20932 | 51932 => EUC_JP,
        21866 => KOI8_U,
        28592 => ISO_8859_2,
        28593 => ISO_8859_3,
        28594 => ISO_8859_4,
        28595 => ISO_8859_5,
        28596 => ISO_8859_6,
        28597 => ISO_8859_7,
        28598 | 38598 => ISO_8859_8,
        28603 => ISO_8859_13,
        50220..=50222 => ISO_2022_JP,
        54936 => GB18030,
        65001 => UTF_8,
        _ => WINDOWS_1252,
    }
}

/// A text in a code page.
pub(super) fn decode(bytes: &[u8], code_page: u32) -> Cow<'_, str> {
    encoding(code_page).decode_without_bom_handling(bytes).0
}

/// The code page of a font's character set; `None` for the document's own.
pub(super) fn of_font(charset: u32) -> Option<u32> {
    Some(match charset {
        0 | 2 => 1252,
        77 => 10000,
        78 | 128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

/// The code page that Windows has for a language.
pub(super) fn of_language(language: u16) -> u32 {
    match (language, language & 0x03FF) {
        (0x0404 | 0x0C04 | 0x1404, _) => 950,
        (_, 0x04) => 936,
        (_, 0x01 | 0x20 | 0x29) => 1256,
        (_, 0x02 | 0x19 | 0x22 | 0x23 | 0x2F) => 1251,
        (_, 0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24) => 1250,
        (_, 0x08) => 1253,
        (_, 0x0D) => 1255,
        (_, 0x11) => 932,
        (_, 0x12) => 949,
        (_, 0x1E) => 874,
        (_, 0x1F) => 1254,
        (_, 0x25..=0x27) => 1257,
        (_, 0x2A) => 1258,
        _ => 1252,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_survive_any_code_page() {
        for page in [0, 437, 850, 932, 1252, 1361, 10000, 54936, 65001] {
            assert_eq!(decode(b"943 476 5919", page), "943 476 5919");
        }
    }

    #[test]
    fn fonts_and_languages_name_code_pages() {
        assert_eq!(decode(&[0xCF], of_font(204).unwrap()), "П");
        assert_eq!(decode(&[0xCF], of_language(0x0419)), "П");
    }
}
