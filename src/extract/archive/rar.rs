//! RAR archives (RAR 5.0 archive format, rarlab.com; RAR 4: `technote.txt` of
//! unrar): names, whether they are encrypted, and files that are only stored.
//!
//! The method by which RAR packs is not free to be written anew, so packed
//! files are gaps. Their names are texts all the same.

use super::bounds::TRIVIAL;
use super::names;
use super::unpack;
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

const SIGNATURE_4: &[u8] = b"Rar!\x1A\x07\0";
const SIGNATURE_5: &[u8] = b"Rar!\x1A\x07\x01\0";

/// Reads the file. Whatever is found, the archive is said not to be read.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let start = memchr::memmem::find(bytes, b"Rar!\x1A\x07").unwrap_or(0);
    let (before, bytes) = bytes.split_at_checked(start).unwrap_or((b"", bytes));
    if before.len() > TRIVIAL {
        sink.file(Spot::default(), "", "", before.to_vec());
    }
    if let Some(rest) = bytes.strip_prefix(SIGNATURE_5) {
        walk(rest, Block::of_5, sink);
    } else if let Some(rest) = bytes.strip_prefix(SIGNATURE_4) {
        walk(rest, Block::of_4, sink);
    }
    // Comments and what else there may be is never read.
    sink.gap(Spot::default(), GapReason::UnknownFormat);
}

/// A header, as far as it is read here.
#[derive(Debug, Default)]
struct Block<'a> {
    /// The length of the header, and of the data behind it.
    header: usize,
    data: usize,
    /// Whether everything behind it is encrypted.
    shut: bool,
    /// The file whose data follow.
    file: Option<Named<'a>>,
}

#[derive(Debug)]
struct Named<'a> {
    name: &'a [u8],
    encrypted: bool,
    stored: bool,
}

/// Reads the headers one by one.
fn walk<'a>(mut bytes: &'a [u8], header: fn(&'a [u8]) -> Option<Block<'a>>, sink: &mut Sink<'_>) {
    // There may be millions of them: one text for all.
    let mut packed = String::new();
    let mut said = 0_usize;
    while let Some(block) = header(bytes) {
        if block.shut {
            sink.gap(Spot::default(), GapReason::Encrypted);
            break;
        }
        let data = bytes.get(block.header..).unwrap_or(b"");
        let data = data.get(..block.data).unwrap_or(data);
        if let Some(file) = block.file.filter(|_| sink.left().members > 0) {
            let name = names::likeliest(file.name);
            if file.encrypted && said < sink.left().findings {
                // At the file's own place: the archive's own gap says more.
                said = said.saturating_add(1);
                sink.unread_file(Spot::default(), &name, GapReason::Encrypted);
            } else if file.stored && !file.encrypted {
                let (bytes, why) = unpack::within(data, usize::MAX, sink);
                sink.file(Spot::default(), &name, "", bytes);
                if let Some(why) = why {
                    sink.gap(Spot::default(), why);
                }
            } else {
                packed.push_str(&name);
                packed.push('\n');
            }
        }
        let length = block.header.saturating_add(block.data).max(1);
        bytes = bytes.get(length..).unwrap_or(b"");
    }
    sink.name(Spot::default(), packed.trim_end());
}

impl<'a> Block<'a> {
    /// A header of RAR 4: checksum, type, flags, length, and for a file its
    /// sizes and name.
    fn of_4(bytes: &'a [u8]) -> Option<Self> {
        let [_, _, kind, f0, f1, l0, l1, rest @ ..] = bytes else {
            return None;
        };
        let flags = u16::from_le_bytes([*f0, *f1]);
        let header = usize::from(u16::from_le_bytes([*l0, *l1]));
        let mut block = Self {
            header: header.max(7),
            ..Self::default()
        };
        let long = |at: usize| {
            let four = rest.get(at..).and_then(|rest| rest.first_chunk::<4>());
            four.and_then(|four| usize::try_from(u32::from_le_bytes(*four)).ok())
        };
        match kind {
            0x73 => block.shut = flags & 0x80 != 0,
            0x74 => {
                block.data = long(0)?;
                let large = if flags & 0x100 == 0 { 25 } else { 33 };
                let [n0, n1] = *rest.get(19..)?.first_chunk::<2>()?;
                let length = usize::from(u16::from_le_bytes([n0, n1]));
                let name = rest.get(large..)?;
                block.file = Some(Named {
                    name: name.get(..length).unwrap_or(name),
                    encrypted: flags & 4 != 0,
                    stored: rest.get(18) == Some(&0x30),
                });
            }
            _ if flags & 0x8000 != 0 => block.data = long(0)?,
            _ => {}
        }
        Some(block)
    }

    /// A header of RAR 5: checksum, length, type, flags, lengths of the extra
    /// area and of the data, and for a file its fields and name.
    fn of_5(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(bytes.get(4..)?);
        let length = fields.number()?;
        let before = bytes.len().checked_sub(fields.0.len())?;
        let mut block = Self {
            header: before.checked_add(length)?,
            ..Self::default()
        };
        let header = fields.0.get(..length).unwrap_or(fields.0);
        fields.0 = header;
        let kind = fields.number()?;
        let flags = fields.number()?;
        let extra = if flags & 1 == 0 { 0 } else { fields.number()? };
        block.data = if flags & 2 == 0 { 0 } else { fields.number()? };
        if kind == 4 {
            block.shut = true;
        }
        if kind == 2 {
            let own = fields.number()?;
            fields.number()?;
            fields.number()?;
            let skip = if own & 2 == 0 { 0 } else { 4_usize };
            let skip = skip.checked_add(if own & 4 == 0 { 0 } else { 4 })?;
            fields.0 = fields.0.get(skip..)?;
            let method = fields.number()?;
            fields.number()?;
            let length = fields.number()?;
            let name = fields.0.get(..length).unwrap_or(fields.0);
            // Each record of the extra area: its length, its kind; 1 encrypts.
            let extra = header.get(header.len().checked_sub(extra)?..)?;
            block.file = Some(Named {
                name,
                encrypted: records(extra).any(|kind| kind == 1),
                stored: method & 0x380 == 0,
            });
        }
        Some(block)
    }
}

fn records(extra: &[u8]) -> impl Iterator<Item = usize> {
    let mut rest = extra;
    std::iter::from_fn(move || {
        let mut fields = Fields(rest);
        let length = fields.number()?;
        let record = fields.0;
        rest = record.get(length..).unwrap_or(b"");
        Fields(record).number()
    })
}

struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    /// Seven bits a byte, the lowest first; the highest bit says that more
    /// follow.
    fn number(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for place in 0..9_u32 {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let bits = usize::from(byte & 0x7F);
            value |= bits.checked_shl(place.saturating_mul(7))?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::archive::suite::open;
    use crate::extract::suite;

    /// A header of RAR 5 around its fields.
    fn five(fields: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u8::try_from(fields.len()).unwrap();
        [&[0, 0, 0, 0, length], fields, data].concat()
    }

    #[test]
    fn stored_files_of_rar_5_are_read_and_encryption_said() {
        let mut bytes = SIGNATURE_5.to_vec();
        bytes.extend(five(&[1, 0, 0], b""));
        let stored = [&[2, 2, 12, 0, 12, 0, 0, 0, 5], &b"a.txt"[..]].concat();
        bytes.extend(five(&stored, b"943 476 5919"));
        let read_all = open(&bytes, read);
        assert_eq!(read_all.text("a.txt"), "943 476 5919");
        assert_eq!(read_all.gaps(), ["unknown-format rar"]);
        let shut = [&[2, 3, 3, 4, 0, 12, 0, 0, 0, 5], &b"b.txt"[..], &[2, 1, 0]].concat();
        bytes.extend(five(&shut, b"####"));
        let some = open(&bytes, read);
        assert_eq!(some.gaps(), ["unknown-format rar", "encrypted rar"]);
        let mut bytes = SIGNATURE_5.to_vec();
        bytes.extend(five(&[4, 0, 0, 0], b""));
        assert_eq!(open(&bytes, read).gaps(), ["encrypted rar"]);
    }

    #[test]
    fn names_are_texts_and_packed_files_gaps() {
        let Some(bytes) = suite::corpus("tika/test-documents.rar") else {
            return;
        };
        let opened = open(&bytes, read);
        assert!(suite::has(&opened.reading, "testEXCEL.xls"));
        assert_eq!(opened.gaps(), ["unknown-format rar"]);
    }

    #[test]
    fn no_damage_makes_the_reader_fail() {
        let Some(bytes) = suite::corpus("tika/test-documents.rar") else {
            return;
        };
        for at in 0..200 {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x55;
            assert!(!suite::read(&bytes).gaps.is_empty());
        }
    }
}
