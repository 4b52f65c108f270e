//! EXIF (CIPA DC-008): the tags that hold words, in ASCII and in UTF-16.

use std::io::Cursor;

use exif::{Error, Exif, Reader, Tag, Value};

use crate::extract::strings;
use crate::extract::text_file::charset;

/// The words of all tags, a line each.
pub(super) fn words(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Cursor::new(bytes));
    let exif: Exif = read
        .or_else(|error: Error| error.distill_partial_result(|_| ()))
        .ok()?;
    let mut out = String::new();
    for field in exif.fields() {
        let words = match &field.value {
            Value::Ascii(lines) => {
                let lines = lines.iter().map(|line| charset::decode(line, None));
                let texts = lines.flat_map(|decoded| decoded.readings);
                texts.collect::<Vec<_>>().join("\n")
            }
            // Title, comment, author, keywords and subject of Windows.
            Value::Byte(bytes) if (0x9C9B..=0x9C9F).contains(&field.tag.number()) => {
                utf16(bytes, u16::from_le_bytes)
            }
            Value::Undefined(bytes, _) if field.tag == Tag::UserComment => comment(bytes),
            Value::Undefined(bytes, _) | Value::Byte(bytes) => strings::words(bytes),
            Value::Short(_)
            | Value::Long(_)
            | Value::Rational(_)
            | Value::SByte(_)
            | Value::SShort(_)
            | Value::SLong(_)
            | Value::SRational(_)
            | Value::Float(_)
            | Value::Double(_)
            | Value::Unknown(..) => field.display_value().to_string(),
        };
        if !words.trim().is_empty() && words.len() < 1 << 20 {
            out.push_str(words.trim());
            out.push('\n');
        }
    }
    Some(out)
}

/// A comment behind eight bytes that name its charset (section 4.6.5); what
/// they say is not trusted.
fn comment(bytes: &[u8]) -> String {
    let text = bytes.get(8..).unwrap_or(b"");
    let mut readings = charset::decode(text, None).readings;
    if bytes.starts_with(b"UNICODE") {
        readings.push(utf16(text, u16::from_le_bytes));
        readings.push(utf16(text, u16::from_be_bytes));
    }
    readings.push(strings::words(bytes));
    readings.join("\n")
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| unit(*pair))
        .collect();
    String::from_utf16_lossy(&units)
}
