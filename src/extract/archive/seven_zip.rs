//! 7z archives (7zFormat.txt of the LZMA SDK).
//!
//! Files share blocks: in one, each depends on all before it. A block that is
//! damaged, encrypted or beyond a bound ends, and the next one is read.
//!
//! Traps: the header says how large the dictionaries are, and may itself be
//! packed or encrypted; a program that unpacks may stand before the archive.

use std::io::Cursor;

use sevenz_rust2::{Archive, BlockDecoder, EncoderMethod, Error, Password};

use super::{seven_zip_header, unpack};
use crate::extract::sink::{Sink, Spot};
use crate::mail::GapReason;

/// How the archive begins.
const SIGNATURE: &[u8] = b"7z\xBC\xAF\x27\x1C";

/// The largest dictionary that is set up, in KiB; see [`super::bounds::DICTIONARY`].
const DICTIONARY_KIB: usize = (128 << 10) + 1024;

/// The longest header that is unpacked: ten thousand files with long names need
/// half of it.
const HEADER: u64 = 2 << 20;

/// How many coders one block may have: filters and one or two dictionaries.
/// 7-Zip writes four for programs (BCJ2), five when it encrypts them.
const CODERS: usize = 6;

/// How many blocks may have tables of megabytes.
const HEAVY: usize = 100;

/// Reads the file.
pub(in crate::extract) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let start = memchr::memmem::find(bytes, SIGNATURE).unwrap_or(0);
    let (before, bytes) = bytes.split_at_checked(start).unwrap_or((b"", bytes));
    if !before.is_empty() {
        sink.file(Spot::default(), "", "", before.to_vec());
    }
    let password = Password::empty();
    let mut source = Cursor::new(bytes);
    if header_length(bytes).is_some_and(|length| length > HEADER) {
        sink.gap(Spot::default(), GapReason::TooLarge);
        return;
    }
    match Archive::read_with_memory_limit(&mut source, &password, DICTIONARY_KIB) {
        Ok(archive) => files(&archive, &password, bytes, sink),
        Err(error) => {
            let mut why = reason(&error);
            // The header stands at the end: what is cut off has none.
            if why == GapReason::Broken && end(bytes).is_none_or(|end| end > bytes.len()) {
                why = GapReason::Truncated;
            }
            sink.gap(Spot::default(), why);
        }
    }
    let after = end(bytes).and_then(|end| bytes.get(end..)).unwrap_or(b"");
    let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    if !after.iter().all(blank) {
        sink.file(Spot::default(), "", "", after.to_vec());
    }
}

/// How long the last header is, unpacked.
fn header_length(bytes: &[u8]) -> Option<u64> {
    let end = end(bytes)?;
    let size = u64::from_le_bytes(*bytes.get(20..)?.first_chunk::<8>()?);
    let start = end.checked_sub(usize::try_from(size).ok()?)?;
    seven_zip_header::length(bytes.get(start..end)?)
}

/// Where the archive ends, by its first header: after the packed streams and
/// the last header.
fn end(bytes: &[u8]) -> Option<usize> {
    let offset = u64::from_le_bytes(*bytes.get(12..)?.first_chunk::<8>()?);
    let size = u64::from_le_bytes(*bytes.get(20..)?.first_chunk::<8>()?);
    let end = offset.checked_add(size)?.checked_add(32)?;
    usize::try_from(end).ok()
}

fn reason(error: &Error) -> GapReason {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => GapReason::Encrypted,
        Error::MaxMemLimited { .. } => GapReason::TooLarge,
        Error::UnsupportedCompressionMethod(_)
        | Error::UnsupportedVersion { .. }
        | Error::ExternalUnsupported
        | Error::Unsupported(_) => GapReason::UnknownFormat,
        Error::Io(error, _) => unpack::reason(error),
        Error::BadSignature(_)
        | Error::ChecksumVerificationFailed
        | Error::NextHeaderCrcMismatch
        | Error::FileOpen(..)
        | Error::Other(_)
        | Error::BadTerminatedStreamsInfo(_)
        | Error::BadTerminatedUnpackInfo
        | Error::BadTerminatedPackInfo(_)
        | Error::BadTerminatedSubStreamsInfo
        | Error::BadTerminatedHeader(_)
        | Error::FileNotFound => GapReason::Broken,
    }
}

fn files(archive: &Archive, password: &Password, bytes: &[u8], sink: &mut Sink<'_>) {
    let mut texts = String::new();
    for (file, block) in archive
        .files
        .iter()
        .zip(&archive.stream_map.file_block_index)
    {
        if block.is_none() || !file.has_stream() {
            texts.push_str(file.name());
            texts.push('\n');
        }
    }
    sink.name(Spot::default(), texts.trim_end());
    for index in 0..archive.blocks.len() {
        block(archive, index, password, bytes, sink);
    }
}

/// Whether a block's LZMA needs tables of megabytes, which nobody's settings
/// do: they are filled for each block.
fn is_heavy(archive: &Archive, index: usize) -> bool {
    let block = archive.blocks.get(index);
    block.is_some_and(|block| {
        block.coders.iter().any(|coder| {
            let first = coder.properties().first().copied().unwrap_or(0);
            let (literal_context, literal_position) = (first % 9, first / 9 % 5);
            let is_lzma = coder.encoder_method_id() == EncoderMethod::ID_LZMA;
            is_lzma && literal_context.saturating_add(literal_position) > 4
        })
    })
}

/// Reads the files of one block, and says which of them are not.
fn block(archive: &Archive, index: usize, password: &Password, bytes: &[u8], sink: &mut Sink<'_>) {
    let mut source = Cursor::new(bytes);
    let decoder = BlockDecoder::new_with_memory_limit(
        1,
        DICTIONARY_KIB,
        index,
        archive,
        password,
        &mut source,
    );
    let coders = archive
        .blocks
        .get(index)
        .map_or(0, |block| block.coders.len());
    let entries = decoder.entries().to_vec();
    let entries: Vec<_> = entries.iter().filter(|entry| entry.has_stream()).collect();
    let mut done: usize = 0;
    let mut why = None;
    if coders > CODERS || index > HEAVY && is_heavy(archive, index) {
        why = Some(GapReason::TooLarge);
    } else if sink.left().members == 0 {
        why = Some(GapReason::TooManyParts);
    } else {
        let result = decoder.for_each_entries(&mut |entry, reader| {
            if !entry.has_stream() {
                return Ok(true);
            }
            if sink.left().members == 0 {
                why = Some(GapReason::TooManyParts);
                return Ok(false);
            }
            let (unpacked, stopped) = unpack::within(reader, usize::MAX, sink);
            done = done.saturating_add(1);
            why = stopped;
            match why {
                Some(why) if unpacked.is_empty() => {
                    sink.unread_file(Spot::default(), entry.name(), why);
                }
                why => {
                    sink.file(Spot::default(), entry.name(), "", unpacked);
                    if let Some(why) = why {
                        sink.gap(Spot::default(), why);
                    }
                }
            }
            // Behind damage or a bound the block cannot be read further.
            Ok(why.is_none())
        });
        if let Err(error) = result {
            why = why.or(Some(reason(&error)));
        }
    }
    let Some(why) = why else {
        return;
    };
    sink.gap(Spot::default(), why);
    let mut texts = String::new();
    for (entry, said) in entries.iter().skip(done).zip(0_usize..) {
        if said < sink.left().findings {
            sink.unread_file(Spot::default(), entry.name(), why);
        } else {
            texts.push_str(entry.name());
            texts.push('\n');
        }
    }
    sink.name(Spot::default(), texts.trim_end());
}

#[cfg(test)]
mod tests {
    use sevenz_rust2::encoder_options::AesEncoderOptions;
    use sevenz_rust2::{ArchiveEntry, ArchiveWriter};

    use super::*;
    use crate::extract::archive::suite::{Opened, open};
    use crate::extract::suite;

    fn opened(bytes: &[u8]) -> Opened {
        open(bytes, read)
    }

    fn packed(files: &[(&str, &[u8])], method: EncoderMethod) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        writer.set_content_methods(vec![method.into()]);
        for (name, content) in files {
            let entry = ArchiveEntry::new_file(name);
            writer.push_archive_entry(entry, Some(*content)).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn files_and_names_are_read() {
        for method in [
            EncoderMethod::COPY,
            EncoderMethod::LZMA,
            EncoderMethod::LZMA2,
            EncoderMethod::PPMD,
            EncoderMethod::BZIP2,
            EncoderMethod::DEFLATE,
        ] {
            let bytes = packed(&[("a.txt", b"943 476 5919"), ("empty", b"")], method);
            let opened = opened(&bytes);
            assert_eq!(opened.text("a.txt"), "943 476 5919");
            assert!(suite::has(&opened.reading, "empty"));
            assert!(opened.gaps().is_empty(), "{:?}", opened.gaps());
        }
    }

    #[test]
    fn what_stands_around_the_archive_is_handed_on() {
        let mut bytes = b"MZ program 943 476 5919 ".to_vec();
        bytes.extend(packed(&[("a.txt", b"hello")], EncoderMethod::LZMA));
        bytes.extend(b" behind it 943 476 5919");
        let opened = opened(&bytes);
        assert_eq!(opened.files.len(), 3);
        assert_eq!(opened.text("a.txt"), "hello");
        assert!(
            suite::gaps(&suite::read(&bytes)).contains(&"unknown-format executable".to_owned())
        );
    }

    #[test]
    fn a_cut_archive_is_truncated() {
        let bytes = packed(&[("a.txt", b"hello")], EncoderMethod::LZMA);
        let opened = opened(&bytes[..bytes.len() - 4]);
        assert_eq!(opened.gaps(), ["truncated 7z"]);
    }

    #[test]
    fn encrypted_blocks_leave_the_others_to_be_read() {
        let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
        writer.set_encrypt_header(false);
        let aes = AesEncoderOptions::new("secret".into());
        writer.set_content_methods(vec![aes.into(), EncoderMethod::LZMA.into()]);
        let shut = ArchiveEntry::new_file("shut.txt");
        writer
            .push_archive_entry(shut, Some(&b"nothing"[..]))
            .unwrap();
        writer.set_content_methods(vec![EncoderMethod::LZMA.into()]);
        let free = ArchiveEntry::new_file("free.txt");
        writer
            .push_archive_entry(free, Some(&b"943 476 5919"[..]))
            .unwrap();
        let opened = opened(&writer.finish().unwrap().into_inner());
        assert_eq!(opened.text("free.txt"), "943 476 5919");
        assert!(opened.gaps().contains(&"encrypted 7z".to_owned()));
        assert!(suite::has(&opened.reading, "shut.txt"));
    }

    #[test]
    fn files_of_the_corpus() {
        for name in [
            "tika/test7Z_protected_passTika.7z",
            "tika/full_encrypted.7z",
        ] {
            let Some(bytes) = suite::corpus(name) else {
                return;
            };
            let gaps = opened(&bytes).gaps();
            assert!(
                gaps.iter().all(|gap| gap == "encrypted 7z") && !gaps.is_empty(),
                "{gaps:?}"
            );
        }
        let bytes = suite::corpus("tika/test-documents.7z").unwrap();
        let opened = opened(&bytes);
        assert!(opened.files.len() > 5, "{:?}", opened.names());
        assert!(opened.gaps().is_empty());
    }

    #[test]
    fn bombs_and_dictionaries_end() {
        let zeros = vec![0; 8 << 20];
        let bytes = packed(&[("zeros", &zeros)], EncoderMethod::LZMA2);
        assert!(opened(&bytes).gaps().contains(&"too-large 7z".to_owned()));
    }

    #[test]
    fn no_damage_makes_the_reader_fail() {
        let bytes = packed(
            &[("a.txt", b"943 476 5919"), ("b", b"c")],
            EncoderMethod::LZMA,
        );
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x55;
            let _ = opened(&bytes);
        }
    }
}
