//! Outlook messages (MSG).
//!
//! Source: MS-OXMSG. Each property of variable length is a stream
//! `__substg1.0_` with its number and type in hexadecimal; recipients and
//! attachments are storages. A message inside, or an object, is a storage in
//! that of its attachment: it becomes a file of its own and is handed on.

use super::mapi::{self, ATTACHED_DATA, BINARY, MANY, OBJECT, Properties, TEXT_8, TEXT_16};
use super::ole::{Ole, Storage};
use super::raw::{part_or_rest, size_at, u16_at, u32_at, utf16};
use super::{embedded, properties};
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::strings;
use crate::mail::GapReason;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(mut ole) = Ole::open(bytes) else {
        sink.gap(Spot::default(), GapReason::Broken);
        sink.text(Spot::default(), strings(bytes, 4));
        return;
    };
    let root = Storage::root();
    let code_page = code_page(&mut ole, &root);
    let message = read_properties(&mut ole, &root, code_page, sink);
    let class = message.class();
    message.tell(sink);
    let signed = class.ends_with(".SMIME.MULTIPARTSIGNED");
    if class.contains(".SMIME") && !signed {
        sink.gap(Spot::default(), GapReason::Encrypted);
    }
    properties::read(&mut ole, &root, sink);
    for (name, storage) in ole.storages(&root) {
        let name = name.to_ascii_lowercase();
        if name.starts_with("__attach_version1.0") {
            attachment(&mut ole, &storage, code_page, signed, sink);
        } else if name.starts_with("__nameid_version1.0") {
            names(&mut ole, &storage, sink);
        } else {
            // Recipients, and whatever else looks like them.
            read_properties(&mut ole, &storage, code_page, sink).tell(sink);
            others(&mut ole, &storage, sink);
        }
    }
    if let Some(why) = ole.damage() {
        sink.gap(Spot::default(), why);
    }
}

/// Reads the properties that stand directly in a storage.
fn read_properties(
    ole: &mut Ole<'_>,
    storage: &Storage,
    code_page: u32,
    sink: &mut Sink<'_>,
) -> Properties {
    let mut found = Properties::new(code_page);
    for name in ole.streams(storage) {
        let lower = name.to_ascii_lowercase();
        if lower == "__properties_version1.0" {
            let bytes = stream(ole, storage, &name, sink);
            fixed(&bytes, &mut found);
            continue;
        }
        let Some((id, kind, many)) = property(&lower) else {
            if !properties::is_property_stream(&name) {
                let bytes = stream(ole, storage, &name, sink);
                sink.text(Spot::default(), strings(&bytes, 4));
            }
            continue;
        };
        // The data of an attachment is read when its name is known; the lengths
        // of a list's values tell nothing.
        let lengths_of_values = kind & MANY != 0 && !many;
        if (id == ATTACHED_DATA && kind & !MANY == BINARY) || lengths_of_values {
            continue;
        }
        let bytes = stream(ole, storage, &name, sink);
        found.take(id, kind & !MANY, &bytes, sink);
    }
    found
}

/// What a stream's name says: number and type of its property, and whether it
/// is one value of a list.
fn property(name: &str) -> Option<(u16, u16, bool)> {
    let digits = name.strip_prefix("__substg1.0_")?;
    let id = u16::from_str_radix(digits.get(..4)?, 16).ok()?;
    let kind = u16::from_str_radix(digits.get(4..8)?, 16).ok()?;
    // Lists of numbers have no streams for their values.
    let has_values = matches!(kind & !MANY, TEXT_8 | TEXT_16 | BINARY);
    Some((id, kind, digits.len() > 8 || !has_values))
}

fn stream(ole: &mut Ole<'_>, storage: &Storage, name: &str, sink: &mut Sink<'_>) -> Vec<u8> {
    let Some((bytes, why)) = ole.stream(storage, name) else {
        return Vec::new();
    };
    if let Some(why) = why {
        sink.gap(Spot::default(), why);
    }
    bytes
}

/// The entries of a property stream (MS-OXMSG 2.4): 16 bytes each, behind a
/// header whose length depends on what the storage is.
fn entries(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let header = bytes.len() % 16;
    bytes.get(header..).unwrap_or(&[]).chunks_exact(16)
}

fn fixed(bytes: &[u8], found: &mut Properties) {
    for entry in entries(bytes) {
        let (Some(kind), Some(id)) = (u16_at(entry, 0), u16_at(entry, 2)) else {
            continue;
        };
        found.fixed(id, kind, entry.get(8..).unwrap_or(&[]));
    }
}

/// The code page of texts of one byte a character: that of the message, or of
/// the internet (MS-OXPROPS 2.813, 2.739).
fn code_page(ole: &mut Ole<'_>, root: &Storage) -> u32 {
    let stream = ole.stream(root, "__properties_version1.0");
    let bytes = stream.map(|(bytes, _)| bytes).unwrap_or_default();
    let value = |wanted: u32| {
        entries(&bytes)
            .find(|entry| u32_at(entry, 0) == Some(wanted))
            .and_then(|entry| u32_at(entry, 8))
    };
    value(0x3FFD_0003)
        .or_else(|| value(0x3FDE_0003))
        .unwrap_or(1252)
}

fn attachment(
    ole: &mut Ole<'_>,
    storage: &Storage,
    code_page: u32,
    signed: bool,
    sink: &mut Sink<'_>,
) {
    let found = read_properties(ole, storage, code_page, sink);
    let data = format!("__substg1.0_{ATTACHED_DATA:04X}{BINARY:04X}");
    if ole.has(storage, &data) {
        let bytes = stream(ole, storage, &data, sink);
        mapi::attached(&found, bytes, signed, sink);
    }
    for (name, inner) in ole.storages(storage) {
        let name = name.to_ascii_lowercase();
        let is_object = property(&name).is_some_and(|(_, kind, _)| kind == OBJECT);
        if is_object {
            embedded::repacked(ole, &inner, found.name(), Spot::default(), sink);
        } else {
            embedded::repacked(ole, &inner, "", Spot::default(), sink);
        }
    }
    found.tell(sink);
}

/// Hands on storages in places where none should be.
fn others(ole: &mut Ole<'_>, storage: &Storage, sink: &mut Sink<'_>) {
    for (_, inner) in ole.storages(storage) {
        embedded::repacked(ole, &inner, "", Spot::default(), sink);
    }
}

/// The names of properties that have some (MS-OXMSG 2.2.3.1.3).
fn names(ole: &mut Ole<'_>, storage: &Storage, sink: &mut Sink<'_>) {
    const NAMES: &str = "__substg1.0_00040102";
    for name in ole.streams(storage) {
        if !name.eq_ignore_ascii_case(NAMES) {
            // Numbers only, if nobody hides anything there.
            let bytes = stream(ole, storage, &name, sink);
            sink.text(Spot::default(), strings(&bytes, 8));
        }
    }
    let bytes = stream(ole, storage, NAMES, sink);
    let mut text = String::new();
    let mut at = 0_usize;
    while let Some(len) = size_at(&bytes, at) {
        text.push_str(&utf16(part_or_rest(&bytes, at.saturating_add(4), len)));
        text.push('\n');
        let padded = len.checked_next_multiple_of(4).unwrap_or(len);
        at = at.saturating_add(4).saturating_add(padded);
    }
    sink.text(Spot::default(), text);
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use crate::extract::suite::{corpus, gaps, has, read};

    fn message(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_stream("/__properties_version1.0").unwrap();
        for (path, bytes) in streams {
            let path = std::path::Path::new(path);
            file.create_storage_all(path.parent().unwrap()).unwrap();
            file.create_stream(path).unwrap().write_all(bytes).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn every_text_property_is_read_wherever_it_stands() {
        let wide = wide("943 476 5919");
        let narrow: &[u8] = b"943 476 5919";
        for (name, bytes) in [
            ("/__substg1.0_0037001F", wide.as_slice()),
            ("/__substg1.0_0037001E", narrow),
            ("/__SUBSTG1.0_1000001f", wide.as_slice()),
            ("/__substg1.0_8123101F-00000000", wide.as_slice()),
            ("/__substg1.0_81230102", wide.as_slice()),
            ("/__recip_version1.0_#00000000/__substg1.0_3001001F", &wide),
            ("/__attach_version1.0_#00000000/__substg1.0_3707001F", &wide),
        ] {
            let reading = read(&message(&[(name, bytes)]));
            assert!(has(&reading, "943 476 5919"), "{name}: {reading:?}");
            assert_eq!(gaps(&reading), [] as [&str; 0], "{name}");
        }
    }

    #[test]
    fn messages_in_messages_are_handed_on() {
        let attached = "/__attach_version1.0_#00000000/__substg1.0_3701000D";
        let text = wide("943 476 5919");
        let bytes = message(&[
            (&format!("{attached}/__properties_version1.0"), b""),
            (
                &format!("{attached}{attached}/__properties_version1.0"),
                b"",
            ),
            (&format!("{attached}{attached}/__substg1.0_1000001F"), &text),
        ]);
        let reading = read(&bytes);
        let found = reading
            .texts
            .iter()
            .find(|(_, text)| text.reveal().contains("943"));
        assert_eq!(found.unwrap().0.part.to_string(), "1.1.1");
    }

    #[test]
    fn an_encrypted_message_is_said_to_be() {
        let class = wide("IPM.Note.SMIME");
        let reading = read(&message(&[("/__substg1.0_001A001F", class.as_slice())]));
        assert_eq!(gaps(&reading), ["encrypted msg"]);
    }

    #[test]
    fn a_contacts_birthday_and_telephones_are_read() {
        let Some(bytes) = corpus("tika/testMSG_Contact.msg") else {
            return;
        };
        let reading = read(&bytes);
        assert!(reading.texts.len() > 1, "{reading:?}");
        assert!(!gaps(&reading).contains(&"broken msg".to_owned()));
    }
}
