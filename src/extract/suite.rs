//! One door for the tests of all formats: a file in, what was read out.

use super::{File, Reading, read_file};
use crate::limits::Limits;
use crate::location::{PartPath, Place};
use crate::sensitive::Sensitive;

/// Reads a file as an attachment of part 1.
pub(super) fn read(bytes: &[u8]) -> Reading {
    read_within(bytes, &Limits::default())
}

/// The same within given limits.
pub(super) fn read_within(bytes: &[u8], limits: &Limits) -> Reading {
    read_named(bytes, "", "", limits)
}

/// The same with what its sender says of it.
pub(super) fn read_named(bytes: &[u8], name: &str, media_type: &str, limits: &Limits) -> Reading {
    let file = File {
        media_type: media_type.to_owned(),
        name: Sensitive::new(name.to_owned()),
        ..file(bytes)
    };
    read_file(file, limits)
}

/// An attachment of part 1 without a name.
pub(super) fn file(bytes: &[u8]) -> File {
    File {
        path: PartPath::root().child(1),
        place: Place::Attachment,
        depth: 0,
        media_type: String::new(),
        name: Sensitive::new(String::new()),
        unit: None,
        hidden: None,
        bytes: Sensitive::new(bytes.to_vec()),
    }
}

/// The texts of a reading, each after its place.
pub(super) fn told(reading: &Reading) -> Vec<String> {
    let texts = reading.texts.iter();
    texts
        .map(|(location, text)| format!("{location}: {}", text.reveal()))
        .collect()
}

/// Whether some text has these words, white space counted once.
pub(super) fn has(reading: &Reading, words: &str) -> bool {
    reading.texts.iter().any(|(_, text)| {
        let text: Vec<&str> = text.reveal().split_whitespace().collect();
        text.join(" ").contains(words)
    })
}

/// The gaps as words: `encrypted zip`.
pub(super) fn gaps(reading: &Reading) -> Vec<String> {
    let gaps = reading.gaps.iter();
    gaps.map(|gap| {
        let format = gap.format.map_or("", |format| format.word());
        format!("{} {format}", gap.why.word()).trim_end().to_owned()
    })
    .collect()
}

/// The kinds of hidden places, once each.
pub(super) fn hidden(reading: &Reading) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = reading
        .hidden
        .iter()
        .filter_map(|location| location.hidden.map(crate::location::Hidden::word))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// A file of the public corpus that a test needs: `None`, with a word on
/// standard error, where the corpus is missing outside CI.
pub(super) fn corpus(name: &str) -> Option<Vec<u8>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data")
        .join(name);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "{} is needed for this test: {error}",
                path.display()
            );
            None
        }
    }
}
