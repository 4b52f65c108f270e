//! The properties of Outlook's messages, as MSG and TNEF both have them.
//!
//! Source: MS-OXPROPS, MS-OXCDATA 2.11.1 (types), MS-OXOMSG. Every text counts,
//! whatever property it is: a contact's, an appointment's, or one of a form
//! that somebody made.

use super::code_page;
use super::packed_rtf;
use super::raw::{date, part_or_rest, size_at, u16_at, u32_at, u64_at, until_zero, utf16};
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::strings;
use crate::mail::GapReason;

/// Types of properties (MS-OXCDATA 2.11.1); with [`MANY`] a list of them.
pub(super) const TEXT_8: u16 = 0x001E;
pub(super) const TEXT_16: u16 = 0x001F;
pub(super) const BINARY: u16 = 0x0102;
pub(super) const OBJECT: u16 = 0x000D;
pub(super) const MANY: u16 = 0x1000;

const CLASS: u16 = 0x001A;
const HTML: u16 = 0x1013;
const PACKED_TEXT: u16 = 0x1009;
pub(super) const ATTACHED_DATA: u16 = 0x3701;
const ATTACHED_TYPE: u16 = 0x370E;
/// The picture of an attachment's icon.
const ICON: u16 = 0x3709;

/// The properties of a message, a recipient or an attachment.
#[derive(Debug)]
pub(super) struct Properties {
    code_page: u32,
    lines: String,
    /// The texts by which a file is known, best first.
    names: [String; 4],
    media_type: String,
    class: String,
}

impl Properties {
    /// None yet; texts of one byte a character are in this code page.
    pub(super) fn new(code_page: u32) -> Self {
        Self {
            code_page,
            lines: String::new(),
            names: Default::default(),
            media_type: String::new(),
            class: String::new(),
        }
    }

    /// Takes a property of variable length.
    pub(super) fn take(&mut self, id: u16, kind: u16, bytes: &[u8], sink: &mut Sink<'_>) {
        match kind {
            TEXT_8 | TEXT_16 if id == HTML => html(&self.decoded(kind, bytes), sink),
            TEXT_8 | TEXT_16 => {
                let text = self.decoded(kind, bytes);
                self.text(id, text.trim_end_matches('\0'));
            }
            BINARY if id == HTML => {
                sink.file(Spot::default(), "", "text/html", bytes.to_vec());
            }
            BINARY if id == PACKED_TEXT => {
                let (text, why) = packed_rtf::unpacked(bytes);
                if let Some(why) = why {
                    sink.gap(Spot::default(), why);
                }
                sink.file(Spot::default(), "", "text/rtf", text);
            }
            BINARY if id == ICON => {}
            // Addresses in binary form, data of forms.
            _ => {
                let found = strings(bytes, 6);
                self.lines.push_str(&found);
            }
        }
    }

    fn decoded(&self, kind: u16, bytes: &[u8]) -> String {
        if kind == TEXT_16 {
            utf16(bytes)
        } else {
            code_page::decode(until_zero(bytes), self.code_page).into_owned()
        }
    }

    /// Takes a text.
    pub(super) fn text(&mut self, id: u16, text: &str) {
        match id {
            CLASS => text.clone_into(&mut self.class),
            ATTACHED_TYPE => text.clone_into(&mut self.media_type),
            _ => {}
        }
        // Long name, display name, short name, path.
        let name = [0x3707, 0x3001, 0x3704, 0x3708].iter();
        if let Some((_, name)) = name.zip(&mut self.names).find(|(known, _)| **known == id) {
            text.clone_into(name);
        }
        if !text.is_empty() {
            self.lines.push_str(text);
            self.lines.push('\n');
        }
    }

    /// Takes a property of fixed length: of those that people fill in.
    pub(super) fn fixed(&mut self, id: u16, kind: u16, value: &[u8]) {
        let number = match (id, kind) {
            (0x3A41 | 0x3A42, 0x40) => date(value).map(|date| match id {
                0x3A42 => format!("Birthday: {date}"),
                _ => format!("Anniversary: {date}"),
            }),
            (0x8000.., 0x40) => date(value),
            (0x8000.., 3) => u32_at(value, 0).and_then(|number| telling(number.into())),
            (0x8000.., 6 | 0x14) => u64_at(value, 0).and_then(telling),
            (0x8000.., 5) => {
                let number = u64_at(value, 0).map(f64::from_bits);
                number
                    .filter(|number| number.abs() > f64::from(SMALL))
                    .map(|number| number.to_string())
            }
            _ => None,
        };
        if let Some(number) = number {
            self.lines.push_str(&number);
            self.lines.push('\n');
        }
    }

    /// The best name of an attachment; may be empty.
    pub(super) fn name(&self) -> &str {
        let names = self.names.iter();
        let mut given = names.filter(|name| !name.is_empty());
        given.next().map_or("", String::as_str)
    }

    /// What the sender says that an attachment is.
    pub(super) fn media_type(&self) -> &str {
        &self.media_type
    }

    /// What kind of item it is, in upper case: `IPM.NOTE`.
    pub(super) fn class(&self) -> String {
        self.class.to_ascii_uppercase()
    }

    /// Tells all texts.
    pub(super) fn tell(self, sink: &mut Sink<'_>) {
        sink.text(Spot::default(), self.lines);
    }
}

/// Numbers up to here are states, sizes and colours, and identify nobody.
const SMALL: u32 = 9_999;

/// A number that may tell something: Outlook's own are small, or the largest
/// that there are.
fn telling(number: u64) -> Option<String> {
    let limits = [u64::from(u32::MAX), u64::from(u32::MAX >> 1)];
    let tells = number > u64::from(SMALL) && !limits.contains(&number);
    tells.then(|| number.to_string())
}

/// Hands on HTML that was a text, not bytes.
fn html(text: &str, sink: &mut Sink<'_>) {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend(text.trim_end_matches('\0').bytes());
    sink.file(Spot::default(), "", "text/html", bytes);
}

/// Hands on an attached file.
pub(super) fn attached(properties: &Properties, bytes: Vec<u8>, signed: bool, sink: &mut Sink<'_>) {
    let name = properties.name();
    // Rights management: an encrypted message ("message.rpmsg", MS-OXORMMS).
    if bytes.starts_with(&[0x76, 0xE8, 0x04, 0x60, 0xC4, 0x11, 0xE3, 0x86]) {
        sink.unread_file(Spot::default(), name, GapReason::Encrypted);
        return;
    }
    let media_type = properties.media_type();
    // The whole signed message is an attachment of its own (MS-OXOSMIME 2.1.3.1).
    let whole = signed && media_type.eq_ignore_ascii_case("multipart/signed");
    let media_type = if whole { "message/rfc822" } else { media_type };
    // An attached workbook is seen as one: it is no hidden place.
    sink.file(Spot::default(), name, media_type, bytes);
}

/// Values in a row as TNEF writes them (MS-OXTNEF 2.1.3.4): takes properties
/// from `bytes`; `found` gets those with data of their own.
pub(super) struct Rows<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) at: usize,
}

/// A property in a row.
#[derive(Debug)]
pub(super) struct Row<'b> {
    pub(super) id: u16,
    pub(super) kind: u16,
    /// The name, if the property has one of its own.
    pub(super) name: String,
    /// One value, or several.
    pub(super) values: Vec<&'b [u8]>,
}

impl<'b> Rows<'b> {
    /// The next property; `None` at a damaged one.
    pub(super) fn next_row(&mut self) -> Option<Row<'b>> {
        let kind = u16_at(self.bytes, self.at)?;
        let id = u16_at(self.bytes, self.at.checked_add(2)?)?;
        self.at = self.at.checked_add(4)?;
        let mut name = String::new();
        if id >= 0x8000 {
            self.at = self.at.checked_add(16)?;
            let named = u32_at(self.bytes, self.at)?;
            self.at = self.at.checked_add(4)?;
            if named == 0 {
                self.at = self.at.checked_add(4)?;
            } else {
                name = utf16(self.counted()?);
            }
        }
        let single = kind & !MANY;
        let is_variable = matches!(single, TEXT_8 | TEXT_16 | BINARY | OBJECT);
        let count = if is_variable || kind & MANY != 0 {
            let count = size_at(self.bytes, self.at)?;
            self.at = self.at.checked_add(4)?;
            count
        } else {
            1
        };
        let mut values = Vec::new();
        // Each value takes four bytes at least.
        for _ in 0..count.min(self.bytes.len() / 4) {
            values.push(if is_variable {
                self.counted()?
            } else {
                self.fixed(single)?
            });
        }
        Some(Row {
            id,
            kind: single,
            name,
            values,
        })
    }

    fn counted(&mut self) -> Option<&'b [u8]> {
        let len = size_at(self.bytes, self.at)?;
        self.at = self.at.checked_add(4)?;
        let value = part_or_rest(self.bytes, self.at, len);
        let padded = len.checked_next_multiple_of(4)?;
        self.at = self.at.checked_add(padded)?.min(self.bytes.len());
        (value.len() == len).then_some(value)
    }

    fn fixed(&mut self, kind: u16) -> Option<&'b [u8]> {
        let len = match kind {
            2 | 3 | 4 | 0x0A | 0x0B => 4,
            5 | 6 | 7 | 0x14 | 0x40 => 8,
            0x48 => 16,
            _ => return None,
        };
        let value = super::raw::part(self.bytes, self.at, len)?;
        self.at = self.at.checked_add(len)?;
        Some(value)
    }
}
