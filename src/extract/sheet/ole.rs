//! Files inside OLE containers: embedded objects, macros.
//!
//! Source: MS-CFB, MS-OLEDS 2.3.6 (`Ole10Native`). An object of Office is a
//! folder of streams: it is packed again as a file of its own.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use cfb::CompoundFile;

use super::loose;
use crate::extract::sink::{Sink, Spot};
use crate::extract::sniff::sniff;
use crate::format::Format;
use crate::location::Hidden;
use crate::mail::GapReason;

/// A container in memory.
pub(super) type Container<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// The names of streams that make a folder a file of its own.
const WHOLE: [&str; 8] = [
    "workbook",
    "book",
    "worddocument",
    "powerpoint document",
    "encryptedpackage",
    "__properties_version1.0",
    "pp40",
    "vba",
];

/// Reads an object that stands in a container of its own.
pub(super) fn object(bytes: Vec<u8>, name: &str, spot: Spot, sink: &mut Sink<'_>) {
    let format = sniff(&bytes, "");
    if is_workbook(format) {
        sink.file(spot.hidden(Hidden::EmbeddedWorkbook), name, "", bytes);
        return;
    }
    if format != Format::Document {
        sink.file(spot, name, "", bytes);
        return;
    }
    let container = CompoundFile::open(Cursor::new(bytes.as_slice())).ok();
    let is_object = |container: &Container<'_>| {
        let mut entries = container.read_root_storage();
        entries.any(|entry| {
            let name = entry.name().to_ascii_lowercase();
            matches!(name.as_str(), "package" | "contents" | "\u{1}ole10native")
        })
    };
    match container {
        Some(mut container) if is_object(&container) => {
            sink.name(spot, name);
            folder(&mut container, Path::new("/"), spot, sink);
        }
        _ => sink.file(spot, name, "", bytes),
    }
}

/// Reads a folder of a container: an object, or several.
pub(super) fn folder(container: &mut Container<'_>, path: &Path, spot: Spot, sink: &mut Sink<'_>) {
    let Ok(entries) = container.read_storage(path) else {
        sink.gap(spot, GapReason::Broken);
        return;
    };
    let names: Vec<String> = entries.map(|entry| entry.name().to_owned()).collect();
    let whole = names
        .iter()
        .any(|name| WHOLE.contains(&name.to_ascii_lowercase().as_str()));
    if whole && path != Path::new("/") {
        match repacked(container, path, sink) {
            Some(bytes) => {
                let workbook = matches!(sniff(&bytes, ""), Format::Xls);
                let spot = if workbook {
                    spot.hidden(Hidden::EmbeddedWorkbook)
                } else {
                    spot
                };
                sink.file(spot, "", "", bytes);
            }
            None => sink.gap(spot, GapReason::Broken),
        }
        return;
    }
    let streams: Vec<PathBuf> = container
        .walk_storage(path)
        .map(|entries| {
            entries
                .filter(cfb::Entry::is_stream)
                .map(|entry| entry.path().to_owned())
                .collect()
        })
        .unwrap_or_default();
    for stream in streams {
        let bytes = content(container, &stream, spot, sink);
        let name = stream
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        inner(name, bytes, spot, sink);
    }
}

/// Reads a stream of an object.
fn inner(name: &str, bytes: Vec<u8>, spot: Spot, sink: &mut Sink<'_>) {
    if name.eq_ignore_ascii_case("\u{1}Ole10Native")
        && let Some((names, file)) = native(&bytes)
    {
        let name = names.first().map(String::as_str).unwrap_or_default();
        sink.text(spot, names.join("\n"));
        sink.file(spot, name, "", file.to_vec());
        return;
    }
    let format = sniff(&bytes, "");
    let is_file = matches!(name.to_ascii_lowercase().as_str(), "package" | "contents");
    if is_workbook(format) {
        sink.file(spot.hidden(Hidden::EmbeddedWorkbook), "", "", bytes);
    } else if format == Format::Text && !is_file {
        sink.text(spot, loose::words(&bytes));
    } else {
        sink.file(spot, "", "", bytes);
    }
}

fn is_workbook(format: Format) -> bool {
    matches!(format, Format::Xls | Format::Xlsb | Format::Xlsx)
}

/// The names and the content of a packed file.
fn native(bytes: &[u8]) -> Option<(Vec<String>, &[u8])> {
    let mut rest = bytes.get(6..)?;
    let mut names = Vec::new();
    for _ in 0..2 {
        let end = memchr::memchr(0, rest)?;
        names.push(
            rest.get(..end)?
                .iter()
                .map(|byte| char::from(*byte))
                .collect(),
        );
        rest = rest.get(end.checked_add(1)?..)?;
    }
    // Two unknown words, then a third name after its length.
    let length = rest.get(4..)?.first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let third = rest.get(8..)?.get(..length)?;
    names.push(
        third
            .iter()
            .filter(|byte| **byte != 0)
            .map(|byte| char::from(*byte))
            .collect(),
    );
    rest = rest.get(8..)?.get(length..)?;
    let size = usize::try_from(u32::from_le_bytes(*rest.first_chunk::<4>()?)).ok()?;
    let content = rest.get(4..)?;
    Some((names, content.get(..size).unwrap_or(content)))
}

/// The content of a stream; what is missing of it is a gap.
pub(super) fn content(
    container: &mut Container<'_>,
    path: &Path,
    spot: Spot,
    sink: &mut Sink<'_>,
) -> Vec<u8> {
    let Ok(stream) = container.open_stream(path) else {
        sink.gap(spot, GapReason::Broken);
        return Vec::new();
    };
    let (bytes, stopped) = sink.expand(stream);
    if let Some(why) = stopped {
        sink.gap(spot, why);
    }
    bytes
}

/// A folder as a container of its own.
pub(super) fn repacked(
    container: &mut Container<'_>,
    path: &Path,
    sink: &mut Sink<'_>,
) -> Option<Vec<u8>> {
    let entries: Vec<(PathBuf, bool)> = container
        .walk_storage(path)
        .ok()?
        .map(|entry| (entry.path().to_owned(), entry.is_stream()))
        .collect();
    let mut copy = CompoundFile::create(Cursor::new(Vec::new())).ok()?;
    for (from, is_stream) in entries {
        let inside = from.strip_prefix(path).ok()?;
        if inside.as_os_str().is_empty() {
            continue;
        }
        let to = Path::new("/").join(inside);
        if is_stream {
            let mut bytes = Vec::new();
            let (read, stopped) = sink.expand(container.open_stream(&from).ok()?);
            bytes.extend(read);
            if stopped.is_some() {
                return None;
            }
            copy.create_stream(&to).ok()?.write_all(&bytes).ok()?;
        } else {
            copy.create_storage_all(&to).ok()?;
        }
    }
    copy.flush().ok()?;
    let mut bytes = Vec::new();
    let mut inner = copy.into_inner();
    inner.set_position(0);
    inner.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
