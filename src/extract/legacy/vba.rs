//! The source of macros: what it holds as text can be read by whoever opens
//! the editor.
//!
//! Source: MS-OVBA 2.2 (streams of a project), 2.4.1 (compression). Where in a
//! module's stream its source begins stands in the compressed stream `dir`;
//! every source begins with `Attribute VB_Name`, and is found by that.

use super::code_page;
use super::ole::{Ole, Storage};
use super::raw::u16_at;
use crate::extract::sink::{Sink, Spot};
use crate::extract::strings::strings;
use crate::mail::GapReason;

/// Whether a storage of this name is that of a project's modules.
pub(super) fn is_project(ole: &Ole<'_>, name: &str, storage: &Storage) -> bool {
    name.eq_ignore_ascii_case("VBA")
        || ole.has(storage, "_VBA_PROJECT")
        || (ole.has(storage, "dir") && ole.has(storage, "__SRP_0"))
}

/// Whether a storage is that of a form: its controls stand in the streams `f`
/// and `o` (MS-OFORMS 2.1.2).
pub(super) fn is_form(ole: &Ole<'_>, storage: &Storage) -> bool {
    ole.has(storage, "\u{3}VBFrame")
}

/// Reads the sources of all modules.
pub(super) fn read(ole: &mut Ole<'_>, storage: &Storage, sink: &mut Sink<'_>) {
    for name in ole.streams(storage) {
        let lower = name.to_ascii_lowercase();
        let Some((bytes, why)) = ole.stream(storage, &name) else {
            continue;
        };
        if let Some(why) = why {
            sink.gap(Spot::default(), why);
        }
        if lower != "dir" {
            // What the compiler made of the sources has their strings, too; a
            // project works without its sources.
            sink.text(Spot::default(), strings(&bytes, 5));
        }
        if lower == "_vba_project" || lower.starts_with("__srp_") {
            continue;
        }
        let start = if lower == "dir" {
            Some(0)
        } else {
            memchr::memmem::rfind(&bytes, b"\0Attribut").and_then(|at| at.checked_sub(3))
        };
        let packed = start.and_then(|start| bytes.get(start..)).unwrap_or(&[]);
        match unpacked(packed) {
            Some(source) if sink.expand(source.as_slice()).1.is_some() => {
                sink.gap(Spot::default(), GapReason::TooLarge);
            }
            Some(source) if lower == "dir" => sink.text(Spot::default(), strings(&source, 4)),
            Some(source) => {
                sink.text(
                    Spot::default(),
                    code_page::decode(&source, 1252).into_owned(),
                );
            }
            None => sink.gap(Spot::default(), GapReason::Broken),
        }
    }
}

/// Unpacks a compressed container (MS-OVBA 2.4.1.3.1): chunks of at most 4,096
/// bytes each, so its growth is bounded (by about 1,400 times: a chunk of
/// copies; each is counted).
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    /// No module is longer: the editor stops at 65,534 lines.
    const MOST: usize = 16 << 20;
    if packed.first() != Some(&1) {
        return None;
    }
    let mut out = Vec::new();
    let mut at = 1_usize;
    while let Some(header) = u16_at(packed, at) {
        if header & 0x7000 != 0x3000 || out.len() > MOST {
            break;
        }
        let len = usize::from(header & 0x0FFF).saturating_add(1);
        at = at.saturating_add(2);
        let end = at.saturating_add(len).min(packed.len());
        let chunk = packed.get(at..end).unwrap_or(&[]);
        if header & 0x8000 == 0 {
            out.extend_from_slice(chunk);
        } else {
            unpack_chunk(chunk, &mut out)?;
        }
        at = end;
    }
    (!out.is_empty()).then_some(out)
}

fn unpack_chunk(chunk: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    let mut at = 0_usize;
    while let Some(flags) = chunk.get(at) {
        at = at.saturating_add(1);
        for bit in 0..8 {
            let Some(byte) = chunk.get(at) else {
                return Some(());
            };
            if flags & (1_u8 << bit) == 0 {
                out.push(*byte);
                at = at.saturating_add(1);
                continue;
            }
            let Some(token) = u16_at(chunk, at) else {
                return Some(());
            };
            at = at.saturating_add(2);
            // How many bits are the length depends on how far the chunk is
            // (MS-OVBA 2.4.1.3.19.1).
            let done = out.len().checked_sub(start)?;
            let offset_bits = (4..12).find(|bits| 1_usize << bits >= done).unwrap_or(12);
            let length_bits = 16_u32.checked_sub(offset_bits)?;
            let mask = u16::MAX.checked_shr(offset_bits)?;
            let length = usize::from(token & mask).saturating_add(3);
            let offset = usize::from(token.checked_shr(length_bits)?).saturating_add(1);
            let from = out.len().checked_sub(offset)?;
            if from < start || done > 4096 {
                return None;
            }
            for source in from..from.saturating_add(length) {
                let byte = *out.get(source)?;
                out.push(byte);
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::unpacked;
    use crate::extract::suite::{corpus, has, read};

    #[test]
    fn the_example_of_the_specification_unpacks() {
        // MS-OVBA 3.2.2, "normal compression example".
        let packed = [
            0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64, 0x65, 0x82, 0x66,
            0x00, 0x70, 0x61, 0x67, 0x68, 0x69, 0x6A, 0x01, 0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00,
            0x30, 0x6D, 0x6E, 0x6F, 0x70, 0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74,
            0x75, 0x76, 0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C,
        ];
        let source = unpacked(&packed).unwrap();
        assert_eq!(
            String::from_utf8(source).unwrap(),
            "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
        );
    }

    #[test]
    fn the_source_of_macros_is_read() {
        let Some(bytes) = corpus("tika/testWORD_macros.doc") else {
            return;
        };
        assert!(has(&read(&bytes), "Attribute VB_Name"));
    }
}
