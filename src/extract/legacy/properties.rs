//! The properties of old Office documents: title, author, and what the user
//! added.
//!
//! Source: MS-OLEPS; the streams `\x05SummaryInformation` and
//! `\x05DocumentSummaryInformation` (MS-OSHARED 2.3.3). Strings stand in the
//! code page of their set. Numbers are read too: a property of the user's own
//! may be one.

use std::collections::BTreeMap;

use super::code_page;
use super::ole::{Ole, Storage};
use super::raw::{date, part_or_rest, size_at, u16_at, u32_at, u64_at, until_zero, utf16};
use crate::extract::picture;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::strings;
use crate::mail::GapReason;

/// Reads the property streams of a storage.
pub(in crate::extract) fn read(ole: &mut Ole<'_>, storage: &Storage, sink: &mut Sink<'_>) {
    for name in ole.streams(storage) {
        if !is_property_stream(&name) {
            continue;
        }
        let Some((bytes, why)) = ole.stream(storage, &name) else {
            continue;
        };
        if let Some(why) = why {
            sink.gap(Spot::default(), why);
        }
        match stream(&bytes) {
            Some((text, why)) => {
                sink.text(Spot::default(), text);
                if let Some(why) = why {
                    sink.gap(Spot::default(), why);
                }
            }
            None => {
                sink.gap(Spot::default(), GapReason::Broken);
                sink.text(Spot::default(), strings(&bytes, 4));
            }
        }
    }
}

/// Whether a stream is named as one of properties.
pub(super) fn is_property_stream(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with('\u{5}') && name != "\u{5}digitalsignature"
}

/// All properties of a stream, a line each, and whether some were too many.
fn stream(bytes: &[u8]) -> Option<(String, Option<GapReason>)> {
    if bytes.iter().all(|byte| *byte == 0) {
        // Some libraries write no more than the room for them.
        return Some((String::new(), None));
    }
    if u16_at(bytes, 0) != Some(0xFFFE) {
        return None;
    }
    let mut out = Out {
        text: String::new(),
        // Each value once, with room for some that overlap.
        left: bytes.len().saturating_mul(4),
    };
    let sets = size_at(bytes, 24)?.min(2);
    for number in 0..sets {
        let at = number.saturating_mul(20).saturating_add(44);
        let set = size_at(bytes, at).and_then(|at| bytes.get(at..))?;
        property_set(set, &mut out)?;
    }
    let why = (out.left == 0).then_some(GapReason::TooLarge);
    Some((out.text, why))
}

struct Out {
    text: String,
    /// How many bytes of values may still be read: they may overlap.
    left: usize,
}

impl Out {
    fn line(&mut self, name: Option<&String>, value: &str) {
        let value = value.trim_end_matches('\0');
        if value.is_empty() {
            return;
        }
        if let Some(name) = name {
            self.text.push_str(name);
            self.text.push_str(": ");
        }
        self.text.push_str(value);
        self.text.push('\n');
    }
}

fn property_set(set: &[u8], out: &mut Out) -> Option<()> {
    let count = size_at(set, 4)?.min(set.len() / 8);
    let properties: Vec<(u32, usize)> = (0..count)
        .filter_map(|number| {
            let at = number.saturating_mul(8).saturating_add(8);
            Some((u32_at(set, at)?, size_at(set, at.saturating_add(4))?))
        })
        .collect();
    let place = |id| properties.iter().find(|(known, _)| *known == id);
    let code_page = place(1)
        .and_then(|(_, at)| u16_at(set, at.checked_add(4)?))
        .map_or(1252, u32::from);
    let names = place(0)
        .and_then(|(_, at)| set.get(*at..))
        .map(|dictionary| names(dictionary, code_page))
        .unwrap_or_default();
    for (id, at) in properties.iter().filter(|(id, _)| *id > 1) {
        let Some(value) = set.get(*at..) else {
            continue;
        };
        let mut reader = Values {
            bytes: value,
            at: 4,
            code_page,
            in_list: false,
            named: names.contains_key(id),
        };
        let kind = u16_at(value, 0).unwrap_or(0);
        let mut values = Vec::new();
        reader.take(kind, &mut out.left, &mut values);
        for value in values {
            out.line(names.get(id), &value);
        }
    }
    for name in names.values() {
        out.line(None, name);
    }
    Some(())
}

/// The names of the user's own properties (MS-OLEPS 2.17).
fn names(dictionary: &[u8], code_page: u32) -> BTreeMap<u32, String> {
    let mut names = BTreeMap::new();
    let count = size_at(dictionary, 0).unwrap_or(0);
    let mut at = 4_usize;
    for _ in 0..count.min(dictionary.len() / 8) {
        let (Some(id), Some(len)) = (
            u32_at(dictionary, at),
            size_at(dictionary, at.saturating_add(4)),
        ) else {
            break;
        };
        at = at.saturating_add(8);
        let (name, len) = if code_page == 1200 {
            let len = len.saturating_mul(2);
            let padded = len.checked_next_multiple_of(4).unwrap_or(len);
            (utf16(part_or_rest(dictionary, at, len)), padded)
        } else {
            let name = until_zero(part_or_rest(dictionary, at, len));
            (code_page::decode(name, code_page).into_owned(), len)
        };
        names.insert(id, name.trim_end_matches('\0').to_owned());
        at = at.saturating_add(len);
    }
    names
}

/// Values one after another.
struct Values<'b> {
    bytes: &'b [u8],
    at: usize,
    code_page: u32,
    /// Whether they are a list, in which strings follow one another without
    /// zeros between (MS-OSHARED 2.3.3.1.9).
    in_list: bool,
    /// Whether the properties are the user's own.
    named: bool,
}

impl Values<'_> {
    /// Takes one value of a kind (MS-OLEPS 2.15); one of unknown length ends it.
    fn take(&mut self, kind: u16, left: &mut usize, out: &mut Vec<String>) {
        let (count, element) = if kind & 0x1000 == 0 {
            (1, kind)
        } else {
            let count = size_at(self.bytes, self.at).unwrap_or(0);
            self.at = self.at.saturating_add(4);
            self.in_list = true;
            (count, kind & 0x0FFF)
        };
        for _ in 0..count {
            if self.at >= self.bytes.len() || *left == 0 {
                break;
            }
            let element = if element == 0x0C {
                let inner = u16_at(self.bytes, self.at).unwrap_or(0);
                self.at = self.at.saturating_add(4);
                inner
            } else {
                element
            };
            let before = self.at;
            let Some(value) = self.one(element) else {
                break;
            };
            // An empty value costs as well: there may be billions.
            // What a length claims beyond the end costs nothing.
            let end = self.at.min(self.bytes.len());
            *left = left.saturating_sub(end.saturating_sub(before).max(1));
            out.extend(value.0);
        }
    }

    /// One value that is no list: its text, if it has any; `None` where its
    /// length is unknown.
    fn one(&mut self, kind: u16) -> Option<Value> {
        let bytes = self.bytes;
        let at = self.at;
        let data = |len| part_or_rest(bytes, at.saturating_add(4), len);
        let (value, len) = match kind {
            // Empty and null.
            0 | 1 => (None, 0),
            // 16-bit numbers, truth values and short floats, padded.
            2 | 4 | 0x0B | 0x12 => (None, 4),
            3 | 0x13 | 0x16 | 0x17 => (u32_at(bytes, at).map(|v| v.to_string()), 4),
            5 => {
                let value = u64_at(bytes, at).map(f64::from_bits);
                (value.map(|value| value.to_string()), 8)
            }
            // Currency is in ten-thousandths.
            6 | 0x14 | 0x15 => (u64_at(bytes, at).map(|v| v.to_string()), 8),
            // Dates are told where the user named them: a date of birth may be one.
            0x40 => {
                let value = date(bytes.get(at..).unwrap_or(&[]));
                (value.filter(|_| self.named), 8)
            }
            7 => (None, 8),
            0x48 => (None, 16),
            8 | 0x1E => {
                let len = size_at(bytes, at)?;
                let text = if self.code_page == 1200 {
                    utf16(data(len))
                } else {
                    code_page::decode(until_zero(data(len)), self.code_page).into_owned()
                };
                (Some(text), self.string_len(len))
            }
            0x1F => {
                let len = size_at(bytes, at)?.saturating_mul(2);
                (Some(utf16(data(len))), padded(len))
            }
            // The first page as a picture (MS-OLEPS 2.11): of a drawing the words,
            // of dots nothing, since what they show is the document's text.
            0x47 => {
                let len = size_at(bytes, at)?;
                let picture = match u32_at(data(len), 4) {
                    // Before a WMF stand its kind, width, height, and nothing.
                    Some(3) => data(len).get(16..),
                    Some(14) => data(len).get(8..),
                    _ => None,
                };
                (picture.map(picture::drawn), padded(len))
            }
            // Binary data: the list of links is some.
            0x41 | 0x46 => {
                let len = size_at(bytes, at)?;
                (Some(strings(data(len), 4)), padded(len))
            }
            _ => return None,
        };
        self.at = at.saturating_add(len);
        Some(Value(value))
    }
}

/// The text of a value, if it has any.
struct Value(Option<String>);

impl Values<'_> {
    /// How long a string of one byte a character is: in a list not padded, but
    /// for writers that do so.
    fn string_len(&self, len: usize) -> usize {
        let end = self.at.saturating_add(4).saturating_add(len);
        let fits = |at| size_at(self.bytes, at).is_none_or(|len| len <= self.bytes.len());
        if self.in_list && fits(end) {
            len.saturating_add(4)
        } else {
            padded(len)
        }
    }
}

/// The length of a value with its own length before it and zeros behind.
fn padded(len: usize) -> usize {
    let padded = len.checked_next_multiple_of(4).unwrap_or(len);
    padded.saturating_add(4)
}

#[cfg(test)]
mod tests {
    use crate::extract::suite::{corpus, has, read};

    #[test]
    fn the_users_own_properties_are_read_with_their_names() {
        let Some(bytes) = corpus("tika/testWORD_custom_props.doc") else {
            return;
        };
        let reading = read(&bytes);
        for words in ["MyCustomString: MyStringValue", "MyCustomDate: 201"] {
            assert!(has(&reading, words), "{words}: {reading:?}");
        }
    }

    /// A stream with one property: its number, its kind, and a value.
    fn stream(property: u32, kind: u32, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0xFE, 0xFF, 0, 0, 0, 0, 0, 0];
        bytes.extend([0; 16]);
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend([0; 16]);
        bytes.extend(48_u32.to_le_bytes());
        let len = u32::try_from(value.len() + 20).unwrap();
        for number in [len, 1, property, 16, kind] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(value);
        bytes
    }

    #[test]
    fn the_words_of_a_drawn_preview_are_read() {
        let words = b"NHS 943 476 5919";
        let record_words = u32::try_from((6 + 2 + words.len() + 4) / 2).unwrap();
        let mut drawing = vec![1, 0, 9, 0];
        drawing.extend([0; 14]);
        drawing.extend(record_words.to_le_bytes());
        drawing.extend(0x0521_u16.to_le_bytes());
        drawing.extend(u16::try_from(words.len()).unwrap().to_le_bytes());
        drawing.extend(words);
        drawing.extend([0; 4]);
        let mut value = u32::try_from(drawing.len() + 16)
            .unwrap()
            .to_le_bytes()
            .to_vec();
        value.extend([0xFF; 4]);
        value.extend(3_u32.to_le_bytes());
        value.extend([8, 0, 1, 0, 1, 0, 0, 0]);
        value.extend(drawing);
        let (text, gap) = super::stream(&stream(17, 0x47, &value)).unwrap();
        assert!(text.contains("NHS 943 476 5919"), "{text:?}");
        assert_eq!(gap, None);
    }

    #[test]
    fn a_vector_of_countless_values_ends_with_its_bytes() {
        // A vector of 4 billion empty values.
        let count = [u32::MAX.to_le_bytes(), [0; 4]].concat();
        let bytes = stream(2, 0x1000, &count);
        let expected = (String::new(), Some(crate::mail::GapReason::TooLarge));
        assert_eq!(super::stream(&bytes), Some(expected));
    }
}
