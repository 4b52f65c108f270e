//! The strings of dictionaries: contents of notes, values and names of form
//! fields, titles of bookmarks, destinations, links, scripts, what the file
//! says of itself, alternative texts (ISO 32000-1 sections 8 to 14).
//!
//! All of them are read, whatever their key, but those that are known to be no
//! text: a new kind of note must not pass unread.

use super::document::Document;
use super::object::{Dict, Object};
use super::text_string;
use super::xml;
use crate::extract::sink::Spot;

/// Keys of strings that are bytes, or say how something looks.
const NO_TEXT: [&[u8]; 13] = [
    b"ByteRange",
    b"Cert",
    b"CharSet",
    b"CheckSum",
    b"DA",
    b"DS",
    b"DocChecksum",
    b"FontFamily",
    b"ID",
    b"Lang",
    b"Ordering",
    b"Panose",
    b"Registry",
];

/// Keys under which a stream is a text.
const TEXT_STREAMS: [&[u8]; 7] = [b"Contents", b"DV", b"JS", b"RC", b"RV", b"TI", b"V"];

/// The strings of an object, a row each with its key before it: `V` and the
/// value, `T` and the name.
pub(super) fn of(document: &Document<'_, '_, '_>, object: &Object, spot: Spot) -> String {
    let mut rows = Rows {
        document,
        spot,
        text: String::new(),
    };
    rows.object(b"", object);
    rows.text
}

struct Rows<'r, 'd, 's, 'g> {
    document: &'r Document<'d, 's, 'g>,
    spot: Spot,
    text: String,
}

impl Rows<'_, '_, '_, '_> {
    // INVARIANT: the depth of objects is bounded where they are read.
    fn object(&mut self, key: &[u8], object: &Object) {
        match object {
            Object::Text(bytes) => self.string(key, bytes),
            Object::Array(items) => {
                for item in items {
                    self.object(key, item);
                }
            }
            Object::Dict(dict) => self.dict(dict),
            Object::Stream(stream) => self.dict(&stream.dict),
            // The state of a choice is a name.
            Object::Name(name) if matches!(key, b"V" | b"DV") && name.as_ref() != b"Off" => {
                self.row(key, &text_string::decode(name));
            }
            Object::Name(_)
            | Object::Reference(_)
            | Object::Null
            | Object::Flag(_)
            | Object::Integer(_)
            | Object::Real(_) => {}
        }
    }

    fn dict(&mut self, dict: &Dict) {
        let signs = dict.has(b"ByteRange") || dict.is(b"Sig");
        for (key, value) in dict.iter() {
            if NO_TEXT.contains(&key) || (signs && key == b"Contents") {
                continue;
            }
            // Of a destination only its key says something.
            let view = value.array().get(1).map(Object::name).unwrap_or_default();
            let is_own = matches!(key, b"D" | b"Dest" | b"OpenAction");
            if !is_own && (view == b"XYZ" || view.starts_with(b"Fit")) {
                self.row(b"", &text_string::decode(key));
            }
            if TEXT_STREAMS.contains(&key) && !dict.is(b"Page") {
                self.text_stream(key, value);
            }
            self.object(key, value);
        }
    }

    fn text_stream(&mut self, key: &[u8], value: &Object) {
        if value.id().is_none() {
            return;
        }
        let Some(stream) = self.document.get(value).stream() else {
            return;
        };
        let decoded = self.document.decode(stream);
        if let Some(why) = decoded.why {
            self.document.desk.gap(self.spot, why);
        }
        self.string(key, &decoded.bytes);
    }

    fn string(&mut self, key: &[u8], bytes: &[u8]) {
        let mut text = text_string::decode(bytes);
        // What is mostly not to be printed is no text.
        let odd = |letter: &char| letter.is_control() && !letter.is_whitespace();
        let odd = text.chars().filter(odd).count();
        if text.trim().is_empty() || odd > text.chars().count() / 4 || is_date(&text) {
            return;
        }
        if matches!(key, b"RC" | b"RV") || text.trim_start().starts_with("<?xml") {
            text = xml::text(text.as_bytes());
        }
        self.row(key, &text);
    }

    fn row(&mut self, key: &[u8], text: &str) {
        if !key.is_empty() {
            self.text.push_str(&text_string::decode(key));
            self.text.push('\t');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }
}

/// `D:20260101120000+00'00'`: no file is without some.
fn is_date(text: &str) -> bool {
    text.strip_prefix("D:").is_some_and(|rest| {
        let digits = rest.chars().filter(char::is_ascii_digit).count();
        let others = |letter: char| matches!(letter, '0'..='9' | '+' | '-' | 'Z' | '\'');
        matches!(digits, 4..=18) && rest.starts_with(['1', '2']) && rest.chars().all(others)
    })
}
