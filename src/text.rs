//! Readable text and its folded view: what detectors see.
//!
//! The folded view is ASCII bytes. Every character that Unicode counts as a
//! digit becomes `0` to `9`, every dash `-`, every space a space; zero-width
//! characters vanish; full-width letters become plain ones; any other letter
//! is [`LETTER`] and anything else [`SYMBOL`]. A map leads from each byte of
//! the view back to the text: it is monotone and stays in bounds. ASCII text
//! without NUL is its own view and costs no copy.
//!
//! **What is not here:** how parts become text ([`crate::extract`]) and what
//! is looked for in it ([`crate::scan`]).

use crate::sensitive::Sensitive;

/// Stands in the folded view for a letter that has no ASCII form.
pub const LETTER: u8 = 0x80;
/// Stands in the folded view for a character that is no letter, digit, dash
/// or space and has no ASCII form.
pub const SYMBOL: u8 = 0x81;

/// A text that people can read, decoded from a part or a header.
#[derive(Clone, Debug)]
pub struct Text {
    source: Sensitive<String>,
    folded: Option<Folded>,
}

#[derive(Clone)]
struct Folded {
    bytes: Vec<u8>,
    /// Where the distance between view and text changes: (offset in the view,
    /// offset in the text) from there on, byte by byte.
    steps: Vec<(usize, usize)>,
}

impl std::fmt::Debug for Folded {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Folded({} bytes)", self.bytes.len())
    }
}

impl Text {
    /// Takes a decoded text and folds it.
    pub fn new(source: String) -> Self {
        let plain = source.is_ascii() && memchr::memchr(0, source.as_bytes()).is_none();
        let folded = if plain { None } else { Some(fold(&source)) };
        Self {
            source: Sensitive::new(source),
            folded,
        }
    }

    /// The text as people see it.
    pub fn source(&self) -> &Sensitive<String> {
        &self.source
    }

    /// The folded view. Patient text like the source: it must not be printed.
    pub fn folded(&self) -> &[u8] {
        self.folded
            .as_ref()
            .map_or(self.source.reveal().as_bytes(), |folded| &folded.bytes)
    }

    /// The offset in the source, in bytes, of the character that `offset` of
    /// the folded view came from; the length of the source for an offset at or
    /// past the end.
    pub fn source_offset(&self, offset: usize) -> usize {
        let end = self.source.reveal().len();
        if offset >= self.folded().len() {
            return end;
        }
        let Some(folded) = &self.folded else {
            return offset;
        };
        let after = folded.steps.partition_point(|(view, _)| *view <= offset);
        let step = folded.steps.get(after.saturating_sub(1));
        let (view, source) = step.copied().unwrap_or((0, 0));
        source.saturating_add(offset.saturating_sub(view)).min(end)
    }
}

/// A text with `%20` and the like decoded (RFC 3986 section 2.1) and `+` as a
/// space; `None` when there is nothing to decode.
pub fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let pair = (ahead.next(), ahead.next());
        match (byte, pair) {
            (b'+', _) => out.push(b' '),
            (b'%', (Some(high), Some(low))) => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                if let (Some(high), Some(low)) = (digit(high), digit(low)) {
                    let value = high.saturating_mul(16).saturating_add(low);
                    out.push(u8::try_from(value).unwrap_or(b'?'));
                    bytes = ahead;
                } else {
                    out.push(byte);
                }
            }
            _ => out.push(byte),
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}

/// The entries of a word list: a line each, without white space around it;
/// empty lines and lines that begin with `#` don't count.
pub fn list_lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn fold(source: &str) -> Folded {
    let mut bytes = Vec::with_capacity(source.len());
    let mut steps = vec![(0, 0)];
    // Where the view's next byte would come from if nothing changed.
    let mut expected = 0_usize;
    for (offset, character) in source.char_indices() {
        let Some(byte) = fold_character(character) else {
            continue;
        };
        if offset != expected {
            steps.push((bytes.len(), offset));
        }
        bytes.push(byte);
        expected = offset.saturating_add(1);
    }
    Folded { bytes, steps }
}

/// The byte that stands for a character in the folded view; `None` if the
/// character has no width and vanishes.
fn fold_character(character: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(character)
        && byte.is_ascii()
    {
        // NUL has no width: UTF-16 read as if it were ASCII has one in every
        // second place.
        return (byte != 0).then_some(byte);
    }
    let code = u32::from(character);
    Some(match code {
        0x00AD
        | 0x034F
        | 0x061C
        | 0x115F
        | 0x1160
        | 0x17B4
        | 0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0xFE00..=0xFE0F
        | 0xFEFF
        | 0x0300..=0x034E
        | 0x0350..=0x036F
        | 0x20D0..=0x20F0
        | 0x2800
        | 0x3164
        | 0xFFA0
        | 0xFFF9..=0xFFFC
        | 0x1D173..=0x1D17A
        | 0xE0000..=0xE0FFF => return None,
        0x00A0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => b' ',
        0x0085 | 0x2028 | 0x2029 => b'\n',
        0x00AF
        | 0x058A
        | 0x2010..=0x2015
        | 0x2043
        | 0x207B
        | 0x208B
        | 0x2212
        | 0x2500
        | 0x2501
        | 0x2796
        | 0x301C
        | 0x30FC
        | 0xFE58
        | 0xFE63
        | 0xFF0D => b'-',
        0x2024 | 0x00B7 | 0x2022 | 0x2219 | 0x22C5 | 0x3002 | 0xFF61 => b'.',
        0x2044 | 0x2215 => b'/',
        // Full-width forms of ASCII lie 0xFEE0 above it.
        0xFF01..=0xFF5E => u8::try_from(code.saturating_sub(0xFEE0)).unwrap_or(SYMBOL),
        _ => {
            if matches!(code, 0x00AA | 0x00BA) {
                SYMBOL
            } else if let Some(digit) = digit(code) {
                b'0'.saturating_add(digit)
            } else if character.is_alphabetic() {
                LETTER
            } else if character.is_whitespace() {
                b' '
            } else {
                SYMBOL
            }
        }
    })
}

fn digit(code: u32) -> Option<u8> {
    let after = DIGITS.partition_point(|(start, _, _)| *start <= code);
    let (start, end, first) = DIGITS.get(after.checked_sub(1)?)?;
    if code > *end {
        return None;
    }
    u8::try_from(code.saturating_sub(*start).saturating_add(*first)).ok()
}

/// Characters beyond ASCII that Unicode 14 gives a digit value
/// (`UnicodeData.txt`, fields 6 and 7): first, last, value of the first.
/// Superscripts and subscripts are left out: they are footnotes.
const DIGITS: &[(u32, u32, u32)] = &[
    (0x0660, 0x0669, 0),
    (0x06F0, 0x06F9, 0),
    (0x07C0, 0x07C9, 0),
    (0x0966, 0x096F, 0),
    (0x09E6, 0x09EF, 0),
    (0x0A66, 0x0A6F, 0),
    (0x0AE6, 0x0AEF, 0),
    (0x0B66, 0x0B6F, 0),
    (0x0BE6, 0x0BEF, 0),
    (0x0C66, 0x0C6F, 0),
    (0x0CE6, 0x0CEF, 0),
    (0x0D66, 0x0D6F, 0),
    (0x0DE6, 0x0DEF, 0),
    (0x0E50, 0x0E59, 0),
    (0x0ED0, 0x0ED9, 0),
    (0x0F20, 0x0F29, 0),
    (0x1040, 0x1049, 0),
    (0x1090, 0x1099, 0),
    (0x1369, 0x1371, 1),
    (0x17E0, 0x17E9, 0),
    (0x1810, 0x1819, 0),
    (0x1946, 0x194F, 0),
    (0x19D0, 0x19D9, 0),
    (0x19DA, 0x19DA, 1),
    (0x1A80, 0x1A89, 0),
    (0x1A90, 0x1A99, 0),
    (0x1B50, 0x1B59, 0),
    (0x1BB0, 0x1BB9, 0),
    (0x1C40, 0x1C49, 0),
    (0x1C50, 0x1C59, 0),
    (0x2460, 0x2468, 1),
    (0x2474, 0x247C, 1),
    (0x2488, 0x2490, 1),
    (0x24EA, 0x24EA, 0),
    (0x24F5, 0x24FD, 1),
    (0x24FF, 0x24FF, 0),
    (0x2776, 0x277E, 1),
    (0x2780, 0x2788, 1),
    (0x278A, 0x2792, 1),
    (0xA620, 0xA629, 0),
    (0xA8D0, 0xA8D9, 0),
    (0xA900, 0xA909, 0),
    (0xA9D0, 0xA9D9, 0),
    (0xA9F0, 0xA9F9, 0),
    (0xAA50, 0xAA59, 0),
    (0xABF0, 0xABF9, 0),
    (0xFF10, 0xFF19, 0),
    (0x104A0, 0x104A9, 0),
    (0x10A40, 0x10A43, 1),
    (0x10D30, 0x10D39, 0),
    (0x10E60, 0x10E68, 1),
    (0x11052, 0x1105A, 1),
    (0x11066, 0x1106F, 0),
    (0x110F0, 0x110F9, 0),
    (0x11136, 0x1113F, 0),
    (0x111D0, 0x111D9, 0),
    (0x112F0, 0x112F9, 0),
    (0x11450, 0x11459, 0),
    (0x114D0, 0x114D9, 0),
    (0x11650, 0x11659, 0),
    (0x116C0, 0x116C9, 0),
    (0x11730, 0x11739, 0),
    (0x118E0, 0x118E9, 0),
    (0x11950, 0x11959, 0),
    (0x11C50, 0x11C59, 0),
    (0x11D50, 0x11D59, 0),
    (0x11DA0, 0x11DA9, 0),
    (0x16A60, 0x16A69, 0),
    (0x16AC0, 0x16AC9, 0),
    (0x16B50, 0x16B59, 0),
    (0x1D7CE, 0x1D7D7, 0),
    (0x1D7D8, 0x1D7E1, 0),
    (0x1D7E2, 0x1D7EB, 0),
    (0x1D7EC, 0x1D7F5, 0),
    (0x1D7F6, 0x1D7FF, 0),
    (0x1E140, 0x1E149, 0),
    (0x1E2F0, 0x1E2F9, 0),
    (0x1E950, 0x1E959, 0),
    (0x1F100, 0x1F100, 0),
    (0x1F101, 0x1F10A, 0),
    (0x1FBF0, 0x1FBF9, 0),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(source: &str) -> String {
        String::from_utf8_lossy(Text::new(source.to_owned()).folded()).into_owned()
    }

    #[test]
    fn digits_of_all_scripts_become_ascii() {
        assert_eq!(folded("\u{ff19}\u{0664}\u{1d7d1}\u{2466}"), "9437");
        assert_eq!(folded("9\u{fe0f}\u{20e3}4\u{fe0f}\u{20e3}"), "94");
    }

    #[test]
    fn dashes_spaces_and_zero_width_characters_are_one_class_each() {
        assert_eq!(folded("943\u{2011}476\u{a0}59\u{200b}19"), "943-476 5919");
        assert_eq!(folded("9\u{0}4\u{0}3"), "943");
    }

    #[test]
    fn the_way_back_leads_to_the_character() {
        let text = Text::new(String::from("\u{e9}\u{200b}\u{ff19}4"));
        assert_eq!(text.folded(), [LETTER, b'9', b'4']);
        assert_eq!(text.source_offset(0), 0);
        assert_eq!(text.source_offset(1), 5);
        assert_eq!(text.source_offset(2), 8);
        assert_eq!(text.source_offset(3), 9);
    }

    #[test]
    fn the_digit_table_is_sorted() {
        assert!(DIGITS.is_sorted_by(|(_, end, _), (start, _, _)| end < start));
    }

    proptest! {
        #[test]
        fn the_map_is_monotone_and_in_bounds(source in "\\PC{0,200}") {
            let text = Text::new(source.clone());
            let view = text.folded();
            prop_assert!(view.len() <= source.len());
            let mut before = 0;
            for offset in 0..=view.len() {
                let back = text.source_offset(offset);
                prop_assert!(back >= before && back <= source.len());
                prop_assert!(source.is_char_boundary(back));
                before = back;
            }
        }
    }
}
