//! What stands in an OLE container besides its document: properties, embedded
//! objects, macros, and streams that nobody knows.
//!
//! Source: MS-DOC 2.1.6 (`ObjectPool`), MS-XLS 2.1.7.13 (`MBD…`), MS-OLEDS 2.3,
//! MS-OFFCRYPTO 2.1. A nested storage is no file: it is written out as a
//! container of its own and handed on. Objects of kinds that nobody knows
//! (Visio, Publisher, Works, equations, controls) give what strings they hold,
//! and a gap.

use super::art;
use super::native;
use super::ole::{Ole, Storage};
use super::properties;
use super::vba;
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff::sniff;
use crate::extract::strings::strings;
use crate::format::Format;
use crate::location::Hidden;
use crate::mail::GapReason;

/// The shortest run of printable characters that counts as a text in data of an
/// unknown format.
const LEAST: usize = 5;

/// Reads a container of which nothing else is known.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Some(mut ole) = Ole::open(bytes) else {
        sink.gap(Spot::default(), GapReason::Broken);
        sink.text(Spot::default(), strings(bytes, LEAST));
        return;
    };
    around(&mut ole, &[], sink);
}

/// Reads what stands in the container of a document besides the document: all
/// streams and storages in it but those of these names, which its own reader
/// reads.
pub(in crate::extract) fn around(ole: &mut Ole<'_>, own: &[&str], sink: &mut Sink<'_>) {
    if let Some(why) = ole.damage() {
        sink.gap(Spot::default(), why);
    }
    let root = Storage::root();
    properties::read(ole, &root, sink);
    object_streams(ole, &root, Spot::default(), sink);
    unknown(ole, &root, own, sink);
    // With storages in storages this would call itself: a list does not.
    let mut open: Vec<(String, Storage)> = ole.storages(&root);
    open.reverse();
    while let Some((name, storage)) = open.pop() {
        if own.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            continue;
        }
        if vba::is_project(ole, &name, &storage) {
            vba::read(ole, &storage, sink);
            continue;
        }
        properties::read(ole, &storage, sink);
        if is_document(ole, &storage) {
            repacked(ole, &storage, "", Spot::default(), sink);
            continue;
        }
        object_streams(ole, &storage, Spot::default(), sink);
        unknown(ole, &storage, &[], sink);
        let mut inner = ole.storages(&storage);
        inner.reverse();
        open.append(&mut inner);
    }
    if let Some(why) = ole.damage() {
        sink.gap(Spot::default(), why);
    }
}

/// Writes a storage out as a file of its own and hands it on.
pub(super) fn repacked(
    ole: &mut Ole<'_>,
    storage: &Storage,
    name: &str,
    spot: Spot,
    sink: &mut Sink<'_>,
) {
    let spot = if has_any(ole, storage, &WORKBOOKS) {
        spot.hidden(Hidden::EmbeddedWorkbook)
    } else {
        spot
    };
    sink.hidden(spot);
    match ole.repack(storage) {
        Some(bytes) => sink.file(spot, name, "", bytes),
        None => sink.unread_file(spot, name, GapReason::Broken),
    }
}

/// Hands on an embedded object, and says so if it is a whole workbook.
pub(in crate::extract) fn object(bytes: Vec<u8>, name: &str, spot: Spot, sink: &mut Sink<'_>) {
    let spot = if holds_workbook(&bytes) {
        spot.hidden(Hidden::EmbeddedWorkbook)
    } else {
        spot
    };
    sink.hidden(spot);
    sink.file(spot, name, "", bytes);
}

/// Whether an embedded file is a workbook, or a container with one in it.
fn holds_workbook(bytes: &[u8]) -> bool {
    if is_workbook(bytes) {
        return true;
    }
    let Some(mut container) = Ole::open(bytes) else {
        return false;
    };
    let root = Storage::root();
    let files = ["Package", "EmbeddedOdf"].into_iter();
    has_any(&container, &root, &WORKBOOKS)
        || files
            .filter_map(|name| container.stream(&root, name))
            .any(|(file, _)| is_workbook(&file))
}

fn is_workbook(bytes: &[u8]) -> bool {
    /// Where the media type stands in an open document, and how it begins (ODF
    /// 1.3 part 2 section 3.3).
    const OPEN_SHEET: (usize, &[u8]) = (38, b"application/vnd.oasis.opendocument.spreadsheet");
    let (at, media_type) = OPEN_SHEET;
    let is_open_sheet = bytes.starts_with(b"PK\x03\x04")
        && bytes
            .get(at..)
            .is_some_and(|rest| rest.starts_with(media_type));
    is_open_sheet || matches!(sniff(bytes, ""), Format::Xls | Format::Xlsx | Format::Xlsb)
}

const WORKBOOKS: [&str; 2] = ["Workbook", "Book"];

/// Streams that make a storage a document.
const DOCUMENTS: [&str; 7] = [
    "WordDocument",
    "Workbook",
    "Book",
    "PowerPoint Document",
    "PP40",
    "__properties_version1.0",
    "EncryptedPackage",
];

fn is_document(ole: &Ole<'_>, storage: &Storage) -> bool {
    has_any(ole, storage, &DOCUMENTS)
}

fn has_any(ole: &Ole<'_>, storage: &Storage, names: &[&str]) -> bool {
    names.iter().any(|name| ole.has(storage, name))
}

/// Hands on the files that stand in a storage as streams.
fn object_streams(ole: &mut Ole<'_>, storage: &Storage, spot: Spot, sink: &mut Sink<'_>) {
    let class = ole.stream(storage, "\u{1}CompObj").unwrap_or_default().0;
    let is_control = memchr::memmem::find(&class, b"Forms.").is_some();
    for name in ole.streams(storage) {
        let lower = name.to_ascii_lowercase();
        if !is_object(&lower) {
            continue;
        }
        let Some((bytes, why)) = ole.stream(storage, &name) else {
            continue;
        };
        if let Some(why) = why {
            sink.gap(spot, why);
        }
        if lower == NATIVE {
            native::read_stream(&bytes, spot, sink);
        } else if lower == "contents" && is_control {
            // A control of Office: its strings are all that people see of it
            // (MS-OFORMS 2.2).
            sink.text(spot, strings(&bytes, LEAST));
        } else if lower == "contents" && sniff(&bytes, "") == Format::Document {
            // Controls and Works files call their own data so, too.
            of_unknown_format(&bytes, sink);
        } else {
            object(bytes, "", spot, sink);
        }
    }
}

const NATIVE: &str = "\u{1}ole10native";

/// Whether a stream is an embedded file. Acrobat and others put theirs into
/// CONTENTS.
fn is_object(name: &str) -> bool {
    let files = ["package", "embeddedodf", "package_stream", "contents"];
    name == NATIVE || files.contains(&name)
}

/// What can be had of streams in formats that nobody knows: their strings and
/// pictures. Never silent.
fn unknown(ole: &mut Ole<'_>, storage: &Storage, own: &[&str], sink: &mut Sink<'_>) {
    let is_form = vba::is_form(ole, storage);
    for name in ole.streams(storage) {
        let lower = name.to_ascii_lowercase();
        let is_read = is_object(&lower) || properties::is_property_stream(&name);
        if is_read || own.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
            continue;
        }
        let Some((bytes, why)) = ole.stream(storage, &name) else {
            continue;
        };
        if let Some(why) = why {
            sink.gap(Spot::default(), why);
        }
        let start = bytes.trim_ascii_start();
        if bytes.iter().all(|byte| *byte == 0) {
            // Nothing, or the room for something.
        } else if start.starts_with(b"<") || start.starts_with(b"\xEF\xBB\xBF<") {
            // The XML that programs attach to a document (MS-OSHARED 2.3.6).
            sink.file(Spot::default(), "", "", bytes);
        } else if tells_nothing(&lower) || is_form && matches!(lower.as_str(), "f" | "o") {
            sink.text(Spot::default(), strings(&bytes, LEAST));
        } else {
            of_unknown_format(&bytes, sink);
        }
    }
}

fn of_unknown_format(bytes: &[u8], sink: &mut Sink<'_>) {
    sink.gap(Spot::default(), GapReason::UnknownFormat);
    art::pictures(bytes, Spot::default(), sink);
    sink.text(Spot::default(), strings(bytes, LEAST));
}

/// Streams of the mechanism itself, of which the strings are all there is to
/// read: class, link state, position, signatures, and tables of an earlier save.
fn tells_nothing(name: &str) -> bool {
    let known = [
        "\u{1}compobj",
        "\u{1}ole",
        "\u{3}objinfo",
        "\u{3}linkinfo",
        "\u{3}print",
        "\u{3}eprint",
        "0table",
        "1table",
        "ctls",
        "project",
        "projectwm",
        "projectlk",
        "\u{3}vbframe",
        // Where LibreOffice has drawn an object: four numbers.
        "properties_stream",
        "user names",
        // What WPS Office adds: how its documents look.
        "wpscustomdata",
        "etextdata",
    ];
    known.contains(&name)
        || name.starts_with("\u{2}olepres")
        || name.contains("signature")
        || name.starts_with("\u{3}ocxname")
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use crate::extract::suite::{corpus, gaps, has, hidden, read};

    fn container(streams: &[(&str, &[u8])]) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for (path, bytes) in streams {
            let path = std::path::Path::new(path);
            file.create_storage_all(path.parent().unwrap()).unwrap();
            file.create_stream(path).unwrap().write_all(bytes).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    #[test]
    fn an_unknown_container_gives_its_strings_and_a_gap() {
        let bytes = container(&[("/VisioDocument", b"\x01\x02NHS 943 476 5919\0\x07")]);
        let reading = read(&bytes);
        assert!(has(&reading, "NHS 943 476 5919"), "{reading:?}");
        assert_eq!(gaps(&reading), ["unknown-format document"]);
    }

    #[test]
    fn where_an_object_was_drawn_is_no_gap() {
        let place: &[u8] = &[0, 0, 0, 0, 0xB0, 0x27, 0, 0, 0, 0, 0, 0, 0xD8, 0x13, 0, 0];
        let rtf: &[u8] = br"{\rtf1 NHS 943 476 5919}";
        let bytes = container(&[("/package_stream", rtf), ("/properties_stream", place)]);
        let reading = read(&bytes);
        assert!(has(&reading, "NHS 943 476 5919"), "{reading:?}");
        assert_eq!(gaps(&reading), [] as [&str; 0]);
    }

    #[test]
    fn files_in_storages_in_storages_are_handed_on() {
        let rtf: &[u8] = br"{\rtf1 NHS 943 476 5919}";
        let bytes = container(&[("/a/b/c/Package", rtf)]);
        let reading = read(&bytes);
        assert!(has(&reading, "NHS 943 476 5919"), "{reading:?}");
    }

    #[test]
    fn a_workbook_in_a_document_is_a_hidden_fact() {
        let bytes = container(&[("/ObjectPool/_123456/Workbook", b"\x09\x08\x10\0")]);
        let reading = read(&bytes);
        assert_eq!(hidden(&reading), ["embedded-workbook"]);
    }

    #[test]
    fn a_workbook_in_a_container_in_a_document_is_one() {
        let mut workbook = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        workbook.start_file("xl/workbook.xml", options).unwrap();
        workbook.write_all(b"<workbook/>").unwrap();
        let workbook = workbook.finish().unwrap().into_inner();
        assert!(super::holds_workbook(&workbook));
        for name in ["/PACKAGE", "/EmbeddedOdf"] {
            assert!(super::holds_workbook(&container(&[(name, &workbook)])));
        }
        assert!(!super::holds_workbook(&container(&[(
            "/Package",
            b"{\\rtf1}"
        )])));
        assert!(!super::holds_workbook(b"PK\x03\x04"));
    }

    #[test]
    fn a_pdf_in_a_word_document_is_found() {
        let Some(bytes) = corpus("tika/testWORD_embedded_pdf.doc") else {
            return;
        };
        let reading = read(&bytes);
        let inner = reading.texts.iter().map(|(location, _)| location);
        let gaps = reading.gaps.iter().map(|gap| &gap.location);
        assert!(inner.chain(gaps).any(|place| place.part.depth() > 1));
    }
}
