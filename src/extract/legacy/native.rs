//! What object linking and embedding wraps around a file: OLE 1.0 objects and
//! packages.
//!
//! Source: MS-OLEDS 2.2 (OLE 1.0 in RTF's `\objdata`) and 2.3.6 (the stream
//! `\x01Ole10Native`). What the packager writes into the native data is
//! documented nowhere: label, file name, path, data, and the names once more
//! in UTF-16, as writers of it agree.

use super::code_page;
use super::raw::{part_or_rest, size_at, u16_at, u32_at, until_zero, utf16};
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// A stream `\x01Ole10Native`: the length of the native data, and that.
pub(super) fn read_stream(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    let native = bytes.get(4..).unwrap_or(&[]);
    read(native, "", spot, sink);
}

/// The native data of an object: a package, or the file itself.
fn read(native: &[u8], name: &str, spot: Spot, sink: &mut Sink<'_>) {
    if native.is_empty() {
        return;
    }
    match package(native) {
        Some(package) => {
            for name in &package.names {
                sink.name(spot, name);
            }
            let name = package.names.first().map_or("", String::as_str);
            if package.truncated {
                sink.gap(spot, GapReason::Truncated);
            }
            sink.file(spot, name, "", package.data.to_vec());
        }
        None => sink.file(spot, name, "", native.to_vec()),
    }
}

struct Package<'b> {
    names: Vec<String>,
    data: &'b [u8],
    truncated: bool,
}

fn package(native: &[u8]) -> Option<Package<'_>> {
    if u16_at(native, 0) != Some(2) {
        return None;
    }
    let mut names = Vec::new();
    let mut at = 2_usize;
    for _ in 0..2 {
        let name = until_zero(native.get(at..)?);
        at = at.checked_add(name.len())?.checked_add(1)?;
        names.push(code_page::decode(name, 1252).into_owned());
    }
    // Two 16-bit numbers, then the path where the data shall be written.
    at = at.checked_add(4)?;
    let path_len = size_at(native, at)?;
    at = at.checked_add(4)?;
    let path = until_zero(part_or_rest(native, at, path_len));
    names.push(code_page::decode(path, 1252).into_owned());
    at = at.checked_add(path_len)?;
    let data_len = size_at(native, at)?;
    at = at.checked_add(4)?;
    let data = part_or_rest(native, at, data_len);
    let truncated = data.len() < data_len;
    at = at.saturating_add(data_len);
    for _ in 0..3 {
        let Some(units) = size_at(native, at) else {
            break;
        };
        let len = units.saturating_mul(2);
        names.push(utf16(part_or_rest(native, at.saturating_add(4), len)));
        at = at.saturating_add(4).saturating_add(len);
    }
    names.retain(|name| !name.is_empty());
    let mut known = Vec::new();
    names.retain(|name| {
        let new = !known.contains(name);
        known.push(name.clone());
        new
    });
    Some(Package {
        names,
        data,
        truncated,
    })
}

/// An OLE 1.0 object as RTF has it in `\objdata`: header, native data,
/// presentation. The names of its class and of the file that it is linked to
/// are texts.
pub(super) fn read_object(bytes: &[u8], spot: Spot, sink: &mut Sink<'_>) {
    /// How an OLE 2.0 container begins, which is never a header (MS-CFB 2.2).
    const CONTAINER: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let format = u32_at(bytes, 4);
    // Neither linked nor embedded (MS-OLEDS 2.2.4): maybe the file itself.
    if bytes.starts_with(CONTAINER) || !matches!(format, None | Some(1 | 2)) {
        sink.file(spot, "", "", bytes.to_vec());
        return;
    }
    let mut at = 8_usize;
    let mut names = Vec::new();
    for _ in 0..3 {
        if at >= bytes.len() && !names.is_empty() {
            // Some links leave out the names that are empty.
            break;
        }
        let Some(len) = size_at(bytes, at).filter(|len| *len <= bytes.len()) else {
            // No header: maybe the file itself.
            sink.file(spot, "", "", bytes.to_vec());
            return;
        };
        at = at.saturating_add(4);
        let name = until_zero(part_or_rest(bytes, at, len));
        names.push(code_page::decode(name, 1252).into_owned());
        at = at.saturating_add(len);
    }
    for name in &names {
        sink.name(spot, name);
    }
    if format != Some(2) {
        // Linked: the content is elsewhere.
        return;
    }
    let Some(len) = size_at(bytes, at) else {
        sink.gap(spot, GapReason::Truncated);
        return;
    };
    let native = part_or_rest(bytes, at.saturating_add(4), len);
    if native.len() < len {
        sink.gap(spot, GapReason::Truncated);
    }
    read(native, "", spot, sink);
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use crate::extract::suite::{gaps, has, read};

    /// A package as the packager writes it.
    fn package(name: &str, data: &[u8]) -> Vec<u8> {
        let mut native = vec![2, 0];
        for name in [name, "C:\\943 476 5919.txt"] {
            native.extend(name.as_bytes());
            native.push(0);
        }
        native.extend([0, 0, 3, 0, 2, 0, 0, 0, b'x', 0]);
        native.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        native.extend(data);
        native
    }

    fn with_object(object: &[u8]) -> String {
        let mut rtf = String::from(r"{\rtf1{\object\objemb{\*\objdata ");
        for byte in object {
            write!(rtf, "{byte:02x}").unwrap();
        }
        rtf.push_str("}}}");
        rtf
    }

    #[test]
    fn a_container_without_a_header_is_a_file() {
        let mut bare = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        bare.extend([0; 2000]);
        bare.extend(b"943 476 5919\0");
        let reading = read(with_object(&bare).as_bytes());
        assert!(has(&reading, "943 476 5919"), "{reading:?}");
        assert!(!gaps(&reading).is_empty(), "{reading:?}");
        let letter = br"{\rtf1 943 476 5919}";
        assert!(has(&read(with_object(letter).as_bytes()), "943 476 5919"));
    }

    #[test]
    fn a_package_in_rich_text_is_handed_on_with_its_names() {
        let native = package("letter.rtf", br"{\rtf1 the letter}");
        let mut object = vec![1, 5, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0];
        object.extend(b"Package\0");
        object.extend([0; 8]);
        object.extend(u32::try_from(native.len()).unwrap().to_le_bytes());
        object.extend(native);
        let reading = read(with_object(&object).as_bytes());
        for words in ["letter.rtf", "943 476 5919", "the letter"] {
            assert!(has(&reading, words), "{words}: {reading:?}");
        }
    }
}
