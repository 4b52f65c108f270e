//! What the tests of all archives need: the files that a reader hands on, as
//! they are, whatever becomes of them afterwards.

use crate::extract::gathering::Gathering;
use crate::extract::sink::Sink;
use crate::extract::suite;
use crate::extract::{Reading, sniff};
use crate::limits::Limits;

/// The files that were handed on, name and content, and the rest of the
/// reading.
pub(super) struct Opened {
    pub(super) files: Vec<(String, Vec<u8>)>,
    pub(super) reading: Reading,
}

impl Opened {
    pub(super) fn names(&self) -> Vec<&str> {
        self.files.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// The content of the file of a name, as text.
    pub(super) fn text(&self, name: &str) -> String {
        let file = self.files.iter().find(|(known, _)| known == name);
        let (_, bytes) = file.unwrap_or_else(|| panic!("no {name} in {:?}", self.names()));
        String::from_utf8_lossy(bytes).into_owned()
    }

    pub(super) fn gaps(&self) -> Vec<String> {
        suite::gaps(&self.reading)
    }
}

/// Opens a file by one reader, one level deep.
pub(super) fn open(bytes: &[u8], reader: fn(&[u8], &mut Sink<'_>)) -> Opened {
    open_within(bytes, &Limits::default(), reader)
}

/// The same within given limits.
pub(super) fn open_within(
    bytes: &[u8],
    limits: &Limits,
    reader: fn(&[u8], &mut Sink<'_>),
) -> Opened {
    let file = suite::file(bytes);
    let mut gathering = Gathering::new(limits);
    let format = sniff::sniff(bytes, "");
    reader(bytes, &mut Sink::of(&file, format, &mut gathering));
    let files = gathering.take_files().into_iter().map(|file| {
        let bytes = file.bytes.into_revealed();
        (file.name.reveal().clone(), bytes)
    });
    Opened {
        files: files.collect(),
        reading: gathering.finish(),
    }
}
