//! What a file is, by its content; what its sender calls it decides only among
//! texts.
//!
//! First the signatures of the formats that are read, and of archives; then,
//! unless the file is text all the way through, those that the library `infer`
//! knows; then the kinds of text. Containers are opened: a zip is a document by
//! the parts that its relationships and types name, an OLE container by its
//! streams. Trap: a file may be several things at once; each reader hands on
//! what stands before, behind and between what it reads.

use std::io::{Cursor, Read};

use super::archive::{begin, signatures};
use super::ber;
use super::legacy::ole::{Ole, Storage};
use super::office::flat;
use super::pgp;
use super::text_file::charset::{self, Nature};
use super::text_file::kind;
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
    // Some signatures of the library are two letters long: what is text all
    // the way through is no picture and no sound.
    match by_library(bytes) {
        Some(format) if !is_plain(bytes) => format,
        _ => as_text(bytes, media_type),
    }
}

/// Whether a file is UTF-8 without characters that no text has.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
        && !bytes
            .iter()
            .any(|byte| matches!(byte, 0..=6 | 0x0E..=0x1A | 0x7F))
}

/// Whether what was recognised as a format is a document that is written in text,
/// of which only its reader knows what people see.
pub(super) fn is_document_in_text(format: Format, bytes: &[u8]) -> bool {
    matches!(format, Format::Rtf | Format::FlatOpenDocument)
        || (format == Format::Docx && !bytes.starts_with(b"PK"))
}

/// A document that is written in text, and must not be read as such: RTF, PDF,
/// uuencode, a document of an office program in one file of XML, a mailbox.
pub(super) fn coded_text(text: &str) -> Option<Format> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    // Word takes this much of it.
    if start.starts_with("{\\rt") {
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
    if start.starts_with('<') && flat::is_flat(start) {
        return Some(Format::Docx);
    }
    if text.lines().any(begin::is_begin) {
        return Some(Format::Uuencode);
    }
    kind::message_in_text(text)
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
        [0x09, 0x00, 0x04, 0x00, ..] | [0x09, 0x02 | 0x04, 0x06, 0x00, ..]
    ) {
        return Some(Format::Xls);
    }
    // Metafiles of Windows (MS-EMF 2.3.4.2, MS-WMF 2.3.2) and of LibreOffice.
    if (starts(&[1, 0, 0, 0]) && head.get(40..44) == Some(b" EMF"))
        || starts(&[0xD7, 0xCD, 0xC6, 0x9A])
        || starts(&[1, 0, 9, 0, 0, 3])
        || starts(&[1, 0, 9, 0, 0, 1])
        || starts(&[2, 0, 9, 0, 0, 3])
        || starts(b"VCLMTF")
    {
        return Some(Format::Image);
    }
    if head.trim_ascii_start().starts_with(b"{\\rt") {
        return Some(Format::Rtf);
    }
    if memchr::memmem::find(head, b"%PDF-").is_some() {
        return Some(Format::Pdf);
    }
    if starts(b"-----BEGIN PGP MESSAGE-----") {
        return Some(Format::Pgp);
    }
    if ber::is_cms(bytes) {
        return Some(Format::Smime);
    }
    if pgp::is_message(bytes) {
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
    let mut kinds = Vec::new();
    for (name, format) in MAIN_PARTS {
        if names
            .iter()
            .any(|known| known.trim_start_matches('/') == name)
        {
            kinds.push((name, format));
        }
    }
    // A package may hold the main part of another kind as a decoy, and may
    // call its own what it likes: programs go by its relationships and types.
    match kinds.as_slice() {
        [(_, format)] => return *format,
        [] => {}
        [(_, first), ..] => {
            let arrows = lower_text(&mut archive, "_rels/.rels");
            let meant = kinds.iter().find(|(name, _)| arrows.contains(name));
            return meant.map_or(*first, |(_, format)| *format);
        }
    }
    let has = |part: &str| names.iter().any(|name| name.starts_with(part));
    if has_types {
        let types = lower_text(&mut archive, "[content_types].xml");
        let is_of = |words: [&str; 2]| words.iter().any(|word| types.contains(word));
        if is_of(["wordprocessingml", "ms-word"]) || has("word/") {
            return Format::Docx;
        } else if is_of(["presentationml", "ms-powerpoint"]) || has("ppt/") {
            return Format::Pptx;
        } else if types.contains("sheet.binary") {
            return Format::Xlsb;
        } else if is_of(["spreadsheetml", "ms-excel"]) || has("xl/") {
            return Format::Xlsx;
        }
    }
    if has("content.xml") && has("meta-inf/manifest.xml") {
        Format::OpenDocument
    } else {
        Format::Zip
    }
}

/// The parts that documents are about, as nearly all writers call them.
const MAIN_PARTS: [(&str, Format); 5] = [
    ("word/document.xml", Format::Docx),
    ("word/document2.xml", Format::Docx),
    ("xl/workbook.bin", Format::Xlsb),
    ("xl/workbook.xml", Format::Xlsx),
    ("ppt/presentation.xml", Format::Pptx),
];

/// The beginning of a member in lower case, whatever case its name has.
fn lower_text(archive: &mut zip::ZipArchive<Cursor<&[u8]>>, wanted: &str) -> String {
    let index = archive.file_names_raw().position(|name| {
        let name = String::from_utf8_lossy(name).replace('\\', "/");
        name.trim_start_matches('/').eq_ignore_ascii_case(wanted)
    });
    let mut bytes = Vec::new();
    if let Some(member) = index.and_then(|index| archive.by_index(index).ok()) {
        let _ = member.take(1 << 20).read_to_end(&mut bytes);
    }
    // In UTF-16 every other byte is zero.
    bytes.retain(|byte| *byte != 0);
    String::from_utf8_lossy(&bytes).to_ascii_lowercase()
}

/// What an OLE container holds, by the names of its streams. Case does not
/// count: writers differ.
fn ole_kind(bytes: &[u8]) -> Format {
    let names: Vec<String> = match Ole::open(bytes) {
        Some(container) => container
            .streams(&Storage::root())
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .collect(),
        None => damaged_names(bytes),
    };
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

/// The names in a container that does not open: directory entries stand on
/// multiples of 128 bytes, with the name's length at 64 (MS-CFB 2.6.1).
fn damaged_names(bytes: &[u8]) -> Vec<String> {
    let entries = bytes.as_chunks::<128>().0.iter();
    let names = entries.filter_map(|entry| {
        let length = usize::from(u16::from_le_bytes(*entry.get(64..)?.first_chunk()?));
        let is_entry = matches!(entry.get(66)?, 1 | 2 | 5);
        let name = entry
            .get(..length.checked_sub(2)?)
            .filter(|_| length <= 64 && is_entry)?;
        let units = name.as_chunks::<2>().0.iter();
        let units: Vec<u16> = units.map(|pair| u16::from_le_bytes(*pair)).collect();
        Some(String::from_utf16(&units).ok()?.to_ascii_lowercase())
    });
    names.collect()
}

/// What kind of text it is, if it is one; what is none is a document of another
/// kind, in which nothing but its printable stretches is read.
fn as_text(bytes: &[u8], media_type: &str) -> Format {
    let nature = charset::nature(bytes);
    if let (Ok(text), Nature::Text | Nature::Mixed) = (std::str::from_utf8(bytes), nature) {
        return coded_text(text).unwrap_or_else(|| kind::kind(text, media_type));
    }
    if nature == Nature::Binary {
        return Format::Document;
    }
    let head = bytes.get(..HEAD.saturating_mul(8)).unwrap_or(bytes);
    let decoded = charset::decode(head, None);
    let text = decoded.readings.first().map_or("", String::as_str);
    let kind = kind::kind(text, media_type);
    // Bytes that are no UTF-8 as they stand are only read decoded.
    if matches!(kind, Format::Message | Format::Mbox) && !is_ascii_compatible(bytes) {
        return Format::Text;
    }
    kind
}

/// Whether the first line of a file is plain ASCII.
fn is_ascii_compatible(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(b"");
    line.is_ascii() && !line.contains(&0)
}
