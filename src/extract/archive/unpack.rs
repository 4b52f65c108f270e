//! One packed stream, unpacked within the bounds, and how much of its input
//! was used: what stands behind it is read elsewhere.

use std::io::{Error, ErrorKind, Read};

use flate2::bufread::DeflateDecoder;
use lzma_rust2::{LzmaReader, XzReader};
use zip::read::{ZipReadOptions, read_zipfile_from_stream_with_options};

use super::bounds::{DICTIONARY, DICTIONARY_KIB};
use super::zstd;
use crate::extract::sink::Sink;
use crate::mail::GapReason;

/// What came out of a stream.
#[derive(Debug)]
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    /// What stopped it, if something did.
    pub(super) why: Option<GapReason>,
    /// How many bytes of the input it used.
    pub(super) used: usize,
}

/// How the content of a file in a zip is packed (APPNOTE.TXT 4.4.5).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Method {
    Stored,
    Deflate,
    Deflate64,
    Bzip2,
    Lzma,
    Zstd,
    Xz,
    Ppmd,
}

impl Method {
    /// The method of a number; `None` for one that is not read: shrink, reduce
    /// and implode of the eighties, and what few programs know.
    pub(super) fn of(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Stored,
            8 => Self::Deflate,
            9 => Self::Deflate64,
            12 => Self::Bzip2,
            14 => Self::Lzma,
            20 | 93 => Self::Zstd,
            95 => Self::Xz,
            98 => Self::Ppmd,
            _ => return None,
        })
    }

    /// Whether a stream says by itself where it ends.
    pub(super) fn ends_itself(self) -> bool {
        matches!(self, Self::Deflate | Self::Bzip2 | Self::Zstd | Self::Xz)
    }

    /// Unpacks a stream that `data` begins with. `size` is what it is said to
    /// unpack to; no more than `most` bytes are taken.
    pub(super) fn unpack(
        self,
        data: &[u8],
        size: Option<u64>,
        most: usize,
        sink: &mut Sink<'_>,
    ) -> Unpacked {
        let mut used = data.len();
        let (bytes, why) = match self {
            Self::Stored => within(data, most, sink),
            Self::Deflate => {
                let mut packed = DeflateDecoder::new(data);
                let out = within(&mut packed, most, sink);
                used = data.len().saturating_sub(packed.into_inner().len());
                out
            }
            Self::Bzip2 => {
                let mut packed = bzip2::bufread::BzDecoder::new(data);
                let out = within(&mut packed, most, sink);
                used = data.len().saturating_sub(packed.into_inner().len());
                out
            }
            Self::Zstd => {
                let mut frames = zstd::Frames::new(data);
                let out = within(&mut frames, most, sink);
                let (rest, _) = frames.rest();
                used = data.len().saturating_sub(rest.len());
                out
            }
            Self::Xz => {
                let mut packed = XzReader::new_mem_limit(data, false, DICTIONARY_KIB);
                let out = within(&mut packed, most, sink);
                used = data.len().saturating_sub(packed.into_inner().len());
                out
            }
            Self::Lzma => match lzma(data, size) {
                Ok(packed) => within(packed, most, sink),
                Err(error) => (Vec::new(), Some(reason(&error))),
            },
            Self::Deflate64 | Self::Ppmd => by_library(self, data, most, sink),
        };
        Unpacked { bytes, why, used }
    }
}

/// Unpacks within the bounds and `most`.
pub(super) fn within(
    from: impl Read,
    most: usize,
    sink: &mut Sink<'_>,
) -> (Vec<u8>, Option<GapReason>) {
    let one_more = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let (mut bytes, mut why) = sink.expand(Pieces(from.take(one_more)));
    if bytes.len() > most {
        bytes.truncate(most);
        why = Some(GapReason::TooLarge);
    }
    (bytes, why)
}

/// Reads in small pieces: a decoder that meets damage forgets the piece that it
/// was about to give.
struct Pieces<R>(R);

impl<R: Read> Read for Pieces<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(512);
        match buffer.get_mut(..length) {
            Some(piece) => self.0.read(piece),
            None => Ok(0),
        }
    }
}

/// Why an error means that something was not read.
pub(super) fn reason(error: &Error) -> GapReason {
    let kind = error.kind();
    if kind == ErrorKind::UnexpectedEof {
        GapReason::Truncated
    } else if kind == ErrorKind::OutOfMemory {
        GapReason::TooLarge
    } else {
        GapReason::Broken
    }
}

/// LZMA in a zip: two bytes of version, the length of the properties, the
/// properties, the stream (APPNOTE.TXT 5.8.8).
fn lzma(data: &[u8], size: Option<u64>) -> std::io::Result<LzmaReader<&[u8]>> {
    let end = || Error::from(ErrorKind::UnexpectedEof);
    let [_, _, 5, 0, properties, a, b, c, d, stream @ ..] = data else {
        return Err(end());
    };
    let dictionary = u32::from_le_bytes([*a, *b, *c, *d]);
    if u64::from(dictionary) > DICTIONARY {
        return Err(ErrorKind::OutOfMemory.into());
    }
    // u64::MAX is "until the end marker".
    let size = size.unwrap_or(u64::MAX);
    LzmaReader::new_with_props(stream, size, *properties, dictionary, None)
}

/// The methods that only the zip library unpacks: it is given a header of our
/// own making, since it refuses those of many real archives.
fn by_library(
    method: Method,
    data: &[u8],
    most: usize,
    sink: &mut Sink<'_>,
) -> (Vec<u8>, Option<GapReason>) {
    let number: u8 = if method == Method::Ppmd { 98 } else { 9 };
    if method == Method::Ppmd {
        // The model's size in MiB, less one, in bits 4 to 11.
        let word = data
            .first_chunk::<2>()
            .map_or(0, |word| u16::from_le_bytes(*word));
        if u64::from(word >> 4 & 0xFF) << 20 >= DICTIONARY {
            return (Vec::new(), Some(GapReason::TooLarge));
        }
    }
    let mut header = b"PK\x03\x04\x3F\0\x08\0".to_vec();
    header.extend([number, 0]);
    header.extend([0; 16]);
    header.extend([1, 0, 0, 0, b'x']);
    let mut stream = header.as_slice().chain(data);
    let length = u64::try_from(data.len()).unwrap_or(u64::MAX);
    let options = ZipReadOptions::new()
        .override_compressed_size(length)
        .ignore_crc32(true);
    match read_zipfile_from_stream_with_options(&mut stream, options) {
        Ok(Some(packed)) => within(packed, most, sink),
        Ok(None) | Err(_) => (Vec::new(), Some(GapReason::Broken)),
    }
}
