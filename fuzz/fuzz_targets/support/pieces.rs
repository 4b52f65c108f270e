//! Files taken apart into what is inside them, and put together again.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use zip::CompressionMethod;

use super::{contained, zipped};

/// A piece is a zip member, a stream of an OLE container, an object of a PDF or
/// a stretch of another file.
#[derive(Clone, Debug)]
pub struct Piece {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// How the pieces make a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    Zip,
    Ole,
    Pdf,
    Other,
}

/// A file in pieces.
#[derive(Clone, Debug)]
pub struct Apart {
    pub kind: Kind,
    pub pieces: Vec<Piece>,
}

/// Other files are cut into stretches of this length.
const STRETCH: usize = 512;
/// Larger pieces make a run slow.
const MOST: u64 = 1 << 20;

impl Apart {
    pub fn take(bytes: &[u8]) -> Self {
        let known = if bytes.starts_with(b"PK") {
            members(bytes).map(|pieces| (Kind::Zip, pieces))
        } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            streams(bytes).map(|pieces| (Kind::Ole, pieces))
        } else if bytes.starts_with(b"%PDF") {
            Some((Kind::Pdf, objects(bytes)))
        } else {
            None
        };
        let (kind, pieces) = known.unwrap_or_else(|| (Kind::Other, bytes.chunks(STRETCH).map(unnamed).collect()));
        Self { kind, pieces }
    }

    pub fn put_together(self, packed: bool) -> Vec<u8> {
        let named = self.pieces.iter().map(|piece| (&piece.name, piece.bytes.clone()));
        match self.kind {
            Kind::Zip if packed => zipped(named, CompressionMethod::Deflated),
            Kind::Zip => zipped(named, CompressionMethod::Stored),
            Kind::Ole => contained(named),
            Kind::Pdf | Kind::Other => self.pieces.iter().flat_map(|piece| written(piece, packed)).collect(),
        }
    }
}

fn unnamed(bytes: &[u8]) -> Piece {
    Piece {
        name: String::new(),
        bytes: bytes.to_vec(),
    }
}

fn members(bytes: &[u8]) -> Option<Vec<Piece>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut pieces = Vec::new();
    for index in 0..archive.len() {
        let Ok(member) = archive.by_index(index) else { continue };
        let Ok(name) = member.name().map(|name| name.into_owned()) else { continue };
        let mut bytes = Vec::new();
        let _ = member.take(MOST).read_to_end(&mut bytes);
        pieces.push(Piece { name, bytes });
    }
    (!pieces.is_empty()).then_some(pieces)
}

fn streams(bytes: &[u8]) -> Option<Vec<Piece>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let paths = file.walk().filter(cfb::Entry::is_stream).map(|entry| entry.path().to_owned());
    let mut pieces = Vec::new();
    for path in paths.collect::<Vec<_>>() {
        let mut bytes = Vec::new();
        if let Ok(stream) = file.open_stream(&path) {
            let _ = stream.take(MOST).read_to_end(&mut bytes);
        }
        let name = path.to_string_lossy().trim_start_matches('/').to_owned();
        pieces.push(Piece { name, bytes });
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// The objects of a PDF; the streams that are packed by Flate stand in pieces
/// of their own, unpacked, whose name is `flate`.
fn objects(bytes: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    while let Some(end) = find(rest, b"endobj") {
        let (object, after) = rest.split_at(end + 6);
        rest = after;
        let inner = find(object, b"stream").zip(find(object, b"endstream"));
        let inner = inner.filter(|_| find(object, b"/FlateDecode").is_some());
        let unpacked = inner.and_then(|(start, end)| {
            let start = start + 6 + object.get(start + 6..)?.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            let mut bytes = Vec::new();
            let _ = ZlibDecoder::new(object.get(start..end)?).take(MOST).read_to_end(&mut bytes);
            (!bytes.is_empty()).then_some((start, bytes, end))
        });
        match unpacked {
            Some((start, bytes, end)) => {
                pieces.push(unnamed(&object[..start]));
                pieces.push(Piece {
                    name: "flate".to_owned(),
                    bytes,
                });
                pieces.push(unnamed(&[b"\n", &object[end..]].concat()));
            }
            None => pieces.push(unnamed(object)),
        }
    }
    pieces.push(unnamed(rest));
    pieces
}

fn written(piece: &Piece, packed: bool) -> Vec<u8> {
    if piece.name != "flate" {
        return piece.bytes.clone();
    }
    let level = if packed { Compression::fast() } else { Compression::none() };
    let mut encoder = ZlibEncoder::new(Vec::new(), level);
    encoder.write_all(&piece.bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
