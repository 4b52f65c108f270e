//! What holds of every file that is read, and the containers into which a
//! target puts its bytes.
#![allow(dead_code, reason = "each target uses its share")]

pub mod pieces;

use std::io::{Cursor, Write};
use std::path::Path;

use gatepost::extract::{File, Reading, read_file};
use gatepost::limits::Limits;
use gatepost::location::{PartPath, Place};
use gatepost::mail::GapReason;
use gatepost::sensitive::Sensitive;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

/// Small, so that a run is quick; every bound is reached.
fn limits() -> Limits {
    Limits {
        depth: 4,
        members: 200,
        expanded_bytes: 4 << 20,
        text_bytes: 8 << 20,
        pictures: 2,
        ..Limits::default()
    }
}

/// Reads a file twice and asserts what must hold whatever it is.
pub fn check(bytes: &[u8], media_type: &str) {
    let first = read(bytes, media_type);
    let again = read(bytes, media_type);
    assert_eq!(first.texts, again.texts, "texts of the same file");
    assert_eq!(first.gaps, again.gaps, "gaps of the same file");
    assert_eq!(first.hidden, again.hidden, "hidden places of the same file");
    let length: usize = first.texts.iter().map(|(_, text)| text.reveal().len()).sum();
    assert!(length <= limits().text_bytes, "{length} bytes of text");
    assert!(first.gaps.iter().all(|gap| gap.why != GapReason::ReaderFailed), "a reader panicked");
    assert_eq!(first.pictures, again.pictures, "pictures of the same file");
    assert!(first.pictures.len() <= limits().pictures, "too many pictures");
    assert!(first.gaps.is_sorted() && first.hidden.is_sorted(), "out of order");
    let texts = first.texts.iter().map(|(location, _)| location);
    let gaps = first.gaps.iter().map(|gap| &gap.location);
    let pictures = first.pictures.iter().map(|(location, _)| location);
    for location in texts.chain(gaps).chain(&first.hidden).chain(pictures) {
        assert!(location.part.starts_with(&path()), "{location}");
    }
    for location in &first.hidden {
        assert!(location.hidden.is_some() && location.offset == 0, "{location}");
    }
}

fn path() -> PartPath {
    PartPath::root().child(2)
}

fn read(bytes: &[u8], media_type: &str) -> Reading {
    let file = File {
        path: path(),
        place: Place::Attachment,
        depth: 0,
        media_type: media_type.to_owned(),
        name: Sensitive::new(String::new()),
        unit: None,
        hidden: None,
        bytes: Sensitive::new(bytes.to_vec()),
    };
    read_file(file, &limits())
}

/// A zip archive of these members; those that can't be written are left out.
pub fn zipped<N: AsRef<str>>(members: impl IntoIterator<Item = (N, Vec<u8>)>, method: CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default().compression_method(method);
        if writer.start_file(name.as_ref(), options).is_ok() {
            writer.write_all(&bytes).expect("memory");
        }
    }
    writer.finish().expect("memory").into_inner()
}

/// An OLE container of these streams; those that can't be written are left out.
pub fn contained<N: AsRef<Path>>(streams: impl IntoIterator<Item = (N, Vec<u8>)>) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
    for (name, bytes) in streams {
        let path = Path::new("/").join(name.as_ref());
        if let Some(parent) = path.parent() {
            let _ = file.create_storage_all(parent);
        }
        if let Ok(mut stream) = file.create_stream(&path) {
            stream.write_all(&bytes).expect("memory");
        }
    }
    file.into_inner().into_inner()
}

/// The first byte, and the rest.
pub fn chosen(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    Some((usize::from(*first), rest))
}
