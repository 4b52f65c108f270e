//! Parts of any kind: what they are made of, and their words.

use super::binary;
use super::part::PartText;
use crate::extract::office::xml;
use crate::extract::sink::{Sink, Spot};
use crate::extract::text_file::{charset, stretches};
use crate::location::Hidden;
use crate::mail::GapReason;

/// Reads a part of any kind.
pub(super) fn any_part(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    if is_xml(bytes) {
        any_xml(bytes, spot, sink);
        return;
    }
    let (text, cut) = binary::words(bytes);
    sink.text(spot, text);
    if cut {
        sink.gap(spot, GapReason::Truncated);
    }
}

/// Reads an XML part of any kind.
pub(super) fn any_xml(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let mut text = PartText::default();
    let stopped = xml::walk(bytes, |token| text.token(&token));
    told(text, spot, sink);
    if let Some(why) = stopped {
        sink.gap(spot, why);
    }
    // Queries keep their tables so, and what people typed into them.
    let source = charset::decode(bytes, None).readings.into_iter().next();
    for file in stretches::files(&source.unwrap_or_default()) {
        sink.file(spot, "", "", file.bytes);
    }
}

/// Hands over the text of a part.
pub(super) fn told(text: PartText, spot: Spot, sink: &mut Sink<'_>) {
    let (seen, hidden) = text.finish();
    sink.text(spot, seen);
    sink.text(spot.hidden(spot.hidden.unwrap_or(Hidden::Text)), hidden);
}

/// Whether bytes are XML.
pub(super) fn is_xml(bytes: &[u8]) -> bool {
    let bytes = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(bytes)
        .trim_ascii_start();
    matches!(
        bytes,
        [b'<', ..] | [0xFF, 0xFE, b'<', ..] | [0xFE, 0xFF, 0, b'<', ..] | [0, b'<', ..]
    )
}

/// Whether a part is made of records.
pub(super) fn is_records(name: &str, bytes: &[u8]) -> bool {
    name.to_ascii_lowercase().ends_with(".bin") && binary::is_records(bytes)
}

/// The local name of the first element; the same word where the first record
/// means it.
pub(super) fn root(bytes: &[u8]) -> String {
    let record = match bytes {
        [0x81, 0x01, ..] => "worksheet",
        [0xB3, 0x01, ..] => "pivotCacheDefinition",
        [0xC1, 0x01, ..] => "pivotCacheRecords",
        [0xE8, 0x02, ..] => "externalLink",
        _ => "",
    };
    if !record.is_empty() {
        return record.to_owned();
    }
    let head = bytes.get(..4_096).unwrap_or(bytes);
    let head: String = head
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| char::from(*byte))
        .collect();
    let starts_name = |tag: &&str| tag.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let tag = head
        .split('<')
        .skip(1)
        .find(starts_name)
        .unwrap_or_default();
    let name = tag.split(|letter: char| letter.is_whitespace() || "/>".contains(letter));
    let name = name.into_iter().next().unwrap_or_default();
    name.rsplit(':').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use crate::extract::office::sample;
    use crate::extract::suite::{gaps, has, read};

    /// What Power Query keeps: eight bytes, and a package with a program.
    fn mashup(program: &str) -> String {
        let package = sample::package(&[("Formulas/Section1.m", program.as_bytes())]);
        let mut bytes = vec![0; 4];
        bytes.extend(u32::try_from(package.len()).unwrap().to_le_bytes());
        bytes.write_all(&package).unwrap();
        format!("<DataMashup>{}</DataMashup>", STANDARD.encode(bytes))
    }

    #[test]
    fn the_programs_of_queries_and_the_tables_in_them_are_read() {
        for program in [
            "let Source = Table.FromRows({{\"NHS number\",\"943 476 5919\"}}) in Source;",
            "Json.Document(Binary.Decompress(Binary.FromText(\"i45W8vMIVsgrzU1KLVLSUbI0MVYwMTdTMLU0tFSKjQUA\", \
             BinaryEncoding.Base64), Compression.Deflate))",
        ] {
            let utf8 = mashup(program).into_bytes();
            let utf16 = mashup(program);
            let utf16: Vec<u8> = std::iter::once(0xFEFF)
                .chain(utf16.encode_utf16())
                .flat_map(u16::to_le_bytes)
                .collect();
            for part in [utf8, utf16] {
                let reading = read(&sample::package(&[
                    ("[Content_Types].xml", b"<Types/>"),
                    ("xl/workbook.xml", b"<workbook/>"),
                    ("customXml/item1.xml", &part),
                ]));
                assert!(has(&reading, "943 476 5919"), "{reading:?}");
                assert!(!gaps(&reading).iter().any(|gap| gap.contains("document")));
            }
        }
    }
}
