//! The package: a zip archive with a manifest (ODF 1.3 part 2).

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;
use zip::result::ZipError;

use super::attributes::value;
use super::styles::Styles;
use super::walk;
use crate::extract::legacy::embedded;
use crate::extract::picture;
use crate::extract::sink::{Sink, Spot};
use crate::extract::text_file::{charset, inline, xml};
use crate::location::Hidden;
use crate::mail::GapReason;

/// Reads a package.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        sink.gap(Spot::default(), GapReason::Broken);
        return;
    };
    sink.text(Spot::default(), String::from_utf8_lossy(archive.comment()));
    let encrypted = encrypted(&mut archive, sink);
    if !encrypted.is_empty() {
        sink.gap(Spot::default(), GapReason::Encrypted);
    }
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let Some((name, bytes)) = member(&mut archive, index, &encrypted, sink) else {
            continue;
        };
        // Styles are needed before the texts that use them.
        if is_walked(&name) {
            parts.push((name, source(&bytes, sink)));
        } else {
            other(&name, bytes, sink);
        }
    }
    documents(&parts, sink);
}

/// Unpacks a member that is not encrypted.
fn member(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    encrypted: &BTreeSet<String>,
    sink: &mut Sink<'_>,
) -> Option<(String, Vec<u8>)> {
    let name = match archive.by_index(index) {
        Ok(file) if file.is_dir() => return None,
        Ok(file) => {
            let name = file
                .name()
                .map_or_else(|_| String::new(), |name| name.replace('\\', "/"));
            if encrypted.contains(&name) {
                return None;
            }
            let (bytes, why) = sink.expand(file);
            if let Some(why) = why {
                sink.gap(Spot::default(), why);
            }
            return Some((name, bytes));
        }
        Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => GapReason::Encrypted,
        Err(ZipError::UnsupportedArchive(_)) => GapReason::UnknownFormat,
        Err(_) => GapReason::Broken,
    };
    sink.gap(Spot::default(), name);
    None
}

/// The members that the manifest says are encrypted (part 2 section 4).
fn encrypted(archive: &mut ZipArchive<Cursor<&[u8]>>, sink: &mut Sink<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Ok(file) = archive.by_name("META-INF/manifest.xml") else {
        return found;
    };
    let (bytes, _) = sink.expand(file);
    let manifest = source(&bytes, sink);
    let mut reader = Reader::from_str(&manifest);
    reader.config_mut().check_end_names = false;
    let mut path = String::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "file-entry" => path = value(&tag, "full-path").unwrap_or_default(),
                "encryption-data" => {
                    found.insert(path.clone());
                }
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// The source of an XML part; further readings of doubtful bytes are texts.
fn source(bytes: &[u8], sink: &mut Sink<'_>) -> String {
    let mut readings = charset::decode(bytes, None).readings.into_iter();
    let first = readings.next().unwrap_or_default();
    for reading in readings {
        sink.text(Spot::default(), reading);
    }
    first
}

/// Whether a member is a part with text, of the document or of an object in it.
fn is_walked(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    matches!(
        file,
        "content.xml" | "styles.xml" | "meta.xml" | "settings.xml"
    )
}

/// Reads the document and each object in it, with the styles of its folder.
fn documents(parts: &[(String, String)], sink: &mut Sink<'_>) {
    let folder = |name: &str| {
        name.rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned()
    };
    let is_workbook = |source: &str| {
        let head = source.as_bytes();
        memchr::memmem::find(head, b"<office:spreadsheet").is_some()
            || memchr::memmem::find(head, b"office:class=\"spreadsheet\"").is_some()
    };
    let outer = parts.iter().find(|(name, _)| name == "content.xml");
    let outer_is_workbook = outer.is_some_and(|(_, source)| is_workbook(source));
    let mut styles: BTreeMap<String, Styles> = BTreeMap::new();
    for (name, source) in parts {
        styles.entry(folder(name)).or_default().gather(source);
    }
    for styles in styles.values_mut() {
        styles.slides.settle();
    }
    for (name, source) in parts {
        let own = folder(name);
        let styles = styles.entry(own.clone()).or_default();
        let mut spot = Spot::default();
        if !own.is_empty() && is_workbook(source) && !outer_is_workbook {
            spot = spot.hidden(Hidden::EmbeddedWorkbook);
        }
        walk::walk(source, styles, spot, sink);
    }
}

/// What is no text part: pictures and objects are files; parts of programs and
/// all XML that is not known are text; what can hold no text is left out.
fn other(name: &str, bytes: Vec<u8>, sink: &mut Sink<'_>) {
    let spot = Spot::default();
    let lower = name.to_ascii_lowercase();
    let is_font = ["\0\u{1}\0\0", "OTTO", "true", "ttcf", "wOFF", "wOF2"]
        .iter()
        .any(|signature| bytes.starts_with(signature.as_bytes()));
    if bytes.is_empty() || (lower.starts_with("fonts/") && is_font) {
        // A font holds shapes.
    } else if lower == "mimetype" || lower == "layout-cache" {
        // The document's type; where pages break, in numbers.
        if bytes.len() > 10_000 {
            sink.file(spot, name, "", bytes);
        }
    } else if lower == "thumbnails/thumbnail.png" && picture::preview(&bytes, spot, sink) {
        // The first page once more.
    } else if matches!(lower.rsplit('.').next(), Some("xml" | "rdf" | "xlb")) {
        let source = source(&bytes, sink);
        sink.text(spot, xml::text(&source));
        for file in inline::long_values(&source) {
            if !lower.starts_with("meta-inf/") {
                sink.file(spot, "", "", file.bytes);
            }
        }
    } else if lower.starts_with("versions/") {
        sink.file(spot.hidden(Hidden::Deletion), name, "", bytes);
    } else {
        embedded::object(bytes, name, spot, sink);
    }
}
