//! Character maps (ISO 32000-1 sections 9.7.5 and 9.10.3): from codes to
//! Unicode, and how many bytes a code has.

use std::collections::BTreeMap;

use encoding_rs::UTF_16BE;

use super::lexer::{Lexer, Token};

/// Codes of one map; the largest real ones have some ten thousands.
const CODES: usize = 400_000;

/// A map.
#[derive(Clone, Debug, Default)]
pub(super) struct CMap {
    /// Lengths of codes, with the first and last code of that length.
    spaces: Vec<(usize, u32, u32)>,
    /// From the first code of a range: the last, and the text of the first.
    ranges: BTreeMap<u32, (u32, String)>,
    most: usize,
}

/// Reads a map of at most so many codes from a stream.
pub(super) fn parse(bytes: &[u8], most: usize) -> CMap {
    let mut map = CMap {
        most: most.min(CODES),
        ..CMap::default()
    };
    let mut lexer = Lexer::at(bytes, 0);
    while let Some(token) = lexer.token() {
        let Token::Word(word) = token else {
            continue;
        };
        match word {
            b"begincodespacerange" => map.code_spaces(&mut lexer),
            b"beginbfchar" => map.characters(&mut lexer),
            b"beginbfrange" => map.characters_in_ranges(&mut lexer),
            _ => {}
        }
    }
    map
}

impl CMap {
    /// How many codes and ranges it has.
    pub(super) fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The text of a code.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        let (first, (last, text)) = self.ranges.range(..=code).next_back()?;
        if code > *last {
            return None;
        }
        let steps = code.checked_sub(*first)?;
        if steps == 0 {
            return Some(text.clone());
        }
        // The last character counts on.
        let mut text = text.clone();
        let end = u32::from(text.pop()?).checked_add(steps)?;
        text.push(char::from_u32(end)?);
        Some(text)
    }

    /// The first code of some bytes, and its length.
    pub(super) fn code(&self, bytes: &[u8]) -> (u32, usize) {
        for length in 1..=4_usize {
            let Some(first) = bytes.get(..length) else {
                break;
            };
            let code = big_endian(first);
            let fits = |space: &&(usize, u32, u32)| {
                // Each byte has its own range (section 9.7.6.2).
                let inside = |shift: u32| {
                    let byte = |value: u32| value >> shift & 0xFF;
                    (byte(space.1)..=byte(space.2)).contains(&byte(code))
                };
                space.0 == length && [0, 8, 16, 24].into_iter().all(inside)
            };
            if self.spaces.iter().any(|space| fits(&space)) {
                return (code, length);
            }
        }
        let lengths = self.spaces.iter().map(|space| space.0);
        let length = lengths.min().unwrap_or(2).clamp(1, bytes.len().max(1));
        (big_endian(bytes.get(..length).unwrap_or_default()), length)
    }

    /// Whether it says how long codes are.
    pub(super) fn has_spaces(&self) -> bool {
        !self.spaces.is_empty()
    }

    fn code_spaces(&mut self, lexer: &mut Lexer<'_>) {
        while let (Some(Token::Text(first)), Some(Token::Text(last))) =
            (lexer.token(), lexer.token())
        {
            if (1..=4).contains(&first.len()) && self.spaces.len() < 256 {
                self.spaces
                    .push((first.len(), big_endian(&first), big_endian(&last)));
            }
        }
    }

    fn characters(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(Token::Text(code)) = lexer.token() {
            match lexer.token() {
                Some(Token::Text(text)) => {
                    let code = big_endian(&code);
                    self.enter(code, code, utf16(&text));
                }
                Some(Token::Name(_)) => {}
                _ => return,
            }
        }
    }

    fn characters_in_ranges(&mut self, lexer: &mut Lexer<'_>) {
        while let (Some(Token::Text(first)), Some(Token::Text(last))) =
            (lexer.token(), lexer.token())
        {
            let (first, last) = (big_endian(&first), big_endian(&last));
            match lexer.token() {
                Some(Token::Text(text)) => self.enter(first, last, utf16(&text)),
                Some(Token::ArrayOpen) => {
                    let mut code = first;
                    while let Some(Token::Text(text)) = lexer.token() {
                        self.enter(code, code, utf16(&text));
                        code = code.saturating_add(1);
                    }
                }
                _ => return,
            }
        }
    }

    fn enter(&mut self, first: u32, last: u32, text: String) {
        if last < first || self.ranges.len() >= self.most {
            return;
        }
        // A code in the middle of an earlier range: that one goes on behind it.
        if let Some((begin, (end, base))) = self.ranges.range(..first).next_back()
            && *end >= first
        {
            let (begin, end, base) = (*begin, *end, base.clone());
            if let Some(after) = last.checked_add(1).filter(|after| *after <= end)
                && let Some(rest) = self.text(after)
            {
                self.ranges.entry(after).or_insert((end, rest));
            }
            self.ranges.insert(begin, (first.saturating_sub(1), base));
        }
        self.ranges.insert(first, (last, text));
    }
}

/// A number of at most four bytes.
pub(super) fn big_endian(bytes: &[u8]) -> u32 {
    let last = bytes.len().saturating_sub(4);
    let bytes = bytes.get(last..).unwrap_or_default();
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn utf16(bytes: &[u8]) -> String {
    match bytes {
        // Some write one byte where two are asked for.
        [byte] => char::from(*byte).to_string(),
        _ => UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ranges_and_lists_are_mapped() {
        let map = parse(
            b"1 begincodespacerange <0000> <FFFF> endcodespacerange
            2 beginbfchar <0003> <0020> <0004> <00660069> endbfchar
            2 beginbfrange <0010> <0019> <0030> <0020> <0021> [<0041> <0042>] endbfrange",
            100,
        );
        assert_eq!(map.text(3).as_deref(), Some(" "));
        assert_eq!(map.text(4).as_deref(), Some("fi"));
        assert_eq!(map.text(0x19).as_deref(), Some("9"));
        assert_eq!(map.text(0x1A), None);
        assert_eq!(map.text(0x21).as_deref(), Some("B"));
        assert_eq!(map.code(b"\x00\x10\x00"), (0x10, 2));
    }

    #[test]
    fn a_code_inside_a_range_takes_its_own_text() {
        let map = parse(
            b"1 beginbfrange <00> <FF> <0000> endbfrange 1 beginbfchar <31> <0039> endbfchar",
            100,
        );
        assert_eq!(map.text(0x30).as_deref(), Some("0"));
        assert_eq!(map.text(0x31).as_deref(), Some("9"));
        assert_eq!(map.text(0x32).as_deref(), Some("2"));
    }
}
