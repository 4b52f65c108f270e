//! What a file is, by its content; what its sender calls it decides only among
//! texts.

use std::io::{Cursor, Read};

use super::archive::{signatures, uuencode};
use crate::format::Format;

/// How far into a file its signature may stand: PDF readers look for theirs in
/// the first 1,024 bytes (ISO 32000-1 annex H.3.4.1).
const HEAD: usize = 1024;

const SEVEN_ZIP: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// Recognises a file. `media_type` is what its sender says, in lower case.
pub(super) fn sniff(bytes: &[u8], media_type: &str) -> Format {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if let Some(format) = by_signature(bytes, head) {
        return format;
    }
    by_library(bytes).unwrap_or_else(|| as_text(bytes, media_type))
}

/// A document that is written in text, and must not be read as such: RTF, PDF,
/// uuencode, flat OpenDocument, a mailbox.
pub(super) fn coded_text(text: &str) -> Option<Format> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("{\\rtf") {
        return Some(Format::Rtf);
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Some(Format::Pdf);
    }
    if start.starts_with('<') && memchr::memmem::find(head, b"<office:document ").is_some() {
        return Some(Format::FlatOpenDocument);
    }
    text.lines()
        .any(uuencode::is_begin)
        .then_some(Format::Uuencode)
}

fn by_signature(bytes: &[u8], head: &[u8]) -> Option<Format> {
    let starts = |signature: &[u8]| head.starts_with(signature);
    if starts(b"PK\x03\x04")
        || starts(b"PK\x05\x06")
        || starts(b"PK00PK\x03\x04")
        || starts(b"PK\x07\x08PK\x03\x04")
    {
        return Some(zip_kind(bytes));
    }
    if starts(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        return Some(ole_kind(bytes));
    }
    if starts(&[0x78, 0x9F, 0x3E, 0x22]) {
        return Some(Format::Tnef);
    }
    if starts(SEVEN_ZIP) {
        return Some(Format::SevenZip);
    }
    if starts(b"\x1F\x8B") {
        return Some(Format::Gzip);
    }
    if starts(b"BZh") && head.get(4..10) == Some(&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) {
        return Some(Format::Bzip2);
    }
    if starts(b"\xFD7zXZ\0") {
        return Some(Format::Xz);
    }
    // A frame, or one that is skipped (RFC 8878 section 3.1.2).
    if matches!(
        head,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]
    ) {
        return Some(Format::Zstd);
    }
    if starts(b"Rar!\x1A\x07") || starts(b"RE\x7E\x5E") {
        return Some(Format::Rar);
    }
    if signatures::is_tar(bytes) {
        return Some(Format::Tar);
    }
    // Excel before OLE containers: BOF of BIFF2, 3 and 4 (MS-XLS 2.4.21).
    if matches!(
        head,
        [0x09, 0x00, 0x04, 0x00, ..] | [0x09, 0x02, 0x06, 0x00, ..] | [0x09, 0x04, 0x06, 0x00, ..]
    ) {
        return Some(Format::Xls);
    }
    if head.trim_ascii_start().starts_with(b"{\\rtf") {
        return Some(Format::Rtf);
    }
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Some(Format::Pdf);
    }
    if starts(b"-----BEGIN PGP MESSAGE-----") {
        return Some(Format::Pgp);
    }
    // Zip archives may have a program before them that unpacks them.
    if starts(b"MZ") || starts(b"\x7FELF") {
        let packed = zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|zip| !zip.is_empty());
        let has = |signature| memchr::memmem::find(bytes, signature).is_some();
        return Some(match packed {
            true => Format::Zip,
            false if has(SEVEN_ZIP) => Format::SevenZip,
            false if has(b"Rar!\x1A\x07") => Format::Rar,
            false => Format::Executable,
        });
    }
    if signatures::is_lzma(bytes) {
        return Some(Format::Xz);
    }
    signatures::is_other_archive(bytes).then_some(Format::Archive)
}

fn by_library(bytes: &[u8]) -> Option<Format> {
    use infer::MatcherType;
    let kind = infer::get(bytes)?;
    match kind.matcher_type() {
        MatcherType::Image => Some(Format::Image),
        MatcherType::Audio => Some(Format::Audio),
        MatcherType::Video => Some(Format::Video),
        MatcherType::App => Some(Format::Executable),
        MatcherType::Archive => Some(Format::Archive),
        MatcherType::Book | MatcherType::Doc => Some(Format::Document),
        MatcherType::Font | MatcherType::Text | MatcherType::Custom => None,
    }
}

/// What a zip archive is packed for: a document has parts of known names.
fn zip_kind(bytes: &[u8]) -> Format {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Format::Zip;
    };
    let mut mimetype = String::new();
    if let Ok(member) = archive.by_name("mimetype") {
        let _ = member.take(200).read_to_string(&mut mimetype);
    }
    if mimetype.starts_with("application/vnd.oasis.opendocument")
        || mimetype.starts_with("application/vnd.sun.xml")
    {
        return Format::OpenDocument;
    }
    // Some writers use backslashes, and case does not count (OPC 6.2.2.3).
    let names: Vec<String> = archive
        .file_names()
        .flatten()
        .map(|name| name.replace('\\', "/").to_ascii_lowercase())
        .collect();
    let has_types = names.iter().any(|name| name == "[content_types].xml");
    let mut kind = None;
    for name in &names {
        let format = match name.trim_start_matches('/') {
            "word/document.xml" | "word/document2.xml" => Format::Docx,
            "xl/workbook.bin" => Format::Xlsb,
            "xl/workbook.xml" => Format::Xlsx,
            "ppt/presentation.xml" => Format::Pptx,
            _ => continue,
        };
        kind = Some(format);
    }
    if let Some(format) = kind.filter(|_| has_types) {
        return format;
    }
    let has = |part: &str| names.iter().any(|name| name.starts_with(part));
    match kind {
        Some(format) => format,
        None if has_types && has("word/") => Format::Docx,
        None if has_types && has("xl/") => Format::Xlsx,
        None if has_types && has("ppt/") => Format::Pptx,
        None if has("content.xml") && has("meta-inf/manifest.xml") => Format::OpenDocument,
        None => Format::Zip,
    }
}

/// What an OLE container holds, by the names of its streams. Case does not
/// count: writers differ.
fn ole_kind(bytes: &[u8]) -> Format {
    let Ok(container) = cfb::CompoundFile::open(Cursor::new(bytes)) else {
        return Format::Document;
    };
    let entries = container.read_root_storage();
    let names: Vec<String> = entries
        .map(|entry| entry.name().to_ascii_lowercase())
        .collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("encryptedpackage") || has("encryptioninfo") {
        Format::Office
    } else if has("worddocument") {
        Format::Doc
    } else if has("workbook") || has("book") {
        Format::Xls
    } else if has("powerpoint document") || has("pp40") || has("pp97_dualstorage") {
        Format::Ppt
    } else if has("__properties_version1.0") {
        Format::Msg
    } else {
        Format::Document
    }
}

/// What kind of text it is, if it is one; everything else is unknown and reads
/// as text that is not readable.
fn as_text(_bytes: &[u8], media_type: &str) -> Format {
    match media_type {
        "message/rfc822" | "message/global" => Format::Message,
        "text/html" | "application/xhtml+xml" => Format::Html,
        "text/calendar" => Format::Calendar,
        "text/vcard" | "text/x-vcard" | "text/directory" => Format::Vcard,
        _ => Format::Text,
    }
}
