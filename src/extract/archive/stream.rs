//! Single packed files: gzip (RFC 1952), bzip2, xz, zstd, and LZMA as it was
//! before xz.
//!
//! All but the last may have several streams one after the other, which
//! programs unpack to one file. What stands after them is handed on as a file
//! of its own. The name and comment in gzip's header are texts.

use std::io::{self, Read};
use std::mem;

use flate2::bufread::GzDecoder;
use lzma_rust2::{LzmaReader, XzReader};

use super::bounds::{DICTIONARY_KIB, STREAMS, TRIVIAL};
use super::names;
use super::unpack;
use super::zstd::Frames;
use crate::extract::sink::{Sink, Spot};
use crate::format::Format;
use crate::mail::GapReason;

/// Reads the file; `name` is its own name, which may tell that of what is in
/// it.
pub(in crate::extract) fn read(bytes: &[u8], format: Format, name: &str, sink: &mut Sink<'_>) {
    let ((unpacked, mut why), rest) = unpacked(bytes, format, sink);
    if why.is_none() && rest.len() == bytes.len() {
        why = Some(GapReason::Broken);
    }
    if !unpacked.is_empty() {
        sink.file(Spot::default(), inner_name(name), "", unpacked);
    }
    match why {
        Some(why) => sink.gap(Spot::default(), why),
        None => hand_on_rest(rest, sink),
    }
}

type Out<'a> = ((Vec<u8>, Option<GapReason>), &'a [u8]);

/// What the streams unpack to, what stopped that, and what follows them.
fn unpacked<'a>(bytes: &'a [u8], format: Format, sink: &mut Sink<'_>) -> Out<'a> {
    let most = usize::MAX;
    if format == Format::Gzip {
        let mut streams = Streams::new(bytes, open_gzip, GzDecoder::into_inner);
        streams.told = gzip_header;
        let out = unpack::within(&mut streams, most, sink);
        sink.text(Spot::default(), mem::take(&mut streams.texts));
        (out, streams.rest())
    } else if format == Format::Bzip2 {
        let into = bzip2::bufread::BzDecoder::into_inner;
        let mut streams = Streams::new(bytes, open_bzip2, into);
        (unpack::within(&mut streams, most, sink), streams.rest())
    } else if format == Format::Zstd {
        let mut frames = Frames::new(bytes);
        let out = unpack::within(&mut frames, most, sink);
        let (rest, skipped) = frames.rest();
        for skipped in skipped {
            hand_on_rest(skipped, sink);
        }
        (out, rest)
    } else if bytes.starts_with(b"\xFD7zXZ\0") {
        let mut streams = Streams::new(bytes, open_xz, XzReader::into_inner);
        (unpack::within(&mut streams, most, sink), streams.rest())
    } else {
        match LzmaReader::new_mem_limit(bytes, DICTIONARY_KIB, None) {
            Ok(stream) => (unpack::within(stream, most, sink), b""),
            Err(error) => ((Vec::new(), Some(unpack::reason(&error))), b""),
        }
    }
}

/// The name and the comment in a header of gzip (RFC 1952 section 2.3).
fn gzip_header(stream: &GzDecoder<&[u8]>, told: &mut String) {
    let header = stream.header();
    let texts = [
        header.and_then(|header| header.filename()),
        header.and_then(|header| header.comment()),
    ];
    for reading in texts.into_iter().flatten().flat_map(names::readings) {
        told.push_str(&reading);
        told.push('\n');
    }
}

fn hand_on_rest(rest: &[u8], sink: &mut Sink<'_>) {
    let blank = |byte: &u8| *byte == 0 || byte.is_ascii_whitespace();
    if rest.len() > TRIVIAL && !rest.iter().all(blank) {
        sink.file(Spot::default(), "", "", rest.to_vec());
    }
}

/// The name of what is inside: `list.csv` of `list.csv.gz`.
fn inner_name(name: &str) -> &str {
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return "";
    };
    let known = [
        "gz", "gzip", "bz2", "xz", "zst", "lzma", "tgz", "tbz", "txz", "z",
    ];
    let ending = ending.to_ascii_lowercase();
    if known.contains(&ending.as_str()) {
        stem
    } else {
        ""
    }
}

fn open_gzip(bytes: &[u8]) -> Option<GzDecoder<&[u8]>> {
    bytes
        .starts_with(b"\x1F\x8B")
        .then(|| GzDecoder::new(bytes))
}

fn open_bzip2(bytes: &[u8]) -> Option<bzip2::bufread::BzDecoder<&[u8]>> {
    bytes
        .starts_with(b"BZh")
        .then(|| bzip2::bufread::BzDecoder::new(bytes))
}

fn open_xz(bytes: &[u8]) -> Option<XzReader<&[u8]>> {
    bytes
        .starts_with(b"\xFD7zXZ\0")
        .then(|| XzReader::new_mem_limit(bytes, false, DICTIONARY_KIB))
}

/// Streams of one kind after each other, perhaps with zeros between them.
struct Streams<'a, D> {
    rest: &'a [u8],
    stream: Option<D>,
    open: fn(&'a [u8]) -> Option<D>,
    close: fn(D) -> &'a [u8],
    /// What a stream's header tells.
    told: fn(&D, &mut String),
    texts: String,
    left: usize,
}

impl<'a, D: Read> Streams<'a, D> {
    fn new(bytes: &'a [u8], open: fn(&'a [u8]) -> Option<D>, close: fn(D) -> &'a [u8]) -> Self {
        Self {
            rest: bytes,
            stream: None,
            open,
            close,
            told: |_, _| {},
            texts: String::new(),
            left: STREAMS,
        }
    }

    /// What stands after the last stream.
    fn rest(self) -> &'a [u8] {
        self.rest
    }
}

impl<D: Read> Read for Streams<'_, D> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(stream) = &mut self.stream {
                let count = stream.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
            }
            if let Some(stream) = self.stream.take() {
                self.rest = (self.close)(stream);
            }
            let zeros = self.rest.iter().take_while(|byte| **byte == 0).count();
            let next = self.rest.get(zeros..).unwrap_or(b"");
            let Some(stream) = (self.open)(next) else {
                return Ok(0);
            };
            let Some(left) = self.left.checked_sub(1) else {
                // What is left is handed on and so read one level deeper.
                return Ok(0);
            };
            self.left = left;
            self.rest = next;
            (self.told)(&stream, &mut self.texts);
            self.stream = Some(stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::extract::archive::suite::{Opened, open};
    use crate::extract::{sniff, suite};
    use crate::limits::Limits;

    fn opened(bytes: &[u8]) -> Opened {
        open(bytes, |bytes, sink| {
            read(bytes, sniff::sniff(bytes, ""), "list.txt.gz", sink);
        })
    }

    fn gzip(content: &[u8]) -> Vec<u8> {
        let builder = flate2::GzBuilder::new().filename("943 476 5919.txt");
        let mut writer = builder
            .comment("for Ms Example")
            .write(Vec::new(), flate2::Compression::default());
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn bzip2(content: &[u8]) -> Vec<u8> {
        let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn zstd(content: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn xz(content: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::XzOptions::with_preset(6);
        let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    fn lzma(content: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::LzmaOptions::with_preset(6);
        let mut writer =
            lzma_rust2::LzmaWriter::new_use_header(Vec::new(), &options, None).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap()
    }

    type Packer = fn(&[u8]) -> Vec<u8>;

    const PACKERS: [Packer; 5] = [gzip, bzip2, zstd, xz, lzma];

    #[test]
    fn what_was_packed_comes_out() {
        for pack in PACKERS {
            let opened = opened(&pack(b"943 476 5919"));
            assert_eq!(opened.text("list.txt"), "943 476 5919");
            assert!(opened.gaps().is_empty());
        }
    }

    #[test]
    fn streams_one_after_the_other_and_what_follows_are_read() {
        for pack in &PACKERS[..4] {
            let mut bytes = pack(b"943 476");
            bytes.extend(pack(b" 5919"));
            bytes.extend(b"behind it 943");
            let opened = opened(&bytes);
            assert_eq!(opened.text("list.txt"), "943 476 5919");
            assert_eq!(opened.text(""), "behind it 943");
        }
    }

    #[test]
    fn the_end_may_be_missing() {
        let long = "943 476 5919\n".repeat(40_000);
        for pack in PACKERS {
            let bytes = pack(long.as_bytes());
            let opened = opened(&bytes[..bytes.len() - 5]);
            assert_eq!(opened.gaps().len(), 1);
            assert!(opened.text("list.txt").contains("943 476 5919"));
        }
    }

    #[test]
    fn names_and_comments_of_gzip_are_texts() {
        let reading = opened(&gzip(b"x")).reading;
        assert!(suite::has(&reading, "943 476 5919.txt"));
        assert!(suite::has(&reading, "for Ms Example"));
    }

    #[test]
    fn frames_that_zstd_skips_are_handed_on() {
        let mut bytes = vec![0x52, 0x2A, 0x4D, 0x18, 12, 0, 0, 0];
        bytes.extend(b"943 476 5919");
        bytes.extend(zstd(b"hello"));
        let opened = opened(&bytes);
        assert_eq!(opened.text(""), "943 476 5919");
        assert_eq!(opened.text("list.txt"), "hello");
    }

    #[test]
    fn dictionaries_beyond_the_bound_are_refused() {
        let mut bytes = lzma(b"943 476 5919");
        bytes[1..5].copy_from_slice(&0x6000_0000_u32.to_le_bytes());
        let reading = suite::read(&bytes);
        assert_eq!(suite::gaps(&reading), ["too-large xz"]);
    }

    #[test]
    fn a_file_that_unpacks_to_itself_ends() {
        let Some(quine) = suite::corpus("tika/quine.gz") else {
            return;
        };
        let reading = suite::read(&quine);
        assert!(suite::gaps(&reading).contains(&"too-deep".to_owned()));
    }

    #[test]
    fn bombs_end() {
        let zeros = vec![0; 100 << 20];
        for pack in [gzip, bzip2] {
            let reading = suite::read_within(&pack(&zeros), &Limits::default());
            let gaps = suite::gaps(&reading);
            assert!(
                gaps.iter().any(|gap| gap.starts_with("too-large")),
                "{gaps:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_file_comes_out(content in prop::collection::vec(any::<u8>(), 1..2000)) {
            for pack in PACKERS {
                let opened = opened(&pack(&content));
                prop_assert_eq!(&opened.files[0].1, &content);
                prop_assert_eq!(opened.files.len(), 1);
            }
        }

        #[test]
        fn no_damage_makes_the_reader_fail(at in 0_usize..200, value in any::<u8>()) {
            for pack in PACKERS {
                let mut bytes = pack(b"943 476 5919 943 476 5919");
                let length = bytes.len();
                bytes[at % length] = value;
                let _ = suite::read(&bytes);
            }
        }
    }
}
